"""Arithmetic that people type: exact, with names, and a sentence for what it isn't."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.expression import read_expression
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


@given(st.text(alphabet="L0a b[]+-*/().,%km'=é", max_size=40))
def test_any_text_is_a_value_or_a_sentence(text: str) -> None:
    with suppress(BadInputError):
        read_expression(text, names=True).value(lambda _name: Fraction(3))
