"""The levels that a measure's values are held against, each in force from its period on: target, stretch, amber.

Where values add up over the year, levels do too: the one of June is the sum of those of the year's periods up to June.
A year that has a period without a level has none to date from then on, since a part of a sum is no level for all.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from dyad_desktop.domain.bounds import is_beyond_years
from dyad_desktop.domain.fiscal import (
    MONTHS,
    add_months,
    fiscal_month,
    months,
    months_between,
    year_periods,
)
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_settings import is_upside_down

Levels = tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ToDate(Measure):
    """A measure whose values add up over the year, as it is judged: its levels are those of the year to date.

    Never kept: ``to_date`` makes it of a measure for whoever reads. Its fields are those of the measure, so ``target``
    is still that of one period; the functions of this module add them up. ``start_month`` is that of the year, 1 to 12,
    and ``first`` the first recorded period, from which the others lie a month or a quarter apart. ``doubt`` says why it
    can't be told when the year begins; there are no levels to date then from ``since`` on, or none at all.
    """

    start_month: int = 1
    first: str = ""
    doubt: str = ""
    since: str = ""


# -- steps ---------------------------------------------------------------------------------------


def levels_at(
    plain: Decimal | None, steps: Mapping[str, Decimal | None], places: Sequence[str]
) -> Levels:
    """Return the level in force in each period (or on each day): the last step up to then, else the plain one.

    A step to ``None`` says that there is none from then on.
    """
    if not steps:
        return (plain,) * len(places)
    begins = sorted(steps)
    levels = (plain, *(steps[one] for one in begins))
    return tuple(levels[bisect_right(begins, place[:7])] for place in places)


def _target_steps(measure: Measure) -> Mapping[str, Decimal | None]:
    """Return the targets that hold from a period on; ``None`` from where on it is said that there is none."""
    ends = {period: None for period, said in measure.no_target.items() if said}
    return {**ends, **_set(measure.targets)} if ends or measure.targets else {}


def _set(steps: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    return {period: level for period, level in steps.items() if level is not None}


# -- levels --------------------------------------------------------------------------------------


def targets_at(measure: Measure, places: Sequence[str]) -> Levels:
    """Return the target in force at each place."""
    return _in_force(measure, places, lambda some: period_targets(measure, some))


def period_targets(measure: Measure, places: Sequence[str]) -> Levels:
    """Return the target of each period by itself; none where it is the upper end of a corridor that is upside down."""
    levels = levels_at(measure.target, _target_steps(measure), places)
    return tuple(None if is_upside_down(measure, level) else level for level in levels)


def stretches_at(measure: Measure, places: Sequence[str]) -> Levels:
    """Return the stretch target in force at each place."""
    steps = _set(measure.stretches)
    return _in_force(measure, places, lambda some: levels_at(measure.stretch, steps, some))


def ambers_at(measure: Measure, places: Sequence[str]) -> Levels:
    """Return the amber limit in force at each place."""
    return _in_force(measure, places, lambda some: (measure.amber_at,) * len(some))


def target_at(measure: Measure, place: str) -> Decimal | None:
    """Return the target in force in a period."""
    return targets_at(measure, (place,))[0]


def target_begins(measure: Measure, place: str) -> str:
    """Return the first period after one from which a target is set; empty where none is."""
    return min((one for one in _set(measure.targets) if one > place[:7]), default="")


def stretch_at(measure: Measure, place: str) -> Decimal | None:
    """Return the stretch target in force in a period."""
    return stretches_at(measure, (place,))[0]


def amber_at(measure: Measure, place: str) -> Decimal | None:
    """Return the amber limit in force in a period."""
    return ambers_at(measure, (place,))[0]


# -- the year to date ----------------------------------------------------------------------------


def is_doubted(measure: ToDate, place: str) -> bool:
    """Return whether it can't be told in which year a period's value counts."""
    return bool(measure.doubt) and place >= measure.since


def begins_year(measure: Measure, place: str) -> bool:
    """Return whether figures of the year to date begin anew in a period; never of other measures."""
    if not isinstance(measure, ToDate) or is_beyond_years(place) or is_doubted(measure, place):
        return False
    step = measure.step
    return fiscal_month(add_months(place, step // 2), measure.start_month) < step


def _in_force(
    measure: Measure, places: Sequence[str], of_periods: Callable[[Sequence[str]], Levels]
) -> Levels:
    """Return the levels of places: of the places themselves, or of the year's periods up to each, together.

    A file may name a month of another age, such as one that a target is due in: there is no level to date then.
    """
    if not isinstance(measure, ToDate) or not places:
        return of_periods(places)
    step = measure.step
    known = {
        one: _period_of(measure, one, step)
        for one in places
        if not is_beyond_years(one) and not is_doubted(measure, one)
    }
    if not known:
        return (None,) * len(places)
    ends = min(known.values()), max(known.values())
    periods = _from_year_start(*ends, step, measure.start_month)
    sums = dict(zip(periods, _sums(of_periods(periods), MONTHS // step), strict=True))
    return tuple(sums[known[one]] if one in known else None for one in places)


@lru_cache(maxsize=256)
def _from_year_start(first: str, last: str, step: int, start_month: int) -> tuple[str, ...]:
    """Return the periods from the beginning of the first one's year to the last; many measures have the same."""
    (start, *_), _name = year_periods(first, step, start_month)
    return months(start, months_between(start, last) + 1)[::step]


def _period_of(measure: ToDate, place: str, step: int) -> str:
    """Return the period of a measure in which a month lies."""
    return add_months(place, -(months_between(measure.first, place) % step)) if step > 1 else place


def _sums(levels: Levels, year: int) -> Levels:
    """Return the sums of levels within each year of so many periods; none from a period on that has none."""
    found: list[Decimal | None] = []
    for n, level in enumerate(levels):
        before = Decimal(0) if n % year == 0 else found[-1]
        found.append(None if level is None or before is None else before + level)
    return tuple(found)
