"""The partnership: who the partners are, what they agreed, and who decides what."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType


@kind("partnership", "meta", "Partnership", id_key="", singleton=True)
@dataclass(frozen=True, slots=True)
class Partnership(Entity):
    """What the whole workspace is about: its name, its currency, its fiscal year."""

    file_id: str = declare(V.TEXT, path="id", required=True)
    title: str = declare(V.TEXT, required=True)
    partnership_type: str = declare(V.TEXT, "")
    organisations: tuple[str, ...] = declare(V.TEXTS)
    currency: str = declare(V.TEXT, "USD", required=True)
    locale: str = declare(V.TEXT, "en_US")
    as_of: str = declare(V.DATE, required=True)
    start_month: int = declare(
        V.INTEGER, 1, path="fiscal_year.start_month", required=True, minimum=1, maximum=12
    )
    prior_year: str = declare(V.TEXT, path="fiscal_year.prior", required=True)
    budget_year: str = declare(V.TEXT, path="fiscal_year.budget", required=True)
    prior_start: str = declare(V.PERIOD, path="fiscal_year.prior_start", required=True)
    budget_start: str = declare(V.PERIOD, path="fiscal_year.budget_start", required=True)
    ytd_months: int = declare(V.INTEGER, 0, required=True, minimum=0, maximum=12)
    conventions: Mapping[str, str] = declare(V.LONG_TEXT, slot=Slot.KEY)


@kind("dyad", "dyad", "Dyad", id_key="", singleton=True, label_field="signs_as")
@dataclass(frozen=True, slots=True)
class Dyad(Entity):
    """The pair as one: since when, how large a team, how it signs."""

    since: str | None = declare(V.DATE)
    team_size: int | None = declare(V.INTEGER, minimum=0)
    signs_as: str | None = declare(V.TEXT)


@kind(
    "partner",
    "members",
    "Partner",
    parent="dyad",
    keyed_section=True,
    id_key="",
    label_field="name",
)
@dataclass(frozen=True, slots=True)
class Partner(Entity):
    """One of the equally accountable members. The order of A and B is alphabetical only."""

    name: str = declare(V.TEXT, required=True)
    role: str | None = declare(V.TEXT)
    function: str | None = declare(V.TEXT)
    organisation: str | None = declare(V.TEXT)
    lens: str | None = declare(V.TEXT)

    @property
    def initials(self) -> str:
        """Two letters that stand for the partner beside their colour; titles are left out."""
        words = [word for word in self.name.split() if not word.endswith(".")] or self.name.split()
        return "".join(
            word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
        ).upper()

    @property
    def first_name(self) -> str:
        """What the other partner calls this one."""
        words = [word for word in self.name.split() if not word.endswith(".")]
        if not words or len(words[0]) == 1:
            return " ".join(words) or self.name
        return words[0]


@kind("charter", "charter", "Charter", id_key="", singleton=True, label_field="purpose")
@dataclass(frozen=True, slots=True)
class Charter(Entity):
    """What the partners agreed about working together."""

    purpose: str | None = declare(V.LONG_TEXT)
    mission_statement: str | None = declare(V.LONG_TEXT)
    scope: str | None = declare(V.LONG_TEXT)
    contributions: Mapping[str, tuple[str, ...]] = declare(V.TEXTS, slot=Slot.PARTNER)
    conflict_rule: str | None = declare(V.LONG_TEXT)
    cover: str | None = declare(V.LONG_TEXT)
    succession: str | None = declare(V.LONG_TEXT)
    signed: Mapping[str, str | None] = declare(V.DATE, slot=Slot.PARTNER)
    review_on: str | None = declare(V.DATE)
    version: int | None = declare(V.INTEGER, minimum=0)


@kind("value", "values", "Value", parent="charter", id_key="", label_field="name")
@dataclass(frozen=True, slots=True)
class SharedValue(Entity):
    """A value the pair holds and how one would see it."""

    name: str = declare(V.TEXT, required=True)
    behaviour: str | None = declare(V.LONG_TEXT)


@kind(
    "give_and_get",
    "gives_and_gets",
    "Give and get",
    parent="charter",
    id_key="",
    label_field="gives",
)
@dataclass(frozen=True, slots=True)
class GiveAndGet(Entity):
    """What one partner gives the other: social, not legal."""

    giver: str | None = declare(V.REF, target="partner")
    gives: str = declare(V.LONG_TEXT, required=True)
    receiver: str | None = declare(V.REF, target="partner")


@kind(
    "decision_right", "decision_rights", "Decision right", parent="charter", label_field="decision"
)
@dataclass(frozen=True, slots=True)
class DecisionRight(Entity):
    """Who decides what, and what happens when the two differ."""

    decision: str = declare(V.TEXT, required=True)
    mode: str = declare(
        V.CHOICE,
        "both",
        choices=("both", "lead", "either_at_once", "reserved_upward"),
        required=True,
    )
    lead: str | None = declare(V.REF, target="partner")
    consult: tuple[str, ...] = declare(V.TEXTS)
    threshold: str | None = declare(V.TEXT)
    if_we_differ: str | None = declare(V.REF, target="escalation_step")


@kind(
    "escalation_step",
    "escalation",
    "Escalation step",
    parent="charter",
    id_key="step",
    label_field="who",
)
@dataclass(frozen=True, slots=True)
class EscalationStep(Entity):
    """One rung of the ladder that a difference climbs."""

    who: str = declare(V.LONG_TEXT, required=True)
