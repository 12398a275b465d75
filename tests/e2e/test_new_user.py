"""A new pair's first hour: a template, a goal, a measure, six observations, a pasted budget, the workbook.

And what only a real screen shows of it: the menu of a cell's editor takes the keyboard, and gives it back.
"""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet  # noqa: TC001 - beside its uses
from tests.e2e.driver import Person, new_user


def _whole_way(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    workbook = new_user(window, qtbot, folder)
    window.close()
    cells = [
        cell
        for name in CalamineWorkbook.from_path(workbook).sheet_names
        for row in CalamineWorkbook.from_path(workbook).get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert "Valve wages" in cells
    assert (1200 + 78) * 1000 in cells
    with closing(Session.open(folder / "harbor.dyad")) as session:
        assert session.check() == []
        labels = [line.note for line in session.journal()]
        assert any("24 budget cells" in label for label in labels)
        assert session.budget().totals.total_expense == (1200 + 78 + 2400 + 78) * 100_000


def test_offscreen(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _whole_way(window, qtbot, tmp_path)


@pytest.mark.x11
def test_in_a_real_window(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    _whole_way(window, qtbot, tmp_path)


@pytest.mark.x11
def test_the_menu_of_a_cell_leaves_what_is_typed(example_window: MainWindow, qtbot: QtBot) -> None:
    example_window.show_page("operating")
    Person(example_window, qtbot).wait()
    sheet: Sheet = example_window.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    sheet.view.setFocus()
    sheet.view.go_to(1, 4)
    QTest.keyClicks(sheet.view, "7")
    editor = sheet.view.cells.open_editor
    assert editor is not None
    middle, reason = editor.rect().center(), QContextMenuEvent.Reason.Mouse
    QApplication.postEvent(
        editor, QContextMenuEvent(reason, middle, editor.mapToGlobal(QPoint(middle)))
    )
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert sheet.view.cells.open_editor is editor
    assert editor.text() == "7"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
