"""A session that shows the partnership as it was: pages read it like any other, and every change is refused."""

from collections.abc import Sequence

from dyad_desktop.domain.book import Book
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.replication.commit import EDIT
from dyad_desktop.services.session import ChangeSet, Session

REFUSED = "this is how it was, for looking only; go back to now to change something"


class FrozenSession(Session):
    """An earlier book over the same open file."""

    def __init__(self, session: Session, book: Book) -> None:  # the file is open already
        self._workspace = session.file
        self.path = session.path
        self.book = book
        self._budgets = {}
        self.partner = session.partner

    @property
    def read_only(self) -> bool:
        """Return that nothing can be written."""
        return True

    def disagreements(self) -> list[Address]:
        """Return nothing: what was apart then isn't settled here."""
        return []

    def authors(self, kind: str, ids: Sequence[str] | None = None) -> dict[Address, str]:
        """Return nothing: who wrote what stands now says nothing of then."""
        del kind, ids
        return {}

    @property
    def next_undo(self) -> str | None:
        """Return that nothing can be undone."""
        return None

    @property
    def next_redo(self) -> str | None:
        """Return that nothing can be done again."""
        return None

    def prepare(self) -> None:
        """Make nothing ready: nothing is written."""

    def commit(
        self, edits: Sequence[Edit], note: str, initiator: object = None, *, kind: str = EDIT
    ) -> ChangeSet:
        """Refuse a change.

        Raises:
            BadInputError: always.
        """
        del edits, note, initiator, kind
        raise BadInputError(REFUSED)

    def undo(self, initiator: object = None) -> ChangeSet:
        """Refuse; raises as ``commit`` does."""
        return self.commit([], "", initiator)

    def redo(self, initiator: object = None) -> ChangeSet:
        """Refuse; raises as ``commit`` does."""
        return self.commit([], "", initiator)
