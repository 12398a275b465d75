"""The weights that a spread by own weights begins with: those by which the months are what they are now."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import gcd

from dyad_desktop.domain import spread as spreads
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.methods import has_weights, locked_months
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.services.editing import FieldEdit


def begun_weights(budget: Budget, said: DraftLine) -> Iterator[FieldEdit]:
    """Yield the writes of a weight for each month, unless some month that isn't locked has one already."""
    given = any(said.weights.get(period) for period in budget.periods)
    if given and has_weights(said, budget.periods):
        return
    for period, weight in zip(budget.periods, _weights(budget, said), strict=True):
        yield FieldEdit("draft_line", said.id, "weights", Decimal(weight), period)


def _weights(budget: Budget, said: DraftLine) -> Sequence[int]:
    """Return the weights of a spread that has plain ones, else the months themselves, made as small as they go."""
    periods = budget.periods
    plain: Mapping[str, Sequence[int]] = {
        "even": spreads.even(periods),
        "calendar_days": spreads.calendar_days(periods),
        "working_days": spreads.working_days(periods, budget.rules.holidays),
    }
    if (said.spread or "even") in plain:
        return plain[said.spread or "even"]
    months, held = budget.lines[said.line].computed, locked_months(said, periods)
    free = [amount for place, amount in enumerate(months) if place not in held]
    if not any(free) or min(free) < 0 < max(free):
        return spreads.even(periods)
    most = gcd(*free)
    return [abs(amount) // most if place not in held else 1 for place, amount in enumerate(months)]
