"""Typed observations are looked at as those of a file are."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.goals import Entry
from dyad_desktop.services.typed import noticed_of, taken

READMITTED = Measure(
    id="M", goal="G", title="Readmission", unit="%", decimals=1, aggregation="ratio",
    multiplier=Decimal(100), upper_bound=Decimal(100), target=Decimal(95),
)  # fmt: skip


def a_book(measure: Measure) -> Book:
    whole = Partnership(id="partnership", as_of="2026-11-30")
    return Book.of([whole, Goal(id="G", title="Goal"), measure])


def entry(field: str, value: str | None, period: str = "2026-10") -> Entry:
    return Entry(period, field, None if value is None else Decimal(value))


def kept(measure: Measure, *entries: Entry) -> list[Entry]:
    return taken(a_book(measure), measure, entries)


@pytest.mark.parametrize("changes", [{}, {"chart": "p", "upper_bound": None}])
def test_ninety_of_eighty_can_not_be(changes: dict[str, Any]) -> None:
    measure = replace(READMITTED, **changes)
    both = (entry("numerator", "90"), entry("denominator", "80"))
    with pytest.raises(BadInputError, match="90 of 80"):
        kept(measure, *both)
    half = replace(measure, numerator={"2026-10": Decimal(90)})
    with pytest.raises(BadInputError, match="90 of 80"):
        kept(half, entry("denominator", "80"))
    assert kept(half, entry("denominator", "180"))
    assert kept(half, entry("numerator", None))


@pytest.mark.parametrize(
    ("period", "mark", "marks"),
    [
        ("2026-10", None, ["provisional"]),
        ("2026-09", None, []),
        ("2026-09", "provisional", [None]),
        ("2026-10", "late", []),
    ],
)
def test_what_can_not_be_complete_yet_is_marked(
    period: str, mark: str | None, marks: list[str | None]
) -> None:
    measure = replace(READMITTED, lag_days=45, marks={period: mark} if mark else {})
    found = kept(measure, entry("values", "12", period))
    assert [one.value for one in found if one.field == "marks"] == marks
    by_hand = kept(measure, entry("values", "12", period), Entry(period, "marks", "late"))
    assert [one.value for one in by_hand if one.field == "marks"] == ["late"]


@pytest.mark.parametrize(
    ("typed", "known", "said"),
    [
        ("0.93", {}, True),
        ("93", {}, False),
        ("0.93", {"2026-09": Decimal("0.9")}, False),
        ("0.93", {"2026-09": Decimal("94.1")}, True),
    ],
)
def test_a_fraction_among_percentages_is_told(
    typed: str, known: dict[str, Decimal], *, said: bool
) -> None:
    before = replace(READMITTED, values=known)
    after = replace(before, values={**known, "2026-10": Decimal(typed)})
    found = noticed_of(a_book(after), before, after, [entry("values", typed)])
    assert any("perhaps a fraction" in one for one in found) == said
