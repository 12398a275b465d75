"""Budget and actual: actuals typed and pasted into closed months."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.totals import year_to_date_totals
from dyad_desktop.replication.change import Address
from dyad_desktop.services.planning import choose_method
from dyad_desktop.ui.pages.performance import forecast_model
from dyad_desktop.ui.pages.performance.actuals_model import (
    ACTUAL,
    BUDGET,
    FIRST,
    NAME,
    VARIANCE,
    ActualsModel,
)
from dyad_desktop.ui.pages.performance.actuals_view import ActualsView
from dyad_desktop.ui.pages.performance.against import VERDICT
from dyad_desktop.ui.pages.performance.forecast_model import RULE
from dyad_desktop.ui.pages.performance.forecast_view import ForecastView
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.services.apart import apart
from tests.ui.pages.budget_page import CTRL, focused, open_budget, type_into

OCT, NOV = FIRST + 3, FIRST + 4


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_budget(example_window, qtbot)


def shown(page: Page) -> tuple[ActualsView, ActualsModel, Sheet]:
    page.show_view("actuals")
    view = page.budget.part
    assert isinstance(view, ActualsView)
    assert view.model is not None
    assert view.sheet is not None
    return view, view.model, view.sheet


def line(page: Page, name: str) -> OperatingLine:
    return page.desk.book.need(OperatingLine, name)


def test_an_actual_is_typed_and_everything_follows(page: Page, qtbot: QtBot) -> None:
    _view, model, sheet = shown(page)
    answer = page.budget.headline.boxes[0].words
    before, row = answer.text(), model.row_of("L43")
    type_into(sheet, row, OCT, "2m")
    qtbot.waitUntil(lambda: line(page, "L43").ytd_actuals["2026-10"] == 200_000_000)
    qtbot.waitUntil(lambda: model.text(row, OCT) == "2,000,000")
    qtbot.waitUntil(lambda: answer.text() != before)
    assert sheet.view.currentIndex().row() == row + 1
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    page.desk.undo()
    qtbot.waitUntil(lambda: answer.text() == before)


def test_a_rectangle_of_amounts_is_pasted_as_one_change(page: Page, qtbot: QtBot) -> None:
    _view, model, sheet = shown(page)
    row = model.row_of("L43")
    sheet.view.setFocus()
    sheet.view.go_to(row, FIRST)
    QApplication.clipboard().setText("1,234.56\t(300)\t-\n7\t8\t9\n")
    QTest.keyClick(sheet.view, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: line(page, "L43").ytd_actuals["2026-08"] == -300_00)
    other = model.rows[row + 1].key[1]
    assert line(page, "L43").ytd_actuals["2026-07"] == 1234_56
    assert line(page, other).ytd_actuals["2026-07"] == 7_00
    assert page.desk.session.next_undo == ("2 lines and volumes, actual of Jul 2026 to Sep 2026")
    qtbot.waitUntil(lambda: model.text(row, FIRST) == "1,235")
    assert model.text(row, FIRST + 1) == "(300)"
    assert model.edit_text(row, FIRST) == "1234.56"


def test_a_blank_that_is_pasted_empties_a_month_and_is_counted_as_that(
    page: Page, qtbot: QtBot
) -> None:
    _view, model, sheet = shown(page)
    said: list[str] = []
    sheet.said.connect(said.append)
    row = model.row_of("L43")
    sheet.view.setFocus()
    sheet.view.go_to(row, FIRST)
    QApplication.clipboard().setText("1\t2\t\t4\n")
    QTest.keyClick(sheet.view, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: line(page, "L43").ytd_actuals["2026-10"] == 4_00)
    assert line(page, "L43").ytd_actuals.get("2026-09") is None
    assert said == ["Pasted 3 cells as US$, 1 emptied."]
    qtbot.waitUntil(lambda: model.text(row, OCT) == "4")
    QApplication.clipboard().setText("5\t\t\t\n")  # September is empty already
    QTest.keyClick(sheet.view, Qt.Key.Key_V, CTRL)
    assert said[1:] == ["Pasted 1 cell as US$, 2 emptied."]


def test_an_open_month_takes_nothing_and_says_what_to_do(page: Page, qtbot: QtBot) -> None:
    view, model, sheet = shown(page)
    row = model.row_of("L43")
    sheet.view.setFocus()
    sheet.view.go_to(row, NOV)
    said: list[str] = []
    sheet.said.connect(said.append)
    QTest.keyClicks(sheet.view, "5")
    assert not sheet.editing
    assert said == ["Nov 2026 isn’t closed. Close it above, then enter its actuals."]
    QApplication.clipboard().setText("5\t6")
    sheet.view.go_to(row, OCT)
    QTest.keyClick(sheet.view, Qt.Key.Key_V, CTRL)
    assert "2026-11" not in line(page, "L43").ytd_actuals
    view.months.setCurrentIndex(5)
    view.months.activated.emit(5)
    qtbot.waitUntil(lambda: page.desk.book.only(Partnership).ytd_months == 5)
    qtbot.waitUntil(lambda: model.editable(row, NOV))
    assert "Nov 2026 has no actuals yet" in view.missing.text()
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    type_into(sheet, row, NOV, "5")
    qtbot.waitUntil(lambda: line(page, "L43").ytd_actuals.get("2026-11") == 5_00)


def test_a_month_with_actuals_stays_closed_and_the_choice_says_so(page: Page, qtbot: QtBot) -> None:
    view, _model, _sheet = shown(page)
    assert view.missing.text() == "Every line and volume has its actuals."
    view.months.setCurrentIndex(3)
    view.months.activated.emit(3)
    qtbot.waitUntil(lambda: view.months.currentIndex() == 4)
    assert page.desk.book.only(Partnership).ytd_months == 4


def model_words(view: ActualsView, sheet: Sheet, row: int) -> str:
    """Return what stands beneath the sheet when a row is current."""
    sheet.view.go_to(row, OCT)
    return view.detail.title.text()


def test_an_open_month_is_empty_in_every_row(page: Page) -> None:
    _view, model, _sheet = shown(page)
    assert {model.text(row, NOV) for row in range(len(model.rows))} == {""}


def test_volumes_stand_above_and_take_units(page: Page, qtbot: QtBot) -> None:
    view, model, sheet = shown(page)
    row = model.row_of("V01")
    assert model.text(0, NAME) == "Volumes"
    assert [model.text(0, column) for column in (BUDGET, ACTUAL, VARIANCE, OCT)] == [""] * 4
    planned, came, apart_by = (model.number(row, n) for n in (BUDGET, ACTUAL, VARIANCE))
    assert planned is not None
    assert came is not None
    assert came - planned == apart_by
    assert "budget" in model_words(view, sheet, row)
    type_into(sheet, row, OCT, "1,000.5")
    qtbot.waitUntil(
        lambda: page.desk.book.need(Volume, "V01").ytd_actuals["2026-10"] == Decimal("1000.5")
    )
    sheet.view.go_to(row, OCT)
    qtbot.waitUntil(lambda: model.text(row, OCT).startswith("1,000"))
    assert "to date" in view.detail.title.text()
    QTest.keyClick(sheet.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: model.text(row, OCT) == "")
    assert "1 of 61 missing in Oct 2026" in view.missing.text()
    assert model.text(row, BUDGET) != ""
    assert model.text(row, VARIANCE) == ""
    assert view.detail.title.text().endswith("to date")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    for name in ("lines", "forecast", "bridge", "ratios", "rolling", "hours"):
        page.show_view(name)
    page.window().show_page("operating")  # type: ignore[attr-defined]
    page.window().show_page("home")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def test_categories_and_the_statement_are_sums(page: Page) -> None:
    _view, model, _sheet = shown(page)
    groups = [n for n, row in enumerate(model.rows) if row.look == "group"][1:]
    for column in (BUDGET, ACTUAL, VARIANCE, OCT):
        for n, end in zip(groups, [*groups[1:], len(model.rows)], strict=True):
            lines = [model.number(row, column) or 0 for row in range(n + 1, end)]
            assert sum(lines) == model.number(n, column)
    found = year_to_date_totals(page.desk.book)
    assert model.total_text(3, ACTUAL) == model.unit.text(found.contribution)
    assert model.total_text(3, OCT) == model.unit.text(found.contribution_by_month[3])
    assert model.total_text(3, NOV) == ""


def test_what_takes_no_actual_says_why(page: Page) -> None:
    _view, model, _sheet = shown(page)
    group = next(n for n, row in enumerate(model.rows) if row.look == "group" and n)
    assert model.locked(0, OCT) == "Volumes have units of their own. Space folds it."
    assert model.locked(group, OCT) == "A category is the sum of its lines. Space folds it."
    assert "is computed" in model.locked(model.row_of("L43"), ACTUAL)
    model.toggle(group)
    assert model.reveal("L01") > 0


def test_actuals_that_partners_wrote_apart_stand_side_by_side(page: Page, qtbot: QtBot) -> None:
    _view, model, _sheet = shown(page)
    at = Address("operating_line", "L43", "ytd_actuals", "2026-10")
    apart(page.desk.session, at, A=100_00, B=200_00)
    volume = Address("volume", "V01", "ytd_actuals", "2026-10")
    apart(page.desk.session, volume, A=Decimal(3), B=Decimal(4))
    page.desk.look_around()
    row = model.row_of("L43")
    qtbot.waitUntil(lambda: len(model.parts(row, OCT)) == 2)
    assert [text for _, text in model.parts(row, OCT)] == ["100", "200"]
    assert [text for _, text in model.parts(model.row_of("V01"), OCT)] == ["3", "4"]


def test_what_is_no_amount_stays_in_the_cell(page: Page) -> None:
    _view, model, sheet = shown(page)
    for name in ("L43", "V01"):
        type_into(sheet, model.row_of(name), OCT, "many")
        assert sheet.editing
        QTest.keyClick(focused(), Qt.Key.Key_Escape)


# -- what is missing -----------------------------------------------------------------------------


def close(page: Page, qtbot: QtBot, count: int) -> list[str]:
    """Close the year through a month, and return what was said."""
    view, _model, _sheet = shown(page)
    said: list[str] = []
    page.desk.said.connect(lambda text, _undo: said.append(text))
    view.months.setCurrentIndex(count)
    view.months.activated.emit(count)
    qtbot.waitUntil(lambda: page.desk.book.only(Partnership).ytd_months == count)
    qtbot.waitUntil(lambda: bool(said))
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    return said


def test_a_month_that_is_closed_empty_moves_no_answer_and_is_told(page: Page, qtbot: QtBot) -> None:
    boxes = page.budget.headline.boxes
    before = [box.words.text() for box in boxes]
    said = close(page, qtbot, 5)
    lacks = "Nov 2026 has no actuals yet: 61 lines and volumes missing."
    assert said[-1].startswith(f"Closed through Nov 2026. {lacks}")
    view, _model, _sheet = shown(page)
    assert view.missing.text() == f"▲ {lacks}"
    page.show_view("forecast")
    part = page.budget.part
    assert isinstance(part, ForecastView)
    assert part.model is not None
    assert part.model.came(-1) == (frozenset({0, 1, 2, 3}), frozenset())
    page.show_view("lines")
    after = [box.words.text() for box in boxes]
    assert after[0] == f"{before[0]}, incomplete: Nov 2026 missing"
    assert after[1:] == [before[1], f"{before[2]}, incomplete"]
    assert lacks in boxes[0].more.text()
    assert lacks in page.budget.lines.detail.words.text()
    QTest.mouseClick(page.budget.scopes.kinds._group.button(1), Qt.MouseButton.LeftButton)
    assert boxes[0].words.text().endswith("No actual yet")
    assert {page.budget.lines.model.total_text(n, VERDICT) for n in range(4)} == {"no actual yet"}
    window = page.window()
    assert isinstance(window, MainWindow)
    window.show_page("home")
    qtbot.waitUntil(lambda: f"▲ {lacks}" in [one.text() for one in window.findChildren(QLabel)])


def test_a_line_that_counts_as_nothing_since_its_plan_lacks_something_is_told(
    page: Page, qtbot: QtBot
) -> None:
    boxes = page.budget.headline.boxes
    page.desk.do(choose_method, "working", "L40", "staffing")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    qtbot.waitUntil(lambda: boxes[0].words.text().endswith(", incomplete: 1 line not planned"))
    name = page.desk.book.label("operating_line", "L40")
    told = f"{name} counts as nothing in the budget: it needs a position."
    assert told in boxes[0].more.text()
    assert boxes[2].words.text().endswith(", incomplete: 1 line not planned")
    page.desk.do(choose_method, "working", "L41", "percent")
    qtbot.waitUntil(lambda: boxes[0].words.text().endswith(", incomplete: 2 lines not planned"))
    assert "2 lines count as nothing in the budget" in boxes[0].more.text()
    for _ in range(2):
        page.desk.undo()
    qtbot.waitUntil(lambda: "incomplete" not in boxes[0].words.text())


def test_a_line_that_lacks_a_month_is_left_out_of_both_sides(page: Page, qtbot: QtBot) -> None:
    _view, model, sheet = shown(page)
    row = model.row_of("L21")
    budgets = [model.number(row, BUDGET), model.total_text(2, BUDGET)]
    sheet.view.setFocus()
    sheet.view.go_to(row, OCT)
    QTest.keyClick(sheet.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: line(page, "L21").ytd_actuals.get("2026-10") is None)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert "1 of 61 missing in Oct 2026" in shown(page)[0].missing.text()
    assert model.number(row, BUDGET) != budgets[0]
    assert model.total_text(2, BUDGET) != budgets[1]
    assert page.budget.headline.boxes[0].words.text().endswith(", incomplete: 1 of 61 missing")
    page.show_view("lines")
    lines = page.budget.lines
    at = lines.model.reveal("L21")
    assert lines.model.text(at, VERDICT).endswith(", incomplete")
    lines.sheet.view.go_to(at, 0)
    lines._explain()
    assert "No actual of Oct 2026 yet: it counts on neither side." in lines.detail.words.text()
    page.show_view("forecast")
    part = page.budget.part
    assert isinstance(part, ForecastView)
    assert part.model is not None
    whole, some = part.model.came(-1)
    assert (whole, some) == (frozenset({0, 1, 2}), frozenset({3}))
    at = part.model.reveal("L21")
    assert part.model.came(at) == (frozenset({0, 1, 2}), frozenset())
    assert part.model.text(at, forecast_model.VERDICT).endswith(", incomplete")
    assert part.model.total_text(3, forecast_model.VERDICT).endswith(", incomplete")
    assert "1 closed month has no actual yet and is forecast too." in part.model.tip(at, RULE)
