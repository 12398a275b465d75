"""Where the sheet of the operating budget has what, and what its rows add up to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.budget import BudgetLine
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.exchange.workbook_page import BUDGET

ID, ACCOUNT, NAME, CENTRE, DRIVER, PRIOR, FIRST = range(7)
TOTAL = FIRST + MONTHS
CHANGE, CHANGE_PCT, NOTE = TOTAL + 1, TOTAL + 2, TOTAL + 3
LETTERS = "ABCDEFGHIJKLMNOPQRSTUV"
SUMMED = range(PRIOR, TOTAL + 1)
HEAD_ROW = 4
MOST_PARTS = 250
"""Arguments that SUM takes, with some to spare."""

KINDS = (
    ("revenue", "Revenue", "Gross revenue"),
    ("deduction", "Deductions from revenue (subtracted)", "Total deductions"),
    ("other_revenue", "Other revenue", "Total other revenue"),
    ("expense", "Expense (subtracted)", "Total expense"),
)
ROW_OF_KIND = {
    "revenue": "gross_revenue",
    "deduction": "deductions",
    "other_revenue": "other_revenue",
    "expense": "total_expense",
}
DIFFERENCES = {
    "deduction": ("net_revenue", "Net revenue", "={0}{gross_revenue}-{0}{deductions}"),
    "other_revenue": ("total_revenue", "Total revenue", "={0}{net_revenue}+{0}{other_revenue}"),
    "expense": ("contribution", "Contribution", "={0}{total_revenue}-{0}{total_expense}"),
}
"""Which row of the statement follows a kind of line, and its formula: column, then rows."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a row adds up to, in minor units."""

    prior: int
    months: Sequence[int]

    @property
    def all(self) -> tuple[int, ...]:
        """Prior year, twelve months, the year: the columns that are summed."""
        return self.prior, *self.months, sum(self.months)


def amounts_of(lines: Iterable[BudgetLine]) -> Amounts:
    """Return the sum of lines of one kind."""
    found = tuple(lines)
    months = [sum(column) for column in zip(*(line.months for line in found), strict=True)]
    return Amounts(sum(line.prior_total for line in found), months or [0] * MONTHS)


@dataclass(frozen=True, slots=True)
class BudgetRows:
    """Where the sheet shows what, for formulas of other sheets: rows as a formula numbers them."""

    statement: Mapping[str, int]
    lines: Mapping[str, int]

    def cell(self, row: str, column: int) -> str:
        """Return a cell of the statement for a formula on another sheet."""
        return f"'{BUDGET}'!{LETTERS[column]}{self.statement[row]}"


def adder(sums: Sequence[str], first: int, last: int) -> Callable[[str], str]:
    """Return what makes a total's formula from a column's letter.

    Beyond what SUM takes, it adds the rows from ``first`` to ``last`` that have a line id.
    """
    if len(sums) <= MOST_PARTS:
        return f"=SUM({','.join(sums)})".format
    return f'=SUMIF($A${first}:$A${last},"<>",{{0}}{first}:{{0}}{last})'.format
