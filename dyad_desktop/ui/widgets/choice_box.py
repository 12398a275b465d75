"""A box to choose from: what is chosen is kept at once, so nothing is chosen in passing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

_MOVING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


class ChoiceBox(QComboBox):
    """Qt's own box chooses by the wheel, also of a form that scrolls, and by every arrow key on its way.

    Here the wheel goes to what is beneath, and keys open the list, in which Enter chooses and Esc leaves it.
    """

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list with the keys that would pass over its choices."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        text = event.text()
        searched = (
            text if text.isprintable() and text.strip() else ""
        )  # Esc and Delete have a text, too
        if not plain or self.isEditable() or not (event.key() in _MOVING or searched):
            super().keyPressEvent(event)
            return
        self.showPopup()
        if searched:
            self.view().keyboardSearch(searched)
