"""Settings that nobody can mean: refused where they are written, passed over and told where a file holds them."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import target_at
from dyad_desktop.domain.measure_settings import check_settings
from dyad_desktop.domain.measure_words import caption, limits_text, settings_words
from dyad_desktop.domain.measuring import series_of
from dyad_desktop.domain.off_grid import off_grid
from dyad_desktop.domain.reach import need_of, untold_words
from dyad_desktop.domain.scorecard import read_chart
from dyad_desktop.errors import BadInputError
from tests.domain.test_measuring import a_measure, charted, parts

STEADY = [50, 52] * 7


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"chart_constant": Decimal(-1)}, "chart constant −1 can’t be and isn’t used"),
        ({"chart_constant": Decimal(0)}, "chart constant 0 can’t be and isn’t used"),
        ({"chart_constant": Decimal(10) ** 12}, "chart constant 1,000,000,000,000 can’t be"),
        ({"multiplier": Decimal(-100)}, "multiplier −100 can’t be and isn’t used"),
        ({"shift": 1, "trend": 0}, "shift 1 can’t be and isn’t used, trend 0 can’t be"),
        ({"baseline_points": 1}, "baseline points 1 can’t be and isn’t used"),
        ({"decimals": -2, "lag_days": -1}, "days until complete −1 can’t be"),
        (
            {"lower_bound": Decimal(200)},
            "50 was recorded, below lowest possible 200: not used",
        ),
        (
            {"lower_bound": Decimal(9), "upper_bound": Decimal(5)},
            "lowest possible 9 is not below highest possible 5: not used",
        ),
    ],
)
@pytest.mark.parametrize("chart", [None, "c", "g", "t", "run"])
def test_a_setting_that_can_not_be_is_passed_over_and_told(
    fields: dict[str, Any], words: str, chart: str | None
) -> None:
    plain, found = (charted(a_measure(*STEADY, chart=chart, **one)) for one in ({}, fields))
    assert words in settings_words(found)
    assert caption(found) == caption(plain)
    assert found.control == plain.control
    assert limits_text(found, 3) == limits_text(plain, 3)


@pytest.mark.parametrize("chart", ["p", "p_prime", "u", "u_prime"])
def test_a_ratio_whose_multiplier_can_not_be_is_charted_all_the_same(chart: str) -> None:
    measure = parts(*[(1 + n % 3, 30) for n in range(15)])
    found = charted(replace(measure, chart=chart, multiplier=Decimal(-1000)))
    assert "multiplier −1,000 can’t be" in settings_words(found)
    assert found.control is not None


def test_a_corridor_upside_down_judges_nothing_and_says_so() -> None:
    corridor = {"direction": "within", "target_low": Decimal(70), "target": Decimal(60)}
    measure = a_measure(*STEADY, **corridor)
    chart = charted(measure)
    assert (chart.assurance, chart.settings.target, set(chart.targets)) == (None, None, {None})
    assert "target’s lower end above its upper end: not judged" in settings_words(chart)
    assert caption(chart).startswith("At 52 min, no target is set")
    assert (target_at(measure, "2025-05"), read_chart(chart).shown) == (None, "no_target")


@pytest.mark.parametrize(
    ("fields", "written", "reason"),
    [
        (
            {"direction": "within", "target_low": Decimal(70), "target": Decimal(60)},
            {"target"},
            "the target’s lower end, 70, would be above its upper end, 60; write the other end first",
        ),
        (
            {
                "direction": "within",
                "target_low": Decimal(50),
                "target": Decimal(60),
                "targets": {"2025-03": Decimal(45)},
            },
            {"targets"},
            "the target’s lower end, 50, would be above its upper end, 45; write the other end first",
        ),
        (
            {"lower_bound": Decimal(5), "upper_bound": Decimal(5)},
            {"upper_bound"},
            "lowest possible 5 is not below highest possible 5",
        ),
        (
            {"lower_bound": Decimal(51)},
            {"lower_bound"},
            "50 was recorded, below lowest possible 51",
        ),
        (
            {"upper_bound": Decimal(51)},
            {"upper_bound"},
            "52 was recorded, above highest possible 51",
        ),
    ],
)
def test_contradictions_are_refused_where_they_are_written(
    fields: dict[str, Any], written: set[str], reason: str
) -> None:
    measure = a_measure(*STEADY, **fields)
    with pytest.raises(BadInputError) as found:
        check_settings(measure, written)
    assert found.value.reason == reason
    check_settings(measure, {"title", "values"})


@pytest.mark.parametrize("far", ["9999-12", "0001-01", "2200-01", "1899-12"])
@pytest.mark.parametrize("frequency", ["monthly", "quarterly"])
def test_a_period_of_another_age_makes_no_series_and_can_be_taken_out(
    far: str, frequency: str
) -> None:
    values = {"2025-01": Decimal(1), "2025-04": Decimal(2), far: Decimal(3)}
    measure = Measure(id="M", values=values, frequency=frequency)
    assert len(series_of(Book.of([measure]), measure).places) <= 4
    assert far in off_grid(measure)
    alone = Measure(id="M", values={far: Decimal(3)})
    assert series_of(Book.of([alone]), alone).places == ()


def test_the_edges_of_the_years_are_kept() -> None:
    values = {"1900-01": Decimal(1), "2199-12": Decimal(2)}
    measure = Measure(id="M", values=values)
    assert len(series_of(Book.of([measure]), measure).places) == 3600
    chart = charted(a_measure(values={}, frequency="quarterly"))
    assert need_of(chart, 1) is None
    assert add_months("2199-12", 1) == "2200-01"
    assert untold_words(chart, 1)


@pytest.mark.parametrize(
    ("unit", "fields", "what"),
    [
        ("min", {"target": Decimal(-5)}, "a target of −5"),
        ("%", {"stretch": Decimal(-1)}, "a stretch target of −1"),
        ("count", {"targets": {"2026-01": Decimal(-2)}}, "a target of −2"),
        ("falls per 1,000 patient days", {"amber_at": Decimal("-0.5")}, "an amber limit of −0.5"),
        ("days", {"baseline_value": Decimal(-3)}, "a baseline of −3"),
    ],
)
def test_a_level_below_nothing_is_refused_of_what_never_is(
    unit: str, fields: dict[str, Any], what: str
) -> None:
    measure = a_measure(50, 52, unit=unit, title="Turnover", **fields)
    with pytest.raises(BadInputError) as refused:
        check_settings(measure, fields)
    assert refused.value.reason == (
        f"{what} can’t be: Turnover is in {unit}, which is never below 0;"
        " of a difference, say its lowest possible value first"
    )
    check_settings(measure, {"title", "values"})


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "USD"},
        {"unit": "score"},
        {"unit": "%", "title": "Operating margin"},
        {"unit": "days late"},
        {"unit": "min", "lower_bound": Decimal(-60)},
        {"unit": "min", "values": {"2026-01": Decimal(-4)}},
    ],
)
def test_what_may_be_negative_may_have_such_a_target(fields: dict[str, Any]) -> None:
    check_settings(a_measure(target=Decimal(-5), **fields), {"target"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-13", "there is no month 2026-13"),
        ("2025-07..2026-00", "there is no month 2026-00"),
        ("2026-1", "there is no month 2026-1;"),
        ("2026-06..2026-01", "the baseline’s period ends in 2026-01, before it begins in 2026-06"),
        ("1612-01", "1612-01 lies outside the years 1900 to 2199"),
    ],
)
def test_a_month_of_a_baseline_that_there_is_not_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadInputError, match=re.escape(reason)):
        check_settings(a_measure(baseline_period=text), {"baseline_period"})


@pytest.mark.parametrize(
    "text",
    [
        "2026-01",
        "2023-11..2024-04",
        "FY25",
        "FY 2025-26",
        "2099-00",
        "before the move",
        "2026-Q1",
        "2025-2026",
    ],
)
def test_other_words_of_a_baseline_pass(text: str) -> None:
    check_settings(a_measure(baseline_period=text), {"baseline_period"})
