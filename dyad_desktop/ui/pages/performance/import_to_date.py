"""Asks whether figures that look like it are those of the year to date, before anything is brought in."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.services.importing_to_date import YearQuestion
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, clear, elided, label

TO_DATE, OWN, OPEN = "to_date", "own", ""
ALL = "*"
"""Stands for all measures at once."""
_SHOWN = 4
"""Rows that are seen at once."""


class Either(QWidget):
    """Two answers, none of which is given at first. ``chosen`` carries the one that is."""

    chosen = Signal(str)

    def __init__(self, words: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for place, (key, text) in zip(("first", "last"), choices, strict=True):
            made = button(text, "segment", name=f"{words} {text}")
            made.setCheckable(True)
            made.setProperty("place", place)
            made.setMinimumWidth(_bold_width(made))
            self._group.addButton(made)
            self.buttons[key] = made
            layout.addWidget(made)
        layout.addStretch(1)
        self._group.buttonClicked.connect(self._on_clicked)

    def choose(self, answer: str) -> None:
        """Show an answer, or that there is none, without telling anyone."""
        self._group.setExclusive(False)
        for key, made in self.buttons.items():
            made.setChecked(key == answer)
        self._group.setExclusive(True)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(next(key for key, made in self.buttons.items() if made.isChecked()))


class ToDateQuestion(QFrame):
    """A line for each measure, with what its latest figure would be either way. ``answered`` says that one changed."""

    answered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.answers: dict[str, str] = {}
        self.choices: dict[str, Either] = {}
        self._asked: tuple[YearQuestion, ...] = ()
        self.head = label("", "lead", wrap=True)
        self._lines = QWidget()
        self._grid = QGridLayout(self._lines)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID + 4)
        self._grid.setVerticalSpacing(GRID // 2)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self._lines)
        for part in (self._lines, self._area.viewport()):
            part.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + 4, GRID, GRID + 4, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.head)
        layout.addWidget(self._area)
        self.hide()

    def ask(
        self, book: Book, asked: Sequence[YearQuestion], answers: Mapping[str, str], words: str
    ) -> None:
        """Ask of measures, with what was said so far; nothing where there are none."""
        self.setVisible(bool(asked))
        self.answers = {one.measure: answers.get(one.measure, OPEN) for one in asked}
        self.head.setText(words)
        if tuple(asked) != self._asked:
            self._asked = tuple(asked)
            self._lay_out(book)
        for measure, made in self.choices.items():
            made.choose(self._of_all() if measure == ALL else self.answers[measure])

    def _lay_out(self, book: Book) -> None:
        clear(self._grid)
        self.choices = {}
        if len(self._asked) > 1:
            count = len(self._asked)
            words = "Both measures" if count == 2 else f"All {count:,} measures"
            self._add(ALL, words, ((TO_DATE, "the year so far"), (OWN, "each month’s own")))
        for one in self._asked:
            title = elided(book.label("measure", one.measure), theme.px(340))
            self._add(one.measure, title + _latest(one), _choices(one))
        self._grid.setColumnStretch(2, 1)
        height = self._lines.sizeHint().height()
        row = height // max(1, len(self.choices))
        self._area.setFixedHeight(min(height, _SHOWN * (row + 2)) + 2)

    def _add(self, key: str, words: str, choices: Sequence[tuple[str, str]]) -> None:
        made = Either(words, choices)
        made.chosen.connect(lambda answer: self._on_chosen(key, answer))
        at = self._grid.rowCount()
        self._grid.addWidget(label(words), at, 0)
        self._grid.addWidget(made, at, 1)
        self.choices[key] = made

    def _of_all(self) -> str:
        found = set(self.answers.values())
        return found.pop() if len(found) == 1 else OPEN

    def _on_chosen(self, key: str, answer: str) -> None:
        for measure in self.answers if key == ALL else (key,):
            self.answers[measure] = answer
        self.answered.emit()

    def focus(self) -> None:
        """Take the keys to the first question."""
        for made in self.choices.values():
            next(iter(made.buttons.values())).setFocus()
            break


def _bold_width(made: QPushButton) -> int:
    """Return the width that a button needs once it is chosen, when its text is bold."""
    made.ensurePolished()
    font = made.font()
    font.setWeight(QFont.Weight.Bold)
    return QFontMetrics(font).horizontalAdvance(made.text()) + 2 * theme.px(14)


def _latest(one: YearQuestion) -> str:
    if one.figure is None:
        return ""
    return f": {show.number(one.figure)} in {month_year_label(one.period)} is"


def _choices(one: YearQuestion) -> tuple[tuple[str, str], tuple[str, str]]:
    adds = ""
    if isinstance(one.own, Decimal) and not one.kept:
        adds = f": the month adds {show.number(one.own)}"
    return (TO_DATE, f"the year so far{adds}"), (OWN, "the month’s own, as it stands")
