"""Lists what a cell can be while it is edited: all of it at first, then what fits the text that is typed."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

_MOST = 12


class ChoiceList(QObject):
    """A list beneath a line edit. ``chosen`` tells that its text is one of the list now, by Enter or by a click."""

    chosen = Signal()

    def __init__(self, editor: QLineEdit, texts: Sequence[str]) -> None:
        super().__init__(editor)
        self._editor, self._texts = editor, texts
        self._shown = QStringListModel(self)
        self.completer = QCompleter(self._shown, self)
        self.popup = QListView()
        self.completer.setPopup(self.popup)
        self.completer.setWidget(editor)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(_MOST)
        # The editor closes on it, and must not while the list still works on the key or the click.
        self.completer.activated.connect(self._on_taken, Qt.ConnectionType.QueuedConnection)
        editor.textEdited.connect(self.show_fitting)

    @Slot()
    def open(self) -> None:
        """Show everything, the text that stands marked."""
        self._show(self._texts)

    @Slot(str)
    def show_fitting(self, typed: str) -> None:
        """Show what has the typed text in it, what begins with it first."""
        wanted = typed.strip().casefold()
        found = [text for text in self._texts if wanted in text.casefold()]
        self._show(sorted(found, key=lambda text: not text.casefold().startswith(wanted)))

    def _show(self, texts: Sequence[str]) -> None:
        if not texts:
            self.popup.hide()
            return
        self._shown.setStringList(texts)
        box = self._editor.rect()
        box.setWidth(max(box.width(), self.popup.sizeHintForColumn(0) + 24))
        self.completer.complete(box)
        stands = self._editor.text()
        at = texts.index(stands) if stands in texts else 0
        self.popup.setCurrentIndex(self._shown.index(at, 0))

    @Slot(str)
    def _on_taken(self, text: str) -> None:
        self._editor.setText(text)
        self.chosen.emit()
