"""How much a request's present value hangs on what nobody knows: benefit, cost, and when it is ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.cash import flows
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.money import round_ratio
from dyad_desktop.domain.returns import PERCENT, fraction, in_units, npv

STEPS_PCT = (-20, -10, 0, 10, 20)
DELAYS = (0, 3, 6, 9, 12)
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Net present values in minor units, by what is changed; everything else stays.

    ``benefit`` and ``cost`` by percent more or less; ``delay`` by months that all years of use come later.
    ``benefit_to_zero_pct`` is the change of the benefit at which the value is nothing, percent with 1 place.
    """

    benefit: tuple[tuple[int, int], ...]
    cost: tuple[tuple[int, int], ...]
    delay: tuple[tuple[int, int], ...]
    benefit_to_zero_pct: Decimal | None


def sensitivity(
    request: CapitalRequest,
    rate_pct: Decimal | None,
    exponent: int,
    lines: Sequence[CostLine] = (),
) -> Sensitivity:
    """Return what benefit, cost and delay do to a request's net present value.

    Args:
        request: the asset or project.
        rate_pct: discount rate in percent, above −100; ``None`` discounts nothing.
        exponent: decimal places of the currency.
        lines: the request's cost lines.

    Raises:
        BadInputError: the rate is −100 % or below.
    """
    rate = fraction(rate_pct)

    def value(benefit: Fraction, cost: Fraction) -> Fraction:
        return npv(rate, flows(request, lines, benefit, cost).by_year)

    one, now = Fraction(1), value(Fraction(1), Fraction(1))
    without = value(Fraction(0), one)
    gross = now - without
    return Sensitivity(
        benefit=tuple((s, in_units(value(_by(s), one), exponent)) for s in STEPS_PCT),
        cost=tuple((s, in_units(value(one, _by(s)), exponent)) for s in STEPS_PCT),
        delay=tuple((m, in_units(_delayed(request, lines, rate, m), exponent)) for m in DELAYS),
        benefit_to_zero_pct=(
            round_ratio(*(-now / gross * PERCENT).as_integer_ratio(), 1) if gross > 0 else None
        ),
    )


def _by(percent: int) -> Fraction:
    return 1 + Fraction(percent, PERCENT)


def _delayed(
    request: CapitalRequest, lines: Sequence[CostLine], rate: Decimal, late: int
) -> Fraction:
    """Return the value when the years of use come ``late`` months later: theirs over (1 + rate)^(late / 12)."""
    found = flows(request, lines)
    paid = npv(rate, found.paid)
    brought = npv(rate, [0] * found.start + list(found.brought))
    with localcontext(prec=_DIGITS):
        factor = (1 + rate) ** (Decimal(late) / MONTHS)
    return brought / Fraction(factor) - paid
