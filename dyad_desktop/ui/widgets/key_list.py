"""A list whose keys are the page's first."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView


class KeyList(QListView):
    """Offers every key to who listens to ``pressed_key``; what isn't accepted the list takes, as letters to search."""

    pressed_key = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer a key to the page."""
        event.ignore()
        self.pressed_key.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)
