"""What limits are drawn within: counts, rates, shares and durations from 0 up; differences wherever they lie."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.measure_words import limits_text, point_words, settings_words
from dyad_desktop.domain.possible import Possible, possible_of
from tests.domain.test_measuring import a_measure, charted

FALLS = [0, 3, 1, 5, 0, 2, 4, 0, 1, 0, 3, 2, 6, 1]
HIGH = [99, 100, 98, 100, 95, 99, 100, 97, 100, 99, 98, 100, 96, 100]


@pytest.mark.parametrize(
    ("fields", "low", "high"),
    [
        ({"unit": "falls"}, 0, None),
        ({"unit": "count"}, 0, None),
        ({"unit": None}, 0, None),
        ({"unit": "min"}, 0, None),
        ({"unit": "per 1,000 patient days"}, 0, None),
        ({"unit": "FTE"}, 0, None),
        ({"unit": "%"}, 0, 100),
        ({"unit": "% of patients"}, 0, 100),
        ({"unit": "percent favourable"}, 0, 100),
        ({"unit": "% of plan"}, 0, None),
        ({"unit": "% of budgeted hours"}, 0, None),
        ({"unit": "%", "title": "Operating margin"}, None, None),
        ({"unit": "%", "title": "Change in visits"}, None, None),
        ({"unit": "% of revenue", "title": "Contribution margin"}, None, None),
        ({"unit": "USD"}, None, None),
        ({"unit": "US$ per case"}, None, None),
        ({"unit": "$"}, None, None),
        ({"unit": "days late"}, None, None),
        ({"unit": "days", "title": "Days ahead of plan"}, None, None),
        ({"unit": "cases", "title": "Cases against plan"}, None, None),
        ({"unit": "%", "title": "Operating result"}, None, None),
        ({"unit": "%", "title": "Return on assets"}, None, None),
        ({"unit": "%", "title": "EBIT"}, None, None),
        ({"unit": "%", "title": "Discharge within a day"}, 0, 100),
        ({"unit": "days", "title": "First patient in", "target": Decimal(-3)}, None, None),
        ({"unit": "score", "baseline_value": Decimal(-1)}, None, None),
        ({"unit": "USD", "lower_bound": Decimal(0)}, 0, None),
        ({"unit": "%", "upper_bound": Decimal(120)}, 0, 120),
        ({"unit": "score", "lower_bound": Decimal(-100), "upper_bound": Decimal(100)}, -100, 100),
    ],
)
def test_what_a_measure_can_be(fields: dict[str, Any], low: int | None, high: int | None) -> None:
    bounds = [None if one is None else Decimal(one) for one in (low, high)]
    assert possible_of(a_measure(5, 6, **fields)) == Possible(*bounds)


def test_what_was_recorded_counts_more_than_the_unit() -> None:
    assert possible_of(a_measure(5, -1, unit="falls")) == Possible(None, None)
    assert possible_of(a_measure(99, 101, unit="% of beds")) == Possible(Decimal(0), None)


def test_a_count_of_ones_own_shows_no_limit_below_nothing() -> None:
    chart = charted(a_measure(*FALLS, unit="falls", target=Decimal(3)))
    assert chart.control is not None
    assert (chart.control.lower[0] or 0) < 0  # verdicts go by the limit as it is computed
    assert limits_text(chart, 13).startswith("0.0 to ")
    assert "limits 0.0 to" in " ".join(point_words(chart, 13))
    assert "drawn from 0 up" in settings_words(chart)


def test_a_share_shows_no_limit_above_all_of_it() -> None:
    chart = charted(a_measure(*HIGH, unit="% of patients"))
    assert limits_text(chart, 13).endswith(" to 100.0")
    assert "drawn up to 100" in settings_words(chart)
    assert "drawn" not in settings_words(charted(a_measure(*HIGH, unit="%")))


def test_what_is_not_cut_is_not_told() -> None:
    assert "drawn" not in settings_words(charted(a_measure(*[50, 52] * 7)))


@pytest.mark.parametrize(
    "fields",
    [{"unit": "USD"}, {"unit": "%", "title": "Margin"}, {"unit": "index", "target": Decimal(-2)}],
)
def test_a_difference_shows_its_limits_as_they_are(fields: dict[str, Any]) -> None:
    chart = charted(a_measure(*FALLS, **fields))
    assert limits_text(chart, 13).startswith("−")
    assert "drawn" not in settings_words(chart)
