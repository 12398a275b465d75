"""Asks what the dates of a source mean, where day and month could be taken for each other."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout

from dyad_desktop.domain.observation_import_dates import Question
from dyad_desktop.domain.observation_import_periods import NO_DATE
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, label

OPEN = "Say what the dates mean: no date of this source tells whether the day or the month stands first."


class DatesQuestion(QFrame):
    """The first date that can be two, with both readings of it. ``chosen`` carries whether the day stands first."""

    chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.asks = label("")
        self.day, self.month = button("", "segment"), button("", "segment")
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.asks)
        layout.addSpacing(GRID)
        for place, made in (("first", self.day), ("last", self.month)):
            made.setCheckable(True)
            made.setProperty("place", place)
            self._group.addButton(made)
            layout.addWidget(made)
        layout.addStretch(1)
        self._group.buttonClicked.connect(self._on_clicked)
        self.hide()

    def ask(self, question: Question | None, *, day_first: bool | None) -> None:
        """Ask a question, with what was said so far; nothing where there is none."""
        self.setVisible(question is not None)
        if question is None:
            return
        self.asks.setText(f"{question.text} in row {question.row:,} means")
        for made, read, first in (
            (self.day, question.day_first, "day first"),
            (self.month, question.month_first, "month first"),
        ):
            made.setText(f"{first}, then it is {NO_DATE}" if read == NO_DATE else f"{read}: {first}")  # fmt: skip
        for made in (self.day, self.month):
            made.setAccessibleName(f"{self.asks.text()} {made.text()}")
        self._group.setExclusive(False)
        self.day.setChecked(day_first is True)
        self.month.setChecked(day_first is False)
        self._group.setExclusive(True)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.day.isChecked())
