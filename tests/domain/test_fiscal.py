from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.fiscal import (
    add_days,
    add_months,
    date_of,
    day_label,
    days_between,
    fiscal_quarter,
    fiscal_year_label,
    fiscal_year_start,
    month_label,
    months,
    months_between,
    period_of,
    quarter_label,
    quarter_start,
    workday_index,
)
from dyad_desktop.errors import BadInputError

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def test_months_run_over_the_end_of_a_year() -> None:
    assert months("2026-11", 4) == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert len(months("2026-07")) == 12
    assert add_months("2026-01", -1) == "2025-12"
    assert months_between("2026-11", "2027-02") == 3
    assert month_label("2026-07") == "Jul"
    assert period_of("2026-07-31") == "2026-07"


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-07", "2026-7", "July", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        months(text)


@pytest.mark.parametrize(
    ("period", "start_month", "label", "quarter"),
    [
        ("2026-07", 7, "FY27", 1),
        ("2026-06", 7, "FY26", 4),
        ("2027-06", 7, "FY27", 4),
        ("2026-01", 1, "FY26", 1),
        ("2026-12", 1, "FY26", 4),
        ("2026-10", 10, "FY27", 1),
        ("2099-12", 12, "FY00", 1),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_it_ends_in(
    period: str, start_month: int, label: str, quarter: int
) -> None:
    assert fiscal_year_label(period, start_month) == label
    assert fiscal_quarter(period, start_month) == quarter
    assert quarter_label(period, start_month) == f"Q{quarter} {label}"


def test_a_year_and_a_quarter_start_where_they_should() -> None:
    assert fiscal_year_start("2027-02", 7) == "2026-07"
    assert quarter_start("2026-05") == "2026-04"
    assert quarter_start("2026-05", 3) == "2026-03"


@given(DAYS)
def test_a_weekend_rolls_on_to_monday(day: date) -> None:
    expected = day
    while expected.weekday() > 4:
        expected += timedelta(days=1)
    assert date_of(workday_index(day.isoformat())) == expected.isoformat()


@given(DAYS, st.integers(0, 400))
def test_workdays_are_counted_one_by_one(day: date, count: int) -> None:
    index = workday_index(day.isoformat())
    walked = date.fromisoformat(date_of(index))
    for _ in range(count):
        walked += timedelta(days=1)
        while walked.weekday() > 4:
            walked += timedelta(days=1)
    assert date_of(index + count) == walked.isoformat()


@pytest.mark.parametrize("index", [-10, 10**9])
def test_a_day_outside_the_calendar_is_refused(index: int) -> None:
    with pytest.raises(BadInputError):
        date_of(index)


@pytest.mark.parametrize("text", ["2026-02-30", "tomorrow", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        workday_index(text)
    with pytest.raises(BadInputError):
        days_between(text, "2026-01-01")
    with pytest.raises(BadInputError):
        add_days(text, 1)


def test_days_are_counted_and_named() -> None:
    assert days_between("2026-10-31", "2027-01-15") == 76
    assert add_days("2026-12-30", 3) == "2027-01-02"
    assert day_label("2026-10-05") == "5 Oct 2026"
