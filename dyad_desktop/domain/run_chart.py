"""Run charts: the median of a series, and whether what happened is more than chance.

Anhøj's two tests (Anhøj & Olesen 2014, PLOS ONE 9(11)): a signal when the longest run on one side
of the median is over round(log2 n) + 3, or the line crosses it fewer times than the 5 % quantile
of a fair coin thrown n − 1 times; n counts useful points, those not on the median. Shifts (6) and
trends (5) follow IHI's older rules. Missing points are skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from math import comb, log2
from statistics import median as middle

FEWEST_USEFUL = 10
"""Useful points from which Anhøj's tests are read."""
SHIFT = 6
TREND = 5
RUN_ALLOWANCE = 3
ONE_IN = 20
"""The crossings test is set at 1 in 20, 5 %."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A recorded value of a period."""

    period: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Run:
    """Points in a row: ``side`` is ``above`` or ``below`` the median, or ``up`` or ``down``."""

    start: str
    end: str
    length: int
    side: str


@dataclass(frozen=True, slots=True)
class RunChart:
    """What a run chart shows. ``signal`` is Anhøj's; shifts and trends are in order of time."""

    points: tuple[Observation, ...]
    median: Decimal | None
    useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    signal: bool
    shifts: tuple[Run, ...]
    trends: tuple[Run, ...]

    @property
    def current_shift(self) -> Run | None:
        """The shift that the last point off the median belongs to."""
        ends = [point.period for point in self.points if point.value != self.median][-1:]
        return next((run for run in self.shifts if [run.end] == ends), None)

    @property
    def current_trend(self) -> Run | None:
        """The trend that the last point belongs to."""
        ends = [point.period for point in _without_ties(self.points)][-1:]
        return next((run for run in self.trends if [run.end] == ends), None)


def recorded(values: Mapping[str, Decimal | None]) -> tuple[Observation, ...]:
    """Return the values that were measured, in order of time."""
    found = sorted((period, value) for period, value in values.items() if value is not None)
    return tuple(Observation(period, value) for period, value in found)


def run_chart(values: Mapping[str, Decimal | None]) -> RunChart:
    """Return the run chart of a series by period; ``None`` is a gap."""
    points = recorded(values)
    centre = middle([point.value for point in points]) if points else None
    runs = _runs(points, centre) if centre is not None else ()
    useful = sum(run.length for run in runs)
    longest, crossings = max((run.length for run in runs), default=0), max(len(runs) - 1, 0)
    most, fewest = longest_run_max(useful), crossings_min(useful)
    return RunChart(
        points=points,
        median=centre,
        useful=useful,
        longest_run=longest,
        longest_run_max=most,
        crossings=crossings,
        crossings_min=fewest,
        signal=useful >= FEWEST_USEFUL and (longest > most or crossings < fewest),
        shifts=tuple(run for run in runs if run.length >= SHIFT),
        trends=_trends(points),
    )


def longest_run_max(useful: int) -> int:
    """Return the longest run that chance explains among so many useful points."""
    return round(log2(useful)) + RUN_ALLOWANCE if useful else 0


def crossings_min(useful: int) -> int:
    """Return the fewest crossings that chance explains: the 5 % quantile of Binomial(n − 1, ½)."""
    throws = useful - 1
    if throws < 1:
        return 0
    count = likely = 0
    while (likely := likely + comb(throws, count)) * ONE_IN < 2**throws:
        count += 1
    return count


def _runs(points: Sequence[Observation], centre: Decimal) -> tuple[Run, ...]:
    useful = [point for point in points if point.value != centre]
    sides = groupby(useful, key=lambda point: "above" if point.value > centre else "below")
    return tuple(_run(list(part), side) for side, part in sides)


def _run(part: Sequence[Observation], side: str) -> Run:
    return Run(part[0].period, part[-1].period, len(part), side)


def _without_ties(points: Sequence[Observation]) -> list[Observation]:
    """Leave out points equal to the one before."""
    return [next(part) for _value, part in groupby(points, key=lambda point: point.value)]


def _trends(points: Sequence[Observation]) -> tuple[Run, ...]:
    """Return stretches of five or more points that only rise or only fall; ties are skipped."""
    steps = pairwise(_without_ties(points))
    ways = groupby(steps, key=lambda step: "up" if step[1].value > step[0].value else "down")
    found = []
    for side, group in ways:
        part = list(group)
        found.append(Run(part[0][0].period, part[-1][1].period, len(part) + 1, side))
    return tuple(run for run in found if run.length >= TREND)
