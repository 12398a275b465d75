"""Bounds of what people enter; logs of earlier versions may hold other figures, which are read as they are."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dyad_desktop.domain.depreciation import MACRS_PERIODS
from dyad_desktop.domain.schema import FieldSpec, Slot, ValueType
from dyad_desktop.errors import BadInputError

LEAST_GROWTH, MOST_GROWTH = Decimal(-100), Decimal(1000)
LEAST_RATE, MOST_RATE = Decimal(0), Decimal(100)
FIRST_PERIOD, LAST_PERIOD = "1900-01", "2199-12"
GROWTH = frozenset({"rate_growth_pct", "planned_growth_pct"})
MOST_SHARE = Decimal(1000)
_PERCENTS: Mapping[str, tuple[Decimal, str]] = {
    "percent": (
        -MOST_SHARE,
        "a percentage of a group between −1,000 and 1,000 percent is expected",
    ),
    "explain_pct": (
        Decimal(0),
        "a threshold between 0 and 1,000 percent is expected; left empty, only the amount decides",
    ),
}
"""The least of a percentage of which 1,000 is the most, and how that is told; a plan's, not a milestone's progress."""
_PAID = "steps"
_COUNTED = frozenset({"prior_actuals", "ytd_actuals"})
"""Months of a volume, which are numbers; a line's, in money, may be below nothing."""
_RATES: Mapping[str, str] = {
    "discount_rate_pct": "a discount rate",
    "reinvest_rate_pct": "a rate that what comes back earns",
}


def check_bounds(spec: FieldSpec, value: object, slot: str = "", *, in_file: bool = False) -> None:
    """Refuse what nobody can mean: growth, rates, settings and periods outside their bounds, or not in the tax table.

    What is no number or period is left to the field itself; fields that have no bounds pass. Growth and rates are in
    percent. A setting that stands ``in_file`` passes: charts do without it, and say so.

    Raises:
        BadInputError: growth outside −100 to 1,000 percent, a rate outside 0 to 100 percent, a setting outside what
            its field says, a volume's month or a contract's below 0, a share or a threshold beyond 1,000 percent, or a
            period outside the years 1900 to 2199.
    """
    if value is None:
        return
    for period in (
        slot if spec.slot is Slot.PERIOD else "",
        value if spec.type is ValueType.PERIOD else "",
    ):
        check_period(period)
    field = spec.name
    _check_recovery(spec, value, in_file=in_file)
    counted = field in _COUNTED and spec.type is ValueType.DECIMAL
    said = not in_file and (_is_share(spec) or (field == _PAID and spec.type is ValueType.MONEY))
    if not (field in GROWTH or field in _RATES or spec.entered or counted or said):
        return
    number = _number(value)
    if number is None:
        return
    if spec.entered is not None and is_beyond(spec, number) and not in_file:
        low, high = spec.entered
        raise BadInputError(f"{shown(number)} can’t be; {low:,f} to {high:,f} is expected")
    if field in _RATES and not LEAST_RATE <= number <= MOST_RATE:
        raise BadInputError(f"{_RATES[field]} between 0 and 100 percent is expected")
    if field in GROWTH:
        check_growth(number)
    if counted and not in_file:
        _check_count(number)
    if said:
        _check_said(field, number)


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_share(spec: FieldSpec) -> bool:
    return spec.name in _PERCENTS and spec.type is ValueType.DECIMAL


def _check_said(field: str, number: Decimal) -> None:
    """Refuse a percentage that nobody means, and a month of a contract below 0."""
    if field == _PAID:
        if number < 0:
            raise BadInputError(
                "a contract costs nothing or more from a month on, never less; the line’s kind says whether it earns"
                " or costs"
            )
        return
    low, words = _PERCENTS[field]
    if not low <= number <= MOST_SHARE:
        raise BadInputError(words)


def _check_count(number: Decimal) -> None:
    """Refuse a month of a volume below 0: what it drives, and seasons that follow it, would turn around."""
    if number < 0:
        raise BadInputError(
            "a volume counts what was done, so no month of it is below 0; take a correction off the month that it"
            " corrects"
        )


def _check_recovery(spec: FieldSpec, years: object, *, in_file: bool) -> None:
    """Refuse a recovery period that the tax table lacks; one that stands in a file is told as a class life."""
    if in_file or spec.name != "recovery_years" or not isinstance(years, int):
        return
    *others, last = MACRS_PERIODS
    if years not in MACRS_PERIODS:
        raise BadInputError(
            f"the tax table has no recovery period of {years} years; it has {', '.join(map(str, others))} and {last}."
            " Left empty, the period follows from the useful life"
        )


def is_beyond(spec: FieldSpec, number: Decimal | int) -> bool:
    """Return whether a figure lies outside what people enter in a field."""
    low, high = spec.entered or (None, None)
    return (low is not None and number < low) or (high is not None and number > high)


def is_beyond_years(period: str) -> bool:
    """Return whether a period lies outside the years that are kept, 1900 to 2199."""
    return not FIRST_PERIOD <= period <= LAST_PERIOD


def check_period(period: object) -> None:
    """Refuse a period outside the years that are kept; what is no period is left to its field.

    Raises:
        BadInputError: before 1900 or after 2199.
    """
    text = str(period)
    if len(text) == len(FIRST_PERIOD) and text[:4].isdigit() and is_beyond_years(text):
        raise BadInputError(
            f"{period} lies outside the years {FIRST_PERIOD[:4]} to {LAST_PERIOD[:4]}"
        )


def shown(number: Decimal | int) -> str:
    """Return a figure as it stands in a sentence: grouped, without zeroes at its end."""
    return f"{Decimal(number).normalize():,f}".replace("-", "\N{MINUS SIGN}")


def check_growth(percent: Decimal) -> None:
    """Refuse a growth that no plan can mean.

    Raises:
        BadInputError: outside −100 to 1,000 percent.
    """
    if percent < LEAST_GROWTH:
        raise BadInputError(
            "growth below −100 % would turn the amounts around; −100 % takes them to nothing"
        )
    if percent > MOST_GROWTH:
        raise BadInputError("growth between −100 and 1,000 percent is expected")
