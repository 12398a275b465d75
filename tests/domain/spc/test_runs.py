"""Run charts of plain series."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.spc import RunSignals, anhoej_limits, run_chart, run_segments


@given(st.integers(2, 300))
def test_the_fewest_crossings_are_a_quantile_of_a_fair_coin(n: int) -> None:
    fewest = anhoej_limits(n)[1]
    below = sum(Fraction(comb(n - 1, k), 2 ** (n - 1)) for k in range(fewest))
    assert below < Fraction(1, 20)
    assert below + Fraction(comb(n - 1, fewest), 2 ** (n - 1)) >= Fraction(1, 20)


def slow_fewest(n: int) -> int:
    """Return the quantile as it is defined, summed from the bottom."""
    count = likely = 0
    while n > 1 and (likely := likely + comb(n - 1, count)) * 20 < 2 ** (n - 1):
        count += 1
    return count


def test_the_quick_way_to_the_quantile_agrees_with_the_slow_one() -> None:
    for n in [*range(500), 999, 1000, 2001]:
        assert anhoej_limits(n)[1] == slow_fewest(n)


def test_ten_thousand_points_are_read() -> None:
    found = run_chart([float(n * 7919 % 1009) for n in range(10_000)])
    assert (found.longest_run_max, found.crossings_min) == (16, 4912)


@given(st.lists(st.none() | st.integers(0, 9), max_size=40))
def test_runs_are_counted_as_by_hand(values: list[int | None]) -> None:
    found = run_chart(values)
    there = [value for value in values if value is not None]
    if not there:
        assert (found.centre, found.n_useful, found.signal) == (None, 0, False)
        return
    assert found.centre is not None
    sides = [value > found.centre for value in there if value != found.centre]
    longest = current = 0
    for place, side in enumerate(sides):
        current = current + 1 if place and side == sides[place - 1] else 1
        longest = max(longest, current)
    assert (found.n_useful, found.longest_run) == (len(sides), longest)
    assert found.crossings == sum(a != b for a, b in pairwise(sides))


def test_too_few_useful_points_say_nothing() -> None:
    assert not run_chart([1.0] * 4 + [9.0] * 5).signal
    assert run_chart([1.0] * 10 + [9.0] * 10).signal


def test_nothing_has_no_limits() -> None:
    assert anhoej_limits(0) == (0, 0)
    assert anhoej_limits(1) == (3, 0)


# Monthly infections, an intervention after month 24: published, and run through qicharts2.
INFECTIONS = [
    17, 12, 27, 20, 20, 18, 22, 19, 19, 24, 17, 16, 24, 19, 19, 22, 25, 19, 17, 6, 25, 17, 11, 14,
    9, 11, 7, 13, 5, 5, 3, 5, 9, 4, 5, 9,
]  # fmt: skip


def a_chart(*values: float | None, **settings: Any) -> RunSignals:  # noqa: ANN401 - any setting
    return run_chart(
        [None if value is None else Decimal(str(value)) for value in values], **settings
    )


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (slice(None), (17, 32, 14, 8, 6, 11, True)),
        (slice(24), (19, 19, 3, 7, 8, 6, False)),
        (slice(24, None), (6, 12, 4, 7, 4, 3, False)),
    ],
)
def test_a_published_series_comes_out(part: slice, expected: tuple[object, ...]) -> None:
    chart = a_chart(*INFECTIONS[part])
    found = (
        chart.centre, chart.n_useful, chart.longest_run, chart.longest_run_max, chart.crossings,
        chart.crossings_min, chart.signal,
    )  # fmt: skip
    assert found == expected


def test_segments_have_their_own_medians_runs_and_places() -> None:
    before, after = run_segments([float(one) for one in INFECTIONS], rebase=(24,), trend=3)
    assert (before.centre, after.centre) == (19, 6)
    assert (before.first, before.last, after.first, after.last) == (0, 23, 24, 35)
    assert (before.recorded, after.recorded) == (24, 12)
    assert all(24 <= place < 36 for run in after.trends for place in run.places)
    assert run_segments([]) == ()


def test_a_baseline_gives_the_median_of_its_points() -> None:
    assert a_chart(*INFECTIONS, baseline=24).centre == 19
    assert [
        one.centre for one in run_segments([1.0, 3, 9, 9, 2, 4, 9], rebase=(4,), baseline=2)
    ] == [
        2,
        3,
    ]


def test_the_lengths_of_shift_and_trend_are_settings() -> None:
    values = [1, 9, 9, 9, 9, 9, 9, 9, 1, 1, 1, 1, 1, 1]
    assert a_chart(*values, centre=Decimal(5), shift=7).shifts[0].length == 7
    assert len(a_chart(*values, centre=Decimal(5)).shifts) == 2
    assert a_chart(*values, centre=Decimal(5), shift=8).shifts == ()
    assert a_chart(1, 2, 3, 4, 5, trend=6).trends == ()


def test_few_points_never_signal() -> None:
    chart = a_chart(*[1] * 4, *[9] * 5)
    assert (chart.n_useful, chart.signal) == (4, False)
    assert a_chart().centre is None
    assert (a_chart(5).n_useful, a_chart(5).crossings_min) == (0, 0)


def test_equal_values_say_nothing() -> None:
    chart = a_chart(*[7] * 20)
    assert (chart.n_useful, chart.signal, chart.shifts, chart.trends) == (0, False, (), ())


def test_gaps_and_points_on_the_median_are_skipped_in_a_shift() -> None:
    chart = a_chart(9, 9, 9, 9, 9, 9, 9, 5, 1, 1, 1, None, 5, 1, 1, 1, 1)
    assert chart.centre == 5
    shift = chart.current_shift
    assert shift is not None
    assert (shift.places, shift.length, shift.high) == ((8, 9, 10, 13, 14, 15, 16), 7, False)


def test_a_shift_that_ended_is_not_the_current_one() -> None:
    chart = a_chart(*[1] * 6, *[9] * 4, 1, 9, 9, 9)
    assert len(chart.shifts) == 1
    assert chart.current_shift is None


def test_a_trend_counts_its_points_and_skips_ties() -> None:
    trend = a_chart(5, 4, 5, 5, None, 6, 7, 7, 8).current_trend
    assert trend is not None
    assert (trend.places, trend.length, trend.high) == ((1, 2, 3, 5, 6, 7, 8), 5, True)
    assert a_chart(5, 4, 5, 6, 7).trends == ()
    assert a_chart(1, 2, 3, 4, 5, 4).current_trend is None


def test_a_tie_at_its_end_belongs_to_a_trend() -> None:
    trend = a_chart(1, 2, 3, 4, 5, 5).current_trend
    assert trend is not None
    assert trend.length == 5


def test_an_even_count_has_its_median_between_the_middle_two() -> None:
    assert a_chart(1, 2.5).centre == Decimal("1.75")
