"""What a bulk change does, as a table before it is done: each line, and the twelve months of one."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.operating.figures import change_pct, percent_text
from dyad_desktop.ui.pages.operating.line_columns import FOOTER, FOOTER_TITLES, unit_heading
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import label

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.budget import Budget
    from dyad_desktop.services.bulk import Outcome
    from dyad_desktop.ui.models.unit import Unit

NAME, BEFORE, AFTER, CHANGE, PERCENT, SAYS = range(6)


def preview_columns(book: "Book", unit: "Unit") -> list[Column]:
    """Return the columns: line, before, after, change, percent, and what else there is to say."""
    return [
        Column("name", unit_heading(book, unit), 250, numeric=False),
        Column("before", "Before", 84, look="muted", tip="The year as it is"),
        Column("after", "After", 84, look="total", tip="The year after the change"),
        Column("change", "Change", 84),
        Column("percent", "%", 56, look="muted"),
        Column("says", "", 300, numeric=False, look="muted"),
    ]


class PreviewModel(SheetModel):
    """Lines that change first, then those that follow, then those left alone with the reason."""

    def __init__(self, book: "Book", unit: "Unit") -> None:
        super().__init__(preview_columns(book, unit))
        self.unit = unit
        self._book = book
        self.outcome: Outcome | None = None
        self._says: dict[str, str] = {}
        self._standing: frozenset[str] = frozenset()
        self._left: frozenset[str] = frozenset()

    def take(self, book: "Book", outcome: "Outcome | None") -> None:
        """Show an outcome, or nothing."""
        self.beginResetModel()
        self._book, self.outcome = book, outcome
        self._says, lines = {}, list[str]()
        if outcome is not None:
            followers = outcome.followers
            lines = [*outcome.changed, *followers, *(one.line for one in outcome.left)]
            self._says = dict.fromkeys(followers, "follows lines that change")
            self._left = frozenset(one.line for one in outcome.left)
            self._says |= {one.line: one.reason for one in outcome.left}
            self._standing = frozenset(self._says)
            self._says |= {
                move.line: f"{move.locked} locked {'month stays' if move.locked == 1 else 'months stay'}"
                for move in outcome.moves
                if move.locked
            }
        self.rows = [Row(("operating_line", line)) for line in lines]
        self.totals = [Row(("statement", name), "total") for name in FOOTER] if outcome else []
        self.endResetModel()

    def quiet(self, row: int) -> bool:
        """Return whether a line isn't written to."""
        return self.rows[row].key[1] in self._standing

    def _amounts(self, row: int) -> tuple[int, int] | None:
        line = self.rows[row].key[1]
        if self.outcome is None or line not in self.outcome.before.lines:
            return None
        return self.outcome.before.lines[line].total, self.outcome.after.lines[line].total

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        line = self.rows[row].key[1]
        if column == NAME:
            return self._book.label("operating_line", line)
        if column == SAYS:
            return self._says.get(line, "")
        found = self._amounts(row)
        if found is None or (line in self._left and column != BEFORE):
            return ""
        return self._figure(*found, column)

    def _figure(self, before: int, after: int, column: int) -> str:
        if column == BEFORE:
            return self.unit.text(before)
        if column == AFTER:
            return self.unit.text(after)
        if before == after:
            return ""
        if column == CHANGE:
            return self.unit.text(after - before)
        return percent_text(change_pct(after, before), signed=True)

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the shown unit."""
        found = self._amounts(row)
        if found is None or column not in (BEFORE, AFTER, CHANGE):
            return None
        before, after = found
        amounts = {BEFORE: before, AFTER: after, CHANGE: after - before}
        return self.unit.number(amounts[column])

    def total_text(self, row: int, column: int) -> str:
        """Return a cell of the totals before and after."""
        if column == NAME:
            return FOOTER_TITLES[row]
        if self.outcome is None or column == SAYS:
            return ""
        name = FOOTER[row]
        return self._figure(
            _total(self.outcome.before, name), _total(self.outcome.after, name), column
        )

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        del row, column
        return "This is a preview; nothing is changed yet."


def _total(budget: "Budget", name: str) -> int:
    return sum(sign * sum(budget.sums[kind]) for kind, sign in STATEMENT_ROWS[name].items())


class MonthsBefore(QWidget):
    """The twelve months of one line, before and after; those that move stand out."""

    def __init__(self, unit: "Unit", periods: tuple[str, ...]) -> None:
        super().__init__()
        self._unit = unit
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(1)
        self.heading = label("", "small")
        grid.addWidget(self.heading, 0, 0)
        grid.addWidget(label("Before", "small"), 1, 0)
        grid.addWidget(label("After", "small"), 2, 0)
        self.cells = [[label("", "muted") for _ in periods] for _ in range(2)]
        for place, period in enumerate(periods):
            head = label(month_label(period), "small")
            grid.addWidget(head, 0, place + 1, Qt.AlignmentFlag.AlignRight)
            for n, cells in enumerate(self.cells):
                grid.addWidget(cells[place], n + 1, place + 1, Qt.AlignmentFlag.AlignRight)
            grid.setColumnStretch(place + 1, 1)

    def show_line(self, outcome: "Outcome | None", line: str) -> None:
        """Show a line's months; nothing of one that isn't there."""
        there = outcome is not None and line in outcome.before.lines
        self.heading.setText("By month" if there else "")
        for place in range(len(self.cells[0])):
            texts, moved = ("", ""), False
            if outcome is not None and there:
                before = outcome.before.lines[line].months[place]
                after = outcome.after.lines[line].months[place]
                texts, moved = (self._unit.text(before), self._unit.text(after)), before != after
            for n, text in enumerate(texts):
                cell = self.cells[n][place]
                cell.setText(text)
                look = "strong" if n and moved else "muted"
                if cell.property("type") != look:
                    cell.setProperty("type", look)
                    cell.style().unpolish(cell)
                    cell.style().polish(cell)
