from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import months
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.scorecard import (
    Reading,
    gap_text,
    read_of,
    show_level,
    show_value,
    status_of,
    told_value,
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


def reading_of(measure: Measure) -> Reading:
    return read_of(Book.of([measure]), measure)


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
    assert status_of(measure, Decimal(str(value)), "2026-01") == status


def test_without_target_or_value_there_is_no_colour() -> None:
    assert status_of(a_measure(target=None), Decimal(5), "2026-01") == "no_data"
    assert status_of(a_measure(), None, "2026-01") == "no_data"
    assert worst([]) == "no_data"
    assert worst(["on_track", "off_track", "no_data", "at_risk"]) == "off_track"


def test_the_latest_recorded_value_counts() -> None:
    reading = reading_of(a_measure(70, 66, None, 64, None))
    assert reading.latest is not None
    assert reading.previous is not None
    assert (reading.latest.period, reading.latest.value) == ("2026-04", Decimal(64))
    assert (reading.previous.period, reading.status, reading.better) == ("2026-02", "at_risk", True)
    assert reading_of(a_measure(66, 66)).better is None
    assert reading_of(a_measure()).status == "no_data"


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "text"),
    [
        ("60", 0, "min", "60 min"),
        ("26.45", 1, "%", "26.5 %"),
        ("-0.5", 0, None, "−1"),
        ("7990", 0, "USD", "7,990 USD"),
        ("3.98", 2, "score", "3.98"),
        ("16", None, "count", "16"),
    ],
)
def test_values_are_shown_as_the_measure_says(
    value: str, decimals: int | None, unit: str | None, text: str
) -> None:
    assert show_value(a_measure(decimals=decimals, unit=unit), Decimal(value)) == text


def test_within_a_corridor_is_good_and_outside_is_not() -> None:
    measure = a_measure(direction="within", target_low=Decimal(50))
    states = [status_of(measure, Decimal(value), "2026-01") for value in (49, 50, 60, 61)]
    assert states == ["off_track", "on_track", "on_track", "off_track"]
    assert (
        reading_of(replace(measure, values={"2026-01": Decimal(1), "2026-02": Decimal(2)})).better
        is None
    )


def test_a_value_is_judged_by_the_target_of_its_time() -> None:
    measure = a_measure(targets={"2026-03": Decimal(50)}, amber_at=None)
    states = [status_of(measure, Decimal(55), period) for period in ("2026-02", "2026-03")]
    assert states == ["on_track", "off_track"]


def test_the_example_reads_as_its_numbers_say() -> None:
    book = example_book()
    assert read_of(book, book.need(Measure, "M3.1")).status == "off_track"


def a_ratio(part: str, whole: str, value: str, **fields: object) -> Measure:
    """Return a share of which January's value is kept beside its parts; 95 % or more is good, 90 is amber."""
    numbers = {"numerator": part, "denominator": whole, "values": value}
    kept = {name: {"2026-01": Decimal(number)} for name, number in numbers.items()}
    usual: dict[str, object] = {
        "direction": "up", "unit": "%", "decimals": 1, "aggregation": "ratio",
        "target": Decimal(95), "amber_at": Decimal(90),
    }  # fmt: skip
    return a_measure(**(usual | kept | fields))


@pytest.mark.parametrize(
    ("part", "whole", "value", "status"),
    [
        ("2374", "2500", "95", "at_risk"),  # 94.96 %, kept as 95.0
        ("2375", "2500", "95", "on_track"),
        ("2499", "2777", "90", "off_track"),  # 89.99 %, kept as 90.0
        ("2365", "2500", "95", "at_risk"),  # 94.6 %, kept as 95 before it had a decimal
        ("2365", "2500", "95.1", "on_track"),  # 94.6 % is another figure: 95.1 was typed
        ("2374", "0", "95", "on_track"),
    ],
)
def test_a_ratio_is_judged_by_its_parts_and_not_by_what_it_was_rounded_to(
    part: str, whole: str, value: str, status: str
) -> None:
    assert reading_of(a_ratio(part, whole, value)).status == status


def test_a_typed_value_is_judged_as_typed_however_it_is_shown() -> None:
    measure = a_measure(94.96, direction="up", target=Decimal(95), amber_at=None, decimals=0)
    assert reading_of(measure).status == "off_track"


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (a_ratio("2374", "2500", "95"), "94.96 %"),
        (a_ratio("2375", "2500", "95"), "95.0 %"),
        (a_ratio("4749999", "5000000", "95"), "just under 95.0 %"),
        (a_ratio("93", "100", "93"), "93.0 %"),
        (a_measure(60.3, decimals=0), "60.3 min"),
        (a_measure(60.0001, decimals=0), "just over 60 min"),
        (
            a_measure(49.8, direction="within", target_low=Decimal(50), decimals=0),
            "49.8 min",
        ),
        (a_measure(60, target=None), "60 min"),
    ],
)
def test_what_only_looks_like_the_target_is_told_apart_from_it(measure: Measure, text: str) -> None:
    latest = reading_of(measure).latest
    assert latest is not None
    assert told_value(measure, latest.value, latest.period) == text


@pytest.mark.parametrize(
    ("gap", "text"), [("0.06", "0.1"), ("0.04", "0.04"), ("0.00001", ""), ("2", "2.0")]
)
def test_a_gap_is_never_told_as_nothing(gap: str, text: str) -> None:
    assert gap_text(a_measure(decimals=1), Fraction(60) + Fraction(gap), Decimal(60)) == text


@pytest.mark.parametrize(
    ("figure", "text"),
    [("59.5", "0.5"), ("59.4", "1"), ("59.96", "0.04"), ("62", "2"), ("60.2", "0.2")],
)
def test_what_is_shown_as_the_target_is_no_whole_step_from_it(figure: str, text: str) -> None:
    assert gap_text(a_measure(decimals=0), Fraction(figure), Decimal(60)) == text


@pytest.mark.parametrize(
    ("level", "decimals", "text"),
    [
        ("58.5", 0, "58.5"),
        ("58.50", 0, "58.5"),
        ("60", 0, "60"),
        ("60", 1, "60.0"),
        ("1234.25", None, "1,234.25"),
        ("0.33333333", 1, "0.3333"),
        ("120", 0, "120"),
    ],
)
def test_a_level_is_shown_as_it_was_typed(level: str, decimals: int | None, text: str) -> None:
    assert show_level(Measure(id="M", unit="min", decimals=decimals), Decimal(level)) == (
        f"{text} min"
    )


def test_a_value_beside_a_level_between_its_decimals_needs_none_itself() -> None:
    measure = Measure(
        id="M",
        direction="down",
        decimals=0,
        target=Decimal("58.5"),
        values={"2026-01": Decimal(59)},
    )
    assert told_value(measure, Decimal(59), "2026-01") == "59"


@pytest.mark.parametrize(("figure", "text"), [("-7990", "−7,990"), ("-0.2", "0"), ("0", "0")])
def test_what_is_below_nothing_has_a_true_minus_sign(figure: str, text: str) -> None:
    assert show_value(a_measure(decimals=0), Decimal(figure), unit=False) == text
