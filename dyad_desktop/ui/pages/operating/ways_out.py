"""The ways out of a circle that a merge left: any of its lines planned as an amount of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from dyad_desktop.domain.formula import called
from dyad_desktop.services.planning import choose_method
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, clear

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

MOST = 3
"""So many lines are offered; one is enough."""


class WaysOut(QFrame):
    """A button for each line: planned as a fixed amount it follows no other, and the circle is open."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        self.hide()

    def offer(self, lines: Sequence[str]) -> None:
        """Offer the lines of a circle; none hides it."""
        clear(self._row)
        self.setVisible(bool(lines))
        for line in lines[:MOST]:
            name = self._desk.book.label("operating_line", line)
            short = called(self._desk.book, line)
            way = button(f"Plan {short} as a fixed amount", name=f"Plan {name} as a fixed amount")
            way.setToolTip(
                f"{name} begins with the amount of its prior year; undo brings this back"
            )
            way.setProperty("line", line)
            way.clicked.connect(self._on_chosen)
            self._row.addWidget(way)
        self._row.addStretch(1)

    @Slot()
    def _on_chosen(self) -> None:
        line = str(self.sender().property("line"))
        self._desk.do(
            choose_method, self._desk.draft, line, "fixed", self, failed=self._desk.say_error
        )
