"""The mark of a contested field: both values in the partners' colours; a click opens the two side by side."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.schema import DELETED
from dyad_desktop.services.disagreements import field_name, register_text
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import GRID, RADIUS, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import clear, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.book import Key
    from dyad_desktop.replication.change import Address
    from dyad_desktop.replication.views import Side
    from dyad_desktop.ui.desk import Desk

_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_LINE, _BAR = 22, 3


class DisputeMark(QAbstractButton):
    """One line a side: the partner's bar, initials, value. Click, Enter or Space opens both."""

    def __init__(self, desk: "Desk", at: "Address", sides: "Sequence[Side]") -> None:
        super().__init__()
        self._desk, self.at = desk, at
        self._lines = [(desk.place(one.partner), self._text(one)) for one in sides]
        said = "; ".join(text for _, text in self._lines)
        self.setAccessibleName(f"You differ: {said}. Open both sides")
        self.setToolTip("You differ here; open both sides")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)

    def _text(self, side: "Side") -> str:
        book, at = self._desk.book, self.at
        name = show.partner_name(book, side.partner)
        if at.field == DELETED:
            return f"{name} {'deleted it; another worked on it' if side.value else 'keeps it'}"
        value = register_text(book, at, side.value)
        return f"{name}: {' '.join(value.split())}"

    def sizeHint(self) -> QSize:
        """Return a line for each side."""
        return QSize(theme.px(140), theme.px(_LINE) * len(self._lines) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the least."""
        return QSize(theme.px(60), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sides, each on its tint with its bar: the first at the left edge, others at the right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL))
        metrics = QFontMetrics(font(SMALL))
        high, bar = theme.px(_LINE), theme.px(_BAR)
        for n, (place, text) in enumerate(self._lines):
            box = QRect(0, 1 + n * high, self.width(), high - 1)
            painter.fillRect(box, theme.tint(place))
            left = 0 if n == 0 else box.width() - bar
            painter.fillRect(QRect(left, box.top(), bar, box.height()), theme.partner(place))
            inner = box.adjusted(bar + theme.px(GRID - 2), 0, -bar - theme.px(4), 0)
            painter.setPen(theme.colour("ink"))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, _MIDDLE, shown)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter as with Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self._desk.settling.emit(self.at)


class Disputes(QWidget):
    """What is contested in some things or in one field; empty and without height while nothing is.

    ``field`` narrows to one register; without it all of the ``keys`` are shown, each under its field's name.
    """

    def __init__(
        self, desk: "Desk", keys: "Sequence[Key]", field: str = "", slot: str = ""
    ) -> None:
        super().__init__()
        self._desk, self._keys, self._field, self._slot = desk, tuple(keys), field, slot
        self._shown: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        desk.differing.connect(self.refresh)
        self.refresh()

    @property
    def marks(self) -> list[DisputeMark]:
        """Return the marks that stand."""
        return [one for one in self.findChildren(DisputeMark) if not one.property("gone")]

    @Slot()
    def refresh(self) -> None:
        """Show what is contested now."""
        found = [(at, sides) for at, sides in self._desk.contested.items() if self._mine(at)]
        if found == self._shown:
            return
        self._shown = found
        for mark in self.findChildren(DisputeMark):
            mark.setProperty("gone", True)  # noqa: FBT003 - Qt names no argument
        clear(self._column)
        for at, sides in found:
            if not self._field and at.field != DELETED:
                self._column.addWidget(label(field_name(self._desk.book, at), "small"))
            self._column.addWidget(DisputeMark(self._desk, at, sides))
        if self.parentWidget() is not None or not found:  # alone, showing it would make it a window
            self.setVisible(bool(found))

    def _mine(self, at: "Address") -> bool:
        if (at.kind, at.id) not in self._keys:
            return False
        return not self._field or (at.field, at.slot) == (self._field, self._slot)
