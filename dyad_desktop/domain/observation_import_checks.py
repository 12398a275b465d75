"""What is asked before values are brought in: whether they build up over a year, and whether they are complete."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from dyad_desktop.domain.fiscal import add_days, add_months, fiscal_year_start
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measuring import step_of

RISES = 6
"""Steps within fiscal years, all of them upwards, from which a series is taken for year-to-date figures."""


def looks_year_to_date(values: Mapping[str, Decimal | None], start_month: int) -> bool:
    """Return whether a series only grows within each fiscal year and falls at its start.

    At least one start of a year and ``RISES`` steps within years must be there; chance does that to a series
    without trend less than once in a thousand.
    """
    known = sorted((period, value) for period, value in values.items() if value is not None)
    rises = falls = 0
    for (before, low), (after, high) in pairwise(known):
        if fiscal_year_start(before, start_month) == fiscal_year_start(after, start_month):
            if high <= low:
                return False
            rises += 1
        elif high >= low:
            return False
        else:
            falls += 1
    return falls >= 1 and rises >= RISES


def is_young(measure: Measure, period: str, as_of: str) -> bool:
    """Return whether a period isn't complete yet: its last day and the measure's lag reach past an ISO date.

    Never where the measure has no lag, or the partnership no date.
    """
    if not measure.lag_days or not as_of:
        return False
    last = add_days(f"{add_months(period, step_of(measure))}-01", -1)
    return add_days(last, measure.lag_days) > as_of[:10]
