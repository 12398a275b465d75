"""Why actual and budget differ: parts by volume, efficiency and rate that add to the whole exactly."""

from dataclasses import dataclass
from fractions import Fraction

from dyad_desktop.domain.money import Number, exact, round_quotient


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


PARTS = ("volume", "mix", "efficiency", "rate", "other")
"""The parts of a variance in the order in which they are taken."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Why an amount is another than planned: minor units, more of the amount positive, whatever that is worth.

    ``other`` is what nothing explains: the whole variance of a line that follows no volume and has no hours.
    """

    volume: int = 0
    mix: int = 0
    efficiency: int = 0
    rate: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        """Return the variance: the parts add to it exactly, since the last one taken is what is left."""
        return self.volume + self.mix + self.efficiency + self.rate + self.other

    def __add__(self, more: "Parts") -> "Parts":
        """Return the parts of both together."""
        return Parts(
            self.volume + more.volume,
            self.mix + more.mix,
            self.efficiency + more.efficiency,
            self.rate + more.rate,
            self.other + more.other,
        )

    def signed(self, sign: int) -> "Parts":
        """Return the parts × a sign, such as that of an expense for contribution."""
        return Parts(
            sign * self.volume,
            sign * self.mix,
            sign * self.efficiency,
            sign * self.rate,
            sign * self.other,
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """What is known of a line's month besides its amounts.

    ``flex`` is what the volume makes of one unit of the plan (1: as much as planned); ``None`` when the line
    follows none. ``at_mix`` is the same for all volumes that are counted together, at the planned mix. ``hours``
    are paid hours, planned and as they came.
    """

    flex: Fraction | None = None
    at_mix: Fraction | None = None
    hours: tuple[Fraction, Fraction] | None = None


def split(plan: int, actual: int, moved: Moved) -> tuple[int, Parts]:
    """Return the flexed plan and the parts of ``actual − plan``, all in minor units.

    flexed = plan · flex; volume = flexed − plan, of which mix = flexed − plan · at_mix (the shift between the
    volumes at planned rates: the sales-mix variance of Horngren, Datar & Rajan, Cost Accounting); efficiency =
    (AH − PH · flex) · plan/PH; rate is what is left. With flex = AV/BV this is ``labour``. Each part is rounded
    once, half away from zero; hours count only where some were planned.

    Args:
        plan: the planned amount of a month.
        actual: the amount that came.
        moved: what is known of the month.
    """
    flexed = plan if moved.flex is None else _times(plan, moved.flex)
    at_mix = flexed if moved.flex is None or moved.at_mix is None else _times(plan, moved.at_mix)
    hours = moved.hours if moved.hours is not None and moved.hours[0] else None
    efficiency = 0
    if hours is not None:
        flex = 1 if moved.flex is None else moved.flex
        efficiency = _times(plan, (hours[1] - hours[0] * flex) / hours[0])
    rest = actual - flexed - efficiency
    explained = moved.flex is not None or hours is not None
    return flexed, Parts(
        volume=at_mix - plan,
        mix=flexed - at_mix,
        efficiency=efficiency,
        rate=rest if explained else 0,
        other=0 if explained else rest,
    )


def _times(amount: int, factor: Fraction) -> int:
    numerator, denominator = factor.as_integer_ratio()
    return round_quotient(amount * numerator, denominator)
