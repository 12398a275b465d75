"""Folds commits into register documents and typed rows, all in the caller's transaction."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import msgspec

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.records import Record
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, Canonical, Policy, field_spec
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import Names, Wire, names_of
from dyad_desktop.replication.content import CONTENT
from dyad_desktop.replication.document import (
    Document,
    Fate,
    Slots,
    all_slots,
    apart,
    fate,
    opened,
    pack,
    pack_packed,
    plain_record,
    record_of,
    unpack,
    unseen,
    writes,
    writes_of,
)
from dyad_desktop.replication.membership import RETIRED, may_say
from dyad_desktop.replication.register import (
    Heads,
    Packed,
    PackedHeads,
    Write,
    came_from,
    contested,
    fold_packed,
    lowest_common_predecessor,
)
from dyad_desktop.store import projection
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.earlier import Earlier
from dyad_desktop.store.hand import Hand, Part
from dyad_desktop.store.index import index_fields
from dyad_desktop.store.layout import VIEWS, projection_shape
from dyad_desktop.store.log import Log
from dyad_desktop.store.retirements import Retirements

Touched = list[tuple[Key, Record | None]]
"""Each thing that commits touched: its fields that were written as they now are, all of a new one's; ``None``: gone."""


Run: TypeAlias = tuple[bytes, Iterable[tuple[int, Wire]]]
"""Commits of one actor that follow each other: the actor, and (number, plain form) of each."""


class Folded(NamedTuple):
    """What folding commits did: what it touched, and the number of each thing that they wrote into."""

    touched: Touched
    numbers: dict[Key, int]


@dataclass(slots=True)
class _Fold:
    """What folding a batch has gathered so far."""

    hand: Hand
    parts: defaultdict[str, dict[str, Part]] = field(default_factory=lambda: defaultdict(dict))
    """By kind and id."""
    argued: set[tuple[str, str, str]] = field(default_factory=set)
    """Kind, id and field where something else than usual was folded."""
    bases: dict[Address, Canonical] = field(default_factory=dict)
    """What both partners last had, of the contested registers that were looked at."""


class State:
    """Register documents and what is projected from them."""

    def __init__(self, raw: Raw, log: Log) -> None:
        """Work on a connection whose log is ``log``."""
        self._raw = raw
        self._log = log
        self.retirements = Retirements(raw, log)
        self.earlier = Earlier()
        self._hand: Hand | None = None
        self._kept: Hand | None = None

    def document(self, key: Key) -> Document:
        """Return an entity's document, empty when there is none."""
        row = self._raw.execute("SELECT doc FROM entity WHERE kind=? AND id=?", key).fetchone()
        return unpack(row[0], self._log.ids) if row else {}

    def heads(self, at: Address) -> Heads:
        """Return the heads of a register."""
        return writes(self._packed(at), self._log.ids)

    def stands_alone(self, at: Address, write: WriteId) -> bool:
        """Return whether a write is a register's only head, as undo asks of every register: without making heads."""
        heads = self._packed(at)
        if len(heads) != 1:
            return False
        number, seq, _, _ = heads[0]
        return seq == write.seq and self._log.ids.get(number) == write.actor

    def _packed(self, at: Address) -> PackedHeads:
        """Return a register's heads as stored. Only it is opened: a bulk change asks for one of each of thousands."""
        kind, entity, name, slot = at
        part = (self._hand or Hand(self._raw, 0)).find((kind, entity))
        slots = part.find(name) if part else None
        return slots.get(slot, ()) if slots else ()

    @contextmanager
    def at_hand(self, changes: int) -> Iterator[None]:
        """Have documents at hand from the look at what ``changes`` write to until they are folded, and for the next.

        After a failure the file may not hold what was folded into them, so none stays.
        """
        hand, self._kept = self._kept, None
        if hand is None:
            hand = Hand(self._raw, changes, keeps=True)
        else:
            hand.begin(changes)
        self._hand = hand
        try:
            yield
            self._kept = self._hand if hand.may_stay else None
        finally:
            self._hand = None

    def forget(self) -> None:
        """Have nothing at hand: the file was written otherwise."""
        self._hand = self._kept = None
        self.earlier.clear()

    def write(self, at: Address, write: WriteId) -> tuple[Write, tuple[WriteId, ...]] | None:
        """Return an earlier write of a register and what it replaced, of what counts; ``None``: it isn't known."""
        found = self._log.written(write, at)
        if found is None:
            return None
        (*_, value, names), lamport = found
        replaced = self._log.counting(at, names_of(write.actor, names))
        if at.field == DELETED:  # it names writes of the entity's other registers too
            replaced = tuple(name for name in replaced if self._in(at, name))
        return Write(write, value, lamport), replaced

    def _in(self, at: Address, write: WriteId) -> bool:
        """Return whether a commit wrote into a register."""
        return write.actor in self._log.actors and self._log.change(write, at) is not None

    def still_counting(self, change: Change) -> tuple[WriteId, ...]:
        """Return which writes a change replaced, as far as they count: none that another of them had replaced."""
        if not any(map(self._log.is_aside, change.replaces)):
            return change.replaces
        found = self._log.counting(change.at, change.replaces)
        behind: set[WriteId] = set()
        for write in found:
            behind |= came_from(write, lambda one: self.write(change.at, one)) - {write}
        return tuple(write for write in found if write not in behind)

    def base(self, at: Address, heads: Heads) -> Canonical:
        """Return what both partners last had in a contested register."""
        found = lowest_common_predecessor(heads, lambda write: self.write(at, write))
        return found.value if found else None

    def argued(self, at: Address, heads: Heads) -> bool:
        """Return whether the partners must settle a register."""
        spec = field_spec(at.kind, at.field)
        return contested(heads, spec.policy if spec else Policy.HOLD)

    def fate(self, key: Key, document: Document) -> Fate:
        """Return whether an entity is there, gone, or deleted by one and edited by another."""
        at = Address(*key, DELETED)
        return fate(document, lambda write: self._named(at, write))

    def _named(self, at: Address, write: WriteId) -> tuple[WriteId, ...]:
        change = self._log.change(write, at)
        return self._log.counting(at, change.replaces) if change else ()

    def unseen(self, key: Key) -> list[Address]:
        """Return the registers that someone wrote into without the deletion of their entity having seen it."""
        document, at = self.document(key), Address(*key, DELETED)
        seen = {head.id for head in self.heads(at)}
        for head in self.heads(at):
            seen.update(self._named(at, head.id))
        return [Address(*key, name, slot) for name, slot in unseen(document, seen)]

    def naming_all(self, change: Change) -> Change:
        """Return a change as it enters the log: a deletion names everything that stands in its entity."""
        if change.at.field != DELETED or change.value is not True:
            return change
        return change._replace(replaces=writes_of(self.document((change.at.kind, change.at.id))))

    def naming_again(
        self, changes: Iterable[Change], undone: Iterable[Change], partner: str
    ) -> list[Change]:
        """Return the inverse of what ``partner`` undoes, or does again, as it enters the log."""
        deleted = {change.at: change for change in undone if change.at.field == DELETED}
        return [
            self._naming_again(change, deleted.get(change.at), partner)
            if change.at.field == DELETED
            else change
            for change in changes
        ]

    def _naming_again(self, change: Change, undone: Change | None, partner: str) -> Change:
        """Return the inverse of a change of whether a thing is deleted.

        A deletion that comes back names what it named at first and still stands, so that what somebody wrote since
        without its having been seen stands apart again; one that undoes a creation names everything. What
        ``partner``, whose deletion it is, wrote since has been seen: their own undo and redo in between is no work
        of others.
        """
        if change.value is not True or undone is None:
            return self.naming_all(change)
        at = change.at
        known = [name for name in undone.replaces if self._in(at, name)]
        standing = dict.fromkeys(writes_of(self.document((at.kind, at.id))))
        named = {n: None for write in known for n in self._named(at, write) if n in standing}
        actors = self._log.actors
        theirs = all(actors[write.actor].partner == partner for write in known)
        own = (
            write
            for write in (standing if theirs else ())
            if actors[write.actor].partner == partner
        )
        return change._replace(replaces=tuple(dict.fromkeys((*named, *own, *change.replaces))))

    def disagreements(self, key: Key, document: Document) -> list[tuple[Address, Canonical]]:
        """Return the registers of an entity that the partners must settle, with what both last had."""
        found = [
            (at, self.base(at, heads))
            for name, slots in document.items()
            for slot, heads in slots.items()
            if len(heads) > 1 and self.argued(at := Address(*key, name, slot), heads)
        ]
        if DELETED in document and self.fate(key, document) is Fate.DISPUTED:
            found.append((Address(*key, DELETED), False))
        return found

    def record(self, key: Key, document: Document) -> Record:
        """Return the record that a document shows."""
        return record_of(*key, document, self.base)

    def apply(self, runs: Iterable[Run], touching: int) -> Folded:
        """Fold commits, each behind its causes, and write what they touch: some ``touching`` things.

        The index of writes by field, and the journal, are ``index``'s: they may follow later.
        """
        if self._hand is None:
            self._kept = None
        batch = _Fold(self._hand or Hand(self._raw, touching))
        for actor, run in runs:
            self._fold(batch, actor, run)
        self._argue(batch)
        return self._store(batch)

    def _fold(self, batch: _Fold, actor: bytes, run: Iterable[tuple[int, Wire]]) -> None:
        """Fold an actor's commits. The usual cases are written out: a large delivery has a million of them."""
        number, last = self._log.numbers[actor], self._log.counted(actor)
        parts: dict[str, Part] = {}
        before_kind, guarded = None, False
        author = self._log.actors[actor]
        for seq, wire in run:
            lamport = wire[1]
            changes = self._log.said(actor, seq, wire) if seq > last or wire[5] else wire[6]
            for kind, entity, name, slot, value, names in changes:
                if kind is not before_kind:
                    before_kind, parts = kind, batch.parts[kind]
                    guarded = kind == RETIRED
                if guarded and not may_say(slot, entity, author):
                    continue
                part = parts.get(entity)
                if part is None:
                    part = parts[entity] = batch.hand.find_or_make((kind, entity))
                if kind == CONTENT:
                    value = None  # noqa: PLW2901 - it stays in the log; its register only says where
                write = (number, seq, lamport, value)
                slots = part.opened.get(name)
                if slots is None:
                    if part.new:  # the field's first write
                        part.opened[name] = {slot: (write,)}
                        continue
                    slots = part.find_or_make(name)  # the same, or still in its bytes
                before = slots.get(slot)
                if (
                    before is None
                    or (  # the register's first write, or the next one of the same actor
                        len(before) == 1 and names == (before[0][1],) and before[0][0] == number
                    )
                ):
                    slots[slot] = (write,)
                else:
                    at = Address(kind, entity, name, slot)
                    slots[slot] = self._folded(at, before, write, names)
                    batch.argued.add((kind, entity, name))

    def _folded(
        self,
        at: Address,
        before: PackedHeads,
        write: Packed,
        names: Names,
    ) -> PackedHeads:
        numbers, ids = self._log.numbers, self._log.ids
        replaces = [
            (write[0], w) if isinstance(w, int) else (numbers.get(w[0], -1), w[1]) for w in names
        ]
        if self._log.retired:
            known = names_of(ids[write[0]], names)
            counting = self._log.counting(at, known)
            replaces = [(numbers.get(actor, -1), seq) for actor, seq in counting]
        return fold_packed(before, write, replaces, ids)

    def _argue(self, batch: _Fold) -> None:
        """Bring the index of disagreements up to date: for fields that have or had some, and for what was deleted."""
        looked: defaultdict[Key, dict[str, Slots]] = defaultdict(dict)
        for kind, entity, name in batch.argued:
            looked[kind, entity][name] = batch.parts[kind][entity].opened[name]
        for kind, parts in batch.parts.items():
            deleted = [entity for entity, part in parts.items() if DELETED in part.document]
            looked.update({(kind, n): all_slots(parts[n].document) for n in deleted})
        gone = [
            (batch.parts[key[0]][key[1]].n, name) for key, names in looked.items() for name in names
        ]
        self._raw.executemany("DELETE FROM contest WHERE entity=? AND field=?", gone)
        for key, fields in looked.items():
            several = fields if DELETED in fields else apart(fields)
            batch.bases.update(self.disagreements(key, opened(several, self._log.ids)))
        rows = [
            (batch.parts[at.kind][at.id].n, at.field, at.slot, msgspec.msgpack.encode(base))
            for at, base in batch.bases.items()
        ]
        self._raw.executemany("INSERT INTO contest VALUES (?,?,?,?)", rows)

    def _store(self, batch: _Fold) -> Folded:
        """Write what was folded, documents and typed rows: each thing's at one go, while the processor has it at hand.

        A document that the file has already keeps its name, whose index then isn't looked at. Of a row that it has,
        unless the thing was deleted, what was written alone.
        """
        folded = Folded([], {})
        rows = projection.Rows()
        new, known = [], []
        for kind, parts in batch.parts.items():
            for entity in list(parts):
                key, part = (kind, entity), parts.pop(entity)
                # The driver binds a bytearray at once, but looks for an adapter of bytes.
                data = bytearray(pack_packed(part.document))
                if part.new:
                    new.append((part.n, kind, entity, data))
                else:
                    known.append((data, part.n))
                if kind in KINDS:
                    whole = part.new or DELETED in part.document
                    record = self._shown(key, part, batch.bases, whole=whole)
                    rows.put(key, record, whole=whole)
                    folded.touched.append((key, record))
                folded.numbers[key] = part.n
                part.written()
        self._raw.executemany("INSERT INTO entity(n,kind,id,doc) VALUES (?,?,?,?)", new)
        self._raw.executemany("UPDATE entity SET doc=? WHERE n=?", known)
        rows.write(self._raw)
        return folded

    def _shown(
        self, key: Key, part: Part, bases: Mapping[Address, Canonical], *, whole: bool
    ) -> Record | None:
        """Return a thing's record, all of it or what was written; ``None`` when it is gone."""
        fields = all_slots(part.document) if whole and not part.new else part.opened
        record = plain_record(key[0], fields)
        if record is None:
            record = self._record(key, opened(fields, self._log.ids), bases)
        return record

    def _record(
        self, key: Key, document: Document, bases: Mapping[Address, Canonical]
    ) -> Record | None:
        """Return the record that a document shows; ``None`` when its entity is gone."""
        if DELETED in document and self.fate(key, document) is Fate.GONE:
            return None

        def base(at: Address, heads: Heads) -> Canonical:
            return bases[at] if at in bases else self.base(at, heads)

        return record_of(*key, document, base)

    def authors(self, kind: str, ids: Sequence[str] | None = None) -> dict[Address, bytes]:
        """Return which actor wrote the value that stands, for every register of a kind (or of some ids)."""
        query = "SELECT id, doc FROM entity WHERE kind=?"
        if ids is None:
            rows = self._raw.execute(query, (kind,)).fetchall()
        else:
            rows = [
                row for one in ids for row in self._raw.execute(query + " AND id=?", (kind, one))
            ]
        names = self._log.ids
        return {
            Address(kind, entity_id, field, slot): heads[-1].id.actor
            for entity_id, doc in rows
            for field, slots in unpack(doc, names).items()
            for slot, heads in slots.items()
        }

    def inner(self, kind: str) -> dict[str, Record]:
        """Return the records of the log's own bookkeeping of one kind: members, devices."""
        rows = self._raw.execute("SELECT id, doc FROM entity WHERE kind=?", (kind,)).fetchall()
        ids = self._log.ids
        return {found: self.record((kind, found), unpack(doc, ids)) for found, doc in rows}

    def digest(self) -> bytes:
        """Return a hash of every register: equal on copies that hold the same commits."""
        found = hashlib.sha256()
        names = {actor: actor for actor in self._log.actors}
        for key, document in sorted(self.documents().items()):
            ordered = {
                name: dict(sorted(slots.items())) for name, slots in sorted(document.items())
            }
            found.update(msgspec.msgpack.encode([*key, pack(ordered, names)]))
        return found.digest()

    def documents(self) -> dict[Key, Document]:
        """Return every entity's document."""
        ids = self._log.ids
        return {
            (kind, entity_id): unpack(doc, ids)
            for kind, entity_id, doc in self._raw.execute(
                "SELECT kind, id, doc FROM entity ORDER BY n"
            )
        }


def rebuild(raw: Raw, log: Log) -> None:
    """Make every view of the log anew: actors' documents, history, disagreements and typed tables.

    In the caller's transaction.
    """
    from dyad_desktop.store import tables  # noqa: PLC0415 - SQLAlchemy, which opening does without

    commits = log.in_order()
    runs = (
        (actor, [(sealed.seq, sealed.wire) for sealed in run])
        for actor, run in groupby(commits, attrgetter("actor"))
    )
    old = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    for name in old:
        if name in VIEWS or name.startswith("kind_"):
            raw.execute(f'DROP TABLE "{name}"')
    for statement in tables.ddl(VIEWS):
        raw.execute(statement)
    numbers = State(raw, log).apply(runs, len(commits)).numbers
    index_fields(raw, log, commits, numbers)
    raw.execute("UPDATE meta SET value=? WHERE key='shape'", (projection_shape(),))
