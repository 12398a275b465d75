"""Keeps the rows of a sheet as wide as its header, whatever width it is given."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot

from dyad_desktop.ui.pages.performance.part import fill_column

if TYPE_CHECKING:
    from dyad_desktop.ui.widgets.sheet.panel import Sheet


class Filling(QObject):
    """Lets one column of words take what the others leave, each time the sheet gets another width."""

    def __init__(self, sheet: "Sheet", column: int) -> None:
        super().__init__(sheet)
        self._sheet, self._column = sheet, column
        sheet.widths.fills = column != 0
        sheet.view.horizontalHeader().sectionResized.connect(self._on_resized)
        sheet.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fill again where the room is another, such as when a scroll bar comes."""
        if event.type() == QEvent.Type.Resize:
            self.fill()
        return super().eventFilter(watched, event)

    @Slot(int, int, int)
    def _on_resized(self, column: int, _old: int, _new: int) -> None:
        if column != self._column:
            self.fill()

    def fill(self) -> None:
        """Fill now."""
        fill_column(self._sheet, self._column)
