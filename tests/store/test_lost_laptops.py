"""What a laptop that was given up writes."""

import shutil
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.replication.change import Address, Change, Edit
from dyad_desktop.replication.membership import ANY, MEMBER, Member, taken_back
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, goal, new_goal, set_title, title_of
from tests.store.pairs import Pair, SecondLaptop


class TestLostLaptops:
    @pytest.fixture(autouse=True)
    def _known(self, pair: Pair, tmp_path: Path) -> None:
        """Have Boris's first laptop make his second one known, before it is lost."""
        pair.know(pair.b, "B", SecondLaptop(tmp_path / "k", "boris2"))
        pair.meet()

    def _lost(self, pair: Pair) -> bytes:
        """Let Boris's laptop write something that Anna hasn't seen when it is lost."""
        set_title(pair.b, "B", "Seen")
        pair.meet()
        set_title(pair.b, "B", "Written by a thief")
        return next(a.device for a in pair.a.actors if a.partner == "B")

    def test_one_partner_alone_can_not_silence_the_other(self, pair: Pair) -> None:
        pair.a.retire("A", self._lost(pair))
        pair.send(pair.b, pair.a)
        assert title_of(pair.a) == "Written by a thief"

    def test_what_it_made_is_gone_from_what_is_shown_when_its_word_counts_no_more(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        new_goal(pair.b, "A thief's", "B", "g2")
        shown = pair.a.book().with_records(pair.send(pair.b, pair.a).touched)
        assert shown.get(Goal, "g2") is not None
        second.retire("B", device)
        merged = pair.send(second, pair.a)
        now = pair.a.book()
        assert merged.anew
        assert shown.differing(now) == {("goal", "g1"), ("goal", "g2")}
        assert now.get(Goal, "g2") is None
        second.close()

    def test_the_owner_from_another_laptop_can(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        for first, then in ((True, False), (False, True)):
            third = Desk(tmp_path / f"t{first}", "third").create(pair.a.id)
            third.receive(pair.a.segments_since({}), pair.persons)
            for thief in (first, then):
                source = pair.b if thief else second
                third.receive(source.segments_since(third.vector()), pair.persons)
            assert title_of(third) == "Seen"
            assert third.check() == []
            assert len(third.uncounted()) == 1
            aside = [line for line in third.past.lines() if line.aside]
            assert [line.id for line in aside] == third.uncounted()
            assert third.past.aside({}) == aside
            assert third.past.count_aside() == 1
            third.close()
        second.close()

    def test_another_copy_made_with_its_key_counts_no_more_either(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        thief = Desk(tmp_path / "t", "boris", salt="thief").create(pair.a.id)
        thief.receive(pair.a.segments_since({}), pair.persons)
        set_title(thief, "B", "Written in a fresh copy")
        pair.a.receive(second.segments_since(pair.a.vector()), pair.persons)
        pair.a.receive(thief.segments_since(pair.a.vector()), pair.persons)
        assert title_of(pair.a) == "Seen"
        assert len(pair.a.uncounted()) == 1
        assert pair.a.check() == []
        for each in (second, thief):
            each.close()

    def test_two_that_give_up_each_other_are_out_on_every_copy_alike(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        set_title(pair.b, "B", "From the first")
        pair.meet()
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        set_title(second, "B", "From the second")
        pair.send(second, pair.a)
        pair.send(pair.a, pair.b)
        devices = {a.device_name: a.device for a in pair.a.actors if a.partner == "B"}
        pair.b.retire("B", devices["boris2"])
        second.retire("B", devices["boris"])
        orders = ([pair.b, second], [second, pair.b])
        copies = [Desk(tmp_path / f"c{n}", f"c{n}").create(pair.a.id) for n in range(3)]
        for copy, order in zip(copies, orders, strict=False):
            for source in order:
                copy.receive(source.segments_since(copy.vector()), pair.persons)
        both = [*second.segments_since({}), *pair.b.segments_since({})]
        copies[2].receive(both, pair.persons)
        for source in (second, pair.b):
            pair.send(source, pair.a)
        set_title(pair.a, "A", "Later")
        for copy in (*copies, second, pair.b):
            for source in (pair.a, second, pair.b):
                if source is not copy:
                    pair.send(source, copy)
            assert copy.digest() == pair.a.digest()
            assert copy.check() == []
            assert len(copy.uncounted()) == 2
        for copy in (*copies, second):
            copy.close()

    def test_what_a_restored_laptop_wrote_before_stays_when_it_is_given_up(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        new_goal(pair.a, "Quality", goal_id="g2")
        pair.know(pair.a, "A", SecondLaptop(tmp_path / "k2", "anna2", owner="anna"))
        pair.meet()
        pair.a.close()
        shutil.copytree(desks[0].folder, tmp_path / "image")
        pair.a = desks[0].open()
        set_title(pair.a, "A", "One branch")
        pair.send(pair.a, pair.b)
        pair.a.close()
        shutil.rmtree(desks[0].folder)
        shutil.copytree(tmp_path / "image", desks[0].folder)
        pair.a = desks[0].open()
        set_title(pair.a, "A", "The other branch")
        pair.meet()
        owner = SecondLaptop(tmp_path / "a2", "anna2", owner="anna").create(pair.b.id)
        owner.receive(pair.b.segments_since({}), pair.persons)
        before = {key for key in owner.records() if key[0] == "goal"}
        device = next(a.device for a in owner.actors if a.device_name == "anna")
        owner.retire("A", device)
        pair.send(owner, pair.b)
        for copy in (owner, pair.b):
            assert {key for key in copy.records() if key[0] == "goal"} == before
            assert copy.uncounted() == []
            assert copy.check() == []
        assert owner.digest() == pair.b.digest()
        owner.close()

    def test_a_branch_that_comes_after_the_giving_up_takes_nothing_away(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        set_title(pair.b, "B", "Seen")
        pair.meet()
        pair.b.close()
        shutil.copytree(desks[1].folder, tmp_path / "image")
        pair.b = desks[1].open()
        set_title(pair.b, "B", "Vouched for")
        pair.meet()
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", next(a.device for a in pair.a.actors if a.partner == "B"))
        pair.send(second, pair.a)
        pair.b.close()
        shutil.rmtree(desks[1].folder)
        shutil.copytree(tmp_path / "image", desks[1].folder)
        pair.b = desks[1].open()
        set_title(pair.b, "B", "By a thief")
        set_title(pair.b, "B", "By a thief, later")
        pair.a.receive(pair.b.segments_since({}), pair.persons)
        pair.send(pair.a, second)
        assert pair.a.digest() == second.digest()
        assert len(pair.a.uncounted()) == 1
        values = [side.value for side in pair.a.sides(goal("title"))]
        assert "Vouched for" in values
        set_title(second, "B", "Settled")
        pair.send(second, pair.a)
        assert title_of(pair.a) == title_of(second) == "Settled"
        for copy in (pair.a, second):
            assert copy.check() == []
        second.close()

    def test_a_thing_that_a_lost_laptop_made_and_another_edits_is_sound(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        pair.meet()
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        set_title(pair.b, "B", "Seen")
        pair.meet()
        second.receive(pair.a.segments_since(second.vector()), pair.persons)
        second.retire("B", next(a.device for a in pair.a.actors if a.device_name == "boris"))
        new_goal(pair.b, "Lost", "B", "g9")
        pair.send(pair.b, pair.a)
        pair.send(pair.b, second)
        pair.a.commit("A", [Edit(goal("title", "g9"), "Edited")], "edit")
        pair.send(pair.a, second)
        pair.send(second, pair.a)
        for copy in (pair.a, second):
            assert copy.check() == []
        assert pair.a.digest() == second.digest()
        second.close()

    def _eve(self, pair: Pair, second: Workspace, tmp_path: Path) -> Workspace:
        """Give up Boris's laptop; whoever has it admits Eve, who writes. Only the second one knows it's given up."""
        device = self._lost(pair)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        desk = Desk(tmp_path / "e", "eve")
        person = desk.keys(pair.a.id, "B").person_public
        eve = desk.create(pair.a.id)
        pair.b.admit("B", Member(person, "B", "Eve").changes(), "Admitted Eve")
        eve.receive(pair.b.segments_since({}), pair.persons)
        set_title(eve, "B", "Written by Eve")
        return eve

    def test_whom_a_lost_laptop_admits_counts_nowhere_and_holds_nobody_up(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        eve = self._eve(pair, second, tmp_path)
        honest = [Desk(tmp_path / f"c{n}", f"c{n}").create(pair.a.id) for n in range(4)]
        known, strange = second.segments_since({}), eve.segments_since({})
        for copy, order in zip(
            honest,
            ([known, strange], [strange, known], [[*known, *strange]], [known]),
            strict=True,
        ):
            for delivery in order:
                copy.receive(delivery, pair.persons)
        pair.a.receive(strange, pair.persons)
        set_title(pair.a, "A", "Anna on top of it")
        for copy in (*honest, second):
            copy.receive(pair.a.segments_since(copy.vector()), {})
            pair.a.receive(copy.segments_since(pair.a.vector()), {})
        for copy in (*honest, second):
            copy.receive(pair.a.segments_since(copy.vector()), {})
            assert copy.digest() == pair.a.digest()
            assert copy.check() == []
            assert len(copy.uncounted()) == 3
            assert eve.people.partners().keys() - copy.people.partners().keys()
        assert [s.value for s in pair.a.sides(goal("title"))] == ["Anna on top of it"]
        for copy in (*honest, second, eve):
            copy.close()

    def test_a_stranger_whom_a_partner_admits_too_counts_again(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        eve = self._eve(pair, second, tmp_path)
        for copy in (pair.a, second):
            copy.receive(eve.segments_since(copy.vector()), pair.persons)
        pair.send(second, pair.a)
        assert title_of(pair.a) == title_of(second) == "Seen"
        person = next(iter(eve.people.partners().keys() - pair.a.people.partners().keys()))
        pair.a.admit("A", Member(person, "B", "Eve").changes(), "Admitted Eve")
        assert "Written by Eve" in [side.value for side in pair.a.sides(goal("title"))]
        pair.send(pair.a, second)
        assert second.digest() == pair.a.digest()
        for copy in (pair.a, second):
            assert copy.check() == []
        second.close()
        eve.close()

    def test_the_owner_takes_it_back_and_what_was_written_on_it_counts_again(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        for source, target in ((pair.b, pair.a), (second, pair.a)):
            pair.send(source, target)
        assert title_of(pair.a) == "Seen"
        assert len(pair.a.uncounted()) == 1
        assert second.take_back("B", device).touched == []  # it holds nothing of that laptop
        assert pair.send(second, pair.a).anew
        for file in (second, pair.a):
            assert file.uncounted() == []
        assert title_of(pair.a) == "Written by a thief"
        pair.send(pair.b, second)
        pair.send(pair.a, second)
        assert second.digest() == pair.a.digest()
        assert second.check() == pair.a.check() == []
        second.retire("B", device)  # once more
        pair.send(second, pair.a)
        set_title(pair.b, "B", "Written by a thief again")
        pair.send(pair.b, pair.a)
        assert title_of(pair.a) == title_of(second) == "Written by a thief"
        second.close()

    def test_whoever_has_it_can_not_take_that_back(self, pair: Pair, tmp_path: Path) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        pair.send(second, pair.b)
        pair.b.take_back("B", device)
        set_title(pair.b, "B", "Written by a thief again")
        orders = ([second, pair.b], [pair.b, second], [pair.b])
        for n, order in enumerate(orders):
            with Desk(tmp_path / f"c{n}", f"c{n}").created(pair.a.id) as copy:
                copy.receive(pair.a.segments_since({}), pair.persons)
                for source in order:
                    pair.send(source, copy)
                assert title_of(copy) == "Seen"
                assert len(copy.uncounted()) == 3
                assert copy.check() == []
        second.close()

    def test_a_fresh_copy_on_it_shows_what_all_others_show(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        pair.send(second, pair.a)
        again = Desk(tmp_path / "t", "boris", salt="again").create(pair.a.id)
        again.receive(pair.a.segments_since({}), pair.persons)
        set_title(again, "B", "Written by a fresh actor")
        pair.send(again, pair.a)
        assert title_of(again) == title_of(pair.a) == "Seen"
        assert again.digest() == pair.a.digest()
        for each in (second, again):
            assert each.check() == []
            each.close()

    def test_nobody_takes_back_what_another_said(self, pair: Pair, tmp_path: Path) -> None:
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        for source in (pair.b, second):
            pair.send(source, pair.a)
        boris = next(a.person for a in pair.a.actors if a.partner == "B")
        said = {ANY: {boris.hex(): 0}, pair.b.actors[-1].id.hex(): {boris.hex(): 0}}
        pair.a.admit("A", taken_back(device, boris, said), "Not hers to take back")
        pair.send(pair.a, second)
        for copy in (pair.a, second):
            assert title_of(copy) == "Seen"
            assert len(copy.uncounted()) == 1
            assert copy.check() == []
        assert pair.a.digest() == second.digest()
        second.close()

    def test_where_its_owner_speaks_an_earlier_word_of_another_alone_sets_nothing_aside(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        set_title(pair.b, "B", "Seen")
        pair.meet()
        device = next(a.device for a in pair.a.actors if a.partner == "B")
        pair.a.retire("A", device)
        set_title(pair.b, "B", "Written honestly meanwhile")
        pair.send(pair.b, pair.a)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        pair.send(second, pair.a)
        for copy in (pair.a, second):
            assert title_of(copy) == "Written honestly meanwhile"
            assert copy.uncounted() == []
        second.close()

    def test_whom_it_admits_gives_up_nobody_together_with_it(
        self, pair: Pair, tmp_path: Path
    ) -> None:
        """Else a thief would be two partners by himself."""
        device = self._lost(pair)
        second = SecondLaptop(tmp_path / "b2", "boris2").create(pair.a.id)
        second.receive(pair.a.segments_since({}), pair.persons)
        second.retire("B", device)
        anna = next(a.device for a in pair.a.actors if a.partner == "A")
        desk = Desk(tmp_path / "e", "eve")
        person = desk.keys(pair.a.id, "C").person_public
        pair.b.admit("B", Member(person, "C", "Eve").changes(), "Admitted Eve")
        pair.b.retire("B", anna)
        eve = desk.create(pair.a.id)
        eve.receive(pair.b.segments_since({}), pair.persons)
        eve.retire("C", anna)
        pair.send(second, pair.a)
        pair.a.receive(eve.segments_since({}), {**pair.persons, person: "C"})
        set_title(pair.a, "A", "Written by Anna")
        assert title_of(pair.a) == "Written by Anna"
        assert pair.a.check() == []
        for each in (second, eve):
            each.close()

    def test_both_partners_can(self, pair: Pair, tmp_path: Path) -> None:
        device = self._lost(pair)
        pair.a.retire("A", device)
        pair.send(pair.a, pair.b)
        pair.b.retire("B", device)
        last = pair.b.vector()
        pair.send(pair.b, pair.a)
        assert pair.same
        assert last == pair.a.vector()
        assert pair.a.check() == []


def test_whom_nobody_can_be_is_no_member(pair: Pair) -> None:
    """A key that isn't one, as only a crafted commit has it."""
    before = pair.a.people.members()
    crafted = Change(Address(MEMBER, "no key", "partner"), "B")
    pair.b.admit("B", [crafted], "Crafted")
    pair.send(pair.b, pair.a)
    assert pair.a.people.members() == before
    assert pair.a.people.given_up() == []
