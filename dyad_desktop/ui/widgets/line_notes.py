"""What the partners noted of a line, each under their own sign with what it was written of; a dialog to write it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from dyad_desktop.domain.explaining import (
    is_explained,
    moved_line,
    moved_since,
    moved_words,
    notes_by_cell,
    over_words,
    value_now,
)
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.money import currency_exponent, format_amount
from dyad_desktop.domain.operating import ACTUAL, DraftLine, Note, draft_line_id
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.explaining import add_note, delete_note, edit_note, explain, may_edit
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Avatar, button, label, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.budget import Budget
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet, Session
    from dyad_desktop.ui.desk import Desk

_AVATAR = 18


def amount_text(book: "Book", minor: int) -> str:
    """Return an amount in whole units, as notes tell it."""
    return format_amount(minor, currency_exponent(book.only(Partnership).currency))


def written_words(book: "Book", budget: "Budget", note: Note) -> str:
    """Return of what a note was written, and when: ``Sep 2026 · written for 1,250, now 1,310 · 12 Nov``."""
    parts = [month_year_label(note.period)] if note.period else []
    moved = moved_since(note, budget)
    if moved is not None:
        then, now = (amount_text(book, amount) for amount in moved)
        parts.append(f"written for {then}, now {now}")
    elif note.value is not None:
        parts.append(f"written for {amount_text(book, note.value)}")
    if note.written:
        parts.append(show.short_day(note.written))
    return " · ".join(parts)


def explanation_words(desk: "Desk", line: str) -> str:
    """Return what is asked of a line's explanation, or what it was written for; empty when there is nothing."""
    book = desk.book
    try:
        budget = desk.budget
        moved = moved_line(book, budget, line)
    except BadInputError:
        return ""
    said, now = book.get(DraftLine, draft_line_id(desk.draft, line)), value_now(budget, line, None)
    parts = [] if said is None or now is None else _written_for(book, said, now)
    if moved is not None and moved.waits:
        parts.append(f"Asked for{' again' if moved.stale else ''}: {moved_words(book, moved)}")
    return ". ".join(parts)


def _written_for(book: "Book", said: DraftLine, now: int) -> list[str]:
    """Return what an explanation was written for: the year's amount, and the actual months up to one."""
    if not is_explained(said):
        return []
    found = []
    if said.explained is not None and said.explained_for != ACTUAL:
        then = amount_text(book, said.explained)
        since = "" if now == said.explained else f", now {amount_text(book, now)}"
        found.append(f"Written for {then} a year{since}")
    if said.explained_over is not None and said.explained_to:
        then = over_words(book, said.explained_over)
        found.append(f"Written for {then} to {month_year_label(said.explained_to)}")
    return found


class ExplanationWords(QWidget):
    """What is asked of a line's explanation; one that is there may be said to hold for what is asked, too."""

    def __init__(self, desk: "Desk", line: str) -> None:
        super().__init__()
        self._desk, self._line, self._draft = desk, line, desk.draft
        self.words = explanation_words(desk, line)
        self.holds: QPushButton | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if self.words:
            column.addWidget(label(self.words, "small", wrap=True))
        if "Asked for" in self.words and is_explained(self._said()):
            self.holds = button("It holds for this, too", "link")
            self.holds.setToolTip("Keeps the explanation as it is, for what is asked now")
            self.holds.clicked.connect(self._on_holds)
            column.addLayout(row(self.holds, 1))

    def _said(self) -> DraftLine | None:
        return self._desk.book.get(DraftLine, draft_line_id(self._draft, self._line))

    @Slot()
    def _on_holds(self) -> None:
        said = self._said()
        text = "" if said is None else said.explanation or ""
        self._desk.do(explain, self._draft, self._line, text, failed=self._desk.say_error)


class LineNotes(QWidget):
    """The notes on a line, or on its month ``slot`` alone, and a way to write one."""

    def __init__(self, desk: "Desk", line: str, slot: str = "") -> None:
        super().__init__()
        self._desk, self._line, self._slot = desk, line, slot
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID - 2)
        for note in self._found():
            column.addWidget(self._row(note))
        add = button("Add a note …", "link", name="Add a note of your own, Shift+F2")
        add.setToolTip("Shift+F2 in the table")
        add.clicked.connect(self._on_add)
        column.addLayout(row(add, 1))

    def _found(self) -> list[Note]:
        cells = notes_by_cell(self._desk.book, self._desk.draft)
        found = [note for (line, _), notes in cells.items() if line == self._line for note in notes]
        if self._slot:
            found = [note for note in found if note.period in (None, self._slot)]
        return sorted(found, key=lambda note: (note.period or "", note.written or "", note.id))

    def _row(self, note: Note) -> QWidget:
        book = self._desk.book
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        partner = book.get(Partner, note.author)
        name = partner.name if partner else note.author or "?"
        place = self._desk.place(note.author)
        avatar = Avatar(partner.initials if partner else "?", name, place, _AVATAR)
        head = row(avatar, label(note.text, wrap=True), spacing=GRID - 2)
        head.setAlignment(avatar, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        words = label(written_words(book, self._desk.budget, note), "small", wrap=True)
        if may_edit(self._desk.session, note):
            change = button("Edit", "link", name=f"Edit the note: {note.text[:40]}")
            change.setProperty("note", note.id)
            change.clicked.connect(self._on_edit)
            foot = row(words, change)
        else:
            foot = row(words)
        foot.setContentsMargins(theme.px(_AVATAR + GRID - 2), 0, 0, 0)
        column.addLayout(foot)
        return made

    @Slot()
    def _on_add(self) -> None:
        self._open(None)

    @Slot()
    def _on_edit(self) -> None:
        self._open(self._desk.book.get(Note, str(self.sender().property("note"))))

    def _open(self, note: Note | None) -> None:
        period = note.period if note is not None else self._slot or None
        dialog = NoteDialog(self._desk, self._line, period, note, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def own_note(desk: "Desk", line: str, period: str | None) -> Note | None:
    """Return the newest note that the partner here wrote of a cell."""
    found = notes_by_cell(desk.book, desk.draft).get((line, period or ""), ())
    return next((one for one in reversed(found) if one.author == desk.partner), None)


class NoteDialog(QDialog):
    """Writes a note of one's own on a line or on one of its months; Ctrl+Enter keeps it."""

    def __init__(
        self, desk: "Desk", line: str, period: str | None, note: Note | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk, self._line, self._period, self._note = desk, line, period, note
        self.setWindowTitle("Note" if note is None else "Edit note")
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addWidget(label(desk.book.label("operating_line", line), "lead", wrap=True))
        column.addWidget(label(self._holds(), "muted"))
        for other in notes_by_cell(desk.book, desk.draft).get((line, period or ""), ()):
            if note is None or other.id != note.id:
                who = show.partner_name(desk.book, other.author or "")
                column.addWidget(label(f"{who}: {other.text}", "small", wrap=True))
        self._left = note.text if note is not None else ""
        """The text that is lost when the dialog is closed: nothing of it is new, or that was told."""
        self.text = QPlainTextEdit(self._left)
        self.text.setAccessibleName("Note")
        self.text.setPlaceholderText("Why is it this much? Ctrl+Enter keeps it.")
        self.text.setTabChangesFocus(True)
        self.text.installEventFilter(self)
        column.addWidget(self.text, 1)
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        column.addWidget(self._reason)
        keep, cancel, away = button("Keep", "primary"), button("Cancel"), button("Delete")
        keep.clicked.connect(self.keep)
        cancel.clicked.connect(self._on_cancel)
        away.clicked.connect(self.delete)
        away.setVisible(note is not None)
        column.addLayout(row(away, 1, cancel, keep))
        self.resize(theme.px(420), theme.px(260))
        self.text.setFocus()
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    def _holds(self) -> str:
        book, now = self._desk.book, value_now(self._desk.budget, self._line, self._period)
        what = month_year_label(self._period) if self._period else "The year"
        if now is None:
            return what
        return f"{what}: {show.currency_sign(book)} {amount_text(book, now)}"

    def done(self, result: int) -> None:
        """Close; a text that isn't kept holds back whoever presses Esc or quits, once."""
        text = self.text.toPlainText()
        written = text.strip() and text != self._left
        if result == int(QDialog.DialogCode.Rejected) and written and self.isVisible():
            self._left = text
            self._reason.setText("This isn’t kept yet: Ctrl+Enter keeps it, Esc leaves it.")
            self._reason.show()
            self.text.setFocus()
            return
        super().done(result)

    @Slot()
    def _on_cancel(self) -> None:
        self._left = self.text.toPlainText()
        self.reject()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the note on Ctrl+Enter."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.keep()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def keep(self) -> None:
        """Write the note; without a text nothing is begun, and a note that was there is deleted."""
        text = self.text.toPlainText()
        if self._note is not None:
            command: Callable[[Session], ChangeSet] = partial(
                edit_note, note_id=self._note.id, text=text
            )
        else:
            command = partial(
                add_note, draft=self._desk.draft, line=self._line, text=text, period=self._period
            )
        self._desk.do(command, done=self._on_done, failed=self._on_failed)

    @Slot()
    def delete(self) -> None:
        """Delete the note; it can be undone."""
        if self._note is not None:
            self._desk.do(delete_note, self._note.id, done=self._on_done, failed=self._on_failed)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        self.accept()
        self._desk.say(f"{changes.note}.", undo=True)

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self._reason.setText(show.sentence(error, "Nothing was written."))
        self._reason.show()
