"""What the partners say of a goal: the history of check-ins, each with who said what, and a new one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.check_ins import check_in_place, partner_ids, said_in
from dyad_desktop.domain.goals import CheckIn, Goal
from dyad_desktop.services.goals import delete_check_in
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.goals.check_in_form import CheckInForm
from dyad_desktop.ui.pages.goals.model import Person, ahead_words, people_of, told
from dyad_desktop.ui.pages.goals.parts import confidence_row
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Card, StatusMark, button, clear, label, row, rule

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk


class CheckIns(Card):
    """The history, newest first. ``begun`` tells that the form opened, which may stand out of sight."""

    begun = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__("Check-ins")
        self._desk = desk
        self._goal = ""
        self.adding = button("Add check-in")
        self.adding.clicked.connect(self.begin)
        self.column.removeWidget(self.heading)
        self.column.addLayout(row(self.heading, 1, self.adding))
        self.form = CheckInForm(desk)
        self.form.hide()
        self.form.begun.connect(self.begun)
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
        """Return one check-in: its day, who said what and how sure they are, its note, and what can be done with it."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        alone = said_in([said], partner_ids(self._desk.book))
        day = show.day(said.date)
        head = row(label(day, "strong"), label(ahead_words(self._desk.book, said.date), "small"), 1)
        head.addLayout(confidence_row(people, alone))
        column.addLayout(head)
        marks = [StatusMark(status, word=words) for status, words in told(people, alone)]
        mine = said.confidence.get(self._desk.partner) is not None
        change = button("Change" if mine else "Add yours", "link")
        change.setAccessibleName(f"{'Change' if mine else 'Add yours to'} the check-in of {day}")
        gone = button("Delete", "link", name=f"Delete check-in of {day}")
        for one, run in ((change, self._on_change), (gone, self._on_delete)):
            one.setProperty("check_in", said.id)
            one.clicked.connect(run)
        column.addLayout(row(*marks, 1, change, gone))
        if said.note:
            column.addWidget(label(said.note, wrap=True))
        return made

    @Slot()
    def _on_change(self) -> None:
        said = self._desk.book.get(CheckIn, str(self.sender().property("check_in")))
        if said is not None:
            self.form.change(said)

    @Slot()
    def _on_delete(self) -> None:
        gone = str(self.sender().property("check_in"))
        self._desk.do(
            delete_check_in, gone, self, done=self._on_deleted, failed=self._desk.say_error
        )

    @Slot(object)
    def _on_deleted(self, changes: "ChangeSet") -> None:
        self._desk.say(f"{changes.note}.", undo=True)
