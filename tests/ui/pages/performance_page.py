"""The page of measures, for its tests."""

from pytestqt.qtbot import QtBot

from dyad_desktop.ui.pages.performance.observations import Observations
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet


def open_performance(window: MainWindow, qtbot: QtBot) -> Page:
    """Show the page in an active window."""
    window.show_page("performance")
    shown = window.page
    assert isinstance(shown, Page)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: not window.runner.busy)
    return shown


def grid_of(page: Page, measure: str) -> Sheet:
    """Show a measure's values as a table."""
    page.show_view("table")
    page.open_measure(measure)
    assert page.measure.sheet is not None
    return page.measure.sheet


def observations_of(sheet: Sheet) -> Observations:
    """Return what such a table shows."""
    assert isinstance(sheet.model, Observations)
    return sheet.model


def row_of(model: Observations, period: str) -> int:
    """Return the row of a period."""
    return next(n for n in range(len(model.rows)) if model.period(n) == period)
