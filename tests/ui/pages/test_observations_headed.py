"""Pasting a block with its headings into a measure's table: they decide the columns; what would go astray is told."""

from decimal import Decimal

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.ui.pages.performance_page import grid_of, observations_of, open_performance, row_of

MONTHS = ("2026-11", "2026-12")


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def paste(sheet: Sheet, *lines: str, month: str = "2026-11", column: int = 0) -> str:
    """Paste lines whose cells are parted by bars; return what was said."""
    said: list[str] = []
    sheet.view.said.connect(said.append)
    QGuiApplication.clipboard().setText("\n".join(lines).replace("|", "\t"))
    sheet.view.go_to(row_of(observations_of(sheet), month), column)
    sheet.view.blocks.paste()
    return said[-1] if said else ""


def parts(page: Page, measure: str) -> list[tuple[str, str]]:
    kept = page.desk.book.need(Measure, measure)
    return [(str(kept.numerator.get(at)), str(kept.denominator.get(at))) for at in MONTHS]


@pytest.mark.parametrize(
    "lines",
    [
        ("Month|Numerator|Denominator", "Nov 2026|16|17", "Dec 2026|15|17"),
        ("Month|Den.|Num.", "Nov 2026|17|16", "Dec 2026|17|15"),
        ("Numerator|Month|Denominator", "16|Nov 2026|17", "15|Dec 2026|17"),
        ("Numerator|Denominator", "16|17", "15|17"),
        ("Month|N|D", "2026-11|16|17", "2026-12|15|17"),
        ("Monat|Zähler|Nenner", "Nov 2026|16|17", "Dez 2026|15|17"),
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_headings_decide_the_columns(
    page: Page, qtbot: QtBot, lines: tuple[str, ...], column: int
) -> None:
    paste(grid_of(page, "M1.2"), *lines, column=column)
    qtbot.waitUntil(lambda: parts(page, "M1.2") == [("16", "17"), ("15", "17")])
    value = page.desk.book.need(Measure, "M1.2").values["2026-11"]
    assert value is not None
    assert round(value, 1) == Decimal("94.1")  # computed: no value was pasted


def test_headings_with_a_gap_between_them_leave_what_they_do_not_name(
    page: Page, qtbot: QtBot
) -> None:
    lines = ("Month|Denominator|Value, %|Mark|Site", "Nov 2026|17|94.1|late|A", "Dec 2026|17|88.2||B")  # fmt: skip
    told: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: told.append(sentence))
    paste(grid_of(page, "M1.2"), *lines)
    words = "“Site” names no column of this table and was left out."
    qtbot.waitUntil(lambda: told[-1].startswith(words))
    assert parts(page, "M1.2") == [("None", "17"), ("None", "17")]
    kept = page.desk.book.need(Measure, "M1.2")
    assert (kept.values["2026-11"], kept.marks["2026-11"]) == (Decimal("94.1"), "late")


def test_notes_of_any_kind_are_no_marks(page: Page, qtbot: QtBot) -> None:
    lines = ("Month|Site|Numerator|Denominator|Note", "Nov 2026|A|16|17|new site", "Dec 2026|B|15|17|")  # fmt: skip
    told: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: told.append(sentence))
    paste(grid_of(page, "M1.2"), *lines)
    words = "“Site” and “Note” name no column of this table and were left out. Nov 2026 lies after"
    qtbot.waitUntil(lambda: bool(told) and told[-1].startswith(words))
    assert parts(page, "M1.2") == [("16", "17"), ("15", "17")]


def test_one_month_under_headings_is_taken_too(page: Page, qtbot: QtBot) -> None:
    paste(grid_of(page, "M1.2"), "Month|Numerator|Denominator", "Nov 2026|16|17")
    qtbot.waitUntil(lambda: parts(page, "M1.2")[0] == ("16", "17"))


def test_headed_figures_get_the_rows_they_need(page: Page, qtbot: QtBot) -> None:
    months = [f"{n % 12 + 1:02}/{2023 + n // 12}" for n in range(30)]
    lines = (f"{month}|16|17" for month in months)
    paste(grid_of(page, "M1.2"), "Month|Numerator|Denominator", *lines)
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "M1.2").numerator.get("2023-01") == 16)


def test_months_of_other_rows_are_refused_with_headings_too(page: Page) -> None:
    said = paste(
        grid_of(page, "M1.2"), "Month|Numerator|Denominator", "Nov 2026|16|17", "Dec 2026|15|17",
        month="2026-10", column=2,
    )  # fmt: skip
    assert "“Nov 2026” was copied beside the figures" in said
    assert parts(page, "M1.2")[0] == ("None", "None")


def test_numerators_without_denominators_are_asked_about(page: Page) -> None:
    said = paste(grid_of(page, "M1.2"), "Nov 2026|16|17", "Dec 2026|15|17")
    assert said.startswith("16 would be taken as Value and 17 as Numerator")
    assert "Nothing was pasted." in said
    assert parts(page, "M1.2")[0] == ("None", "None")
    assert page.desk.book.need(Measure, "M1.2").values.get("2026-11") is None


def test_a_value_over_a_new_numerator_of_a_kept_denominator_is_taken(
    page: Page, qtbot: QtBot
) -> None:
    sheet = grid_of(page, "M1.2")
    paste(sheet, "17", column=3)
    qtbot.waitUntil(lambda: parts(page, "M1.2")[0][1] == "17")
    assert "Pasted" in paste(sheet, "Nov 2026|94.1|16")
    qtbot.waitUntil(lambda: parts(page, "M1.2")[0] == ("16", "17"))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("Nov 2026|26|17",), "“17” would stand under Against target"),
        (("Month|Numerator|Denominator", "Nov 2026|16|17"), "has no column for “Numerator” and “Denominator”"),
    ],
)  # fmt: skip
def test_what_has_no_column_is_refused(page: Page, lines: tuple[str, ...], reason: str) -> None:
    said = paste(grid_of(page, "M4.2"), *lines)
    assert reason in said
    assert "Nothing was pasted." in said
    assert page.desk.book.need(Measure, "M4.2").values.get("2026-11") is None


@pytest.mark.parametrize("head", ["Count", "Room turnover", "Minutes", "Result", "Value, min"])
def test_the_one_column_of_figures_is_the_value_whatever_it_is_called(
    page: Page, qtbot: QtBot, head: str
) -> None:
    paste(grid_of(page, "M4.2"), f"Month|{head}", "Nov 2026|26.1", "Dec 2026|26.2")
    qtbot.waitUntil(
        lambda: page.desk.book.need(Measure, "M4.2").values.get("2026-12") == Decimal("26.2")
    )


def test_a_line_without_a_period_beneath_those_with_one_is_refused(page: Page) -> None:
    said = paste(
        grid_of(page, "M1.2"), "Month|Numerator|Denominator", "Nov 2026|16|17", "Total|31|34"
    )
    assert said.startswith("“Total” is no period of this table: copy the lines of periods alone.")
    assert parts(page, "M1.2")[0] == ("None", "None")


def test_parts_over_months_that_have_some_are_not_taken_for_a_value(page: Page) -> None:
    before = page.desk.book.need(Measure, "M1.2")
    assert before.denominator["2026-10"] is not None
    said = paste(grid_of(page, "M1.2"), "Oct 2026|16|17", month="2026-10")
    assert "gives another value. Copy the headings with the figures" in said
    assert page.desk.book.need(Measure, "M1.2") == before
