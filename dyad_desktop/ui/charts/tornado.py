"""A tornado: what each driver does to a total when it is lower and higher, the widest on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter, MaxNLocator
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

from dyad_desktop.ui.charts.canvas import (
    ChartCanvas,
    Label,
    box_on,
    face,
    points,
    text_width,
    widest,
)
from dyad_desktop.ui.charts.columns import thousands
from dyad_desktop.ui.tokens import SMALL, theme

MOST = 24
"""So many drivers are kept; as many are drawn as have the height."""
LEAST_ROW = 24
MOST_STEPS = 5
TALL = 0.62
ENDS, AWAY = 84, 5
"""Pixels beside the widest bar for what is written at its end, at least, and from the bar to that."""
NAMES, LEAST_PLOT = 96, 90
"""Pixels that names have at least, and bars, where the chart is narrow."""


@dataclass(frozen=True, slots=True)
class Beam:
    """One driver: the change of the total when it is lower and when it is higher, in the unit shown.

    ``low_said`` and ``high_said`` stand at the ends; ``spoken`` is read out.
    """

    name: str
    low: float
    high: float
    low_said: str
    high_said: str
    spoken: str


class Tornado(ChartCanvas):
    """Draws beams; arrows go from one to the next. ``picked`` carries the sentence of the one that is reached."""

    margins = (186, 48, 12, 10)
    """The axis stands above the beams: at the foot the window's notices would lie over it."""
    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__("What moves it most")
        self._beams: tuple[Beam, ...] = ()
        self._unit, self._caption, self.at = "", "", -1
        self._ends = theme.px(ENDS)
        """Pixels that the widest text at an end takes."""
        axes = self.axes
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.set_yticks([])
        axes.xaxis.set_major_formatter(FuncFormatter(thousands))
        self._boxes = [[box_on(axes, zorder=3) for _ in range(2)] for _ in range(MOST)]
        self._base = axes.axvline(0, zorder=4)
        self._mark = axes.axhspan(0, 1, zorder=0)
        self._title = self.figure.text(0, 0, "")

    def show_beams(self, beams: Sequence[Beam], unit: str, said: str) -> None:
        """Show drivers, the widest first; ``unit`` names the axis, ``said`` is the caption."""
        self._beams, self._unit, self._caption = tuple(beams[:MOST]), unit, said
        self.at = min(self.at, len(self._beams) - 1)
        self._tell()
        self.refresh()

    @property
    def drawn(self) -> int:
        """Return how many drivers have room."""
        return max(1, min(len(self._beams), self.plot_size()[1] // theme.px(LEAST_ROW)))

    # -- placing -------------------------------------------------------------------------------

    def limits(self) -> tuple[float, float]:
        """Return where the axis begins and ends, with room for what is written at the ends."""
        ends = [end for beam in self._beams for end in (beam.low, beam.high)]
        low, high = min(ends, default=0.0), max(ends, default=0.0)
        low, high = min(low, 0.0), max(high, 0.0)
        inner = self.plot_size()[0]
        free = max(inner - 2 * self._ends, inner // 4)
        room = (high - low or 1.0) * self._ends / free
        return low - room, high + room

    def _fit(self) -> None:
        """Let names give way where bars and their figures have no room beside them."""
        said = (text for beam in self._beams for text in (beam.low_said, beam.high_said))
        self._ends = max(theme.px(ENDS), widest(said, strong=True) + theme.px(2 * AWAY))
        names, top, right, bottom = type(self).margins
        need = (2 * self._ends + theme.px(LEAST_PLOT)) / theme.scale
        free = int(self.width() / theme.scale - right - need)
        self.take_margins((max(NAMES, min(names, free)), top, right, bottom))

    def steps(self) -> int:
        """Return into how many steps the axis is parted, so that no two of its figures touch."""
        wide = max(text_width(thousands(end, 0)) for end in self.limits()) + theme.px(16)
        return max(1, min(MOST_STEPS, self.plot_size()[0] // wide - 1))

    def place(self) -> None:
        """Move every artist to its place."""
        self._fit()
        count = self.drawn
        self.axes.set_xlim(*self.limits())
        self.axes.set_ylim(count - 0.4, -0.6)
        self.axes.xaxis.set_major_locator(MaxNLocator(self.steps(), min_n_ticks=1))
        self._style()
        for n in range(MOST):
            shown = n < min(count, len(self._beams))
            for box in self._boxes[n]:
                box.set_visible(shown)
            if shown:
                self._beam(n, self._beams[n])

    def _style(self) -> None:
        c = theme.colours
        self.axes.set_facecolor(c.surface)
        self.axes.grid(visible=True, axis="x", color=c.line, linewidth=0.8)
        self.axes.set_axisbelow(True)
        for tick in self.axes.get_xticklabels():
            tick.set_fontproperties(face(SMALL))
            tick.set_color(c.muted)
        self._base.set(color=c.ink, linewidth=points(1.2))
        seen = 0 <= self.at < self.drawn and self.hasFocus()
        self._mark.set(visible=seen, facecolor=c.selected, edgecolor="none")
        self._mark.set_y(self.at - 0.5)
        self._mark.set_height(1)
        width, height = max(60, self.width()), max(60, self.height())
        more = len(self._beams) - self.drawn
        words = f"{self._unit} · {more} smaller in the table (T)" if more > 0 else self._unit
        self._title.set(
            text=words, x=theme.px(12) / width, y=1 - theme.px(14) / height, va="center",
            color=c.muted, fontproperties=face(SMALL),
        )  # fmt: skip

    def _beam(self, n: int, beam: Beam) -> None:
        c = theme.colours
        for part, (end, said) in enumerate(
            ((beam.low, beam.low_said), (beam.high, beam.high_said))
        ):
            good = end > 0
            colour = c.on_track if good else c.off_track
            box = self._boxes[n][part]
            box.set_bounds(min(0.0, end), n - TALL / 2, abs(end), TALL)
            # What is bad is hatched, so that the sides are told apart in greyscale.
            box.set(
                facecolor=colour if good else c.surface, edgecolor=colour,
                linewidth=points(1.3), hatch=None if good else "////",
            )  # fmt: skip
            x, y = self.pixel_of(end, n)
            away, across = (theme.px(AWAY), "left") if good else (-theme.px(AWAY), "right")
            self.labels.append(Label(x + away, y, said, colour, strong=True, across=across))
        name = _fitting(beam.name, theme.px(self.margins[0] - 22))
        left = theme.px(self.margins[0]) - theme.px(10)
        self.labels.append(Label(left, self.pixel_of(0, n)[1], name, c.ink, across="right"))

    # -- reading -------------------------------------------------------------------------------

    def go_to(self, at: int) -> None:
        """Make a driver the current one and say it."""
        if not self._beams:
            return
        self.at = min(max(0, at), self.drawn - 1)
        self._tell()
        self.picked.emit(self.spoken)
        self.refresh()

    @property
    def spoken(self) -> str:
        """Return what the current driver says; empty while none is."""
        return self._beams[self.at].spoken if 0 <= self.at < len(self._beams) else ""

    def _tell(self) -> None:
        keys = "Arrows read the drivers; the key T shows them as a table."
        self.setAccessibleDescription(f"{self._caption} {self.spoken} {keys}".replace("  ", " "))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the drivers by arrows; leave other keys to the page."""
        ways = {
            int(Qt.Key.Key_Up): self.at - 1,
            int(Qt.Key.Key_Down): self.at + 1,
            int(Qt.Key.Key_Home): 0,
            int(Qt.Key.Key_End): self.drawn - 1,
        }
        if event.modifiers() or event.key() not in ways:
            event.ignore()
            return
        self.go_to(ways[event.key()])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Read the driver that was pointed at."""
        self.setFocus()
        top = theme.px(self.margins[1])
        self.go_to(int((event.position().y() - top) / self.plot_size()[1] * self.drawn))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the current driver."""
        super().focusInEvent(event)
        self.refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        super().focusOutEvent(event)
        self.refresh()


def _fitting(name: str, width: int) -> str:
    """Return a name cut to a width in pixels."""
    if text_width(name) <= width:
        return name
    while name and text_width(f"{name}…") > width:
        name = name[:-1]
    return f"{name.rstrip()}…"
