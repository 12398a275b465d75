"""The plan as ranked beside the best set under the same envelopes, and what every envelope could reach."""

from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy
from dyad_desktop.domain.contested import Span, spans_of
from dyad_desktop.domain.fiscal import fiscal_year_label
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.portfolio import (
    WHOLE,
    Candidate,
    Choice,
    Frontier,
    best_set,
    frontier,
    sums,
    taken,
)
from dyad_desktop.domain.ranking import RankedRequest, envelopes
from dyad_desktop.services.capital import CapitalPlan, capital_plan
from dyad_desktop.services.open_choices import CAPITAL_KINDS, Choices

OBJECTIVES = ("npv", "score")
YEARLY = ("asked", "plan", "best")
_PLACES = 100
_MOST = 64
"""So many combinations of what is open are tried: each takes the search for a best set."""
RULE = (
    "Mandatory requests come first. Of all sets of the others that every envelope pays for, this is the one with"
    " the greatest total; of equal ones the cheapest. Each request is taken whole or not at all."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A request in both sets. ``value`` in minor units, or in hundredths of a score."""

    ranked: RankedRequest
    value: int
    in_plan: bool
    in_best: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year: its envelope, if one is set, and what each set takes of it, in minor units."""

    period: str
    label: str
    envelope: int | None
    asked: int
    plan: int
    best: int


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Both sets. The frontier is of the objective, as their values are: of net present values or of scores."""

    objective: str
    rows: tuple[Row, ...]
    plan: Choice
    best: Choice
    years: tuple[Year, ...]
    frontier: Frontier
    envelope: int | None

    @property
    def differ(self) -> tuple[Row, ...]:
        """Return the requests that only one of the sets has."""
        return tuple(row for row in self.rows if row.in_plan != row.in_best)


def portfolio(book: Book, objective: str = "npv") -> Portfolio:
    """Return the plan as ranked and the best set, by ``npv`` or by ``score``."""
    plan = capital_plan(book)
    candidates = _candidates(plan, objective)
    limits = dict(envelopes(book))
    if plan.envelope is not None:
        limits[WHOLE] = plan.envelope
    best = best_set(candidates, limits)
    funded = [row.request.id for row in plan.rows if row.funded]
    values = {one.id: one.value for one in candidates}
    return Portfolio(
        objective=objective,
        rows=tuple(
            Row(row, values[row.request.id], row.funded, row.request.id in best.chosen)
            for row in plan.asking
        ),
        plan=sums(candidates, funded),
        best=best,
        years=_years(book, candidates, funded, best),
        frontier=frontier(candidates),
        envelope=book.only(CapitalPolicy).envelope,
    )


def totals(book: Book, objective: str = "npv") -> dict[str, int]:
    """Return the sums of both sets by name: their ``cost`` and ``value``, and by fiscal year what each takes.

    As ``plan/cost``, ``best/value``, ``2026-07/plan``, ``2026-07/asked``; values as of ``Row``.
    """
    plan = capital_plan(book)
    candidates = _candidates(plan, objective)
    limits = dict(envelopes(book))
    if plan.envelope is not None:
        limits[WHOLE] = plan.envelope
    funded, best = [row.request.id for row in plan.rows if row.funded], best_set(candidates, limits)
    chosen = sums(candidates, funded)
    found = {
        "plan/cost": chosen.cost, "plan/value": chosen.value,
        "best/cost": best.cost, "best/value": best.value,
    }  # fmt: skip
    for year in _years(book, candidates, funded, best):
        for name in YEARLY:
            found[f"{year.period}/{name}"] = getattr(year, name)
    return found


def total_spans(book: Book, choices: Choices, objective: str = "npv") -> dict[str, Span]:
    """Return between what ``totals`` come out as everything open is settled; those of which something is open."""
    concerned = [(at, some) for at, some in choices.items() if at.kind in CAPITAL_KINDS]
    if not concerned:
        return {}
    found = spans_of(book, concerned, lambda one: totals(one, objective), _MOST)
    return {name: one for name, one in found.items() if one.wide}


def _candidates(plan: CapitalPlan, objective: str) -> tuple[Candidate, ...]:
    def worth(row: RankedRequest) -> int:
        if objective == "npv":
            return plan.returns[row.request.id].npv
        return 0 if row.score is None else int(row.score * _PLACES)

    return tuple(
        Candidate(row.request.id, worth(row), row.asked, row.by_year, row.request.mandatory)
        for row in plan.asking
    )


def _years(
    book: Book, candidates: tuple[Candidate, ...], funded: list[str], best: Choice
) -> tuple[Year, ...]:
    """Return every fiscal year in which something is paid or an envelope is set, in order."""
    limits = envelopes(book)
    start_month = book.only(Partnership).start_month
    periods = sorted({*limits, *(year for one in candidates for year in one.by_year)})

    def sum_of(ids: tuple[str, ...] | list[str], year: str) -> int:
        return sum(taken(one, year) for one in candidates if one.id in ids)

    return tuple(
        Year(
            period=year,
            label=fiscal_year_label(year, start_month),
            envelope=limits.get(year),
            asked=sum(taken(one, year) for one in candidates),
            plan=sum_of(funded, year),
            best=sum_of(best.chosen, year),
        )
        for year in periods
    )
