"""The smallest parts: what is chosen has room for its firm letters before it is chosen."""

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.tokens import BODY, SEMIBOLD, dress, font, theme
from dyad_desktop.ui.widgets.basics import Segments

CHOICES = (("value", "A row for each value"), ("column", "A column for each measure"))


def test_no_choice_is_cut_once_it_is_taken(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dark, theme.scale = False, 1.0
    dress(app)
    segments = Segments(CHOICES, "Shape")
    qtbot.addWidget(segments)
    segments.show()
    before = [one.width() for one in segments.findChildren(QPushButton)]
    firm = QFontMetrics(font(BODY, SEMIBOLD))
    for key, _text in CHOICES:
        segments.choose(key)
        segments.grab()
        made = segments.findChildren(QPushButton)
        assert [one.width() for one in made] == before
        for one in made:
            assert one.width() >= firm.horizontalAdvance(one.text()) + 16
