"""From a measure to its chart: which method, which limits, what is refused, who agreed to what."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months, months
from dyad_desktop.domain.goals import Goal, Measure, Occurrence, Rebase
from dyad_desktop.domain.levels import stretch_at, target_at
from dyad_desktop.domain.measure_words import caption, settings_words, signal_words
from dyad_desktop.domain.measuring import MeasureChart, chart_of, series_of
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.possible import clipped
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.standing import FULL, TRIAL

A, B = Partner(id="A"), Partner(id="B")
GOAL = Goal(id="G", title="Goal", accountable=("A", "B"))


def a_measure(*values: float | None, **fields: object) -> Measure:
    numbers = [None if value is None else Decimal(str(value)) for value in values]
    measure = Measure(
        id="M", goal="G", direction="down", unit="min", target=Decimal(60),
        values=dict(zip(months("2025-01", len(numbers)), numbers, strict=True)),
    )  # fmt: skip
    return replace(measure, **fields)  # type: ignore[arg-type]


def numbers(*values: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(value) for value in values)


def charted(measure: Measure, *others: Entity) -> MeasureChart:
    return chart_of(Book.of([A, B, GOAL, measure, *others]), measure)


def parts(*counted: tuple[int, int], **fields: object) -> Measure:
    periods = months("2025-01", len(counted))
    return a_measure(
        *[round(100 * part / whole, 1) for part, whole in counted],
        unit="%", chart="p", multiplier=Decimal(100),
        numerator={p: Decimal(part) for p, (part, _) in zip(periods, counted, strict=True)},
        denominator={p: Decimal(whole) for p, (_, whole) in zip(periods, counted, strict=True)},
        **fields,
    )  # fmt: skip


def test_a_series_runs_from_its_first_to_its_last_value() -> None:
    measure = a_measure(None, 5, None, 7, None)
    found = series_of(Book.of([measure]), measure)
    assert found.places == ("2025-02", "2025-03", "2025-04")
    assert found.values == numbers(5, None, 7)


def test_quarters_are_a_quarter_apart() -> None:
    values = {add_months("2025-01", 3 * n): Decimal(n) for n in (0, 1, 3)}
    measure = a_measure(frequency="quarterly", values=values)
    assert series_of(Book.of([measure]), measure).values == numbers(0, 1, None, 3)


@pytest.mark.parametrize(
    ("count", "control", "trial", "variation"),
    [(0, False, False, None), (TRIAL - 1, False, False, None), (TRIAL, True, True, None),
     (FULL - 1, True, True, None), (FULL, True, False, "common_cause")],
)  # fmt: skip
def test_few_points_have_no_limits_then_trial_limits_then_all(
    count: int, *, control: bool, trial: bool, variation: str | None
) -> None:
    chart = charted(a_measure(*[50 + n % 3 for n in range(count)]))
    assert (chart.control is not None, chart.trial, chart.variation) == (control, trial, variation)
    assert (chart.assurance is not None) == (variation is not None)


def test_the_measures_own_settings_make_the_chart() -> None:
    values = [50, 52] * 7 + [56, 60, 56, 60, 56]
    plain = charted(a_measure(*values))
    shorter = charted(
        a_measure(*values, shift=5, baseline_points=14, chart_constant=Decimal("1.0"))
    )
    assert plain.control is not None
    assert shorter.control is not None
    assert shorter.control.segments[0].centre == 51
    assert shorter.control.upper[0] == pytest.approx(53)
    assert plain.control.segments[0].centre != 51
    assert shorter.variation == "concern_high"


def test_screening_is_off_until_asked_for() -> None:
    values = [1, 2] * 7 + [30]
    wide, narrow = (charted(a_measure(*values, screened=on)).control for on in (None, True))
    assert wide is not None
    assert narrow is not None
    assert (wide.upper[0] or 0) > (narrow.upper[0] or 0)


@pytest.mark.parametrize("span", ["year_to_date", "rolling"])
def test_values_that_hang_on_each_other_have_no_limits(span: str) -> None:
    chart = charted(a_measure(*range(1, 20), span=span))
    assert (chart.control, chart.method) == (None, "run")
    assert "no limits" in chart.note


def test_rolling_values_bear_no_signal() -> None:
    """Each holds eleven twelfths of the one before: they stay on a side of any middle by themselves."""
    chart = charted(a_measure(*range(1, 40), span="rolling"))
    assert (chart.runs.centre, chart.runs.signal) == (None, False)
    assert signal_words(chart) == "no signal is read of rolling values, which overlap"
    assert "shift" not in settings_words(chart)
    assert "improving" not in caption(chart)
    assert "worsening" not in caption(chart)


@pytest.mark.parametrize("said", [None, "year_to_date"])
def test_year_to_date_figures_bear_no_signal(said: str | None) -> None:
    """Each year is a trend of twelve, and half of it lies above whatever stands for a middle."""
    year = [13, 27, 39, 56, 71, 86, 99, 111, 123, 135, 150, 166]
    chart = charted(a_measure(*year, *year, *year[:10], span=said))
    assert chart.builds_up
    assert (chart.runs.centre, chart.runs.current_shift, chart.runs.current_trend) == (
        None,
        None,
        None,
    )
    assert not chart.runs.signal
    assert signal_words(chart).startswith("no signal is read of year-to-date figures")
    assert "worsening" not in caption(chart)
    assert "shift" not in settings_words(chart)
    single = charted(a_measure(*year, *year, *year[:10], span="own_period"))
    assert not single.builds_up
    assert "worsening" in caption(single)


def test_a_p_chart_follows_its_counts_not_the_rounded_values() -> None:
    chart = charted(parts(*[(1 + n % 3, 30) for n in range(15)]))
    assert chart.method == "p"
    assert chart.control is not None
    assert chart.control.values[0] == pytest.approx(100 / 30)
    assert chart.control.centre == pytest.approx(100 * 30 / 450)


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        (a_measure(*range(15), chart="p"), "no numerator"),
        (parts(*[(40, 30)] * 15), "above their denominators"),
        (parts(*[(-1, 30)] * 15), "below 0"),
        (a_measure(*[-1] * 15, chart="c"), "below 0"),
    ],
)
def test_counts_that_can_not_be_are_charted_as_values_and_it_is_said(
    measure: Measure, why: str
) -> None:
    chart = charted(measure)
    assert chart.method == "i"
    assert why in chart.note
    assert chart.control is not None


def test_days_between_events_come_from_the_events() -> None:
    days = ["2026-03-01", "2026-01-01", "2026-01-11"]
    events = [Occurrence(id=f"E{n}", measure="M", date=day) for n, day in enumerate(days)]
    chart = charted(a_measure(chart="t", direction="up"), *events)
    assert chart.series.places == ("2026-01-11", "2026-03-01")
    assert chart.series.values == numbers(10, 49)


@pytest.mark.parametrize("chart", ["t", "g"])
def test_two_events_of_one_day_have_no_wait_between_them(chart: str) -> None:
    days = ["2026-03-01", "2026-01-01", "2026-01-11", "2026-01-11"]
    events = [Occurrence(id=f"E{n}", measure="M", date=day) for n, day in enumerate(days)]
    found = charted(a_measure(chart=chart, direction="up"), *events)
    assert found.series.places == ("2026-01-11", "2026-01-11", "2026-03-01")
    assert found.series.values == numbers(10, 0, 49)


def test_waits_of_nothing_are_points_of_the_chart() -> None:
    days = [f"2026-01-{day:02}" for day in (1, 1, 5, 9, 9, 9, 14, 15, 20, 22, 25, 25, 28, 30, 31)]
    events = [Occurrence(id=f"E{n:02}", measure="M", date=day) for n, day in enumerate(days)]
    chart = charted(a_measure(chart="t", direction="up"), *events)
    assert (chart.recorded, chart.judged) == (14, True)
    assert chart.control is not None
    assert chart.control.values.count(0) == 4


def test_targets_hold_from_their_period_on() -> None:
    measure = a_measure(*[60] * 4, targets={"2025-03": Decimal(55)}, stretch=Decimal(50))
    assert [target_at(measure, place) for place in months("2025-01", 4)] == [60, 60, 55, 55]
    assert stretch_at(measure, "2025-04") == 50
    assert charted(measure).targets == numbers(60, 60, 55, 55)
    lifted = replace(measure, no_target={"2025-04": True})
    assert [target_at(lifted, place) for place in months("2025-02", 4)] == [60, 55, None, None]
    assert charted(lifted).targets == numbers(60, 60, 55, None)
    removed = replace(measure, targets={"2025-02": Decimal(58), "2025-03": None})
    assert target_at(removed, "2025-04") == 58
    assert stretch_at(replace(measure, stretches={"2025-03": None}), "2025-04") == 50


def test_the_assurance_is_of_the_target_in_force_last() -> None:
    values = [50, 52] * 7
    assert charted(a_measure(*values)).assurance == "consistent_pass"
    assert (
        charted(a_measure(*values, targets={"2025-06": Decimal(40)})).assurance == "consistent_fail"
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (40, 60, "consistent_pass"),
        (50, 52, "inconsistent"),
        (60, 70, "consistent_fail"),
        (None, 60, None),
    ],
)
def test_a_corridor_is_kept_always_never_or_by_chance(
    low: int | None, high: int, said: str | None
) -> None:
    measure = a_measure(
        *[50, 52] * 7, direction="within", target=Decimal(high),
        target_low=None if low is None else Decimal(low),
    )  # fmt: skip
    assert charted(measure).assurance == said


@pytest.mark.parametrize(
    ("fields", "drawn"),
    [({"unit": "%"}, [0, 50, 100]), ({"unit": "min"}, [0, 50, 105]),
     ({"lower_bound": Decimal(10), "upper_bound": Decimal(90)}, [10, 50, 90])],
)  # fmt: skip
def test_lines_are_drawn_within_what_the_unit_can_be(
    fields: dict[str, object], drawn: list[float]
) -> None:
    assert list(clipped(a_measure(**fields), [-5, 50, 105])) == drawn


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        ("0.3", "0.3", "0.5", "consistent_pass"),
        ("0.5", "0.3", "0.5", "consistent_pass"),
        ("0.1", "0.1", "0.1", "consistent_pass"),
        ("0.3", "0.31", "0.5", "consistent_fail"),
        ("0.51", "0.3", "0.5", "consistent_fail"),
    ],
)
def test_a_steady_process_on_the_edge_of_its_corridor_keeps_it(
    value: str, low: str, high: str, said: str
) -> None:
    measure = a_measure(
        *[float(value)] * 14, direction="within", target=Decimal(high), target_low=Decimal(low)
    )
    assert charted(measure).assurance == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("45.68", "60", "inconsistent"),  # the lower limit itself: 51 - 2.66 × 2
        ("45.67", "60", "consistent_pass"),
        ("40", "56.32", "inconsistent"),
        ("40", "56.33", "consistent_pass"),
        ("30", "45.68", "inconsistent"),
        ("30", "45.67", "consistent_fail"),
        ("56.32", "60", "inconsistent"),
    ],
)
def test_an_edge_of_a_corridor_on_a_limit_is_judged_as_any_target(
    low: str, high: str, said: str
) -> None:
    edges = {"target": Decimal(high), "target_low": Decimal(low)}
    measure = a_measure(*[50, 52] * 7, direction="within", **edges)
    assert charted(measure).assurance == said


def since(period: str) -> Rebase:
    """Return new limits to which both agreed."""
    both = {"A": period, "B": period}
    return Rebase(id=f"R{period}", measure="M", period=period, reason="second room", agreed=both)


@pytest.mark.parametrize(
    ("behind", "lines", "trial", "judged"),
    [
        (1, False, False, False),
        (2, False, False, False),
        (TRIAL - 1, False, False, False),
        (TRIAL, True, True, False),
        (FULL - 1, True, True, False),
        (FULL, True, False, True),
    ],
)
def test_new_limits_take_as_many_points_as_the_first(
    behind: int, *, lines: bool, trial: bool, judged: bool
) -> None:
    values = [50, 52] * 10 + [30 + n % 2 for n in range(behind)]
    chart = charted(a_measure(*values), since("2026-09"))
    assert chart.control is not None
    first, last = chart.control.segments
    assert first.upper is not None
    assert (last.upper is not None, chart.trial, chart.judged) == (lines, trial, judged)
    assert chart.control.upper[-1] == last.upper
    assert chart.standing == behind
    assert (chart.variation is not None, chart.assurance is not None) == (judged, judged)


def test_few_points_behind_new_limits_show_their_median() -> None:
    chart = charted(a_measure(*[50, 52] * 10, 30, 31, 41), since("2026-09"))
    assert chart.control is not None
    assert chart.control.centre == 31
    assert (chart.trial_at(0), chart.limits_at(0), chart.limits_at(20)) == (False, True, False)


def test_a_segment_on_trial_flags_nothing_nor_does_a_short_one_before() -> None:
    high = [50, 52] * 4 + [90]
    chart = charted(a_measure(*high, *[50, 52] * 8), since("2025-10"))
    assert chart.control is not None
    assert chart.trial_at(8)
    assert not chart.trial
    assert set(chart.control.rules) == set(chart.control.sides) == {None}
    late = charted(a_measure(*[50, 52] * 8, *high), since("2026-05"))
    assert late.trial
    assert late.control is not None
    assert set(late.control.rules) == {None}


@pytest.mark.parametrize(
    ("baseline", "lines", "judged"),
    [
        (2, False, False),
        (5, False, False),
        (6, True, False),
        (11, True, False),
        (12, True, True),
        (20, True, True),
    ],
)
def test_a_baseline_bears_what_its_points_bear(baseline: int, *, lines: bool, judged: bool) -> None:
    chart = charted(a_measure(*[50, 52] * 10, 90, baseline_points=baseline))
    assert chart.control is not None
    assert (chart.control.upper[-1] is not None, chart.judged) == (lines, judged)
    assert (chart.variation == "concern_high") == judged
    assert (chart.control.rules[-1] == "astronomical") == judged


@pytest.mark.parametrize(("count", "judged"), [(11, False), (12, False), (13, True), (36, True)])
def test_a_baseline_of_twelve_takes_thirteen_values_in_all(count: int, *, judged: bool) -> None:
    chart = charted(a_measure(*[50 + n % 3 for n in range(count)], baseline_points=12))
    assert (chart.judged, chart.trial, chart.variation is not None) == (judged, not judged, judged)


def contradicted(value: str, place: int = 4, **fields: object) -> Measure:
    """Return fifteen months of 1, 2 or 3 in 30, one of which is kept as another value."""
    measure = parts(*[(1 + n % 3, 30) for n in range(15)], **fields)
    period = months("2025-01", 15)[place]
    return replace(measure, values={**measure.values, period: Decimal(value)})


@pytest.mark.parametrize("chart", ["p", "p_prime", "u", "u_prime"])
def test_values_that_contradict_their_parts_are_charted_as_values_and_it_is_said(
    chart: str,
) -> None:
    drawn = charted(replace(contradicted("50"), chart=chart))
    assert drawn.method == "i"
    assert drawn.note == "May 2025 is 50, but its parts give 6.667: the values are charted"
    assert drawn.control is not None
    assert drawn.control.values[4] == 50


@pytest.mark.parametrize("value", ["6.7", "7", "6.67", "6.666666667"])
def test_rounded_values_are_their_parts(value: str) -> None:
    assert charted(contradicted(value)).method == "p"


@pytest.mark.parametrize("value", ["6.6", "6.8", "6.660", "8"])
def test_beyond_rounding_they_are_not(value: str) -> None:
    assert charted(contradicted(value)).method == "i"


def test_without_a_multiplier_percentages_are_a_hundred_times_their_parts() -> None:
    measure = replace(parts(*[(15, 30)] * 15), multiplier=None)
    assert charted(measure).method == "p"
    shares = {period: Decimal("0.5") for period in measure.values}
    chart = charted(replace(measure, values=shares))
    assert (chart.method, chart.note) == (
        "i",
        "Jan 2025 is 0.5, but its parts give 50: the values are charted",
    )
    assert charted(replace(measure, values=shares, unit="of all")).method == "p"


def test_parts_without_a_value_draw_no_limits() -> None:
    measure = parts(*[(1 + n % 3, 30) for n in range(15)])
    period = months("2025-01", 15)[4]
    gap = replace(measure, values={**measure.values, period: None})
    zero = replace(gap, denominator={**measure.denominator, period: Decimal(0)})
    for chart in (charted(gap), charted(zero)):
        assert chart.method == "p"
        assert chart.control is not None
        assert chart.control.values[4] is None
        assert chart.control.centre == pytest.approx(100 * 28 / 420)
