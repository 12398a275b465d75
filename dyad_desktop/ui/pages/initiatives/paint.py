"""Paints the Gantt's ground, bars and baselines, and the line of today."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dyad_desktop.services.initiative_summary import span_words
from dyad_desktop.ui.pages.initiatives.rows import Bar
from dyad_desktop.ui.pages.initiatives.scale import Scale
from dyad_desktop.ui.tokens import LEAD, SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import blend

ROW, HEADER, NAMES = 26, 40, 300
"""Pixels at 100 %; names may have more room than this, where the window has."""
EDGE = 22
"""Width of the strip in which an arrow says that a row's bar lies beyond what is shown."""
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_BAR, _TOP = 11, 5


@dataclass(slots=True)
class Canvas:
    """Where things are while one picture is painted: pixels of the viewport."""

    painter: QPainter
    scale: Scale
    width: int
    height: int
    left: int
    """Where the days begin."""
    head: int
    shift_x: int
    shift_y: int
    initials: dict[str, tuple[str, int]]

    def x(self, day: float) -> float:
        """Return where a day begins."""
        return self.left + self.scale.x(day) - self.shift_x

    def y(self, row: int) -> int:
        """Return where a row begins."""
        return self.head + row * theme.px(ROW) - self.shift_y


def box_of(c: Canvas, row: int, bar: Bar) -> QRectF:
    """Return a row's bar; a point has no width and lies at the end of its day."""
    if bar.start is None or bar.finish is None:
        return QRectF()
    top = c.y(row) + theme.px(_TOP)
    if bar.point:
        return QRectF(c.x(bar.finish + 1), top, 0, theme.px(_BAR))
    return QRectF(
        c.x(bar.start), top, max(3.0, c.x(bar.finish + 1) - c.x(bar.start)), theme.px(_BAR)
    )


def beyond(c: Canvas, bar: Bar) -> int:
    """Return -1 when a row's bar ends left of the days shown, 1 when it begins right of them, else 0."""
    if bar.start is None or bar.finish is None:
        return 0
    if c.x(bar.finish + 1) <= c.left:
        return -1
    return 1 if c.x(bar.finish + 1 if bar.point else bar.start) >= c.width else 0


# -- ground ------------------------------------------------------------------------------------


def paint_ground(c: Canvas, bars: list[Bar], selected: int) -> None:
    """Paint rows, bands of initiatives, and the lines of months or quarters."""
    p = c.painter
    p.fillRect(0, 0, c.width, c.height, theme.colour("surface"))
    tall = theme.px(ROW)
    for n, bar in enumerate(bars):
        y = c.y(n)
        if bar.is_initiative or n == selected:
            p.fillRect(0, y, c.width, tall, theme.colour("selected" if n == selected else "band"))
        p.setPen(theme.colour("line"))
        p.drawLine(0, y + tall - 1, c.width, y + tall - 1)
    bottom = min(c.height, c.y(len(bars)))
    p.setPen(theme.colour("line"))
    for tick in c.scale.quarters():
        x = round(c.x(tick.start))
        p.drawLine(x, c.head, x, bottom)


def paint_today(c: Canvas, day: int, rows: int) -> None:
    """Paint the line of today; its name stands in the header."""
    x = c.x(day)
    c.painter.setPen(QPen(theme.colour("off_track"), theme.px(1.5)))
    c.painter.drawLine(QPointF(x, c.head), QPointF(x, min(c.height, c.y(rows))))


# -- bars --------------------------------------------------------------------------------------


def paint_bar(c: Canvas, n: int, bar: Bar, *, selected: bool) -> None:
    """Paint a row's forecast, its progress, and its baseline beneath; or where to look for them."""
    _baseline(c, n, bar)
    if side := beyond(c, bar):
        _arrow(c, n, side, "selected" if selected else "band" if bar.is_initiative else "surface")
        return
    box = box_of(c, n, bar)
    if box.isNull():
        return
    if bar.is_initiative:
        _bracket(c, box, bar)
    elif bar.point:
        _diamond(c, box.left(), box.center().y(), bar)
    else:
        _task(c, box, bar)
    if bar.slip and (bar.is_initiative or selected):
        _slip(c, n, box, bar)


def _arrow(c: Canvas, n: int, side: int, ground: str) -> None:
    text = "‹" if side < 0 else "›"
    c.painter.setFont(font(LEAD, SEMIBOLD))
    c.painter.setPen(theme.colour("muted"))
    wide = c.painter.fontMetrics().horizontalAdvance(text) + theme.px(8)
    where = QRectF(
        c.left + theme.px(2) if side < 0 else c.width - wide - theme.px(2),
        c.y(n) + theme.px(4), wide, theme.px(ROW - 9),
    )  # fmt: skip
    c.painter.fillRect(where, theme.colour(ground))
    c.painter.drawText(where.translated(0, -1), int(Qt.AlignmentFlag.AlignCenter), text)


def _baseline(c: Canvas, n: int, bar: Bar) -> None:
    if bar.base is None:
        return
    start, finish = bar.base
    top = c.y(n) + theme.px(_TOP + _BAR + 2)
    c.painter.setPen(QPen(theme.colour("faint"), 1))
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    if bar.point:
        x = c.x(finish + 1)
        side = theme.px(3)
        c.painter.drawPolygon(_rhombus(x, top + theme.px(1), side))
        return
    wide = max(3.0, c.x(finish + 1) - c.x(start))
    c.painter.drawRect(QRectF(c.x(start) + 0.5, top + 0.5, wide - 1, theme.px(3)))


def _bracket(c: Canvas, box: QRectF, bar: Bar) -> None:
    ink, ground = theme.colour("ink"), theme.colour("band")
    thin = QRectF(box.left(), box.top() + theme.px(3), box.width(), theme.px(5))
    c.painter.fillRect(thin, blend(ink, ground, 0.3))
    c.painter.fillRect(
        QRectF(thin.left(), thin.top(), thin.width() * bar.percent / 100, thin.height()), ink
    )
    for x in (thin.left(), thin.right() - theme.px(2)):
        c.painter.fillRect(QRectF(x, box.top(), theme.px(2), box.height()), ink)


def _task(c: Canvas, box: QRectF, bar: Bar) -> None:
    ink, ground = theme.colour("ink"), theme.colour("surface")
    p = c.painter
    p.fillRect(box, blend(ink, ground, 0.14))
    done = QRectF(box.left(), box.top(), box.width() * bar.percent / 100, box.height())
    p.fillRect(done, blend(ink, ground, 0.85 if bar.critical else 0.45))
    p.setBrush(Qt.BrushStyle.NoBrush)
    wide = theme.px(2) if bar.critical else 1
    p.setPen(QPen(ink if bar.critical else theme.colour("faint"), wide))
    inset = wide / 2
    p.drawRect(box.adjusted(inset, inset, -inset, -inset))


def _diamond(c: Canvas, x: float, y: float, bar: Bar) -> None:
    ink = theme.colour("ink")
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    c.painter.setBrush(
        blend(ink, theme.colour("surface"), 0.6) if bar.percent >= 100 else theme.colour("surface")
    )
    c.painter.setPen(QPen(ink, theme.px(2) if bar.critical else 1))
    c.painter.drawPolygon(_rhombus(x, y, theme.px(6)))
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _rhombus(x: float, y: float, side: float) -> QPolygonF:
    return QPolygonF(
        [QPointF(x, y - side), QPointF(x + side, y), QPointF(x, y + side), QPointF(x - side, y)]
    )


def _slip(c: Canvas, n: int, box: QRectF, bar: Bar) -> None:
    days = round((bar.slip or 0) * (1 if bar.is_initiative else 7 / 5))
    word = "later" if days > 0 else "earlier"
    shape = "▲ " if days > 0 else "● "
    c.painter.setFont(font(SMALL, SEMIBOLD))
    c.painter.setPen(theme.colour("at_risk" if days > 0 else "on_track"))
    text = f"{shape}{span_words(days)} {word}"
    right = max(box.right(), c.x(bar.base[1] + 1) if bar.base else 0) + theme.px(8)
    wide = c.painter.fontMetrics().horizontalAdvance(text)
    edge = c.width - wide - theme.px(10)
    if right > edge:  # it ends beyond what is shown: the words stay in view, on a plate
        right = edge
        plate = QRectF(right - theme.px(4), c.y(n) + 3, wide + theme.px(8), theme.px(ROW) - 7)
        c.painter.fillRect(plate, theme.colour("band" if bar.is_initiative else "selected"))
    where = QRectF(right, c.y(n), wide + 2, theme.px(ROW))
    c.painter.drawText(where, LEFT, text)
