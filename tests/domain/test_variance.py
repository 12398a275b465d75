import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.money import round_half_away
from dyad_desktop.domain.variance import Moved, Parts, labour, split
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


# -- parts in minor units ------------------------------------------------------------------------

amount = st.integers(-(10**11), 10**11)
factor = st.fractions(0, 5, max_denominator=10**4)


@pytest.mark.parametrize(
    ("plan", "actual", "moved", "flexed", "parts"),
    [
        # Nothing is known: all of it is other.
        (1000, 1300, Moved(), 1000, Parts(other=300)),
        # 110 cases for 100 at 10 each, 1,150 came: 100 by volume, 50 by rate.
        (1000, 1150, Moved(flex=Fraction(110, 100)), 1100, Parts(volume=100, rate=50)),
        # The same, while all cases together grew by 4 %: 40 by volume, 60 by mix.
        (1000, 1150, Moved(Fraction(11, 10), Fraction(104, 100)), 1100, Parts(40, 60, 0, 50)),
        # 50 hours planned at 20, 60 hours came and cost 1,260: 200 by hours, 60 by rate (21 for 20).
        (1000, 1260, Moved(hours=(Fraction(50), Fraction(60))), 1000, Parts(0, 0, 200, 60)),
        # Textbook: 100 days, 8 hours each at 30; 110 days, 8.5 hours each at 31.
        (24000, 28985, Moved(Fraction(110, 100), None, (Fraction(800), Fraction(935))), 26400,
         Parts(2400, 0, 1650, 935)),
        # Hours without a plan explain nothing.
        (1000, 900, Moved(hours=(Fraction(0), Fraction(10))), 1000, Parts(other=-100)),
        # Halves go away from zero, on either side.
        (5, 0, Moved(Fraction(1, 2)), 3, Parts(volume=-2, rate=-3)),
        (-5, 0, Moved(Fraction(1, 2)), -3, Parts(volume=2, rate=3)),
        (0, 70, Moved(Fraction(3)), 0, Parts(rate=70)),
    ],
)  # fmt: skip
def test_a_month_is_split(plan: int, actual: int, moved: Moved, flexed: int, parts: Parts) -> None:
    assert split(plan, actual, moved) == (flexed, parts)


@given(
    amount, amount, st.none() | factor, st.none() | factor, st.none() | st.tuples(factor, factor)
)
def test_the_parts_of_any_month_add_exactly(
    plan: int,
    actual: int,
    flex: Fraction | None,
    at_mix: Fraction | None,
    hours: tuple[Fraction, Fraction] | None,
) -> None:
    flexed, parts = split(plan, actual, Moved(flex, at_mix, hours))
    assert parts.total == actual - plan
    assert parts.volume + parts.mix == flexed - plan
    assert abs(Fraction(flexed) - plan * (Fraction(1) if flex is None else flex)) <= Fraction(1, 2)
    assert split(plan, plan, Moved(Fraction(1), Fraction(1))) == (plan, Parts())


@given(st.tuples(figure, figure, figure, figure, figure, figure))
def test_a_month_with_hours_is_the_textbook_within_a_unit(figures: tuple[Decimal, ...]) -> None:
    bv, av, bh, ah, br, ar = map(Fraction, figures)
    if not bv or not bh:
        return
    plan, actual = round_half_away(bv * bh * br), round_half_away(av * ah * ar)
    exact_parts = labour(bv, av, bh, ah, br, ar)
    _flexed, parts = split(plan, actual, Moved(av / bv, None, (bv * bh, av * ah)))
    # The plan itself was rounded to a whole unit, and each part once.
    slack = 1 + Fraction(1, 2) * max(av / bv, av * ah / (bv * bh))
    assert abs(parts.volume - exact_parts.volume) <= slack
    assert abs(parts.efficiency - exact_parts.efficiency) <= 2 * slack
    assert abs(parts.rate - exact_parts.rate) <= 4 * slack


def test_parts_are_added_and_turned() -> None:
    assert Parts(1, 2, 3, 4, 5) + Parts(10, 20, 30, 40, 50) == Parts(11, 22, 33, 44, 55)
    assert Parts(1, -2, 3).signed(-1) == Parts(-1, 2, -3)
