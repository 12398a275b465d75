"""What the pair decides and when it meets: decisions, rhythm, agendas, meetings, actions."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyad_desktop.domain.schema import Entity, Policy, Slot, ValueType, declare, kind

V = ValueType

POSITIONS = (
    "agree",
    "agree_with_reservation",
    "disagree",
    "disagree_and_commit",
    "not_yet_answered",
)
DECISION_STATES = ("agreed", "agreed_with_reservation", "committed", "escalated", "open")
LOOKED_THROUGH = "looked_through"
ACTION_STATUSES = ("open", "done", "dropped")


@kind("decision", "decisions", "Decision")
@dataclass(frozen=True, slots=True)
class Decision(Entity):
    """A question, its options, where each partner stands, and what came out."""

    date: str | None = declare(V.DATE)
    title: str = declare(V.TEXT, required=True)
    decision_right: str | None = declare(V.REF, target="decision_right")
    options: tuple[str, ...] = declare(V.TEXTS)
    outcome: str | None = declare(V.LONG_TEXT)
    positions: Mapping[str, str | None] = declare(V.CHOICE, slot=Slot.PARTNER, choices=POSITIONS)
    state: str = declare(V.CHOICE, "open", choices=DECISION_STATES, required=True)
    rationale: str | None = declare(V.LONG_TEXT)
    reservation: str | None = declare(V.LONG_TEXT)
    review_on: str | None = declare(V.DATE)
    message: str | None = declare(V.LONG_TEXT)
    links: tuple[str, ...] = declare(V.REFS, target="*")


@kind("rhythm", "rhythm", "Rhythm")
@dataclass(frozen=True, slots=True)
class Rhythm(Entity):
    """A recurring meeting: its weekday, how often, how long."""

    title: str = declare(V.TEXT, required=True)
    weekday: str | None = declare(V.TEXT)
    every: str | None = declare(V.TEXT)
    minutes: int | None = declare(V.INTEGER, minimum=0, maximum=1440)
    template: str | None = declare(V.REF, target="agenda_template")


@kind(
    "agenda_template",
    "agenda_templates",
    "Agenda template",
    keyed_section=True,
    id_key="",
    label_field="id",
)
@dataclass(frozen=True, slots=True)
class AgendaTemplate(Entity):
    """A named agenda; its items are kind ``agenda_item``."""


@kind(
    "agenda_item", "", "Agenda item", parent="agenda_template", parent_field="template", id_key="",
    label_field="item",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class AgendaItem(Entity):
    """One point of an agenda; ``source`` says what the application fills in."""

    template: str = declare(V.REF, target="agenda_template", required=True, hidden=True)
    item: str = declare(V.TEXT, required=True)
    minutes: int | None = declare(V.INTEGER, minimum=0, maximum=1440)
    source: str | None = declare(V.TEXT)


@kind("meeting", "meetings", "Meeting", label_field="date")
@dataclass(frozen=True, slots=True)
class Meeting(Entity):
    """A review that the pair held; each rates it from 1 to 10."""

    date: str = declare(V.DATE, required=True)
    template: str | None = declare(V.REF, target="agenda_template")
    present: tuple[str, ...] = declare(V.REFS, target="partner")
    planned_minutes: int | None = declare(V.INTEGER, minimum=0, maximum=1440)
    actual_minutes: int | None = declare(V.INTEGER, minimum=0, maximum=1440)
    rating: Mapping[str, int | None] = declare(V.INTEGER, slot=Slot.PARTNER, minimum=1, maximum=10)
    notes: str | None = declare(V.LONG_TEXT)
    decisions: tuple[str, ...] = declare(V.REFS, target="decision")


@kind("action", "actions", "Action", label_field="text")
@dataclass(frozen=True, slots=True)
class Action(Entity):
    """Something to do, with exactly one owner."""

    text: str = declare(V.LONG_TEXT, required=True)
    owner: str = declare(V.REF, target="partner", required=True)
    due: str | None = declare(V.DATE)
    status: str = declare(V.CHOICE, "open", choices=ACTION_STATUSES, required=True)
    meeting: str | None = declare(V.REF, target="meeting")
    link: str | None = declare(V.REF, target="*")
    done: str | None = declare(V.DATE)


@kind("parked", "parked", "Parked for a meeting", label_field="field")
@dataclass(frozen=True, slots=True)
class Parked(Entity):
    """A disagreement that the pair keeps for a meeting.

    It names its thing by text, since the thing may go. ``between`` stands for the values that were apart when
    it was parked: with other values it is another disagreement, and not parked any more. Its id follows from the
    register (``services.disagreements``), so that both may park it apart and it is one.
    """

    thing_kind: str = declare(V.TEXT, required=True)
    thing: str = declare(V.TEXT, required=True)
    field: str = declare(V.TEXT, required=True)
    slot: str | None = declare(V.TEXT)
    between: str | None = declare(V.TEXT, policy=Policy.LATEST)
    by: str | None = declare(V.REF, target="partner", policy=Policy.LATEST)
    rhythm: str | None = declare(V.REF, target="rhythm", policy=Policy.LATEST)


@kind(LOOKED_THROUGH, "looked_through", "Looked through", label_field="actor")
@dataclass(frozen=True, slots=True)
class LookedThrough(Entity):
    """How far the pair has looked through what a laptop that was given up went on to write.

    ``actor`` is one chain of its commits, in hexadecimal digits, and ``upto`` the number of the last that was decided
    on: taken or left out. Of ``thing_kind``, ``thing``, ``field`` and ``slot`` where one register alone was decided on,
    else of all. Its id follows from all but ``upto`` and ``by`` (``services.set_aside``), as that of ``Parked``.
    """

    actor: str = declare(V.TEXT, required=True)
    thing_kind: str | None = declare(V.TEXT)
    thing: str | None = declare(V.TEXT)
    field: str | None = declare(V.TEXT)
    slot: str | None = declare(V.TEXT)
    upto: int | None = declare(V.INTEGER, policy=Policy.LATEST)
    by: str | None = declare(V.REF, target="partner", policy=Policy.LATEST)
