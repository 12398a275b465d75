import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.variance import labour
from dyad_desktop.errors import BadInputError

ORACLE = Path(__file__).parents[1] / "oracles" / "finance_open.json"
CASES: list[dict[str, Any]] = json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]
FIGURES = (
    "budget_volume", "actual_volume", "budget_hours_per_unit", "actual_hours_per_unit", "budget_rate",
    "actual_rate",
)  # fmt: skip
figure = st.decimals(0, 10**6, places=3)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["kind"] == "labour_variance"], ids=lambda case: case["id"]
)
def test_the_parts_agree_with_published_cases(case: dict[str, Any]) -> None:
    found = labour(*(case[name] for name in FIGURES))
    assert {name: getattr(found, name) for name in case["expected"]} == case["expected"]


@given(st.tuples(figure, figure, figure, figure, figure, figure))
def test_the_parts_add_to_actual_less_budget(figures: tuple[Decimal, ...]) -> None:
    bv, av, bh, ah, br, ar = figures
    found = labour(bv, av, bh, ah, br, ar)
    assert found.volume + found.efficiency + found.rate == found.total
    assert found.total == av * ah * ar - bv * bh * br
    assert labour(bv, bv, bh, bh, br, br).total == 0
    assert labour(bv, av, bh, bh, br, br).efficiency == labour(bv, av, bh, bh, br, br).rate == 0


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_no_figure_is_refused(bad: float | Decimal) -> None:
    with pytest.raises(BadInputError, match="no figure"):
        labour(1, 1, 1, 1, 1, bad)
