"""Values that lie between a measure's periods, or outside the years that are kept.

They remain when its frequency changed on one copy and a value came on the other. They are kept, shown as such in the
table and can be removed there; chart and verdicts leave them out. The grid is the one that most values lie on, so that
one such value never puts all the others off. A file may hold periods of another age, which can't be written any more.
"""

from collections import Counter
from decimal import Decimal

from dyad_desktop.domain.bounds import is_beyond_years
from dyad_desktop.domain.fiscal import QUARTER, months_between
from dyad_desktop.domain.goals import Measure

_EPOCH = "2000-01"


def on_grid(measure: Measure) -> dict[str, Decimal]:
    """Return the values that lie in a measure's periods, by period in order of time."""
    known = {
        period: value
        for period, value in sorted(measure.values.items())
        if value is not None and not is_beyond_years(period)
    }
    if measure.frequency != "quarterly":
        return known
    phase = _phase(measure, known)
    return {period: value for period, value in known.items() if _phase_of(period) == phase}


def off_grid(measure: Measure) -> tuple[str, ...]:
    """Return the months of values that lie between a measure's periods, in order of time."""
    there = sorted(period for period, value in measure.values.items() if value is not None)
    if measure.frequency != "quarterly":
        return tuple(filter(is_beyond_years, there))
    known = [period for period in there if not is_beyond_years(period)]
    phase = _phase(measure, known)
    return tuple(one for one in there if is_beyond_years(one) or _phase_of(one) != phase)


def _phase_of(period: str) -> int:
    return months_between(_EPOCH, period) % QUARTER


def _phase(measure: Measure, known: "list[str] | dict[str, Decimal]") -> int:
    """Return where quarters begin: as most values do, else as the series does, else as the first value does."""
    found = Counter(_phase_of(period) for period in known)
    most = max(found.values(), default=0)
    first = [measure.series_start] if measure.series_start else []
    for period in (*first, *known):
        phase = _phase_of(period)
        if found[phase] == most:
            return phase
    return 0
