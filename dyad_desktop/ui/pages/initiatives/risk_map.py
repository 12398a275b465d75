"""Probability against impact: where every open risk lies, five by five."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dyad_desktop.domain.initiatives import Risk
from dyad_desktop.services.initiative_summary import risk_word
from dyad_desktop.ui.pages.initiatives.rows import marks_of
from dyad_desktop.ui.tokens import SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import blend

SIDE = 5
_LEFT, _TOP, _BOTTOM = 120, 4, 22
_TONES = {"high": "off_track", "medium": "at_risk", "low": "on_track"}
_SHAPES = {"high": "■", "medium": "▲", "low": "●"}
_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class RiskMap(QWidget):
    """A grid of cells with the marks of the risks in them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Risks by probability and impact")
        self._cells: dict[tuple[int, int], list[str]] = {}
        self._marks: dict[str, str] = {}
        self._selected = ""

    def show_risks(self, risks: Sequence[Risk], selected: str = "") -> None:
        """Show risks that are rated and not closed."""
        self._cells, self._marks, self._selected = {}, marks_of(risks), selected
        for risk in risks:
            if risk.probability and risk.impact and (risk.status or "").lower() != "closed":
                self._cells.setdefault((risk.probability, risk.impact), []).append(risk.id)
        parts = [
            f"{len(ids)} at probability {p}, impact {i}"
            for (p, i), ids in sorted(self._cells.items())
        ]
        self.setAccessibleDescription("; ".join(parts) or "no open risks")
        self.update()

    def select(self, risk: str) -> None:
        """Mark the cell of a risk."""
        self._selected = risk
        self.update()

    def sizeHint(self) -> QSize:
        """Return a usual size."""
        return QSize(theme.px(560), theme.px(210))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that can be read."""
        return QSize(theme.px(360), theme.px(150))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells, their risks, and the names of the axes."""
        painter = QPainter(self)
        left, top, bottom = theme.px(_LEFT), theme.px(_TOP), theme.px(_BOTTOM)
        wide = (self.width() - left - 2) / SIDE
        tall = (self.height() - top - bottom) / SIDE
        for impact in range(1, SIDE + 1):
            for probability in range(1, SIDE + 1):
                x, y = left + (impact - 1) * wide, top + (SIDE - probability) * tall
                self._cell(painter, QRectF(x, y, wide, tall), probability, impact)
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        for n in range(1, SIDE + 1):
            word = {1: "1 rare", SIDE: "probability 5"}.get(n, str(n))
            painter.drawText(
                QRectF(0, top + (SIDE - n) * tall, left - theme.px(8), tall), _RIGHT, word
            )
            word = {1: "1 slight", SIDE: "impact 5"}.get(n, str(n))
            where = QRectF(left + (n - 1) * wide, self.height() - bottom, wide, bottom)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), word)

    def _cell(self, painter: QPainter, cell: QRectF, probability: int, impact: int) -> None:
        word = risk_word(probability * impact)
        ground = theme.colour("surface")
        ids = self._cells.get((probability, impact), [])
        box = cell.adjusted(1, 1, -1, -1)
        painter.fillRect(box, blend(theme.status(_TONES[word]), ground, 0.2 if ids else 0.08))
        if self._selected in ids:
            painter.setPen(QPen(theme.colour("ink"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        if ids:
            painter.setFont(font(SMALL, SEMIBOLD))
            painter.setPen(theme.colour("ink"))
            painter.drawText(box, _CENTRE, "  ".join(self._marks[one] for one in ids))
        painter.setFont(font(SMALL - 2))
        painter.setPen(theme.status(_TONES[word]))
        corner = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        painter.drawText(box.adjusted(4, 2, 0, 0), corner, _SHAPES[word])
