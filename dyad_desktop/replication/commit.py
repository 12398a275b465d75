"""A commit: one partner's atomic, attributed change to the partnership, and its bytes."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, count, repeat
from typing import Any, Literal, TypeAlias

import msgspec

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import META_FIELDS, Canonical
from dyad_desktop.errors import DamagedError
from dyad_desktop.replication.change import Address, Change, WriteId

FORMAT = 1
GENESIS = bytes(32)
"""The hash before an actor's first commit."""
CRITICAL = 1
"""Flag: a version that doesn't know the commit's format must hold it and forward it, not fold it."""

EDIT, LOAD, UNDO, REDO, REOPEN = "edit", "load", "undo", "redo", "reopen"
ADMIT, SEAL = "admit", "seal"


@dataclass(frozen=True, slots=True)
class Dependency:
    """How far another actor's chain was known when a commit was made."""

    actor: bytes
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit says. ``wall_ms`` is UTC milliseconds, shown to people and trusted by nothing.

    ``kind`` is ``edit``, ``load``, ``admit`` (members and devices), ``seal`` (of marks),
    ``undo 7f…:12`` or ``redo 7f…:13`` (with the actor, hexadecimal, and the number of
    the commit that is undone or done again); ``note`` is the label that people see.
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


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Commits of one actor that follow each other, the first with number ``first``: their bytes, the hash after each.

    Lists, since a large delivery has a million of them; a ``Sealed`` is made where one is asked for.
    """

    actor: bytes
    first: int
    data: list[bytes]
    hashes: list[bytes]

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, place: int) -> Sealed:
        seq = self.first + range(len(self))[place]
        return Sealed(self.actor, seq, self.data[place], self.hashes[place])

    def __iter__(self) -> Iterator[Sealed]:
        return map(Sealed, repeat(self.actor), count(self.first), self.data, self.hashes)


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


def _pack(actor: bytes, change: Change) -> tuple[Any, ...]:
    at, value, replaces = change
    return (*at, value, [seq if who == actor else (who, seq) for who, seq in replaces])


Names: TypeAlias = tuple[int | tuple[bytes, int], ...]
"""What a change replaces: own commits by number, others by actor and number."""
Cause: TypeAlias = tuple[bytes, int, bytes]
"""Another actor's commit that one builds on: actor, number, hash."""
_Value: TypeAlias = None | bool | int | str | list[str | int]
_DecodedChange: TypeAlias = tuple[str, str, str, str, _Value, Names]
_Decoded: TypeAlias = tuple[
    int, int, int, tuple[Cause, ...], str, int, tuple[_DecodedChange, ...], str
]
_Outlined: TypeAlias = tuple[int, int, int, msgspec.Raw, str, int, msgspec.Raw, str]
WireChange: TypeAlias = tuple[str, str, str, str, Canonical, Names]
Wire: TypeAlias = tuple[int, int, int, tuple[Cause, ...], str, int, tuple[WireChange, ...], str]
"""Format, lamport, wall clock, dependencies, kind, flags, changes, note; a change is kind, id, field, slot,
value, and what it replaces. Tuples all through: they are made faster than lists, and an empty one is there already."""
_decoder: "msgspec.msgpack.Decoder[Wire]" = msgspec.msgpack.Decoder(_Decoded)
_change_of: Callable[[bytes], WireChange] = msgspec.msgpack.Decoder(_DecodedChange).decode
_outline_of = msgspec.msgpack.Decoder(_Outlined).decode
_parts_of = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_DAMAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read(data: bytes) -> Wire:
    """Return the plain form of a commit's bytes.

    Raises:
        DamagedError: they are no commit of a format that this version reads.
    """
    try:
        wire: Wire = _decoder.decode(data)
    except _DAMAGE as error:
        raise _unreadable(data, error) from None
    _refuse_format(wire[0])
    return wire


def _unreadable(data: bytes, error: Exception) -> DamagedError:
    _refuse_format(_format(data))
    return DamagedError(f"a commit can't be read ({error})")


class Outline:
    """A commit whose changes stay in their bytes until a field's are asked for.

    A file that was loaded is one commit of hundreds of thousands of changes, of which an undo needs a few.
    """

    __slots__ = ("_bounds", "_changes", "_fields", "kind", "lamport")
    kind: str
    lamport: int

    def __init__(self, data: bytes) -> None:
        """Read what there is beside the changes; raises as ``read`` does."""
        try:
            form, self.lamport, _, _, self.kind, _, changes, _ = _outline_of(data)
            parts = _parts_of(changes)
        except _DAMAGE as error:
            raise _unreadable(data, error) from None
        _refuse_format(form)
        self._changes = bytes(changes)
        sizes = [len(part) for part in parts]
        self._bounds = list(accumulate(sizes, initial=len(self._changes) - sum(sizes)))
        self._fields: dict[str, dict[tuple[str, str, str, str], WireChange]] = {}

    def change(self, at: Address) -> WireChange | None:
        """Return the change of one register; raises as ``read`` does."""
        found = self._fields.get(at.field)
        if found is None:
            changes = self.changes_of(at.field)
            found = self._fields[at.field] = {change[:4]: change for change in changes}
        return found.get(at)

    def changes_of(self, field: str) -> Iterator[WireChange]:
        """Yield the changes of one field; raises as ``read`` does."""
        name, bounds = field.encode(), self._bounds
        at = self._changes.find(name, bounds[0])
        while 0 <= at < bounds[-1]:  # it may as well stand in a text
            n = bisect_right(bounds, at)
            try:
                change = _change_of(self._changes[bounds[n - 1] : bounds[n]])
            except _DAMAGE as error:
                raise DamagedError(f"a commit can't be read ({error})") from None
            if change[2] == field:
                yield change
            at = self._changes.find(name, bounds[n])


def read_all(data: Sequence[bytes]) -> list[Wire]:
    """Return the plain forms of many commits' bytes; raises as ``read`` does."""
    wires: list[Wire] = []
    quick, rest = _quick_decoder().decode, iter(data)
    while len(wires) < len(data):
        try:
            wires.extend(map(quick, rest))
        except _DAMAGE:  # those before it are in: a name that this version doesn't know, or damage
            wires.append(read(data[len(wires)]))
    return wires


@cache
def _quick_decoder() -> "msgspec.msgpack.Decoder[Wire]":
    """Return what reads usual commits without making anew the names that a long delivery repeats: kinds, fields."""
    kinds = tuple(KINDS)
    names = (*META_FIELDS, *{name: None for spec in KINDS.values() for name in spec.fields})
    form, commit = Literal[FORMAT], Literal[EDIT, LOAD]
    change = tuple[Literal[kinds], str, Literal[names], str, _Value, Names]  # type: ignore[valid-type]
    wire = tuple[form, int, int, tuple[Cause, ...], commit, int, tuple[change, ...], str]  # type: ignore[valid-type]
    return msgspec.msgpack.Decoder(wire)


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
    return Change(Address(where, entity, name, slot), value, names_of(actor, replaces))


def names_of(actor: bytes, names: Names) -> tuple[WriteId, ...]:
    """Return the writes that a change of an actor's commit replaces."""
    return tuple([WriteId(actor, w) if isinstance(w, int) else WriteId(*w) for w in names])


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
