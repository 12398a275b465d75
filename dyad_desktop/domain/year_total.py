"""A year's total, of measures that add up over the year: how much there is, what the rest has to bring, where it ends.

Each value of a measure whose aggregation is ``sum`` adds to the year. Its target stays what it is, that of one period;
the year's is the sum of those of its periods (see ``year_target``), so a target of 40 cases a month means 480 in the
year. The outlook is Σy + h·x̄ ± 1.96 · σ · √h. A total is told only where every period of the year so far is recorded,
since a month that is missing would count as nothing; else the year is told as an average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from dyad_desktop.domain.levels import ToDate, target_at, targets_at
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.possible import clipped


@dataclass(frozen=True, slots=True)
class Total:
    """A year in the measure's unit: what is recorded, the year's ``target``, and the ``rest`` up to it."""

    so_far: float
    target: float

    @property
    def rest(self) -> float:
        """What the periods left have to bring, or may; below 0 where more than the target is there."""
        return self.target - self.so_far


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a year's total ends if the process stays as it is, ``low`` to ``high`` with 95 %."""

    expected: float
    low: float
    high: float


def total_of(chart: MeasureChart, places: Sequence[str]) -> Total | None:
    """Return the total of a year's periods; ``None`` for measures that don't add up, or a gap in the year."""
    if not _adds_up(chart):
        return None
    last = chart.series.places[-1]
    if isinstance(chart.measure, ToDate):
        return _of_figures_to_date(chart, places)
    known = dict(zip(chart.series.places, chart.series.values, strict=True))
    there = [known.get(place) for place in places if place <= last]
    levels = targets_at(chart.measure, places)
    if None in there or None in levels:
        return None
    whole = fsum(float(level) for level in levels if level is not None)
    return Total(fsum(float(value) for value in there if value is not None), whole)


def _adds_up(chart: MeasureChart) -> bool:
    return isinstance(chart.measure, ToDate) or chart.measure.aggregation == "sum"


def _of_figures_to_date(chart: MeasureChart, places: Sequence[str]) -> Total | None:
    """Return the same where each value holds the year so far: the last one is the total."""
    last, value = chart.series.places[-1], chart.series.values[-1]
    whole = target_at(chart.measure, places[-1])
    if whole is None or value is None:
        return None
    return Total(float(value) if last in places else 0.0, float(whole))


def ending_of(chart: MeasureChart, total: Total, left: int, centre: float, reach: float) -> Ending:
    """Return where a total ends.

    Args:
        chart: of the measure.
        total: so far.
        left: periods to come, from 1.
        centre: what each of them is expected to bring.
        reach: half of the interval of all that they bring together.
    """
    edges = (centre - reach / left, centre + reach / left)
    low, high = (one if one is not None else centre for one in clipped(chart.measure, edges))
    return Ending(
        total.so_far + left * centre, total.so_far + left * low, total.so_far + left * high
    )
