"""Budget against actual as rows: categories that unfold to lines, and the statement's totals."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.statement import Totals, percent_of
from dyad_desktop.domain.totals import AgainstActual, Variance
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book

THOUSAND = 1000
UNITS = {"thousands": THOUSAND, "units": 1}
STATEMENT = (
    ("Net revenue", "net_revenue", 1),
    ("Other revenue", "other_revenue", 1),
    ("Expense", "total_expense", -1),
    ("Contribution", "contribution", 1),
)
"""Rows of the statement: caption, name in ``Totals``, and what more of it does to contribution."""
NAME, BUDGET, ACTUAL, VARIANCE, PERCENT, VERDICT = range(6)


def category_title(category: str) -> str:
    """Return a category as people call it."""
    text = show.words(category or "other")
    return text[:1].upper() + text[1:]


def verdict(effect: int) -> str:
    """Return what a variance does to contribution, in words."""
    return "as planned" if effect == 0 else "favourable" if effect > 0 else "unfavourable"


def tone_of(effect: int) -> str:
    """Return the status whose colour says the same."""
    return "" if effect == 0 else "on_track" if effect > 0 else "off_track"


def percent_text(value: Decimal | None) -> str:
    """Return a percentage with one place."""
    return show.NOTHING if value is None else show.number(value, 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """One row's amounts in minor units and what more of it does to contribution."""

    name: str
    budget: int
    actual: int
    effect: int

    @property
    def variance(self) -> int:
        """Actual − budget."""
        return self.actual - self.budget

    @property
    def percent(self) -> Decimal | None:
        """Variance in percent of the budget's size."""
        return percent_of(self.variance, abs(self.budget))


def statement_figures(budget: Totals, actual: Totals) -> list[Figures]:
    """Return the statement's rows."""
    return [
        Figures(title, plan, real, sign * (real - plan))
        for title, field, sign in STATEMENT
        for plan, real in ((getattr(budget, field), getattr(actual, field)),)
    ]


def _figures(name: str, row: Variance) -> Figures:
    return Figures(name, row.budget, row.actual, row.effect)


class AgainstModel(SheetModel):
    """The table beneath the columns. Amounts in the unit that is switched to."""

    def __init__(self) -> None:
        super().__init__(_columns("", ""))
        self._book: Book | None = None
        self._found: AgainstActual | None = None
        self._rows: list[Figures] = []
        self._sums: list[Figures] = []
        self.unit = THOUSAND

    def show(self, book: "Book", found: AgainstActual, unit: int) -> None:
        """Show the year so far; categories are folded the first time."""
        if self._found is None:
            self.folded = {f"{row.kind} {row.id}" for row in found.categories}
        self._book, self._found, self.unit = book, found, unit
        self.columns = tuple(_columns(period_words(found), unit_words(book, unit)))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._sums = statement_figures(found.budget, found.actual)
        self.totals = [Row(("statement", row.name), look="total") for row in self._sums]
        self.refold()

    def refold(self) -> None:
        """Make the rows anew."""
        if self._book is None or self._found is None:
            return
        lines = {line.id: line for line in self._book.all(OperatingLine)}
        rows: list[Row] = []
        self._rows = []
        for category in self._found.categories:
            group = f"{category.kind} {category.id}"
            rows.append(Row(("category", group), look="group", depth=1, group=group))
            self._rows.append(_figures(category_title(category.id), category))
            if group in self.folded:
                continue
            for row in self._found.lines:
                line = lines[row.id]
                if (line.category or "", line.kind) == (category.id, category.kind):
                    rows.append(Row(("operating_line", row.id), depth=2))
                    self._rows.append(_figures(line.name, row))
        self.replace_rows(rows)

    def _cell(self, row: Figures, column: int) -> str:
        assert self._book is not None  # noqa: S101 - rows come from a book
        if column == NAME:
            return row.name
        if column in (BUDGET, ACTUAL, VARIANCE):
            amount = (row.budget, row.actual, row.variance)[column - BUDGET]
            return show.money(self._book, amount, unit=self.unit)
        return percent_text(row.percent) if column == PERCENT else verdict(row.effect)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        return self._cell(self._rows[row], column)

    def total_text(self, row: int, column: int) -> str:
        """Return what a cell of the statement shows."""
        return self._cell(self._sums[row], column)

    def tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict."""
        del column
        return tone_of(self._rows[row].effect)

    def total_tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict on the statement."""
        del column
        return tone_of(self._sums[row].effect)

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        found = self._rows[row]
        if column in (BUDGET, ACTUAL, VARIANCE):
            amount = (found.budget, found.actual, found.variance)[column - BUDGET]
            assert self._book is not None  # noqa: S101 - rows come from a book
            return Decimal(amount).scaleb(-show.exponent(self._book)) / self.unit
        return found.percent if column == PERCENT else None


def _columns(when: str, unit: str) -> list[Column]:
    return [
        Column("name", f"{when}, {unit}" if when else "", 230, numeric=False),
        Column("budget", "Budget", 110, look="muted"),
        Column("actual", "Actual", 110),
        Column("variance", "Variance", 110),
        Column("percent", "%", 70),
        Column("verdict", "For contribution", 130, numeric=False, look="tone"),
    ]


def unit_words(book: "Book", unit: int) -> str:
    """Return how the unit is written in a heading: ``US$ thousands``."""
    sign = show.currency_sign(book)
    return f"{sign} thousands" if unit == THOUSAND else sign


def period_words(found: AgainstActual) -> str:
    """Return the months with actuals: ``Jul to Oct 2026``."""
    if not found.periods:
        return "No month yet"
    first, last = month_year_label(found.periods[0]), month_year_label(found.periods[-1])
    if first == last:
        return first
    return f"{first[:3]} to {last}" if first[3:] == last[3:] else f"{first} to {last}"


def says_something(found: AgainstActual) -> bool:
    """Return whether a month has actuals and anything was budgeted or recorded for it."""
    return bool(found.periods) and any(row.budget or row.actual for row in found.lines)


def caption_of(book: "Book", found: AgainstActual) -> str:
    """Return what the year so far says, in one true sentence."""
    rows = {row.name: row for row in statement_figures(found.budget, found.actual)}
    whole = rows["Contribution"]
    said = f"{period_words(found)}: contribution is {_gap(book, whole, 'budget')}"
    revenue, expense = rows["Net revenue"], rows["Expense"]
    return f"{said}; net revenue {_short(book, revenue)}, expense {_short(book, expense)}."


def _gap(book: "Book", row: Figures, what: str) -> str:
    if row.variance == 0:
        return f"on {what}"
    amount = show.money(book, abs(row.variance), unit=THOUSAND, sign=True)
    share = f" ({percent_text(abs(row.percent))} %)" if row.percent is not None else ""
    return f"{amount} thousand {'above' if row.variance > 0 else 'below'} {what}{share}"


def _short(book: "Book", row: Figures) -> str:
    if row.variance == 0:
        return "on plan"
    amount = show.money(book, abs(row.variance), unit=THOUSAND)
    return f"{amount} {'above' if row.variance > 0 else 'below'}"
