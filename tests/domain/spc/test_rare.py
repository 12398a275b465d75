"""Charts of what lies between rare events."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import pytest

from dyad_desktop.domain.spc import g_chart, t_chart, xmr


def test_waiting_counts_follow_the_geometric_distribution() -> None:
    chart = g_chart([10, 20, 30, 40])
    assert chart.centre == 25
    assert chart.upper[0] == pytest.approx(25 + 3 * sqrt(25 * 26))
    assert chart.lower == (0.0,) * 4


def test_a_shift_of_waiting_counts_is_read_against_their_median() -> None:
    values = [18.0] * 8 + [43.0] * 3 + [1.0]  # mean 22.8, median of such a distribution 15.8
    assert set(g_chart(values).rules[:8]) == {"shift"}
    assert set(g_chart(values).sides[:8]) == {"high"}


def test_a_long_wait_is_astronomical_and_good() -> None:
    chart = g_chart([5.0] * 12 + [80.0], direction="increase")
    assert chart.variation == "improvement_high"


def test_times_are_drawn_on_their_root_and_back() -> None:
    days = [3.0, 12, 7, 30, 1, 45, 9]
    chart = t_chart(days)
    [rooted] = xmr([day ** (1 / 3.6) for day in days]).segments
    assert rooted.centre is not None
    assert rooted.upper is not None
    assert chart.centre == pytest.approx(rooted.centre**3.6)
    assert chart.upper[0] == pytest.approx(rooted.upper**3.6)
    assert all(line is not None and line >= 0 for line in chart.lower)


def test_rules_of_times_are_those_of_their_roots() -> None:
    days = [2.0, 3, 2, 4, 3, 2, 3, 2, 3, 4, 2, 3, 90]
    roots = [day ** (1 / 3.6) for day in days]
    assert t_chart(days).rules == xmr(roots).rules


def test_segments_of_times_have_their_own_lines() -> None:
    chart = t_chart([1.0, 2, 1, 2, 30, 40, 30, 40], rebase=(4,))
    first, second = chart.segments
    assert first.upper is not None
    assert second.lower is not None
    assert first.upper < second.centre  # type: ignore[operator]


def test_few_events_have_no_limits() -> None:
    assert g_chart([]).segments == ()
    assert g_chart([7.0]).upper == (None,)
    assert t_chart([7.0]).upper == (None,)


@pytest.mark.parametrize("chart", [g_chart, t_chart])
def test_a_negative_wait_is_refused(chart: object) -> None:
    with pytest.raises(ValueError, match="from 0 up"):
        chart([1.0, -2.0])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("chart", "values"),
    [
        (g_chart, [5.0] * 14),
        (g_chart, [0.0] * 14),
        (g_chart, [5.0] * 14 + [6.0]),
        (g_chart, [7.0, 5.0] * 9),
        (t_chart, [5.0] * 14),
        (t_chart, [0.0] * 14),
    ],
)
def test_counts_that_hardly_vary_have_no_shift(
    chart: Callable[..., Any], values: list[float]
) -> None:
    found = chart(values, direction="increase")
    assert set(found.rules) == {None}
    assert found.variation == "common_cause"


def test_what_a_shift_is_read_against_is_told() -> None:
    assert g_chart([18.0] * 8 + [43.0] * 3 + [1.0]).middles[0] == pytest.approx(0.693 * 274 / 12)
    assert g_chart([5.0] * 9).middles == (5.0,) * 9
    assert t_chart([3.0, 9.0, 4.0]).middles == t_chart([3.0, 9.0, 4.0]).centres
