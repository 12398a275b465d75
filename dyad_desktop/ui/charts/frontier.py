"""The efficient frontier: the greatest value that every envelope could reach, with the plan on or below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent

from dyad_desktop.ui.charts.canvas import ChartCanvas, Label, face, points, ticks_within
from dyad_desktop.ui.charts.labels import best_boxes
from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, font, theme

_KEYS = {
    int(Qt.Key.Key_Left): -1,
    int(Qt.Key.Key_Right): 1,
    int(Qt.Key.Key_PageUp): -10,
    int(Qt.Key.Key_PageDown): 10,
}


_MARK, _AWAY = 7, 10
"""Half of a mark with what stands free around it, and how far its name begins from its middle, in pixels."""
_BELOW = (
    (1, 1), (-1, 1), (0, 1), (1, 0), (-1, 0), (-1, -1), (0, -1), (1, -1),
    (0.5, 1), (-0.5, 1), (-0.5, -1), (0.5, -1),
)  # fmt: skip
_ABOVE = tuple((across, -down) for across, down in ((-1, 1), (1, 1), *_BELOW[2:]))
"""Sides of a place from left −1 to right 1 and from above −1 to below 1, the best first."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A marked place: envelope and value in the units of the axes, and what is written beside it."""

    x: float
    y: float
    text: str
    filled: bool


class FrontierChart(ChartCanvas):
    """Steps from left to right. ``chosen`` carries the place of the step that was reached by a key or a click."""

    chosen = Signal(int)
    margins = (56, 34, 24, 44)

    def __init__(self) -> None:
        super().__init__("Net present value that each envelope could reach")
        self._steps: tuple[tuple[float, float], ...] = ()
        self._spots: tuple[Spot, ...] = ()
        self._units = ("", "")
        self._envelope: float | None = None
        self.selected = -1

    def show_steps(
        self, steps: Sequence[tuple[float, float]], spots: Sequence[Spot],
        envelope: float | None, units: tuple[str, str], said: str,
    ) -> None:  # fmt: skip
        """Show (envelope, value) of each step; ``units`` name both axes, ``said`` is the caption."""
        self._steps, self._spots = tuple(steps), tuple(spots)
        self._envelope, self._units = envelope, units
        self.selected = min(self.selected, len(self._steps) - 1)
        self.setAccessibleDescription(f"{said} The table, key T, shows the same.")
        self.refresh()

    def select(self, place: int) -> None:
        """Mark a step."""
        self.selected = place
        self.refresh()

    # -- drawing -------------------------------------------------------------------------------

    def place(self) -> None:
        """Draw the steps: few artists, made anew when data or size changed."""
        axes, c = self.axes, theme.colours
        axes.clear()
        axes.set_facecolor(c.surface)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0, pad=points(6))
        axes.grid(visible=True, axis="y", color=c.line, linewidth=0.8)
        axes.set_axisbelow(True)
        if not self._steps:
            return
        self._limits(axes)
        self.fit_left(map(_plain, ticks_within(MaxNLocator(5), *axes.get_ylim())))
        xs = [x for x, _ in self._steps] + [axes.get_xlim()[1]]
        ys = [y for _, y in self._steps] + [self._steps[-1][1]]
        axes.fill_between(xs, ys, axes.get_ylim()[0], step="post", color=c.band, zorder=1)
        axes.step(xs, ys, where="post", color=c.ink, linewidth=points(1.6), zorder=3)
        if self._envelope is not None:
            axes.axvline(
                self._envelope, color=c.muted, linewidth=points(1), linestyle=(0, (4, 3)), zorder=2
            )
        for spot in self._spots:
            self._spot(axes, spot)
        if 0 <= self.selected < len(self._steps):
            x, y = self._steps[self.selected]
            axes.plot(
                [x],
                [y],
                marker="D",
                markersize=points(8),
                color=c.on_track,
                zorder=6,
                clip_on=False,
            )
        self._labels(axes)
        self._name_spots()

    def _limits(self, axes: Any) -> None:  # noqa: ANN401 - matplotlib's own type
        right = max(x for x, _ in self._steps) * 1.04 or 1.0
        if self._envelope is not None:
            right = max(right, self._envelope * 1.04)
        values = [*(y for _, y in self._steps), *(spot.y for spot in self._spots)]
        low, high = min([0.0, *values]), max([0.0, *values])
        room = (high - low or 1.0) * 0.12
        axes.set_xlim(0, right)
        axes.set_ylim(low - (room if low < 0 else 0), high + room)

    def _spot(self, axes: Any, spot: Spot) -> None:  # noqa: ANN401
        c = theme.colours
        axes.plot(
            [spot.x], [spot.y], marker="o", markersize=points(9), zorder=5, clip_on=False,
            markerfacecolor=c.ink if spot.filled else c.surface, markeredgecolor=c.ink,
            markeredgewidth=points(1.6),
        )  # fmt: skip

    def _name_spots(self) -> None:
        """Write what the marked places are beside them, and on nothing else."""
        wishes = [
            [_beside(self.pixel_of(spot.x, spot.y), spot.text, side) for side in _sides(spot)]
            for spot in self._spots
        ]
        wide, tall = self.plot_size()
        left, top, right, _ = (theme.px(part) for part in self.margins)
        within = QRectF(left, top, wide + right, tall)
        chosen = best_boxes(
            [[label_box(one) for one in labels] for labels in wishes],
            within, self._marks(), self._lines(),
        )  # fmt: skip
        self.labels += [labels[place] for labels, place in zip(wishes, chosen, strict=True)]

    def _marks(self) -> list[QRectF]:
        half = theme.px(_MARK)
        places = [self.pixel_of(spot.x, spot.y) for spot in self._spots]
        if 0 <= self.selected < len(self._steps):
            places.append(self.pixel_of(*self._steps[self.selected]))
        return [QRectF(x - half, y - half, 2 * half, 2 * half) for x, y in places]

    def _lines(self) -> list[QRectF]:
        """Return the steps and the envelope as boxes."""
        found, last = [], None
        for x, y in (self.pixel_of(*step) for step in self._steps):
            if last is not None:
                found += [_line(*last, x, last[1]), _line(x, last[1], x, y)]
            last = x, y
        if last is not None:
            found.append(_line(*last, float(self.width()), last[1]))
        if self._envelope is not None:
            x, _ = self.pixel_of(self._envelope, 0)
            found.append(_line(x, 0, x, float(self.height())))
        return found

    def _labels(self, axes: Any) -> None:  # noqa: ANN401
        c = theme.colours
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_locator(MaxNLocator(7))
        plain = FuncFormatter(_plain)
        axes.yaxis.set_major_formatter(plain)
        axes.xaxis.set_major_formatter(plain)
        for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            tick.set_fontproperties(face(SMALL))
            tick.set_color(c.muted)
        axes.set_title(
            self._units[1], loc="left", color=c.muted, fontproperties=face(SMALL),
            x=-theme.px(self.margins[0] - 12) / self.plot_size()[0], pad=points(12),
        )  # fmt: skip
        axes.set_xlabel(
            self._units[0],
            color=c.muted,
            fontproperties=face(SMALL),
            labelpad=points(4),
            loc="right",
        )

    # -- hand ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the steps; Home and End to the first and the last; other keys are the page's."""
        last = len(self._steps) - 1
        if event.key() in _KEYS and last >= 0:
            self._choose(self.selected + _KEYS[event.key()])
        elif event.key() == int(Qt.Key.Key_Home) and last >= 0:
            self._choose(0)
        elif event.key() == int(Qt.Key.Key_End) and last >= 0:
            self._choose(last)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        self.setFocus()
        left = theme.px(self.margins[0])
        part = (event.position().x() - left) / self.plot_size()[0]
        at = part * float(self.axes.get_xlim()[1])
        reached = [n for n, (x, _) in enumerate(self._steps) if x <= at]
        if self._steps:
            self._choose(reached[-1] if reached else 0)

    def _choose(self, place: int) -> None:
        self.select(min(len(self._steps) - 1, max(0, place)))
        self.chosen.emit(self.selected)


def _plain(value: float, _place: int | None = None) -> str:
    """Return the text of a tick."""
    return f"{value:,.10g}".replace("-", "−")


def _sides(spot: Spot) -> tuple[tuple[float, float], ...]:
    """Return where a name is looked for: the line rises to the right, so beneath it at the right, above at the left."""
    return _BELOW if spot.filled else _ABOVE


def _beside(at: tuple[float, float], text: str, side: tuple[float, float]) -> Label:
    """Return the name of a place at one of its sides."""
    (x, y), (across, down) = at, side
    away, wide = theme.px(_AWAY), _width(text)
    return Label(
        x + across * (away + wide / 2), y + down * (away + theme.px(4)), text,
        theme.colours.ink, strong=True, across="center", ground=True,
    )  # fmt: skip


def _width(text: str) -> int:
    return QFontMetrics(font(SMALL, SEMIBOLD)).horizontalAdvance(text) + 2


def label_box(label: Label) -> QRectF:
    """Return what a name covers, in pixels."""
    wide, tall = _width(label.text), QFontMetrics(font(SMALL, SEMIBOLD)).height()
    return QRectF(label.x - wide / 2, label.y - tall / 2, wide, tall)


def _line(left: float, top: float, right: float, bottom: float) -> QRectF:
    """Return a line from one place to another, as thick as it is drawn."""
    return QRectF(left, top, right - left, bottom - top).normalized().adjusted(-1, -1, 1, 1)
