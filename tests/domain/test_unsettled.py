"""Where the level has moved under the limits, nothing is promised or denied by them."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.measure_words import by_limits, caption, signal_words
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.reach import untold_words
from dyad_desktop.domain.spc import FAIL
from dyad_desktop.domain.unsettled import unsettled_of
from tests.domain.example import example_book
from tests.domain.test_measuring import a_measure, charted, since

STEADY = [70, 72] * 8  # January 2025 to April 2026
FALLEN = [*STEADY, *[59, 60, 59, 61, 59, 60, 59, 60]]
"""A shift since May 2026: half of its values meet a target of 59 or more that limits of all call out of reach."""

ENDED = [
    *[50, 52, 48, 51, 49, 52, 48, 50, 51, 49, 52, 48] * 2,
    *[55, 54, 55, 56, 54, 55, 56, 55],
    *[50, 48, 51, 49, 52, 48, 50, 49],
]
"""Two years at 50, then eight values at 55 from January 2027 on, then eight at 50 again."""
RAN_INTO = [
    *[53.0, 49.0, 45.7, 54.0, 54.8, 48.0, None, 49.0, 54.0, 52.6, 47.4, 53.0, None, 55.0, None],
    *[51.9, 52.0, 56.0, 52.0, 52.8, 46.0, 50.0, 51.0, 53.0, 55.2, 57.0, 57.5, 58.0, 56.0, 57.0],
    *[60.1, 57.9, 55.0, 55.0, 54.0, 56.0, 59.0, 55.0],
]


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
        # What came back moved nothing; a single value on the other side isn't back.
        (ENDED, {}, None),
        (ENDED[:-6], {}, None),
        (ENDED[:-7], {}, ("shift", 24, False)),
        ([*STEADY, 66, 67, 68, 69, 70, 71, 72, 73, 69, 72, 70, 69], {}, None),
        # A trend that ran into a shift begins on the other side of the mean; the shift doesn't.
        (RAN_INTO, {"baseline_points": 12}, ("shift", 23, True)),
    ],
)
def test_what_moved_the_level_is_found(
    values: list[float], fields: dict[str, Any], found: tuple[str, int, bool] | None
) -> None:
    moved = unsettled_of(charted(a_measure(*values, **fields)))
    assert (moved and (moved.rule, moved.start, moved.before)) == found


def test_an_ended_shift_is_no_reason_for_new_limits() -> None:
    chart = charted(a_measure(*ENDED))
    assert "limits" not in caption(chart)
    assert untold_words(chart, 1) == (
        "The shift from Jan 2027 to Aug 2027 is over; how the year ends"
        " is told once 12 values have come without another special cause."
    )
    # The sentence over the chart knows of the same special cause.
    assert signal_words(chart) == "no special cause since Aug 2027"
    assert by_limits(chart, "always meets target") == "always meets target"


def test_a_shift_begins_where_the_chart_counts_it_from() -> None:
    chart = charted(a_measure(*RAN_INTO, baseline_points=12))
    moved = unsettled_of(chart)
    assert moved is not None
    assert signal_words(chart).startswith(f"a shift of {len(RAN_INTO) - moved.start} months above")


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
