"""The simulation with whole machines set back: numbers are used twice, chains branch, and nothing may be lost.

Ids of branches differ with what a replica knows, so this oracle knows commits by their hash alone. A write whose
predecessor can't be resolved in a branched chain replaces nothing: a disagreement too many is right, a loss never.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.store.writer import Applied
from tests.simulation.computers import Computer, everyone_meets
from tests.simulation.machine import Simulation, _contradictions, any_one, some, which
from tests.simulation.oracle import View
from tests.store.desk import Desk


class Forking(Simulation):
    """Replicas that branch: same commits, same picture; no head is lost; all is held for ever."""

    segment, indexed_at_once = 512, 1000

    def _start(self) -> None:
        if not hasattr(self, "named"):
            self.named: dict[Address, dict[bytes, set[bytes]]] = {}
            self.learnt: set[bytes] = set()
            self.kept: dict[str, tuple[Any, set[bytes]]] = {}
            self.seen_alike: dict[frozenset[bytes], str] = {}
            self.machines: list[tuple[Computer, Any, Any, Any]] = []
            self._learn(self.computers[0])

    def _hashes(self, computer: Computer) -> dict[bytes, WriteId]:
        """Return every commit that a computer holds, by hash."""
        file = computer.file
        return {
            file.hash_at(actor, seq): WriteId(actor, seq)
            for actor, (last, _) in file.vector().items()
            for seq in range(1, last + 1)
        }

    def _learn(self, computer: Computer) -> None:
        """Take note of the commits that a computer holds and the oracle doesn't know."""
        file = computer.file
        for head, write in self._hashes(computer).items():
            if head in self.learnt:
                continue
            self.learnt.add(head)
            for change in file.changes(write):
                names = {file.hash_at(*name) for name in change.replaces}
                self.named.setdefault(change.at, {})[head] = names

    # -- what the plain simulation knows by number -------------------------------------------------

    def _view(self, computer: Computer) -> View:
        self._start()
        return View(self.oracle, {a: seq for a, (seq, _) in computer.file.vector().items()})

    def _commit(self, computer: Computer, edits: Sequence[Edit]) -> None:
        self._start()
        computer.session.commit(edits, "edit")
        self._learn(computer)

    def _expected(self, view: View, edits: Sequence[Edit]) -> dict[Address, Any]:
        return {}

    def _learn_new(self, computer: Computer, wanted: object, view: View) -> None:
        self._learn(computer)

    def _newest(self, computer: Computer, view: View) -> WriteId | None:
        self._learn(computer)
        return None

    def _turned(self, computer: Computer, view: View, applied: Applied | None) -> None:
        self._learn(computer)
        if applied is not None:
            computer.session._took(applied, "undo", "", None)

    def _saw(self, computer: Computer, at: Address, seen: tuple[WriteId, ...]) -> None:
        self._start()

    def _must_reach(self, computer: Computer, path: Any, vector: Any) -> dict[bytes, int]:  # noqa: ANN401
        return {}

    # -- whole machines ----------------------------------------------------------------------------

    @rule(who=which)
    def image(self, who: int) -> None:
        """Take an image of a whole machine: its file and its marks."""
        self._start()
        computer = self._at(who, "takes an image of the machine")
        marks = {p: p.read_bytes() for p in computer.marks.glob("*")}
        self.machines.append((computer, computer.copy(), marks, computer.file.vector()))

    @some("machines")
    @rule(number=any_one, again=st.booleans())
    def set_back(self, number: int, *, again: bool) -> None:
        """Set a whole machine back; with ``again`` it writes at once, under a number that it used before."""
        computer, copy, marks, vector = self.machines[number % len(self.machines)]
        self.tell(f"{computer.who}'s machine is set back to its image")
        self._put(computer, copy, vector)
        for mark, data in marks.items():
            mark.write_bytes(data)
        if again:
            self.write_on(self.computers.index(computer), 1)

    @rule(who=which)
    def newcomer(self, who: int) -> None:
        """Let an empty copy take everything that one holds, in one delivery."""
        self._start()
        computer = self._at(who, "sends everything to a new copy")
        file, place = computer.file, self.folder / f"newcomer-{len(self.story)}"
        with Desk(place, "newcomer").created(file.id) as copy:
            merged = copy.receive(file.segments_since({}), file.people.partners())
            assert not merged.waiting, "a whole copy's commits wait"
            assert copy.vector() == file.vector()
            assert copy.digest() == file.digest()
            assert not [found for found in copy.check() if found.check != "reference"]

    # -- what must hold ----------------------------------------------------------------------------

    def _holds(self, computer: Computer) -> None:
        self._start()
        file, held = computer.file, self._hashes(computer)
        put_back, before = self.kept.get(computer.name, (computer.must, set()))
        if put_back is computer.must:
            assert before <= held.keys(), "what was held is gone"
        self.kept[computer.name] = (computer.must, set(held))
        alike = frozenset(held)
        assert self.seen_alike.setdefault(alike, file.digest()) == file.digest()
        for at, writes in self.named.items():
            mine = {head: names for head, names in writes.items() if head in held}
            gone = set().union(*mine.values()) if mine else set()
            shown = {file.hash_at(*head) for head in file.heads(at)}
            assert mine.keys() - gone <= shown, f"a head of {at} is lost"
            assert shown <= mine.keys()
        assert computer.session.book._rows == file.book()._rows

    def _converge(self) -> None:
        self._start()
        self.tell("all meet twice")
        everyone_meets(self.computers)
        first = self.computers[0]
        for computer in self.computers:
            assert computer.file.vector() == first.file.vector(), "they met and differ"
            assert computer.file.digest() == first.file.digest()
            self._holds(computer)
            found = _contradictions(computer)
            assert not found, f"{computer.who}: {found}"
        self.newcomer(0)
