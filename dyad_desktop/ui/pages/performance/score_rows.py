"""The rows of the scorecard and what each of their cells says: on the screen, on paper, to a screen reader."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_words import (
    ASSURANCE_WORDS,
    OLD_LEGEND,
    VARIATION_WORDS,
    YOUNG,
    YOUNG_LEGEND,
    by_limits,
    level_words,
    place_label,
    signal_words,
    when_words,
)
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.score_lines import (
    APART,
    FIGURE,
    LIMITS,
    RUN_SIGNALS,
    ScoreGroup,
    ScoreLine,
)
from dyad_desktop.domain.score_lines import TARGET as AIM
from dyad_desktop.domain.scorecard import Reading, show_level, show_value, told_value
from dyad_desktop.domain.unsettled import OLD
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.signal_icons import SHORT_WORDS
from dyad_desktop.ui.charts.spark import POINTS, year_breaks
from dyad_desktop.ui.pages.performance.score_columns import (
    ASSURANCE,
    CONFIDENCE,
    LATEST,
    LEAD,
    MEASURE,
    PERIOD,
    SINCE,
    SPARK,
    STATUS,
    TARGET,
    VARIATION,
)
from dyad_desktop.ui.tokens import STATUS_WORDS

APART_LEGEND = f"{APART.strip()} you differ: shown is what you both last had"
LONG_UNIT = 8
"""Letters of a unit that still stands beside the latest value."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A measure's row, or a heading when ``line`` is ``None``."""

    kind: str
    id: str
    title: str
    status: str
    line: ScoreLine | None = None
    partners: tuple[Partner, ...] = ()
    """In the alphabetical order of their ids: they are shown by their place in it."""
    spark: tuple[Decimal | None, ...] = ()
    breaks: frozenset[int] = frozenset()
    """The places before which the sparkline is lifted."""
    apart: str = ""
    """The period of the latest value, short, where it isn't that of most rows."""

    @property
    def places(self) -> tuple[str, ...]:
        """The ids of the partners."""
        return tuple(one.id for one in self.partners)

    @property
    def reading(self) -> Reading | None:
        """The measure's reading; ``None`` of a heading."""
        return self.line.reading if self.line else None

    @property
    def measure(self) -> Measure:
        """The measure of the row.

        Raises:
            AttributeError: the row is a heading.
        """
        assert self.line is not None  # noqa: S101 - callers ask rows with a line
        return self.line.measure


def rows_of(groups: Sequence[ScoreGroup], partners: Sequence[Partner]) -> list[ScoreRow]:
    """Return the rows of groups, each under its heading."""
    rows: list[ScoreRow] = []
    most = _most_common([_month_of(line) for group in groups for line in group.lines])
    for group in groups:
        kind = "goal" if group.goal else "heading"
        rows.append(ScoreRow(kind, group.goal or group.title, group.title, group.status))
        rows += [_row_of(line, tuple(partners), most) for line in group.lines]
    return rows


def _row_of(line: ScoreLine, partners: tuple[Partner, ...], most: str) -> ScoreRow:
    measure, month = line.measure, _month_of(line)
    spark = line.chart.series.values[-POINTS:]
    apart = ""
    if month not in ("", most):
        apart = month_label(month) if month[:4] == most[:4] else short_period(month)
    return ScoreRow(
        "measure", measure.id, measure.title, line.reading.shown, line, partners, spark,
        year_breaks(line.reading, len(spark)), apart,
    )  # fmt: skip


def _month_of(line: ScoreLine) -> str:
    latest = line.reading.latest
    return latest.period[:7] if latest else ""


def _most_common(months: Sequence[str]) -> str:
    """Return the month that most have, the later one of as many; nothing where there is none."""
    counts = Counter(month for month in months if month)
    return max(counts, key=lambda month: (counts[month], month), default="")


def since_words(line: ScoreLine, *, sized: bool = False) -> str:
    """Return how a measure changed since the review; ``no new value`` where none has come."""
    if line.reviewed is not None and not line.renewed:
        return "no new value"
    return trend_words(line.change, sized=sized)


def trend_words(reading: Reading, *, sized: bool = False) -> str:
    """Return which way a value went and what that means: ``↑ better``; ``sized`` also by how much."""
    if reading.latest is None or reading.previous is None:
        return show.NOTHING
    moved = reading.latest.value - reading.previous.value
    if not moved:
        return "→ same"
    size = show_value(reading.measure, abs(moved), unit=False) if sized else ""
    if size == show_value(reading.measure, Decimal(0), unit=False):
        size = ""  # smaller than what is shown: it has a way, but no size
    meaning = {None: "", True: "better", False: "worse"}[reading.better]
    return " ".join(part for part in ("↑" if moved > 0 else "↓", size, meaning) if part)


def short_period(period: str) -> str:
    """Return ``Oct 26`` of a period."""
    return f"{month_label(period)} {period[2:4]}"


def marks_of(lines: Sequence[ScoreLine]) -> list[str]:
    """Return the legend of the marks in some lines, a sentence each."""
    young = any(line.reading.provisional for line in lines)
    old = any(line.old for line in lines)
    apart = any(line.apart for line in lines)
    there = ((young, YOUNG_LEGEND), (old, OLD_LEGEND), (apart, APART_LEGEND))
    return [f"{legend}." for holds, legend in there if holds]


def cell_text(row: ScoreRow, column: int) -> str:
    """Return what a cell says."""
    if row.line is None:
        return {MEASURE: row.title, STATUS: STATUS_WORDS[row.status][1]}.get(column, "")
    return TEXTS[column](row, row.line)


def roomy_text(row: ScoreRow, column: int) -> str:
    """Return what a cell says where there is room: a change with its size."""
    if row.line is not None and column == SINCE:
        return since_words(row.line, sized=True)
    return cell_text(row, column)


def _latest(_row: ScoreRow, line: ScoreLine) -> str:
    reading, measure = line.reading, line.measure
    if reading.latest is None:
        return show.NOTHING
    value, period = reading.latest.value, reading.latest.period
    text = told_value(measure, value, period, unit=not long_unit(measure))
    return text + YOUNG * reading.provisional + APART * (FIGURE in line.apart)


def long_unit(measure: Measure) -> str:
    """Return a unit that would take the names their room, such as ``per 1,000 patient days``; nothing of others."""
    unit = measure.unit or ""
    return unit if len(unit) > LONG_UNIT else ""


def _period(_row: ScoreRow, line: ScoreLine) -> str:
    return short_period(line.reading.latest.period[:7]) if line.reading.latest else ""


TEXTS: dict[int, Callable[[ScoreRow, ScoreLine], str]] = {
    MEASURE: lambda row, _line: row.title,
    LATEST: _latest,
    PERIOD: _period,
    SINCE: lambda _row, line: since_words(line),
    TARGET: lambda _row, line: target_text(line.reading) + APART * (AIM in line.apart),
    STATUS: lambda row, _line: " ".join(STATUS_WORDS[row.status]),
    VARIATION: lambda _row, line: verdict_text(line, line.signal),
    ASSURANCE: lambda _row, line: verdict_text(line, line.chart.assurance),
    SPARK: lambda row, _line: f"{len(row.spark)} values",
    CONFIDENCE: lambda row, _line: confidence_text(row),
    LEAD: lambda _row, line: line.lead.first_name if line.lead else "",
}


def verdict_text(line: ScoreLine, icon: str | None) -> str:
    """Return what an icon says, marked where it rests on old limits, or on a chart that the partners hold apart."""
    words = SHORT_WORDS.get(icon or "", "")
    apart = APART.strip() * (LIMITS in line.apart)
    return words + OLD * line.old + apart if words else f"{show.NOTHING}{apart}"


def target_text(reading: Reading) -> str:
    """Return the target in force as a corridor: ``≤ 60``, ``≥ 90``, ``75–85``; of a sum, ``≥ 160 to date``."""
    measure, target = reading.measure, reading.target
    if target is None:
        return show.NOTHING
    text = show_level(measure, target, unit=False)
    if measure.direction != "within":
        return f"{'≥' if measure.direction == 'up' else '≤'} {text}{when_words(measure)}"
    low = measure.target_low
    return f"≤ {text}" if low is None else f"{show_level(measure, low, unit=False)}–{text}"


def confidence_text(row: ScoreRow) -> str:
    """Return what each partner last said, by name: ``Priya 7 · Marcus 6``; what is older with its day."""
    line = row.line
    if line is None or not line.confidence:
        return show.NOTHING
    parts = []
    for one in row.partners:
        given = line.confidence.get(one.id)
        old = given is not None and given.day != line.said_day
        mark = f"{one.first_name} {show.NOTHING if given is None else given.mark}"
        parts.append(
            f"{mark} ({show.short_day(given.day, line.said_day)})" if old and given else mark
        )
    return " · ".join(parts)


def spoken(row: ScoreRow, column: int) -> str:
    """Return a cell's text with its icon and its mark in words."""
    line = row.line
    if line is None or column not in (VARIATION, ASSURANCE, LATEST):
        return roomy_text(row, column)
    chart = line.chart
    if column == LATEST:
        when = (
            f"in {place_label(line.reading.latest.period)}"
            if row.apart and line.reading.latest
            else ""
        )
        young = "provisional" if line.reading.provisional else ""
        apart = "you differ" if FIGURE in line.apart else ""
        parts = (line.reading.told, when, young, apart)
        return ", ".join(part for part in parts if part) or show.NOTHING
    apart = "; you differ on its chart" if LIMITS in line.apart else ""
    if column == ASSURANCE:
        known = by_limits(chart, ASSURANCE_WORDS.get(chart.assurance or "", "")) or "not known"
        return f"{known}{apart}"
    if line.signal in RUN_SIGNALS:
        return f"run chart: {signal_words(chart)}{apart}"
    told = by_limits(chart, VARIATION_WORDS.get(chart.variation or "", "")) or "too few values"
    return f"{told}{apart}"


def tip_of(row: ScoreRow, column: int) -> str | None:
    """Return what a cell tells when the mouse rests on it."""
    line = row.line
    assert line is not None  # noqa: S101 - headings have no tips
    if column == MEASURE:
        return line.measure.definition or row.title
    more = row.apart or line.reading.provisional or long_unit(line.measure)
    if column in (VARIATION, ASSURANCE) or (column == LATEST and more):
        text = spoken(row, column)
        return f"{text[:1].upper()}{text[1:]}"
    if column == TARGET and line.reading.target is not None:
        stretch = line.reading.stretch
        more = (
            "" if stretch is None else f", stretch {show_level(line.measure, stretch, unit=False)}"
        )
        by = f" by {short_period(line.measure.target_date)}" if line.measure.target_date else ""
        return f"{level_words(line.measure, line.reading.target)}{by}{more}"
    if column == CONFIDENCE and line.confidence:
        return confidence_text(row)
    if column == SINCE and line.reviewed is not None:
        when = short_period(line.reviewed.period[:7])
        return f"{show_value(line.measure, line.reviewed.value)} in {when}, the last that was known when you met"
    return None
