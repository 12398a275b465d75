"""Arithmetic that people type: exact, with names, and a sentence for what it isn't."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.expression import read_expression, row_of
from dyad_desktop.errors import BadInputError

WORTH = {"L04": Fraction(7), "a b": Fraction(1, 3), "x.y:z_1": Fraction(-2)}


def value(text: str) -> Fraction:
    return read_expression(text, names=True).value(lambda name: WORTH[name])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("L04*62%", Fraction(434, 100)),
        ("[a b]*3", Fraction(1)),
        ("-(L04 - 2k)/x.y:z_1", Fraction(-1993, 2)),
        ("1.5m+[ L04 ]", Fraction(1_500_007)),
        ("L04-x.y:z_1", Fraction(9)),
        ("2*-3", Fraction(-6)),
    ],
)
def test_numbers_names_and_signs(text: str, result: Fraction) -> None:
    assert value(text) == result


def test_names_are_told_once_in_their_order() -> None:
    assert read_expression("b+a*b+[c d]", names=True).names == ("b", "a", "c d")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("L04 L04", "not complete"),
        ("[a b", "must be closed"),
        ("L04 ** 2", "not complete|Powers"),
        ("L04 % 2", "can't stand"),
        ("L04/0", "zero"),
        ("L04;1", "can't stand"),
        ("", "not complete"),
        ("é́+", "can't stand|not complete"),
    ],
)
def test_what_isn_t_arithmetic_is_said(text: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        value(text)


@pytest.mark.parametrize("text", ["L19/0", "1/0", "L19/(3-3)", "L19/(2*-0%)", "L19**2", "2**3"])
def test_what_is_worth_nothing_whatever_its_names_are_worth_is_refused_as_it_is_read(
    text: str,
) -> None:
    with pytest.raises(BadInputError, match=r"zero|Powers|not complete"):
        read_expression(text, names=True)


def test_a_division_by_what_a_name_is_worth_is_read() -> None:
    assert read_expression("L04/(x.y:z_1+2-2)", names=True).names == ("L04", "x.y:z_1")


def test_names_stand_only_where_they_may() -> None:
    with pytest.raises(BadInputError, match="use numbers, "):
        read_expression("L04*2")


AMOUNTS = st.lists(st.fractions(-50, 50, max_denominator=12), min_size=3, max_size=3)


def _joined(parts: tuple[tuple[str, str], str, tuple[str, str]]) -> tuple[str, str]:
    left, sign, right = parts
    return f"({left[0]}{sign}{right[0]})", f"({left[1]}{sign}{right[1]})"


LEAVES = {
    "x": "x",
    "y": "y",
    "2": "Fraction(2)",
    "0.62": "Fraction('0.62')",
    "3%": "Fraction(3, 100)",
}
PAIRS = st.recursive(
    st.sampled_from(list(LEAVES.items())),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(_joined)
        | inner.map(lambda one: (f"-{one[0]}", f"-{one[1]}"))
    ),
    max_leaves=8,
)
"""Arithmetic as people type it, and as Python has it."""


def by_python(code: str, **names: Fraction) -> Fraction | None:
    """Return what Python makes of it; ``None`` where it divides by zero."""
    try:
        return eval(code, {"Fraction": Fraction, **names})  # type: ignore[no-any-return]  # noqa: S307
    except ZeroDivisionError:
        return None


@given(PAIRS, AMOUNTS, AMOUNTS)
def test_a_row_is_worth_what_python_makes_of_each_of_its_places(
    pair: tuple[str, str], x: list[Fraction], y: list[Fraction]
) -> None:
    text, code = pair
    known = [by_python(code, x=one, y=other) for one, other in zip(x, y, strict=True)]
    rows = {"x": row_of(x), "y": row_of(y)}
    if None in known:
        with pytest.raises(BadInputError, match="zero") as refused:
            read_expression(text, names=True).row(rows.__getitem__, len(x))
        # As it is read where it always does; else at a place where Python does too.
        assert known[getattr(refused.value, "at", 0)] is None
    else:
        found = read_expression(text, names=True).row(rows.__getitem__, len(x))
        assert [Fraction(*one) for one in zip(*found, strict=True)] == known


@given(st.text(alphabet="L0a b[]+-*/().,%km'=é", max_size=40))
def test_any_text_is_a_value_or_a_sentence(text: str) -> None:
    with suppress(BadInputError):
        read_expression(text, names=True).value(lambda _name: Fraction(3))
