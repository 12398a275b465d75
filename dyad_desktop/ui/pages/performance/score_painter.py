"""Paints the scorecard's cells: figures right, states in their colour, icons, sparklines, discs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from dyad_desktop.domain.score_lines import RUN_SIGNALS
from dyad_desktop.domain.unsettled import OLD
from dyad_desktop.ui.charts.signal_icons import RUN_MARKS, ground_of, paint_icon
from dyad_desktop.ui.charts.spark import paint_spark
from dyad_desktop.ui.pages.performance.score_columns import (
    ASSURANCE,
    CONFIDENCE,
    LATEST,
    LEAD,
    MEASURE,
    NUMERIC,
    PERIOD,
    SINCE,
    SPARK,
    STATUS,
    VARIATION,
)
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, STATUS_WORDS, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar

if TYPE_CHECKING:
    from dyad_desktop.ui.pages.performance.score_rows import ScoreRow

PAD, INDENT, ICON, WORD_GAP = 6, 10, 18, 4
SHORT = 10
"""Letters that every column has room for, so that they needn't be measured."""
NAMED = 48
"""Width of a confidence behind initials."""
NORMAL = QFont.Weight.Normal
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def paint_row(
    painter: QPainter, row: "ScoreRow", cells: Sequence[tuple[int, QRectF]], texts: Callable[[int], str],
    *, chosen: bool = False, named: bool = False,
) -> None:  # fmt: skip
    """Paint a row's cells, on the screen or on paper; a heading reaches from the name to the state.

    ``named`` writes whose confidence it is, for paper that has no colours.
    """
    if row.line is None:
        before = [box for column, box in cells if column < STATUS]
        whole = before[0].united(before[-1])
        cells = [(MEASURE, whole), *(cell for cell in cells if cell[0] >= STATUS)]
    for column, box in cells:
        paint_cell(painter, box, row, column, texts(column), chosen=chosen, named=named)


def paint_cell(  # noqa: PLR0913 - each names itself where it is called
    painter: QPainter,
    rect: QRectF,
    row: "ScoreRow",
    column: int,
    text: str,
    *,
    chosen: bool = False,
    named: bool = False,
    when: str = "",
) -> None:
    """Paint a cell of a row into a rectangle, on the screen or on paper; ``when`` stands small before a figure."""
    ground = "selected" if chosen else "surface" if row.line else "band"
    painter.fillRect(rect, theme.colour(ground))
    painter.setPen(theme.colour("line"))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    inner = rect.adjusted(theme.px(PAD), 0, -theme.px(PAD), -1)
    if row.line is None:
        _heading(painter, row, column, inner)
    elif column == SPARK:
        spark = inner.adjusted(0, theme.px(3), 0, -theme.px(3))
        target = row.line.reading.target
        paint_spark(painter, spark, row.spark, target, row.status, row.breaks)
    elif column in (VARIATION, ASSURANCE):
        signal = row.line.signal if column == VARIATION else row.line.chart.assurance
        _icon(painter, inner, signal or "", text)
    elif column == CONFIDENCE:
        _confidence(painter, inner, row, named=named)
    elif column == LEAD and row.line.lead is not None:
        place = row.places.index(row.line.lead.id) if row.line.lead.id in row.places else 0
        _disc(painter, inner, row.line.lead.initials, place)
    else:
        _text(painter, row, column, inner, text)
        if when:
            room = QFontMetrics(font(BODY, SEMIBOLD)).horizontalAdvance(text) + theme.px(PAD)
            painter.setFont(font(SMALL))
            painter.setPen(theme.colour("muted"))
            painter.drawText(inner.adjusted(0, 0, -room, 0), RIGHT, when)


def _disc(painter: QPainter, rect: QRectF, initials: str, place: int) -> None:
    """Paint a partner's disc at the left of a rectangle."""
    side = theme.px(20)
    disc = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
    painter.save()
    paint_avatar(painter, disc, initials, place)
    painter.restore()


def _heading(painter: QPainter, row: "ScoreRow", column: int, rect: QRectF) -> None:
    if column not in (MEASURE, STATUS):
        return
    painter.setPen(theme.status(row.status) if column == STATUS else theme.colour("ink"))
    text = " ".join(STATUS_WORDS[row.status]) if column == STATUS else row.title
    painter.setFont(font(BODY, SEMIBOLD))
    painter.drawText(rect, LEFT, text)


def _icon(painter: QPainter, rect: QRectF, icon: str, text: str) -> None:
    if not icon or icon in RUN_SIGNALS:
        state = RUN_MARKS.get(icon)
        painter.setPen(theme.status(state) if state else theme.colour("muted"))
        painter.setFont(font(SMALL, SEMIBOLD) if state else font(SMALL if icon else BODY))
        painter.drawText(rect, LEFT, text)
        return
    side = theme.px(ICON)
    paint_icon(painter, QRectF(rect.left(), rect.center().y() - side / 2, side, side), icon)
    # Words by old limits are as quiet as those of common cause: they neither praise nor alarm.
    common = icon in ("common_cause", "inconsistent") or text.endswith(OLD)
    painter.setPen(theme.colour("muted") if common else ground_of(icon))
    painter.setFont(font(SMALL, NORMAL if common else SEMIBOLD))
    painter.drawText(rect.adjusted(side + theme.px(WORD_GAP), 0, theme.px(PAD), 0), LEFT, text)


def _confidence(painter: QPainter, rect: QRectF, row: "ScoreRow", *, named: bool) -> None:
    """Write what each partner last said in the partner's colour, always in the same order; what is older is pale."""
    line = row.line
    step = theme.px(NAMED if named else 22)
    for place, partner in enumerate(row.partners):
        box = QRectF(rect.left() + place * step, rect.top(), step, rect.height())
        given = line.confidence.get(partner.id) if line else None
        old = line is None or given is None or given.day != line.said_day
        painter.setFont(font(BODY, NORMAL if old else SEMIBOLD))
        painter.setPen(theme.colour("muted") if old else theme.partner(place))
        mark = "–" if given is None else str(given.mark)
        painter.drawText(box, LEFT, f"{partner.initials} {mark}" if named else mark)


def _text(painter: QPainter, row: "ScoreRow", column: int, rect: QRectF, text: str) -> None:
    strong = column in (LATEST, STATUS, MEASURE)
    still = column == SINCE and row.line is not None and not row.line.renewed
    beside = column == PERIOD or still
    shown = font(SMALL if beside else BODY, SEMIBOLD if strong else NORMAL)
    painter.setFont(shown)
    painter.setPen(theme.colour("muted" if beside else "ink"))
    if column == STATUS:
        painter.setPen(theme.status(row.status))
    better = row.line.change.better if row.line else None
    if column == SINCE and better is not None and not still:
        painter.setPen(theme.status("on_track" if better else "off_track"))
    if column == MEASURE:
        rect = rect.adjusted(theme.px(INDENT), 0, 0, 0)
    if column == MEASURE or len(text) > SHORT:
        room = int(rect.width())
        text = QFontMetrics(shown).elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(rect, RIGHT if column in NUMERIC else LEFT, text)
