"""A year's target: what those of its periods come to, each as it is in force then.

It is their sum where values add up over the year, and their mean else, so one rule tells both. The periods are those
that the year's figure is of: the recorded ones and those to come. A mean weights them as the year's own does: by their
denominators where there are some, with those to come as large as those since the rebase were on average; else alike.
A year in which one of them has no target has none: part of a target is no target for all. What is in force at the last
value says nothing of the year after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from dyad_desktop.domain.levels import Levels, ToDate, period_targets
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.ratio import PROPORTIONS, RATES


@dataclass(frozen=True, slots=True)
class Aim:
    """A year's target on average of its periods; ``mixed`` says that they have different ones."""

    average: float
    mixed: bool


def has_parts(chart: MeasureChart) -> bool:
    """Return whether a chart's values are of numerators and denominators."""
    return chart.method in PROPORTIONS or chart.method in RATES


def weights_of(chart: MeasureChart, places: Sequence[str]) -> Mapping[str, float]:
    """Return how much each period of a year counts in the year's average: those recorded, and those to come.

    Figures of the year to date hold all periods of their year, whether each was recorded or not.
    """
    series = chart.series
    if isinstance(chart.measure, ToDate):
        return dict.fromkeys(places, 1.0)
    weights, coming = dict.fromkeys(series.places, 1.0), 1.0
    if has_parts(chart):
        first = max(chart.settings.starts, default=0)
        sizes = [float(one) for one in series.wholes[first:] if one]
        coming = fsum(sizes) / len(sizes)
        weights = dict(zip(series.places, (float(one or 0) for one in series.wholes), strict=True))
    known = dict(zip(series.places, series.values, strict=True))
    return {
        place: weights.get(place, coming)
        for place in places
        if place > series.places[-1] or known.get(place) is not None
    }


def aim_of(chart: MeasureChart, places: Sequence[str]) -> Aim | None:
    """Return the target of a year with so many periods; ``None`` where it has none."""
    weights = weights_of(chart, places)
    levels = [float(level) for level in _levels(chart, weights) if level is not None]
    if len(levels) < len(weights):
        return None
    mixed = len(set(levels)) > 1
    if not mixed:
        return Aim(levels[0], mixed)
    sizes = list(weights.values())
    counted = fsum(level * size for level, size in zip(levels, sizes, strict=True))
    return Aim(counted / fsum(sizes), mixed)


def lacks_target(chart: MeasureChart, places: Sequence[str]) -> bool:
    """Return whether some periods of a year have a target and others none."""
    known = [level is not None for level in _levels(chart, weights_of(chart, places))]
    return any(known) and not all(known)


def _levels(chart: MeasureChart, weights: Mapping[str, float]) -> Levels:
    return period_targets(chart.measure, tuple(weights))
