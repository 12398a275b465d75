"""A bar of controls that takes a second row where one is too narrow for them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID

_WAYS = QBoxLayout.Direction


class FittingBar(QWidget):
    """Two groups: one at either end of a row, or one under the other where they don't fit beside each other.

    Of ``growing``, a widget of the first group, the width is whatever the others leave.
    """

    def __init__(
        self, first: Sequence[QWidget], second: Sequence[QWidget], growing: QWidget | None = None
    ) -> None:
        super().__init__()
        self._groups = (_group(first), _group(second))
        self._line = QBoxLayout(_WAYS.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(GRID)
        for group in self._groups:
            self._line.addLayout(group)
        if growing is None:
            self._groups[0].addStretch(1)
        else:
            self._groups[0].setStretchFactor(growing, 1)
        # Of use in a row of its own only: beside the first group it gets nothing.
        self._groups[1].addStretch(1)
        self._line.setStretchFactor(self._groups[0], 1)

    @property
    def rows(self) -> int:
        """Return into how many rows the bar is put."""
        return 1 if self._line.direction() == _WAYS.LeftToRight else 2

    def minimumSizeHint(self) -> QSize:
        """Return the least: as narrow as the wider group, so that two rows can come about."""
        height = super().minimumSizeHint().height()
        return QSize(max(group.minimumSize().width() for group in self._groups), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Arrange anew when a control has come to need another size, such as in another zoom."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        needed = GRID + sum(group.sizeHint().width() for group in self._groups)
        self._line.setDirection(_WAYS.TopToBottom if needed > self.width() else _WAYS.LeftToRight)


def _group(parts: Sequence[QWidget]) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(GRID)
    for part in parts:
        made.addWidget(part)
    return made
