"""The pair's rules of planning: when a line is to be explained, hours of a full year, days off."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dyad_desktop.domain.explaining import OVER_PCT, OVER_UNITS, moved_lines, threshold_of
from dyad_desktop.domain.fiscal import day_label
from dyad_desktop.domain.operating import Planning
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.explaining import set_holiday
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

_DAY = int(Qt.ItemDataRole.UserRole)


class RulesDialog(FormDialog):
    """Edits the rules in place; every field is kept when it is left."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.setWindowTitle("Rules of planning")
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addWidget(label("When a line must be explained", "strong"))
        column.addWidget(
            label("A line waits for an explanation when its budget differs from the prior year, or its actual months"
                  " from their budget, by more than both. Where only one is set, that one decides.",
                  "muted", wrap=True)
        )  # fmt: skip
        sign = show.currency_sign(desk.book)
        key = ("planning", "planning")
        titles = {"explain_pct": "More than, %", "explain_amount": f"and more than, {sign}"}
        self.threshold = Form(desk, key, tuple(titles), titles, 2)
        column.addWidget(self.threshold)
        self.asks = label("", "small", wrap=True)
        column.addWidget(self.asks)
        column.addSpacing(GRID)
        column.addWidget(label("Working time", "strong"))
        self.hours = Form(
            desk, key, ("hours_per_fte",),
            {"hours_per_fte": "Paid hours a year of one full-time equivalent; 2,080 without"},
        )  # fmt: skip
        column.addWidget(self.hours)
        self._days_off(column)
        close = button("Close", "primary")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        column.addLayout(row(1, close))
        desk.changed.connect(self._on_changed)
        self.resize(theme.px(460), theme.px(560))
        self._show()

    def _days_off(self, column: QVBoxLayout) -> None:
        column.addWidget(label("Days off: spreads by working days leave them out", "small"))
        self.days = QListWidget()
        self.days.setAccessibleName("Days off")
        column.addWidget(self.days, 1)
        self.day, self.name = QLineEdit(), QLineEdit()
        for editor, name, hint in (
            (self.day, "Date of a day off", "2026-12-25"),
            (self.name, "Name of a day off", "Christmas Day"),
        ):
            editor.setAccessibleName(name)
            editor.setPlaceholderText(hint)
            editor.returnPressed.connect(self.add)
        self.day.setFixedWidth(theme.px(110))
        add, away = button("Add"), button("Take off")
        for made, run in ((add, self.add), (away, self.take_off)):
            made.setAutoDefault(False)
            made.clicked.connect(run)
        column.addLayout(row(self.day, self.name, add, away))
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        column.addWidget(self.reason)

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if self.isVisible() and changes.kinds & {"planning", "draft_line", "operating_line"}:
            self._show()

    def _show(self) -> None:
        book = self._desk.book
        for form in (self.threshold, self.hours):
            form.refresh()
        self.asks.setText(self._asked())
        self.days.clear()
        for day, name in sorted(book.only(Planning).holidays.items()):
            if name:
                item = QListWidgetItem(f"{day_label(day)}   {name}")
                item.setData(_DAY, day)
                self.days.addItem(item)

    def _asked(self) -> str:
        book = self._desk.book
        try:
            moved = moved_lines(book, self._desk.budget)
        except BadInputError as error:
            return show.sentence(error)
        waiting = sum(one.waits for one in moved)
        lines = "line" if len(moved) == 1 else "lines"
        more = f"{len(moved):,} {lines} moved by more; {waiting:,} of them wait for an explanation."
        if threshold_of(book).usual:
            usual = (
                f"expense over budget by more than {OVER_PCT} % and {OVER_UNITS:,}, year to date"
            )
            return f"Nothing is set, so only {usual}, is asked for: {more}"
        return more

    @Slot()
    def add(self) -> None:
        """Put the day that is typed on the list."""
        self._desk.do(
            set_holiday, self.day.text(), self.name.text(), self, done=self._on_added,
            failed=self._on_failed,
        )  # fmt: skip

    @Slot(object)
    def _on_added(self, _changes: "ChangeSet") -> None:
        self.reason.hide()
        self.day.clear()
        self.name.clear()
        self.day.setFocus()

    @Slot()
    def take_off(self) -> None:
        """Take the chosen day off the list; it can be undone."""
        chosen = self.days.selectedItems()
        if not chosen:
            self.reason.setText("Choose a day in the list first.")
            self.reason.show()
            return
        self._desk.do(set_holiday, chosen[0].data(_DAY), None, self, failed=self._on_failed)

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self.reason.setText(show.sentence(error, "Nothing was changed."))
        self.reason.show()
