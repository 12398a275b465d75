"""Copies of drafts whose origin a partner deleted meanwhile: what capital requests posted to them, and how it is kept.

A copy follows what its origin is posted to. Whoever deletes the origin hands that on to the copies that they know;
one that the partner made apart is told here, and what it lost is handed on to it when the origin is let go.
"""

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.operating import Draft
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.session import Session

_POSTS = ("capital_request", "posts_to")


def lost_requests(session: Session, copy: str, origin: Key) -> tuple[CapitalRequest, ...]:
    """Return the requests that posted to a copy through its origin, until that was deleted."""
    book, found = session.book, {}
    for side in session.sides(Address(*origin, DELETED)):
        for change in session.changes(side.id) if side.value is True else ():
            if (change.at.kind, change.at.field) != _POSTS:
                continue
            write, request = (
                session.write(change.at, side.id),
                book.get(CapitalRequest, change.at.id),
            )
            before = write.before if write is not None else None
            posted = isinstance(before, list) and origin[1] in before
            if request is not None and posted and copy not in request.posts_to:
                found[request.id] = request
    return tuple(found.values())


def handed_on(session: Session, copy: str, origin: Key) -> list[FieldEdit]:
    """Return the writes by which a copy lets go of its origin and keeps what was posted to it."""
    sides = session.sides(Address(*origin, "copied_from"))
    further = sides[-1].value if sides else None
    there = session.book.get(Draft, further if isinstance(further, str) else None)
    edits = [FieldEdit("draft", copy, "copied_from", None if there is None else there.id)]
    edits += [
        FieldEdit("capital_request", one.id, "posts_to", [*one.posts_to, copy])
        for one in lost_requests(session, copy, origin)
    ]
    return edits


def lost_words(session: Session, copy: str, origin: Key) -> str:
    """Return how many requests post to a copy no more since its origin is gone; empty where none did."""
    count = len(lost_requests(session, copy, origin))
    if not count:
        return ""
    posts = "1 capital request posts" if count == 1 else f"{count} capital requests post"
    return f"{posts} to this copy no more until you bring it back or let go of it"
