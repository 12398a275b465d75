"""The chart of accounts between two partners: renamed by one while the other adds lines, and codes made twice."""

from pathlib import Path

import pytest

from dyad_desktop.domain.chart_of_accounts import (
    account_circles,
    chart_rows,
    duplicates,
    of_another_kind,
)
from dyad_desktop.domain.operating import Account, OperatingLine
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.accounts import new_account, new_cost_centre, take_into_chart
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.operating import new_line
from dyad_desktop.services.session import Session
from tests.services.homes import Home, deliver, pair, two_homes


def two_with_a_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """Two who have met, with a chart of accounts."""
    priya, marcus = two_homes(tmp_path, monkeypatch)
    with priya.session() as session:
        take_into_chart(session)
    pair(priya, marcus, tmp_path)
    deliver(marcus, priya, tmp_path)
    return priya, marcus


def test_an_account_renamed_by_one_while_the_other_adds_lines_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, marcus = two_with_a_chart(tmp_path, monkeypatch)
    with priya.session() as session:
        set_field(session, ("account", "5130"), "name", "Imaging wages")
        new_line(session, "5130", "71400", "Wages: new scanner", "expense", "labour")
    with marcus.session() as session:
        new_line(session, "5130", "71100", "Wages: imaging in the lab", "expense", "labour")
        new_line(session, "5130", "71400", "Wages: scanner, evenings", "expense", "labour")
    deliver(marcus, priya, tmp_path)
    deliver(priya, marcus, tmp_path)
    for home in (priya, marcus):
        with home.session() as session:
            book = session.book
            assert book.need(Account, "5130").name == "Imaging wages"
            (row,) = (one for one in chart_rows(book, session.budget()) if one.code == "5130")
            assert row.lines == 4
            (same,) = duplicates(book.all(OperatingLine))
            assert {line.name for line in same} == {
                "Wages: new scanner",
                "Wages: scanner, evenings",
            }
            assert session.disagreements() == []
            set_field(session, ("operating_line", same[1].id), "account", "5131")
            assert duplicates(session.book.all(OperatingLine)) == ()
            session.undo()


def test_codes_that_can_t_be_or_are_there_are_refused(session: Session) -> None:
    with pytest.raises(BadInputError, match="not an id"):
        new_account(session, "51 30", "Wages", "expense")
    new_account(session, "5130", "Wages", "expense")
    with pytest.raises(BadInputError, match="Wages already"):
        new_account(session, "5130", "Again", "expense")
    with pytest.raises(BadInputError, match="already"):
        new_cost_centre(session, "71100", "Again")
    take_into_chart(session)
    with pytest.raises(BadInputError, match="in the chart already"):
        take_into_chart(session)


def test_an_account_never_stands_under_itself(session: Session) -> None:
    take_into_chart(session)
    with pytest.raises(BadInputError, match="5130 would stand under itself"):
        set_field(session, ("account", "5130"), "parent", "5130")
    set_field(session, ("account", "5120"), "parent", "5130")
    set_field(session, ("account", "5110"), "parent", "5120")
    with pytest.raises(BadInputError, match="in a circle: 5130 → 5110 → 5120 → 5130"):
        set_field(session, ("account", "5130"), "parent", "5110")
    assert session.book.need(Account, "5130").parent is None


def test_a_circle_that_a_merge_leaves_keeps_nobody_from_the_rest_and_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, marcus = two_with_a_chart(tmp_path, monkeypatch)
    with priya.session() as session:
        set_field(session, ("account", "5110"), "parent", "5130")
        set_field(session, ("account", "5120"), "parent", "5110")
    with marcus.session() as session:
        set_field(session, ("account", "5130"), "parent", "5110")
    deliver(marcus, priya, tmp_path)
    with priya.session() as session:
        assert account_circles(session.book.rows(Account)) == (("5110", "5130", "5110"),)
        shown = {one.code: one for one in chart_rows(session.book, session.budget())}
        own = sum(
            session.budget().lines[line.id].total
            for line in session.book.all(OperatingLine)
            if line.account in ("5110", "5120", "5130")
        )
        assert shown["5110"].budget == own
        assert (shown["5110"].depth, shown["5120"].depth, shown["5130"].depth) == (0, 1, 1)
        set_field(session, ("account", "5140"), "parent", "5130")
        set_field(session, ("account", "5110"), "parent", None)
        assert account_circles(session.book.rows(Account)) == ()


def test_lines_in_an_account_of_another_kind_are_found(session: Session) -> None:
    take_into_chart(session)
    assert of_another_kind(session.book) == {}
    set_field(session, ("account", "3110"), "kind", "statistic")
    set_field(session, ("account", "5110"), "kind", "other_revenue")
    assert set(of_another_kind(session.book).values()) == {
        "3110 is a statistic account",
        "5110 is an other revenue account",
    }
