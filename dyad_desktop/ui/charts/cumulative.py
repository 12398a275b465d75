"""Cumulative cost of ranked requests as steps against the envelope, drawn without matplotlib."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import blend

_LEFT, _TOP, _RIGHT, _BOTTOM = 44, 30, 96, 40
_STEPS = (1, 2, 5, 10, 20, 25, 50)
_TICKS = 5
_CENTRE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
_END = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_START = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Step:
    """One request: its label and id, where its cost begins and ends, and whether it fits."""

    id: str
    label: str
    below: float
    above: float
    funded: bool
    mandatory: bool
    detail: str = ""


def tick_step(top: float) -> float:
    """Return a round distance of ticks that gives about five up to ``top``."""
    size = 1.0
    while top / size > _TICKS * _STEPS[-1]:
        size *= 10
    while size > 1e-9 and top / size < _TICKS:
        size /= 10
    return next((size * step for step in _STEPS if top / (size * step) <= _TICKS + 1), size * 100)


def axis_top(highest: float) -> float:
    """Return the tick at which an axis ends that holds ``highest`` with a little room."""
    top = highest * 1.02 or 1.0
    step = tick_step(top)
    return math.ceil(top / step) * step


class Cumulative(QWidget):
    """The chart. ``chosen`` carries the id of a step that was clicked or reached by arrows."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._steps: tuple[Step, ...] = ()
        self._line: float | None = None
        self._line_label, self._unit, self._selected = "", "", ""
        self._sides = theme.px(_LEFT), theme.px(_RIGHT)

    def show_steps(
        self, steps: Sequence[Step], line: float | None, line_label: str, unit: str, said: str
    ) -> None:
        """Show steps against a line; ``unit`` names the axis, ``said`` is the caption."""
        self._steps, self._line, self._line_label, self._unit = tuple(steps), line, line_label, unit
        self.setAccessibleDescription(said)
        self.update()

    def select(self, step: str) -> None:
        """Mark a step."""
        self._selected = step
        self.update()

    def sizeHint(self) -> QSize:
        """Return a usual size."""
        return QSize(theme.px(640), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that can be read."""
        return QSize(theme.px(320), theme.px(150))

    # -- geometry ------------------------------------------------------------------------------

    @property
    def _plot(self) -> QRectF:
        top, bottom = theme.px(_TOP), theme.px(_BOTTOM)
        left, right = self._sides
        return QRectF(left, top, self.width() - left - right, self.height() - top - bottom)

    def _measured(self) -> tuple[int, int]:
        """Return the margins beside the plot: as wide as the axis's texts, and as the words of the line."""
        small, strong = QFontMetrics(font(SMALL)), QFontMetrics(font(SMALL, SEMIBOLD))
        ticks = max(map(small.horizontalAdvance, self._ticks().values())) + theme.px(14)
        words = max(map(strong.horizontalAdvance, self._line_label.split()), default=0)
        return max(theme.px(_LEFT), ticks), max(theme.px(_RIGHT), words + theme.px(8))

    def _ticks(self) -> dict[float, str]:
        """Return the levels of the axis, and their texts."""
        step = tick_step(self._most)
        count = int(self._most * (1 + 1e-9) / step) + 1
        return {n * step: f"{n * step:,.10g}" for n in range(count)}

    @property
    def _most(self) -> float:
        highest = max((step.above for step in self._steps), default=0.0)
        return axis_top(max(highest, self._line or 0.0))

    def _y(self, value: float) -> float:
        plot = self._plot
        return plot.bottom() - plot.height() * value / self._most

    def _x(self, n: float) -> float:
        plot = self._plot
        return plot.left() + plot.width() * n / max(1, len(self._steps))

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axis, steps, the line and the cut."""
        self._sides = self._measured()  # once a painting, since many places ask for it
        painter = QPainter(self)
        painter.setFont(font(SMALL))
        self._paint_axis(painter)
        for n, step in enumerate(self._steps):
            self._paint_step(painter, n, step)
        self._paint_path(painter)
        self._paint_line(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_axis(self, painter: QPainter) -> None:
        plot = self._plot
        painter.setPen(theme.colour("muted"))
        painter.drawText(QRectF(0, 0, plot.right(), theme.px(22)), _START, f"  {self._unit}")
        for level, text in self._ticks().items():
            y = self._y(level)
            painter.setPen(theme.colour("line" if level else "line_strong"))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.colour("muted"))
            where = QRectF(0, y - 10, plot.left() - theme.px(8), 20)
            painter.drawText(where, _END, text)

    def _paint_step(self, painter: QPainter, n: int, step: Step) -> None:
        left, right = self._x(n), self._x(n + 1)
        box = QRectF(
            left + 2,
            self._y(step.above),
            right - left - 4,
            self._y(step.below) - self._y(step.above),
        )
        ink, ground = theme.colour("ink"), theme.colour("surface")
        column = QRectF(left, self._plot.top(), right - left, self.height() - self._plot.top())
        if step.id == self._selected:
            painter.fillRect(column, theme.colour("selected"))
        if step.funded:
            painter.fillRect(box, blend(ink, ground, 0.85))
        else:
            painter.setPen(QPen(theme.colour("faint"), 1))
            painter.setBrush(QBrush(theme.colour("line_strong"), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(box)
        wide = right - left
        low = self._plot.bottom() + theme.px(4)
        strong = step.mandatory
        painter.setFont(font(SMALL, SEMIBOLD) if strong else font(SMALL))
        painter.setPen(theme.colour("ink" if step.funded else "muted"))
        painter.drawText(QRectF(left - 4, low, wide + 8, theme.px(15)), _CENTRE, step.label)
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        if wide >= QFontMetrics(painter.font()).horizontalAdvance(step.detail):
            painter.drawText(
                QRectF(left, low + theme.px(15), wide, theme.px(15)), _CENTRE, step.detail
            )

    def _paint_path(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("ink"), theme.px(1)))
        for n, step in enumerate(self._steps[:-1]):
            y = self._y(step.above)
            painter.drawLine(QPointF(self._x(n) + 2, y), QPointF(self._x(n + 2) - 2, y))

    def _paint_line(self, painter: QPainter) -> None:
        if self._line is None:
            return
        plot, y = self._plot, self._y(self._line)
        painter.setPen(QPen(theme.colour("ink"), theme.px(1.5)))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setFont(font(SMALL, SEMIBOLD))
        where = QRectF(plot.right() + theme.px(6), y - 16, self.width() - plot.right() - 6, 32)
        painter.drawText(where, _START | int(Qt.TextFlag.TextWordWrap), self._line_label)
        cut = next((n for n, step in enumerate(self._steps) if not step.funded), None)
        if cut is None:
            return
        x = self._x(cut)
        painter.setPen(QPen(theme.colour("ink"), theme.px(1), Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top() - theme.px(6)), QPointF(x, plot.bottom()))
        where = QRectF(x - theme.px(206), plot.top() - theme.px(12), theme.px(200), theme.px(16))
        painter.drawText(where, _END, "cut line")

    # -- hand ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        self.setFocus()
        place = (event.position().x() - self._plot.left()) / max(1.0, self._plot.width())
        n = int(place * len(self._steps))
        if place >= 0 and n < len(self._steps):
            self._choose(n)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move along the steps by the arrows; other keys are the page's."""
        by = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}.get(event.key())
        if by is None or not self._steps:
            event.ignore()
            return
        at = next(
            (n for n, step in enumerate(self._steps) if step.id == self._selected),
            -1 if by > 0 else 0,
        )
        self._choose(min(len(self._steps) - 1, max(0, at + by)))

    def _choose(self, n: int) -> None:
        self.select(self._steps[n].id)
        self.chosen.emit(self._steps[n].id)
