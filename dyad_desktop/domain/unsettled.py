"""Whether the limits of now still tell what to expect: not where the level has moved under what they rest on.

The icons follow the published rules whatever the limits rest on. Who tells them in words asks here first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.spc import ControlChart
from dyad_desktop.domain.spc.rules import SHIFT, TREND, grain_of

STABLE = 12
"""Recorded points without special cause, the latest ones of a segment, from which something is foretold."""
OLD = "*"
"""Marks a verdict by limits that the level has moved under."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What moved the level among the latest ``STABLE`` points, by limits that don't know it.

    ``rule`` is ``shift`` or ``trend``, ``start`` the place from which the level is another. ``before`` says that the
    limits are of the time before alone: of a baseline that was over by then. Else they hold both times.
    """

    rule: str
    start: int
    before: bool


def recent_cause(chart: MeasureChart) -> int | None:
    """Return the place of the latest special point among the last ``STABLE`` of the limits of now, if there is one."""
    control = chart.control
    if control is None or not chart.judged:
        return None
    special = (n for n in _recent(control) if control.rules[n])
    return max(special, default=None)


def is_stable(chart: MeasureChart) -> bool:
    """Return whether the last ``STABLE`` recorded points lie in one segment and none is special."""
    control = chart.control
    if control is None or not chart.judged:
        return False
    return len(_recent(control)) == STABLE and recent_cause(chart) is None


def _recent(control: ControlChart) -> list[int]:
    first = control.segments[-1].first
    there = [n for n, value in enumerate(control.values) if value is not None and n >= first]
    return there[-STABLE:]


def unsettled_of(chart: MeasureChart) -> Unsettled | None:
    """Return what makes the limits of now old, the latest of several; ``None`` where they hold, or say nothing yet.

    A shift or a trend that is over doesn't: the level is back where they had it.
    """
    control = chart.control
    if control is None or not chart.judged:
        return None
    first = control.segments[-1].first
    there = [n for n, value in enumerate(control.values) if value is not None and n >= first]
    for begin, end in _stretches(control, first):
        rules = set(control.rules[begin : end + 1])
        shift = SHIFT in rules or (TREND not in rules and end - begin + 1 >= chart.settings.shift)
        start = shift_start(control, end) if shift else begin
        # What a segment begins with is no move: one value far out is enough to leave all before it on one side.
        shift = shift and start > first
        moved = end in there[-STABLE:] and (shift or TREND in rules)
        if moved and _lasts(control, end):
            start = start if shift else begin
            rests_on = there[: chart.settings.baseline or len(there)]
            return Unsettled(SHIFT if shift else TREND, start, rests_on[-1] < start)
    return None


def _stretches(control: ControlChart, first: int) -> Iterator[tuple[int, int]]:
    """Give first and last place of the stretches of special points of one side, the latest first."""
    end = len(control.values) - 1
    while end >= first:
        begin = end
        while begin > first and control.sides[begin - 1] == control.sides[end]:
            begin -= 1
        if control.sides[end] is not None:
            yield begin, end
        end = begin - 1


def shift_start(control: ControlChart, end: int) -> int:
    """Return where the shift of a point begins: the first on its side of the centre, without a break since.

    A trend that ran into it has its slope as its side, and begins on the other side of the centre. Where the point
    itself isn't of a shift but of a trend, say, the last one of its stretch that is counts.
    """
    first, side = control.segment_at(end).first, control.sides[end]
    start, sign = end, 1 if side == "high" else -1
    while start > first and control.sides[start] == side and control.rules[start] != SHIFT:
        start -= 1
    if control.rules[start] != SHIFT or control.sides[start] != side:
        start = end
    while start > first and _side(control, start - 1) == sign:
        start -= 1
    return start


def _side(control: ControlChart, place: int) -> int:
    """Return on which side of what shifts are read against a point lies: 1 above, -1 below, 0 on it or at a gap."""
    value, middle = control.values[place], control.middles[place]
    if value is None or middle is None or abs(value - middle) <= grain_of(control.values):
        return 0
    return 1 if value > middle else -1


def _lasts(control: ControlChart, end: int) -> bool:
    """Return whether the level stays where a stretch left it: three in four of the points since lie on its side.

    A single one on the other side moves no level back.
    """
    side = 1 if control.sides[end] == "high" else -1
    since = [one * side for n in range(end + 1, len(control.values)) if (one := _side(control, n))]
    return since.count(-1) <= 1 or 4 * since.count(1) >= 3 * len(since)
