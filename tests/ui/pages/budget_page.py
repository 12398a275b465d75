"""The page that shows budget and actual, for its tests."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def open_budget(window: MainWindow, qtbot: QtBot) -> Page:
    """Show budget and actual in an active window."""
    window.show_page("performance")
    shown = window.page
    assert isinstance(shown, Page)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    shown.show_view("budget")
    qtbot.waitUntil(lambda: not window.runner.busy)
    return shown


def focused() -> QWidget:
    """Return what has the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_into(sheet: Sheet, row: int, column: int, text: str) -> None:
    """Type a text into a cell, and Enter."""
    sheet.view.setFocus()
    sheet.view.go_to(row, column)
    QTest.keyClicks(sheet.view, text[0])
    QTest.keyClicks(focused(), text[1:])
    QTest.keyClick(focused(), Qt.Key.Key_Return)
