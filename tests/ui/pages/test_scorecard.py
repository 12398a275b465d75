"""The scorecard in a window: what is selected in each of its looks, its columns, and what is printed or kept."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.scorecard_view import CHARTS, ScorecardView
from dyad_desktop.ui.shell.window import MainWindow


def scores(window: MainWindow) -> ScorecardView:
    window.show_page("performance")
    page = window.page
    assert isinstance(page, Page)
    return page.scores


def test_the_inspector_follows_the_keys_among_the_charts(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    view.show_look(CHARTS)
    view.charts.setFocus()
    view.charts.choose("M1.1")
    QTest.keyClick(view.charts, Qt.Key.Key_Right)
    desk = example_window.desk
    assert desk is not None
    assert desk.selection == ("measure", "M1.2")
    view.reload()
    assert view.charts.currentIndex().row() == 1
