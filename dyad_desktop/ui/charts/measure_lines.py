"""The numbers that a measure's chart is drawn from: lines with their breaks, marks with shape and colour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.measuring import MeasureChart, clipped
from dyad_desktop.domain.run_chart import Run, run_chart
from dyad_desktop.ui.tokens import theme

NAN = float("nan")
Points = tuple[list[float], list[float]]
GOOD, BAD, NEITHER = "good", "bad", "neither"
UP, DOWN, LEVEL = "^", "v", "D"


@dataclass(frozen=True, slots=True)
class Mark:
    """A special point: its place, what it means, and the shape it is drawn with."""

    place: int
    meaning: str
    shape: str


def number(value: Decimal | None) -> float:
    """Return a value as it is plotted; a gap is not a number."""
    return NAN if value is None else float(value)


def limit_lines(chart: MeasureChart) -> dict[str, Points]:
    """Return centre and limits as steps from half a place before each point to half a place after, by segment."""
    control = chart.control
    if control is None:
        return {}
    lines = {
        "centre": control.centres,
        "upper": tuple(clipped(chart.measure, control.upper)),
        "lower": tuple(clipped(chart.measure, control.lower)),
    }
    firsts = {segment.first for segment in control.segments}
    return {name: steps(line, firsts) for name, line in lines.items()}


def steps(line: Sequence[float | Decimal | None], breaks: set[int] = frozenset()) -> Points:  # type: ignore[assignment]
    """Return a level for each place as steps; the line is lifted at gaps and before the places in ``breaks``."""
    xs: list[float] = []
    ys: list[float] = []
    for place, value in enumerate(line):
        if place in breaks and xs:
            xs.append(place - 0.5)
            ys.append(NAN)
        level = NAN if value is None else float(value)
        xs += [place - 0.5, place + 0.5]
        ys += [level, level]
    return xs, ys


def colour_of(meaning: str) -> str:
    """Return the colour of a mark."""
    c = theme.colours
    return {GOOD: c.on_track, BAD: c.off_track}.get(meaning, c.ink)


def marks_of(chart: MeasureChart) -> list[Mark]:
    """Return the points that are more than chance; ▲ high or rising, ▼ low or falling, ◆ where neither is good."""
    if chart.trial:
        return []
    return list(_run_marks(chart) if chart.control is None else _control_marks(chart))


def _control_marks(chart: MeasureChart) -> Iterator[Mark]:
    assert chart.control is not None  # noqa: S101 - for the type checker
    for place, side in enumerate(chart.control.sides):
        if side is not None:
            yield _mark(chart, place, high=side == "high")


def _run_marks(chart: MeasureChart) -> Iterator[Mark]:
    found = run_chart(dict(zip(chart.series.places, chart.series.values, strict=True)))
    marks: dict[int, Mark] = {}
    for run in (*found.trends, *found.shifts):
        for place in _places(chart, run, found.median):
            marks[place] = _mark(chart, place, high=run.side in ("above", "up"))
    yield from marks.values()


def _places(chart: MeasureChart, run: Run, median: Decimal | None) -> Iterator[int]:
    shift = run.side in ("above", "below")
    series = zip(chart.series.places, chart.series.values, strict=True)
    for place, (period, value) in enumerate(series):
        inside = run.start <= period <= run.end and value is not None
        if inside and not (shift and value == median):
            yield place


def _mark(chart: MeasureChart, place: int, *, high: bool) -> Mark:
    direction = chart.measure.direction
    if direction == "within":
        return Mark(place, NEITHER, LEVEL)
    return Mark(place, GOOD if high == (direction == "up") else BAD, UP if high else DOWN)
