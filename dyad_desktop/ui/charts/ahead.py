"""What lies ahead of a measure's values, as drawn: a target firm from its month on, and the outlook on the year."""

from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.measure_ahead import Ahead, due_words
from dyad_desktop.domain.measure_story import DUE, Flag
from dyad_desktop.ui.charts.canvas import box_on, line_on, points
from dyad_desktop.ui.charts.ends import LIMITS
from dyad_desktop.ui.charts.measure_lines import DATED, NAN, Points, due_levels, due_parts, lay
from dyad_desktop.ui.tokens import theme

if TYPE_CHECKING:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    from dyad_desktop.domain.goals import Measure
    from dyad_desktop.domain.measuring import MeasureChart

HATCH = "////"


class AheadArtists:
    """Draws the firm part of targets with a tick in their due month, the hatched outlook, and leaders to names."""

    def __init__(self, axes: Any) -> None:  # noqa: ANN401 - matplotlib's own types
        self.firm: Line2D = line_on(axes, zorder=2)
        self.ticks: Line2D = line_on(axes, linestyle="none", marker="|", zorder=3)
        self.leaders: Line2D = line_on(axes, zorder=1.6)
        self.outlook: Rectangle = box_on(
            axes, facecolor="none", hatch=HATCH, zorder=1.5, visible=False
        )
        self.expected: Line2D = line_on(axes, zorder=1.8)

    def style(self) -> None:
        """Take up theme and zoom."""
        c = theme.colours
        self.firm.set(color=c.ink, linestyle="-")
        self.ticks.set(color=c.ink, markersize=points(12), markeredgewidth=points(2))
        self.outlook.set(edgecolor=c.faint, linewidth=0)
        self.outlook.set_hatch_linewidth(points(1))
        self.expected.set(color=c.ink, linewidth=points(1), linestyle="-")
        self.leaders.set(color=c.line_strong, linewidth=points(0.8), linestyle=(0, (1, 3)))

    def place(self, chart: "MeasureChart", drawn: dict[str, Points], ahead: Ahead) -> None:
        """Move the artists to their places, and leave in ``drawn`` what of the targets isn't due yet."""
        firm: Points = ([], [])
        for name in DATED:
            if name in drawn:
                before, after = due_parts(drawn[name], ahead)
                drawn[name] = before
                _join(firm, after)
        lay(self.firm, *firm)
        self.firm.set_linewidth(points(1.3 if ahead.due is None else 1.6))
        levels = due_levels(chart.measure, ahead)
        lay(self.ticks, [ahead.due.at] * len(levels) if ahead.due else [], levels)
        self._place_outlook(chart, ahead)
        leaders: Points = ([], [])
        end = len(chart.series.places) + len(ahead.places) - 0.5
        for name in LIMITS if ahead.places else ():
            if name in drawn:
                xs, ys = drawn[name]
                _join(leaders, ([xs[-1], end], [ys[-1]] * 2))
        lay(self.leaders, *leaders)

    def _place_outlook(self, chart: "MeasureChart", ahead: Ahead) -> None:
        """Span the interval from the last value's place to the end of its year."""
        reach = ahead.reach
        self.outlook.set_visible(reach is not None)
        if reach is None:
            lay(self.expected, [], [])
        else:
            count = len(chart.series.places)
            first, end = count - 1, count + len(ahead.places) - 0.5
            self.outlook.set_bounds(first, reach.low, end - first, reach.high - reach.low)
            lay(self.expected, [first, end], [reach.outlook] * 2)


def _join(line: Points, other: Points) -> None:
    """Add a line to another, apart from it."""
    line[0].extend([*other[0], *other[0][-1:]])
    line[1].extend([*other[1], *([NAN] if other[1] else [])])


def due_flags(measure: "Measure", ahead: Ahead) -> tuple[Flag, ...]:
    """Return what stands over the due month, its line down to the lowest level that is due."""
    levels = due_levels(measure, ahead)
    if ahead.due is None or not levels:
        return ()
    return (Flag(ahead.due.at, due_words(measure, ahead.due), DUE, foot=min(levels)),)
