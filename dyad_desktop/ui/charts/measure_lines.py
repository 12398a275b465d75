"""The numbers that a measure's chart is drawn from: lines with their breaks, marks with shape and colour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import ambers_at, begins_year, stretches_at, targets_at
from dyad_desktop.domain.measure_ahead import Ahead
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.possible import clipped
from dyad_desktop.domain.proposed import Preview
from dyad_desktop.ui.tokens import theme

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

NAN = float("nan")
Points = tuple[list[float], list[float]]
GOOD, BAD, NEITHER = "good", "bad", "neither"
UP, DOWN, LEVEL = "^", "v", "D"
APART = {name: f"{name} apart" for name in ("centre", "upper", "lower")}
"""Lines of limits that are on trial where those of now aren't, or the other way round."""
PROPOSED = {name: f"{name} proposed" for name in ("centre", "upper", "lower")}
"""Lines of limits that wait for agreement."""
DATED = ("target", "low")
"""The lines that are due by a target's date."""


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
    firsts = _firsts(chart)
    return {name: steps(line, firsts) for name, line in _limits(chart).items()}


def limit_parts(chart: MeasureChart) -> dict[str, Points]:
    """Return the same, apart those limits that stand otherwise than those of now: trial limits, or no longer trial."""
    control, firsts = chart.control, _firsts(chart)
    apart = {
        place
        for one in (control.segments if control else ())
        if chart.trial_at(one.first) != chart.trial
        for place in range(one.first, one.last + 1)
    }
    if not apart:
        return limit_lines(chart)
    found: dict[str, Points] = {}
    for name, line in _limits(chart).items():
        found[name] = steps([None if n in apart else y for n, y in enumerate(line)], firsts)
        found[APART[name]] = steps([y if n in apart else None for n, y in enumerate(line)], firsts)
    return found


def _limits(chart: MeasureChart) -> dict[str, tuple[float | None, ...]]:
    control = chart.control
    if control is None:
        return {}
    return {
        "centre": control.centres,
        "upper": tuple(clipped(chart.measure, control.upper)),
        "lower": tuple(clipped(chart.measure, control.lower)),
    }


def preview_lines(previews: Sequence[Preview]) -> dict[str, Points]:
    """Return centre and limits of proposals as steps, each apart from the one before."""
    found: dict[str, Points] = {}
    for one in previews:
        for name, line in (("centre", one.centre), ("upper", one.upper), ("lower", one.lower)):
            xs, ys = found.setdefault(PROPOSED[name], ([], []))
            moved, levels = steps(line)
            xs += [one.first - 0.5, *(x + one.first for x in moved)]
            ys += [NAN, *levels]
    return found


def _firsts(chart: MeasureChart) -> set[int]:
    return {one.first for one in chart.control.segments} if chart.control else set()


def median_line(chart: MeasureChart) -> Points:
    """Return the median of every segment as steps, half a place further than its points."""
    segments = chart.segments
    medians = [one.centre for one in segments for _ in range(one.first, one.last + 1)]
    return steps(medians, {one.first for one in segments})


def middle_lines(chart: MeasureChart) -> dict[str, Points]:
    """Return centre and limits of a chart; of one without limits, such as a run chart, the median alone."""
    if chart.control is None:
        return {"centre": median_line(chart)} if chart.recorded else {}
    return limit_lines(chart)


def year_starts(measure: Measure, places: Sequence[str]) -> list[int]:
    """Return the places, after the first, where figures of the year to date begin anew; lines are lifted there."""
    return [n for n, one in enumerate(places) if n and begins_year(measure, one)]


def value_line(chart: MeasureChart) -> Points:
    """Return the line through the values, lifted where figures of the year to date begin anew."""
    ys = [number(value) for value in chart.series.values]
    xs = [float(n) for n in range(len(ys))]
    for n in reversed(year_starts(chart.measure, chart.series.places)):
        xs.insert(n, n - 0.5)
        ys.insert(n, NAN)
    return xs, ys


def level_lines(chart: MeasureChart, later: Sequence[str] = ()) -> dict[str, Points]:
    """Return target, lower end, stretch and amber limit as steps, over the places of the values and ``later`` ones."""
    measure, count = chart.measure, len(chart.series.places) + len(later)
    within = measure.direction == "within"
    low = measure.target_low if within else None
    found = {
        "target": (*chart.targets, *targets_at(measure, later)),
        "stretch": (*chart.stretches, *stretches_at(measure, later)),
        "low": (low,) * count,
        # A corridor has no amber: what stands from before says nothing of it.
        "amber": () if within else ambers_at(measure, (*chart.series.places, *later)),
    }
    breaks = set(year_starts(measure, (*chart.series.places, *later)))
    return {
        name: steps(levels, breaks)
        for name, levels in found.items()
        if any(level is not None for level in levels)
    }


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


def parted(line: Points, at: float) -> tuple[Points, Points]:
    """Return what of unbroken steps lies before a place and what after; a step that passes it is in both."""
    before: Points = ([], [])
    after: Points = ([], [])
    for n, (x, y) in enumerate(zip(*line, strict=True)):
        if n and line[0][n - 1] < at < x:
            for part in (before, after):
                part[0].append(at)
                part[1].append(y)
        part = before if x < at or (x == at and n % 2) else after
        part[0].append(x)
        part[1].append(y)
    return before, after


def due_parts(line: Points, ahead: Ahead) -> tuple[Points, Points]:
    """Return what of a target's line isn't due yet, and what is; all is where there is no date."""
    return parted(line, line[0][0] if ahead.due is None else ahead.due.at)


def due_levels(measure: Measure, ahead: Ahead) -> list[float]:
    """Return the levels that are due in a month of the axis: the target, and the lower end of a corridor."""
    due = ahead.due
    if due is None or not due.shown:
        return []
    low = measure.target_low if measure.direction == "within" else None
    return [float(level) for level in (due.level, low) if level is not None]


def lay(artist: "Line2D", xs: Sequence[float], ys: Sequence[float]) -> None:
    """Give a line its points; without any it isn't drawn at all, which is quicker."""
    artist.set_visible(bool(xs))
    artist.set_data(xs, ys)


def colour_of(meaning: str) -> str:
    """Return the colour of a mark."""
    c = theme.colours
    return {GOOD: c.on_track, BAD: c.off_track}.get(meaning, c.ink)


def marks_of(chart: MeasureChart) -> list[Mark]:
    """Return the points that are more than chance; ▲ high or rising, ▼ low or falling, ◆ where neither is good."""
    if chart.method == "run":
        return list(_run_marks(chart))
    return [] if chart.control is None else list(_control_marks(chart))


def _control_marks(chart: MeasureChart) -> Iterator[Mark]:
    assert chart.control is not None  # noqa: S101 - for the type checker
    # Segments that don't bear a verdict yet have no sides.
    for place, side in enumerate(chart.control.sides):
        if side is not None:
            yield _mark(chart, place, high=side == "high")


def _run_marks(chart: MeasureChart) -> Iterator[Mark]:
    marks: dict[int, Mark] = {}
    for segment in chart.segments:
        for run in (*segment.trends, *segment.shifts):
            for place in run.places:
                marks[place] = _mark(chart, place, high=run.high)
    yield from marks.values()


def _mark(chart: MeasureChart, place: int, *, high: bool) -> Mark:
    direction = chart.settings.direction
    if direction == "within":
        return Mark(place, NEITHER, LEVEL)
    return Mark(place, GOOD if high == (direction == "up") else BAD, UP if high else DOWN)
