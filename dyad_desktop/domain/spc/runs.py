"""Run charts: the median, Anhøj's two tests of whether a series is more than chance, shifts and trends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from math import comb, isfinite, log2
from operator import itemgetter
from statistics import median
from typing import TypeVar

from dyad_desktop.domain.spc import rules
from dyad_desktop.domain.spc.chart import borders_of
from dyad_desktop.domain.spc.rules import floats

FEWEST_USEFUL = 10
"""Useful points from which the tests are read."""
ALLOWANCE = 3
ONE_IN = 20
"""The crossings test is set at 1 in 20, 5 %."""

SHIFT, TREND = 6, 5
"""Points of a shift and of a trend (IHI)."""

N = TypeVar("N", float, Decimal)


@dataclass(frozen=True, slots=True)
class Run:
    """Points in a row on one side of the centre line (a ``shift``), or that only rise or only fall (a ``trend``).

    ``places`` are those of its points, from 0; ``length`` counts the points that make it, which in a trend leaves out
    ties. ``high`` is above the line, or rising.
    """

    rule: str
    high: bool
    length: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RunSignals:
    """What a run chart, or a segment of one, shows; ``n_useful`` counts the points that are not on the centre line.

    ``signal`` is of Anhøj's tests; ``shifts`` and ``trends`` are of IHI's rules, in order of time. Those of now are
    what the last point belongs to; for shifts, the last point off the line.
    """

    centre: float | Decimal | None
    n_useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    signal: bool
    first: int = 0
    last: int = -1
    recorded: int = 0
    shifts: tuple[Run, ...] = ()
    trends: tuple[Run, ...] = ()
    current_shift: Run | None = None
    current_trend: Run | None = None


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


def run_chart(
    values: Sequence[N | None],
    *,
    centre: N | None = None,
    baseline: int | None = None,
    shift: int = SHIFT,
    trend: int = TREND,
    first: int = 0,
) -> RunSignals:
    """Return what a run chart of a series says, by Anhøj & Olesen (2014) and by IHI.

    Args:
        values: in order of time; ``None`` is skipped, and so is a point on the centre line.
        centre: a line to read against; the median without it.
        baseline: how many of the first values the median is of; all without it.
        shift: points on one side that make a shift; those on the line are skipped.
        trend: points rising or falling that make a trend; ties are skipped.
        first: the place of the first value, from which places are counted.

    Raises:
        ValueError: a value or the centre is no finite number.
    """
    floats(values)
    there = [(n, value) for n, value in enumerate(values, first) if value is not None]
    line = _line(there, centre, baseline)
    runs = () if line is None else tuple(_sides(there, line))
    ways = tuple(_ways(there))
    return RunSignals(
        line,
        *_tests(runs),
        first=first,
        last=first + len(values) - 1,
        recorded=len(there),
        shifts=_from(runs, shift),
        trends=_from(ways, trend),
        current_shift=next(iter(_from(runs[-1:], shift)), None),
        current_trend=next(iter(_from(ways[-1:], trend)), None),
    )


def _tests(runs: Sequence[Run]) -> tuple[int, int, int, int, int, bool]:
    """Return what Anhøj's tests take and say, in the order of ``RunSignals``: from ``n_useful`` to ``signal``."""
    useful, longest = sum(one.length for one in runs), max((one.length for one in runs), default=0)
    crossings = max(len(runs) - 1, 0)
    most, fewest = anhoej_limits(useful)
    signal = useful >= FEWEST_USEFUL and (longest > most or crossings < fewest)
    return useful, longest, most, crossings, fewest, signal


def _from(runs: Sequence[Run], length: int) -> tuple[Run, ...]:
    """Return the runs of at least so many points."""
    return tuple(one for one in runs if one.length >= length)


def _line(there: Sequence[tuple[int, N]], centre: N | None, baseline: int | None) -> N | None:
    """Return the line that points are read against; ``None`` where there is none yet."""
    if centre is not None and not isfinite(centre):
        raise ValueError(f"the centre is a number, not {centre}")
    if centre is not None or not there:
        return centre
    return median([value for _place, value in there[:baseline]])


def run_segments(
    values: Sequence[N | None],
    *,
    rebase: Sequence[int] = (),
    baseline: int | None = None,
    shift: int = SHIFT,
    trend: int = TREND,
) -> tuple[RunSignals, ...]:
    """Return what each segment of a run chart says, which starts anew at the places of ``rebase``, from 0."""
    return tuple(
        run_chart(values[a:b], baseline=baseline, shift=shift, trend=trend, first=a)
        for a, b in borders_of(len(values), rebase)
    )


def _sides(there: Sequence[tuple[int, N]], line: N) -> Iterator[Run]:
    useful = [(place, value > line) for place, value in there if value != line]
    for high, group in groupby(useful, key=itemgetter(1)):
        places = tuple(place for place, _high in group)
        yield Run(rules.SHIFT, high, len(places), places)


def _ways(there: Sequence[tuple[int, N]]) -> Iterator[Run]:
    """Give every stretch that only rises or only falls; points equal to the one before don't end it."""
    untied = [n for n, (_place, value) in enumerate(there) if not n or value != there[n - 1][1]]
    steps = [(a, b, there[b][1] > there[a][1]) for a, b in pairwise(untied)]
    for high, group in groupby(steps, key=itemgetter(2)):
        part = list(group)
        inside = there[part[0][0] : part[-1][1] + 1]
        yield Run(rules.TREND, high, len(part) + 1, tuple(place for place, _value in inside))
