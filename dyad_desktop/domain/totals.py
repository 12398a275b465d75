"""Totals of a partnership: prior year, year to date, budget against actual, check figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.asked import asked, lines_of
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget, year_of
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.drivers import CircleError
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Initiative, Milestone, Risk
from dyad_desktop.domain.meetings import Action, Decision
from dyad_desktop.domain.missing import Missing, missing
from dyad_desktop.domain.money import currency_exponent, rounded, to_units
from dyad_desktop.domain.operating import OperatingLine, Position, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.returns import PAYBACK_PLACES, payback_years, request_npv
from dyad_desktop.domain.schedule import plan_all
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.sides import Subject, subjects
from dyad_desktop.domain.statement import (
    MARGIN_PLACES,
    SIGNS,
    STATEMENT_ROWS,
    Totals,
    percent_of,
    totals_of,
)

COUNTED: Mapping[str, type[Entity]] = {
    "goals": Goal,
    "measures": Measure,
    "volumes": Volume,
    "positions": Position,
    "operating_lines": OperatingLine,
    "capital_requests": CapitalRequest,
    "initiatives": Initiative,
    "milestones": Milestone,
    "risks": Risk,
    "decisions": Decision,
    "actions": Action,
}
"""What ``control_totals.counts`` counts, in its order."""

FILE_MARGIN, MARGIN = "contribution_margin_pct", "operating_margin_pct"
"""What the file calls the operating margin, and its name everywhere else: finance's contribution margin is another."""

BUDGETED = "reference_budget"
"""What the file calls the totals of the first draft: left out while its lines depend on each other in a circle."""


@dataclass(frozen=True, slots=True)
class Variance:
    """Budget against actual for the months so far; minor units, natural-positive."""

    id: str
    """The line's id, or the category's name."""
    kind: str
    budget: int
    actual: int

    @property
    def variance(self) -> int:
        """Actual − budget, in minor units."""
        return self.actual - self.budget

    @property
    def variance_pct(self) -> Decimal | None:
        """Variance in percent of the budget's size, not rounded; ``None`` of nothing budgeted."""
        return percent_of(self.variance, abs(self.budget))

    @property
    def effect(self) -> int:
        """What the variance does to contribution, in minor units."""
        return SIGNS[self.kind] * self.variance

    @property
    def favourable(self) -> bool:
        """Contribution is no worse for it: judged by effect, not by sign."""
        return self.effect >= 0


@dataclass(frozen=True, slots=True)
class AgainstActual:
    """The year so far: rows in the pair's order, then what capital requests post; the totals of both sides."""

    periods: tuple[str, ...]
    lines: tuple[Variance, ...]
    categories: tuple[Variance, ...]
    """One row for each kind and category of line."""
    budget: Totals
    actual: Totals
    missing: Missing
    """What the months lack: it counts on neither side."""


def prior_year_totals(book: Book) -> Totals:
    """Return the totals of the prior year's actuals.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    return _totals(book, year_of(book).prior, lambda line: line.prior_actuals)


def ytd_periods(book: Book) -> tuple[str, ...]:
    """Return the months of the budget year that have actuals.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    return year_of(book).budget[: book.only(Partnership).ytd_months]


def year_to_date_totals(book: Book) -> Totals:
    """Return the totals of the budget year's actuals so far.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    return _totals(book, ytd_periods(book), lambda line: line.ytd_actuals)


Actuals = Callable[[OperatingLine], Mapping[str, int]]


def _totals(book: Book, periods: Sequence[str], actuals: Actuals) -> Totals:
    sums = {kind: [0] * len(periods) for kind in SIGNS}
    for line in book.all(OperatingLine):
        found, row = actuals(line), sums[line.kind]
        for place, period in enumerate(periods):
            row[place] += found.get(period) or 0
    return totals_of(sums)


def against_actual(book: Book, budget: Budget) -> AgainstActual:
    """Return the months with actuals, budget beside actual, by line and by category.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    periods = ytd_periods(book)
    everything = subjects(book, budget)
    lacks = missing(book, budget)
    lines = tuple(_line_variance(book, one, budget, periods, lacks) for one in everything)
    sums = {kind: list(amounts[: len(periods)]) for kind, amounts in budget.sums.items()}
    for line_id, places in lacks.lines.items():
        line = budget.lines[line_id]
        for place in places:
            sums[line.kind][place] -= line.months[place]
    return AgainstActual(
        periods=periods,
        lines=lines,
        categories=_by_category(everything, lines),
        budget=totals_of(sums),
        actual=year_to_date_totals(book),
        missing=lacks,
    )


def _line_variance(
    book: Book, one: Subject, budget: Budget, periods: Sequence[str], lacks: Missing
) -> Variance:
    line = book.get(OperatingLine, one.id)  # none is what a capital request posts
    actuals = {} if line is None else line.ytd_actuals
    actual = sum(actuals.get(period) or 0 for period in periods)
    months, away = budget.lines[one.id].months[: len(periods)], lacks.of(one.id)
    planned = sum(amount for place, amount in enumerate(months) if place not in away)
    return Variance(one.id, one.kind, planned, actual)


def _by_category(lines: Iterable[Subject], rows: Iterable[Variance]) -> tuple[Variance, ...]:
    found: dict[tuple[str, str], list[Variance]] = {}
    for line, row in zip(lines, rows, strict=True):
        found.setdefault((line.category, line.kind), []).append(row)
    return tuple(
        Variance(name, kind, sum(row.budget for row in part), sum(row.actual for row in part))
        for (name, kind), part in found.items()
    )


def control_totals(book: Book, draft_id: str, budget: Budget | None = None) -> dict[str, object]:
    """Return ``control_totals`` of a workspace file: figures a reader can check itself against.

    Money is in whole units of the currency, margins in percent, paybacks in years. A budget of the
    draft that was computed before spares its computation. Lines that a merge left in a circle leave
    the budget out.

    Raises:
        BadInputError: no fiscal year.
    """
    exponent = currency_exponent(book.only(Partnership).currency)
    return {
        "counts": {name: len(book.all(cls)) for name, cls in COUNTED.items()},
        "prior_year": _in_units(prior_year_totals(book), exponent),
        "year_to_date": _in_units(year_to_date_totals(book), exponent),
        **_budgeted(book, budget or _budget(book, draft_id), exponent),
        "capital": _capital(book, exponent),
        "schedule": _schedule(book),
    }


def _budget(book: Book, draft_id: str) -> Budget | None:
    try:
        return compute_budget(book, draft_id)
    except CircleError:
        return None


def _budgeted(book: Book, budget: Budget | None, exponent: int) -> dict[str, object]:
    if budget is None:
        return {}
    by_line = {
        line.id: to_units(budget.lines[line.id].total, exponent) for line in book.all(OperatingLine)
    }
    return {BUDGETED: {**_in_units(budget.totals, exponent), "by_line": by_line}}


def _in_units(totals: Totals, exponent: int) -> dict[str, object]:
    rows: dict[str, object] = {
        name: to_units(getattr(totals, name), exponent) for name in STATEMENT_ROWS
    }
    margin = totals.operating_margin_pct
    rows[FILE_MARGIN] = None if margin is None else rounded(margin, MARGIN_PLACES)
    rows["contribution_by_month"] = [
        to_units(amount, exponent) for amount in totals.contribution_by_month
    ]
    return rows


def _capital(book: Book, exponent: int) -> dict[str, object]:
    requests = book.all(CapitalRequest)
    paybacks = [(one, payback_years(one, lines_of(book, one))) for one in requests]
    rate = book.only(CapitalPolicy).discount_rate_pct
    return {
        "total_requested": to_units(sum(asked(book, one) for one in requests), exponent),
        "mandatory_total": to_units(
            sum(asked(book, one) for one in requests if one.mandatory), exponent
        ),
        "npv": {
            one.id: to_units(request_npv(one, rate, exponent, lines_of(book, one)), exponent)
            for one in requests
        },
        "simple_payback_years": {
            one.id: None if years is None else rounded(years, PAYBACK_PLACES)
            for one, years in paybacks
        },
    }


def _schedule(book: Book) -> dict[str, object]:
    """Return the dates of initiatives that can be planned: one may have no start yet, or a circle after a merge."""
    plans, _ = plan_all(book)
    return {
        plan.initiative_id: {
            "forecast_finish": plan.forecast_finish,
            "baseline_finish": plan.baseline_finish,
            "critical": list(plan.critical),
        }
        for plan in plans.values()
    }
