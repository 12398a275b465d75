"""Costs that two partners split into lines apart: nothing is counted twice, and nobody is overruled unseen."""

from contextlib import closing
from pathlib import Path

import pytest

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.uncounted import uncounted
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services import files
from dyad_desktop.services.capital import add_cost_line, delete_cost_lines, settle_plain_cost
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.home import recent_changes
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import settle
from tests.services.homes import Home, meet, pair, two_homes

REQUEST, COST = "C01", 4_850_000_00
TRAINING = 1_000_000_00
AT = Address("capital_request", REQUEST, "cost")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    return priya, marcus


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
        assert second.id == first.id  # a partner who adds one apart makes the same
        delete_cost_lines(session, [second.id])
        assert asks(session) == COST
        add_cost_line(session, REQUEST, "Both")
        assert asks(session) == COST
        assert session.check() == []


def request_of(session: Session) -> CapitalRequest:
    return session.book.need(CapitalRequest, REQUEST)


def test_settling_a_cost_beside_its_lines_says_that_the_lines_count(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    priya, marcus = two
    with priya.session() as session:
        add_cost_line(session, REQUEST, "Console")
    with marcus.session() as session:
        set_field(session, ("capital_request", REQUEST), "cost", 6_000_000_00)
    meet(two, tmp_path)
    with priya.session() as session:
        (found,) = disagreements(session)
        assert {choice.text for choice in found.choices} == {
            "6,000,000, but its cost lines count: 4,850,000",
            "as its cost lines: 4,850,000",
        }
        settle(session, AT, 6_000_000_00)
        (told,) = uncounted(session.book, request_of(session))
        assert told == (
            "a cost of USD 6,000,000 stands beside the cost lines and doesn’t count: they come to USD 4,850,000"
        )
        settle_plain_cost(session, REQUEST, "fill")
        assert asks(session) == 6_000_000_00
        assert uncounted(session.book, request_of(session)) == ()
        session.undo()
        settle_plain_cost(session, REQUEST, "clear")
        assert asks(session) == COST
        assert uncounted(session.book, request_of(session)) == ()


def test_a_contested_cost_is_settled_before_it_becomes_a_line(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    with two[0].session() as session:
        add_cost_line(session, REQUEST, "Console")
        add_cost_line(session, REQUEST, "Wiring", 1_000_00)
    with two[1].session() as session:
        set_field(session, ("capital_request", REQUEST), "cost", 6_000_000_00)
    meet(two, tmp_path)
    with two[0].session() as session:
        with pytest.raises(BadInputError, match="settle that first"):
            settle_plain_cost(session, REQUEST, "add")
        delete_cost_lines(session, [line.id for line in session.book.all(CostLine)])
        assert session.disagreements() == [AT]


def test_a_cost_whose_last_line_went_while_the_other_added_one_is_told_and_kept(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    priya, marcus = two
    with priya.session() as session:
        add_cost_line(session, REQUEST, "Console")
    meet(two, tmp_path)
    with priya.session() as session:
        delete_cost_lines(session, [line.id for line in session.book.all(CostLine)])
    with marcus.session() as session:
        add_cost_line(session, REQUEST, "Training", 1_000_000_00)
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            assert asks(session) == 1_000_000_00
            (told,) = uncounted(session.book, request_of(session))
            assert "a cost of USD 4,850,000 stands beside" in told
    for home in two:  # both, apart, keep it
        with home.session() as session:
            settle_plain_cost(session, REQUEST, "add")
            assert asks(session) == COST + 1_000_000_00
    meet(two, tmp_path)
    with priya.session() as session:
        assert asks(session) == COST + 1_000_000_00
        assert uncounted(session.book, request_of(session)) == ()
        assert session.disagreements() == []


def test_a_cost_beside_the_lines_counts_again_when_they_go(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    del tmp_path
    with two[0].session() as session:
        add_cost_line(session, REQUEST, "Console")
        set_field(session, ("capital_request", REQUEST), "cost", 6_000_000_00)
        delete_cost_lines(session, [line.id for line in session.book.all(CostLine)])
        assert asks(session) == 6_000_000_00


def test_a_recovery_period_that_the_tax_table_lacks_is_refused(two: tuple[Home, Home]) -> None:
    with two[0].session() as session:
        key = ("capital_request", REQUEST)
        with pytest.raises(BadInputError, match="no recovery period of 8 years; it has 3, 5, 7"):
            set_field(session, key, "recovery_years", 8)
        for years in (7, None):
            set_field(session, key, "recovery_years", years)
            assert request_of(session).recovery_years == years


@pytest.fixture
def beside(two: tuple[Home, Home], tmp_path: Path) -> tuple[Home, Home]:
    """Priya deletes the last line, whose cost stands again, while Marcus adds one of a million."""
    priya, marcus = two
    with priya.session() as session:
        add_cost_line(session, REQUEST, "Console")
    meet(two, tmp_path)
    with priya.session() as session:
        delete_cost_lines(session, [line.id for line in session.book.all(CostLine)])
    with marcus.session() as session:
        add_cost_line(session, REQUEST, "Training", TRAINING)
    meet(two, tmp_path)
    return two


@pytest.mark.parametrize(("way", "whole"), [("add", COST + TRAINING), ("fill", COST)])
def test_one_brings_a_cost_into_the_lines_and_the_other_gives_it_up(
    beside: tuple[Home, Home], tmp_path: Path, way: str, whole: int
) -> None:
    for home, said in zip(beside, (way, "clear"), strict=True):
        with home.session() as session:
            settle_plain_cost(session, REQUEST, said)
    meet(beside, tmp_path)
    for home in beside:
        with home.session() as session:
            (found,) = disagreements(session)
            assert (found.kind, found.page) == ("deleted", "capital")
            assert found.thing in {"Cost beside the lines", "Rest of the cost"}
            (kept,) = [one for one in found.choices if one.text == "kept"]
            assert [text.partition(":")[0] for text in kept.edits] == ["Name", "Amount"]
            assert asks(session) == whole
    with beside[0].session() as session:
        settle(session, found.at, value=True)
        assert (asks(session), disagreements(session)) == (TRAINING, ())
        session.undo()
        settle(session, found.at, value=False)
        assert (asks(session), disagreements(session)) == (whole, ())
        assert uncounted(session.book, request_of(session)) == ()
        assert session.check() == []


def test_two_ways_into_the_lines_are_held_apart(beside: tuple[Home, Home], tmp_path: Path) -> None:
    for home, said in zip(beside, ("add", "fill"), strict=True):
        with home.session() as session:
            settle_plain_cost(session, REQUEST, said)
    meet(beside, tmp_path)
    with beside[0].session() as session:
        assert {at.field for at in session.disagreements()} == {"amount", "name"}


@pytest.mark.parametrize("first", ["add", "clear", "fill"])
def test_a_cost_that_was_settled_anew_is_counted_once(
    beside: tuple[Home, Home], tmp_path: Path, first: str
) -> None:
    with beside[0].session() as session:
        settle_plain_cost(session, REQUEST, first)
        session.undo()
        assert len(session.book.all(CostLine)) == 1
        settle_plain_cost(session, REQUEST, "add")
        assert asks(session) == COST + TRAINING
        session.undo()
        session.redo()
    with beside[1].session() as session:
        settle_plain_cost(session, REQUEST, "add")
    meet(beside, tmp_path)
    for home in beside:
        with home.session() as session:
            assert (asks(session), disagreements(session)) == (COST + TRAINING, ())
            assert session.check() == []


def test_a_first_line_that_was_added_anew_is_counted_once(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    with two[0].session() as session:
        add_cost_line(session, REQUEST, "Console")
        session.undo()
        add_cost_line(session, REQUEST, "Console")
    with two[1].session() as session:
        add_cost_line(session, REQUEST, "Console")
    meet(two, tmp_path)
    with two[1].session() as session:
        assert (asks(session), disagreements(session)) == (COST, ())


def test_a_cost_beside_lines_that_were_given_up_leaves_nothing_behind(
    beside: tuple[Home, Home], tmp_path: Path
) -> None:
    plain = tmp_path / "plain.yaml"
    with beside[0].session() as session:
        before = session.book.all(CostLine)
        settle_plain_cost(session, REQUEST, "clear")
        assert recent_changes(session)[0].what == "changed"
        session.undo()
        assert session.book.all(CostLine) == before
        session.redo()
        assert (asks(session), session.book.all(CostLine)) == (TRAINING, before)
        plain.write_text(files.dump(session), encoding="utf-8")
    with beside[0].here():
        again, _ = files.load(plain, tmp_path / "again.dyad")
        with closing(again):
            assert asks(again) == TRAINING
