"""Actions with one owner each, the rhythm with its next days, and the meetings that were held."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import days_between
from dyad_desktop.domain.meetings import Action, Meeting, Rhythm
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.partnership import add_action, add_rhythm, finish_action
from dyad_desktop.services.rhythm import data_day, next_meetings, today
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.partnership.listing import Listing
from dyad_desktop.ui.pages.partnership.opening import cell, divider
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, Card, StatusMark, button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

_ACTION = ("text", "owner", "due", "status", "link", "done")
_RHYTHM = ("title", "weekday", "every", "minutes", "template")
_MEETING = ("date", "template", "planned_minutes", "actual_minutes", "notes", "decisions")


def due_words(action: Action, day: str) -> tuple[str, str]:
    """Return the status and the words of an action's due day, judged on ``day``."""
    if action.status != "open":
        when = f" {show.short_day(action.done)}" if action.done else ""
        return "on_track" if action.status == "done" else "dropped", f"{action.status}{when}"
    if action.due is None:
        return "no_data", "no day set"
    late = days_between(action.due, day)
    if late > 0:
        return "off_track", f"{late} day{'' if late == 1 else 's'} overdue"
    return "no_data", "due today" if late == 0 else f"due {show.short_day(action.due)}"


class MeetingsView(Listing):
    """Two columns: what is to be done, and when you meet."""

    def shape(self) -> object:
        """Return everything that stands here."""
        book = self.desk.book
        return book.all(Action), book.all(Rhythm), book.all(Meeting), book.all(Partner)

    def build(self) -> None:
        """Fill both columns."""
        self._day = data_day(self.desk.book, today())
        line = QHBoxLayout()
        line.setSpacing(GRID + 4)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, stretch in ((left, 6), (right, 5)):
            side.setSpacing(GRID + 4)
            side.setAlignment(Qt.AlignmentFlag.AlignTop)
            line.addLayout(side, stretch)
        self.column.addLayout(line)
        self._actions(left)
        self._rhythm(right)
        self._held(right)

    # -- actions -------------------------------------------------------------------------------

    def _actions(self, side: QVBoxLayout) -> None:
        actions = self.desk.book.all(Action)
        waiting = sorted(
            (a for a in actions if a.status == "open"), key=lambda a: (a.due or "9", a.id)
        )
        over = sorted(
            (a for a in actions if a.status != "open"),
            key=lambda a: (a.done or "", a.id),
            reverse=True,
        )
        card = _card(f"To do · {len(waiting)}")
        self._list(card, waiting, "Nothing to do. Add an action below.")
        card.column.addSpacing(GRID)
        card.column.addLayout(self._adder())
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        card.column.addWidget(self._reason)
        for editor in (self.text, self.due):
            editor.textEdited.connect(self._reason.hide)
        side.addWidget(card)
        if over:
            card = _card(f"Done · {len(over)}")
            self._list(card, over, "")
            side.addWidget(card)

    def _list(self, card: Card, actions: list[Action], empty: str) -> None:
        for n, action in enumerate(actions):
            divider(card.column, n)
            card.column.addWidget(self._action(action))
        if not actions:
            card.column.addWidget(label(empty, "muted", wrap=True))

    def _action(self, action: Action) -> QWidget:
        status, words = due_words(action, self._day)
        owner = self.desk.book.get(Partner, action.owner)
        name = owner.first_name if owner else action.owner
        made = self.opening(("action", action.id), f"{action.text}: {name}, {words}", _ACTION)
        done = QCheckBox()
        done.setChecked(action.status == "done")
        done.setAccessibleName(f"Done: {action.text}")
        done.setProperty("action", action.id)
        done.clicked.connect(self._on_done)
        mark = StatusMark(status, word=words)
        initials = owner.initials if owner else "?"
        avatar = Avatar(initials, f"Owner: {name}", self.desk.place(action.owner), 18)
        line = row(
            done, cell(action.text, "" if action.status == "open" else "muted"), mark, avatar
        )
        line.setStretch(1, 1)
        line.setContentsMargins(GRID - 2, 4, GRID - 2, 4)
        made.head.setLayout(line)
        return made

    def _adder(self) -> QHBoxLayout:
        self.text, self.due, self.owner = QLineEdit(), QLineEdit(), ChoiceBox()
        self.text.setPlaceholderText("What is to be done")
        self.due.setPlaceholderText("2027-06-30")
        for editor, name in ((self.text, "New action"), (self.due, "Due"), (self.owner, "Owner")):
            editor.setAccessibleName(name)
        self.due.setFixedWidth(theme.px(128))
        for partner in self.desk.book.all(Partner):
            self.owner.addItem(partner.first_name, partner.id)
        self.owner.setCurrentIndex(max(0, self.owner.findData(self.desk.partner)))
        self.text.returnPressed.connect(self._on_add)
        self.due.returnPressed.connect(self._on_add)
        made = button("Add", name="Add the action")
        made.clicked.connect(self._on_add)
        return row(self.text, self.owner, self.due, made)

    @Slot()
    def _on_add(self) -> None:
        owner, due = str(self.owner.currentData()), self.due.text().strip() or None
        self.desk.do(
            add_action, self.text.text(), owner, due, done=self._on_added, failed=self._on_refused
        )

    def _on_added(self, _changes: object) -> None:
        self.text.setFocus()  # the list was made anew, its editors are empty

    def _on_refused(self, error: Exception) -> None:
        reason = error.reason if isinstance(error, BadInputError) else str(error)
        self._reason.setText(show.sentence(reason, "Nothing was added."))
        self._reason.show()

    @Slot()
    def _on_done(self) -> None:
        box = self.sender()
        if isinstance(box, QCheckBox):
            action = str(box.property("action"))
            self.desk.do(
                finish_action, action, finished=box.isChecked(), failed=self.desk.say_error
            )

    # -- meetings ------------------------------------------------------------------------------

    def _rhythm(self, side: QVBoxLayout) -> None:
        book = self.desk.book
        nexts = {one.id: one for one in next_meetings(book, self._day)}
        card = _card("Rhythm")
        rows = sorted(book.all(Rhythm), key=lambda r: nexts[r.id].day if r.id in nexts else "9")
        for n, rhythm in enumerate(rows):
            divider(card.column, n)
            found = nexts.get(rhythm.id)
            often = f"{rhythm.weekday or '?'}, every {rhythm.every or '?'}"
            long = f", {rhythm.minutes} minutes" if rhythm.minutes else ""
            made = self.opening(("rhythm", rhythm.id), f"{rhythm.title}, {often}{long}", _RHYTHM)
            when = f"next {show.weekday_day(found.day, self._day)}" if found else "no next day"
            words = QVBoxLayout()
            words.setSpacing(1)
            words.addWidget(cell(rhythm.title, "strong"))
            words.addWidget(cell(often + long, "small"))
            line = QHBoxLayout(made.head)
            line.setContentsMargins(GRID - 2, 4, GRID - 2, 4)
            line.addLayout(words, 1)
            line.addWidget(label(when, "muted"))
            card.column.addWidget(made)
        if not rows:
            text = "No rhythm yet. Partnerships that meet every week settle things while they are small."
            card.column.addWidget(label(text, "muted", wrap=True))
        card.column.addLayout(self.adder("Add a meeting", self._on_rhythm))
        side.addWidget(card)

    def _held(self, side: QVBoxLayout) -> None:
        meetings = sorted(self.desk.book.all(Meeting), key=lambda m: (m.date, m.id), reverse=True)
        if not meetings:
            return
        card = _card(f"Held · {len(meetings)}")
        for n, meeting in enumerate(meetings):
            divider(card.column, n)
            card.column.addWidget(self._meeting(meeting))
        side.addWidget(card)

    def _meeting(self, meeting: Meeting) -> QWidget:
        what = show.words(meeting.template or "meeting")
        fields = (*_MEETING, *(f"rating/{partner.id}" for partner in self.desk.book.all(Partner)))
        titles = {
            f"rating/{p.id}": f"Rating of {p.first_name}" for p in self.desk.book.all(Partner)
        }
        made = self.opening(
            ("meeting", meeting.id), f"{what}, {show.day(meeting.date)}", fields, titles
        )
        column = QVBoxLayout(made.head)
        column.setContentsMargins(GRID - 2, 4, GRID - 2, 4)
        column.setSpacing(1)
        spent = f"{meeting.actual_minutes or '?'} of {meeting.planned_minutes or '?'} minutes"
        top = row(
            label(f"{show.short_day(meeting.date)} · {what}", "strong"), 1, label(spent, "small")
        )
        for partner in self.desk.book.all(Partner):
            mark = meeting.rating.get(partner.id)
            if mark is not None:
                place = self.desk.place(partner.id)
                top.addWidget(Avatar(partner.initials, f"{partner.name} rates it", place, 16))
                top.addWidget(label(str(mark), "small"))
        column.addLayout(top)
        if meeting.notes:
            column.addWidget(cell(meeting.notes, "small"))
        return made

    @Slot()
    def _on_rhythm(self) -> None:
        self.desk.do(add_rhythm, done=self.open_new, failed=self.desk.say_error)


def _card(heading: str) -> Card:
    """Return a card whose rows stand close and line up with its heading."""
    card = Card(heading)
    card.column.setSpacing(1)
    card.column.setContentsMargins(GRID, GRID + 4, GRID, GRID)
    card.heading.setContentsMargins(GRID - 2, 0, 0, GRID - 2)
    return card
