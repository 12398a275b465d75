"""Figures of the year to date and their target: a month's target adds up over the year, as the values do.

A target is that of one period. Where a measure says that each value holds the year so far, and that they add up, each
is held against the targets of the year's periods up to then, together: at 40 a month, June of a calendar year has to
reach 240. All others are held against the target as it is typed: a year-to-date share or mean, and values that only
look like a build-up, since one value more or less can change how they look. Of those it is asked what they are.
"""

from dataclasses import fields

from dyad_desktop.domain.build_up import taken_for_year_to_date
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import ToDate, target_at
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
LOOKS = (
    "Is each value that of the year so far? They look like it, but aren’t counted as such: each is held against the"
    " target as it is typed. If they are, say so at “A value covers”; where they also add up, choose “sum” at"
    " “Aggregation”, and the target is that of one {one}. If not, say there that each is of its own period."
)


def adds_up(measure: Measure) -> bool:
    """Return whether a measure says that its values are figures of the year to date, and that they add up."""
    said = measure.span == YEAR_TO_DATE and measure.aggregation == SUM
    return said and measure.direction != "within" and measure.chart not in WAITS


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
    return ToDate(**kept, start_month=start_month, first=first)


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
        level = target_at(judged, last)
        now = f": {level.normalize():,f} in {month_year_label(last)}" if level is not None else ""
        return TOGETHER.format(one=one, now=now)
    if measure.direction == "within":
        return ""
    if measure.span == YEAR_TO_DATE:
        return AS_TYPED.format(one=one)
    looks = taken_for_year_to_date(measure.span, measure.values, start_month)
    return LOOKS.format(one=one) if looks else ""
