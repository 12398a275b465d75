"""What people type into a number cell: ``1.2m``, ``(300)``, ``3%``, ``=1200*1.03``."""

import ast
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from dyad_desktop.errors import BadInputError

LONGEST = 200
DEEPEST = 20
LARGEST = Decimal(10) ** 13
"""The largest amount in whole units that is kept, as for money."""
PLACES = Decimal("1e-9")
PERCENT = Decimal("0.01")
SUFFIXES = {"": Decimal(1), "k": Decimal(1000), "m": Decimal(1_000_000)}

_CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP)
_SPACES = " \u00a0\u2009\u202f"
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_PLAIN = re.compile(
    rf"(?P<sign>[-+]?)(?P<number>{_DIGITS}|[0-9]{{1,3}}(?:(?P<gap>['{_SPACES}])[0-9]{{3}})"
    rf"(?:(?P=gap)[0-9]{{3}})*(?:\.[0-9]*)?)[{_SPACES}]*(?P<suffix>[km]?)[{_SPACES}]*(?P<percent>%?)",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    rf"(?P<number>{_DIGITS})(?P<suffix>[km]?)(?P<percent>%?)|[-+*/() ]", re.IGNORECASE
)
_ALIKE = str.maketrans({"−": "-", "’": "'", "×": "*", "÷": "/", "\t": " "})
_CURRENCY = re.compile(rf"^(?P<before>[-+(]?)[$€£¥][{_SPACES}]*|[{_SPACES}]*[$€£¥](?P<after>\)?)$")
"""A currency sign stands before the number or behind it, inside parentheses or out; never within."""


def parse_number(text: str) -> Decimal:
    """Return the number that a cell's text means; ``3%`` is 0.03.

    Thousands may be grouped by commas, apostrophes or spaces, always in threes; the decimal mark is
    a point. Text from ``=`` on is arithmetic with ``+ - * /`` and parentheses, rounded to 9 places.

    Raises:
        BadInputError: a sentence that says why the text can't be read as one number.
    """
    plain = text.translate(_ALIKE).strip(_SPACES + "\r\n")
    if not plain:
        raise BadInputError("Type a number.")
    if len(plain) > LONGEST:
        raise BadInputError(f"This is longer than {LONGEST} characters; type a shorter number.")
    value = _calculate(plain[1:]) if plain.startswith("=") else _read(plain)
    if value.copy_abs() > LARGEST:
        raise BadInputError(f"This is larger than the largest number kept, {LARGEST:,f}.")
    return Decimal(format(value.normalize(_CONTEXT), "f")) if value else Decimal(0)


def parse_percent(text: str) -> Decimal:
    """Return the percent that a cell's text means: ``3`` and ``3%`` are both 3.

    Raises:
        BadInputError: as ``parse_number``.
    """
    value = parse_number(text)
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
    value = _CONTEXT.multiply(Decimal(digits), SUFFIXES[found["suffix"].lower()])
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
    numbers: list[Decimal] = []
    parts: list[str] = []
    place = 0
    while place < len(formula):
        found = _TOKEN.match(formula, place)
        if found is None:
            raise BadInputError(
                f"“{formula[place]}” can't stand in a calculation; use numbers, + - * / and"
                " parentheses."
            )
        if found["number"] is None:
            parts.append(found.group())
        else:
            # Numbers go to the parser as places in a list: it would read them as floats.
            parts.append(f" {len(numbers)} ")
            numbers.append(_number(found))
        place = found.end()
    value = _evaluate(_parse("".join(parts).strip()), numbers, 0)
    return value.quantize(PLACES, context=_CONTEXT) if value.copy_abs() <= LARGEST else value


def _parse(formula: str) -> ast.expr:
    if formula.count("(") > DEEPEST:
        raise BadInputError(f"This calculation has more than {DEEPEST} parentheses.")
    try:
        return ast.parse(formula, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError):
        raise BadInputError("This calculation is not complete; write it like =1200*1.03.") from None


def _evaluate(node: ast.expr, numbers: list[Decimal], depth: int) -> Decimal:
    if depth > DEEPEST:
        raise BadInputError(f"This calculation is nested more than {DEEPEST} deep.")
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return numbers[node.value]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _evaluate(node.operand, numbers, depth + 1)
        return value.copy_negate() if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        # A long sum leans to the left; only what leans to the right is nested.
        left = _evaluate(node.left, numbers, depth)
        return _operate(node.op, left, _evaluate(node.right, numbers, depth + 1))
    raise BadInputError("Only + - * / and parentheses can stand in a calculation.")


def _operate(operator: ast.operator, left: Decimal, right: Decimal) -> Decimal:
    if isinstance(operator, ast.Add):
        return _CONTEXT.add(left, right)
    if isinstance(operator, ast.Sub):
        return _CONTEXT.subtract(left, right)
    if isinstance(operator, ast.Mult):
        return _CONTEXT.multiply(left, right)
    if not isinstance(operator, ast.Div):
        raise BadInputError("Powers and remainders can't be calculated here; use + - * /.")
    if right == 0:
        raise BadInputError("This divides by zero.")
    return _CONTEXT.divide(left, right)
