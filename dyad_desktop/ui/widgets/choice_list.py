"""Lists what a cell can be while it is edited: all of it at first, then what fits the text that is typed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit

from dyad_desktop.ui.widgets.list_below import ListBelow


class ChoiceList(ListBelow):
    """The list. ``chosen`` tells that the line edit's text is one of the list now."""

    chosen = Signal()

    def __init__(self, editor: QLineEdit, texts: Sequence[str]) -> None:
        super().__init__(editor)
        self._texts = texts
        # The editor closes on it, and must not while the list still works on the key or the click.
        self.taken.connect(self._on_taken, Qt.ConnectionType.QueuedConnection)
        editor.textEdited.connect(self.show_fitting)

    @Slot()
    def open(self) -> None:
        """Show everything, the text that stands marked."""
        stands = self._editor.text()
        self.offer(self._texts, self._texts.index(stands) if stands in self._texts else 0)

    @Slot(str)
    def show_fitting(self, typed: str) -> None:
        """Show what has the typed text in it, what begins with it first."""
        wanted = typed.strip().casefold()
        found = [text for text in self._texts if wanted in text.casefold()]
        self.offer(sorted(found, key=lambda text: not text.casefold().startswith(wanted)))

    @Slot(str)
    def _on_taken(self, text: str) -> None:
        self._editor.setText(text)
        self.chosen.emit()
