"""The icons of variation and assurance: they differ by shape, fill and letter, so that grey tells them apart."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, font, theme

Shape = list[tuple[float, float]]
UP: Shape = [(0.5, 0.02), (0.98, 0.92), (0.02, 0.92)]
DOWN: Shape = [(0.5, 0.98), (0.02, 0.08), (0.98, 0.08)]
SQUARE: Shape = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]
DIAMOND: Shape = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]

_LETTERS = {
    "improvement_high": "H",
    "improvement_low": "L",
    "concern_high": "H",
    "concern_low": "L",
    "neutral_high": "H",
    "neutral_low": "L",
    "common_cause": "",
    "consistent_pass": "P",
    "consistent_fail": "F",
    "inconsistent": "?",
}
_SHAPES: dict[str, Shape] = {
    "improvement_high": UP,
    "improvement_low": DOWN,
    "concern_high": SQUARE,
    "concern_low": SQUARE,
    "neutral_high": DIAMOND,
    "neutral_low": DIAMOND,
    "consistent_fail": SQUARE,
    "inconsistent": DIAMOND,
}
_OUTLINED = frozenset({"common_cause", "inconsistent"})
_WAVE = (0.22, 0.42, 0.34, 0.30, 0.46, 0.66, 0.58, 0.34, 0.68, 0.62, 0.78, 0.46)
SHORT_WORDS = {
    "improvement_high": "improving",
    "improvement_low": "improving",
    "concern_high": "concern",
    "concern_low": "concern",
    "neutral_high": "high",
    "neutral_low": "low",
    "common_cause": "common",
    "consistent_pass": "always",
    "consistent_fail": "never",
    "inconsistent": "by chance",
    "run_better": "improving",
    "run_worse": "concern",
    "run_change": "changed",
    "run_none": "no signal",
}
RUN_MARKS = {"run_better": "on_track", "run_worse": "off_track"}
"""The states in whose colours the words for run charts are written: without limits they have no icon."""


def ground_of(icon: str) -> str:
    """Return the colour that an icon is filled, or drawn, with."""
    c = theme.colours
    if icon.startswith("improvement") or icon == "consistent_pass":
        return c.on_track
    if icon.startswith("concern") or icon == "consistent_fail":
        return c.off_track
    return c.ink if icon.startswith("neutral") else c.no_data


def paint_icon(painter: QPainter, rect: QRectF, icon: str) -> None:
    """Draw the icon of a variation or an assurance into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(ground_of(icon))
    outlined = icon in _OUTLINED
    painter.setPen(QPen(colour, max(1.0, rect.height() / 12)))
    painter.setBrush(Qt.BrushStyle.NoBrush if outlined else colour)
    inner = rect.adjusted(1, 1, -1, -1)
    shape = _SHAPES.get(icon)
    if shape is None:
        painter.drawEllipse(inner)
    else:
        painter.drawPolygon(QPolygonF([_point(inner, x, y) for x, y in shape]))
    if icon == "common_cause":
        places = zip(_WAVE[::2], _WAVE[1::2], strict=True)
        painter.drawPolyline(QPolygonF([_point(inner, x, y) for x, y in places]))
    painter.setPen(colour if outlined else theme.colour("on_ink"))
    _letter(painter, inner, icon)
    painter.restore()


def _point(rect: QRectF, x: float, y: float) -> QPointF:
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height())


def _letter(painter: QPainter, rect: QRectF, icon: str) -> None:
    shown = font(SMALL, SEMIBOLD)
    shown.setPixelSize(max(7, round(rect.height() * 0.56)))
    painter.setFont(shown)
    low = {"improvement_high": 0.16, "improvement_low": -0.16}.get(icon, 0.0)
    moved = rect.translated(0, low * rect.height())
    painter.drawText(moved, int(Qt.AlignmentFlag.AlignCenter), _LETTERS[icon])
