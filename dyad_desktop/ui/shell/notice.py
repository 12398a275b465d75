"""A sentence at the foot of the window: what happened, what went wrong, with Undo where that helps."""

from PySide6.QtCore import QPoint, QRect, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label

_PER_CHARACTER_MS = 60
_AT_LEAST_MS = 4000
_WIDE, _SLIM = 640, 460


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
        """Stand at the foot of the parent, in its middle; beside or above what can be pressed there.

        Where there is no such room, in the middle after all: it goes by itself.
        """
        wide, slim = self._sized(theme.px(_WIDE)), self._sized(theme.px(_SLIM))
        taken = self._pressed_here()
        middle = self._at_foot(wide, (self._parent.width() - wide.width()) // 2)
        beside = [
            self._at_foot(size, self._parent.width() - size.width() - 2 * GRID)
            for size in (wide, slim)
        ]
        over = min((one.top() for one in taken if one.intersects(middle)), default=0)
        above = middle.translated(0, over - GRID - middle.bottom())
        free = (
            place
            for place in (middle, *beside, above)
            if not any(one.intersects(place) for one in taken)
        )
        place = next(free, middle)
        self.setFixedWidth(place.width())
        self.setGeometry(place)

    def _at_foot(self, size: QSize, left: int) -> QRect:
        top = self._parent.height() - 2 * GRID - size.height()
        return QRect(left, top, size.width(), size.height())

    def _pressed_here(self) -> list[QRect]:
        """Return where the buttons are that someone may want while this stands here."""
        parent = self._parent
        return [
            QRect(one.mapTo(parent, QPoint(0, 0)), one.size())
            for one in parent.findChildren(QAbstractButton)
            if one.isVisible() and not self.isAncestorOf(one)
        ]

    def _sized(self, width: int) -> QSize:
        """Return the size that the sentence takes in a width.

        What a text likes is meant for a narrow column: the height at this width is what it needs.
        """
        width = min(width, self._parent.width() - 2 * GRID)
        self._layout.invalidate()
        height = self._layout.heightForWidth(width) if self._layout.hasHeightForWidth() else -1
        return QSize(width, height if height > 0 else self.sizeHint().height())
