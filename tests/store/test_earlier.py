"""What a session keeps for its undo is what the log holds, and no more than so much."""

import pytest

from dyad_desktop.replication.change import Edit, WriteId
from dyad_desktop.replication.register import Write
from dyad_desktop.store import earlier
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import goal, new_goal, set_title, title_of

FIRST, SECOND = WriteId(b"a" * 16, 1), WriteId(b"a" * 16, 2)


def test_keeps_every_head_also_an_empty_one() -> None:
    kept = earlier.Earlier()
    kept.keep(goal("title"), (Write(FIRST, "one", 1), Write(SECOND, None, 2)))
    assert kept.find(goal("title"), FIRST) == ("one",)
    assert kept.find(goal("title"), SECOND) == (None,)
    assert kept.find(goal("why"), FIRST) is None
    kept.clear()
    assert kept.find(goal("title"), FIRST) is None


def test_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "KEPT", 2)
    kept = earlier.Earlier()
    for n in range(1, 4):
        kept.keep(goal("title"), (Write(WriteId(b"a" * 16, n), str(n), n),))
    found = [kept.find(goal("title"), WriteId(b"a" * 16, n)) for n in range(1, 4)]
    assert found == [None, ("2",), ("3",)]


@pytest.mark.parametrize("kept", [0, 1, 100])
def test_undo_is_the_same_with_whatever_is_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(earlier, "KEPT", kept)
    new_goal(workspace, "0")
    set_title(workspace, "A", "1")
    workspace.commit("A", [Edit(goal("title"), "2"), Edit(goal("why"), "w")], "Two")
    shown = []
    for turn in (workspace.undo, workspace.undo, workspace.redo, workspace.redo, workspace.undo):
        turn("A")
        shown.append(title_of(workspace))
    assert shown == ["1", "0", "1", "2", "1"]
    assert workspace.check() == []
