"""What came of other copies: put together, its chains of hashes verified, and everything in it found to be possible."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from dyad_desktop.errors import BadInputError, DamagedError
from dyad_desktop.replication.branches import Path
from dyad_desktop.replication.commit import Cause, Stretch, Wire, WireChange, read_all
from dyad_desktop.replication.membership import ACTOR, Actor, inner
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.replication.strangers import admitted
from dyad_desktop.replication.validity import (
    MAX_NAME,
    PLAIN,
    refuse_impossible,
    surely_possible,
)

MAX_LAMPORT = 2**53
_EARLIEST = -MAX_LAMPORT
UNTOUCHED = "Nothing of it was applied; your copy is as it was."
CUT = f"What came was changed or cut on its way: its chain of hashes breaks. {UNTOUCHED}"
_UNREADABLE = f"What came holds a commit that can't be read. {UNTOUCHED}"
_IMPOSSIBLE = f"What came holds a commit that can't be. {UNTOUCHED}"


@dataclass(slots=True)
class Said:
    """What commits say, all of it possible."""

    wires: list[Wire]
    times: tuple[int, int] = (0, 0)
    """The logical time of the first and of the last."""
    note: str = ""
    """The label of the last."""
    causes: list[tuple[int, tuple[Cause, ...]]] = field(default_factory=list)
    """The logical time of those that build on other actors' commits, and on which."""
    rising: bool = True
    """Whether each has a later logical time than the one before it."""
    changes: int = 0
    """How many values they write."""
    admits: set[tuple[bytes, str]] = field(default_factory=set)
    """Whom they make members: (person, partner for whom they write)."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What is new of one actor's chain, verified.

    ``whole`` is there when the actor's chain is held otherwise here, or branches: then it is the chain from its
    first commit to this end, and ``commits`` are those of it that aren't held.
    """

    actor: Actor
    commits: Stretch
    said: Said
    seal: bytes
    whole: Path | None = None

    def take(self) -> Iterator[tuple[int, Wire]]:
        """Yield (number, plain form) of each commit, and empty ``said.wires`` on the way.

        What is folded then lies where its commit lay: close to the processor, as memory that was never used isn't.
        """
        wires, first = self.said.wires, self.commits.first
        numbers = range(first, first + len(wires))
        wires.reverse()
        return zip(numbers, iter(wires.pop, None), strict=False)


def read_possible(commits: Stretch) -> Said:
    """Return what commits say, once everything in them is found to be possible.

    Raises:
        RefusedError: one can't be read, or something in it can't be.
    """
    try:
        said = Said(read_all(commits.data))
    except DamagedError:
        raise RefusedError(_UNREADABLE) from None
    before = 0
    plain: dict[str, dict[str, list[Any]]] = {
        kind: {name: [] for name in names} for kind, names in PLAIN.items()
    }
    last, fields = "", {}
    for place, (_, time, wall, causes, _, _, changes, _) in enumerate(said.wires):
        if not (0 < time < MAX_LAMPORT and _EARLIEST <= wall <= MAX_LAMPORT and changes):
            raise RefusedError(_IMPOSSIBLE)
        if time <= before:
            said.rising = False
        if causes:
            said.causes.append((time, causes))
        before = time
        for change in changes:
            kind, entity, name, slot, value, _ = change
            if kind is not last:  # commits of one kind follow each other by the thousand
                last, fields = kind, plain.get(kind, {})
            values = fields.get(name)
            if values is None or slot or not 0 < len(entity) < MAX_NAME:
                _take_other(commits, place, change, said)
            else:
                values.append(value)
    said.times, said.note = (said.wires[0][1], before), said.wires[-1][7]
    _take_plain(commits, plain, said)
    return said


def _take_plain(
    commits: Stretch, plain: Mapping[str, Mapping[str, Sequence[Any]]], said: Said
) -> None:
    """Take the values of plain fields, by kind and name: those that pass together need no closer look."""
    found = {
        (kind, name): values for kind, names in plain.items() for name, values in names.items()
    }
    said.changes += sum(map(len, found.values()))
    unusual = {field for field, values in found.items() if not surely_possible(*field, values)}
    if unusual:
        _look_at(commits, unusual, said.wires)


def _take_other(commits: Stretch, place: int, change: WireChange, said: Said) -> None:
    """Take a change that isn't told at a glance: of a figure, of a month, of who belongs to the partnership."""
    _look_closer(commits, place, change)
    said.changes += not inner(change[0])
    if (found := admitted(change)) is not None:
        said.admits.add(found)


def _look_at(commits: Stretch, fields: Container[tuple[str, str]], wires: Sequence[Wire]) -> None:
    """Refuse what can't be among the values of some plain fields."""
    for place, wire in enumerate(wires):
        for change in wire[6]:
            field = (change[0], change[2])
            if field in fields and not surely_possible(*field, (change[4],)):
                _look_closer(commits, place, change)


def _look_closer(commits: Stretch, place: int, change: WireChange) -> None:
    """Refuse a change that can't be."""
    kind, entity, name, slot, value, _ = change
    if kind == ACTOR and (entity != commits.actor.hex() or commits.first + place != 1):
        raise RefusedError(f"What came introduces another's laptop. {UNTOUCHED}")
    try:
        refuse_impossible(kind, entity, name, slot, value)
    except BadInputError as error:
        raise RefusedError(
            f"What came holds a value that this version can't take: {error}. {UNTOUCHED}"
        ) from None


def hashes_of(seg: Seg) -> list[bytes]:
    """Return the hash after each commit of a segment, whose last must be the segment's own.

    Raises:
        RefusedError: it isn't.
    """
    head = seg.previous
    found = []
    for data in seg.commits:
        head = sha256(
            head + data
        ).digest()  # chain_hash, without a call for each of a million commits
        found.append(head)
    if head != seg.head:
        raise RefusedError(CUT)
    return found


def joined(segments: Sequence[Seg]) -> list[Seg]:
    """Join runs of one actor that follow each other: only the last of them carries the seal that counts."""
    found: dict[bytes, Seg] = {}
    for seg in sorted(segments, key=lambda s: (s.actor, s.first)):
        before = found.get(seg.actor)
        if before is None or before.last + 1 != seg.first or before.head != seg.previous:
            if before is None or seg.last > before.last:
                found[seg.actor] = seg if before is None else _longer(before, seg)
        else:
            found[seg.actor] = _extended(before, seg, 0)
    return list(found.values())


def _longer(before: Seg, seg: Seg) -> Seg:
    """Return the run that reaches further from the same start or overlaps; else the first one."""
    overlap = before.last - seg.first + 1
    if overlap < 0:
        return before
    return _extended(before, seg, overlap)


def _extended(before: Seg, seg: Seg, overlap: int) -> Seg:
    commits = before.commits + seg.commits[overlap:]
    return Seg(seg.actor, before.first, before.previous, commits, seg.head, seg.seal, seg.root)
