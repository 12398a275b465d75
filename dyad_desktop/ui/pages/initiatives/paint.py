"""Paints the Gantt: bars, baselines, arrows, today, header, and the column of names."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from dyad_desktop.services.initiative_summary import span_words
from dyad_desktop.ui.pages.initiatives.rows import Bar, Link
from dyad_desktop.ui.pages.initiatives.scale import Scale
from dyad_desktop.ui.tokens import CELL, SEMIBOLD, SMALL, STATUS_WORDS, font, theme
from dyad_desktop.ui.widgets.basics import blend, paint_avatar
from dyad_desktop.ui.widgets.sheet.paint import paint_fold

ROW, HEADER, NAMES = 26, 40, 300
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_BAR, _TOP = 11, 5
_DATES = 78


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
    return QRectF(c.x(bar.start), top, max(3.0, c.x(bar.finish + 1) - c.x(bar.start)), theme.px(_BAR))


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
    """Paint a row's forecast, its progress, and its baseline beneath."""
    _baseline(c, n, bar)
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
    c.painter.fillRect(QRectF(thin.left(), thin.top(), thin.width() * bar.percent / 100, thin.height()), ink)
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
    c.painter.setBrush(blend(ink, theme.colour("surface"), 0.6) if bar.percent >= 100 else theme.colour("surface"))  # noqa: PLR2004 - percent
    c.painter.setPen(QPen(ink, theme.px(2) if bar.critical else 1))
    c.painter.drawPolygon(_rhombus(x, y, theme.px(6)))
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _rhombus(x: float, y: float, side: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - side), QPointF(x + side, y), QPointF(x, y + side), QPointF(x - side, y)])


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
    c.painter.drawText(where, _LEFT, text)


# -- arrows ------------------------------------------------------------------------------------


def paint_links(c: Canvas, bars: list[Bar], links: list[Link], chosen: str) -> None:
    """Paint an elbow from each milestone to those that wait for it, the critical ones last and thicker."""
    places = {bar.key[1]: n for n, bar in enumerate(bars)}
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for link in sorted(links, key=lambda one: one.critical):
        if link.before in places and link.after in places:
            _link(c, bars, places[link.before], places[link.after], link, chosen)


def _link(c: Canvas, bars: list[Bar], before: int, after: int, link: Link, chosen: str) -> None:  # noqa: PLR0913, PLR0917
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
        QPolygonF([QPointF(x2, y2), QPointF(x2 - head, y2 - head * 0.8), QPointF(x2 - head, y2 + head * 0.8)])
    )


# -- names and header --------------------------------------------------------------------------


def paint_names(c: Canvas, bars: list[Bar], current: int, *, focus: bool) -> None:
    """Paint the column of names over the days that scrolled beneath it."""
    p, tall = c.painter, theme.px(ROW)
    for n, bar in enumerate(bars):
        y = c.y(n)
        if y + tall < c.head or y > c.height:
            continue
        ground = "selected" if n == current else "band" if bar.is_initiative else "surface"
        p.fillRect(0, y, c.left, tall, theme.colour(ground))
        p.setPen(theme.colour("line"))
        p.drawLine(0, y + tall - 1, c.left, y + tall - 1)
        _name(c, bar, y, tall)
        if n == current and focus:
            p.setPen(QPen(theme.colour("ink"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(QRect(1, y + 1, c.left - 3, tall - 3))
    p.setPen(theme.colour("line_strong"))
    p.drawLine(c.left - 1, c.head, c.left - 1, min(c.height, c.y(len(bars))))


def _name(c: Canvas, bar: Bar, y: int, tall: int) -> None:
    p, pad = c.painter, theme.px(8)
    dates = theme.px(_DATES)
    side = theme.px(16)
    if bar.is_initiative:
        paint_fold(p, 2, y, tall, folded=bar.folded)
        shape = STATUS_WORDS.get(bar.status, ("○", ""))[0]
        p.setFont(font(SMALL))
        p.setPen(theme.status(bar.status))
        p.drawText(QRect(theme.px(18), y, side, tall), _LEFT, shape)
        begin, shown = theme.px(32), font(CELL, SEMIBOLD)
    else:
        begin, shown = theme.px(32), font(CELL)
        initials, place = c.initials.get(bar.owner or "", ("", 0))
        if initials:
            paint_avatar(p, QRectF(c.left - dates - side - pad, y + (tall - side) / 2, side, side), initials, place)
            p.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    room = c.left - begin - dates - pad - (0 if bar.is_initiative else side + pad)
    p.setFont(shown)
    p.setPen(theme.colour("muted" if bar.status == "done" else "ink"))
    text = QFontMetrics(shown).elidedText(bar.title, Qt.TextElideMode.ElideRight, room)
    p.drawText(QRect(begin, y, room, tall), _LEFT, text)
    p.setFont(font(SMALL))
    p.setPen(theme.colour("muted"))
    p.drawText(QRect(c.left - dates - pad, y, dates, tall), _RIGHT, bar.dates)


def paint_header(c: Canvas, today: int) -> None:
    """Paint years or quarters over months, and the name of today's line."""
    p = c.painter
    p.fillRect(0, 0, c.width, c.head, theme.colour("band"))
    half = c.head // 2
    months = c.scale.months()
    p.save()
    p.setClipRect(c.left, 0, c.width - c.left, c.head)
    _ticks(c, [(t.start, t.end, t.text) for t in c.scale.years()], 0, half, sticky=True)
    _ticks(c, [(t.start, t.end, t.text) for t in months or c.scale.quarters()], half, c.head - half, sticky=False)
    p.restore()
    p.setFont(font(CELL))
    p.setPen(theme.colour("muted"))
    p.fillRect(0, 0, c.left, c.head, theme.colour("band"))
    p.drawText(QRect(theme.px(8), half, c.left, c.head - half), _LEFT, "Initiative, milestone")
    p.drawText(QRect(0, half, c.left - theme.px(8), c.head - half), _RIGHT, "Finish")
    p.setPen(theme.colour("line_strong"))
    p.drawLine(0, c.head - 1, c.width, c.head - 1)
    _today_name(c, today)


def _ticks(c: Canvas, ticks: list[tuple[int, int, str]], top: int, tall: int, *, sticky: bool) -> None:
    p = c.painter
    p.setFont(font(SMALL, SEMIBOLD) if sticky else font(SMALL))
    for start, end, text in ticks:
        left, right = c.x(start), c.x(end)
        if right < c.left or left > c.width:
            continue
        p.setPen(theme.colour("line"))
        p.drawLine(QPointF(left, top), QPointF(left, top + tall))
        p.setPen(theme.colour("muted"))
        begin = max(left, c.left) if sticky else left
        p.drawText(QRectF(begin + theme.px(4), top, right - begin, tall), _LEFT, text)


def _today_name(c: Canvas, today: int) -> None:
    x = c.x(today)
    if x < c.left:
        return
    p = c.painter
    p.setFont(font(SMALL, SEMIBOLD))
    wide = p.fontMetrics().horizontalAdvance("today") + theme.px(8)
    where = QRectF(x - wide / 2, 1, wide, c.head // 2 - 2)
    p.fillRect(where, theme.colour("band"))
    p.setPen(theme.colour("off_track"))
    p.drawText(where, int(Qt.AlignmentFlag.AlignCenter), "today")
    p.drawLine(QPointF(x, c.head // 2), QPointF(x, c.head))
