"""Budget and actual beside each other: actual solid dark, plan outlined, the variance and its effect above."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator
from PySide6.QtCore import QRectF

from dyad_desktop.domain.money import rounded
from dyad_desktop.ui.charts.canvas import (
    AXIS_GAP,
    ChartCanvas,
    face,
    points,
    text_width,
    ticks_within,
    widest,
)
from dyad_desktop.ui.charts.labels import lifts
from dyad_desktop.ui.tokens import SMALL, theme

WIDE = 0.32
APART = 0.18
GAP = 48
"""Pixels between the two halves."""
ABOVE, BLOCK = 38, 30
"""Pixels above the tallest column, for two lines of text, and what the lines alone take."""
APART_SAID, TICKS = 6, 4
"""Pixels between what stands above two pairs; so many parts an axis has at most."""
_SHORT = {"favourable": "fav.", "unfavourable": "unfav."}
"""What is written where a column is narrower than the word."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of columns. ``said`` is the variance, ``verdict`` the word for what it does.

    ``good`` colours both; ``None`` leaves them ink.
    """

    name: str
    plan: float
    actual: float
    said: str
    verdict: str
    good: bool | None


@dataclass(frozen=True, slots=True)
class Half:
    """Pairs that share an axis."""

    title: str
    pairs: tuple[Pair, ...]


class Columns(ChartCanvas):
    """Two halves with an axis each, since a statement and its parts differ in size."""

    margins = (52, 34, 12, 36)

    def __init__(self) -> None:
        super().__init__("Budget and actual")
        self._halves: tuple[Half, ...] = ()
        self._both: tuple[Any, Any] = (self.axes, self.figure.add_axes((0.6, 0.1, 0.3, 0.8)))
        self._titles = tuple(self.figure.text(0, 0, "") for _ in self._both)

    def show_halves(self, halves: Sequence[Half], unit: str, said: str) -> None:
        """Show pairs; ``unit`` names the axis, ``said`` is the caption."""
        self._halves, self._unit = tuple(halves[:2]), unit
        self.setAccessibleDescription(f"{said} The table beneath shows the same.")
        self.refresh()

    def place(self) -> None:
        """Draw the columns: few artists, made anew when data or size changed."""
        width, height = max(60, self.width()), max(60, self.height())
        ticks = [[thousands(tick) for tick in self._ticks(half)] for half in self._halves]
        self.fit_left(ticks[0] if ticks else ())
        second = widest(ticks[-1]) if ticks else 0
        gap = max(theme.px(GAP), second + theme.px(2 * AXIS_GAP))
        bottom = theme.px(self.margins[3])
        inner, tall = self.plot_size()
        total = sum(len(half.pairs) for half in self._halves) or 1
        x = float(theme.px(self.margins[0]))
        room = inner - gap * (len(self._halves) - 1)
        for n, axes in enumerate(self._both):
            axes.clear()
            axes.set_visible(n < len(self._halves))
            self._titles[n].set_visible(n < len(self._halves))
            if n >= len(self._halves):
                continue
            half = self._halves[n]
            wide = room * len(half.pairs) / total
            axes.set_position((x / width, bottom / height, wide / width, tall / height))
            self._title(n, half, x)
            self._half(axes, half, wide)
            x += wide + gap

    def _title(self, n: int, half: Half, x: float) -> None:
        self._titles[n].set(
            text=f"{half.title}, {self._unit}",
            x=(x - theme.px(self.margins[0] - 12) * (n == 0)) / max(60, self.width()),
            y=1 - theme.px(12) / max(60, self.height()),
            va="center",
            color=theme.colours.muted,
            fontproperties=face(SMALL),
        )

    def _half(self, axes: Any, half: Half, wide: float) -> None:  # noqa: ANN401 - matplotlib's own type
        c = theme.colours
        axes.set_facecolor(c.surface)
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        axes.grid(visible=True, axis="y", color=c.line, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.axhline(0, color=c.line_strong, linewidth=points(1), zorder=2)
        places = range(len(half.pairs))
        thin = points(1.3)
        axes.bar(
            [place - APART for place in places], [pair.plan for pair in half.pairs], WIDE,
            facecolor=c.surface, edgecolor=c.muted, linewidth=thin, zorder=3,
        )  # fmt: skip
        axes.bar(
            [place + APART for place in places], [pair.actual for pair in half.pairs], WIDE,
            facecolor=c.ink, edgecolor=c.ink, linewidth=thin, zorder=3,
        )  # fmt: skip
        self._words(axes, half, wide)

    def _words(self, axes: Any, half: Half, wide: float) -> None:  # noqa: ANN401
        c, shown = theme.colours, face(SMALL)
        low, high = self._limits(half)
        axes.set_ylim(low, high)
        axes.set_xlim(-0.6, max(len(half.pairs) - 1, 0) + 0.6)
        axes.yaxis.set_major_locator(MaxNLocator(TICKS))
        axes.yaxis.set_major_formatter(FuncFormatter(thousands))
        for tick in axes.get_yticklabels():
            tick.set_fontproperties(shown)
            tick.set_color(c.muted)
        column = wide / (len(half.pairs) + 0.2)
        names = [wrapped(pair.name, column) for pair in half.pairs]
        axes.set_xticks(range(len(names)), names, fontproperties=shown, color=c.ink)
        moved = self._lifts(half, column)
        for place, (pair, rows) in enumerate(zip(half.pairs, moved, strict=True)):
            colour = c.ink if pair.good is None else c.on_track if pair.good else c.off_track
            word = (
                pair.verdict if text_width(pair.verdict) <= column else _SHORT.get(pair.verdict, "")
            )
            axes.annotate(
                f"{pair.said}\n{word}", (place, _top(pair)), xytext=(0, points(5 + rows * BLOCK)),
                textcoords="offset points",
                ha="center", va="bottom", color=colour, fontproperties=face(SMALL, "SemiBold"),
            )  # fmt: skip

    def _limits(self, half: Half) -> tuple[float, float]:
        """Return where the axis of a half begins and ends, with room for what stands above its columns."""
        low = min([0.0, *(min(pair.plan, pair.actual) for pair in half.pairs)])
        high = max(map(_top, half.pairs), default=1.0) or 1.0
        column = self.plot_size()[0] / (sum(len(one.pairs) for one in self._halves) + 2)
        said = widest((pair.said for pair in half.pairs), strong=True)
        above = ABOVE + BLOCK * (said + theme.px(APART_SAID) > column)
        part = min(0.5, theme.px(above) / self.plot_size()[1])
        return low * 1.1 - high * 0.012, high / (1 - part)

    def _ticks(self, half: Half) -> list[float]:
        return ticks_within(MaxNLocator(TICKS), *self._limits(half))

    def _lifts(self, half: Half, column: float) -> list[int]:
        """Return by how many blocks what stands above a pair gives way to its neighbours."""
        low, high = self._limits(half)
        pixel = (high - low) / self.plot_size()[1]
        boxes = []
        for place, pair in enumerate(half.pairs):
            wide = text_width(pair.said, strong=True) + theme.px(APART_SAID)
            tall = theme.px(BLOCK)
            boxes.append(QRectF(place * column - wide / 2, -_top(pair) / pixel - tall, wide, tall))
        return lifts(boxes, [True] * len(boxes), theme.px(BLOCK))


def _top(pair: Pair) -> float:
    return max(pair.plan, pair.actual, 0.0)


def thousands(value: float, _place: int | None = None) -> str:
    """Return the text of a tick: grouped, negatives in parentheses."""
    text = f"{rounded(abs(value), 0 if abs(value) >= 10 or value == 0 else 1):,f}"
    return f"({text})" if value < 0 else text


def wrapped(name: str, width: float) -> str:
    """Break a name into two lines where it is wider than its columns."""
    if text_width(name) <= width or " " not in name:
        return name
    words = name.split()
    best = min(range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(name) / 2))
    return " ".join(words[:best]) + "\n" + " ".join(words[best:])
