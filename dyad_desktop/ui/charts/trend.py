"""A short line over months: how a figure moved, its first and last value written at its ends."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, font, theme

_HEIGHT, _MOST, _PAD, _DOT = 56, 160, 10, 3
_START = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_END = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class Trend(QWidget):
    """The line. A month without a figure is a gap; ``split`` is the place where another year begins.

    What was planned from there on can stand beside it, in dashes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[float | None, ...] = ()
        self._ends, self._labels, self._split, self._status = ("", ""), ("", ""), -1, "no_data"
        self._planned: tuple[float | None, ...] = ()
        self._plan = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(theme.px(_MOST))

    def show_values(
        self,
        values: Sequence[float | None],
        ends: tuple[str, str],
        labels: tuple[str, str],
        *,
        split: int = -1,
        status: str = "no_data",
        planned: tuple[Sequence[float | None], str] = ((), ""),
    ) -> None:
        """Show values with the texts of the first and last, and the months that they are of.

        ``planned`` are values from ``split`` on, and what the last of them is called.
        """
        self._values, self._ends, self._labels = tuple(values), ends, labels
        self._split, self._status = split, status
        self._planned, self._plan = tuple(planned[0]), planned[1]
        self.update()

    def say(self, name: str, said: str) -> None:
        """Name the line for a screen reader, and say what it says."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(said)

    def sizeHint(self) -> QSize:
        """Return a size that stands beside two lines of text."""
        return QSize(theme.px(420), theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that can be read."""
        return QSize(theme.px(220), theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line between the texts of its ends."""
        known = [value for value in (*self._values, *self._planned) if value is not None]
        if not known:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small, strong = font(SMALL), font(SMALL, SEMIBOLD)
        left = 8 + max(
            QFontMetrics(small).horizontalAdvance(text) for text in (self._ends[0], self._labels[0])
        )
        right = 8 + max(
            QFontMetrics(strong).horizontalAdvance(text)
            for text in (self._ends[1], self._labels[1], self._plan)
        )
        box = QRectF(self.rect()).adjusted(left, theme.px(_PAD), -right, -theme.px(_PAD))
        self._line(painter, box, known)
        for side, (text, label) in enumerate(zip(self._ends, self._labels, strict=True)):
            x, width = (0.0, left - 8.0) if side == 0 else (box.right() + 8, right - 8.0)
            align = _START if side == 0 else _END
            middle = self.height() / 2
            painter.setFont(small if side == 0 else strong)
            painter.setPen(theme.colour("ink"))
            painter.drawText(QRectF(x, middle - theme.px(16), width, theme.px(16)), align, text)
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            painter.drawText(QRectF(x, middle, width, theme.px(16)), align, label)
            if side and self._plan:
                painter.drawText(
                    QRectF(x, middle + theme.px(14), width, theme.px(16)), align, self._plan
                )

    def _line(self, painter: QPainter, box: QRectF, known: Sequence[float]) -> None:
        low, high = min(known), max(known)
        span = (high - low) or 1.0
        count = max(len(self._values), self._split + len(self._planned))
        step = box.width() / max(1, count - 1)
        if 0 < self._split < len(self._values):
            x = box.left() + step * (self._split - 0.5)
            painter.setPen(QPen(theme.colour("line_strong"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

        def at(place: int, value: float) -> QPointF:
            return QPointF(
                box.left() + step * place, box.bottom() - (value - low) / span * box.height()
            )

        painter.setPen(QPen(theme.colour("ink"), 1, Qt.PenStyle.DashLine))
        _join(painter, self._planned, lambda n, value: at(self._split + n, value))
        painter.setPen(QPen(theme.colour("muted"), 1.4))
        last = _join(painter, self._values, at)
        if last is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.status(self._status))
            painter.drawEllipse(last, theme.px(_DOT), theme.px(_DOT))


def _join(
    painter: QPainter,
    values: Sequence[float | None],
    at: Callable[[int, float], QPointF],
) -> QPointF | None:
    """Draw a line through values but for gaps; returns where the last one lies."""
    last: QPointF | None = None
    for place, value in enumerate(values):
        here = None if value is None else at(place, value)
        if here is not None and last is not None:
            painter.drawLine(last, here)
        last = here
    return last
