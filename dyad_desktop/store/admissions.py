"""Whom and what the log lets in, by whichever commit: read once, then followed as the chains grow."""

from collections.abc import Iterator

from dyad_desktop.replication.strangers import Admission, Introduction, said_in
from dyad_desktop.store.log import Log


class Admissions:
    """Finds the commits that make somebody a member or a laptop known, those that don't count too."""

    def __init__(self, log: Log) -> None:
        """Look into an open file's log, when first asked."""
        self._log = log
        self._seen: dict[bytes, tuple[int, bytes, list[Admission | Introduction]]] = {}

    def persons(self) -> list[Admission]:
        """Return every admission of a person."""
        return [one for one in self._all() if isinstance(one, Admission)]

    def laptops(self) -> list[Introduction]:
        """Return every commit that makes a laptop known."""
        return [one for one in self._all() if isinstance(one, Introduction)]

    def _all(self) -> Iterator[Admission | Introduction]:
        return (one for actor in self._log.actors for one in self._of(actor))

    def _of(self, actor: bytes) -> list[Admission | Introduction]:
        """Return whom and what a run lets in; what was read of it before holds while its hash is the same."""
        last, head = self._log.head(actor)
        start = self._log.owners(actor)[0][0] - 1
        seen, known, found = self._seen.get(actor, (start, b"", []))
        if not start < seen <= last or self._log.hash_at(actor, seen) != known:
            seen, found = start, []
        if seen < last:
            new = said_in(actor, seen + 1, self._log.bytes_since(actor, seen))
            found = [*found, *new]
        self._seen[actor] = (last, head, found)
        return found
