"""What is told of a year says which of its months have no value, and which of those are over."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.lacking import lacking_words
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.reach import need_of
from tests.domain.test_measuring import a_measure, charted


def year(*values: float | None, **fields: object) -> MeasureChart:
    return charted(a_measure(*values, **fields))


def test_a_month_without_a_value_before_the_last_is_no_month_left() -> None:
    chart = year(50, 52, None, 51, None, 50)
    need = need_of(chart, 1)
    assert need is not None
    assert (need.done, need.left) == (4, 6)
    assert need.required == pytest.approx((60 * 10 - 203) / 6)


@pytest.mark.parametrize(
    ("values", "as_of", "words"),
    [
        ((50, 52, 51), "2025-03-31", ""),
        ((50, 52, 51), "2025-04-30", ""),
        ((50, 52, 51), "", ""),
        ((50, None, 51), "2025-03-31", "Feb 2025 has no value: FY25 is told without it."),
        (
            (50, None, None, 51),
            "2025-05-10",
            "2 months before have no value: FY25 is told without them.",
        ),
        ((50, 52, 51), "2025-05-01", "1 of the 9 months left is over and has no value yet."),
        (
            (50, None, 51),
            "2025-10-31",
            (
                "Feb 2025 has no value: FY25 is told without it."
                " 6 of the 9 months left are over and have no value yet."
            ),
        ),
    ],
)
def test_months_without_a_value_are_told(
    values: tuple[float | None, ...], as_of: str, words: str
) -> None:
    assert lacking_words(year(*values), 1, as_of) == words


def test_a_month_is_over_once_its_values_are_complete() -> None:
    chart = year(50, 52, 51, lag_days=30)
    assert lacking_words(chart, 1, "2025-05-15") == ""
    assert lacking_words(chart, 1, "2025-05-31") != ""


def test_what_a_figure_of_the_year_to_date_holds_already_isnt_missed() -> None:
    chart = year(
        40, None, 119, span="year_to_date", aggregation="sum", direction="up", target=Decimal(40)
    )
    assert lacking_words(chart, 1, "2025-03-31") == ""


def test_a_series_that_begins_within_the_year_lacks_what_was_before() -> None:
    chart = year(values={"2025-03": Decimal(50)})
    assert lacking_words(chart, 1, "2025-03-31").startswith("2 months before have no value")
