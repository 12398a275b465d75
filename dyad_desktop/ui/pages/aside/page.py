"""The page of what was set aside: one line for each change that a given-up laptop wrote and that doesn't stand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from dyad_desktop.services.set_aside import Aside, waiting
from dyad_desktop.services.taking_aside import leave_out, take
from dyad_desktop.services.telling import Told
from dyad_desktop.ui import format as show
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Empty, Pill, button, label, row
from dyad_desktop.ui.widgets.told_rows import ToldList

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet

_SENTENCE = (
    "Written on a laptop after it was given up. None of it counts. Take what you know to be right: it becomes your"
    " own word. What you leave out stays in the history."
)
_LONG = 400
"""So much of a change is told below the list; a note of pages would leave no room for it."""
_NOTHING = (
    "Nothing is set aside. What a laptop writes after it was given up would wait here for you."
)


class Page(BasePage):
    """What waits to be looked through, the newest first."""

    title = "Set aside"
    wants_inspector = False
    """A line says all that the inspector would."""
    keys = (
        ("T", "take the change as your own word"),
        ("X", "leave the change out"),
        ("Shift+T", "take everything"),
        ("Shift+X", "leave everything out"),
    )
    filled = Signal()

    def build(self) -> None:
        """Make the list and what can be done with a line."""
        self._found: tuple[Aside, ...] = ()
        self._busy = False
        self.count = Pill("")
        self.count.hide()
        self.add_to_header(self.count, beside_title=True)
        self._sentence = label(_SENTENCE, "muted", wrap=True)
        self.body.addWidget(self._sentence)
        self.body.addWidget(self._make_list(), 1)

    def _make_list(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("look", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, GRID)
        column.setSpacing(GRID)
        self.list = ToldList(self.desk, "Changes that are set aside, the newest first")
        self.model = self.list.told
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.pressed_key.connect(self._on_key)
        column.addWidget(self.list, 1)
        self._empty = Empty(_NOTHING)
        column.addWidget(self._empty, 1)
        self._moment = label("", "muted", wrap=True)
        self._moment.setContentsMargins(GRID * 2, 0, GRID * 2, 0)
        column.addWidget(self._moment)
        self._take = button("Take this", "primary")
        self._take.clicked.connect(self.take)
        self._leave = button("Leave this out")
        self._leave.clicked.connect(self.leave)
        self._take_all = button("Take everything")
        self._take_all.clicked.connect(self.take_all)
        self._leave_all = button("Leave everything out")
        self._leave_all.clicked.connect(self.leave_all)
        feet = row(self._take_all, self._leave_all, 1, self._leave, self._take)
        feet.setContentsMargins(GRID * 2, 0, GRID * 2, 0)
        column.addLayout(feet)
        return frame

    # -- showing -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Show what waits now."""
        session = self.desk.session
        self.desk.ask(lambda: waiting(session), self._on_found)

    @Slot(object)
    def _on_found(self, found: tuple[Aside, ...]) -> None:
        at = max(0, self.list.currentIndex().row())
        self._found, self._busy = found, False
        self.model.replace(map(_told, found))
        many = "1 change" if len(found) == 1 else f"{len(found):,} changes"
        self.count.text.setText(many)
        for one in (self.count, self.list, self._moment, self._sentence):
            one.setVisible(bool(found))
        self._empty.setVisible(not found)
        for each in (self._take, self._leave, self._take_all, self._leave_all):
            each.setVisible(bool(found))
        self.list.setCurrentIndex(self.model.index(min(at, len(found) - 1), 0))
        self._on_current(QModelIndex(), QModelIndex())
        if self.isVisible():
            (self.list if found else self).setFocus()
        self.filled.emit()

    @property
    def one(self) -> Aside | None:
        """Return the change that is chosen."""
        at = self.list.currentIndex().row()
        return self._found[at] if 0 <= at < len(self._found) else None

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _current: QModelIndex, _before: QModelIndex) -> None:
        one = self.one
        if one is not None:
            line, told = one.line, _told(one)
            name = show.partner_name(self.desk.book, line.partner)
            where = f"{name} on {line.device_name}, {show.moment(line.wall_ms)}"
            said = f"{where}: {told.spoken}"
            self._moment.setText(said if len(said) <= _LONG else f"{said[: _LONG - 1]}…")

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def take(self) -> None:
        """Take the change that is chosen."""
        if self.one is not None:
            self._do(take, (self.one,))

    @Slot()
    def leave(self) -> None:
        """Leave the change out that is chosen."""
        if self.one is not None:
            self._do(leave_out, (self.one,))

    @Slot()
    def take_all(self) -> None:
        """Take everything that is shown, as one commit."""
        self._do(take, self._found)

    @Slot()
    def leave_all(self) -> None:
        """Leave out everything that is shown, as one commit."""
        self._do(leave_out, self._found)

    def _do(self, command: object, items: tuple[Aside, ...]) -> None:
        """Decide on changes; a key pressed before the answer is there would decide on the same ones twice."""
        if items and not self._busy:
            self._busy = True
            self.desk.do(command, items, self, done=self._on_done, failed=self._on_refused)  # type: ignore[arg-type]

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        left = f" Left: {changes.left_words}." if changes.left_alone else ""
        # The list follows by itself, as after any change.
        self.desk.say(f"{changes.note}.{left}", undo=True)

    @Slot(object)
    def _on_refused(self, error: object) -> None:
        self._busy = False
        self.desk.say_error(error)  # type: ignore[arg-type]

    @Slot(object)
    def _on_key(self, event: QKeyEvent) -> None:
        if self._press(event):
            event.accept()

    def _press(self, event: QKeyEvent) -> bool:
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if not shift and event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if event.key() == int(Qt.Key.Key_T):
            (self.take_all if shift else self.take)()
        elif event.key() == int(Qt.Key.Key_X):
            (self.leave_all if shift else self.leave)()
        else:
            return False
        return True

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.list.doItemsLayout()


def _told(one: Aside) -> Told:
    line = one.line
    return Told(
        line.n, line.partner, line.wall_ms, one.what, one.before, one.after, one.note,
        why=f"on {line.device_name}",
    )  # fmt: skip
