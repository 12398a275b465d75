"""Sparklines: the last points of a series as a line, its target as a hairline, its end as a dot."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.levels import ToDate, begins_year
from dyad_desktop.domain.scorecard import Reading
from dyad_desktop.ui.tokens import theme

POINTS = 24


def year_breaks(reading: Reading, count: int) -> frozenset[int]:
    """Return before which of its last values figures of the year to date begin anew; none of other measures.

    Args:
        reading: of the measure.
        count: how many values there are, the last of them being the latest.
    """
    measure, latest = reading.measure, reading.latest
    if not isinstance(measure, ToDate) or latest is None:
        return frozenset()
    step = measure.step
    places = (add_months(latest.period, step * (n + 1 - count)) for n in range(count))
    return frozenset(n for n, place in enumerate(places) if n and begins_year(measure, place))


def lone_places(
    values: Sequence[Decimal | None], breaks: AbstractSet[int] = frozenset()
) -> list[int]:
    """Return the places of values that have a gap or break on both sides, so that no line would show them."""
    return [place for place, part in _parts(values, breaks) if len(part) == 1]


def paint_spark(
    painter: QPainter,
    rect: QRectF,
    values: Sequence[Decimal | None],
    target: Decimal | None,
    status: str,
    breaks: AbstractSet[int] = frozenset(),
) -> None:
    """Draw a sparkline into a rectangle, with a gap where nothing was measured, and before each place in ``breaks``."""
    numbers = [float(value) for value in values if value is not None]
    if not numbers:
        return
    dot = theme.px(3)
    inner = rect.adjusted(dot, dot + 1, -dot - 1, -dot - 1)
    bounds = [*numbers, float(target)] if target is not None else numbers
    low, high = min(bounds), max(bounds)
    span, step = (high - low) or 1.0, inner.width() / max(1, len(values) - 1)

    def at(place: int, value: float) -> QPointF:
        x = inner.left() + step * place if len(values) > 1 else inner.right()
        return QPointF(x, inner.bottom() - (value - low) / span * inner.height())

    painter.save()
    if target is not None:
        y = round(at(0, float(target)).y()) + 0.5
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("muted"), 1.2))
    for first, part in _parts(values, breaks):
        if len(part) > 1:
            painter.drawPolyline(QPolygonF([at(first + n, one) for n, one in enumerate(part)]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("muted"))
    for place in lone_places(values, breaks):
        painter.drawEllipse(at(place, float(values[place] or 0)), dot / 2, dot / 2)
    if values[-1] is not None:
        painter.setBrush(theme.status(status))
        painter.drawEllipse(at(len(values) - 1, float(values[-1])), dot, dot)
    painter.restore()


def _parts(
    values: Sequence[Decimal | None], breaks: AbstractSet[int]
) -> Iterator[tuple[int, list[float]]]:
    """Yield the runs of values between gaps and breaks, each with its first place."""
    part: list[float] = []
    for place, value in enumerate((*values, None)):
        if part and (value is None or place in breaks):
            yield place - len(part), part
            part = []
        if value is not None:
            part.append(float(value))


class Spark(QWidget):
    """A sparkline as a widget of its own, with the target of now; ``said`` is what a screen reader says."""

    def __init__(
        self, reading: Reading, said: str, *, wide: bool = True, values: Sequence[Decimal | None]
    ) -> None:
        super().__init__()
        self._reading, self._wide, self._values = reading, wide, tuple(values)
        self.setAccessibleName(f"Last {len(self._values)} values of {reading.measure.title}")
        self.setAccessibleDescription(said)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a size that stands beside a line of text."""
        return QSize(theme.px(88 if self._wide else 64), theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        rect = QRectF(self.rect())
        found, breaks = self._reading, year_breaks(self._reading, len(self._values))
        paint_spark(painter, rect, self._values, found.target, found.status, breaks)
