"""Run charts of plain series."""

from fractions import Fraction
from itertools import pairwise
from math import comb
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.spc import anhoej_limits, run_chart


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


def test_ten_thousand_points_are_read_at_once() -> None:
    values = [float(n * 7919 % 1009) for n in range(10_000)]
    begun = perf_counter()
    found = run_chart(values)
    assert perf_counter() - begun < 0.5
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
