"""What sheets copy: a quotient has the places that files get, what was typed and what is an amount is whole."""

import re
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.ui.pages.capital.page import Page as CapitalPage
from dyad_desktop.ui.pages.operating.page import Page as OperatingPage
from dyad_desktop.ui.pages.performance.actuals_view import ActualsView
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.view import SheetView
from tests.ui.pages.budget_page import open_budget

LONG = re.compile(r"\d\.\d{6,}")
"""More places than an amount in thousands can have."""
QUOTIENTS = frozenset(
    {"percent", "low_margin", "high_margin", "average", "cost", "per", "payback", "irr"}
    | {"prior_year", "budget_year"}  # of ratios
)


def copied(view: SheetView) -> list[list[str]]:
    """Return what Ctrl+A and Ctrl+C put on the clipboard."""
    view.selectAll()
    view.blocks.copy()
    return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]


def check(at: QWidget, *, least: int = 1) -> None:
    """Look at all sheets in a widget, of which so many hold figures."""
    found = 0
    for view in at.findChildren(SheetView):
        if not view.sheet.rows:
            continue
        rows, columns = range(len(view.sheet.rows)), range(len(view.sheet.columns))
        numbers = [view.sheet.number(row, column) for row in rows for column in columns]
        found += any(number is not None for number in numbers)
        assert not LONG.search("\n".join("\t".join(line) for line in copied(view)))
        for n in columns:
            if view.sheet.columns[n].key in QUOTIENTS:
                for row in rows:
                    assert len(view.blocks._text(row, n).partition(".")[2]) <= 2
    assert found >= least


@pytest.fixture
def operating(example_window: MainWindow, qtbot: QtBot) -> OperatingPage:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert isinstance(example_window.page, OperatingPage)
    return example_window.page


@pytest.mark.parametrize("view", ["lines", "volumes", "positions"])
def test_sheets_of_the_operating_budget(operating: OperatingPage, view: str) -> None:
    operating.show_view(view)
    check(operating.sheets[view])


@pytest.mark.parametrize("part", ["compare", "what_if"])
def test_scenarios(operating: OperatingPage, qtbot: QtBot, part: str) -> None:
    operating.show_view("scenarios")
    qtbot.waitUntil(lambda: not operating.desk.runner.busy)
    assert operating._scenarios is not None
    operating._scenarios.show_part(part)
    qtbot.waitUntil(lambda: not operating.desk.runner.busy)
    check(operating._scenarios)


@pytest.mark.parametrize("part", ["lines", "forecast", "bridge", "rolling", "ratios", "hours"])
def test_sheets_of_budget_and_actual(example_window: MainWindow, qtbot: QtBot, part: str) -> None:
    page = open_budget(example_window, qtbot)
    page.show_view(part)
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    check(page.budget.part)


def test_requests(example_window: MainWindow, qtbot: QtBot) -> None:
    example_window.show_page("capital")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert example_window.page is not None
    check(example_window.page)


def test_what_was_typed_is_copied_whole(operating: OperatingPage, qtbot: QtBot) -> None:
    operating.show_view("positions")
    edits = [
        FieldEdit("position", "P02", "avg_hourly_rate", "41.1234"),
        FieldEdit("position", "P02", "vacancy_pct", "3.3333"),
        FieldEdit("position", "P02", "fte_months", "3.1417", "2026-12"),
    ]
    operating.desk.do(set_fields, edits)
    qtbot.waitUntil(lambda: not operating.desk.runner.busy)
    model, view = operating._positions, operating.sheets["positions"].view
    keys = [one.key for one in model.columns]
    line = {key: view.blocks._text(model.row_of("P02"), n) for n, key in enumerate(keys)}
    assert (line["avg_hourly_rate"], line["vacancy_pct"]) == ("41.1234", "3.3333")
    assert (line["2026-12"], line["2026-11"]) == ("3.1417", "94.73")
    assert model.edit_text(model.row_of("P02"), keys.index("2026-11")) == "94.73"


def test_tables_to_read_are_copied_exactly(example_window: MainWindow, qtbot: QtBot) -> None:
    """They show thousands; a spreadsheet gets the amounts, and the headings where all is chosen."""
    example_window.show_page("capital")
    page = example_window.page
    assert isinstance(page, CapitalPage)
    qtbot.waitUntil(lambda: page.sheet is not None)
    page.show_view("portfolio")
    qtbot.waitUntil(lambda: page.portfolio is not None and page.portfolio.table.rowCount() > 0)
    assert page.portfolio is not None
    table = page.portfolio.table
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    lines = [line.split("\t") for line in text.splitlines()]
    assert lines[0] == ["Request", "Asked", "NPV", "Plan", "Best"]
    book = page.desk.book
    costs = {one.title: str(Decimal(asked(book, one)) / 100) for one in book.all(CapitalRequest)}
    found = {line[0].split("  ")[1]: line[1] for line in lines[1:-2]}
    assert found == {title: cost.removesuffix(".00") for title, cost in costs.items()}
    QTest.keyClick(table, Qt.Key.Key_Home)
    table.setCurrentCell(0, 0)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == ["\t".join(lines[1])]


def test_a_volume_that_is_planned_is_copied_with_its_decimals(operating: OperatingPage) -> None:
    """It shows whole units; the finance workbook has them as they are planned."""
    operating.show_view("volumes")
    model, view = operating._volumes, operating.sheets["volumes"].view
    column = next(n for n, one in enumerate(model.columns) if one.key == "plan")
    row = model.row_of("V01")
    assert (model.text(row, column), view.blocks._text(row, column)) == ("2,225", "2224.62")


def test_a_volumes_budget_is_copied_with_its_decimals(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    page = open_budget(example_window, qtbot)
    page.show_view("actuals")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    part = page.budget.part
    assert isinstance(part, ActualsView)
    assert part.sheet is not None
    model, view = part.sheet.model, part.sheet.view
    row = next(n for n, one in enumerate(model.rows) if one.key[1] == "V01")
    texts = [model.text(row, column) for column in range(1, 4)]
    assert texts == ["735", "744", "9"]
    assert [view.blocks._text(row, n) for n in range(1, 4)] == ["735.42", "744", "8.58"]
