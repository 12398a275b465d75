"""What an editor saw when it opened, so that its edit replaces that and nothing that came later."""

from collections.abc import Callable, Iterable

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.schema import field_spec
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.services.session import Session

Heads = tuple[WriteId, ...]


class Glance:
    """The heads of some registers at the moment when an editor opened on them.

    ``look`` reads them, in the queue before whatever the editor hands in; ``of`` gives an edit its ``seen``.
    """

    def __init__(self, session: Session, places: Iterable[Address], book: Book) -> None:
        self._session, self._book = session, book
        self._heads: dict[Address, Heads | None] = dict.fromkeys(places)

    def look(self) -> None:
        """Read what stands in the registers."""
        for at in self._heads:
            self._heads[at] = seen_in(self._session, at, self._book)

    def of(self, at: Address) -> Callable[[], Heads | None] | None:
        """Return what an edit asks for what its author saw; ``None`` for a register that wasn't looked at."""
        return (lambda: self._heads[at]) if at in self._heads else None


def seen_in(session: Session, at: Address, book: Book) -> Heads:
    """Return the heads of a register that someone who looks at ``book`` sees.

    While the thing is the same object in the newest book, those are the present ones. Where a partner's write
    arrived in between, it is not among them, but what it replaced is; one's own writes always are.
    """
    heads = session.seen(at)
    if session.book.entity(at.kind, at.id) is book.entity(at.kind, at.id):
        return heads
    found: list[WriteId] = []
    for side in session.sides(at):
        if side.partner == session.partner or side.value == _shown(book, at):
            found.append(side.id)
        else:
            found += session.file.past.replaced(at, side.id)
    return tuple(dict.fromkeys(found))


def _shown(book: Book, at: Address) -> object:
    """Return what a book shows in a register, as the log keeps it."""
    value = getattr(book.entity(at.kind, at.id), at.field, None)
    if at.slot and isinstance(value, dict):
        value = value.get(at.slot)
    spec = field_spec(at.kind, at.field)
    return value if value is None or spec is None else spec.check(value)
