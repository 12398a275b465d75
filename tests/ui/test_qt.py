"""What was learned of Qt the hard way, kept as tests: this binding must not break under long use."""

import sys

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

EMITS = 10_000


class Bell(QObject):
    rung = Signal(object)


class Ear(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    @Slot(object)
    def hear(self, _what: object) -> None:
        self.heard += 1


def test_ten_thousand_signals(qtbot: QtBot) -> None:
    bell, ear = Bell(), Ear()
    bell.rung.connect(ear.hear)
    for n in range(EMITS):
        bell.rung.emit({"n": n})
    assert ear.heard == EMITS


def test_large_numbers_cross_a_signal(qtbot: QtBot) -> None:
    bell = Bell()
    with qtbot.waitSignal(bell.rung) as caught:
        bell.rung.emit(10**15 + 1)
    assert caught.args == [10**15 + 1]


def test_setting_text_keeps_the_count_of_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("once")
    before = sys.getrefcount(None)
    for n in range(1000):
        label.setText(f"text {n}")
    assert abs(sys.getrefcount(None) - before) < 100
