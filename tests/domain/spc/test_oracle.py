"""Published and recomputed cases: every one, to its tolerance."""

import json
from pathlib import Path
from typing import Any

import pytest

from dyad_desktop.domain import spc
from dyad_desktop.domain.spc import rules
from dyad_desktop.domain.spc.chart import assure

ORACLE = Path(__file__).parents[2] / "oracles" / "spc_open.json"
CASES: dict[str, Any] = {
    case["id"]: case for case in json.loads(ORACLE.read_text("utf-8"))["cases"]
}
WORDS = {1: "high", -1: "low"}


def settings_of(case: dict[str, Any]) -> dict[str, Any]:
    given = case["settings"]
    constant = given.get("constant", 2.66)
    return {
        "constant": 3 / 1.128 if constant == "3/1.128" else constant,
        "screen": given.get("screen_moving_ranges", False),
        "shift": given.get("shift_length", 7),
        "trend": given.get("trend_length", 7),
        "baseline": given.get("baseline_points"),
        "direction": given.get("direction"),
        "within_limit": "strictly between" in given.get("two_of_three", ""),
    }


def flagged(chart: spc.ControlChart) -> list[dict[str, Any]]:
    return [
        {"point": place, "rule": rule, "direction": side}
        for place, (rule, side) in enumerate(zip(chart.rules, chart.sides, strict=True), 1)
        if rule
    ]


def test_every_case_of_the_file_is_tried_here() -> None:
    assert set(CASES) == {f"open-{number:02}" for number in range(1, 17)}


@pytest.mark.parametrize("screen", [False, True])
def test_one_outlier_with_and_without_screening(*, screen: bool) -> None:
    case = CASES["open-01"]
    chart = spc.xmr(case["input"]["values"], screen=screen, direction="increase")
    expected = case["expected"]["screened" if screen else "unscreened"]
    [segment] = chart.segments
    found = (segment.centre, segment.lower, segment.upper)
    assert found == pytest.approx((expected["mean"], expected["lpl"], expected["upl"]), abs=0.005)
    if not screen:
        return
    assert case["expected"]["flagged"][0] in flagged(chart)


@pytest.mark.parametrize(("name", "rebase"), [("open-02", ()), ("open-03", (27,))])
@pytest.mark.parametrize("within_limit", [False, True])
def test_a_published_series_comes_out(
    name: str, rebase: tuple[int, ...], *, within_limit: bool
) -> None:
    case = CASES[name]
    settings = settings_of(case) | {"within_limit": within_limit, "rebase": rebase}
    chart = spc.xmr(case["input"]["values"], **settings)
    for segment, expected in zip(chart.segments, case["expected"]["segments"], strict=True):
        assert (segment.first + 1, segment.last + 1) == (
            expected["first_point"],
            expected["last_point"],
        )
        found = (segment.centre, segment.mean_moving_range, segment.lower, segment.upper)
        lines = (expected["mean"], expected["amr"], expected["lpl"], expected["upl"])
        assert found == pytest.approx(lines, rel=1e-6)
    assert flagged(chart) == case["expected"]["flagged"]
    assert chart.variation == case["expected"]["variation_icon"]


@pytest.mark.parametrize("row", CASES["open-04"]["expected"]["rows"])
def test_limits_of_tiny_series(row: dict[str, Any]) -> None:
    [segment] = spc.xmr(row["values"], screen=True).segments
    assert (segment.centre, segment.lower, segment.upper) == pytest.approx(
        (row["mean"], row["lpl"], row["upl"]), abs=1e-9
    )
    if "two_thirds_lower" in row:
        inner = (row["two_thirds_lower"], row["two_thirds_upper"])
        assert (segment.inner_lower, segment.inner_upper) == pytest.approx(inner, abs=1e-9)


def test_wheelers_inventory() -> None:
    expected = CASES["open-05"]["expected"]
    [segment] = spc.xmr(CASES["open-05"]["input"]["values"]).segments
    found = (segment.centre, segment.mean_moving_range, segment.upper, segment.lower)
    assert found == pytest.approx(
        tuple(expected[key] for key in ("mean", "amr", "upl", "lpl")), abs=0.01
    )


def test_a_baseline_of_twenty_weeks() -> None:
    case = CASES["open-06"]
    values, expected = case["input"]["values"], case["expected"]
    chart = spc.xmr(values, **settings_of(case))
    found = (chart.centre, chart.segments[0].lower, chart.segments[0].upper)
    assert found == pytest.approx((expected["mean"], expected["lpl"], expected["upl"]), abs=1e-4)
    outside = [place for place, rule in enumerate(chart.rules, 1) if rule == "astronomical"]
    assert outside == expected["points_outside"]
    signals = spc.run_chart(values, centre=chart.centre)
    assert {name: getattr(signals, name) for name in expected["runs_about_mean"]} == expected[
        "runs_about_mean"
    ]


def test_infections_after_an_intervention() -> None:
    values, expected = CASES["open-07"]["input"]["values"], CASES["open-07"]["expected"]
    frozen = spc.run_chart(values[:24]).centre
    found = {
        "whole": [spc.run_chart(values)],
        "median_frozen_on_first_24": [spc.run_chart(values, centre=frozen)],
        "split_at_24": [spc.run_chart(values[:24]), spc.run_chart(values[24:])],
    }
    for name, charts in found.items():
        lines = expected[name] if isinstance(expected[name], list) else [expected[name]]
        for chart, line in zip(charts, lines, strict=True):
            assert {key: getattr(chart, key) for key in line} == line


@pytest.mark.parametrize("row", CASES["open-08"]["expected"]["rows"])
def test_critical_values_of_run_charts(row: dict[str, int]) -> None:
    assert spc.anhoej_limits(row["n"]) == (row["longest_run_max"], row["crossings_min"])


@pytest.mark.parametrize("row", CASES["open-09"]["expected"]["rows"])
def test_single_rules(row: dict[str, Any]) -> None:
    if row["rule"] == "two_of_three":
        flags = rules.two_of_three(row["side"], [bool(one) for one in row["close"]])
    elif row["rule"] == "trend":
        flags = rules.trends(row["values"], row["length"])
    else:
        flags = rules.shifts(rules.sides_of(row["values"], row["centre"], 0.0), row["length"])
    assert [place for place, flag in enumerate(flags, 1) if flag] == row["flagged"]
    if "direction" in row:
        assert {WORDS[flag] for flag in flags if flag} == {row["direction"]}


@pytest.mark.parametrize("row", CASES["open-10"]["expected"]["rows"])
def test_target_against_limits(row: dict[str, Any]) -> None:
    assert assure(row["lpl"], row["upl"], row["target"], row["direction"]) == row["assurance"]


@pytest.mark.parametrize("row", CASES["open-11"]["expected"]["rows"], ids=lambda row: row["name"])
def test_the_icon_of_the_last_point(row: dict[str, Any]) -> None:
    chart = spc.xmr(row["values"], shift=6, trend=6, direction=row["direction"])
    [segment] = chart.segments
    found = (segment.centre, segment.lower, segment.upper)
    assert found == pytest.approx((row["mean"], row["lpl"], row["upl"]), abs=1e-6)
    assert chart.variation == row["variation_icon"]
    assert chart.rules[-1] == row["first_rule_by_priority"]


def test_harms_as_a_ratio() -> None:
    case = CASES["open-12"]
    parts, wholes = case["input"]["numerators"], case["input"]["denominators"]
    values = [part / whole for part, whole in zip(parts, wholes, strict=True)]
    [segment] = spc.xmr(values, constant=3 / 1.128, screen=True).segments
    found = (segment.upper, segment.lower, segment.inner_upper, segment.inner_lower)
    expected = [
        case["expected"][key] for key in ("upl", "lpl", "two_thirds_upper", "two_thirds_lower")
    ]
    assert found == pytest.approx(tuple(expected), abs=6e-5)


def test_readmissions_as_proportions() -> None:
    case = CASES["open-13"]
    chart = spc.p_chart(case["input"]["numerators"], case["input"]["denominators"], multiplier=100)
    assert chart.centre == pytest.approx(case["expected"]["centre_percent"], abs=0.006)
    assert chart.upper == pytest.approx(case["expected"]["upper_percent"], abs=0.006)
    assert chart.lower == pytest.approx(case["expected"]["lower_percent"], abs=0.006)


@pytest.mark.parametrize("row", CASES["open-14"]["expected"]["rows"])
def test_exact_limits_of_a_funnel(row: dict[str, float]) -> None:
    narrow, wide = (spc.poisson_limits(row["expected"], part) for part in (0.95, 0.998))
    assert narrow == pytest.approx((row["lower95"], row["upper95"]), abs=1e-6)
    assert wide == pytest.approx((row["lower998"], row["upper998"]), abs=1e-6)


@pytest.mark.parametrize("screen", [False, True])
def test_nothing_varies(*, screen: bool) -> None:
    case = CASES["open-15"]
    chart = spc.xmr(
        case["input"]["values"],
        screen=screen,
        direction="increase",
        target=case["settings"]["target"],
    )
    expected = case["expected"]["unscreened"]
    [segment] = chart.segments
    assert (segment.centre, segment.lower, segment.upper) == (
        expected["mean"],
        expected["lpl"],
        expected["upl"],
    )
    assert flagged(chart) == expected["flagged"]
    assert chart.assurance == expected["assurance"]


def test_infections_as_rates() -> None:
    case = CASES["open-16"]
    chart = spc.u_chart(
        case["input"]["numerators"], case["input"]["denominators"], multiplier=10_000
    )
    assert chart.upper == pytest.approx(case["expected"]["upper"], abs=6e-5)
    assert chart.lower == pytest.approx(case["expected"]["lower"], abs=6e-5)
