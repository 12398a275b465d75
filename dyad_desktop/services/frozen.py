"""A session that shows the partnership as it was: pages read it like any other, and every change is refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.replication.commit import EDIT
from dyad_desktop.replication.views import Side
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.store.unwinding import Unwinding

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.replication.document import Document

REFUSED = "this is how it was, for looking only; go back to now to change something"


class FrozenSession(Session):
    """An earlier book over the same open file, and what was contested then."""

    def __init__(self, session: Session, way: Unwinding) -> None:  # the file is open already
        self._workspace = session.file
        self.path = session.path
        self.book = way.book
        self._way = way
        self._documents: dict[Key, Document] = {}
        self._budgets = {}
        self.partner = session.partner

    @property
    def read_only(self) -> bool:
        """Return that nothing can be written."""
        return True

    def disagreements(self) -> list[Address]:
        """Return the registers that were contested then; here they aren't settled."""
        return [at for at in self._way.apart if self._is_shown(at)]

    def seen(self, at: Address) -> tuple[WriteId, ...]:
        """Return the writes that stood in a register then."""
        key = at[:2]
        if key not in self._documents:
            self._documents[key] = self._workspace.past.document(key, self._way.cut)
        heads = self._documents[key].get(at.field, {}).get(at.slot, ())
        return tuple(head.id for head in heads)

    def sides(self, at: Address) -> tuple[Side, ...]:
        """Return the values that stood in a register then."""
        found = (self._workspace.written(at, write) for write in self.seen(at))
        return tuple(
            sorted(filter(None, found), key=lambda side: (side.partner, side.wall_ms, side.id))
        )

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
