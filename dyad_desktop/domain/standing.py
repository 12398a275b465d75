"""What the points behind limits bear: below 6 only their median, below 13 limits on trial, from then on verdicts.

Limits that rest on a baseline, the first points of a segment, take 12 of them, and 13 points in all. Limits that are
drawn from moving ranges take as many pairs of neighbours as six values in a row have: over gaps there are fewer.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TypeVar

from dyad_desktop.domain import spc
from dyad_desktop.domain.spc.chart import leading

TRIAL, FULL = 6, 13
"""Recorded points from which limits are drawn, dashed, and from which icons are shown."""

BASELINE = 12
"""Points of a baseline from which its limits bear a verdict."""

PAIRS = TRIAL - 1
"""Pairs of values next to each other from which limits by moving ranges are drawn."""
RANGED = frozenset({"i", "t", "p_prime", "u_prime"})
"""The charts whose limits are by moving ranges."""

T = TypeVar("T")


def standing_of(control: spc.ControlChart, segment: spc.Segment, baseline: int | None) -> int:
    """Return on how many recorded points a segment's limits rest: all of it, or those of a baseline that is short."""
    inside = control.values[segment.first : segment.last + 1]
    count = sum(value is not None for value in inside)
    return min(baseline, count) if is_short(baseline) and baseline is not None else count


def pairs_of(control: spc.ControlChart, segment: spc.Segment, baseline: int | None) -> int:
    """Return on how many pairs of neighbours a segment's limits rest: of all of it, or of its baseline."""
    inside = leading(control.values[segment.first : segment.last + 1], baseline)
    return sum(None not in pair for pair in pairwise(inside))


def is_short(baseline: int | None) -> bool:
    """Return whether a baseline has too few points for a verdict, however many follow."""
    return baseline is not None and baseline < BASELINE


def earned(
    control: spc.ControlChart, baseline: int | None, *, ranged: bool = False
) -> spc.ControlChart:
    """Return a chart without what its segments don't bear yet.

    A segment of fewer than ``TRIAL`` points has no limits, and its centre is the median; one of fewer than ``FULL``
    flags no point. Where limits are ``ranged``, by moving ranges, one of fewer than ``PAIRS`` has none either.
    """
    counts = [
        0
        if ranged and pairs_of(control, one, baseline) < PAIRS
        else standing_of(control, one, baseline)
        for one in control.segments
    ]
    if min(counts, default=FULL) >= FULL:
        return control
    bare, young = (_places(control.segments, counts, fewest) for fewest in (TRIAL, FULL))
    segments = tuple(
        _bare(control, one) if count < TRIAL else one
        for one, count in zip(control.segments, counts, strict=True)
    )
    middles = {n: one.centre for one in segments for n in range(one.first, one.last + 1)}
    return replace(
        control,
        segments=segments,
        centres=tuple(middles[n] if n in bare else one for n, one in enumerate(control.centres)),
        lower=_without(control.lower, bare),
        upper=_without(control.upper, bare),
        inner_lower=_without(control.inner_lower, bare),
        inner_upper=_without(control.inner_upper, bare),
        rules=_without(control.rules, young),
        sides=_without(control.sides, young),
    )


def _places(segments: Sequence[spc.Segment], counts: Sequence[int], fewest: int) -> set[int]:
    """Return the places in segments that rest on fewer points."""
    return {
        place
        for one, count in zip(segments, counts, strict=True)
        if count < fewest
        for place in range(one.first, one.last + 1)
    }


def _bare(control: spc.ControlChart, segment: spc.Segment) -> spc.Segment:
    there = [one for one in control.values[segment.first : segment.last + 1] if one is not None]
    return spc.Segment(
        segment.first, segment.last, median(there) if there else None, None, None, None, None
    )


def _without(line: tuple[T | None, ...], places: set[int]) -> tuple[T | None, ...]:
    return tuple(None if n in places else one for n, one in enumerate(line))
