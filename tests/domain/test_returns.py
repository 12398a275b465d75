import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.returns import (
    cash_flow,
    cumulative_cash_flow,
    irr,
    npv,
    payback_years,
    request_npv,
)

ORACLE = Path(__file__).parents[1] / "oracles" / "finance_open.json"
CASES: list[dict[str, Any]] = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]


def cases(kind: str) -> list[dict[str, Any]]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def a_request(**fields: int) -> CapitalRequest:
    return CapitalRequest(id="C1", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", cases("npv"), ids=lambda case: case["id"])
def test_present_values_agree_with_published_cases(case: dict[str, Any]) -> None:
    found = npv(Decimal(str(case["rate"])), case["flows"])
    assert float(found) == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize("case", cases("irr"), ids=lambda case: case["id"])
def test_rates_of_return_agree_with_published_cases(case: dict[str, Any]) -> None:
    found = irr(case["flows"])
    assert (found is None) == (case["expected"] == [])
    if found is not None:
        assert float(found) == pytest.approx(case["expected"][0], abs=case["tolerance"])


@pytest.mark.parametrize("flows", [[], [0, 0], [5], [-1, 2, -3], [-1, 10**9]])
def test_no_single_rate_is_no_rate(flows: list[int]) -> None:
    assert irr(flows) is None


@given(st.integers(1, 10**9), st.integers(1, 10**8), st.integers(1, 40))
def test_at_its_rate_of_return_a_request_is_worth_nothing(cost: int, net: int, life: int) -> None:
    flows = [-cost, *[net] * life]
    rate = irr(flows)
    if rate is not None and abs(rate) < 10 and rate > Decimal("-0.5"):
        step = Decimal("0.000001")
        assert npv(rate - step, flows) >= 0 >= npv(rate + step, flows)


@given(st.integers(0, 10**12), st.integers(-(10**9), 10**11), st.integers(1, 100))
def test_undiscounted_value_is_the_sum_of_the_flow(cost: int, net: int, life: int) -> None:
    request = a_request(cost=cost, annual_benefit=net, useful_life_years=life)
    assert cumulative_cash_flow(request)[-1] == sum(cash_flow(request))
    assert request_npv(request, None, 0) == sum(cash_flow(request))


def test_a_value_is_rounded_half_away_to_whole_units() -> None:
    request = a_request(cost=50, annual_benefit=0, useful_life_years=1)
    assert request_npv(request, Decimal(7), 2) == -100
    assert request_npv(request, Decimal(7), 0) == -50


def test_the_money_comes_back_after_cost_over_net_benefit() -> None:
    request = a_request(cost=1000, annual_benefit=400, annual_operating_cost=100)
    assert payback_years(request) == Decimal("3.33")
    assert (
        payback_years(a_request(cost=1000, annual_benefit=100, annual_operating_cost=100)) is None
    )
    assert payback_years(a_request(cost=0, annual_benefit=1)) == 0


def test_cash_comes_back_year_by_year() -> None:
    request = a_request(
        cost=1000, annual_benefit=400, annual_operating_cost=100, useful_life_years=4
    )
    assert cash_flow(request) == (-1000, 300, 300, 300, 300)
    assert cumulative_cash_flow(request) == (-1000, -700, -400, -100, 200)
