"""The efficient frontier: the greatest value that every envelope could reach, with the plan on or below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from dyad_desktop.ui.charts.canvas import ChartCanvas, face, points
from dyad_desktop.ui.tokens import SMALL, theme

_KEYS = {
    int(Qt.Key.Key_Left): -1,
    int(Qt.Key.Key_Right): 1,
    int(Qt.Key.Key_PageUp): -10,
    int(Qt.Key.Key_PageDown): 10,
}


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
        # The line rises from left to right: beneath it there is room at the right, above it at the left.
        right = spot.x > axes.get_xlim()[1] * (0.78 if spot.filled else 0.4)
        axes.annotate(
            spot.text, (spot.x, spot.y), zorder=5, color=c.ink, fontproperties=face(SMALL, "SemiBold"),
            xytext=(points(-10 if right else 10), points(-14 if spot.filled else 12)),
            textcoords="offset points", ha="right" if right else "left", va="center",
            bbox={"facecolor": c.surface, "edgecolor": "none", "pad": points(2), "alpha": 0.8},
        )  # fmt: skip

    def _labels(self, axes: Any) -> None:  # noqa: ANN401
        c = theme.colours
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_locator(MaxNLocator(7))
        plain = FuncFormatter(lambda value, _n: f"{value:,.10g}".replace("-", "−"))
        axes.yaxis.set_major_formatter(plain)
        axes.xaxis.set_major_formatter(plain)
        for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            tick.set_fontproperties(face(SMALL))
            tick.set_color(c.muted)
        axes.set_title(
            self._units[1], loc="left", color=c.muted, fontproperties=face(SMALL),
            x=-theme.px(44) / self.plot_size()[0], pad=points(12),
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
