from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.capital import METHODS, CapitalPolicy, CapitalRequest, CostLine
from dyad_desktop.domain.fiscal import add_months, months
from dyad_desktop.domain.postings import Posting, depreciation_by_month, postings

FY27 = months("2026-07")
POLICY = CapitalPolicy(id="capital_policy")
SCANNER = CapitalRequest(
    id="CR01",
    title="CT scanner",
    cost=1_200_000_00,
    useful_life_years=10,
    annual_benefit=240_000_00,
    annual_operating_cost=12_000_00,
    in_service="2026-10",
    posts_to=("working",),
)


def posted(
    *requests: CapitalRequest,
    lines: tuple[CostLine, ...] = (),
    policy: CapitalPolicy = POLICY,
    periods: tuple[str, ...] = FY27,
    unit: int = 100,
) -> dict[str, Posting]:
    found = postings(
        {one.id: one for one in requests}, {one.id: one for one in lines}, policy, "working",
        periods, unit,
    )  # fmt: skip
    return {one.id: one for one in found}


def test_a_request_posts_three_lines_that_say_where_they_come_from() -> None:
    found = posted(SCANNER)
    assert list(found) == ["CR01:depreciation", "CR01:benefit", "CR01:operating_cost"]
    assert found["CR01:depreciation"].name == "Depreciation of CT scanner (CR01)"
    assert found["CR01:depreciation"].months == (0, 0, 0, *[10_000_00] * 9)
    assert found["CR01:benefit"].months == (0, 0, 0, *[20_000_00] * 9)
    assert found["CR01:operating_cost"].total == 9 * 1000_00
    assert [one.kind for one in found.values()] == ["expense", "other_revenue", "expense"]


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({"posts_to": ()}, []),
        ({"posts_to": ("other",)}, []),
        ({"in_service": None}, []),
        ({"in_service": "9999-12"}, []),
        ({"status": "declined"}, []),
        ({"status": "deferred"}, []),
        ({"in_service": "2027-07"}, []),
        ({"in_service": "2010-01"}, []),
        ({"annual_benefit": 0}, ["CR01:depreciation", "CR01:operating_cost"]),
        ({"cost": 0}, ["CR01:benefit", "CR01:operating_cost"]),
        ({"salvage": 9_000_000_00}, ["CR01:benefit", "CR01:operating_cost"]),
    ],
)
def test_what_has_nothing_to_say_in_the_year_posts_no_line(
    changed: dict[str, Any], ids: list[str]
) -> None:
    assert list(posted(replace(SCANNER, **changed))) == ids


@pytest.mark.parametrize(
    ("policy", "first"),
    [
        ({}, 3),
        ({"depreciation": "straight_line, from the month after in_service"}, 4),
        ({"depreciation": "month after", "depreciation_from": "in_service"}, 3),
        ({"depreciation_from": "month_after"}, 4),
    ],
)
def test_the_policy_says_when_depreciation_begins(policy: dict[str, Any], first: int) -> None:
    found = posted(SCANNER, policy=replace(POLICY, **policy))
    amounts = found["CR01:depreciation"].months
    assert next(n for n, amount in enumerate(amounts) if amount) == first
    assert found["CR01:benefit"].months[3]


def test_lines_contingency_and_growth_change_what_is_posted() -> None:
    request = replace(
        SCANNER, contingency_pct=Decimal(10), in_service="2025-07", benefit_growth_pct=Decimal(5)
    )
    line = CostLine(id="L1", request="CR01", name="machine", amount=120_000_00)
    found = posted(request, lines=(line,))
    assert found["CR01:depreciation"].total == 13_200_00
    assert found["CR01:benefit"].total == 252_000_00


@pytest.mark.parametrize(
    ("method", "totals"),
    [  # 1,200 over 5 years from July: years of life are fiscal years
        ("straight_line", [240, 240, 240, 240, 240, 0]),
        ("sum_of_years", [400, 320, 240, 160, 80, 0]),
        ("double_declining", [480, 288, 173, 130, 129, 0]),  # 172.8, then 129.6 a year, straight
        ("macrs", [240, 384, 231, 138, 138, 69]),  # the dollar left over goes to 230.4
    ],
)
def test_each_method_takes_its_years_in_whole_units(method: str, totals: list[int]) -> None:
    request = replace(
        SCANNER,
        cost=1200_00,
        useful_life_years=5,
        depreciation_method=method,
        in_service="2026-07",
    )
    years = []
    for n in range(6):
        found = posted(request, periods=months(add_months("2026-07", 12 * n)))
        line = found.get("CR01:depreciation")
        years.append(line.total // 100 if line else 0)
    assert years == totals


def test_an_id_of_the_computers_is_left_out_of_the_name() -> None:
    request = replace(SCANNER, id="01998d2e-7a10-7000-8000-000000000000")
    assert next(iter(posted(request).values())).name == "Depreciation of CT scanner"


requests = st.builds(
    CapitalRequest,
    id=st.just("CR01"),
    title=st.just("CT scanner"),
    cost=st.integers(0, 10**13),
    salvage=st.none() | st.integers(0, 10**13),
    contingency_pct=st.none() | st.decimals(0, 100, places=2),
    useful_life_years=st.integers(1, 100),
    recovery_years=st.none() | st.integers(3, 20),
    depreciation_method=st.none() | st.sampled_from(METHODS),
    annual_benefit=st.integers(-(10**12), 10**12),
    annual_operating_cost=st.integers(-(10**12), 10**12),
    benefit_growth_pct=st.none() | st.decimals(-100, 20, places=2),
    in_service=st.integers(0, 600).map(lambda n: add_months("2000-01", n)),
    posts_to=st.just(("working",)),
)


@given(requests, st.integers(1, 12), st.sampled_from([1, 100, 1000]))
def test_months_add_to_the_whole_for_any_request(
    request: CapitalRequest, start_month: int, unit: int
) -> None:
    found = depreciation_by_month(request, (), POLICY, f"2026-{start_month:02}", unit)
    asked = request.cost + round_half(request.cost * (request.contingency_pct or Decimal(0)))
    kept = 0 if request.depreciation_method == "macrs" else min(request.salvage or 0, asked)
    assert abs(sum(found.values()) - (asked - kept)) * 2 <= unit
    assert all(amount >= 0 and amount % unit == 0 for amount in found.values())


def round_half(hundredfold: Decimal) -> int:
    return int((hundredfold / 100).quantize(Decimal(1), rounding="ROUND_HALF_UP"))


@given(requests, st.integers(1, 12))
def test_a_years_twelve_months_are_whole_units_and_the_same_each_time(
    request: CapitalRequest, start_month: int
) -> None:
    periods = months(f"2026-{start_month:02}")
    found = posted(request, periods=periods)
    assert found == posted(request, periods=periods)
    for line in found.values():
        assert len(line.months) == 12
        assert all(amount % 100 == 0 for amount in line.months)
