"""Between what a measure's values can lie: as it is declared, else as its unit and what was recorded say.

Counts, rates, shares and durations are from 0 up, shares of a whole at most 100 %. A difference is neither: a margin,
a change, an amount of money, or a measure of which any value, target or baseline ever was below 0. Only what is drawn
is cut; rules and verdicts go by the limits as they are computed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.goals import Measure

WHOLE = Decimal(100)
_COUNTED = re.compile(
    r"\s*(counts?|cases?|patients?|people|staff|visits?|events?|falls?|infections?|beds?|days?|hours?|h|minutes?|mins?"
    r"|weeks?|months?|years?|seconds?|rooms?|procedures?|admissions?|deaths?|errors?|complaints?|requests?"
    r"|(\w+ )*per [\d ,.’']*\d)\b",
    re.IGNORECASE,
)
_COUNTING = frozenset({"p", "p_prime", "u", "u_prime", "c", "g", "t"})
"""The charts of what is counted, and of the time between events."""
_PERCENT = re.compile(r"\s*(%|percent\b|per cent\b|pct\b)", re.IGNORECASE)
_MONEY = re.compile(r"\s*([$€£¥]|[A-Z]{2,3}[$€£¥]|(?!FTE\b)[A-Z]{3}(\s|$))")
"""A currency's sign or code, such as USD; other units of three capitals are few."""
_DIFFERENCE = re.compile(
    r"\b(margin|change|difference|variance|growth|gain|surplus|deficit|profit|loss|ebit(da)?|net|balance|delta|increase"
    r"|decrease|reduction|improvement|minus|(operating|financial|net) result|return on|yield|contribution"
    r"|(against|versus|vs) (the )?(plan|budget|target)|(days|hours|minutes|min|weeks) (late|early|ahead|behind)"
    r"|percentage points|pp)\b|Δ|°",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\b(plan|planned|budget|budgeted|target|expected|goal|norm|baseline|forecast|prior|previous|last year"
    r"|staffed|standard)\b",
    re.IGNORECASE,
)
"""What may be surpassed: a share of it isn't one of a whole."""


@dataclass(frozen=True, slots=True)
class Possible:
    """The least and the most that a value can be; ``None`` where nothing bounds it."""

    low: Decimal | None
    high: Decimal | None


def possible_of(measure: Measure) -> Possible:
    """Return between what a measure's values can lie."""
    low, high = measure.lower_bound, measure.upper_bound
    figures = list(_figures(measure))
    if low is None and not _is_difference(measure, figures):
        low = Decimal(0)
    share = low is not None and low >= 0 and _is_share(measure)
    if high is None and share and max(figures, default=WHOLE) <= WHOLE:
        high = WHOLE
    return Possible(low, high)


def is_never_negative(measure: Measure) -> bool:
    """Return whether a measure's values are surely never below 0: a count, a share, a rate or a duration.

    A unit that says neither, such as a score, leaves it open.
    """
    if measure.lower_bound is not None:
        return measure.lower_bound >= 0
    if _is_difference(measure, list(_figures(measure))):
        return False
    unit = measure.unit or ""
    plain = _PERCENT.match(unit) is not None or _COUNTED.match(unit) is not None
    return plain or measure.chart in _COUNTING


def _figures(measure: Measure) -> Iterator[Decimal]:
    """Give every figure that was said of a measure in its own unit."""
    said = (
        *measure.values.values(),
        *measure.targets.values(),
        *measure.stretches.values(),
        measure.target,
        measure.target_low,
        measure.stretch,
        measure.amber_at,
        measure.baseline_value,
        measure.benchmark,
    )
    return (one for one in said if one is not None)


def _is_difference(measure: Measure, figures: Sequence[Decimal]) -> bool:
    if min(figures, default=Decimal(0)) < 0:
        return True
    unit = measure.unit or ""
    named = f"{measure.title} {unit} {measure.numerator_text or ''}"
    return _MONEY.match(unit) is not None or _DIFFERENCE.search(named) is not None


def _is_share(measure: Measure) -> bool:
    unit = measure.unit or ""
    of_another = _OF_ANOTHER.search(f"{measure.title} {unit}") if unit.strip() != "%" else None
    return _PERCENT.match(unit) is not None and of_another is None


def clipped(measure: Measure, line: Sequence[float | None]) -> Iterator[float | None]:
    """Give a line as it is drawn: within what a measure's values can be."""
    found = possible_of(measure)
    low, high = (None if one is None else float(one) for one in (found.low, found.high))
    for value in line:
        if value is None:
            yield None
        else:
            at_least = value if low is None else max(low, value)
            yield at_least if high is None else min(high, at_least)


def cut_words(measure: Measure, lines: Sequence[Sequence[float | None]]) -> str:
    """Return within what lines are drawn, where that cuts them and neither a bound nor a plain % says so."""
    found = possible_of(measure)
    if (measure.unit or "").strip() == "%":
        return ""
    there = [one for line in lines for one in line if one is not None]
    low = found.low if measure.lower_bound is None and found.low is not None else None
    high = found.high if measure.upper_bound is None and found.high is not None else None
    if low is not None and min(there, default=0.0) >= low:
        low = None
    if high is not None and max(there, default=0.0) <= high:
        high = None
    if low is not None:
        return f"drawn from {low:f} up" if high is None else f"drawn within {low:f} to {high:f}"
    return "" if high is None else f"drawn up to {high:f}"
