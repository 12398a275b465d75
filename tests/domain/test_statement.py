"""The statement's percentages: exact, so that whoever shows one rounds it once."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.money import round_ratio, rounded
from dyad_desktop.domain.statement import percent_of, totals_of


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**15))
def test_a_percentage_is_rounded_once_where_it_is_shown(part: int, whole: int) -> None:
    found = percent_of(part, whole)
    assert found is not None
    assert rounded(found, 1) == round_ratio(100 * part, whole, 1)


def test_nothing_has_no_percentage() -> None:
    assert percent_of(1, 0) is None


def test_a_margin_keeps_what_two_places_would_lose() -> None:
    sums = {"revenue": [200_000], "deduction": [0], "other_revenue": [0], "expense": [190_905]}
    margin = totals_of(sums).operating_margin_pct
    assert margin == Decimal("4.5475")
    assert rounded(margin, 1) == Decimal("4.5")
