"""The four rules that tell special-cause variation, read off points of one segment.

All functions take the points of a segment in order of time, gaps as ``None``, and return one entry a point. A side is
+1 above the centre line, -1 below it, 0 on it or at a gap: either ends a stretch.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import compress, pairwise, repeat
from math import inf, isfinite, nan
from operator import sub
from typing import cast

ASTRONOMICAL, TREND, TWO_OF_THREE, SHIFT = "astronomical", "trend", "two_of_three", "shift"
"""The rules in order of priority: a point that several of them flag is called by the first."""
WINDOW = 3
LARGEST = 1e100
"""The largest number that is charted: squares of it, and sums of many, are floats still."""

Values = Sequence[float | None]
Numbers = Sequence[float | Decimal | None]
"""What a chart is given: gaps are ``None``."""
Flags = list[int]
"""Per point: 0 not flagged, +1 flagged as high or rising, -1 as low or falling."""


def floats(values: Numbers, name: str = "value") -> list[float | None]:
    """Return what a chart is given as floats.

    Raises:
        ValueError: one of them is no finite number, or too large; it is told by its ``name`` and place, from 1.
    """
    try:
        found = [None if value is None else float(value) for value in values]
        there = recorded(found)
        # One that isn't finite, or is too large, makes the sum of sizes such: only then each is looked at.
        if sum(map(abs, there)) <= LARGEST or all(abs(one) <= LARGEST for one in there):
            return found
    except ValueError:  # a signalling NaN
        pass
    for place, value in enumerate(values, 1):
        if value is not None and not _finite(value):
            raise ValueError(f"{name} {place} is {value}, not a number")
        if value is not None and abs(float(value)) > LARGEST:
            raise ValueError(f"{name} {place} is {value:.4g}, larger than can be charted")
    raise AssertionError  # pragma: no cover - one of them was none


def _finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else isfinite(value)


def check_above_nothing(name: str, number: float | Decimal) -> None:
    """Refuse a setting that is not a finite number above 0."""
    if not (isfinite(number) and number > 0):
        raise ValueError(f"the {name} is above 0")


def grain_of(values: Values) -> float:
    """Return below what difference two values are equal: 1e-12 of the largest, in the values' unit."""
    there = recorded(values)
    return 1e-12 * max(map(abs, (max(there), min(there)))) if there else 0.0


def recorded(values: Values) -> Sequence[float]:
    """Return the values that are there."""
    if None in values:
        return [value for value in values if value is not None]
    return cast("Sequence[float]", values)


def _numbers(values: Values) -> Sequence[float]:
    """Return values with gaps as NaN, which is neither above nor below anything."""
    if None in values:
        return [nan if value is None else value for value in values]
    return cast("Sequence[float]", values)


def _moved(line: Values, by: float, without: float) -> Iterable[float]:
    """Return a line moved by a little, and ``without`` where it isn't there; most are one number again and again."""
    if line and line.count(line[0]) == len(line):
        return repeat(without if line[0] is None else line[0] + by, len(line))
    return [without if one is None else one + by for one in line]


def sides_of(values: Values, centre: Values, grain: float) -> Flags:
    """Return the side of the centre line on which each point lies; ``centre`` holds one entry a point."""
    return beyond(values, centre, centre, grain)


def _stretches(signs: Flags, length: int) -> Iterator[tuple[int, int]]:
    """Give first and stop of the stretches of one sign, +1 or -1, that are at least so long.

    As bytes they are found by a pattern, which is many times quicker than to group them.
    """
    pattern = rb"\x02{%d,}|\x00{%d,}" % (length, length)
    for found in re.finditer(pattern, bytes([sign + 1 for sign in signs])):
        yield found.span()


def shifts(sides: Flags, length: int) -> Flags:
    """Flag stretches of at least ``length`` points on one side; a point on the line or a gap ends a stretch."""
    flags = [0] * len(sides)
    for first, stop in _stretches(sides, length):
        flags[first:stop] = sides[first:stop]
    return flags


def trends(values: Values, length: int, grain: float = 0.0) -> Flags:
    """Flag stretches of at least ``length`` points that only rise or only fall; a tie or a gap ends a stretch.

    Differences up to ``grain`` are ties. The flag is the slope. A turning point that belongs to two trends is called by
    the later.
    """
    flags = [0] * len(values)
    numbers = _numbers(values)
    steps = [(step > grain) - (step < -grain) for step in map(sub, numbers[1:], numbers)]
    for first, stop in _stretches(steps, length - 1):
        flags[first : stop + 1] = [steps[first]] * (stop + 1 - first)
    return flags


def two_of_three(sides: Flags, close: Sequence[int]) -> Flags:
    """Flag the close ones of three points in a row on one side of which at least two are close to a limit."""
    flags = [0] * len(sides)
    near = compress(range(len(close)), close)
    for first, second in pairwise(near):
        if second - first < WINDOW and _share_a_window(sides, first, second):
            flags[first] = flags[second] = sides[first]
    return flags


def _share_a_window(sides: Flags, first: int, second: int) -> bool:
    side = sides[first]
    if not side or any(one != side for one in sides[first : second + 1]):
        return False
    around = (first - 1, second + 1)
    return second - first == WINDOW - 1 or any(
        0 <= index < len(sides) and sides[index] == side for index in around
    )


def beyond(values: Values, lower: Values, upper: Values, grain: float) -> Flags:
    """Flag points strictly above ``upper`` or strictly below ``lower``; a line that isn't there bounds nothing."""
    lowest, highest = _moved(lower, -grain, -inf), _moved(upper, grain, inf)
    return [
        (value > most) - (value < least)
        for value, least, most in zip(_numbers(values), lowest, highest, strict=True)
    ]


def first_of(found: Sequence[tuple[str, Flags]], count: int) -> list[tuple[str, int] | None]:
    """Return the rule by which each of ``count`` points is called, and its flag; rules come in order of priority."""
    labels: list[tuple[str, int] | None] = [None] * count
    for rule, flags in reversed(found):
        for index in compress(range(count), flags):
            labels[index] = (rule, flags[index])
    return labels
