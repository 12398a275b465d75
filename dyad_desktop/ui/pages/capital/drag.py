"""Dragging a request to another place in the order by hand, by its title."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame

from dyad_desktop.services.capital import BY_HAND, move_request
from dyad_desktop.ui.tokens import theme

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.capital.model import CapitalModel
    from dyad_desktop.ui.widgets.sheet.panel import Sheet

THICK = 2


class RowDrag(QObject):
    """Follows the mouse over a sheet's titles, and has a request moved to where it is dropped."""

    def __init__(self, desk: "Desk", sheet: "Sheet", model: "CapitalModel") -> None:
        super().__init__(sheet)
        self._desk, self._view, self._model = desk, sheet.frozen, model
        self._held, self._from, self._dragging = "", QPoint(), False
        self._line = QFrame(self._view.viewport())
        self._line.hide()
        self._view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin, follow and end a drag; meanwhile nothing is selected."""
        del watched
        if not isinstance(event, QMouseEvent):
            return False
        at = event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._press(event, at)
        elif event.type() == QEvent.Type.MouseMove and self._held:
            return self._follow(at)
        elif event.type() == QEvent.Type.MouseButtonRelease and self._held:
            self._drop(at)
        return False

    def _press(self, event: QMouseEvent, at: QPoint) -> None:
        found = self._model.ranked(row) if (row := self._view.rowAt(at.y())) >= 0 else None
        left = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        by_hand = self._model.plan.rank_by == BY_HAND
        self._held = found.request.id if found is not None and left and by_hand else ""
        self._from = at

    def _follow(self, at: QPoint) -> bool:
        far = (at - self._from).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._dragging:
            self._dragging = True
            self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self._show_line(self._gap(at.y()))
        return self._dragging

    def _drop(self, at: QPoint) -> None:
        request, dragging = self._held, self._dragging
        self._held, self._dragging = "", False
        self._line.hide()
        self._view.viewport().unsetCursor()
        ids = [one.key[1] for n, one in enumerate(self._model.rows) if self._model.ranked(n)]
        if not dragging or request not in ids:
            return
        place, gap = ids.index(request), self._gap(at.y())
        above = sum(self._model.ranked(n) is not None for n in range(gap))
        step = above - place - (above > place)
        if step:
            self._desk.do(move_request, request, step, self, failed=self._desk.say_error)

    def _gap(self, y: int) -> int:
        """Return before which row a drop at a height goes; the number of rows is the end."""
        row = self._view.rowAt(y)
        if row < 0:
            return 0 if y < 0 else len(self._model.rows)
        half = self._view.rowViewportPosition(row) + self._view.rowHeight(row) // 2
        return row + (y >= half)

    def _show_line(self, gap: int) -> None:
        last = len(self._model.rows) - 1
        top = self._view.rowViewportPosition(min(gap, last))
        if gap > last:
            top += self._view.rowHeight(last)
        self._line.setStyleSheet(f"background: {theme.colours.ink};")
        self._line.setGeometry(0, max(0, top - 1), self._view.viewport().width(), theme.px(THICK))
        self._line.show()
        self._line.raise_()
