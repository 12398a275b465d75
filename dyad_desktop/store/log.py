"""The sacred part of a workspace file: chains of commits, segments of them, and the seals over them."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import zstandard

from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import GENESIS, Commit, Sealed, chain_hash, decode
from dyad_desktop.replication.membership import Actor, inner
from dyad_desktop.store.connection import Raw

SEGMENT = 512
"""Commits in one compressed segment."""

_KEPT = 256
"""How many commits are kept decoded."""

_JOURNAL = "INSERT INTO journal(actor,seq,lamport,wall_ms,kind,note,changes) VALUES (?,?,?,?,?,?,?)"
_chunk = msgspec.msgpack.Decoder(list[bytes])


class Log:
    """Reads and appends chains. ``raw`` work happens inside the caller's transaction."""

    def __init__(self, raw: Raw) -> None:
        """Read who the actors are."""
        self._raw = raw
        self.actors: dict[bytes, Actor] = {}
        self._heads: dict[bytes, tuple[int, bytes]] = {}
        self._commits: dict[WriteId, tuple[Commit, dict[Address, Change]]] = {}
        for row in raw.execute("SELECT * FROM actor"):
            self.know(Actor(*row))

    def know(self, actor: Actor) -> None:
        """Take an actor that a row describes."""
        self.actors[actor.id] = actor

    @property
    def numbers(self) -> dict[bytes, int | bytes]:
        """Return the small integer of each actor."""
        return {actor.id: actor.n for actor in self.actors.values()}

    @property
    def ids(self) -> dict[int, bytes]:
        """Return the 16 bytes of each actor's small integer."""
        return {actor.n: actor.id for actor in self.actors.values()}

    def add_actor(self, raw: Raw, actor: Actor) -> None:
        """Write a new actor's row."""
        raw.execute(
            "INSERT INTO actor VALUES (?,?,?,?,?,?,?)",
            (actor.n, actor.id, actor.partner, actor.device_name, actor.person, actor.device,
             actor.certificate),
        )  # fmt: skip
        self.know(actor)

    def append(self, raw: Raw, sealed: Sealed) -> None:
        """Write a commit's row and its line in the journal."""
        self.extend(raw, [sealed])

    def extend(self, raw: Raw, commits: Sequence[Sealed]) -> None:
        """Write the rows of many commits, in the order in which they are folded."""
        numbers = self.numbers
        raw.executemany(
            "INSERT INTO log VALUES (?,?,?,?)",
            [(numbers[s.actor], s.seq, s.hash, s.data) for s in commits],
        )
        raw.executemany(_JOURNAL, map(self.journal_row, commits))
        for sealed in commits:
            self._heads[sealed.actor] = (sealed.seq, sealed.hash)

    def journal_row(self, sealed: Sealed) -> tuple[Any, ...]:
        """Return what the journal says of a commit, but for its place."""
        commit = sealed.commit
        return (
            self.actors[sealed.actor].n, sealed.seq, commit.lamport, commit.wall_ms, commit.kind,
            commit.note, sum(1 for change in commit.changes if not inner(change.at.kind)),
        )  # fmt: skip

    def head(self, actor: bytes) -> tuple[int, bytes]:
        """Return (seq, hash) of an actor's last commit; (0, zeros) before the first."""
        found = self._heads.get(actor)
        if found is None:
            found = self._heads[actor] = self._read_head(actor)
        return found

    def forget(self, actor: bytes) -> None:
        """Read an actor's head anew next time: an append was rolled back."""
        self._heads.pop(actor, None)
        self._commits.clear()

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
        return (0, GENESIS) if last is None else (last, self.find(actor, last).hash)

    def chain(self, actor: bytes) -> Iterator[Sealed]:
        """Yield an actor's commits in order, each hash verified against its bytes.

        Raises:
            DamagedError: a commit is missing, changed, or can't be read; says which.
        """
        previous = GENESIS
        for expected, (seq, before, stored, data) in enumerate(self._stored(actor), start=1):
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
            yield Sealed(actor, seq, data, previous, decode(actor, data))

    def _name(self, actor: bytes) -> str:
        return f"{self.actors[actor].partner} ({actor.hex()[:8]})"

    def _stored(self, actor: bytes) -> Iterator[tuple[int, bytes | None, bytes | None, bytes]]:
        """Yield (seq, the hash before it, its hash, bytes); hashes only where they are stored."""
        number = self.actors[actor].n
        segments = "SELECT first, previous, data FROM segment WHERE actor=? ORDER BY first"
        for first, previous, data in self._raw.execute(segments, (number,)).fetchall():
            for place, part in enumerate(_unpacked(data)):
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
            found += _unpacked(data)[max(0, after + 1 - first) :]
        tail = "SELECT data FROM log WHERE actor=? AND seq>? ORDER BY seq"
        found += [data for (data,) in self._raw.execute(tail, (number, after))]
        return found

    def hash_at(self, actor: bytes, seq: int) -> bytes:
        """Return the hash of a chain after commit ``seq``; zeros before the first."""
        if seq == 0:
            return GENESIS
        last, head = self.head(actor)
        return head if seq == last else self.find(actor, seq).hash

    def find(self, actor: bytes, seq: int) -> Sealed:
        """Return one commit.

        Raises:
            DamagedError: it isn't there.
        """
        number = self.actors[actor].n
        row = self._raw.execute(
            "SELECT hash, data FROM log WHERE actor=? AND seq=?", (number, seq)
        ).fetchone()
        if row is not None:
            return Sealed(actor, seq, row[1], row[0], decode(actor, row[1]))
        row = self._raw.execute(
            "SELECT first, previous, data FROM segment WHERE actor=? AND first<=? AND last>=?",
            (number, seq, seq),
        ).fetchone()
        if row is None:
            raise DamagedError(f"commit {seq} of {self._name(actor)} is missing")
        first, head, packed = row
        data = b""
        for data in _unpacked(packed)[: seq - first + 1]:
            head = chain_hash(head, data)
        return Sealed(actor, seq, data, head, decode(actor, data))

    def commit(self, write: WriteId) -> Commit:
        """Return what a commit says."""
        return self._known(write)[0]

    def change(self, write: WriteId, at: Address) -> Change | None:
        """Return what a commit wrote into a register: by index, since a loaded file is one large commit."""
        return self._known(write)[1].get(at)

    def _known(self, write: WriteId) -> tuple[Commit, dict[Address, Change]]:
        known = self._commits.get(write)
        if known is None:
            commit = self.find(write.actor, write.seq).commit
            known = (commit, {change.at: change for change in commit.changes})
            if len(self._commits) >= _KEPT:
                self._commits.pop(next(iter(self._commits)))
            self._commits[write] = known
        return known

    def in_order(self) -> list[Sealed]:
        """Return all commits in an order that delivers causes before effects."""
        everything = [sealed for actor in self.actors for sealed in self.chain(actor)]
        return sorted(everything, key=lambda s: (s.commit.lamport, s.actor, s.seq))

    def compact(self, raw: Raw) -> None:
        """Compress full runs of an actor's tail into segments."""
        for actor in self.actors.values():
            rows = raw.execute(
                "SELECT seq, hash, data FROM log WHERE actor=? ORDER BY seq", (actor.n,)
            ).fetchall()
            while len(rows) > SEGMENT:
                part, rows = rows[:SEGMENT], rows[SEGMENT:]
                self._compress(raw, actor, part)

    def _compress(self, raw: Raw, actor: Actor, rows: list[tuple[int, bytes, bytes]]) -> None:
        first, last = rows[0][0], rows[-1][0]
        previous = GENESIS if first == 1 else self.find(actor.id, first - 1).hash
        data = zstandard.compress(msgspec.msgpack.encode([row[2] for row in rows]))
        raw.execute(
            "INSERT INTO segment VALUES (?,?,?,?,?)", (actor.n, first, last, previous, data)
        )
        raw.execute("DELETE FROM log WHERE actor=? AND seq<=?", (actor.n, last))


def _unpacked(data: bytes) -> list[bytes]:
    try:
        return _chunk.decode(zstandard.decompress(data, max_output_size=256 * 1024 * 1024))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise DamagedError(f"a segment of the log can't be read ({error})") from None
