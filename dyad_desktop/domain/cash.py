"""What a capital request pays and brings, year by year: the flows that every return is computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from dyad_desktop.domain.asked import total_asked
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.depreciation import by_year
from dyad_desktop.domain.fiscal import MONTHS, fiscal_year_start, months_between
from dyad_desktop.domain.money import allocate, round_half_away
from dyad_desktop.domain.yearly import benefits, operating_costs

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Flows:
    """What a request pays by year, year 0 first, and what its years of use bring; minor units.

    ``start`` is the year of the first year of use: 1, or later where the asset is ready long after the first payment.
    ``sold`` is what of the last year of use comes only when that year ends: the salvage after tax.
    """

    paid: tuple[int, ...]
    brought: tuple[int, ...]
    start: int = 1
    sold: int = 0

    @property
    def end(self) -> int:
        """Return the last year of use."""
        return self.start + len(self.brought) - 1

    @property
    def by_year(self) -> tuple[int, ...]:
        """Return the flow of each year, year 0 first."""
        length = max(len(self.paid), self.end + 1)
        found = [-amount for amount in self.paid] + [0] * (length - len(self.paid))
        for place, amount in enumerate(self.brought, start=self.start):
            found[place] += amount
        return tuple(found)


def payments(request: CapitalRequest, lines: Sequence[CostLine] = ()) -> Mapping[str, int]:
    """Return when what is asked for is paid: minor units by period, in order; empty when nothing says when.

    The amounts of the phasing are the proportions; what is asked for is parted by them to the smallest unit.
    """
    weights = {period: amount for period, amount in sorted(request.phasing.items()) if amount}
    if not weights:
        return {}
    parts = allocate(total_asked(request, lines), list(weights.values()))
    return dict(zip(weights, parts, strict=True))


def payments_by_fiscal_year(
    request: CapitalRequest, start_month: int, otherwise: str, lines: Sequence[CostLine] = ()
) -> Mapping[str, int]:
    """Return what is paid in each fiscal year, by its first period; it adds to what is asked for.

    Args:
        request: the asset or project.
        start_month: the month in which fiscal years begin, 1 to 12.
        otherwise: the first period of the fiscal year that counts without phasing.
        lines: the request's cost lines.
    """
    found: dict[str, int] = {}
    for period, amount in payments(request, lines).items():
        year = fiscal_year_start(period, start_month)
        found[year] = found.get(year, 0) + amount
    return found or {otherwise: total_asked(request, lines)}


def flows(
    request: CapitalRequest,
    lines: Sequence[CostLine] = (),
    benefit: Fraction | int = 1,
    cost: Fraction | int = 1,
) -> Flows:
    """Return a request's flows; ``benefit`` and ``cost`` multiply what it brings and what it asks for.

    Year 0 is the year from the first payment on, so that a request without phasing is paid whole in year 0 and used
    from year 1 to its life. With phasing, the first year of use is as many whole years later as the in-service month
    is after the first payment. The last year of use brings the salvage. Tax takes its percent of benefit less
    operating cost less depreciation, and gives it where that is negative, since other income bears it; and of what
    the salvage is above the value then left in the books.
    """
    whole = total_asked(request, lines)
    asked = round_half_away(whole * cost)
    paid, start = _paid(request, asked)
    gross = [round_half_away(amount * benefit) for amount in benefits(request)]
    net = [a - b for a, b in zip(gross, operating_costs(request), strict=True)]
    sold = request.salvage or 0
    if request.tax_rate_pct:
        taxes, of_sale = _taxes(request, asked, net, request.tax_rate_pct)
        net = [amount - tax for amount, tax in zip(net, taxes, strict=True)]
        net[-1] += of_sale
        sold -= of_sale
    net[-1] += sold
    return Flows(paid, tuple(net), start, sold)


def _paid(request: CapitalRequest, asked: int) -> tuple[tuple[int, ...], int]:
    """Return what is paid in each year, and the first year of use."""
    weights = {period: amount for period, amount in sorted(request.phasing.items()) if amount}
    if not weights:
        return (asked,), 1
    parts = dict(zip(weights, allocate(asked, list(weights.values())), strict=True))
    first = min(parts)
    paid = [0] * (months_between(first, max(parts)) // MONTHS + 1)
    for period, amount in parts.items():
        paid[months_between(first, period) // MONTHS] += amount
    later = months_between(first, request.in_service) // MONTHS if request.in_service else 0
    return tuple(paid), 1 + max(0, later)


def _taxes(
    request: CapitalRequest, asked: int, net: Sequence[int], rate_pct: Decimal
) -> tuple[list[int], int]:
    """Return the tax of each year of use, and what of the last year's is for the sale; minor units, half away."""
    rate = Fraction(rate_pct) / PERCENT
    life, salvage = request.useful_life_years, min(request.salvage or 0, asked)
    method = request.depreciation_method or "straight_line"
    taken = by_year(method, asked, salvage, life, request.recovery_years)[:life]
    taken += [Fraction(0)] * (life - len(taken))
    taxed = [amount - part for amount, part in zip(net, taken, strict=True)]
    gain = (request.salvage or 0) - (asked - sum(taken))
    taxed[-1] += gain
    return [round_half_away(amount * rate) for amount in taxed], round_half_away(gain * rate)


def cash_flow(request: CapitalRequest, lines: Sequence[CostLine] = ()) -> tuple[int, ...]:
    """Return the flow of each year in minor units, year 0 first; see ``flows``."""
    return flows(request, lines).by_year


def cumulative_cash_flow(
    request: CapitalRequest, lines: Sequence[CostLine] = ()
) -> tuple[int, ...]:
    """Return what has come back after each year in minor units, year 0 first."""
    return tuple(accumulate(cash_flow(request, lines)))
