"""Dialogs that hold forms: what can't be kept isn't lost with its dialog, and whoever closes it again leaves it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.initiatives import Milestone
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.services.editing import delete
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.pages.capital.form import RequestDialog
from dyad_desktop.ui.pages.capital.rules_dialog import RulesDialog as CapitalRules
from dyad_desktop.ui.pages.initiatives.form import ThingDialog
from dyad_desktop.ui.pages.operating.line_dialog import LineDialog
from dyad_desktop.ui.pages.operating.notes_rules import RulesDialog
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.operating.plan_dialog import PlanDialog
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.form import Field, Form
from dyad_desktop.ui.widgets.form_dialog import FormDialog

Make = Callable[[Desk, QWidget], FormDialog]
REQUEST = ("capital_request", "C01")


def plan(desk: Desk, window: QWidget) -> FormDialog:
    assert isinstance(window, MainWindow)
    assert isinstance(window.page, Page)
    return PlanDialog(desk, ("operating_line", "L02"), window.page.unit, window)


Case = tuple[str, str, str, Make]
"""A field, a text that it can't take, one that it can, and its dialog."""
DIALOGS: list[Case] = [
    ("rate_growth_pct", "5,5", "5.5", plan),
    ("rate_growth_pct", "5,5", "5.5", lambda desk, at: LineDialog(desk, ("operating_line", "L02"), at)),
    ("annual_benefit", "235.000,00", "235000", lambda desk, at: RequestDialog(desk, REQUEST, at)),
    ("discount_rate_pct", "101", "6.25", CapitalRules),
    ("explain_pct", "5,5", "5.5", RulesDialog),
    ("duration_workdays", "ten", "10", lambda desk, at: ThingDialog(desk, a_milestone(desk), at)),
]  # fmt: skip


def a_milestone(desk: Desk) -> tuple[str, str]:
    return ("milestone", next(iter(desk.book.rows(Milestone))))


class Open:
    """A dialog that stands open, and the field in it that is written in."""

    def __init__(self, desk: Desk, dialog: FormDialog, name: str, qtbot: QtBot) -> None:
        self.desk, self.dialog, self._qtbot = desk, dialog, qtbot
        forms = dialog.findChildren(Form)
        self.field: Field = next(form.fields[name] for form in forms if name in form.fields)
        dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)

    def types(self, text: str) -> None:
        """Write a text and stay in the field."""
        editor = self.field.editor
        assert isinstance(editor, QLineEdit)
        editor.setFocus()
        editor.selectAll()
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        QTest.keyClicks(editor, text)

    def closes(self, way: str) -> None:
        """Close the dialog as a person does."""
        if way == "esc":
            QTest.keyClick(QApplication.focusWidget() or self.dialog, Qt.Key.Key_Escape)
        elif way == "x":
            self.dialog.close()
        else:
            buttons = self.dialog.findChildren(QPushButton)
            made = next(one for one in buttons if one.text() == "Close")
            QTest.mouseClick(made, Qt.MouseButton.LeftButton)
        self._qtbot.waitUntil(lambda: not self.desk.runner.busy)

    @property
    def reason(self) -> str:
        return self.field._reason.text() if self.field._reason.isVisible() else ""


@pytest.fixture
def desk(example_window: MainWindow, qtbot: QtBot) -> Desk:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert example_window.desk is not None
    return example_window.desk


@pytest.mark.parametrize("way", ["close", "esc", "x"])
@pytest.mark.parametrize("case", DIALOGS)
def test_a_refused_text_keeps_its_dialog_open_once(
    desk: Desk, example_window: MainWindow, qtbot: QtBot, case: Case, way: str
) -> None:
    name, wrong, _right, make = case
    at = Open(desk, make(desk, example_window), name, qtbot)
    before = desk.book
    at.types(wrong)
    at.closes(way)
    assert at.dialog.isVisible()
    assert at.field.text == wrong
    assert at.field.editor.hasFocus()
    assert "The earlier value is kept. Close again to leave it." in at.reason
    assert desk.book is before
    at.closes(way)
    assert not at.dialog.isVisible()
    assert desk.book is before


@pytest.mark.parametrize("way", ["close", "esc", "x"])
@pytest.mark.parametrize("case", DIALOGS)
def test_what_is_mended_is_kept_and_the_dialog_closes(
    desk: Desk, example_window: MainWindow, qtbot: QtBot, case: Case, way: str
) -> None:
    name, wrong, right, make = case
    at = Open(desk, make(desk, example_window), name, qtbot)
    before = desk.book
    at.types(wrong)
    at.closes(way)
    at.types(right)
    at.closes(way)
    assert not at.dialog.isVisible()
    assert desk.book is not before
    assert not at.reason


def test_another_wrong_text_keeps_it_open_again(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    at = Open(desk, RequestDialog(desk, REQUEST, example_window), "annual_benefit", qtbot)
    at.types("235.000,00")
    at.closes("esc")
    at.types("many")
    at.closes("esc")
    assert at.dialog.isVisible()
    assert "many" in at.reason
    at.closes("esc")
    assert not at.dialog.isVisible()


def test_a_text_that_the_service_refuses_keeps_it_open_too(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    at = Open(desk, RequestDialog(desk, REQUEST, example_window), "salvage", qtbot)
    at.types("999999999")
    at.closes("close")
    assert at.dialog.isVisible()
    assert "salvage" in at.reason
    at.closes("close")
    assert not at.dialog.isVisible()


def test_a_refused_text_stays_when_another_field_is_kept(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    dialog = RequestDialog(desk, REQUEST, example_window)
    at = Open(desk, dialog, "annual_benefit", qtbot)
    at.types("235.000,00")
    other = dialog.form.fields["useful_life_years"].editor
    assert isinstance(other, QLineEdit)
    other.setFocus()
    other.setText("9")
    QTest.keyClick(other, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert desk.book.need(CapitalRequest, "C01").useful_life_years == 9
    assert at.field.text == "235.000,00"
    assert at.reason
    at.closes("close")
    assert dialog.isVisible()
    at.closes("close")
    assert not dialog.isVisible()


def test_the_dialog_of_what_is_gone_closes_over_any_text(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    at = Open(desk, RequestDialog(desk, REQUEST, example_window), "annual_benefit", qtbot)
    at.types("235.000,00")
    at.closes("esc")
    assert at.dialog.isVisible()
    desk.do(delete, [REQUEST])
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert not at.dialog.isVisible()


def test_the_reason_is_in_sight_wherever_the_form_was_scrolled_to(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    dialog = RequestDialog(desk, REQUEST, example_window)
    at = Open(desk, dialog, "annual_benefit", qtbot)
    at.types("235.000,00")
    dialog.left.verticalScrollBar().setValue(0)
    at.closes("esc")
    seen = dialog.left.viewport()

    def foot() -> int:
        said = at.field._reason
        return said.mapTo(seen, said.rect().bottomLeft()).y()

    qtbot.waitUntil(lambda: 0 < foot() <= seen.height())


def crashing(_session: Session, *_arguments: object) -> ChangeSet:
    raise RuntimeError


def test_a_dialog_closes_after_a_write_that_crashed(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    dialog = RequestDialog(desk, REQUEST, example_window)
    at = Open(desk, dialog, "annual_benefit", qtbot)
    runner = example_window.runner
    runner.crashed.disconnect(example_window._on_crashed)  # else the partnership is closed
    form = next(one for one in dialog.findChildren(Form) if "annual_benefit" in one.fields)
    form._command = crashing
    at.types("235001")
    with qtbot.waitSignal(runner.crashed):
        QTest.keyClick(at.field.editor, Qt.Key.Key_Return)
    at.closes("close")
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_a_dialog_of_a_closed_partnership_closes_at_once(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    dialog = RequestDialog(desk, REQUEST, example_window)
    at = Open(desk, dialog, "annual_benefit", qtbot)
    at.types("235001")
    desk.closed = True
    dialog.reject()
    assert not dialog.isVisible()
    desk.closed = False


def test_quitting_keeps_what_is_written_and_goes(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    at = Open(desk, RequestDialog(desk, REQUEST, example_window), "annual_benefit", qtbot)
    at.types("235001")
    QApplication.closeAllWindows()
    assert not at.dialog.isVisible()
    assert not example_window.isVisible()
    assert desk.book.need(CapitalRequest, "C01").annual_benefit == 23500100


def test_quitting_stops_once_over_a_text_that_is_refused(
    desk: Desk, example_window: MainWindow, qtbot: QtBot
) -> None:
    at = Open(desk, RequestDialog(desk, REQUEST, example_window), "salvage", qtbot)
    at.types("999999999")
    QApplication.closeAllWindows()
    assert at.dialog.isVisible()
    assert "salvage" in at.reason
    assert example_window.isVisible()
    QApplication.closeAllWindows()
    assert not example_window.isVisible()


@pytest.mark.parametrize("way", ["close", "esc", "x"])
def test_a_pair_said_by_half_keeps_its_dialog_open_once(
    desk: Desk, example_window: MainWindow, qtbot: QtBot, way: str
) -> None:
    line = next(one for one in desk.book.all(OperatingLine) if not one.driver_ref)
    dialog = LineDialog(desk, ("operating_line", line.id), example_window)
    at = Open(desk, dialog, "driver_ref", qtbot)
    said: list[str] = []
    desk.said.connect(lambda sentence, _undo: said.append(sentence))

    def drive(kind: str) -> None:
        box = dialog.form.fields["driver_kind"].editor
        assert isinstance(box, QComboBox)
        box.setCurrentIndex(box.findData(kind))
        box.activated.emit(box.currentIndex())

    drive("volume")
    for kind in ("volume", "fte"):  # another half is told again
        drive(kind)
        at.closes(way)
        assert dialog.isVisible()
        assert at.reason.endswith("until then it stays fixed. Close again to leave it.")
        assert at.field.editor.hasFocus()
    at.closes(way)
    assert not dialog.isVisible()
    assert desk.book.need(OperatingLine, line.id).driver_kind == "fixed"
    assert "only said by half" in said[-1]
