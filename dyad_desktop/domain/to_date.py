"""Figures of the year to date and their target: a month's target adds up over the year, as the values do.

A target is that of one period. Where a measure says that each value holds the year so far, and that they add up, each
is held against the targets of the year's periods up to then, together: at 40 a month, June of a calendar year has to
reach 240. All others are held against the target as it is typed: a year-to-date share or mean, and values that only
look like a build-up, since one value more or less can change how they look. Of those it is asked what they are.

The year is the fiscal year, unless the measure says in which month its own begins. Where it doesn't, and the values
plainly begin anew in another month, it is asked when they do, and they are held against nothing until it is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from itertools import pairwise

from dyad_desktop.domain.build_up import taken_for_year_to_date
from dyad_desktop.domain.fiscal import (
    MONTH_NAMES,
    MONTHS,
    QUARTER,
    add_months,
    fiscal_month,
    month_year_label,
)
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import ToDate, period_targets, target_at
from dyad_desktop.domain.off_grid import on_grid

YEAR_TO_DATE = "year_to_date"
SUM = "sum"
WAITS = ("g", "t")
"""Charts of what lies between events, which is no figure of a year."""
TOGETHER = (
    "The target is that of one {one}. The values are for the year to date, so each is held against the targets of"
    " the year’s {one}s up to then, together{now}."
)
AS_TYPED = (
    "The values are for the year to date, and so is the target: each is held against it as it is typed. If the"
    " values add up over the year, choose “sum” at “Aggregation”, and the target is that of one {one}."
)
ASK = (
    " In which month does their year begin? Say so at “Year begins in month”, under “Chart”; until then they are held"
    " against no target."
)
FALLS = (
    "The values are for the year to date, but fall back in {when}, and the fiscal year begins in {begins}."
    + ASK
)
BEGINS = (
    "The values are for the year to date, but begin in {when} as a year does, and the fiscal year begins in {begins}."
    + ASK
)
GOES_ON = (
    "The values are for the year to date, but go on in {when}, when the fiscal year begins." + ASK
)
LOOKS = (
    "Is each value that of the year so far? They look like it, but aren’t counted as such: each is held against the"
    " target as it is typed. If they are, say so at “A value covers”; where they also add up, choose “sum” at"
    " “Aggregation”, and the target is that of one {one}. If not, say there that each is of its own period."
)


def adds_up(measure: Measure) -> bool:
    """Return whether a measure says that its values are figures of the year to date, and that they add up."""
    said = measure.span == YEAR_TO_DATE and measure.aggregation == SUM
    return said and measure.direction != "within" and measure.chart not in WAITS


def said_year(measure: Measure) -> int | None:
    """Return in which month a measure says that its year begins; ``None`` where it doesn't say so."""
    return measure.year_start if measure.year_start in range(1, MONTHS + 1) else None


def year_of(measure: Measure, start_month: int) -> int:
    """Return in which month a measure's year begins: as it says itself, else that of the fiscal year."""
    return said_year(measure) or start_month


def to_date(measure: Measure, start_month: int) -> Measure:
    """Return a measure as it is judged: one that adds up has the levels of the year to date, others are as they are.

    Args:
        measure: as it is kept.
        start_month: of the fiscal year, 1 to 12.
    """
    if isinstance(measure, ToDate) or not adds_up(measure):
        return measure
    first = next(iter(on_grid(measure)), None)
    if first is None:
        return measure
    kept = {one.name: getattr(measure, one.name) for one in fields(measure)}
    doubt = _doubt(measure, start_month) if said_year(measure) is None else ""
    return ToDate(**kept, start_month=year_of(measure, start_month), first=first, doubt=doubt)


# -- when the year begins ------------------------------------------------------------------------


def _doubt(measure: Measure, start_month: int) -> str:
    """Return in a sentence how values begin anew otherwise than with the fiscal year; nothing where they don't.

    A correction, or a value mistyped, is no beginning: what falls back stays below half of the two values before, after
    they had grown for some periods. Sums of what can be below 0 may fall for any reason.
    """
    values, step = on_grid(measure), QUARTER if measure.frequency == "quarterly" else 1
    if min(values.values()) < 0:
        return ""
    years, fewest = _by_year(values, step, start_month), QUARTER // step
    begins = MONTH_NAMES[start_month - 1]
    for year in years.values():
        if fallen := _falls_back(year, fewest):
            return FALLS.format(when=month_year_label(fallen), begins=begins)
    for number, year in years.items():
        after = years.get(number + 1)
        if after and after[0][1] >= year[-1][1] and _rises(year) >= fewest:
            return GOES_ON.format(when=month_year_label(after[0][0]))
    first = next(iter(values))
    passed = fiscal_month(add_months(first, step // 2), start_month) // step + 1
    if len(years) == 1 and _begins_late(years.popitem()[1], passed, fewest):
        return BEGINS.format(when=month_year_label(first), begins=begins)
    return ""


def _by_year(
    values: Mapping[str, Decimal], step: int, start_month: int
) -> dict[int, list[tuple[str, Decimal]]]:
    """Return values by the number of the fiscal year that they count in, as ``fiscal.year_periods`` has it."""
    years: dict[int, list[tuple[str, Decimal]]] = {}
    for period, value in values.items():
        middle = int(period[:4]) * MONTHS + int(period[5:]) - start_month + step // 2
        years.setdefault(middle // MONTHS, []).append((period, value))
    return years


def _falls_back(year: Sequence[tuple[str, Decimal]], fewest: int) -> str:
    """Return the period within a year in which values begin anew, after so many rises; nothing where they don't."""
    for n in range(2, len(year)):
        (_, earlier), (_, before), (period, value) = year[n - 2 : n + 1]
        if value >= before or 2 * value >= min(earlier, before):
            continue
        mistyped = n + 1 < len(year) and year[n + 1][1] >= before
        if not mistyped and _rises(year[:n]) >= fewest:
            return period
    return ""


def _begins_late(year: Sequence[tuple[str, Decimal]], passed: int, fewest: int) -> bool:
    """Return whether the first of some values is too small for so many periods of its year, by what each later adds."""
    if passed <= fewest or _rises(year) < fewest:
        return False
    added = (year[-1][1] - year[0][1]) / (len(year) - 1)
    return 2 * year[0][1] <= passed * added


def _rises(year: Sequence[tuple[str, Decimal]]) -> int:
    return sum(after > before for (_, before), (_, after) in pairwise(year))


# -- in words ------------------------------------------------------------------------------------


def none_words(measure: Measure, place: str) -> str:
    """Return in a clause why figures of the year to date have no target in a period; nothing of others."""
    if not isinstance(measure, ToDate) or target_at(measure, place) is not None:
        return ""
    if measure.doubt:
        return " until it is said when the year begins"
    one = "quarter" if measure.frequency == "quarterly" else "month"
    lacks = period_targets(measure, (place,)) != (None,)
    return f" to date, since the year has {one}s without one" if lacks else ""


def _now(judged: ToDate, last: str, one: str) -> str:
    """Return what the target comes to in a period, in a clause, or why to nothing."""
    level, when = target_at(judged, last), month_year_label(last)
    if level is not None:
        return f": {level.normalize():,f} in {when}"
    lacks = bool(none_words(judged, last))
    return f": none in {when}, since the year has {one}s without a target" if lacks else ""


def target_words(measure: Measure, last: str, start_month: int) -> str:
    """Return what the target of figures of the year to date means, in sentences, and ask of those that look like them.

    Nothing is said of other measures.

    Args:
        measure: as it is kept.
        last: period of the last value; empty before the first.
        start_month: of the fiscal year, 1 to 12.
    """
    one = "quarter" if measure.frequency == "quarterly" else "month"
    judged = to_date(measure, start_month)
    if isinstance(judged, ToDate):
        return judged.doubt or TOGETHER.format(one=one, now=_now(judged, last, one))
    if measure.direction == "within":
        return ""
    if measure.span == YEAR_TO_DATE:
        return AS_TYPED.format(one=one)
    begins = year_of(measure, start_month)
    step = QUARTER if measure.frequency == "quarterly" else 1
    looks = taken_for_year_to_date(measure.span, measure.values, begins, step)
    return LOOKS.format(one=one) if looks else ""
