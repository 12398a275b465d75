"""The table of a measure: a grid of its values by period, with their parts, or the list of rare events."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dyad_desktop.domain.measuring import WAITS
from dyad_desktop.domain.rare_events import has_values, keeps_both, table_words
from dyad_desktop.ui.pages.performance.filling import Filling
from dyad_desktop.ui.pages.performance.ledger import NOTE, Ledger
from dyad_desktop.ui.pages.performance.observations import SIGNAL, Observations, wants_parts
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Segments, label
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.goals import Measure
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.replication.views import HistoryLine
    from dyad_desktop.ui.desk import Desk

VALUES, PARTS, EVENTS = "values", "parts", "events"
"""What a measure's table holds: a value a period, its parts too, or the days of rare events."""
KINDS = ((EVENTS, "Days of events"), (VALUES, "Values by period"))


class TablePart(QWidget):
    """Shows what is entered of a measure. ``left`` asks for the chart; ``switched`` says that another list is up."""

    left = Signal()
    switched = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._sheets: dict[str, Sheet] = {}
        self.sheet: Sheet | None = None
        self._chart: MeasureChart | None = None
        self._said = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self.kinds = Segments(KINDS, "What the table lists")
        self.kinds.chosen.connect(self._on_kind)
        line = QHBoxLayout()
        line.addWidget(self.kinds)
        line.addStretch(1)
        self._column.addLayout(line)
        self.words = label("", "muted", wrap=True)
        self._column.addWidget(self.words)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_laid_out)
        self.hide()

    @property
    def editing(self) -> bool:
        """Return whether someone is typing."""
        return self.sheet is not None and self.sheet.editing

    @property
    def wide(self) -> int:
        """Return the width that all columns take."""
        columns = self.sheet.model.columns if self.sheet else ()
        return sum(theme.px(column.width) for column in columns) + theme.px(16)

    def show_chart(self, chart: "MeasureChart", said: str) -> None:
        """Show what is entered of a measure, as its chart takes it unless the other list was asked for."""
        measure, book = chart.measure, self._desk.book
        another = self._chart is None or self._chart.measure.id != measure.id
        self._chart, self._said = chart, said
        waits = measure.chart in WAITS
        if another or not waits:
            days = waits and (keeps_both(book, measure) or not has_values(measure))
            self.kinds.choose(EVENTS if days else VALUES)
        self.kinds.setVisible(waits and has_values(measure))
        words = table_words(book, measure)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        days = waits and self.kinds.choice == EVENTS
        self._fill(EVENTS if days else PARTS if wants_parts(measure) else VALUES)

    def _fill(self, what: str) -> None:
        if self._chart is None:
            return
        measure = self._chart.measure
        if what not in self._sheets:
            self._sheets[what] = self._made(what)
        self.sheet = self._sheets[what]
        for sheet in self._sheets.values():
            sheet.setVisible(sheet is self.sheet)
        model, view = self.sheet.model, self.sheet.view
        assert isinstance(model, Observations | Ledger)  # noqa: S101 - for the type checker
        another = model.measure is None or model.measure.id != measure.id
        model.show_chart(self._chart)
        view.setAccessibleName(f"Observations of {measure.title}")
        view.setAccessibleDescription(self._said)
        if another:
            first = 0 if what == EVENTS else 1
            filled = [n for n in range(len(model.rows)) if model.text(n, first)]
            view.go_to(filled[-1] + 1 if filled else 0, first)
            self._soon.start()
        self._ask_hands(measure)

    @Slot()
    def _on_laid_out(self) -> None:
        """Come to the latest value once the grid has its height, which sentences above it take from."""
        if self.sheet is not None:
            self.sheet.view.scrollToBottom()

    def _made(self, what: str) -> Sheet:
        events = what == EVENTS
        model = (
            Ledger(self._desk, "occurrence")
            if events
            else Observations(self._desk, parts=what == PARTS)
        )
        sheet = Sheet(model, "Events" if events else "Observations")
        sheet.setProperty("look", "")
        sheet.said.connect(self._desk.say)
        sheet.moved.connect(self._on_cell)
        sheet.follow(self._desk)
        words = NOTE if events else SIGNAL
        Filling(sheet, next(n for n, one in enumerate(model.columns) if one.key == words))
        if not events:
            sheet.view.installEventFilter(self)
        self._column.addWidget(sheet, 1)
        return sheet

    @Slot(str)
    def _on_kind(self, kind: str) -> None:
        if self._chart is None:
            return
        parts = kind == VALUES and wants_parts(self._chart.measure)
        self._fill(PARTS if parts else kind)
        self.switched.emit()

    def _ask_hands(self, measure: "Measure") -> None:
        session, measure_id = self._desk.session, measure.id

        def query() -> tuple[str, list["HistoryLine"]]:
            return measure_id, session.history(("measure", measure_id), 400)

        self._desk.ask(query, self._on_hands)

    @Slot(object)
    def _on_hands(self, answer: tuple[str, list["HistoryLine"]]) -> None:
        measure_id, lines = answer
        for sheet in self._sheets.values():
            model = sheet.model
            if isinstance(model, Observations) and model.measure and model.measure.id == measure_id:
                hands: dict[str, int] = {}
                for line in lines:
                    if line.at.field == "values":
                        hands.setdefault(line.at.slot, self._desk.place(line.partner))
                model.hands = hands

    @Slot()
    def _on_cell(self) -> None:
        if self._chart is None or self.sheet is None or not self.sheet.view.hasFocus():
            return
        model, current = self.sheet.model, self.sheet.view.currentIndex()
        if isinstance(model, Observations) and current.isValid():
            field, _slot = model.field_of(current.column())
            key = ("measure", self._chart.measure.id)
            self._desk.select(key, field, model.period(current.row()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let T lead back to the chart: no figure begins with it."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == int(Qt.Key.Key_T)
            and not event.modifiers()
        ):
            self.left.emit()
            return True
        return super().eventFilter(watched, event)
