"""Run charts: the median of a series, and whether what happened is more than chance.

Anhøj's two tests are those of ``spc.run_chart``; shifts (6) and trends (5) follow IHI's older rules. Missing points
are skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median as middle

from dyad_desktop.domain import spc

SHIFT = 6
TREND = 5


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
    found = spc.run_chart([point.value for point in points])
    return RunChart(
        points=points,
        median=centre,
        useful=found.n_useful,
        longest_run=found.longest_run,
        longest_run_max=found.longest_run_max,
        crossings=found.crossings,
        crossings_min=found.crossings_min,
        signal=found.signal,
        shifts=tuple(run for run in runs if run.length >= SHIFT),
        trends=_trends(points),
    )


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
