"""What a year lacks: its months that have no value, by which it is told what the rest of it takes."""

from dyad_desktop.domain.fiscal import add_days, add_months
from dyad_desktop.domain.levels import ToDate
from dyad_desktop.domain.measure_words import place_label, units_of
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.reach import year_of_next


def lacking_words(chart: MeasureChart, start_month: int, as_of: str) -> str:
    """Return which months of the year have no value, in sentences; nothing where none is missing.

    A gap before the last value is no chance left: the year is told without it. What is over but not recorded yet after
    the last value counts as left until it is.

    Args:
        chart: of a measure with a value, with places that are periods.
        start_month: of the fiscal year, 1 to 12.
        as_of: the partnership's day; empty where it has none.
    """
    known = dict(zip(chart.series.places, chart.series.values, strict=True))
    last, unit = chart.series.places[-1], units_of(chart)
    places, year = year_of_next(chart, start_month)
    before = [place for place in places if place <= last and known.get(place) is None]
    left = [place for place in places if place > last]
    over = [place for place in left if _is_over(chart, place, as_of[:10])]
    found = []
    if before and not isinstance(chart.measure, ToDate):
        found.append(_gap_words(before, year, unit))
    if over:
        verb = "is over and has" if len(over) == 1 else "are over and have"
        found.append(f"{len(over)} of the {len(left)} {unit} left {verb} no value yet.")
    return " ".join(found)


def _gap_words(gaps: list[str], year: str, unit: str) -> str:
    if len(gaps) == 1:
        return f"{place_label(gaps[0])} has no value: {year} is told without it."
    return f"{len(gaps)} {unit} before have no value: {year} is told without them."


def _is_over(chart: MeasureChart, place: str, as_of: str) -> bool:
    """Return whether a period is over, and the days have passed after which its value is complete."""
    ended = f"{add_months(place, chart.measure.step)}-01"
    return bool(as_of) and add_days(ended, chart.measure.lag_days or 0) <= as_of
