"""Commands on what the pair agreed: values, gives and gets, rights, decisions, actions, signing dates."""

from collections.abc import Mapping
from string import ascii_uppercase

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.meetings import Action, Decision, Rhythm
from dyad_desktop.domain.partnership import (
    DecisionRight,
    EscalationStep,
    GiveAndGet,
    Partner,
    SharedValue,
)
from dyad_desktop.domain.pulse import PulseItem, PulseRound
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, create, fresh, set_fields
from dyad_desktop.services.rhythm import data_day, today
from dyad_desktop.services.session import ChangeSet, Session

APART = 2
"""Answers of a pulse item that are this far apart are worth talking about."""


def step_name(book: Book, step: EscalationStep) -> str:
    """Return what a rung of the ladder is called: its place, as ``T2``.

    Its id is no name: rungs that the partners add apart must not be one thing, so ids are long.
    """
    return f"T{[one.id for one in book.all(EscalationStep)].index(step.id) + 1}"


def add_partner(session: Session, name: str = "New partner") -> ChangeSet:
    """Add a partner under the next free letter; an invitation then lets them in.

    Raises:
        BadInputError: the name is empty, or no letter is left.
    """
    if not name.strip():
        raise BadInputError("a partner needs a name")
    taken = {partner.id for partner in session.book.all(Partner)}
    letter = next((one for one in ascii_uppercase if one not in taken), None)
    if letter is None:
        raise BadInputError("there are as many partners as letters")
    return create(session, Partner(id=letter, name=name.strip()))


def add_value(session: Session) -> ChangeSet:
    """Add a value to the charter."""
    return create(session, fresh(SharedValue, name="New value"))


def add_give(session: Session, giver: str) -> ChangeSet:
    """Add something that one partner gives the other."""
    others = [one.id for one in session.book.all(Partner) if one.id != giver]
    receiver = others[0] if others else None
    return create(session, fresh(GiveAndGet, giver=giver, gives="What is given", receiver=receiver))


def add_step(session: Session) -> ChangeSet:
    """Add a rung to the escalation ladder."""
    return create(session, fresh(EscalationStep, who="Who decides next, and within how many days"))


def add_right(session: Session) -> ChangeSet:
    """Add a decision right that both hold."""
    return create(session, fresh(DecisionRight, decision="New decision right", mode="both"))


def add_decision(session: Session, title: str) -> ChangeSet:
    """Open a decision: nobody has taken a position yet.

    Raises:
        BadInputError: the title is empty.
    """
    if not title.strip():
        raise BadInputError("say what is to be decided")
    book = session.book
    positions: Mapping[str, str | None] = {one.id: "not_yet_answered" for one in book.all(Partner)}
    decision = fresh(
        Decision,
        date=data_day(book, today()),
        title=title.strip(),
        positions=positions,
        state="open",
    )
    return create(session, decision)


def add_action(session: Session, text: str, owner: str, due: str | None) -> ChangeSet:
    """Add something to do; it has exactly one owner.

    Raises:
        BadInputError: the text is empty, there is no such owner, or the day is none.
    """
    if not text.strip():
        raise BadInputError("say what is to be done")
    action = fresh(
        Action,
        text=text.strip(),
        owner=owner,
        due=due or None,
        status="open",
    )
    return create(session, action)


def add_rhythm(session: Session) -> ChangeSet:
    """Add a recurring meeting."""
    return create(
        session, fresh(Rhythm, title="New meeting", weekday="Tue", every="week", minutes=45)
    )


def finish_action(
    session: Session, action: str, *, finished: bool, initiator: object = None
) -> ChangeSet:
    """Say that an action is done on the day of the data, or open again."""
    edits = [
        FieldEdit("action", action, "status", "done" if finished else "open"),
        FieldEdit("action", action, "done", data_day(session.book, today()) if finished else None),
    ]
    name = session.book.label("action", action)
    return set_fields(session, edits, f"{name}: {'done' if finished else 'open again'}", initiator)


def pulse_rows(book: Book, asked: PulseRound) -> tuple[tuple[PulseItem, Mapping[str, int]], ...]:
    """Return every item of a revealed round with the partners' answers; nothing of a sealed one."""
    if asked.state != "revealed":
        return ()
    rows = []
    for n, item in enumerate(book.all(PulseItem)):
        marks = {who: given[n] for who, given in asked.answers.items() if given and n < len(given)}
        rows.append((item, marks))
    return tuple(rows)


def gap(marks: Mapping[str, int]) -> int:
    """Return how far apart the answers to an item are."""
    return max(marks.values()) - min(marks.values()) if len(marks) > 1 else 0
