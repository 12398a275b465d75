"""A settlement that is taken back: both values stand again under their authors, once, and can be settled anew."""

from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.replication.change import Address
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.settling import settle, take
from tests.services.homes import Home, meet, pair, title, two_homes

TITLE = Address("goal", "G1", "title")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    title(priya, "Hers")
    title(marcus, "His")
    meet((priya, marcus), tmp_path)
    return priya, marcus


def test_taken_back_by_both_apart_each_value_stands_once(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    for home in two:
        with home.session() as session:
            settle(session, TITLE, "Hers")
            session.undo()
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            (found,) = disagreements(session)
            assert [(one.partner, one.value) for one in found.choices] == [
                ("A", "Hers"),
                ("B", "His"),
            ]
    with two[0].session() as session:
        take(session, [TITLE], "B")
        assert session.disagreements() == []
    meet(two, tmp_path)
    with two[1].session() as session:
        assert session.disagreements() == []
        assert session.book.need(Goal, "G1").title == "His"
