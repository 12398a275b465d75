"""How wide the columns of a sheet are: figures are never cut, and the names take what is left over."""

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QFontMetrics

from dyad_desktop.ui.tokens import CELL, SEMIBOLD, font, theme
from dyad_desktop.ui.widgets.sheet.view import SheetView

_AIR = 9
"""Pixels of a cell that its text leaves free, both sides together, once it is widened."""
_NAME_AIR = 16
_INDENT = 12
_SOON_MS = 200
_ENOUGH = 100
"""So many rows are measured at most; totals and groups, which hold the longest figures, always."""
_WIDEST_NAME = 420
_SCROLLED = 28
"""So much of a sheet that doesn't fit its names may take, in percent: they stand still while figures scroll."""
PERCENT = 100


class Widths(QObject):
    """Follows a view's figures and its size. Columns grow and never shrink of themselves, so that nothing jumps."""

    def __init__(self, view: SheetView) -> None:
        super().__init__(view)
        self._view = view
        self.fills = True
        """Whether the names take what is left over; else the page gives them their width."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.grow)
        view.sheet.dataChanged.connect(self._soon.start)
        view.sheet.modelReset.connect(self.grow)
        view.viewport().installEventFilter(self)
        self.grow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the names what room there is now."""
        if event.type() == QEvent.Type.Resize:
            self._fill()
        return super().eventFilter(watched, event)

    @Slot()
    def grow(self) -> None:
        """Widen the columns whose figures have become longer than they are."""
        model, metrics = self._view.sheet, QFontMetrics(font(CELL, SEMIBOLD))
        rows = [n for n, row in enumerate(model.rows) if row.look == "group" or n < _ENOUGH]
        for column, spec in enumerate(model.columns):
            if not (spec.numeric and column):
                continue
            texts = {model.total_text(n, column) for n in range(len(model.totals))}
            texts.update(model.text(row, column) for row in rows)
            needed = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            if needed + theme.px(spec.air) > self._view.columnWidth(column):
                self._view.setColumnWidth(column, needed + theme.px(_AIR))
        self._fill()

    def _fill(self) -> None:
        """Widen the column of names as far as there is room and a name that needs it."""
        view, model = self._view, self._view.sheet
        if not self.fills or not model.columns or model.columns[0].numeric:
            return
        metrics = QFontMetrics(font(CELL, SEMIBOLD))
        names = (model.text(row, 0) for row in range(min(len(model.rows), _ENOUGH)))
        wanted = max((metrics.horizontalAdvance(name) for name in names), default=0)
        others = sum(view.columnWidth(column) for column in range(1, len(model.columns)))
        least = theme.px(model.columns[0].width)
        most = min(theme.px(_WIDEST_NAME), wanted + theme.px(_NAME_AIR + _INDENT))
        room = view.viewport().width() - others
        if (
            room < least
        ):  # the figures scroll anyway, so that a few pixels more make no difference to them
            room = view.viewport().width() * _SCROLLED // PERCENT
        view.setColumnWidth(0, max(least, min(most, room)))
