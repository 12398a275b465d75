"""What the pair says of a goal: the history of check-ins, and a new one."""

import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.attention import check_in_place, latest_check_in
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import GOAL_STATUSES, CheckIn, Goal
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import delete, fresh
from dyad_desktop.services.goals import add_check_in
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.goals.model import Person, people_of
from dyad_desktop.ui.pages.goals.parts import avatar, confidence_row
from dyad_desktop.ui.tokens import GRID, STATUS_WORDS, theme
from dyad_desktop.ui.widgets.basics import Card, StatusMark, button, clear, label, row, rule

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

HIGHEST = 10
TOGETHER = "Give a partner’s confidence only as they say it, side by side; else leave it for them."


class NewCheckIn(QWidget):
    """The form of a check-in: date, status, what each is confident of, a note."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._goal = ""
        self.confidence: dict[str, QComboBox] = {}
        self._asked: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID)
        column.setSpacing(GRID - 2)
        self.date = QLineEdit()
        self.date.setAccessibleName("Date of the check-in")
        self.date.setPlaceholderText("2027-06-30")
        self.status = QComboBox()
        self.status.setAccessibleName("Status that the pair gives")
        self.status.setPlaceholderText("choose")
        for status in GOAL_STATUSES:
            self.status.addItem(" ".join(STATUS_WORDS[status]), status)
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID - 2)
        for n, (title, editor) in enumerate((("Date", self.date), ("We say", self.status))):
            caption = label(title, "small")
            caption.setBuddy(editor)
            self._grid.addWidget(caption, 0, n)
            self._grid.addWidget(editor, 1, n)
        column.addLayout(self._grid)
        self.note = QPlainTextEdit()
        self.note.setAccessibleName("Note of the check-in")
        self.note.setPlaceholderText("What made us say so")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(theme.px(56))
        column.addWidget(self.note)
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        column.addWidget(self.reason)
        self.keep = button("Keep check-in", "primary")
        self.cancel = button("Cancel")
        self.keep.clicked.connect(self._on_keep)
        self.cancel.clicked.connect(self.hide)
        column.addLayout(row(self.keep, self.cancel, 1))
        self.setFocusProxy(self.status)

    def begin(self, goal: str) -> None:
        """Begin a check-in of a goal, dated as the workspace is."""
        self._goal = goal
        book = self._desk.book
        self.date.setText(book.only(Partnership).as_of or datetime.date.today().isoformat())  # noqa: DTZ011
        said = latest_check_in(book, goal)
        self.status.setCurrentIndex(-1 if said is None else self.status.findData(said.status))
        self._people(people_of(book))
        self.note.clear()
        self.reason.hide()
        self.show()
        self.setFocus()

    def _people(self, people: tuple[Person, ...]) -> None:
        if list(self.confidence) != [person.partner.id for person in people]:
            for n, person in enumerate(people):
                choice = QComboBox()
                choice.addItem("not said")
                choice.addItems([f"{value} of {HIGHEST}" for value in range(1, HIGHEST + 1)])
                caption = self._asked[person.partner.id] = label("", "small")
                caption.setBuddy(choice)
                self._grid.addLayout(row(avatar(person, 16), caption, 1, spacing=4), 2, n)
                self._grid.addWidget(choice, 3, n)
                self.confidence[person.partner.id] = choice
            self._grid.addWidget(label(TOGETHER, "small", wrap=True), 4, 0, 1, max(2, len(people)))
        for person in people:
            name = person.partner.first_name
            mine = person.partner.id == self._desk.partner
            asked = "Your confidence" if mine else f"{name}’s, if you are together"
            self._asked[person.partner.id].setText(asked)
            said = f"Your confidence, {name}, 1 to 10" if mine else f"Confidence of {name}, 1 to 10"
            self.confidence[person.partner.id].setAccessibleName(said)
        for choice in self.confidence.values():
            choice.setCurrentIndex(0)

    @Slot()
    def _on_keep(self) -> None:
        if self.status.currentIndex() < 0:
            self._refuse("choose what you say: on track, at risk or another status")
            return
        said = {
            who: choice.currentIndex()
            for who, choice in self.confidence.items()
            if choice.currentIndex() > 0
        }
        made = fresh(
            CheckIn,
            goal=self._goal,
            date=self.date.text().strip(),
            status=str(self.status.currentData()),
            confidence=said,
            note=self.note.toPlainText().strip() or None,
        )
        self._desk.do(add_check_in, made, self, done=self._on_kept, failed=self._on_refused)

    @Slot(object)
    def _on_kept(self, _changes: "ChangeSet") -> None:
        self.hide()

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        self._refuse(error.reason if isinstance(error, BadInputError) else str(error))

    def _refuse(self, reason: str) -> None:
        self.reason.setText(show.sentence(reason))
        self.reason.show()


class CheckIns(Card):
    """The history, newest first."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__("Check-ins")
        self._desk = desk
        self._goal = ""
        self.adding = button("Add check-in")
        self.adding.clicked.connect(self.begin)
        self.column.removeWidget(self.heading)
        self.column.addLayout(row(self.heading, 1, self.adding))
        self.form = NewCheckIn(desk)
        self.form.hide()
        self.column.addWidget(self.form)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        self.column.addLayout(self._list)

    @Slot()
    def begin(self) -> None:
        """Open the form of a new check-in."""
        self.form.begin(self._goal)

    def show_goal(self, book: Book, goal: Goal) -> None:
        """List a goal's check-ins."""
        if goal.id != self._goal:
            self._goal = goal.id
            self.form.hide()
        clear(self._list)
        found = sorted(book.children(CheckIn, goal.id), key=check_in_place, reverse=True)
        people = people_of(book)
        for n, said in enumerate(found):
            if n:
                self._list.addWidget(rule())
            self._list.addWidget(self._entry(said, people))
        if not found:
            text = "Nothing said yet. A check-in is what the two of you judge, beside the rule's colour."
            self._list.addWidget(label(text, "muted", wrap=True))

    def _entry(self, said: CheckIn, people: tuple[Person, ...]) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        line = row(label(show.day(said.date), "strong"), StatusMark(said.status), 1)
        line.addLayout(confidence_row(people, said))
        gone = button("Delete", "link", name=f"Delete check-in of {show.day(said.date)}")
        gone.setProperty("check_in", said.id)
        gone.clicked.connect(self._on_delete)
        line.addWidget(gone)
        column.addLayout(line)
        if said.note:
            column.addWidget(label(said.note, wrap=True))
        return made

    @Slot()
    def _on_delete(self) -> None:
        key = ("check_in", str(self.sender().property("check_in")))
        self._desk.do(delete, [key], "Deleted a check-in", self, done=self._on_deleted)

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)
