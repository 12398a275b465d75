"""Charts of rare events: how much lies between one and the next. Longer is better for harm, so up is good."""

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import median
from typing import Unpack

from dyad_desktop.domain.spc.chart import (
    FEWEST,
    ControlChart,
    Lines,
    Reading,
    Settings,
    build,
    centre_only,
    nothing,
)
from dyad_desktop.domain.spc.rules import Numbers, Values, floats, recorded
from dyad_desktop.domain.spc.xmr import CONSTANT, xmr

SIGMAS = 3
POWER = 3.6
"""Times between events to this root are near to normal (Nelson 1994)."""
GEOMETRIC_MEDIAN = 0.693
"""Median of waiting counts as a share of their mean, ln 2 (Provost & Murray 2011)."""


def g_chart(between: Numbers, **settings: Unpack[Settings]) -> ControlChart:
    """Return the chart of opportunities between events (cases between infections): ḡ + 3 √(ḡ (ḡ + 1)), from 0 up.

    Waiting counts are skewed: three in five lie below their mean. Shifts are therefore read against their median,
    0.693 ḡ, and there are no inner lines (Benneyan 2001). Counts that vary so little that all lie on one side of it
    are not of that kind: they are read against the median that they have. Settings as of ``xmr``.

    Raises:
        ValueError: a count that is negative or no number, or a setting out of its range.
    """
    waits = _checked(between)
    reading = Reading(**settings)

    def draw(first: int, stop: int) -> Lines:
        return _geometric(waits[first:stop], reading.baseline)

    return build(waits, reading, draw)


def _geometric(values: Values, baseline: int | None) -> Lines:
    base = recorded(values)[:baseline]
    count = len(values)
    if not base:
        return nothing(count)
    mean = fsum(base) / len(base)
    middle = _middle(base, GEOMETRIC_MEDIAN * mean)
    if len(base) < FEWEST:
        return centre_only(mean, count, middle)
    upper, blank = mean + SIGMAS * sqrt(mean * (mean + 1)), (None,) * count
    return Lines((mean,) * count, (0.0,) * count, (upper,) * count, blank, blank, (middle,) * count)


def _middle(base: Sequence[float], expected: float) -> float:
    """Return what shifts are read against: the median to be expected, or the one there is where none lies below."""
    return expected if min(base) < expected else median(base)


def t_chart(
    between: Numbers, *, constant: float = CONSTANT, **settings: Unpack[Settings]
) -> ControlChart:
    """Return the chart of time between events (days between falls): an XmR chart of its 3.6th root, drawn back.

    Values are from 0 up, in any unit of time; the lower limit is not below 0. Settings as of ``xmr``.

    Raises:
        ValueError: a time that is negative or no number, or a setting out of its range.
    """
    waits = _checked(between)
    reading = Reading(**settings)
    roots = [None if value is None else value ** (1 / POWER) for value in waits]
    within = xmr(roots, constant=constant, baseline=reading.baseline, rebase=reading.rebase)
    centre, lower, upper, inner_lower, inner_upper = (
        _back(line)
        for line in (
            within.centres,
            within.lower,
            within.upper,
            within.inner_lower,
            within.inner_upper,
        )
    )

    def draw(first: int, stop: int) -> Lines:
        here = slice(first, stop)
        return Lines(
            centre[here],
            lower[here],
            upper[here],
            inner_lower[here],
            inner_upper[here],
            centre[here],
        )

    return build(waits, reading, draw)


def _back(line: Values) -> tuple[float | None, ...]:
    return tuple(None if value is None else max(value, 0.0) ** POWER for value in line)


def _checked(between: Numbers) -> list[float | None]:
    waits = floats(between)
    if any(value < 0 for value in recorded(waits)):
        raise ValueError("what lies between two events is from 0 up")
    return waits
