"""`dyad aside` as scripts use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dyad_desktop.store import keys
from tests.services.homes import Home
from tests.services.lost_laptops import lost_laptop
from tests.test_cli import dyad, printed

_COST = keys.MEMORY_KIB


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Priya's copy, at her computer."""
    monkeypatch.setattr(keys, "MEMORY_KIB", _COST)  # the command is a process of its own
    lost_laptop(tmp_path, monkeypatch)
    home = Home(tmp_path, "priya", monkeypatch)
    with home.here():
        yield home.path


def test_what_is_set_aside_is_listed_taken_by_number_and_left_out(file: Path) -> None:
    found = printed("aside", file, "--json")["set_aside"]
    assert [one["n"] for one in found] == [14, 12, 11, 10, 9, 8, 7]
    due = found[6]
    assert (due["partner"], due["stands"], due["wrote"]) == ("B", "30 Jun 2027", "31 Mar 2028")
    assert due["note"] == "After the flood"
    assert "numerator 245; value 6.9 % → numerator 300" in dyad("aside", file).stdout
    assert "11 of them set aside" in dyad("status", file).stdout
    log = printed("log", file, "--json")["commits"]
    assert sum(one["set_aside"] for one in log) == 11
    assert "(set aside: this laptop was given up)" in dyad("log", file).stdout
    assert printed("aside", file, "--take", "7", "--json")["decided"] == 1
    assert "2028-03-31" in dyad("get", file, "goal", "G1", "due").stdout
    assert "Left out 6 changes" in dyad("aside", file, "--leave").stdout
    assert dyad("aside", file).stdout.strip() == "nothing is set aside"
    assert printed("check", file, "--json")["ok"]


def test_a_number_that_is_not_there_is_refused(file: Path) -> None:
    done = dyad("aside", file, "--take", "16")
    assert done.returncode == 2
    assert "commit 16 isn't set aside" in done.stderr
    assert dyad("aside", file, "--take", "1", "--leave", "2").returncode == 2
