"""The Gantt as a widget: scrolling both ways, zoom, selection, folding, and its keys."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from dyad_desktop.domain.book import Key
from dyad_desktop.ui.pages.initiatives import arrows, frame, paint
from dyad_desktop.ui.pages.initiatives.frame import names_width
from dyad_desktop.ui.pages.initiatives.rows import Bar, Link
from dyad_desktop.ui.pages.initiatives.scale import ZOOMS, Scale, scale_for
from dyad_desktop.ui.tokens import theme

_STEP = 1.25
_NAMES_MOST = 0.45
"""Part of the width that the names take at most."""
_BEHIND = 0.3
"""Part of the width that lies before today when the Gantt first comes up."""


class Gantt(QAbstractScrollArea):
    """Rows of bars over workdays.

    Signals:
        chosen: the key of the row that became current.
        opened: the key of a row that was double-clicked or entered.
        folded: the id of an initiative to fold or unfold.
        moved: (milestone id, workdays) by Alt+Left and Alt+Right.
    """

    chosen = Signal(object)
    opened = Signal(object)
    folded = Signal(str)
    moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Gantt of the initiatives")
        self.bars: list[Bar] = []
        self._links: list[Link] = []
        self._initials: dict[str, tuple[str, int]] = {}
        self._today = 0
        self._pixels = ZOOMS["months"]
        self._placed = False
        self.scale = Scale(0, 1, 1.0)
        self.left = theme.px(paint.NAMES)
        """Where the days begin."""
        self.current = -1

    # -- data ----------------------------------------------------------------------------------

    def show_plan(
        self,
        bars: Sequence[Bar],
        links: Sequence[Link],
        today: int,
        initials: Mapping[str, tuple[str, int]],
    ) -> None:
        """Show rows and links; the current row stays current by its key."""
        key = self.key
        self.bars, self._links = list(bars), list(links)
        self._today, self._initials = today, dict(initials)
        self.current = next((n for n, bar in enumerate(bars) if bar.key == key), -1)
        self._rescale()
        self._say()
        self.viewport().update()

    @property
    def key(self) -> Key | None:
        """Return the key of the current row."""
        return self.bars[self.current].key if 0 <= self.current < len(self.bars) else None

    def _say(self) -> None:
        critical = [bar.title for bar in self.bars if bar.critical]
        text = self.bars[self.current].said if self.key else ""
        path = f"On the critical path, drawn thicker: {', '.join(critical)}." if critical else ""
        self.setAccessibleDescription(
            f"{text}. {path} The table, key T, shows the same.".lstrip(". ")
        )

    # -- scale and scrolling -------------------------------------------------------------------

    def zoom_to(self, name: str) -> None:
        """Show months or quarters; today keeps its place."""
        self._zoom(ZOOMS[name], None)

    def _zoom(self, pixels: float, at: float | None) -> None:
        left = self.left
        bar = self.horizontalScrollBar()
        place = (self.viewport().width() - left) * _BEHIND if at is None else max(0.0, at - left)
        day = self._today if at is None else self.scale.day(bar.value() + place)
        self._pixels = pixels
        self._rescale()
        bar.setValue(round(self.scale.x(day) - place))
        self.viewport().update()

    def _rescale(self) -> None:
        days = [
            day for bar in self.bars for day in (bar.start, bar.finish, *(bar.base or ())) if day
        ]
        self.scale = scale_for([*days, self._today], self._pixels * theme.scale)
        port, least, head = self.viewport().size(), theme.px(paint.NAMES), theme.px(paint.HEADER)
        most = max(least, round(port.width() * _NAMES_MOST))
        left = self.left = min(most, max(least, names_width(self.bars)))
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setPageStep(max(1, port.width() - left))
        across.setRange(0, max(0, self.scale.width - (port.width() - left)))
        across.setSingleStep(theme.px(40))
        down.setPageStep(max(1, port.height() - head))
        down.setRange(0, max(0, len(self.bars) * theme.px(paint.ROW) - (port.height() - head)))
        down.setSingleStep(theme.px(paint.ROW))

    def restyle(self) -> None:
        """Take up a changed theme or zoom."""
        self._rescale()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new size; the first time, bring today into view."""
        super().resizeEvent(event)
        self._rescale()
        if not self._placed and self.bars and self.width() > self.left:
            self._placed = True
            self._zoom(self._pixels, None)

    def sizeHint(self) -> QSize:
        """Return a usual size."""
        return QSize(theme.px(800), theme.px(480))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll sideways with Shift, else scroll."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = _STEP if turn > 0 else 1 / _STEP
            self._zoom(self.scale.pixels / theme.scale * factor, event.position().x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turn)
        else:
            super().wheelEvent(event)
            return
        event.accept()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Paint anew: names and header stay where they are."""
        self.viewport().update()

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, days, then names and header over them."""
        port = self.viewport()
        painter = QPainter(port)
        left, head = self.left, theme.px(paint.HEADER)
        c = self._canvas(painter)
        paint.paint_ground(c, self.bars, self.current)
        painter.setClipRect(left, head, port.width() - left, port.height() - head)
        paint.paint_today(c, self._today, len(self.bars))
        key = self.key
        arrows.paint_links(c, self.bars, self._links, key[1] if key else "")
        for n, bar in enumerate(self.bars):
            y = c.y(n)
            if y + theme.px(paint.ROW) >= head and y <= port.height():
                paint.paint_bar(c, n, bar, selected=n == self.current)
        painter.setClipRect(0, head, port.width(), port.height() - head)
        frame.paint_names(c, self.bars, self.current, focus=self.hasFocus())
        painter.setClipping(False)
        frame.paint_header(c, self._today)

    def _canvas(self, painter: QPainter) -> paint.Canvas:
        port = self.viewport()
        return paint.Canvas(
            painter, self.scale, port.width(), port.height(), self.left, theme.px(paint.HEADER),
            self.horizontalScrollBar().value(), self.verticalScrollBar().value(), self._initials,
        )  # fmt: skip

    # -- hand ----------------------------------------------------------------------------------

    def row_at(self, at: QPoint) -> int:
        """Return the row at a place of the viewport; -1 in the header or below the last."""
        y = at.y() - theme.px(paint.HEADER)
        row = (y + self.verticalScrollBar().value()) // theme.px(paint.ROW)
        return row if y >= 0 and row < len(self.bars) else -1

    def arrow_at(self, row: int, x: float) -> int:
        """Return -1 or 1 where an arrow points left or right to a row's bar, else 0."""
        side = paint.beyond(self._canvas(QPainter()), self.bars[row])
        edge = theme.px(paint.EDGE)
        if side < 0:
            return side if 0 <= x - self.left <= edge else 0
        return side if x >= self.viewport().width() - edge else 0

    def go_to(self, row: int, *, days: bool = False) -> None:
        """Make a row current and bring it into view, its bar too when asked."""
        if not self.bars:
            return
        self.current = min(max(0, row), len(self.bars) - 1)
        tall, bar = theme.px(paint.ROW), self.verticalScrollBar()
        top, room = self.current * tall, self.viewport().height() - theme.px(paint.HEADER)
        if days and not bar.value() <= top <= bar.value() + room - 10 * tall:
            bar.setValue(top - tall * (1 if self.bars[self.current].is_initiative else 5))
        elif top < bar.value():
            bar.setValue(top)
        elif top + tall > bar.value() + room:
            bar.setValue(top + tall - room)
        start, finish = self.bars[self.current].start, self.bars[self.current].finish
        if days and start is not None and finish is not None:
            across = self.horizontalScrollBar()
            first, last = across.value(), across.value() + across.pageStep()
            if self.scale.x(finish) < first or self.scale.x(start) > last:
                across.setValue(round(self.scale.x(start)) - theme.px(60))
        self._say()
        self.viewport().update()
        self.chosen.emit(self.bars[self.current].key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row; fold an initiative by its triangle, go to a bar by the arrow that points to it."""
        self.setFocus()
        row = self.row_at(event.position().toPoint())
        if row < 0:
            return
        bar = self.bars[row]
        self.go_to(row, days=self.arrow_at(row, event.position().x()) != 0)
        if bar.is_initiative and event.position().x() < theme.px(18):
            self.folded.emit(bar.key[1])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the row."""
        row = self.row_at(event.position().toPoint())
        if row >= 0:
            self.opened.emit(self.bars[row].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, fold, open; Alt and an arrow move a milestone by a workday."""
        key, bar = event.key(), self.bars[self.current] if self.key else None
        steps = {
            int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_PageUp): -10,
            int(Qt.Key.Key_PageDown): 10, int(Qt.Key.Key_Home): -len(self.bars), int(Qt.Key.Key_End): len(self.bars),
        }  # fmt: skip
        if key in steps:
            self.go_to(self.current + steps[key])
        elif (
            bar is not None
            and key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
            and not event.modifiers()
        ):
            self.opened.emit(bar.key)
        elif key in (int(Qt.Key.Key_Left), int(Qt.Key.Key_Right)):
            self._sideways(bar, right=key == int(Qt.Key.Key_Right), event=event)
        elif bar is not None and bar.is_initiative and key == int(Qt.Key.Key_Space):
            self.folded.emit(bar.key[1])
        elif event.text() in ("+", "-"):
            factor = _STEP if event.text() == "+" else 1 / _STEP
            self._zoom(self.scale.pixels / theme.scale * factor, None)
        else:
            event.ignore()

    def _sideways(self, bar: Bar | None, *, right: bool, event: QKeyEvent) -> None:
        if bar is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if not bar.is_initiative:
                self.moved.emit(bar.key[1], 1 if right else -1)
        elif bar is not None and bar.is_initiative and bar.folded == right:
            self.folded.emit(bar.key[1])
        else:
            across = self.horizontalScrollBar()
            across.setValue(across.value() + across.singleStep() * (1 if right else -1))

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a row is when the pointer rests on it."""
        if isinstance(event, QHelpEvent):
            row = self.row_at(event.pos())
            if row >= 0:
                QToolTip.showText(event.globalPos(), self.bars[row].said, self)
            return True
        return super().viewportEvent(event)
