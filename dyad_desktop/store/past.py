"""What was: writes of a thing by index, pages of the journal, and things as they stood at a cut through the log.

A cut says how far each actor's chain counts. It is what one copy held at some moment, so it holds with every
commit what that commit had seen; nothing here folds the whole log for a list.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.records import Record
from dyad_desktop.domain.schema import DELETED, META_FIELDS, Canonical
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import CRITICAL, Commit
from dyad_desktop.replication.document import Document, Fate
from dyad_desktop.replication.register import Write, fold
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.log import Log
from dyad_desktop.store.state import State

Cut: TypeAlias = Mapping[bytes, int]
"""The number of the last commit that counts, by actor; an actor that isn't named counts not at all."""

_END = 2**62
_LINE = "SELECT n, actor, seq, wall_ms, kind, note, changes FROM journal"
_NEWEST = (
    "SELECT j.n, j.actor, j.seq, j.wall_ms, j.kind, j.note, j.changes FROM history h CROSS JOIN journal j"
    " ON j.actor=h.actor AND j.seq=h.seq WHERE h.entity=? AND h.field=? AND h.slot=? AND h.actor=? AND j.n<?"
    " ORDER BY h.seq DESC LIMIT ?"
)
_WRITES = (
    "SELECT h.field, h.slot, h.actor, h.seq, j.n FROM history h CROSS JOIN journal j"
    " ON j.actor=h.actor AND j.seq=h.seq WHERE h.entity=?"
)
_DELETED = "SELECT DISTINCT e.id FROM entity e CROSS JOIN history h ON h.entity=e.n WHERE e.kind=? AND h.field=?"
_FIRST = (
    "SELECT coalesce(min(j.lamport),0) FROM entity e CROSS JOIN history h ON h.entity=e.n CROSS JOIN journal j"
    " ON j.actor=h.actor AND j.seq=h.seq WHERE e.kind=? AND e.id=? AND h.field=?"
)
_LATE = (
    "SELECT e.id FROM entity e CROSS JOIN history h ON h.entity=e.n CROSS JOIN journal j"
    " ON j.actor=h.actor AND j.seq=h.seq WHERE e.kind=? AND e.id IN (SELECT value FROM json_each(?))"
    " AND h.field IN (SELECT value FROM json_each(?)) GROUP BY e.id"
    " HAVING max(CASE WHEN h.field<>? THEN j.lamport END)"
    " > coalesce(min(CASE WHEN h.field=? THEN j.lamport END),0)"
)


@dataclass(frozen=True, slots=True)
class PastWrite:
    """One write: its commit's line, the value, and whose values it replaced."""

    at: Address
    line: JournalLine
    value: Canonical
    replaced: tuple[tuple[str, Canonical], ...]


class Past:
    """Reads the past of one file; ``catch_up`` brings the indexes up to date first."""

    def __init__(self, raw: Raw, log: Log, state: State, catch_up: Callable[[], None]) -> None:
        self._raw, self._log, self._state, self._catch_up = raw, log, state, catch_up

    # -- cuts ----------------------------------------------------------------------------------

    def now(self) -> Cut:
        """Return the cut behind everything."""
        return {actor: self._log.head(actor)[0] for actor in self._log.actors}

    def at(self, n: int) -> Cut:
        """Return what this copy held when the journal had ``n`` lines: their numbers grow along every chain."""
        self._catch_up()
        found = {}
        for actor, number in self._log.numbers.items():
            query = "SELECT coalesce(min(seq),1), coalesce(max(seq),0) FROM journal WHERE actor=?"
            low, high = self._raw.execute(query, (number,)).fetchone()
            low -= 1
            while low < high:
                middle = (low + high + 1) // 2
                query = "SELECT n FROM journal WHERE actor=? AND seq=?"
                row = self._raw.execute(query, (number, middle)).fetchone()
                low, high = (middle, high) if row and row[0] <= n else (low, middle - 1)
            if low:
                found[actor] = low
        return found

    def before(self, write: WriteId) -> Cut:
        """Return what this copy held when a commit came."""
        self._catch_up()
        place = (self._log.numbers[write.actor], write.seq)
        row = self._raw.execute("SELECT n FROM journal WHERE actor=? AND seq=?", place).fetchone()
        return self.at(row[0] - 1 if row else _END)

    # -- the journal ---------------------------------------------------------------------------

    def lines(self, before: int | None = None, limit: int = 100) -> list[JournalLine]:
        """Return lines of the journal in front of line ``before``, the newest first."""
        self._catch_up()
        query = f"{_LINE} WHERE n<? ORDER BY n DESC LIMIT ?"
        return self._lines(self._raw.execute(query, (before or _END, limit)).fetchall())

    def line(self, n: int) -> JournalLine | None:
        """Return one line of the journal."""
        self._catch_up()
        found = self._lines(self._raw.execute(f"{_LINE} WHERE n=?", (n,)).fetchall())
        return found[0] if found else None

    def after(self, n: int) -> JournalLine | None:
        """Return the line behind line ``n``."""
        self._catch_up()
        query = f"{_LINE} WHERE n>? ORDER BY n LIMIT 1"
        found = self._lines(self._raw.execute(query, (n,)).fetchall())
        return found[0] if found else None

    def since(self, cut: Cut, limit: int) -> list[JournalLine]:
        """Return the newest lines of commits behind a cut that count, the newest first."""
        self._catch_up()
        rows: list[tuple[Any, ...]] = []
        query = f"{_LINE} WHERE actor=? AND seq>? AND seq<=? ORDER BY seq DESC LIMIT ?"
        for actor, number in self._log.numbers.items():
            place = (number, cut.get(actor, 0), self._log.counted(actor), limit)
            rows += self._raw.execute(query, place).fetchall()
        rows.sort(reverse=True)
        return self._lines(rows[:limit])

    def count_since(self, cut: Cut) -> int:
        """Return how many commits that count stand behind a cut."""
        last = {actor: min(seq, self._log.counted(actor)) for actor, seq in self.now().items()}
        return sum(max(0, seq - cut.get(actor, 0)) for actor, seq in last.items())

    def count_aside(self) -> int:
        """Return how many commits of laptops that were given up are kept without counting."""
        heads = {actor: self._log.head(actor)[0] for actor in self._log.retired}
        return sum(max(0, seq - self._log.counted(actor)) for actor, seq in heads.items())

    def aside(self, behind: Cut, limit: int = _END) -> list[JournalLine]:
        """Return the oldest commits behind a cut that don't count, as lines, the newest of them first."""
        self._catch_up()
        rows: list[tuple[Any, ...]] = []
        query = f"{_LINE} WHERE actor=? AND seq>? ORDER BY seq LIMIT ?"
        for actor in self._log.retired:
            after = max(self._log.counted(actor), behind.get(actor, 0))
            rows += self._raw.execute(query, (self._log.numbers[actor], after, limit)).fetchall()
        rows.sort()
        return self._lines(rows[:limit][::-1])

    def ordered(self, after: int, limit: int) -> list[tuple[int, WriteId]]:
        """Return (n, commit) of the journal's lines behind line ``after``, the oldest first."""
        self._catch_up()
        query = "SELECT n, actor, seq FROM journal WHERE n>? ORDER BY n LIMIT ?"
        ids = self._log.ids
        rows = self._raw.execute(query, (after, limit))
        return [(n, WriteId(ids[number], seq)) for n, number, seq in rows]

    def _lines(self, rows: Iterable[tuple[Any, ...]]) -> list[JournalLine]:
        found = []
        for n, number, seq, wall_ms, kind, note, changes in rows:
            actor = self._log.actors[self._log.ids[number]]
            write = WriteId(actor.id, seq)
            aside = seq > self._log.counted(actor.id)
            found.append(
                JournalLine(
                    n, write, actor.partner, actor.device_name, wall_ms, kind, note, changes, aside
                )
            )
        return found

    # -- when, in the order of causes ----------------------------------------------------------

    def first(self, key: Key, field: str) -> int:
        """Return the lamport time of the first write of a field; 0 where there is none."""
        self._catch_up()
        return int(self._raw.execute(_FIRST, (*key, field)).fetchone()[0])

    def late(
        self, kind: str, ids: Sequence[str], begun: str, fields: Sequence[str]
    ) -> frozenset[str]:
        """Return which things had one of ``fields`` written after the first write of the field ``begun``."""
        self._catch_up()
        told = (kind, json.dumps(list(ids)), json.dumps([begun, *fields]), begun, begun)
        return frozenset(row[0] for row in self._raw.execute(_LATE, told)) if ids else frozenset()

    # -- writes of a thing ---------------------------------------------------------------------

    def writes(
        self, registers: Sequence[Address], before: int | None = None, limit: int = 100
    ) -> tuple[list[PastWrite], bool]:
        """Return the newest writes of registers in front of journal line ``before``, and whether there are more.

        What one commit wrote is not parted, so there may be a few more than ``limit``.
        """
        self._catch_up()
        found: list[tuple[int, Address, tuple[Any, ...]]] = []
        entities: dict[Key, int] = {}
        for at in registers:
            entity = entities.setdefault(
                key := (at.kind, at.id), entities.get(key) or self._entity(key)
            )
            for number in self._log.ids:
                rows = self._raw.execute(
                    _NEWEST, (entity, at.field, at.slot, number, before or _END, limit + 1)
                )
                found += [(row[0], at, row) for row in rows]
        found.sort(key=lambda one: (-one[0], one[1]))
        end = limit
        while 0 < end < len(found) and found[end][0] == found[end - 1][0]:
            end += 1
        shown = [self._write(at, self._lines([row])[0]) for _, at, row in found[:end]]
        return shown, len(found) > end

    def registers(self, key: Key) -> list[Address]:
        """Return every register that a thing ever had; of its own bookkeeping only whether it is deleted."""
        return [
            Address(*key, name, slot)
            for name, slots in self._state.document(key).items()
            if name not in META_FIELDS or name == DELETED
            for slot in slots
        ]

    def deleted(self, kind: str, field: str, value: Canonical) -> list[Key]:
        """Return the things of a kind with a value in a field that somebody once deleted; some may be back."""
        self._catch_up()
        rows = self._raw.execute(_DELETED, (kind, DELETED))
        keys = [(kind, str(row[0])) for row in rows]
        return [
            key
            for key in keys
            if any(head.value == value for head in self._state.heads(Address(*key, field)))
        ]

    def _entity(self, key: Key) -> int:
        row = self._raw.execute("SELECT n FROM entity WHERE kind=? AND id=?", key).fetchone()
        return int(row[0]) if row else -1

    def _write(self, at: Address, line: JournalLine) -> PastWrite:
        change = self._log.change(line.id, at)
        if change is None:
            raise DamagedError(
                f"the history names a change of {at.kind} {at.id} that its commit lacks"
            )
        replaced = []
        for name in change.replaces:
            was = self._log.change(name, at) if name.actor in self._log.actors else None
            if was is not None:  # a deletion names writes of other registers too
                replaced.append((self._log.actors[name.actor].partner, was.value))
        return PastWrite(at, line, change.value, tuple(replaced))

    # -- things as they were -------------------------------------------------------------------

    def record(self, key: Key, cut: Cut) -> Record | None:
        """Return a thing as it stood at a cut, from its own writes; ``None`` when it wasn't there."""
        self._catch_up()
        return self.record_of(key, self.document(key, cut))

    def record_of(self, key: Key, document: Document) -> Record | None:
        """Return the record that a document of the past shows; ``None`` of one that wasn't there."""
        if not document or self._state.fate(key, document) is Fate.GONE:
            return None
        return self._state.record(key, document)

    def last_record(self, key: Key) -> Record:
        """Return what was last said of a thing, though it may be gone; empty of one that was never there."""
        return self._state.record(key, self._state.document(key))

    def apart_in(self, key: Key) -> list[Address]:
        """Return the registers of a thing that are held apart, though it may be gone."""
        return [at for at, _ in self._state.disagreements(key, self._state.document(key))]

    def contested(self) -> list[Address]:
        """Return the registers that the partners must settle now."""
        rows = self._raw.execute(
            "SELECT e.kind, e.id, c.field, c.slot FROM contest c JOIN entity e ON e.n=c.entity"
        )
        return [Address(*row) for row in rows]

    def apart(
        self, key: Key, document: Document | None = None
    ) -> dict[Address, tuple[WriteId, ...]]:
        """Return the registers of a thing that the partners must settle, with their writes: now, or in a document."""
        document = self._state.document(key) if document is None else document
        return {
            at: tuple(head.id for head in document[at.field][at.slot])
            for at, _ in self._state.disagreements(key, document)
        }

    def count_writes(self, key: Key) -> int:
        """Return how many writes a thing has."""
        self._catch_up()
        query = "SELECT count(*) FROM history WHERE entity=?"
        return int(self._raw.execute(query, (self._entity(key),)).fetchone()[0])

    def document(self, key: Key, cut: Cut) -> Document:
        """Return a thing's registers as they stood at a cut, from its own writes."""
        self._catch_up()
        ids = self._log.ids
        rows = [
            (number, seq, n, Address(*key, name, slot))
            for name, slot, number, seq, n in self._raw.execute(_WRITES, (self._entity(key),))
            if seq <= cut.get(ids[number], 0)
        ]
        rows.sort()  # chain by chain, so that each segment is unpacked once
        found: list[tuple[int, WriteId, Change, int]] = []
        for number, seq, n, at in rows:
            write = WriteId(ids[number], seq)
            commit, change = self._log.commit(write), self._log.change(write, at)
            if change is not None and self.counts(write, commit):
                found.append((n, write, change, commit.lamport))
        document: Document = {}
        for _, write, change, lamport in sorted(found, key=lambda one: one[:2]):
            self.put(document, change, write, lamport)
        return document

    def put(self, document: Document, change: Change, write: WriteId, lamport: int) -> None:
        """Fold a write that counts into a document."""
        slots = document.setdefault(change.at.field, {})
        replaced = self._log.counting(change.at, change.replaces)
        heads = slots.get(change.at.slot, ())
        slots[change.at.slot] = fold(heads, Write(write, change.value, lamport), replaced)

    def counts(self, write: WriteId, commit: Commit) -> bool:
        """Return whether a commit is folded; see ``Log.counts``."""
        last = self._log.retired.get(write.actor)
        return not commit.flags & CRITICAL and (last is None or write.seq <= last)

    def commit(self, write: WriteId) -> Commit:
        """Return what a commit says."""
        return self._log.commit(write)

    def replaced(self, at: Address, write: WriteId) -> tuple[WriteId, ...]:
        """Return which writes a write of a register names: none where there is no such write."""
        change = self._log.change(write, at)
        return () if change is None else change.replaces

    def partner(self, actor: bytes) -> str:
        """Return the partner who writes as an actor."""
        return self._log.actors[actor].partner
