"""What every replica must show, worked out from all writes ever made; knows nothing of the application's code."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from dyad_desktop.domain.records import Record
from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, Change, WriteId

Reach: TypeAlias = Mapping[bytes, tuple[int, bytes]]
"""How far a replica's chains go: (number, hash) by actor."""

LATEST = {"_order", "between"}
"""Fields whose later write is shown without asking anybody."""
DELETED = "_deleted"


@dataclass(frozen=True)
class Wrote:
    """One write: its value, what it names, its clock."""

    id: WriteId
    value: Canonical
    names: frozenset[WriteId]
    lamport: int


@dataclass
class Oracle:
    """Every write ever acknowledged anywhere."""

    hashes: dict[WriteId, bytes] = field(default_factory=dict)
    lamports: dict[WriteId, int] = field(default_factory=dict)
    registers: dict[Address, list[Wrote]] = field(default_factory=dict)

    def copy(self) -> "Oracle":
        """Return an oracle that knows the same and learns apart."""
        registers = {at: list(writes) for at, writes in self.registers.items()}
        return Oracle(dict(self.hashes), dict(self.lamports), registers)

    def learn(self, write: WriteId, head: bytes, lamport: int, changes: Iterable[Change]) -> None:
        """Take note of a commit; a number that was used for another before is the worst that can happen."""
        assert write not in self.hashes, "two commits of one actor carry one number"
        self.hashes[write] = head
        self.lamports[write] = lamport
        for change in changes:
            wrote = Wrote(write, change.value, frozenset(change.replaces), lamport)
            self.registers.setdefault(change.at, []).append(wrote)

    def learn_chain(self, actor: bytes, commits: Iterable[tuple[bytes, int, list[Change]]]) -> None:
        """Take note of a whole chain: (bytes, lamport, changes) of each commit."""
        head = bytes(32)
        for seq, (data, lamport, changes) in enumerate(commits, start=1):
            head = hashlib.sha256(head + data).digest()
            self.learn(WriteId(actor, seq), head, lamport, changes)

    def view(self, reach: Reach, cut: Mapping[bytes, int] | None = None) -> "View":
        """Return what a replica must show that has been delivered chains up to ``reach``; see ``View.cut``."""
        for actor, (seq, head) in reach.items():
            known = self.hashes.get(WriteId(actor, seq))
            assert known == head, f"commit {seq} of {actor.hex()[:6]} is not the one that was made"
        return View(self, {actor: seq for actor, (seq, _) in reach.items()}, cut or {})


@dataclass
class View:
    """What stands among the writes that have been delivered."""

    oracle: Oracle
    reach: dict[bytes, int]
    cut: Mapping[bytes, int] = field(default_factory=dict)
    """The number of the last commit that counts, of each actor of a laptop that was given up."""

    @cached_property
    def registers(self) -> dict[Address, dict[WriteId, Wrote]]:
        """Return the delivered writes of each register that has any, of those that count."""
        found = {
            at: {
                i: replace(w, names=self._through(at, w.names))
                for i, w in writes.items()
                if not self._aside(i)
            }
            for at, writes in self.delivered.items()
        }
        return {at: writes for at, writes in found.items() if writes}

    def _aside(self, write: WriteId) -> bool:
        return write.seq > self.cut.get(write.actor, write.seq)

    def _through(self, at: Address, names: frozenset[WriteId]) -> frozenset[WriteId]:
        """Return what names of a register come to: of a write that was set aside, what that one's names come to."""
        aside = frozenset(filter(self._aside, names))
        further = (self._through(at, self._names(at, one)) for one in aside)
        return (names - aside).union(*further)

    def _names(self, at: Address, write: WriteId) -> frozenset[WriteId]:
        """Return what a commit names in a register; of a deletion, anywhere in its thing."""
        near = [at] if at.field != DELETED else [one for one in self.delivered if one[:2] == at[:2]]
        found = (self.delivered.get(one, {}).get(write) for one in near)
        return frozenset[WriteId]().union(*(w.names for w in found if w))

    @cached_property
    def delivered(self) -> dict[Address, dict[WriteId, Wrote]]:
        """Return the delivered writes of each register that has any."""
        found = {
            at: {w.id: w for w in writes if w.id.seq <= self.reach.get(w.id.actor, 0)}
            for at, writes in self.oracle.registers.items()
        }
        return {at: writes for at, writes in found.items() if writes}

    @cached_property
    def standing(self) -> dict[Address, list[Wrote]]:
        """Return the heads of each register: the writes that no delivered write names."""
        found: dict[Address, list[Wrote]] = {}
        for at, writes in self.registers.items():
            named = frozenset().union(*(w.names for w in writes.values()))
            found[at] = sorted((w for i, w in writes.items() if i not in named), key=_by_id)
        return found

    @property
    def lamport(self) -> int:
        """Return the greatest clock that has been delivered."""
        mine = (n for w, n in self.oracle.lamports.items() if w.seq <= self.reach.get(w.actor, 0))
        return max(mine, default=0)

    def heads(self, at: Address) -> list[Wrote]:
        """Return the heads of one register."""
        return self.standing.get(at, [])

    def shown(self, at: Address) -> Canonical:
        """Return the working value of a register."""
        heads = self.heads(at)
        if at.field in LATEST:
            return max(heads, key=lambda w: (w.lamport, w.id)).value
        if len({_exactly(w.value) for w in heads}) == 1:
            return heads[0].value
        shared = set.intersection(*(self._behind(at, w) for w in heads))
        writes = self.registers[at]
        behind = {w: self._behind(at, writes[w]) for w in shared}
        # Of writes that stood side by side none is what both had.
        alone = (writes[w] for w in shared if all(w in behind[v] or v in behind[w] for v in shared))
        best = max(alone, key=lambda w: (w.lamport, w.id), default=None)
        return best.value if best else None

    def _behind(self, at: Address, head: Wrote) -> set[WriteId]:
        writes = self.registers[at]
        found = {head.id}
        while more := {n for w in found for n in writes[w].names if n in writes} - found:
            found |= more
        return found

    def contested(self) -> set[Address]:
        """Return what the partners must settle."""
        apart = {
            at
            for at, heads in self.standing.items()
            if at.field not in LATEST and len({_exactly(w.value) for w in heads}) > 1
        }
        return apart | {Address(*key, DELETED) for key in self.keys if self.fate(key) == "disputed"}

    @cached_property
    def keys(self) -> set[tuple[str, str]]:
        """Return every entity that anything was written about."""
        return {(at.kind, at.id) for at in self.registers}

    def fate(self, key: tuple[str, str]) -> str:
        """Return whether an entity is there, gone, or deleted by one and worked on by another."""
        heads = self.heads(Address(*key, DELETED))
        if not heads or any(w.value is not True for w in heads):
            return "there"
        seen = frozenset(w.id for w in heads).union(*(w.names for w in heads))
        return "disputed" if self.unseen(key, seen) else "gone"

    def unseen(self, key: tuple[str, str], seen: frozenset[WriteId]) -> list[Address]:
        """Return the registers of an entity with a head that isn't among ``seen``."""
        return [
            at
            for at, heads in self.standing.items()
            if (at.kind, at.id) == key
            and at.field != DELETED
            and any(w.id not in seen for w in heads)
        ]

    def standing_in(self, key: tuple[str, str]) -> frozenset[WriteId]:
        """Return every write that stands anywhere in an entity."""
        return frozenset(
            w.id for at, heads in self.standing.items() if at[:2] == key for w in heads
        )

    def records(self) -> dict[tuple[str, str], Record]:
        """Return every entity that isn't gone."""
        found: dict[tuple[str, str], Record] = {}
        for at in self.registers:
            key = (at.kind, at.id)
            if self.fate(key) == "gone":
                continue
            record = found.setdefault(key, {})
            if at.slot:
                slots = record.setdefault(at.field, {})
                assert isinstance(slots, dict)
                slots[at.slot] = self.shown(at)
            else:
                record[at.field] = self.shown(at)
        return found


def _by_id(wrote: Wrote) -> WriteId:
    return wrote.id


def _exactly(value: Canonical) -> str:
    """Tell True from 1 and 1 from "1"."""
    return f"{type(value).__name__} {value!r}"
