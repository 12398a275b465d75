"""Bounds of what people enter; logs of earlier versions may hold other figures, which are read as they are."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dyad_desktop.errors import BadInputError

LEAST_GROWTH, MOST_GROWTH = Decimal(-100), Decimal(1000)
LEAST_RATE, MOST_RATE = Decimal(0), Decimal(100)
GROWTH = frozenset({"rate_growth_pct", "planned_growth_pct"})
_RATES: Mapping[str, str] = {
    "discount_rate_pct": "a discount rate",
    "reinvest_rate_pct": "a rate that what comes back earns",
}


def check_bounds(field: str, value: object) -> None:
    """Refuse a growth or a discount rate that no plan can mean; what is no number is left to the field itself.

    Args:
        field: the field's name; those that have no bounds here pass.
        value: percent.

    Raises:
        BadInputError: growth outside −100 to 1,000 percent, or a rate outside 0 to 100 percent.
    """
    if field not in GROWTH and field not in _RATES:
        return
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return
    if not number.is_finite():
        return
    if field in _RATES and not LEAST_RATE <= number <= MOST_RATE:
        raise BadInputError(f"{_RATES[field]} between 0 and 100 percent is expected")
    if field in GROWTH:
        check_growth(number)


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
