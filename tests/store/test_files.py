"""Files that can't be opened or written: one clear sentence each, and not a byte changed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.errors import DamagedError, WorkspaceError
from dyad_desktop.store import layout, tables
from dyad_desktop.store.connection import made_whole
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, behind, new_goal, set_title, title_of

Spoil = Callable[[Path], object]

_OPEN = """
import sys
from pathlib import Path
from dyad_desktop.errors import WorkspaceError
from tests.store.desk import Desk
try:
    Desk(Path(sys.argv[1])).open(Path(sys.argv[2]), read_only=sys.argv[3] == "True").close()
except WorkspaceError as error:
    print(error)
"""


@pytest.fixture
def closed(desk: Desk) -> Path:
    """A sound workspace file that nobody has open."""
    with desk.created() as workspace:
        for number in range(30):
            new_goal(workspace, f"G{number} " + "x" * 500, goal_id=f"g{number}")
    return desk.path


def _other_database(path: Path) -> None:
    path.unlink()
    with behind(path) as raw:
        raw.execute("CREATE TABLE photographs (name)")


def _empty_workspace(path: Path) -> None:
    """Leave what a creation that was cut off leaves: the marks of a workspace and no tables."""
    path.unlink()
    with behind(path) as raw:
        raw.execute(f"PRAGMA application_id={layout.APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version={layout.FILE_VERSION}")


def _newer(path: Path) -> None:
    with behind(path) as raw:
        raw.execute(f"PRAGMA user_version={layout.FILE_VERSION + 1}")


def _truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _cut_within_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def _scrambled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for page in range(8, len(data) // 4096, 2):
        data[page * 4096 : page * 4096 + 64] = b"\x99" * 64
    path.write_bytes(data)


def _one_broken_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[3 * 4096 + 3 : 3 * 4096 + 5] = b"\xff\xff"
    path.write_bytes(data)


SPOILS: list[tuple[Spoil, str]] = [
    (Path.unlink, "There is no file"),
    (lambda path: path.write_text("meta:\n  title: Cardiology\n" * 9), "is not a Dyad workspace"),
    (lambda path: path.write_bytes(b""), "is not a Dyad workspace"),
    (lambda path: path.write_bytes(path.read_bytes()[:60]), "is not a Dyad workspace"),
    (_other_database, "is a database, but not a Dyad workspace"),
    (_newer, "was written by a newer Dyad Desktop (file version 2"),
]
DAMAGES: list[Spoil] = [
    _truncated,
    _cut_within_a_page,
    _scrambled,
    _empty_workspace,
    _one_broken_page,
]


def _one_sentence(error: WorkspaceError, path: Path) -> None:
    text = str(error)
    assert str(path) in text
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) < 400 + len(str(path))


class TestBadFiles:
    @pytest.mark.parametrize("read_only", [False, True], ids=["write", "read"])
    @pytest.mark.parametrize(("spoil", "says"), SPOILS, ids=[spoil[1] for spoil in SPOILS])
    def test_no_workspace(
        self, desk: Desk, closed: Path, spoil: Spoil, says: str, *, read_only: bool
    ) -> None:
        spoil(closed)
        before = closed.read_bytes() if closed.exists() else None
        with pytest.raises(WorkspaceError) as caught:
            desk.open(read_only=read_only)
        assert says in str(caught.value)
        assert not isinstance(caught.value, DamagedError)
        _one_sentence(caught.value, closed)
        assert (closed.read_bytes() if closed.exists() else None) == before
        assert {path.name for path in closed.parent.iterdir()} <= {closed.name}

    @pytest.mark.parametrize("read_only", [False, True], ids=["write", "read"])
    @pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
    def test_damaged(self, desk: Desk, closed: Path, damage: Spoil, *, read_only: bool) -> None:
        damage(closed)
        before = closed.read_bytes()
        with pytest.raises(
            DamagedError, match=r"is damaged .*Nothing was changed. Restore"
        ) as caught:
            desk.open(read_only=read_only)
        _one_sentence(caught.value, closed)
        assert "***" not in str(caught.value)
        assert closed.read_bytes() == before

    def test_a_directory(self, desk: Desk) -> None:
        with pytest.raises(WorkspaceError, match="There is no file"):
            desk.open(desk.path.parent)

    @pytest.mark.parametrize("name", ["a b.dyad", "100%.dyad", "Was? #1 & ü.dyad"])
    def test_any_name_will_do(self, desk: Desk, name: str) -> None:
        desk.path = desk.path.with_name(name)
        with desk.created() as workspace:
            new_goal(workspace, "T")
        with desk.opened() as workspace:
            assert title_of(workspace) == "T"
        assert [path.name for path in desk.path.parent.iterdir()] == [name]


class TestReadOnlyPlaces:
    def test_a_file_without_its_write_bits(self, desk: Desk, closed: Path) -> None:
        closed.chmod(0o444)
        before = closed.read_bytes()
        with pytest.raises(WorkspaceError, match=r"is read-only.*Copy it") as caught:
            desk.open()
        _one_sentence(caught.value, closed)
        assert closed.read_bytes() == before
        reader = desk.open(read_only=True)
        assert reader.check() == []
        reader.close()

    def test_a_folder_without_its_write_bits(self, desk: Desk, closed: Path) -> None:
        closed.parent.chmod(0o555)
        try:
            with pytest.raises(WorkspaceError, match="is read-only"):
                desk.open()
            with pytest.raises(WorkspaceError, match=r"folder .* is read-only"):
                Workspace.create(closed.with_name("new.dyad"), desk.local)
            reader = desk.open(read_only=True)
            assert title_of(reader, "g3") is not None
            reader.close()
        finally:
            closed.parent.chmod(0o755)

    def test_no_folder(self, desk: Desk) -> None:
        with pytest.raises(WorkspaceError, match="There is no folder"):
            Workspace.create(desk.folder / "nowhere" / "plan.dyad", desk.local)

    @pytest.mark.parametrize(
        "folder", ["OneDrive", "OneDrive - Hospital", "Dropbox", "iCloud Drive", "Google Drive"]
    )
    def test_a_synchronised_folder(self, desk: Desk, closed: Path, folder: str) -> None:
        inside = desk.folder / folder / "Plans"
        inside.mkdir(parents=True)
        copy = inside / "plan.dyad"
        copy.write_bytes(closed.read_bytes())
        with pytest.raises(WorkspaceError, match=f"synchronised folder {folder}") as caught:
            desk.open(copy)
        _one_sentence(caught.value, copy)
        with pytest.raises(WorkspaceError, match="synchronised folder"):
            Workspace.create(inside / "new.dyad", desk.local)
        assert copy.read_bytes() == closed.read_bytes()
        assert [path.name for path in inside.iterdir()] == ["plan.dyad"]
        desk.open(copy, read_only=True).close()


def _open_in_another_process(desk: Desk, *, read_only: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(desk.folder), str(desk.path), str(read_only)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


class TestOpenElsewhere:
    @pytest.mark.parametrize("read_only", [False, True], ids=["write", "read"])
    def test_in_this_process(self, desk: Desk, *, read_only: bool) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "mine")
            with pytest.raises(WorkspaceError, match="is open in another window") as caught:
                desk.open(read_only=read_only)
            _one_sentence(caught.value, desk.path)
            set_title(workspace, "A", "still mine")
            assert workspace.check() == []

    def test_in_another_process_also_after_a_second_try_in_this_one(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "mine")
            with pytest.raises(WorkspaceError):
                desk.open()
            assert "is open in another window" in _open_in_another_process(desk)
            set_title(workspace, "A", "still mine")
        assert _open_in_another_process(desk, read_only=True) == ""

    def test_is_free_again_after_closing_and_after_a_failure(
        self, desk: Desk, closed: Path
    ) -> None:
        good = closed.read_bytes()
        _scrambled(closed)
        with pytest.raises(DamagedError):
            desk.open()
        closed.write_bytes(good)
        for _ in range(2):
            desk.open().close()


def _fill_the_disk(workspace: Workspace) -> None:
    pages = workspace._raw.execute("PRAGMA page_count").fetchone()[0]
    workspace._raw.execute(f"PRAGMA max_page_count={pages}")


def _free_the_disk(workspace: Workspace) -> None:
    workspace._raw.execute("PRAGMA max_page_count=1073741823")


class TestFullDisk:
    def test_a_change_that_does_not_fit_leaves_everything_as_it_was(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "0")
            before = (workspace.records(), workspace.journal(), workspace.actors)
            _fill_the_disk(workspace)
            for partner in ("A", "B"):
                with pytest.raises(WorkspaceError, match=r"be written .*Nothing was changed"):
                    set_title(workspace, partner, "x" * 60_000)
                assert (workspace.records(), workspace.journal(), workspace.actors) == before
            _free_the_disk(workspace)
            assert workspace.check() == []
            set_title(workspace, "B", "y" * 60_000)
            set_title(workspace, "A", "1")
            workspace.undo("A")
        with desk.opened() as workspace:
            assert title_of(workspace) == "y" * 60_000
            assert workspace.check() == []

    def test_a_change_that_cannot_be_signed_is_not_written(self, desk: Desk) -> None:
        workspace = desk.create()
        new_goal(workspace, "0")
        shown = title_of(workspace)
        workspace._raw.execute("ALTER TABLE seal RENAME TO hidden")
        with pytest.raises(WorkspaceError, match="Nothing was changed"):
            set_title(workspace, "A", "unsigned")
        assert title_of(workspace) == shown
        workspace._raw.execute("ALTER TABLE hidden RENAME TO seal")
        set_title(workspace, "A", "signed")
        workspace.close()
        with desk.opened() as again:
            assert title_of(again) == "signed"
            assert again.check() == []

    def test_no_room_for_a_new_file_leaves_none(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise sqlite.OperationalError("database or disk is full")

        monkeypatch.setattr(tables, "ddl", refuse)
        with pytest.raises(WorkspaceError, match="disk is full"):
            desk.create()
        assert list(desk.path.parent.iterdir()) == []


class TestMakingAFileWhole:
    def _left(self, path: Path, ending: str, days: float) -> Path:
        """Leave what a process that was killed while making a file leaves."""
        found = path.with_name(f".{path.name}-{ending}")
        found.write_bytes(b"half")
        then = found.stat().st_mtime - days * 86_400
        os.utime(found, (then, then))
        return found

    def test_what_an_earlier_making_left_is_cleared(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.dyad"
        for ending in ("0123abcd", "0123abcd-wal", "0123abcd-shm"):
            self._left(path, ending, 2)
        with made_whole(path) as beside:
            beside.write_bytes(b"whole")
        assert [found.name for found in tmp_path.iterdir()] == ["plan.dyad"]

    def test_what_may_be_under_way_or_another_file_s_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.dyad"
        kept = {
            self._left(path, "0123abcd", 0),
            self._left(path, "notes", 2),
            self._left(path, "0123abcd-copy", 2),
            self._left(tmp_path / "other.dyad", "0123abcd", 2),
        }
        with made_whole(path) as beside:
            beside.write_bytes(b"whole")
        assert set(tmp_path.iterdir()) == {path, *kept}

    def test_what_an_earlier_file_of_that_name_left_behind_spoils_no_new_one(
        self, desk: Desk
    ) -> None:
        left = desk.path.with_name(f"{desk.path.name}-wal")
        left.write_bytes(b"the last changes of a file that was moved away")
        with pytest.raises(WorkspaceError, match="last changes of an earlier file"):
            desk.create()
        with pytest.raises(WorkspaceError, match="if that file is gone"), made_whole(desk.path):
            pass
        assert list(desk.path.parent.iterdir()) == [left]
        left.write_bytes(b"")
        desk.create().close()
        with desk.opened() as workspace:
            assert workspace.check() == []
