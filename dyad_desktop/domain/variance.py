"""Why actual and budget differ: parts by volume, efficiency and rate that add to the whole exactly."""

from dataclasses import dataclass
from fractions import Fraction

from dyad_desktop.domain.money import Number, exact


@dataclass(frozen=True, slots=True)
class LabourVariance:
    """The parts of a cost's variance and their sum, unfavourable (more cost) positive."""

    volume: Fraction
    efficiency: Fraction
    rate: Fraction
    total: Fraction


def labour(
    budget_volume: Number,
    actual_volume: Number,
    budget_hours_per_unit: Number,
    actual_hours_per_unit: Number,
    budget_rate: Number,
    actual_rate: Number,
) -> LabourVariance:
    """Return why the cost of labour differs from its budget.

    volume = (AV − BV) · BH · BR; efficiency = AV · (AH − BH) · BR; rate = AV · AH · (AR − BR); the total is
    AV · AH · AR − BV · BH · BR (the usual three-way split of nursing finance).

    Args:
        budget_volume: units of service, such as patient days.
        actual_volume: the same, as they came.
        budget_hours_per_unit: hours worked for each.
        actual_hours_per_unit: the same, as they came.
        budget_rate: pay per hour, in any one unit; the result is in the same.
        actual_rate: the same, as it came.

    Raises:
        BadInputError: a figure isn't finite.
    """
    bv, av = exact(budget_volume), exact(actual_volume)
    bh, ah = exact(budget_hours_per_unit), exact(actual_hours_per_unit)
    br, ar = exact(budget_rate), exact(actual_rate)
    return LabourVariance(
        volume=(av - bv) * bh * br,
        efficiency=av * (ah - bh) * br,
        rate=av * ah * (ar - br),
        total=av * ah * ar - bv * bh * br,
    )
