"""Costs that two partners split into lines apart: nothing is counted twice, and nobody is overruled unseen."""

from pathlib import Path

import pytest

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.replication.change import Address
from dyad_desktop.services.capital import add_cost_line, delete_cost_lines
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.session import Session
from tests.services.homes import Home, deliver, pair, two_homes

REQUEST, COST = "C01", 4_850_000_00
AT = Address("capital_request", REQUEST, "cost")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    return priya, marcus


def meet(two: tuple[Home, Home], folder: Path) -> None:
    priya, marcus = two
    deliver(priya, marcus, folder)
    deliver(marcus, priya, folder)
    deliver(priya, marcus, folder)


def asks(session: Session) -> int:
    return asked(session.book, session.book.need(CapitalRequest, REQUEST))


def test_two_first_lines_take_the_cost_over_once(two: tuple[Home, Home], tmp_path: Path) -> None:
    for home, name in zip(two, ("Console", "Equipment"), strict=True):
        with home.session() as session:
            assert asks(session) == COST
            add_cost_line(session, REQUEST, name)
            assert asks(session) == COST
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            assert asks(session) == COST
            (line,) = session.book.all(CostLine)
            assert session.disagreements() == [Address("cost_line", line.id, "name")]


def test_a_new_cost_stands_beside_lines_that_began_apart(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    with two[0].session() as session:
        add_cost_line(session, REQUEST, "Console")
    with two[1].session() as session:
        set_field(session, ("capital_request", REQUEST), "cost", 6_000_000_00)
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            assert session.disagreements() == [AT]
            assert asks(session) == COST


def test_lines_begin_anew_after_they_were_given_up(two: tuple[Home, Home]) -> None:
    with two[0].session() as session:
        add_cost_line(session, REQUEST, "Console")
        (first,) = session.book.all(CostLine)
        session.undo()
        assert asks(session) == COST
        add_cost_line(session, REQUEST, "Equipment")
        (second,) = session.book.all(CostLine)
        assert (second.name, asks(session)) == ("Equipment", COST)
        assert second.id != first.id
        delete_cost_lines(session, [second.id])
        assert asks(session) == COST
        add_cost_line(session, REQUEST, "Both")
        assert asks(session) == COST
        assert session.check() == []
