"""Small multiples: every measure's chart in a tile, all on one time axis, each on its own scale."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from dyad_desktop.domain.fiscal import months_between
from dyad_desktop.domain.measure_ahead import Ahead, ahead_of, ahead_words, due_words, outlook_rows
from dyad_desktop.domain.measure_words import YOUNG, caption, place_label
from dyad_desktop.domain.reach import Reach
from dyad_desktop.domain.score_lines import RUN_SIGNALS, ScoreLine
from dyad_desktop.domain.unsettled import OLD
from dyad_desktop.ui.charts import measure_lines as lines
from dyad_desktop.ui.charts.signal_icons import RUN_MARKS, SHORT_WORDS, paint_icon
from dyad_desktop.ui.charts.spark_axis import Axis
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, STATUS_WORDS, font, theme

Index = QModelIndex | QPersistentModelIndex
LEAST, TALL = 250, 148
"""Least width and the height of a tile."""
PAD, HEAD, FOOT, ICON = 8, 40, 14, 18
NOT_YET = (9, 4)
"""The dashes of a target that isn't due yet."""
LINE = Qt.ItemDataRole.UserRole
AHEAD = LINE + 1
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class TileModel(QAbstractListModel):
    """The lines, and the time that all tiles share."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[ScoreLine, ...] = ()
        self.ahead: tuple[Ahead, ...] = ()
        self.first, self.last = "", ""

    def replace(self, found: Sequence[ScoreLine], start_month: int) -> None:
        """Show other lines; the fiscal year begins in ``start_month``."""
        self.beginResetModel()
        self.lines = tuple(found)
        self.ahead = tuple(ahead_of(line.chart, start_month) for line in found)
        places = [place[:7] for line in found for place in line.chart.series.places]
        places += [place for one in self.ahead for place in one.places]
        self.first, self.last = min(places, default=""), max(places, default="")
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many tiles there are."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a tile's line, its title, or what its chart says."""
        line, ahead = self.lines[index.row()], self.ahead[index.row()]
        if role == LINE:
            return line
        if role == AHEAD:
            return ahead
        if role == Qt.ItemDataRole.DisplayRole:
            return line.measure.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            said = f"{line.measure.title}. {caption(line.chart)} "
            return (said + ahead_words(line.chart, ahead)).rstrip()
        return None


class SmallMultiples(QListView):
    """The tiles. ``opened`` carries a measure's id, ``picked`` the key of the one that is current."""

    opened = Signal(str)
    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tiles = TileModel()
        self.setModel(self.tiles)
        self.setItemDelegate(TilePainter(self))
        self.setAccessibleName("Charts of all measures")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("look", "tiles")
        self.activated.connect(self._on_open)

    def show_lines(self, found: Sequence[ScoreLine], start_month: int) -> None:
        """Show a tile for each line; the fiscal year begins in ``start_month``."""
        at = self.currentIndex().row()
        current = self.tiles.lines[at].measure.id if at >= 0 else ""
        self.tiles.replace(found, start_month)
        self._fit()
        self.choose(current)

    def choose(self, measure: str) -> None:
        """Make a measure's tile current, where there is one."""
        for n, line in enumerate(self.tiles.lines):
            if line.measure.id == measure:
                self.setCurrentIndex(self.tiles.index(n))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which measure is current."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.picked.emit(("measure", self.tiles.lines[current.row()].measure.id))

    @property
    def span(self) -> str:
        """Return the time that all tiles show; nothing where nothing is recorded."""
        first, last = self.tiles.first, self.tiles.last
        return (
            f"{place_label(first)} to {place_label(last)}, each on its own scale" if first else ""
        )

    def _fit(self) -> None:
        """Fill the width with tiles of one size; Qt leaves a bar standing that isn't needed any more."""
        rows = -(-self.tiles.rowCount() // max(1, (self.width() - 1) // theme.px(LEAST)))
        fits = rows * theme.px(TALL) <= self.height()
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAlwaysOn
        )
        room = self.viewport().width() - 1
        count = max(1, room // theme.px(LEAST))
        self.setGridSize(QSize(room // count, theme.px(TALL)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new width."""
        self._fit()
        super().resizeEvent(event)

    @Slot(QModelIndex)
    def _on_open(self, index: QModelIndex) -> None:
        self.opened.emit(self.tiles.lines[index.row()].measure.id)


class TilePainter(QStyledItemDelegate):
    """Paints a tile: title, latest value with its state, and the chart."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the size of a tile."""
        view = self.parent()
        assert isinstance(view, SmallMultiples)  # noqa: S101 - for the type checker
        return view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one tile."""
        view = self.parent()
        assert isinstance(view, SmallMultiples)  # noqa: S101 - for the type checker
        line: ScoreLine = index.data(LINE)
        ahead: Ahead = index.data(AHEAD)
        box = QRectF(option.rect).adjusted(0, 0, -theme.px(PAD), -theme.px(PAD))
        chosen = view.currentIndex() == index and view.hasFocus()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.colour("on_track") if chosen else theme.colour("line")
        painter.setPen(QPen(edge, 2 if chosen else 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        inner = box.adjusted(theme.px(PAD), theme.px(6), -theme.px(PAD), -theme.px(4))
        _head(painter, inner, line)
        plot = inner.adjusted(0, theme.px(HEAD), 0, -theme.px(FOOT))
        if line.chart.series.places:
            _chart(painter, plot, line, ahead, _span(line, view.tiles.first, view.tiles.last))
            _foot(painter, inner, line, ahead)
        painter.restore()


def _head(painter: QPainter, box: QRectF, line: ScoreLine) -> None:
    reading = line.reading
    title = font(SMALL, SEMIBOLD)
    painter.setFont(title)
    painter.setPen(theme.colour("ink"))
    room = int(box.width()) - theme.px(ICON + 4) * 2
    text = QFontMetrics(title).elidedText(line.measure.title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRectF(box.left(), box.top(), box.width(), theme.px(18)), LEFT, text)
    row = QRectF(box.left(), box.top() + theme.px(18), box.width(), theme.px(20))
    painter.setFont(font(BODY, SEMIBOLD))
    latest = reading.told + YOUNG * reading.provisional if reading.told else "—"
    painter.drawText(row, LEFT, latest)
    if line.signal in RUN_SIGNALS:
        beside = QFontMetrics(font(BODY, SEMIBOLD)).horizontalAdvance(latest) + theme.px(PAD)
        state = RUN_MARKS.get(line.signal)
        painter.setFont(font(SMALL))
        painter.setPen(theme.status(state) if state else theme.colour("muted"))
        painter.drawText(row.adjusted(beside, 0, 0, 0), LEFT, SHORT_WORDS[line.signal])
    painter.setFont(font(SMALL, SEMIBOLD))
    painter.setPen(theme.status(reading.shown))
    painter.drawText(row, RIGHT, " ".join(STATUS_WORDS[reading.shown]))
    side, right = theme.px(ICON), box.right()
    if line.old and line.chart.variation:
        painter.setPen(theme.colour("muted"))
        right -= QFontMetrics(title).horizontalAdvance(OLD)
        painter.drawText(QRectF(right, box.top(), side, side), LEFT, OLD)
    for icon in (line.chart.assurance, line.chart.variation):
        if icon is not None:
            right -= side
            paint_icon(painter, QRectF(right, box.top(), side, side), icon)
            right -= theme.px(4)


def _foot(painter: QPainter, box: QRectF, line: ScoreLine, ahead: Ahead) -> None:
    """Write under the chart where the year is to end, and what is due when."""
    row = QRectF(box.left(), box.bottom() - theme.px(FOOT), box.width(), theme.px(FOOT))
    painter.setFont(font(SMALL))
    painter.setPen(theme.colour("muted"))
    if ahead.reach is not None:
        painter.drawText(row, LEFT, outlook_rows(line.chart, ahead.reach)[0])
    if ahead.due is not None:
        painter.drawText(row, RIGHT, due_words(line.measure, ahead.due))


def _chart(
    painter: QPainter, box: QRectF, line: ScoreLine, ahead: Ahead, span: tuple[float, float]
) -> None:
    chart = line.chart
    drawn = lines.middle_lines(chart) | lines.level_lines(chart, ahead.places)
    for name in ("stretch", "amber"):
        drawn.pop(name, None)
    values = [lines.number(value) for value in chart.series.values]
    reach = ahead.reach
    spans = (reach.low, reach.high) if reach else ()
    axis = Axis(box, [*values, *spans, *(y for _, ys in drawn.values() for y in ys)], *span)
    if reach is not None:
        _outlook(painter, axis, reach, (len(values) - 1, len(values) + len(ahead.places) - 0.5))
    _lines(painter, axis, drawn, ahead)
    for level in lines.due_levels(chart.measure, ahead):
        _tick(painter, axis.at(ahead.due.at if ahead.due else 0, level))
    painter.setPen(QPen(theme.colour("muted"), 1.2))
    for part in axis.parts(*lines.value_line(chart)):
        painter.drawPolyline(part)
    for point in axis.lone(values):
        _dot(painter, point, theme.colour("muted"), "o", theme.px(2))
    for mark in lines.marks_of(chart):
        _dot(
            painter,
            axis.at(mark.place, values[mark.place]),
            QColor(lines.colour_of(mark.meaning)),
            mark.shape,
        )
    end = chart.last or 0
    _dot(painter, axis.at(end, values[end]), theme.status(line.reading.status), "o")


def _lines(painter: QPainter, axis: Axis, drawn: dict[str, lines.Points], ahead: Ahead) -> None:
    """Paint limits and levels; what isn't due yet in long dashes."""
    faint, ink = theme.colour("faint"), theme.colour("ink")
    dashed, later = QPen(faint, 1, Qt.PenStyle.DashLine), QPen(ink, 1)
    later.setDashPattern(NOT_YET)
    pens = {"upper": dashed, "lower": dashed, "centre": QPen(faint, 1)}
    for name, points in drawn.items():
        parts = [(points, pens.get(name, QPen(ink, 1)))]
        if name in lines.DATED:
            before, after = lines.due_parts(points, ahead)
            parts = [(before, later), (after, QPen(ink, 1 if ahead.due is None else 2))]
        for part, pen in parts:
            painter.setPen(pen)
            for line in axis.parts(*part):
                painter.drawPolyline(line)


def _outlook(painter: QPainter, axis: Axis, reach: Reach, span: tuple[float, float]) -> None:
    """Hatch the interval in which a year is to end, with what is expected as a line."""
    first, last = span
    hatch = QBrush(theme.colour("faint"), Qt.BrushStyle.BDiagPattern)
    painter.fillRect(QRectF(axis.at(first, reach.high), axis.at(last, reach.low)), hatch)
    painter.setPen(QPen(theme.colour("ink"), 1))
    painter.drawLine(axis.at(first, reach.outlook), axis.at(last, reach.outlook))


def _tick(painter: QPainter, at: QPointF) -> None:
    half = theme.px(4)
    painter.setPen(QPen(theme.colour("ink"), 2))
    painter.drawLine(QPointF(at.x(), at.y() - half), QPointF(at.x(), at.y() + half))


def _span(line: ScoreLine, first: str, last: str) -> tuple[float, float]:
    """Return where the shared time begins and ends, in places of a line's own series."""
    chart = line.chart
    place = chart.series.places[0]
    if len(place) > len(first):
        return -0.5, len(chart.series.places) - 0.5
    step = chart.measure.step
    begins = -months_between(first, place) / step
    return begins - 0.5, begins + months_between(first, last) / step + 0.5


def _dot(painter: QPainter, at: QPointF, colour: QColor, shape: str, size: int = 0) -> None:
    size = size or theme.px(3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if shape == "o":
        painter.drawEllipse(at, size, size)
        return
    way = {lines.UP: -1, lines.DOWN: 1}.get(shape, 0)
    if way:
        tip = QPointF(at.x(), at.y() + way * size)
        left, right = (QPointF(at.x() + side * size, at.y() - way * size) for side in (-1, 1))
        painter.drawPolygon(QPolygonF([tip, left, right]))
    else:
        ends = [(0, -size), (size, 0), (0, size), (-size, 0)]
        painter.drawPolygon(QPolygonF([QPointF(at.x() + x, at.y() + y) for x, y in ends]))
