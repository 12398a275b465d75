"""Goes back through the past in small steps on the database worker, so that everything else goes on meanwhile."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import button, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.services.history import Unwinding
    from dyad_desktop.ui.desk import Desk

_BAR = 160
_WHOLE = 1000


class Walk(QObject):
    """One way back. ``arrived`` hands over the finished ``Unwinding``; ``moved`` tells how far it is, 0 to 1."""

    arrived = Signal(object)
    moved = Signal(float)

    def __init__(self, desk: "Desk", parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._number = 0

    def start(self, make: "Callable[[], Unwinding]") -> None:
        """Begin another way; one that is under way is given up."""
        self._number += 1
        number = self._number

        def begin() -> "tuple[int, Unwinding]":
            way = make()
            way.step()
            return number, way

        self._desk.ask(begin, self._on_step)

    def stop(self) -> None:
        """Give it up."""
        self._number += 1

    @Slot(object)
    def _on_step(self, answer: "tuple[int, Unwinding]") -> None:
        number, way = answer
        if number != self._number:
            return
        if way.done:
            self.arrived.emit(way)
            return
        self.moved.emit(way.progress)

        def go_on() -> "tuple[int, Unwinding]":
            way.step()
            return number, way

        self._desk.ask(go_on, self._on_step)


class WalkBar(QFrame):
    """What is being done, how far it is, and Cancel; hidden while nothing goes on."""

    cancelled = Signal()

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(label("Going back through the changes …", "muted"))
        self._bar = QProgressBar()
        self._bar.setRange(0, _WHOLE)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(theme.px(_BAR))
        self._bar.setAccessibleName("How far back")
        layout.addWidget(self._bar)
        stop = button("Cancel", "quiet")
        stop.clicked.connect(self._on_cancel)
        layout.addWidget(stop)
        layout.addStretch(1)
        self._walk = walk
        walk.moved.connect(self._on_moved)
        walk.arrived.connect(self._on_arrived)
        self.hide()

    @Slot(float)
    def _on_moved(self, part: float) -> None:
        self._bar.setValue(round(part * _WHOLE))
        self.show()

    @Slot(object)
    def _on_arrived(self, _way: object) -> None:
        self.hide()

    @Slot()
    def _on_cancel(self) -> None:
        self._walk.stop()
        self.hide()
        self.cancelled.emit()
