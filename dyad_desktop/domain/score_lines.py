"""The lines of the scorecard: each measure with its state, its signals, its change, and what the partners think."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.chart_settings import RUN_SHIFT
from dyad_desktop.domain.check_ins import Confidence, Said, said_of
from dyad_desktop.domain.fiscal import add_days, add_months
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.measure_words import signal_words
from dyad_desktop.domain.measuring import MeasureChart, chart_of
from dyad_desktop.domain.meetings import Meeting
from dyad_desktop.domain.observed import Observation, recorded
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.domain.scorecard import STATES, Reading, read_chart, shown_worst
from dyad_desktop.domain.unsettled import unsettled_of

GOAL, PILLAR, STATUS, LEAD = "goal", "pillar", "status", "lead"
GROUPINGS = (GOAL, PILLAR, STATUS, LEAD)
RUN_BETTER, RUN_WORSE, RUN_CHANGE, RUN_NONE = "run_better", "run_worse", "run_change", "run_none"
RUN_SIGNALS = (RUN_BETTER, RUN_WORSE, RUN_CHANGE, RUN_NONE)
"""What a run chart, which has no limits, says now: a shift, trend or change, or none."""
TIMED = 7
"""The version of ids that begin with their time, in milliseconds."""
FIGURE, TARGET, LIMITS = "figure", "target", "limits"
HELD_APART = {
    **dict.fromkeys(("values", "numerator", "denominator"), FIGURE),
    **dict.fromkeys(
        ("target", "target_low", "targets", "no_target", "direction", "amber_at"), TARGET
    ),
    **dict.fromkeys(
        (
            "chart", "span", "year_start", "baseline_points", "chart_constant", "shift", "trend", "screened",
            "multiplier", "aggregation",
        ),
        LIMITS,
    ),
}  # fmt: skip
"""What a measure's state or its icons rest on, by the field that the partners may hold apart."""
APART = " ≠"
"""Follows what the partners hold apart."""
NO_PILLAR, NO_LEAD = "No pillar", "Nobody leads"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A measure in the scorecard. ``reviewed`` is the value that was known when the partners last met."""

    goal: Goal
    reading: Reading
    chart: MeasureChart
    reviewed: Observation | None
    confidence: Mapping[str, Confidence]
    """What each partner last said; those who never did aren't in it."""
    lead: Partner | None
    said_day: str = ""
    """The day of the goal's latest check-in: a confidence of another day is older."""
    old: bool = False
    """Whether the level has moved under the limits by which variation and assurance are told."""
    apart: frozenset[str] = frozenset()
    """Which of ``FIGURE`` (the latest value), ``TARGET`` and ``LIMITS`` (how it is charted) the partners hold apart.

    Shown is what both last had.
    """

    @property
    def measure(self) -> Measure:
        """The measure."""
        return self.reading.measure

    @property
    def signal(self) -> str:
        """What goes on now: the variation of a control chart, or one of ``RUN_SIGNALS``; empty where nothing tells."""
        if self.chart.method == "run":
            return run_signal(self.chart)
        return self.chart.variation or ""

    @property
    def special(self) -> bool:
        """Whether what goes on now is more than chance."""
        return self.signal not in ("", "common_cause", RUN_NONE)

    @property
    def renewed(self) -> bool:
        """Whether there is a value that wasn't known when the partners last met."""
        latest = self.reading.latest
        return latest is not None and (self.reviewed is None or latest != self.reviewed)

    @property
    def change(self) -> Reading:
        """The latest value beside the one of the last review."""
        return Reading(self.measure, self.reading.latest, self.reviewed, self.reading.status)


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """Lines under a heading; ``goal`` where the heading is a goal. ``whole`` are also those that a filter hides."""

    title: str
    lines: tuple[ScoreLine, ...]
    goal: str = ""
    whole: tuple[ScoreLine, ...] = ()

    @property
    def status(self) -> str:
        """What the most pressing state of its measures is called, whichever of them are shown."""
        return shown_worst([line.reading for line in self.whole or self.lines])


def last_review(book: Book) -> str:
    """Return the day on which the partners last met, as far as the partnership's date; nothing when they never did."""
    today = (book.only(Partnership).as_of or "")[:10]
    held = (one.date for one in book.all(Meeting) if not today or one.date <= today)
    return max(held, default="")


def score_lines(
    book: Book, apart: Mapping[str, Collection[tuple[str, str]]] = MappingProxyType({})
) -> tuple[ScoreLine, ...]:
    """Return the scorecard's lines in the order of goals and measures.

    ``apart`` are the fields and slots, by measure, that the partners hold apart.
    """
    review = last_review(book)
    return tuple(
        replace(line, apart=_apart(line, apart[one.id])) if one.id in apart else line
        for goal in book.all(Goal)
        for said in (said_of(book, goal.id),)
        for one in book.children(Measure, goal.id)
        for line in (_line(book, goal, one, said, review),)
    )


def _apart(line: ScoreLine, apart: Collection[tuple[str, str]]) -> frozenset[str]:
    """Return what of a line is held apart: of its figures, those of its latest period alone."""
    latest = line.reading.latest
    period = latest.period if latest else ""
    found = ((HELD_APART.get(field), slot) for field, slot in apart)
    return frozenset(what for what, slot in found if what and (what != FIGURE or slot == period))


def _line(book: Book, goal: Goal, measure: Measure, said: Said | None, review: str) -> ScoreLine:
    chart = chart_of(book, measure)
    return ScoreLine(
        goal=goal,
        reading=read_chart(chart),
        chart=chart,
        reviewed=value_at(chart, review) if made_on(measure.id) <= review else None,
        confidence=said.confidence if said else {},
        lead=book.get(Partner, goal.lead),
        said_day=said.day if said else "",
        old=unsettled_of(chart) is not None,
    )


def made_on(entity_id: str) -> str:
    """Return the day on which a thing was made, as its id tells; nothing of one that came with a file.

    A measure that was made after the partners met wasn't known to them then, whatever months its values are of.
    """
    try:
        found = UUID(entity_id)
    except ValueError:
        return ""
    if found.version != TIMED:
        return ""
    return datetime.fromtimestamp((found.int >> 80) / 1000, tz=UTC).date().isoformat()


def value_at(chart: MeasureChart, day: str) -> Observation | None:
    """Return the last value that was known on a day.

    A value is known once its period is over and the days have passed after which the measure's values are complete
    (``lag_days``): a quarter after its third month, a wait between rare events after the day of the later one. When a
    value was typed doesn't count, since a file that is loaded, or brought in, comes in one day.
    """
    if not day:
        return None
    step, lag = chart.measure.step, chart.measure.lag_days or 0
    values = zip(chart.series.places, chart.series.values, strict=True)
    for one in reversed(recorded(values)):
        if add_days(_end_of(one.period, step), lag) < day:
            return one
    return None


def _end_of(place: str, step: int) -> str:
    """Return the last day of a period of so many months; an event's own day."""
    if len(place) > len("2026-10"):
        return place
    return add_days(f"{add_months(place, step)}-01", -1)


def run_signal(chart: MeasureChart) -> str:
    """Return what a run chart says now, as its measure's page does; empty while it has too few values to say it."""
    words = signal_words(chart)
    for ending, signal in ((": improving", RUN_BETTER), (": worsening", RUN_WORSE)):
        if words.endswith(ending):
            return signal
    if not words.startswith("no "):
        return RUN_CHANGE
    return RUN_NONE if chart.recorded >= RUN_SHIFT else ""


def matching(lines: Sequence[ScoreLine], text: str, states: frozenset[str]) -> Iterator[ScoreLine]:
    """Give the lines whose measure, goal or pillar holds a text, and whose state or variation is among ``states``.

    No states stand for all; ``special`` stands for whatever is more than chance.
    """
    wanted = text.strip().casefold()
    for line in lines:
        words = f"{line.measure.title} {line.goal.title} {line.goal.domain or ''}".casefold()
        found = {line.reading.shown, "special" if line.special else ""}
        if wanted in words and (not states or states & found):
            yield line


def grouped(
    lines: Sequence[ScoreLine], by: str, among: Sequence[ScoreLine] = ()
) -> tuple[ScoreGroup, ...]:
    """Return lines under headings: by ``goal``, ``pillar``, ``status`` (the most pressing first) or ``lead``.

    ``among`` are all lines that there are, where only some are shown.
    """
    headings: dict[str, list[ScoreLine]] = {}
    goals: dict[str, str] = {}
    whole: dict[str, list[ScoreLine]] = {}
    for line in among:
        whole.setdefault(heading_of(line, by), []).append(line)
    for line in lines:
        key = heading_of(line, by)
        headings.setdefault(key, []).append(line)
        goals[key] = line.goal.id if by == GOAL else ""
    groups = [
        ScoreGroup(_title(key, by, found), tuple(found), goals[key], tuple(whole.get(key, ())))
        for key, found in headings.items()
    ]
    if by == STATUS:
        groups.sort(key=lambda group: STATES.index(group.status))
    return tuple(groups)


def heading_of(line: ScoreLine, by: str) -> str:
    """Return what a line is grouped under."""
    if by == GOAL:
        return line.goal.id
    if by == PILLAR:
        return line.goal.domain or NO_PILLAR
    if by == STATUS:
        return line.reading.shown
    return line.lead.id if line.lead else NO_LEAD


def _title(key: str, by: str, lines: Sequence[ScoreLine]) -> str:
    if by == GOAL:
        return lines[0].goal.title
    if by == LEAD and lines[0].lead:
        return lines[0].lead.name
    return key.replace("_", " ")[:1].upper() + key.replace("_", " ")[1:]
