"""A form's fields: what was refused doesn't stand in the way of the next text, and lists are ticked by any hand."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.form import Field, Form


@pytest.fixture
def desk(example_window: MainWindow, qtbot: QtBot) -> Desk:
    found = example_window.desk
    assert found is not None
    qtbot.waitUntil(lambda: not found.runner.busy)
    return found


def a_form(desk: Desk, qtbot: QtBot, key: tuple[str, str], *names: str) -> Form:
    made = Form(desk, key, names)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def enter(desk: Desk, qtbot: QtBot, field: Field, text: str) -> None:
    """Write in a field as a person does, and leave it."""
    editor = field.editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: not desk.runner.busy)


def test_a_field_is_emptied_after_a_text_that_was_refused(desk: Desk, qtbot: QtBot) -> None:
    form = a_form(desk, qtbot, ("capital_request", "C01"), "in_service", "title")
    month = form.fields["in_service"]
    assert desk.book.need(CapitalRequest, "C01").in_service
    enter(desk, qtbot, month, "2026-13")
    assert "2026-13" in month._reason.text()
    assert month.text == "2026-13"
    enter(desk, qtbot, month, "")
    assert desk.book.need(CapitalRequest, "C01").in_service is None
    assert not month._reason.isVisible()
    title = form.fields["title"]
    enter(desk, qtbot, title, "")
    assert title._reason.isVisible()
    assert "empty" in title._reason.text()


def test_an_amount_that_must_be_is_asked_for_in_a_sentence(desk: Desk, qtbot: QtBot) -> None:
    form = a_form(desk, qtbot, ("capital_request", "C01"), "annual_benefit", "title")
    benefit = form.fields["annual_benefit"]
    enter(desk, qtbot, benefit, "abc")
    enter(desk, qtbot, benefit, "")
    assert benefit._reason.text() == (
        "Must not be empty; an amount is expected. The earlier value is kept."
    )


def test_a_text_is_looked_at_anew_however_often_it_was_refused(desk: Desk, qtbot: QtBot) -> None:
    form = a_form(
        desk, qtbot, ("capital_policy", "capital_policy"), "discount_rate_pct", "envelope"
    )
    rate, before = form.fields["discount_rate_pct"], desk.book.only(CapitalPolicy).discount_rate_pct
    kept = rate.text
    enter(desk, qtbot, rate, "-100")  # refused by what rates may be
    assert rate._reason.isVisible()
    enter(desk, qtbot, rate, "-100")
    assert rate._reason.isVisible()
    enter(desk, qtbot, rate, "abc")  # no number at all
    assert "abc" in rate._reason.text()
    enter(desk, qtbot, rate, kept)
    assert not rate._reason.isVisible()
    assert desk.book.only(CapitalPolicy).discount_rate_pct == before
    enter(desk, qtbot, rate, "abc")
    enter(desk, qtbot, rate, "")
    assert desk.book.only(CapitalPolicy).discount_rate_pct is None


def test_what_one_writes_in_a_row_is_no_dispute(desk: Desk, qtbot: QtBot) -> None:
    form = a_form(desk, qtbot, ("capital_request", "C01"), "title", "cost")
    editor = form.fields["title"].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_End)
    for text in (" One", " more"):  # at once: the change before is still under way
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert desk.book.need(CapitalRequest, "C01").title.endswith(" One more")
    assert desk.contested == {}


def test_a_list_is_ticked_by_the_keyboard_as_by_the_mouse(desk: Desk, qtbot: QtBot) -> None:
    form = a_form(desk, qtbot, ("capital_request", "C02"), "posts_to", "title")
    field = form.fields["posts_to"]
    drafts = field.editor
    assert isinstance(drafts, QListWidget)

    def posts_to() -> tuple[str, ...]:
        qtbot.waitUntil(lambda: not desk.runner.busy)
        return desk.book.need(CapitalRequest, "C02").posts_to

    assert posts_to() == ()
    commits: list[object] = []
    desk.changed.connect(commits.append)
    drafts.setFocus()
    drafts.setCurrentRow(0)
    first = str(drafts.item(0).data(Qt.ItemDataRole.UserRole))
    QTest.keyClick(drafts, Qt.Key.Key_Space)
    assert posts_to() == (first,)
    assert len(commits) == 1  # showing what was written writes nothing
    QTest.keyClick(drafts, Qt.Key.Key_Space)
    assert posts_to() == ()
    box = drafts.visualItemRect(drafts.item(0)).topLeft() + QPoint(10, 10)
    QTest.mouseClick(
        drafts.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box
    )
    assert posts_to() == (first,)
    desk.undo()
    assert posts_to() == ()
    assert drafts.item(0).checkState() == Qt.CheckState.Unchecked
    assert len(commits) == 4
