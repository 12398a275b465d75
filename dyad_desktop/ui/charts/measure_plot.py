"""The chart of one measure: values, limits, targets over time, signals, and what was done when."""

from collections.abc import Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from dyad_desktop.domain.fiscal import add_months, day_label, month_label, month_year_short
from dyad_desktop.domain.measure_ahead import NOTHING_AHEAD, Ahead, place_words
from dyad_desktop.domain.measure_story import Band, Flag, happenings
from dyad_desktop.ui.charts import measure_lines as lines
from dyad_desktop.ui.charts.ahead import AheadArtists, due_flags
from dyad_desktop.ui.charts.canvas import (
    ChartCanvas,
    Label,
    line_on,
    points,
    text_width,
    ticks_within,
)
from dyad_desktop.ui.charts.ends import (
    AWAY,
    LIMITS,
    End,
    last_end,
    line_ends,
    preview_ends,
    width_of,
    write_ends,
)
from dyad_desktop.ui.charts.story import STORY_SHARE, Story
from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, font, theme

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.domain.proposed import Preview

NORMAL = QFont.Weight.Normal
TICK, WIDE_TICK = 62, 84
"""Least pixels between two labels of the time axis, months and quarters."""
EDGE = 0.6
"""How far the time axis reaches beyond the first and last point."""
NARROWEST = 64
"""Least pixels at 100 % beside the chart."""
MOST_PLACES, TINY = 6, 1e-9
MEANINGS = (lines.GOOD, lines.BAD, lines.NEITHER)
SHAPES = (lines.UP, lines.DOWN, lines.LEVEL)
NOT_YET = (0, (14, 5))
"""The dashes of a target that isn't due yet."""
LEVELS = ("target", "low", "stretch", "amber", "benchmark")
TICKS = MaxNLocator(5, min_n_ticks=3, steps=[1, 2, 5, 10])
TICK_GAP = 6
"""Pixels between an axis and what is written at it."""

ON_TRIAL: tuple[Any, Any] = ((0, (2, 4)), (0, (2, 4)))
STANDING: tuple[Any, Any] = ((0, (6, 3)), "-")
"""How limits and their centre are drawn while they say nothing yet, and from then on."""
WAITING = (0, (5, 3))
"""The dashes of limits that are proposed."""


class MeasurePlot(ChartCanvas):
    """Draws one measure; ``show_chart`` takes up another. Artists are made once and moved.

    The mouse or the arrow keys read a point: its values stand beside it, and ``read`` carries them for a screen reader.
    A double click or Enter asks by ``noting`` to write down what happened there.
    """

    read = Signal(str)
    noting = Signal()

    margins = (52, 34, 112, 30)

    def __init__(self) -> None:
        super().__init__("Control chart")
        self.chart: MeasureChart | None = None
        self.reading = -1
        """The place that is read; -1 while none is."""
        self.setMouseTracking(True)
        axes = self.axes
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
        self._grid: Line2D = line_on(axes, zorder=0.8)
        self.story = Story(axes)
        self._line: Line2D = line_on(axes, zorder=4)
        self._dots: Line2D = line_on(axes, linestyle="none", marker="o", zorder=5)
        self._open: Line2D = line_on(axes, linestyle="none", marker="o", zorder=7)
        self._marks: dict[tuple[str, str], Line2D] = {
            (meaning, shape): line_on(axes, linestyle="none", marker=shape, zorder=6)
            for meaning in MEANINGS
            for shape in SHAPES
        }
        self.rules: dict[str, Line2D] = {
            name: line_on(axes, zorder=2)
            for name in (*LEVELS, *LIMITS, *lines.APART.values(), *lines.PROPOSED.values())
        }
        self.ahead = AheadArtists(axes)
        self._ahead = NOTHING_AHEAD
        self._previews: tuple[Preview, ...] = ()
        self._happened = partial(happenings, (), ())
        self._styled: tuple[bool, float, bool] | None = None

    def show_chart(
        self,
        chart: "MeasureChart",
        flags: Sequence[Flag],
        bands: Sequence[Band],
        said: str,
        ahead: Ahead = NOTHING_AHEAD,
        previews: "Sequence[Preview]" = (),
    ) -> None:
        """Show a measure with what happened, what lies ahead and is proposed; ``said`` is its caption."""
        if self.chart is None or self.chart.measure.id != chart.measure.id:
            self.reading = -1
        self.chart, self._ahead, self._previews = chart, ahead, tuple(previews)
        self.reading = min(self.reading, len(self._places) - 1)
        self._happened = partial(happenings, tuple(flags), tuple(bands))
        self.story.take((*flags, *due_flags(chart.measure, ahead)), bands)
        self.setAccessibleName(f"Chart of {chart.measure.title}")
        self.setAccessibleDescription(f"{said} The key T shows the values as a table.")
        self.refresh()

    # -- placing -------------------------------------------------------------------------------

    def place(self) -> None:
        """Move every artist to its place."""
        chart = self.chart
        if chart is None or not chart.series.places:
            return
        self._style(chart)
        drawn = self._drawn(chart)
        last, ends = last_end(chart), line_ends(chart, drawn, self._ahead)
        ends += preview_ends(self._previews, ends, self.plot_size()[1])
        drawn |= lines.preview_lines(self._previews)
        self._fit_right(width_of(ends))
        beside = self._room_ahead(chart) > width_of([last]) + theme.px(AWAY)
        if not beside:
            ends.insert(0, last)
            self._fit_right(width_of(ends))
        self._axes_limits(chart, drawn)
        left, ticks = self.margins[0], ticks_within(TICKS, *self.axes.get_ylim())
        self.fit_left(tick_text(tick, decimals_of(ticks)) for tick in ticks)
        if self.margins[0] != left:
            self._axes_limits(chart, drawn)  # flags have other rows in another width
        self._series(chart)
        self._time()
        self._levels(chart)
        self.ahead.place(chart, drawn, self._ahead)
        for name, artist in self.rules.items():
            lines.lay(artist, *drawn.get(name, ((), ())))
        edge = self.width() - theme.px(self.margins[2] - AWAY)
        write_ends(self, ends, edge, self.story.room(self)[0])
        if beside:
            self._write_last(last, chart.last or 0)
        self.story.place(self)

    @property
    def _places(self) -> tuple[str, ...]:
        """The places of the time axis: those of the values, and those ahead of them."""
        return () if self.chart is None else (*self.chart.series.places, *self._ahead.places)

    def _fit_right(self, wide: int) -> None:
        """Make the right margin as wide as the texts beside the chart, but never narrow nor half the chart."""
        left, top, _right, bottom = self.margins
        right = max(NARROWEST, ceil(min(wide, self.width() / 3) / theme.scale))
        self.take_margins((left, top, right, bottom))

    def _room_ahead(self, chart: "MeasureChart") -> float:
        """Return how many pixels there are from the last point to the next line that stands, or the chart's end."""
        count, last, due = len(self._places), chart.last or 0, self._ahead.due
        end = due.at if due is not None and due.shown and due.at > last else count - 0.5
        step = self.plot_size()[0] / (count - 1 + 2 * EDGE)
        return (end - last) * step if self._ahead.places else 0.0

    def _write_last(self, last: End, place: int) -> None:
        """Write the last value beside its point, where the axis goes on."""
        x, y = self.pixel_of(place, last.level)
        x += theme.px(AWAY + 2)
        self.labels.append(
            Label(x, y, last.rows[0], last.colour, last.size, strong=True, ground=True)
        )

    def _style(self, chart: "MeasureChart") -> None:
        """Give the artists their look, unless theme, zoom and what the limits are worth are those of last time."""
        wanted = (theme.dark, theme.scale, chart.trial)
        if wanted == self._styled:
            return
        self._styled = wanted
        c, axes = theme.colours, self.axes
        axes.set_facecolor(c.surface)
        self._grid.set(color=c.line, linewidth=points(1))
        self._line.set(color=c.ink, linewidth=points(1.2))
        self._dots.set(color=c.muted, markersize=points(6), markeredgecolor=c.surface)
        self._dots.set_markeredgewidth(points(1))
        self._open.set(markerfacecolor=c.surface, markeredgecolor=c.muted, markersize=points(6))
        self._open.set_markeredgewidth(points(1.4))
        for (meaning, _shape), artist in self._marks.items():
            artist.set(color=lines.colour_of(meaning), markeredgecolor=c.surface)
            artist.set(markersize=points(9 if meaning != lines.NEITHER else 7))
            artist.set_markeredgewidth(points(0.8))
        looks_of = (ON_TRIAL, STANDING) if chart.trial else (STANDING, ON_TRIAL)
        (limit, centre), (other_limit, other_centre) = looks_of
        looks: dict[str, tuple[str, float, Any]] = {
            "target": (c.ink, 1.0, NOT_YET),
            "low": (c.ink, 1.0, NOT_YET),
            "stretch": (c.muted, 1.0, ":"),
            "amber": (c.at_risk, 1.0, (0, (5, 3))),
            "benchmark": (c.faint, 1.0, (0, (8, 2, 1, 2))),
            "centre": (c.faint, 1.0, centre),
            "upper": (c.faint, 1.0, limit),
            "lower": (c.faint, 1.0, limit),
            "centre apart": (c.faint, 1.0, other_centre),
            "upper apart": (c.faint, 1.0, other_limit),
            "lower apart": (c.faint, 1.0, other_limit),
        }
        looks |= dict.fromkeys(lines.PROPOSED.values(), (c.line_strong, 1.6, WAITING))
        for name, (colour, width, style) in looks.items():
            self.rules[name].set(color=colour, linewidth=points(width), linestyle=style)
        self.ahead.style()

    def _drawn(self, chart: "MeasureChart") -> dict[str, lines.Points]:
        """Return the lines that are drawn, by name."""
        measure = chart.measure
        found = lines.level_lines(chart, self._ahead.places)
        if measure.benchmark is not None:
            found["benchmark"] = lines.steps([measure.benchmark] * len(self._places))
        if chart.control is not None:
            return found | lines.limit_parts(chart)
        if chart.recorded:
            found["centre"] = lines.median_line(chart)
        return found

    def _axes_limits(self, chart: "MeasureChart", drawn: dict[str, lines.Points]) -> None:
        """Set both axes' limits, with room above for flags and below for bands."""
        shown = [lines.number(value) for value in chart.series.values]
        levels = [y for _xs, ys in drawn.values() for y in ys]
        reach = self._ahead.reach
        spans = (reach.low, reach.high) if reach else ()
        bounds = [value for value in (*shown, *levels, *spans) if value == value]  # noqa: PLR0124 - not NaN
        low, high = min(bounds), max(bounds)
        pad = (high - low) * 0.08 or max(abs(high) * 0.1, 1.0)
        low = max(0.0, low - pad) if low >= 0 else low - pad
        high += pad
        self.axes.set_xlim(-EDGE, max(len(self._places) - 1, 1) + EDGE)
        _width, height = self.plot_size()
        above, below = self.story.room(self)
        if 0 < above + below < height * STORY_SHARE:
            tall = (high - low) * height / (height - above - below)
            low, high = low - tall * below / height, high + tall * above / height
        self.axes.set_ylim(low, high)

    def _series(self, chart: "MeasureChart") -> None:
        shown = [lines.number(value) for value in chart.series.values]
        self._line.set_data(*lines.value_line(chart))
        marks = lines.marks_of(chart)
        marked = {mark.place for mark in marks}
        provisional = [
            n for n, place in enumerate(chart.series.places)
            if chart.measure.marks.get(place) == "provisional" and n not in marked
        ]  # fmt: skip
        plain = [n for n in range(len(shown)) if n not in marked and n not in provisional]
        lines.lay(self._dots, plain, [shown[place] for place in plain])
        lines.lay(self._open, provisional, [shown[place] for place in provisional])
        for (meaning, shape), artist in self._marks.items():
            places = [m.place for m in marks if (m.meaning, m.shape) == (meaning, shape)]
            lines.lay(artist, places, [shown[place] for place in places])

    def _time(self) -> None:
        width, _height = self.plot_size()
        places, colour = self._places, theme.colours.muted
        step = self.chart.measure.step if self.chart else 1
        room = max(1, int(width // theme.px(TICK if step == 1 else WIDE_TICK)))
        every = next((n for n in (1, 2, 3, 4, 6, 12, 24, 48) if len(places) / n <= room), 96)
        foot = self.height() - theme.px(self.margins[3]) + theme.px(TICK_GAP)
        self.labels += [
            Label(
                self.pixel_of(at, 0)[0],
                foot,
                tick_label(places[at], step),
                colour,
                across="center",
                down="top",
            )
            for at in range(0, len(places), every)
        ]

    def _levels(self, chart: "MeasureChart") -> None:
        """Draw the lines of the value axis and write what they are."""
        low, high = self.axes.get_ylim()
        ticks = ticks_within(TICKS, low, high)
        places, left = decimals_of(ticks), theme.px(self.margins[0])
        first, last = self.axes.get_xlim()
        self._grid.set_data(
            [x for _ in ticks for x in (first, last, last)],
            [y for tick in ticks for y in (tick, tick, lines.NAN)],
        )
        colour = theme.colours.muted
        self.labels += [
            Label(
                left - theme.px(TICK_GAP),
                self.pixel_of(first, tick)[1],
                tick_text(tick, places),
                colour,
                across="right",
            )
            for tick in ticks
        ]
        unit = chart.measure.unit or ""
        side = "right" if text_width(unit) < left - theme.px(TICK_GAP) else "left"
        x = left - theme.px(TICK_GAP) if side == "right" else theme.px(TICK_GAP)
        self.labels.append(Label(x, theme.px(13), unit, colour, across=side))

    # -- reading a point -----------------------------------------------------------------------

    def go_to(self, place: int) -> None:
        """Read a point or a place ahead of them, within what there is."""
        self.reading = min(max(0, place), len(self._places) - 1)
        self.update()
        if self.chart is not None and self.reading >= 0:
            self.read.emit("; ".join(self._words(self.chart, self.reading)))

    @property
    def read_month(self) -> str:
        """The month, such as ``2026-10``, of the point that is read; empty while none is."""
        return self._places[self.reading][:7] if 0 <= self.reading < len(self._places) else ""

    def _words(self, chart: "MeasureChart", place: int) -> tuple[str, ...]:
        """Return what is read of a place: its value, and what happened then."""
        return (*place_words(chart, self._ahead, place), *self._happened(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read the points by arrow keys; Enter notes what happened, Esc stops reading, others are the page's."""
        count = len(self.chart.series.places) if self.chart else 0
        begun = self.reading if self.reading >= 0 else count
        wanted = {
            int(Qt.Key.Key_Left): begun - 1,
            int(Qt.Key.Key_Right): self.reading + 1,
            int(Qt.Key.Key_Home): 0,
            int(Qt.Key.Key_End): count - 1,
        }.get(event.key())
        if wanted is not None and not event.modifiers():
            self.go_to(wanted)
        elif event.key() == int(Qt.Key.Key_Escape) and self.reading >= 0:
            self.reading = -1
            self.update()
        elif event.key() in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)) and self.reading >= 0:
            self.noting.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to note what happened at the point under the mouse."""
        self.mouseMoveEvent(event)
        if self.reading >= 0:
            self.noting.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the point under the mouse."""
        first, last = self.axes.get_xlim()
        share = (event.position().x() - theme.px(self.margins[0])) / self.plot_size()[0]
        place = round(first + share * (last - first))
        if 0 <= place < len(self._places) and place != self.reading:
            self.reading = place
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading when the mouse leaves, unless the keys read."""
        QWidget.leaveEvent(self, event)
        if not self.hasFocus():
            self.reading = -1
            self.update()

    def paint_over(self, painter: QPainter) -> None:
        """Paint the point that is read and what is read there."""
        chart = self.chart
        if chart is None or self.reading < 0:
            return
        values = chart.series.values
        value = lines.number(values[self.reading] if self.reading < len(values) else None)
        x, y = self.pixel_of(self.reading, value)
        top, foot = theme.px(self.margins[1]), self.height() - theme.px(self.margins[3])
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, foot))
        if value == value:  # noqa: PLR0124 - not a gap
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("ink"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), theme.px(6), theme.px(6))
        words = self._words(chart, self.reading)
        paint_note(painter, words, x, top + theme.px(4), self.width())


def paint_note(painter: QPainter, texts: Sequence[str], x: float, top: float, width: int) -> None:
    """Paint lines of text in a box right of a place, or left of it where there is no room."""
    painter.setFont(font(SMALL))
    metrics, pad = painter.fontMetrics(), theme.px(7)
    wide = max(metrics.horizontalAdvance(text) for text in texts) + 2 * pad
    row = metrics.height() + theme.px(2)
    left = x + theme.px(10) if x + wide + theme.px(14) < width else x - wide - theme.px(10)
    box = QRectF(left, top, wide, row * len(texts) + 2 * pad)
    painter.setPen(QPen(theme.colour("line_strong"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(box, theme.px(4), theme.px(4))
    painter.setPen(theme.colour("ink"))
    for n, text in enumerate(texts):
        painter.setFont(font(SMALL, NORMAL if n else SEMIBOLD))
        painter.drawText(QPointF(left + pad, top + pad + row * n + metrics.ascent()), text)


def tick_label(place: str, step: int = 1) -> str:
    """Return ``Oct 26`` of a month, ``Oct–Dec 26`` of a quarter, ``4 Oct 2026`` of a day."""
    if len(place) > len("2026-10"):
        return day_label(place)
    first = f"{month_label(place)}–" if step > 1 else ""
    return f"{first}{month_year_short(add_months(place, step - 1))}"


def tick_text(value: float, places: int) -> str:
    """Return a level with so many decimal places."""
    return f"{value:,.{places}f}".replace("-", "\N{MINUS SIGN}")


def decimals_of(ticks: Sequence[float]) -> int:
    """Return how many places levels need to be told exactly."""
    exact = (
        n for n in range(MOST_PLACES) if all(abs(round(tick, n) - tick) < TINY for tick in ticks)
    )
    return next(exact, MOST_PLACES)
