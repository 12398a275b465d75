"""A funnel plot: every unit by its size, within the limits that chance gives one of that size."""

from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from dyad_desktop.domain.peers import PROPORTION, RATIO, Placing, unit_words
from dyad_desktop.domain.spc.funnel import ACTION, WARNING, Funnel, FunnelPoint, limits_at
from dyad_desktop.ui.charts.canvas import (
    ChartCanvas,
    Label,
    line_on,
    points,
    text_width,
    ticks_within,
)
from dyad_desktop.ui.charts.measure_plot import TICK_GAP, TICKS, decimals_of, paint_note, tick_text
from dyad_desktop.ui.tokens import BODY, SMALL, theme

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

STEPS = 80
"""Sizes at which the limits are computed."""
NAN = float("nan")
REACH = 16
"""How near to a unit, in pixels, the mouse reads it."""
AWAY = 10
"""How far beside a unit its name stands, in pixels."""
LABEL_ROW = 15
"""Height that a label at the edge takes."""


MARKERS = {"within": "o", "warning": "D", "action": "s", "better": "s", "ours": "o"}
"""What marks a unit: round within the limits, a square beyond them, whose colour says whether that is good."""


class FunnelPlot(ChartCanvas):
    """Draws a funnel; ``show_funnel`` takes up another.

    Ours and the units beyond 99.8 % are named, those beyond 95 % where there is room.
    """

    margins = (60, 34, 112, 44)
    read = Signal(str)
    """Carries what is read of a unit, for those who hear it."""

    def __init__(self) -> None:
        super().__init__("Funnel plot")
        self.setMouseTracking(True)
        self.funnel: Funnel | None = None
        self.reading: FunnelPoint | None = None
        """The unit that is read by keys or mouse."""
        self._ours: frozenset[str] = frozenset()
        self._placing, self._better = Placing(""), ""
        axes = self.axes
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
        self._grid: Line2D = line_on(axes, zorder=0.8)
        self._lines: dict[str, Line2D] = {
            name: line_on(axes, zorder=2)
            for name in ("centre", "warning_low", "warning_high", "action_low", "action_high")
        }
        self._dots: dict[str, Line2D] = {
            name: line_on(axes, linestyle="none", marker=marker, zorder=4, clip_on=False)
            for name, marker in MARKERS.items()
        }

    def show_funnel(
        self, funnel: Funnel, ours: frozenset[str], said: str, placing: Placing, better: str = ""
    ) -> None:
        """Show a funnel; ``placing`` has the units of its axes, ``said`` is its caption.

        ``better`` is the side, ``high`` or ``low``, on which a unit beyond the limits does well, empty for neither.
        """
        self.funnel, self._ours, self._placing, self._better = funnel, ours, placing, better
        self.reading = None
        self.setAccessibleDescription(said)
        self.refresh()

    def place(self) -> None:
        """Move every artist to its place."""
        funnel = self.funnel
        if funnel is None or not funnel.points:
            return
        times = self._placing.times
        largest = max(point.size for point in funnel.points) * 1.08
        curves = self._curves(funnel, largest, times)
        ratios = [times * point.ratio for point in funnel.points]
        inner = [
            y
            for name in ("warning_low", "warning_high")
            for x, y in zip(*curves[name], strict=True)
            if x >= largest / 10
        ]
        low, high = min([*ratios, *inner]), max([*ratios, *inner])
        pad = (high - low) * 0.1 or 1.0
        self.axes.set_xlim(0, largest)
        self.axes.set_ylim(max(0.0, low - pad), high + pad)
        levels = ticks_within(TICKS, *self.axes.get_ylim())
        self.fit_left(tick_text(level, decimals_of(levels)) for level in levels)
        self._style()
        for name, (xs, ys) in curves.items():
            self._lines[name].set_data(xs, ys)
        self._points(funnel, times)
        self._ratios(largest)
        self._sizes(largest)
        self._names(funnel, times, largest)

    def _curves(
        self, funnel: Funnel, largest: float, times: float
    ) -> dict[str, tuple[list[float], list[float]]]:
        # Small units scatter most: there the limits bend, and there most of the sizes lie.
        sizes = [largest * ((n + 1) / STEPS) ** 3 for n in range(STEPS)]
        found: dict[str, tuple[list[float], list[float]]] = {
            "centre": ([0, largest], [times * funnel.centre] * 2)
        }
        for name, coverage in (("warning", WARNING), ("action", ACTION)):
            pairs = [
                limits_at(
                    size,
                    funnel.centre,
                    coverage,
                    proportion=self._placing.kind == PROPORTION,
                    spread=funnel.dispersion,
                )
                for size in sizes
            ]
            found[f"{name}_low"] = (sizes, [times * pair[0] for pair in pairs])
            found[f"{name}_high"] = (sizes, [times * pair[1] for pair in pairs])
        return found

    def _style(self) -> None:
        c = theme.colours
        self.axes.set_facecolor(c.surface)
        self._grid.set(color=c.line, linewidth=points(1))
        for name, line in self._lines.items():
            dashed = (0, (3, 3)) if name.startswith("warning") else "-"
            line.set(color=c.faint, linewidth=points(1), linestyle=dashed)
        looks = {
            "within": c.muted, "warning": c.at_risk, "action": c.off_track, "better": c.on_track, "ours": c.ink,
        }  # fmt: skip
        for name, colour in looks.items():
            fill = "none" if name == "ours" else colour
            self._dots[name].set(markerfacecolor=fill, markeredgecolor=colour)
            self._dots[name].set(markersize=points(13 if name == "ours" else 7))
            self._dots[name].set_markeredgewidth(points(1.6 if name == "ours" else 0.5))

    def _points(self, funnel: Funnel, times: float) -> None:
        for zone, artist in self._dots.items():
            found = [
                one
                for one in funnel.points
                if (one.name in self._ours if zone == "ours" else self._kind(one) == zone)
            ]
            artist.set_data([one.size for one in found], [times * one.ratio for one in found])

    def _kind(self, unit: FunnelPoint) -> str:
        """Return how a unit is marked: by its zone, but for those beyond the limits on the good side."""
        return "better" if unit.zone == "action" and unit.side == self._better else unit.zone

    def _ratios(self, largest: float) -> None:
        """Draw the lines of the ratios and write what they are."""
        low, high = self.axes.get_ylim()
        colour, left = theme.colours.muted, theme.px(self.margins[0]) - theme.px(TICK_GAP)
        levels = ticks_within(TICKS, low, high)
        self._grid.set_data(
            [x for _ in levels for x in (0, largest, largest)],
            [y for level in levels for y in (level, level, NAN)],
        )
        texts = [
            (tick_text(level, decimals_of(levels)), self.pixel_of(0, level)[1]) for level in levels
        ]
        self.labels += [Label(left, y, text, colour, across="right") for text, y in texts]
        unit = "observed / expected" if self._placing.kind == RATIO else self._placing.unit
        side = "left" if len(unit) > 4 else "right"
        self.labels.append(Label(left, theme.px(13), unit, colour, across=side))

    def _sizes(self, largest: float) -> None:
        """Write the sizes and what they are."""
        low, colour = self.axes.get_ylim()[0], theme.colours.muted
        foot = self.height() - theme.px(self.margins[3]) + theme.px(TICK_GAP)
        sizes = [float(tick) for tick in TICKS.tick_values(0, largest) if 0 <= tick <= largest]
        texts = [
            (tick_text(size, decimals_of(sizes)), self.pixel_of(size, low)[0]) for size in sizes
        ]
        self.labels += [
            Label(x, foot, text, colour, across="center", down="top") for text, x in texts
        ]
        middle, below = self.pixel_of(largest / 2, low)[0], self.height() - theme.px(12)
        self.labels.append(Label(middle, below, self._placing.size, colour, across="center"))

    def _names(self, funnel: Funnel, times: float, largest: float) -> None:
        c = theme.colours
        edge = self.pixel_of(largest, 0)[0] + theme.px(TICK_GAP)
        last = {
            "99.8 %": limits_at(
                largest,
                funnel.centre,
                ACTION,
                proportion=self._placing.kind == PROPORTION,
                spread=funnel.dispersion,
            ),
            "95 %": limits_at(
                largest,
                funnel.centre,
                WARNING,
                proportion=self._placing.kind == PROPORTION,
                spread=funnel.dispersion,
            ),
        }
        places = {text: self.pixel_of(0, times * high)[1] for text, (_low, high) in last.items()}
        centre = "as expected" if self._placing.kind == RATIO else "all units"
        places[centre] = self.pixel_of(0, times * funnel.centre)[1]
        for text, y in _apart(places).items():
            self.labels.append(Label(edge, y, text, c.muted))
        named = [one for one in funnel.points if one.name in self._ours or one.zone == "action"]
        for one in named:
            self._name(one, times)
        for one in sorted(funnel.points, key=lambda one: one.size, reverse=True):
            if one.zone == "warning" and one not in named:
                self._name(one, times, only_free=True)

    def _name(self, point: FunnelPoint, times: float, *, only_free: bool = False) -> None:
        """Name a unit, or ``only_free`` where the name covers nothing."""
        ours = point.name in self._ours
        size = BODY if ours else SMALL
        place = self._beside(point, times, text_width(point.name, size))
        if place is None and only_free:
            return
        x, y = self.pixel_of(point.size, times * point.ratio)
        x, y, across = place or (x + theme.px(AWAY), y, "left")
        made = Label(
            x, y, point.name, theme.colours.ink, size, across=across, strong=ours, ground=True
        )
        self.labels.append(made)

    def _beside(
        self, point: FunnelPoint, times: float, wide: float
    ) -> tuple[float, float, str] | None:
        """Return where a unit's name covers neither a unit nor a name: right of it, left, beneath or above."""
        x, y = self.pixel_of(point.size, times * point.ratio)
        away, half = theme.px(AWAY), theme.px(LABEL_ROW) * 0.75  # with the dot's own height
        others = [
            self.pixel_of(one.size, times * one.ratio)
            for one in (self.funnel.points if self.funnel else ())
            if one is not point
        ]

        spans = [(*_span(one), one.y) for one in self.labels]
        top, foot = theme.px(self.margins[1]), self.height() - theme.px(self.margins[3])

        def is_free(start: float, middle: float) -> bool:
            end = start + wide
            inside = start >= theme.px(self.margins[0]) and end <= self.width()
            return (
                inside
                and top <= middle <= foot
                and not any(start <= at <= end and abs(up - middle) <= half for at, up in others)
                and not any(
                    left < end and start < right and abs(up - middle) < theme.px(LABEL_ROW)
                    for left, right, up in spans
                )
            )

        row = theme.px(LABEL_ROW)
        places = (
            (x + away, y, "left", x + away),
            (x - away, y, "right", x - away - wide),
            (x, y + row, "center", x - wide / 2),
            (x, y - row, "center", x - wide / 2),
        )
        free = (one for one in places if is_free(one[3], one[1]))
        found = next(free, None)
        return found[:3] if found else None

    # -- reading a unit ------------------------------------------------------------------------

    def go_to(self, unit: FunnelPoint | None) -> None:
        """Read a unit, or none."""
        self.reading = unit
        self.update()
        if unit is not None:
            self.read.emit("; ".join(unit_words(unit, self._placing)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Read the units from the smallest to the largest by arrow keys; Esc stops reading."""
        units = sorted(self.funnel.points, key=lambda one: one.size) if self.funnel else []
        begun = units.index(self.reading) if self.reading in units else -1
        wanted = {
            int(Qt.Key.Key_Left): begun - 1 if begun >= 0 else len(units) - 1,
            int(Qt.Key.Key_Right): begun + 1,
            int(Qt.Key.Key_Home): 0,
            int(Qt.Key.Key_End): len(units) - 1,
        }.get(event.key())
        if wanted is not None and units and not event.modifiers():
            self.go_to(units[min(max(0, wanted), len(units) - 1)])
        elif event.key() == int(Qt.Key.Key_Escape) and self.reading is not None:
            self.go_to(None)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the unit nearest to the mouse, if one is near."""
        near = (
            [(self._away(one, event.position()), one) for one in self.funnel.points]
            if self.funnel
            else []
        )
        away, unit = min(near, key=lambda pair: pair[0], default=(NAN, None))
        found = unit if away <= theme.px(REACH) else None
        if found != self.reading:
            self.go_to(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading when the mouse leaves, unless the keys read."""
        QWidget.leaveEvent(self, event)
        if not self.hasFocus():
            self.go_to(None)

    def _away(self, unit: FunnelPoint, at: QPointF) -> float:
        x, y = self.pixel_of(unit.size, self._placing.times * unit.ratio)
        return hypot(x - at.x(), y - at.y())

    def paint_over(self, painter: QPainter) -> None:
        """Paint a ring about the unit that is read, and what is read of it."""
        unit = self.reading
        if unit is None:
            return
        x, y = self.pixel_of(unit.size, self._placing.times * unit.ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("ink"), theme.px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), theme.px(8), theme.px(8))
        top = theme.px(self.margins[1]) + theme.px(4)
        paint_note(painter, unit_words(unit, self._placing), x, top, self.width())


def _span(label: Label) -> tuple[float, float]:
    """Return where a label begins and ends across."""
    wide = text_width(label.text, label.size)
    start = label.x - {"left": 0.0, "center": wide / 2, "right": wide}[label.across]
    return start, start + wide


def _apart(places: dict[str, float]) -> dict[str, float]:
    """Move labels at one edge so far up that each stands over the one beneath it; heights count from the top."""
    found: dict[str, float] = {}
    below = float("inf")
    for text, y in sorted(places.items(), key=lambda one: -one[1]):
        below = found[text] = min(y, below - theme.px(LABEL_ROW))
    return found
