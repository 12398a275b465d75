"""A waterfall: from one total to another in steps, each at the height where the one before it ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter, MaxNLocator
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

from dyad_desktop.ui.charts.canvas import (
    ChartCanvas,
    box_on,
    face,
    line_on,
    points,
    text_width,
    ticks_within,
    widest,
)
from dyad_desktop.ui.charts.columns import thousands, wrapped
from dyad_desktop.ui.charts.labels import lifts
from dyad_desktop.ui.tokens import SMALL, theme

MOST = 12
"""So many bars are drawn; a bridge has at most eight categories, the rest of the year, and two ends."""
WIDE = 0.62
ROOM, FIGURE, ROW = 0.12, 22, 15
"""Part of the span, and pixels at least, that stay free above and below the bars for their figures; a row of them."""
AWAY, BESIDE = 5, 6
"""Pixels between a bar and its figure, and between two figures."""
CUT = 0.6
"""Where all totals are above this part of the highest, the axis begins above zero, and the totals show a cut."""
_CUT_WORDS = " · the axis doesn’t begin at zero"
PLAN, ACTUAL, PRIOR, FORECAST, STEP = "plan", "actual", "prior", "forecast", "step"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar between two heights in the unit shown. ``said`` stands at it; ``spoken`` is read out.

    ``look`` is ``plan``, ``actual``, ``prior`` or ``forecast`` for a total, else ``step``; ``good`` colours a step.
    """

    name: str
    look: str
    start: float
    end: float
    said: str
    spoken: str
    good: bool | None = None


class Waterfall(ChartCanvas):
    """Draws bars; arrows go from one to the next. ``picked`` carries the sentence of the one that is reached."""

    margins = (58, 34, 16, 44)
    picked = Signal(str)

    def __init__(self, *, small: bool = False) -> None:
        """Make a chart; a ``small`` one stands beside words, with little room for its axis."""
        super().__init__("Bridge")
        if small:
            self.margins = (58, 30, 16, 24)
        self._foot = self.margins[3]
        self._bars: tuple[Bar, ...] = ()
        self._unit, self._caption, self.at = "", "", -1
        self._widest = 0
        """Pixels that the widest figure takes."""
        axes = self.axes
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xticks([])
        axes.yaxis.set_major_locator(MaxNLocator(3 if small else 5))
        axes.yaxis.set_major_formatter(FuncFormatter(thousands))
        self._boxes = [box_on(axes, zorder=3) for _ in range(MOST)]
        self._cuts = [line_on(axes, zorder=4) for _ in range(2)]
        self._links = [line_on(axes, zorder=2) for _ in range(MOST)]
        self._base = axes.axhline(0, zorder=2)
        self._mark = axes.axvspan(0, 1, zorder=0)
        self._figures = [axes.text(0, 0, "", ha="center", zorder=5) for _ in range(MOST)]
        below = axes.get_xaxis_transform()
        self._names = [
            axes.text(0, 0, "", ha="center", va="top", transform=below) for _ in range(MOST)
        ]
        self._title = self.figure.text(0, 0, "")

    def show_bars(self, bars: Sequence[Bar], unit: str, said: str) -> None:
        """Show bars; ``unit`` names the axis, ``said`` is the caption."""
        self._bars, self._unit, self._caption = tuple(bars[:MOST]), unit, said
        self.at = min(self.at, len(self._bars) - 1)
        self._tell()
        self.refresh()

    # -- placing -------------------------------------------------------------------------------

    def limits(self) -> tuple[float, float]:
        """Return where the axis begins and ends: at zero, unless the steps would be too small to see."""
        heights = [
            height for bar in self._bars if bar.look == STEP for height in (bar.start, bar.end)
        ]
        heights += [bar.end for bar in self._bars if bar.look != STEP]
        low, high = min(heights, default=0.0), max(heights, default=1.0)
        if not (low > CUT * high > 0):
            low, high = min(low, 0.0), max(high, 0.0)
        span = high - low or abs(high) or 1.0
        free = min(theme.px(FIGURE + ROW * self._rows()), self.plot_size()[1] / 3)
        room = span * max(ROOM, free / max(self.plot_size()[1] - 2 * free, 1))
        return (low - room if low else 0.0), (high + room if high else 0.0) or room

    def _rows(self) -> int:
        """Return how many rows beyond the first figures may take that are wider than their columns."""
        return int((self._widest + theme.px(BESIDE)) // max(self._column, 1))

    @property
    def _column(self) -> float:
        return self.plot_size()[0] / max(len(self._bars), 1)

    def place(self) -> None:
        """Move every artist to its place."""
        names = self._fit()
        low, high = self.limits()
        self.axes.set_ylim(low, high)
        self.axes.set_xlim(-0.6, max(len(self._bars), 1) - 0.4)
        self._style()
        for n in range(MOST):
            bar = self._bars[n] if n < len(self._bars) else None
            for artist in (self._boxes[n], self._links[n], self._figures[n], self._names[n]):
                artist.set_visible(bar is not None)
            if bar is not None:
                self._box(n, bar, low)
                self._name(n, names[n])
        self._say()
        self._place_cuts(low, high)

    def _fit(self) -> list[str]:
        """Make the margins fit the texts of the axis and of the bars' names, which are returned in their lines."""
        self._widest = widest((bar.said for bar in self._bars), strong=True)
        locator = self.axes.yaxis.get_major_locator()
        self.fit_left(map(thousands, ticks_within(locator, *self.limits())))
        names = [wrapped(bar.name, self._column - theme.px(6)) for bar in self._bars]
        foot = type(self).margins[3] if any("\n" in name for name in names) else self._foot
        self.take_margins((*self.margins[:3], foot))
        return names

    def _style(self) -> None:
        c = theme.colours
        self.axes.set_facecolor(c.surface)
        self.axes.grid(visible=True, axis="y", color=c.line, linewidth=0.8)
        self.axes.set_axisbelow(True)
        for tick in self.axes.get_yticklabels():
            tick.set_fontproperties(face(SMALL))
            tick.set_color(c.muted)
        self._base.set(color=c.line_strong, linewidth=points(1))
        self._mark.set(
            visible=self.at >= 0 and self.hasFocus(), facecolor=c.selected, edgecolor="none"
        )
        self._mark.set_x(self.at - 0.5)
        self._mark.set_width(1)
        width, height = max(60, self.width()), max(60, self.height())
        self._title.set(
            text=self._unit + _CUT_WORDS * (self.limits()[0] > 0),
            x=theme.px(12) / width, y=1 - theme.px(14) / height, va="center",
            color=c.muted, fontproperties=face(SMALL),
        )  # fmt: skip

    def _box(self, n: int, bar: Bar, low: float) -> None:
        c, box = theme.colours, self._boxes[n]
        start = max(bar.start, low) if bar.look != STEP else bar.start
        box.set_bounds(n - WIDE / 2, min(start, bar.end), WIDE, abs(bar.end - start))
        colour = _colour(bar)
        solid = bar.look == ACTUAL or (bar.look == STEP and bar.good is not False)
        fill = {PRIOR: c.line_strong}.get(bar.look, colour if solid else c.surface)
        # A bad step is hatched and a forecast too, so that both are told from the others in greyscale.
        hatch = "////" if bar.look == FORECAST or (bar.look == STEP and bar.good is False) else None
        edge = c.muted if bar.look in (PLAN, PRIOR) else colour
        box.set(facecolor=fill, edgecolor=edge, linewidth=points(1.3), hatch=hatch)
        last = n == len(self._bars) - 1
        self._links[n].set_data([n - WIDE / 2, n + 1 + WIDE / 2], [bar.end, bar.end])
        self._links[n].set(color=c.muted, linewidth=points(0.8), visible=not last)

    def _say(self) -> None:
        """Write the bars' figures; one that would lie on another stands a row further from its bar."""
        boxes = [self._figure_box(n, bar) for n, bar in enumerate(self._bars)]
        above = [not _below(bar) for bar in self._bars]
        low, high = self.axes.get_ylim()
        pixel = (high - low) / max(self.plot_size()[1], 1)
        moved = lifts(boxes, above, theme.px(ROW))
        for n, (bar, up, rows) in enumerate(zip(self._bars, above, moved, strict=True)):
            away = (theme.px(AWAY) + rows * theme.px(ROW)) * pixel
            edge = max(bar.start, bar.end) if up else min(bar.start, bar.end)
            self._figures[n].set(
                position=(n, edge + away if up else edge - away), text=bar.said,
                va="bottom" if up else "top", color=_colour(bar), fontproperties=face(SMALL, "SemiBold"),
            )  # fmt: skip

    def _figure_box(self, n: int, bar: Bar) -> QRectF:
        """Return what a figure covers beside its bar, with a gap to its neighbours, in pixels."""
        below = _below(bar)
        x, edge = self.pixel_of(n, min(bar.start, bar.end) if below else max(bar.start, bar.end))
        wide, tall = text_width(bar.said, strong=True) + theme.px(BESIDE), theme.px(ROW)
        return QRectF(
            x - wide / 2,
            edge + theme.px(AWAY) if below else edge - theme.px(AWAY) - tall,
            wide,
            tall,
        )

    def _name(self, n: int, name: str) -> None:
        c = theme.colours
        away = theme.px(7) / max(self.plot_size()[1], 1)
        self._names[n].set(
            position=(n, -away), text=name, color=c.ink,
            fontproperties=face(SMALL),
        )  # fmt: skip

    def _place_cuts(self, low: float, high: float) -> None:
        """Cut the totals near their foot where the axis doesn't begin at zero."""
        ends = [n for n, bar in enumerate(self._bars) if bar.look != STEP]
        height = low + (high - low) * 0.07
        rise = (high - low) * 0.02
        for cut, n in zip(self._cuts, ends[:1] + ends[-1:], strict=False):
            cut.set_visible(low > 0)
            cut.set_data([n - WIDE / 2 - 0.06, n + WIDE / 2 + 0.06], [height - rise, height + rise])
            cut.set(color=theme.colours.surface, linewidth=points(4))

    # -- reading -------------------------------------------------------------------------------

    def go_to(self, at: int) -> None:
        """Make a bar the current one and say it."""
        if not self._bars:
            return
        self.at = min(max(0, at), len(self._bars) - 1)
        self._tell()
        self.picked.emit(self.spoken)
        self.refresh()

    @property
    def spoken(self) -> str:
        """Return what the current bar says; empty while none is."""
        return self._bars[self.at].spoken if 0 <= self.at < len(self._bars) else ""

    def _tell(self) -> None:
        keys = "Arrows read the steps; the key T shows them as a table."
        self.setAccessibleDescription(f"{self._caption} {self.spoken} {keys}".replace("  ", " "))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the steps by arrows; leave other keys to the page."""
        ways = {
            int(Qt.Key.Key_Left): self.at - 1,
            int(Qt.Key.Key_Right): self.at + 1,
            int(Qt.Key.Key_Home): 0,
            int(Qt.Key.Key_End): len(self._bars) - 1,
        }
        if event.key() in ways and not event.modifiers():
            self.go_to(ways[event.key()])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make the bar under the pointer the current one."""
        self.setFocus()
        inner = self.plot_size()[0]
        share = (event.position().x() - theme.px(self.margins[0])) / inner
        self.go_to(int(share * len(self._bars)) if 0 <= share < 1 else self.at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first bar."""
        super().focusInEvent(event)
        if self.at < 0:
            self.go_to(0)
        self.refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark of the current bar away."""
        super().focusOutEvent(event)
        self.refresh()


def _below(bar: Bar) -> bool:
    """Return whether a bar's figure stands beneath it."""
    return bar.look == STEP and bar.good is False


def _colour(bar: Bar) -> str:
    c = theme.colours
    return c.ink if bar.good is None else c.on_track if bar.good else c.off_track


def heights(start: float, effects: Sequence[float]) -> list[tuple[float, float]]:
    """Return where each step begins and ends; the last ends where the closing total stands."""
    found: list[tuple[float, float]] = []
    level = start
    for effect in effects:
        found.append((level, level + effect))
        level += effect
    return found
