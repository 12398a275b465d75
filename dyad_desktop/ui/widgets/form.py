"""Fields of a thing as a form, made of their specs: each is kept when it is left, and says what it can't take."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import MAX_TEXT, FieldSpec, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.values import exponent_of, parse_at, plain_value
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import label
from dyad_desktop.ui.widgets.choice_box import ChoiceBox
from dyad_desktop.ui.widgets.dispute import Disputes

if TYPE_CHECKING:
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.seeing import Glance
    from dyad_desktop.services.session import ChangeSet, Session
    from dyad_desktop.ui.desk import Desk

_LONGEST = 16 * MAX_TEXT
"""Qt cuts a line at 32,767 characters without a word; so much is always refused, with its reason."""
Options = Sequence[tuple[str, str]]
"""(value, text) of what may be chosen."""
_LEAVING = "Close again to leave it."
_CHOSEN = (ValueType.CHOICE, ValueType.REF)
_HINTS = {
    ValueType.DATE: "30 Jun 2027",
    ValueType.PERIOD: "2027-06",
    ValueType.MONEY: "1,200 or 45k or =1200*1.03",
}


def edit_text(book: Book, spec: FieldSpec, value: Any) -> str:  # noqa: ANN401 - any field's value
    """Return what an editor of a value begins with."""
    if value is None or value == ():
        return ""
    if spec.type in (ValueType.MONEY, ValueType.DECIMAL):
        plain = plain_value(spec, value, exponent_of(book))
        return f"{plain:,}" if isinstance(plain, int) else f"{plain:,f}"
    if spec.type is ValueType.DATE:
        return show.day(value)
    if isinstance(value, tuple | list):
        return ", ".join(str(part) for part in value)
    return str(value)


def options_of(book: Book, spec: FieldSpec) -> list[tuple[str, str]]:
    """Return (value, text) of everything that a choice or reference can be."""
    if spec.type is ValueType.CHOICE:
        return [(choice, show.words(choice)) for choice in spec.choices]
    if spec.target == "partner":
        return [(partner.id, partner.name) for partner in book.all(Partner)]
    target = KINDS.get(spec.target)
    if target is None:
        return []
    things = book.all(target.cls)
    return [
        (thing.id, f"{book.label(spec.target, thing.id)} ({thing.id})"[:80]) for thing in things
    ]


class Field(QWidget):
    """One field's editor. ``handed_in`` carries the text when it was changed and left."""

    handed_in = Signal(str)

    def __init__(self, book: Book, spec: FieldSpec, name: str, options: Options = ()) -> None:
        """Make the editor; with ``options`` the text is chosen among them."""
        super().__init__()
        self.spec = spec
        self._options = options
        self._kept: str | None = ""
        """The text that is kept, or was handed in to be; none once it was refused, so that any is handed in next."""
        self._wrong: str | None = None
        """The text that was refused last."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.editor = self._make(book)
        self.editor.setAccessibleName(name)
        column.addWidget(self.editor)
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        column.addWidget(self._reason)
        self.setFocusProxy(self.editor)

    def _make(self, book: Book) -> QWidget:
        if self.spec.type in _CHOSEN or self._options:
            return self._combo(book)
        if self.spec.type is ValueType.FLAG:
            box = QCheckBox("yes")
            box.clicked.connect(self._on_box)
            return box
        if self.spec.type is ValueType.REFS and self.spec.target != "*":
            return self._list(book)
        if self.spec.type is ValueType.LONG_TEXT:
            text = QPlainTextEdit()
            text.setTabChangesFocus(True)
            text.setFixedHeight(theme.px(64))
            text.installEventFilter(self)
            return text
        line = QLineEdit()
        line.setMaxLength(_LONGEST)
        line.setPlaceholderText(_HINTS.get(self.spec.type, ""))
        line.editingFinished.connect(self._on_left)
        return line

    def _combo(self, book: Book) -> QComboBox:
        combo = ChoiceBox()
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(12)
        if not self.spec.required:
            combo.addItem(show.NOTHING, "")
        for value, text in self._options or options_of(book, self.spec):
            combo.addItem(text, value)
        combo.activated.connect(self._on_left)
        return combo

    def _list(self, book: Book) -> QListWidget:
        made = QListWidget()
        for value, text in options_of(book, self.spec):
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setCheckState(Qt.CheckState.Unchecked)
            made.addItem(item)
        made.setFixedHeight(min(5, max(2, made.count())) * theme.px(24) + 6)
        made.itemChanged.connect(self._on_left)  # by the mouse or by Space
        return made

    # -- its text ------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """Return what stands in the editor."""
        editor = self.editor
        if isinstance(editor, QComboBox):
            return str(editor.currentData() or "")
        if isinstance(editor, QCheckBox):
            return "yes" if editor.isChecked() else "no"
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText()
        if isinstance(editor, QListWidget):
            items = [editor.item(n) for n in range(editor.count())]
            chosen = [i for i in items if i.checkState() == Qt.CheckState.Checked]
            return ", ".join(str(i.data(Qt.ItemDataRole.UserRole)) for i in chosen)
        return editor.text() if isinstance(editor, QLineEdit) else ""

    def set_text(self, text: str) -> None:
        """Show a value's text as the one that is kept."""
        editor = self.editor
        if isinstance(editor, QComboBox):
            if editor.findData(text) < 0 and text:
                editor.addItem(f"(deleted) {text}", text)
            editor.setCurrentIndex(max(0, editor.findData(text)))
        elif isinstance(editor, QCheckBox):
            editor.setChecked(text in ("yes", "True", "true"))
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
        elif isinstance(editor, QListWidget):
            with QSignalBlocker(editor):
                _tick(editor, {part.strip() for part in text.split(",")})
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            if not editor.hasFocus():
                editor.setCursorPosition(0)  # a text that is too long shows how it begins
        self._kept = self.text
        self.unsay()

    @property
    def editing(self) -> bool:
        """Return whether the editor has the focus and holds something that isn't kept yet."""
        return self.editor.hasFocus() and self.text != self._kept

    @property
    def changed(self) -> bool:
        """Return whether the editor holds something that isn't kept yet."""
        return self.text != self._kept

    @property
    def refused(self) -> bool:
        """Return whether the editor holds a text that can't be taken."""
        return self._kept is None and self.text == self._wrong

    @property
    def hinted(self) -> bool:
        """Return whether the field says what is waited for, or why its text can't be taken."""
        return not self._reason.isHidden()

    def say(self, reason: str) -> None:
        """Say why the text can't be taken; it stays in the editor."""
        self._wrong = self.text if self._kept is None else self._kept
        self._kept = None
        self._tell(show.sentence(reason, "The earlier value is kept."), "error")
        self._flag(invalid=True)

    def insist(self) -> None:
        """Say that the text that was refused, or that waits, would be left with its dialog."""
        said = self._reason.text()
        if not said.endswith(_LEAVING):
            self._reason.setText(f"{said} {_LEAVING}")

    def reveal(self) -> None:
        """Go to the editor, wherever it is scrolled to, once what is said of it has its room."""
        self.editor.setFocus()
        QTimer.singleShot(0, self, self._scroll_here)

    @Slot()
    def _scroll_here(self) -> None:
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(self)
            above = above.parentWidget()

    def hint(self, words: str) -> None:
        """Say quietly what a text that was handed in waits for."""
        self._tell(show.sentence(words), "small")
        self._flag(invalid=False)

    def _tell(self, sentence: str, look: str) -> None:
        self._reason.setText(sentence)
        _dress(self._reason, "type", look)
        self._reason.show()

    def unsay(self) -> None:
        """Take the reason away, and that the text was refused with it."""
        self._wrong = None
        self._reason.hide()
        self._flag(invalid=False)

    def _flag(self, *, invalid: bool) -> None:
        _dress(self.editor, "invalid", invalid)

    # -- leaving -------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand a long text in when it is left or Ctrl+Enter is pressed."""
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._on_left()
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._on_left()
            return True
        return super().eventFilter(watched, event)

    def leave(self) -> None:
        """Hand in what was written, as when the editor is left; a text that was refused already stays."""
        if not self.refused:
            self._on_left()

    @Slot()
    def _on_left(self) -> None:
        if self.text != self._kept:
            self._kept = self.text
            self.unsay()
            self.handed_in.emit(self.text)

    @Slot()
    def _on_box(self) -> None:
        self._on_left()


def _dress(widget: QWidget, name: str, value: object) -> None:
    """Give a widget a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _tick(editor: QListWidget, wanted: Collection[str]) -> None:
    for n in range(editor.count()):
        item = editor.item(n)
        inside = str(item.data(Qt.ItemDataRole.UserRole)) in wanted
        item.setCheckState(Qt.CheckState.Checked if inside else Qt.CheckState.Unchecked)


class Form(QWidget):
    """Fields of one thing in a grid of (title, editor). Each change is one commit through the desk.

    ``names`` lists fields; ``field/slot`` means one slot of a keyed field. ``titles`` overrides captions.
    ``command`` writes the edits where more follows from them than the field itself. ``options`` lists what may be
    chosen in fields that hold a plain text.
    """

    def __init__(  # noqa: PLR0913 - each but the first three has a good default
        self, desk: "Desk", key: Key, names: Sequence[str], titles: dict[str, str] | None = None,
        columns: int = 1, *, command: "Callable[..., ChangeSet]" = set_fields,
        options: Mapping[str, Options] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._command = command
        self._desk = desk
        self.key = key
        self.fields: dict[str, Field] = {}
        self.captions: dict[str, QLabel] = {}
        self.waiting: set[str] = set()
        """Fields whose text waits for another one, and stays meanwhile."""
        self.writing = 0
        """So many writes are under way."""
        self._glances: dict[str, Glance] = {}
        self._book = desk.book
        self.setEnabled(not desk.session.read_only)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(GRID - 2)
        for n, name in enumerate(names):
            field, _, slot = name.partition("/")
            title = (titles or {}).get(name) or _caption(desk.book, field, slot)
            made = Field(
                desk.book, spec_of(key[0], field), f"{title} of {desk.book.label(*key)}",
                (options or {}).get(name, ()),
            )  # fmt: skip
            made.setProperty("name", name)
            made.handed_in.connect(self._on_handed_in)
            made.editor.installEventFilter(self)
            self.fields[name] = made
            line, column = divmod(n, columns)
            caption = self.captions[name] = label(title, "small")
            caption.setBuddy(made.editor)
            self._place(grid, caption, made, line, column)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self.refresh()

    def _place(
        self, grid: QGridLayout, caption: QLabel, field: Field, line: int, column: int
    ) -> None:
        grid.addWidget(caption, 2 * line, column, Qt.AlignmentFlag.AlignBottom)
        cell = QVBoxLayout()
        cell.setSpacing(2)
        cell.addWidget(field)
        name, _, slot = str(field.property("name")).partition("/")
        cell.addWidget(Disputes(self._desk, (self.key,), name, slot))
        cell.addStretch(1)
        grid.addLayout(cell, 2 * line + 1, column)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember what stands in a field when someone comes to write in it."""
        if event.type() == QEvent.Type.FocusIn:
            name = next((n for n, made in self.fields.items() if made.editor is watched), None)
            if name is not None and name not in self.waiting and not self.fields[name].changed:
                self._look(name)
        return super().eventFilter(watched, event)

    def _look(self, name: str, *, opens: bool = True) -> None:
        self._glances[name] = self._desk.glance([self._at(name)], self._book, opens=opens)

    def hold(self, names: Collection[str]) -> None:
        """Keep the texts of fields that hang together, and what was seen of each when that began.

        Whatever arrives from then on isn't shown in them, so that none of their edits may replace it.
        """
        for name in names:
            if name not in self.waiting and name not in self._glances:
                self._look(name, opens=False)
        self.waiting |= set(names)

    def _at(self, name: str) -> Address:
        field, _, slot = name.partition("/")
        return Address(*self.key, field, slot)

    def refresh(self) -> None:
        """Show the book's values, except where someone is just writing."""
        book = self._book = self._desk.book
        entity = book.entity(*self.key)
        for name, made in self.fields.items():
            if made.editing or made.refused or name in self.waiting:
                continue
            if made.editor.hasFocus():
                self._look(name)
            else:
                # What was seen before is old by now, one's own writes included; a popup may have the focus meanwhile.
                self._glances.pop(name, None)
            field, _, slot = name.partition("/")
            value = getattr(entity, field, None)
            if slot:
                value = value.get(slot) if value else None
            made.set_text(edit_text(book, made.spec, value))

    def retitle(self, titles: Mapping[str, str]) -> None:
        """Call fields otherwise, where what they stand for follows from other fields."""
        for name, title in titles.items():
            self.captions[name].setText(title)
            self.fields[name].editor.setAccessibleName(f"{title} of {self._book.label(*self.key)}")

    @property
    def editing(self) -> bool:
        """Return whether someone is writing in a field."""
        return any(made.editing for made in self.fields.values())

    def leave(self) -> None:
        """Hand in what is written in any field."""
        for made in self.fields.values():
            made.leave()

    @Slot(str)
    def _on_handed_in(self, text: str) -> None:
        name = str(self.sender().property("name"))
        editor = self.fields[name]
        try:
            value = parse_at(self._desk.book, self._at(name), text)
        except BadInputError as error:
            editor.say(error.reason)
            return
        self.hand_in(name, value)

    def hand_in(self, name: str, value: Any) -> None:  # noqa: ANN401 - any field's value
        """Write what was handed in; a form whose fields hang together writes more, or waits."""
        self.write({name: value}, name)

    def write(
        self,
        values: Mapping[str, Any],
        told: str,
        done: "Callable[[ChangeSet], None] | None" = None,
    ) -> None:
        """Write fields as one commit; where it is refused, the field ``told`` says why."""
        edits, glances = [], []
        for name, value in values.items():
            glance, (field, _, slot) = self._glances.get(name), name.partition("/")
            seen = None
            if glance is not None:
                seen = glance.of(self._at(name))
                glances.append(glance)
            edits.append(FieldEdit(*self.key, field, value, slot, seen))
        self.writing += 1
        self._desk.do(
            _Written(self._command, glances), edits, "", self,
            done=partial(self._on_kept, done), failed=partial(self._on_refused, told),
        )  # fmt: skip

    def _on_kept(self, then: "Callable[[ChangeSet], None] | None", changes: "ChangeSet") -> None:
        self.writing -= 1
        if then is not None:
            then(changes)

    def _on_refused(self, told: str, error: "DyadError") -> None:
        self.writing -= 1
        self.fields[told].say(error.reason if isinstance(error, BadInputError) else str(error))


class _Written:
    """A command after which its own writes count as seen: the next text may be handed in before this one stands."""

    def __init__(self, command: "Callable[..., ChangeSet]", glances: "Sequence[Glance]") -> None:
        self._command, self._glances = command, glances

    def __call__(self, session: "Session", *arguments: Any) -> "ChangeSet":  # noqa: ANN401 - the command's
        changes = self._command(session, *arguments)
        for glance in self._glances:
            glance.look()
        return changes


def _caption(book: Book, field: str, slot: str) -> str:
    if slot:
        return show.partner_name(book, slot) if book.get(Partner, slot) else slot
    text = show.field_title(field)
    return text[:1].upper() + text[1:]
