"""Scenarios: versions of the year beside each other, and what-ifs with what moves the margin most."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dyad_desktop.ui.pages.operating.scenarios_compare import CompareView
from dyad_desktop.ui.pages.operating.scenarios_what_if import WhatIfView
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Segments

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.models.unit import Unit

COMPARE, WHAT_IF = "compare", "what_if"


class Scenarios(QWidget):
    """The view: comparison and what-ifs, one at a time."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID + 4)
        self.compare = CompareView(desk)
        self.what_if = WhatIfView(desk)
        self.parts = Segments(((COMPARE, "Compare"), (WHAT_IF, "What-if")), "Part of scenarios")
        self.parts.chosen.connect(self.show_part)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.compare)
        self._stack.addWidget(self.what_if)
        self.compare.bar.insertWidget(0, self.parts)
        layout.addWidget(self._stack, 1)

    @property
    def part(self) -> CompareView | WhatIfView:
        """Return the part that is up."""
        return self.what_if if self.parts.choice == WHAT_IF else self.compare

    def reload(self) -> None:
        """Show the newest book in the part that is up."""
        self.part.reload()

    @Slot(str)
    def show_part(self, name: str) -> None:
        """Show the comparison or the what-ifs; the choice between them goes along."""
        self.parts.choose(name)
        self.part.bar.insertWidget(0, self.parts)
        self._stack.setCurrentWidget(self.part)
        self.part.reload()

    def set_unit(self, unit: "Unit") -> None:
        """Show amounts in another unit."""
        for part in (self.compare, self.what_if):
            part.set_unit(unit)

    def toggle(self) -> None:
        """Switch the chart and its table."""
        self.what_if.toggle()

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        for part in (self.compare, self.what_if):
            part.restyle()
