"""What stands at the right end of a measure's lines: each one's name and value, none over another."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dyad_desktop.domain.fiscal import month_year_label, month_year_short
from dyad_desktop.domain.measure_ahead import outlook_rows
from dyad_desktop.domain.measure_words import limit_text
from dyad_desktop.domain.scorecard import NO_DATA, show_level, status_of, told_value
from dyad_desktop.ui.charts.canvas import Label, text_width
from dyad_desktop.ui.tokens import BODY, SMALL, theme

if TYPE_CHECKING:
    from dyad_desktop.domain.measure_ahead import Ahead
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.domain.proposed import Preview
    from dyad_desktop.ui.charts.canvas import ChartCanvas
    from dyad_desktop.ui.charts.measure_lines import Points

LIMITS = ("centre", "upper", "lower")
ROW = 15
"""Height of a row of text."""
AWAY = 6
"""Pixels between the end of a line and its text."""
STRONG = ("target", "low")


@dataclass(frozen=True, slots=True)
class End:
    """The rows of text that belong to a level; the first row stands at it."""

    level: float
    rows: tuple[str, ...]
    colour: str
    strong: bool = False
    size: int = SMALL


def last_end(chart: "MeasureChart") -> End:
    """Return the latest value in the colour of its state."""
    last = chart.last
    assert last is not None  # noqa: S101 - a chart with places has values
    value, when = chart.series.values[last] or Decimal(0), chart.series.places[last]
    status = status_of(chart.measure, value, when)
    colour = theme.colours.ink if status == NO_DATA else theme.status(status).name()
    shown = told_value(chart.measure, value, when, unit=False)
    return End(float(value), (shown,), colour, strong=True, size=BODY)


def line_ends(chart: "MeasureChart", drawn: "dict[str, Points]", ahead: "Ahead") -> list[End]:
    """Return what is written at the ends of the lines."""
    c, due = theme.colours, ahead.due
    colours = {"target": c.ink, "low": c.ink, "amber": c.at_risk}
    found = []
    for name, (_xs, ys) in drawn.items():
        level = ys[-1]
        if level != level:  # noqa: PLR0124 - not a number
            continue
        plain = show_level(chart.measure, Decimal(repr(level)), unit=False)
        text = f"{_name(name, chart)} {limit_text(chart, level) if name in LIMITS else plain}"
        rows = [text]
        if name == "target" and due is not None and not due.shown:
            then = show_level(chart.measure, due.level, unit=False)
            other = "" if float(due.level) == level else f"{then} "
            rows.append(f"{other}due {month_year_label(due.period)}")
        found.append(End(level, tuple(rows), colours.get(name, c.muted), name in STRONG))
    if ahead.reach is not None:
        found.append(End(ahead.reach.outlook, outlook_rows(chart, ahead.reach), c.ink))
    return found


def preview_ends(previews: "Sequence[Preview]", others: Sequence[End], height: float) -> list[End]:
    """Return what is written at the ends of proposed limits, with their month where there are several.

    Their limits are left to the words under the chart where the others leave no room in so many pixels.
    """
    taken = sum(len(end.rows) for end in others) + 1
    roomy = (taken + 2 * len(previews)) * theme.px(ROW) <= height + theme.px(ROW)
    return [_preview_end(one, dated=len(previews) > 1, whole=roomy) for one in previews]


def _preview_end(preview: "Preview", *, dated: bool, whole: bool) -> End:
    since = f" {month_year_short(preview.period)}:" if dated else ""
    what = "proposed" if preview.waits else "on trial"
    rows = [f"{what}{since} {preview.name} {preview.mean}"]
    if preview.limits and whole:
        rows.append(f"limits {preview.limits}")
    return End(preview.level, tuple(rows), theme.colours.muted)


def _name(name: str, chart: "MeasureChart") -> str:
    if name == "centre":
        return "mean" if chart.limits_at(len(chart.series.places) - 1) else "median"
    names = {"upper": "upper limit", "lower": "lower limit", "low": "at least"}
    if name == "target" and chart.measure.direction == "within":
        return "at most"
    return names.get(name, name)


def width_of(ends: Sequence[End]) -> int:
    """Return how many pixels the texts take beside the chart."""
    return theme.px(2 * AWAY) + max(
        (text_width(text, end.size) for end in ends for text in end.rows), default=0
    )


def write_ends(canvas: "ChartCanvas", ends: Sequence[End], x: float, above: int) -> None:
    """Write the texts from a place in pixels on, ``above`` pixels below the chart's top; the first keeps its level."""
    row, top = theme.px(ROW), theme.px(canvas.margins[1]) + above
    foot = canvas.height() - theme.px(canvas.margins[3])
    talls = [float(row * len(end.rows)) for end in ends]
    wanted = [
        canvas.pixel_of(0, end.level)[1] + (tall - row) / 2
        for end, tall in zip(ends, talls, strict=True)
    ]
    placed = stacked(wanted, talls, top if above else top - row / 2, foot + row / 2)
    for end, tall, middle in zip(ends, talls, placed, strict=True):
        for n, text in enumerate(end.rows):
            y = middle - tall / 2 + row * (n + 0.5)
            canvas.labels.append(
                Label(x, y, text, end.colour, end.size, strong=end.strong and not n)
            )


def stacked(
    wanted: Sequence[float], talls: Sequence[float], low: float, high: float
) -> list[float]:
    """Return the middles of blocks in a column: as near as wanted, none over another, in bounds if all fit.

    The first is placed exactly where it is wanted unless the bounds need its room; the others give way.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    first = order.index(0)
    placed = list(wanted)
    for at in range(first - 1, -1, -1):
        placed[order[at]] = min(placed[order[at]], placed[order[at + 1]] - _apart(talls, order, at))
    for at in range(first + 1, len(order)):
        placed[order[at]] = max(
            placed[order[at]], placed[order[at - 1]] + _apart(talls, order, at - 1)
        )
    edge = high
    for n in reversed(order):
        placed[n] = min(placed[n], edge - talls[n] / 2)
        edge = placed[n] - talls[n] / 2
    edge = low
    for n in order:
        placed[n] = max(placed[n], edge + talls[n] / 2)
        edge = placed[n] + talls[n] / 2
    return placed


def _apart(talls: Sequence[float], order: Sequence[int], at: int) -> float:
    """Return how far the middles of two neighbours have to be apart."""
    return (talls[order[at]] + talls[order[at + 1]]) / 2
