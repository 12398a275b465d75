"""Figures of the year to date are held against what the year's targets come to by then."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.goals import Measure, Occurrence
from dyad_desktop.domain.levels import amber_at, begins_year, stretch_at, target_at
from dyad_desktop.domain.measure_ahead import ahead_of, ahead_words, level_text
from dyad_desktop.domain.measure_words import caption, settings_words
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.reach import need_of, need_words, untold_words, year_of_next
from dyad_desktop.domain.score_lines import score_lines
from dyad_desktop.domain.scorecard import read_chart, read_of, status_of
from dyad_desktop.domain.to_date import target_titles, target_words, to_date
from tests.domain.test_measuring import GOAL, A, B, a_measure, charted, numbers

FORTY = [
    40,
    82,
    119,
    160,
    205,
    238,
    280,
    317,
    355,
    398,
]  # January to October, 40 a month on average


def cases(*values: int, **fields: object) -> Measure:
    usual: dict[str, object] = {
        "span": "year_to_date", "aggregation": "sum", "direction": "up", "unit": "cases",
        "target": Decimal(40),
    }  # fmt: skip
    return a_measure(*values, **(usual | fields))


def test_each_figure_is_held_against_the_months_targets_up_to_then() -> None:
    measure = to_date(cases(*FORTY, amber_at=Decimal(35), stretch=Decimal(45)), 1)
    assert [target_at(measure, one) for one in ("2025-01", "2025-10", "2025-12", "2026-01")] == [
        Decimal(n) for n in (40, 400, 480, 40)
    ]
    assert amber_at(measure, "2025-10") == 350
    assert stretch_at(measure, "2025-10") == 450
    states = [status_of(measure, Decimal(n), "2025-10") for n in (400, 398, 350, 349)]
    assert states == ["on_track", "at_risk", "at_risk", "off_track"]


def test_targets_of_another_height_count_from_their_month_on() -> None:
    steps = {"2025-04": Decimal(50), "2025-12": None}
    measure = to_date(cases(*FORTY, targets=steps, no_target={"2025-12": True}), 1)
    found = [target_at(measure, one) for one in ("2025-03", "2025-04", "2025-10", "2025-12")]
    assert found == [120, 170, 470, None]


def test_a_year_is_the_partnerships_fiscal_year() -> None:
    values = dict(zip(months("2025-07", 10), map(Decimal, FORTY), strict=True))
    assert target_at(to_date(cases(values=values), 7), "2026-04") == 400


TWO_YEARS = [*FORTY, 440, 480, 41, 80, 118, 161]  # January 2025 to April 2026, by the calendar


def asked_in_july(measure: Measure) -> tuple[MeasureChart, str]:
    chart = charted(measure, Partnership(id="partnership", start_month=7))
    return chart, target_words(measure, chart.series.places[-1], 7)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (3, "held against the targets of the year’s months up to then, together: 360 in Mar 2025"),
        (
            7,
            "go on in Jul 2025, when the fiscal year begins. In which month does their year begin?",
        ),
        (10, "go on in Jul 2025"),
        (4, "begin in Jan 2025 as a year does, and the fiscal year begins in Jul. In which month"),
        (16, "fall back in Jan 2026, and the fiscal year begins in Jul. In which month"),
    ],
)
def test_values_that_begin_anew_in_another_month_are_asked_about_and_held_against_nothing(
    count: int, words: str
) -> None:
    chart, said = asked_in_july(cases(*TWO_YEARS[:count], amber_at=Decimal(38)))
    assert words in said
    doubted = count > 3
    assert (
        caption(chart).split("; ")[0].endswith("no target until it is said when the year begins")
        == doubted
    )
    reading = read_chart(chart)
    assert (reading.shown == "no_target", set(chart.targets) == {None}) == (doubted, doubted)
    assert (need_of(chart, 7) is None) == doubted
    assert ("no target until it is said when the year begins" in settings_words(chart)) == doubted
    if doubted:
        assert untold_words(chart, 7) == said


def test_what_is_recorded_from_within_a_year_on_is_no_other_year() -> None:
    for first, figures in (
        ("2025-08", FORTY[1:]),
        ("2026-01", (*FORTY[6:], 480)),
        ("2026-05", (440, 480)),
    ):
        values = dict(zip(months(first, len(figures)), map(Decimal, figures), strict=True))
        chart, said = asked_in_july(cases(values=values))
        assert "together" in said
        assert None not in chart.targets


def test_a_service_that_began_within_a_year_and_begins_anew_with_the_next_is_in_no_doubt() -> None:
    figures = [Decimal(one) for one in (*FORTY[:8], *FORTY)]
    chart, said = asked_in_july(
        cases(values=dict(zip(months("2024-11", 18), figures, strict=True)))
    )
    assert "together" in said
    assert chart.targets[-1] == 400


def test_a_year_that_has_months_without_a_target_says_so() -> None:
    measure = cases(*FORTY, target=None, targets={"2025-04": Decimal(40)})
    chart = charted(measure)
    assert caption(chart).startswith(
        "At 398 cases, no target to date, since the year has months without one;"
    )
    assert "no target to date, since the year has months without one" in settings_words(chart)
    assert "none in Oct 2025, since the year has months without a target" in target_words(
        measure, "2025-10", 1
    )
    assert "no target is set" in caption(charted(cases(*FORTY, target=None)))


def test_a_measure_says_in_which_month_its_year_begins() -> None:
    for values in (TWO_YEARS, TWO_YEARS[:8], TWO_YEARS[:3]):
        chart, said = asked_in_july(cases(*values, year_start=1))
        assert chart.targets[:3] == numbers(40, 80, 120)
        assert "together" in said
    assert chart.targets == numbers(40, 80, 120)
    need = need_of(chart, 7)
    assert need is not None
    assert need_words(chart, need) == (
        "Jan 2025 to Dec 2025: 9 months left need 361 in all, 40.1 a month, for a year of 480"
    )
    bare, _said = asked_in_july(cases(*FORTY, year_start=1, no_target={"2025-12": True}))
    assert untold_words(bare, 7).startswith("Not all months of Jan 2025 to Dec 2025 have a target")
    impossible, _said = asked_in_july(cases(*FORTY[:6], year_start=13))
    assert "month in which the year begins 13 can’t be and isn’t used" in settings_words(impossible)


@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("value", [-1, 1, 3.5])
def test_a_correction_or_a_mistyped_figure_moves_no_target(place: int, value: float) -> None:
    corrected = list(FORTY)
    corrected[place] = round(corrected[place] * value) if value > 0 else corrected[place - 1] - 1
    values = dict(zip(months("2025-07", 10), map(Decimal, corrected), strict=True))
    chart, _said = asked_in_july(cases(values=values))
    assert chart.targets == tuple(Decimal(40 * n) for n in range(1, 11))


def test_a_mistyped_figure_that_others_followed_moves_no_target() -> None:
    values = [Decimal(one) for one in (*FORTY[:6], 28, *FORTY[7:])]
    chart, _said = asked_in_july(
        cases(values=dict(zip(months("2025-07", 10), values, strict=True)))
    )
    assert chart.targets[-1] == 400


def test_quarters_add_up_by_their_own_targets() -> None:
    values = {"2025-01": Decimal(40), "2025-04": Decimal(82), "2025-07": Decimal(119)}
    measure = to_date(cases(values=values, frequency="quarterly"), 1)
    assert target_at(measure, "2025-07") == 120


def test_a_value_between_the_quarters_moves_no_target() -> None:
    values = {one: Decimal(n) for one, n in (("2025-01", 100), ("2025-04", 210), ("2025-07", 330))}
    usual: dict[str, object] = {"frequency": "quarterly", "target": Decimal(100)}
    plain = charted(cases(values=values, **usual))
    odd = charted(cases(values=values | {"2024-12": Decimal(90)}, **usual))
    assert plain.targets == odd.targets == numbers(100, 200, 300)


def test_a_quarter_in_two_years_counts_in_that_of_its_middle_month_everywhere() -> None:
    values = dict(zip(months("2025-01", 12)[::3], map(Decimal, (90, 200, 290, 410)), strict=True))
    measure = cases(values=values, frequency="quarterly", target=Decimal(100))
    chart = charted(measure, Partnership(id="partnership", start_month=2))
    assert chart.targets == numbers(100, 200, 300, 400)
    places, name = year_of_next(chart, 2)
    assert begins_year(chart.measure, places[0])
    assert target_at(chart.measure, places[-1]) == 400
    assert name == "FY27"


@pytest.mark.parametrize(
    "fields",
    [
        {"values": dict(zip(months("2025-01", 10), map(Decimal, FORTY), strict=True))
         | {"9999-12": Decimal(5), "0001-01": Decimal(5)}},
        {"values": {"9999-12": Decimal(5)}},
        {"target_date": "9999-12"},
        {"target_date": "0001-01"},
        {"target_date": "2199-12"},
        {"targets": {"9999-12": Decimal(50), "0001-01": Decimal(40)}},
        {"frequency": "quarterly", "target_date": "9999-12"},
        {"chart": "t", "values": {}},
        {"chart": "g"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("start", [1, 2, 7, 12])
def test_an_odd_measure_of_an_old_file_never_keeps_a_page_from_opening(
    start: int, fields: dict[str, object]
) -> None:
    measure = cases(*FORTY, **fields)
    event = Occurrence(id="O", measure="M", date="2025-03-04")
    others = [event, replace(event, id="P", date="2025-05-09")]
    whole = Partnership(id="partnership", start_month=start, as_of="2025-11-30")
    book = Book.of([A, B, GOAL, whole, measure, *(others if measure.chart == "t" else ())])
    [line] = score_lines(book)
    assert line.reading == read_of(book, measure)
    assert caption(line.chart)
    need_of(line.chart, start)
    ahead_words(line.chart, ahead_of(line.chart, start))
    target_words(measure, line.chart.series.places[-1] if line.chart.series.places else "", start)
    if measure.chart is None and line.chart.recorded == len(FORTY):
        doubted = start == 7  # from January on, and the fiscal year from July
        assert (line.reading.target is None) == doubted


# -- the same, read slowly -------------------------------------------------------------------------


def slowly(measure: Measure, place: str, start: int) -> Decimal | None:
    """Return the target to date of a period on a measure's grid, month by month by hand."""
    step = 3 if measure.frequency == "quarterly" else 1

    def year(period: str) -> int:
        number = int(period[:4]) * 12 + int(period[5:]) - 1 + step // 2
        return (number - (start - 1)) // 12

    whole, period = Decimal(0), place
    while year(period) == year(place):
        level, since = measure.target, ""
        for one, said in measure.no_target.items():
            if said and since <= one <= period:
                level, since = None, one
        for one, other in measure.targets.items():
            if other is not None and since <= one <= period:
                level, since = other, one
        if level is None:
            return None
        whole += level
        number = int(period[:4]) * 12 + int(period[5:]) - 1 - step
        period = f"{number // 12:04d}-{number % 12 + 1:02d}"
    return whole


def test_a_slow_reading_gives_the_same_targets() -> None:
    random = Random(11)  # noqa: S311 - measures to try, no secrets
    for _ in range(300):
        start, quarterly = random.randint(1, 12), random.random() < 0.4
        grid = months(f"2024-{random.randint(1, 12):02d}", 36)[:: 3 if quarterly else 1]
        steps = random.sample(months("2023-10", 40), random.randint(0, 5))
        cut = random.randint(0, len(steps))
        measure = cases(
            values={one: random.choice([Decimal(5), Decimal(5), None]) for one in grid},
            year_start=random.choice([None, None, random.randint(1, 12)]),
            frequency="quarterly" if quarterly else "monthly",
            target=random.choice([None, Decimal(40), Decimal("2.5")]),
            targets={one: random.choice([Decimal(random.randint(0, 60)), None]) for one in steps[:cut]},
            no_target={one: random.choice([True, True, False, None]) for one in steps[cut:]},
        )  # fmt: skip
        chart = charted(measure, Partnership(id="partnership", start_month=start))
        start = measure.year_start or start
        assert chart.targets == tuple(slowly(measure, one, start) for one in chart.series.places)
        judged = to_date(measure, start)
        for place in grid if chart.recorded else ():
            assert target_at(judged, place) == slowly(measure, place, start)


@pytest.mark.parametrize(
    ("measure", "level"),
    [
        (cases(*FORTY, aggregation="mean"), 40),
        (cases(*FORTY, aggregation=None), 40),
        (cases(*FORTY, aggregation=None, span=None), 40),
        (cases(*FORTY, span=None), 40),
        (cases(*FORTY, span="own_period"), 40),
        (cases(90, 95, 91, aggregation=None), 40),
    ],
)
def test_only_what_adds_up_has_targets_that_do(measure: Measure, level: int) -> None:
    assert target_at(to_date(measure, 1), "2025-10") == level


@pytest.mark.parametrize(
    "fields", [{"aggregation": None}, {"span": None, "aggregation": None}, {"span": None}]
)
def test_no_value_more_or_less_changes_what_unsaid_figures_are_held_against(
    fields: dict[str, object],
) -> None:
    corrected = [*FORTY[:5], 204, *FORTY[6:]]
    for values in (*(FORTY[:count] for count in range(1, 11)), corrected):
        assert set(charted(cases(*values, **fields)).targets) == {Decimal(40)}


def test_targets_that_were_typed_to_date_are_not_summed_again() -> None:
    typed = {one: Decimal(40 * n) for n, one in enumerate(months("2025-01", 12), start=1)}
    chart = charted(cases(*FORTY, aggregation=None, target=None, targets=typed))
    assert read_chart(chart).target == 400


def test_a_yearly_target_is_not_taken_for_a_monthly_one() -> None:
    for fields in ({"aggregation": None}, {"span": None}):
        assert read_chart(charted(cases(*FORTY, target=Decimal(480), **fields))).target == 480


def test_a_ramp_that_meets_its_target_is_on_track() -> None:
    ramp = (5, 10, 14, 19, 25, 30, 34, 40, 45, 50, 55, 61)
    chart = charted(cases(*ramp, span=None, aggregation=None, target=Decimal(60)))
    assert read_chart(chart).status == "on_track"


def test_what_looks_like_a_build_up_is_asked_about_where_nothing_is_said() -> None:
    asked = target_words(cases(*FORTY, span=None, aggregation=None), "2025-10", 1)
    assert asked.startswith("Is each value that of the year so far?")
    assert "“A value covers”" in asked
    for fields in (
        {"span": "own_period"},
        {"span": "rolling"},
        {"span": None, "direction": "within"},
    ):
        assert target_words(cases(*FORTY, **fields), "2025-10", 1) == ""


def test_chart_state_and_words_go_by_the_same_target() -> None:
    measure = cases(*FORTY)
    chart = charted(measure)
    book = Book.of([A, B, GOAL, Partnership(id="partnership"), measure])
    assert {read_chart(chart).status, read_of(book, measure).status} == {"off_track"}
    assert caption(chart).startswith(
        "At 398 cases, 2 of the last 6 months met the target of their time (now at or above 400 to date);"
    )
    assert "target 400 cases to date (the months’ targets together)" in settings_words(chart)
    assert list(chart.targets[:3]) == [Decimal(n) for n in (40, 80, 120)]
    assert level_text(chart.measure, Decimal(400)) == "target 400 to date"


def test_what_the_rest_of_the_year_needs_is_told() -> None:
    chart = charted(cases(*FORTY))
    need = need_of(chart, 1)
    assert need is not None
    assert need_words(chart, need) == (
        "FY25: 2 months left need 82 in all, 41.0 a month, for a year of 480"
    )
    done = charted(cases(*FORTY, 440, 480))
    anew = need_of(done, 1)
    assert anew is not None
    assert (anew.left, anew.required) == (12, 40)


def test_a_sum_of_the_year_is_not_better_for_having_grown_or_begun_anew() -> None:
    assert read_chart(charted(cases(*FORTY))).better is None


def test_a_share_of_the_year_to_date_is_held_against_its_target_as_typed() -> None:
    chart = charted(cases(91, 94, 93, unit="%", aggregation="mean", target=Decimal(95)))
    assert read_chart(chart).target == Decimal(95)
    assert "target 95 % for the year to date" in settings_words(chart)


def test_the_form_says_what_a_target_is_for() -> None:
    words = target_words(cases(*FORTY), "2025-10", 1)
    assert (
        "held against the targets of the year’s months up to then, together: 400 in Oct 2025"
        in words
    )
    typed = target_words(cases(91, aggregation="mean"), "2025-01", 1)
    assert "as it is typed" in typed
    assert target_words(replace(cases(91), span=None), "2025-01", 1) == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"target": Decimal(1200)},
            " 1,200 a month come to 14,400 over the year. If 1,200 are meant for the whole year, type 100.",
        ),
        (
            {"target": Decimal(1000), "frequency": "quarterly"},
            " 1,000 a quarter come to 4,000 over the year. If 1,000 are meant for the whole year, type 250.",
        ),
        (
            {"target": Decimal(50)},
            " 50 a month come to 600 over the year. If 50 are meant for the whole year, type 4.167.",
        ),
        ({"target": None}, ""),
        ({"targets": {"2026-07": Decimal(50)}}, ""),
    ],
)
def test_the_form_says_so_before_there_is_a_value_too(
    fields: dict[str, object], words: str
) -> None:
    measure = cases(**fields)
    one = "quarter" if "frequency" in fields else "month"
    assert target_words(measure, "", 1) == (
        f"The target is that of one {one}. The values are for the year to date, so each is held against the"
        f" targets of the year’s {one}s up to then, together.{words}"
    )
    assert target_titles(measure)["target"] == f"Target, a {one}"
    assert target_titles(replace(measure, aggregation="mean"))["target"] == "Target"


def test_the_form_says_what_the_year_comes_to() -> None:
    assert target_words(cases(*FORTY), "2025-10", 1).endswith(
        "together: 400 in Oct 2025, 480 in Dec 2025."
    )
    assert target_words(cases(*FORTY, 440, 480), "2025-12", 1).endswith(
        "together: 480 in Dec 2025."
    )
