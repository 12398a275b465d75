"""Two axes for charts that Qt paints: from places and values to points in a rectangle."""

from collections.abc import Iterator, Sequence
from math import isnan

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF


class Axis:
    """Maps places from ``first`` to ``last`` and the range of some levels into a rectangle; gaps are not numbers."""

    def __init__(self, box: QRectF, levels: Sequence[float], first: float, last: float) -> None:
        there = [level for level in levels if level == level]  # noqa: PLR0124 - not NaN
        low, high = min(there, default=0.0), max(there, default=1.0)
        pad = (high - low) * 0.06 or 1.0
        self._box, self._low, self._first = box, low - pad, first
        self._x = box.width() / ((last - first) or 1.0)
        self._y = box.height() / (high - low + 2 * pad)

    def at(self, place: float, level: float) -> QPointF:
        """Return the point of a level at a place."""
        box = self._box
        return QPointF(
            box.left() + (place - self._first) * self._x,
            box.bottom() - (level - self._low) * self._y,
        )

    def lone(self, levels: Sequence[float]) -> Iterator[QPointF]:
        """Give the points of a series that have a gap on both sides, so that no line would show them."""
        for place, level in enumerate(levels):
            around = levels[max(0, place - 1) : place + 2]
            if not isnan(level) and sum(not isnan(one) for one in around) == 1:
                yield self.at(place, level)

    def parts(self, places: Sequence[float], levels: Sequence[float]) -> Iterator[QPolygonF]:
        """Give the unbroken parts of a line, with single points left out."""
        part: list[QPointF] = []
        for place, level in zip(places, levels, strict=True):
            if level == level:  # noqa: PLR0124 - not a gap
                part.append(self.at(place, level))
                continue
            if len(part) > 1:
                yield QPolygonF(part)
            part = []
        if len(part) > 1:
            yield QPolygonF(part)
