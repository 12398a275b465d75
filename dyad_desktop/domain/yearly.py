"""What a request brings and costs in each year of use: the yearly amount with its growth, or the year's own."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.money import round_half_away

PERCENT = 100


def series(
    first: int, growth_pct: Decimal | None, own: Mapping[str, int | None], years: int
) -> tuple[int, ...]:
    """Return the amounts of ``years`` years in minor units.

    Args:
        first: the amount of the first year.
        growth_pct: by how many percent each year is more than the one before; ``None`` is none.
        own: amounts of single years by their number from 1, which count instead.
        years: how many.

    Each year is ``first × (1 + growth)^(year − 1)``, rounded half away from zero by itself.
    """
    if not growth_pct and not own:
        return (first,) * years
    growth = 1 + Fraction(growth_pct or 0) / PERCENT
    found = []
    for year in range(1, years + 1):
        given = own.get(str(year))
        found.append(round_half_away(first * growth ** (year - 1)) if given is None else given)
    return tuple(found)


def benefits(request: CapitalRequest) -> tuple[int, ...]:
    """Return the benefit of each year of use in minor units."""
    return series(
        request.annual_benefit,
        request.benefit_growth_pct,
        request.benefit_by_year,
        request.useful_life_years,
    )


def operating_costs(request: CapitalRequest) -> tuple[int, ...]:
    """Return the operating cost of each year of use in minor units."""
    return series(
        request.annual_operating_cost,
        request.cost_growth_pct,
        request.cost_by_year,
        request.useful_life_years,
    )
