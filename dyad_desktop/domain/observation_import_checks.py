"""What is asked before values are brought in: whether they are complete."""

from dyad_desktop.domain.fiscal import add_days, add_months
from dyad_desktop.domain.goals import Measure


def is_young(measure: Measure, period: str, as_of: str) -> bool:
    """Return whether a period isn't complete yet: its last day and the measure's lag reach past an ISO date.

    Never where the measure has no lag, or the partnership no date.
    """
    if not measure.lag_days or not as_of:
        return False
    last = add_days(f"{add_months(period, measure.step)}-01", -1)
    return add_days(last, measure.lag_days) > as_of[:10]
