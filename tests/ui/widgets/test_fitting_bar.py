import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.widgets.fitting_bar import FittingBar


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    outer = QWidget()
    qtbot.addWidget(outer)
    made = FittingBar(
        [QPushButton(text) for text in ("Previous", "Next")],
        [QPushButton(text) for text in ("Chart", "Table", "Peers")],
    )
    column = QVBoxLayout(outer)
    column.addWidget(made)
    outer.resize(900, 100)
    outer.show()
    return outer


def test_one_row_where_there_is_room_and_two_where_there_is_not(
    place: QWidget, qtbot: QtBot
) -> None:
    [bar] = place.findChildren(FittingBar)
    assert bar.rows == 1
    bar.window().resize(340, 100)
    qtbot.waitUntil(lambda: bar.rows == 2)
    assert bar.window().width() == 340
    parts = bar.findChildren(QPushButton)
    qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in parts))
    bar.window().resize(900, 100)
    qtbot.waitUntil(lambda: bar.rows == 1)


def test_a_control_that_comes_to_need_more_room_takes_a_second_row(
    place: QWidget, qtbot: QtBot
) -> None:
    [bar] = place.findChildren(FittingBar)
    bar.findChildren(QPushButton)[0].setText("Previous " * 20)
    qtbot.waitUntil(lambda: bar.rows == 2)
