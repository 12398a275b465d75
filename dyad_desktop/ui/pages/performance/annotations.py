"""The panel that writes on a measure's chart what happened when."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from dyad_desktop.domain.fiscal import month_year_label, months, months_between
from dyad_desktop.domain.goals import Annotation, Measure
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.rare_events import first_month
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import delete
from dyad_desktop.services.goals import add_annotation, periods_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.widgets.basics import Card, button, clear, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.entry_line import EntryLine
from dyad_desktop.ui.widgets.form import Form

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

TEXT_SHARE = 6
"""How many times as wide as its period the text of an annotation is."""


class AnnotationPanel(Card):
    """Writes what happened on the chart, and lists what was written."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__("What happened, on the chart")
        self._desk = desk
        self._measure = ""
        self._forms: list[Form] = []
        self.period = ChoiceBox()
        self.period.setAccessibleName("Period of the annotation")
        self.text = EntryLine()
        self.text.setAccessibleName("What happened")
        self.text.setPlaceholderText("What happened, such as “Second lab opened”")
        self.text.returnPressed.connect(self._on_add)
        self.add = button("Add annotation", "primary")
        self.add.clicked.connect(self._on_add)
        line = row(self.period, self.text, self.add)
        line.setStretchFactor(self.text, 1)
        self.column.addLayout(line)
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        self.column.addWidget(self.reason)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.column.addLayout(self._list)

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in one of the annotations."""
        return any(form.editing for form in self._forms)

    def show_measure(self, measure: Measure, notes: Sequence[Annotation]) -> None:
        """Offer a measure's periods, the last recorded one first chosen, and list its annotations."""
        as_of = self._desk.book.only(Partnership).as_of
        chosen = self.period.currentData() if measure.id == self._measure else None
        self._measure = measure.id
        self.period.clear()
        known = [period for period in measure.values if measure.values[period] is not None]
        offered = self._offered(measure, notes)
        for period, text in offered:
            self.period.addItem(text, period)
        wanted = chosen or max(known, default=as_of[:7])
        self.period.setCurrentIndex(max(0, self.period.findData(wanted)))
        clear(self._list)
        self._forms = []
        for note in sorted(notes, key=_when):
            form = Form(
                self._desk, ("annotation", note.id), ("period", "text"), columns=2,
                options={"period": offered},
            )  # fmt: skip
            grid = form.layout()
            if isinstance(grid, QGridLayout):
                grid.setColumnStretch(1, TEXT_SHARE)
                _hide_heads(grid, hidden=bool(self._forms))
            self._forms.append(form)
            gone = button("Delete", "quiet", name=f"Delete annotation {note.text}")
            gone.setProperty("note", note.id)
            gone.clicked.connect(self._on_delete)
            line = row(form, gone)
            line.setStretchFactor(form, 1)
            line.setAlignment(gone, Qt.AlignmentFlag.AlignBottom)
            self._list.addLayout(line)

    def begin(self, period: str = "") -> None:
        """Begin to write about a period, such as the one that is read on the chart."""
        place = self.period.findData(period)
        if place >= 0:
            self.period.setCurrentIndex(place)
        self.text.setFocus()

    def _offered(self, measure: Measure, notes: Sequence[Annotation]) -> list[tuple[str, str]]:
        """Return the months in which something can be noted, the latest first: of values, of events, of notes."""
        book = self._desk.book
        periods = {
            *periods_of(measure, book.only(Partnership).as_of),
            *(one.period for one in notes),
        }
        first, later = first_month(book, measure), min(periods)
        if first and first < later:
            periods |= set(months(first, months_between(first, later)))
        return [(one, month_year_label(one)) for one in sorted(periods, reverse=True)]

    @Slot()
    def _on_add(self) -> None:
        period = str(self.period.currentData() or "")
        self.reason.hide()
        self._desk.do(
            add_annotation, self._measure, period, self.text.text(), self,
            done=self._on_added, failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_added(self, _changes: "ChangeSet") -> None:
        self.text.empty()
        self.text.setFocus()

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        self.reason.setText(show.sentence(reason))
        self.reason.show()

    @Slot()
    def _on_delete(self) -> None:
        note = str(self.sender().property("note"))
        self._desk.do(delete, [("annotation", note)], "", self, done=self._on_deleted)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)


def _hide_heads(grid: QGridLayout, *, hidden: bool) -> None:
    """Leave the heads of a row's fields to the first row."""
    for column in range(grid.columnCount()):
        item = grid.itemAtPosition(0, column)
        head = item.widget() if item else None
        if head is not None:
            head.setVisible(not hidden)


def _when(note: Annotation) -> tuple[str, str]:
    return note.period, note.id
