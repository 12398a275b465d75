import json
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.money import (
    Number,
    allocate,
    check_currency,
    currency_exponent,
    format_amount,
    quotient,
    round_half_away,
    round_quotient,
    round_ratio,
    rounded,
    to_units,
)
from dyad_desktop.errors import BadInputError

ORACLE = Path(__file__).parents[1] / "oracles" / "finance_open.json"
CASES: list[dict[str, Any]] = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]


def cases(kind: str) -> list[dict[str, Any]]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


@pytest.mark.parametrize(
    ("currency", "exponent"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("kwd", 3), ("CLF", 4), ("", 2)]
)
def test_a_currency_has_its_iso_exponent(currency: str, exponent: int) -> None:
    assert currency_exponent(currency) == exponent


@pytest.mark.parametrize("case", cases("round_half_away"), ids=lambda case: case["id"])
def test_halves_go_away_from_zero_as_in_spreadsheets(case: dict[str, Any]) -> None:
    for value, expected in case["cases"]:
        assert round_half_away(value) == expected
        assert round_half_away(Decimal(str(value))) == expected
        assert round_quotient(*Decimal(str(value)).as_integer_ratio()) == expected


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**9))
def test_rounding_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    size = floor(abs(Fraction(numerator, denominator)) + Fraction(1, 2))
    assert round_quotient(numerator, denominator) == (size if numerator >= 0 else -size)
    assert round_quotient(-numerator, -denominator) == round_quotient(numerator, denominator)


def test_rounding_to_nothing_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        round_quotient(1, 0)


@given(st.integers(-(10**17), 10**17), st.integers(1, 10**17), st.integers(0, 2))
def test_a_quotient_rounds_as_the_exact_fraction(part: int, whole: int, places: int) -> None:
    assert rounded(quotient(part, whole), places) == round_ratio(part, whole, places)


@given(st.integers(-(10**9), 10**9), st.integers(1, 4))
def test_a_quotient_of_just_a_half_is_known_as_one(odd: int, places: int) -> None:
    tie, whole = 2 * odd + 1, 2 * 10**places
    assert quotient(tie, whole) == Fraction(tie, whole)
    assert rounded(quotient(tie, whole), places) == round_ratio(tie, whole, places)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("5.0525", 1, "5.1"), ("5.05", 1, "5.1"), ("-5.05", 1, "-5.1"), ("4.5451", 1, "4.5"), ("0.25", 1, "0.3"),
        ("-0.04", 1, "0.0"), ("2.5", 0, "3"), ("12", 2, "12.00"), ("1e17", 1, "100000000000000000.0"),
    ],
)  # fmt: skip
def test_a_figure_for_people_is_rounded_half_away(value: str, places: int, text: str) -> None:
    assert f"{rounded(Decimal(value), places):f}" == text
    assert f"{rounded(Fraction(value), places):f}" == text


@pytest.mark.parametrize("code", ["doll@r", "usd", "US", "USDX", "U1D", "", "ÜSD"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    assert check_currency("USD") == "USD"
    with pytest.raises(BadInputError, match="is not a currency such as USD"):
        check_currency(code)


def test_minor_units_are_whole_numbers_when_nothing_is_left() -> None:
    assert to_units(1200, 2) == 12
    assert isinstance(to_units(1200, 2), int)
    assert to_units(-1250, 2) == Decimal("-12.50")
    assert round_ratio(-2, 3, 2) == Decimal("-0.67")


@pytest.mark.parametrize(
    ("minor", "options", "text"),
    [
        (123456789, {}, "1,234,568"),
        (-123456789, {}, "(1,234,568)"),
        (-49, {}, "0"),
        (-49, {"places": 2}, "(0.49)"),
        (-49, {"places": 1}, "(0.5)"),
        (0, {"zero": "–"}, "–"),
        (361087680_00, {"unit": 1_000_000, "places": 1}, "361.1"),
        (-36_049_00, {"unit": 1000}, "(36)"),
        (150_00, {"symbol": "$"}, "$150"),
        (-150_50, {"symbol": "$", "places": 2}, "($150.50)"),
    ],
)
def test_amounts_are_grouped_and_negatives_stand_in_parentheses(
    minor: int, options: dict[str, Any], text: str
) -> None:
    assert format_amount(minor, 2, **options) == text


def test_a_currency_without_cents_shows_all_its_units() -> None:
    assert format_amount(1234567, 0) == "1,234,567"
    assert format_amount(1234567, 3, places=3) == "1,234.567"


@pytest.mark.parametrize("case", cases("allocate"), ids=lambda case: case["id"])
def test_splits_agree_with_published_cases(case: dict[str, Any]) -> None:
    assert allocate(case["total"], case["weights"]) == case["expected"]


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=24).filter(any),
)
def test_a_split_is_exact_and_fair(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert parts == [-part for part in allocate(-total, weights)]
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_a_split_by_nothing_is_refused(weights: list[int]) -> None:
    with pytest.raises(BadInputError):
        allocate(100, weights)


def test_weights_may_be_any_numbers_of_one_proportion() -> None:
    kinds: tuple[list[Number], ...] = (
        [1, 2], [0.1, 0.2], [Decimal("1.5"), 3], [Fraction(1, 3), Fraction(2, 3)],
    )  # fmt: skip
    for weights in kinds:
        assert allocate(100, weights) == [33, 67]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_figure_is_refused(bad: float | Decimal) -> None:
    with pytest.raises(BadInputError, match="no figure"):
        round_half_away(bad)
    with pytest.raises(BadInputError):
        allocate(100, [1, bad])
