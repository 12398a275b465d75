"""What the simulation found, each in as few steps as show it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dyad_desktop.replication.change import Edit
from dyad_desktop.services import pairing, shared_folder, travel
from dyad_desktop.store import log, merge
from dyad_desktop.store.workspace import Workspace
from tests.simulation.computers import NAMES, Computer, beginning, keyring_of_its_own, paired
from tests.simulation.machine import TITLE, WHY
from tests.store.desk import Desk, new_goal, set_title


class TestLongDeliveries:
    """Anna's chain reaches Boris in deliveries of different lengths."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
        anna, boris = Desk(tmp_path / "a", "anna"), Desk(tmp_path / "b", "boris")
        with anna.created() as mine:
            theirs = boris.create(mine.id)
            new_goal(mine, "T0")
            yield mine, theirs
            theirs.close()

    @staticmethod
    def _deliver(mine: Workspace, theirs: Workspace, titles: int, start: int) -> None:
        for number in range(start, start + titles):
            set_title(mine, "A", f"T{number}")
        theirs.receive(mine.segments_since(theirs.vector()), mine.people.partners())

    def test_a_long_delivery_behind_a_short_one_stays_in_order(
        self, files: tuple[Workspace, Workspace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(log, "SEGMENT", 4)
        mine, theirs = files
        self._deliver(mine, theirs, 1, 1)
        self._deliver(mine, theirs, 8, 10)
        assert theirs.check() == []
        assert [s.commits for s in theirs.segments_since({})] == [
            s.commits for s in mine.segments_since({})
        ]

    def test_a_short_delivery_behind_a_long_one_leaves_no_gap_in_the_history(
        self, files: tuple[Workspace, Workspace], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(merge, "INDEXED_AT_ONCE", 3)
        mine, theirs = files
        self._deliver(mine, theirs, 4, 1)
        self._deliver(mine, theirs, 1, 10)
        assert theirs.check() == []
        assert len(theirs.journal()) == len(mine.journal())


def test_whoever_was_invited_can_add_a_second_laptop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boris, whom Anna invited, invites his own second laptop, which must take Anna's commits too."""
    monkeypatch.setenv("DYAD_HOME", str(tmp_path))
    keyring_of_its_own().kept = {}
    boris = paired(tmp_path, ("anna", "boris"))[1]
    second = Computer("boris2", tmp_path)
    asked = pairing.read_invitation(pairing.invitation(boris.session, further=True))
    second.sit()
    _, text = pairing.join(asked, second.path, "Boris")
    reply, words = pairing.read_reply(boris.session, text)
    pairing.admit(boris.session, reply)
    travel.send(boris.session, tmp_path / "first")
    travel.receive(second.session, tmp_path / "first", words)
    assert second.file.digest() == boris.file.digest()


def test_a_restored_laptop_gets_its_own_commits_back_through_the_shared_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna restores a backup; Boris holds what she lost; the folder is all that they share."""
    monkeypatch.setenv("DYAD_HOME", str(tmp_path))
    anna, boris = beginning(2).laid_out(tmp_path, NAMES[:2])
    shared = tmp_path / "shared"
    shared.mkdir()
    backup = anna.copy()
    anna.session.commit([Edit(TITLE, "lost here")], "edit")
    shared_folder.sync_folder(anna.session, shared)
    shared_folder.sync_folder(boris.session, shared)
    boris.session.commit([Edit(WHY, "behind it")], "edit")
    anna.sit().put(backup)
    for _ in range(2):
        for computer in (anna, boris):
            shared_folder.sync_folder(computer.session, shared)
    assert anna.sit().file.digest() == boris.sit().file.digest()
    for computer in (anna, boris):
        computer.sit().drop()
