"""A quarter in two years counts in that of its middle month, in levels, in build-ups, and in what is brought in."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.build_up import builds_up
from dyad_desktop.domain.fiscal import add_months, year_first, year_periods
from dyad_desktop.domain.levels import begins_year
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.observation_import_to_date import (
    falls_in,
    may_build_up,
    own_values,
    year_begins,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.to_date import to_date
from tests.domain.test_measuring import a_measure


def quarters(first: str, *values: int) -> dict[str, Decimal]:
    return {add_months(first, 3 * n): Decimal(value) for n, value in enumerate(values)}


UK = quarters("2024-07", 10, 20, 30, 40, 10, 20)
"""A year from August, told by the calendar's quarters: July to September is its first."""


def test_what_each_quarter_adds_begins_with_the_years_first() -> None:
    own = own_values(quarters("2024-07", 50, 60, 70, 80, 90, 180), {}, 8, 3)
    assert list(own.values()) == [Decimal(n) for n in (50, 10, 10, 10, 90, 90)]
    assert year_begins(UK, 8, 3) == 8
    assert list(own_values(UK, {}, 8, 3).values()) == [Decimal(10)] * 6


def test_a_first_quarter_is_no_fall() -> None:
    assert falls_in(UK, 8, 3) == []
    [fall] = falls_in(UK, 2, 3)
    assert fall.period == "2025-07"


def test_quarters_of_such_a_year_build_up() -> None:
    values = quarters("2024-07", 10, 20, 30, 40, 10, 20, 30, 40, 10)
    assert builds_up(values, 8, 3)
    assert may_build_up(values, 8, 3)
    assert not builds_up(values, 2, 3)
    assert chart_of_year_from_august(values) == "run"


def chart_of_year_from_august(values: dict[str, Decimal]) -> str:
    measure = a_measure(values=values, frequency="quarterly")
    return chart_of(
        Book.of([Partnership(id="partnership", start_month=8), measure]), measure
    ).method


@pytest.mark.parametrize("start", range(1, 13))
@pytest.mark.parametrize("offset", [0, 1, 2])
def test_all_read_the_same_year(start: int, offset: int) -> None:
    first = add_months("2024-01", offset)
    at = next(one for n in range(4) if year_first(one := add_months(first, 3 * n), 3, start) == one)
    values = quarters(at, 9, 20, 30, 41, 10, 20, 31, 40)
    assert year_periods(at, 3, start)[0] == tuple(list(values)[:4])
    judged = to_date(
        a_measure(
            values=values, frequency="quarterly", span="year_to_date", aggregation="sum",
            direction="up",
        ),
        start,
    )  # fmt: skip
    assert [one for one in values if begins_year(judged, one)] == list(values)[::4]
    assert falls_in(values, start, 3) == []
    assert year_begins(values, start, 3) == start
    assert builds_up(values, start, 3)
    expected = [9, 11, 10, 11, 10, 10, 11, 9]
    assert list(own_values(values, {}, start, 3).values()) == [Decimal(n) for n in expected]
