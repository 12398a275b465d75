"""What one wish does to many lines of a draft: each line's move, or the reason why it is left alone.

Amounts are minor units. Months that a change sets are set by hand, rounded half away to whole units of the
currency where the line's months are whole; locked months stay as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.bounds import check_growth
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.fiscal import MONTHS, month_year_label
from dyad_desktop.domain.meant import GROWING, RATED, other_meaning, own_growth, with_fields
from dyad_desktop.domain.methods import FTE, GROUP, PRIOR_YEAR, VOLUME, method_of
from dyad_desktop.domain.money import allocate, exact, round_quotient
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    DraftLine,
    OperatingLine,
    draft_line_id,
)
from dyad_desktop.domain.schema import MAX_DECIMAL, MAX_MINOR, MAX_PLACES
from dyad_desktop.errors import BadInputError

PERCENT = 100
EVEN, SHAPE = "even", "shape"
THINGS = {VOLUME: "volume", FTE: "position", GROUP: "group"}


@dataclass(frozen=True, slots=True)
class ByPercent:
    """Months from ``first`` to ``last`` (periods) × (1 + ``percent`` / 100); at least −100."""

    percent: Decimal
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class ByAmount:
    """So many minor units more on each line, over the months from ``first`` to ``last``.

    ``way``: ``even``, or ``shape`` in proportion to what the months hold.
    """

    amount: int
    first: str
    last: str
    way: str = EVEN


@dataclass(frozen=True, slots=True)
class Shift:
    """All months so many later (earlier when negative); −11 to 11, not 0. What falls out of the year is lost."""

    by: int


@dataclass(frozen=True, slots=True)
class SetGrowth:
    """The growth of lines that take one, in percent; at least −100."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class SetRate:
    """The rate of lines planned by one, in units of the currency."""

    rate: Decimal


@dataclass(frozen=True, slots=True)
class ReplaceDriver:
    """One driver in place of another; both are (``volume``, ``fte`` or ``line_group``; id or name)."""

    old: tuple[str, str]
    new: tuple[str, str]


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Months from ``first`` to ``last`` that were set by hand go back to their rule."""

    first: str
    last: str


Wish = ByPercent | ByAmount | Shift | SetGrowth | SetRate | ReplaceDriver | GiveBack


@dataclass(frozen=True, slots=True)
class Move:
    """What a wish writes for one line: months and plan of the draft, and fields of the line itself."""

    line: str
    months: Mapping[str, int | None] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    locked: int = 0
    """How many locked months it went around."""
    dropped: tuple[tuple[str, int], ...] = ()
    """What falls out of the year: (period, minor units), nothing left out but zeros."""

    def __bool__(self) -> bool:
        """Return whether anything is written."""
        return bool(self.months or self.plan or self.own)


def check_wish(wish: Wish, budget: Budget) -> None:
    """Refuse a wish that no line could follow.

    Raises:
        BadInputError: what is wrong with it, as a sentence.
    """
    if isinstance(wish, ByPercent | ByAmount | GiveBack):
        places_of(wish, budget)
    if isinstance(wish, ByPercent | SetGrowth):
        _check_percent(wish)
    if isinstance(wish, ByPercent) and not wish.percent:
        raise BadInputError("a change of 0 % changes nothing")
    if isinstance(wish, ByAmount) and not wish.amount:
        raise BadInputError("an amount of 0 changes nothing")
    if isinstance(wish, ByAmount) and abs(wish.amount) > MAX_MINOR:
        raise BadInputError("the amount is larger than the largest that is kept")
    if isinstance(wish, SetRate):
        _check_number(wish.rate)
        if wish.rate < 0:
            raise BadInputError("a price below zero would turn the lines around")
    if isinstance(wish, Shift) and not 0 < abs(wish.by) < MONTHS:
        raise BadInputError("a shift goes by 1 to 11 months, later or earlier")
    if isinstance(wish, ReplaceDriver):
        _check_drivers(wish, budget)


def _check_percent(wish: ByPercent | SetGrowth) -> None:
    _check_number(wish.percent)
    if wish.percent < -PERCENT:
        raise BadInputError(
            "less than −100 % would turn the amounts around; −100 takes them to nothing"
        )
    if isinstance(wish, SetGrowth):
        check_growth(wish.percent)


def _check_number(number: Decimal) -> None:
    if not number.is_finite() or number.copy_abs() > MAX_DECIMAL:
        raise BadInputError("the number is larger than the largest that is kept, 10^12")
    if number != round(number, MAX_PLACES):
        raise BadInputError(f"a number has at most {MAX_PLACES} decimal places")


def _check_drivers(wish: ReplaceDriver, budget: Budget) -> None:
    if wish.old == wish.new:
        raise BadInputError("both drivers are the same")
    rules = budget.rules
    there: dict[str, Callable[[str], bool]] = {
        VOLUME: rules.volumes.__contains__,
        FTE: rules.positions.__contains__,
        GROUP: budget.structure.filled.__contains__,
    }
    kind, ref = wish.new
    if kind not in there or not there[kind](ref):
        raise BadInputError(f"there is no {THINGS.get(kind, 'driver')} {ref!r}")


def places_of(wish: ByPercent | ByAmount | GiveBack, budget: Budget) -> range:
    """Return the places of a wish's months, 0 to 11.

    Raises:
        BadInputError: a month that the budget year doesn't have, or a first one after the last.
    """
    places = budget.rules.places
    for period in (wish.first, wish.last):
        if period not in places:
            what = period or "an empty month"
            raise BadInputError(
                f"{what} lies outside the budget year, {budget.periods[0]} to {budget.periods[-1]}"
            )
    if places[wish.first] > places[wish.last]:
        raise BadInputError(
            f"{month_year_label(wish.first)} comes after {month_year_label(wish.last)}"
        )
    return range(places[wish.first], places[wish.last] + 1)


def move_of(wish: Wish, budget: Budget, line_id: str) -> Move:
    """Return what a wish writes for a line.

    Raises:
        BadInputError: why the line is left alone, as the end of a sentence about it.
    """
    if line_id not in budget.rules.lines:
        what = (
            "comes from a capital request" if line_id in budget.posted else "isn’t there any more"
        )
        raise BadInputError(what)
    return _MOVES[type(wish)](wish, budget, line_id)


def _locked(budget: Budget, line_id: str) -> frozenset[int]:
    """Return the places of locked months, which were set by hand and stay."""
    said = budget.rules.said(line_id)
    if said is None or not said.locked:
        return frozenset()
    overridden = budget.lines[line_id].overridden
    places = budget.rules.places
    held = {places[p] for p, locked in said.locked.items() if locked and p in places}
    return frozenset(held & overridden)


def _whole(line: BudgetLine, unit: int) -> int:
    """Return what a line's months are rounded to, in minor units: whole units unless it has parts of them."""
    return 1 if any(amount % unit for amount in line.months) else unit


def _set_months(
    budget: Budget, line_id: str, wanted: Mapping[int, int], locked: int = 0
) -> dict[str, int | None]:
    line, periods = budget.lines[line_id], budget.periods
    found: dict[str, int | None] = {
        periods[place]: amount for place, amount in wanted.items() if line.months[place] != amount
    }
    if not found:
        raise BadInputError(
            "holds locked months only" if locked else "holds nothing that it would change"
        )
    return found


def _by_percent(wish: ByPercent, budget: Budget, line_id: str) -> Move:
    line, locked = budget.lines[line_id], _locked(budget, line_id)
    step = _whole(line, budget.year.unit)
    up, down = (1 + exact(wish.percent) / PERCENT).as_integer_ratio()
    places = places_of(wish, budget)
    wanted = {
        place: round_quotient(line.months[place] * up, down * step) * step
        for place in places
        if place not in locked
    }
    held = sum(place in locked for place in places)
    return Move(line_id, _set_months(budget, line_id, wanted, held), locked=held)


def _by_amount(wish: ByAmount, budget: Budget, line_id: str) -> Move:
    line, locked = budget.lines[line_id], _locked(budget, line_id)
    everywhere = places_of(wish, budget)
    places = [place for place in everywhere if place not in locked]
    held = len(everywhere) - len(places)
    if not places:
        raise BadInputError("holds locked months only")
    weights: Sequence[int] = [1] * len(places)
    if wish.way == SHAPE and any(line.months[place] for place in places):
        weights = [abs(line.months[place]) for place in places]
    step = _whole(line, budget.year.unit)
    step = step if wish.amount % step == 0 else 1
    parts = allocate(wish.amount // step, weights)
    wanted = {
        place: line.months[place] + part * step for place, part in zip(places, parts, strict=True)
    }
    return Move(line_id, _set_months(budget, line_id, wanted, held), locked=held)


def _shift(wish: Shift, budget: Budget, line_id: str) -> Move:
    line, periods = budget.lines[line_id], budget.periods
    if _locked(budget, line_id):
        raise BadInputError("has locked months, and a shift would move them")
    wanted, dropped = dict.fromkeys(range(MONTHS), 0), []
    for place, amount in enumerate(line.months):
        to = place + wish.by
        if 0 <= to < MONTHS:
            wanted[to] = amount
        elif amount:
            dropped.append((periods[place], amount))
    return Move(line_id, _set_months(budget, line_id, wanted), dropped=tuple(dropped))


def _set_growth(wish: SetGrowth, budget: Budget, line_id: str) -> Move:
    rules = budget.rules
    line, said = rules.lines[line_id], rules.said(line_id)
    if method_of(said) not in GROWING:
        raise BadInputError(f"takes no growth: {_METHOD[method_of(said)]}")
    own = own_growth(said)
    to_draft = budget.draft_id != WORKING_DRAFT or own is not None or method_of(said) != PRIOR_YEAR
    if method_of(said) == PRIOR_YEAR and own is None:
        own = line.rate_growth_pct
    if own == wish.percent:
        raise BadInputError("has that growth already")
    fields = {"rate_growth_pct": wish.percent}
    return Move(line_id, plan=fields) if to_draft else Move(line_id, own=fields)


def _set_rate(wish: SetRate, budget: Budget, line_id: str) -> Move:
    said = budget.rules.said(line_id)
    if said is None or method_of(said) not in RATED:
        raise BadInputError(f"takes no rate: {_METHOD[method_of(said)]}")
    if said.rate == wish.rate and not other_meaning(said, "rate"):
        raise BadInputError("has that rate already")
    return Move(line_id, plan={"rate": wish.rate})


def _replace_driver(wish: ReplaceDriver, budget: Budget, line_id: str) -> Move:
    rules, (kind, ref) = budget.rules, wish.new
    line, said = rules.lines[line_id], rules.said(line_id)
    method = method_of(said)
    if wish.old not in rules.drivers(line):
        raise BadInputError("isn’t driven by it")
    if said is None or method == PRIOR_YEAR:
        return Move(line_id, own=_driver_fields(line, kind, ref))
    if method == "formula":
        raise BadInputError("names it in a formula, which is changed by hand")
    if kind != wish.old[0]:
        raise BadInputError(
            f"{_METHOD[method]}; a {THINGS[kind]} can’t take a {THINGS[wish.old[0]]}’s place there"
        )
    return Move(line_id, plan={"spread_volume" if method == "fixed" else "driver": ref})


def _driver_fields(line: OperatingLine, kind: str, ref: str) -> dict[str, Any]:
    return (
        {"driver_ref": ref}
        if line.driver_kind == kind
        else {"driver_kind": kind, "driver_ref": ref}
    )


def _give_back(wish: GiveBack, budget: Budget, line_id: str) -> Move:
    line, locked = budget.lines[line_id], _locked(budget, line_id)
    inside = line.overridden.intersection(places_of(wish, budget))
    months = {budget.periods[place]: None for place in sorted(inside - locked)}
    if not months:
        raise BadInputError(
            "holds locked months only" if inside else "has no month set by hand there"
        )
    return Move(line_id, months, locked=len(inside & locked))


_METHOD: Mapping[str, str] = {
    PRIOR_YEAR: "it follows the prior year",
    "volume_rate": "it is planned by a volume’s rate",
    "staffing": "it is planned by a position’s cost",
    "step": "it is planned in steps",
    "fixed": "it is a fixed amount",
    "percent": "it is a percentage of a group",
    "contract": "it is a contract",
    "manual": "its months are set by hand",
    "formula": "it is a formula",
}
_MOVES: Mapping[type, Callable[[Any, Budget, str], Move]] = {
    ByPercent: _by_percent,
    ByAmount: _by_amount,
    Shift: _shift,
    SetGrowth: _set_growth,
    SetRate: _set_rate,
    ReplaceDriver: _replace_driver,
    GiveBack: _give_back,
}


def moved_line(
    line: OperatingLine, said: DraftLine | None, draft: str, move: Move
) -> tuple[OperatingLine, DraftLine | None]:
    """Return a line, and what a draft says of it, as they are after a move."""
    after = replace(line, **move.own) if move.own else line
    if not move.months and not move.plan:
        return after, said
    before = said or DraftLine(id=draft_line_id(draft, line.id), draft=draft, line=line.id)
    months = {**before.months, **move.months} if move.months else before.months
    return after, with_fields(replace(before, months=months), move.plan)


def largest(budget: Budget, line_id: str) -> int:
    """Return the largest size of a line's months and year, in minor units."""
    line = budget.lines[line_id]
    return max(abs(line.total), *(abs(amount) for amount in line.months))
