"""A year is held against its own periods' targets, not against the one in force at the last value."""

from dataclasses import replace
from decimal import Decimal
from math import fsum
from random import Random
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_ahead import ahead_of
from dyad_desktop.domain.measure_words import caption
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.reach import need_of, need_words, reach_of, reach_words, untold_words
from dyad_desktop.domain.smart import smart_hints
from tests.domain.test_measuring import GOAL, A, B, a_measure, charted, parts

STEADY = [50, 52, 48, 51, 49, 52, 48, 50, 51, 49, 52, 48] * 2
"""January 2025 to December 2026, with limits 42.8 to 57.2."""
UP: dict[str, Any] = {"direction": "up", "aggregation": "mean"}


def rising(**fields: Any) -> Measure:  # noqa: ANN401 - any field
    return a_measure(*STEADY, **{**UP, **fields})


@pytest.mark.parametrize("before", [None, Decimal(50), Decimal(60)])
def test_a_target_of_the_new_year_is_told_for_the_new_year(before: Decimal | None) -> None:
    measure = rising(target=before, targets={"2027-01": Decimal(60)})
    chart = charted(measure)
    reach, need = reach_of(chart, 1), need_of(chart, 1)
    assert reach is not None and need is not None  # noqa: PT018
    assert (need.year, need.left, need.required, reach.verdict) == ("FY27", 12, 60, "out")
    assert untold_words(chart, 1) == ""
    told = "" if before == 60 else " for the year’s target of 60.0"
    assert reach_words(chart, reach).startswith(
        f"12 months left need 60.0 on average{told}, limits "
    )
    assert need_words(chart, need) == f"FY27: 12 months left need 60.0 on average{told}"
    assert ahead_of(chart, 1).reach == reach


def test_a_target_that_is_given_up_is_none_of_the_new_year() -> None:
    chart = charted(rising(target=Decimal(50), no_target={"2027-01": True}))
    assert (need_of(chart, 1), reach_of(chart, 1)) == (None, None)
    assert untold_words(chart, 1) == "FY27 has no target. Set one, and it is told."
    assert ahead_of(chart, 1).reach is None
    never = charted(rising(target=None))
    assert caption(never).startswith("At 48 min, no target is set;")
    later = charted(rising(target=None, targets={"2027-01": Decimal(60)}))
    assert caption(later).startswith("At 48 min, no target is set before Jan 2027;")
    assert untold_words(never, 1) == "Set a target, and it is told."


@pytest.mark.parametrize("aggregation", ["sum", "mean", None])
def test_a_year_that_has_periods_without_a_target_has_none(aggregation: str | None) -> None:
    chart = charted(
        rising(target=Decimal(50), no_target={"2027-07": True}, aggregation=aggregation)
    )
    assert need_of(chart, 1) is None
    assert untold_words(chart, 1) == (
        "Not all months of FY27 have a target, so there is none of the whole year."
    )


def test_targets_of_a_year_that_differ_count_by_their_mean() -> None:
    steps = {"2026-10": Decimal(56)}
    chart = charted(rising(target=Decimal(50), targets=steps))
    need = need_of(chart, 7)  # July 2026 to June 2027: six done, six left
    assert need is not None
    mean = (3 * 50 + 9 * 56) / 12
    assert (need.done, need.left) == (6, 6)
    assert need.required == pytest.approx((12 * mean - fsum(STEADY[-6:])) / 6)
    assert need_words(chart, need).endswith(" on average for the year’s mean target of 54.5")
    summed = need_of(charted(rising(target=Decimal(50), targets=steps, aggregation="sum")), 7)
    assert summed is not None
    assert summed.required == pytest.approx(need.required)


def test_a_gap_counts_for_no_target() -> None:
    values = [*STEADY[:18], None, *STEADY[19:]]  # July 2026, the first month of the year
    for aggregation in ("mean", "sum"):
        measure = a_measure(
            *values, **{**UP, "aggregation": aggregation}, target=None,
            targets={"2026-08": Decimal(50)},
        )  # fmt: skip
        need = need_of(charted(measure), 7)
        assert need is not None
        assert need.required == pytest.approx((11 * 50 - fsum(STEADY[-5:])) / 6)


def test_denominators_weight_the_targets() -> None:
    counted = [(10, 100), (24, 200)] * 8  # January 2025 to April 2026
    measure = parts(*counted, target=Decimal(10), targets={"2026-01": Decimal(12)})
    need = need_of(charted(measure), 7)
    assert need is not None
    known = [counted[n % 2] for n in range(6, 16)]
    whole = sum((12 if n >= 6 else 10) * size for n, (_part, size) in enumerate(known))
    whole += 12 * 2 * 150
    assert need.required == pytest.approx((whole - 100 * sum(part for part, _size in known)) / 300)


def test_the_hints_of_a_goal_go_by_the_same_target() -> None:
    whole = Partnership(id="partnership", start_month=1)
    for fields, out, none in (
        ({"target": Decimal(50), "targets": {"2027-01": Decimal(60)}}, True, False),
        ({"target": None, "targets": {"2027-01": Decimal(60)}}, True, False),
        ({"target": Decimal(50), "no_target": {"2027-01": True}}, False, False),
        ({"target": None}, False, True),
    ):
        measure = replace(rising(**fields), title="Cases")
        hints = {
            one.letter: one for one in smart_hints(Book.of([A, B, GOAL, whole, measure]), GOAL)
        }
        assert ("out of reach" in hints["A"].text) == out
        assert ("has no target" in hints["M"].text) == none


def test_meeting_what_is_required_meets_the_mean_of_the_targets() -> None:
    random = Random(5)  # noqa: S311 - measures to try, no secrets
    for _ in range(300):
        start, ratio = random.randint(1, 12), random.random() < 0.4
        steps = {
            f"202{random.randint(5, 7)}-{random.randint(1, 12):02d}": Decimal(random.randint(5, 15))
            for _ in range(random.randint(0, 4))
        }
        fields: dict[str, Any] = {"target": Decimal(10), "targets": steps}
        counted = [(random.randint(5, 20), random.randint(80, 200)) for _ in range(16)]
        chart = charted(
            parts(*counted, **fields)
            if ratio
            else a_measure(*[part for part, _ in counted], **fields)
        )
        need = need_of(chart, start)
        assert need is not None
        sizes = [size if ratio else 1 for _part, size in counted]
        coming = fsum(sizes) / len(sizes)
        at = [(16 - need.done + n) for n in range(12)]
        levels = [_level(steps, n) for n in at]
        weights = [sizes[n] if n < 16 else coming for n in at]
        told = [counted[n][0] if n < 16 else None for n in at]
        scale = 100 if ratio else 1
        counts = fsum(
            scale * part if part is not None else need.required * weight
            for part, weight in zip(told, weights, strict=True)
        )
        assert counts == pytest.approx(
            fsum(level * weight for level, weight in zip(levels, weights, strict=True))
        )


def _level(steps: dict[str, Decimal], month: int) -> float:
    when = f"{2025 + month // 12}-{month % 12 + 1:02d}"
    since = [one for one in steps if one <= when]
    return float(steps[max(since)]) if since else 10.0
