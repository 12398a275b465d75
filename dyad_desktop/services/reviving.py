"""What is written so that a thing that was deleted is there again, and what that comes to."""

from collections.abc import Sequence

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.contested import Outcome
from dyad_desktop.domain.records import entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import first_said


def revived(session: Session, key: Key) -> list[Edit]:
    """Return the writes that bring a thing back, with what the same commits deleted or let go of for its sake.

    What let go of it and is gone itself by now stays gone: a write into it would call it back.
    """
    back: dict[Address, Edit] = {}
    held: dict[Address, Edit] = {}
    for first in deletions_of(session, key):
        for change in session.changes(first):
            at = change.at
            if at.field == DELETED and change.value is True:
                back[at] = Edit(at, value=False)
            elif session.seen(at) == (first,):
                held[at] = Edit(at, session.sides(at)[0].before)
    there = [
        edit
        for at, edit in held.items()
        if session.book.entity(at.kind, at.id) is not None
        or at._replace(field=DELETED, slot="") in back
    ]
    return [*back.values(), *there]


def deletions_of(session: Session, key: Key) -> tuple[WriteId, ...]:
    """Return the commits that deleted a thing, as far as that stands."""
    at = Address(*key, DELETED)
    # Where a settlement was taken back, the deletion itself lies before what put it back.
    sides = (side for side in session.sides(at) if side.value is True)
    return tuple(first_said(session, at, side).id for side in sides)


class Returning:
    """Finds what comes back with things: once for all that the same commits deleted, which come back together."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[WriteId, ...], Outcome] = {}

    def of(self, key: Key) -> Outcome:
        """Return what it comes to that a thing is there again."""
        commits = deletions_of(self._session, key)
        if commits not in self._known:
            self._known[commits] = outcome_of(self._session, revived(self._session, key))
        return self._known[commits]


def outcome_of(session: Session, edits: Sequence[Edit]) -> Outcome:
    """Return what writes come to, without writing them; what they bring back is as it was last."""
    again = [edit.at for edit in edits if edit.at.field == DELETED and edit.value is False]
    last = session.file.past.last_record
    return Outcome(
        tuple((edit.at, edit.value) for edit in edits if edit.at not in again),
        tuple((at[:2], entity_of(*at[:2], last(at[:2]))) for at in again if at.kind in KINDS),
    )
