import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.services.editing import delete
from dyad_desktop.ui.charts.cumulative import axis_top, tick_step
from dyad_desktop.ui.pages.capital.model import CUT, FIRST_VIEW
from dyad_desktop.ui.pages.capital.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("capital")
    shown = example_window.page
    assert isinstance(shown, Page)
    rest(shown, qtbot)
    return shown


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def sheet(page: Page) -> Sheet:
    assert page.sheet is not None
    return page.sheet


def request(page: Page, request_id: str) -> CapitalRequest:
    return page.desk.book.need(CapitalRequest, request_id)


def column(page: Page, key: str) -> int:
    return [one.key for one in page._model.columns].index(key)


def type_into(page: Page, qtbot: QtBot, request_id: str, key: str, text: str) -> None:
    view = sheet(page).view
    view.go_to(page._model.row_of(request_id), column(page, key))
    view.setFocus()
    QTest.keyClicks(view, text[0])
    editor = view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)


def test_the_cut_line_stands_before_the_first_request_below_it(page: Page) -> None:
    keys = [row.key for row in page._model.rows]
    at = keys.index(CUT)
    assert keys[at + 1] == ("capital_request", "C02")
    assert page._model.text(at, 0) == "Cut line: 205 k of 9.0 m unused"
    assert not page._model.quiet(at - 1)
    assert page._model.quiet(at + 1)
    assert page.caption.text() == (
        "The first 6 of 14 requests fit the envelope of US$ 9.0 m; US$ 205 k is left."
        " C02 is the first below the line."
    )


def test_only_a_chosen_request_can_be_opened_or_deleted(page: Page) -> None:
    made = {one.text(): one for one in page.findChildren(QPushButton)}
    acting = [made["Open"], made["Delete"]]
    assert not any(one.isEnabled() for one in acting)
    page.show_thing(("capital_request", "C06"))
    assert all(one.isEnabled() for one in acting)
    page.desk.select(None)
    assert not any(one.isEnabled() for one in acting)


def test_no_column_of_the_first_view_is_cut(page: Page) -> None:
    header = sheet(page).view.horizontalHeader()
    last = column(page, FIRST_VIEW)
    end = header.sectionViewportPosition(last) + header.sectionSize(last)
    assert end <= sheet(page).view.viewport().width()


@pytest.mark.parametrize("highest", [0.0, 0.4, 9.0, 10.0, 14.14, 49.0, 512.0])
def test_the_axis_ends_at_a_tick_above_the_highest(highest: float) -> None:
    top = axis_top(highest)
    assert highest < top <= max(1.0, highest * 1.7)
    assert round(top / tick_step(top), 6) == round(top / tick_step(top))


def test_what_was_said_of_a_missing_title_goes_when_one_is_typed(page: Page, qtbot: QtBot) -> None:
    page.add_thing()
    dialog = page.new_dialog
    QTest.mouseClick(
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "Create"), LEFT
    )
    rest(page, qtbot)
    assert dialog.reason.text()
    QTest.keyClicks(dialog.name, "M")
    assert not dialog.reason.text()
    dialog.reject()


def test_the_envelope_is_edited_where_it_stands(page: Page, qtbot: QtBot) -> None:
    fact = page.facts.envelope
    QTest.mouseClick(fact.shown, LEFT)
    assert fact.editing
    fact.editor.selectAll()
    QTest.keyClicks(fact.editor, "lots")
    QTest.keyClick(fact.editor, Qt.Key.Key_Return)
    assert fact.editing
    assert "not a number" in fact.reason.text()
    fact.editor.selectAll()
    QTest.keyClicks(fact.editor, "9.6m")
    QTest.keyClick(fact.editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert not fact.editor.isVisible()
    assert page.desk.book.only(CapitalPolicy).envelope == 9_600_000_00
    assert page.facts.fact("left").text() == "US$ 85,000"
    page.desk.undo()
    rest(page, qtbot)
    assert page.facts.fact("left").text() == "US$ 205,000"


def test_escape_leaves_the_envelope(page: Page) -> None:
    fact = page.facts.envelope
    QTest.mouseClick(fact.shown, LEFT)
    QTest.keyClicks(fact.editor, "1")
    QTest.keyClick(fact.editor, Qt.Key.Key_Escape)
    assert not fact.editor.isVisible()
    assert page.desk.book.only(CapitalPolicy).envelope == 9_000_000_00


def test_a_typed_cost_counts_in_thousands_and_moves_the_line(page: Page, qtbot: QtBot) -> None:
    type_into(page, qtbot, "C02", "cost", "200")
    assert request(page, "C02").cost == 200_000_00
    keys = [row.key for row in page._model.rows]
    assert keys.index(CUT) > keys.index(("capital_request", "C02"))
    page.desk.undo()
    rest(page, qtbot)
    assert request(page, "C02").cost == 720_000_00


def test_words_are_taken_for_choices_flags_and_months(page: Page, qtbot: QtBot) -> None:
    type_into(page, qtbot, "C06", "status", "def")
    type_into(page, qtbot, "C06", "mandatory", "yes")
    type_into(page, qtbot, "C06", "in_service", "2027-04")
    found = request(page, "C06")
    assert (found.status, found.mandatory, found.in_service) == ("deferred", True, "2027-04")


def test_a_request_keeps_the_cursor_when_it_changes_its_place(page: Page, qtbot: QtBot) -> None:
    view = sheet(page).view
    view.go_to(page._model.row_of("C13"), column(page, "mandatory"))
    view.setFocus()
    page._model.wanted.emit([_mandatory("C13")])
    rest(page, qtbot)
    row = view.currentIndex().row()
    assert page._model.rows[row].key == ("capital_request", "C13")
    assert row < 6


def _mandatory(request_id: str) -> object:
    from dyad_desktop.services.editing import FieldEdit  # noqa: PLC0415 - beside its one use

    return FieldEdit("capital_request", request_id, "mandatory", value=True)


def test_scores_far_apart_are_marked(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("capital_request", "C03"))
    page.open_request()
    boxes = page.dialog.scores.boxes
    assert boxes["A/safety"].isEnabled()
    assert not boxes["B/safety"].isEnabled()
    boxes["A/safety"].setFocus()
    QTest.keyClicks(boxes["A/safety"], "2")
    boxes["A/safety"].activated.emit(boxes["A/safety"].currentIndex())
    rest(page, qtbot)
    assert request(page, "C03").scores["A/safety"] == 2
    row = page._model.row_of("C03")
    assert page._model.text(row, column(page, "apart")) == "▲ safety"
    assert page._model.tone(row, column(page, "apart")) == "at_risk"
    page.dialog.accept()


def test_the_form_computes_what_a_request_gives_back(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("capital_request", "C01"))
    page.open_request()
    dialog = page.dialog
    assert dialog.returns._values["npv"].text() == "US$ 3,227,119"
    editor = dialog.form.fields["annual_benefit"].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "=1620000/2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert request(page, "C01").annual_benefit == 810_000_00
    assert dialog.returns._values["payback"].text() == "14.3 years"
    dialog.accept()


def test_a_new_request_opens_in_full_and_can_be_deleted(page: Page, qtbot: QtBot) -> None:
    page.add_thing()
    dialog = page.new_dialog
    dialog._on_create()
    rest(page, qtbot)
    assert "needs a title" in dialog.reason.text()
    QTest.keyClicks(dialog.name, "Infusion pumps")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    rest(page, qtbot)
    key = page.desk.selection
    assert key is not None
    assert page.desk.book.label(*key) == "Infusion pumps"
    page.dialog.accept()
    page.delete_thing()
    rest(page, qtbot)
    assert page.desk.book.entity(*key) is None
    page.desk.undo()
    rest(page, qtbot)
    assert page.desk.book.entity(*key) is not None


def test_the_chart_goes_along_by_arrows_and_to_the_table_by_t(page: Page) -> None:
    page.show_view("chart")
    chart = page.chart
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert page.desk.selection == ("capital_request", "C03")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert page.desk.selection == ("capital_request", "C12")
    QTest.keyClick(chart, Qt.Key.Key_T)
    assert page.views.choice == "list"
    assert chart.accessibleDescription().startswith("The first 6 of 14")


def test_an_empty_plan_offers_the_first_request(page: Page, qtbot: QtBot) -> None:
    keys = [("capital_request", one.id) for one in page.desk.book.all(CapitalRequest)]
    page.desk.do(delete, keys)
    rest(page, qtbot)
    assert page._stack.currentWidget() is page._empty
    page.delete_thing()
    page.desk.undo()
    rest(page, qtbot)
    assert page._stack.currentWidget() is page._split


def test_a_low_window_shows_the_list_alone(page: Page) -> None:
    assert page.card.isVisible()
    page.window().resize(1024, 700)
    assert not page.card.isVisible()
