"""The four rules that tell special-cause variation, read off points of one segment.

All functions take the points of a segment in order of time, gaps as ``None``, and return one entry a point. A side is
+1 above the centre line, -1 below it, 0 on it, ``None`` at a gap.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from math import isfinite

ASTRONOMICAL, TREND, TWO_OF_THREE, SHIFT = "astronomical", "trend", "two_of_three", "shift"
PRIORITY = (ASTRONOMICAL, TREND, TWO_OF_THREE, SHIFT)
"""A point that several rules flag is called by the first of these."""
ENOUGH_CLOSE = 2
WINDOW = 3

Values = Sequence[float | None]
Numbers = Sequence[float | Decimal | None]
"""What a chart is given: gaps are ``None``."""
Sides = Sequence[int | None]
Flags = list[int]
"""Per point: 0 not flagged, +1 flagged as high or rising, -1 as low or falling."""


def floats(values: Numbers, name: str = "value") -> list[float | None]:
    """Return what a chart is given as floats.

    Raises:
        ValueError: one of them is no finite number; it is told by its ``name`` and place, from 1.
    """
    for place, value in enumerate(values, 1):
        if isinstance(value, Decimal) and not value.is_finite():  # float() has no signalling NaN
            raise ValueError(f"{name} {place} is {value}, not a number")
    found = [None if value is None else float(value) for value in values]
    if not all(map(isfinite, [value for value in found if value is not None])):
        place = next(n for n, one in enumerate(found, 1) if one is not None and not isfinite(one))
        raise ValueError(f"{name} {place} is {values[place - 1]}, not a number")
    return found


def check_above_nothing(name: str, number: float | Decimal) -> None:
    """Refuse a setting that is not a finite number above 0."""
    if not (isfinite(number) and number > 0):
        raise ValueError(f"the {name} is above 0")


def grain_of(values: Values) -> float:
    """Return below what difference two values are equal: 1e-12 of the largest, in the values' unit."""
    there = [value for value in values if value is not None]
    return 1e-12 * max(map(abs, (max(there), min(there)))) if there else 0.0


def sides_of(values: Values, centre: Values, grain: float) -> list[int | None]:
    """Return the side of the centre line on which each point lies; ``centre`` holds one entry a point."""
    return [
        None
        if value is None or line is None
        else (1 if value - line > grain else -1 if line - value > grain else 0)
        for value, line in zip(values, centre, strict=True)
    ]


def shifts(sides: Sides, length: int) -> Flags:
    """Flag stretches of at least ``length`` points on one side; a point on the line or a gap ends a stretch."""
    flags: Flags = []
    for side, stretch in groupby(sides):
        count = len(list(stretch))
        flags += [side if side and count >= length else 0] * count
    return flags


def trends(values: Values, length: int, grain: float = 0.0) -> Flags:
    """Flag stretches of at least ``length`` points that only rise or only fall; a tie or a gap ends a stretch.

    Differences up to ``grain`` are ties. The flag is the slope. A turning point that belongs to two trends is called by
    the later.
    """
    flags = [0] * len(values)
    start = 0
    for way, steps in groupby(_steps(values, grain)):
        stop = start + len(list(steps))
        if way and stop - start >= length - 1:
            flags[start : stop + 1] = [way] * (stop + 1 - start)
        start = stop
    return flags


def _steps(values: Values, grain: float) -> list[int]:
    return [
        0
        if before is None or after is None
        else (after - before > grain) - (before - after > grain)
        for before, after in pairwise(values)
    ]


def two_of_three(sides: Sides, close: Sequence[bool]) -> Flags:
    """Flag the close ones of three points in a row on one side of which at least two are close to a limit."""
    flags = [0] * len(sides)
    near = [index for index, is_near in enumerate(close) if is_near]
    for first, second in pairwise(near):
        if second - first < WINDOW and _share_a_window(sides, first, second):
            flags[first] = flags[second] = sides[first] or 0
    return flags


def _share_a_window(sides: Sides, first: int, second: int) -> bool:
    side = sides[first]
    if not side or any(one != side for one in sides[first : second + 1]):
        return False
    around = (first - 1, second + 1)
    return second - first == WINDOW - 1 or any(
        0 <= index < len(sides) and sides[index] == side for index in around
    )


def beyond(values: Values, lower: Values, upper: Values, grain: float) -> Flags:
    """Flag points strictly above ``upper`` or strictly below ``lower``; a line that isn't there bounds nothing."""
    return [
        0
        if value is None
        else (1 if over is not None and value - over > grain else 0)
        - (1 if under is not None and under - value > grain else 0)
        for value, under, over in zip(values, lower, upper, strict=True)
    ]


def first_of(found: Sequence[tuple[str, Flags]], count: int) -> list[tuple[str, int] | None]:
    """Return the rule by which each of ``count`` points is called, and its flag; rules come in order of priority."""
    labels: list[tuple[str, int] | None] = [None] * count
    for rule, flags in reversed(found):
        for index in [place for place, flag in enumerate(flags) if flag]:
            labels[index] = (rule, flags[index])
    return labels
