"""Year-to-date figures are noticed, rising processes aren't taken for them."""

from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from random import Random

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.build_up import builds_up, taken_for_year_to_date
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.measure_words import caption, settings_words
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.redefining import definition_mark, is_changed
from tests.domain.test_measuring import a_measure, charted

YEAR = list(accumulate([5, 4, 6, 5, 7, 5, 4, 6, 5, 5, 6, 4]))


def series(start: str, *values: float | None) -> dict[str, Decimal | None]:
    return {
        add_months(start, n): None if value is None else Decimal(str(value))
        for n, value in enumerate(values)
    }


@pytest.mark.parametrize(
    ("start", "values", "fiscal"),
    [
        ("2025-07", [*YEAR, *YEAR[:5]], 7),
        ("2025-01", [*YEAR, *YEAR[:5]], 7),  # by calendar years, whatever the fiscal year
        ("2025-04", [*YEAR[9:], *YEAR, *YEAR[:2]], 7),
        ("2025-07", [5, 9, 9, 9, 12, 14, 14, 20, 20, 22, 25, 30, 4, 6], 7),  # months of nothing
        ("2025-07", [5, None, 9, 12, None, 20, 22, 25, 30, None, None, 38, 4, 6], 7),
        ("2025-07", YEAR[:9], 7),  # one year, from its first month
        ("2025-01", YEAR, 7),
    ],
)
def test_values_that_begin_anew_each_year_are_noticed(
    start: str, values: list[float | None], fiscal: int
) -> None:
    assert builds_up(series(start, *values), fiscal)


@pytest.mark.parametrize(
    ("start", "values"),
    [
        ("2025-07", [1, 2, 3, 4, 5, 6]),
        ("2025-07", [5, 9, 14, 19, 24, 30, 35, 41]),  # eight months might be a process that rises
        ("2025-07", list(range(50, 62))),  # rises, from a level of its own
        ("2025-07", list(range(1, 25))),  # rises across the year's start
        ("2025-03", YEAR[:9]),  # not from a year's first month
        ("2025-07", [*range(50, 62), *range(51, 63)]),  # a season: falls, but not to nothing
        ("2025-07", [*YEAR[:5], 20, *YEAR[5:]]),
        ("2025-07", [*[-one for one in YEAR[::-1]], *[-one for one in YEAR[::-1]]]),
        ("2025-07", [7.0] * 24),
        ("2025-07", []),
    ],
)
def test_a_rising_process_is_no_year_to_date_figure(start: str, values: list[float]) -> None:
    assert not builds_up(series(start, *values), 7)


def test_chance_hardly_ever_looks_like_it() -> None:
    random = Random(3)  # noqa: S311 - series to try, no secrets
    tries = [
        series("2025-07", *[random.choice([0, 1, 2, 3, 5]) for _ in range(random.randint(7, 30))])
        for _ in range(20_000)
    ]
    assert sum(builds_up(one, 7) for one in tries) <= 2


@pytest.mark.parametrize("chart", [None, "i", "c"])
def test_a_chart_of_what_builds_up_has_no_limits_and_says_why(chart: str | None) -> None:
    measure = a_measure(*YEAR, *YEAR, chart=chart, unit="count")
    drawn = charted(measure)
    assert (drawn.method, drawn.control, drawn.assurance) == ("run", None, None)
    assert settings_words(drawn).startswith(
        "run chart (the values only rise within each year, as year-to-date figures do, so they have no limits; "
        "if each is of its own period, say so at “A value covers”)"
    )
    assert caption(drawn)


NEW_SERVICE = [5, 9, 14, 18, 22, 25, 29, 33, 36, 40]


def test_a_new_service_has_its_limits_once_it_is_said_that_each_value_is_of_its_own_period() -> (
    None
):
    silent = a_measure(*NEW_SERVICE, unit="visits")
    assert (charted(silent).method, charted(silent).control) == ("run", None)
    said = charted(replace(silent, span="own_period"))
    assert (said.method, said.note) == ("i", "")
    assert said.control is not None


@pytest.mark.parametrize("span", [None, "own_period", "year_to_date", "rolling"])
def test_what_is_said_of_a_value_goes_before_what_it_looks_like(span: str | None) -> None:
    assert taken_for_year_to_date(span, series("2025-01", *NEW_SERVICE), 1) == (span is None)


def test_to_say_what_was_so_all_along_is_no_new_definition() -> None:
    silent = a_measure(*NEW_SERVICE)
    said = replace(silent, span="own_period")
    assert definition_mark(silent) == definition_mark(said)
    assert not is_changed("span", None, "own_period")
    assert is_changed("span", "rolling", "own_period")


def test_the_fiscal_year_is_that_of_the_partnership() -> None:
    measure = a_measure(*YEAR[9:], *YEAR, *YEAR)  # January to March, then from April
    assert charted(measure).method == "i"
    whole = Partnership(id="partnership", start_month=4)
    assert chart_of(Book.of([whole, measure]), measure).method == "run"
    assert charted(replace(measure, year_start=4)).method == "run"  # as the measure says itself


def test_shares_do_not_build_up() -> None:
    periods = series("2025-01", *[100] * 24)
    measure = a_measure(
        *YEAR, *YEAR, unit="%", chart="p", multiplier=Decimal(100),
        numerator=series("2025-01", *YEAR, *YEAR), denominator=periods,
    )  # fmt: skip
    assert charted(measure).method == "p"
