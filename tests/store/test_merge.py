"""Two copies of one partnership on two computers, and what passes between them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import DyadError, WorkspaceError
from dyad_desktop.replication import commit
from dyad_desktop.replication.change import Address, Change, Edit
from dyad_desktop.replication.commit import CRITICAL, Commit, Dependency, Wire, read, seal_up
from dyad_desktop.replication.membership import Member
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.store import log, segments
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, behind, goal, new_goal, set_title, tables_of, title_of
from tests.store.pairs import Pair


def _title(book: Book) -> str:
    return book.need(Goal, "g1").title


class TestMerging:
    def test_what_one_wrote_is_on_both(self, pair: Pair) -> None:
        assert title_of(pair.b) == "Access"
        assert pair.same
        set_title(pair.b, "B", "Access for all")
        merged = pair.send(pair.b, pair.a)
        assert (merged.commits, merged.changes) == (1, 1)
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

    @pytest.mark.parametrize("beside", [0, 10**6])
    def test_what_both_had_is_found_among_commits_that_go_into_segments_just_then(
        self, pair: Pair, monkeypatch: pytest.MonkeyPatch, beside: int
    ) -> None:
        monkeypatch.setattr(log, "SEGMENT", 4)
        monkeypatch.setattr(segments, "BESIDE", beside)
        set_title(pair.b, "B", "What both had")
        pair.meet()  # on Anna's copy it stands in the tail of Boris's chain
        set_title(pair.a, "A", "Hers")
        for n in range(21):
            set_title(pair.b, "B", f"His {n}")
        pair.meet()
        for file in (pair.a, pair.b):
            assert [one.value for one in file.sides(goal("title"))] == ["Hers", "His 20"]
            assert file.base(goal("title")) == "What both had"
            assert file.check() == []
        assert pair.same

    def test_what_an_undo_looks_at_and_leaves_alone_is_shown_as_before(self, pair: Pair) -> None:
        edits = [Edit(goal("title"), "Faster"), Edit(goal("why"), "Because")]
        pair.a.commit("A", edits, "Both")
        set_title(pair.b, "B", "Fairer")
        pair.meet()
        undone = pair.a.undo("A")
        assert undone is not None
        assert undone.blocked == (goal("title"),)
        assert title_of(pair.a) == "Access"  # what both last had, while it is apart
        assert pair.a.check() == []

    def test_a_large_commit_is_read_once_however_much_of_it_is_looked_at(
        self, pair: Pair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many = [f"n{n}" for n in range(300)]
        pair.b.commit("B", [Edit(goal("title", one), "Theirs") for one in many], "A bulk change")
        pair.meet()
        pair.b.commit("B", [Edit(goal(DELETED, one), value=True) for one in many], "All deleted")
        asked: list[str] = []
        times = [0]

        def counted(data: bytes) -> Wire:
            times[0] += 1
            return read(data)

        monkeypatch.setattr(commit, "read", counted)
        pair.a._raw.set_trace_callback(asked.append)
        pair.send(pair.b, pair.a)
        pair.a._raw.set_trace_callback(None)
        assert times[0] < 10
        assert sum("FROM entity WHERE kind" in text for text in asked) < 10
        assert not pair.a.book().all(Goal)[1:]

    def test_a_kind_without_a_name_is_kept_too(self, pair: Pair) -> None:
        """A newer version's, of which nothing is known: not even an empty name is lost."""
        at = Address("", "x1", "field")
        for text in ("first", "second"):
            pair.b.commit("B", [Edit(at, text)], "From the future")
        pair.meet()
        assert pair.a.heads(at) == pair.b.heads(at) != ()
        assert pair.same
        assert [file.check() for file in (pair.a, pair.b)] == [[], []]

    def test_a_refused_delivery_leaves_nothing_behind_in_memory(self, pair: Pair) -> None:
        """What was at hand of a delivery whose writing failed isn't taken for held."""
        for n in range(5):
            set_title(pair.b, "B", f"His {n}")
        pair.a._raw.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON contest BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        set_title(pair.a, "A", "Hers")
        before = pair.a.vector()
        with pytest.raises(WorkspaceError, match="full"):
            pair.send(pair.b, pair.a)
        assert pair.a.vector() == before
        pair.a._raw.execute("DROP TRIGGER full")
        pair.meet()
        assert pair.same
        assert pair.a.check() == []

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
        assert pair.b.receive(everything, pair.persons).commits == 0
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
        assert (waiting.commits, waiting.waiting) == (0, len(effects[0].commits))
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

    @pytest.mark.parametrize("told", [True, False], ids=["held", "comes with it"])
    @pytest.mark.parametrize(
        ("times", "after_anna", "holds"),
        [
            ([2], False, False),
            ([1], False, False),
            ([9, 9], False, False),
            ([9, 8], False, False),
            ([3], True, False),
            ([4, 3], True, False),
            ([3], False, True),
            ([4], True, True),
            ([4, 5, 70], True, True),
        ],
    )
    def test_a_logical_time_that_isn_t_later_than_its_causes(  # noqa: PLR0913 - two tables
        self, pair: Pair, desks: tuple[Desk, Desk], tmp_path: Path, times: list[int], *,
        after_anna: bool, holds: bool, told: bool,
    ) -> None:  # fmt: skip
        """Anna's goal is of time 1, Boris's title of 2, Anna's of 3; then comes what Boris wrote at ``times``."""
        set_title(pair.b, "B", "Boris's")
        pair.meet()
        set_title(pair.a, "A", "Anna's")
        third = Desk(tmp_path / "t", "third").create(pair.a.id)
        hers = pair.a.segments_since({})
        if told:
            third.receive([*hers, *pair.b.segments_since({})], pair.persons)
        actors = {actor.partner: actor.id for actor in pair.a.actors}
        seq, head = pair.b.vector()[actors["B"]]
        seen = (Dependency(actors["A"], *pair.a.vector()[actors["A"]]),) if after_anna else ()
        data, end = [], head
        for n, time in enumerate(times, 1):
            said = Commit(time, 0, "edit", (Change(goal("why"), f"{n}"),), deps=seen)
            sealed = seal_up(actors["B"], seq + n, end, said)
            end = sealed.hash
            data.append(sealed.data)
        seal = desks[1].keys(pair.a.id, "B").seal(pair.a.id, actors["B"], seq + len(times), end)
        late = Seg(actors["B"], seq + 1, head, data, end, seal)
        delivery = [late] if told else [*hers, *pair.b.segments_since({}), late]
        if holds:
            third.receive(delivery, pair.persons)
            assert third.check() == []
        else:
            assert "out of its order" in self._untouched(third, delivery, pair.persons)
        third.close()

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


def test_fields_that_two_wrote_first_apart_are_rebuilt_as_they_are(
    pair: Pair, desks: tuple[Desk, Desk]
) -> None:
    pair.meet()
    pair.b.commit("B", [Edit(goal("title"), "x"), Edit(goal("aura"), value=True)], "newer version")
    pair.a.commit("A", [Edit(goal(DELETED), value=False)], "kept")
    pair.meet()
    before = pair.a.digest()
    pair.a.close()
    tables = tables_of(desks[0].path)
    with behind(desks[0].path) as raw:
        raw.execute("UPDATE meta SET value=x'00' WHERE key='shape'")
    desks[0].open().close()
    assert tables_of(desks[0].path) == tables
    pair.a = desks[0].open()
    assert pair.a.digest() == before
