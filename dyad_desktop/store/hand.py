"""Register documents at hand while things are read and then written at one go: each is read and opened once.

They stay at hand for the next change of the same file, which is often the undo of this one.
"""

from typing import Any, TypeAlias

import msgspec

from dyad_desktop.domain.book import Key
from dyad_desktop.replication.document import PackedDocument, Slots, read_packed, slots_of
from dyad_desktop.store.connection import Raw

MOST = 25_000
"""How many documents may stay at hand from one change to the next: some 2 KB each."""

_Row: TypeAlias = tuple[str, int, bytes]
"""A thing's id, its number and its document."""


class Part(msgspec.Struct, eq=False):
    """One thing's document; ``new`` while the file has none of it.

    ``opened`` are its fields that were looked at since it was last written, those that are written among them; of a
    new one it is the document itself.
    """

    n: int
    document: PackedDocument
    new: bool
    opened: dict[str, Slots]

    def written(self) -> None:
        """Take note that the document is about to stand in the file as it is."""
        self.new, self.opened = False, {}

    def find(self, name: str) -> Slots | None:
        """Return the registers of a field, to be changed in place; ``None`` when it has none. Raises as ``unpack``."""
        slots = self.opened.get(name)
        if slots is None:
            slots = slots_of(self.document, name)
            if slots is not None:
                self.opened[name] = slots
        return slots

    def find_or_make(self, name: str) -> Slots:
        """Return the same, and of a field that has none an empty mapping that belongs to the document."""
        slots = self.find(name)
        if slots is None:
            slots = self.document[name] = self.opened[name] = {}
        return slots


class Hand:
    """The documents of a file. What is folded into them stands in the file only once it is written there."""

    def __init__(self, raw: Raw, touching: int, *, keeps: bool = False) -> None:
        """Get ready for some ``touching`` changes: one reading of a kind is cheaper than many of its things.

        ``keeps``: what was found stays at hand.
        """
        self._raw, self._keeps = raw, keeps
        self._last = int(raw.execute("SELECT coalesce(max(n),0) FROM entity").fetchone()[0])
        self._parts: dict[Key, Part] = {}
        self.begin(touching)

    def begin(self, touching: int) -> None:
        """Get ready for more changes; what is at hand stays."""
        self._many = 4 * touching >= self._last
        self._stored: dict[str, dict[str, _Row]] = {}

    @property
    def may_stay(self) -> bool:
        """Whether there are few enough."""
        return len(self._parts) <= MOST

    def find(self, key: Key) -> Part | None:
        """Return a thing's document; ``None`` when it has none."""
        part = self._parts.get(key)
        if part is None and (row := self._row(key)) is not None:
            part = Part(row[1], read_packed(row[2]), new=False, opened={})
            if self._keeps:
                self._parts[key] = part
        return part

    def find_or_make(self, key: Key) -> Part:
        """Return a thing's document, an empty one with the next number when it has none."""
        part = self.find(key)
        if part is None:
            self._last += 1
            document: Any = {}  # nothing of it is in bytes
            part = Part(self._last, document, new=True, opened=document)
            if self._keeps:
                self._parts[key] = part
        return part

    def _row(self, key: Key) -> _Row | None:
        kind, entity = key
        if self._many:
            stored = self._stored.get(kind)
            if stored is None:
                rows = self._raw.execute("SELECT id, n, doc FROM entity WHERE kind=?", (kind,))
                stored = self._stored[kind] = {row[0]: row for row in rows.fetchall()}
            return stored.get(entity)
        query = "SELECT id, n, doc FROM entity WHERE kind=? AND id=?"
        found: _Row | None = self._raw.execute(query, key).fetchone()
        return found
