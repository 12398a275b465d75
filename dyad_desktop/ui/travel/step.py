"""The frame of a dialog that goes in steps: a heading, a sentence, content, a reason, buttons."""

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from dyad_desktop.errors import DyadError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label, row

WIDE = 520


class StepDialog(QDialog):
    """``say`` changes the sentence, ``fail`` shows why it can't go on."""

    def __init__(self, title: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        outer.setSpacing(GRID * 2)
        outer.addWidget(label(title, "title"))
        self.sentence = label(sentence, wrap=True)
        outer.addWidget(self.sentence)
        self.column = QVBoxLayout()
        self.column.setSpacing(GRID + 4)
        outer.addLayout(self.column)
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        outer.addWidget(self.reason)
        outer.addStretch(1)
        self.go = button("", "primary")
        self.go.setDefault(True)
        self.other, self.away = button(""), button("Cancel")
        self.other.hide()
        self.away.clicked.connect(self.reject)
        outer.addLayout(row(1, self.away, self.other, self.go))
        self.setFixedWidth(theme.px(WIDE))

    def say(self, sentence: str) -> None:
        """Change the sentence."""
        self.sentence.setText(sentence)
        self.reason.hide()
        self._fit()

    def fail(self, error: DyadError) -> None:
        """Show why it can't go on."""
        self.reason.setText(show.sentence(error))
        self.reason.show()
        self._fit()

    def offer(self, go: str, other: str = "") -> None:
        """Show which buttons there are; without a text there is none."""
        for made, text in ((self.go, go), (self.other, other)):
            made.setText(text)
            made.setVisible(bool(text))

    def _fit(self) -> None:
        self._outer.activate()
        self.resize(self.width(), self._outer.totalHeightForWidth(self.width()))
