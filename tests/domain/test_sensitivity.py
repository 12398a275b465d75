from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.returns import request_npv
from dyad_desktop.domain.sensitivity import sensitivity
from dyad_desktop.errors import BadInputError

PLAIN = CapitalRequest(
    id="C1", cost=1000, annual_benefit=500, annual_operating_cost=100, useful_life_years=5
)


def test_each_driver_moves_the_value_by_what_it_is_worth() -> None:
    found = sensitivity(PLAIN, Decimal(0), 0)
    assert found.benefit == ((-20, 500), (-10, 750), (0, 1000), (10, 1250), (20, 1500))
    assert found.cost == ((-20, 1200), (-10, 1100), (0, 1000), (10, 900), (20, 800))
    assert found.delay == ((0, 1000), (3, 1000), (6, 1000), (9, 1000), (12, 1000))
    assert found.benefit_to_zero_pct == Decimal("-40.0")


def test_a_year_late_is_one_year_more_of_discount() -> None:
    found = dict(sensitivity(PLAIN, Decimal(10), 0).delay)
    assert found[0] == 516  # −1,000 + 400 × 3.790787
    assert found[12] == 378  # −1,000 + 1,516.3147 / 1.1
    assert found[0] > found[3] > found[6] > found[9] > found[12]


def test_without_a_benefit_there_is_nothing_to_change() -> None:
    request = CapitalRequest(id="C1", cost=100, annual_operating_cost=5)
    assert sensitivity(request, None, 0).benefit_to_zero_pct is None


def test_a_rate_of_minus_a_hundred_percent_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInputError, match="above −100 % is possible"):
        sensitivity(PLAIN, Decimal(-100), 0)


@given(
    st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 40),
    st.decimals(-50, 100, places=2), st.none() | st.decimals(0, 60, places=1),
)  # fmt: skip
def test_what_is_not_changed_is_the_value_itself(
    cost: int, benefit: int, life: int, rate: Decimal, tax: Decimal | None
) -> None:
    request = CapitalRequest(
        id="C1", cost=cost, annual_benefit=benefit, useful_life_years=life, tax_rate_pct=tax
    )
    found = sensitivity(request, rate, 2)
    value = request_npv(request, rate, 2)
    assert dict(found.benefit)[0] == dict(found.cost)[0] == dict(found.delay)[0] == value
    assert [npv for _, npv in found.benefit] == sorted(npv for _, npv in found.benefit)
