"""Whether the limits of now still tell what to expect: not where the level has moved under what they rest on.

The icons follow the published rules whatever the limits rest on. Who tells them in words asks here first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.spc import ControlChart
from dyad_desktop.domain.spc.rules import SHIFT, TREND

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


def unsettled_of(chart: MeasureChart) -> Unsettled | None:
    """Return what makes the limits of now old, the latest of several; ``None`` where they hold, or say nothing yet."""
    control = chart.control
    if control is None or not chart.judged:
        return None
    first = control.segments[-1].first
    there = [n for n, value in enumerate(control.values) if value is not None and n >= first]
    for begin, end in _stretches(control, first):
        rules = set(control.rules[begin : end + 1])
        shift = SHIFT in rules or (TREND not in rules and end - begin + 1 >= chart.settings.shift)
        # What a segment begins with is no move: one value far out is enough to leave all before it on one side.
        shift = shift and begin > first
        if end in there[-STABLE:] and (shift or TREND in rules):
            rests_on = there[: chart.settings.baseline or len(there)]
            return Unsettled(SHIFT if shift else TREND, begin, rests_on[-1] < begin)
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
