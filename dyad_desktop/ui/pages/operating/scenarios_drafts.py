"""Which draft is at hand: a drop-down of all drafts, and the commands on them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from dyad_desktop.domain.levers import input_words
from dyad_desktop.domain.operating import Draft
from dyad_desktop.services.scenarios import (
    WORKING,
    copy_draft,
    delete_draft,
    describe_draft,
    new_draft,
    next_name,
)
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, elided, label, row

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

_WIDEST = 190
_PURPOSE = 64


class DraftPicker(QWidget):
    """The name of the draft at hand; opens the list of drafts. ``what_if`` asks for the view of what-ifs."""

    what_if = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self.button = button("", name="Draft at hand")
        self.menu = QMenu(self.button)
        self.menu.setToolTipsVisible(True)
        self.button.setMenu(self.menu)
        self.menu.aboutToShow.connect(self._fill)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        desk.drafted.connect(self.reload)
        self.reload()

    @property
    def draft(self) -> Draft | None:
        """Return the draft at hand."""
        return self._desk.book.get(Draft, self._desk.draft)

    @Slot()
    def reload(self) -> None:
        """Name the draft at hand."""
        draft = self.draft
        name = "" if draft is None else draft_title(draft)
        self.button.setText(elided(name, theme.px(_WIDEST)))
        self.button.setAccessibleName(f"Draft at hand: {name}")
        self.button.setToolTip(self._tip(draft))

    def _tip(self, draft: Draft | None) -> str:
        if draft is None:
            return ""
        what_ifs = input_words(self._desk.book, draft.inputs)
        parts = (draft.name, draft.purpose, what_ifs and f"What-if: {what_ifs}")
        return "\n".join(part for part in parts if part)

    @Slot()
    def _fill(self) -> None:
        self.menu.clear()
        drafts = self._desk.book.all(Draft)
        group = QActionGroup(self.menu)
        for draft in drafts:
            action = QAction(draft_title(draft).replace("&", "&&"), self.menu)
            action.setCheckable(True)
            action.setChecked(draft.id == self._desk.draft)
            action.setData(draft.id)
            action.setToolTip(self._tip(draft))
            group.addAction(action)
            self.menu.addAction(action)
        group.triggered.connect(self._on_chosen)
        self.menu.addSeparator()
        for text, run in (
            ("New copy …", self.copy),
            ("Name and purpose …", self.rename),
            ("What-if …", self.what_if.emit),
            ("Delete this draft", self.delete),
        ):
            self.menu.addAction(text).triggered.connect(run)
        self.menu.actions()[-1].setEnabled(len(drafts) > 1)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self.button.setFocus()  # whatever is being typed is handed in before another draft comes up
        self._desk.choose_draft(str(action.data()))

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def copy(self) -> None:
        """Ask for the name of a copy."""
        self._dialog = DraftDialog(self._desk, self._desk.draft, self, copy=True)
        self._dialog.open()

    @Slot()
    def rename(self) -> None:
        """Ask for the draft's name and what it is for."""
        self._dialog = DraftDialog(self._desk, self._desk.draft, self, copy=False)
        self._dialog.open()

    @Slot()
    def delete(self) -> None:
        """Delete the draft at hand; one that was agreed only after it was said what it is."""
        draft = self.draft
        if draft is None:
            return
        if draft.state != WORKING:
            self._asking = DeleteDialog(self._desk, draft, self)
            self._asking.open()
            return
        delete_said(self._desk, draft, knowingly=False)


def draft_title(draft: Draft) -> str:
    """Return a draft's name, with its state unless it is being planned on."""
    known = draft.state == WORKING or draft.state in draft.name.lower()
    return draft.name if known else f"{draft.name} ({show.words(draft.state)})"


def delete_said(desk: "Desk", draft: Draft, *, knowingly: bool) -> None:
    """Delete a draft and say so."""

    def tell(_changes: "ChangeSet") -> None:
        desk.say(f"Deleted the draft {draft.name}.", undo=True)

    desk.do(delete_draft, draft.id, knowingly=knowingly, done=tell, failed=desk.say_error)


class DeleteDialog(QDialog):
    """Says what is deleted with a draft that isn't planned on any more."""

    def __init__(self, desk: "Desk", draft: Draft, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._draft = desk, draft
        self.setWindowTitle(f"Delete {draft.name}")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID * 2)
        said = (
            f"{draft.name} is {show.words(draft.state)}: it is the record of what was {show.words(draft.state)},"
            " and what “last agreed version” compares with. It can be brought back by undo, and stays in the history."
        )
        outer.addWidget(label(said, wrap=True))
        keep, go = button("Keep it", "primary"), button("Delete it")
        keep.clicked.connect(self.reject)
        go.clicked.connect(self._on_go)
        outer.addLayout(row(1, go, keep))
        self.resize(theme.px(440), theme.px(140))

    @Slot()
    def _on_go(self) -> None:
        delete_said(self._desk, self._draft, knowingly=True)
        self.accept()


class DraftDialog(QDialog):
    """Asks for a draft's name and purpose: of a copy that is made then, or of the draft itself."""

    def __init__(self, desk: "Desk", draft: str, parent: QWidget, *, copy: bool) -> None:
        super().__init__(parent)
        self._desk, self._draft, self._copy = desk, draft, copy
        found = desk.book.need(Draft, draft)
        self.setWindowTitle(f"Copy of {found.name}" if copy else "Name and purpose of the draft")
        outer = QVBoxLayout(self)
        outer.setSpacing(GRID)
        self.name = QLineEdit(next_name(desk.book, "Scenario") if copy else found.name)
        self.name.setAccessibleName("Name")
        self.name.selectAll()
        self.purpose = QPlainTextEdit("" if copy else found.purpose or "")
        self.purpose.setAccessibleName("What it is for")
        self.purpose.setPlaceholderText("Such as: what if the second cath lab opens in April")
        self.purpose.setTabChangesFocus(True)
        self.purpose.setFixedHeight(theme.px(_PURPOSE))
        for text, editor in (("Name", self.name), ("What it is for", self.purpose)):
            outer.addWidget(label(text, "small"))
            outer.addWidget(editor)
        if copy:
            said = (
                "The copy says of every line what this draft says now; later edits here don’t move it."
                " Volumes, positions and the prior year stay shared by all drafts."
            )
            outer.addWidget(label(said, "muted", wrap=True))
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        outer.addWidget(self._reason)
        cancel, self._go = button("Cancel"), button("Make the copy" if copy else "Keep", "primary")
        cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self.go)
        self.name.returnPressed.connect(self.go)
        outer.addStretch(1)
        outer.addLayout(row(1, cancel, self._go))
        self.resize(theme.px(420), theme.px(300 if copy else 240))

    @Slot()
    def go(self) -> None:
        """Make the copy, or keep name and purpose; a refusal is said here."""
        self._go.setEnabled(False)
        command = copy_draft if self._copy else describe_draft
        self._desk.do(
            command, self._draft, self.name.text(), self.purpose.toPlainText(),
            done=self._on_done, failed=self._on_failed,
        )  # fmt: skip

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        if self._copy:
            self._desk.choose_draft(new_draft(changes))
            self._desk.say(f"You are now in {self.name.text().strip()}.", undo=False)
        self.accept()

    @Slot(object)
    def _on_failed(self, error: "DyadError") -> None:
        self._go.setEnabled(True)
        self._reason.setText(show.sentence(error))
        self._reason.show()
        self.name.setFocus()
