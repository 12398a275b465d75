"""XmR charts: individual values and their moving ranges, for any measure with one value a period."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import fsum
from operator import sub
from typing import cast

from dyad_desktop.domain.spc.chart import (
    INNER,
    POINTS,
    ControlChart,
    Lines,
    Reading,
    build,
    centre_only,
    leading,
    nothing,
)
from dyad_desktop.domain.spc.rules import (
    Numbers,
    Values,
    check_above_nothing,
    floats,
    grain_of,
    recorded,
)

CONSTANT = 2.66
"""Mean moving range to limit: 3 sigma by d2 = 1.128, as Wheeler and Making Data Count round it."""
SCREEN = 3.267
"""Moving ranges from this multiple of their mean on are screened (D4 of ranges of two)."""


def xmr(  # noqa: PLR0913 - the settings of a chart, each of them named
    values: Numbers,
    *,
    constant: float = CONSTANT,
    screen: bool = False,
    shift: int = POINTS,
    trend: int = POINTS,
    baseline: int | None = None,
    direction: str | None = None,
    target: float | Decimal | None = None,
    rebase: Sequence[int] = (),
    within_limit: bool = False,
) -> ControlChart:
    """Return the XmR chart of a series, by the rules of Making Data Count.

    Args:
        values: one value a period in order of time, ``None`` where none was recorded.
        constant: limits lie ``constant`` mean moving ranges from the mean; above 0.
        screen: whether moving ranges of 3.267 times their mean or more are left out, in one pass; not where that
            leaves no range or only zeroes.
        shift: points on one side that make a shift, from 2.
        trend: points rising or falling that make a trend, from 2.
        baseline: recorded points of each segment, from 2, whose mean and ranges draw its lines; all without it.
        direction: of good: ``increase``, ``decrease``, ``neutral`` or ``None``.
        target: what should be reached, in the values' unit.
        rebase: positions from 0 where new segments start.
        within_limit: whether two of three counts only points up to the limit.

    Raises:
        ValueError: a value is no finite number, or a setting is out of its range.
    """
    check_above_nothing("constant", constant)
    numbers = floats(values)
    reading = Reading(shift, trend, baseline, direction, target, rebase, within_limit)

    def draw(first: int, stop: int) -> Lines:
        return _lines(numbers[first:stop], float(constant), baseline, screen=screen)

    return build(numbers, reading, draw)


def _lines(values: Values, constant: float, baseline: int | None, *, screen: bool) -> Lines:
    base = leading(values, baseline)
    there = recorded(base)
    count = len(values)
    if not there:
        return nothing(count)
    mean = fsum(there) / len(there)
    ranges = moving_ranges(base)
    if not ranges:
        return centre_only(mean, count)
    spread = mean_range(ranges, grain_of(there), screen=screen)
    reach = constant * spread
    lower, upper = (mean - reach,) * count, (mean + reach,) * count
    inner = (mean - INNER * reach,) * count, (mean + INNER * reach,) * count
    centre = (mean,) * count
    return Lines(centre, lower, upper, *inner, centre, spread)


def moving_ranges(values: Values) -> list[float]:
    """Return the differences, from 0 up, of recorded values next to each other."""
    if None not in values:
        numbers = cast("Sequence[float]", values)
        return list(map(abs, map(sub, numbers[1:], numbers)))
    return [
        abs(after - before)
        for before, after in pairwise(values)
        if before is not None and after is not None
    ]


def mean_range(ranges: Sequence[float], grain: float, *, screen: bool) -> float:
    """Return the mean moving range; screened, large ranges are left out unless nothing but zeroes stays."""
    mean = fsum(ranges) / len(ranges)
    if not screen:
        return mean
    bound = SCREEN * mean
    kept = [one for one in ranges if bound - one > grain]
    return (fsum(kept) / len(kept) if kept else 0.0) or mean
