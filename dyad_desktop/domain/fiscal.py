"""Periods (``YYYY-MM``), fiscal years that start in any month, and workdays as whole numbers."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from dyad_desktop.errors import BadInputError

MONTHS = 12
QUARTER = 3
MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
WEEK = 7
WORKWEEK = 5


KEPT = 4096
"""So many of the last months asked for are kept: a scorecard asks for the same few hundred 100,000 times."""


@lru_cache(KEPT)
def _ordinal(period: str) -> int:
    try:
        year, month = int(period[:4]), int(period[5:])
    except ValueError:
        month = 0
    if not 1 <= month <= MONTHS or period != f"{year:04d}-{month:02d}":
        raise BadInputError(f"{period!r} is not a period like 2027-06")
    return year * MONTHS + month - 1


@lru_cache(KEPT)
def _period(ordinal: int) -> str:
    year, month = divmod(ordinal, MONTHS)
    return f"{year:04d}-{month + 1:02d}"


def add_months(period: str, n: int) -> str:
    """Return the period ``n`` months after a period; ``n`` may be negative.

    Raises:
        BadInputError: when the text is not a period.
    """
    return _period(_ordinal(period) + n)


def months(start: str, count: int = MONTHS) -> tuple[str, ...]:
    """Return ``count`` periods in order, the first being ``start``.

    Raises:
        BadInputError: when ``start`` is not a period.
    """
    first = _ordinal(start)
    return tuple(_period(first + n) for n in range(count))


def same_months(year: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Return the periods of a year in the order of the calendar months of ``others``.

    ``year`` holds every calendar month once: a season is read by January and July, not by the place in a fiscal year.
    """
    by_month = {period[5:]: period for period in year}
    return tuple(by_month[period[5:]] for period in others)


def months_between(start: str, end: str) -> int:
    """Return how many months ``end`` is after ``start``; negative when it is before.

    Raises:
        BadInputError: when either is not a period.
    """
    return _ordinal(end) - _ordinal(start)


def month_label(period: str) -> str:
    """Return the short English name of a period's month: ``Jul`` for ``2026-07``.

    Raises:
        BadInputError: when the text is not a period.
    """
    return MONTH_NAMES[_ordinal(period) % MONTHS]


def month_year_short(period: str) -> str:
    """Return ``Oct 26`` of ``2026-10``, where there is little room."""
    return f"{month_label(period)} {period[2:4]}"


def month_year_label(period: str) -> str:
    """Return month and year, ``Jul 2026`` for ``2026-07``.

    Raises:
        BadInputError: when the text is not a period.
    """
    return f"{month_label(period)} {period[:4]}"


def period_of(day: str) -> str:
    """Return the period of an ISO date."""
    return day[:7]


def fiscal_month(period: str, start_month: int) -> int:
    """Return the place of a period in its fiscal year, 0 to 11; ``start_month`` is 1 to 12.

    Raises:
        BadInputError: when the text is not a period.
    """
    return (_ordinal(period) + 1 - start_month) % MONTHS


def fiscal_year_start(period: str, start_month: int) -> str:
    """Return the first period of the fiscal year that holds a period.

    Raises:
        BadInputError: when the text is not a period.
    """
    return add_months(period, -fiscal_month(period, start_month))


def fiscal_year_label(period: str, start_month: int) -> str:
    """Return the name of a period's fiscal year, after the calendar year it ends in: ``FY27``.

    Raises:
        BadInputError: when the text is not a period.
    """
    last = add_months(fiscal_year_start(period, start_month), MONTHS - 1)
    return f"FY{last[2:4]}"


@lru_cache(KEPT)
def year_first(period: str, step: int, start_month: int) -> str:
    """Return the first period of the fiscal year in which a period of so many months counts: see ``year_periods``.

    Raises:
        BadInputError: when the text is not a period.
    """
    middle = add_months(period, step // 2)
    first = fiscal_year_start(middle, start_month)
    return add_months(first, months_between(first, middle) % step - step // 2)


def year_periods(period: str, step: int, start_month: int) -> tuple[tuple[str, ...], str]:
    """Return the periods of the fiscal year in which a period of so many months counts, and the year's name.

    The periods are as the given one lies: a quarter that lies in two years counts in that of its middle month.

    Args:
        period: its first month.
        step: how many months each lasts, 1 or 3.
        start_month: of the fiscal year, 1 to 12.

    Raises:
        BadInputError: when the text is not a period.
    """
    found = months(year_first(period, step, start_month), MONTHS)[::step]
    return found, fiscal_year_label(add_months(period, step // 2), start_month)


def fiscal_quarter(period: str, start_month: int) -> int:
    """Return the fiscal quarter of a period, 1 to 4.

    Raises:
        BadInputError: when the text is not a period.
    """
    return fiscal_month(period, start_month) // QUARTER + 1


def quarter_start(period: str, start_month: int = 1) -> str:
    """Return the first period of the quarter that holds a period; calendar quarters by default.

    Raises:
        BadInputError: when the text is not a period.
    """
    return add_months(period, -(fiscal_month(period, start_month) % QUARTER))


def quarter_label(period: str, start_month: int) -> str:
    """Return quarter and fiscal year: ``Q1 FY27`` for ``2026-07`` with a year from July.

    Raises:
        BadInputError: when the text is not a period.
    """
    quarter = fiscal_quarter(period, start_month)
    return f"Q{quarter} {fiscal_year_label(period, start_month)}"


def workday_index(day: str) -> int:
    """Return the number of a workday, Monday to Friday, no holidays; a weekend counts as Monday.

    Consecutive workdays have consecutive numbers, so durations are differences.

    Raises:
        BadInputError: when the text is not a date.
    """
    try:
        ordinal = date.fromisoformat(day).toordinal() - 1
    except ValueError:
        raise BadInputError(f"{day!r} is not a date like 2027-06-30") from None
    week, weekday = divmod(ordinal, WEEK)
    return week * WORKWEEK + min(weekday, WORKWEEK)


def date_of(index: int) -> str:
    """Return the ISO date of a workday number.

    Raises:
        BadInputError: when it lies outside the years 1 to 9999.
    """
    week, weekday = divmod(index, WORKWEEK)
    try:
        return date.fromordinal(week * WEEK + weekday + 1).isoformat()
    except (ValueError, OverflowError):
        raise BadInputError(
            "the plan runs past the calendar: a duration or lag is too long"
        ) from None


def days_between(start: str, end: str) -> int:
    """Return the calendar days from one ISO date to another; negative when the second is earlier.

    Raises:
        BadInputError: when either text is not a date.
    """
    try:
        return (date.fromisoformat(end) - date.fromisoformat(start)).days
    except ValueError:
        raise BadInputError(f"{start!r} or {end!r} is not a date like 2027-06-30") from None


def day_label(day: str) -> str:
    """Return an ISO date for people: ``20 Oct 2026``.

    Raises:
        BadInputError: when the text is not a date.
    """
    return f"{int(day[8:])} {month_year_label(day[:7])}"


def add_days(day: str, n: int) -> str:
    """Return the ISO date ``n`` calendar days after another; ``n`` may be negative.

    Raises:
        BadInputError: when the text is not a date, or the result leaves the years 1 to 9999.
    """
    try:
        return date.fromordinal(date.fromisoformat(day).toordinal() + n).isoformat()
    except (ValueError, OverflowError):
        raise BadInputError(f"{day!r} plus {n} days is not a day of the calendar") from None
