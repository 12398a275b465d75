"""History of a thing, the partnership as it was, and bringing back, in a real window."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import CheckIn, Goal
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, delete, fresh, set_field, set_fields
from dyad_desktop.services.goals import add_check_in
from dyad_desktop.services.planning import choose_method, set_plan
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import settle
from dyad_desktop.ui.pages.history.page import Page
from dyad_desktop.ui.pages.operating.page import Page as Operating
from dyad_desktop.ui.pages.side.page import Page as Side
from dyad_desktop.ui.shell.then import SHOWN
from dyad_desktop.ui.shell.then import Page as Then
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.view import SheetView
from tests.services.apart import apart, month

G1 = ("goal", "G1")
K = Qt.Key


def settled(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.waitUntil(lambda: not window.runner.busy)


@pytest.fixture
def opened(window: MainWindow, example_file: Path, qtbot: QtBot) -> MainWindow:
    """The example after three changes of a goal."""
    with closing(Session.open(example_file)) as session:
        set_field(session, G1, "why", "First")
        set_field(session, G1, "due", "2028-01-01")
        session.write_as("B")
        set_field(session, G1, "why", "Second", note="Said more plainly")
    window.use_session(Session.open(example_file))
    settled(window, qtbot)
    return window


@pytest.fixture
def page(opened: MainWindow, qtbot: QtBot) -> Page:
    """The history of the goal."""
    assert opened.desk is not None
    opened.desk.go("history", G1)
    settled(opened, qtbot)
    found = opened.page
    assert isinstance(found, Page)
    return found


def press(page: Page, key: Qt.Key, shift: bool = False) -> None:  # noqa: FBT001, FBT002
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(page.list, key, modifier)


def test_it_tells_who_wrote_what_from_what(page: Page) -> None:
    first = page.model.lines[0]
    assert (first.partner, first.what, first.before, first.after) == ("B", "Why", "First", "Second")
    assert first.note == "Said more plainly"
    assert page.model.lines[1].what == "Due"
    spoken = str(page.model.data(page.model.index(0, 0)))
    assert "First → Second" in spoken


def test_one_field_alone(page: Page, opened: MainWindow, qtbot: QtBot) -> None:
    page.field.setCurrentIndex(page.field.findText("Due"))
    page.field.activated.emit(page.field.currentIndex())
    settled(opened, qtbot)
    assert {line.what for line in page.model.lines} == {"Due"}


def test_r_restores_a_value_and_undo_takes_it_back(
    page: Page, opened: MainWindow, qtbot: QtBot
) -> None:
    page.list.setCurrentIndex(page.model.index(2, 0))
    press(page, K.Key_R)
    settled(opened, qtbot)
    book = page.desk.book
    assert book.need(Goal, "G1").why == "First"
    assert page.model.lines[0].after == "First"
    page.desk.undo()
    settled(opened, qtbot)
    assert page.desk.book.need(Goal, "G1").why == "Second"


def test_shift_r_restores_the_whole_item(page: Page, opened: MainWindow, qtbot: QtBot) -> None:
    last = len(page.model.lines) - 1
    page.list.setCurrentIndex(page.model.index(last, 0))
    press(page, K.Key_R, shift=True)
    settled(opened, qtbot)
    goal = page.desk.book.need(Goal, "G1")
    assert goal.due != "2028-01-01"
    assert goal.why not in ("First", "Second")


def changing(then: Then) -> list[str]:
    """Return the buttons in sight that would change something."""
    made = (one for one in then.findChildren(QPushButton) if one.isVisible() and one.isEnabled())
    words = [one.text() or one.accessibleName() for one in made]
    first = [
        "New",
        "Add",
        "Delete",
        "Rename",
        "Plan",
        "More",
        "Edit",
        "Set",
        "Rules",
        "Propose",
        "Annotate",
        "Send",
        "Invite",
    ]
    return [one for one in words if one.split(" ")[0] in first]


def test_enter_shows_the_partnership_as_it_was(
    page: Page, opened: MainWindow, qtbot: QtBot
) -> None:
    page.list.setCurrentIndex(page.model.index(2, 0))
    press(page, K.Key_Return)
    settled(opened, qtbot)
    then = opened.page
    assert isinstance(then, Then)
    assert "before Priya’s" in then.said.text()
    for name in SHOWN:
        then.show_view(name)
        settled(opened, qtbot)
        for view in then.pages[name].view_names or ("",):
            then.pages[name].show_view(view)
            settled(opened, qtbot)
            qtbot.waitUntil(lambda: changing(then) == [])
    budget = then.pages["operating"]
    budget.show_view("lines")
    sheet = budget.findChildren(SheetView)[0]
    with qtbot.waitSignal(sheet.said) as said:
        sheet.setCurrentIndex(sheet.model().index(1, 5))
        sheet.begin_edit("4")
    assert said.args == ["This is how it was, for looking only."]
    assert not sheet.editing
    assert then.frozen is not None
    assert then.frozen.book.need(Goal, "G1").why == "First"
    then.frozen.do(set_fields, [FieldEdit("goal", "G1", "why", "Never")])
    settled(opened, qtbot)
    assert page.desk.book.need(Goal, "G1").why == "Second"
    then.show_view("goals")
    then.go_back()
    assert opened.page is opened.pages["goals"]


def test_what_was_contested_then_is_marked(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        at = apart(session, month("L28"), A=200_000_00, B=236_000_00)
        settle(session, at, 210_000_00)
    window.use_session(Session.open(example_file))
    settled(window, qtbot)
    window.show_page("then")
    settled(window, qtbot)
    then = window.page
    assert isinstance(then, Then)
    qtbot.waitUntil(lambda: "You held 1 thing apart then." in then.said.text())
    budget = then.pages["operating"]
    assert isinstance(budget, Operating)
    model = budget._lines
    row = model.row_of("L28")
    column = next(n for n, one in enumerate(model.columns) if one.title == "Feb")
    assert [text for _, text in model.parts(row, column)] == ["200", "236"]
    assert model.total_range(2, column)[0]
    sheet = budget.sheets["lines"].view
    sheet.setCurrentIndex(model.index(row, column))
    with qtbot.waitSignal(then.desk.said) as said:
        QTest.keyClick(sheet, K.Key_Return)
    assert said.args[0] == "This is how it was, for looking only."


def test_everything_lists_commits(page: Page, opened: MainWindow, qtbot: QtBot) -> None:
    page.every.click()
    settled(opened, qtbot)
    assert page.model.lines[0].what == "Said more plainly"
    assert not page._value.isVisible()


def test_a_deleted_thing_comes_back_from_its_history(
    page: Page, opened: MainWindow, qtbot: QtBot
) -> None:
    page.desk.do(delete, [G1])
    settled(opened, qtbot)
    page.reload()
    settled(opened, qtbot)
    assert page.model.lines[0].after == "deleted"
    page.list.setCurrentIndex(page.model.index(1, 0))
    press(page, K.Key_R, shift=True)
    settled(opened, qtbot)
    assert page.desk.book.need(Goal, "G1").why == "Second"


def test_the_inspector_leads_here(opened: MainWindow, qtbot: QtBot) -> None:
    opened.show_page("goals")
    settled(opened, qtbot)
    assert opened.desk is not None
    opened.desk.select(G1)
    inspector = opened._inspector
    assert inspector is not None

    def links() -> list[QPushButton]:
        made = inspector.findChildren(QPushButton)
        return [one for one in made if one.text() == "All of its history"]

    qtbot.waitUntil(lambda: bool(links()))
    links()[0].click()
    settled(opened, qtbot)
    found = opened.page
    assert isinstance(found, Page)
    assert found.key == G1


def test_a_restore_stands_beside_what_the_partner_wrote_meanwhile(
    opened: MainWindow, qtbot: QtBot
) -> None:
    opened.show_page("goals")
    settled(opened, qtbot)
    assert opened.desk is not None
    opened.desk.select(G1)
    inspector, session = opened._inspector, opened.desk.session
    assert inspector is not None

    def restores() -> list[QPushButton]:
        made = inspector.findChildren(QPushButton)
        return [one for one in made if one.accessibleName() == "Restore First"]

    qtbot.waitUntil(lambda: bool(restores()))
    settled(opened, qtbot)
    done: list[object] = []

    def write() -> None:
        me = session.partner
        session.write_as("B" if me == "A" else "A")
        set_field(session, G1, "why", "Third")
        session.write_as(me)

    opened.desk.runner.database(write, done.append)
    qtbot.waitUntil(lambda: bool(done))
    restores()[0].click()
    at = Address(*G1, "why")
    qtbot.waitUntil(lambda: at in session.disagreements())
    assert {side.value for side in session.sides(at)} == {"First", "Third"}


def test_the_inspector_restores_a_figure_as_what_it_was_said(
    opened: MainWindow, qtbot: QtBot
) -> None:
    desk, inspector = opened.desk, opened._inspector
    assert desk is not None
    assert inspector is not None
    opened.show_page("operating")
    for method, fields in (("fixed", {"amount": 1_200_000_00}), ("contract", {})):
        desk.do(choose_method, "working", "L40", method)
        if fields:
            desk.do(set_plan, "working", "L40", fields)
        settled(opened, qtbot)
    desk.select(("operating_line", "L40"))

    def restores() -> list[QPushButton]:
        made = inspector.findChildren(QPushButton)
        return [one for one in made if one.accessibleName() == "Restore 1,200,000"]

    qtbot.waitUntil(lambda: bool(restores()))
    settled(opened, qtbot)
    restores()[0].click()
    qtbot.waitUntil(lambda: desk.book.need(DraftLine, "working.L40").amount == 1_200_000_00)
    settled(opened, qtbot)
    line = desk.budget.lines["L40"]
    assert line.total == 0
    assert line.problem.startswith("its amount was said as the year’s amount")


def test_c_stands_then_beside_now(page: Page, opened: MainWindow, qtbot: QtBot) -> None:
    page.list.setCurrentIndex(page.model.index(2, 0))
    press(page, K.Key_C)
    settled(opened, qtbot)
    side = opened.page
    assert isinstance(side, Side)
    assert side.chosen == G1
    rows = {row.field: (row.left, row.right) for row in side.model.rows}
    assert rows["Why"] == ("First", "Second")
    assert rows["Due"][1] == "1 Jan 2028"


@pytest.fixture
def said_and_gone(opened: MainWindow, qtbot: QtBot) -> MainWindow:
    """The example after Priya deleted what Marcus said of the goal, with the button of its check-in."""
    made = fresh(CheckIn, goal="G1", date="2026-11-05", status="at_risk", note="Two agencies left")
    desk = opened.desk
    assert desk is not None
    session, me = desk.session, desk.session.partner
    desk.runner.database(lambda: session.write_as("B"), lambda _: None)
    desk.do(add_check_in, replace(made, confidence={"B": 3}))
    desk.runner.database(lambda: session.write_as(me), lambda _: None)
    settled(opened, qtbot)
    opened.show_page("goals")
    desk.go("goals", G1)
    settled(opened, qtbot)
    name = "Delete check-in of 5 Nov 2026"
    gone = next(b for b in opened.findChildren(QPushButton) if b.accessibleName() == name)
    said: list[str] = []
    desk.said.connect(lambda text, _undo: said.append(text))
    gone.click()
    settled(opened, qtbot)
    assert said == ["Deleted the check-in of 5 Nov 2026, with what Marcus said in it."]
    return opened


def test_a_deleted_check_in_comes_back_from_the_page_of_its_goal(
    said_and_gone: MainWindow, qtbot: QtBot
) -> None:
    desk = said_and_gone.desk
    assert desk is not None
    desk.go("history", G1)
    settled(said_and_gone, qtbot)
    page = said_and_gone.page
    assert isinstance(page, Page)
    line = page.line
    assert line is not None
    assert line.spoken == "Check-in, 5 Nov 2026, deleted: at risk; Marcus 3/10; Two agencies left"
    press(page, K.Key_R, shift=True)
    settled(said_and_gone, qtbot)
    assert [one.note for one in desk.book.children(CheckIn, "G1")][-1] == "Two agencies left"


def test_a_deleted_check_in_comes_back_from_the_inspector(
    said_and_gone: MainWindow, qtbot: QtBot
) -> None:
    desk, inspector = said_and_gone.desk, said_and_gone._inspector
    assert desk is not None
    assert inspector is not None
    words = "deleted the check-in of 5 Nov 2026: at risk; Marcus 3/10; Two agencies left"

    def restores() -> list[QPushButton]:
        made = inspector.findChildren(QPushButton)
        return [one for one in made if one.accessibleName() == f"Restore {words}"]

    qtbot.waitUntil(lambda: bool(restores()))
    assert words in [one.text() for one in inspector.findChildren(QLabel)]
    restores()[0].click()
    settled(said_and_gone, qtbot)
    assert [one.note for one in desk.book.children(CheckIn, "G1")][-1] == "Two agencies left"
    qtbot.waitUntil(
        lambda: "check-in brought back" in [o.text() for o in inspector.findChildren(QLabel)]
    )
    assert not any(one.isVisible() for one in restores())


def test_what_was_deleted_comes_back_from_the_history_of_everything(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        delete(session, [G1])
        set_field(session, ("goal", "G2"), "why", "Written since")
    window.use_session(Session.open(example_file))
    settled(window, qtbot)
    window.show_page("history")
    settled(window, qtbot)
    page = window.page
    assert isinstance(page, Page)
    back = next(
        one for one in page.findChildren(QPushButton) if one.text() == "Bring back what was deleted"
    )
    assert not back.isVisible()
    page.list.setCurrentIndex(page.model.index(1, 0))
    assert back.isVisible()
    back.click()
    settled(window, qtbot)
    assert page.desk.book.get(Goal, "G1") is not None
    page.list.setCurrentIndex(page.model.index(2, 0))
    assert not back.isVisible()
