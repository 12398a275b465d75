"""Reads the sacred part of a workspace file: chains of commits, in their segments and their tail."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.branches import Branch, Path, placed, placed_change
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import (
    CRITICAL,
    GENESIS,
    Commit,
    Outline,
    Sealed,
    Stretch,
    Wire,
    WireChange,
    chain_hash,
    change_of,
)
from dyad_desktop.replication.membership import RETIRED, Actor
from dyad_desktop.replication.messages import MAX_SEQ
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.segments import unpack_segment

_KEPT = 256
"""How many commits are kept decoded."""
_SMALL = 1024
"""A commit of up to so many bytes is read anew by each who looks into it."""
_UNPACKED = 8
"""How many segments are kept unpacked."""


class Chains:
    """The chains of an open file, and who their actors are."""

    def __init__(self, raw: Raw) -> None:
        """Read who the actors are."""
        self._raw = raw
        self.actors: dict[bytes, Actor] = {}
        self.numbers: dict[bytes, int] = {}
        self.ids: dict[int, bytes] = {}
        self._batch: dict[bytes, Stretch] = {}
        self._segments: dict[tuple[int, int], list[bytes]] = {}
        self._heads: dict[bytes, tuple[int, bytes]] = {}
        self._commits: dict[WriteId, tuple[Sealed, Outline]] = {}
        for row in self._raw.execute("SELECT * FROM actor"):
            self.know(Actor(*row))
        self.branches: dict[bytes, Branch] = {}
        self.retired: dict[bytes, int] = {}
        """Behind which commit an actor's word counts no more."""
        row = self._raw.execute("SELECT value FROM meta WHERE key='retired'").fetchone()
        if row:
            self.retired = msgspec.msgpack.decode(row[0], type=dict[bytes, int])
        self.strangers: frozenset[bytes] = frozenset()
        """Persons whom lost laptops alone admitted."""
        row = self._raw.execute("SELECT value FROM meta WHERE key='strangers'").fetchone()
        if row:
            self.strangers = msgspec.msgpack.decode(row[0], type=frozenset[bytes])
        query = "SELECT 1 FROM sqlite_master WHERE name='fork'"
        if self._raw.execute(query).fetchone():  # the first files have no such table
            for n, root, before, first in self._raw.execute("SELECT * FROM fork"):
                self.branches[self.ids[n]] = Branch(root, before, first)

    def know(self, actor: Actor) -> None:
        """Take an actor that a row describes."""
        self.actors[actor.id] = actor
        self.numbers[actor.id] = actor.n
        self.ids[actor.n] = actor.id

    def counts(self, sealed: Sealed) -> bool:
        """Return whether a commit is folded: not one that a newer version marks as critical, nor of a lost laptop.

        Such commits are kept and forwarded all the same.
        """
        return self._counts(sealed.actor, sealed.seq, sealed.wire)

    def _counts(self, actor: bytes, seq: int, wire: Wire) -> bool:
        return seq <= self.counted(actor) and not wire[5] & CRITICAL

    def said(self, actor: bytes, seq: int, wire: Wire) -> Sequence[WireChange]:
        """Return the changes of a commit that are folded: all of one that counts.

        Of a lost laptop's later commits only what they say of lost laptops: which word counts is decided by all
        that was said of it, in whatever order it came, and so on every copy alike. But see ``may_say``.
        """
        changes = wire[6]
        if self._counts(actor, seq, wire):
            return changes
        if wire[5] & CRITICAL:
            return ()
        return [change for change in changes if change[0] == RETIRED]

    def counted(self, actor: bytes) -> int:
        """Return the number of an actor's last commit whose word counts: beyond any, but for a lost laptop."""
        return self.retired.get(actor, MAX_SEQ)

    def is_aside(self, write: WriteId) -> bool:
        """Return whether a commit is one of a lost laptop's that don't count."""
        return write.seq > self.counted(write.actor)

    def counting(self, at: Address, names: Iterable[WriteId]) -> tuple[WriteId, ...]:
        """Return which writes somebody who named ``names`` in a register replaced: only such as count.

        For a write that was set aside stands what it had replaced itself, and so on: whoever wrote over it, before
        they could know, had done with that. A deletion names writes of all of its thing.
        """
        if not self.retired or at.kind == RETIRED:
            return tuple(names)
        found: dict[WriteId, None] = {}
        waiting, looked = list(names), set[WriteId]()
        while waiting:
            name = waiting.pop(0)
            if not self.is_aside(name):
                found[name] = None
            elif name not in looked:
                looked.add(name)
                waiting += self._replaced(at, name)
        return tuple(found)

    def _replaced(self, at: Address, write: WriteId) -> Iterable[WriteId]:
        """Return what a write of a register names; where that tells whether a thing is deleted, of the whole thing."""
        if at.field != DELETED:
            change = self.change(write, at)
            return change.replaces if change else ()
        held = write.actor in self.actors and write.seq <= self.head(write.actor)[0]
        changes = self.commit(write).changes if held else ()
        return [name for change in changes if change.at[:2] == at[:2] for name in change.replaces]

    # -- forks ---------------------------------------------------------------------------------

    def root(self, actor: bytes) -> bytes:
        """Return the actor whose chain a run belongs to: mostly itself."""
        branch = self.branches.get(actor)
        return branch.root if branch else actor

    def forked(self, actor: bytes) -> bool:
        """Return whether a chain branches behind this run."""
        return any(branch.before == actor for branch in self.branches.values())

    def owners(self, actor: bytes) -> list[tuple[int, bytes]]:
        """Return (number of the first commit, id) of a run and of those before it, the nearest first."""
        found = []
        while (branch := self.branches.get(actor)) is not None:
            found.append((branch.first, actor))
            actor = branch.before
        return [*found, (1, actor)]

    def path(self, actor: bytes) -> Path:
        """Return the whole chain that ends with a run."""
        data = [
            part for _, run in reversed(self.owners(actor)) for part in self.bytes_since(run, 0)
        ]
        return Path(tuple(data), self.last_seal(actor))

    def last_seal(self, actor: bytes) -> bytes:
        """Return the signature over a run's end; empty when there is none."""
        row = self._raw.execute(
            "SELECT signature FROM seal WHERE actor=? AND seq=?",
            (self.numbers[actor], self.head(actor)[0]),
        ).fetchone()
        return bytes(row[0]) if row else b""

    def holds(self, actor: bytes, seq: int, head: bytes) -> bool:
        """Return whether some run of an actor's chain has this hash after commit ``seq``."""
        return self._run_with(actor, seq, head) is not None

    def _run_with(self, actor: bytes, seq: int, head: bytes) -> bytes | None:
        root = self.root(actor)
        runs = [root, *(name for name, branch in self.branches.items() if branch.root == root)]
        held = (
            name
            for name in runs
            if name in self.actors
            and self.owners(name)[0][0] <= seq <= self.head(name)[0]
            and self.hash_at(name, seq) == head
        )
        return next(held, None)

    def place_of(self, actor: bytes, seq: int, head: bytes) -> WriteId | None:
        """Return where any chain has this hash after commit ``seq``, looked for at ``actor`` first; ``None``: nowhere.

        Who named the commit may have known its chain under another name: as a branch, or before it branched.
        """
        run = self._run_with(actor, seq, head)
        if run is None:
            roots = {self.root(name) for name in self.actors} - {actor}
            runs = (self._run_with(root, seq, head) for root in roots)
            run = next((found for found in runs if found is not None), None)
        return None if run is None else WriteId(run, seq)

    def head(self, actor: bytes) -> tuple[int, bytes]:
        """Return (seq, hash) of an actor's last commit; (0, zeros) before the first."""
        found = self._heads.get(actor)
        if found is None:
            found = self._heads[actor] = self._read_head(actor)
        return found

    def _read_head(self, actor: bytes) -> tuple[int, bytes]:
        number = self.actors[actor].n if actor in self.actors else -1
        row = self._raw.execute(
            "SELECT seq, hash FROM log WHERE actor=? ORDER BY seq DESC LIMIT 1", (number,)
        ).fetchone()
        if row is not None:
            return row[0], row[1]
        (last,) = self._raw.execute(
            "SELECT max(last) FROM segment WHERE actor=?", (number,)
        ).fetchone()
        if last is not None:
            return last, self.find(actor, last).hash
        branch = self.branches.get(actor)
        return self.head(branch.before) if branch else (0, GENESIS)

    def chain(self, actor: bytes) -> Iterator[Sealed]:
        """Yield an actor's commits in order, each hash verified against its bytes.

        Raises:
            DamagedError: a commit is missing, changed, or can't be read; says which.
        """
        first = self.owners(actor)[0][0]
        previous = self.hash_at(actor, first - 1)
        for expected, (seq, before, stored, data) in enumerate(self._stored(actor), start=first):
            if seq != expected:
                raise DamagedError(f"commit {expected} of {self._name(actor)} is missing")
            if before is not None and before != previous:
                raise DamagedError(
                    f"commit {seq} of {self._name(actor)} follows another: its hash differs"
                )
            previous = chain_hash(previous, data)
            if stored is not None and stored != previous:
                raise DamagedError(
                    f"commit {seq} of {self._name(actor)} was changed: its hash differs"
                )
            yield self.placed(Sealed(actor, seq, data, previous))

    def placed(self, sealed: Sealed) -> Sealed:
        """Return a commit; a branch's names what it replaced by the runs that hold it."""
        if sealed.actor not in self.branches:
            return sealed
        wire = placed(sealed.wire, self.owners(sealed.actor))
        return Sealed(sealed.actor, sealed.seq, sealed.data, sealed.hash, wire)

    def _name(self, actor: bytes) -> str:
        return f"{self.actors[actor].partner} ({actor.hex()[:8]})"

    def _stored(self, actor: bytes) -> Iterator[tuple[int, bytes | None, bytes | None, bytes]]:
        """Yield (seq, the hash before it, its hash, bytes); hashes only where they are stored."""
        number = self.actors[actor].n
        segments = "SELECT first, previous, data FROM segment WHERE actor=? ORDER BY first"
        for first, previous, data in self._raw.execute(segments, (number,)).fetchall():
            for place, part in enumerate(unpack_segment(data)):
                yield first + place, None if place else previous, None, part
        tail = "SELECT seq, hash, data FROM log WHERE actor=? ORDER BY seq"
        for seq, stored, data in self._raw.execute(tail, (number,)).fetchall():
            yield seq, None, stored, data

    def vector(self) -> dict[bytes, tuple[int, bytes]]:
        """Return how far every chain goes: number and hash of its last commit."""
        heads = {actor: self.head(actor) for actor in self.actors}
        return {actor: head for actor, head in heads.items() if head[0]}

    def bytes_since(self, actor: bytes, after: int) -> list[bytes]:
        """Return the bytes of an actor's commits behind number ``after``, in order."""
        number = self.actors[actor].n
        found: list[bytes] = []
        segments = "SELECT first, data FROM segment WHERE actor=? AND last>? ORDER BY first"
        for first, data in self._raw.execute(segments, (number, after)).fetchall():
            found += unpack_segment(data)[max(0, after + 1 - first) :]
        tail = "SELECT data FROM log WHERE actor=? AND seq>? ORDER BY seq"
        found += [data for (data,) in self._raw.execute(tail, (number, after))]
        return found

    def since(self, actor: bytes, after: int) -> list[Sealed]:
        """Return an actor's commits behind number ``after``, their hashes left out."""
        return [
            self.placed(Sealed(actor, n, data, b""))
            for n, data in enumerate(self.bytes_since(actor, after), after + 1)
        ]

    def hash_at(self, actor: bytes, seq: int) -> bytes:
        """Return the hash of a chain after commit ``seq``; zeros before the first."""
        if seq == 0:
            return GENESIS
        branch = self.branches.get(actor)
        if branch is not None and seq < branch.first:
            return self.hash_at(branch.before, seq)
        last, head = self.head(actor)
        return head if seq == last else self.find(actor, seq).hash

    def find(self, actor: bytes, seq: int) -> Sealed:
        """Return one commit.

        Raises:
            DamagedError: it isn't there.
        """
        if actor not in self.actors:
            raise DamagedError(f"commit {seq} of an unknown actor is missing")
        number = self.actors[actor].n
        row = self._raw.execute(
            "SELECT hash, data FROM log WHERE actor=? AND seq=?", (number, seq)
        ).fetchone()
        if row is not None:
            return self.placed(Sealed(actor, seq, row[1], row[0]))
        row = self._raw.execute(
            "SELECT first, previous, data FROM segment WHERE actor=? AND first<=? AND last>=?",
            (number, seq, seq),
        ).fetchone()
        if row is None:
            raise DamagedError(f"commit {seq} of {self._name(actor)} is missing")
        first, head, packed = row
        data = b""
        for data in unpack_segment(packed)[: seq - first + 1]:
            head = chain_hash(head, data)
        return self.placed(Sealed(actor, seq, data, head))

    def commit(self, write: WriteId) -> Commit:
        """Return what a commit says."""
        return self._known(write)[0].commit

    def kind(self, write: WriteId) -> str:
        """Return what a commit is: an edit, an undo of which commit, and so on."""
        return self._known(write)[1].kind

    def lamport(self, write: WriteId) -> int:
        """Return a commit's logical time."""
        return self._known(write)[1].lamport

    def change(self, write: WriteId, at: Address) -> Change | None:
        """Return what a commit wrote into a register."""
        found = self.wire_change(write, at)
        return None if found is None else change_of(write.actor, found)

    def wire_change(self, write: WriteId, at: Address) -> WireChange | None:
        """Return the same in plain form."""
        found = self.written(write, at)
        return None if found is None else found[0]

    def written(self, write: WriteId, at: Address) -> tuple[WireChange, int] | None:
        """Return the same and the commit's logical time: by index, since a loaded file is one large commit."""
        if write.actor not in self.actors or not 0 < write.seq <= self.head(write.actor)[0]:
            return None
        fresh = self._fresh(write)
        if (
            fresh is not None and len(fresh.data) <= _SMALL
        ):  # a large one stays at hand once it was read
            wire = fresh.wire
            found = next((change for change in wire[6] if change[:4] == at), None)
            return None if found is None else (found, wire[1])
        outline = self._known(write)[1]
        found = outline.change(at)
        if found is not None and write.actor in self.branches:
            found = placed_change(found, self.owners(write.actor))
        return None if found is None else (found, outline.lamport)

    def value(self, write: WriteId, at: Address) -> Canonical:
        """Return what a commit wrote into a register, without keeping the commit at hand: it may be large."""
        found = (change[4] for change in self._sealed(write).wire[6] if change[:4] == at)
        return next(found, None)

    def _known(self, write: WriteId) -> tuple[Sealed, Outline]:
        """Return a commit and its outline; the last ones that were asked for stay at hand."""
        known = self._commits.get(write)
        return self._take(write, self._sealed(write)) if known is None else known

    def keep(self, sealed: Sealed) -> None:
        """Have a commit at hand that was just written: what comes next may be its undo."""
        self._take(sealed.write_id, sealed)

    def _take(self, write: WriteId, sealed: Sealed) -> tuple[Sealed, Outline]:
        if len(self._commits) >= _KEPT:
            self._commits.pop(next(iter(self._commits)))
        known = self._commits[write] = (sealed, Outline(sealed.data))
        return known

    def _sealed(self, write: WriteId) -> Sealed:
        """Return one commit, its hash left out where it isn't at hand."""
        if (fresh := self._fresh(write)) is not None:
            return fresh
        number = self.numbers[write.actor]
        query = "SELECT data FROM log WHERE actor=? AND seq=?"
        row = self._raw.execute(query, (number, write.seq)).fetchone()
        if row is not None:
            return self.placed(Sealed(write.actor, write.seq, row[0], b""))
        row = self._raw.execute(
            "SELECT first FROM segment WHERE actor=? AND first<=? AND last>=?",
            (number, write.seq, write.seq),
        ).fetchone()
        if row is None:
            raise DamagedError(f"commit {write.seq} of {self._name(write.actor)} is missing")
        part = self._unpacked_segment(number, row[0])[write.seq - row[0]]
        return self.placed(Sealed(write.actor, write.seq, part, b""))

    def _fresh(self, write: WriteId) -> Sealed | None:
        """Return a commit of those that are being written just now."""
        batch = self._batch.get(write.actor)
        if batch is None or not batch.first <= write.seq < batch.first + len(batch):
            return None
        return self.placed(batch[write.seq - batch.first])

    def _unpacked_segment(self, number: int, first: int) -> list[bytes]:
        """Return a segment's commits; the last few segments that were asked for stay unpacked."""
        found = self._segments.get((number, first))
        if found is None:
            query = "SELECT data FROM segment WHERE actor=? AND first=?"
            found = unpack_segment(self._raw.execute(query, (number, first)).fetchone()[0])
            if len(self._segments) >= _UNPACKED:
                self._segments.pop(next(iter(self._segments)))
            self._segments[number, first] = found
        return found

    def in_order(self) -> list[Sealed]:
        """Return all commits in an order that delivers causes before effects."""
        everything = [sealed for actor in self.actors for sealed in self.chain(actor)]
        return sorted(everything, key=lambda s: (s.lamport, s.actor, s.seq))
