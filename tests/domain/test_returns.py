import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.cash import cash_flow, cumulative_cash_flow
from dyad_desktop.domain.cash import flows as flows_of
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.returns import (
    behind_again,
    discounted_payback,
    discounted_payback_years,
    irr,
    mirr,
    npv,
    payback,
    payback_years,
    profitability_index,
    request_npv,
)
from dyad_desktop.errors import BadInputError

ORACLE = Path(__file__).parents[1] / "oracles" / "finance_open.json"
CASES: list[dict[str, Any]] = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]


def cases(kind: str) -> list[dict[str, Any]]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def a_request(**fields: int) -> CapitalRequest:
    return CapitalRequest(id="C1", **fields)  # type: ignore[arg-type]


def two_places(years: Decimal | None) -> Decimal | None:
    return None if years is None else rounded(years, 2)


@pytest.mark.parametrize("case", cases("npv"), ids=lambda case: case["id"])
def test_present_values_agree_with_published_cases(case: dict[str, Any]) -> None:
    found = npv(Decimal(str(case["rate"])), case["flows"])
    assert float(found) == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize("case", cases("irr"), ids=lambda case: case["id"])
def test_rates_of_return_agree_with_published_cases(case: dict[str, Any]) -> None:
    found = [float(rate) for rate in irr(case["flows"])]
    assert found == pytest.approx(case["expected"], abs=case.get("tolerance", 0))


@pytest.mark.parametrize(
    ("flows", "rates"),
    [
        ([], []),
        ([0, 0], []),
        ([5], []),
        ([-1, 2, -3], []),
        ([-1, 2, -1], [0]),
        ([-1, 10**9], [10**9 - 1]),
        ([-1000, 5000, -6000], [1, 2]),
        ([0, -100, 110, 0], ["0.1"]),
        ([-1000, 3600, -4310, 1716], ["0.1", "0.2", "0.3"]),
    ],
)
def test_every_rate_is_found_and_none_made_up(flows: list[int], rates: list[str]) -> None:
    assert irr(flows) == [Decimal(rate) for rate in rates]


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6), st.integers(1, 10**6))
def test_flows_made_from_rates_give_the_rates_back(percents: list[int], scale: int) -> None:
    growths = [Fraction(percent, 1000) for percent in percents]
    flows = [Fraction(scale)]
    for growth in growths:  # times (x − growth)
        nothing = Fraction(0)
        flows = [a - growth * b for a, b in zip([*flows, nothing], [nothing, *flows], strict=True)]
    whole = [int(flow * 1000 ** len(growths)) for flow in flows]
    expected = sorted({Decimal(percent) / 1000 - 1 for percent in percents})
    assert irr(whole) == expected


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=12))
def test_there_are_no_more_rates_than_changes_of_sign(flows: list[int]) -> None:
    signs = [flow > 0 for flow in flows if flow]
    changes = sum(now != then for now, then in pairwise(signs))
    rates = irr(flows)
    assert len(rates) <= changes
    assert len(rates) > 0 or changes % 2 == 0
    assert rates == sorted(rates)


@pytest.mark.parametrize("case", cases("mirr"), ids=lambda case: case["id"])
def test_modified_rates_agree_with_published_cases(case: dict[str, Any]) -> None:
    found = mirr(
        case["flows"], Decimal(str(case["finance_rate"])), Decimal(str(case["reinvest_rate"]))
    )
    assert float(found or 0) == pytest.approx(case["expected"], abs=case["tolerance"])


def test_a_modified_rate_needs_money_both_ways() -> None:
    for flows in ([], [-1], [1, 2], [-1, -2], [0, 0]):
        assert mirr(flows, Decimal(0), Decimal(0)) is None


@pytest.mark.parametrize(
    ("flows", "rate", "years"),
    [
        ([-100, 50, 50], "0", "2.00"),
        ([-100, 50, 25, 100], "0", "2.25"),
        ([-100, 60, 60, 60], "0.1", "1.92"),
        ([-100, 110], "0.1", "1.00"),
        ([-1, 0, 0], "0", None),
        ([-100, 50, 50], "0.1", None),
        ([5, 1], "0", "0.00"),
        ([0, -100, 50, 60], "0", "2.83"),
        ([10, -100, 1], "0", None),
        ([], "0", None),
        ([-100, -50, 300], "0", "1.50"),
    ],
)
def test_money_has_come_back_within_a_year(flows: list[int], rate: str, years: str | None) -> None:
    expected = None if years is None else Decimal(years)
    assert two_places(discounted_payback(Decimal(rate), flows)) == expected
    if rate == "0":
        assert two_places(payback(flows)) == expected


def test_a_payback_is_not_rounded_before_it_is_shown() -> None:
    found = payback([-34496, *[10000] * 4])
    assert found == Decimal("3.4496")
    assert rounded(found, 1) == Decimal("3.4")
    assert payback_years(a_request(cost=34496, annual_benefit=10000)) == found


def test_the_profitability_index_is_worth_over_outlay() -> None:
    assert profitability_index(Decimal("0.1"), [-100, 110, 121], [100]) == 2
    assert profitability_index(Decimal("0.1"), [0, 110], [0]) is None
    assert profitability_index(Decimal("0.1"), [], []) is None


def test_a_later_payment_is_an_outlay_too_and_no_smaller_worth() -> None:
    # 100 now and 110 in a year are worth 200 today; 242 in two years are worth 200.
    assert profitability_index(Decimal("0.1"), [-100, -110, 242], [100, 110]) == 1
    # What comes in the year of a payment doesn't make that smaller.
    assert profitability_index(Decimal("0.1"), [-100, 0, 242], [100, 110]) == Decimal("1.50")


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 12))
def test_the_index_is_one_more_than_value_over_outlay(
    now: int, later: int, net: int, life: int
) -> None:
    rate, phasing = Decimal("0.07"), {"2026-07": now, "2028-07": later}
    request = replace(
        a_request(cost=now + later, annual_benefit=net, useful_life_years=life), phasing=phasing
    )
    found = flows_of(request)
    outlay = now + later / Fraction(rate + 1) ** 2
    exact = 1 + npv(rate, found.by_year) / outlay
    assert profitability_index(rate, found.by_year, found.paid) == rounded(exact, 2)


@pytest.mark.parametrize("rate", ["-1", "-1.5", "NaN", "Infinity"])
def test_a_rate_of_minus_one_hundred_percent_is_one_sentence(rate: str) -> None:
    for function in (npv, discounted_payback):
        with pytest.raises(BadInputError, match="above −100 %"):
            function(Decimal(rate), [-1, 1])
    with pytest.raises(BadInputError, match="above −100 %"):
        profitability_index(Decimal(rate), [-1, 1], [1])


@given(st.integers(1, 10**9), st.integers(1, 10**8), st.integers(1, 40))
def test_at_its_rate_of_return_a_request_is_worth_nothing(cost: int, net: int, life: int) -> None:
    flows = [-cost, *[net] * life]
    for rate in irr(flows):
        if rate < -0.5 or rate > 10:
            continue
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
    assert two_places(payback_years(request)) == Decimal("3.33")
    assert (
        payback_years(a_request(cost=1000, annual_benefit=100, annual_operating_cost=100)) is None
    )
    assert payback_years(a_request(cost=0, annual_benefit=1)) == 0


@pytest.mark.parametrize(
    ("changed", "simple", "discounted"),
    [
        # 200 a year come back evenly; what is missing after four years comes with the sale, at the end
        ({"salvage": 500}, "4.00", "4.00"),
        ({"salvage": 150}, None, None),
        ({"salvage": 200}, "4.00", None),
        # paid back before the sale
        ({"salvage": 500, "annual_benefit": 400}, "2.50", "2.69"),
        # in the year of the sale, but before it
        ({"salvage": 1, "annual_benefit": 290}, "3.45", "3.79"),
        ({"salvage": 900, "useful_life_years": 1}, "1.00", "1.00"),
        # sold for what is left in the books, so that only the yearly gain is taxed: 175 a year remain
        ({"salvage": 400, "tax_rate_pct": Decimal(50)}, "4.00", None),
    ],
)
def test_salvage_comes_back_when_the_life_ends(
    changed: dict[str, Any], simple: str | None, discounted: str | None
) -> None:
    plain = a_request(cost=1000, annual_benefit=200, useful_life_years=4)
    request = replace(plain, **changed)
    rate = Decimal("0.04")
    found = payback_years(request), discounted_payback_years(request, rate)
    assert tuple(map(two_places, found)) == tuple(
        None if one is None else Decimal(one) for one in (simple, discounted)
    )


@given(
    st.integers(1, 10**6), st.integers(0, 10**5), st.integers(1, 12), st.integers(0, 10**6),
    st.integers(0, 10).map(lambda n: Decimal(n) / 20),
)  # fmt: skip
def test_no_payback_lies_before_what_it_counts(
    cost: int, net: int, life: int, salvage: int, rate: Decimal
) -> None:
    request = a_request(
        cost=cost, annual_benefit=net, useful_life_years=life, salvage=min(salvage, cost)
    )
    found = discounted_payback_years(request, rate)
    alone = discounted_payback(rate, [-cost, *[net] * life])
    worth = npv(rate, cash_flow(request))
    assert (found is None) == (worth < 0)
    if found is not None:
        assert found == (life if alone is None else alone)


def test_cash_comes_back_year_by_year() -> None:
    request = a_request(
        cost=1000, annual_benefit=400, annual_operating_cost=100, useful_life_years=4
    )
    assert cash_flow(request) == (-1000, 300, 300, 300, 300)
    assert cumulative_cash_flow(request) == (-1000, -700, -400, -100, 200)


@pytest.mark.parametrize(
    ("rate", "flows", "year"),
    [
        ("0", [-1000, 2300, -1320], 2),
        # At 10 % the present values sum to nothing: it falls to even, not behind.
        ("0.1", [-1000, 2300, -1320], None),
        ("0.05", [-1000, 2300, -1320], 2),
        ("0", [-1000, 600, 600], None),
        ("0", [-1000, 1500, -200], None),
        ("0", [-1000, 400], None),
        ("0", [100, -50, 20], None),
        ("0", [-10, 20, -5, -6, 30], 3),
        ("0", [], None),
    ],
)
def test_a_payback_that_is_undone_is_known(rate: str, flows: list[int], year: int | None) -> None:
    assert behind_again(Decimal(rate), flows) == year


@given(st.lists(st.integers(-1000, 1000), max_size=8))
def test_a_payback_is_undone_when_the_sum_falls_below_nothing_after_it(flows: list[int]) -> None:
    sums = [sum(flows[: n + 1]) for n in range(len(flows))]
    undone = [n for n in range(1, len(sums)) if sums[n] < 0 <= sums[n - 1] and min(sums[:n]) < 0]
    assert behind_again(Decimal(0), flows) == (undone[0] if undone else None)
