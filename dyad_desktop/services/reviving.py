"""What is written so that a thing that was deleted is there again."""

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.session import Session


def revived(session: Session, key: Key) -> list[Edit]:
    """Return the writes that bring a thing back, with what the same commits deleted or let go of for its sake.

    What let go of it and is gone itself by now stays gone: a write into it would call it back.
    """
    back: dict[Address, Edit] = {}
    held: dict[Address, Edit] = {}
    for side in session.sides(Address(*key, DELETED)):
        for change in session.changes(side.id) if side.value is True else ():
            at = change.at
            if at.field == DELETED and change.value is True:
                back[at] = Edit(at, value=False)
            elif session.seen(at) == (side.id,):
                held[at] = Edit(at, session.sides(at)[0].before)
    there = [
        edit
        for at, edit in held.items()
        if session.book.entity(at.kind, at.id) is not None
        or at._replace(field=DELETED, slot="") in back
    ]
    return [*back.values(), *there]
