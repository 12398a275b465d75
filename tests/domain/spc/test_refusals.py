"""What the engine is given: decimals work like floats; what is no number, or can't be, is refused in one sentence."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.spc import (
    c_chart,
    funnel,
    g_chart,
    p_chart,
    p_prime_chart,
    run_chart,
    t_chart,
    u_chart,
    u_prime_chart,
    xmr,
)

NAN, INFINITY = float("nan"), float("inf")
OF_VALUES = (xmr, c_chart, g_chart, t_chart, run_chart)
OF_PARTS = (p_chart, p_prime_chart, u_chart, u_prime_chart)
NO_NUMBERS = (NAN, INFINITY, -INFINITY, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"))


def refusal(call: Callable[[], object]) -> str:
    """Return the sentence with which a call is refused."""
    with pytest.raises(ValueError, match=r".") as found:
        call()
    said = str(found.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize("chart", OF_VALUES)
@pytest.mark.parametrize("value", NO_NUMBERS)
def test_a_value_is_a_finite_number(chart: Callable[[Any], object], value: object) -> None:
    said = refusal(lambda: chart([1, None, value, 2]))
    assert said == f"value 3 is {value}, not a number"


@pytest.mark.parametrize("chart", OF_PARTS)
@pytest.mark.parametrize("value", NO_NUMBERS)
def test_parts_are_finite_numbers(chart: Callable[..., object], value: object) -> None:
    assert refusal(lambda: chart([1, value], [10, 10])) == f"numerator 2 is {value}, not a number"
    assert refusal(lambda: chart([1, 2], [10, value])) == f"denominator 2 is {value}, not a number"


@pytest.mark.parametrize("chart", OF_PARTS)
def test_parts_come_in_pairs(chart: Callable[..., object]) -> None:
    said = refusal(lambda: chart([1, 2], [10]))
    assert said == "there are 2 numerators and 1 denominators: give one of each for every point"


@pytest.mark.parametrize("chart", OF_PARTS)
def test_an_event_without_any_size_is_refused_and_no_event_is_a_gap(
    chart: Callable[..., Any],
) -> None:
    assert "1 of 0" in refusal(lambda: chart([1, 2], [0, 10]))
    assert chart([0, 2], [0, 10]).values[0] is None


SETTINGS: list[dict[str, Any]] = [
    {"target": NAN},
    {"target": INFINITY},
    {"target": Decimal("NaN")},
    {"shift": NAN},
    {"baseline": NAN},
]


@pytest.mark.parametrize("wrong", SETTINGS)
@pytest.mark.parametrize("chart", [xmr, c_chart, g_chart, t_chart])
def test_a_setting_is_a_number(chart: Callable[..., object], wrong: dict[str, Any]) -> None:
    assert next(iter(wrong)) in refusal(lambda: chart([1, 2, 3], **wrong))


@pytest.mark.parametrize("constant", [NAN, INFINITY, -1, 0, Decimal("NaN")])
@pytest.mark.parametrize("chart", [xmr, t_chart])
def test_the_constant_is_a_number_above_nothing(
    chart: Callable[..., object], constant: float
) -> None:
    assert refusal(lambda: chart([1, 2, 3], constant=constant)) == "the constant is above 0"


@pytest.mark.parametrize("multiplier", [NAN, INFINITY, -1, 0])
@pytest.mark.parametrize("chart", OF_PARTS)
def test_the_multiplier_is_a_number_above_nothing(
    chart: Callable[..., object], multiplier: float
) -> None:
    said = refusal(lambda: chart([1, 2, 3], [9, 9, 9], multiplier=multiplier))
    assert said == "the multiplier is above 0"


@pytest.mark.parametrize("unit", [(NAN, 5.0), (1.0, NAN), (1.0, INFINITY), (INFINITY, 5.0)])
def test_a_unit_of_a_funnel_has_finite_numbers(unit: tuple[float, float]) -> None:
    assert refusal(lambda: funnel([("A", *unit)])).startswith("A: ")


def test_a_centre_of_runs_is_a_number() -> None:
    assert "centre" in refusal(lambda: run_chart([1.0, 2.0], centre=NAN))


def decimals(values: list[float | None]) -> list[Decimal | None]:
    return [None if value is None else Decimal(str(value)) for value in values]


@pytest.mark.parametrize("chart", [xmr, c_chart, g_chart, t_chart])
def test_decimals_are_charted_as_the_numbers_they_are(chart: Callable[..., Any]) -> None:
    values: list[float | None] = [0.1, 0.3, None, 0.2, 5, 0.7, 1.1, 0.9]
    plain = chart(values, target=0.3, direction="increase")
    assert chart(decimals(values), target=Decimal("0.3"), direction="increase") == plain


@pytest.mark.parametrize("chart", OF_PARTS)
def test_decimal_parts_are_charted_as_the_numbers_they_are(chart: Callable[..., Any]) -> None:
    parts: list[float | None] = [1, 2, None, 3]
    wholes: list[float | None] = [10, 20.5, 30, 40]
    plain = chart(parts, wholes, multiplier=100)
    assert chart(decimals(parts), decimals(wholes), multiplier=Decimal(100)) == plain


TOO_LARGE = (Decimal("1e400"), 1e308, -1e308, Decimal("-1e101"))


@pytest.mark.parametrize("chart", OF_VALUES)
@pytest.mark.parametrize("value", TOO_LARGE)
def test_a_number_beyond_what_can_be_reckoned_with_is_refused(
    chart: Callable[[Any], object], value: object
) -> None:
    assert refusal(lambda: chart([1, value, value])).endswith("larger than can be charted")


@pytest.mark.parametrize("chart", OF_VALUES)
def test_large_numbers_are_charted(chart: Callable[[Any], object]) -> None:
    assert chart([1, 1e99, 3e99, 1e100] * 20)
