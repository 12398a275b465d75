"""A full capital request in a workspace file: it loads, and a dump gives back the same data."""

from typing import Any

import pytest

from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.workspace_file import parse
from tests import fast_yaml
from tests.exchange.test_workspace_file import EXAMPLE, dumped

FULL: dict[str, Any] = {
    "asset_class": "imaging",
    "contingency_pct": 7.5,
    "funding_source": "philanthropy",
    "phasing": {"2026-10": 1000000, "2027-07": 500000.25},
    "salvage": 200000,
    "depreciation_method": "macrs",
    "recovery_years": 5,
    "benefit_by_year": {"1": 0, "3": 5000},
    "cost_by_year": {"1": 10},
    "benefit_growth_pct": 2,
    "cost_growth_pct": -1.5,
    "tax_rate_pct": 21,
    "posts_to": ["working"],
    "agreed_scores": {"safety": 4},
    "alternatives": "Lease it",
    "cost_lines": [{"id": "CL1", "name": "Console", "amount": 700000.5}],
}
POLICY: dict[str, Any] = {
    "depreciation_from": "month_after",
    "envelopes": {"2026-07": 4000000, "2027-07": 5000000},
    "rank_by": "by_hand",
    "reinvest_rate_pct": 5.5,
}


def with_fields(request: dict[str, Any], policy: dict[str, Any]) -> str:
    data = fast_yaml.load(EXAMPLE)
    data["capital_requests"][0].update(request)
    data["capital_policy"].update(policy)
    return fast_yaml.dump(data)


def test_a_full_request_comes_back_as_the_same_data() -> None:
    text = with_fields(FULL, POLICY)
    loaded = parse(text)
    assert loaded.unknown == ()
    assert fast_yaml.load(dumped(text)) == fast_yaml.load(text)
    assert parse(dumped(text)).records == loaded.records


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("useful_life_years", -1, "-1 is outside 1 to 100"),
        ("contingency_pct", 101, "101 is above 100"),
        ("tax_rate_pct", -1, "-1 is below 0"),
        ("salvage", -5, "−5 is below 0"),
        ("depreciation_method", "magic", "is not one of straight_line"),
        ("phasing", {"next": 1}, "is not a period like 2027-06"),
        ("phasing", {"2026-10": None}, "an amount is missing"),
        ("posts_to", ["nothing"], "refers to 'nothing', which isn't in the file"),
        ("agreed_scores", {"safety": 6}, "6 is outside 1 to 5"),
        ("cost_lines", [{"id": "CL1", "amount": 1}], "name is missing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(field: str, value: object, said: str) -> None:
    with pytest.raises(BadInputError, match=r"capital_requests\[0\]") as caught:
        parse(with_fields({field: value}, {}))
    assert said in str(caught.value)


@pytest.mark.parametrize("field", ["discount_rate_pct", "reinvest_rate_pct"])
@pytest.mark.parametrize("rate", [-100, -99.5, -0.1, 100.5, 1000])
def test_a_rate_outside_0_to_100_percent_is_refused_with_its_place(field: str, rate: float) -> None:
    with pytest.raises(BadInputError, match=rf"capital_policy\.{field}") as caught:
        parse(with_fields({}, {field: rate}))
    assert "between 0 and 100 percent is expected" in str(caught.value)


@pytest.mark.parametrize("rate", [0, 100])
def test_a_rate_of_0_or_100_percent_is_read(rate: int) -> None:
    parse(with_fields({}, {"discount_rate_pct": rate}))
