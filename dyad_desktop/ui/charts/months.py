"""A year by month: the plan outlined, what came solid dark, what is forecast hatched."""

from collections.abc import Collection, Sequence

from matplotlib.ticker import FuncFormatter, MaxNLocator

from dyad_desktop.ui.charts.canvas import ChartCanvas, box_on, face, points, ticks_within
from dyad_desktop.ui.charts.columns import thousands
from dyad_desktop.ui.tokens import SMALL, theme

MONTHS = 12
WIDE, APART = 0.36, 0.19
ROOM = 0.1
_NONE: frozenset[int] = frozenset()


class Months(ChartCanvas):
    """Draws twelve pairs. Months that came are solid, also closed ones only where their actuals are there."""

    margins = (58, 30, 16, 26)

    def __init__(self) -> None:
        super().__init__("The year by month")
        self._plan: tuple[float, ...] = (0.0,) * MONTHS
        self._year: tuple[float, ...] = (0.0,) * MONTHS
        self._labels: tuple[str, ...] = ("",) * MONTHS
        self._came, self._part, self._text = _NONE, _NONE, ""
        axes = self.axes
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xticks([])
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(FuncFormatter(thousands))
        self._plans = [box_on(axes, zorder=3) for _ in range(MONTHS)]
        self._bars = [box_on(axes, zorder=3) for _ in range(MONTHS)]
        below = axes.get_xaxis_transform()
        self._names = [
            axes.text(0, 0, "", ha="center", va="top", transform=below) for _ in range(MONTHS)
        ]
        self._base = axes.axhline(0, zorder=4)
        self._title = self.figure.text(0, 0, "")

    def show_year(
        self,
        plan: Sequence[float],
        year: Sequence[float],
        labels: Sequence[str],
        came: Collection[int],
        text: str,
        part: Collection[int] = (),
    ) -> None:
        """Show a year beside its plan; ``text`` names what it is of, and its unit.

        ``came`` are the places of months that are actual, ``part`` of those in which some lines are forecast.
        """
        self._plan, self._year, self._labels = tuple(plan), tuple(year), tuple(labels)
        self._came, self._part, self._text = frozenset(came), frozenset(part), text
        some = f", {_months(len(self._part))} in part" if self._part else ""
        self.setAccessibleDescription(
            f"{text}: {_months(len(self._came))} actual{some}, the others forecast. The table above shows the same."
        )
        self.refresh()

    def place(self) -> None:
        """Move every artist to its place."""
        c = theme.colours
        low, high = min(0.0, *self._plan, *self._year), max(0.0, *self._plan, *self._year)
        room = (high - low or 1.0) * ROOM
        self.axes.set_ylim(low - (room if low < 0 else 0), high + room)
        locator = self.axes.yaxis.get_major_locator()
        self.fit_left(map(thousands, ticks_within(locator, *self.axes.get_ylim())))
        self.axes.set_xlim(-0.6, MONTHS - 0.4)
        self.axes.set_facecolor(c.surface)
        self.axes.grid(visible=True, axis="y", color=c.line, linewidth=0.8)
        self.axes.set_axisbelow(True)
        for tick in self.axes.get_yticklabels():
            tick.set_fontproperties(face(SMALL))
            tick.set_color(c.muted)
        self._base.set(color=c.line_strong, linewidth=points(1))
        away = theme.px(7) / max(self.plot_size()[1], 1)
        for n in range(MONTHS):
            self._pair(n)
            self._names[n].set(
                position=(n, -away), text=self._labels[n], color=c.ink, fontproperties=face(SMALL)
            )
        width, height = max(60, self.width()), max(60, self.height())
        self._title.set(
            text=self._text, x=theme.px(12) / width, y=1 - theme.px(12) / height, va="center",
            color=c.muted, fontproperties=face(SMALL),
        )  # fmt: skip

    def _pair(self, n: int) -> None:
        c, came, part = theme.colours, n in self._came, n in self._part
        for box, amount, centre in (
            (self._plans[n], self._plan[n], n - APART),
            (self._bars[n], self._year[n], n + APART),
        ):
            box.set_bounds(centre - WIDE / 2, min(0.0, amount), WIDE, abs(amount))
        self._plans[n].set(facecolor=c.surface, edgecolor=c.muted, linewidth=points(1.2))
        self._bars[n].set(
            facecolor=c.ink if came else c.line_strong if part else c.surface, edgecolor=c.ink, linewidth=points(1.2),
            hatch=None if came else "////",
        )  # fmt: skip


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
