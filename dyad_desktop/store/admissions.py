"""Whom the log admits, by whichever commit: read once, then followed as the chains grow."""

from dyad_desktop.replication.strangers import Admission, admissions_in
from dyad_desktop.store.log import Log


class Admissions:
    """Finds the commits that make somebody a member, those that don't count too."""

    def __init__(self, log: Log) -> None:
        """Look into an open file's log, when first asked."""
        self._log = log
        self._seen: dict[bytes, tuple[int, bytes, list[Admission]]] = {}

    def all(self) -> list[Admission]:
        """Return every admission."""
        return [one for actor in self._log.actors for one in self._of(actor)]

    def _of(self, actor: bytes) -> list[Admission]:
        """Return a run's admissions; what was read of it before holds while its hash is the same."""
        last, head = self._log.head(actor)
        start = self._log.owners(actor)[0][0] - 1
        seen, known, found = self._seen.get(actor, (start, b"", []))
        if not start < seen <= last or self._log.hash_at(actor, seen) != known:
            seen, found = start, []
        if seen < last:
            new = admissions_in(actor, seen + 1, self._log.bytes_since(actor, seen))
            found = [*found, *new]
        self._seen[actor] = (last, head, found)
        return found
