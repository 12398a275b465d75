"""How a draft plans a line other than from its prior year: what each method needs, and what it gives by month.

Amounts come out in minor units, each month rounded half away to whole units of the currency, as the
reference method does, but for amounts that are said to the cent (of a year, or of a contract). A method that
lacks something raises ``BadInputError`` with what it lacks; the line then stands at nothing and says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Protocol

from dyad_desktop.domain import spread as spreads
from dyad_desktop.domain.expression import Expression, Row, ZeroDivisorError, read_expression
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.meant import check_meaning, own_growth
from dyad_desktop.domain.money import NO_RATIO, exact, growth_ratio, round_quotient, scaled
from dyad_desktop.domain.operating import DraftLine, OperatingLine
from dyad_desktop.errors import BadInputError

PRIOR_YEAR = "prior_year"
VOLUME, FTE, GROUP, LINE = "volume", "fte", "line_group", "line"
Driver = tuple[str, str]
"""What moves a line: kind (volume, fte, line_group, line) and id or name."""
ByMonth = Sequence[int]
PERCENT = 100
LONGEST_FORMULA = 1000


class Figures(Protocol):
    """What the methods reckon with."""

    unit: int
    """Minor units in one unit of the currency."""
    periods: Sequence[str]
    holidays: Iterable[str]

    def volume(self, ref: str) -> Sequence[Fraction]:
        """Return a volume of the budget year by month; raises ``BadInputError`` when it isn't there."""

    def volume_over(self, ref: str) -> tuple[Sequence[int], int]:
        """Return the same as whole numbers over one denominator above zero."""

    def pay(self, ref: str, part: str) -> Sequence[Fraction]:
        """Return part of a position's cost by month, in units of the currency, unrounded."""

    def named(self, name: str) -> Row:
        """Return what a formula's name is worth by month: currency units, volume, or FTE."""

    def group(self, name: str) -> ByMonth:
        """Return a group's budget by month in minor units: what it earns, or what it costs where it costs more."""

    def price(self, line: OperatingLine) -> Fraction:
        """Return the factor of the what-ifs on a line's price."""


def method_of(said: DraftLine | None) -> str:
    """Return how a draft plans a line."""
    return PRIOR_YEAR if said is None or said.method is None else said.method


def drivers_of(
    line: OperatingLine, said: DraftLine | None, kind_of: Callable[[str], str]
) -> tuple[Driver, ...]:
    """Return what moves a line in a draft; ``kind_of`` says what a formula's name is."""
    method = method_of(said)
    if said is None or method == PRIOR_YEAR:
        return () if line.driver_ref is None else ((line.driver_kind, line.driver_ref),)
    if method == "formula":
        return tuple((kind_of(name), name) for name in formula_names(said.formula))
    if method == "fixed":
        by_volume = said.spread == "volume" and said.spread_volume
        return ((VOLUME, said.spread_volume),) if by_volume and said.spread_volume else ()
    kind = DRIVEN_BY.get(method)
    return () if kind is None or said.driver is None else ((kind, said.driver),)


DRIVEN_BY: Mapping[str, str] = {
    "volume_rate": VOLUME, "step": VOLUME, "staffing": FTE, "percent": GROUP,
}  # fmt: skip
"""What the driver of a method is, by method."""


@lru_cache(maxsize=4096)
def parse_formula(text: str | None) -> Expression:
    """Return a line's formula, with or without its ``=``.

    Raises:
        BadInputError: empty, too long, or not arithmetic.
    """
    plain = (text or "").strip().removeprefix("=").strip()
    if not plain:
        raise BadInputError("its formula is empty; write one like =L04*0.62")
    if len(plain) > LONGEST_FORMULA:
        raise BadInputError(f"its formula is longer than {LONGEST_FORMULA:,} characters")
    return read_expression(plain.replace("×", "*").replace("÷", "/").replace("−", "-"), names=True)


def formula_names(text: str | None) -> tuple[str, ...]:
    """Return what a formula refers to; nothing of one that can't be read."""
    try:
        return parse_formula(text).names
    except BadInputError:
        return ()


def planned(line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    """Return the twelve amounts that a draft's method gives, before months set by hand.

    Raises:
        BadInputError: what the method lacks, as the end of a sentence about the line.
    """
    return _METHODS[method_of(said)](line, said, figures)


def _rounded(amounts: Iterable[Fraction], unit: int) -> tuple[int, ...]:
    return tuple([round_quotient(*amount.as_integer_ratio()) * unit for amount in amounts])


def _need(value: str | None, what: str) -> str:
    if not value:
        raise BadInputError(f"it needs {what}")
    return value


def _rate(said: DraftLine) -> Decimal:
    if said.rate is None:
        raise BadInputError("it needs a rate")
    check_meaning(said, "rate")
    return said.rate


def _volume_rate(line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    """Return volume × rate × growth × the what-if on prices: in whole numbers, an inner loop of the budget."""
    numbers, below = figures.volume_over(_need(said.driver, "a volume"))
    rate, rate_parts = _rate(said).as_integer_ratio()
    own = own_growth(said)
    growth, growth_parts = NO_RATIO if own is None else growth_ratio(own)
    price, price_parts = figures.price(line).as_integer_ratio()
    times, parts = rate * growth * price, below * rate_parts * growth_parts * price_parts
    return scaled(numbers, times * figures.unit, parts, figures.unit)


def _staffing(line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    pay = figures.pay(_need(said.driver, "a position"), said.part or "all")
    price = figures.price(line)
    return _rounded((amount * price for amount in pay), figures.unit)


def _step(line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    volume = figures.volume(_need(said.driver, "a volume"))
    if not said.step_size:
        raise BadInputError("it needs to know how much volume takes one more step, above zero")
    size, price = exact(said.step_size), exact(_rate(said)) * figures.price(line)
    return _rounded((price * steps_for(amount, size) for amount in volume), figures.unit)


def steps_for(volume: Fraction, size: Fraction) -> int:
    """Return how many steps a month's volume takes: one for every part of ``size``, none for none."""
    return -(-volume // size) if volume > 0 else 0


def _fixed(line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    if said.amount is None:
        raise BadInputError("it needs the year’s amount")
    check_meaning(said, "amount")
    unit = figures.unit
    total = round_quotient(*(said.amount * figures.price(line)).as_integer_ratio())
    held = locked_months(said, figures.periods)
    whole = unit if total % unit == 0 and not any(a % unit for a in held.values()) else 1
    kept = {place: amount // whole for place, amount in held.items()}
    parts = spreads.spread(total // whole, _weights(line, said, figures), kept)
    return tuple(part * whole for part in parts)


def locked_months(said: DraftLine, periods: Sequence[str]) -> dict[int, int]:
    """Return the amounts of locked months by place: those set by hand that a spread goes around."""
    found = {}
    for place, period in enumerate(periods):
        amount = said.months.get(period)
        if said.locked.get(period) and amount is not None:
            found[place] = amount
    return found


def _weights(line: OperatingLine, said: DraftLine, figures: Figures) -> Sequence[int]:
    way = said.spread or "even"
    if way == "calendar_days":
        return spreads.calendar_days(figures.periods)
    if way == "working_days":
        return spreads.working_days(figures.periods, frozenset(figures.holidays))
    if way == "prior_year":
        # By calendar month, so that it fits a budget year that starts elsewhere than the prior one.
        by_month = {period[5:]: amount for period, amount in line.prior_actuals.items()}
        return spreads.seasonality([by_month.get(p[5:]) or 0 for p in figures.periods])
    if way == "volume":
        return spreads.seasonality(
            whole_weights(figures.volume(_need(said.spread_volume, "a volume to follow")))
        )
    if way == "weights":
        return whole_weights([exact(said.weights.get(p) or 0) for p in figures.periods])
    return spreads.even(figures.periods)


def has_weights(said: DraftLine, periods: Sequence[str]) -> bool:
    """Return whether a month that isn't locked has a weight of its own, or all are locked."""
    held = locked_months(said, periods)
    free = [period for place, period in enumerate(periods) if place not in held]
    return not free or any(said.weights.get(period) for period in free)


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """Return whole numbers in the same proportion."""
    scale = lcm(*(weight.denominator for weight in weights))
    return [int(weight * scale) for weight in weights]


def _percent(_line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    group = figures.group(_need(said.driver, "a group of lines"))
    if said.percent is None:
        raise BadInputError("it needs a percentage")
    share = exact(said.percent) / PERCENT / figures.unit
    return _rounded((amount * share for amount in group), figures.unit)


def _contract(line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    if said.amount is None and not any(amount is not None for amount in said.steps.values()):
        raise BadInputError("it needs a monthly amount")
    check_meaning(said, "amount")
    price, found = figures.price(line), []
    for period in figures.periods:
        amount = contract_month(said, period)
        # What is agreed to the cent is paid to the cent, as a year's amount is.
        whole = 1 if amount % figures.unit else figures.unit
        found.append(round_quotient(*(amount * price / whole).as_integer_ratio()) * whole)
    return tuple(found)


def contract_month(said: DraftLine, period: str) -> int:
    """Return what a contract costs in a month, minor units: the last step so far, nothing before its start."""
    if said.start is not None and period < said.start:
        return 0
    so_far = [
        (at, amount) for at, amount in said.steps.items() if at <= period and amount is not None
    ]
    return max(so_far)[1] if so_far else said.amount or 0


def _manual(_line: OperatingLine, _said: DraftLine, _figures: Figures) -> tuple[int, ...]:
    return (0,) * MONTHS


def _formula(_line: OperatingLine, said: DraftLine, figures: Figures) -> tuple[int, ...]:
    formula = parse_formula(said.formula)
    # Each name once: what is worth nothing is told, also where the rest divides by zero.
    values = {name: figures.named(name) for name in formula.names}
    try:
        amounts = formula.row(values.__getitem__, MONTHS)
    except ZeroDivisorError as error:
        month = figures.periods[error.at]
        raise BadInputError(f"its formula divides by zero in {month}") from None
    return tuple([round_quotient(*amount) * figures.unit for amount in zip(*amounts, strict=True)])


_METHODS: Mapping[str, Callable[[OperatingLine, DraftLine, Figures], tuple[int, ...]]] = {
    "volume_rate": _volume_rate,
    "staffing": _staffing,
    "step": _step,
    "fixed": _fixed,
    "percent": _percent,
    "contract": _contract,
    "manual": _manual,
    "formula": _formula,
}
