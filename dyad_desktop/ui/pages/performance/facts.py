"""The facts of a measure in words: latest, against target, signal, baseline."""

from fractions import Fraction

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import add_months, month_label, month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.lacking import lacking_words
from dyad_desktop.domain.levels import target_at, target_begins
from dyad_desktop.domain.measure_ahead import level_text
from dyad_desktop.domain.measure_words import (
    BY_OLD,
    age_words,
    benchmark_words,
    level_words,
    moved_words,
    place_label,
    settings_words,
    signal_words,
    units_of,
)
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.ratio import exact
from dyad_desktop.domain.reach import (
    OUT,
    UNLIKELY,
    VERDICTS,
    meant_words,
    need_of,
    need_words,
    reach_of,
    reach_words,
    untold_words,
)
from dyad_desktop.domain.scorecard import ON_TRACK, Reading, gap_text, read_chart, show_level
from dyad_desktop.domain.to_date import none_words
from dyad_desktop.domain.unsettled import unsettled_of
from dyad_desktop.services.wording import periods_text
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, STATUS_WORDS
from dyad_desktop.ui.widgets.basics import StatusMark, label

_OUTLOOKS = {OUT: "off_track", UNLIKELY: "at_risk"}


def settings_line(chart: MeasureChart, lead: str) -> str:
    """Return who leads, and how the chart was made: its time, settings and source."""
    measure, places = chart.measure, chart.series.places
    if not places:
        return " · ".join(part for part in (lead, measure.definition or "") if part)
    one = units_of(chart).removesuffix("s")
    count = f"1 {one}" if chart.recorded == 1 else f"{chart.recorded} {one}s"
    ends = dict.fromkeys(when_label(measure, place) for place in (places[0], places[-1]))
    span = f"{count}, {' to '.join(ends)}"
    parts = (lead, span, settings_words(chart), measure.source or "", benchmark_words(measure))
    return " · ".join(part for part in parts if part)


def when_label(measure: Measure, place: str) -> str:
    """Return a place as the time axis names it: a month, a quarter by its months, a day."""
    if len(place) > len("2026-10") or measure.step == 1:
        return place_label(place)
    last = add_months(place, measure.step - 1)
    return f"{month_label(place)}–{month_label(last)} {last[:4]}"


def target_words(reading: Reading) -> str:
    """Return the status and how far the latest value is from the target."""
    measure, word = reading.measure, STATUS_WORDS[reading.status][1]
    target = reading.target
    if reading.latest is None or target is None:
        return "no target" if target is None else word
    low = measure.target_low
    figure = Fraction(exact(measure, reading.latest.period, reading.latest.value))
    below_low = measure.direction == "within" and low is not None and figure < low
    bound = low if below_low and low is not None else target
    gap = figure - Fraction(bound)
    if measure.direction == "within" and reading.status == ON_TRACK:
        return f"{word}, within"
    if gap == 0:
        return f"{word}, at target"
    size, side = gap_text(measure, figure, bound), "above" if gap > 0 else "below"
    if not size:
        return f"{word}, just {side}"
    points = " points" if measure.unit == "%" else ""
    return f"{word}, {size}{points} {side}"


def signal_state(chart: MeasureChart) -> tuple[str, str]:
    """Return (status for its colour, words as in a sentence) of what goes on now; a month keeps its capital."""
    words = signal_words(chart)
    head, _, verdict = words.partition(": ")
    shown = head.removeprefix("a ").removeprefix("no ")
    if verdict in {"improving", "worsening"}:
        return ("on_track" if verdict == "improving" else "off_track"), f"{verdict}: {shown}"
    if words.startswith("no "):
        return "", f"none: {words}"
    return "", shown


class Fact(QWidget):
    """A heading in small capitals over a value."""

    def __init__(self, heading: str, value: QLabel) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label(heading, "caps"))
        self.value = value
        value.setWordWrap(True)
        column.addWidget(value)
        self.more = label("", "small", wrap=True)
        column.addWidget(self.more)
        column.addStretch(1)

    def say(self, text: str, more: str = "") -> None:
        """Show a value and a quiet line beneath."""
        self.value.setText(text)
        self.more.setText(more)


class FactsRow(QWidget):
    """Four facts beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self._brief = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 3)
        self.latest = Fact("Latest", label("", "title"))
        self.latest.value.setWordWrap(False)
        self.target_mark, self.signal_mark = StatusMark(), StatusMark()
        for mark in (self.target_mark, self.signal_mark):
            mark.setProperty("type", "lead")
        self.target = Fact("Against target", self.target_mark)
        self.signal = Fact("Signal", self.signal_mark)
        self.baseline = Fact("Baseline", label("", "lead"))
        self.reach_mark = StatusMark()
        self.reach_mark.setProperty("type", "lead")
        self.reach = Fact("Target reachable?", self.reach_mark)
        for fact, stretch in (
            (self.latest, 2),
            (self.target, 3),
            (self.signal, 3),
            (self.reach, 5),
            (self.baseline, 2),
        ):
            row.addWidget(fact, stretch)

    def show_chart(self, chart: MeasureChart, start_month: int, as_of: str = "") -> None:
        """Show a measure's facts on a day; the fiscal year begins in ``start_month``."""
        measure = chart.measure
        reading = read_chart(chart)
        latest = reading.latest
        when = when_label(measure, latest.period) if latest else ""
        when += ", provisional" if reading.provisional else ""
        self.latest.say(reading.told or show.NOTHING, when)
        self.target_mark.set_status(reading.status, target_words(reading))
        why = none_words(measure, latest.period) if latest else ""
        self.target.more.setText(why.strip() or _target_line(reading))
        self._signal(chart)
        self._reach(chart, start_month, as_of)
        base = measure.baseline_value
        text = show_level(measure, base) if base is not None else show.NOTHING
        self.baseline.say(text, _baseline_line(measure))
        self.be_brief(brief=self._brief)

    def be_brief(self, *, brief: bool) -> None:
        """Leave the quiet lines to the pointer, where the chart needs their room."""
        self._brief = brief
        for fact in (self.latest, self.target, self.signal, self.reach, self.baseline):
            fact.more.setHidden(brief)
            fact.setToolTip(fact.more.text() if brief else "")

    def _reach(self, chart: MeasureChart, start_month: int, as_of: str) -> None:
        need, found = need_of(chart, start_month), reach_of(chart, start_month)
        lacking = lacking_words(chart, start_month, as_of) if need is not None else ""
        meant = meant_words(chart, need) if need is not None else ""
        if found is None:
            words = "not told yet" if need is None else need_words(chart, need)
            status, more = "no_data", untold_words(chart, start_month)
        else:
            status, words = _OUTLOOKS.get(found.verdict, "on_track"), VERDICTS[found.verdict]
            more = reach_words(chart, found) + ("." if meant or lacking else "")
        self.reach_mark.set_status(status, words)
        self.reach.more.setText(" ".join(part for part in (more, meant, lacking) if part))

    def _signal(self, chart: MeasureChart) -> None:
        if not chart.series.places:
            self.signal_mark.set_status("no_data", "no values")
            self.signal.more.setText("")
            return
        status, words = signal_state(chart)
        said, _, detail = words.partition(": ")
        found = unsettled_of(chart)
        if found is not None:
            # Neither praise nor alarm by limits that the level has moved under.
            status = ""
            said = f"{said}{BY_OLD}" if detail else said
            aged = f"the limits {age_words(found)} {moved_words(chart, found)}"
            detail = f"{detail}; {aged}" if detail else aged
        self.signal_mark.set_status(status or "no_data", said)
        self.signal.more.setText(detail)


def _target_line(reading: Reading) -> str:
    measure, target = reading.measure, reading.target
    if target is None:
        begins = target_begins(measure, reading.latest.period) if reading.latest else ""
        level = target_at(measure, begins) if begins else None
        if level is None:
            return "set one under Edit measure"
        return f"{level_text(measure, level)} from {month_year_label(begins)}"
    due, words = measure.target_date, level_words(measure, target)
    if not due:
        return words
    later = target_at(measure, due)
    if later is None or later == target:
        return f"{words} by {month_year_label(due)}"
    return f"{words}; {level_text(measure, later)} due {month_year_label(due)}"


def _baseline_line(measure: Measure) -> str:
    return periods_text(measure.baseline_period) if measure.baseline_period else ""
