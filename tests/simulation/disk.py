"""A disk between the application and SQLite: fails when told to, and knows what a power failure would leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite

_FULL = 2


class Disk:
    """An SQLite connection that can be told to fail, and that counts what has been forced to the disk.

    With ``synchronous=FULL`` every COMMIT forces the journal; with less, nothing does before a checkpoint.
    """

    def __init__(self, raw: Any) -> None:  # noqa: ANN401 - sqlcipher3 has no types
        """Stand before a real connection."""
        self._raw = raw
        self.fuse: int | None = None
        self.synced = self._written()  # what is there already lies on the disk

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._raw, name)

    def execute(self, sql: str, *arguments: Any) -> Any:  # noqa: ANN401
        """Run a statement unless the fuse has burnt down."""
        self._burn(sql)
        found = self._raw.execute(sql, *arguments)
        if sql == "COMMIT" and self._raw.execute("PRAGMA synchronous").fetchone()[0] >= _FULL:
            self.synced = self._written()
        return found

    def executemany(self, sql: str, rows: Any) -> Any:  # noqa: ANN401
        """Run a statement for many rows unless the fuse has burnt down."""
        self._burn(sql)
        return self._raw.executemany(sql, rows)

    def _burn(self, sql: str) -> None:
        if self.fuse is None or sql == "ROLLBACK":
            return
        self.fuse -= 1
        if self.fuse < 0:
            raise sqlite.OperationalError("disk I/O error")

    def _written(self) -> int:
        journal = self.journal
        return journal.stat().st_size if journal.exists() else 0

    @property
    def file(self) -> Path:
        """Return the database's file."""
        return Path(self._raw.execute("PRAGMA database_list").fetchone()[2])

    @property
    def journal(self) -> Path:
        """Return the write-ahead journal beside it."""
        return Path(f"{self.file}-wal")


@contextmanager
def disks(fuse: int | None = None) -> Iterator[None]:
    """Put a disk before every connection that is opened meanwhile; with ``fuse``, it fails after so many statements."""
    real = sqlite.connect

    def connect(*args: Any, **kwargs: Any) -> Disk:  # noqa: ANN401 - whatever is asked of SQLite
        disk = Disk(real(*args, **kwargs))
        disk.fuse = fuse
        return disk

    sqlite.connect = connect
    try:
        yield
    finally:
        sqlite.connect = real
