"""A row that reads by itself and opens into its form: click, Enter or Space opens and closes it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, RADIUS, theme
from dyad_desktop.ui.widgets.basics import button, label, row, rule
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.form_dialog import Leaving

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

    from dyad_desktop.domain.book import Key
    from dyad_desktop.ui.desk import Desk

_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F2)


class Head(QFrame):
    """The part of a row that is read, focused and clicked."""

    taken = Signal()
    chosen = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAccessibleDescription("Enter to open or close its form")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, Space or F2; go up and down with the arrows."""
        if event.key() in _TAKE:
            self.taken.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open with a click."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.taken.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that this row is at hand."""
        super().focusInEvent(event)
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw hover and focus."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("band"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.drawRoundedRect(box, RADIUS, RADIUS)


class Opening(QWidget):
    """A row with its form under it. ``toggled`` carries whether it is open now; ``removed`` asks to delete it."""

    toggled = Signal(bool)
    removed = Signal()

    def __init__(
        self, desk: "Desk", key: "Key", name: str, fields: Sequence[str], titles: dict[str, str]
    ) -> None:
        super().__init__()
        self.key, self._desk = key, desk
        self._fields, self._titles = fields, titles
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.head = Head(name)
        self.head.taken.connect(self.toggle)
        self.head.chosen.connect(self._on_chosen)
        self._box.addWidget(self.head)
        self.body: QFrame | None = None
        self._form: Form | None = None
        self._leaving = Leaving()

    @property
    def is_open(self) -> bool:
        """Return whether the form is shown."""
        return self.body is not None

    @Slot()
    def toggle(self) -> None:
        """Open or close the form."""
        if self.body is not None:
            if self._form is not None:
                self._form.leave()
                if self._leaving.is_held([self._form]):
                    return
            self.close_form()
        else:
            self.open_form(focus=True)
        self.toggled.emit(self.is_open)

    def close_form(self) -> None:
        """Take the form away; what was written in it is kept already."""
        body, self.body = self.body, None
        if body is not None:
            self.head.setFocus()
            self._box.removeWidget(body)
            body.hide()
            body.deleteLater()

    def open_form(self, *, focus: bool) -> None:
        """Show the form under the row."""
        if self.body is not None:
            return
        self.body = QFrame()
        self.body.setProperty("look", "well")
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(GRID * 2, GRID + 4, GRID * 2, GRID + 4)
        form = self._form = Form(self._desk, self.key, self._fields, self._titles, columns=2)
        inner.addWidget(form)
        close, remove = button("Close"), button("Delete", "quiet", icon_name="trash")
        remove.setAccessibleName(f"Delete {self._desk.book.label(*self.key)}")
        close.clicked.connect(self.toggle)
        remove.clicked.connect(self.removed)
        inner.addLayout(row(close, 1, remove))
        self._box.addWidget(self.body)
        self.body.show()  # at once: only what is shown takes the focus
        if focus and form.fields:
            next(iter(form.fields.values())).setFocus()

    def focus(self, field: str = "") -> None:
        """Put the focus on a field of the open form, or on the row."""
        if self.body is not None and self._form is not None and field in self._form.fields:
            self._form.fields[field].setFocus()
        else:
            self.head.setFocus()

    @Slot()
    def _on_chosen(self) -> None:
        if self._desk.selection != self.key:
            self._desk.select(self.key)


def cell(text: str, look: str = "", *, fixed: int = 0) -> "QLabel":
    """Return a wrapped text whose width its neighbours don't move."""
    made = label(text, look, wrap=True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    if fixed:
        made.setFixedWidth(theme.px(fixed))
    return made


def divider(column: QVBoxLayout, n: int) -> None:
    """Put a line between rows."""
    if n:
        column.addWidget(rule())
