"""Paints what stays in view of the Gantt: the column of names and the header of dates."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from dyad_desktop.ui.pages.initiatives.paint import LEFT, RIGHT, ROW, Canvas
from dyad_desktop.ui.pages.initiatives.rows import Bar
from dyad_desktop.ui.tokens import CELL, SEMIBOLD, SMALL, STATUS_WORDS, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar
from dyad_desktop.ui.widgets.sheet.paint import paint_fold

_DATES = 78
_NAME, _AVATAR, _PAD = 32, 16, 8
"""Where a name begins, and what stands beside it."""


def names_width(bars: list[Bar]) -> int:
    """Return how wide the column is in which no name of these rows is cut."""
    plain, strong = QFontMetrics(font(CELL)), QFontMetrics(font(CELL, SEMIBOLD))
    widths = (
        (strong if bar.is_initiative else plain).horizontalAdvance(bar.title)
        - name_room(0, of_initiative=bar.is_initiative)
        for bar in bars
    )
    return max(widths, default=0) + 2


def name_room(column: int, *, of_initiative: bool) -> int:
    """Return how much of the column's width is left for a name."""
    beside = theme.px(_NAME) + theme.px(_DATES) + theme.px(_PAD)
    return column - beside - (0 if of_initiative else theme.px(_AVATAR) + theme.px(_PAD))


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
    p, pad = c.painter, theme.px(_PAD)
    dates = theme.px(_DATES)
    side = theme.px(_AVATAR)
    if bar.is_initiative:
        paint_fold(p, 2, y, tall, folded=bar.folded)
        shape = STATUS_WORDS.get(bar.status, ("○", ""))[0]
        p.setFont(font(SMALL))
        p.setPen(theme.status(bar.status))
        p.drawText(QRect(theme.px(18), y, side, tall), LEFT, shape)
        begin, shown = theme.px(_NAME), font(CELL, SEMIBOLD)
    else:
        begin, shown = theme.px(_NAME), font(CELL)
        initials, place = c.initials.get(bar.owner or "", ("", 0))
        if initials:
            paint_avatar(
                p,
                QRectF(c.left - dates - side - pad, y + (tall - side) / 2, side, side),
                initials,
                place,
            )
            p.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    room = name_room(c.left, of_initiative=bar.is_initiative)
    p.setFont(shown)
    p.setPen(theme.colour("muted" if bar.status == "done" else "ink"))
    text = QFontMetrics(shown).elidedText(bar.title, Qt.TextElideMode.ElideRight, room)
    p.drawText(QRect(begin, y, room, tall), LEFT, text)
    p.setFont(font(SMALL))
    p.setPen(theme.colour("muted"))
    p.drawText(QRect(c.left - dates - pad, y, dates, tall), RIGHT, bar.dates)


def paint_header(c: Canvas, today: int) -> None:
    """Paint years or quarters over months, and the name of today's line."""
    p = c.painter
    p.fillRect(0, 0, c.width, c.head, theme.colour("band"))
    half = c.head // 2
    months = c.scale.months()
    p.save()
    p.setClipRect(c.left, 0, c.width - c.left, c.head)
    _ticks(c, [(t.start, t.end, t.text) for t in c.scale.years()], 0, half, sticky=True)
    _ticks(
        c,
        [(t.start, t.end, t.text) for t in months or c.scale.quarters()],
        half,
        c.head - half,
        sticky=False,
    )
    p.restore()
    p.setFont(font(CELL))
    p.setPen(theme.colour("muted"))
    p.fillRect(0, 0, c.left, c.head, theme.colour("band"))
    p.drawText(QRect(theme.px(8), half, c.left, c.head - half), LEFT, "Initiative, milestone")
    p.drawText(QRect(0, half, c.left - theme.px(8), c.head - half), RIGHT, "Finish")
    p.setPen(theme.colour("line_strong"))
    p.drawLine(0, c.head - 1, c.width, c.head - 1)
    _today_name(c, today)


def _ticks(
    c: Canvas, ticks: list[tuple[int, int, str]], top: int, tall: int, *, sticky: bool
) -> None:
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
        p.drawText(QRectF(begin + theme.px(4), top, right - begin, tall), LEFT, text)


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
