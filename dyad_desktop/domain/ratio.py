"""Ratios: which measures are computed from a numerator and a denominator, and times what."""

from decimal import Decimal

from dyad_desktop.domain.goals import Measure

PROPORTIONS, RATES = ("p", "p_prime"), ("u", "u_prime")
"""The charts of shares of cases, and of events over an area of opportunity."""


def is_ratio(measure: Measure) -> bool:
    """Return whether a value is computed from its parts: it is said so, or its chart needs them and nothing else is."""
    if measure.aggregation is None:
        return measure.chart in (*PROPORTIONS, *RATES)
    return measure.aggregation == "ratio"


def times_of(measure: Measure) -> Decimal:
    """Return what numerator ÷ denominator is multiplied by: as it is said, else 100 for percentages, else 1."""
    if measure.multiplier is not None and measure.multiplier > 0:
        return measure.multiplier
    return Decimal(100) if (measure.unit or "").startswith("%") else Decimal(1)
