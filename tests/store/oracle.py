"""What a workspace should show, kept apart from its code: every write with what it replaced."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dyad_desktop.domain.records import Record, entity_of
from dyad_desktop.domain.schema import Canonical, Entity
from dyad_desktop.replication.change import Address, Change, WriteId


@dataclass
class Wrote:
    """One write. ``means`` is the write whose value it brings back, mostly itself."""

    value: Canonical
    replaces: tuple[WriteId, ...]
    clock: int
    means: WriteId


@dataclass
class Oracle:
    """Every write to every register, and what each partner can undo and redo."""

    registers: dict[Address, dict[WriteId, Wrote]] = field(default_factory=dict)
    commits: dict[WriteId, list[Address]] = field(default_factory=dict)
    saw: dict[WriteId, set[WriteId]] = field(default_factory=dict)
    """What each deletion names, anywhere in its entity."""
    undo: dict[str, list[WriteId]] = field(default_factory=lambda: {"A": [], "B": []})
    redo: dict[str, list[WriteId]] = field(default_factory=lambda: {"A": [], "B": []})
    log: list[tuple[str, str, WriteId, WriteId | None]] = field(default_factory=list)

    def heads(self, at: Address) -> list[WriteId]:
        """Return the writes that no write names."""
        writes = self.registers.get(at, {})
        named = {name for wrote in writes.values() for name in wrote.replaces}
        return sorted(write for write in writes if write not in named)

    def add(self, write: WriteId, changes: Iterable[Change], turned: WriteId | None = None) -> None:
        """Take a commit's writes; ``turned`` is the commit that it undoes or does again."""
        made = list(changes)
        self.commits[write] = [change.at for change in made]
        for change in made:
            writes = self.registers.setdefault(change.at, {})
            before = writes[turned].replaces if turned in writes else ()
            means = writes[before[-1]].means if turned is not None and before else write
            names = change.replaces
            if change.at.field == "_deleted":
                self.saw[write] = set(names)
                names = tuple(name for name in names if name in writes)
            writes[write] = Wrote(change.value, names, len(self.commits), means)

    def note(self, partner: str, what: str, write: WriteId, turned: WriteId | None) -> None:
        """Keep what a partner did, for what they can undo next."""
        self.log.append((partner, what, write, turned))
        self._step(partner, what, write, turned)

    def _step(self, partner: str, what: str, write: WriteId, turned: WriteId | None) -> None:
        if what == "edit":
            self.undo[partner].append(write)
            self.redo[partner].clear()
        else:
            source, target = (self.undo, self.redo) if what == "undo" else (self.redo, self.undo)
            if turned in source[partner]:
                source[partner].remove(turned)
            target[partner].append(write)

    def reopen(self) -> None:
        """Forget what lived in the session alone: steps that were passed over as blocked."""
        self.undo = {"A": [], "B": []}
        self.redo = {"A": [], "B": []}
        for entry in self.log:
            self._step(*entry)

    def turned_back(self, write: WriteId) -> tuple[dict[Address, Canonical], set[Address]]:
        """Return what undoing a commit should write, and what is blocked."""
        result: dict[Address, Canonical] = {}
        blocked: set[Address] = set()
        ats = self.commits[write]
        created = {
            at[:2] for at in ats if at.field == "_order" and not self.registers[at][write].replaces
        }
        for kind, entity in created:
            worked_on = {
                at
                for at in self.registers
                if at[:2] == (kind, entity) and at.field != "_deleted" and not self._mine(at, write)
            }
            blocked |= worked_on
            if not worked_on:
                result[Address(kind, entity, "_deleted")] = True
        for at in ats:
            if at[:2] in created:
                continue
            if self._mine(at, write):
                before = self.registers[at][write].replaces
                empty = False if at.field == "_deleted" else None
                result[at] = self.registers[at][before[-1]].value if before else empty
            else:
                blocked.add(at)
        return result, blocked

    def _mine(self, at: Address, write: WriteId) -> bool:
        writes, heads = self.registers[at], self.heads(at)
        if write not in writes:
            return all(writes[head].value is None for head in heads)
        return len(heads) == 1 and writes[heads[0]].means == writes[write].means

    def shown(self, at: Address) -> Canonical:
        """Return the working value of a register."""
        writes, heads = self.registers[at], self.heads(at)
        values = {repr(writes[head].value) for head in heads}
        if len(values) == 1:
            return writes[heads[0]].value
        if at.field == "_order":
            return max((writes[head].clock, writes[head].value) for head in heads)[1]
        shared = set.intersection(*(self._reach(writes, head) for head in heads))
        # Of writes that stood side by side none is what both had.
        reach = {one: self._reach(writes, one) for one in shared}
        alone = [
            one for one in shared
            if all(one in reach[other] or other in reach[one] for other in shared)
        ]  # fmt: skip
        return writes[max(alone, key=lambda w: writes[w].clock)].value if alone else None

    @staticmethod
    def _reach(writes: dict[WriteId, Wrote], head: WriteId) -> set[WriteId]:
        found = {head}
        while more := {n for at in found for n in writes[at].replaces} - found:
            found |= more
        return found

    def contested(self) -> set[Address]:
        """Return the registers with two values standing."""
        return {
            at
            for at, writes in self.registers.items()
            if len({repr(writes[head].value) for head in self.heads(at)}) > 1
            and at.field != "_order"
        } | {
            Address(*at[:2], "_deleted")
            for at in self.registers
            if at.field == "_deleted" and self.fate(at[:2]) == "disputed"
        }

    def fate(self, key: tuple[str, str]) -> str:
        """Return whether an entity is there, gone, or deleted by one and worked on by another."""
        at = Address(*key, "_deleted")
        heads = self.heads(at)
        if not heads or not all(self.registers[at][head].value is True for head in heads):
            return "there"
        seen = set(heads).union(*(self.saw[head] for head in heads))
        others = (a for a in self.registers if a[:2] == key and a.field != "_deleted")
        return "gone" if all(set(self.heads(a)) <= seen for a in others) else "disputed"

    def entities(self) -> dict[tuple[str, str], Entity]:
        """Return every entity that isn't deleted, as the domain has it."""
        records: dict[tuple[str, str], Record] = {}
        gone = set()
        for at in self.registers:
            key = (at.kind, at.id)
            record = records.setdefault(key, {})
            if at.field == "_deleted" and self.fate(key) == "gone":
                gone.add(key)
            if at.slot:
                slots = record.setdefault(at.field, {})
                assert isinstance(slots, dict)
                slots[at.slot] = self.shown(at)
            else:
                record[at.field] = self.shown(at)
        return {key: entity_of(*key, found) for key, found in records.items() if key not in gone}
