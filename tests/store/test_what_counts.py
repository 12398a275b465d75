"""What counts once a laptop was given up, for all that three laptops may have written: against an oracle."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.replication.change import Edit, WriteId
from dyad_desktop.replication.membership import inner
from dyad_desktop.services.reopening import reopen
from dyad_desktop.store.workspace import Workspace
from tests.simulation.oracle import Oracle, View
from tests.store.desk import Desk, goal, new_goal, title_of
from tests.store.pairs import Pair, SecondLaptop

TITLE, WHY, GONE = goal("title"), goal("why"), goal(DELETED)
NEW = [goal(name, "g2") for name in ("_order", "title", "why")]
ANNA, LOST, SECOND = range(3)
Step: TypeAlias = tuple[int, str, int]
"""Which laptop does what, and with what."""


class Laptops:
    """Anna's, Boris's, which will be given up, and his second one, from which it is."""

    def __init__(self, folder: Path) -> None:
        desks = [Desk(folder / "a", "anna"), Desk(folder / "b", "boris")]
        desks.append(SecondLaptop(folder / "b2", "boris2"))
        anna = desks[0].create()
        new_goal(anna, "At first")
        self.files = [anna, *(desk.create(anna.id) for desk in desks[1:])]
        person = [
            desk.keys(anna.id, who).person_public for desk, who in zip(desks, "AB", strict=False)
        ]
        self.persons = dict(zip(person, "AB", strict=True))
        self.folder, self.oracle, self.cut = folder, Oracle(), dict[bytes, int]()
        self.learnt: set[WriteId] = set()
        self.gave_up: WriteId | None = None
        known = Pair(anna, self.files[LOST], self.persons)
        known.know(self.files[LOST], "B", desks[SECOND])
        for who in (LOST, SECOND):
            self.tell(ANNA, who)
            self.do(who, "write", who)
            self.tell(who, ANNA)
        self.tell(ANNA, LOST)
        self.device = next(a.device for a in self.files[LOST].actors if a.device_name == "boris")

    @property
    def partners(self) -> str:
        """Return who writes on each."""
        return "ABB"

    def tell(self, who: int, other: int) -> None:
        """Bring what one laptop holds to another."""
        source, target = self.files[who], self.files[other]
        target.receive(source.segments_since(target.vector()), self.persons)

    def do(self, who: int, what: str, number: int) -> None:
        """Write, undo, make, delete or bring back something; or tell another; then look at what is shown."""
        who = SECOND if what == "give up" else who
        file, partner = self.files[who], self.partners[who]
        if what == "tell":
            self.tell(who, number % 3)
            self.holds(self.files[number % 3])
        elif what in ("undo", "redo"):
            getattr(file, what)(partner)
        elif what == "give up":
            self._give_up()
        elif what == "save twice":  # of two editors that were open at once
            seen = file.heads(TITLE)
            for value in "st":
                file.commit(partner, [Edit(TITLE, f"{value} {number}", seen)], what)
        else:
            file.commit(partner, self._edits(what, number), what)
        self._learn(file)
        self.holds(file)

    def _edits(self, what: str, number: int) -> list[Edit]:
        value: Canonical = "xyz"[number % 3]
        if what == "make":
            return [Edit(at, value) for at in NEW]
        if what == "delete":
            return [Edit(GONE, value=True)]
        if what == "bring back":
            return [Edit(GONE, value=False)]
        ats = [TITLE, WHY] if number % 5 == 0 else [(TITLE, WHY, NEW[1])[number % 3]]
        return [Edit(at, f"{what} {number}") for at in ats]

    def _give_up(self) -> None:
        file = self.files[SECOND]
        if not self.cut:
            heads = file.vector()
            lost = [one.id for one in file.actors if one.device == self.device]
            self.cut = {actor: heads[actor][0] for actor in lost}
            file.retire("B", self.device)
            actor = next(one.id for one in file.actors if one.device_name == "boris2")
            self.gave_up = WriteId(actor, file.vector()[actor][0])

    def _learn(self, file: Workspace) -> None:
        for actor, (last, _) in file.vector().items():
            for seq in range(1, last + 1):
                write = WriteId(actor, seq)
                if write not in self.learnt:
                    self.learnt.add(write)
                    commit = file.past.commit(write)
                    changes = [one for one in commit.changes if not inner(one.at.kind)]
                    self.oracle.learn(write, file.hash_at(*write), commit.lamport, changes)

    @property
    def uncounted(self) -> int:
        """Return how many of all commits don't count."""
        return sum(one.seq > self.cut.get(one.actor, one.seq) for one in self.learnt)

    def _view(self, file: Workspace) -> View:
        reach, told = file.vector(), self.gave_up
        known = told is not None and reach.get(told.actor, (0, b""))[0] >= told.seq
        return self.oracle.view(reach, self.cut if known else {})

    def holds(self, file: Workspace) -> None:
        """Compare a copy with the oracle."""
        view = self._view(file)
        for at in view.delivered:
            assert file.heads(at) == tuple(w.id for w in view.heads(at)), at
        assert set(file.disagreements()) == view.contested()
        assert file.records() == view.records()
        assert file.check() == []
        for key, record in file.records().items():
            assert file.past.record(key, file.past.now()) == record

    def meet(self) -> None:
        """Bring everything to all: to a new copy too, which must be as those that took it bit by bit."""
        for who, other in itertools.permutations(range(3), 2):
            self.tell(who, other)
        with Desk(self.folder / "c", "copy").created(self.files[0].id) as copy:
            copy.receive(self.files[SECOND].segments_since({}), self.persons)
            for file in (*self.files, copy):
                self.holds(file)
                assert file.digest() == self.files[0].digest()


@contextmanager
def laptops() -> Iterator[Laptops]:
    """Have three laptops that hold the same."""
    with TemporaryDirectory() as folder:
        made = Laptops(Path(folder))
        try:
            yield made
        finally:
            for file in made.files:
                file.close()


WHAT = (
    *["write", "tell"] * 2,
    "save twice",
    "delete",
    "bring back",
    "make",
    "undo",
    "redo",
    "give up",
)
steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(WHAT), st.integers(0, 20)), max_size=14
)


@settings(max_examples=60, deadline=None)
@given(before=steps, after=steps)
def test_each_copy_shows_what_counts_and_all_show_the_same(
    before: Sequence[Step], after: Sequence[Step]
) -> None:
    with laptops() as made:
        for step in (*before, (SECOND, "give up", 0), *after):
            made.do(*step)
        made.meet()
        assert len(made.files[ANNA].uncounted()) == made.uncounted


OVER: list[Step] = [
    (ANNA, "write", 3),
    (ANNA, "tell", LOST),
    (LOST, "write", 6),
    (LOST, "tell", ANNA),
]
"""Anna says something, the lost laptop writes over it, and she has that."""


@pytest.mark.parametrize(
    ("then", "shown"),
    [
        pytest.param([(ANNA, "write", 9)], "write 9", id="written over"),
        pytest.param([(ANNA, "delete", 0)], None, id="deleted over"),
        pytest.param(
            [(ANNA, "write", 9), (LOST, "write", 12), (LOST, "tell", ANNA), (ANNA, "write", 18)],
            "write 18",
            id="twice over",
        ),
        pytest.param([(ANNA, "write", 9), (ANNA, "undo", 0)], "write 6", id="her own word by then"),
    ],
)
def test_who_wrote_over_it_before_she_could_know_does_not_disagree_with_herself(
    then: Sequence[Step], shown: str | None
) -> None:
    with laptops() as made:
        for step in (*OVER, *then, (SECOND, "give up", 0), (SECOND, "tell", ANNA)):
            made.do(*step)
        anna = made.files[ANNA]
        assert anna.disagreements() == []
        assert title_of(anna) == shown


def test_undoing_what_was_written_over_it_brings_back_what_counted_before() -> None:
    with laptops() as made:
        for step in (*OVER, (ANNA, "write", 9), (SECOND, "give up", 0), (SECOND, "tell", ANNA)):
            made.do(*step)
        made.do(ANNA, "undo", 0)
        assert title_of(made.files[ANNA]) == "write 3"


def test_what_stood_before_two_values_is_nothing_that_was_set_aside() -> None:
    with laptops() as made:
        for step in (
            *OVER,
            (ANNA, "save twice", 0),
            (SECOND, "give up", 0),
            (SECOND, "tell", ANNA),
        ):
            made.do(*step)
        assert made.files[ANNA].disagreements() == [TITLE]
        assert made.files[ANNA].base(TITLE) == "write 3"


def test_undoing_its_settlement_brings_back_only_what_counts() -> None:
    with laptops() as made:
        for step in (
            (ANNA, "write", 3),
            (LOST, "write", 6),
            (LOST, "tell", ANNA),
            (ANNA, "write", 9),
            (SECOND, "give up", 0),
            (SECOND, "tell", ANNA),
        ):
            made.do(*step)
        anna = made.files[ANNA]
        assert reopen(anna, "A") is None  # one side of it counts: there is nothing to open again
        made.do(ANNA, "undo", 0)
        assert anna.disagreements() == []
        assert title_of(anna) == "write 3"


def test_undoing_its_settlement_leaves_apart_what_was_apart_without_it() -> None:
    """Of what the lost laptop said, the other side stands for what it had written over."""
    with laptops() as made:
        for step in (
            (ANNA, "write", 3),
            (ANNA, "tell", LOST),
            (SECOND, "write", 12),
            (LOST, "write", 6),
            (LOST, "tell", ANNA),
            (SECOND, "tell", ANNA),
            (ANNA, "write", 9),
            (SECOND, "give up", 0),
            (SECOND, "tell", ANNA),
        ):
            made.do(*step)
        anna = made.files[ANNA]
        assert title_of(anna) == "write 9"
        assert reopen(anna, "A") is not None
        assert {side.value for side in anna.sides(TITLE)} == {"write 3", "write 12"}
        assert anna.base(TITLE) == "At first"


@pytest.mark.parametrize(("what", "there"), [("make", False), ("write", True)])
def test_undo_of_work_on_a_thing_that_it_made(what: str, *, there: bool) -> None:
    """Who wrote over all of it made it, once it is set aside."""
    with laptops() as made:
        for step in (
            (LOST, "make", 1),
            (LOST, "tell", ANNA),
            (ANNA, what, 2),
            (SECOND, "give up", 0),
            (SECOND, "tell", ANNA),
        ):
            made.do(*step)
        anna = made.files[ANNA]
        assert title_of(anna, "g2") is not None
        made.do(ANNA, "undo", 0)
        assert (("goal", "g2") in anna.records()) is there
