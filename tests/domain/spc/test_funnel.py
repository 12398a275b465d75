"""Funnels against Poisson sums, and what they say of units."""

from math import asin, exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.spc import funnel, poisson_limits
from dyad_desktop.domain.spc.funnel import LARGE, _gamma_quantile, limits_at
from tests.domain.spc.test_oracle import CASES

ORACLE = CASES["open-14"]["expected"]["rows"]


def fewer_than(count: int, mean: float) -> float:
    """Return the probability of fewer than ``count`` events, summed term by term."""
    term, total = exp(-mean), 0.0
    for events in range(count):
        total += term
        term *= mean / (events + 1)
    return total


@given(st.integers(1, 200), st.sampled_from([0.95, 0.998]))
def test_exact_limits_are_quantiles_of_poisson_sums(expected: int, coverage: float) -> None:
    tail = (1 - coverage) / 2
    lower, upper = (limit * expected for limit in poisson_limits(expected, coverage))
    # χ² with 2E degrees falls below 2x with the probability of at least E events of mean x.
    assert 1 - fewer_than(expected, lower) == pytest.approx(tail, rel=1e-6)
    assert fewer_than(expected + 1, upper) == pytest.approx(tail, rel=1e-6)


@given(st.floats(0.05, 50_000))
def test_limits_close_in_on_one(expected: float) -> None:
    lower, upper = poisson_limits(expected, 0.95)
    wide_lower, wide_upper = poisson_limits(expected, 0.998)
    assert 0 <= wide_lower <= lower < 1 < upper < wide_upper
    assert upper - 1 == pytest.approx(1.96 / sqrt(expected), rel=0.2 + 4 / sqrt(expected))


@given(st.floats(0.05, 300), st.sampled_from([0.95, 0.998]))
def test_a_unit_stands_between_the_published_limits(expected: float, coverage: float) -> None:
    published = poisson_limits(expected, coverage)
    lower, upper = limits_at(expected, 1, coverage, proportion=False)
    assert upper == published[1]
    assert lower == (0 if exp(-expected) >= (1 - coverage) / 2 else published[0])


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: str(row["expected"]))
def test_a_funnel_draws_the_oracle_s_limits(row: dict[str, float]) -> None:
    [point] = funnel([("A", row["expected"], row["expected"])]).points
    assert point.warning == pytest.approx((row["lower95"], row["upper95"]), abs=1e-6)
    assert point.action == pytest.approx((row["lower998"], row["upper998"]), abs=1e-6)


@pytest.mark.parametrize("part", [0.001, 0.025, 0.975, 0.999])
def test_large_counts_join_without_a_step(part: float) -> None:
    below, above = (_gamma_quantile(LARGE * near, part) for near in (0.999999, 1.000001))
    slope = (above - below) / (2e-6 * LARGE)
    assert slope == pytest.approx(1, rel=0.005)


@pytest.mark.parametrize(("coverage", "from_on"), [(0.95, 3.6889), (0.998, 6.9078)])
def test_no_event_at_all_is_beyond_the_limit_only_where_some_must_be(
    coverage: float, from_on: float
) -> None:
    assert exp(-from_on) == pytest.approx((1 - coverage) / 2, rel=1e-4)
    assert limits_at(0.999 * from_on, 1, coverage, proportion=False)[0] == 0
    assert limits_at(1.001 * from_on, 1, coverage, proportion=False)[0] > 0
    for expected in (0.1, 1.0, 3.6, 6.8):
        [point] = funnel([("A", 0, expected)]).points
        assert point.action[0] == 0
        assert point.zone == ("within" if expected < 3.6889 else "warning")


def test_wide_limits_of_few_expected_reach_down_to_nothing_too() -> None:
    assert limits_at(2.5, 1, 0.95, proportion=False, spread=1.01)[0] == 0
    [lower, upper], [narrow, _] = (
        limits_at(50, 1, 0.95, proportion=False, spread=spread) for spread in (4.0, 1.0)
    )
    assert lower < narrow < 1 < upper


@pytest.mark.parametrize(
    ("cases", "lower", "upper"), [(2, 0, 1), (100, 0, None), (400, None, None)]
)
def test_a_proportion_of_none_is_within_where_chance_gives_none(
    cases: int, lower: float | None, upper: float | None
) -> None:
    found = limits_at(cases, 0.02, 0.95, proportion=True)
    assert (found[0] == 0) == (lower == 0)
    assert 0.98**cases >= 0.025 or found[0] > 0
    mirrored = limits_at(cases, 0.98, 0.95, proportion=True)
    assert (mirrored[1] == 1) == (lower == 0)
    assert upper is None or mirrored[1] == upper


def test_a_proportion_has_limits_of_its_root_arcsine() -> None:
    lower, upper = limits_at(400, 0.2, 0.95, proportion=True)
    assert asin(sqrt(upper)) - asin(sqrt(0.2)) == pytest.approx(1.959964 / 40, abs=1e-6)
    assert asin(sqrt(0.2)) - asin(sqrt(lower)) == pytest.approx(1.959964 / 40, abs=1e-6)
    assert limits_at(100, 0.0, 0.95, proportion=True) == (0, 0)
    assert limits_at(4, 1.0, 0.998, proportion=True)[1] == 1


def test_units_are_placed_by_their_size() -> None:
    plot = funnel([("Small", 4, 2.0), ("Large", 400, 200.0), ("Usual", 21, 20.0), ("Low", 5, 20.0)])
    assert plot.centre == 1
    assert [(one.zone, one.side) for one in plot.points] == [
        ("within", None), ("action", "high"), ("within", None), ("action", "low"),
    ]  # fmt: skip


def test_proportions_share_a_centre() -> None:
    plot = funnel([("North", 10, 100), ("South", 30, 100)], proportion=True)
    assert plot.centre == pytest.approx(0.2)
    assert [one.ratio for one in plot.points] == [0.1, 0.3]


def test_rates_have_poisson_limits_around_their_centre() -> None:
    plot = funnel([("North", 30, 10_000), ("South", 10, 10_000)], pooled=True)
    assert plot.centre == pytest.approx(0.002)
    as_ratio = limits_at(20, 1, 0.95, proportion=False)
    assert plot.points[0].warning == pytest.approx([0.002 * one for one in as_ratio])
    wide = limits_at(10_000, 0.002, 0.95, proportion=False, spread=4.0)
    assert wide[1] == pytest.approx((sqrt(0.002) + 2 * 1.959964 / 200) ** 2)
    assert funnel([("North", 0, 10), ("South", 0, 5)], pooled=True).points[0].zone == "within"


def test_units_that_differ_more_than_chance_widen_the_limits() -> None:
    units = [(str(n), 100 + 40 * (-1) ** n, 100.0) for n in range(20)]
    plain, wide = funnel(units), funnel(units, overdispersed=True)
    assert {one.zone for one in plain.points} == {"action"}
    assert {one.zone for one in wide.points} == {"within"}
    assert wide.dispersion > 10
    assert wide.points[0].action == limits_at(
        100, 1, 0.998, proportion=False, spread=wide.dispersion
    )


def test_units_alike_are_not_narrowed() -> None:
    units = [(str(n), 100.0, 100.0) for n in range(5)]
    assert funnel(units, overdispersed=True).dispersion == 1


def test_nothing_to_compare() -> None:
    assert funnel([]).points == ()
    assert funnel([], proportion=True, overdispersed=True).centre == 0


@pytest.mark.parametrize("unit", [("A", -1, 5.0), ("A", 1, 0.0), ("A", 6, 5.0)])
def test_a_unit_that_can_not_be_placed_is_named(unit: tuple[str, float, float]) -> None:
    with pytest.raises(ValueError, match="A: "):
        funnel([unit], proportion=True)
