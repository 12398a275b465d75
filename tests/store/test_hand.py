"""Documents stay at hand from one change to the next: the file holds the same whatever does."""

import pytest

from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.change import Edit
from dyad_desktop.store import hand
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, goal, new_goal, set_title, title_of


@pytest.mark.parametrize("most", [0, 1, 100])
def test_changes_and_undo_are_the_same_whatever_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(hand, "MOST", most)
    new_goal(workspace, "0")
    new_goal(workspace, "other", goal_id="g2")
    set_title(workspace, "A", "1")
    workspace.commit("B", [Edit(goal("why"), "w"), Edit(goal("why", "g2"), "v")], "Why")
    shown = []
    for turn, partner in ((workspace.undo, "A"), (workspace.undo, "B"), (workspace.redo, "A")):
        turn(partner)
        shown.append((title_of(workspace), title_of(workspace, "g2")))
    assert shown == [("0", "other"), ("0", "other"), ("1", "other")]
    assert workspace.check() == []


def test_what_a_disk_refused_is_not_at_hand(desk: Desk) -> None:
    with desk.created() as workspace:
        new_goal(workspace, "0")
        set_title(workspace, "A", "1")
        workspace._raw.execute("ALTER TABLE seal RENAME TO hidden")
        with pytest.raises(WorkspaceError, match="Nothing was changed"):
            set_title(workspace, "A", "refused")
        workspace._raw.execute("ALTER TABLE hidden RENAME TO seal")
        workspace.commit("A", [Edit(goal("why"), "w")], "Why")
        assert workspace.check() == []
        workspace.undo("A")
        workspace.undo("A")
        assert title_of(workspace) == "0"
        assert workspace.check() == []
