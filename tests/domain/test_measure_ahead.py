"""What lies ahead of a measure's last value: when its target is due, how far its chart reaches, how that is told."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.goals import Measure, Occurrence
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.measure_ahead import (
    NOTHING_AHEAD,
    Ahead,
    ahead_of,
    ahead_words,
    due_words,
    outlook_rows,
    place_words,
)
from dyad_desktop.domain.measure_story import bands_of
from dyad_desktop.domain.measure_words import point_words
from tests.domain.test_measuring import GOAL, A, B, a_measure, charted

MIXED = [50, 52, 61, 49]  # January to April 2025
STEADY = [50, 52] * 8  # January 2025 to April 2026


def found(measure: Measure, start: int = 1) -> Ahead:
    return ahead_of(charted(measure), start)


@pytest.mark.parametrize(
    ("due", "start", "shown", "ahead"),
    [
        ("2025-02", 1, True, 0),  # among the values
        ("2025-04", 1, True, 0),  # at the last one
        ("2025-06", 1, True, 2),  # later in the year
        ("2025-12", 1, True, 8),  # at the end of the year
        ("2026-01", 1, False, 0),  # in the next year
        ("2025-12", 7, False, 0),  # the year ends in June
        ("2024-12", 1, False, 0),  # before the first value
    ],
)
def test_the_axis_reaches_a_due_month_of_the_year_shown(
    due: str, start: int, *, shown: bool, ahead: int
) -> None:
    at = found(a_measure(*MIXED, target_date=due), start)
    assert at.due is not None
    assert (at.due.shown, len(at.places)) == (shown, ahead)
    if ahead:
        assert at.places[0] == "2025-05"
        assert at.places[-1] == due
    if shown:
        assert add_months("2025-01", round(at.due.at)) == due


def test_a_target_without_a_date_is_not_due() -> None:
    assert found(a_measure(*MIXED)) == NOTHING_AHEAD
    assert found(a_measure(*MIXED, target=None, target_date="2025-06")) == NOTHING_AHEAD
    assert found(a_measure(target_date="2025-06")) == NOTHING_AHEAD


def test_what_is_due_is_the_target_in_force_in_that_month() -> None:
    steps = {"2025-03": Decimal(55), "2025-08": Decimal(50)}
    for due, level in (("2025-02", 60), ("2025-06", 55), ("2025-09", 50)):
        at = found(a_measure(*MIXED, targets=steps, target_date=due))
        assert at.due is not None
        assert at.due.level == level


def test_quarters_reach_the_quarter_in_which_a_target_is_due() -> None:
    values = {add_months("2025-01", 3 * n): Decimal(50 + n) for n in range(2)}
    at = found(a_measure(frequency="quarterly", values=values, target_date="2025-12"))
    assert at.places == ("2025-07", "2025-10")
    assert at.due is not None
    assert at.due.at == 3


def test_days_have_no_axis_ahead_of_them() -> None:
    events = [Occurrence(id=f"E{n}", measure="M", date=f"2025-0{n}-10") for n in range(1, 6)]
    for due, shown in (("2025-04", True), ("2025-08", False)):
        at = ahead_of(charted(a_measure(chart="t", target_date=due), *events), 1)
        assert at.due is not None
        assert (at.places, at.due.shown) == ((), shown)
        assert not shown or 1 < at.due.at < 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "target 60 due Jun 2025"),
        ({"direction": "up", "unit": "%"}, "target 60 due Jun 2025"),
        ({"direction": "within", "target_low": Decimal(55)}, "target 55 to 60 due Jun 2025"),
        ({"direction": "within"}, "target at most 60 due Jun 2025"),
    ],
)
def test_what_is_due_is_told_in_words(fields: dict[str, object], words: str) -> None:
    measure = a_measure(*MIXED, target_date="2025-06", **fields)
    at = found(measure)
    assert at.due is not None
    assert due_words(measure, at.due) == words
    assert ahead_words(charted(measure), at) == f"T{words[1:]}."


def test_nothing_ahead_says_nothing() -> None:
    assert ahead_words(charted(a_measure(*MIXED)), NOTHING_AHEAD) == ""


# -- the outlook -------------------------------------------------------------------------------


def test_the_axis_reaches_the_end_of_a_year_that_is_foretold() -> None:
    at = found(a_measure(*STEADY, target=Decimal(51), target_date="2026-05"), 7)
    assert at.reach is not None
    assert (at.reach.year, at.places) == ("FY26", ("2026-05", "2026-06"))
    assert at.due is not None
    assert (at.due.shown, at.due.at) == (True, 16)
    whole = found(a_measure(*STEADY, target=Decimal(51)), 5)
    assert whole.due is None
    assert (len(whole.places), whole.places[-1]) == (12, "2027-04")


def test_a_date_after_the_year_foretold_is_not_shown() -> None:
    at = found(a_measure(*STEADY, target=Decimal(51), target_date="2026-07"), 7)
    assert at.due is not None
    assert (at.due.shown, at.places[-1]) == (False, "2026-06")


@pytest.mark.parametrize("values", [STEADY[:11], [*STEADY, 90]])
def test_without_twelve_stable_points_no_year_is_foretold(values: list[float]) -> None:
    assert found(a_measure(*values)) == NOTHING_AHEAD


def test_the_outlook_is_told_in_words() -> None:
    measure = a_measure(*STEADY, target=Decimal(51), target_date="2026-06")
    at = found(measure, 7)
    assert at.reach is not None
    assert outlook_rows(charted(measure), at.reach) == (
        "FY26 outlook 51.0",
        "50.6 to 51.4, 95 in 100",
    )
    assert ahead_words(charted(measure), at) == (
        "Target 51 due Jun 2026."
        " FY26 outlook 51.0 on average (50.6 to 51.4, 95 in 100) if the process stays as it is."
    )


def test_places_ahead_are_read_too() -> None:
    measure = a_measure(*STEADY, target=Decimal(51), target_date="2026-06")
    chart, at = charted(measure), found(measure, 7)
    assert place_words(chart, at, 15) == point_words(chart, 15)
    outlook = "FY26 outlook 51.0 on average (50.6 to 51.4, 95 in 100)"
    assert place_words(chart, at, 16) == ("May 2026: nothing recorded yet", "target 51", outlook)
    assert place_words(chart, at, 17)[1] == "target 51 due Jun 2026"
    past = a_measure(*MIXED, target_date="2025-02")
    assert "target 60 due Feb 2025" in place_words(charted(past), found(past), 1)


def test_an_initiative_goes_on_into_the_months_ahead() -> None:
    measure = a_measure(*MIXED, target_date="2025-12")
    going = Initiative(id="I", title="Work", start="2025-02-01", goals=("G",))
    book = Book.of([A, B, GOAL, measure, going])
    chart = charted(measure)
    assert [band.last for band in bands_of(book, chart)] == [3.5]
    assert [band.last for band in bands_of(book, chart, 8)] == [11.5]


def test_a_total_ahead_is_told_as_one() -> None:
    measure = a_measure(
        *[50, 52] * 8, aggregation="sum", unit="cases", target=Decimal(52), direction="up"
    )
    chart = charted(measure)
    at = ahead_of(chart, 7)
    assert at.reach is not None
    assert outlook_rows(chart, at.reach) == ("FY26 outlook 612 in all", "607 to 617, 95 in 100")
    assert ahead_words(chart, at) == (
        "FY26 outlook 612 in all, 51.0 a month (607 to 617, 95 in 100) if the process stays as it is."
    )
