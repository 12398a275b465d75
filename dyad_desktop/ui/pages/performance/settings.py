"""The panel of a measure's own fields: target, chart, definition, and when its limits start anew."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import add_months, month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.level_order import order_words
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.to_date import target_titles, target_words
from dyad_desktop.services.targets import add_step, places_of, remove_step, steps_of, write_steps
from dyad_desktop.services.wording import CHOICES
from dyad_desktop.ui.pages.performance.rebases import DEFINITION_CHANGED, RebasePart
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Segments, button, clear, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

TARGET, CHART, DEFINITION, REBASES = "target", "chart", "definition", "rebases"
PARTS = (
    (TARGET, "Target"), (CHART, "Chart"), (DEFINITION, "Definition"), (REBASES, "New limits"),
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    TARGET: (
        "target", "target_low", "stretch", "amber_at", "target_date", "direction", "unit", "decimals",
        "benchmark", "benchmark_source", "benchmark_date",
    ),
    CHART: (
        "chart", "chart_constant", "shift", "trend", "screened", "baseline_points", "span",
        "year_start", "lower_bound", "upper_bound",
    ),
    DEFINITION: (
        "title", "source", "frequency", "aggregation", "multiplier", "lag_days", "baseline_value",
        "baseline_period",
    ),
}  # fmt: skip
LONG = ("definition", "numerator_text", "denominator_text", "exclusions")
TITLES = {
    "target_low": "Target, lower end",
    "amber_at": "Amber limit",
    "target_date": "Target due (2027-06)",
    "direction": "Better is",
    "benchmark_source": "Benchmark’s source",
    "benchmark_date": "Benchmark’s date",
    "chart_constant": "Limits, × mean moving range (2.66)",
    "shift": "Shift, points (7)",
    "trend": "Trend, points (7)",
    "screened": "Leave out large moving ranges",
    "baseline_points": "Baseline, first points (all)",
    "span": "A value covers",
    "year_start": "Year begins in month (1–12)",
    "lower_bound": "Lowest possible",
    "upper_bound": "Highest possible",
    "baseline_value": "Baseline",
    "baseline_period": "Baseline period",
    "lag_days": "Days until complete",
    "numerator_text": "Numerator",
    "denominator_text": "Denominator",
}
OPTIONS = {name: tuple(words.items()) for name, words in CHOICES.items()}
IDLE_LOW = (
    "The target’s lower end counts only where better is between two ends: it has no effect now."
)
LOW_HOLDS = "The lower end has no steps: it is the same at all times."
FIRST_VALUE = (
    "A target that holds from a month on takes a first value: record one in the table (key T)"
)
AHEAD = 18
"""Months after the last value from which a target can start."""


class SettingsPanel(Card):
    """The measure's fields in four parts. ``grown`` carries a widget that was added and should be seen."""

    grown = Signal(object)

    def __init__(self, desk: "Desk") -> None:
        super().__init__("How it is measured and charted")
        self._desk = desk
        self.forms: dict[str, Form] = {}
        self._steps: list[Form] = []
        self._added = ""
        self.new: Form | None = None
        """The target that was just added."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_laid_out)
        self._chart: MeasureChart | None = None
        self._book = desk.book
        """What is shown: what is written from it has seen this and nothing later."""
        self.parts = Segments(PARTS, "Part of the measure's settings")
        self.parts.chosen.connect(self.show_part)
        self.column.addLayout(row(self.parts, 1))
        self.rebases = RebasePart(desk)
        self._columns: dict[str, QVBoxLayout] = {}
        self._pages: dict[str, QWidget] = {}
        for name in (TARGET, CHART, DEFINITION):
            self._add(name)
        self._pages[REBASES] = self.rebases
        self.column.addWidget(self.rebases)
        self._make_steps()
        self.show_part(TARGET)

    def _add(self, name: str) -> None:
        page = self._pages[name] = QWidget()
        column = self._columns[name] = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.column.addWidget(page)

    def _make_steps(self) -> None:
        """Make the list of targets that hold from a month on, and the way to add one."""
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.period = ChoiceBox()
        self.period.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.period.setAccessibleName("First month of another target")
        self.low_words = label("", "muted", wrap=True)
        self.low_words.hide()
        self.order_words = label("", "error", wrap=True)
        self.order_words.hide()
        self.meaning = label("", "muted", wrap=True)
        self.meaning.hide()
        self.add = button("Another target from then")
        self.add.clicked.connect(self._on_add)
        column = self._columns[TARGET]
        column.addWidget(self.order_words)
        column.addWidget(self.meaning)
        column.addWidget(self.low_words)
        column.addLayout(self._list)
        column.addLayout(row(label("From", "muted"), self.period, self.add, 1))

    # -- showing -------------------------------------------------------------------------------

    @Slot(str)
    def show_part(self, name: str) -> None:
        """Show a part."""
        self.parts.choose(name)
        for part, page in self._pages.items():
            page.setVisible(part == name)

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in a field."""
        forms = (*self.forms.values(), *self._steps)
        return self.rebases.editing or any(form.editing for form in forms)

    def show_chart(self, chart: MeasureChart) -> None:
        """Show a measure's fields."""
        self._book = self._desk.book
        another = self._chart is None or self._chart.measure.id != chart.measure.id
        self._chart = chart
        if another:
            self._make_forms(chart.measure)
        else:
            for form in self.forms.values():
                form.refresh()
                form.retitle({name: shown.text() for name, shown in form.captions.items()})
        if another and not chart.recorded and self.parts.choice == REBASES:
            self.show_part(TARGET)  # there is nothing yet that has limits
        self._show_steps(chart)
        self._show_meaning(chart)
        words = order_words(self._book.need(Measure, chart.measure.id))
        self.order_words.setText(words)
        self.order_words.setVisible(bool(words))
        self.rebases.show_chart(chart)

    def _make_forms(self, measure: Measure) -> None:
        for form in self.forms.values():
            form.hide()
            form.deleteLater()
        columns = 4 if theme.scale < 1.4 else 2
        key = ("measure", measure.id)
        self.forms = {
            name: Form(self._desk, key, fields, TITLES, columns, options=OPTIONS)
            for name, fields in FIELDS.items()
        }
        self.forms["long"] = Form(self._desk, key, LONG, TITLES, columns=2)
        for name, column in self._columns.items():
            column.insertWidget(0, self.forms[name])
        self._columns[DEFINITION].insertWidget(1, self.forms["long"])
        self.setFocusProxy(self.forms[TARGET].fields["target"])

    def _show_steps(self, chart: MeasureChart) -> None:
        measure = self._book.need(Measure, chart.measure.id)
        if any(form.editing for form in self._steps):
            return
        clear(self._list)
        self._steps = []
        self.new = None
        steps = steps_of(measure)
        self._show_low(measure, stepped=bool(steps))
        for period in steps:
            form = self._step(measure, period)
            self._steps.append(form)
            gone = button("Remove", "quiet", name=f"Remove the target from {period}")
            gone.setToolTip("What held before goes on")
            gone.setProperty("period", period)
            gone.clicked.connect(self._on_remove)
            line = row(form, gone)
            line.setStretchFactor(form, 1)
            line.setAlignment(gone, Qt.AlignmentFlag.AlignBottom)
            self._list.addLayout(line)
            form.show()
            if period == self._added:
                self.new, self._added = form, ""
                self._soon.start()
        self._offer_months(chart)

    def _step(self, measure: Measure, period: str) -> Form:
        when = month_year_label(period)
        titles = {
            f"targets/{period}": f"Target from {when}",
            f"stretches/{period}": f"Stretch from {when}",
            f"no_target/{period}": "No target from then",
        }
        key = ("measure", measure.id)
        return Form(self._desk, key, tuple(titles), titles, columns=3, command=write_steps)

    def _show_low(self, measure: Measure, *, stepped: bool) -> None:
        """Say of a lower end what it doesn't do."""
        low, within = measure.target_low is not None, measure.direction == "within"
        words = IDLE_LOW if low and not within else LOW_HOLDS if within and stepped else ""
        self.low_words.setText(words)
        self.low_words.setVisible(bool(words))

    def _show_meaning(self, chart: MeasureChart) -> None:
        """Say what the target of figures of the year to date is for."""
        last = chart.series.places[-1] if chart.series.places else ""
        start_month = self._book.only(Partnership).start_month
        measure = self._book.need(Measure, chart.measure.id)
        self.forms[TARGET].retitle(target_titles(measure))
        words = target_words(measure, last, start_month)
        self.meaning.setText(words)
        self.meaning.setVisible(bool(words))

    @Slot()
    def _on_laid_out(self) -> None:
        """Tell what was added once it has its place."""
        if self.new is not None:
            self.grown.emit(self.new)

    def _offer_months(self, chart: MeasureChart) -> None:
        places = chart.series.places
        chosen = self.period.currentData()
        self.period.clear()
        self.add.setEnabled(bool(places))
        self.add.setToolTip("" if places else FIRST_VALUE)
        if not places:
            return
        step = chart.measure.step
        taken = steps_of(self._book.need(Measure, chart.measure.id))
        first, last = places[0][:7], places[-1][:7]
        period = add_months(last, AHEAD // step * step)
        while period >= first:
            if period not in taken:
                self.period.addItem(month_year_label(period), period)
            period = add_months(period, -step)
        wanted = chosen or add_months(last, step)
        while wanted in taken:  # the month that a target was just added from
            wanted = add_months(wanted, step)
        self.period.setCurrentIndex(max(0, self.period.findData(wanted)))

    # -- acting --------------------------------------------------------------------------------

    @Slot()
    def _on_add(self) -> None:
        """Begin another target with the one that holds until then."""
        if self._chart is None:
            return
        self._added = str(self.period.currentData())
        measure = self._book.need(Measure, self._chart.measure.id)
        glance = self._desk.glance(places_of(measure.id, self._added), self._book, opens=False)
        self._desk.do(
            add_step, measure.id, self._added, self, shown=measure, glance=glance,
            failed=self._desk.say_error,
        )  # fmt: skip

    @Slot()
    def _on_remove(self) -> None:
        """Let what held before a step go on."""
        if self._chart is None:
            return
        period, name = str(self.sender().property("period")), self._chart.measure.id
        glance = self._desk.glance(places_of(name, period), self._book, opens=False)
        self._desk.do(
            remove_step, name, period, self, glance=glance,
            done=self._on_removed, failed=self._desk.say_error,
        )  # fmt: skip

    @Slot(object)
    def _on_removed(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)

    def suggest_limits(self, month: str) -> None:
        """Begin a proposal of new limits since the definition changed, in a month."""
        self.show_part(REBASES)
        self.rebases.suggest(DEFINITION_CHANGED, month)
