"""Text that turns into an editor where it stands: click, Enter or F2; kept when left, Esc gives up."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout

from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import FieldSpec, ValueType
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.values import parse_at
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import BODY, GRID, LEAD, RADIUS, SEMIBOLD, TITLE, font, theme
from dyad_desktop.ui.widgets.basics import icon, label
from dyad_desktop.ui.widgets.dispute import Disputes
from dyad_desktop.ui.widgets.form import edit_text
from dyad_desktop.ui.widgets.looking import is_for_looking

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.services.seeing import Glance
    from dyad_desktop.ui.desk import Desk

_SIZES = {"title": (TITLE, SEMIBOLD), "lead": (LEAD, SEMIBOLD), "strong": (BODY, SEMIBOLD)}
_PENCIL = 14
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class InPlace(QFrame):
    """A text with a pencil.

    ``opening`` tells that its editor opens, ``written`` carries what was typed, ``chosen`` that it has the focus.
    """

    written = Signal(str)
    chosen = Signal()
    opening = Signal()

    def __init__(self, name: str, look: str = "", hint: str = "") -> None:
        super().__init__()
        self._name, self._look, self._hint = name, look, hint
        self._begin, self._over = "", False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(GRID - 2, 3, theme.px(_PENCIL) + GRID, 3)
        self.column.setSpacing(2)
        self.text = label("", look, wrap=True)
        self.text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.column.addWidget(self.text)
        self.reason = label("", "error", wrap=True)
        self.reason.hide()
        self.column.addWidget(self.reason)
        self.editor: QPlainTextEdit | None = None

    def set_text(self, shown: str, begin: str) -> None:
        """Show a text; ``begin`` is what its editor begins with."""
        self._begin = begin
        if self.editor is None:
            self.text.setText(shown or self._hint)
            self.text.setProperty("type", self._look if shown else "muted")
            self.text.style().polish(self.text)
        self.setAccessibleName(f"{self._name}: {shown or 'empty'}")
        self.setAccessibleDescription("Enter to change")

    @property
    def editing(self) -> bool:
        """Return whether the editor is open."""
        return self.editor is not None

    def say(self, reason: str) -> None:
        """Say why the text can't be taken."""
        self.reason.setText(show.sentence(reason, "The earlier text is kept."))
        self.reason.show()

    # -- editing -------------------------------------------------------------------------------

    @Slot()
    def edit(self) -> None:
        """Open the editor in the text's place."""
        if self.editor is not None or is_for_looking(self):
            return
        self.opening.emit()
        editor = QPlainTextEdit(self._begin)
        editor.setAccessibleName(self._name)
        editor.setTabChangesFocus(True)
        size, weight = _SIZES.get(self._look, (BODY, QFont.Weight.Normal))
        editor.setFont(font(size, weight))
        editor.setStyleSheet(f"font-size: {theme.px(size)}px; font-weight: {int(weight)};")
        lines = max(self._begin.count("\n") + 1, -(-self.text.height() // theme.px(size + 4)))
        editor.setFixedHeight(theme.px(size + 6) * lines + theme.px(GRID * 2))
        editor.installEventFilter(self)
        self.editor = editor
        self.text.hide()
        self.column.insertWidget(0, editor)
        editor.show()  # at once: only what is shown takes the focus
        self.setTabOrder(self, editor)
        editor.selectAll()
        editor.setFocus()

    def _leave(self, *, keep: bool, back: bool) -> None:
        editor, self.editor = self.editor, None
        if editor is None:
            return
        editor.removeEventFilter(self)
        typed = editor.toPlainText().strip()
        self.text.show()
        self.column.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        if back:
            self.setFocus()
        self.reason.hide()
        if keep and typed != self._begin.strip():
            self.written.emit(typed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep on leaving or Enter, give up on Esc; Shift+Enter makes a new line."""
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            if event.reason() not in (
                Qt.FocusReason.PopupFocusReason,
                Qt.FocusReason.ActiveWindowFocusReason,
            ):
                self._leave(keep=True, back=False)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._leave(keep=False, back=True)
                return True
            if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._leave(keep=True, back=True)
                return True
        return super().eventFilter(watched, event)

    # -- keys and pointer ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the editor with Enter or F2."""
        if event.key() in (*_ENTER, Qt.Key.Key_F2):
            self.edit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the editor with a click."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.edit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that this text is at hand."""
        super().focusInEvent(event)
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the pencil."""
        super().enterEvent(event)
        self._over = not is_for_looking(self)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the pencil."""
        super().leaveEvent(event)
        self._over = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, focus frame and pencil."""
        super().paintEvent(event)
        if self.editor is not None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("band"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self._over or self.hasFocus():
            side = theme.px(_PENCIL)
            picture = icon("edit").pixmap(QSize(side, side))
            painter.drawPixmap(QPointF(self.width() - side - 5, 5), picture)


class FieldText(InPlace):
    """A field of a thing (or one slot of it) as text in place; each change is one commit.

    Lists are edited a line each.
    """

    def __init__(
        self,
        desk: "Desk",
        key: "Key",
        field: str,
        look: str = "",
        *,
        hint: str = "",
        name: str = "",
    ) -> None:
        self.field, _, self.slot = field.partition("/")
        self.key, self._desk = key, desk
        self._glance: Glance | None = None
        title = name or show.field_title(self.field)
        who = f" of {show.partner_name(desk.book, self.slot)}" if self.slot else ""
        super().__init__(f"{title[:1].upper()}{title[1:]}{who}", look, hint or "Write here")
        self.written.connect(self._on_written)
        self.chosen.connect(self._on_chosen)
        self.opening.connect(self._on_opening)
        self.column.addWidget(Disputes(desk, (key,), self.field, self.slot))
        self.refresh()

    @property
    def spec(self) -> FieldSpec:
        """Return the field's spec."""
        return spec_of(self.key[0], self.field)

    def refresh(self) -> None:
        """Show the newest value."""
        book = self._book = self._desk.book
        value = getattr(book.entity(*self.key), self.field, None)
        if self.slot:
            value = (value or {}).get(self.slot)
        self.set_text(self._shown(book, value), self._begins(book, value))

    def _shown(self, book: "Book", value: object) -> str:
        if value in (None, "", ()):
            return ""
        if isinstance(value, tuple):
            return "\n".join(show.partner_name(book, str(part)) for part in value)
        return show.value_text(book, self.key[0], self.field, value)

    def _begins(self, book: "Book", value: object) -> str:
        if isinstance(value, tuple):
            return "\n".join(str(part) for part in value)
        return edit_text(book, self.spec, value)

    @property
    def _at(self) -> Address:
        return Address(*self.key, self.field, self.slot)

    @Slot()
    def _on_opening(self) -> None:
        self._glance = self._desk.glance([self._at], self._book)

    @Slot(str)
    def _on_written(self, text: str) -> None:
        spec = self.spec
        value: object
        try:
            if spec.type is ValueType.TEXTS:
                value = [line.strip() for line in text.splitlines() if line.strip()]
            else:
                value = parse_at(self._desk.book, self._at, text)
        except BadInputError as error:
            self.say(error.reason)
            return
        self.text.setText(text)
        seen = self._glance.of(self._at) if self._glance is not None else None
        edit = FieldEdit(*self.key, self.field, value, self.slot, seen)
        self._desk.do(set_fields, [edit], "", self, failed=self._on_refused)

    def _on_refused(self, error: DyadError) -> None:
        self.refresh()
        self.say(error.reason if isinstance(error, BadInputError) else str(error))

    @Slot()
    def _on_chosen(self) -> None:
        if self._desk.selection != self.key or self._desk.field != self.field:
            self._desk.select(self.key, self.field, self.slot)
