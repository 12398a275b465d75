from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.asked import total_asked
from dyad_desktop.domain.capital import METHODS, CapitalRequest, CostLine
from dyad_desktop.domain.cash import (
    cash_flow,
    cumulative_cash_flow,
    flows,
    payments,
    payments_by_fiscal_year,
)
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.returns import payback_years, request_npv

PLAIN = CapitalRequest(
    id="C1", cost=1000, annual_benefit=500, annual_operating_cost=100, useful_life_years=3
)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (-1000, 400, 400, 400)),
        ({"contingency_pct": Decimal(10)}, (-1100, 400, 400, 400)),
        ({"salvage": 50}, (-1000, 400, 400, 450)),
        ({"benefit_growth_pct": Decimal(10)}, (-1000, 400, 450, 505)),
        ({"benefit_by_year": {"1": 100}}, (-1000, 0, 400, 400)),
        ({"phasing": {"2026-07": 5}}, (-1000, 400, 400, 400)),
        ({"phasing": {"2026-07": 1, "2027-07": 3}}, (-250, -350, 400, 400)),
        ({"phasing": {"2026-07": 1}, "in_service": "2027-06"}, (-1000, 400, 400, 400)),
        ({"phasing": {"2026-07": 1}, "in_service": "2028-07"}, (-1000, 0, 0, 400, 400, 400)),
        ({"phasing": {"2026-07": 1}, "in_service": "2020-01"}, (-1000, 400, 400, 400)),
        ({"phasing": {"2026-07": 0}}, (-1000, 400, 400, 400)),
        ({"tax_rate_pct": Decimal(0)}, (-1000, 400, 400, 400)),
        # a third of 1,000 is written off a year: 25 % of 66.67 is 16.67, a year
        ({"tax_rate_pct": Decimal(25)}, (-1000, 383, 383, 383)),
        # 25 % of 400 less 500, 333.33, 166.67
        (
            {"tax_rate_pct": Decimal(25), "depreciation_method": "sum_of_years"},
            (-1000, 425, 383, 342),
        ),
        # written off to 7.41 percent of the cost; 100 is 25.90 above it
        (
            {"tax_rate_pct": Decimal(25), "depreciation_method": "macrs", "salvage": 100},
            (-1000, 383, 411, 431),
        ),
    ],
)
def test_the_flows_of_a_request(changed: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert cash_flow(replace(PLAIN, **changed)) == expected


def test_what_is_paid_late_is_worth_less() -> None:
    late = replace(PLAIN, phasing={"2026-07": 1, "2027-07": 1})
    assert request_npv(late, Decimal(10), 0) > request_npv(PLAIN, Decimal(10), 0)
    assert payback_years(PLAIN) == Decimal("2.50")
    assert payback_years(replace(PLAIN, benefit_by_year={"1": 1100})) == Decimal("1.00")


amounts = st.integers(0, 10**13)
quarters = st.integers(0, 80).map(lambda n: add_months("2026-01", 3 * n))


@given(
    amounts, st.lists(amounts, max_size=4), st.none() | st.decimals(0, 100, places=2),
    st.dictionaries(quarters, amounts, max_size=12), st.integers(1, 12),
)  # fmt: skip
def test_parts_add_to_what_is_asked_for_any_phasing(
    cost: int, parts: list[int], percent: Decimal | None, phasing: dict[str, int], month: int
) -> None:
    request = CapitalRequest(id="C1", cost=cost, contingency_pct=percent, phasing=phasing)
    lines = [
        CostLine(id=f"L{n}", request="C1", name="part", amount=amount)
        for n, amount in enumerate(parts)
    ]
    asked = total_asked(request, lines)
    paid = payments(request, lines)
    assert sum(paid.values()) == (asked if any(phasing.values()) else 0)
    by_year = payments_by_fiscal_year(request, month, "2026-07", lines)
    assert sum(by_year.values()) == asked == sum(flows(request, lines).paid)


@given(
    amounts, st.integers(-(10**12), 10**12), st.integers(1, 40), st.sampled_from(METHODS),
    st.decimals(0, 100, places=2), amounts,
)  # fmt: skip
def test_tax_takes_its_part_of_all_that_is_gained(
    cost: int, benefit: int, life: int, method: str, tax: Decimal, salvage: int
) -> None:
    request = CapitalRequest(
        id="C1", cost=cost, annual_benefit=benefit, useful_life_years=life, salvage=salvage,
        depreciation_method=method, tax_rate_pct=tax,
    )  # fmt: skip
    gained = benefit * life + salvage - cost
    kept = cumulative_cash_flow(request)[-1]
    assert abs(kept - gained * (1 - tax / 100)) <= Decimal(life + 1)
