"""Where the year will end: each line's actuals, then the rest of the year by the line's own rule.

The rest are the months to come and the closed ones that are missing (``domain.missing``). Rules, with n months of
actuals (a month without one counts as nothing, and not as a month):

- run rate: the average actual month goes on;
- seasonality: the rest of the year has to the months with actuals the proportion that it had in the prior year;
- remaining budget: what the budget says of the rest;
- own: months that the pair typed, the others by the remaining budget.

A rule that has nothing to reckon from gives way to the remaining budget, and says so. Minor units throughout; the
rest of a year is rounded once and parted over its months exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.missing import NONE, Missing, missing
from dyad_desktop.domain.money import allocate, round_quotient
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.outlook import (
    OWN,
    REMAINING_BUDGET,
    RUN_RATE,
    SEASONALITY,
    Outlook,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import SIGNS, Totals, totals_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class LineForecast:
    """One line's year. ``months`` are actuals, then the forecast; ``asked`` is the pair's rule, empty for none.

    ``rule`` is what was done, ``why`` a sentence where that is another than was asked for.
    """

    id: str
    kind: str
    asked: str
    rule: str
    months: tuple[int, ...]
    budget: int
    actual: int
    own: frozenset[int] = frozenset()
    """Places of the months that the pair typed and that count."""
    why: str = ""
    missing: frozenset[int] = NONE
    """Places of the closed months that have no actual and are forecast."""

    @property
    def total(self) -> int:
        """Return the year's amount in minor units."""
        return sum(self.months)

    @property
    def variance(self) -> int:
        """Return forecast − budget of the year."""
        return self.total - self.budget

    @property
    def effect(self) -> int:
        """Return what that does to contribution."""
        return SIGNS[self.kind] * self.variance


@dataclass(frozen=True, slots=True)
class Forecast:
    """The year of every line, by id, and of the statement. ``count`` months are actual."""

    lines: Mapping[str, LineForecast]
    totals: Totals
    sums: Mapping[str, Sequence[int]]
    count: int


@dataclass(frozen=True, slots=True)
class Known:
    """What a line's forecast is reckoned from: its actual months (``None``: none yet), prior year and budget."""

    actuals: tuple[int | None, ...]
    prior: tuple[int | None, ...]
    budget: Sequence[int]
    missing: frozenset[int] = NONE
    """Places of the actual months that are to be forecast."""

    @property
    def places(self) -> list[int]:
        """Return the places of the months that have an actual."""
        return [place for place, amount in enumerate(self.actuals) if amount is not None]

    @property
    def rest(self) -> Sequence[int]:
        """Return the places of the months that are forecast: the missing ones, then those to come."""
        return (*sorted(self.missing), *range(len(self.actuals), MONTHS))

    @property
    def so_far(self) -> int:
        """Return the sum of the actual months."""
        return sum(amount or 0 for amount in self.actuals)


def forecast(book: Book, budget: Budget, lacks: Missing | None = None) -> Forecast:
    """Return how the budget year of a draft will end. ``lacks`` is what is missing, where that is known already.

    Raises:
        BadInputError: when the partnership has no fiscal years yet.
    """
    count = book.only(Partnership).ytd_months
    lacks = missing(book, budget) if lacks is None else lacks
    lines, sums = {}, {kind: [0] * MONTHS for kind in SIGNS}
    for line_id, planned in budget.lines.items():
        line = book.get(OperatingLine, line_id)
        known = _known(line, budget, planned.months, count, lacks.of(line_id))
        found = _line(line_id, planned.kind, known, _typed(book, budget, line_id))
        lines[line_id] = found
        row = sums[planned.kind]
        for place, amount in enumerate(found.months):
            row[place] += amount
    return Forecast(lines, totals_of(sums), sums, count)


def _known(
    line: OperatingLine | None, budget: Budget, planned: Sequence[int], count: int, lacks: frozenset[int]
) -> Known:  # fmt: skip
    if line is None:  # posted by a capital request: the budget is all there is
        return Known((None,) * count, (None,) * MONTHS, planned, lacks)
    actuals = tuple(line.ytd_actuals.get(period) for period in budget.year.budget[:count])
    return Known(actuals, tuple(map(line.prior_actuals.get, budget.year.prior)), planned, lacks)


def _typed(book: Book, budget: Budget, line_id: str) -> tuple[str, dict[int, int]]:
    said = book.get(Outlook, line_id)
    if said is None:
        return "", {}
    months = enumerate(map(said.months.get, budget.year.budget))
    return said.rule or "", {place: amount for place, amount in months if amount is not None}


def _line(line_id: str, kind: str, known: Known, said: tuple[str, dict[int, int]]) -> LineForecast:
    asked, typed = said
    rule, rest, why = rest_of(known, asked, typed)
    own = frozenset(typed) & frozenset(known.rest) if rule == OWN else frozenset()
    found = [
        *(amount or 0 for amount in known.actuals),
        *(0 for _ in range(len(known.actuals), MONTHS)),
    ]
    for place, amount in zip(known.rest, rest, strict=True):
        found[place] = amount
    return LineForecast(
        line_id, kind, asked, rule, tuple(found), sum(known.budget), known.so_far, own, why,
        known.missing,
    )  # fmt: skip


def rest_of(
    known: Known, asked: str, typed: Mapping[int, int] | None = None
) -> tuple[str, tuple[int, ...], str]:
    """Return the rule that was followed, the rest of the year in minor units, and why it isn't the one asked for.

    ``asked`` is a rule or nothing: then seasonality where the prior year has a shape to follow, else the remaining
    budget. ``typed`` are the pair's own months by place.
    """
    remaining = tuple(known.budget[place] for place in known.rest)
    if asked == OWN:
        own = typed or {}
        months = tuple(own.get(place, known.budget[place]) for place in known.rest)
        lacks = "" if any(place in own for place in known.rest) else "No month is typed yet: "
        return OWN, months, f"{lacks}the remaining budget stands in." if lacks else ""
    if asked == REMAINING_BUDGET or not known.rest:
        return asked or REMAINING_BUDGET, remaining, ""
    lacks = _without_months(known) if asked == RUN_RATE else _without_shape(known)
    if lacks:
        return REMAINING_BUDGET, remaining, _instead(asked, lacks)
    rule = RUN_RATE if asked == RUN_RATE else SEASONALITY
    return rule, _run_rate(known) if rule == RUN_RATE else _seasonal(known), ""


def _instead(asked: str, lacks: str) -> str:
    if not asked:
        return f"By the remaining budget, since {lacks}."
    return f"By the remaining budget instead of {asked.replace('_', ' ')}: {lacks}."


def _without_months(known: Known) -> str:
    return "" if known.places else "no month has an actual yet"


def _without_shape(known: Known) -> str:
    """Return why the prior year gives no proportion; nothing when it does."""
    if not known.places:
        return _without_months(known)
    if any(amount is None for amount in known.prior):
        return "the prior year lacks months"
    amounts = [amount or 0 for amount in known.prior]
    if min(amounts) < 0 < max(amounts):
        return "the prior year has months of both signs"
    if not sum(amounts[place] for place in known.places):
        return "the prior year had nothing in these months"
    return ""


def _run_rate(known: Known) -> tuple[int, ...]:
    count = len(known.rest)
    whole = round_quotient(known.so_far * count, len(known.places))
    return tuple(allocate(whole, [1] * count))


def _seasonal(known: Known) -> tuple[int, ...]:
    """Return year to date ÷ the prior year's share of these months × the shares of the months to come."""
    prior = [abs(amount or 0) for amount in known.prior]
    rest = [prior[place] for place in known.rest]
    if not any(rest):
        return (0,) * len(rest)
    share = sum(prior[place] for place in known.places)
    return tuple(allocate(round_quotient(known.so_far * sum(rest), share), rest))
