"""What a control chart shows: its segments, its lines, which points are special, and the two icons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, pairwise
from math import isfinite
from typing import Final, TypedDict, TypeVar

from dyad_desktop.domain.spc import rules
from dyad_desktop.domain.spc.rules import Values, grain_of

INCREASE: Final = "increase"
DECREASE: Final = "decrease"
NEUTRAL: Final = "neutral"
DIRECTIONS = (INCREASE, DECREASE, NEUTRAL, None)
HIGH, LOW = "high", "low"
COMMON_CAUSE = "common_cause"
PASS, FAIL, INCONSISTENT = "consistent_pass", "consistent_fail", "inconsistent"
INNER = 2 / 3
"""Where the inner lines lie between centre and limit."""
POINTS = 7
"""Points of a shift and of a trend, where nothing else is said."""
FEWEST = 2
"""Recorded points from which limits are computed."""

T = TypeVar("T")


class Settings(TypedDict, total=False):
    """How a chart is drawn and read; see ``xmr`` for what each means and its range."""

    shift: int
    trend: int
    baseline: int | None
    direction: str | None
    target: float | Decimal | None
    rebase: Sequence[int]
    within_limit: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """Points ``first`` to ``last`` (from 0, both included) that share a centre line.

    All lines are in the values' unit and ``None`` where too few points are recorded. Where limits differ from point
    to point, those here are of the last recorded point. ``mean_moving_range`` is of XmR charts only; ``widening`` is
    what Laney's charts multiply sigma by, 1 elsewhere.
    """

    first: int
    last: int
    centre: float | None
    lower: float | None
    upper: float | None
    inner_lower: float | None
    inner_upper: float | None
    mean_moving_range: float | None = None
    widening: float = 1.0


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one segment, one entry a point; ``middle`` is what shifts are read against."""

    centre: Values
    lower: Values
    upper: Values
    inner_lower: Values
    inner_upper: Values
    middle: Values
    mean_moving_range: float | None = None
    widening: float = 1.0


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A control chart; every sequence has one entry a point, gaps are ``None``.

    ``rules`` are ``astronomical``, ``trend``, ``two_of_three``, ``shift`` or ``None``; ``sides`` say of a flagged
    point whether it is ``high`` (or rising) or ``low`` (or falling). ``variation`` is of the last recorded point:
    ``common_cause``, ``improvement_high``/``_low``, ``concern_high``/``_low`` or ``neutral_high``/``_low``.
    ``assurance`` is ``consistent_pass``, ``consistent_fail``, ``inconsistent``, or ``None`` without a target.
    ``middles`` is what shifts are read against: the centre, of waiting counts their median.
    """

    values: tuple[float | None, ...]
    segments: tuple[Segment, ...]
    centres: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    inner_lower: tuple[float | None, ...]
    inner_upper: tuple[float | None, ...]
    rules: tuple[str | None, ...]
    sides: tuple[str | None, ...]
    variation: str
    assurance: str | None
    middles: tuple[float | None, ...] = ()

    @property
    def centre(self) -> float | None:
        """The centre line of the last segment."""
        return self.segments[-1].centre if self.segments else None

    def segment_at(self, place: int) -> Segment:
        """Return the segment of a place."""
        return next(one for one in self.segments if one.first <= place <= one.last)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a chart is drawn and read: ``Settings`` with what isn't set filled in, checked."""

    shift: int = POINTS
    trend: int = POINTS
    baseline: int | None = None
    direction: str | None = None
    target: float | Decimal | None = None
    rebase: Sequence[int] = ()
    within_limit: bool = False
    """Whether two of three counts only points up to the limit, as NHSRplotthedots does."""

    def __post_init__(self) -> None:
        if not (self.shift >= 2 and self.trend >= 2):
            raise ValueError("a shift and a trend take at least 2 points")
        if self.baseline is not None and not self.baseline >= FEWEST:
            raise ValueError("a baseline has at least 2 points")
        if self.direction not in DIRECTIONS:
            raise ValueError(f"direction is increase, decrease or neutral, not {self.direction!r}")
        if self.target is not None and not isfinite(self.target):
            raise ValueError(f"the target is a number, not {self.target}")


def build(values: Values, reading: Reading, draw: Callable[[int, int], Lines]) -> ControlChart:
    """Return the chart of a series; ``draw(first, stop)`` gives the lines of one of its segments.

    Raises:
        ValueError: a rebase lies outside the series.
    """
    borders = borders_of(len(values), reading.rebase)
    parts = [(first, stop, draw(first, stop)) for first, stop in borders]
    grain = grain_of(values)
    labels = list(
        chain.from_iterable(_labels(values[a:b], lines, reading, grain) for a, b, lines in parts)
    )
    segments = tuple(_segment(values, first, stop, lines) for first, stop, lines in parts)
    return ControlChart(
        values=tuple(values),
        segments=segments,
        centres=tuple(chain.from_iterable(lines.centre for _a, _b, lines in parts)),
        lower=tuple(chain.from_iterable(lines.lower for _a, _b, lines in parts)),
        upper=tuple(chain.from_iterable(lines.upper for _a, _b, lines in parts)),
        inner_lower=tuple(chain.from_iterable(lines.inner_lower for _a, _b, lines in parts)),
        inner_upper=tuple(chain.from_iterable(lines.inner_upper for _a, _b, lines in parts)),
        rules=tuple([label and label[0] for label in labels]),
        sides=tuple([label and (HIGH if label[1] > 0 else LOW) for label in labels]),
        variation=_variation(values, labels, reading.direction),
        assurance=_assurance(segments, reading, grain),
        middles=tuple(chain.from_iterable(lines.middle for _a, _b, lines in parts)),
    )


def borders_of(count: int, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and stop of every segment of ``count`` points that starts anew at ``starts`` (from 0)."""
    if any(not 0 <= start < max(count, 1) for start in starts):
        raise ValueError(f"a rebase starts at a point, 0 to {count - 1}")
    return list(pairwise([*sorted({0, *starts}), count])) if count else []


def leading(items: Sequence[T | None], count: int | None) -> Sequence[T | None]:
    """Return the items up to the ``count``-th that is there; all of them without a count."""
    if count is None:
        return items
    there = [index for index, item in enumerate(items) if item is not None]
    return items if len(there) <= count else items[: there[count - 1] + 1]


def nothing(count: int) -> Lines:
    """Return the lines of ``count`` points of which none is recorded."""
    return Lines(*((None,) * count,) * 6)


def centre_only(centre: float, count: int, middle: float | None = None) -> Lines:
    """Return the lines of ``count`` points that are too few for limits."""
    blank = (None,) * count
    return Lines(
        (centre,) * count,
        blank,
        blank,
        blank,
        blank,
        (centre if middle is None else middle,) * count,
    )


def _labels(
    values: Values, lines: Lines, reading: Reading, grain: float
) -> list[tuple[str, int] | None]:
    sides = rules.sides_of(values, lines.middle, grain)
    outside = rules.beyond(values, lines.lower, lines.upper, grain)
    close = rules.beyond(values, lines.inner_lower, lines.inner_upper, grain)
    near = close
    if reading.within_limit:
        near = [one if not out else 0 for one, out in zip(close, outside, strict=True)]
    found = [
        (rules.ASTRONOMICAL, outside),
        (rules.TREND, rules.trends(values, reading.trend, grain)),
        (rules.TWO_OF_THREE, rules.two_of_three(sides, near)),
        (rules.SHIFT, rules.shifts(sides, reading.shift)),
    ]
    return rules.first_of(found, len(values))


def _segment(values: Values, first: int, stop: int, lines: Lines) -> Segment:
    there = (index for index in range(stop - 1, first - 1, -1) if values[index] is not None)
    at = next(there, first) - first
    return Segment(
        first,
        stop - 1,
        lines.centre[at],
        lines.lower[at],
        lines.upper[at],
        lines.inner_lower[at],
        lines.inner_upper[at],
        lines.mean_moving_range,
        lines.widening,
    )


def _variation(
    values: Values, labels: Sequence[tuple[str, int] | None], direction: str | None
) -> str:
    last = next((i for i in range(len(values) - 1, -1, -1) if values[i] is not None), None)
    label = None if last is None else labels[last]
    if label is None:
        return COMMON_CAUSE
    side = HIGH if label[1] > 0 else LOW
    if direction not in (INCREASE, DECREASE):
        return f"neutral_{side}"
    return f"{'improvement' if (side == HIGH) == (direction == INCREASE) else 'concern'}_{side}"


def _assurance(segments: Sequence[Segment], reading: Reading, grain: float) -> str | None:
    if not segments:
        return None
    last, good = segments[-1], reading.direction
    target = None if reading.target is None else float(reading.target)
    return assure(last.lower, last.upper, target, good, centre=last.centre, grain=grain)


def assure(
    lower: float | None,
    upper: float | None,
    target: float | None,
    direction: str | None,
    *,
    centre: float | None = None,
    grain: float = 0.0,
) -> str | None:
    """Return whether a process within its limits meets a target: always, never, or by chance.

    A target on a limit is inside. Where nothing varies (``lower == upper``) the target is judged against the centre,
    and reaching it is enough. ``None`` without limits, target or direction of good.
    """
    if lower is None or upper is None or target is None or direction not in (INCREASE, DECREASE):
        return None
    good = 1 if direction == INCREASE else -1
    if upper - lower <= grain:
        middle = centre if centre is not None else lower
        return PASS if good * (target - middle) <= grain else FAIL
    if target - upper > grain:
        return FAIL if direction == INCREASE else PASS
    if lower - target > grain:
        return PASS if direction == INCREASE else FAIL
    return INCONSISTENT


def assure_within(
    lower: float | None,
    upper: float | None,
    low: float | None,
    high: float | None,
    *,
    centre: float | None = None,
    grain: float = 0.0,
) -> str | None:
    """Return whether a process stays from ``low`` to ``high``: each is a target of its own, judged as by ``assure``."""
    sides = {
        assure(lower, upper, low, INCREASE, centre=centre, grain=grain),
        assure(lower, upper, high, DECREASE, centre=centre, grain=grain),
    }
    if None in sides:
        return None
    return FAIL if FAIL in sides else PASS if sides == {PASS} else INCONSISTENT
