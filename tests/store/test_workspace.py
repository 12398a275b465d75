import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.store import layout, log
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import (
    Desk,
    behind,
    goal,
    new_goal,
    set_title,
    tables_of,
    title_of,
)

if TYPE_CHECKING:
    from dyad_desktop.domain.records import Records


class TestLife:
    def test_a_new_workspace_is_empty_and_sound(self, workspace: Workspace) -> None:
        assert workspace.records() == {}
        assert workspace.book().all(Goal) == ()
        assert workspace.check() == []

    def test_what_was_written_is_there_after_reopening(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "Wait less")
            book, journal = workspace.book().all(Goal), workspace.journal()
        with desk.opened() as again:
            assert again.book().all(Goal) == book
            assert again.journal() == journal
            assert again.check() == []

    def test_closing_leaves_one_file(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "Wait less")
        assert [path.name for path in desk.path.parent.iterdir()] == ["plan.dyad"]

    def test_acknowledged_means_on_the_disk(self, workspace: Workspace) -> None:
        names = ("journal_mode", "synchronous")
        modes = [workspace._raw.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        assert modes == ["wal", 2]

    def test_a_large_change_does_not_wait_for_the_file_to_take_it_in(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "Wait less")
            workspace.checkpoint()
            before = desk.path.stat()
            for n in range(10, 90):  # more than SQLite waits for by itself
                set_title(workspace, "A", f"{n}" * 50_000)
            journal = desk.path.with_name("plan.dyad-wal")
            assert journal.stat().st_size > 2 * 1000 * 4096
            assert desk.path.stat().st_mtime_ns == before.st_mtime_ns

    def test_at_a_checkpoint_the_file_alone_holds_everything(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "Wait less")
            workspace.checkpoint()
            alone = desk.path.with_name("alone.dyad")
            # Another process copies it: whoever closes a file drops all of their own locks on it.
            copy = "import shutil, sys; shutil.copy(*sys.argv[1:])"
            subprocess.run([sys.executable, "-c", copy, desk.path, alone], check=True)
        desk.path = alone
        with desk.opened() as again:
            assert title_of(again) == "Wait less"
            assert again.check() == []

    def test_create_does_not_touch_a_file_that_is_there(self, desk: Desk) -> None:
        desk.path.write_bytes(b"precious")
        with pytest.raises(WorkspaceError, match="exists already"):
            desk.create()
        assert desk.path.read_bytes() == b"precious"

    def test_reading_only_changes_nothing(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "Wait less")
        before = desk.path.read_bytes()
        reader = desk.open(read_only=True)
        assert title_of(reader) == "Wait less"
        assert reader.check() == []
        with pytest.raises(WorkspaceError, match="reading only"):
            set_title(reader, "A", "Wait more")
        reader.close()
        assert desk.path.read_bytes() == before
        assert [path.name for path in desk.path.parent.iterdir()] == ["plan.dyad"]


class TestCommit:
    def test_a_value_that_stands_already_writes_nothing(self, workspace: Workspace) -> None:
        new_goal(workspace, "Wait less")
        assert set_title(workspace, "B", "Wait less").id is None
        assert len(workspace.journal()) == 1

    def test_the_last_of_two_edits_of_one_field_stands(self, workspace: Workspace) -> None:
        edits = [Edit(goal("title"), "one"), Edit(goal("title"), "two")]
        workspace.commit("A", edits, "Both")
        assert title_of(workspace) == "two"
        assert len(workspace.heads(goal("title"))) == 1
        assert workspace.disagreements() == []

    @pytest.mark.parametrize(
        "edits",
        [
            [("measure", "decimals", "", None)],
            [("measure", "decimals", "", 2), ("measure", "target", "", "0.5")],
            [("measure", "values", "2027-01", "1.5"), ("measure", "values", "2027-02", None)],
            [("partnership", "locale", "", None), ("partnership", "title", "", None)],
            [("partnership", "organisations", "", None), ("partnership", "ytd_months", "", 0)],
            [("partnership", "organisations", "", []), ("partnership", "locale", "", "de_CH")],
            [("meeting", "_order", "", "V")],
        ],
        ids=lambda edits: "+".join(f"{edit[1]}={edit[3]}" for edit in edits),
    )
    def test_what_a_commit_returns_is_what_the_book_holds(
        self, workspace: Workspace, edits: list[tuple[str, str, str, Canonical]]
    ) -> None:
        book = workspace.book()
        for n in range(
            len(edits)
        ):  # the thing is new, then it has a row of which only parts are written
            wished = [Edit(Address(k, k, f, slot), v) for k, f, slot, v in [*edits[n:], *edits[:n]]]
            for said in (wished[:1], wished):
                book = book.with_records(workspace.commit("A", said, "Edit").touched)
                assert not book.differing(workspace.book())

    def test_values_come_back_as_the_domain_has_them(self, workspace: Workspace) -> None:
        edits = [
            Edit(Address("measure", "m", "title"), "Wait"),
            Edit(Address("measure", "m", "target"), "12.25"),
            Edit(Address("measure", "m", "values", "2027-01"), "14"),
            Edit(Address("measure", "m", "values", "2027-02"), None),
        ]
        workspace.commit("A", edits, "Measure")
        measure = workspace.book().need(Measure, "m")
        assert measure.target == Decimal("12.25")
        assert measure.values == {"2027-01": Decimal(14), "2027-02": None}
        assert measure.decimals == 0

    def test_history_says_who_what_and_before(self, workspace: Workspace) -> None:
        new_goal(workspace, "one")
        set_title(workspace, "B", "two")
        lines = [
            (line.partner, line.before, line.after)
            for line in workspace.history(("goal", "g1"))
            if line.at.field == "title"
        ]
        assert lines == [("B", "one", "two"), ("A", None, "one")]


class TestUnknown:
    def test_kinds_and_fields_of_a_newer_version_are_kept(self, desk: Desk) -> None:
        record: Records = {
            ("goal", "g1"): {"title": "T", "mood": "good", "moods": {"A": 1}},
            ("telescope", "t"): {"lens": ["a"], "open": True},
        }
        with desk.created() as workspace:
            workspace.load("A", record, "Load")
            assert workspace.records() == record
        _forget_shape(desk)
        with desk.opened() as again:
            assert again.records() == record
            assert title_of(again) == "T"
            assert again.check() == []


def _forget_shape(desk: Desk) -> None:
    with behind(desk.path) as raw:
        raw.execute("UPDATE meta SET value=x'00' WHERE key='shape'")


def _disagree(workspace: Workspace) -> tuple[WriteId, ...]:
    """Have both partners rename the goal from what both saw; return what they saw."""
    new_goal(workspace, "both had")
    seen = workspace.heads(goal("title"))
    set_title(workspace, "A", "Anna's", seen)
    set_title(workspace, "B", "Boris's", seen)
    return seen


class TestDisagreement:
    def test_is_reported_and_shows_what_both_last_had(self, workspace: Workspace) -> None:
        _disagree(workspace)
        assert workspace.disagreements() == [goal("title")]
        assert title_of(workspace) == "both had"
        assert len(workspace.heads(goal("title"))) == 2
        assert workspace.check() == []

    def test_survives_reopening_and_rebuilding(self, desk: Desk) -> None:
        with desk.created() as workspace:
            _disagree(workspace)
        before = tables_of(desk.path)
        _forget_shape(desk)
        with desk.opened() as again:
            assert again.disagreements() == [goal("title")]
            assert title_of(again) == "both had"
        assert tables_of(desk.path) == before

    def test_is_settled_by_a_write_that_saw_both(self, workspace: Workspace) -> None:
        _disagree(workspace)
        set_title(workspace, "B", "ours")
        assert workspace.disagreements() == []
        assert title_of(workspace) == "ours"
        assert workspace.check() == []

    def test_goes_on_when_someone_saves_over_one_side_only(self, workspace: Workspace) -> None:
        _disagree(workspace)
        mine = tuple(w for w in workspace.heads(goal("title")) if _who(workspace, w) == "A")
        set_title(workspace, "A", "Anna's second", mine)
        assert workspace.disagreements() == [goal("title")]
        assert title_of(workspace) == "both had"

    def test_the_same_value_written_apart_is_none(self, workspace: Workspace) -> None:
        seen = _disagree(workspace)
        mine = tuple(w for w in workspace.heads(goal("title")) if _who(workspace, w) == "B")
        set_title(workspace, "B", "Anna's", mine)
        assert seen[0] not in workspace.heads(goal("title"))
        assert len(workspace.heads(goal("title"))) == 2
        assert workspace.disagreements() == []
        assert title_of(workspace) == "Anna's"

    def test_two_creations_share_nothing_and_are_both_kept(self, workspace: Workspace) -> None:
        workspace.commit("A", [Edit(goal("title"), "Anna's", ())], "")
        workspace.commit("B", [Edit(goal("title"), "Boris's", ())], "")
        assert workspace.disagreements() == [goal("title")]
        assert workspace.check() == []

    def test_order_takes_the_later_and_needs_no_settling(self, workspace: Workspace) -> None:
        new_goal(workspace, "G")
        seen = workspace.heads(goal("_order"))
        workspace.commit("A", [Edit(goal("_order"), "C", seen)], "")
        workspace.commit("B", [Edit(goal("_order"), "D", seen)], "")
        assert workspace.disagreements() == []
        assert workspace.book().need(Goal, "g1").order == "D"

    @pytest.mark.parametrize("unknown", [WriteId(b"\x77" * 16, 3), None], ids=["actor", "number"])
    def test_naming_a_write_that_nobody_knows_replaces_nothing(
        self, workspace: Workspace, unknown: WriteId | None
    ) -> None:
        new_goal(workspace, "first")
        (first,) = workspace.heads(goal("title"))
        set_title(workspace, "B", "second", (unknown or WriteId(first.actor, 999),))
        assert workspace.disagreements() == [goal("title")]
        assert first in workspace.heads(goal("title"))
        assert workspace.check() == []


def _who(workspace: Workspace, write: WriteId) -> str:
    return next(actor.partner for actor in workspace.actors if actor.id == write.actor)


class TestSegments:
    def test_a_long_log_is_compressed_and_stays_readable(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        count = log.SEGMENT + 90
        with desk.created() as workspace:
            new_goal(workspace, "0")
            for number in range(1, count):
                set_title(workspace, "A", str(number))
            set_title(workspace, "B", "by B")
        with behind(desk.path) as raw:
            assert raw.execute("SELECT first, last FROM segment").fetchall() == [(1, log.SEGMENT)]
        with desk.opened() as again:
            assert again.check() == []
            assert len(again.journal()) == count + 1
            ids = [line.id for line in again.journal()][::-1]
            assert [again.changes(write)[-1].value for write in ids[1:5]] == ["1", "2", "3", "4"]
            oldest = again.history(("goal", "g1"), limit=5000)[-1]
            assert (oldest.before, oldest.partner) == (None, "A")
            set_title(again, "A", "on it goes")
            assert again.heads(goal("title")) == (WriteId(ids[0].actor, count + 1),)
        with desk.opened() as again:
            assert again.check() == []

    @pytest.mark.parametrize("commits", [3, 4, 5, 8, 9, 13])
    def test_any_length_at_the_seam(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, commits: int
    ) -> None:
        monkeypatch.setattr(log, "SEGMENT", 4)
        with desk.created() as workspace:
            new_goal(workspace, "0")
            for number in range(1, commits):
                set_title(workspace, "A", str(number))
        before = tables_of(desk.path)
        _forget_shape(desk)
        with desk.opened() as again:
            assert again.check() == []
            assert title_of(again) == str(commits - 1)
            assert [line.id.seq for line in again.journal()] == list(range(commits, 0, -1))
            for line in again.journal():
                assert again.changes(line.id)[-1 if line.n > 1 else 1].value == str(line.n - 1)
        assert tables_of(desk.path) == before


class TestCopies:
    def _chains(self, *workspaces: Workspace) -> None:
        """No number of an actor has two hashes in all that was ever seen."""
        known: dict[WriteId, bytes] = {}
        for workspace in workspaces:
            for actor in workspace.actors:
                for sealed in workspace._log.chain(actor.id):
                    assert known.setdefault(sealed.write_id, sealed.hash) == sealed.hash

    def test_a_restored_older_copy_goes_on_as_a_fresh_actor(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "first")
        copy = desk.path.with_name("copy.dyad")
        copy.write_bytes(desk.path.read_bytes())
        with desk.opened() as workspace:
            set_title(workspace, "A", "later")
        restored = desk.open(copy)
        set_title(restored, "A", "other")
        assert len({actor.id for actor in restored.actors}) == 2
        original = desk.open()
        self._chains(original, restored)
        set_title(original, "A", "later still")
        self._chains(original, restored)
        assert original.check() == restored.check() == []
        original.close()
        restored.close()

    def test_a_copy_written_in_turn_with_its_original(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "first")
        copy = desk.path.with_name("copy.dyad")
        copy.write_bytes(desk.path.read_bytes())
        for turn in range(3):
            for path in (desk.path, copy):
                workspace = desk.open(path)
                set_title(workspace, "A", f"{path.name} {turn}")
                workspace.close()
        one, other = desk.open(), desk.open(copy)
        self._chains(one, other)
        assert one.check() == other.check() == []
        one.close()
        other.close()

    def test_another_computer_writes_as_another_actor(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "first")
        second = Desk(desk.folder, "laptop")
        with second.opened() as workspace:
            set_title(workspace, "A", "on the laptop")
            assert {actor.device_name for actor in workspace.actors} == {"desk", "laptop"}
            assert workspace.check() == []
        with desk.opened() as workspace:
            set_title(workspace, "A", "at the desk again")
            assert len(workspace.actors) == 2

    def test_lost_marks_cost_a_fresh_actor_and_nothing_else(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "first")
        for mark in (desk.folder / desk.name).iterdir():
            mark.write_bytes(b"cut")
        with desk.opened() as workspace:
            set_title(workspace, "A", "second")
            assert len(workspace.actors) == 2
            assert workspace.check() == []

    def test_a_mark_that_cannot_be_kept_does_not_fail_what_is_written(self, desk: Desk) -> None:
        (desk.folder / desk.name).write_text("a file where the folder should be")
        with desk.created() as workspace:
            new_goal(workspace, "first")
            assert title_of(workspace) == "first"
            set_title(workspace, "A", "second")


class TestShape:
    def test_changed_tables_are_made_again_from_the_log(self, desk: Desk) -> None:
        with desk.created() as workspace:
            _disagree(workspace)
            new_goal(workspace, "Another", "B", "g2")
            workspace.undo("B")
        before = tables_of(desk.path)
        with behind(desk.path) as raw:
            for name in (*layout.KIND_TABLES.values(), "history", "contest"):
                raw.execute(f"DROP TABLE {name}")
            raw.execute("UPDATE entity SET doc=x'80'")
            raw.execute("CREATE TABLE kind_goal (id TEXT, something_old TEXT)")
        _forget_shape(desk)
        with desk.opened() as again:
            assert again.check() == []
            assert again.book().only(Partnership).id == "partnership"
        assert tables_of(desk.path) == before

    def test_an_older_file_opened_for_reading_says_what_to_do(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "first")
        with behind(desk.path) as raw:
            raw.execute("ALTER TABLE kind_goal DROP COLUMN why")
        _forget_shape(desk)
        before = desk.path.read_bytes()
        with pytest.raises(WorkspaceError, match="reading"):
            desk.open(read_only=True)
        assert desk.path.read_bytes() == before
