"""Arithmetic that people type: ``1200*1.03`` in a cell, ``L04*0.62`` as the formula of a line.

Exact throughout: numbers are fractions, nothing is rounded before the result. A formula is worth a row of them, one
a month, and is reckoned for all months at once in whole numbers: it is an inner loop of the budget.
"""

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import add, mul

from dyad_desktop.errors import BadInputError

DEEPEST = 20
Row = tuple[Sequence[int], Sequence[int]]
"""Numerators, and denominators that aren't zero, of as many fractions; they need not be in lowest terms."""
SUFFIXES = {"": 1, "k": 1000, "m": 1_000_000}
PERCENT = 100

_SIGNS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_ONLY = "Powers and remainders can't be calculated here; use + - * /."
_ZERO = "This divides by zero."
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_NUMBER = rf"(?P<number>{DIGITS})(?P<suffix>[km]?)(?P<percent>%?)"
_NAME = r"\[(?P<quoted>[^\[\]]*)\]|(?P<bare>[^\W\d][\w.:]*)"
_TOKEN = re.compile(rf"{_NUMBER}|{_NAME}|[-+*/() ]", re.IGNORECASE)


class ZeroDivisorError(BadInputError):
    """A division by what is worth zero; ``at`` is the place in the row, from 0."""

    def __init__(self, at: int) -> None:
        """Keep the place apart: only the caller knows which month it is."""
        super().__init__(_ZERO)
        self.at = at


@dataclass(frozen=True, slots=True)
class Expression:
    """Arithmetic that was read. ``names`` are what it refers to, each once, in the order of the text."""

    names: tuple[str, ...]
    _numbers: tuple[Fraction, ...] = field(repr=False)
    _parts: tuple[str | int, ...] = field(repr=False)
    """What stands at each place: a name, or which number."""
    _tree: ast.expr = field(repr=False, compare=False)

    def value(self, of: Callable[[str], Fraction]) -> Fraction:
        """Return the result, with what each name is worth.

        Raises:
            BadInputError: it divides by zero, or is nested too deeply; or what ``of`` raises.
        """
        numerators, denominators = self.row(lambda name: row_of([of(name)]), 1)
        return Fraction(numerators[0], denominators[0])

    def row(self, of: Callable[[str], Row], count: int) -> Row:
        """Return as many results, with the row of what each name is worth.

        Raises:
            ZeroDivisorError: one of them divides by zero.
            BadInputError: it is nested too deeply; or what ``of`` raises.
        """
        return self._evaluate(self._tree, of, count, 0)

    def check(self) -> None:
        """Refuse what can't be worth anything, whatever its names are worth.

        Raises:
            BadInputError: another sign than + - * /, or a division by a zero that stands there.
        """
        for node in ast.walk(self._tree):
            if isinstance(node, ast.BinOp) and not isinstance(node.op, _SIGNS):
                raise BadInputError(_ONLY)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                self._refuse_zero(node.right)

    def _refuse_zero(self, node: ast.expr) -> None:
        places = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
        named = any(
            isinstance(self._parts[place], str) for place in places if isinstance(place, int)
        )
        if not named and self._evaluate(node, _nameless, 1, 0)[0][0] == 0:
            raise BadInputError(_ZERO)

    def _evaluate(self, node: ast.expr, of: Callable[[str], Row], count: int, depth: int) -> Row:
        if depth > DEEPEST:
            raise BadInputError(f"This calculation is nested more than {DEEPEST} deep.")
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            part = self._parts[node.value]
            return of(part) if isinstance(part, str) else _same(self._numbers[part], count)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self._evaluate(node.operand, of, count, depth + 1)
            return _negative(value) if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp):
            # A long sum leans to the left; only what leans to the right is nested.
            left = self._evaluate(node.left, of, count, depth)
            return _operate(node.op, left, self._evaluate(node.right, of, count, depth + 1))
        raise BadInputError("Only + - * / and parentheses can stand in a calculation.")


def read_expression(text: str, *, names: bool = False) -> Expression:
    """Return what a text without its ``=`` calculates.

    Numbers may have ``k``, ``m`` and ``%`` behind them. With ``names`` it may refer to things: by an id of
    letters, digits and ``_ . :`` that begins with a letter, or by anything in square brackets.

    Raises:
        BadInputError: a sentence that says why it can't be read.
    """
    numbers: list[Fraction] = []
    parts: list[str | int] = []
    code: list[str] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or (found.group()[0] not in "-+*/() " and not _allowed(found, names)):
            raise BadInputError(_unexpected(text, place, names=names))
        part = _part(found, numbers)
        if part is None:
            code.append(found.group())
        else:
            # Everything goes to the parser as places in a list: it would read numbers as floats.
            code.append(f" {len(parts)} ")
            parts.append(part)
        place = found.end()
    called = dict.fromkeys(part for part in parts if isinstance(part, str))
    tree = _parse("".join(code).strip())
    made = Expression(tuple(called), tuple(numbers), tuple(parts), tree)
    made.check()
    return made


def _allowed(found: re.Match[str], names: bool) -> bool:  # noqa: FBT001 - passed on
    return found["number"] is not None or names


def _part(found: re.Match[str], numbers: list[Fraction]) -> str | int | None:
    """Return the name that a token is, or the place of its number; ``None`` of a sign."""
    if found["number"] is not None:
        numbers.append(read_number(found["number"], found["suffix"], found["percent"]))
        return len(numbers) - 1
    if found["quoted"] is not None:
        return found["quoted"].strip()
    return found["bare"]


def read_number(digits: str, suffix: str, percent: str) -> Fraction:
    """Return a number of its parts: ``1,200``, ``k`` or ``m``, ``%``."""
    value = Fraction(Decimal(digits.replace(",", ""))) * SUFFIXES[suffix.lower()]
    return value / PERCENT if percent else value


def _unexpected(text: str, place: int, *, names: bool) -> str:
    if text[place] == "[":
        return "A name in square brackets must be closed by “]”."
    may = "numbers, names of lines," if names else "numbers,"
    return f"“{text[place]}” can't stand in a calculation; use {may} + - * / and parentheses."


def _parse(code: str) -> ast.expr:
    if code.count("(") > DEEPEST:
        raise BadInputError(f"This calculation has more than {DEEPEST} parentheses.")
    try:
        return ast.parse(code, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError):
        raise BadInputError("This calculation is not complete; write it like =1200*1.03.") from None


def row_of(numbers: Sequence[Fraction]) -> Row:
    """Return fractions as a row."""
    return [one.numerator for one in numbers], [one.denominator for one in numbers]


def _same(number: Fraction, count: int) -> Row:
    return (number.numerator,) * count, (number.denominator,) * count


def _nameless(name: str) -> Row:
    raise AssertionError(name)  # pragma: no cover - asked only where no name stands


def _negative(row: Row) -> Row:
    return [-one for one in row[0]], row[1]


def _operate(operator: ast.operator, left: Row, right: Row) -> Row:
    if isinstance(operator, ast.Add):
        return _sum(left, right)
    if isinstance(operator, ast.Sub):
        return _sum(left, _negative(right))
    if isinstance(operator, ast.Mult):
        return list(map(mul, left[0], right[0])), list(map(mul, left[1], right[1]))
    if not isinstance(operator, ast.Div):
        raise BadInputError(_ONLY)
    if 0 in right[0]:
        raise ZeroDivisorError(right[0].index(0))
    return list(map(mul, left[0], right[1])), list(map(mul, left[1], right[0]))


def _sum(left: Row, right: Row) -> Row:
    (tops, parts), (others, wholes) = left, right
    if parts == wholes:
        return list(map(add, tops, others)), parts
    crossed = map(add, map(mul, tops, wholes), map(mul, others, parts))
    return list(crossed), list(map(mul, parts, wholes))
