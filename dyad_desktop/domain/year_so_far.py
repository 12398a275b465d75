"""Everything that the year so far is held against, each reckoned when it is first asked for."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.bridge import Bridge, and_then, by_category, by_cause, from_start
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.flex import LineSplit, Rule, Span, compare, rules_of, total_of
from dyad_desktop.domain.forecast import Forecast, forecast
from dyad_desktop.domain.missing import Missing, missing
from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratios import RatioRow, ratio_rows
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
_Found = TypeVar("_Found")


class YearSoFar:
    """One draft's budget year as a book has it. ``count`` months are actual.

    Never changes but for what it keeps of what was asked, so that a worker may ask first and a window then.
    """

    def __init__(self, book: Book, budget: Budget) -> None:
        """Take a book and the budget of one of its drafts."""
        self.book, self.budget = book, budget
        self.count = book.only(Partnership).ytd_months
        self._kept: dict[Hashable, object] = {}

    def _once(self, key: Hashable, make: Callable[[], _Found]) -> _Found:
        """Return what was made under a key, made now if it wasn't."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast("_Found", self._kept[key])

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
    def missing(self) -> Missing:
        """Return what the closed months lack."""
        return missing(self.book, self.budget)

    @cached_property
    def prior(self) -> Side:
        """Return the prior year's side."""
        return prior_side(self.book, self.budget)

    @cached_property
    def splits(self) -> tuple[LineSplit, ...]:
        """Return every line, budget to actual."""
        return compare(self.book, self.budget, self.planned, self.actual, self.count, self.missing)

    @cached_property
    def growth(self) -> tuple[LineSplit, ...]:
        """Return every line, prior year to budget."""
        return compare(self.book, self.budget, self.prior, self.planned, MONTHS)

    @cached_property
    def forecast(self) -> Forecast:
        """Return where the year will end."""
        return forecast(self.book, self.budget, self.missing)

    @cached_property
    def rolling(self) -> Rolling:
        """Return the last twelve months."""
        return rolling_twelve(self.book, self.budget)

    @cached_property
    def says_something(self) -> bool:
        """Return whether a month has actuals and anything was budgeted or recorded for it."""
        if not self.count:
            return False
        planned = (line.months[: self.count] for line in self.budget.lines.values())
        lines = self.book.all(OperatingLine)
        came = ([line.ytd_actuals.get(period) for period in self.periods] for line in lines)
        return any(any(months) for months in planned) or any(any(months) for months in came)

    def spans(self, places: Sequence[int]) -> tuple[Span, ...]:
        """Return every line over some months, in the order of ``splits``."""
        return self._once(
            ("spans", tuple(places)), lambda: tuple(one.over(places) for one in self.splits)
        )

    def kinds(self, places: Sequence[int]) -> Mapping[str, Span]:
        """Return the lines of each kind together, over some months."""
        return self._once(
            ("kinds", tuple(places)),
            lambda: self._together([one.kind for one in self.splits], places),
        )

    def categories(self, places: Sequence[int]) -> Mapping[tuple[str, str], Span]:
        """Return the lines of each kind and category together, over some months, in the pair's order."""
        return self._once(
            ("categories", tuple(places)),
            lambda: self._together([(one.kind, one.category) for one in self.subjects], places),
        )

    def _together(self, keys: Sequence[_Found], places: Sequence[int]) -> Mapping[_Found, Span]:
        found: dict[_Found, list[Span]] = {}
        for key, span in zip(keys, self.spans(places), strict=True):
            found.setdefault(key, []).append(span)
        return {key: total_of(spans) for key, spans in found.items()}

    def row(self, name: str, places: Sequence[int]) -> Span:
        """Return a row of the statement over some months.

        Raises:
            KeyError: there is no such row.
        """
        signs = STATEMENT_ROWS[name]
        kinds = self.kinds(places)
        return total_of(signed(kinds[kind], sign) for kind, sign in signs.items() if kind in kinds)

    def ratios(self, volume: Volume | None, places: Sequence[int]) -> tuple[RatioRow, ...]:
        """Return every ratio for some months, for each unit of a volume."""
        key = ("ratios", volume and volume.id, tuple(places))
        return self._once(key, lambda: ratio_rows(self, volume, places))

    def bridge(self, way: str, *, by_cause_of: bool, places: Sequence[int]) -> Bridge:
        """Return the way from one contribution to another, by cause or by category.

        To the year's end the steps so far are taken from the year's budget, and one more is for what the months
        to come are forecast beyond it.
        """
        key = ("bridge", way, by_cause_of, tuple(places))
        return self._once(key, lambda: self._bridge(way, places, by_cause_of=by_cause_of))

    def _bridge(self, way: str, places: Sequence[int], *, by_cause_of: bool) -> Bridge:
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
