"""Everything that the year so far is held against, each reckoned when it is first asked for."""

from collections.abc import Sequence
from functools import cached_property

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.bridge import Bridge, and_then, by_category, by_cause, from_start
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.flex import LineSplit, Rule, Span, compare, rules_of, total_of
from dyad_desktop.domain.forecast import Forecast, forecast
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.rolling import Rolling, rolling_twelve
from dyad_desktop.domain.sides import (
    MONTHS,
    Side,
    Subject,
    actual_side,
    budget_side,
    prior_side,
    subjects,
)
from dyad_desktop.domain.statement import SIGNS, STATEMENT_ROWS

TO_ACTUAL, TO_YEAR_END, TO_BUDGET = "actual", "year_end", "budget"
REST = "rest"
"""Key of the step for the months to come."""
YEAR = range(MONTHS)


class YearSoFar:
    """One draft's budget year as a book has it. ``count`` months are actual. Never changes."""

    def __init__(self, book: Book, budget: Budget) -> None:
        """Take a book and the budget of one of its drafts."""
        self.book, self.budget = book, budget
        self.count = book.only(Partnership).ytd_months

    @property
    def periods(self) -> tuple[str, ...]:
        """Return the months that have actuals."""
        return self.budget.year.budget[: self.count]

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Return every line."""
        return subjects(self.book, self.budget)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Return how each of the pair's lines flexes."""
        return rules_of(self.book, self.budget.draft_id)

    @cached_property
    def planned(self) -> Side:
        """Return the budget's side."""
        return budget_side(self.book, self.budget)

    @cached_property
    def actual(self) -> Side:
        """Return the side of the year so far."""
        return actual_side(self.book, self.budget)

    @cached_property
    def prior(self) -> Side:
        """Return the prior year's side."""
        return prior_side(self.book, self.budget)

    @cached_property
    def splits(self) -> tuple[LineSplit, ...]:
        """Return every line, budget to actual."""
        return compare(self.book, self.budget, self.planned, self.actual, self.count)

    @cached_property
    def growth(self) -> tuple[LineSplit, ...]:
        """Return every line, prior year to budget."""
        return compare(self.book, self.budget, self.prior, self.planned, MONTHS)

    @cached_property
    def forecast(self) -> Forecast:
        """Return where the year will end."""
        return forecast(self.book, self.budget)

    @cached_property
    def rolling(self) -> Rolling:
        """Return the last twelve months."""
        return rolling_twelve(self.book, self.budget)

    @cached_property
    def says_something(self) -> bool:
        """Return whether a month has actuals and anything was budgeted or recorded for it."""
        spans = [one.over(range(self.count)) for one in self.splits]
        return any(span.plan or span.actual for span in spans)

    def row(self, name: str, places: Sequence[int]) -> Span:
        """Return a row of the statement over some months.

        Raises:
            KeyError: there is no such row.
        """
        signs = STATEMENT_ROWS[name]
        spans = [
            signed(one.over(places), signs[one.kind]) for one in self.splits if one.kind in signs
        ]
        return total_of(spans)

    def bridge(self, way: str, *, by_cause_of: bool, places: Sequence[int]) -> Bridge:
        """Return the way from one contribution to another, by cause or by category.

        To the year's end the steps so far are taken from the year's budget, and one more is for what the months
        to come are forecast beyond it.
        """
        lines, months = (self.growth, YEAR) if way == TO_BUDGET else (self.splits, places)
        if way == TO_YEAR_END:
            months = range(self.count)
        found = (
            by_cause(lines, months) if by_cause_of else by_category(lines, self.subjects, months)
        )
        if way != TO_YEAR_END:
            return found
        start, end = self.budget.totals.contribution, self.forecast.totals.contribution
        return and_then(from_start(found, start), REST, end)


def signed(span: Span, sign: int) -> Span:
    """Return a span × a sign."""
    parts = span.parts.signed(sign)
    return Span(sign * span.plan, sign * span.flexed, sign * span.actual, parts)


def effect_of(span: Span, kind: str) -> int:
    """Return what a line's variance does to contribution."""
    return SIGNS[kind] * span.variance
