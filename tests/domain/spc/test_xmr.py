"""XmR charts against the rules read literally, and what happens at the edges."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.spc import xmr
from tests.domain.spc.slow import Rules, Series, read

PARTS = 8
PART = 100_000 // PARTS
"""Random series, in parts that run side by side."""


def engine_agrees(values: Series, rules: Rules, scale: float) -> None:
    numbers = [None if value is None else value / scale for value in values]
    chart = xmr(
        numbers,
        constant=float(rules.constant),
        screen=rules.screen,
        shift=rules.shift,
        trend=rules.trend,
        baseline=rules.baseline,
        direction=rules.direction,
        target=None if rules.target is None else rules.target / scale,
        rebase=rules.rebase,
        within_limit=rules.within_limit,
    )
    slow = read(values, rules)
    for segment, limits in zip(chart.segments, slow.limits, strict=True):
        if limits is None:
            assert segment.lower is None
            assert segment.upper is None
            continue
        assert segment.centre is not None
        found = (segment.centre * scale, segment.lower * scale, segment.upper * scale)  # type: ignore[operator]
        assert all(abs(one - float(line)) < 1e-6 for one, line in zip(found, limits, strict=True))
    assert list(chart.rules) == slow.rules
    assert list(chart.sides) == slow.sides
    assert chart.variation == slow.variation
    assert chart.assurance == slow.assurance


def some_rules(random: Random, count: int) -> Rules:
    return Rules(
        constant=random.choice([Fraction(266, 100), Fraction(3000, 1128)]),
        screen=random.random() < 0.5,
        shift=random.choice([5, 6, 7, 8]),
        trend=random.choice([5, 6, 7]),
        baseline=random.choice([None, None, 2, 6, 12]),
        direction=random.choice(["increase", "decrease", "neutral", None]),
        target=random.choice([None, random.randint(0, 30)]),
        rebase=tuple(random.randrange(count) for _ in range(random.choice([0, 0, 1, 2])))
        if count
        else (),
        within_limit=random.random() < 0.3,
    )


def some_series(random: Random) -> Series:
    count, width = random.randint(0, 40), random.choice([1, 3, 8, 30])
    holes, drift = random.choice([0, 0, 0.1]), random.choice([0, 0, 0.6])
    return [
        None if random.random() < holes else 10 + random.randint(0, width) + int(drift * place)
        for place in range(count)
    ]


@pytest.mark.parametrize("part", range(PARTS))
def test_random_series_come_out_as_the_rules_say(part: int) -> None:
    random = Random(part)  # noqa: S311 - series to try, no secrets
    for _ in range(PART):
        values = some_series(random)
        engine_agrees(values, some_rules(random, len(values)), random.choice([1, 3, 10, 100]))


@given(
    st.lists(st.none() | st.integers(-20, 20), max_size=30),
    st.builds(
        Rules,
        screen=st.booleans(),
        shift=st.integers(2, 8),
        trend=st.integers(2, 8),
        baseline=st.none() | st.integers(2, 12),
        direction=st.sampled_from(["increase", "decrease", "neutral", None]),
        target=st.none() | st.integers(-20, 20),
    ),
    st.sampled_from([1, 10, 1000]),
)
def test_any_series_comes_out_as_the_rules_say(values: Series, rules: Rules, scale: int) -> None:
    engine_agrees(values, rules, scale)


def test_no_values_have_no_chart() -> None:
    chart = xmr([])
    assert chart.segments == ()
    assert (chart.variation, chart.assurance, chart.centre) == ("common_cause", None, None)


def test_gaps_alone_have_no_lines() -> None:
    [segment] = xmr([None, None]).segments
    assert (segment.centre, segment.lower, segment.upper) == (None, None, None)


def test_one_value_has_a_mean_and_no_limits() -> None:
    [segment] = xmr([None, 5.0, None]).segments
    assert (segment.centre, segment.lower, segment.mean_moving_range) == (5.0, None, None)


def test_values_never_next_to_each_other_have_no_limits() -> None:
    [segment] = xmr([1.0, None, 2.0, None, 3.0]).segments
    assert (segment.centre, segment.upper) == (2.0, None)


def test_two_values_are_enough_for_limits() -> None:
    [segment] = xmr([1.0, 2.0]).segments
    assert (segment.lower, segment.upper) == pytest.approx((1.5 - 2.66, 1.5 + 2.66))


@pytest.mark.parametrize("value", [0.1, 0.7, 1e-9, 123456.789, 1e12 / 3, 0.0, -0.3])
@pytest.mark.parametrize("count", [2, 7, 13, 14, 36])
def test_equal_values_raise_no_flag_whatever_bits_they_have(value: float, count: int) -> None:
    chart = xmr([value] * count, direction="increase", target=value)
    assert set(chart.rules) == {None}
    assert chart.assurance == "consistent_pass"


@pytest.mark.parametrize(
    ("target", "direction", "said"),
    [
        (95, "increase", "consistent_pass"),
        (100, "increase", "consistent_pass"),
        (100.5, "increase", "consistent_fail"),
        (100, "decrease", "consistent_pass"),
        (99, "decrease", "consistent_fail"),
    ],
)
def test_a_steady_process_is_judged_by_its_mean(target: float, direction: str, said: str) -> None:
    assert xmr([100.0] * 14, direction=direction, target=target).assurance == said


def test_a_screening_that_would_leave_nothing_screens_nothing() -> None:
    values = [5.0] * 20 + [9.0]
    [plain], [screened] = xmr(values).segments, xmr(values, screen=True).segments
    assert plain == screened


def test_a_turning_point_is_called_by_the_later_trend() -> None:
    chart = xmr([1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0], trend=4, shift=8, constant=100)
    assert chart.sides == ("high",) * 3 + ("low",) * 4


def test_a_trend_takes_more_than_the_last_bits_of_floats() -> None:
    sums = [0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2]
    assert sums[0] != sums[1]
    stairs = [1.0 + n * 2.0**-52 for n in range(9)]
    assert set(xmr(stairs, constant=100, shift=20).rules) == {None}
    mixed = xmr([1.0, 2, 3, 4, 0.3, 0.1 + 0.2, 0.4, 0.5], trend=4, constant=100, shift=20)
    assert mixed.rules[4:] == (None,) * 4


def test_a_gap_breaks_shift_and_trend() -> None:
    shift = xmr([9.0, 9, 9, 9, None, 9, 9, 9, 1, 1, 1, 1, 1, 1], constant=100)
    assert shift.rules[:8] == (None,) * 8
    trend = xmr([1.0, 2, 3, 4, None, 5, 6, 7, 8], constant=100, shift=20)
    assert set(trend.rules) == {None}


def test_a_new_segment_starts_its_own_rules_and_ranges() -> None:
    chart = xmr([1.0, 1, 1, 1, 50, 50, 50, 50], rebase=(4,), shift=5)
    assert [segment.mean_moving_range for segment in chart.segments] == [0, 0]
    assert set(chart.rules) == {None}


def test_the_lines_of_every_point_are_those_of_its_segment() -> None:
    chart = xmr([1.0, 3, None, 2, 50, 55, 53], rebase=(4,))
    for segment in chart.segments:
        for place in range(segment.first, segment.last + 1):
            assert chart.centres[place] == segment.centre
            assert (chart.lower[place], chart.upper[place]) == (segment.lower, segment.upper)
            assert chart.inner_upper[place] == segment.inner_upper


@pytest.mark.parametrize(
    "wrong",
    [
        {"constant": 0}, {"baseline": 1}, {"shift": 1}, {"trend": 0}, {"direction": "up"},
        {"rebase": (3,)}, {"rebase": (-1,)},
    ],
)  # fmt: skip
def test_a_setting_out_of_its_range_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"constant|baseline|shift|direction|rebase"):
        xmr([1.0, 2.0, 3.0], **wrong)  # type: ignore[arg-type]
