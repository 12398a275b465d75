"""Where the level has moved under the limits, nothing is promised or denied by them."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.measure_words import by_limits, caption
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.reach import untold_words
from dyad_desktop.domain.spc import FAIL
from dyad_desktop.domain.unsettled import unsettled_of
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure, charted, since

STEADY = [70, 72] * 8  # January 2025 to April 2026
FALLEN = [*STEADY, *[59, 60, 59, 61, 59, 60, 59, 60]]
"""A shift since May 2026: half of its values meet a target of 59 or more that limits of all call out of reach."""


@pytest.mark.parametrize(
    ("values", "fields", "found"),
    [
        (STEADY, {}, None),
        (FALLEN, {}, ("shift", 16, False)),
        (FALLEN, {"baseline_points": 16}, ("shift", 16, True)),
        ([*STEADY, 66, 67, 68, 69, 70, 71, 72], {}, ("trend", 16, False)),
        ([*STEADY, 90], {}, None),  # one point moves no level
        (FALLEN[:12], {}, None),
        ([*[50, 51] * 4, *[70, 72] * 8], {}, ("shift", 8, False)),
        (FALLEN, {"chart": "run"}, None),
    ],
)
def test_what_moved_the_level_is_found(
    values: list[float], fields: dict[str, Any], found: tuple[str, int, bool] | None
) -> None:
    moved = unsettled_of(charted(a_measure(*values, **fields)))
    assert (moved and (moved.rule, moved.start, moved.before)) == found


def test_new_limits_from_the_shift_settle_it() -> None:
    values = [*STEADY, *[59, 60] * 7]
    assert unsettled_of(charted(a_measure(*values))) is not None
    assert unsettled_of(charted(a_measure(*values), since("2026-05"))) is None


@pytest.mark.parametrize(
    ("baseline", "holds"), [(None, "also hold the time before"), (16, "are of the time before")]
)
def test_a_caption_promises_nothing_by_old_limits(baseline: int | None, holds: str) -> None:
    chart = charted(a_measure(*FALLEN, target=Decimal(59), baseline_points=baseline))
    words = caption(chart)
    assert "expected" not in words
    assert words.endswith(
        f"; the limits {holds} the shift since May 2026,"
        " so whether it will meet the target is told once new ones are agreed."
    )
    # The small print beside it says the same of them.
    assert f"A shift since May 2026: the limits {holds}." in untold_words(chart, 1)
    assert by_limits(chart, "never meets target") == (
        f"never meets target, by old limits: they {holds} the shift since May 2026"
    )


def test_a_trend_through_the_limits_is_said_too() -> None:
    chart = charted(a_measure(*STEADY, 66, 67, 68, 69, 70, 71, 72))
    assert caption(chart).endswith(
        "; the limits also hold the time before the trend since May 2026,"
        " so they don't tell whether it will meet the target."
    )


def test_the_published_rule_of_the_icon_stays() -> None:
    book = example_book()
    measure = next(one for one in book.all(type(a_measure())) if one.title == "No-show rate")
    chart = chart_of(book, measure)
    assert chart.assurance == FAIL
    assert "be expected to meet" not in caption(chart)
    assert "3 of the last 6 months at or below target 7.0" in caption(chart)
