"""The scorecard: all measures in rows, by goal or by status, painted in one pass."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.scorecard import SEVERITY, Reading, read_measure, show_value, worst
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.spark import last_values, paint_spark
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, STATUS_WORDS, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar

Index = QModelIndex | QPersistentModelIndex
TITLES = (
    "Measure", "Latest", "Period", "Since last", "Target", "Stretch", "Status", "Last 24", "Leads",
)  # fmt: skip
WIDTHS = (0, 86, 68, 84, 62, 62, 96, 112, 54)
MEASURE, LATEST, PERIOD, TREND, TARGET, STRETCH, STATUS, SPARK, LEAD = range(9)
_NUMERIC = (LATEST, TARGET, STRETCH)
ROW_HEIGHT, GROUP_HEIGHT = 28, 27
PAD = 6
NARROW = 860
"""Below this width the stretch target is left to the measure's own view."""
NORMAL, MEDIUM = QFont.Weight.Normal, QFont.Weight.Medium


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A measure's row, or a goal's heading when ``reading`` is ``None``."""

    kind: str
    id: str
    title: str
    status: str
    reading: Reading | None = None
    lead: Partner | None = None
    place: int = 0

    @property
    def measure(self) -> Measure:
        """The measure of the row.

        Raises:
            AttributeError: the row is a heading.
        """
        assert self.reading is not None  # noqa: S101 - callers ask rows with a reading
        return self.reading.measure


def rows_of(book: Book, *, by_status: bool) -> list[ScoreRow]:
    """Return the rows of the scorecard: under their goals, or the most pressing first."""
    places = {partner.id: n for n, partner in enumerate(sorted(book.all(Partner), key=_id))}
    rows: list[ScoreRow] = []
    for goal in book.all(Goal):
        lead = book.get(Partner, goal.lead)
        place = places.get(goal.lead or "", 0)
        found = [
            ScoreRow("measure", one.id, one.title, reading.status, reading, lead, place)
            for one in book.children(Measure, goal.id)
            for reading in (read_measure(one),)
        ]
        state = worst([row.status for row in found])
        if found and not by_status:
            rows.append(ScoreRow("goal", goal.id, goal.title, state))
        rows += found
    if by_status:
        rows.sort(key=_pressing)
    return rows


def _id(partner: Partner) -> str:
    return partner.id


def _pressing(row: ScoreRow) -> int:
    return -SEVERITY.index(row.status)


def trend_words(reading: Reading) -> str:
    """Return which way the last value went and what that means: ``↑ better``."""
    if reading.latest is None or reading.previous is None:
        return show.NOTHING
    if reading.better is None:
        return "→ same"
    up = reading.latest.value > reading.previous.value
    return f"{'↑' if up else '↓'} {'better' if reading.better else 'worse'}"


def short_period(period: str) -> str:
    """Return ``Oct 26`` of a period."""
    return f"{month_label(period)} {period[2:4]}"


def level_text(measure: Measure, value: Decimal | None) -> str:
    """Return a target or stretch with the measure's decimals."""
    return show.NOTHING if value is None else show_value(measure, value, unit=False)


class ScoreModel(QAbstractTableModel):
    """Text of every cell, for the painter and for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ScoreRow] = []

    def replace(self, rows: list[ScoreRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a cell's text; a screen reader also hears what the column is."""
        row = self.rows[index.row()]
        text = cell_text(row, index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {TITLES[index.column()]}: {text or 'none'}"
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == MEASURE and row.reading:
            return row.measure.definition or row.title
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return TITLES[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if section in _NUMERIC
                    else Qt.AlignmentFlag.AlignLeft
                )
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def cell_text(row: ScoreRow, column: int) -> str:  # noqa: PLR0911 - one line a column
    """Return what a cell says."""
    reading = row.reading
    if reading is None:
        return (
            row.title
            if column == MEASURE
            else STATUS_WORDS[row.status][1]
            if column == STATUS
            else ""
        )
    measure = reading.measure
    if column == MEASURE:
        return row.title
    if column == LATEST:
        return show_value(measure, reading.latest.value) if reading.latest else show.NOTHING
    if column == PERIOD:
        return short_period(reading.latest.period) if reading.latest else ""
    if column == TREND:
        return trend_words(reading)
    if column == TARGET:
        return level_text(measure, reading.target)
    if column == STRETCH:
        return level_text(measure, reading.stretch)
    if column == STATUS:
        return " ".join(STATUS_WORDS[row.status])
    if column == SPARK:
        return f"{len(last_values(measure))} values"
    return row.lead.first_name if row.lead else ""


class ScorePainter(QStyledItemDelegate):
    """Paints a cell: figures right, status in its colour, the sparkline, the lead's disc."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        model = index.model()
        assert isinstance(model, ScoreModel)  # noqa: S101 - for the type checker
        row, column = model.rows[index.row()], index.column()
        rect = option.rect
        view = self.parent()
        assert isinstance(view, QTableView)  # noqa: S101 - for the type checker
        chosen = view.currentIndex().row() == index.row() and row.reading is not None
        ground = "selected" if chosen else "surface" if row.reading else "band"
        painter.fillRect(rect, theme.colour(ground))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = QRectF(rect).adjusted(theme.px(PAD), 0, -theme.px(PAD), -1)
        if row.reading is None:
            self._heading(painter, row, column, inner)
        elif column == SPARK:
            spark = inner.adjusted(0, theme.px(3), 0, -theme.px(3))
            paint_spark(painter, spark, last_values(row.measure), row.reading.target, row.status)
        elif column == LEAD and row.lead:
            side = theme.px(20)
            disc = QRectF(inner.left(), rect.center().y() - side / 2, side, side)
            painter.save()
            paint_avatar(painter, disc, row.lead.initials, row.place)
            painter.restore()
        else:
            self._text(painter, row, column, inner)

    def _heading(self, painter: QPainter, row: ScoreRow, column: int, rect: QRectF) -> None:
        if column not in (MEASURE, STATUS):
            return
        painter.setPen(theme.status(row.status) if column == STATUS else theme.colour("ink"))
        text = " ".join(STATUS_WORDS[row.status]) if column == STATUS else row.title
        painter.setFont(font(BODY, SEMIBOLD))
        painter.drawText(
            rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text
        )

    def _text(self, painter: QPainter, row: ScoreRow, column: int, rect: QRectF) -> None:
        weight = SEMIBOLD if column == LATEST else MEDIUM if column in (STATUS, MEASURE) else NORMAL
        shown = font(SMALL if column == PERIOD else BODY, weight)
        painter.setFont(shown)
        painter.setPen(theme.colour("muted" if column in (PERIOD, STRETCH) else "ink"))
        if column == STATUS:
            painter.setPen(theme.status(row.status))
        if column == TREND and row.reading is not None and row.reading.better is not None:
            painter.setPen(theme.status("on_track" if row.reading.better else "off_track"))
        side = Qt.AlignmentFlag.AlignRight if column in _NUMERIC else Qt.AlignmentFlag.AlignLeft
        if column == MEASURE:
            rect = rect.adjusted(theme.px(10), 0, 0, 0)
        text = cell_text(row, column)
        text = QFontMetrics(shown).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), text)


class Scorecard(QTableView):
    """The table. ``opened`` carries a measure's id, ``picked`` the key of the row that is current."""

    opened = Signal(str)
    picked = Signal(object)
    sorted_by_status = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.score = ScoreModel()
        self.setModel(self.score)
        self.setItemDelegate(ScorePainter(self))
        self.setAccessibleName("Scorecard of all measures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(self._on_header)
        self.doubleClicked.connect(self._on_double)

    def show_rows(self, rows: list[ScoreRow]) -> None:
        """Show rows and stay on the current one."""
        current = self.current_key()
        self.score.replace(rows)
        self.clearSpans()
        for n, row in enumerate(rows):
            if row.reading is None:
                self.setSpan(n, MEASURE, 1, STATUS)
        self.fit()
        if current is not None:
            self.choose(current)

    def fit(self) -> None:
        """Take up the zoom and the width: the measure's name takes what is left."""
        self.horizontalHeader().setFixedHeight(theme.px(GROUP_HEIGHT))
        header = self.verticalHeader()
        header.setMinimumSectionSize(1)
        for n, row in enumerate(self.score.rows):
            self.setRowHeight(n, theme.px(ROW_HEIGHT if row.reading else GROUP_HEIGHT))
        narrow = self.viewport().width() < theme.px(NARROW)
        self.setColumnHidden(STRETCH, narrow)
        shown = [width for column, width in enumerate(WIDTHS) if not (narrow and column == STRETCH)]
        rest = self.viewport().width() - sum(theme.px(width) for width in shown)
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, theme.px(width) if width else max(theme.px(160), rest))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the new width to the names."""
        super().resizeEvent(event)
        self.fit()

    def current_key(self) -> tuple[str, str] | None:
        """Return the key of the current row."""
        at = self.currentIndex().row()
        return (
            (self.score.rows[at].kind, self.score.rows[at].id)
            if 0 <= at < len(self.score.rows)
            else None
        )

    def choose(self, key: tuple[str, str]) -> bool:
        """Make a row current; returns whether there is one."""
        for n, row in enumerate(self.score.rows):
            if (row.kind, row.id) == key:
                self.setCurrentIndex(self.score.index(n, 0))
                return True
        return False

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is current."""
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid():
            row = self.score.rows[current.row()]
            self.picked.emit((row.kind, row.id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current measure on Enter."""
        if event.key() in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_double(self, index: QModelIndex) -> None:
        self._open(index.row())

    def _open(self, at: int) -> None:
        if 0 <= at < len(self.score.rows) and self.score.rows[at].reading is not None:
            self.opened.emit(self.score.rows[at].id)

    @Slot(int)
    def _on_header(self, section: int) -> None:
        if section in (STATUS, MEASURE):
            self.sorted_by_status.emit()
