"""Rolling twelve months of the statement: the sum, how it moved since the prior year, and its months."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from dyad_desktop.domain.fiscal import MONTHS, month_label, month_year_label
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.rolling import rolling_months, row_of
from dyad_desktop.domain.statement import STATEMENT_ROWS, percent_of
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.pages.performance.against import (
    figure,
    percent_text,
    spoken_amount,
    tone_of,
    unit_words,
    verdict,
)
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet, name_of
from dyad_desktop.ui.pages.performance.trend_part import TrendPart
from dyad_desktop.ui.widgets.basics import label

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dyad_desktop.domain.open_year import Telling, Told
    from dyad_desktop.domain.rolling import Rolling, RollingRow
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope

NAME, SUM, BEFORE, CHANGE, PERCENT, VERDICT, FIRST = range(7)
TITLES = {
    "gross_revenue": ("Gross revenue", 1),
    "deductions": ("Deductions", -1),
    "net_revenue": ("Net revenue", 1),
    "other_revenue": ("Other revenue", 1),
    "total_revenue": ("Total revenue", 1),
    "total_expense": ("Expense", -1),
    "contribution": ("Contribution", 1),
}
"""Rows of the statement, and what more of them does to contribution."""
STRONG = ("net_revenue", "total_revenue", "total_expense", "contribution")


class RollingModel(OpenSheet):
    """Rows of the statement."""

    def __init__(self) -> None:
        super().__init__(_columns("", "", ("",) * MONTHS))
        self._year: YearSoFar | None = None
        self._unit = 1
        self.found: tuple[RollingRow, ...] = ()

    @property
    def rounded(self) -> bool:
        """Return whether amounts are in thousands."""
        return self._unit > 1

    def show(self, year: "YearSoFar", rolling: "Rolling", unit: int) -> None:
        """Show a year's last twelve months."""
        self._year, self._unit, self.found = year, unit, rolling.rows
        self.beginResetModel()
        prior = year.book.only(Partnership).prior_year or "Prior year"
        self.columns = tuple(_columns(unit_words(year.book, unit), prior, rolling.periods))
        self.rows = [Row(("row", one.name)) for one in rolling.rows]
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        one = self.found[row]
        title, sign = TITLES[one.name]
        if column == NAME:
            return title
        if column == PERCENT:
            return percent_text(percent_of(one.change, abs(one.before)))
        if column == VERDICT:
            return trend_words(sign * one.change, one.change)
        assert self._year is not None  # noqa: S101 - rows come from a year
        return show.money(self._year.book, _amount(one, column), unit=self._unit)

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of an amount of a row."""
        return name_of(self.rows[row].key[1], column)

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of an amount."""
        del row
        assert self._year is not None  # noqa: S101 - rows come from a year
        return show.money(self._year.book, amount, unit=self._unit)

    def tone(self, row: int, column: int) -> str:
        """Return the colour of the trend."""
        del column
        return tone_of(TITLES[self.found[row].name][1] * self.found[row].change)

    def quiet(self, row: int) -> bool:
        """Return whether a row stands back."""
        return self.found[row].name not in STRONG

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        one = self.found[row]
        if column in (NAME, VERDICT):
            return None
        if column == PERCENT:
            return percent_of(one.change, abs(one.before))
        assert self._year is not None  # noqa: S101 - rows come from a year
        return figure(self._year.book, _amount(one, column), self._unit)


def _amount(one: "RollingRow", column: int) -> int:
    known = {SUM: one.total, BEFORE: one.before, CHANGE: one.change}
    return known[column] if column in known else one.months[column - FIRST]


def rolling_told(year: "YearSoFar", lines: "Collection[str]") -> "Told":
    """Return what lines add to the amounts of the twelve months."""
    columns = (SUM, BEFORE, CHANGE, *range(FIRST, FIRST + MONTHS))
    found: dict[str, dict[str, int]] = {}
    for line in year.book.all(OperatingLine):
        if line.id not in lines:
            continue
        own = found[line.id] = {}
        months = rolling_months(line, year.budget, year.count)
        for name, kinds in STATEMENT_ROWS.items():
            if line.kind in kinds:
                one = row_of(name, [kinds[line.kind] * amount for amount in months])
                own |= {name_of(name, column): _amount(one, column) for column in columns}
    return found


def trend_words(effect: int, change: int) -> str:
    """Return a trend: its direction as an arrow, and what it does to contribution."""
    arrow = "▬" if change == 0 else "▲" if change > 0 else "▼"
    return f"{arrow} {'unchanged' if change == 0 else verdict(effect)}"


def _columns(unit: str, prior: str, periods: "Sequence[str]") -> list[Column]:
    return [
        Column("name", unit, 130, numeric=False),
        Column("sum", "Last 12", 72, look="total", tip="The last twelve actual months"),
        Column("before", prior, 72, look="muted", tip="The prior year"),
        Column("change", "Change", 66),
        Column("percent", "%", 46, places=2),
        Column("verdict", "Trend", 112, numeric=False, look="tone"),
        *(
            Column(period, month_label(period), 58, tip=month_year_label(period))
            if period
            else Column("", "", 58)
            for period in periods
        ),
    ]


class RollingView(TrendPart[RollingModel]):
    """The part."""

    least_rows = 5

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, RollingModel(), "Rolling twelve months")
        self.problem = label("", "muted", wrap=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.insertWidget(0, self.problem)

    def reckon(self, year: "YearSoFar", scope: "Scope") -> "Reckoning":
        """Return the twelve months."""
        del scope
        return "rolling", lambda: year.rolling

    def telling(self) -> "Telling":
        """Return how to tell the twelve months."""
        return rolling_told

    def refresh(self) -> None:
        """Show the twelve months, or why there are none."""
        if self.year is None:
            return
        rolling = self.year.rolling
        self.problem.setText(rolling.problem)
        for part, shown in ((self.problem, bool(rolling.problem)), (self.sheet, bool(rolling.rows)),
                            (self.detail, bool(rolling.rows))):  # fmt: skip
            part.setVisible(shown)
        if rolling.rows:
            self.model.show(self.year, rolling, self.unit)
            self.fit()

    def explain(self) -> None:
        """Say how the current row moved, contribution while none is current."""
        if self.year is None or not self.model.found:
            return
        at = self.sheet.view.currentIndex().row()
        at = at if 0 <= at < len(self.model.found) else len(self.model.found) - 1
        one = self.model.found[at]
        book, (title, sign) = self.year.book, TITLES[one.name]
        prior = book.only(Partnership).prior_year or "the prior year"
        side = "above" if one.change > 0 else "below"
        gap = f"{spoken_amount(book, one.change)} {side}" if one.change else "the same as"
        said = f"{title}: the last twelve months are {gap} {prior}"
        said += f", {verdict(sign * one.change)}" if one.change else ""
        words = "Each month replaces the same month a year before, so the season doesn’t show. The line is the sum of"
        words += f" twelve months, from {prior}’s end to {month_year_label(self.year.periods[-1])}."
        lacks = self.year.missing.words(range(self.year.count))
        words = f"{lacks} For them the month of a year before stands. {words}" if lacks else words
        unit = f"Their sum, {unit_words(book, self.unit)},"
        self.detail.say(said, f"{self.ends_words(unit, at, SUM)}{words}")
        ends = tuple(show.money(book, amount, unit=self.unit) for amount in (one.before, one.total))
        self.trend.show_values(
            [float(amount) for amount in one.sums], (ends[0], ends[1]),
            (prior, month_label(self.year.periods[-1])), status=tone_of(sign * one.change) or "no_data",
        )  # fmt: skip
        self.trend.say(f"Sum of twelve months of {title}", f"{prior} {ends[0]}, now {ends[1]}")
