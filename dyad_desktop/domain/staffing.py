"""What a position costs and how much of it there is, month by month: start, vacancy, merit, overtime, benefits."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from dyad_desktop.domain.money import exact
from dyad_desktop.domain.operating import Position

HOURS_PER_FTE = 2080
"""Paid hours a year of one full-time equivalent where nothing else is said: 52 weeks of 40 hours."""
MONTHS = 12
PERCENT = 100
OVERTIME_PREMIUM = Fraction(3, 2)
"""An hour of overtime is paid at one and a half times the rate (US Fair Labor Standards Act, §7)."""

Months = tuple[Fraction, ...]


def monthly_fte(
    position: Position, periods: Sequence[str], factor: Fraction = Fraction(1)
) -> Months:
    """Return the full-time equivalents of each period: a month's own, or the budget less vacancy while filled.

    ``factor`` scales what isn't said for the month alone.
    """
    standing = exact(position.fte_budget) * (1 - _percent(position.vacancy_pct)) * factor
    found = []
    for period in periods:
        own = position.fte_months.get(period)
        if own is not None:
            found.append(exact(own))
        else:
            found.append(standing if _filled(position, period) else Fraction(0))
    return tuple(found)


def monthly_hours(
    position: Position, periods: Sequence[str], hours_per_fte: Fraction, factor: Fraction = Fraction(1)
) -> Months:  # fmt: skip
    """Return the paid hours of each period, a twelfth of the year's for each full-time equivalent."""
    own = position.hours_per_year
    hours = hours_per_fte if own is None else exact(own)
    return tuple(fte * hours / MONTHS for fte in monthly_fte(position, periods, factor))


def monthly_rate(position: Position, periods: Sequence[str]) -> Months:
    """Return the hourly rate of each period, with the merit increase from its month on."""
    rate = exact(position.avg_hourly_rate or 0)
    raised = rate * (1 + _percent(position.merit_pct))
    since = position.merit_month
    return tuple(
        raised if position.merit_pct is not None and (since is None or period >= since) else rate
        for period in periods
    )


def monthly_cost(  # noqa: PLR0913 - what a cost is made of
    position: Position, periods: Sequence[str], hours_per_fte: Fraction, unit: int, *, part: str = "all",
    fte: Fraction = Fraction(1), rate: Fraction = Fraction(1),
) -> Months:  # fmt: skip
    """Return a position's cost by month in units of the currency, unrounded.

    Args:
        position: the job.
        periods: the months.
        hours_per_fte: paid hours a year of one full-time equivalent.
        unit: minor units in one unit of the currency.
        part: ``salaries``, ``overtime``, ``contract``, ``benefits``, or ``all`` of them.
        fte: factor on full-time equivalents that aren't said for a month alone.
        rate: factor on the hourly rate and on contract labour.
    """
    hours = monthly_hours(position, periods, hours_per_fte, fte)
    rates = monthly_rate(position, periods)
    salaries = tuple(h * r * rate for h, r in zip(hours, rates, strict=True))
    parts = _PARTS if part == "all" else {part: _PARTS[part]}
    agency = Fraction(position.contract_labour or 0, unit) * rate
    contract = tuple(agency if _filled(position, period) else Fraction(0) for period in periods)
    return tuple(
        sum((of(position, paid, other) for of in parts.values()), Fraction(0))
        for paid, other in zip(salaries, contract, strict=True)
    )


def _percent(value: object) -> Fraction:
    return exact(value) / PERCENT if value else Fraction(0)  # type: ignore[arg-type]


def _filled(position: Position, period: str) -> bool:
    after = position.start is None or period >= position.start
    return after and (position.end is None or period <= position.end)


_PARTS: Mapping[str, Callable[[Position, Fraction, Fraction], Fraction]] = {
    "salaries": lambda _job, paid, _contract: paid,
    "overtime": lambda job, paid, _: paid * _percent(job.overtime_pct) * OVERTIME_PREMIUM,
    "contract": lambda _job, _paid, contract: contract,
    "benefits": lambda job, paid, _: paid * _percent(job.benefits_pct),
}
