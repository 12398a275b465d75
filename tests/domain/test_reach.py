"""Required averages and year-end outlooks, against sums done by hand."""

from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.fiscal import add_months, fiscal_year_label, months
from dyad_desktop.domain.goals import Measure, Occurrence, Rebase
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.reach import (
    Need,
    Reach,
    meant_words,
    need_of,
    need_words,
    reach_of,
    reach_words,
    untold_words,
    year_of_next,
)
from dyad_desktop.domain.unsettled import is_stable
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure, charted, parts, since

STEADY = [50, 52] * 8  # January 2025 to April 2026


def found(*values: float | None, start: int = 1, **fields: Any) -> Reach | None:  # noqa: ANN401 - any field
    return reach_of(charted(a_measure(*values, **fields)), start)


def test_the_average_that_the_rest_needs_comes_out() -> None:
    reach = found(
        *STEADY, target=Decimal(51), start=7
    )  # July 2025 to June 2026: ten done, two left
    assert reach is not None
    assert (reach.year, reach.done, reach.left) == ("FY26", 10, 2)
    assert reach.required == pytest.approx((51 * 12 - 510) / 2)
    assert reach.outlook == pytest.approx(51)
    assert reach.high - reach.outlook == pytest.approx(1.96 * 2 / 1.128 * 2**0.5 / 12)


@given(
    st.lists(st.integers(40, 60), min_size=16, max_size=30), st.integers(20, 90), st.integers(1, 12)
)
def test_reaching_what_is_required_makes_the_year_meet_its_target(
    values: list[int], target: int, start: int
) -> None:
    reach = found(*values, target=Decimal(target), start=start)
    if reach is None:
        return
    year: list[float] = [*values[-reach.done :]] if reach.done else []
    year += [reach.required] * reach.left
    assert sum(year) / len(year) == pytest.approx(target)
    assert reach.low <= reach.outlook <= reach.high


@pytest.mark.parametrize(
    ("target", "direction", "verdict"),
    [
        (51, "down", "within"),
        (30, "down", "out"),
        (80, "down", "reached"),
        (80, "up", "out"),
        (30, "up", "reached"),
    ],
)
def test_what_is_required_is_held_against_the_limits(
    target: int, direction: str, verdict: str
) -> None:
    reach = found(*STEADY, target=Decimal(target), direction=direction, start=7)
    assert reach is not None
    assert reach.verdict == verdict


@pytest.mark.parametrize(
    ("target", "direction", "verdict"),
    [
        # Two months at 48 lie within the limits of a month, 45.7 to 56.3.
        (Decimal("50.5"), "down", "unlikely"),
        (Decimal("50.7"), "down", "within"),
        (Decimal("51.3"), "up", "within"),
        (Decimal("51.5"), "up", "unlikely"),
    ],
)
def test_an_average_of_several_scatters_less_than_one_of_them(
    target: Decimal, direction: str, verdict: str
) -> None:
    reach = found(*STEADY, target=target, direction=direction, start=7)
    assert reach is not None
    assert reach.verdict == verdict
    assert (float(target) < reach.low or float(target) > reach.high) == (verdict == "unlikely")


def test_a_total_that_ends_short_is_unlikely() -> None:
    steady = [50, 52] * 9  # January 2025 to June 2026
    likely, unlikely = (
        found(*steady, target=Decimal(one), aggregation="sum", direction="up")
        for one in ("51", "53")
    )
    assert likely is not None and unlikely is not None and unlikely.ending is not None  # noqa: PT018
    assert (likely.verdict, unlikely.verdict) == ("within", "unlikely")
    assert unlikely.ending.high < 53 * 12


def test_proportions_count_their_cases() -> None:
    measure = parts(*[(10, 100), (12, 100)] * 8, target=Decimal(10), direction="down")
    reach = reach_of(charted(measure), 7)
    assert reach is not None
    assert reach.required == pytest.approx(100 * (0.10 * 1200 - 110) / 200)
    assert reach.outlook == pytest.approx(11)


def test_the_outlook_of_counts_is_as_wide_as_counts_are() -> None:
    reach = found(*STEADY, target=Decimal(51), start=7, chart="c")
    assert reach is not None
    assert reach.high - reach.outlook == pytest.approx(1.96 * sqrt(51) * sqrt(2) / 12)


@pytest.mark.parametrize("chart", ["p", "u"])
def test_the_outlook_of_laneys_charts_is_as_wide_as_their_sigma(chart: str) -> None:
    counted = [(300, 10_000), (380, 10_000), (340, 10_000)] * 5
    plain, wide = (
        reach_of(charted(replace(parts(*counted, target=Decimal(3)), chart=name)), 7)
        for name in (chart, f"{chart}_prime")
    )
    assert plain is not None
    assert wide is not None
    rate = 0.034
    sigma = sqrt((rate * (1 - rate) if chart == "p" else rate) / 10_000)
    ranges = [0.008, 0.004, 0.004] * 4 + [0.008, 0.004]
    widening = sum(ranges) / len(ranges) / sigma / 1.128
    assert widening > 2
    assert (wide.high - wide.outlook) / (plain.high - plain.outlook) == pytest.approx(widening)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        (STEADY, {"target": None}),
        (STEADY, {"direction": "within"}),
        (STEADY[:11], {}),
        ([*STEADY, 90], {}),
        ([*range(1, 20)], {"span": "year_to_date"}),
        ([], {}),
    ],
)
def test_nothing_is_foretold_without_a_target_or_twelve_stable_points(
    values: list[float], fields: dict[str, Any]
) -> None:
    assert found(*values, **fields) is None


def test_new_limits_begin_the_count_anew() -> None:
    rebase = since("2025-08")
    assert is_stable(charted(a_measure(*STEADY)))
    assert not is_stable(charted(a_measure(*STEADY), rebase))


def test_a_year_that_is_over_gives_way_to_the_next() -> None:
    reach = found(*STEADY[:12], 50, 52, 50, 52, 50, 52, 50, 52, 50, 52, 50, 52, target=Decimal(51))
    assert reach is not None
    assert (reach.done, reach.left, reach.required) == (0, 12, 51)


def test_it_is_told_in_words() -> None:
    chart = charted(a_measure(*STEADY, target=Decimal(51)))
    reach = reach_of(chart, 7)
    assert reach is not None
    assert reach_words(chart, reach) == (
        "2 months left need 51.0 on average, limits 45.7 to 56.3; FY26 outlook 51.0 (50.6 to 51.4)"
    )


def test_a_year_ends_within_what_the_unit_can_be() -> None:
    percent = found(
        *[99.5, 100, 98, 100, 100, 100] * 4, unit="%", direction="up", target=Decimal(98)
    )
    assert percent is not None
    assert percent.high == 100
    assert percent.low < percent.outlook < 100
    bounded = found(
        *[0, 1] * 8, direction="down", target=Decimal(1), lower_bound=Decimal(0), start=5
    )
    assert bounded is not None
    assert bounded.low >= 0


def test_one_month_is_told_as_one() -> None:
    chart = charted(a_measure(*STEADY, target=Decimal(51)))
    reach = reach_of(chart, 6)
    assert reach is not None
    assert reach_words(chart, reach).startswith("1 month left needs 50.0, limits ")


# -- what is told where no verdict is --------------------------------------------------------------


def needed(*values: float | None, start: int = 7, **fields: Any) -> Need | None:  # noqa: ANN401 - any field
    return need_of(charted(a_measure(*values, **fields)), start)


def test_the_required_average_is_told_before_the_process_is_stable() -> None:
    need = needed(*STEADY[:8], 90, target=Decimal(60))  # January to September 2025
    assert need is not None
    assert (need.year, need.done, need.left) == ("FY26", 3, 9)
    assert need.required == pytest.approx((60 * 12 - 50 - 52 - 90) / 9)
    assert found(*STEADY[:8], 90, target=Decimal(60), start=7) is None


def test_the_required_average_is_the_one_of_the_verdict() -> None:
    chart = charted(a_measure(*STEADY, target=Decimal(51)))
    reach, need = reach_of(chart, 7), need_of(chart, 7)
    assert reach is not None
    assert need is not None
    assert (need.year, need.done, need.left, need.required) == (
        reach.year,
        reach.done,
        reach.left,
        reach.required,
    )


def test_run_charts_and_parts_have_a_required_average_too() -> None:
    run = needed(*STEADY, chart="run", target=Decimal(51))
    assert run is not None
    assert run.required == pytest.approx(51)
    few = need_of(charted(parts(*[(10, 100), (12, 100)] * 2, target=Decimal(10))), 1)
    assert few is not None
    assert few.required == pytest.approx(100 * (0.10 * 1200 - 44) / 800)


@pytest.mark.parametrize(
    "fields",
    [{"target": None}, {"direction": "within"}, {"span": "rolling"}, {"span": "year_to_date"}],
)
def test_no_average_is_required_where_none_can_be(fields: dict[str, Any]) -> None:
    assert needed(*STEADY, **fields) is None
    assert needed() is None


@pytest.mark.parametrize(
    ("values", "target", "words"),
    [
        (STEADY[:9], 60, "FY26: 9 months left need 63.1 on average"),
        ([*STEADY[:8], 90, 1, 1], 51, "FY26: 7 months left need 59.7 on average"),
    ],
)
def test_what_is_needed_is_told(values: list[float], target: int, words: str) -> None:
    chart = charted(a_measure(*values, target=Decimal(target)))
    need = need_of(chart, 7)
    assert need is not None
    assert need_words(chart, need) == words


@pytest.mark.parametrize(
    ("target", "direction", "said"),
    [
        (80, "up", "more than it can be"),
        (2, "down", "less than it can be"),
        (80, "down", "whatever comes"),
        (2, "up", "whatever comes"),
    ],
)
def test_an_average_beyond_what_can_be_says_so(target: int, direction: str, said: str) -> None:
    measure = a_measure(
        *[50] * 17, *[5 if direction == "up" else 95] * 0, target=Decimal(target),
        direction=direction, unit="%", upper_bound=Decimal(60), lower_bound=Decimal(40),
    )  # fmt: skip
    chart = charted(measure)
    need = need_of(chart, 7)
    assert need is not None
    assert said in need_words(chart, need)


SHIFTED = [*[50, 52] * 8, *[30, 31] * 4]  # lower from May 2026 on


@pytest.mark.parametrize(
    ("values", "fields", "others", "words"),
    [
        ([], {}, (), "No value is recorded yet."),
        (STEADY, {"target": None}, (), "Set a target, and it is told."),
        (
            STEADY,
            {"direction": "within"},
            (),
            "Good is a corridor here, which no single average reaches.",
        ),
        (STEADY, {"span": "rolling"}, (), "Rolling values overlap, so they have no limits."),
        (
            STEADY,
            {"chart": "run"},
            (),
            "A run chart has no limits to hold the target against.",
        ),
        (
            [value for one in STEADY for value in (one, None)],
            {},
            (),
            "Too few values are in a row for limits.",
        ),
        (STEADY[:9], {}, (), "The outlook takes 13 values; there are 9."),
        (
            STEADY,
            {},
            (since("2025-12"),),
            "The outlook takes 13 values; there are 5 since the rebase.",
        ),
        (
            SHIFTED,
            {},
            (),
            (
                "A shift since May 2026: the limits also hold the time before. "
                "Propose new limits from then to get it, from the 13th value on."
            ),
        ),
        (
            [*SHIFTED, *[30, 31] * 3],
            {"shift": 9},
            (),
            (
                "A shift since May 2026: the limits also hold the time before. "
                "Propose new limits from then to get it."
            ),
        ),
        (
            SHIFTED,
            {},
            (replace(since("2026-05"), agreed={"A": "2026-05"}),),
            "A shift since May 2026. New limits from May 2026 are proposed: they wait for agreement.",
        ),
        (
            [*STEADY, 90, 51],
            {},
            (),
            (
                "May 2026 is special (beyond a limit); how the year ends "
                "is told once 12 values have come without another special cause."
            ),
        ),
        (
            [*STEADY, 46, 47, 48, 49, 50, 51, 52],
            {},
            (),
            (
                "A trend since May 2026; how the year ends "
                "is told once 12 values have come without another special cause."
            ),
        ),
    ],
)
def test_why_it_is_not_told_is_told(
    values: list[float], fields: dict[str, Any], others: tuple[Rebase, ...], words: str
) -> None:
    chart = charted(a_measure(*values, **fields), *others)
    assert untold_words(chart, 1) == words
    assert reach_of(chart, 7) is None


def test_a_year_that_is_told_by_its_last_value_needs_no_average() -> None:
    chart = charted(a_measure(*STEADY, target=Decimal(51), aggregation="last"))
    assert need_of(chart, 7) is None
    assert reach_of(chart, 7) is None
    assert untold_words(chart, 1).startswith("The year is told by its last value")


def test_days_between_events_add_up_to_no_year() -> None:
    events = [Occurrence(id=f"E{n}", measure="M", date=f"2026-01-{n + 1:02}") for n in range(20)]
    chart = charted(a_measure(chart="t", direction="up"), *events)
    assert untold_words(chart, 1) == "Days between events make no year's average."


def test_every_measure_of_the_example_says_whether_or_why_not() -> None:
    book = example_book()
    for measure in book.all(Measure):
        chart = chart_of(book, measure)
        told = reach_of(chart, 7) is not None
        assert bool(untold_words(chart, 1)) != told
        if measure.direction != "within" and measure.aggregation != "last":
            assert need_of(chart, 7) is not None


# -- quarters whose year begins between them -------------------------------------------------------


@pytest.mark.parametrize("offset", [0, 1, 2])
@pytest.mark.parametrize("start", range(1, 13))
@pytest.mark.parametrize("count", [16, 17, 18, 19])
def test_a_year_has_four_quarters_wherever_it_starts(offset: int, start: int, count: int) -> None:
    first = add_months("2022-01", offset)
    values = {add_months(first, 3 * n): Decimal(60 + n % 3) for n in range(count)}
    chart = charted(a_measure(frequency="quarterly", values=values, target=Decimal(61)))
    places, year = year_of_next(chart, start)
    need = need_of(chart, start)
    assert need is not None
    assert (len(places), need.done + need.left, need.left > 0) == (4, 4, True)
    following = add_months(first, 3 * count)
    assert following in places
    assert places[need.done] == following
    most = [
        sum(fiscal_year_label(add_months(one, n), start) == year for n in range(3))
        for one in places
    ]
    assert min(most) >= 2  # a quarter counts in the year that has most of its months


def test_the_average_of_a_quarterly_year_off_the_grid_comes_out() -> None:
    values = {add_months("2022-01", 3 * n): Decimal(60 + n % 3) for n in range(18)}
    chart = charted(a_measure(frequency="quarterly", values=values, target=Decimal(62)))
    need = need_of(chart, 2)  # February: January to March 2026 is its first quarter
    assert need is not None
    assert (need.year, need.done, need.left) == ("FY27", 2, 2)
    assert need.required == pytest.approx((4 * 62 - 61 - 62) / 2)


# -- measures that add up over the year ------------------------------------------------------------

CASES: dict[str, Any] = {
    "aggregation": "sum", "direction": "up", "unit": "cases", "target": Decimal(52)
}  # fmt: skip


def test_a_total_is_what_is_there_and_what_the_rest_brings() -> None:
    reach = found(*STEADY, start=7, **CASES)  # July 2025 to June 2026: ten done, two left
    assert reach is not None
    assert reach.total is not None
    assert reach.ending is not None
    assert (reach.total.so_far, reach.total.target, reach.total.rest) == (510, 12 * 52, 114)
    assert reach.required == 57
    assert reach.verdict == "out"
    assert reach.ending.expected == pytest.approx(510 + 2 * 51)
    assert reach.ending.high - reach.ending.expected == pytest.approx(1.96 * 2 / 1.128 * 2**0.5)
    assert reach.outlook == pytest.approx(reach.ending.expected / 12)


def test_a_total_is_told_in_words_of_its_own() -> None:
    chart = charted(a_measure(*STEADY, **CASES))
    reach, need = reach_of(chart, 7), need_of(chart, 7)
    assert reach is not None
    assert need is not None
    assert reach_words(chart, reach) == (
        "2 months left need 114 in all, 57.0 a month, for a year of 624, limits 45.7 to 56.3;"
        " FY26 outlook 612 in all (607 to 617)"
    )
    assert need_words(chart, need) == (
        "FY26: 2 months left need 114 in all, 57.0 a month, for a year of 624"
    )
    last = reach_of(chart, 6)
    assert last is not None
    assert reach_words(chart, last).startswith("1 month left needs 62 for a year of 624, limits ")


@pytest.mark.parametrize(
    ("target", "direction", "words"),
    [
        (40, "up", "FY26: the year’s 480 are reached already"),
        (40, "down", "FY26: the year’s 480 are used up already"),
        (52, "down", "FY26: 2 months left may have 114 in all, 57.0 a month, for a year of 624"),
    ],
)
def test_a_years_target_may_be_reached_or_used_up(target: int, direction: str, words: str) -> None:
    fields = {**CASES, "target": Decimal(target), "direction": direction}
    chart = charted(a_measure(*STEADY, **fields))
    need = need_of(chart, 7)
    assert need is not None
    assert need_words(chart, need) == words


def test_the_target_of_a_year_is_the_sum_of_those_of_its_periods() -> None:
    steps = {"2026-01": Decimal(60)}
    reach = found(*STEADY, start=7, targets=steps, **CASES)
    assert reach is not None
    assert reach.total is not None
    assert reach.total.target == 6 * 52 + 6 * 60


@pytest.mark.parametrize(
    "fields",
    [
        {"target": None, "targets": {"2025-09": Decimal(52)}},
        {"no_target": {"2026-06": True}},
    ],
)
def test_a_year_that_has_periods_without_a_target_has_none(fields: dict[str, Any]) -> None:
    to_date: dict[str, Any] = {"values": _sums_from_july(STEADY), "span": "year_to_date"}
    for more in ({}, to_date):
        chart = charted(
            a_measure(*STEADY, **{**CASES, **fields, **more}),
            Partnership(id="partnership", start_month=7),
        )
        assert (need_of(chart, 7), reach_of(chart, 7)) == (None, None)
        assert untold_words(chart, 7) == (
            "Not all months of FY26 have a target, so there is none of the whole year."
        )


def _sums_from_july(values: list[int]) -> dict[str, Decimal]:
    """Return the same months from July 2025 on as figures of the year to date."""
    later = map(Decimal, values[6:])
    return dict(zip(months("2025-07", 10), accumulate(later), strict=True))


def test_a_gap_in_the_year_has_no_total_and_is_told_as_an_average() -> None:
    values = [*STEADY[:8], None, *STEADY[9:], 50]
    chart = charted(a_measure(*values, **CASES))
    need = need_of(chart, 7)
    assert need is not None
    assert (need.total, need.done) == (None, 10)
    assert need_words(chart, need).endswith(" left needs 62.0")
    young = charted(a_measure(*STEADY[:5], **CASES))  # from January, the year from July
    assert (found_need := need_of(young, 7)) is not None
    assert found_need.total is None


def test_a_total_of_counts_does_not_shrink() -> None:
    reach = found(*[0, 1] * 8, start=7, chart="c", **{**CASES, "direction": "down"})
    assert reach is not None
    assert reach.ending is not None
    assert reach.total is not None
    assert reach.ending.low >= reach.total.so_far


def test_a_total_that_is_over_decides_the_verdict_unless_values_may_be_below_nothing() -> None:
    values = [0, 3, 1, 5, 0, 2, 4, 0, 1, 0, 3, 2, 6, 1]  # the lower limit, as computed, is below 0
    reach = found(*values, start=7, **{**CASES, "target": Decimal(1), "direction": "down"})
    assert reach is not None
    assert reach.total is not None
    assert reach.total.rest < 0
    assert reach.verdict == "out"
    good = found(*values, start=7, **{**CASES, "target": Decimal(1)})
    assert good is not None
    assert good.verdict == "reached"
    money = charted(a_measure(*values, **{**CASES, "unit": "USD", "target": Decimal(1)}))
    need = need_of(money, 7)
    assert need is not None
    assert need_words(money, need) == (
        "FY26: 4 months left need −5 in all, −1.3 a month, for a year of 12"
    )
    change = reach_of(money, 7)
    assert change is not None
    assert change.verdict == "within"


@pytest.mark.parametrize("aggregation", [None, "mean", "median"])
def test_what_does_not_add_up_has_no_total(aggregation: str | None) -> None:
    reach = found(*STEADY, start=7, **{**CASES, "aggregation": aggregation})
    assert reach is not None
    assert (reach.total, reach.ending, reach.required) == (None, None, 57)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"target_date": "2027-06"},
            "Told for the average of FY26; the target is due in Jun 2027.",
        ),
        (
            {"target_date": "2027-06-30"},
            "Told for the average of FY26; the target is due in Jun 2027.",
        ),
        ({}, ""),
        ({"target_date": "2027-06", "aggregation": "sum"}, ""),
    ],
)
def test_a_target_that_is_due_in_one_month_is_told_as_held_against_the_average(
    fields: dict[str, Any], words: str
) -> None:
    chart = charted(a_measure(*[20, 22] * 8, target=Decimal(18), direction="down", **fields))
    need = need_of(chart, 7)
    assert need is not None
    assert meant_words(chart, need) == words
