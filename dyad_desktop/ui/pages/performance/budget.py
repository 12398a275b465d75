"""Budget and actual, year to date: a sentence, columns, and the table that unfolds to lines."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.money import round_half_away
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.totals import AgainstActual, against_actual
from dyad_desktop.errors import DyadError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.against import (
    UNITS,
    AgainstModel,
    Figures,
    caption_of,
    category_title,
    statement_figures,
    unit_words,
)
from dyad_desktop.ui.tokens import GRID, ROW, theme
from dyad_desktop.ui.widgets.basics import Card, Empty, Segments, label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.ui.charts.columns import Columns, Half, Pair
    from dyad_desktop.ui.desk import Desk

NOTHING = (
    "Here stand budget and actual side by side. Enter lines on the page Operating budget, "
    "then bring in the first months of actuals."
)
CHART_HEIGHT = 140
LEAST_ROWS = 6
SPARE = 44
"""Height of what stands around the rows: frame, foot, the rule above the totals."""


class BudgetView(QWidget):
    """The view of the page."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.columns: Columns | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID + 4)
        self.empty = Empty(NOTHING, "Go to Operating budget", self._on_go)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout.addWidget(self.empty)
        self.card = Card()
        self.says = label("", "lead", wrap=True)
        self.key = label(
            "solid: actual · outline: budget · words: what it does to contribution", "small"
        )
        self.units = Segments((("thousands", "Thousands"), ("units", "Whole")), "Unit of amounts")
        self.units.chosen.connect(self._on_unit)
        self.card.column.addWidget(self.says)
        self.card.column.addLayout(row(self.key, 1, self.units))
        layout.addWidget(self.card, 1)
        self.model = AgainstModel()
        self.sheet = Sheet(self.model, "Budget and actual, year to date")
        self.sheet.said.connect(desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.model.modelReset.connect(self._fit)
        layout.addWidget(self.sheet, 3)
        layout.addStretch(0)

    def reload(self) -> None:
        """Show the newest budget beside the actuals."""
        found = self._found()
        for part in (self.card, self.sheet):
            part.setVisible(found is not None)
        self.empty.setVisible(found is None)
        if found is None:
            return
        book, unit = self._desk.book, UNITS[self.units.choice]
        self.says.setText(caption_of(book, found))
        self.model.show(book, found, unit)
        self._fit()
        chart = self._chart()
        chart.show_halves(halves_of(book, found, unit), unit_words(book, unit), self.says.text())

    def _found(self) -> AgainstActual | None:
        if not self._desk.book.all(OperatingLine):
            return None
        try:
            return against_actual(self._desk.book, self._desk.budget)
        except DyadError as error:
            self._desk.say_error(error)
            return None

    def _chart(self) -> "Columns":
        if self.columns is None:
            from dyad_desktop.ui.charts.columns import Columns  # noqa: PLC0415 - matplotlib is heavy

            self.columns = Columns()
            self.card.column.addWidget(self.columns)
        self.columns.setMinimumHeight(theme.px(CHART_HEIGHT))
        return self.columns

    def restyle(self) -> None:
        """Take up a changed theme."""
        if self.columns is not None:
            self.columns.setMinimumHeight(theme.px(CHART_HEIGHT))
            self.columns.refresh()

    @Slot()
    def _fit(self) -> None:
        """Give the sheet the height of its rows, and its names the width that is left."""
        self.sheet.fit()
        rows, totals = len(self.model.rows) + 1, len(self.model.totals)
        self.sheet.setMaximumHeight(rows * theme.px(ROW) + totals * theme.px(ROW) + theme.px(SPARE))
        least = min(rows, LEAST_ROWS) + totals
        self.sheet.setMinimumHeight(least * theme.px(ROW) + theme.px(SPARE))
        widths = [theme.px(column.width) for column in self.model.columns]
        rest = self.sheet.width() - sum(widths[1:]) - theme.px(14)
        self.sheet.view.setColumnWidth(0, max(widths[0], min(rest, theme.px(420))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the new width to the names."""
        super().resizeEvent(event)
        self._fit()

    def toggle_chart(self) -> None:
        """Show the table alone, or with its columns."""
        self.card.setVisible(not self.card.isVisible())
        self.sheet.view.setFocus()

    @Slot(str)
    def _on_unit(self, _unit: str) -> None:
        self.reload()

    @Slot()
    def _on_go(self) -> None:
        self._desk.go("operating")

    @Slot()
    def _on_cell(self) -> None:
        at = self.sheet.view.currentIndex().row()
        if 0 <= at < len(self.model.rows) and self.sheet.view.hasFocus():
            key = self.model.rows[at].key
            self._desk.select(key if key[0] == "operating_line" else None)


def halves_of(book: "Book", found: AgainstActual, unit: int) -> list["Half"]:
    """Return the statement's columns, and those of expense by category."""
    from dyad_desktop.ui.charts.columns import Half  # noqa: PLC0415 - matplotlib is heavy

    rows = statement_figures(found.budget, found.actual)
    expense = [
        Figures(category_title(row.id), row.budget, row.actual, row.effect)
        for row in found.categories
        if row.kind == "expense"
    ]
    expense.sort(key=_size)
    halves = [
        Half("Statement", tuple(_pair(book, row, unit) for row in rows if row.budget or row.actual))
    ]
    if expense:
        halves.append(
            Half("Expense by category", tuple(_pair(book, row, unit) for row in expense[:6]))
        )
    return halves


def _size(row: Figures) -> int:
    return -abs(row.budget)


def _pair(book: "Book", row: Figures, unit: int) -> "Pair":
    from dyad_desktop.ui.charts.columns import Pair  # noqa: PLC0415 - matplotlib is heavy

    scale = float(unit * 10 ** show.exponent(book))
    whole = round_half_away(abs(row.variance), unit * 10 ** show.exponent(book))
    sign = "+" if row.variance > 0 else show.MINUS if row.variance < 0 else ""
    good = None if row.effect == 0 else row.effect > 0
    said = f"{sign}{whole:,}" if whole else "0"
    return Pair(row.name, row.budget / scale, row.actual / scale, said, good)
