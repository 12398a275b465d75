"""The run chart of one measure: median, target, stretch and amber lines, signals and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import IdentityTransform

from dyad_desktop.domain.fiscal import add_months, month_label, months_between
from dyad_desktop.domain.goals import Annotation, Measure
from dyad_desktop.domain.run_chart import Run, run_chart
from dyad_desktop.domain.scorecard import NO_DATA, show_value, status_of
from dyad_desktop.ui.charts.canvas import ChartCanvas, face, points, text_width
from dyad_desktop.ui.charts.labels import rows_for, spread
from dyad_desktop.ui.tokens import BODY, SMALL, theme

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

TICK = 62
"""Least pixels between two labels of the time axis."""
NOTE_ROW = 16
"""Height of a row of annotations."""
MOST_NOTES = 12
MOST_PLACES, TINY = 6, 1e-9


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that belongs to a shift or trend: its place, whether it is good, and its shape."""

    place: int
    good: bool
    up: bool


def marks_of(measure: Measure, periods: Sequence[str]) -> list[Mark]:
    """Return the points of shifts and trends; ▲ above or rising, ▼ below or falling."""
    chart = run_chart(measure.values)
    median = chart.median
    found: dict[int, Mark] = {}
    for run in (*chart.trends, *chart.shifts):
        up = run.side in ("above", "up")
        for place in _places(measure, run, periods, median):
            found[place] = Mark(place, up == (measure.direction == "up"), up)
    return list(found.values())


def _places(
    measure: Measure, run: Run, periods: Sequence[str], median: Decimal | None
) -> list[int]:
    inside = (
        (place, measure.values.get(period))
        for place, period in enumerate(periods)
        if run.start <= period <= run.end
    )
    shift = run.side in ("above", "below")
    return [
        place for place, value in inside if value is not None and not (shift and value == median)
    ]


class RunPlot(ChartCanvas):
    """Draws one measure; ``show_measure`` takes up another."""

    margins = (52, 34, 108, 30)

    def __init__(self) -> None:
        super().__init__("Run chart")
        self._measure: Measure | None = None
        self._notes: tuple[Annotation, ...] = ()
        self._periods: tuple[str, ...] = ()
        axes = self.axes
        for side in ("top", "right", "left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3, steps=[1, 2, 5, 10]))
        (self._line,) = axes.plot([], [], zorder=4)
        (self._dots,) = axes.plot([], [], linestyle="none", marker="o", zorder=5)
        self._signals = {
            (good, up): axes.plot([], [], linestyle="none", marker="^" if up else "v", zorder=6)[0]
            for good in (True, False)
            for up in (True, False)
        }
        self._rules: dict[str, Line2D] = {
            name: axes.plot([], [], zorder=2)[0]
            for name in ("target", "stretch", "amber", "median")
        }
        self._ends: dict[str, Any] = {
            name: self._text(ha="left", va="center") for name in ("last", *self._rules)
        }
        self._unit = self.figure.text(0, 0, "")
        self._flags = [axes.plot([], [], zorder=1)[0] for _ in range(MOST_NOTES)]
        self._flag_texts = [self._text(va="bottom") for _ in range(MOST_NOTES)]

    def _text(self, **options: Any) -> Any:  # noqa: ANN401 - matplotlib's own types
        made = self.axes.text(0, 0, "", transform=IdentityTransform(), zorder=8, **options)
        made.set_visible(False)
        return made

    def show_measure(self, measure: Measure, notes: Sequence[Annotation], said: str) -> None:
        """Show a measure; ``said`` is its caption."""
        self._measure, self._notes = measure, tuple(sorted(notes, key=lambda note: note.period))
        known = sorted(period for period, value in measure.values.items() if value is not None)
        step = 3 if measure.frequency == "quarterly" else 1
        self._periods = (
            tuple(
                add_months(known[0], step * n)
                for n in range(months_between(known[0], known[-1]) // step + 1)
            )
            if known
            else ()
        )
        self.setAccessibleName(f"Run chart of {measure.title}")
        self.setAccessibleDescription(f"{said} The key T shows the values as a table.")
        self.refresh()

    # -- placing -------------------------------------------------------------------------------

    def place(self) -> None:
        """Move every artist to its place."""
        measure = self._measure
        if measure is None or not self._periods:
            return
        self._style()
        values = [measure.values.get(period) for period in self._periods]
        shown = [float("nan") if value is None else float(value) for value in values]
        self._limits(shown)
        self._series(measure, shown)
        self._time()
        self._levels(measure)
        self._annotate()

    def _style(self) -> None:
        c, axes = theme.colours, self.axes
        axes.set_facecolor(c.surface)
        axes.grid(visible=True, axis="y", color=c.line, linewidth=0.8)
        axes.set_axisbelow(True)
        self._line.set(color=c.ink, linewidth=points(1.2))
        self._dots.set(color=c.muted, markersize=points(6), markeredgecolor=c.surface)
        self._dots.set_markeredgewidth(points(1))
        for (good, _up), artist in self._signals.items():
            artist.set(color=c.on_track if good else c.off_track, markersize=points(9))
            artist.set_markeredgecolor(c.surface)
            artist.set_markeredgewidth(points(0.8))
        looks = {
            "target": (c.ink, 1.3, "-"),
            "stretch": (c.muted, 1.0, ":"),
            "amber": (c.at_risk, 1.0, (0, (5, 3))),
            "median": (c.faint, 1.0, "-"),
        }
        for name, (colour, width, style) in looks.items():
            self._rules[name].set(color=colour, linewidth=points(width), linestyle=style)

    def _limits(self, shown: list[float]) -> None:
        """Set both axes' limits, with room for the annotations above the data."""
        measure = self._measure
        assert measure is not None  # noqa: S101 - for the type checker
        bounds = [value for value in shown if value == value]  # noqa: PLR0124 - not NaN
        bounds += [
            float(rule)
            for rule in (measure.target, measure.stretch, measure.amber_at)
            if rule is not None
        ]
        low, high = min(bounds), max(bounds)
        pad = (high - low) * 0.08 or max(abs(high) * 0.1, 1.0)
        low = max(0.0, low - pad) if low >= 0 else low - pad
        high += pad
        _width, height = self.plot_size()
        band = self._note_rows() * theme.px(NOTE_ROW)
        if 0 < band < height / 2:
            high = low + (high - low) * height / (height - band)
        self.axes.set_ylim(low, high)
        self.axes.set_xlim(-0.6, max(len(self._periods) - 1, 1) + 0.6)

    def _series(self, measure: Measure, shown: list[float]) -> None:
        self._line.set_data(range(len(shown)), shown)
        marks = marks_of(measure, self._periods)
        marked = {mark.place for mark in marks}
        plain = [place for place in range(len(shown)) if place not in marked]
        self._dots.set_data(plain, [shown[place] for place in plain])
        for (good, up), artist in self._signals.items():
            places = [mark.place for mark in marks if (mark.good, mark.up) == (good, up)]
            artist.set_data(places, [shown[place] for place in places])

    def _time(self) -> None:
        width, _height = self.plot_size()
        count = len(self._periods)
        room = max(1, int(width // theme.px(TICK)))
        every = next((n for n in (1, 2, 3, 4, 6, 12, 24, 48) if count / n <= room), 96)
        places = list(range(0, count, every))
        names = [
            f"{month_label(self._periods[place])} {self._periods[place][2:4]}" for place in places
        ]
        shown = face(SMALL)
        self.axes.set_xticks(places, names, fontproperties=shown, color=theme.colours.muted)
        decimals = self._decimals()
        self.axes.yaxis.set_major_formatter(FuncFormatter(_Places(decimals)))
        for tick in self.axes.get_yticklabels():
            tick.set_fontproperties(shown)
            tick.set_color(theme.colours.muted)
        measure = self._measure
        unit = (measure.unit if measure else "") or ""
        left = theme.px(self.margins[0]) / max(60, self.width())
        self._unit.set(
            text=unit, x=left, y=1 - theme.px(13) / max(60, self.height()), ha="right", va="center",
            color=theme.colours.muted, fontproperties=shown,
        )  # fmt: skip
        self._unit.set_horizontalalignment("right" if text_width(unit) < theme.px(46) else "left")

    def _decimals(self) -> int:
        """Return how many places the ticks need to be told exactly."""
        low, high = self.axes.get_ylim()
        ticks = self.axes.yaxis.get_major_locator().tick_values(low, high)
        exact = (
            places
            for places in range(MOST_PLACES)
            if all(abs(round(tick, places) - tick) < TINY for tick in ticks)
        )
        return next(exact, MOST_PLACES)

    def _levels(self, measure: Measure) -> None:
        """Draw the lines and write each one's name and value at its end, none over another."""
        chart = run_chart(measure.values)
        c = theme.colours
        levels = {
            "target": measure.target,
            "stretch": measure.stretch,
            "amber": measure.amber_at,
            "median": chart.median,
        }
        right = len(self._periods) - 1
        for name, level in levels.items():
            artist = self._rules[name]
            artist.set_visible(level is not None)
            if level is not None:
                artist.set_data([0, right + 0.6], [float(level)] * 2)
        value = chart.points[-1].value
        status = _status_colour(measure, value)
        wanted: dict[str, tuple[Decimal, str, str, str, float]] = {}
        wanted |= {
            "last": (value, show_value(measure, value, unit=False), status, "SemiBold", BODY)
        }
        looks = {
            "target": (c.ink, "SemiBold"),
            "stretch": (c.muted, "Regular"),
            "amber": (c.at_risk, "Regular"),
            "median": (c.muted, "Regular"),
        }
        for name, level in levels.items():
            if level is not None:
                text = f"{name} {show_value(measure, level, unit=False)}"
                wanted[name] = (level, text, *looks[name], SMALL)
        self._write_ends(wanted)

    def _write_ends(self, wanted: dict[str, tuple[Decimal, str, str, str, float]]) -> None:
        to_screen = self.axes.transData.transform
        ratio = self.device_pixel_ratio
        heights = [to_screen((0, float(entry[0])))[1] for entry in wanted.values()]
        x = to_screen((len(self._periods) - 1 + 0.6, 0))[0] + theme.px(6) * ratio
        box = self.axes.bbox
        gap = theme.px(15) * ratio
        places = spread(heights, gap, box.y0, box.y1)
        for name, artist in self._ends.items():
            artist.set_visible(name in wanted)
        for (name, (_value, text, colour, weight, size)), y in zip(
            wanted.items(), places, strict=True
        ):
            self._ends[name].set(
                position=(x, y), text=text, color=colour, fontproperties=face(size, weight)
            )

    # -- annotations ---------------------------------------------------------------------------

    def _shown_notes(self) -> list[tuple[int, str]]:
        """Return (place, text) of the annotations within the chart's time."""
        found = []
        for note in self._notes[-MOST_NOTES:]:
            inside = [place for place, period in enumerate(self._periods) if period <= note.period]
            if inside and note.period <= self._last_period():
                found.append((inside[-1], note.text))
        return found

    def _last_period(self) -> str:
        step = 3 if self._measure is not None and self._measure.frequency == "quarterly" else 1
        return add_months(self._periods[-1], step - 1)

    def _spans(self) -> list[tuple[float, float]]:
        """Return where each annotation's text stands, in pixels from the left margin.

        It begins at its own line, if need be out to the chart's right edge, where nothing else stands
        so high: a text that ends at its line may begin at another's.
        """
        width, _height = self.plot_size()
        unit = width / (max(len(self._periods) - 1, 1) + 1.2)
        edge = width + theme.px(self.margins[2])
        spans = []
        for place, text in self._shown_notes():
            x, long = (place + 0.6) * unit, text_width(text) + theme.px(6)
            spans.append((x, x + long) if x + long <= edge else (max(0.0, x - long), x))
        return spans

    def _note_rows(self) -> int:
        rows = rows_for(self._spans(), theme.px(10))
        return max(rows, default=-1) + 1

    def _annotate(self) -> None:
        notes, spans = self._shown_notes(), self._spans()
        rows = rows_for(spans, theme.px(10))
        box, ratio = self.axes.bbox, self.device_pixel_ratio
        low = self.axes.get_ylim()[0]
        unit_high = self.axes.get_ylim()[1] - low
        for n, (flag, text) in enumerate(zip(self._flags, self._flag_texts, strict=True)):
            flag.set_visible(n < len(notes))
            text.set_visible(n < len(notes))
            if n >= len(notes):
                continue
            place, words = notes[n]
            y = box.y1 - (rows[n] + 1) * theme.px(NOTE_ROW) * ratio
            share = (y + theme.px(NOTE_ROW) * ratio - box.y0) / (box.y1 - box.y0)
            flag.set_data([place, place], [low, low + unit_high * share])
            flag.set(color=theme.colours.line_strong, linewidth=points(1), linestyle=(0, (2, 2)))
            left = box.x0 + spans[n][0] * ratio
            right_hand = (
                spans[n][0]
                >= (place + 0.6) * (box.width / ratio) / (max(len(self._periods) - 1, 1) + 1.2) - 1
            )
            ground = {"facecolor": theme.colours.surface, "edgecolor": "none", "pad": points(1)}
            text.set_bbox(ground)
            text.set(
                position=(left + (theme.px(5) * ratio if right_hand else 0), y + theme.px(3) * ratio),
                text=words, ha="left", color=theme.colours.muted, fontproperties=face(SMALL),
            )  # fmt: skip


class _Places:
    """Writes a tick with so many decimal places."""

    def __init__(self, decimals: int) -> None:
        self._decimals = decimals

    def __call__(self, value: float, _place: int | None = None) -> str:
        return f"{value:,.{self._decimals}f}".replace("-", "\N{MINUS SIGN}")


def _status_colour(measure: Measure, value: Decimal) -> str:
    status = status_of(measure, value)
    return theme.colours.ink if status == NO_DATA else theme.status(status).name()
