"""Rolling twelve months: the last twelve actual months of the statement, and how their sum moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.fiscal import MONTHS, add_months, month_year_label
from dyad_desktop.domain.missing import missing_months
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import SIGNS, STATEMENT_ROWS, row_by_month


@dataclass(frozen=True, slots=True)
class RollingRow:
    """A row of the statement: its last twelve months, and the sum of twelve at the end of each month since."""

    name: str
    months: tuple[int, ...]
    sums: tuple[int, ...]
    """From the prior year's end on, the newest last; minor units."""

    @property
    def total(self) -> int:
        """Return the sum of the last twelve months."""
        return self.sums[-1]

    @property
    def before(self) -> int:
        """Return the sum of the twelve months of the prior year."""
        return self.sums[0]

    @property
    def change(self) -> int:
        """Return by how much the sum moved since the prior year's end."""
        return self.total - self.before


@dataclass(frozen=True, slots=True)
class Rolling:
    """The rows, or a sentence that says why there are none."""

    periods: tuple[str, ...]
    rows: tuple[RollingRow, ...]
    problem: str = ""


def rolling_twelve(book: Book, budget: Budget) -> Rolling:
    """Return the last twelve actual months of the statement: the prior year's tail and the year so far.

    A closed month that a line lacks (see ``missing``) isn't nought: the line's month of a year before stands for it, so
    that the sum moves by what is known alone.
    """
    year, count = budget.year, book.only(Partnership).ytd_months
    if add_months(max(year.prior), 1) != year.budget[0]:
        return Rolling((), (), _apart(max(year.prior), year.budget[0]))
    periods = (*year.prior, *year.budget[:count])
    lines = book.all(OperatingLine)
    empty = next((period for period in periods if not _any(lines, period)), None)
    if empty is not None:
        return Rolling((), (), _empty(empty))
    sums = {kind: [0] * len(periods) for kind in SIGNS}
    for line in lines:
        row = sums[line.kind]
        for place, amount in enumerate(rolling_months(line, budget, count)):
            row[place] += amount
    return Rolling(periods[-MONTHS:], tuple(_row(sums, name) for name in STATEMENT_ROWS))


def rolling_months(line: OperatingLine, budget: Budget, count: int) -> list[int]:
    """Return a line's months of the prior year and of the ``count`` that are actual, in minor units."""
    periods = (*budget.year.prior, *budget.year.budget[:count])
    away = missing_months(line, budget.lines[line.id], periods[MONTHS:])
    known = (
        periods[place - MONTHS] if place - MONTHS in away else period
        for place, period in enumerate(periods)
    )
    return [_amount(line, period) or 0 for period in known]


def row_of(name: str, months: Sequence[int]) -> RollingRow:
    """Return a row by its months, from the prior year's first on."""
    windows = range(len(months) - MONTHS + 1)
    return RollingRow(
        name, tuple(months[-MONTHS:]), tuple(sum(months[n : n + MONTHS]) for n in windows)
    )


def _amount(line: OperatingLine, period: str) -> int | None:
    found = line.prior_actuals.get(period)
    return line.ytd_actuals.get(period) if found is None else found


def _any(lines: Sequence[OperatingLine], period: str) -> bool:
    return any(_amount(line, period) is not None for line in lines)


def _row(sums: Mapping[str, Sequence[int]], name: str) -> RollingRow:
    return row_of(name, row_by_month(sums, name))


def _apart(last: str, first: str) -> str:
    return (
        f"The prior year ends in {month_year_label(last)} and the budget year begins in"
        f" {month_year_label(first)}, so no twelve months follow each other."
    )


def _empty(period: str) -> str:
    return f"{month_year_label(period)} has no actuals, and a sum of twelve months needs every one of them."
