from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.yearly import benefits, operating_costs, series


@pytest.mark.parametrize(
    ("growth", "own", "expected"),
    [
        (None, {}, (100, 100, 100)),
        ("10", {}, (100, 110, 121)),
        ("2.5", {}, (100, 103, 105)),  # 102.5 and 105.0625
        ("-100", {}, (100, 0, 0)),
        (None, {"2": 7}, (100, 7, 100)),
        ("10", {"1": 50, "2": None}, (50, 110, 121)),
        (None, {"9": 7, "x": 8}, (100, 100, 100)),
    ],
)
def test_a_year_of_its_own_counts_instead_of_the_growing_amount(
    growth: str | None, own: dict[str, int | None], expected: tuple[int, ...]
) -> None:
    assert series(100, None if growth is None else Decimal(growth), own, 3) == expected


@given(st.integers(-(10**12), 10**12), st.integers(1, 30))
def test_without_growth_every_year_is_the_first(first: int, years: int) -> None:
    assert series(first, Decimal(0), {}, years) == (first,) * years


def test_a_request_has_both_over_its_life() -> None:
    request = CapitalRequest(
        id="C1",
        useful_life_years=2,
        annual_benefit=200,
        benefit_growth_pct=Decimal(50),
        annual_operating_cost=10,
        cost_by_year={"2": 30},
    )
    assert benefits(request) == (200, 300)
    assert operating_costs(request) == (10, 30)
