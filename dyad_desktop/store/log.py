"""The sacred part of a workspace file: chains of commits, segments of them, and the seals over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Connection, func, select

from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import WriteId
from dyad_desktop.replication.commit import GENESIS, Commit, Sealed, chain_hash, decode
from dyad_desktop.store import tables as t

ACTOR = "_actor"
"""Kind of the entity by which an actor's first commit introduces it; no kind of the domain."""
SEGMENT = 512
"""Commits in one compressed segment."""

_chunk = msgspec.msgpack.Decoder(list[bytes])


@dataclass(frozen=True, slots=True)
class Actor:
    """One incarnation of one file on one device, and whose it is (public keys)."""

    n: int
    id: bytes
    partner: str
    device_name: str
    person: bytes
    device: bytes
    certificate: bytes


class Log:
    """Reads and appends chains. ``raw`` work happens inside the caller's transaction."""

    def __init__(self, connection: Connection) -> None:
        """Read who the actors are."""
        self._connection = connection
        self.actors: dict[bytes, Actor] = {}
        self._heads: dict[bytes, tuple[int, bytes]] = {}
        for row in connection.execute(select(t.actor)):
            self.know(Actor(*row))

    def know(self, actor: Actor) -> None:
        """Take an actor that a row describes."""
        self.actors[actor.id] = actor

    @property
    def numbers(self) -> dict[bytes, int]:
        """Return the small integer of each actor."""
        return {actor.id: actor.n for actor in self.actors.values()}

    @property
    def ids(self) -> dict[int, bytes]:
        """Return the 16 bytes of each actor's small integer."""
        return {actor.n: actor.id for actor in self.actors.values()}

    def add_actor(self, raw: Any, actor: Actor) -> None:  # noqa: ANN401 - the DBAPI has no type
        """Write a new actor's row."""
        raw.execute(
            "INSERT INTO actor VALUES (?,?,?,?,?,?,?)",
            (actor.n, actor.id, actor.partner, actor.device_name, actor.person, actor.device,
             actor.certificate),
        )  # fmt: skip
        self.know(actor)

    def append(self, raw: Any, sealed: Sealed) -> None:  # noqa: ANN401
        """Write a commit's row and its line in the journal."""
        number = self.actors[sealed.actor].n
        self._heads[sealed.actor] = (sealed.seq, sealed.hash)
        raw.execute(
            "INSERT INTO log VALUES (?,?,?,?)", (number, sealed.seq, sealed.hash, sealed.data)
        )
        self.journal(raw, sealed)

    def journal(self, raw: Any, sealed: Sealed) -> None:  # noqa: ANN401
        """Write a commit's line in the journal, the index of commits in order of arrival."""
        raw.execute(
            "INSERT INTO journal(actor,seq,lamport,wall_ms,kind,note,changes) VALUES (?,?,?,?,?,?,?)",
            self.journal_row(sealed),
        )

    def journal_row(self, sealed: Sealed) -> tuple[Any, ...]:
        """Return what the journal says of a commit, but for its place."""
        commit = sealed.commit
        return (
            self.actors[sealed.actor].n, sealed.seq, commit.lamport, commit.wall_ms, commit.kind,
            commit.note, sum(1 for change in commit.changes if change.at.kind != ACTOR),
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

    def _read_head(self, actor: bytes) -> tuple[int, bytes]:
        number = self.actors[actor].n if actor in self.actors else -1
        row = self._connection.execute(
            select(t.log.c.seq, t.log.c.hash)
            .where(t.log.c.actor == number)
            .order_by(t.log.c.seq.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            return row.seq, row.hash
        last = self._connection.execute(
            select(func.max(t.segment.c.last)).where(t.segment.c.actor == number)
        ).scalar()
        if last is None:
            return 0, GENESIS
        found = self.find(actor, last)
        return last, found.hash

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
                raise DamagedError(f"commit {seq} of {self._name(actor)} follows another: its hash differs")
            previous = chain_hash(previous, data)
            if stored is not None and stored != previous:
                raise DamagedError(f"commit {seq} of {self._name(actor)} was changed: its hash differs")
            yield Sealed(actor, seq, data, previous, decode(actor, data))

    def _name(self, actor: bytes) -> str:
        return f"{self.actors[actor].partner} ({actor.hex()[:8]})"

    def _stored(self, actor: bytes) -> Iterator[tuple[int, bytes | None, bytes | None, bytes]]:
        """Yield (seq, the hash before it, its hash, bytes); hashes only where they are stored."""
        number = self.actors[actor].n
        for row in self._connection.execute(
            select(t.segment).where(t.segment.c.actor == number).order_by(t.segment.c.first)
        ).all():
            for place, data in enumerate(_unpacked(row.data)):
                yield row.first + place, None if place else row.previous, None, data
        for row in self._connection.execute(
            select(t.log).where(t.log.c.actor == number).order_by(t.log.c.seq)
        ).all():
            yield row.seq, None, row.hash, row.data

    def find(self, actor: bytes, seq: int) -> Sealed:
        """Return one commit.

        Raises:
            DamagedError: it isn't there.
        """
        number = self.actors[actor].n
        row = self._connection.execute(
            select(t.log.c.hash, t.log.c.data).where(t.log.c.actor == number, t.log.c.seq == seq)
        ).one_or_none()
        if row is not None:
            return Sealed(actor, seq, row.data, row.hash, _decoded(actor, row.data))
        row = self._connection.execute(
            select(t.segment).where(
                t.segment.c.actor == number, t.segment.c.first <= seq, t.segment.c.last >= seq
            )
        ).one_or_none()
        if row is None:
            raise DamagedError(f"commit {seq} of {self._name(actor)} is missing")
        head = row.previous
        data = b""
        for data in _unpacked(row.data)[: seq - row.first + 1]:
            head = chain_hash(head, data)
        return Sealed(actor, seq, data, head, _decoded(actor, data))

    def commit(self, write: WriteId) -> Commit:
        """Return what a commit says."""
        return self.find(write.actor, write.seq).commit

    def in_order(self) -> list[Sealed]:
        """Return all commits in an order that delivers causes before effects."""
        everything = [sealed for actor in self.actors for sealed in self.chain(actor)]
        return sorted(everything, key=lambda s: (s.commit.lamport, s.actor, s.seq))

    def compact(self, raw: Any) -> None:  # noqa: ANN401
        """Compress full runs of an actor's tail into segments."""
        for actor in self.actors.values():
            rows = raw.execute(
                "SELECT seq, hash, data FROM log WHERE actor=? ORDER BY seq", (actor.n,)
            ).fetchall()
            while len(rows) > SEGMENT:
                part, rows = rows[:SEGMENT], rows[SEGMENT:]
                self._compress(raw, actor, part)

    def _compress(self, raw: Any, actor: Actor, rows: list[tuple[int, bytes, bytes]]) -> None:  # noqa: ANN401
        first, last = rows[0][0], rows[-1][0]
        previous = GENESIS if first == 1 else self.find(actor.id, first - 1).hash
        data = zstandard.compress(msgspec.msgpack.encode([row[2] for row in rows]))
        raw.execute("INSERT INTO segment VALUES (?,?,?,?,?)", (actor.n, first, last, previous, data))
        raw.execute("DELETE FROM log WHERE actor=? AND seq<=?", (actor.n, last))


def _unpacked(data: bytes) -> list[bytes]:
    try:
        return _chunk.decode(zstandard.decompress(data, max_output_size=256 * 1024 * 1024))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise DamagedError(f"a segment of the log can't be read ({error})") from None


@lru_cache(maxsize=256)
def _decoded(actor: bytes, data: bytes) -> Commit:
    return decode(actor, data)
