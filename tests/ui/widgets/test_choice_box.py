"""A box keeps what is chosen at once: nothing is chosen in passing, by the wheel or by keys."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.widgets.choice_box import ChoiceBox


@pytest.fixture
def area(qtbot: QtBot) -> QScrollArea:
    """A form that scrolls, with a box in it."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    made = ChoiceBox()
    made.addItems(["prior year", "contract", "formula"])
    column.addWidget(made)
    filling = QWidget()
    filling.setMinimumHeight(2000)
    column.addWidget(filling)
    found = QScrollArea()
    found.setWidget(inner)
    found.resize(300, 200)
    qtbot.addWidget(found)
    found.show()
    qtbot.waitExposed(found)
    return found


@pytest.fixture
def box(area: QScrollArea) -> ChoiceBox:
    found = area.findChild(ChoiceBox)
    assert isinstance(found, ChoiceBox)
    found.setFocus()
    return found


def test_the_wheel_scrolls_the_form(area: QScrollArea, box: ChoiceBox) -> None:
    at = QPointF(box.rect().center())
    event = QWheelEvent(
        at, QPointF(box.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003
    )  # fmt: skip
    QApplication.sendEvent(box, event)
    assert box.currentIndex() == 0
    assert not event.isAccepted()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_esc_is_the_dialogs_own(qtbot: QtBot, key: Qt.Key) -> None:
    dialog = QDialog()
    made = ChoiceBox(dialog)
    made.addItems(["one", "two"])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    made.setFocus()
    QTest.keyClick(made, key)
    assert not made.view().isVisible()
    assert dialog.isVisible() == (key != Qt.Key.Key_Escape)


def test_keys_open_the_list_and_enter_chooses(box: ChoiceBox, qtbot: QtBot) -> None:
    chosen: list[int] = []
    box.activated.connect(chosen.append)
    QTest.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(box.view().isVisible)
    assert (box.currentIndex(), chosen) == (0, [])
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not box.view().isVisible())
    assert (box.currentIndex(), chosen) == (0, [])
    QTest.keyClick(box, Qt.Key.Key_F)
    qtbot.waitUntil(box.view().isVisible)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chosen == [2])
    assert box.currentText() == "formula"
