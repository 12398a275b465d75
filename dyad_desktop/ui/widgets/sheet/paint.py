"""Paints the visible cells of a sheet in one pass."""

from collections.abc import Container
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from dyad_desktop.ui.models.sheet import NOBODY, Parts, SheetModel
from dyad_desktop.ui.tokens import CELL, SEMIBOLD, SMALL, font, theme

_RIGHT = int(
    Qt.TextFlag.TextDontClip
    | Qt.AlignmentFlag.AlignRight
    | Qt.AlignmentFlag.AlignVCenter
    | Qt.TextFlag.TextSingleLine
)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)
_BAR = 3
_ABOVE = 2
"""So many values fit above each other."""
PAD = 6
CORNER = 7
NOTE = 6


@dataclass(slots=True)
class Brushes:
    """Fonts and colours of one theme and zoom, made once."""

    plain: QFont
    strong: QFont
    small: QFont
    small_metrics: QFontMetrics
    metrics: QFontMetrics
    strong_metrics: QFontMetrics
    ink: QColor
    muted: QColor
    ground: QColor
    band: QColor
    selected: QColor
    line: QPen
    strong_line: QPen
    cut: dict[tuple[str, int, bool], str] = field(default_factory=dict)
    """Texts that didn't fit, by (text, room, bold): cutting one takes longer than drawing it."""

    def fitted(self, text: str, room: int, bold: bool = False) -> str:  # noqa: FBT001, FBT002 - the hot path
        """Return a text as it fits into so many pixels; a bold one takes more of them."""
        if len(text) * 7 <= room:
            return text
        found = self.cut.get((text, room, bold))
        if found is None:
            metrics = self.strong_metrics if bold else self.metrics
            found = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            self.cut[text, room, bold] = found
        return found

    @classmethod
    def now(cls) -> "Brushes":
        """Return the brushes of the theme in use."""
        plain = font(CELL)
        return cls(
            plain=plain,
            strong=font(CELL, SEMIBOLD),
            small=font(SMALL),
            small_metrics=QFontMetrics(font(SMALL)),
            metrics=QFontMetrics(plain),
            strong_metrics=QFontMetrics(font(CELL, SEMIBOLD)),
            ink=theme.colour("ink"),
            muted=theme.colour("muted"),
            ground=theme.colour("surface"),
            band=theme.colour("band"),
            selected=theme.colour("selected"),
            line=QPen(theme.colour("line")),
            strong_line=QPen(theme.colour("line_strong")),
        )


def paint_row(  # noqa: PLR0913, PLR0917 - once a row, and quick
    painter: QPainter, model: SheetModel, brushes: Brushes, row: int, y: int, height: int,
    spans: list[tuple[int, int, int]], selected: Container[int],
) -> None:  # fmt: skip
    """Paint one row's cells: ``spans`` are (column, x, width), ``selected`` its selected columns."""
    look = model.rows[row].look
    if look == "rule":
        paint_rule(painter, brushes, model.text(row, 0), y, height, spans)
        return
    bold = look not in ("line", "linked")
    _ground(painter, brushes, y, height, spans, band=bold)
    indent = PAD + theme.px(14) * model.rows[row].depth
    quiet = model.quiet(row)
    argued = model.argued
    noted = model.noted
    name = model.rows[row].key[1]
    painter.setFont(brushes.strong if bold else brushes.plain)
    for column, x, width in spans:
        spec = model.columns[column]
        if column in selected:
            painter.fillRect(x, y, width, height, brushes.selected)
        if argued and (parts := model.parts(row, column)):
            paint_split(painter, brushes, parts, QRect(x, y, width, height - 1))
            continue
        if argued and column == 0 and (place := model.deleted_by(row)) != NOBODY:
            paint_side(painter, place, QRect(x, y, width, height - 1), left=place == 0)
        if text := model.text(row, column):
            shown = "muted" if quiet and spec.look == "plain" else spec.look
            tone = model.tone(row, column) if spec.look == "tone" else ""
            _text(
                painter, brushes, shown, spec.numeric, bold, text,
                column, x, y, width, height, indent, tone,
            )  # fmt: skip
        if argued and model.range_text(row, column):
            paint_open(painter, brushes, x, y, width, height)
        if (place := model.mark(row, column)) != NOBODY:
            paint_corner(painter, place, x, y, width)
        if noted and (name, column) in noted:
            paint_note(painter, brushes, x, y + height - 1)
    _underline(painter, brushes, y + height - 1, spans)


def _ground(
    painter: QPainter, brushes: Brushes, y: int, height: int,
    spans: list[tuple[int, int, int]], *, band: bool,
) -> None:  # fmt: skip
    left, right = spans[0][1], spans[-1][1] + spans[-1][2]
    painter.fillRect(left, y, right - left, height, brushes.band if band else brushes.ground)


def _underline(
    painter: QPainter, brushes: Brushes, y: int, spans: list[tuple[int, int, int]]
) -> None:
    painter.setPen(brushes.line)
    painter.drawLine(spans[0][1], y, spans[-1][1] + spans[-1][2] - 1, y)


def _text(  # noqa: PLR0913, PLR0917 - the hot path of painting: no object is made for a cell
    painter: QPainter, brushes: Brushes, look: str, numeric: bool, bold: bool, text: str,  # noqa: FBT001
    column: int, x: int, y: int, width: int, height: int, indent: int, tone: str,
) -> None:  # fmt: skip
    if tone:
        painter.setPen(
            theme.partner(int(tone[-1])) if tone.startswith("partner") else theme.status(tone)
        )
    else:
        painter.setPen(brushes.muted if look == "muted" and not bold else brushes.ink)
    strong = look == "total" and not bold
    if strong:
        painter.setFont(brushes.strong)
    if numeric:
        painter.drawText(x, y, width - 4, height, _RIGHT, text)
    else:
        inset = indent if column == 0 else PAD
        room = width - inset - 4
        painter.drawText(
            x + inset, y, room, height, _LEFT, brushes.fitted(text, room, bold or strong)
        )
    if strong:
        painter.setFont(brushes.plain)


def paint_rule(
    painter: QPainter,
    brushes: Brushes,
    text: str,
    y: int,
    height: int,
    spans: list[tuple[int, int, int]],
) -> None:
    """Draw a thick line across the sheet, its text at the beginning of the first column."""
    _ground(painter, brushes, y, height, spans, band=True)
    left, thick = spans[0][1], theme.px(2)
    painter.fillRect(left, y, spans[-1][1] + spans[-1][2] - left, thick, brushes.ink)
    painter.setPen(brushes.ink)
    painter.setFont(brushes.strong)
    if spans[0][0] == 0:
        room = spans[0][2] - PAD
        painter.drawText(
            left + PAD,
            y + thick,
            room,
            height - thick,
            _LEFT,
            brushes.fitted(text, room, True),  # noqa: FBT003
        )
    _underline(painter, brushes, y + height - 1, spans)


def paint_corner(painter: QPainter, place: int, x: int, y: int, width: int) -> None:
    """Mark a cell that someone set by hand: the first partner top left, the second top right."""
    side = theme.px(CORNER)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.partner(place))
    if place == 0:
        points = [QPointF(x, y), QPointF(x + side, y), QPointF(x, y + side)]
    else:
        points = [QPointF(x + width, y), QPointF(x + width - side, y), QPointF(x + width, y + side)]
    painter.drawPolygon(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_note(painter: QPainter, brushes: Brushes, x: int, bottom: int) -> None:
    """Mark a cell that has a note: bottom left, in ink, since both partners' notes may stand there."""
    side = theme.px(NOTE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brushes.ink)
    points = [QPointF(x, bottom), QPointF(x + side, bottom), QPointF(x, bottom - side)]
    painter.drawPolygon(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_split(painter: QPainter, brushes: Brushes, parts: Parts, box: QRect) -> None:
    """Split a contested cell in the partners' colours, each with their value.

    Beside each other where all fit, else above each other; of too many for that, how many there are. The first
    partner's bar is at the left edge, the others' at the right: the colours never stand alone.
    """
    painter.save()
    painter.setFont(brushes.small)
    room = box.width() // len(parts)
    wide = all(brushes.small_metrics.horizontalAdvance(text) + 2 * PAD <= room for _, text in parts)
    for n, (place, text) in enumerate(parts):
        if wide:
            part = QRect(box.left() + n * room, box.top(), room, box.height())
        else:
            high = box.height() // len(parts)
            part = QRect(box.left(), box.top() + n * high, box.width(), high)
        paint_side(painter, place, part, left=n == 0)
        if not wide and len(parts) > _ABOVE:
            continue
        inner = part.adjusted(_BAR + 1, 0, -_BAR - 1, 0)
        shown = brushes.small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.setPen(brushes.ink)
        painter.drawText(inner, _MIDDLE if wide else _RIGHT, shown)
    if not wide and len(parts) > _ABOVE:
        inner = box.adjusted(_BAR + 1, 0, -_BAR - 1, 0)
        painter.setPen(brushes.ink)
        painter.drawText(inner, _MIDDLE, f"{len(parts)} differ")
    painter.restore()


def paint_side(painter: QPainter, place: int, box: QRect, *, left: bool) -> None:
    """Paint a ground in a partner's tint with their bar at its left or right edge."""
    painter.fillRect(box, theme.tint(place))
    edge = box.left() if left else box.right() + 1 - _BAR
    painter.fillRect(edge, box.top(), _BAR, box.height(), theme.partner(place))


def paint_open(
    painter: QPainter, brushes: Brushes, x: int, y: int, width: int, height: int
) -> None:
    """Underline a figure that is open with dots: its tip says between what it comes out."""
    pen = QPen(brushes.muted, 1, Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawLine(x + PAD, y + height - 4, x + width - 4, y + height - 4)


def paint_current(painter: QPainter, rect: QRect) -> None:
    """Frame the current cell."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("ink"), 2))
    painter.drawRect(rect.adjusted(1, 1, -2, -2))


def paint_busy(painter: QPainter, place: int, rect: QRect) -> None:
    """Frame a cell thinly that a partner is editing right now: it stays free to edit."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.partner(place), 1))
    painter.drawRect(rect.adjusted(0, 0, -1, -2))


def paint_fold(painter: QPainter, x: int, y: int, height: int, *, folded: bool) -> None:
    """Draw the triangle of a group: it points right when folded, down when open."""
    side = theme.px(7)
    top = y + (height - side) / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("muted"))
    left = x + theme.px(5)
    points = (
        [QPointF(left, top), QPointF(left + side * 0.8, top + side / 2), QPointF(left, top + side)]
        if folded
        else [
            QPointF(left, top + 1),
            QPointF(left + side, top + 1),
            QPointF(left + side / 2, top + side),
        ]
    )
    painter.drawPolygon(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
