"""Ratios: which measures are computed from a numerator and a denominator, times what, and what exactly they give."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.money import rounded

PROPORTIONS, RATES = ("p", "p_prime"), ("u", "u_prime")
"""The charts of shares of cases, and of events over an area of opportunity."""
VALUE, PARTS = "values", ("numerator", "denominator")
FIGURES = (VALUE, *PARTS)
"""The fields of a period's figures."""
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
        (value, given)
        for period, value in measure.values.items()
        if value is not None
        if (given := given_by(measure, period)) is not None
    ]
    if not pairs:
        return _says_times(measure)
    return sum(follows(*pair) for pair in pairs) * 2 >= len(pairs)


def _says_times(measure: Measure) -> bool:
    unit = measure.unit or ""
    return measure.multiplier is not None or unit.startswith("%") or _PER.search(unit) is not None


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


def given_by(measure: Measure, period: str) -> Fraction | None:
    """Return what a period's parts give, unrounded; ``None`` where one is missing or the denominator is 0."""
    part, whole = measure.numerator.get(period), measure.denominator.get(period)
    if part is None or not whole:
        return None
    return Fraction(part) * Fraction(times_of(measure)) / Fraction(whole)


def followed(measure: Measure) -> Measure:
    """Return a measure with the values that parts give where none was ever said, rounded to its decimals.

    A ratio's value is written with its parts. Where one partner first said the numerator of a period and the other
    its denominator, both came together without anybody who wrote what they give.
    """
    lacking = [period for period in measure.numerator if period not in measure.values]
    given = {period: given_by(measure, period) for period in lacking}
    found = {
        period: rounded(one, measure.decimals or 0)
        for period, one in given.items()
        if one is not None
    }
    if not found or not is_ratio(measure):
        return measure
    return replace(measure, values={**measure.values, **found})


def follows(value: Decimal, given: Fraction) -> bool:
    """Return whether a value is what its parts give, rounded to as many places as the value has itself.

    Not to the measure's decimals: those may have changed since it was rounded. One that is further from it was typed
    over it.
    """
    places = max(0, -int(value.as_tuple().exponent))
    return abs(given - Fraction(value)) * 2 <= Fraction(1, 10**places)


def exact(measure: Measure, period: str, value: Decimal) -> Decimal | Fraction:
    """Return what a period's value stands for: what its parts give, where it follows them; else itself."""
    given = given_by(measure, period)
    return value if given is None or not follows(value, given) else given


def said_beside(
    measure: Measure, written: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str, Decimal]]:
    """Yield (period, field, figure) of each figure that stands beside those of periods of which some are written.

    A share is counted as one: who corrects its numerator says it of the denominator that they see. Said along, it
    can't come to stand over a denominator that the other partner corrected at the same time, to a share that neither
    counted; the period is then contested as a whole, and shows as a whole what both last had. A value that follows
    its parts is written with them anyway; one that was typed over them, or stands without any, is said along.
    """
    if not written or not is_ratio(measure):
        return
    for period, fields in written.items():
        value, given = measure.values.get(period), given_by(measure, period)
        typed = value is not None and (given is None or not follows(value, given))
        for field in FIGURES:
            figure = getattr(measure, field).get(period)
            if figure is not None and field not in fields and (field != VALUE or typed):
                yield period, field, figure
