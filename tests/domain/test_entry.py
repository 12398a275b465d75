from contextlib import suppress
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.entry import parse_number, parse_percent
from dyad_desktop.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", "1200"),
        (" 1,200 ", "1200"),
        ("1,234,567.89", "1234567.89"),
        ("1'200", "1200"),
        ("1’200", "1200"),
        ("1 200 000.5", "1200000.5"),
        ("1\u00a0200", "1200"),
        ("1\u2009200", "1200"),
        ("1\u202f200\u202f000", "1200000"),
        ("1.2m", "1200000"),
        ("1.2M", "1200000"),
        ("45k", "45000"),
        ("45 k", "45000"),
        ("(300)", "-300"),
        ("(1,300.50)", "-1300.5"),
        ("-300", "-300"),
        ("−300", "-300"),
        ("+300", "300"),
        ("3%", "0.03"),
        ("3.25 %", "0.0325"),
        ("(3%)", "-0.03"),
        ("$1,200", "1200"),
        ("-$1,200", "-1200"),
        ("($1,200)", "-1200"),
        ("€ 5", "5"),
        ("5 €", "5"),
        ("(5 €)", "-5"),
        ("(5) €", "-5"),
        ("$(5)", "-5"),
        ("$-5", "-5"),
        ("1.2m €", "1200000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("007", "7"),
        ("0.1234567890123", "0.123456789"),
        ("26.3666666666667", "26.366666667"),
        ("0.0000000005", "0.000000001"),
        ("-0.0000000005", "-0.000000001"),
        ("-0.0000000004", "0"),
        ("=1200*1.03", "1236"),
        ("=1,200 * 1.03", "1236"),
        ("= 0.1 + 0.2", "0.3"),
        ("=1/3", "0.333333333"),
        ("=-2/3", "-0.666666667"),
        ("=(1+2)*-3", "-9"),
        ("=--3", "3"),
        ("=10-4-3", "3"),
        ("=1.2m*3%", "36000"),
        ("=45k/12", "3750"),
        ("=6×7÷2−1", "20"),
        ("=" + "+".join(["1"] * 99), "99"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type a number"),
        ("  ", "Type a number"),
        ("1.234.567", "two ways"),
        ("1,23", "two ways"),
        ("1.234,56", "two ways"),
        ("1,2345", "two ways"),
        ("12,34,567", "two ways"),
        ("1 23", "not a number"),
        ("1,200 300", "not a number"),
        ("(-300)", "not a number"),
        ("(300", "not a number"),
        ("300-", "not a number"),
        ("nan", "not a number"),
        ("NaN", "not a number"),
        ("inf", "not a number"),
        ("-Infinity", "not a number"),
        ("1e5", "exponent"),
        ("1e999", "exponent"),
        ("0x10", "not a number"),
        ("1_000", "not a number"),
        ("١٢", "not a number"),
        ("12 apples", "not a number"),
        ("5kk", "not a number"),
        ("$", "not a number"),
        ("($)", "not a number"),
        ("12$34", "not a number"),
        ("1 $200", "not a number"),
        ("5$k", "not a number"),
        ("$5$", "not a number"),
        ("9" * 20, "larger than the largest"),
        ("9" * 201, "longer than 200"),
        ("99999999999m", "larger than the largest"),
        ("=", "not complete"),
        ("=1+", "not complete"),
        ("=(1+2", "not complete"),
        ("=1 2", "not complete"),
        ("=1.2.3+1", "not complete"),
        ("=1+2.5.3", "not complete"),
        ("=1,2345", "not complete"),
        ("=()", "Only"),
        ("=1,23", "can't stand"),
        ("=a+1", "can't stand"),
        ("=1e5", "can't stand"),
        ("=__import__('os')", "can't stand"),
        ("=1_0", "can't stand"),
        ("=2**3", "Powers"),
        ("=7//2", "Powers"),
        ("=7%%", "can't stand"),
        ("=1/0", "divides by zero"),
        ("=1/(2-2)", "divides by zero"),
        ("=" + "9" * 150, "larger than the largest"),
        ("=" + "(" * 21 + "1" + ")" * 21, "parentheses"),
        ("=" + "-" * 30 + "1", "nested"),
    ],
)
def test_what_can_t_be_read_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words) as refused:
        parse_number(text)
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", "3"),
        ("3%", "3"),
        ("(3%)", "-3"),
        ("=1.5*2", "3"),
        ("=1%+2%", "3"),
        ("-1.25 %", "-1.25"),
        ("26.3666666666667 %", "26.366666667"),
    ],
)
def test_a_percent_means_itself_with_or_without_its_sign(text: str, value: str) -> None:
    assert parse_percent(text) == Decimal(value)


NUMBERS = st.decimals(-(10**9), 10**9, places=4)


@given(NUMBERS)
def test_a_shown_number_is_read_back(number: Decimal) -> None:
    assert parse_number(f"{number:,f}") == number
    assert parse_number(f"{abs(number):f}k") == abs(number) * 1000
    if number:
        assert parse_number(f"({abs(number):,f})") == -abs(number)


@given(NUMBERS, NUMBERS, st.sampled_from("+-*"))
def test_arithmetic_is_exact_whatever_the_surrounding_precision(
    left: Decimal, right: Decimal, operator: str
) -> None:
    exact = {"+": left + right, "-": left - right, "*": left * right}[operator]
    if abs(exact) <= 10**13:
        with localcontext(prec=3):
            found = parse_number(f"={left:f}{operator}({right:f})")
        assert found == exact


FORMULAS = st.text(alphabet="0123456789.,+-*/()%km '=", max_size=60)


@given(st.text(max_size=220) | FORMULAS)
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    for start in ("", "="):
        with suppress(BadInputError):
            assert parse_number(start + text).is_finite()
