"""Two copies of one partnership on two computers, and what passes between them."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal
from dyad_desktop.errors import DyadError, WorkspaceError
from dyad_desktop.replication.change import Address, Change, Edit
from dyad_desktop.replication.commit import CRITICAL, GENESIS, Commit, chain_hash, seal_up
from dyad_desktop.replication.membership import Member
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.replication.signing import Keys
from dyad_desktop.store.merge import Merged
from dyad_desktop.store.workspace import Workspace
from tests.simulation.disk import disks
from tests.store.desk import Desk, goal, new_goal, set_title, title_of


@dataclass
class Pair:
    """Anna's copy (partner A) and Boris's copy (partner B), each of whom knows the other's person."""

    a: Workspace
    b: Workspace
    persons: dict[bytes, str]

    def send(self, source: Workspace, target: Workspace) -> Merged:
        return target.receive(source.segments_since(target.vector()), self.persons)

    def meet(self) -> None:
        self.send(self.a, self.b)
        self.send(self.b, self.a)

    @property
    def same(self) -> bool:
        return self.a.digest() == self.b.digest()


@pytest.fixture
def desks(tmp_path: Path) -> tuple[Desk, Desk]:
    return Desk(tmp_path / "a", "anna"), Desk(tmp_path / "b", "boris")


@pytest.fixture
def pair(desks: tuple[Desk, Desk]) -> Iterator[Pair]:
    a = desks[0].create()
    b = desks[1].create(a.id)
    persons = {
        desks[0].keys(a.id, "A").person_public: "A",
        desks[1].keys(a.id, "B").person_public: "B",
    }
    new_goal(a, "Access")
    found = Pair(a, b, persons)
    found.meet()
    yield found
    found.a.close()
    found.b.close()


def _title(book: Book) -> str:
    return book.need(Goal, "g1").title


class TestMerging:
    def test_what_one_wrote_is_on_both(self, pair: Pair) -> None:
        assert title_of(pair.b) == "Access"
        assert pair.same
        set_title(pair.b, "B", "Access for all")
        merged = pair.send(pair.b, pair.a)
        assert (len(merged.commits), merged.changes) == (1, 1)
        assert title_of(pair.a) == "Access for all"
        assert pair.same

    def test_two_values_written_apart_stand_side_by_side_until_one_settles(
        self, pair: Pair
    ) -> None:
        set_title(pair.a, "A", "Faster")
        set_title(pair.b, "B", "Fairer")
        pair.meet()
        assert pair.same
        for file in (pair.a, pair.b):
            assert file.disagreements() == [goal("title")]
            assert [(s.partner, s.value, s.before) for s in file.sides(goal("title"))] == [
                ("A", "Faster", "Access"),
                ("B", "Fairer", "Access"),
            ]
            assert title_of(file) == "Access"
        set_title(pair.b, "B", "Fairer and faster")
        pair.meet()
        assert pair.same
        assert not pair.a.disagreements()
        assert title_of(pair.a) == "Fairer and faster"

    def test_the_same_value_written_apart_is_no_disagreement(self, pair: Pair) -> None:
        set_title(pair.a, "A", "Same")
        set_title(pair.b, "B", "Same")
        pair.meet()
        assert pair.same
        assert not pair.a.disagreements()

    def test_deleted_by_one_and_edited_by_the_other_stays_visible(self, pair: Pair) -> None:
        pair.a.commit("A", [Edit(goal("_deleted"), value=True)], "Deleted")
        set_title(pair.b, "B", "Needed")
        pair.meet()
        assert pair.same
        for file in (pair.a, pair.b):
            assert title_of(file) == "Needed"
            assert file.disagreements() == [goal("_deleted")]
            assert file.unseen(("goal", "g1")) == [goal("title")]
        pair.b.commit("B", [Edit(goal("_deleted"), value=False)], "Kept")
        pair.meet()
        assert not pair.a.disagreements()
        assert title_of(pair.a) == "Needed"

    def test_undoing_that_it_was_kept_disputes_it_again(self, pair: Pair) -> None:
        pair.a.commit("A", [Edit(goal("_deleted"), value=True)], "Deleted")
        set_title(pair.b, "B", "Needed")
        pair.meet()
        pair.b.commit("B", [Edit(goal("_deleted"), value=False)], "Kept")
        assert not pair.b.disagreements()
        pair.b.undo("B")
        pair.meet()
        assert pair.same
        assert pair.a.disagreements() == [goal("_deleted")]
        assert title_of(pair.a) == "Needed"

    def test_a_deletion_that_saw_everything_deletes(self, pair: Pair) -> None:
        set_title(pair.b, "B", "Seen")
        pair.meet()
        pair.a.commit("A", [Edit(goal("_deleted"), value=True)], "Deleted")
        pair.meet()
        assert pair.same
        assert title_of(pair.b) is None
        assert not pair.b.disagreements()

    def test_undo_leaves_what_the_partner_changed_since(self, pair: Pair) -> None:
        edits = [Edit(goal("title"), "Mine"), Edit(goal("why"), "Mine too")]
        pair.a.commit("A", edits, "Both")
        pair.meet()
        set_title(pair.b, "B", "Yours")
        pair.meet()
        undone = pair.a.undo("A")
        assert undone is not None
        assert undone.blocked == (goal("title"),)
        assert title_of(pair.a) == "Yours"
        assert pair.a.book().need(Goal, "g1").why is None

    def test_the_file_agrees_with_itself_after_any_of_it(self, pair: Pair) -> None:
        set_title(pair.a, "A", "Faster")
        set_title(pair.b, "B", "Fairer")
        pair.meet()
        assert pair.a.check() == []
        assert pair.b.check() == []

    def test_bringing_it_again_changes_nothing(self, pair: Pair) -> None:
        everything = pair.a.segments_since({})
        before = pair.b.digest()
        assert pair.b.receive(everything, pair.persons).commits == ()
        assert pair.b.digest() == before

    def test_an_effect_waits_for_its_cause(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        set_title(pair.a, "A", "Cause")
        pair.send(pair.a, pair.b)
        set_title(pair.b, "B", "Effect")
        third = replace(desks[0], folder=desks[0].folder / "third", name="third").create(pair.a.id)
        everything = pair.b.segments_since({})
        effects = [
            seg for seg in everything if pair.b.people.partners()[_person(pair.b, seg)] == "B"
        ]
        waiting = third.receive(effects, pair.persons)
        assert (waiting.commits, waiting.waiting) == ((), len(effects[0].commits))
        third.receive(everything, pair.persons)
        assert third.digest() == pair.b.digest()
        third.close()


def _person(file: Workspace, seg: Seg) -> bytes:
    return next(actor.person for actor in file.actors if actor.id == seg.actor)


class TestRefusing:
    def _untouched(self, file: Workspace, segments: list[Seg], persons: dict[bytes, str]) -> str:
        before = file.digest()
        with pytest.raises(RefusedError) as caught:
            file.receive(segments, persons)
        assert file.digest() == before
        assert file.check() == []
        return str(caught.value)

    def test_a_stranger(self, pair: Pair, tmp_path: Path) -> None:
        eve = Desk(tmp_path / "e", "eve").create(pair.a.id)
        new_goal(eve, "Evil", goal_id="g9")
        said = self._untouched(pair.a, eve.segments_since({}), {})
        assert "doesn't belong to this partnership" in said
        eve.close()

    def test_a_member_who_writes_as_the_other(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        set_title(pair.b, "B", "As Boris")
        persons = pair.persons | {desks[1].keys(pair.a.id, "B").person_public: "C"}
        fresh = Desk(desks[0].folder / "x", "x").create(pair.a.id)
        with pytest.raises(RefusedError):
            fresh.receive(pair.b.segments_since({}), persons)
        fresh.close()

    @pytest.mark.parametrize("part", ["commit", "head", "seal", "previous", "actor"])
    def test_a_changed_bit(self, pair: Pair, part: str) -> None:
        set_title(pair.b, "B", "Honest")
        (seg,) = pair.b.segments_since(pair.a.vector())
        flipped: dict[str, dict[str, Any]] = {
            "commit": {"commits": [bytes([seg.commits[0][0] ^ 1]) + seg.commits[0][1:]]},
            "head": {"head": bytes([seg.head[0] ^ 1]) + seg.head[1:]},
            "seal": {"seal": bytes([seg.seal[0] ^ 1]) + seg.seal[1:]},
            "previous": {"previous": bytes([seg.previous[0] ^ 1]) + seg.previous[1:]},
            "actor": {"actor": bytes(16), "first": 1},
        }
        self._untouched(pair.a, [msgspec.structs.replace(seg, **flipped[part])], pair.persons)

    def test_another_partnerships_commits(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        other = Desk(desks[1].folder / "other", "boris").create()
        new_goal(other, "Elsewhere", "B")
        persons = pair.persons | other.people.partners()
        assert "signature" in self._untouched(pair.a, other.segments_since({}), persons)
        other.close()

    @pytest.mark.parametrize(
        ("at", "value"),
        [
            (Address("draft_line", "w.L1", "months", "2027-13"), 1),
            (Address("goal", "g1", "title"), "\x00"),
            (Address("goal", "g1", "title"), 7),
            (Address("goal", "g1", "title", "slot"), "x"),
            (Address("goal", "g" * 300, "title"), "x"),
        ],
    )
    def test_a_value_that_no_field_takes(
        self, pair: Pair, desks: tuple[Desk, Desk], at: Address, value: str | int
    ) -> None:
        keys = desks[1].keys(pair.a.id, "B")
        set_title(pair.b, "B", "first")
        pair.meet()
        actor = next(actor for actor in pair.b.actors if actor.partner == "B")
        seq, head = pair.b.vector()[actor.id]
        commit = Commit(99, 0, "edit", (Change(at, value),))
        sealed = seal_up(actor.id, seq + 1, head, commit)
        seal = keys.seal(pair.a.id, actor.id, sealed.seq, sealed.hash)
        seg = Seg(actor.id, sealed.seq, head, [sealed.data], sealed.hash, seal)
        assert "can't take" in self._untouched(pair.a, [seg], pair.persons)

    def test_a_reader_takes_nothing(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        segments = pair.b.segments_since({})
        pair.a.close()
        reader = desks[0].open(read_only=True)
        with pytest.raises(DyadError, match="reading only"):
            reader.receive(segments, pair.persons)
        reader.close()
        pair.a = desks[0].open()


def test_who_is_ready_to_write_takes_no_number_from_who_writes_first(pair: Pair) -> None:
    pair.b.prepare("A")
    set_title(pair.b, "B", "First")
    set_title(pair.b, "A", "Second, on the same laptop")
    assert pair.b.check() == []


def test_members_admit_others(pair: Pair, tmp_path: Path) -> None:
    carla = Desk(tmp_path / "c", "carla").create(pair.a.id)
    person = Desk(tmp_path / "c2", "carla").keys(pair.a.id, "C").person_public
    member = Member(person, "C", "Carla")
    pair.a.admit("A", member.changes(), "Admitted Carla")
    assert pair.a.admit("A", member.changes(), "again").id is None
    pair.send(pair.a, pair.b)
    assert [m.name for m in pair.b.people.members()] == ["Carla"]
    carla.receive(pair.a.segments_since({}), pair.persons)
    set_title(carla, "C", "From a third")
    pair.b.receive(carla.segments_since(pair.b.vector()), {})
    assert title_of(pair.b) == "From a third"
    carla.close()


class TestForks:
    """A copy that was restored together with its marks writes numbers that it has given away before."""

    def _restore(self, desk: Desk, backup: Path) -> None:
        shutil.rmtree(desk.folder)
        shutil.copytree(backup, desk.folder)

    def _fork(self, pair: Pair, desks: tuple[Desk, Desk], more: int = 1) -> None:
        """Let Anna write, send, go back to a backup, and write something else."""
        anna = desks[0]
        pair.a.close()
        shutil.copytree(anna.folder, anna.folder.with_name("backup"))
        pair.a = anna.open()
        for n in range(more):
            set_title(pair.a, "A", f"Before {n}")
        pair.send(pair.a, pair.b)
        pair.a.close()
        self._restore(anna, anna.folder.with_name("backup"))
        pair.a = anna.open()
        for n in range(more):
            set_title(pair.a, "A", f"After {n}")

    @pytest.mark.parametrize("more", [1, 3])
    def test_both_branches_are_kept_and_every_copy_is_the_same(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path, more: int
    ) -> None:
        self._fork(pair, desks, more)
        pair.meet()
        pair.meet()
        assert pair.same
        for file in (pair.a, pair.b):
            values = {side.value for side in file.sides(goal("title"))}
            assert values == {f"Before {more - 1}", f"After {more - 1}"}
            assert file.check() == []
        third = Desk(tmp_path / "t", "third").create(pair.a.id)
        third.receive(pair.a.segments_since({}), pair.persons)
        assert third.digest() == pair.a.digest()
        assert third.check() == []
        third.close()

    def test_both_go_on(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        self._fork(pair, desks)
        pair.meet()
        set_title(pair.a, "A", "Settled")
        set_title(pair.b, "B", "Also settled")
        pair.meet()
        pair.meet()
        assert pair.same
        values = {side.value for side in pair.a.sides(goal("title"))}
        assert values == {"Settled", "Also settled"}
        set_title(pair.b, "B", "At last")
        pair.meet()
        assert pair.same
        assert title_of(pair.a) == "At last"
        pair.a.close()
        pair.a = desks[0].open()
        assert pair.a.check() == []
        assert title_of(pair.a) == "At last"

    def test_a_copy_between_learns_of_both(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        third = Desk(tmp_path / "t", "third").create(pair.a.id)
        third.receive(pair.a.segments_since({}), pair.persons)
        self._fork(pair, desks)
        third.receive(pair.a.segments_since(third.vector()), pair.persons)
        pair.b.receive(third.segments_since(pair.b.vector()), pair.persons)
        third.receive(pair.b.segments_since(third.vector()), pair.persons)
        pair.meet()
        pair.meet()
        assert third.digest() == pair.b.digest() == pair.a.digest()
        third.close()

    def _woven(self, pair: Pair, desks: tuple[Desk, Desk]) -> None:
        """Have each branch stand on what Boris wrote, and Boris's chain on both of them."""
        set_title(pair.b, "B", "Seen")
        pair.meet()
        self._fork(pair, desks)
        pair.meet()
        set_title(pair.b, "B", "Behind both")
        pair.meet()

    def test_an_empty_copy_takes_branches_and_what_stands_on_them_at_once(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._woven(pair, desks)
        for n, source in enumerate((pair.a, pair.b)):
            newcomer = Desk(tmp_path / f"n{n}", "newcomer").create(pair.a.id)
            merged = newcomer.receive(source.segments_since({}), pair.persons)
            assert merged.waiting == 0
            assert len({s.hash for s in merged.commits}) == len(merged.commits)
            assert newcomer.digest() == pair.a.digest()
            assert newcomer.check() == []
            assert pair.send(source, newcomer).commits == ()
            newcomer.close()

    def test_branches_and_what_stands_on_them_may_come_one_by_one(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._woven(pair, desks)
        for n, order in enumerate(itertools.permutations(pair.a.segments_since({}))):
            newcomer = Desk(tmp_path / f"n{n}", "newcomer").create(pair.a.id)
            for turn in range(len(order)):
                newcomer.receive(order[: turn + 1], pair.persons)
            assert newcomer.digest() == pair.a.digest()
            assert newcomer.check() == []
            newcomer.close()

    def test_a_disk_that_fails_at_any_statement_changes_nothing(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._woven(pair, desks)
        segments = pair.a.segments_since({})
        with disks():
            newcomer = Desk(tmp_path / "n", "newcomer").create(pair.a.id)
        before, failures = newcomer.digest(), 0
        while True:
            newcomer._raw.fuse = failures
            try:
                newcomer.receive(segments, pair.persons)
            except WorkspaceError as error:
                assert "Nothing was changed" in str(error)  # noqa: PT017 - until it goes well
            else:
                break
            newcomer._raw.fuse = None
            assert newcomer.digest() == before
            failures += 1
        newcomer._raw.fuse = None
        assert failures > 20
        assert newcomer.digest() == pair.a.digest()
        assert newcomer.check() == []
        newcomer.close()

    def test_a_branch_without_its_beginning_waits(
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
    ) -> None:
        self._fork(pair, desks)
        pair.meet()
        set_title(pair.b, "B", "Settled")
        pair.meet()
        vector = pair.b.vector()
        root = next(seg.root for seg in pair.b.segments_since({}) if seg.root)
        branch = next(s for s in pair.b.segments_since({}) if s.root)
        late = Seg(
            branch.actor, 2, branch.previous, branch.commits[1:], branch.head, branch.seal, root
        )
        late = msgspec.structs.replace(late, previous=chain_hash(GENESIS, branch.commits[0]))
        newcomer = Desk(tmp_path / "n", "newcomer").create(pair.a.id)
        assert newcomer.receive([late], pair.persons).commits == ()
        assert newcomer.vector() == {}
        assert pair.b.vector() == vector
        newcomer.close()

    def test_a_restored_copy_without_new_writes_takes_its_own_back(
        self, pair: Pair, desks: tuple[Desk, Desk]
    ) -> None:
        anna = desks[0]
        pair.a.close()
        shutil.copytree(anna.folder, anna.folder.with_name("backup"))
        pair.a = anna.open()
        set_title(pair.a, "A", "Kept by Boris")
        pair.send(pair.a, pair.b)
        pair.a.close()
        self._restore(anna, anna.folder.with_name("backup"))
        pair.a = anna.open()
        pair.send(pair.b, pair.a)
        assert title_of(pair.a) == "Kept by Boris"
        set_title(pair.a, "A", "As a fresh actor")
        pair.meet()
        assert pair.same
        assert len(pair.a.vector()) == len(pair.b.vector()) == 2


@dataclass
class SecondLaptop(Desk):
    """Another laptop of Boris's, or of another owner's."""

    owner: str = "boris"

    def keys(self, workspace: bytes, partner: str) -> Keys:
        mine = super().keys(workspace, partner)
        return Keys(Desk(self.folder, self.owner).keys(workspace, partner).person, mine.device)


class TestLostLaptops:
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
        assert [s.value for s in pair.a.sides(goal("title"))] == ["Anna on top of it", "Seen"]
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


def test_a_commit_for_a_newer_version_is_kept_and_forwarded(
    pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path
) -> None:
    keys = desks[1].keys(pair.a.id, "B")
    set_title(pair.b, "B", "first")
    pair.meet()
    actor = next(actor for actor in pair.b.actors if actor.partner == "B")
    seq, head = pair.b.vector()[actor.id]
    change = Change(goal("title"), "from the future")
    sealed = seal_up(actor.id, seq + 1, head, Commit(99, 0, "edit", (change,), flags=CRITICAL))
    seal = keys.seal(pair.a.id, actor.id, sealed.seq, sealed.hash)
    pair.a.receive([Seg(actor.id, sealed.seq, head, [sealed.data], sealed.hash, seal)], {})
    assert title_of(pair.a) == "first"
    assert pair.a.check() == []
    assert len(pair.a.uncounted()) == 1
    third = Desk(tmp_path / "t", "third").create(pair.a.id)
    third.receive(pair.a.segments_since({}), pair.persons)
    assert third.digest() == pair.a.digest()
    third.close()
