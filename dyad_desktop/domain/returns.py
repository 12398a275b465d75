"""What a capital request gives back: present value, payback, rate of return, cash flow by year."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.money import round_half_away, round_ratio

PERCENT = 100
PAYBACK_PLACES = 2
RATE_PLACES = 6
LOWEST_RATE, HIGHEST_RATE = -0.9999, 1e6
BISECTIONS = 200


def npv(rate: Decimal, flows: Sequence[Decimal | int]) -> Fraction:
    """Return the net present value of yearly flows, the first of them today, exactly.

    Args:
        rate: discount rate as a fraction, above −1; 0.07 is seven percent.
        flows: amounts in any one unit, from year 0 on.

    The sum of flow / (1 + rate)^year, as in textbooks; a spreadsheet's NPV starts a year later.

    Raises:
        ZeroDivisionError: when the rate is −1.
    """
    factor = 1 / (1 + Fraction(rate))
    value = Fraction(0)
    for flow in reversed(flows):
        value = value * factor + Fraction(flow)
    return value


def net_benefit(request: CapitalRequest) -> int:
    """Return the yearly benefit less the operating cost it brings, in minor units."""
    return request.annual_benefit - request.annual_operating_cost


def cash_flow(request: CapitalRequest) -> tuple[int, ...]:
    """Return the flow of each year in minor units: the cost in year 0, then each year of use."""
    return (-request.cost, *[net_benefit(request)] * request.useful_life_years)


def cumulative_cash_flow(request: CapitalRequest) -> tuple[int, ...]:
    """Return what has come back after each year in minor units, year 0 first."""
    net = net_benefit(request)
    return tuple(net * year - request.cost for year in range(request.useful_life_years + 1))


def request_npv(request: CapitalRequest, rate_pct: Decimal | None, exponent: int) -> int:
    """Return a request's net present value in minor units, rounded half away to whole units.

    −cost + the sum of (benefit − operating cost) / (1 + rate)^t over t = 1 … useful life.

    Args:
        request: the asset or project.
        rate_pct: discount rate in percent, above −100; ``None`` discounts nothing.
        exponent: decimal places of the currency.
    """
    rate = (rate_pct or Decimal(0)) / PERCENT
    value = npv(rate, cash_flow(request))
    unit: int = 10**exponent
    return round_half_away(value.numerator, value.denominator * unit) * unit


def payback_years(request: CapitalRequest) -> Decimal | None:
    """Return cost over yearly net benefit in years, 2 places; ``None`` when nothing comes back."""
    net = net_benefit(request)
    return round_ratio(request.cost, net, PAYBACK_PLACES) if net > 0 else None


def irr(flows: Sequence[Decimal | int]) -> Decimal | None:
    """Return the yearly rate at which flows are worth nothing, as a fraction with 6 places.

    Found by bisection between −99.99 % and a million, so it is a statistic, not money.

    Returns:
        ``None`` unless the flows change sign exactly once: otherwise no rate, or no single one,
        exists; ``None`` too when the rate lies outside that range.
    """
    signs = [flow > 0 for flow in flows if flow != 0]
    if sum(now != then for now, then in pairwise(signs)) != 1:
        return None
    amounts = [float(flow) for flow in flows]
    low, high = LOWEST_RATE, HIGHEST_RATE
    rising = _value(low, amounts) < 0
    if rising == (_value(high, amounts) < 0):
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if (_value(middle, amounts) < 0) == rising:
            low = middle
        else:
            high = middle
    return round(Decimal(low), RATE_PLACES)


def _value(rate: float, amounts: Sequence[float]) -> float:
    value = 0.0
    for amount in reversed(amounts):
        value = value / (1 + rate) + amount
    return value
