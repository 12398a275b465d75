"""Figures with more decimals than are kept: pasted into the table, and typed into fields."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.records import spec_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.values import parse_value
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from tests.ui.pages.performance_page import grid_of, observations_of, open_performance


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def test_averages_that_are_pasted_are_rounded_and_that_is_said_once(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    sheet = grid_of(page, "M4.2")
    model = observations_of(sheet)
    last = next(n for n in range(len(model.rows)) if not model.text(n, 1))
    QGuiApplication.clipboard().setText("26.3666666666667\n27.1333333333333\n")
    sheet.view.go_to(last, 1)
    QTest.keyClick(sheet.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    found = page.desk.book.need(Measure, "M4.2").values
    assert [found[model.period(last + n)] for n in (0, 1)] == [
        Decimal("26.366666667"), Decimal("27.133333333"),
    ]  # fmt: skip
    said = " ".join(one.text() for one in example_window.notice.findChildren(QLabel))
    assert said.count("2 figures are kept with 9 decimals.") == 1
    model.enter([CellText(last, 1, "25.5")])
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert page.desk.book.need(Measure, "M4.2").values[model.period(last)] == Decimal("25.5")


@pytest.mark.parametrize("field", ["target", "stretch", "baseline_value", "benchmark"])
def test_a_field_takes_a_figure_with_many_decimals(field: str) -> None:
    assert parse_value(spec_of("measure", field), "26.3666666666667", 2) == "26.366666667"


def test_an_amount_is_not_rounded_unasked() -> None:
    spec = spec_of("capital_policy", "envelope")
    assert parse_value(spec, "1,200.50", 2) == 120050
    for text in ("26.3666666666667", "12.0000000001"):
        with pytest.raises(
            BadInputError, match=f"{text} has more decimal places than the currency"
        ):
            parse_value(spec, text, 2)
