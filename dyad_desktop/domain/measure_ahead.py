"""What lies ahead of a measure's last value: the month its target is due, and the months its chart goes on for."""

from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.fiscal import add_months, month_year_label, months_between
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_story import position
from dyad_desktop.domain.measuring import MeasureChart, step_of, target_at
from dyad_desktop.domain.reach import year_of_next
from dyad_desktop.domain.scorecard import show_value

_PERIOD = len("2026-10")


@dataclass(frozen=True, slots=True)
class Due:
    """The month by which a target is to be met, and the ``level`` in force then.

    ``at`` is its place on the time axis, ``shown`` whether the axis of the chart has that place.
    """

    period: str
    level: Decimal
    at: float
    shown: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """The periods that a chart shows after its last value, and when its target is due."""

    places: tuple[str, ...]
    due: Due | None


NOTHING_AHEAD = Ahead((), None)


def ahead_of(chart: MeasureChart, start_month: int) -> Ahead:
    """Return what a chart shows ahead of its values.

    The axis reaches a due month in the fiscal year of the next value, no further; where places are days, it ends with
    the last of them.

    Args:
        chart: of any measure.
        start_month: of the fiscal year, 1 to 12.
    """
    places, wanted = chart.series.places, chart.measure.target_date
    level = target_at(chart.measure, wanted) if wanted else None
    if not places or not wanted or level is None:
        return NOTHING_AHEAD
    if len(places[-1]) > _PERIOD:
        inside = places[0][:_PERIOD] <= wanted <= places[-1][:_PERIOD]
        return Ahead((), Due(wanted, level, position(chart, wanted), inside))
    at = position(chart, wanted)
    further = max(0, round(at) - len(places) + 1)
    if wanted > _end_of_year(chart, start_month):
        further = 0
    inside = 0 <= at < len(places) + further
    return Ahead(_following(chart, further), Due(wanted, level, at, inside))


def _end_of_year(chart: MeasureChart, start_month: int) -> str:
    """Return the last month of the fiscal year in which the next value falls."""
    (first, *_), _name = year_of_next(chart, start_month)
    return add_months(first, 11)


def _following(chart: MeasureChart, count: int) -> tuple[str, ...]:
    last, step = chart.series.places[-1], step_of(chart.measure)
    return tuple(add_months(last, step * n) for n in range(1, count + 1))


# -- in words ----------------------------------------------------------------------------------


def is_in(measure: Measure, month: str, period: str) -> bool:
    """Return whether a month lies in a period of a measure: is it, or is one of the quarter's."""
    return 0 <= months_between(period, month) < step_of(measure)


def due_words(measure: Measure, due: Due) -> str:
    """Return what is due when: ``target 60 due Jun 2027``."""
    return f"{level_text(measure, due.level)} due {month_year_label(due.period)}"


def level_text(measure: Measure, level: Decimal) -> str:
    """Return a target by its level: ``target 60``, ``target 55 to 60``."""
    text, low = show_value(measure, level, unit=False), measure.target_low
    if measure.direction != "within":
        return f"target {text}"
    if low is None:
        return f"target at most {text}"
    return f"target {show_value(measure, low, unit=False)} to {text}"


def ahead_words(measure: Measure, ahead: Ahead) -> str:
    """Return what lies ahead as a sentence; nothing where nothing does."""
    if ahead.due is None:
        return ""
    words = due_words(measure, ahead.due)
    return f"{words[:1].upper()}{words[1:]}."
