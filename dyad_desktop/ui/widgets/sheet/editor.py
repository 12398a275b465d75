"""The editor of a cell: what can't be read stays in it, with the reason beneath."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from dyad_desktop.domain.schema import MAX_TEXT
from dyad_desktop.errors import BadInputError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import CellText, Index, SheetModel
from dyad_desktop.ui.tokens import CELL, font, theme
from dyad_desktop.ui.widgets.choice_list import ChoiceList
from dyad_desktop.ui.widgets.name_completer import NameCompleter

_MOVES = {
    int(Qt.Key.Key_Return): (1, 0),
    int(Qt.Key.Key_Enter): (1, 0),
    int(Qt.Key.Key_Tab): (0, 1),
    int(Qt.Key.Key_Backtab): (0, -1),
}
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_SHOWN = 40
_LONGEST = 16 * MAX_TEXT
"""Qt cuts a line at 32,767 characters without a word; so much is always refused, with its reason."""


class CellEditor(QLineEdit):
    """A line edit over a cell. ``reason`` shows why its text can't be taken."""

    def __init__(self, parent: QWidget, *, numeric: bool) -> None:
        super().__init__(parent)
        self._view = parent
        self.setProperty("look", "cell")
        self.setFont(font(CELL))
        self.setMaxLength(_LONGEST)
        if numeric:
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.typed = False
        self.begun = ""
        """What stood in the cell when the editor opened."""
        self._reason: QLabel | None = None

    def say(self, reason: str) -> None:
        """Show the reason beneath the cell."""
        view = self._view
        if self._reason is None:
            self._reason = QLabel(view)
            self._reason.setProperty("type", "error")
            self._reason.setFrameShape(QFrame.Shape.Box)
            self._reason.setWordWrap(True)
            self._reason.setAutoFillBackground(True)
            self._reason.setMargin(4)
            self.textEdited.connect(self.unsay)
            self.destroyed.connect(self._reason.deleteLater)
        self._reason.setStyleSheet(
            f"background: {theme.colours.raised}; border: 1px solid {theme.colours.off_track};"
        )
        self._reason.setText(f"■ {show.sentence(reason)}")
        self._reason.setFixedWidth(theme.px(240))
        self._reason.adjustSize()
        left = min(self.x(), max(0, view.width() - self._reason.width()))
        below = self.y() + self.height()
        top = (
            below
            if below + self._reason.height() <= view.height()
            else self.y() - self._reason.height()
        )
        self._reason.move(QPoint(left, top))
        self._reason.show()
        self._reason.raise_()
        self.setAccessibleDescription(reason)

    def unsay(self) -> None:
        """Take the reason away."""
        self.setAccessibleDescription("")
        if self._reason is not None:
            self._reason.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the reason away with the editor."""
        super().hideEvent(event)
        if self._reason is not None:
            self._reason.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the reason again with the editor, on coming back to its page."""
        super().showEvent(event)
        if self._reason is not None and self.accessibleDescription():
            self._reason.show()


class CellDelegate(QStyledItemDelegate):
    """Makes editors and hands in what was typed.

    ``taken`` asks to move by (rows, columns); ``closed``: no editor; ``lost`` tells of a text that went unkept.
    """

    taken = Signal(int, int)
    closed = Signal()
    lost = Signal(str)

    def __init__(self, parent: QObject, model: SheetModel) -> None:
        super().__init__(parent)
        self._model = model
        self.first_text: str | None = None
        self._cell = (0, 0)
        self._editor: CellEditor | None = None
        self.list: ChoiceList | None = None
        """What the cell can be that is being edited, where that is a few things."""

    @property
    def is_open(self) -> bool:
        """Return whether a cell is being edited."""
        return self._editor is not None

    @property
    def open_editor(self) -> CellEditor | None:
        """Return the editor that is open."""
        return self._editor

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make the editor of a cell."""
        model = index.model()
        assert isinstance(model, SheetModel)  # noqa: S101 - for the type checker
        editor = CellEditor(parent, numeric=model.columns[index.column()].numeric)
        editor.setAccessibleName(model.place(index.row(), index.column()))
        self._cell = (index.row(), index.column())
        self._editor = editor
        names = model.names(*self._cell)
        if names:
            NameCompleter(editor, names)
        choices = model.choices(*self._cell)
        self.list = ChoiceList(editor, [text for _value, text in choices]) if choices else None
        if self.list is not None:
            self.list.chosen.connect(self._on_chosen)
        model.begin(*self._cell)
        editor.destroyed.connect(self._on_gone)
        editor.window().installEventFilter(self)
        return editor

    def open_list(self) -> None:
        """Show what the cell can be, where that is a few things."""
        if self.list is not None:
            self.list.open()

    @Slot()
    def _on_chosen(self) -> None:
        if self._editor is not None and self.hand_in(self._editor):
            self.taken.emit(0, 0)  # the sheet takes the keys again

    def go_on_typing(self) -> None:
        """Put the cursor behind the letter that opened the editor; Qt has selected it."""
        if self.list is not None and self._editor is not None:
            self.list.show_fitting(self._editor.text())
        if self._editor is not None:
            self._editor.deselect()
            self._editor.end(False)  # noqa: FBT003 - Qt names no argument

    def _on_gone(self) -> None:
        self._editor = self.list = None

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """Forget the editor that closes."""
        self._editor = self.list = None
        editor.destroyed.disconnect(self._on_gone)  # it may come after the next editor has opened
        editor.window().removeEventFilter(self)
        self._model.end()
        super().destroyEditor(editor, index)
        self.closed.emit()

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the cell's text, or with the letter that was typed."""
        if not isinstance(editor, CellEditor) or editor.typed:
            return
        editor.typed = True
        editor.begun = str(index.data(int(Qt.ItemDataRole.EditRole)) or "")
        if self.first_text is not None:
            editor.setText(self.first_text)
            self.first_text = None
        else:
            editor.setText(editor.begun)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take nothing here: ``hand_in`` does, so that a refused text keeps its editor."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand in on Enter and Tab, when the editor is left and when its window closes; give up on Escape."""
        if not isinstance(watched, CellEditor):
            if event.type() == QEvent.Type.Close and self._editor is not None:
                self.hand_in(self._editor)
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        if watched is self._editor and _is_left(watched, event):
            self.hand_in(watched)
        return False

    def _key(self, editor: CellEditor, event: QKeyEvent) -> bool:
        move = _MOVES.get(event.key())
        if move is not None:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and move[0]:
                move = (-1, 0)
            if self.hand_in(editor):
                self.taken.emit(*move)
            return True
        if event.key() == int(Qt.Key.Key_Escape):
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
            return True
        return False

    def rest(self) -> bool:
        """Hand in what is being typed; where it is refused the editor stays, with the focus, and this is false."""
        if self._editor is None or self.hand_in(self._editor):
            return True
        self._editor.setFocus()
        return False

    def give_up(self) -> bool:
        """Say what goes with its row, and return whether the editor had the keys.

        By now the cells may be another thing's, so that it can't be handed in, nor may the view take the keys and ask
        for a cell until all rows are there.
        """
        editor = self._editor
        if editor is None:
            return False
        if editor.text() != editor.begun:
            self.lost.emit(
                f"“{_shortened(editor.text())}” was not kept: the table changed meanwhile."
            )
        had_keys = editor.hasFocus()
        editor.removeEventFilter(self)
        editor.clearFocus()
        return had_keys

    def hand_in(self, editor: CellEditor) -> bool:
        """Give the typed text to the model; a refused one stays in the editor with its reason."""
        row, column = self._cell
        model = self._model
        text = editor.text()
        if text != model.edit_text(row, column):
            try:
                model.enter([CellText(row, column, text)])
            except BadInputError as error:
                editor.say(error.reason)
                return False
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        return True


def _is_left(editor: CellEditor, event: QEvent) -> bool:
    """Return whether an event means that someone went on to something else in this program.

    Its own menu, which takes no focus, and another program don't mean that; a dialog and another page do.
    """
    if event.type() == QEvent.Type.Hide:
        sheet = editor.parentWidget()
        return sheet is not None and not sheet.isVisible()
    if event.type() != QEvent.Type.FocusOut or not isinstance(event, QFocusEvent):
        return False
    if event.reason() in _PASSING:
        return QApplication.focusWidget() not in (None, editor)
    return True


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
