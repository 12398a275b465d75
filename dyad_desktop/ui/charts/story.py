"""What was done when, behind a measure's data: initiatives as bands with milestones, notes and rebases as flags."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.measure_story import (
    DONE,
    DUE,
    PROPOSED,
    REBASED,
    Band,
    Flag,
    lanes_of,
    untold_words,
)
from dyad_desktop.ui.charts.canvas import Label, box_on, line_on, points, text_width
from dyad_desktop.ui.charts.labels import rows_for
from dyad_desktop.ui.charts.measure_lines import lay
from dyad_desktop.ui.tokens import theme

if TYPE_CHECKING:
    from dyad_desktop.ui.charts.canvas import ChartCanvas

NOTE_ROW = 16
"""Height of a row of flags' texts."""
BAND_ROW, BAND_GAP, LIFT = 15, 8, 4
"""Height of a band at the foot of the chart, what lies between two, and how far over it its milestones stand."""
INSET, BESIDE = 5, 6
MOST_LANES, MOST_TEXTS = 4, 12
"""Lanes of bands and texts of flags at most."""
LANES_SHARE, TEXTS_SHARE, STORY_SHARE = 0.3, 0.24, 0.6
"""The parts of the chart's height that bands, texts and both together take at most: the rest is the data's."""
UNTOLD = 13
"""How far under the upper edge it is said what had no room."""


class Story:
    """The artists of what was done; ``take`` takes up what, ``place`` moves them."""

    def __init__(self, axes: Any) -> None:  # noqa: ANN401 - matplotlib's own types
        self._axes = axes
        self._flags: tuple[Flag, ...] = ()
        self._bands: tuple[Band, ...] = ()
        self._lines: list[Any] = []
        self._shades: list[Any] = []
        self._bars: list[Any] = []
        self.done, self.planned = (
            line_on(axes, linestyle="none", marker="D", zorder=1.4, clip_on=False) for _ in range(2)
        )

    def take(self, flags: Sequence[Flag], bands: Sequence[Band]) -> None:
        """Take up what happened; of many, the latest are written out and drawn, as far as there is room."""
        self._flags, self._bands = tuple(flags), tuple(bands)
        for _ in range(len(self._flags) - len(self._lines)):
            self._lines.append(line_on(self._axes, zorder=1))
        for _ in range(len(self._bands) - len(self._bars)):
            for boxes, above in ((self._shades, 0.5), (self._bars, 1.2)):
                boxes.append(box_on(self._axes, linewidth=0, zorder=above, visible=False))

    def room(self, canvas: "ChartCanvas") -> tuple[int, int]:
        """Return the pixels that flags take above the data and bands below it."""
        rows = max(rows_for(self._spans(canvas), theme.px(10)), default=-1) + 1
        lanes = max((lane for _, lane in self._drawn(canvas)), default=-1) + 1
        below = lanes * theme.px(BAND_ROW + BAND_GAP) + theme.px(LIFT)
        return rows * theme.px(NOTE_ROW), below if lanes else 0

    def _drawn(self, canvas: "ChartCanvas") -> tuple[tuple[Band, int], ...]:
        """Return the bands that have room, each with its lane from the foot up."""
        fits = int(canvas.plot_size()[1] * LANES_SHARE / theme.px(BAND_ROW + BAND_GAP))
        return lanes_of(self._bands, max(1, min(MOST_LANES, fits)))

    def _told(self, canvas: "ChartCanvas") -> tuple[Flag, ...]:
        """Return the flags whose texts have room: the latest, and what lies ahead."""
        fits = max(1, int(canvas.plot_size()[1] * TEXTS_SHARE / theme.px(NOTE_ROW)))
        due = sum(flag.kind == DUE for flag in self._flags)
        told = self._flags[-(MOST_TEXTS + due) :]
        while len(told) > due + 1:
            rows = rows_for(self._spans_of(canvas, told), theme.px(10))
            if max(rows) < fits:
                break
            told = told[1:]
        return told

    def place(self, canvas: "ChartCanvas") -> None:
        """Move the artists to where the axes want them."""
        self._place_flags(canvas)
        self._place_bands(canvas)

    # -- flags ---------------------------------------------------------------------------------

    def _unit(self, canvas: "ChartCanvas") -> tuple[float, float]:
        """Return (pixels a step of the time axis, the axis' first value)."""
        first, last = self._axes.get_xlim()
        return canvas.plot_size()[0] / (last - first), first

    def _spans(self, canvas: "ChartCanvas") -> list[tuple[float, float]]:
        return self._spans_of(canvas, self._told(canvas))

    def _spans_of(self, canvas: "ChartCanvas", flags: Sequence[Flag]) -> list[tuple[float, float]]:
        """Return where each flag's text stands, in pixels from the left margin.

        It begins at its own line, if need be out to the chart's right edge, where nothing else stands
        so high: a text that ends at its line may begin at another's. One that is too long for either side is cut to
        the wider one.
        """
        edge = self._edge(canvas)
        unit, first = self._unit(canvas)
        spans = []
        for flag in flags:
            x, long = (flag.at - first) * unit, text_width(flag.text) + theme.px(BESIDE)
            if x + long <= edge or x < edge - x:
                spans.append((x, min(x + long, edge)))
            else:
                spans.append((max(0.0, x - long), x))
        return spans

    def _edge(self, canvas: "ChartCanvas") -> float:
        """Return how many pixels a flag's text may reach from the left margin."""
        return canvas.plot_size()[0] + theme.px(canvas.margins[2])

    def _place_flags(self, canvas: "ChartCanvas") -> None:
        spans = self._spans(canvas)
        rows = rows_for(spans, theme.px(10))
        left, top = (theme.px(margin) for margin in canvas.margins[:2])
        low, high = self._axes.get_ylim()
        unit, first = self._unit(canvas)
        tall = canvas.plot_size()[1]
        untold = len(self._flags) - len(spans)
        self._tell(canvas, untold)
        for n, line in enumerate(self._lines):
            line.set_visible(n < len(self._flags))
            if n >= len(self._flags):
                continue
            flag, told = self._flags[n], n - untold
            y = rows[told] * theme.px(NOTE_ROW) if told >= 0 else 0
            foot: float = low if flag.foot is None else flag.foot
            line.set_data([flag.at, flag.at], [foot, high - (high - low) * y / tall])
            self._style_flag(line, flag)
            if told < 0:
                continue
            start, end = spans[told]
            inset = theme.px(INSET) if start >= (flag.at - first) * unit - 1 else 0
            colour = theme.colours.ink if flag.kind in (REBASED, DUE) else theme.colours.muted
            middle = top + y + theme.px(NOTE_ROW) / 2
            text = _fitted(flag.text, end - start - inset)
            canvas.labels.append(Label(left + start + inset, middle, text, colour, ground=True))

    def _tell(self, canvas: "ChartCanvas", untold: int) -> None:
        """Say over the chart what had no room."""
        words = untold_words(untold, len(self._bands) - len(self._drawn(canvas)))
        if words:
            left = theme.px(canvas.margins[0] + INSET)
            canvas.labels.append(Label(left, theme.px(UNTOLD), words, theme.colours.muted))

    def _style_flag(self, line: Any, flag: Flag) -> None:  # noqa: ANN401 - matplotlib's own types
        c = theme.colours
        styles: dict[str, Any] = {REBASED: "-", DUE: "-", PROPOSED: (0, (1, 3))}
        colour = {REBASED: c.ink, DUE: c.muted}.get(flag.kind, c.line_strong)
        line.set(color=colour, linewidth=points(1), linestyle=styles.get(flag.kind, (0, (2, 2))))

    # -- bands ---------------------------------------------------------------------------------

    def _place_bands(self, canvas: "ChartCanvas") -> None:
        low, high = self._axes.get_ylim()
        pixel = (high - low) / canvas.plot_size()[1]
        c, tall = theme.colours, theme.px(BAND_ROW)
        flags: list[tuple[float, float, str]] = []
        drawn = self._drawn(canvas)
        for n, (shade, bar) in enumerate(zip(self._shades, self._bars, strict=True)):
            shade.set_visible(n < len(drawn))
            bar.set_visible(n < len(drawn))
            if n >= len(drawn):
                continue
            band, lane = drawn[n]
            foot = low + pixel * (lane * theme.px(BAND_ROW + BAND_GAP) + 2)
            shade.set_bounds(band.first, low, band.last - band.first, high - low)
            shade.set(facecolor=c.band)
            bar.set_bounds(band.first, foot, band.last - band.first, pixel * tall)
            bar.set(facecolor=c.selected, edgecolor=c.line_strong, linewidth=points(0.6))
            earlier = [one.last for one, other in drawn[:n] if other == lane]
            before = max(earlier) if earlier else None
            self._name(canvas, band, before, foot + pixel * tall / 2)
            over = foot + pixel * (tall + theme.px(LIFT))
            flags += [(flag.at, over, flag.kind) for flag in band.milestones]
        self._milestones(self.done, [f for f in flags if f[2] == DONE], c.muted)
        self._milestones(self.planned, [f for f in flags if f[2] != DONE], c.surface)

    def _name(
        self, canvas: "ChartCanvas", band: Band, earlier: float | None, middle: float
    ) -> None:
        """Write a band's title on it, or before it as far as the ``earlier`` one in its lane leaves room."""
        x, y = canvas.pixel_of(band.first, middle)
        room = canvas.pixel_of(band.last, middle)[0] - x - theme.px(2 * INSET)
        left = theme.px(canvas.margins[0])
        start = left if earlier is None else canvas.pixel_of(earlier, middle)[0] + theme.px(INSET)
        before = x - max(left, start) - theme.px(INSET)
        colour = theme.colours.muted
        if text_width(band.title) > room and before > room:
            text = _fitted(band.title, before)
            canvas.labels.append(Label(x - theme.px(INSET), y, text, colour, across="right"))
            return
        canvas.labels.append(Label(x + theme.px(INSET), y, _fitted(band.title, room), colour))

    def _milestones(self, artist: Any, flags: list[tuple[float, float, str]], fill: str) -> None:  # noqa: ANN401
        lay(artist, [x for x, *_ in flags], [y for _, y, _ in flags])
        artist.set(markersize=points(5), markerfacecolor=fill, markeredgecolor=theme.colours.muted)


def _fitted(text: str, room: float) -> str:
    """Return a text cut to so many pixels."""
    if text_width(text) <= room:
        return text
    while text and text_width(text + "…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""
