import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.initiatives import Dependency, Initiative, Milestone, Risk
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, delete
from dyad_desktop.services.initiatives import edit_plan
from dyad_desktop.ui.pages.initiatives.frame import name_room
from dyad_desktop.ui.pages.initiatives.gantt_view import GanttView
from dyad_desktop.ui.pages.initiatives.page import Page
from dyad_desktop.ui.pages.initiatives.risks_view import RisksView
from dyad_desktop.ui.pages.initiatives.rows import marks_of
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import CELL, font
from dyad_desktop.ui.widgets.sheet.view import SheetView

ELIDE = Qt.TextElideMode.ElideRight
LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("initiatives")
    shown = example_window.page
    assert isinstance(shown, Page)
    rest(shown, qtbot)
    return shown


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def plan(page: Page) -> GanttView:
    assert page.plan is not None
    return page.plan


def risks(page: Page) -> RisksView:
    assert page.risks is not None
    return page.risks


def milestone(page: Page, milestone_id: str) -> Milestone:
    return page.desk.book.need(Milestone, milestone_id)


def type_into(page: Page, qtbot: QtBot, view: SheetView, text: str) -> None:
    view.setFocus()
    QTest.keyClicks(view, text[0])
    editor = view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)


def write(page: Page, qtbot: QtBot, editor: object, text: str) -> None:
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)


def test_every_initiative_has_a_card_that_opens(page: Page) -> None:
    assert list(page.cards) == [one.id for one in page.desk.book.all(Initiative)]
    QTest.mouseClick(page.cards["I4"].link, LEFT)
    assert page.desk.selection == ("initiative", "I4")
    assert page.dialog.isVisible()
    page.dialog.accept()


def test_the_caption_says_what_slips_and_what_is_critical(page: Page) -> None:
    assert (
        plan(page)
        .caption.text()
        .startswith(
            "3 of 7 slip. New-patient access redesign is 10 weeks later than its baseline; critical: "
        )
    )
    page.show_thing(("milestone", "I4.4"))
    assert plan(page).caption.text() == (
        "Second EP lab and pulsed-field ablation is 5 weeks later than its baseline; critical:"
        " construction; install, calibrate, inspect; first patient; and 1 more."
    )
    assert "drawn thicker" in plan(page).gantt.accessibleDescription()


def test_arrows_go_along_the_rows_and_fold(page: Page, qtbot: QtBot) -> None:
    page.show_view("gantt")
    gantt = plan(page).gantt
    gantt.setFocus()
    QTest.keyClick(gantt, Qt.Key.Key_Home)
    assert page.desk.selection == ("initiative", "I1")
    rows = len(gantt.bars)
    QTest.keyClick(gantt, Qt.Key.Key_Left)
    assert len(gantt.bars) == rows - len(page.desk.book.children(Milestone, "I1"))
    QTest.keyClick(gantt, Qt.Key.Key_Down)
    assert page.desk.selection == ("initiative", "I2")
    QTest.keyClick(gantt, Qt.Key.Key_Up)
    QTest.keyClick(gantt, Qt.Key.Key_Right)
    QTest.keyClick(gantt, Qt.Key.Key_Down)
    assert page.desk.selection == ("milestone", "I1.1")
    QTest.keyClick(gantt, Qt.Key.Key_Return)
    assert page.dialog.isVisible()
    page.dialog.accept()
    rest(page, qtbot)


def test_a_thing_in_a_folded_initiative_unfolds_it(page: Page) -> None:
    page.show_view("gantt")
    plan(page).fold("I4")
    page.show_thing(("milestone", "I4.7"))
    assert plan(page).gantt.key == ("milestone", "I4.7")


def test_the_mouse_chooses_folds_and_opens(page: Page) -> None:
    page.show_view("gantt")
    port = plan(page).gantt.viewport()
    first = QPoint(120, 40 + 13)
    QTest.mouseClick(port, LEFT, pos=first + QPoint(0, 26))
    assert page.desk.selection == ("milestone", "I1.1")
    rows = len(plan(page).gantt.bars)
    QTest.mouseClick(port, LEFT, pos=QPoint(8, 40 + 13))
    assert len(plan(page).gantt.bars) == rows - 6
    QTest.mouseDClick(port, LEFT, pos=first)
    assert page.dialog.windowTitle() == "Initiative"
    page.dialog.accept()


def test_alt_and_an_arrow_move_a_milestone_by_a_workday(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.6"))
    QTest.keyClick(plan(page).gantt, Qt.Key.Key_Right, ALT)
    rest(page, qtbot)
    assert milestone(page, "I4.6").not_before == "2026-12-08"
    assert milestone(page, "I4.6").forecast_start == "2026-12-08"
    QTest.keyClick(plan(page).gantt, Qt.Key.Key_Left, ALT)
    rest(page, qtbot)
    assert milestone(page, "I4.6").forecast_start == "2026-12-07"


def test_a_move_stands_beside_the_day_that_the_partner_wrote_meanwhile(
    page: Page, qtbot: QtBot
) -> None:
    page.show_thing(("milestone", "I4.6"))
    session, done = page.desk.session, list[object]()

    def write() -> None:
        me = session.partner
        session.write_as("B" if me == "A" else "A")
        edit_plan(session, [FieldEdit("milestone", "I4.6", "not_before", "2027-02-01")])
        session.write_as(me)

    page.desk.runner.database(write, done.append)
    qtbot.waitUntil(lambda: bool(done))
    QTest.keyClick(plan(page).gantt, Qt.Key.Key_Right, ALT)
    at = Address("milestone", "I4.6", "not_before")
    qtbot.waitUntil(lambda: at in session.disagreements())


def test_an_arrow_at_the_edge_leads_to_the_bar(page: Page) -> None:
    page.show_view("gantt")
    gantt = plan(page).gantt
    at = next(n for n, bar in enumerate(gantt.bars) if bar.key == ("milestone", "I1.1"))
    edge = QPoint(gantt.left + 8, 40 + at * 26 + 13)
    assert gantt.arrow_at(at, edge.x()) == -1
    assert gantt.arrow_at(at, gantt.viewport().width() - 2) == 0
    QTest.mouseClick(gantt.viewport(), LEFT, pos=edge)
    start = gantt.bars[at].start
    assert start is not None
    seen = gantt.scale.x(start) - gantt.horizontalScrollBar().value()
    assert 0 <= seen < gantt.viewport().width() - gantt.left
    assert gantt.arrow_at(at, edge.x()) == 0
    later = next(n for n, bar in enumerate(gantt.bars) if bar.key == ("milestone", "I1.6"))
    assert gantt.arrow_at(later, gantt.viewport().width() - 2) == 1


def test_two_milestones_alike_can_be_told_apart(page: Page) -> None:
    page.window().resize(1024, 700)
    page.show_view("gantt")
    gantt = plan(page).gantt
    alike = [bar.title for bar in gantt.bars if bar.title.startswith("Field ECG transmission")]
    room = name_room(gantt.left, of_initiative=False)
    shown = {QFontMetrics(font(CELL)).elidedText(t, ELIDE, room) for t in alike}
    assert len(shown) == len(alike) == 2


def test_the_wheel_zooms_with_control_around_the_pointer(page: Page) -> None:
    page.show_view("gantt")
    gantt, at = plan(page).gantt, QPointF(600, 200)
    pixels = gantt.scale.pixels
    day = gantt.scale.day(gantt.horizontalScrollBar().value() + at.x() - gantt.left)
    wheel = QWheelEvent(
        at, gantt.viewport().mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003 - Qt's
    )  # fmt: skip
    QApplication.sendEvent(gantt.viewport(), wheel)
    assert gantt.scale.pixels > pixels
    now = gantt.scale.day(gantt.horizontalScrollBar().value() + at.x() - gantt.left)
    assert abs(now - day) < 1
    QTest.mouseClick(plan(page).zoom.findChildren(QPushButton)[1], LEFT)
    assert gantt.scale.months() == [] or gantt.scale.pixels < pixels


def test_t_shows_the_same_as_a_table_that_can_be_edited(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.4"))
    QTest.keyClick(plan(page).gantt, Qt.Key.Key_T)
    view = plan(page).sheet.view
    row = plan(page).model.row_of("I4.4")
    assert view.isVisible()
    assert view.currentIndex().row() == row
    keys = [column.key for column in plan(page).model.columns]
    assert plan(page).model.text(row, keys.index("finish")) == "26 Mar 2027"
    assert plan(page).model.text(row, keys.index("slip")) == "▲ 5 weeks later"
    assert plan(page).model.text(row, keys.index("critical")) == "yes"
    view.go_to(row, keys.index("duration"))
    type_into(page, qtbot, view, "150")
    assert milestone(page, "I4.8").forecast_finish == "2027-05-14"
    view.go_to(row, keys.index("percent"))
    type_into(page, qtbot, view, "35%")
    assert milestone(page, "I4.4").percent == 35
    view.go_to(row, keys.index("owner"))
    type_into(page, qtbot, view, "priya")
    assert milestone(page, "I4.4").owner == "A"
    page.toggle_table()
    assert plan(page).gantt.key == ("milestone", "I4.5")  # Enter went on to the next row


def test_a_milestone_is_edited_in_its_form(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.4"))
    page.open_thing()
    fields = page.dialog.forms[1].fields
    write(page, qtbot, fields["percent"].editor, "100")
    found = milestone(page, "I4.4")
    assert (found.status, found.actual_finish) == ("done", "2026-10-31")
    assert fields["status"].text == "done"
    write(page, qtbot, fields["duration_workdays"].editor, "a while")
    assert "not a number" in fields["duration_workdays"]._reason.text()
    page.dialog.accept()


def test_a_circle_is_refused_with_names_and_nothing_changes(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.4"))
    page.open_thing()
    links, before = page.dialog.links, page.desk.book
    assert links is not None
    links.choice.setCurrentIndex(links.choice.findData("I4.8"))
    links.add()
    rest(page, qtbot)
    assert "First patient" in links.reason.text()
    assert "circle" in links.reason.text()
    assert page.desk.book is before
    links.lag.setText("soon")
    links.add()
    assert "whole number" in links.reason.text()
    page.dialog.accept()


def test_a_dependency_is_added_and_taken_away(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.5"))
    page.open_thing()
    links = page.dialog.links
    assert links is not None
    links.choice.setCurrentIndex(links.choice.findData("I4.4"))
    links.add()
    rest(page, qtbot)
    assert milestone(page, "I4.5").forecast_start == "2027-03-29"
    remove = [one for one in links.findChildren(QPushButton) if one.property("link")]
    made = page.desk.book.children(Dependency, "I4.5")[-1].id
    button = next(one for one in remove if one.property("link") == made)
    QTest.mouseClick(button, LEFT)
    rest(page, qtbot)
    assert milestone(page, "I4.5").forecast_start == "2026-08-24"
    page.dialog.accept()


def test_the_header_offers_what_fits(page: Page) -> None:
    made = {one.text(): one for one in page.findChildren(QPushButton)}
    acting = [made[text] for text in ("Open", "Delete", "Set baseline")]
    page.show_view("gantt")
    page.desk.select(None)
    assert not any(one.isEnabled() for one in acting)
    page.show_thing(("milestone", "I4.4"))
    assert all(one.isEnabled() for one in acting)
    page.show_view("risks")
    assert not any(made[text].isVisible() for text in ("Set baseline", "New milestone"))
    page.show_view("list")
    assert all(made[text].isVisible() for text in ("Set baseline", "New milestone"))


def test_what_was_said_of_a_missing_title_goes_when_one_is_typed(page: Page, qtbot: QtBot) -> None:
    page.add_thing()
    dialog = page.new_dialog
    QTest.mouseClick(
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "Create"), LEFT
    )
    rest(page, qtbot)
    assert dialog.reason.text()
    QTest.keyClicks(dialog.name, "A")
    assert not dialog.reason.text()
    dialog.reject()


def test_a_deleted_milestone_closes_its_form_and_comes_back(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.9"))
    page.open_thing()
    page.delete_thing()
    rest(page, qtbot)
    assert not page.dialog.isVisible()
    assert page.desk.book.get(Milestone, "I4.9") is None
    page.desk.undo()
    rest(page, qtbot)
    assert ("milestone", "I4.9") in [bar.key for bar in plan(page).gantt.bars]


def test_the_baseline_is_set_for_the_selected_initiative(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.4"))
    page.keep_baseline()
    rest(page, qtbot)
    assert "is on its baseline" in plan(page).caption.text()
    page.desk.undo()
    rest(page, qtbot)
    assert "5 weeks later" in plan(page).caption.text()


def test_new_things_are_asked_for_and_shown(page: Page, qtbot: QtBot) -> None:
    page.show_view("gantt")
    page.show_thing(("milestone", "I4.8"))
    page.add_milestone()
    assert page.new_dialog.after.currentData() == "I4.8"
    QTest.keyClicks(page.new_dialog.name, "Open day")
    QTest.keyClick(page.new_dialog.name, Qt.Key.Key_Return)
    rest(page, qtbot)
    key = plan(page).gantt.key
    assert key is not None
    assert page.desk.book.label(*key) == "Open day"
    page.show_view("list")
    page.add_thing()
    page.new_dialog._on_create()
    rest(page, qtbot)
    assert "needs a title" in page.new_dialog.reason.text()
    QTest.keyClicks(page.new_dialog.name, "Quiet nights")
    QTest.keyClick(page.new_dialog.name, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert len(page.cards) == 8
    page.show_view("gantt")


def test_a_risk_is_called_alike_in_list_and_map(page: Page) -> None:
    page.show_view("risks")
    model = risks(page).model
    column = next(n for n, one in enumerate(model.columns) if one.key == "mark")
    assert model.text(0, column) == "I5.R1"
    known = Risk(id="R1", initiative="I1", text="Known")
    written = Risk(id="019e0f5c-1111-7000-8000-000000000000", initiative="I1", text="Written here")
    assert marks_of([known, written]) == {known.id: "R1", written.id: "R2"}


def test_risks_are_sorted_by_score_and_edited_in_place(page: Page, qtbot: QtBot) -> None:
    page.show_view("risks")
    model, view = risks(page).model, risks(page).sheet.view
    keys = [column.key for column in model.columns]
    assert model.rows[0].key == ("risk", "I5.R1")
    row = model.row_of("I6.R2")
    assert model.text(row, keys.index("score")) == "▲ 8 medium"
    view.go_to(row, keys.index("probability"))
    type_into(page, qtbot, view, "5")
    row = model.row_of("I6.R2")
    assert model.text(row, keys.index("score")) == "■ 20 high"
    assert row == 1
    view.go_to(row, keys.index("response"))
    type_into(page, qtbot, view, "esc")
    assert page.desk.book.need(Risk, "I6.R2").response == "escalate"
    assert "1 at probability 5, impact 5" in risks(page).map.accessibleDescription()


def test_a_new_risk_belongs_to_the_selected_initiative(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("milestone", "I4.4"))
    page.show_view("risks")
    page.add_thing()
    QTest.keyClicks(page.new_dialog.name, "Crane is late")
    QTest.keyClick(page.new_dialog.name, Qt.Key.Key_Return)
    rest(page, qtbot)
    key = page.desk.selection
    assert key is not None
    assert page.desk.book.need(Risk, key[1]).initiative == "I4"
    page.show_thing(key)
    page.open_thing()
    assert page.dialog.windowTitle() == "Risk"
    page.dialog.accept()


def test_nothing_yet_offers_the_first_step(page: Page, qtbot: QtBot) -> None:
    page.desk.do(delete, [("risk", one.id) for one in page.desk.book.all(Risk)])
    rest(page, qtbot)
    page.show_view("risks")
    assert risks(page).empty.isVisible()
    page.desk.do(delete, [("initiative", one.id) for one in page.desk.book.all(Initiative)])
    rest(page, qtbot)
    for view in ("list", "gantt", "risks"):
        page.show_view(view)
        assert page._stack.currentWidget() is page._empty
    page.add_milestone()
    page.open_thing()
