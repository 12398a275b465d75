import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.depreciation import (
    by_year,
    declining,
    double_declining,
    macrs_half_year,
    recovery_period,
    straight_line,
    sum_of_years,
)
from dyad_desktop.errors import BadInputError

ORACLE = Path(__file__).parents[1] / "oracles" / "finance_open.json"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]
}
costs = st.integers(0, 10**12)
lives = st.integers(1, 40)


def test_the_methods_agree_with_the_spreadsheets_functions() -> None:
    case = CASES["dep-1"]
    asset = case["cost"], case["salvage"], case["life_years"]
    assert list(straight_line(*asset)) == case["straight_line"]
    assert sum_of_years(*asset)[0] == case["sum_of_years_first"]
    assert double_declining(*asset)[0] == case["double_declining_1"]
    assert double_declining(*asset)[3] == case["double_declining_4"]
    assert double_declining(*asset)[4] == case["double_declining_5"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [  # DDB of a spreadsheet
        ((2400, 300, 10 * 365, 1), 1.32),
        ((2400, 300, 10 * 12, 1, 2), 40.00),
        ((2400, 300, 10, 1, 2), 480.00),
        ((2400, 300, 10, 2, Fraction(3, 2)), 306.00),
        ((2400, 300, 10, 10), 22.12),
        ((1000, 0, 1, 1, 2), 1000.00),
    ],
)
def test_one_period_agrees_with_a_spreadsheet(arguments: tuple[Any, ...], expected: float) -> None:
    assert float(declining(*arguments)) == pytest.approx(expected, abs=0.005)


def test_the_tax_table_is_the_published_one() -> None:
    assert [float(p) for p in macrs_half_year(5)] == CASES["macrs-1"]["expected_percent"]


@pytest.mark.parametrize("life", [3, 5, 7, 10, 15, 20])
def test_the_tax_table_takes_the_whole_cost(life: int) -> None:
    percents = macrs_half_year(life)
    assert sum(percents) == 100
    assert len(percents) == life + 1


@given(costs, st.integers(0, 100), lives, st.integers(1, 12))
def test_what_is_written_off_is_cost_less_salvage(
    cost: int, share: int, life: int, months: int
) -> None:
    salvage = cost * share // 100
    by_month = straight_line(cost, salvage, life, months)
    assert sum(by_month) == sum(sum_of_years(cost, salvage, life)) == cost - salvage
    assert by_month[0] * 12 == Fraction(cost - salvage, life) * months
    assert len(by_month) == life + (months < 12)
    fast = double_declining(cost, salvage, life)
    assert 0 <= sum(fast) <= cost - salvage
    assert list(fast) == sorted(fast, reverse=True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((100, 0, 0), "a life of 0"),
        ((100, 0, -5), "a life of -5"),
        ((100, 0, 1000), "a life of 1000"),
        ((100, 101, 5), "a salvage value of 101"),
        ((100, -1, 5), "a salvage value of -1"),
        ((-100, 0, 5), "a salvage value of 0"),
        ((100, 0, 5, 0), "0 months"),
        ((100, 0, 5, 13), "13 months"),
    ],
)
def test_what_can_not_be_is_one_sentence(arguments: tuple[int, ...], reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        straight_line(*arguments)


def test_other_bad_figures_are_refused_too() -> None:
    for arguments in [(100, 0, 5, 6), (100, 0, 5, 0), (100, 0, 5, 1, 0)]:
        with pytest.raises(BadInputError):
            declining(*arguments)
    with pytest.raises(BadInputError, match="3, 5, 7"):
        macrs_half_year(6)


@pytest.mark.parametrize(
    ("life", "period"),
    [
        (1, 3),
        (4, 3),
        (5, 5),
        (6, 5),
        (7, 7),
        (9, 5),
        (10, 10),
        (12, 7),
        (16, 10),
        (24, 15),
        (40, 20),
    ],
)
def test_a_life_that_the_tax_table_lacks_is_a_class_life(life: int, period: int) -> None:
    assert recovery_period(life) == period


@given(costs, st.fractions(0, 1), lives, st.sampled_from(["straight_line", "sum_of_years"]))
def test_every_method_takes_what_there_is_to_take(
    cost: int, kept: Fraction, life: int, method: str
) -> None:
    salvage = int(cost * kept)
    assert sum(by_year(method, cost, salvage, life)) == cost - salvage
    declined = by_year("double_declining", cost, salvage, life)
    assert sum(declined) == cost - salvage
    assert min(declined) >= 0
    assert sum(by_year("macrs", cost, salvage, life)) == cost


def test_the_declining_method_changes_to_the_straight_line_as_a_spreadsheets_does() -> None:
    # VDB(2400, 300, 10, n, n + 1) of a spreadsheet, factor 2
    expected = [
        480,
        384,
        307.2,
        245.76,
        196.608,
        157.2864,
        125.82912,
        100.66330,
        80.53064,
        22.12254,
    ]
    found = [float(year) for year in by_year("double_declining", 2400, 300, 10)]
    assert found == pytest.approx(expected, abs=1e-4)
    assert [float(y) for y in by_year("double_declining", 1000, 0, 4)] == [500, 250, 125, 125]
