"""Figures of a source beside each month's own that stand: whether they come to the year's sum, or can't. Pure."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from statistics import median

from dyad_desktop.domain.fiscal import add_months, year_first
from dyad_desktop.domain.observation_import_to_date import FEWEST, TOO_MUCH, Known, own_values


def sums_up(values: Mapping[str, Decimal], stands: Known, start_month: int, step: int = 1) -> bool:
    """Return whether figures are far above the usual, and what each adds to the year's sum is as usual.

    Where what it adds stands exactly so, less is far: the second month of a year is twice the usual at most.

    Args:
        values: of a source, by period, ``YYYY-MM``.
        stands: each period's own value, as it is kept.
        start_month: in which the year begins, 1 to 12.
        step: months between two periods.
    """
    others = {at: one for at, one in stands.items() if at not in values}
    usual = [one for one in others.values() if one is not None]
    last = max(values, default="")
    if not values or len(usual) < FEWEST or min(usual) <= 0:
        return False
    if stands.get(last) == values[last]:  # somebody took it so
        return False
    own = own_values(values, others, start_month, step)
    low, high = min(usual) / 2, max(usual) * 3 / 2
    if not all(isinstance(one, Decimal) and low <= one <= high for one in own.values()):
        return False
    if own[last] == stands.get(last):
        return values[last] > high
    return values[last] > max(TOO_MUCH * Decimal(median(usual)) * 9 / 10, 2 * max(usual))


def are_months(
    values: Mapping[str, Decimal], stands: Known, starts: Collection[int], step: int = 1
) -> bool:
    """Return whether a figure can't be of the year to date, whichever of ``starts`` its year begins in.

    It stands as the period's own though more was added before, or is less than half of that.
    """

    def is_own(period: str, value: Decimal, start: int) -> bool:
        before = _come_to(period, stands, start, step)
        return before > 0 and (stands.get(period) == value or 2 * value < before)

    return any(all(is_own(at, one, start) for start in starts) for at, one in values.items())


def _come_to(period: str, stands: Known, start_month: int, step: int) -> Decimal:
    """Return what a year is known to have come to before a period."""
    first, total = year_first(period, step, start_month), Decimal(0)
    at = add_months(period, -step)
    while at >= first:
        total += stands.get(at) or 0
        at = add_months(at, -step)
    return total
