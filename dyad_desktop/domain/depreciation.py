"""How the cost of an asset is spread over its life: exact amounts, in whatever one unit the cost is given in.

What is posted to a budget is these amounts rounded so that they still sum to what they spread: see
``money.allocate``.
"""

from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.money import Number, exact, round_half_away
from dyad_desktop.errors import BadInputError

MONTHS = 12
MAX_LIFE = 100
_FINE = 10**6

_MACRS = {
    3: "33.33 44.45 14.81 7.41",
    5: "20.00 32.00 19.20 11.52 11.52 5.76",
    7: "14.29 24.49 17.49 12.49 8.93 8.92 8.93 4.46",
    10: "10.00 18.00 14.40 11.52 9.22 7.37 6.55 6.55 6.56 6.55 3.28",
    15: "5.00 9.50 8.55 7.70 6.93 6.23 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.95",
    20: "3.750 7.219 6.677 6.177 5.713 5.285 4.888 4.522 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 4.462"
    " 4.461 4.462 4.461 2.231",
}
"""Percent of the cost by year: IRS Publication 946, table A-1 (half-year convention)."""
MACRS_PERIODS = tuple(_MACRS)
"""Recovery periods that the table has, in years."""


def straight_line(
    cost: Number, salvage: Number, life_years: int, first_year_months: int = MONTHS
) -> list[Fraction]:
    """Return the depreciation of each fiscal year, the same for each month of use.

    Args:
        cost: what the asset cost.
        salvage: what it is worth at the end; at most the cost.
        life_years: useful life, 1 to 100.
        first_year_months: months of use in the first fiscal year, 1 to 12. With fewer than 12 the rest of the
            life falls into one fiscal year more.

    Raises:
        BadInputError: one of them can't be.
    """
    base = _base(cost, salvage, life_years)
    if not 1 <= first_year_months <= MONTHS:
        raise BadInputError(f"{first_year_months} months in the first year; 1 to 12 are possible")
    monthly = base / (life_years * MONTHS)
    months = [first_year_months, *[MONTHS] * (life_years - 1)]
    if first_year_months < MONTHS:
        months.append(MONTHS - first_year_months)
    return [monthly * count for count in months]


def sum_of_years(cost: Number, salvage: Number, life_years: int) -> list[Fraction]:
    """Return the depreciation of each year in proportion to the years left: n, n − 1 … 1 parts (SYD).

    Arguments and errors as of ``straight_line``.
    """
    base = _base(cost, salvage, life_years)
    parts = life_years * (life_years + 1) // 2
    return [base * left / parts for left in range(life_years, 0, -1)]


def double_declining(cost: Number, salvage: Number, life_years: int) -> list[Fraction]:
    """Return the depreciation of each year at twice the straight rate of what is left, down to the salvage (DDB).

    Arguments and errors as of ``straight_line``.
    """
    _base(cost, salvage, life_years)
    return [declining(cost, salvage, life_years, year) for year in range(1, life_years + 1)]


def declining(
    cost: Number, salvage: Number, periods: int, period: int, factor: Number = 2
) -> Fraction:
    """Return the depreciation of one period at ``factor / periods`` of what is left, down to the salvage.

    As DDB of spreadsheets.

    Args:
        cost: what the asset cost.
        salvage: what it is worth at the end; at most the cost.
        periods: length of its life, in years, months or days.
        period: which of them, from 1 to ``periods``.
        factor: how many times the straight rate, above 0.

    Raises:
        BadInputError: one of them can't be.
    """
    _base(cost, salvage, periods, MAX_LIFE * 366)
    if not 1 <= period <= periods:
        raise BadInputError(f"period {period} of {periods}; 1 to {periods} are possible")
    if factor <= 0:
        raise BadInputError(f"a factor of {factor}; above 0 is possible")
    rate, base = min(Fraction(1), exact(factor) / periods), exact(cost)
    before = max(exact(salvage), base * (1 - rate) ** (period - 1))
    return before - max(exact(salvage), before * (1 - rate))


def macrs_half_year(life_years: int) -> list[Decimal]:
    """Return the percent of the cost that each year takes by the half-year convention of US tax law.

    Args:
        life_years: recovery period: 3, 5, 7, 10, 15 or 20. There is one year more than that.

    Raises:
        BadInputError: the table has no such recovery period.
    """
    if life_years not in _MACRS:
        raise BadInputError(
            f"a recovery period of {life_years} years; 3, 5, 7, 10, 15 and 20 are possible"
        )
    return [Decimal(percent) for percent in _MACRS[life_years].split()]


def recovery_period(years: int) -> int:
    """Return the recovery period of an asset in the US tax table.

    A life that the table has is that period; another is taken as the class life: 4 years or less 3, below 10
    years 5, below 16 years 7, below 20 years 10, below 25 years 15, else 20 (26 U.S.C. § 168(e)(1)).
    """
    if years in _MACRS:
        return years
    bounds = ((4, 3), (9, 5), (15, 7), (19, 10), (24, 15))
    return next((period for most, period in bounds if years <= most), 20)


def by_year(
    method: str, cost: Number, salvage: Number, life_years: int, recovery_years: int | None = None
) -> list[Fraction]:
    """Return what each year of life takes, by the name of a method; together it is all there is to take.

    ``double_declining`` changes to the straight line over the years left once that takes more, as VDB of
    spreadsheets, since twice the straight rate alone never reaches the salvage. ``macrs`` takes fiscal years,
    the whole cost and no salvage; its period follows from ``recovery_years``, or else from the life.

    Raises:
        BadInputError: an argument that can't be; see ``straight_line``.
        KeyError: there is no such method.
    """
    if method == "macrs":
        _base(cost, salvage, life_years)
        table = macrs_half_year(recovery_period(recovery_years or life_years))
        return [exact(cost) * exact(percent) / 100 for percent in table]
    methods = {
        "straight_line": straight_line,
        "sum_of_years": sum_of_years,
        "double_declining": _declining_then_straight,
    }
    return methods[method](cost, salvage, life_years)


def _declining_then_straight(cost: Number, salvage: Number, life_years: int) -> list[Fraction]:
    left, years = _base(cost, salvage, life_years), []
    for year in range(life_years, 0, -1):
        twice = (left + exact(salvage)) * min(Fraction(1), Fraction(2, life_years))
        # Exact quotients of quotients grow without end; a millionth is far below what is posted.
        taken = round_half_away(max(twice, left / year) * _FINE) / Fraction(_FINE)
        years.append(min(left, taken) if year > 1 else left)
        left -= years[-1]
    return years


def _base(cost: Number, salvage: Number, life: int, longest: int = MAX_LIFE) -> Fraction:
    """Return what there is to depreciate."""
    if not 1 <= life <= longest:
        raise BadInputError(f"a life of {life}; 1 to {longest:,} are possible")
    if not 0 <= salvage <= cost:
        raise BadInputError(f"a salvage value of {salvage}; 0 to the cost of {cost} are possible")
    return exact(cost) - exact(salvage)
