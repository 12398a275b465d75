"""A year's amount over its months: by weights that are kept, so that the same spread can be made again.

Months that are locked keep what they hold; the others share the rest. The parts always sum to the whole.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from dyad_desktop.domain.money import allocate
from dyad_desktop.errors import BadInputError

WORKWEEK = 5


def even(periods: Sequence[str]) -> tuple[int, ...]:
    """Return the same weight for each period."""
    return (1,) * len(periods)


def calendar_days(periods: Sequence[str]) -> tuple[int, ...]:
    """Return the days of each period (``YYYY-MM``)."""
    return tuple(_days(period) for period in periods)


def working_days(periods: Sequence[str], holidays: Collection[str] = ()) -> tuple[int, ...]:
    """Return the days of each period from Monday to Friday that are no holiday (ISO dates)."""
    free = frozenset(holidays)
    return tuple(_working_days(period, free) for period in periods)


@lru_cache(maxsize=256)
def _working_days(period: str, free: frozenset[str]) -> int:
    days = (day for day in _dates(period) if day.weekday() < WORKWEEK)
    return sum(1 for day in days if day.isoformat() not in free)


def seasonality(amounts: Sequence[int]) -> tuple[int, ...]:
    """Return the weights of a series that was: last year's amounts, or a volume's.

    Raises:
        BadInputError: an amount has another sign than the whole, or all are zero: there is no season in them.
    """
    whole = sum(amounts)
    weights = tuple(-amount if whole < 0 else amount for amount in amounts)
    if whole == 0 or min(weights) < 0:
        raise BadInputError(
            "these months have no shape to follow: they are zero, or of both signs. Choose another spread"
        )
    return weights


def spread(
    total: int, weights: Sequence[int], locked: Mapping[int, int] | None = None
) -> tuple[int, ...]:
    """Return a total over as many months as there are weights; the parts sum to it exactly.

    Args:
        total: the year's amount in minor units.
        weights: what each month weighs; those of locked months are not looked at.
        locked: amounts of months that stay as they are, by place from 0.

    Raises:
        BadInputError: a weight is negative, the months that are open weigh nothing, or none is open and the locked
            ones don't sum to the total.
    """
    kept = locked or {}
    rest = total - sum(kept.values())
    places = [place for place in range(len(weights)) if place not in kept]
    if not places:
        if rest:
            raise BadInputError("every month is locked, so the year can't be changed. Unlock one")
        return tuple(kept[place] for place in range(len(weights)))
    parts = dict(zip(places, allocate(rest, [weights[place] for place in places]), strict=True))
    return tuple(kept.get(place, parts.get(place, 0)) for place in range(len(weights)))


@lru_cache(maxsize=256)
def _days(period: str) -> int:
    year, month = int(period[:4]), int(period[5:])
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - datetime.date(year, month, 1)).days


def _dates(period: str) -> list[datetime.date]:
    year, month = int(period[:4]), int(period[5:])
    return [datetime.date(year, month, day) for day in range(1, _days(period) + 1)]
