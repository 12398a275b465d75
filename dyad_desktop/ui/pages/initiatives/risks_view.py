"""The risks of all initiatives: a table, and a map of probability and impact beneath it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dyad_desktop.domain.initiatives import Risk
from dyad_desktop.ui.pages.initiatives.model import RisksModel
from dyad_desktop.ui.pages.initiatives.risk_map import RiskMap
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Card, Empty
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

_LINE, _FRAME = 24, 70
_TEXT = 0.54
"""Part of the room for texts that what may happen takes; what is done about it has the rest."""
_MAP = 200
"""The least height of the map; with less, the table stands alone."""


class RisksView(QWidget):
    """Table and map. ``wanted`` carries edits, ``opened`` the key of a risk to open in full."""

    wanted = Signal(object)
    opened = Signal(object)

    def __init__(self, desk: "Desk", add: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self.quiet = False
        self.model = RisksModel(desk.book)
        self.sheet = Sheet(self.model, "Risks, issues and assumptions")
        self.sheet.follow(desk)
        self.map = RiskMap()
        self.card = Card(
            "Open risks by probability and impact:  ■ high from 12   ▲ medium from 6   ● low"
        )
        self.card.column.addWidget(self.map, 1)
        self.empty = Empty(
            "No risks yet. Write down what may happen, how likely it is, and what you do about it.",
            "New risk",
            add,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + 4)
        column.addWidget(self.empty, 1)
        column.addWidget(self.sheet, 4)
        column.addWidget(self.card, 3)
        self.model.wanted.connect(self.wanted)
        self.sheet.said.connect(desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.sheet.view.viewport().installEventFilter(self)
        self.sheet.view.doubleClicked.connect(self._on_double_click)

    def show_risks(self) -> None:
        """Show the newest book; the current risk stays current."""
        self.model.show(self._desk.book)
        there, at = bool(self.model.rows), self.sheet.view.currentIndex().row()
        current = self.model.rows[at].key[1] if at >= 0 else ""
        self.map.show_risks(self._desk.book.all(Risk), current)
        self.sheet.setVisible(there)
        self.empty.setVisible(not there)
        self._fit()

    def go_to(self, risk: str) -> None:
        """Bring a risk into view."""
        self.sheet.view.go_to(self.model.row_of(risk), 0)
        self.sheet.view.setFocus()

    def _fit(self) -> None:
        rows = theme.px(_LINE) * len(self.model.rows) + theme.px(_FRAME)
        left = self.height() - min(rows, self.height() * 4 // 7)
        self.sheet.setMaximumHeight(max(theme.px(160), rows))
        shown = bool(self.model.rows) and left >= theme.px(_MAP)
        self.card.setVisible(shown)
        if not shown:
            self.sheet.setMaximumHeight(16_777_215)

    def _spread(self) -> None:
        """Let the two texts share the width that the rest leaves."""
        view, columns = self.sheet.view, self.model.columns
        keys = [one.key for one in columns]
        text, what = keys.index("text"), keys.index("mitigation")
        others = sum(theme.px(c.width) for c in columns if c.key not in ("text", "mitigation"))
        rest = view.viewport().width() - others
        wide = max(theme.px(columns[text].width), round(rest * _TEXT))
        view.setColumnWidth(text, wide)
        view.setColumnWidth(what, max(theme.px(columns[what].width), rest - wide))

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self.sheet.fit()
        self._spread()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Spread the columns over the sheet's new width."""
        if event.type() == QEvent.Type.Resize:
            self._spread()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new height."""
        super().resizeEvent(event)
        self._fit()

    def take_up(self) -> None:
        """Select what is current in the grid."""
        self._on_cell()

    @Slot()
    def _on_cell(self) -> None:
        current = self.sheet.view.currentIndex()
        if self.quiet or not current.isValid() or current.row() >= len(self.model.rows):
            return
        key = self.model.rows[current.row()].key
        self._desk.select(key, *self.model.field_of(current.column()))
        self.map.select(key[1])

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if not self.model.editable(index.row(), index.column()):
            self.opened.emit(self.model.rows[index.row()].key)
