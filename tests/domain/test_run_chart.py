from decimal import Decimal

import pytest

from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.run_chart import RunChart, run_chart

# Monthly infections, an intervention after month 24: published, and run through qicharts2.
INFECTIONS = [
    17, 12, 27, 20, 20, 18, 22, 19, 19, 24, 17, 16, 24, 19, 19, 22, 25, 19, 17, 6, 25, 17, 11, 14,
    9, 11, 7, 13, 5, 5, 3, 5, 9, 4, 5, 9,
]  # fmt: skip


def chart_of(*values: float | None) -> RunChart:
    numbers = [None if value is None else Decimal(str(value)) for value in values]
    return run_chart(dict(zip(months("2024-01", len(numbers)), numbers, strict=True)))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (slice(None), (17, 32, 14, 8, 6, 11, True)),
        (slice(24), (19, 19, 3, 7, 8, 6, False)),
        (slice(24, None), (6, 12, 4, 7, 4, 3, False)),
    ],
)
def test_a_published_series_comes_out(part: slice, expected: tuple[object, ...]) -> None:
    chart = chart_of(*INFECTIONS[part])
    found = (
        chart.median, chart.useful, chart.longest_run, chart.longest_run_max, chart.crossings,
        chart.crossings_min, chart.signal,
    )  # fmt: skip
    assert found == expected


def test_few_points_never_signal() -> None:
    chart = chart_of(*[1] * 4, *[9] * 5)
    assert (chart.useful, chart.signal) == (4, False)
    assert chart_of().median is None
    assert (chart_of(5).useful, chart_of(5).crossings_min) == (0, 0)


def test_equal_values_say_nothing() -> None:
    chart = chart_of(*[7] * 20)
    assert (chart.useful, chart.signal, chart.shifts, chart.trends) == (0, False, (), ())


def test_gaps_and_points_on_the_median_are_skipped_in_a_shift() -> None:
    chart = chart_of(9, 9, 9, 9, 9, 9, 9, 5, 1, 1, 1, None, 5, 1, 1, 1, 1)
    assert chart.median == 5
    shift = chart.current_shift
    assert shift is not None
    assert (shift.start, shift.end, shift.length, shift.side) == ("2024-09", "2025-05", 7, "below")


def test_a_shift_that_ended_is_not_the_current_one() -> None:
    chart = chart_of(*[1] * 6, *[9] * 4, 1, 9, 9, 9)
    assert len(chart.shifts) == 1
    assert chart.current_shift is None


def test_a_trend_counts_its_points_and_skips_ties() -> None:
    trend = chart_of(5, 4, 5, 5, None, 6, 7, 7, 8).current_trend
    assert trend is not None
    assert (trend.start, trend.end, trend.length, trend.side) == ("2024-02", "2024-09", 5, "up")
    assert chart_of(5, 4, 5, 6, 7).trends == ()
    assert chart_of(1, 2, 3, 4, 5, 4).current_trend is None


def test_an_even_count_has_its_median_between_the_middle_two() -> None:
    assert chart_of(1, 2.5).median == Decimal("1.75")
