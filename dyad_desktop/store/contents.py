"""Contents of files in a workspace: written once by what they are, read back from the log."""

from collections.abc import Callable, Sequence

from dyad_desktop.replication.change import Change
from dyad_desktop.replication.content import CONTENT, batches, joined, name_of, place
from dyad_desktop.store.log import Log
from dyad_desktop.store.state import State


class Contents:
    """What files that belong to things say, by SHA-256."""

    def __init__(
        self, log: Log, state: State, write: Callable[[Sequence[Change], str], object]
    ) -> None:
        """Read from ``log``; ``write`` makes a commit of changes, under a label."""
        self._log, self._state, self._write = log, state, write

    def put(self, data: bytes, note: str) -> str:
        """Keep a content and return its name. What is kept already is not written again; a broken-off one goes on."""
        name = name_of(data)
        if self.get(name) is None:
            for changes in batches(data, self._slots(name)):
                self._write(changes, note)
        return name

    def get(self, name: str) -> bytes | None:
        """Return a content; ``None`` while this copy doesn't hold all of it."""
        pieces: dict[str, str] = {}
        for slot in self._slots(name):
            if not slot.isdecimal():  # a newer version may cut otherwise
                continue
            at = place(name, int(slot))
            for head in self._state.heads(at):
                said = self._log.value(head.id, at)
                if isinstance(said, str):
                    pieces[slot] = said
        return joined(name, pieces) if pieces else None

    def _slots(self, name: str) -> list[str]:
        return list(self._state.document((CONTENT, name)).get("data", {}))
