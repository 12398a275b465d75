"""Who says what of a register: each value once, under the name of whoever said it first."""

from dataclasses import replace

from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.views import Side
from dyad_desktop.services.reopening import OPEN_AGAIN
from dyad_desktop.services.session import Session

FURTHEST = 200
"""How many writes of a register are looked back at."""


def sides_of(session: Session, at: Address) -> tuple[Side, ...]:
    """Return the values that stand in a register, each under the name of whoever first said it, and once.

    Where both took back one settlement apart, each value stands twice.
    """
    sides = session.sides(at)
    back = any(side.note.endswith(OPEN_AGAIN) for side in sides)
    if not back and len({side.partner for side in sides}) == len(sides):
        return sides
    authored = [replace(first_said(session, at, side), id=side.id) for side in sides]
    said = {(one.partner, type(one.value), str(one.value)): one for one in authored}
    return tuple(sorted(said.values(), key=lambda side: (side.partner, side.wall_ms, side.id)))


def is_apart(session: Session, at: Address) -> bool:
    """Return whether different values stand in a register; the same said by several is none."""
    return len({(type(side.value), str(side.value)) for side in session.sides(at)}) > 1


def value_of(session: Session, at: Address, partner: str) -> tuple[Canonical] | None:
    """Return a partner's newest value, wrapped since it may be nothing; ``None`` without one."""
    sides = [side for side in sides_of(session, at) if side.partner == partner]
    if sides:
        return (max(sides, key=lambda side: side.wall_ms).value,)
    return (False,) if at.field == DELETED else None


def line_of(session: Session, at: Address, write: WriteId) -> dict[WriteId, None]:
    """Return a write of a register and those that it replaced, one after the other, as far back as they go."""
    found: dict[WriteId, None] = {}
    waiting = [write]
    while waiting and len(found) < FURTHEST:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += session.file.past.replaced(at, one)
    return found


def first_said(session: Session, at: Address, side: Side) -> Side:
    """Return the write by which a side was said first, by its author.

    Undoing a settlement puts another's value back in one's own hand, and it may have been settled and undone more
    than once.
    """
    said = side
    while (before := _put_back(session, at, said)) is not None:
        said = before
    return said


def _put_back(session: Session, at: Address, side: Side) -> Side | None:
    """Return what a side puts back, if it undoes a settlement.

    The settlement that was undone lies before it, with what both had before in between. An equal value that somebody
    says after a settlement is their own.
    """
    if not side.note.endswith(OPEN_AGAIN):
        return None
    apart = session.file.past.replaced(at, side.id)
    if at.field == DELETED:  # it names what the deletion had seen, too
        apart = session.file.past.replaced(at, apart[0]) if apart else ()
        deleted = (session.write(at, write) for write in apart)
        return next((was for was in deleted if was is not None and was.value == side.value), None)
    for _ in range(2):
        apart = session.file.past.replaced(at, apart[0]) if len(apart) == 1 else apart
    earlier = (session.write(at, write) for write in apart if len(apart) > 1)
    return next((was for was in earlier if was is not None and was.value == side.value), None)
