"""The journal and the history of large changes follow later, and nothing that reads or writes can tell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dyad_desktop.replication.change import Edit
from dyad_desktop.store import connection, merge, writer
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk, goal, new_goal, set_title, title_of
from tests.store.pairs import Pair


@pytest.fixture(autouse=True)
def two_values_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what writes more than two values, or brings more than two commits, be indexed later."""
    monkeypatch.setattr(writer, "INDEXED_AT_ONCE", 2)
    monkeypatch.setattr(merge, "INDEXED_AT_ONCE", 2)


def _change_much(workspace: Workspace, text: str, partner: str = "A") -> None:
    fields = ("title", "why", "definition_of_success")
    workspace.commit(partner, [Edit(goal(name), text) for name in fields], text)


def _listed(workspace: Workspace) -> list[str]:
    """Return what the journal of the file lists, the oldest first, without bringing it up to date."""
    return [note for (note,) in workspace._raw.execute("SELECT note FROM journal ORDER BY n")]


def _told(workspace: Workspace) -> list[str]:
    return [line.note for line in reversed(workspace.journal())]


def _cut_off(workspace: Workspace) -> None:
    """End a session as a kill ends it: nothing more is written."""
    connection.close(workspace._raw)


@pytest.fixture
def made(workspace: Workspace) -> Workspace:
    """A workspace with a goal, to which a large change was made."""
    new_goal(workspace, "first")
    assert _told(workspace) == ["New goal: first"]
    _change_much(workspace, "second")
    assert _listed(workspace) == ["New goal: first"]
    return workspace


READINGS: list[Callable[[Workspace], object]] = [
    lambda file: file.journal(),
    lambda file: file.history(("goal", "g1")),
    lambda file: file.past.lines(),
    lambda file: file.past.after(1),
    lambda file: file.past.ordered(0, 9),
    lambda file: file.past.count_writes(("goal", "g1")),
    lambda file: file.past.writes([goal("title")]),
    lambda file: file.steps("B"),
    lambda file: file.check(),
    lambda file: file.checkpoint(),
]


@pytest.mark.parametrize("read", READINGS)
def test_who_reads_finds_everything(made: Workspace, read: Callable[[Workspace], object]) -> None:
    read(made)
    assert _listed(made) == ["New goal: first", "second"]
    assert [line.after for line in made.history(("goal", "g1")) if line.at == goal("title")] == [
        "second",
        "first",
    ]


def test_undo_and_redo_wait_for_nothing(made: Workspace) -> None:
    for wanted in ("first", "second", "first"):
        applied = made.undo("A") if wanted == "first" else made.redo("A")
        assert applied is not None
        assert title_of(made) == wanted
    assert _listed(made) == ["New goal: first"]
    assert _told(made) == ["New goal: first", "second", "second", "second", "second"]
    assert made.check() == []


def test_a_small_change_behind_a_large_one_is_listed_behind_it(made: Workspace) -> None:
    set_title(made, "A", "third")
    set_title(made, "B", "fourth")
    assert _told(made) == ["New goal: first", "second", "Title: third", "Title: fourth"]
    assert made.check() == []


def test_of_another_partner_whose_steps_are_known_too(workspace: Workspace) -> None:
    new_goal(workspace, "first")
    set_title(workspace, "B", "second")
    _change_much(workspace, "third")
    set_title(workspace, "B", "fourth")
    wanted = ["New goal: first", "Title: second", "third", "Title: fourth"]
    assert _told(workspace) == wanted


@pytest.mark.parametrize("behind", [0, 1, 2])
def test_a_session_that_is_cut_off_leaves_all_of_it_to_the_next(desk: Desk, behind: int) -> None:
    workspace = desk.create()
    new_goal(workspace, "first")
    workspace.journal()
    _change_much(workspace, "second")
    notes = ["New goal: first", "second"]
    for number in range(behind):
        set_title(workspace, "A", f"small {number}")
        notes.append(f"Title: small {number}")
    _cut_off(workspace)
    with desk.opened() as again:
        assert again.check() == []
    with desk.opened() as again:
        set_title(again, "A", "last")
        notes.append("Title: last")
        assert _told(again) == notes
        for _ in range(behind + 1):
            again.undo("A")
        assert title_of(again) == "second"
        assert again.undo("A") is not None
        assert title_of(again) == "first"
        assert again.check() == []


def test_the_first_change_after_a_cut_comes_later_in_logical_time(desk: Desk) -> None:
    workspace = desk.create()
    new_goal(workspace, "first")
    for text in ("second", "third"):
        _change_much(workspace, text)
    _cut_off(workspace)
    with desk.opened() as again:
        applied = set_title(again, "B", "last")
        assert applied.id is not None
        times = [sealed.lamport for sealed in again._log.in_order()]
        assert times == sorted(set(times))
        assert again._log.lamport(applied.id) == times[-1]


def test_what_a_partner_wrote_upon_a_large_change_is_listed_behind_it(pair: Pair) -> None:
    pair.a.journal()
    _change_much(pair.a, "large")
    pair.send(pair.a, pair.b)
    set_title(pair.b, "B", "upon it")
    pair.send(pair.b, pair.a)
    assert _told(pair.a)[-2:] == ["large", "Title: upon it"]
    assert pair.a.check() == []


def test_a_small_delivery_that_builds_on_a_large_one_is_listed_behind_it(
    pair: Pair, tmp_path: Path
) -> None:
    third = Desk(tmp_path / "c", "clara").create(pair.a.id)
    pair.send(pair.a, third)
    third.journal()
    for number in range(3):
        set_title(pair.a, "A", f"{number}")
    pair.send(pair.a, third)
    pair.send(pair.a, pair.b)
    set_title(pair.b, "B", "upon it")
    pair.send(pair.b, third)
    assert _told(third)[-2:] == ["Title: 2", "Title: upon it"]
    third.close()


def _title_at(workspace: Workspace, note: str) -> object:
    """Return what the goal was called when a commit had just arrived."""
    (n,) = [line.n for line in workspace.journal() if line.note == note]
    record = workspace.past.record(("goal", "g1"), workspace.past.at(n))
    return record and record["title"]


def test_what_arrives_behind_a_large_change_is_listed_behind_it(pair: Pair) -> None:
    set_title(pair.b, "B", "his")
    for number in range(3):
        set_title(pair.a, "A", f"{number}")
    pair.a.journal()
    _change_much(pair.a, "large")
    pair.send(pair.b, pair.a)
    assert _told(pair.a)[-2:] == ["large", "Title: his"]
    assert _title_at(pair.a, "large") == "large"
    assert pair.a.check() == []


def test_what_arrives_behind_a_large_delivery_is_listed_behind_it(
    pair: Pair, tmp_path: Path
) -> None:
    third = Desk(tmp_path / "c", "clara").create(pair.a.id)
    pair.send(pair.a, third)
    third.journal()
    set_title(pair.b, "B", "his")
    for number in range(3):
        set_title(pair.a, "A", f"{number}")
    pair.send(pair.a, third)
    pair.send(pair.b, third)
    assert _told(third)[-2:] == ["Title: 2", "Title: his"]
    third.close()


def test_a_file_that_is_only_read_shows_what_a_cut_off_session_left(desk: Desk) -> None:
    workspace = desk.create()
    new_goal(workspace, "first")
    workspace.journal()
    _change_much(workspace, "second")
    set_title(workspace, "A", "third")
    _cut_off(workspace)
    reader = desk.open(read_only=True)
    assert reader.check() == []
    assert _told(reader) == ["New goal: first", "second", "Title: third"]
    titles = [line.after for line in reader.history(("goal", "g1")) if line.at == goal("title")]
    assert titles == ["third", "second", "first"]
    assert [line.n for line in reader.past.lines()] == [3, 2, 1]
    listed = reader._raw.execute("SELECT note FROM main.journal").fetchall()
    assert listed == [("New goal: first",)], "the file itself is as it was"
    reader.close()


def test_a_file_that_is_only_read_is_still_checked_against_its_log(desk: Desk) -> None:
    workspace = desk.create()
    new_goal(workspace, "first")
    workspace.journal()
    workspace._raw.execute("UPDATE journal SET note='of another'")
    _change_much(workspace, "second")
    _cut_off(workspace)
    reader = desk.open(read_only=True)
    assert [found.check for found in reader.check()] == ["index"]
    reader.close()


def test_a_disk_that_refuses_at_rest_loses_nothing(made: Workspace) -> None:
    made._raw.execute("PRAGMA query_only=ON")
    made.checkpoint()
    made._raw.execute("PRAGMA query_only=OFF")
    assert _listed(made) == ["New goal: first"]
    assert _told(made) == ["New goal: first", "second"]
