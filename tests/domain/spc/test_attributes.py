"""Charts of counts: edges, and Laney's widening against its definition."""

from itertools import pairwise
from math import sqrt
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.spc import c_chart, p_chart, p_prime_chart, u_chart, u_prime_chart

PARTS = st.lists(
    st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
    min_size=2,
    max_size=30,
)


@given(PARTS)
def test_proportions_follow_their_formula(pairs: list[tuple[int, int]]) -> None:
    parts, wholes = [p for p, _ in pairs], [w for _, w in pairs]
    chart = p_chart(parts, wholes)
    centre = sum(parts) / sum(wholes)
    assert chart.centre == pytest.approx(centre)
    for lower, upper, whole in zip(chart.lower, chart.upper, wholes, strict=True):
        reach = 3 * sqrt(centre * (1 - centre) / whole)
        assert lower == pytest.approx(max(0, centre - reach), abs=1e-12)
        assert upper == pytest.approx(min(1, centre + reach), abs=1e-12)


@given(PARTS)
def test_laney_multiplies_sigma_by_that_of_the_z_values(pairs: list[tuple[int, int]]) -> None:
    parts, wholes = [p for p, _ in pairs], [w for _, w in pairs]
    centre = sum(parts) / sum(wholes)
    if not 0 < centre < 1:
        assert p_prime_chart(parts, wholes).upper == p_chart(parts, wholes).upper
        return
    sigmas = [sqrt(centre * (1 - centre) / whole) for whole in wholes]
    scores = [(p / w - centre) / s for p, w, s in zip(parts, wholes, sigmas, strict=True)]
    widen = fmean(abs(b - a) for a, b in pairwise(scores)) / 1.128
    upper = [min(1, centre + 3 * widen * sigma) for sigma in sigmas]
    assert p_prime_chart(parts, wholes).upper == pytest.approx(upper, abs=1e-9)


def test_rates_widened_by_laney() -> None:
    parts, wholes = [10, 30, 12, 28], [1000.0, 1000, 1000, 1000]
    plain, wide = (
        u_chart(parts, wholes, multiplier=1000),
        u_prime_chart(parts, wholes, multiplier=1000),
    )
    assert plain.centre == wide.centre == 20
    ranges = fmean([20, 18, 16]) / sqrt(20)
    assert wide.upper[0] == pytest.approx(20 + 3 * ranges / 1.128 * sqrt(20))
    assert plain.upper[0] == pytest.approx(20 + 3 * sqrt(20))
    assert plain.segments[0].widening == 1
    assert wide.segments[0].widening == pytest.approx(ranges / 1.128)


def test_counts_have_the_root_of_their_mean() -> None:
    chart = c_chart([4, 6, None, 5, 5])
    assert chart.centre == 5
    assert chart.upper[0] == pytest.approx(5 + 3 * sqrt(5))
    assert chart.lower[0] == 0
    assert (chart.values[2], chart.lower[2], chart.upper[2]) == (None, None, None)


def test_a_month_without_cases_is_a_gap() -> None:
    chart = p_chart([1, 0, None, 2], [10, 0, 10, 10], multiplier=100)
    assert chart.values == (10.0, None, None, 20.0)
    assert chart.upper[1] is None


def test_a_baseline_draws_the_lines_of_later_points() -> None:
    chart = p_chart([10, 10, 30, 30], [100] * 4, multiplier=100, baseline=2)
    assert chart.centre == pytest.approx(10)
    assert chart.rules[-1] == "astronomical"


def test_each_segment_has_its_own_centre() -> None:
    chart = u_chart([1, 3, 10, 30], [10] * 4, rebase=(2,), target=0.5, direction="decrease")
    assert [segment.centre for segment in chart.segments] == pytest.approx([0.2, 2.0])
    assert chart.assurance == "consistent_fail"


def test_all_of_all_is_steady() -> None:
    chart = p_chart([50] * 14, [50] * 14, multiplier=100, target=95, direction="increase")
    assert (chart.centre, chart.lower[0], chart.upper[0]) == (100, 100, 100)
    assert set(chart.rules) == {None}
    assert chart.assurance == "consistent_pass"


@pytest.mark.parametrize(
    ("parts", "wholes"), [([-1, 2], [10, 10]), ([1, 2], [10, -10]), ([11, 2], [10, 10])]
)
def test_impossible_counts_are_refused(parts: list[float], wholes: list[float]) -> None:
    with pytest.raises(ValueError, match=r"from 0 up|11 of 10 is no proportion"):
        p_chart(parts, wholes)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 numerators and 1 denominators"):
        u_chart([1, 2], [10])
