"""A line for new words, which leaves Ctrl+Z to the window once it has nothing of its own to turn back."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class EntryLine(QLineEdit):
    """Takes words that become a thing of their own: once they are, Ctrl+Z turns the thing back."""

    def event(self, event: QEvent) -> bool:
        """Take the key of undo only while there is typing to undo; Qt's own line always takes it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
            and not self.isUndoAvailable()
        ):
            event.ignore()
            return False
        return super().event(event)

    def empty(self) -> None:
        """Begin anew: what was written can't be typed back by undo, as it could after ``clear``."""
        self.setText("")
