"""Ratios: which measures are computed from a numerator and a denominator, times what, and what exactly they give."""

import re
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.goals import Measure

PROPORTIONS, RATES = ("p", "p_prime"), ("u", "u_prime")
"""The charts of shares of cases, and of events over an area of opportunity."""
_PER = re.compile(r"\bper ([1-9]\d{0,2}(?:[ ,.’']?\d{3})+|[1-9]\d*)\b", re.IGNORECASE)


def is_ratio(measure: Measure) -> bool:
    """Return whether a value is computed from its parts: it is said so, or its chart needs them and they fit.

    Where nothing is said, the values that stand tell: they are what their parts give. Without any, the unit must tell
    what the parts are multiplied by.
    """
    if measure.aggregation is not None:
        return measure.aggregation == "ratio"
    if measure.chart not in (*PROPORTIONS, *RATES):
        return False
    pairs = [
        (value, part / whole * times_of(measure))
        for period, value in measure.values.items()
        if value is not None
        if (part := measure.numerator.get(period)) is not None
        if (whole := measure.denominator.get(period))
    ]
    if not pairs:
        return _says_times(measure)
    fitting = sum(abs(value - given) * 2 <= _step(value) for value, given in pairs)
    return fitting * 2 >= len(pairs)


def _says_times(measure: Measure) -> bool:
    unit = measure.unit or ""
    return measure.multiplier is not None or unit.startswith("%") or _PER.search(unit) is not None


def _step(value: Decimal) -> Decimal:
    """Return the step of a value's last place."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))


def times_of(measure: Measure) -> Decimal:
    """Return what numerator ÷ denominator is multiplied by: as it is said, else as the unit says, else 1.

    That is 100 for percentages, and 1,000 for ``per 1,000 patient days``.
    """
    if measure.multiplier is not None and measure.multiplier > 0:
        return measure.multiplier
    unit = measure.unit or ""
    if unit.startswith("%"):
        return Decimal(100)
    found = _PER.search(unit)
    return Decimal(re.sub(r"\D", "", found[1])) if found is not None else Decimal(1)


def exact(measure: Measure, period: str, value: Decimal) -> Decimal | Fraction:
    """Return what a period's value stands for: what its parts give, where it is that, rounded; else itself.

    Rounded means to the measure's decimals, or to as many as the value has; one that is further from what its parts
    give was typed over it, and is exact.
    """
    part, whole = measure.numerator.get(period), measure.denominator.get(period)
    if part is None or not whole:
        return value
    given = Fraction(part) * Fraction(times_of(measure)) / Fraction(whole)
    places = max(measure.decimals or 0, -int(value.as_tuple().exponent))
    return given if abs(given - Fraction(value)) * 2 <= Fraction(1, 10**places) else value
