from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.fiscal import add_months, months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.scorecard import (
    caption,
    read_measure,
    show_value,
    status_of,
    worst,
)
from tests.domain.example import example_book


def a_measure(*values: float | None, **fields: object) -> Measure:
    numbers = [None if value is None else Decimal(str(value)) for value in values]
    measure = Measure(
        id="M",
        direction="down",
        unit="min",
        target=Decimal(60),
        amber_at=Decimal(65),
        values=dict(zip(months("2026-01", len(numbers)), numbers, strict=True)),
    )
    return replace(measure, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("direction", "amber", "value", "status"),
    [
        ("down", 65, 60, "on_track"),
        ("down", 65, 60.1, "at_risk"),
        ("down", 65, 65, "at_risk"),
        ("down", 65, 65.1, "off_track"),
        ("down", None, 61, "off_track"),
        ("up", 55, 60, "on_track"),
        ("up", 55, 55, "at_risk"),
        ("up", 55, 54.9, "off_track"),
        ("up", None, 59, "off_track"),
    ],
)
def test_colour_follows_the_rule(
    direction: str, amber: int | None, value: float, status: str
) -> None:
    bound = None if amber is None else Decimal(amber)
    measure = a_measure(direction=direction, amber_at=bound)
    assert status_of(measure, Decimal(str(value))) == status


def test_without_target_or_value_there_is_no_colour() -> None:
    assert status_of(a_measure(target=None), Decimal(5)) == "no_data"
    assert status_of(a_measure(), None) == "no_data"
    assert worst([]) == "no_data"
    assert worst(["on_track", "off_track", "no_data", "at_risk"]) == "off_track"


def test_the_latest_recorded_value_counts() -> None:
    reading = read_measure(a_measure(70, 66, None, 64, None))
    assert reading.latest is not None
    assert reading.previous is not None
    assert (reading.latest.period, reading.latest.value) == ("2026-04", Decimal(64))
    assert (reading.previous.period, reading.status, reading.better) == ("2026-02", "at_risk", True)
    assert read_measure(a_measure(66, 66)).better is None
    assert read_measure(a_measure()).status == "no_data"


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "text"),
    [
        ("60", 0, "min", "60 min"),
        ("26.45", 1, "%", "26.5 %"),
        ("-0.5", 0, None, "-1"),
        ("7990", 0, "USD", "7,990 USD"),
        ("3.98", 2, "score", "3.98"),
        ("16", None, "count", "16"),
    ],
)
def test_values_are_shown_as_the_measure_says(
    value: str, decimals: int | None, unit: str | None, text: str
) -> None:
    assert show_value(a_measure(decimals=decimals, unit=unit), Decimal(value)) == text


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (a_measure(), "No value is recorded yet."),
        (a_measure(58), "At 58 min, at or below target 60; no shift or trend now."),
        (a_measure(61), "At 61 min, not at or below target 60; no shift or trend now."),
        (a_measure(61, target=None), "At 61 min, no target is set; no shift or trend now."),
        (
            a_measure(70, 58, None, 59),
            (
                "At 59 min, 2 of the last 3 recorded months at or below target 60;"
                " no shift or trend now."
            ),
        ),
        (
            a_measure(66, 65, 64, 63, 62, unit="count"),
            (
                "At 62, none of the last 5 months at or below target 60;"
                " a trend of 5 months down: improving."
            ),
        ),
        (
            a_measure(*[50] * 7, *[58, 59, 58, 59, 57, 58, 57]),
            (
                "At 57 min, all of the last 6 months at or below target 60;"
                " a shift of 7 months above the median: worsening."
            ),
        ),
    ],
)
def test_a_caption_says_what_the_chart_shows(measure: Measure, sentence: str) -> None:
    assert caption(measure) == sentence


def test_a_quarterly_measure_speaks_of_quarters() -> None:
    periods = [add_months("2024-01", 3 * place) for place in range(6)]
    values = {period: Decimal(place) for place, period in enumerate(periods)}
    sentence = caption(a_measure(frequency="quarterly", values=values, direction="up"))
    assert sentence == (
        "At 5 min, none of the last 6 quarters at or above target 60;"
        " a trend of 6 quarters up: improving."
    )


def test_the_example_reads_as_its_numbers_say() -> None:
    book = example_book()
    assert caption(book.need(Measure, "M1.1")) == (
        "At 60 min, 4 of the last 6 months at or below target 60;"
        " a shift of 9 months below the median: improving."
    )
    assert read_measure(book.need(Measure, "M3.1")).status == "off_track"
