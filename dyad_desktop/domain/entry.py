"""What people type into a number cell: ``1.2m``, ``(300)``, ``3%``, ``=1200*1.03``."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from dyad_desktop.domain.expression import DEEPEST, DIGITS, SUFFIXES, read_expression
from dyad_desktop.domain.money import round_quotient
from dyad_desktop.errors import BadInputError

LONGEST = 200
LARGEST = Decimal(10) ** 13
"""The largest amount in whole units that is kept, as for money."""
PLACES = 9
"""Decimals that are kept of a figure, as the log has them: what comes in with more is rounded, never refused."""
PERCENT = Decimal("0.01")

_CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP)
_SPACES = " \u00a0\u2009\u202f"
_PLAIN = re.compile(
    rf"(?P<sign>[-+]?)(?P<number>{DIGITS}|[0-9]{{1,3}}(?:(?P<gap>['{_SPACES}])[0-9]{{3}})"
    rf"(?:(?P=gap)[0-9]{{3}})*(?:\.[0-9]*)?)[{_SPACES}]*(?P<suffix>[km]?)[{_SPACES}]*(?P<percent>%?)",
    re.IGNORECASE,
)
_ALIKE = str.maketrans({"−": "-", "’": "'", "×": "*", "÷": "/", "\t": " "})
_CURRENCY = re.compile(rf"^(?P<before>[-+(]?)[$€£¥][{_SPACES}]*|[{_SPACES}]*[$€£¥](?P<after>\)?)$")
"""A currency sign stands before the number or behind it, inside parentheses or out; never within."""


def kept(value: Decimal | Fraction) -> Decimal:
    """Return a figure that comes in as it is kept: with 9 decimals, halves away from zero, none of them idle."""
    top, below = value.as_integer_ratio()
    rounded = _CONTEXT.scaleb(Decimal(round_quotient(top * 10**PLACES, below)), -PLACES)
    return Decimal(format(rounded.normalize(_CONTEXT), "f")) if rounded else Decimal(0)


def parse_number(text: str) -> Decimal:
    """Return the number that a cell's text means, as it is kept; ``3%`` is 0.03.

    Thousands may be grouped by commas, apostrophes or spaces, always in threes; the decimal mark is
    a point. Text from ``=`` on is arithmetic with ``+ - * /`` and parentheses.

    Raises:
        BadInputError: a sentence that says why the text can't be read as one number.
    """
    return kept(exact_number(text))


def parse_figure(text: str) -> Decimal:
    """Return a number as ``parse_number``; a percentage, which would be a hundredth of what is typed, is refused.

    Raises:
        BadInputError: as ``parse_number``, or it is a percentage.
    """
    check_no_percentage(text)
    return parse_number(text)


def check_no_percentage(text: str, what: str = "figure of this field") -> None:
    """Refuse a percentage where an amount, a rate or a count stands; in arithmetic it is a factor."""
    if "%" in text and not text.lstrip(_SPACES).startswith("="):
        raise BadInputError(f"a percentage is no {what}")


def exact_number(text: str) -> Decimal:
    """Return the number that a cell's text means with all the decimals that it is written with.

    Raises:
        BadInputError: as ``parse_number``.
    """
    plain = text.translate(_ALIKE).strip(_SPACES + "\r\n")
    if not plain:
        raise BadInputError("Type a number.")
    if len(plain) > LONGEST:
        raise BadInputError(f"This is longer than {LONGEST} characters; type a shorter number.")
    value = _calculate(plain[1:]) if plain.startswith("=") else _read(plain)
    if value.copy_abs() > LARGEST:
        raise BadInputError(f"This is larger than the largest number kept, {LARGEST:,f}.")
    return value


def parse_percent(text: str) -> Decimal:
    """Return the percent that a cell's text means, as it is kept: ``3`` and ``3%`` are both 3.

    Raises:
        BadInputError: as ``parse_number``.
    """
    return kept(exact_percent(text))


def exact_percent(text: str) -> Decimal:
    """Return the percent that a cell's text means with all the decimals that it is written with.

    Raises:
        BadInputError: as ``parse_number``.
    """
    value = exact_number(text)
    return _CONTEXT.divide(value, PERCENT) if "%" in text else value


def _read(plain: str) -> Decimal:
    body, negative = _CURRENCY.sub(r"\g<before>\g<after>", plain, count=1), False
    if body.startswith("(") and body.endswith(")"):
        body, negative = body[1:-1].strip(_SPACES), True
    found = _PLAIN.fullmatch(body)
    if found is None or (negative and found["sign"]):
        raise BadInputError(_reason(plain))
    value = _number(found)
    return value.copy_negate() if negative or found["sign"] == "-" else value


def _number(found: re.Match[str]) -> Decimal:
    digits = re.sub(f"[,'{_SPACES}]", "", found["number"])
    value = _CONTEXT.multiply(Decimal(digits), Decimal(SUFFIXES[found["suffix"].lower()]))
    return _CONTEXT.multiply(value, PERCENT) if found["percent"] else value


def _reason(plain: str) -> str:
    shown = plain if len(plain) <= DEEPEST else plain[:DEEPEST] + "…"
    if re.fullmatch(r"[-+(]?[0-9]+(?:[.,][0-9]+)+\)?", plain):
        return (
            f"“{shown}” can be read in two ways. Use a point for decimals and group thousands in"
            " threes, as in 1,234.56."
        )
    if re.search(r"[0-9][eE][-+]?[0-9]", plain):
        return f"“{shown}”: write the number out, without an exponent."
    return f"“{shown}” is not a number. Try 1200, 1.2m, 45k, (300), 3% or =1200*1.03."


def _calculate(formula: str) -> Decimal:
    value = read_expression(formula).value(_no_name)
    if abs(value) > LARGEST:
        return LARGEST + 1  # refused by the caller, however large
    return kept(value)


def _no_name(name: str) -> Fraction:
    raise AssertionError(name)  # pragma: no cover - a cell's arithmetic is read without names
