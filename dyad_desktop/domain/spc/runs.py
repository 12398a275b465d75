"""Run charts: the median, and Anhøj's two tests of whether a series is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import comb, isfinite, log2
from statistics import median
from typing import TypeVar

from dyad_desktop.domain.spc.rules import floats

FEWEST_USEFUL = 10
"""Useful points from which the tests are read."""
ALLOWANCE = 3
ONE_IN = 20
"""The crossings test is set at 1 in 20, 5 %."""

N = TypeVar("N", float, Decimal)


@dataclass(frozen=True, slots=True)
class RunSignals:
    """What a run chart shows; ``n_useful`` counts the points that are not on the centre line."""

    centre: float | Decimal | None
    n_useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    signal: bool


def anhoej_limits(n: int) -> tuple[int, int]:
    """Return the longest run and the fewest crossings that chance explains among ``n`` useful points.

    The longest run is round(log2 n) + 3, the crossings are the 5 % quantile of Binomial(n − 1, ½).
    """
    return (round(log2(n)) + ALLOWANCE if n > 0 else 0), _fewest_crossings(n - 1)


def _fewest_crossings(throws: int) -> int:
    """Return the 5 % quantile of the heads among fair throws, exactly.

    Half of the ways have fewer heads than half (and half of those that have just as many, where that can be). From
    there down each binomial coefficient comes from the one above, for a few standard deviations, √n steps.
    """
    if throws < 1:
        return 0
    count = throws // 2
    ways, whole = comb(throws, count), 2**throws
    up_to = whole // 2 if throws % 2 else (whole + ways) // 2
    while (up_to - ways) * ONE_IN >= whole:
        up_to -= ways
        ways = ways * count // (throws - count + 1)
        count -= 1
    return count


def run_chart(values: Sequence[N | None], *, centre: N | None = None) -> RunSignals:
    """Return what a run chart of a series says, by Anhøj & Olesen (2014).

    Args:
        values: in order of time; ``None`` is skipped, and so is a point on the centre line.
        centre: a line to read against, such as the median of a baseline; the median of the values without it.

    Raises:
        ValueError: a value or the centre is no finite number.
    """
    floats(values)
    if centre is not None and not isfinite(centre):
        raise ValueError(f"the centre is a number, not {centre}")
    there = [value for value in values if value is not None]
    line = centre if centre is not None or not there else median(there)
    runs = (
        [len(list(run)) for _side, run in groupby(v > line for v in there if v != line)]
        if line is not None
        else []
    )
    useful, longest, crossings = sum(runs), max(runs, default=0), max(len(runs) - 1, 0)
    most, fewest = anhoej_limits(useful)
    signal = useful >= FEWEST_USEFUL and (longest > most or crossings < fewest)
    return RunSignals(line, useful, longest, most, crossings, fewest, signal)
