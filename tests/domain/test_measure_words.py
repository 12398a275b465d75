"""What is said of a chart is what it shows."""

from dataclasses import replace
from decimal import Decimal
from statistics import median

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.goals import Measure, Occurrence
from dyad_desktop.domain.measure_words import (
    caption,
    limit_text,
    rule_words,
    settings_words,
    signal_words,
)
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.reach import untold_words
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure, charted, parts, since

STEADY = [50, 52] * 7
FALLEN = [*STEADY, 49, 49, 50, 49, 49, 50, 49, 49]


def test_a_caption_tells_a_value_apart_from_the_target_that_it_misses() -> None:
    counts = [(2380, 2500)] * 2 + [(2374, 2500)]  # 95.2 % twice, then 94.96 %, kept as 95.0
    measure = parts(*counts, direction="up", target=Decimal(95), decimals=1)
    words = "At 94.96 %, 2 of the last 3 months at or above target 95.0"
    assert caption(charted(measure)).startswith(words)


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (a_measure(), "No value is recorded yet."),
        (a_measure(58), "At 58 min, at or below target 60; 1 of the 6 values that limits take."),
        (
            a_measure(61),
            "At 61 min, not at or below target 60; 1 of the 6 values that limits take.",
        ),
        (
            a_measure(61, target=None),
            "At 61 min, no target is set; 1 of the 6 values that limits take.",
        ),
        (
            a_measure(70, 58, None, 59),
            (
                "At 59 min, 2 of the last 3 recorded months at or below target 60;"
                " 3 of the 6 values that limits take."
            ),
        ),
        (
            a_measure(*STEADY[:9]),
            (
                "At 50 min, all of the last 6 months at or below target 60;"
                " trial limits: 9 of the 13 values that a verdict takes."
            ),
        ),
        (
            a_measure(*STEADY),
            (
                "At 52 min, all of the last 6 months at or below target 60; no special cause;"
                " as it runs now, it will go on meeting the target."
            ),
        ),
        (
            a_measure(*STEADY, target=Decimal(51)),
            (
                "At 52 min, 3 of the last 6 months at or below target 51; no special cause;"
                " as it runs now, chance decides whether it meets the target."
            ),
        ),
        (
            a_measure(*STEADY, target=Decimal(40)),
            (
                "At 52 min, none of the last 6 months at or below target 40; no special cause;"
                " as it runs now, it can't be expected to meet the target."
            ),
        ),
        (
            a_measure(*STEADY, 52, 51, 50, 44, target=Decimal("44.5")),
            (
                "At 44 min, 1 of the last 6 months at or below target 44.5; Jun 2026 is below the lower limit:"
                " improving; its limits lie beyond the target, though 1 of the last 12 months met it."
            ),
        ),
        (
            a_measure(66, 65, 64, 63, 62, unit="count", chart="run"),
            (
                "At 62, none of the last 5 months at or below target 60;"
                " a trend of 5 months down: improving."
            ),
        ),
        (
            a_measure(*[50] * 7, *[58, 59, 58, 59, 57, 58, 57], chart="run"),
            (
                "At 57 min, all of the last 6 months at or below target 60;"
                " a shift of 7 months above the median: worsening."
            ),
        ),
    ],
)
def test_a_caption_says_what_the_chart_shows(measure: Measure, sentence: str) -> None:
    assert caption(charted(measure)) == sentence


@pytest.mark.parametrize(
    ("values", "targets", "plain", "words"),
    [
        (
            [64] * 5 + [59],
            {"2025-06": 60},
            65,
            "all of the last 6 months met the target of their time (now at or below 60)",
        ),
        (
            [64] * 4 + [70, 61],
            {"2025-06": 60},
            65,
            "4 of the last 6 months met the target of their time (now at or below 60)",
        ),
        ([70, 71, 64, 64, 63, 64, 63, 59], {"2025-08": 60}, None, "at or below target 60"),
        ([70, 71, 64, 64, 63, 64, 63, 61], {"2025-08": 60}, None, "not at or below target 60"),
        (
            [70, 71, 64, 64, 59, None, 63, 59],
            {"2025-05": 60},
            None,
            "2 of the last 3 recorded months with a target at or below target 60",
        ),
        (
            [70, 71, 64, 64, 59, 63, 63, 59],
            {"2025-05": 60, "2025-07": 65},
            None,
            "3 of the last 4 months with a target met the target of their time (now at or below 65)",
        ),
        (
            [64] * 6,
            {"2025-03": 60, "2025-04": 60},
            60,
            "none of the last 6 months at or below target 60",
        ),
        ([64] * 6, {"2025-05": None}, 65, "no target is set"),
    ],
)
def test_each_month_is_counted_by_the_target_of_its_time(
    values: list[float], targets: dict[str, int | None], plain: int | None, words: str
) -> None:
    steps = {place: Decimal(one) for place, one in targets.items() if one is not None}
    ends = {place: True for place, one in targets.items() if one is None}
    level = None if plain is None else Decimal(plain)
    said = caption(charted(a_measure(*values, targets=steps, no_target=ends, target=level)))
    assert said.split("; ")[0].split(", ", 1)[1] == words


@pytest.mark.parametrize(
    ("values", "fields", "words"),
    [
        (FALLEN, {}, "a shift of 8 months below the mean: improving"),
        (FALLEN, {"direction": "up"}, "a shift of 8 months below the mean: worsening"),
        ([*STEADY, 46, 47, 48, 49, 50, 51, 52], {}, "a trend of 7 months up: worsening"),
        ([*STEADY, 90], {}, "Mar 2026 is above the upper limit: worsening"),
        ([*STEADY, 52, 55.5, 55.5], {}, "2 of 3 months near the upper limit: worsening"),
        ([*STEADY, 90], {"direction": "within"}, "Mar 2026 is above the upper limit"),
    ],
)  # fmt: skip
def test_the_last_point_says_what_goes_on(
    values: list[float], fields: dict[str, object], words: str
) -> None:
    assert signal_words(charted(a_measure(*values, **fields))) == words


def test_a_point_says_its_rule() -> None:
    chart = charted(a_measure(*STEADY, 90))
    assert rule_words(chart, 14) == "beyond a limit, worsening"
    assert rule_words(charted(a_measure(*STEADY)), 3) == ""


def test_a_quarterly_measure_speaks_of_quarters() -> None:
    periods = [add_months("2024-01", 3 * place) for place in range(6)]
    values = {period: Decimal(place) for place, period in enumerate(periods)}
    measure = a_measure(frequency="quarterly", values=values, direction="up", chart="run")
    assert caption(charted(measure)) == (
        "At 5 min, none of the last 6 quarters at or above target 60;"
        " a trend of 6 quarters up: improving."
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {},
            (
                "XmR chart, limits 2.66 × mean moving range, shift 7, trend 7, not screened, baseline all points, "
                "lower is better, target 60 min"
            ),
        ),
        (
            {"shift": 6, "trend": 6, "screened": True, "baseline_points": 12, "target": None},
            (
                "XmR chart, limits 2.66 × mean moving range, shift 6, trend 6, screened, baseline first 12 points, "
                "lower is better, no target"
            ),
        ),
        (
            {"chart": "c", "direction": "up", "targets": {"2025-03": Decimal(55)}},
            (
                "c chart, limits 3 sigma, shift 7, trend 7, baseline all points, "
                "higher is better, target 55 min"
            ),
        ),
        (
            {"span": "rolling", "direction": "within", "target_low": Decimal(40)},
            ("run chart (rolling values overlap, so they have no limits), good is 40 to 60 min"),
        ),
        (
            {"baseline_points": 3},
            "XmR chart, no limits below 6 values, lower is better, target 60 min",
        ),
    ],
)
def test_the_settings_are_told(fields: dict[str, object], words: str) -> None:
    assert settings_words(charted(a_measure(*STEADY, **fields))) == words


RUN = [50] * 7 + [58, 59, 58, 59, 57, 58, 57]


def test_a_run_chart_follows_new_limits_and_says_its_rules() -> None:
    chart = charted(a_measure(*RUN, chart="run", shift=8, baseline_points=5), since("2025-08"))
    assert [one.centre for one in chart.segments] == [50, 58]
    assert signal_words(chart) == "no shift or trend now"
    assert settings_words(chart) == (
        "run chart, median of the first 5 points of each segment, shift 8, trend 5, Anhøj's tests, "
        "lower is better, target 60 min, rebased Aug 2025"
    )


@pytest.mark.parametrize(("shift", "told"), [(None, True), (7, True), (8, False)])
def test_a_run_chart_takes_the_rules_of_the_measure(shift: int | None, *, told: bool) -> None:
    words = signal_words(charted(a_measure(*RUN, chart="run", shift=shift)))
    assert words.startswith("a shift of 7 months above the median") == told


@pytest.mark.parametrize(
    ("chart", "days", "name"),
    [
        ("g", True, "g chart of days between events"),
        ("g", False, "g chart of cases between events"),
        ("t", True, "t chart of days between events"),
    ],
)
def test_what_lies_between_events_is_named(chart: str, name: str, *, days: bool) -> None:
    events = [Occurrence(id=f"E{n}", measure="M", date=f"2026-01-{n + 1:02}") for n in range(9)]
    found = charted(a_measure(*STEADY, chart=chart), *(events if days else ()))
    assert settings_words(found).startswith(f"{name}, ")


def test_no_limits_are_told_where_there_are_none() -> None:
    assert settings_words(charted(a_measure(*STEADY[:5]))) == (
        "XmR chart, no limits below 6 values, lower is better, target 60 min"
    )
    assert "limits 2.66" in settings_words(charted(a_measure(*STEADY), since("2026-01")))


def test_new_limits_outside_the_values_are_not_told_nor_twice() -> None:
    outside = [since("2024-01"), since("2025-01"), since("2027-01")]
    assert "rebased" not in settings_words(charted(a_measure(*STEADY), *outside))
    twice = [since("2025-08"), replace(since("2025-08"), id="again")]
    assert settings_words(charted(a_measure(*STEADY), *twice)).count("rebased") == 1
    gap = charted(a_measure(*STEADY[:6], None, *STEADY), since("2025-07"), since("2025-08"))
    assert gap.settings.starts == (6, 7)


def test_one_object_has_the_settings_of_chart_table_and_words() -> None:
    fields = {"shift": 6, "trend": 8, "chart_constant": Decimal("2.5"), "screened": True}
    settings = charted(a_measure(*STEADY, **fields), since("2025-08")).settings
    assert (settings.shift, settings.trend, settings.constant, settings.screened) == (
        6,
        8,
        Decimal("2.5"),
        True,
    )
    assert (settings.direction, settings.target) == ("down", Decimal(60))
    assert (settings.starts, settings.rebased) == ((7,), ("2025-08",))
    assert settings.reading["rebase"] == (7,)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2026-01", "2 of the 6 values that limits take since the rebase"),
        ("2025-08", "trial limits: 7 of the 13 values that a verdict takes since the rebase"),
    ],
)
def test_points_behind_new_limits_are_counted_anew(period: str, words: str) -> None:
    assert signal_words(charted(a_measure(*STEADY), since(period))) == words


def test_values_never_next_to_each_other_have_no_limits_and_it_is_said() -> None:
    chart = charted(a_measure(*[value for one in STEADY for value in (one, None)]))
    assert (chart.judged, chart.trial, chart.variation) == (False, False, None)
    assert signal_words(chart) == "no two values in a row, which limits take"
    assert "no limits below 5 pairs of values in a row" in settings_words(chart)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([50, 52, None, 51, None, 50, None, 52, None, 51], "1 of the 5 pairs"),
        ([50, 52, None, 51, 50, None, 52, 51, None, 50, 52], "4 of the 5 pairs"),
    ],
)
def test_a_few_pairs_over_gaps_are_too_little_for_limits(
    values: list[float | None], words: str
) -> None:
    chart = charted(a_measure(*values))
    assert (chart.limited, chart.judged, chart.trial) == (False, False, False)
    assert signal_words(chart) == f"{words} of values in a row that limits take"
    assert "no limits below 5 pairs of values in a row" in settings_words(chart)
    assert chart.control is not None
    assert chart.control.centre == median(one for one in values if one is not None)


def test_enough_pairs_have_limits_whatever_gaps_there_are() -> None:
    assert charted(a_measure(50, 52, None, 51, 50, 52, None, 51, 53, 50)).trial


def test_a_segment_of_few_pairs_flags_no_point() -> None:
    values = [*STEADY, *[60, None] * 14]
    chart = charted(a_measure(*values), since("2026-03"))
    assert chart.control is not None
    assert set(chart.control.rules[14:]) == {None}


def test_shares_take_no_pairs() -> None:
    gapped = parts(*[(5, 100), (6, 100)] * 6)
    kept = {period: value for n, (period, value) in enumerate(gapped.values.items()) if n % 2}
    assert charted(replace(gapped, values=kept)).trial


def test_a_short_baseline_says_that_it_is_short() -> None:
    short, trial = (charted(a_measure(*STEADY, baseline_points=n)) for n in (2, 8))
    assert signal_words(short) == "2 of the 6 values that limits take in the baseline"
    assert (
        signal_words(trial)
        == "trial limits: 8 of the 12 values that a verdict takes in the baseline"
    )
    assert untold_words(trial, 1) == "The outlook takes 12 values; there are 8 in the baseline."
    young = charted(a_measure(*STEADY[:12], baseline_points=12))
    assert signal_words(young) == "trial limits: 12 of the 13 values that a verdict takes"


def test_rebases_are_told_with_the_settings() -> None:
    rebase = since("2025-08")
    words = settings_words(charted(a_measure(*STEADY), rebase))
    assert words.endswith(
        "baseline all points of each segment, lower is better, target 60 min, rebased Aug 2025"
    )


def test_the_example_reads_as_its_numbers_say() -> None:
    book = example_book()
    said = caption(chart_of(book, book.need(Measure, "M1.1")))
    assert said.startswith(
        "At 60 min, 4 of the last 6 months at or below target 60; 2 of 3 months near the lower limit: improving"
    )
    assert isinstance(book, Book)


def test_a_shift_of_waiting_counts_is_told_against_their_median() -> None:
    values = [1, 9, 2, 8, 1, 20, 1, 15, 2, 1, 9, 6, 6.5, 6, 7, 6, 6.5, 6]
    chart = charted(a_measure(*values, chart="g", direction="up", unit="cases"))
    assert chart.control is not None
    assert min(values[11:]) < (chart.control.centre or 0)  # some of them below the mean
    assert signal_words(chart) == "a shift of 8 months above the median: improving"


def test_equal_waiting_counts_are_no_shift() -> None:
    chart = charted(a_measure(*[5] * 14, chart="g", direction="up", unit="cases"))
    assert signal_words(chart) == "no special cause"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (8155.04, 0, "8,155"),
        (999.04, 0, "999.0"),
        (8155.04, 2, "8,155.04"),
    ],
)
def test_thousands_of_whole_numbers_have_no_decimals(
    value: float, decimals: int, text: str
) -> None:
    assert limit_text(charted(a_measure(5, decimals=decimals)), value) == text
