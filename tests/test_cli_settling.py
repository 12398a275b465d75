"""`dyad disagreements` and `dyad settle` as scripts use them."""

from contextlib import closing
from pathlib import Path

import pytest

from dyad_desktop.services import files
from dyad_desktop.services.session import Session
from tests.services.apart import apart, deleted_but_edited, month
from tests.services.test_what_comes_back import gone_but_planned
from tests.test_cli import dyad, printed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The example, in which the partners differ on a month, and on whether a goal stays."""
    path = tmp_path / "apart.dyad"
    with closing(files.demo(path)) as session:
        apart(session, month("L28"), A=200_000_00, B=236_000_00)
        deleted_but_edited(session, ("goal", "G1"), "why", "Because it matters")
    return path


def test_all_sides_are_listed(file: Path) -> None:
    found = printed("disagreements", file, "--json")["disagreements"]
    assert [(one["kind"], one["id"], one["field"], one["slot"]) for one in found] == [
        ("draft_line", "working.L28", "months", "2027-02"),
        ("goal", "G1", "_deleted", ""),
    ]
    first, second = found
    assert first["base"] is None
    assert [(side["partner"], side["value"]) for side in first["sides"]] == [
        ("A", 200000),
        ("B", 236000),
    ]
    assert first["sides"][0]["when"].endswith("+00:00")
    assert [side["value"] for side in second["sides"]] == [True, False]
    assert second["sides"][1]["edits"] == ["Why: Because it matters"]
    text = dyad("disagreements", file).stdout
    assert "draft_line working.L28 months/2027-02" in text
    assert "236000" in text


def test_who_gets_what_is_apart_is_told(file: Path) -> None:
    at = ("draft_line", "working.L28")
    for field in ("months/2027-02", "months", None):
        done = dyad("get", file, *at, *([field] if field else []))
        assert done.returncode == 0
        assert "months/2027-02: the partners hold it apart" in done.stderr
    assert dyad("get", file, *at, "months/2027-03").stderr == ""
    assert dyad("get", file, "goal", "G2", "title").stderr == ""


def test_a_value_settles(file: Path) -> None:
    done = dyad("settle", file, "draft_line", "working.L28", "months/2027-02", "218k", "--as", "B")
    assert done.returncode == 0, done.stderr
    assert "218,000" in done.stdout
    assert printed("settle", file, "goal", "G1", "_deleted", "false", "--json")["settled"]
    assert dyad("disagreements", file).stdout.strip() == "nothing is apart"
    assert printed("check", file, "--json")["ok"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["goal", "G2", "why", "x"], "isn’t contested"),
        (["goal", "G1", "_deleted", "maybe"], "not true or false"),
        (["goal", "G1", "nosuch", "x"], "no field 'nosuch'"),
        (["draft_line", "working.L28", "months", "1"], "needs a part"),
        (["draft_line", "working.L28", "months/2027-02", "much"], "not a number"),
    ],
)
def test_what_can_not_be_settled_is_said_in_one_line(
    file: Path, arguments: list[str], said: str
) -> None:
    done = dyad("settle", file, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("way", ["bring_back", "delete"])
def test_a_reference_to_something_deleted_is_settled_by_a_way_out(file: Path, way: str) -> None:
    with closing(Session.open(file)) as session:
        gone_but_planned(session)
    found = printed("disagreements", file, "--json")["disagreements"]
    at = ("draft_line", "working.L49", "line")
    (lost,) = (one for one in found if one["sort"] == "orphan")
    assert (lost["kind"], lost["id"], lost["field"]) == at
    assert lost["ways"] == ["bring_back", "delete"]
    assert "    orphan [bring_back] [delete]" in dyad("disagreements", file).stdout
    refused = dyad("settle", file, *at, "let_go")
    assert refused.returncode != 0
    assert "settled by bring_back or delete" in refused.stderr
    assert "working.L49 line" in refused.stderr
    assert printed("settle", file, *at, way, "--json")["settled"]
    left = printed("disagreements", file, "--json")["disagreements"]
    assert [one["sort"] for one in left] == ["values", "deleted"]
    assert dyad("settle", file, *at, way).returncode != 0
