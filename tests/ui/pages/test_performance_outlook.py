"""Budget and actual: what the pair says of a line's year, typed into its cells."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.outlook import OWN, REMAINING_BUDGET, RUN_RATE, Basis, Outlook
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import delete
from dyad_desktop.ui.pages.performance import forecast_model, hours_view
from dyad_desktop.ui.pages.performance.forecast_model import ForecastModel
from dyad_desktop.ui.pages.performance.forecast_view import ForecastView
from dyad_desktop.ui.pages.performance.hours_view import HoursModel, HoursView
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.services.apart import apart
from tests.ui.pages.budget_page import ALT, focused, open_budget, type_into


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_budget(example_window, qtbot)


def forecast_of(page: Page) -> tuple[ForecastModel, Sheet]:
    page.show_view("forecast")
    view = page.budget.part
    assert isinstance(view, ForecastView)
    assert view.model is not None
    assert view.sheet is not None
    return view.model, view.sheet


def unfold(model: ForecastModel, line: str) -> int:
    model.folded.clear()
    model.refold()
    return model.row_of(line)


# -- forecast ------------------------------------------------------------------------------------


def test_a_rule_is_typed_into_its_cell(page: Page, qtbot: QtBot) -> None:
    model, sheet = forecast_of(page)
    row = unfold(model, "L43")
    assert model.text(row, forecast_model.RULE) == "seasonality"
    assert "(by default" in model.tip(row, forecast_model.RULE)
    type_into(sheet, row, forecast_model.RULE, "run")
    qtbot.waitUntil(lambda: page.desk.book.get(Outlook, "L43") is not None)
    qtbot.waitUntil(lambda: model.text(row, forecast_model.RULE) == "run rate")
    line = page.desk.book.need(OperatingLine, "L43")
    so_far = sum(line.ytd_actuals.values())
    total = model.number(row, forecast_model.TOTAL)
    assert total is not None
    assert abs(total * 100_000 - so_far * 3) <= 1
    qtbot.waitUntil(lambda: model.mark(row, forecast_model.RULE) == 0)
    assert "1 by run rate" in page.budget.headline.boxes[2].more.text()
    sheet.view.go_to(row, forecast_model.RULE)
    QTest.keyClick(sheet.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: model.text(row, forecast_model.RULE) == "seasonality")


@pytest.mark.parametrize(
    ("typed", "rule"), [("budget", REMAINING_BUDGET), ("Run rate", RUN_RATE), ("own", OWN)]
)
def test_a_rule_goes_by_the_name_that_people_use(
    page: Page, qtbot: QtBot, typed: str, rule: str
) -> None:
    model, sheet = forecast_of(page)
    type_into(sheet, unfold(model, "L45"), forecast_model.RULE, typed)
    qtbot.waitUntil(lambda: getattr(page.desk.book.get(Outlook, "L45"), "rule", None) == rule)


def test_what_is_no_rule_stays_in_the_cell(page: Page) -> None:
    model, sheet = forecast_of(page)
    type_into(sheet, unfold(model, "L45"), forecast_model.RULE, "guess")
    assert sheet.editing
    assert page.busy_editing
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert page.desk.book.get(Outlook, "L45") is None


def test_a_typed_month_makes_the_rule_own_and_undo_takes_both_back(
    page: Page, qtbot: QtBot
) -> None:
    model, sheet = forecast_of(page)
    row = unfold(model, "L43")
    type_into(sheet, row, forecast_model.FIRST, "120")
    qtbot.waitUntil(lambda: model.text(row, forecast_model.RULE) == "own")
    said = page.desk.book.need(Outlook, "L43")
    assert (said.rule, dict(said.months)) == (OWN, {"2026-11": 12_000_000})
    assert model.text(row, forecast_model.FIRST) == "120"
    qtbot.waitUntil(lambda: model.mark(row, forecast_model.FIRST) == 0)
    assert model.mark(row, forecast_model.FIRST + 1) == -1
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    page.desk.undo()
    qtbot.waitUntil(lambda: model.text(row, forecast_model.RULE) == "seasonality")


def test_categories_and_the_statement_are_sums_of_their_lines(page: Page) -> None:
    model, sheet = forecast_of(page)
    unfold(model, "L01")
    column = forecast_model.TOTAL
    groups = [n for n, row in enumerate(model.rows) if row.look == "group"]
    for n, end in zip(groups, [*groups[1:], len(model.rows)], strict=True):
        lines = [model.number(row, column) or 0 for row in range(n + 1, end)]
        assert sum(lines) == model.number(n, column)
    assert model.total_text(3, column) == "12,817"
    sheet.view.go_to(0, forecast_model.RULE)
    QTest.keyClick(sheet.view, Qt.Key.Key_F2)
    assert not sheet.editing


def test_the_rules_are_offered_at_the_cell(page: Page, qtbot: QtBot) -> None:
    model, sheet = forecast_of(page)
    row = unfold(model, "L45")
    view = page.budget.part
    assert isinstance(view, ForecastView)
    sheet.view.setFocus()
    sheet.view.go_to(row, 0)
    QTest.keyClick(sheet.view, Qt.Key.Key_Down, ALT)
    qtbot.waitUntil(lambda: view.menu is not None and view.menu.isVisible())
    assert view.menu is not None
    texts = [action.text() for action in view.menu.actions()]
    assert texts[0] == "Run rate: the average actual month goes on"
    assert texts[-1] == "By default"
    assert [action.isChecked() for action in view.menu.actions()] == [False] * 4 + [True]
    QTest.keyClick(view.menu, Qt.Key.Key_Down)
    QTest.keyClick(view.menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: getattr(page.desk.book.get(Outlook, "L45"), "rule", None) == RUN_RATE)


# -- hours and shares ---------------------------------------------------------------------------


def test_hours_that_are_typed_split_efficiency_from_rate(page: Page, qtbot: QtBot) -> None:
    page.show_view("hours")
    view = page.budget.part
    assert isinstance(view, HoursView)
    model, sheet = view.model, view.sheet
    assert isinstance(model, HoursModel)
    assert sheet is not None
    row = model.row_of("L17")
    other = next(n for n, column in enumerate(model.columns) if column.key == "other")
    assert model.text(row, other) == "(80)"
    for column in range(3, 7):
        type_into(sheet, row, column, "7300")
    qtbot.waitUntil(lambda: len(getattr(page.desk.book.get(Basis, "L17"), "hours", ())) == 4)
    qtbot.waitUntil(lambda: model.text(row, other) == "")
    paid = next(n for n, column in enumerate(model.columns) if column.key == "paid")
    assert model.text(row, paid) == "29,200"
    sheet.view.go_to(row, 3)
    assert "efficiency and rate" in view.detail.title.text()
    qtbot.waitUntil(lambda: model.mark(row, 3) == 0)


def test_a_share_and_a_volume_let_a_line_flex(page: Page, qtbot: QtBot) -> None:
    page.show_view("hours")
    view = page.budget.part
    assert isinstance(view, HoursView)
    model, sheet = view.model, view.sheet
    assert model is not None
    assert sheet is not None
    row = model.row_of("L28")
    type_into(sheet, row, hours_view.VOLUME, "clinic")
    type_into(sheet, row, hours_view.SHARE, "40")
    qtbot.waitUntil(lambda: getattr(page.desk.book.get(Basis, "L28"), "variable_pct", None) == 40)
    assert page.desk.book.need(Basis, "L28").volume == "V08"
    volume = next(n for n, column in enumerate(model.columns) if column.key == "volume" and n > 2)
    qtbot.waitUntil(lambda: model.text(row, volume) != "")
    type_into(sheet, row, hours_view.VOLUME, "nothing")
    assert sheet.editing
    QTest.keyClick(focused(), Qt.Key.Key_Escape)


def test_what_is_said_of_a_line_goes_with_it(page: Page, qtbot: QtBot) -> None:
    model, sheet = forecast_of(page)
    type_into(sheet, unfold(model, "L45"), forecast_model.RULE, "own")
    qtbot.waitUntil(lambda: page.desk.book.get(Outlook, "L45") is not None)
    page.desk.do(delete, [("operating_line", "L45")])
    qtbot.waitUntil(lambda: page.desk.book.get(OperatingLine, "L45") is None)
    assert page.desk.book.get(Outlook, "L45") is None


def test_the_detail_says_where_a_row_ends(page: Page) -> None:
    model, sheet = forecast_of(page)
    view = page.budget.part
    assert isinstance(view, ForecastView)
    assert view.detail.title.text() == (
        "Contribution ends US$ 806 thousand below budget, unfavourable"
    )
    labour = model.row_of("expense labour")
    sheet.view.go_to(labour, 0)
    assert view.detail.title.text() == "Labour ends US$ 1,446 thousand below budget, favourable"
    sheet.view.go_to(unfold(model, "L45"), 0)
    assert view.detail.title.text().startswith("Clinic leases ends ")
    assert view.detail.words.text().startswith("Seasonality (by default")


def test_rules_that_differ_stand_in_the_cell_and_neither_counts(page: Page, qtbot: QtBot) -> None:
    rule = Address("outlook", "L43", "rule")
    apart(page.desk.session, rule, A=RUN_RATE, B=REMAINING_BUDGET)
    page.desk.look_around()
    model, sheet = forecast_of(page)
    row = unfold(model, "L43")
    qtbot.waitUntil(lambda: bool(model.parts(row, forecast_model.RULE)))
    assert [text for _, text in model.parts(row, forecast_model.RULE)] == [
        "run rate", "remaining budget",
    ]  # fmt: skip
    sheet.view.go_to(row, forecast_model.RULE)
    view = page.budget.part
    assert isinstance(view, ForecastView)
    assert "neither counts" in view.detail.words.text()
    page.desk.select(("operating_line", "L43"))
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
