"""Contents of files in a workspace: written once by what they are, read back from the log."""

from collections.abc import Callable, Sequence

from dyad_desktop.replication.change import Address, Change
from dyad_desktop.replication.content import (
    CONTENT,
    PIECE,
    batches,
    bytes_in,
    joined,
    name_of,
    place,
)
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

    def size(self, but: str = "") -> int:
        """Return how many bytes were ever kept, by anybody, also of what nothing names any more, ``but`` for one."""
        last: dict[str, int] = {}
        for at in self._state.authors(CONTENT):
            if at.slot.isdecimal() and at.id != but:
                last[at.id] = max(int(at.slot), last.get(at.id, 0))
        return sum(
            number * PIECE + self._length(place(name, number)) for name, number in last.items()
        )

    def _length(self, at: Address) -> int:
        """Return how many bytes a piece has."""
        said = (self._log.value(head.id, at) for head in self._state.heads(at))
        return max((bytes_in(one) for one in said if isinstance(one, str)), default=0)

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
