"""What stands side by side: both partners' own pictures, or what was then beside what is now."""

from collections.abc import Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.views import JournalLine, Side
from dyad_desktop.services.comparison import (
    THERE,
    Comparison,
    Marks,
    Sides,
    compare,
    is_gone,
    own_book,
)
from dyad_desktop.services.disagreements import contested_sides, field_name, is_told
from dyad_desktop.services.history import Moment, journal_page, moment_of, writes_of
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import sides_of
from dyad_desktop.services.wording import partner_name
from dyad_desktop.store.unwinding import Unwinding

Heads = tuple[WriteId, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A comparison, and what was seen of each contested register when it was made.

    ``left_apart`` counts what the partners hold apart but is no difference here, since it was so before.
    """

    found: Comparison
    seen: dict[Address, Heads]
    left_apart: int = 0


def own_pictures(session: Session, then: Unwinding, subject: Key, left: str, right: str) -> Picture:
    """Return two partners' own pictures; ``then`` has gone back to when they met."""
    sides = contested_sides(session)
    first, second = (
        own_book(session.book, then.book, then.changed, sides, who) for who in (left, right)
    )
    writers = {at: next(iter(who)) for at, who in then.changed.items() if len(who) == 1}
    fates = {
        key: (_fate_words(session, apart, key, left), _fate_words(session, apart, key, right))
        for key, apart in _fates(sides).items()
    }
    found = compare(first, second, subject, Marks(sides, writers, fates))
    return Picture(found, _seen(sides))


def then_and_now(session: Session, then: Unwinding, subject: Key) -> Picture:
    """Return what was at a moment beside what is now, with whoever wrote it.

    What was apart then and has been left so is no difference.
    """
    standing = contested_sides(session)
    sides = {at: found for at, found in standing.items() if at in then.changed}
    writers = _writers(session, then)
    fates = {key: (THERE, _all_fates(session, one)) for key, one in _fates(sides).items()}
    found = compare(then.book, session.book, subject, Marks(sides, writers, fates, apart=True))
    left = sum(row.at in standing and not row.differs for row in found.rows)
    return Picture(found, _seen(sides), left)


def _fates(sides: Sides) -> dict[Key, Sequence[Side]]:
    """Return the things that somebody deleted while others worked on them."""
    return {at[:2]: found for at, found in sides.items() if at.field == DELETED}


def _fate_words(session: Session, fate: Sequence[Side], key: Key, partner: str) -> str:
    """Return what a partner did with a thing that somebody deleted while others worked on it."""
    if is_gone(fate, partner):
        return "deleted"
    names = [
        field_name(session.book, at)
        for at in session.unseen(key)
        if any(side.partner == partner for side in sides_of(session, at)) and is_told(at)
    ]
    return f"kept, with {', '.join(dict.fromkeys(names))}" if names else THERE


def _all_fates(session: Session, fate: Sequence[Side]) -> str:
    """Return who deleted a thing that others worked on."""
    gone = {side.partner for side in fate if side.value is True}
    names = sorted(partner_name(session.book, one) for one in gone)
    return f"deleted by {' and '.join(names)}, or kept"


def _seen(sides: Sides) -> dict[Address, Heads]:
    return {at: tuple(sorted(side.id for side in found)) for at, found in sides.items()}


def _writers(session: Session, then: Unwinding) -> dict[Address, str]:
    found = {at: next(iter(who)) for at, who in then.changed.items() if len(who) == 1}
    several = {(at.kind, at.id) for at, who in then.changed.items() if len(who) > 1}
    for kind in {kind for kind, _ in several}:
        ids = sorted(entity for one, entity in several if one == kind)
        known = session.authors(kind, ids)
        found |= {at: known[at] for at in then.changed if at not in found and at in known}
    return found


# -- moments to compare with -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """Moments to choose from: the last agreed one, if any, and the newest commits."""

    agreed: Moment | None
    lines: tuple[JournalLine, ...]


def choices(session: Session, subject: Key, limit: int = 60) -> Choices:
    """Return the moments that a subject can be compared with."""
    return Choices(agreed(session, subject), journal_page(session, limit=limit))


def agreed(session: Session, subject: Key) -> Moment | None:
    """Return when a draft was last agreed, or a charter signed by all; ``None`` when it never was."""
    field = {"draft": "state", "charter": "signed"}.get(subject[0])
    if field is None:
        return None
    lines = writes_of(session, [subject], field=field).lines
    if field == "state":
        said = [line for line in lines if line.value in ("agreed", "submitted", "decided")]
        return moment_of(session, said[0].n) if said else None
    partners = {one.id for one in session.book.all(Partner)}
    signed = {line.at.slot: line.n for line in reversed(lines) if line.value}
    if not partners or not partners <= signed.keys():
        return None
    return moment_of(session, max(signed[one] for one in partners))
