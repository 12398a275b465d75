import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.store import undo
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, goal, new_goal, set_title, title_of


def _why(workspace: Workspace, partner: str, text: Canonical) -> None:
    workspace.commit(partner, [Edit(goal("why"), text)], "Why")


class TestChains:
    def test_back_to_the_start_and_forth_again(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        for number in range(1, 4):
            set_title(workspace, "A", str(number))
        shown = []
        while (applied := workspace.undo("A")) is not None:
            assert applied.id is not None
            shown.append(title_of(workspace))
        assert shown == ["2", "1", "0", None]
        shown = []
        while workspace.redo("A") is not None:
            shown.append(title_of(workspace))
        assert shown == ["0", "1", "2", "3"]
        assert workspace.check() == []

    def test_after_reopening_each_time(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "0")
            set_title(workspace, "A", "1")
            set_title(workspace, "A", "2")
        for step, wanted in [
            ("undo", "1"), ("undo", "0"), ("redo", "1"), ("undo", "0"), ("undo", None),
            ("redo", "0"), ("redo", "1"), ("redo", "2"), ("undo", "1"),
        ]:  # fmt: skip
            with desk.opened() as workspace:
                assert getattr(workspace, step)("A") is not None
                assert title_of(workspace) == wanted, step
                assert workspace.check() == []

    def test_a_new_change_ends_what_could_be_done_again(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        set_title(workspace, "A", "1")
        workspace.undo("A")
        set_title(workspace, "A", "other")
        assert workspace.redo("A") is None
        workspace.undo("A")
        assert title_of(workspace) == "0"

    def test_each_partner_has_their_own(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        _why(workspace, "B", "because")
        set_title(workspace, "A", "1")
        workspace.undo("B")
        found = workspace.book().need(Goal, "g1")
        assert (found.title, found.why) == ("1", None)
        workspace.redo("B")
        assert workspace.book().need(Goal, "g1").why == "because"
        assert workspace.undo("C") is None

    def test_nothing_to_undo_in_a_loaded_file(self, workspace: Workspace) -> None:
        workspace.load("A", {("goal", "g1"): {"title": "T"}}, "Load")
        assert workspace.undo("A") is None


class TestBlocked:
    def test_says_which_field_the_other_has_changed_since(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        set_title(workspace, "A", "Anna's")
        set_title(workspace, "B", "Boris's")
        applied = workspace.undo("A")
        assert applied is not None
        assert (applied.id, applied.blocked) == (None, (goal("title"),))
        assert title_of(workspace) == "Boris's"

    def test_does_the_rest(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        workspace.commit("A", [Edit(goal("title"), "1"), Edit(goal("why"), "w")], "Two")
        set_title(workspace, "B", "Boris's")
        applied = workspace.undo("A")
        assert applied is not None
        assert applied.blocked == (goal("title"),)
        found = workspace.book().need(Goal, "g1")
        assert (found.title, found.why) == ("Boris's", None)

    def test_is_free_again_when_the_other_undoes(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        set_title(workspace, "A", "Anna's")
        set_title(workspace, "B", "Boris's")
        workspace.undo("B")
        applied = workspace.undo("A")
        assert applied is not None
        assert not applied.blocked
        assert title_of(workspace) == "0"

    def test_steps_over_to_the_one_before_also_after_reopening(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "0")
            _why(workspace, "A", "first")
            set_title(workspace, "A", "Anna's")
            set_title(workspace, "B", "Boris's")
            assert workspace.undo("A") is not None  # blocked: the title is Boris's now
            workspace.undo("A")
            assert workspace.book().need(Goal, "g1").why is None
        with desk.opened() as workspace:
            blocked = workspace.undo("A")
            assert blocked is not None
            assert blocked.blocked == (goal("title"),)
            redone = workspace.redo("A")
            assert redone is not None
            assert redone.id is not None
            assert workspace.book().need(Goal, "g1").why == "first"

    def test_a_creation_that_the_other_has_worked_on_stays(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        workspace.commit("B", [Edit(goal("lead"), "B")], "Lead")
        applied = workspace.undo("A")
        assert applied is not None
        assert (applied.id, applied.blocked) == (None, (goal("lead"),))
        assert title_of(workspace) == "0"


class TestCreation:
    def test_undone_is_gone_and_done_again_is_whole(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "0")
            book = workspace.book().all(Goal)
            applied = workspace.undo("A")
            assert applied is not None
            assert applied.touched == [(("goal", "g1"), None)]
            assert title_of(workspace) is None
        with desk.opened() as workspace:
            workspace.redo("A")
            assert workspace.book().all(Goal) == book
            assert workspace.check() == []

    def test_a_deletion_that_comes_back_names_what_stands(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        at = goal(DELETED)
        for gone in (False, True, False):  # the deletion replaced the first of them for good
            workspace.commit("A", [Edit(at, gone)], "Deleted or not")
        standing = {*workspace.heads(goal("title")), *workspace.heads(at)}
        applied = workspace.undo("A")
        assert applied is not None
        assert applied.id is not None
        (change,) = workspace.changes(applied.id)
        assert (change.value, set(change.replaces)) == (True, standing)

    def test_a_deletion_undone_brings_back(self, workspace: Workspace) -> None:
        new_goal(workspace, "0")
        workspace.commit("B", [Edit(goal("_deleted"), value=True)], "Delete")
        assert title_of(workspace) is None
        workspace.undo("B")
        assert title_of(workspace) == "0"

    def test_slots_are_registers_of_their_own(self, workspace: Workspace) -> None:
        month = [Address("measure", "m", "values", f"2027-0{n}") for n in (1, 2)]
        workspace.commit("A", [Edit(month[0], "1"), Edit(month[1], "2")], "Values")
        workspace.commit("A", [Edit(month[0], "9")], "January")
        workspace.commit("B", [Edit(month[1], "8")], "February")
        workspace.undo("A")
        assert workspace.records()["measure", "m"]["values"] == {"2027-01": "1", "2027-02": "8"}


class TestForeignKinds:
    """What another's program may write as the kind of a commit is no place to look."""

    @pytest.mark.parametrize("kind", ["undo 1", "redo x:1", "undo 7f:", "redo :", "undo"])
    def test_a_kind_that_names_no_commit_is_passed_over(
        self, workspace: Workspace, kind: str
    ) -> None:
        new_goal(workspace, "0")
        theirs = workspace.commit("B", [Edit(goal("title"), "1")], "Theirs", kind).id
        assert theirs is not None
        registers = undo._Registers(workspace._log, workspace._state)
        assert registers.stands_for(goal("title"), theirs) == theirs


class TestDepth:
    def test_what_lies_deeper_than_undo_looks_is_left_alone(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with desk.created() as workspace:
            for number in range(5):
                set_title(workspace, "A", str(number))
        monkeypatch.setattr("dyad_desktop.store.workspace.DEPTH", 3)
        assert undo.DEPTH > 3
        with desk.opened() as workspace:
            while workspace.undo("A") is not None:
                pass
            assert title_of(workspace) == "1"


def test_what_stays_at_hand_is_what_the_file_says(desk: Desk) -> None:
    """A commit stays in memory as it was said; read anew from its bytes it must be the same, its lists too."""
    at = [goal("title"), goal("why"), goal("order"), goal("weight"), goal("initiatives")]
    values: list[Canonical] = ["Waits", None, "a0", "1.5", ["i2", "i1"]]
    with desk.created() as workspace:
        edits = [Edit(where, value) for where, value in zip(at, values, strict=True)]
        written = workspace.commit("A", edits, "Several")
        again = workspace.commit("B", [Edit(goal("title"), "Waiting times")], "Title")
        assert written.id is not None
        assert again.id is not None
        kept = [workspace.changes(written.id), workspace.changes(again.id)]
    with desk.opened() as workspace:
        assert [workspace.changes(written.id), workspace.changes(again.id)] == kept
