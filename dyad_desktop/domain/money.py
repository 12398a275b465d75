"""Money as whole minor units: one rounding, one way to show an amount, one way to split it."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import TypeAlias

from dyad_desktop.errors import BadInputError

DEFAULT_EXPONENT = 2
PERCENT = 100
NO_RATIO = (1, 1)
EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0
    ),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""ISO 4217 currencies whose minor unit is not a hundredth."""


def currency_exponent(currency: str) -> int:
    """Return how many decimal places a currency has (ISO 4217), 2 when it is not an exception."""
    return EXPONENTS.get(currency.upper(), DEFAULT_EXPONENT)


def check_currency(code: str) -> str:
    """Return the code of a currency as ISO 4217 writes them.

    Raises:
        BadInputError: it is not three capital letters.
    """
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise BadInputError(f"{code[:40]!r} is not a currency such as USD")
    return code


Number: TypeAlias = int | float | Decimal | Fraction


def exact(number: Number) -> Fraction:
    """Return a number as it is written: the float 0.65 is 65/100, not the nearest binary fraction.

    Raises:
        BadInputError: it isn't finite.
    """
    try:
        return Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    except (ValueError, OverflowError):
        raise BadInputError(f"{number} is no figure to reckon with") from None


def round_half_away(x: Number) -> int:
    """Return the nearest whole number, halves away from zero, as ROUND of spreadsheets: −2.5 gives −3.

    Raises:
        BadInputError: ``x`` isn't finite.
    """
    return round_quotient(*exact(x).as_integer_ratio())


def round_quotient(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded as by ``round_half_away``, in whole numbers throughout.

    Raises:
        ZeroDivisionError: when the denominator is zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    half = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -half if numerator < 0 else half


def round_ratio(numerator: int, denominator: int, places: int) -> Decimal:
    """Return ``numerator / denominator`` with ``places`` decimal places, halves away from zero.

    Raises:
        ZeroDivisionError: when the denominator is zero.
    """
    return Decimal(round_quotient(numerator * 10**places, denominator)).scaleb(-places)


def rounded(value: Number, places: int) -> Decimal:
    """Return a figure as people see it: with ``places`` decimal places, halves away from zero.

    What is shown is rounded here, once, from the exact figure: a second rounding would make 5.05 of 5.0451.

    Raises:
        BadInputError: it isn't finite.
    """
    return round_ratio(*exact(value).as_integer_ratio(), places)


def quotient(part: int | Fraction, whole: int | Fraction) -> Decimal:
    """Return ``part / whole`` to 28 digits, for ``rounded`` to round as the fraction itself.

    With p places a fraction that is no half is at least 1 / (2 · 10^p · whole) away from one, 10^-22 of itself for
    parts up to 10^18; one that is a half is given exactly.

    Raises:
        ZeroDivisionError: when the whole is zero.
    """
    numerator, denominator = (Fraction(part) / whole).as_integer_ratio()
    return Decimal(numerator) / denominator


@lru_cache(maxsize=4096)
def growth_ratio(percent: Decimal) -> tuple[int, int]:
    """Return 1 + percent/100 as a numerator and a positive denominator."""
    numerator, denominator = percent.as_integer_ratio()
    return PERCENT * denominator + numerator, PERCENT * denominator


def scaled(amounts: Sequence[int], numerator: int, denominator: int, unit: int) -> tuple[int, ...]:
    """Return amounts (minor units) × a ratio, each rounded half away to whole units of currency.

    ``unit`` is the minor units in one whole unit; the denominator is positive. Integers only, since
    this is the inner loop of the budget.
    """
    step = denominator * unit
    double, twice = 2 * step, 2 * numerator
    return tuple([
        (product + step) // double * unit
        if (product := amount * twice) >= 0
        else (step - product) // double * -unit
        for amount in amounts
    ])  # fmt: skip


def to_units(minor: int, exponent: int) -> int | Decimal:
    """Return minor units as whole units of the currency: an ``int`` when nothing is left over."""
    whole, rest = divmod(minor, 10**exponent)
    return Decimal(minor).scaleb(-exponent) if rest else whole


def format_amount(
    minor: int, exponent: int, *, unit: int = 1, places: int = 0, symbol: str = "", zero: str = "0"
) -> str:
    """Return an amount for people: thousands grouped, negatives in parentheses.

    Args:
        minor: the amount in minor units.
        exponent: decimal places of the currency.
        unit: 1 for whole units, 1,000 or 1,000,000 for thousands or millions.
        places: decimal places shown, of ``unit``.
        symbol: put before the number, such as ``$``.
        zero: what an amount that rounds to nothing looks like when no places are shown.
    """
    scaled = round_quotient(abs(minor) * 10**places, unit * 10**exponent)
    if scaled == 0 and places == 0:
        return zero
    whole, part = divmod(scaled, 10**places)
    text = f"{symbol}{whole:,}" + (f".{part:0{places}d}" if places else "")
    return f"({text})" if minor < 0 and scaled else text


def allocate(total: int, weights: Sequence[Number]) -> list[int]:
    """Return an amount in parts by weights; the parts sum to it exactly (largest remainder).

    What is left after rounding down goes to the largest remainders, a tie to the earlier part. A
    negative total is parted as its absolute value and the sign put back.

    Args:
        total: minor units, or any whole units.
        weights: what each part weighs; only their proportion counts.

    Raises:
        BadInputError: a weight is negative, or all are zero: there is nothing to part by.
    """
    given = [weight if isinstance(weight, int) else exact(weight) for weight in weights]
    if any(weight < 0 for weight in given):
        raise BadInputError("an amount can't be split by a negative weight")
    scale = lcm(*(weight.denominator for weight in given))
    parts = [int(weight * scale) for weight in given]
    whole = sum(parts)
    if whole == 0:
        raise BadInputError("an amount can't be split by weights that are all zero")
    shares = [divmod(abs(total) * part, whole) for part in parts]
    left = abs(total) - sum(share for share, _rest in shares)
    by_rest = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    extra = set(by_rest[:left])
    sign = -1 if total < 0 else 1
    return [sign * (share + (place in extra)) for place, (share, _) in enumerate(shares)]
