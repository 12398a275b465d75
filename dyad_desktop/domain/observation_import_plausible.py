"""Figures that can't be, such as a denominator of 0, and figures that are unlike those before. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from statistics import median

from dyad_desktop.domain.fiscal import day_label, month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import_fields import DENOMINATOR, NUMERATOR, VALUE
from dyad_desktop.domain.ratio import PROPORTIONS, RATES, times_of

FEWEST = 4
"""Values from which it is told what is usual."""
RANGES, TIMES = 3, 8
"""So many times the range seen away from the middle one, or so many times it (an eighth of it), is unusual."""
_WHOLE = re.compile(r"[0-9]{1,12}")
_COUNTS = frozenset({"count", "counts", "cases", "events", "patients", "visits", "procedures"})
_NAMES: Mapping[str, str] = {
    NUMERATOR: "a numerator",
    DENOMINATOR: "a denominator",
    VALUE: "a value",
}


def impossible(measure: Measure, field: str, value: Decimal) -> str:
    """Return why a figure can't be one of a measure; empty when it can."""
    shown = _shown(value)
    if field == DENOMINATOR and value <= 0:
        return f"a denominator of {shown}: nothing can be divided by it"
    if value < 0 and _is_count(measure, field):
        return f"{shown} as {_NAMES[field]}: a count can’t be below 0"
    if field != VALUE:
        return ""
    low, high = _bounds(measure)
    if low is not None and value < low:
        return f"{shown} is below {_shown(low)}, the least that {measure.title} can be"
    if high is not None and value > high:
        return f"{shown} is above {_shown(high)}, the most that {measure.title} can be"
    return ""


def impossible_share(
    measure: Measure, numerator: Decimal | None, denominator: Decimal | None
) -> str:
    """Return why two parts can't be those of a share of cases; empty when they can, or it is no such measure."""
    if measure.chart not in PROPORTIONS or numerator is None or denominator is None:
        return ""
    if numerator <= denominator:
        return ""
    return f"{_shown(numerator)} of {_shown(denominator)}: a share of cases can’t be above its denominator"


def unusual(field: str, period: str, value: Decimal, before: Measure, after: Measure) -> str:
    """Return in which way a figure of a period is unlike the others of its measure; empty when it isn't.

    The others are those that stand; where these are few, those that are brought in together with it.
    """
    others = _others(getattr(before, field), period)
    if len(others) < FEWEST:
        others = _others(getattr(after, field), period)
    if len(others) < FEWEST:
        return ""
    if field == VALUE and before.unit == "%":
        others = _without_slips(others)
    low, high, middle = min(others), max(others), median(others)
    if low <= value <= high:
        return ""
    apart = high > low and abs(value - middle) > RANGES * (high - low)
    times = value * TIMES <= middle or value >= TIMES * middle
    if not apart and not (value > 0 and middle > 0 and times):
        return ""
    said = f"far {'above' if value > high else 'below'} what is usual ({_shown(low)} to {_shown(high)})"
    return f"{_shown(value)} is {said}{_perhaps(before, field, value, (low, high))}"


def fitting(measure: Measure, field: str, beside: Iterable[str]) -> Callable[[Decimal], bool]:
    """Return what tells whether a figure can be one of a measure's field, by what is known of it.

    What is counted is whole; what stands, or is meant where nothing does, tells the size, and so do whole figures
    ``beside`` it that were entered together with it.
    """
    stands = [one for one in getattr(measure, field).values() if one is not None]
    known = [*stands, *(Decimal(text) for text in map(str.strip, beside) if _WHOLE.fullmatch(text))]
    counted = _is_count(measure, field) or (field != VALUE and bool(stands))
    whole = counted and all(one == one.to_integral_value() for one in known)
    meant = (measure.target, measure.baseline_value, measure.benchmark) if field == VALUE else ()
    sizes = [abs(one) for one in known or meant if one]

    def fits(value: Decimal) -> bool:
        if impossible(measure, field, value) or (whole and value != value.to_integral_value()):
            return False
        return not sizes or min(sizes) <= TIMES * value <= TIMES * TIMES * max(sizes)

    return fits


def ahead(period: str, as_of: str) -> str:
    """Return that a period begins after the partnership's date; empty when it doesn't, or there is no date."""
    if not as_of or period <= as_of[:7]:
        return ""
    return f"{month_year_label(period)} lies after the partnership’s date, {day_label(as_of)}"


def _others(series: Mapping[str, Decimal | None], period: str) -> list[Decimal]:
    return [value for at, value in series.items() if value is not None and at != period]


def is_slip(value: Decimal, middle: Decimal) -> bool:
    """Return whether a percentage is nearer to a hundredth of the middle one than to it, as a fraction is."""
    return 0 < value <= 1 and (10 * value) ** 2 < middle**2


def _without_slips(others: list[Decimal]) -> list[Decimal]:
    """Return percentages without fractions that slipped in between them: those don't say what is usual."""
    middle = median(others)
    return [one for one in others if not is_slip(one, middle)]


def _perhaps(measure: Measure, field: str, value: Decimal, usual: tuple[Decimal, Decimal]) -> str:
    low, high = usual
    if field != VALUE or measure.unit != "%":
        return ""
    if low / 2 <= value * 100 <= high * 2:
        return "; perhaps a fraction where a percentage is meant"
    return "; perhaps 100 times too large" if low / 2 <= value / 100 <= high * 2 else ""


def _is_count(measure: Measure, field: str) -> bool:
    if field == VALUE:
        return measure.chart in {"c", "g", "t", *RATES} or (measure.unit or "").lower() in _COUNTS
    return measure.chart in {*PROPORTIONS, *RATES}


def _bounds(measure: Measure) -> tuple[Decimal | None, Decimal | None]:
    """Return between what a value must lie: as it is declared, and for a share of cases between none and all."""
    low, high = measure.lower_bound, measure.upper_bound
    if measure.chart in PROPORTIONS:
        return Decimal(0) if low is None else low, times_of(measure) if high is None else high
    return low, high


def _shown(value: Decimal) -> str:
    plain = format(value.normalize(), ",f")
    return plain.replace("-", "−")
