"""What a method begins with, so that the year of a line stays where it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.bounds import MOST_SHARE
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.methods import DRIVEN_BY, FTE, GROUP, VOLUME, method_of
from dyad_desktop.domain.money import round_quotient
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume
from dyad_desktop.services.operating import before

_THINGS: dict[str, type[Volume | Position]] = {VOLUME: Volume, FTE: Position}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a line stands: its year, and what of it a method must give in which months.

    Months by hand stay whatever a method gives. ``rest`` is in minor units, before the what-ifs on the line's price.
    """

    budget: Budget
    line: OperatingLine
    whole: int
    places: tuple[int, ...]
    rest: int
    price: Fraction = field(repr=False)

    @classmethod
    def of(cls, budget: Budget, line: OperatingLine, now: BudgetLine, stood: BudgetLine) -> "Stand":
        """Return where a line stood last, and which months are by hand now."""
        free = tuple(place for place in range(MONTHS) if place not in now.overridden)
        by_hand = sum(now.months[place] for place in now.overridden) if free else 0
        return cls(
            budget, line, stood.total, free or tuple(range(MONTHS)), stood.total - by_hand,
            budget.rules.price(line),
        )  # fmt: skip

    def plain(self, amount: int) -> int:
        """Return an amount before the what-ifs on the line's price."""
        return before(amount, self.price)


def driver_of(book: Book, line: OperatingLine, said: DraftLine | None, method: str) -> str | None:
    """Return what a method may be driven by without asking: what the plan names by now, or the line's own."""
    kind = DRIVEN_BY.get(method)
    named = said.driver if said is not None and DRIVEN_BY.get(method_of(said)) == kind else None
    own = line.driver_ref if line.driver_kind == kind else None
    return next((one for one in (named, own) if one and is_there(book, kind, one)), None)


def is_there(book: Book, kind: str | None, name: str) -> bool:
    """Return whether a plan can be driven by a volume, a position or a group of that name."""
    if kind == GROUP:
        return any(name in line.groups for line in book.all(OperatingLine))
    return kind in _THINGS and name in book.rows(_THINGS[kind])


def fitted(stand: Stand, method: str, driver: str | None) -> dict[str, Any]:
    """Return the figures by which a method gives what stands; those that hang on a driver only with one."""
    if method in _ALONE:
        return _ALONE[method](stand)
    by = _DRIVEN.get(method)
    return by(stand, driver) if by is not None and driver is not None else {}


def _fixed(stand: Stand) -> dict[str, Any]:
    return {"amount": stand.plain(stand.whole)}


def _contract(stand: Stand) -> dict[str, Any]:
    """Return a month's amount to the cent, without a step for what doesn't divide: it would outlive the amount."""
    return {"amount": stand.plain(round_quotient(stand.rest, len(stand.places)))}


def _formula(stand: Stand) -> dict[str, Any]:
    return {"formula": f"={round_quotient(stand.rest, stand.budget.year.unit * len(stand.places))}"}


def _units(stand: Stand, volume: str) -> Sequence[Fraction]:
    rules = stand.budget.rules
    if volume not in rules.volumes:
        return ()
    months = rules.volume(volume)
    return [months[place] for place in stand.places]


def _rate_per_unit(stand: Stand, volume: str) -> dict[str, Any]:
    """Return what a unit of a volume costs now, in units of the currency to the hundredth."""
    units = sum(_units(stand, volume), Fraction(0))
    return {"rate": _price(stand, units)}


def _one_step(stand: Stand, volume: str) -> dict[str, Any]:
    """Return steps of the largest month's volume, so that each month takes one, at what a month costs now."""
    units = _units(stand, volume)
    most = max(units, default=Fraction(0))
    if most <= 0:
        return {}
    taking = sum(one > 0 for one in units)
    size = Decimal(-(-most.numerator // most.denominator))
    return {"step_size": size, "rate": _price(stand, Fraction(taking))}


def _price(stand: Stand, units: Fraction) -> Decimal | None:
    """Return what each unit costs, in units of the currency; none of what would be below nothing."""
    price = _ratio(stand.plain(stand.rest), units * stand.budget.year.unit)
    return price if price is not None and price >= 0 else None


def _share(stand: Stand, group: str) -> dict[str, Any]:
    months = stand.budget.groups.get(group, ())
    whole = sum(months[place] for place in stand.places) if months else 0
    percent = _ratio(100 * stand.rest, Fraction(abs(whole)))
    # Of a group that is next to nothing it would be more than can be said.
    return {"percent": percent} if percent is not None and abs(percent) <= MOST_SHARE else {}


def _ratio(amount: int, over: Fraction) -> Decimal | None:
    if not over:
        return None
    return round(Decimal(amount) * over.denominator / over.numerator, 2)


_ALONE: dict[str, Callable[[Stand], dict[str, Any]]] = {
    "fixed": _fixed,
    "contract": _contract,
    "formula": _formula,
}
_DRIVEN: dict[str, Callable[[Stand, str], dict[str, Any]]] = {
    "volume_rate": _rate_per_unit,
    "step": _one_step,
    "percent": _share,
}
