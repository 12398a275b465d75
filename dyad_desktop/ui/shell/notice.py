"""A sentence at the foot of the window: what happened, what went wrong, with Undo where that helps."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label

_PER_CHARACTER_MS = 60
_AT_LEAST_MS = 4000


class Notice(QFrame):
    """Stays long enough to be read, goes by itself, and can be closed."""

    undo_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("look", "notice")
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        self.text = label("", wrap=True)
        layout.addWidget(self.text, 1)
        self._undo = button("Undo", "quiet")
        self._undo.clicked.connect(self.undo_asked)
        layout.addWidget(self._undo)
        self._close = button("Close", "quiet")
        self._close.clicked.connect(self.hide)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @Slot(str, bool)
    def say(self, sentence: str, undo: bool = False) -> None:  # noqa: FBT001, FBT002 - a signal's arguments
        """Show a sentence."""
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        self._undo.setVisible(undo)
        ink = theme.colours.on_ink
        for made in (self._undo, self._close):
            made.setStyleSheet(f"color: {ink}; text-decoration: underline;")
        self.place()
        self.show()
        self.raise_()
        self._timer.start(max(_AT_LEAST_MS, _PER_CHARACTER_MS * len(sentence)))

    def place(self) -> None:
        """Stand at the foot of the parent, in its middle."""
        parent = self._parent
        width = min(theme.px(640), parent.width() - 2 * GRID)
        self.setFixedWidth(width)
        # What a text likes is meant for a narrow column: the height at this width is what it needs.
        self._layout.invalidate()
        height = self._layout.heightForWidth(width) if self._layout.hasHeightForWidth() else -1
        self.resize(width, height if height > 0 else self.sizeHint().height())
        self.move((parent.width() - width) // 2, parent.height() - self.height() - 2 * GRID)
