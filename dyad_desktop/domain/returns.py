"""What a capital request gives back: present value, payback, rate of return."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.cash import Flows, cash_flow, flows
from dyad_desktop.domain.money import quotient, round_quotient, round_ratio, rounded
from dyad_desktop.domain.roots import positive_roots
from dyad_desktop.errors import BadInputError

PERCENT = 100
PAYBACK_PLACES = 2
"""Places of a payback in a file and a workbook; the window rounds the figure itself to one."""
INDEX_PLACES = 2
RATE_PLACES = 8
"""Places of a rate as a fraction: far more than the one place of a percentage that is shown."""
_RATE_WIDTH = Fraction(1, 10**10)
_DIGITS = 40


def npv(rate: Decimal, flows: Sequence[Decimal | int]) -> Fraction:
    """Return the net present value of yearly flows, the first of them today, exactly.

    Args:
        rate: discount rate as a fraction, above −1; 0.07 is seven percent.
        flows: amounts in any one unit, from year 0 on.

    The sum of flow / (1 + rate)^year, as in textbooks; a spreadsheet's NPV starts a year later.

    Raises:
        BadInputError: the rate is −1 or below.
    """
    factor = 1 / _growth(rate)
    value = Fraction(0)
    for flow in reversed(flows):
        value = value * factor + Fraction(flow)
    return value


def request_npv(
    request: CapitalRequest,
    rate_pct: Decimal | None,
    exponent: int,
    lines: Sequence[CostLine] = (),
) -> int:
    """Return a request's net present value in minor units, rounded half away to whole units.

    −cost + the sum of (benefit − operating cost) / (1 + rate)^t over t = 1 … useful life; phasing, salvage and tax
    change the flows as ``cash.flows`` says.

    Args:
        request: the asset or project.
        rate_pct: discount rate in percent, above −100; ``None`` discounts nothing.
        exponent: decimal places of the currency.
        lines: the request's cost lines.
    """
    return in_units(npv(fraction(rate_pct), cash_flow(request, lines)), exponent)


def fraction(rate_pct: Decimal | None) -> Decimal:
    """Return a rate in percent as a fraction; nothing is no rate."""
    return (rate_pct or Decimal(0)) / PERCENT


def in_units(minor: Fraction, exponent: int) -> int:
    """Return an amount in minor units, rounded half away to whole units of the currency."""
    unit: int = 10**exponent
    return round_quotient(minor.numerator, minor.denominator * unit) * unit


def payback_years(request: CapitalRequest, lines: Sequence[CostLine] = ()) -> Decimal | None:
    """Return after how many years what is paid has come back, not rounded; ``None`` when it never does.

    Where every year brings the same, this is what is asked for over the yearly net benefit, even beyond the life.
    Salvage counts when the life ends.
    """
    found = flows(request, lines)
    alike = len(set(found.brought)) == 1 and not found.sold
    if len(found.paid) > 1 or found.start > 1 or not alike:
        return _payback(Decimal(0), found.by_year, found)
    net = found.brought[0]
    return quotient(found.paid[0], net) if net > 0 else None


def discounted_payback_years(
    request: CapitalRequest, rate: Decimal, lines: Sequence[CostLine] = ()
) -> Decimal | None:
    """Return the payback of the present values of a request's flows; salvage counts when the life ends.

    Args:
        request: the asset or project.
        rate: discount rate as a fraction, above −1.
        lines: the request's cost lines.

    Raises:
        BadInputError: the rate is −1 or below.
    """
    found = flows(request, lines)
    return _payback(rate, found.by_year, found)


def irr(flows: Sequence[Decimal | int]) -> list[Decimal]:
    """Return every yearly rate at which flows are worth nothing, as fractions with 8 places, ascending.

    There is none when the flows don't change sign, and there may be several when they do more than once: all
    real rates above −1 are found, exactly, and a repeated one is given once.
    """
    if not any(flows):
        return []
    growths = positive_roots([Fraction(flow) for flow in flows], _RATE_WIDTH)
    return [round_ratio(*(growth - 1).as_integer_ratio(), RATE_PLACES) for growth in growths]


def mirr(
    flows: Sequence[Decimal | int], finance_rate: Decimal, reinvest_rate: Decimal
) -> Decimal | None:
    """Return the modified rate of return, as a fraction with 8 places, as MIRR of spreadsheets.

    (value of what comes in at the end / value of what goes out today) ^ (1 / years) − 1.

    Args:
        flows: amounts in any one unit, from year 0 on.
        finance_rate: yearly rate at which what goes out is financed, as a fraction above −1.
        reinvest_rate: yearly rate that what comes in earns, as a fraction above −1.

    Returns:
        ``None`` unless something goes out and something comes in.

    Raises:
        BadInputError: a rate is −1 or below.
    """
    years = len(flows) - 1
    out = -npv(finance_rate, [min(flow, 0) for flow in flows])
    back = npv(reinvest_rate, [max(flow, 0) for flow in flows])
    if not out or not back:
        return None
    grown = back * (1 + Fraction(reinvest_rate)) ** years / out
    with localcontext(prec=_DIGITS):
        ratio = Decimal(grown.numerator) / Decimal(grown.denominator)
        return rounded(ratio ** (Decimal(1) / years) - 1, RATE_PLACES)


def payback(flows: Sequence[Decimal | int]) -> Decimal | None:
    """Return after how many years what went out has first come back, not rounded; ``None`` when it never has.

    Args:
        flows: amounts in any one unit, from year 0 on; within a year they come evenly.
    """
    return discounted_payback(Decimal(0), flows)


def discounted_payback(rate: Decimal, flows: Sequence[Decimal | int]) -> Decimal | None:
    """Return the payback of the flows' present values; see ``payback`` and ``npv``."""
    return _payback(rate, flows, None)


def behind_again(rate: Decimal, flows: Sequence[Decimal | int]) -> int | None:
    """Return the first year that ends with less than what went out, after that had come back; ``None`` without one.

    Where there is one, the payback isn't for good: flows of −1,000, 2,300 and −1,320 are paid back within year 1 and
    fall behind again in year 2.

    Args:
        rate: discount rate as a fraction, above −1; 0 takes the flows as they are.
        flows: amounts in any one unit, from year 0 on.

    Raises:
        BadInputError: the rate is −1 or below.
    """
    factor, growth = Fraction(1), _growth(rate)
    total, owed, back = Fraction(0), False, False
    for year, flow in enumerate(flows):
        total += Fraction(flow) * factor
        factor /= growth
        if back and total < 0:
            return year
        owed = owed or total < 0
        back = owed and total >= 0
    return None


def _payback(
    rate: Decimal, flows: Sequence[Decimal | int], request: Flows | None
) -> Decimal | None:
    """Return the payback; what a request's asset is sold for comes at the end of its year, all else evenly in it."""
    factor, growth = Fraction(1), _growth(rate)
    total, owed = Fraction(0), False
    for year, flow in enumerate(flows):
        at_end = request.sold if request is not None and request.end == year else 0
        evenly = (Fraction(flow) - at_end) * factor
        if owed and total + evenly >= 0:
            part = year - (total + evenly) / evenly
            return quotient(part, 1)
        total += evenly + at_end * factor
        if owed and total >= 0:
            return Decimal(year)
        owed = owed or total < 0
        factor /= growth
    return None if owed or not flows else Decimal(0)


def profitability_index(
    rate: Decimal, flows: Sequence[Decimal | int], paid: Sequence[int]
) -> Decimal | None:
    """Return 1 + net present value ÷ present value of all that is paid, with 2 places.

    That is what the operation brings over what the investment takes, both as present values (Fabozzi & Peterson,
    Capital Budgeting: Theory and Practice, 2002). A payment that is put off is discounted and stays an outlay: over
    the first year's payment alone, the index would rise the less of the whole is paid in it.

    Args:
        rate: discount rate as a fraction, above −1.
        flows: net amounts in any one unit, from year 0 on.
        paid: what is paid for the investment in each of the years, positive, in the same unit.

    Returns:
        ``None`` when nothing is paid.

    Raises:
        BadInputError: the rate is −1 or below.
    """
    outlay = npv(rate, paid)
    if outlay <= 0:
        return None
    ratio = 1 + npv(rate, flows) / outlay
    return round_ratio(*ratio.as_integer_ratio(), INDEX_PLACES)


def _growth(rate: Decimal) -> Fraction:
    if not rate.is_finite() or rate <= -1:
        raise BadInputError(f"a rate of {rate * PERCENT} %; above −100 % is possible")
    return 1 + Fraction(rate)
