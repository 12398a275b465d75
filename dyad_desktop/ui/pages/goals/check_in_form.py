"""The form of a check-in: a new one, or one that is there and to which each partner adds their own word."""

import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.check_ins import check_in_place, named_words, said_of
from dyad_desktop.domain.day_text import read_day
from dyad_desktop.domain.goals import GOAL_STATUSES, CheckIn
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, fresh
from dyad_desktop.services.goals import add_check_in, change_check_in
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.goals.model import Person, people_of
from dyad_desktop.ui.pages.goals.parts import avatar
from dyad_desktop.ui.tokens import GRID, STATUS_WORDS, theme
from dyad_desktop.ui.widgets.basics import button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.editing import Seen
    from dyad_desktop.services.seeing import Glance
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

HIGHEST = 10
TOGETHER = (
    "Give your partner’s confidence only as they say it, side by side; else leave it for them."
)
THEIRS = "Only your own word: {} adds theirs on their laptop."
THEIRS_HERE = (
    "Only your own word: {} adds theirs here, once it is them who write (above, on the right)."
)
THERE = "There is a check-in of {} already: add yours to that one, or keep this as another."


class CheckInForm(QWidget):
    """Date, status, what each is confident of, a note. ``begun`` tells that it opened."""

    begun = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._goal = ""
        self._changed: CheckIn | None = None
        """The check-in that is written over; ``None`` for a new one."""
        self._glance: Glance | None = None
        self.confidence: dict[str, QComboBox] = {}
        self._asked: dict[str, QLabel] = {}
        self._discs: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID)
        column.setSpacing(GRID - 2)
        self._make_fields(column)
        self.note = QPlainTextEdit()
        self.note.setAccessibleName("Note of the check-in")
        self.note.setPlaceholderText("What made us say so")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(theme.px(56))
        column.addWidget(self.note)
        self.reason = label("", "error", wrap=True)
        column.addWidget(self.reason)
        self.keep = button("Keep check-in", "primary")
        self.cancel = button("Cancel")
        self.keep.clicked.connect(self._on_keep)
        self.cancel.clicked.connect(self.hide)
        column.addLayout(row(self.keep, self.cancel, 1))
        self.setFocusProxy(self.status)

    def _make_fields(self, column: QVBoxLayout) -> None:
        self.date = QLineEdit()
        self.date.setAccessibleName("Date of the check-in")
        self.date.setPlaceholderText("30 Jun 2027")
        self.date.textChanged.connect(self._on_date)
        self.date_reason = label("", "error", wrap=True)
        self.there = label("", "small", wrap=True)
        self.join = button("Add to that one", "link", name="Add yours to the check-in of that day")
        self.join.clicked.connect(self._on_join)
        self.status = ChoiceBox()
        self.status.setPlaceholderText("choose")
        for status in GOAL_STATUSES:
            self.status.addItem(" ".join(STATUS_WORDS[status]), status)
        self._grid = QGridLayout()
        self._grid.setSpacing(GRID - 2)
        self._says = label("", "small")
        for n, (caption, editor) in enumerate(
            ((label("Date", "small"), self.date), (self._says, self.status))
        ):
            caption.setBuddy(editor)
            self._grid.addWidget(caption, 0, n)
            self._grid.addWidget(editor, 1, n)
        self._grid.addWidget(self.date_reason, 2, 0, 1, 2)
        self._grid.addWidget(self.there, 3, 0, 1, 2)
        self._grid.addWidget(self.join, 4, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)

    # -- beginning -----------------------------------------------------------------------------

    def begin(self, goal: str) -> None:
        """Begin a check-in of a goal, dated as the workspace is."""
        self._goal, self._changed, self._glance = goal, None, None
        book = self._desk.book
        today = book.only(Partnership).as_of or datetime.date.today().isoformat()  # noqa: DTZ011
        said = said_of(book, goal)
        before = said.words.get(self._desk.partner) if said is not None else None
        self._open(today, before.status if before is not None else "", "")

    def change(self, said: CheckIn) -> None:
        """Open a check-in to change it, or to add one's own word to it."""
        self._goal, self._changed = said.goal, said
        me = self._desk.partner
        places = [Address("check_in", said.id, name) for name in ("date", "status", "note")]
        places.append(Address("check_in", said.id, "confidence", me))
        self._glance = self._desk.glance(places, self._desk.book)
        words = named_words(said)
        # The other's word isn't offered as one's own: each judges for themselves.
        mine = words.get(me, "" if words else said.status)
        self._open(said.date, mine, said.note or "")
        if me in self.confidence:
            self.confidence[me].setCurrentIndex(said.confidence.get(me) or 0)

    def _open(self, day: str, status: str, note: str) -> None:
        new = self._changed is None
        self.keep.setText("Keep check-in" if new else "Keep changes")
        for part in (self.reason, self.date_reason):
            part.hide()
        self._people(people_of(self._desk.book))
        self.date.setText(show.day(day))
        self._on_date()
        self.status.setCurrentIndex(self.status.findData(status) if status else -1)
        self.note.setPlainText(note)
        self.show()
        self.setFocus()
        self.begun.emit()

    def _people(self, people: tuple[Person, ...]) -> None:
        """Ask each for their confidence: a partner only of a new check-in, on a laptop that both use."""
        if list(self.confidence) != [person.partner.id for person in people]:
            for n, person in enumerate(people):
                self._ask(n, person)
            self._hint = label("", "small", wrap=True)
            self._grid.addWidget(self._hint, 7, 0, 1, max(2, len(people)))
            self._order_keys()
        shared = not self._desk.session.owner
        side_by_side = self._changed is None and shared
        others = [one.partner for one in people if one.partner.id != self._desk.partner]
        for n, person in enumerate(people):
            name, who = person.partner.first_name, person.partner.id
            mine = who == self._desk.partner
            asked = "Your confidence" if mine else f"{name}’s, if you are together"
            self._asked[who].setText(asked)
            said = f"Your confidence, {name}, 1 to 10" if mine else f"Confidence of {name}, 1 to 10"
            self.confidence[who].setAccessibleName(said)
            self.confidence[who].setCurrentIndex(0)
            for part in (self._discs[n], self._asked[who], self.confidence[who]):
                part.setVisible(mine or side_by_side)
        names = " and ".join(one.first_name for one in others)
        theirs = (THEIRS_HERE if shared else THEIRS).format(names) if names else ""
        self._hint.setText(TOGETHER if side_by_side else theirs)
        self._on_mark()

    def _order_keys(self) -> None:
        """Let Tab pass as the eye does: what each is asked was made after what follows it."""
        passed = (self.date, self.status, self.join, *self.confidence.values(), self.note)
        for one, then in pairwise(passed):
            QWidget.setTabOrder(one, then)

    @Slot()
    def _on_mark(self) -> None:
        """Say whose status it is: that of both, once a partner's confidence is given too."""
        me = self._desk.partner
        both = any(one.currentIndex() > 0 for who, one in self.confidence.items() if who != me)
        self._says.setText("We say" if both else "I say")
        self.status.setAccessibleName(f"Status that {'we both give' if both else 'I give'}")

    def _ask(self, place: int, person: Person) -> None:
        choice = ChoiceBox()
        choice.addItem("not said")
        choice.addItems([f"{value} of {HIGHEST}" for value in range(1, HIGHEST + 1)])
        choice.currentIndexChanged.connect(self._on_mark)
        who = person.partner.id
        caption = self._asked[who] = label("", "small")
        caption.setBuddy(choice)
        disc = avatar(person, 16)
        self._discs.append(disc)
        self._grid.addLayout(row(disc, caption, 1, spacing=4), 5, place)
        self._grid.addWidget(choice, 6, place)
        self.confidence[who] = choice

    # -- the day -------------------------------------------------------------------------------

    @property
    def same_day(self) -> CheckIn | None:
        """Return the check-in that a new one would stand beside: the last one of its day."""
        if self._changed is not None:
            return None
        try:
            day = read_day(self.date.text())
        except BadInputError:
            return None
        found = self._desk.book.children(CheckIn, self._goal)
        return max((one for one in found if one.date == day), key=check_in_place, default=None)

    @Slot()
    def _on_date(self) -> None:
        """Offer the check-in that the day has already."""
        self.date_reason.hide()
        there = self.same_day
        self.there.setText(THERE.format(show.day(there.date)) if there else "")
        for part in (self.there, self.join):
            part.setVisible(there is not None)

    @Slot()
    def _on_join(self) -> None:
        there = self.same_day
        if there is not None:
            self.change(there)

    # -- keeping -------------------------------------------------------------------------------

    @Slot()
    def _on_keep(self) -> None:
        try:
            day = read_day(self.date.text())
        except BadInputError as error:
            self.date_reason.setText(show.sentence(error.reason))
            self.date_reason.show()
            self.date.setFocus()
            return
        if self.status.currentIndex() < 0:
            self._refuse("choose what you say: on track, at risk or another status")
            return
        status, note = str(self.status.currentData()), self.note.toPlainText().strip() or None
        said = {who: choice.currentIndex() for who, choice in self.confidence.items()}
        if self._changed is not None:
            self._keep_changes(self._changed, day, status, note, said.get(self._desk.partner, 0))
            return
        made = fresh(
            CheckIn, goal=self._goal, date=day, status=status, note=note,
            confidence={who: mark for who, mark in said.items() if mark},
        )  # fmt: skip
        self._desk.do(add_check_in, made, self, done=self._on_kept, failed=self._on_refused)

    def _keep_changes(
        self, said: CheckIn, day: str, status: str, note: str | None, mark: int
    ) -> None:
        """Write what differs from what the form opened with; keeping it is to say its status."""
        me = self._desk.partner
        asked = [
            ("date", "", said.date, day),
            ("note", "", said.note, note),
            ("confidence", me, said.confidence.get(me), mark or None),
            ("status", "", named_words(said).get(me), status),
        ]
        edits = [
            FieldEdit("check_in", said.id, field, new, slot, self._seen(field, slot))
            for field, slot, old, new in asked
            if old != new
        ]
        if not edits:
            self.hide()
            return
        self._desk.do(
            change_check_in, said.id, edits, self, done=self._on_kept, failed=self._on_refused
        )

    def _seen(self, field: str, slot: str) -> "Seen":
        assert self._changed is not None  # noqa: S101 - only then is there a glance
        at = Address("check_in", self._changed.id, field, slot)
        return self._glance.of(at) if self._glance is not None else None

    @Slot(object)
    def _on_kept(self, _changes: "ChangeSet") -> None:
        self.hide()

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        self._refuse(error.reason if isinstance(error, BadInputError) else str(error))

    def _refuse(self, reason: str) -> None:
        self.reason.setText(show.sentence(reason))
        self.reason.show()
