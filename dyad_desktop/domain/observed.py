"""The values of a measure that were recorded, in order of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Observation:
    """A recorded value of a period, or of the day of an event."""

    period: str
    value: Decimal


def recorded(values: Iterable[tuple[str, Decimal | None]]) -> tuple[Observation, ...]:
    """Return the values that were measured, in order of time; several of one day stay in their order."""
    found = sorted((pair for pair in values if pair[1] is not None), key=lambda pair: pair[0])
    return tuple(Observation(period, value) for period, value in found if value is not None)
