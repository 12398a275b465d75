"""What lies ahead of a measure's last value: the month its target is due, and where its year is to end."""

from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.fiscal import add_months, month_year_label, months_between
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import target_at
from dyad_desktop.domain.measure_story import position
from dyad_desktop.domain.measure_words import (
    limit_text,
    place_label,
    point_words,
    units_of,
    when_words,
)
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.reach import Reach, outlook_texts, reach_of, year_of_next
from dyad_desktop.domain.scorecard import show_level

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
    """The periods that a chart shows after its last value, when its target is due, and the outlook on its year."""

    places: tuple[str, ...]
    due: Due | None = None
    reach: Reach | None = None


NOTHING_AHEAD = Ahead(())


def ahead_of(chart: MeasureChart, start_month: int) -> Ahead:
    """Return what a chart shows ahead of its values.

    The axis reaches the end of a fiscal year that is foretold, else a due month in the year of the next value, no
    further; where places are days, it ends with the last of them.

    Args:
        chart: of any measure.
        start_month: of the fiscal year, 1 to 12.
    """
    if not chart.series.places:
        return NOTHING_AHEAD
    due = _due(chart, 0)
    if len(chart.series.places[-1]) > _PERIOD:
        return Ahead((), due)
    reach = reach_of(chart, start_month)
    (first, *_), _name = year_of_next(chart, start_month)
    end = add_months(first, 11)
    until = end if reach else due.period if due and due.period <= end else ""
    further = _places_until(chart, until)
    return Ahead(_following(chart, further), _due(chart, further), reach)


def _places_until(chart: MeasureChart, until: str) -> int:
    """Return how many places the axis goes on after the last value, to have a month."""
    if not until:
        return 0
    return max(0, round(position(chart, until)) - len(chart.series.places) + 1)


def _following(chart: MeasureChart, count: int) -> tuple[str, ...]:
    last, step = chart.series.places[-1], chart.measure.step
    return tuple(add_months(last, step * n) for n in range(1, count + 1))


def _due(chart: MeasureChart, further: int) -> Due | None:
    places, wanted = chart.series.places, chart.measure.target_date
    level = target_at(chart.measure, wanted) if wanted else None
    if not wanted or level is None:
        return None
    at = position(chart, wanted)
    if len(places[-1]) > _PERIOD:
        inside = places[0][:_PERIOD] <= wanted <= places[-1][:_PERIOD]
    else:
        inside = 0 <= at < len(places) + further
    return Due(wanted, level, at, inside)


# -- in words ----------------------------------------------------------------------------------


def is_in(measure: Measure, month: str, period: str) -> bool:
    """Return whether a month lies in a period of a measure: is it, or is one of the quarter's."""
    return 0 <= months_between(period, month) < measure.step


def due_words(measure: Measure, due: Due) -> str:
    """Return what is due when: ``target 60 due Jun 2027``."""
    return f"{level_text(measure, due.level)} due {month_year_label(due.period)}"


def level_text(measure: Measure, level: Decimal) -> str:
    """Return a target by its level: ``target 60``, ``target 55 to 60``."""
    text, low = show_level(measure, level, unit=False), measure.target_low
    if measure.direction != "within":
        return f"target {text}{when_words(measure)}"
    if low is None:
        return f"target at most {text}"
    return f"target {show_level(measure, low, unit=False)} to {text}"


def outlook_rows(chart: MeasureChart, reach: Reach) -> tuple[str, str]:
    """Return where a year is to end, and how sure that is."""
    outlook, low, high = outlook_texts(chart, reach)
    return f"{reach.year} outlook {outlook}", f"{low} to {high}, 95 in 100"


def place_words(chart: MeasureChart, ahead: Ahead, place: int) -> tuple[str, ...]:
    """Return what is read of a place of the axis, a line each: of a value, or of a period that is still ahead."""
    count = len(chart.series.places)
    due = ahead.due if ahead.due is not None and round(ahead.due.at) == place else None
    due_line = () if due is None or not due.shown else (due_words(chart.measure, due),)
    if place < count:
        return (*point_words(chart, place), *due_line)
    when = ahead.places[place - count]
    target = target_at(chart.measure, when)
    said = [f"{place_label(when)}: nothing recorded yet", *due_line]
    if target is not None and not due_line:
        said.append(level_text(chart.measure, target))
    if ahead.reach is not None:
        said.append(_average(chart, ahead.reach))
    return tuple(said)


def _average(chart: MeasureChart, reach: Reach) -> str:
    outlook, sure = outlook_rows(chart, reach)
    if reach.ending is None:
        return f"{outlook} on average ({sure})"
    each = units_of(chart).removesuffix("s")
    return f"{outlook}, {limit_text(chart, reach.outlook)} a {each} ({sure})"


def ahead_words(chart: MeasureChart, ahead: Ahead) -> str:
    """Return what lies ahead in sentences; nothing where nothing does."""
    said = []
    if ahead.due is not None:
        words = due_words(chart.measure, ahead.due)
        said.append(f"{words[:1].upper()}{words[1:]}.")
    if ahead.reach is not None:
        said.append(f"{_average(chart, ahead.reach)} if the process stays as it is.")
    return " ".join(said)
