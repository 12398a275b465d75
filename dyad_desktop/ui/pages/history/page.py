"""The page of a thing's history: every write, from where one can look at what was then, or bring it back."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from dyad_desktop.domain.schema import DELETED
from dyad_desktop.services.comparison import subject_of
from dyad_desktop.services.history import moment_of, related
from dyad_desktop.services.restoring import bring_back, bring_back_all, restore_item, restore_value
from dyad_desktop.services.telling import Page as Lines
from dyad_desktop.services.telling import Told, told
from dyad_desktop.ui import format as show
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Empty, Pill, button, label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.told_rows import ToldList

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.services.session import ChangeSet, Session

_PICK = 260
_NOTHING = "Nothing was written here yet."


class Page(BasePage):
    """Of the thing that was asked for, or of the whole partnership."""

    title = "History"
    wants_inspector = False
    """A line says all that the inspector would."""
    keys = (
        ("Enter", "look at the partnership as of this"),
        ("C", "compare what was then with now"),
        ("R", "restore the value"),
        ("Shift+R", "restore the whole item as it was then, bring back what was deleted"),
    )
    filled = Signal()

    def build(self) -> None:
        """Make the header, the list and what can be done with a line."""
        self.key: Key | None = None
        self._asked = 0
        self._cursor: int | None = None
        self.name = Pill("")
        self.name.hide()
        self.add_to_header(self.name, beside_title=True)
        self.field = ChoiceBox()
        self.field.setAccessibleName("Only of one field")
        self.field.setMaximumWidth(theme.px(_PICK))
        self.field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.field.activated.connect(self._on_field)
        self.add_to_header(self.field)
        self.every = button("Everything", name="The history of the whole partnership")
        self.every.clicked.connect(self.show_everything)
        self.add_to_header(self.every)
        self.body.addWidget(self._make_list(), 1)

    def _make_list(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("look", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, GRID)
        column.setSpacing(GRID)
        self.list = ToldList(self.desk, "Writes, the newest first")
        self.model = self.list.told
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.doubleClicked.connect(self.look)
        self.list.pressed_key.connect(self._on_key)
        column.addWidget(self.list, 1)
        self._empty = Empty(_NOTHING)
        column.addWidget(self._empty, 1)
        self._moment = label("", "muted", wrap=True)
        self._more = button("Show earlier")
        self._more.clicked.connect(self.show_earlier)
        self._look = button("Look at the partnership as of this")
        self._look.clicked.connect(self.look)
        self._value = button("Restore this value")
        self._value.clicked.connect(self.restore_value)
        self._item = button("Restore the whole item as it was then")
        self._item.clicked.connect(self.restore_item)
        self._side_by = button("Compare with now")
        self._side_by.clicked.connect(self.compare)
        self._back = button("Bring back what was deleted")
        self._back.clicked.connect(self.restore_item)
        feet = row(self._more, 1, self._value, self._item, self._back, self._side_by, self._look)
        feet.setContentsMargins(GRID * 2, 0, GRID * 2, 0)
        self._moment.setContentsMargins(GRID * 2, 0, GRID * 2, 0)
        column.addWidget(self._moment)
        column.addLayout(feet)
        return frame

    # -- asking --------------------------------------------------------------------------------

    def show_thing(self, key: "Key") -> None:
        """Show a thing's history; of the field that the inspector shows, if there is one."""
        self.key = key
        field = (self.desk.field, self.desk.slot) if self.desk.selection == key else ("", "")
        self._fill_fields((), field)
        self.reload()

    @Slot()
    def show_everything(self) -> None:
        """Show every commit of the partnership."""
        self.key = None
        self._fill_fields((), ("", ""))
        self.reload()

    def reload(self) -> None:
        """Show the newest lines."""
        self._cursor = None
        self._ask(self._on_first)

    @Slot()
    def show_earlier(self) -> None:
        """Show the lines before those that are there."""
        if self._cursor is not None:
            self._ask(self._on_more)

    def _ask(self, done: object) -> None:
        self._asked += 1
        number, session, key, draft, before = (
            self._asked, self.desk.session, self.key, self.desk.draft, self._cursor,
        )  # fmt: skip
        field, slot = self.field.currentData() or ("", "")
        place = (field, slot)

        def query() -> tuple[int, Lines]:
            return number, told(session, key, draft, before, place=place)

        self.desk.ask(query, done)  # type: ignore[arg-type]

    @Slot()
    def _on_field(self) -> None:
        self.reload()

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        """Show the newest lines when something of this history was written."""
        key = self.key
        told = key is not None and key[0] == "goal" and "check_in" in changes.kinds
        if key is None or told or set(related(key, self.desk.draft)) & changes.keys:
            super()._on_changed(changes)

    # -- showing -------------------------------------------------------------------------------

    @Slot(object)
    def _on_first(self, answer: tuple[int, Lines]) -> None:
        number, found = answer
        if number != self._asked:
            return
        self._take(found)
        self.model.replace(found.lines)
        self.name.text.setText(found.title)
        self.name.show()
        self.list.setVisible(bool(found.lines))
        self._empty.setVisible(not found.lines)
        self._fill_fields(found.fields, self.field.currentData() or ("", ""))
        self.list.setCurrentIndex(self.model.index(0, 0))
        self._show_feet()
        if self.isVisible():
            self.list.setFocus()
        self.filled.emit()

    @Slot(object)
    def _on_more(self, answer: tuple[int, Lines]) -> None:
        number, found = answer
        if number == self._asked:
            self._take(found)
            self.model.add(found.lines)

    def _take(self, found: Lines) -> None:
        self._cursor = found.cursor
        self._more.setVisible(found.cursor is not None)

    def _fill_fields(
        self, fields: tuple[tuple[str, str, str], ...], chosen: tuple[str, str]
    ) -> None:
        self.field.clear()
        self.field.addItem("All fields", ("", ""))
        for field, slot, name in fields:
            self.field.addItem(name, (field, slot))
        places = [tuple(self.field.itemData(n)) for n in range(self.field.count())]
        if tuple(chosen) not in places:
            self.field.addItem(show.field_title(*chosen), chosen)
            places.append(tuple(chosen))
        self.field.setCurrentIndex(places.index(tuple(chosen)))
        self.field.setVisible(self.key is not None)
        self.every.setVisible(self.key is not None)

    @property
    def line(self) -> Told | None:
        """Return the line that is chosen."""
        at = self.list.currentIndex().row()
        return self.model.lines[at] if 0 <= at < len(self.model.lines) else None

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_feet()

    def _show_feet(self) -> None:
        line = self.line
        write = line.write if line is not None else None
        self._look.setEnabled(line is not None)
        self._value.setVisible(write is not None)
        self._item.setVisible(write is not None)
        self._back.setVisible(line is not None and line.deletion is not None)
        said = ""
        if line is not None:
            name = show.partner_name(self.desk.book, line.partner)
            spoken = line.spoken.removesuffix(".")
            note = f"{spoken}. {line.reasons[:1].upper()}{line.reasons[1:]}".strip()
            said = f"{name}, {show.moment(line.wall_ms)}: {note}"
        self._moment.setText(said)

    # -- commands ------------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Look at the whole partnership as it was behind this commit."""
        line = self.line
        if line is not None:
            self.desk.go("then", ("", str(line.n)))

    @Slot()
    def compare(self) -> None:
        """Stand what was behind this commit beside what is now."""
        if self.line is not None:
            line, draft = self.line, self.desk.draft
            subject = ("draft", draft)
            if self.key is not None:
                subject = subject_of(self.desk.book, self.key, draft)
            self.desk.go("side", subject)
            self.desk.go("side", ("then", str(line.n)))

    @Slot()
    def restore_value(self) -> None:
        """Give the field the value of this line again."""
        write = self.line.write if self.line is not None else None
        if write is not None:
            self.desk.do(
                restore_value, write.at, write.value, self, done=self._on_done,
                failed=self.desk.say_error,
            )  # fmt: skip

    @Slot()
    def restore_item(self) -> None:
        """Make the whole thing as it was behind this commit; what it deleted comes back as it was before."""
        line, draft = self.line, self.desk.draft
        gone = line.deletion if line is not None else None
        if gone is not None:
            self.desk.do(bring_back_all, gone, self, done=self._on_done, failed=self.desk.say_error)
        if line is None or line.write is None or self.key is None:
            return
        at, write = line.write.at, line.write
        key = (at.kind, at.id) if at.kind == "check_in" else self.key
        before = at.field == DELETED and bool(write.value)

        def restore(session: "Session") -> "ChangeSet":
            if before:
                return bring_back(session, key, write.id, draft, self)
            return restore_item(session, key, moment_of(session, line.n).cut, draft, self)

        self.desk.do(restore, done=self._on_done, failed=self.desk.say_error)

    @Slot(object)
    def _on_done(self, changes: "ChangeSet") -> None:
        text = f"{changes.note}." if changes.keys else "It is like that already."
        self.desk.say(text, undo=bool(changes.keys))

    @Slot(object)
    def _on_key(self, event: QKeyEvent) -> None:
        if self._press(event):
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look and restore by keys."""
        if not self._press(event):
            super().keyPressEvent(event)

    def _press(self, event: QKeyEvent) -> bool:
        key, shift = event.key(), event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if not shift and event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            return False
        if key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self.look()
        elif key == int(Qt.Key.Key_C) and not shift:
            self.compare()
        elif key == int(Qt.Key.Key_R):
            (self.restore_item if shift else self.restore_value)()
        else:
            return False
        return True

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.list.doItemsLayout()
