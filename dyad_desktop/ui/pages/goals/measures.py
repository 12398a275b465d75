"""A goal's measures, each with its form in place."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.scorecard import read_of
from dyad_desktop.domain.to_date import target_titles
from dyad_desktop.services.editing import delete
from dyad_desktop.ui.pages.goals.model import spark_values
from dyad_desktop.ui.pages.goals.parts import add_measure_line
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, button, clear, label, row, rule
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.template_picker import TemplatePicker

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

TITLE_FIELDS = ("title", "definition", "source")
FIELDS = (
    "unit", "direction", "decimals", "target", "stretch", "amber_at", "target_date", "frequency",
    "aggregation", "multiplier", "baseline_value", "baseline_period",
)  # fmt: skip
TITLES = {
    "direction": "Better is",
    "amber_at": "Amber limit",
    "target_date": "Target due (2027-06)",
    "baseline_value": "Baseline",
    "baseline_period": "Baseline period",
}
OPTIONS = {"direction": (("up", "higher"), ("down", "lower"), ("within", "between two ends"))}
"""What a choice is called where its own name says little."""


class MeasureItem(QWidget):
    """One measure: its line, its buttons, and the form that unfolds beneath."""

    def __init__(self, desk: "Desk", measure: Measure) -> None:
        super().__init__()
        self._desk = desk
        self.measure_id = measure.id
        self.forms: tuple[Form, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID - 4)
        self._line = QGridLayout()
        self._line.setHorizontalSpacing(GRID + 2)
        self._column.addLayout(self._line)
        self.edit = button("Edit", "quiet", name=f"Edit measure {measure.title}")
        self.edit.setCheckable(True)
        self.edit.toggled.connect(self._on_edit)
        self.values = button(
            "Chart and values", "quiet", name=f"Chart and values of {measure.title}"
        )
        self.values.clicked.connect(self._on_chart)
        self.gone = button("Delete", "quiet", name=f"Delete measure {measure.title}")
        self.gone.clicked.connect(self._on_delete)
        buttons = row(self.edit, self.values, self.gone, 1, spacing=0)
        buttons.setContentsMargins(-theme.px(8), 0, 0, 0)
        self._column.addLayout(buttons)
        self.refresh(measure)

    def refresh(self, measure: Measure) -> None:
        """Show the newest values, except where someone is writing."""
        clear(self._line)
        book = self._desk.book
        values = spark_values(book, measure)
        add_measure_line(self._line, 0, read_of(book, measure), values)
        for form in self.forms:
            form.refresh()
        self._retitle(measure)

    def _retitle(self, measure: Measure) -> None:
        """Say of levels that add up over the year that they are those of one period."""
        for form in self.forms[1:]:
            form.retitle(target_titles(measure))

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in its form."""
        return any(form.editing for form in self.forms)

    @Slot(bool)
    def _on_edit(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signature
        key = ("measure", self.measure_id)
        if on and not self.forms:
            self.forms = (
                Form(self._desk, key, TITLE_FIELDS, TITLES),
                Form(self._desk, key, FIELDS, TITLES, columns=3, options=OPTIONS),
            )
            for form in self.forms:
                self._column.addWidget(form)
            self._retitle(self._desk.book.need(Measure, self.measure_id))
        for form in self.forms:
            form.setVisible(on)
        self.edit.setText("Done" if on else "Edit")
        if on:
            self._desk.select(key)

    def begin(self) -> None:
        """Open the form with the title ready to be written over."""
        self.show()  # a layout shows what it is given only later, and what isn't shown loses the keys again
        self.edit.setChecked(True)
        editor = self.forms[0].fields["title"].editor
        editor.setFocus()
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    @Slot()
    def _on_chart(self) -> None:
        self._desk.go("performance", ("measure", self.measure_id))

    @Slot()
    def _on_delete(self) -> None:
        self._desk.do(delete, [("measure", self.measure_id)], "", self, done=self._on_deleted)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)


class Measures(Card):
    """All measures of a goal, and the way to another."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__("Measures")
        self._desk = desk
        self._goal = ""
        self._new = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._begin)
        self.items: dict[str, MeasureItem] = {}
        self.adding = button("Add measure")
        self.adding.clicked.connect(self._on_add)
        self.column.removeWidget(self.heading)
        self.column.addLayout(row(self.heading, 1, self.adding))
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        self.column.addLayout(self._list)

    def show_goal(self, book: Book, goal: Goal) -> None:
        """Show a goal's measures; forms that are open stay so."""
        self._goal = goal.id
        found = book.children(Measure, goal.id)
        if found and list(self.items) == [measure.id for measure in found]:
            for measure in found:
                self.items[measure.id].refresh(measure)
            return
        clear(self._list)
        self.items = {}
        for measure in found:
            if self.items:
                self._list.addWidget(rule())
            item = MeasureItem(self._desk, measure)
            self.items[measure.id] = item
            self._list.addWidget(item)
        if not found:
            text = "No measure yet. A measure says how you will know: unit, target, and which way is better."
            self._list.addWidget(label(text, "muted", wrap=True))
        self._soon.start()

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in a form."""
        return any(item.editing for item in self.items.values())

    @Slot()
    def _on_add(self) -> None:
        """Offer ready measures; one that is begun opens with its title ready to be written over."""
        self.picker = TemplatePicker(self._desk, self, self._goal)
        self.picker.begun.connect(self._on_begun)
        self.picker.open()

    @Slot(str)
    def _on_begun(self, measure_id: str) -> None:
        """Open the form of a measure once the dialog has let go of the keys."""
        self._new = measure_id
        self._soon.start()

    @Slot()
    def _begin(self) -> None:
        if self._new in self.items:
            new, self._new = self._new, ""
            self.window().activateWindow()  # not every window system gives the keys back by itself
            self.items[new].begin()
