"""Paints the Gantt's arrows: an elbow from each milestone to those that wait for it."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dyad_desktop.ui.pages.initiatives.paint import ROW, Canvas, box_of
from dyad_desktop.ui.pages.initiatives.rows import Bar, Link
from dyad_desktop.ui.tokens import theme


def paint_links(c: Canvas, bars: list[Bar], links: list[Link], chosen: str) -> None:
    """Paint an elbow from each milestone to those that wait for it, the critical ones last and thicker."""
    places = {bar.key[1]: n for n, bar in enumerate(bars)}
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for link in sorted(links, key=lambda one: one.critical):
        if link.before in places and link.after in places:
            _link(c, bars, places[link.before], places[link.after], link, chosen)


def _link(c: Canvas, bars: list[Bar], before: int, after: int, link: Link, chosen: str) -> None:
    first, second = box_of(c, before, bars[before]), box_of(c, after, bars[after])
    if first.isNull() or second.isNull():
        return
    strong = link.critical or chosen in (link.before, link.after)
    style = Qt.PenStyle.DashLine if link.across else Qt.PenStyle.SolidLine
    colour = theme.colour("ink" if strong else "faint")
    c.painter.setPen(QPen(colour, theme.px(2) if link.critical else 1, style))
    gap = theme.px(6)
    diamond = gap if bars[before].point else 0
    x1 = first.left() if link.type == "SS" else first.right() + diamond
    y1 = first.center().y()
    x2 = second.left() - (gap if bars[after].point else 0)
    y2 = second.center().y()
    turn = min(x1, x2) - gap if link.type == "SS" else max(x1, min(x1 + gap, x2 - gap))
    points = [QPointF(x1, y1), QPointF(turn, y1)]
    if link.type != "SS" and turn > x2 - gap / 2:
        lane = c.y(after) + (0 if after > before else theme.px(ROW) - 1)
        points += [QPointF(turn, lane), QPointF(x2 - gap, lane), QPointF(x2 - gap, y2)]
    else:
        points.append(QPointF(turn, y2))
    points.append(QPointF(x2, y2))
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    c.painter.drawPolyline(points)
    head = theme.px(4)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(colour)
    c.painter.drawPolygon(
        QPolygonF(
            [
                QPointF(x2, y2),
                QPointF(x2 - head, y2 - head * 0.8),
                QPointF(x2 - head, y2 + head * 0.8),
            ]
        )
    )
