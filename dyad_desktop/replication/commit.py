"""A commit: one partner's atomic, attributed change to the partnership, and its bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, Change, WriteId

FORMAT = 1
GENESIS = bytes(32)
"""The hash before an actor's first commit."""
CRITICAL = 1
"""Flag: a version that doesn't know the commit's format must hold it and forward it, not fold it."""

EDIT, LOAD, UNDO, REDO, ADMIT = "edit", "load", "undo", "redo", "admit"


@dataclass(frozen=True, slots=True)
class Dependency:
    """How far another actor's chain was known when a commit was made."""

    actor: bytes
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit says. ``wall_ms`` is UTC milliseconds, shown to people and trusted by nothing.

    ``kind`` is ``edit``, ``load``, ``admit`` (members and devices),
    ``undo 12`` or ``redo 13`` (with the number of the commit of the same
    actor that is undone or done again); ``note`` is the label that people see.
    """

    lamport: int
    wall_ms: int
    kind: str
    changes: tuple[Change, ...]
    note: str = ""
    deps: tuple[Dependency, ...] = ()
    flags: int = 0


class Sealed(msgspec.Struct, eq=False, gc=False):
    """A commit in its place: who made it, its number in the chain, its bytes (``data``) and the chain's hash.

    ``wire`` is its plain form, ``commit`` what it says: each is read when it is first asked for, since folding
    needs only the plain one. A struct, and untracked, since a large delivery has a million of them.
    """

    actor: bytes
    seq: int
    data: bytes
    hash: bytes
    _wire: "Wire | None" = None
    _commit: "Commit | None" = None

    @property
    def wire(self) -> "Wire":
        """Return the plain form.

        Raises:
            DamagedError: the bytes are no commit of a format that this version reads.
        """
        if self._wire is None:
            self._wire = read(self.data)
        return self._wire

    @property
    def commit(self) -> Commit:
        """Return what the commit says; raises as ``wire`` does."""
        if self._commit is None:
            self._commit = commit_of(self.actor, self.wire)
        return self._commit

    @property
    def lamport(self) -> int:
        """Return the commit's logical time."""
        return self.wire[1] if self._commit is None else self._commit.lamport

    @property
    def write_id(self) -> WriteId:
        """Return the id of every write in the commit."""
        return WriteId(self.actor, self.seq)


def chain_hash(previous: bytes, data: bytes) -> bytes:
    """Return SHA-256(previous hash ‖ bytes)."""
    return hashlib.sha256(previous + data).digest()


def encode(actor: bytes, commit: Commit) -> bytes:
    """Return the one byte form of a commit (msgpack); predecessors by ``actor`` itself are bare numbers."""
    return msgspec.msgpack.encode(
        [
            FORMAT,
            commit.lamport,
            commit.wall_ms,
            [[dep.actor, dep.seq, dep.hash] for dep in commit.deps],
            commit.kind,
            commit.flags,
            [_pack(actor, change) for change in commit.changes],
            commit.note,
        ]
    )


def _pack(actor: bytes, change: Change) -> list[Any]:
    replaces = [w.seq if w.actor == actor else [w.actor, w.seq] for w in change.replaces]
    return [*change.at, change.value, replaces]


_Decoded: TypeAlias = tuple[
    int,
    int,
    int,
    list[tuple[bytes, int, bytes]],
    str,
    int,
    list[
        tuple[
            str,
            str,
            str,
            str,
            None | bool | int | str | list[str | int],
            list[int | tuple[bytes, int]],
        ]
    ],
    str,
]
WireChange: TypeAlias = tuple[str, str, str, str, Canonical, list[int | tuple[bytes, int]]]
Wire: TypeAlias = tuple[
    int, int, int, list[tuple[bytes, int, bytes]], str, int, list[WireChange], str
]
"""Format, lamport, wall clock, dependencies, kind, flags, changes, note; a change is kind, id, field, slot,
value, and what it replaces (own commits by number, others by actor and number)."""
_decoder: "msgspec.msgpack.Decoder[Wire]" = msgspec.msgpack.Decoder(_Decoded)


def read(data: bytes) -> Wire:
    """Return the plain form of a commit's bytes.

    Raises:
        DamagedError: they are no commit of a format that this version reads.
    """
    try:
        wire: Wire = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _refuse_format(_format(data))
        raise DamagedError(f"a commit can't be read ({error})") from None
    _refuse_format(wire[0])
    return wire


def read_all(data: Sequence[bytes]) -> list[Wire]:
    """Return the plain forms of many commits' bytes; raises as ``read`` does."""
    decode_one = _decoder.decode
    try:
        wires = [decode_one(one) for one in data]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [read(one) for one in data]  # says which and why
    for wire in wires:
        if wire[0] != FORMAT:
            _refuse_format(wire[0])
    return wires


def decode(actor: bytes, data: bytes) -> Commit:
    """Return the commit of its bytes; raises as ``read`` does."""
    return commit_of(actor, read(data))


def commit_of(actor: bytes, wire: Wire) -> Commit:
    """Return the commit of its plain form."""
    _, lamport, wall_ms, deps, kind, flags, changes, note = wire
    return Commit(
        lamport=lamport,
        wall_ms=wall_ms,
        kind=kind,
        note=note,
        flags=flags,
        deps=tuple(Dependency(*dep) for dep in deps),
        changes=tuple(change_of(actor, change) for change in changes),
    )


def change_of(actor: bytes, wire: WireChange) -> Change:
    """Return one change of its plain form."""
    where, entity, name, slot, value, replaces = wire
    return Change(
        Address(where, entity, name, slot),
        value,
        tuple([WriteId(actor, w) if isinstance(w, int) else WriteId(*w) for w in replaces]),
    )


def _format(data: bytes) -> int:
    """Return the format that bytes of an unknown shape claim; ours when they claim none."""
    try:
        found = msgspec.msgpack.decode(data)
    except (msgspec.DecodeError, ValueError, TypeError, RecursionError):
        return FORMAT
    claimed = found[0] if isinstance(found, list) and found else FORMAT
    return claimed if isinstance(claimed, int) else FORMAT


def _refuse_format(form: int) -> None:
    if form != FORMAT:
        raise DamagedError(f"a commit has format {form}; this version reads {FORMAT}")


def seal_up(actor: bytes, seq: int, previous: bytes, commit: Commit) -> Sealed:
    """Put a new commit in its place behind ``previous``, the hash of the commit before it."""
    data = encode(actor, commit)
    return Sealed(actor, seq, data, chain_hash(previous, data), None, commit)
