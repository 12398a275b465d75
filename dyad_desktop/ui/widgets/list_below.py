"""A list beneath a line edit, from which Enter, Tab or a click takes a text."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QStringListModel, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

MOST = 12
"""So many texts are seen at once."""


class ListBelow(QObject):
    """The list. ``taken`` carries the text that was taken; what fits is for who offers it to say."""

    taken = Signal(str)

    def __init__(self, editor: QLineEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._shown = QStringListModel(self)
        self._completer = QCompleter(self._shown, self)
        self.popup = QListView()
        self.popup.setProperty("look", "below")
        self._completer.setPopup(self.popup)
        self._completer.setWidget(editor)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(MOST)
        self._completer.activated.connect(self.taken)

    def offer(self, texts: Sequence[str], marked: int = 0) -> None:
        """Show texts, one of them marked; nothing hides the list."""
        if not texts:
            self.popup.hide()
            return
        self._shown.setStringList(texts)
        box = self._editor.rect()
        box.setWidth(max(box.width(), self.popup.sizeHintForColumn(0) + 24))
        self._completer.complete(box)
        self.popup.setCurrentIndex(self._shown.index(marked, 0))
