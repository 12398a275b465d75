"""A level that is due in one month: whether the process gives it, whatever the average of the year is by then.

Only for values that don't add up over the year. A sum that is due at its end is told as the year's: see ``reach``.
"""

from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.fiscal import month_year_label, months_between
from dyad_desktop.domain.levels import target_at
from dyad_desktop.domain.measure_words import limits_text, units_of
from dyad_desktop.domain.measuring import MeasureChart, step_of
from dyad_desktop.domain.reach import is_stable, need_of, verdict_on
from dyad_desktop.domain.scorecard import show_level


@dataclass(frozen=True, slots=True)
class DueLevel:
    """A target's ``level`` in ``month``, so many periods ``ahead`` of the last value.

    ``verdict`` is ``reached`` where all that the process gives within its limits meets it, ``out`` where nothing does,
    else ``within``; ``None`` where that isn't told: see ``untold_words``.
    """

    month: str
    level: Decimal
    ahead: int
    verdict: str | None


def due_level_of(chart: MeasureChart, start_month: int) -> DueLevel | None:
    """Return the level that a measure is to reach by a month ahead.

    ``None`` where none is due, or it is of the year.

    Args:
        chart: of any measure.
        start_month: of the fiscal year, 1 to 12.
    """
    need, month = need_of(chart, start_month), chart.measure.target_date
    if need is None or need.total is not None or not month:
        return None
    last = chart.series.places[-1]
    level = target_at(chart.measure, month)
    if level is None or month <= last:
        return None
    step = step_of(chart.measure)
    ahead = -(-(months_between(last, month) - step + 1) // step)
    if ahead < 1:  # a month of the quarter that is recorded
        return None
    verdict = verdict_on(chart, float(level)) if is_stable(chart) else None
    return DueLevel(month, level, ahead, verdict)


def due_level_words(chart: MeasureChart, due: DueLevel) -> str:
    """Return what is due when, short: ``14 due in 8 months``."""
    unit = units_of(chart) if due.ahead > 1 else units_of(chart).removesuffix("s")
    return f"{show_level(chart.measure, due.level, unit=False)} due in {due.ahead} {unit}"


def due_meaning(chart: MeasureChart, due: DueLevel) -> str:
    """Return in a sentence what such a target is meant for, with the limits that it is held against."""
    level = show_level(chart.measure, due.level, unit=False)
    said = f"{level} is meant for {month_year_label(due.month)}, not as the year’s average"
    limits = limits_text(chart, len(chart.series.places) - 1) if due.verdict else ""
    one = units_of(chart).removesuffix("s")
    return f"{said}; limits of a single {one} {limits}." if limits else f"{said}."
