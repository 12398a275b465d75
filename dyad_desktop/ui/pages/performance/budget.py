"""Budget and actual, year to date: a sentence, columns, and the table that unfolds to lines."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.totals import AgainstActual, against_actual
from dyad_desktop.errors import DyadError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.against import (
    UNITS,
    VERDICT,
    AgainstModel,
    Figures,
    caption_of,
    category_title,
    says_something,
    statement_figures,
    unit_words,
    verdict,
)
from dyad_desktop.ui.tokens import GRID, ROW, theme
from dyad_desktop.ui.widgets.basics import Card, Empty, Segments, label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.ui.charts.columns import Columns, Half, Pair
    from dyad_desktop.ui.desk import Desk

NO_LINES = (
    "Here stand budget and actual side by side. Begin with the lines of the operating budget."
)
NO_ACTUALS = (
    "No month of the budget year has actuals yet, so there is nothing to hold against the budget. "
    "The budget itself stands on its own page."
)
MOST_CATEGORIES = 6
CHART_HEIGHT = 164
LEAST_ROWS = 5
WIDEST_NAME = 420
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
        self.empty = self._make_empty(NO_LINES)
        self.no_actuals = self._make_empty(NO_ACTUALS)
        layout.addWidget(self.empty)
        layout.addWidget(self.no_actuals)
        self.card = Card()
        self.says = label("", "lead", wrap=True)
        self.key = label(
            "solid: actual · outline: budget · above: the variance, and what it does to contribution",
            "small",
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
        self.sheet.view.horizontalHeader().sectionResized.connect(self._fill)
        self.sheet.view.viewport().installEventFilter(self)
        layout.addWidget(self.sheet, 3)
        layout.addStretch(0)

    def _make_empty(self, sentence: str) -> Empty:
        made = Empty(sentence, "Go to Operating budget", self._on_go)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        return made

    def reload(self) -> None:
        """Show the newest budget beside the actuals."""
        found = self._found()
        begun = found is not None and says_something(found)
        for part in (self.card, self.sheet):
            part.setVisible(begun)
        self.empty.setVisible(found is None)
        self.no_actuals.setVisible(found is not None and not begun)
        if found is None or not begun:
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
        self._spread()

    def _spread(self) -> None:
        """Give the width that is left to the names, and what they don't need to the verdicts."""
        view, columns = self.sheet.view, self.model.columns
        figures = sum(view.columnWidth(n) for n in range(1, VERDICT))
        rest = view.viewport().width() - figures - theme.px(columns[VERDICT].width)
        view.setColumnWidth(0, max(theme.px(columns[0].width), min(rest, theme.px(WIDEST_NAME))))
        self._fill(0)

    @Slot(int)
    def _fill(self, resized: int) -> None:
        """Let the rows end where the header ends."""
        if resized == VERDICT:
            return
        view, least = self.sheet.view, theme.px(self.model.columns[VERDICT].width)
        others = sum(view.columnWidth(n) for n in range(VERDICT))
        view.setColumnWidth(VERDICT, max(least, view.viewport().width() - others))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Spread the columns over the sheet's new width."""
        if event.type() == QEvent.Type.Resize:
            self._spread()
        return super().eventFilter(watched, event)

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
    """Return the statement's columns, and those of the largest expenses in the table's order."""
    from dyad_desktop.ui.charts.columns import Half  # noqa: PLC0415 - matplotlib is heavy

    rows = statement_figures(found.budget, found.actual)
    expense = [
        Figures(category_title(row.id), row.budget, row.actual, row.effect)
        for row in found.categories
        if row.kind == "expense"
    ]
    largest = sorted(expense, key=_size)[:MOST_CATEGORIES]
    expense = [row for row in expense if row in largest]
    halves = [
        Half("Statement", tuple(_pair(book, row, unit) for row in rows if row.budget or row.actual))
    ]
    if expense:
        halves.append(Half("Expense by category", tuple(_pair(book, row, unit) for row in expense)))
    return halves


def _size(row: Figures) -> int:
    return -abs(row.budget)


def _pair(book: "Book", row: Figures, unit: int) -> "Pair":
    from dyad_desktop.ui.charts.columns import Pair  # noqa: PLC0415 - matplotlib is heavy

    scale = float(unit * 10 ** show.exponent(book))
    said = show.money(book, row.variance, unit=unit)
    good = None if row.effect == 0 else row.effect > 0
    word = verdict(row.effect)
    return Pair(row.name, row.budget / scale, row.actual / scale, said, word, good)
