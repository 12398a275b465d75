"""What the budget, the year so far and the prior year say of every line, month by month, to be compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.agreed import AgreedBases, agreed_bases
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.methods import FTE, drivers_of
from dyad_desktop.domain.money import exact
from dyad_desktop.domain.operating import (
    Draft,
    DraftLine,
    OperatingLine,
    Planning,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.outlook import Basis
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.staffing import HOURS_PER_FTE, monthly_fte, monthly_hours

PERCENT, MONTHS = 100, 12
POSTED = "capital_requests"
"""Category of what capital requests post to a draft."""
GONE = "deleted_lines"
"""Category of lines that stand in what was agreed, and were deleted since."""
Known = Sequence[Fraction | None]
"""Twelve figures; ``None`` where nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: minor units by line, units by volume, paid hours by line, each by month."""

    amounts: Mapping[str, Sequence[int]]
    volumes: Mapping[str, Known]
    hours: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Subject:
    """A line as a comparison names it: one of the pair's, or one that a capital request posts."""

    id: str
    kind: str
    category: str
    name: str


def subjects(book: Book, budget: Budget) -> tuple[Subject, ...]:
    """Return every line of a budget: the pair's in their order, then those that capital requests post."""
    lines = book.all(OperatingLine)
    found = [
        Subject(one.id, budget.lines[one.id].kind, one.category or "", one.name) for one in lines
    ]
    posted = budget.posted.values()
    found += [
        Subject(one.id, one.kind, POSTED if one.request else GONE, one.name) for one in posted
    ]
    return tuple(found)


def driver_of(book: Book, draft: str, line: OperatingLine) -> tuple[str, str]:
    """Return (kind, id or name) of the one thing that moves a line in a draft; empty texts without one.

    A formula that follows several things names none of them alone.
    """
    found = drivers_of(
        line, book.get(DraftLine, draft_line_id(draft, line.id)), lambda name: _kind_of(book, name)
    )
    return found[0] if len(found) == 1 else ("", "")


def _kind_of(book: Book, name: str) -> str:
    for kind, cls in (("line", OperatingLine), ("volume", Volume), (FTE, Position)):
        if book.rows(cls).get(name) is not None:
            return kind
    return "line_group"


def budget_side(book: Book, budget: Budget) -> Side:
    """Return what a draft plans: its amounts, and what they are planned for."""
    bases = bases_of(book, budget)
    amounts = {line_id: line.months for line_id, line in budget.lines.items()}
    return Side(amounts, bases.volumes, bases.hours)


def bases_of(book: Book, budget: Budget) -> AgreedBases:
    """Return what a draft's amounts are planned for: as it was agreed where it is, else as it is planned now.

    Volumes that came after the agreement are those of now.
    """
    now, agreed = planned_for(book, budget), None
    if budget.planned is not None:
        agreed = agreed_bases(book, budget.draft_id, budget.periods)
    if agreed is None:
        return now
    return AgreedBases({**now.volumes, **agreed.volumes}, agreed.hours, agreed.staff)


def planned_for(book: Book, budget: Budget) -> AgreedBases:
    """Return what a draft is planned for now. A volume is its prior year × its growth × the draft's what-if."""
    return AgreedBases(
        {one.id: _planned(book, budget, one) for one in book.all(Volume)},
        _planned_hours(book, budget),
        {
            one.id: monthly_fte(
                one, budget.year.budget, what_if(book, budget, f"fte:{one.id}", "fte")
            )
            for one in book.all(Position)
        },
    )


def actual_side(book: Book, budget: Budget) -> Side:
    """Return the year so far: a month without an amount is nothing here (see ``missing``), without a volume unknown."""
    periods = budget.year.budget[: book.only(Partnership).ytd_months]
    lines, bases = book.all(OperatingLine), book.rows(Basis)
    hours = {one.line: _known(one.hours, periods) for one in bases.values()}
    return Side(
        _amounts(budget, {one.id: one.ytd_actuals for one in lines}, periods),
        {one.id: _known(one.ytd_actuals, periods) for one in book.all(Volume)},
        hours,
    )


def prior_side(book: Book, budget: Budget) -> Side:
    """Return the prior year. Its paid hours are those of the full-time equivalents that there were."""
    periods = budget.year.prior
    hours: dict[str, Known] = {}
    for line in book.all(OperatingLine):
        kind, ref = driver_of(book, budget.draft_id, line)
        position = book.get(Position, ref) if kind == FTE else None
        if position is not None:
            a_year = position.hours_per_year or hours_per_fte(book)
            month = exact(position.fte_prior) * exact(a_year) / MONTHS
            hours[line.id] = (month,) * MONTHS
    return Side(
        _amounts(budget, {one.id: one.prior_actuals for one in book.all(OperatingLine)}, periods),
        {one.id: _known(one.prior_actuals, periods) for one in book.all(Volume)},
        hours,
    )


def hours_per_fte(book: Book) -> Decimal:
    """Return the paid hours a year of one full-time equivalent, where a position says no other."""
    return book.only(Planning).hours_per_fte or Decimal(HOURS_PER_FTE)


def _amounts(
    budget: Budget, series: Mapping[str, Mapping[str, int]], periods: Iterable[str]
) -> dict[str, Sequence[int]]:
    wanted = tuple(periods)
    none: Mapping[str, int] = {}
    return {
        line: tuple(series.get(line, none).get(period) or 0 for period in wanted)
        for line in budget.lines
    }


def _known(
    series: Mapping[str, Decimal | None], periods: Iterable[str]
) -> tuple[Fraction | None, ...]:
    values = (series.get(period) for period in periods)
    return tuple(None if value is None else exact(value) for value in values)


def _planned(book: Book, budget: Budget, volume: Volume) -> tuple[Fraction | None, ...]:
    factor = 1 + exact(volume.planned_growth_pct) / PERCENT
    factor *= what_if(book, budget, f"volume:{volume.id}", "volume")
    prior = _known(volume.prior_actuals, budget.year.prior)
    return tuple(None if value is None else value * factor for value in prior)


def what_if(book: Book, budget: Budget, *names: str) -> Fraction:
    """Return by what the first input that a draft has of some names multiplies; 1 where it has none."""
    draft = book.get(Draft, budget.draft_id)
    said = (None if draft is None else draft.inputs.get(name) for name in names)
    return 1 + exact(next((percent for percent in said if percent is not None), 0)) / PERCENT


def _planned_hours(book: Book, budget: Budget) -> dict[str, tuple[Fraction | None, ...]]:
    periods, bases = budget.year.budget, book.rows(Basis)
    found: dict[str, tuple[Fraction | None, ...]] = {}
    for line in book.all(OperatingLine):
        kind, ref = driver_of(book, budget.draft_id, line)
        position = book.get(Position, ref) if kind == FTE else None
        hours: tuple[Fraction | None, ...] = (None,) * MONTHS
        if position is not None:
            factor = what_if(book, budget, f"fte:{ref}", "fte")
            hours = monthly_hours(position, periods, exact(hours_per_fte(book)), factor)
        basis = bases.get(line.id)
        if basis is not None:
            own = _known(basis.budget_hours, periods)
            hours = tuple(a if a is not None else b for a, b in zip(own, hours, strict=True))
        if any(part is not None for part in hours):
            found[line.id] = hours
    return found
