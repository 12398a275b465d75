"""Periods as finance writes them: a year and a month in two columns, fiscal years in headings, months to date."""

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import (
    LONG,
    TURNED,
    WIDE,
    YEAR,
    BadRow,
    Item,
    Known,
    read,
)
from dyad_desktop.domain.observation_import_dates import question_in
from dyad_desktop.domain.observation_import_guess import guess
from dyad_desktop.domain.observation_import_memory import Recalled, layout_of, recalled
from dyad_desktop.domain.observation_import_periods import Spelling, read_period
from dyad_desktop.domain.observation_import_to_date import said_to_date
from dyad_desktop.errors import BadInputError

MEASURES = (
    Measure("M1", "G1", title="Procedures"),
    Measure("M2", "G1", title="Pulse", frequency="quarterly"),
)
KNOWN = Known(MEASURES, start_month=7)
CALENDAR = Known(MEASURES)


def rows(*lines: str) -> list[list[str]]:
    return [line.split("|") for line in lines]


def periods(source: list[list[str]], known: Known = KNOWN) -> tuple[str, list[str], list[str]]:
    reading = guess(source, known)
    found = list(read(source, reading, known))
    return (
        reading.shape,
        [one.period for one in found if isinstance(one, Item)],
        [one.reason for one in found if isinstance(one, BadRow)],
    )


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("FY27 Jul", "2026-07"), ("FY27 Jun", "2027-06"), ("Nov FY27", "2026-11"), ("FY2027 November", "2026-11"),
        ("Nov-FY27", "2026-11"), ("FY27-Nov", "2026-11"), ("November, FY2027", "2026-11"), ("FY 27 Jan", "2027-01"),
    ],
)  # fmt: skip
def test_a_month_of_a_fiscal_year_is_read(text: str, period: str) -> None:
    assert read_period(text, Spelling(start_month=7)).period == period
    calendar = read_period(text, Spelling(start_month=1)).period
    assert calendar == f"2027-{period[5:]}"


@pytest.mark.parametrize("text", ["FY27 Budget", "Plan FY27", "July", "P05", "Period 3"])
def test_what_is_no_period_says_which_forms_are(text: str) -> None:
    with pytest.raises(BadInputError) as raised:
        read_period(text, Spelling(start_month=7))
    assert raised.value.reason == (
        f"“{text}” is not a period such as 2026-10, Oct 2026, 2026 Q4, FY27 Oct, FY27 P04 or FY27 Q2"
    )


@pytest.mark.parametrize(
    "head", ["FY27 Jul|FY27 Aug", "Jul FY27|Aug FY27", "Jul 2026 YTD|Aug 2026 YTD", "YTD Jul 2026|YTD Aug 2026"]
)  # fmt: skip
def test_months_of_headings_as_finance_writes_them(head: str) -> None:
    source = rows(f"Measure|{head}", "Procedures|14|15")
    assert periods(source) == (WIDE, ["2026-07", "2026-08"], [])
    told = said_to_date(source, guess(source, KNOWN), "")
    assert told == ({"M1"} if "YTD" in head else set())


def test_months_to_date_beside_the_months_own_are_not_used() -> None:
    source = rows("Measure|Jul 2026|Aug 2026|Aug 2026 YTD", "Procedures|14|15|29")
    assert periods(source) == (WIDE, ["2026-07", "2026-08"], [])
    assert not said_to_date(source, guess(source, KNOWN), "")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("Year|Month|Measure|Value", "2026|11|Procedures|17", "2026|December|Procedures|12"), ["2026-11", "2026-12"]),
        (("Measure|Month|Year|Value", "Procedures|Nov|2026|17", "Procedures|Dec|2026|12"), ["2026-11", "2026-12"]),
        (("Fiscal year|Period|Measure|Value", "FY2027|P05|Procedures|17", "2026|1|M1|1"), ["2026-11", "2025-07"]),
        (("FY|Fiscal period|Measure|Value", "27|5|Procedures|17", "2026/27|6|Procedures|13"), ["2026-11", "2026-12"]),
        (("Fiscal year|Month|Measure|Value", "FY27|Nov|Procedures|1", "FY27|Jan|Procedures|1"), ["2026-11", "2027-01"]),
        (("Year|Quarter|Measure|Value", "2026|Q4|Pulse|4", "2027|1|Pulse|4.1"), ["2026-10", "2027-01"]),
        (("Fiscal year|Quarter|Measure|Value", "2027|Q2|Pulse|4", "FY27|3|Pulse|4.1"), ["2026-10", "2027-01"]),
        (("Year|Month|Measure|Value", "2026|2026-11|Procedures|17"), ["2026-11"]),
    ],
)  # fmt: skip
def test_a_year_and_a_month_stand_in_two_columns(lines: tuple[str, ...], found: list[str]) -> None:
    assert periods(rows(*lines)) == (LONG, found, [])


def test_a_year_and_a_month_stand_beside_columns_of_measures() -> None:
    source = rows("Year|Month|Procedures|Pulse", "2026|10|14|4", "2027|1|15|4.1")
    shape, found, _bad = periods(source)
    assert (shape, found) == (TURNED, ["2026-10", "2026-10", "2027-01", "2027-01"])
    assert guess(source, KNOWN).roles[0] == YEAR
    fiscal = rows("Fiscal year|Period|Procedures", "FY27|P05|14", "FY27|P06|15")
    assert periods(fiscal) == (TURNED, ["2026-11", "2026-12"], [])


@pytest.mark.parametrize("head", ["Year|Period", "Fiscal year|Month"])
def test_a_number_that_can_be_two_months_is_asked_about(head: str) -> None:
    source = rows(f"{head}|Measure|Value", "2027|5|Procedures|17", "2027|Nov|Procedures|12")
    _shape, _found, bad = periods(source)
    assert bad[0] == "“5” can be May 2027 or Nov 2026, month 5 of FY27: write May or P05"
    assert periods(source, CALENDAR)[1][0] == "2027-05"


def test_a_year_that_lacks_is_told() -> None:
    source = rows(
        "Year|Month|Measure|Value", "2026|11|Procedures|17", "2026|12|Procedures|17", "2026|10|Procedures|17",
        "2026|9|Procedures|17", "|8|Procedures|12",
    )  # fmt: skip
    assert periods(source)[2] == ["no year stands beside “8”"]


def test_a_column_of_years_is_remembered_with_the_others() -> None:
    source = rows("Year|Month|Measure|Value", "2026|11|Procedures|17")
    fresh = guess(source, KNOWN)
    layout = layout_of(Recalled(fresh, KNOWN, fresh), fresh, source, {}, asked=False)
    moved = rows("Measure|Value|Year|Month", "Procedures|17|2026|12")
    found = recalled([layout], guess(moved, KNOWN), moved, KNOWN, own=True)
    assert found.reading.roles[2] == YEAR
    without = rows("Measure|Value|Month", "Procedures|17|Dec 2026")
    assert recalled([layout], guess(without, KNOWN), without, KNOWN, own=True).layout is None


def test_dates_that_contradict_each_other_are_told_as_such() -> None:
    source = rows("Measure|Date|Value", "Procedures|11/30/2026|17", "Procedures|31/12/2026|12")
    asked = question_in(source, guess(source, KNOWN))
    assert asked is not None
    assert asked.sentence == (
        "“11/30/2026” in row 2 has the month first, but as many dates of its column have the day first"
    )
