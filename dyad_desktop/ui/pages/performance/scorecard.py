"""The scorecard: all measures in rows under headings, painted in one pass."""

from functools import partial
from time import perf_counter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from dyad_desktop.ui.pages.performance.score_columns import (
    ASSURANCE,
    CONFIDENCE,
    LATEST,
    LEAD,
    LEAST_NAME,
    MEASURE,
    NARROW,
    NUMERIC,
    PERIOD,
    SINCE,
    STATUS,
    TIPS,
    TITLES,
    VARIATION,
    WIDTHS,
)
from dyad_desktop.ui.pages.performance.score_painter import PAD, paint_cell, paint_row
from dyad_desktop.ui.pages.performance.score_rows import (
    ScoreRow,
    cell_text,
    roomy_text,
    spoken,
    tip_of,
)
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, font, theme

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT, GROUP_HEIGHT, SHADE = 28, 27, 14
STAMPED = frozenset({PERIOD, SINCE, STATUS, VARIATION, ASSURANCE, CONFIDENCE, LEAD})
"""Columns of which many cells look the same."""
PAGES_AHEAD, SLICE = 3, 0.004
"""Pages of rows that are drawn before they are asked for, and the seconds for which a stretch of that may last."""


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
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {TITLES[column]}: {spoken(row, column) or 'none'}"
        if role == Qt.ItemDataRole.ToolTipRole and row.line is not None:
            return tip_of(row, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return TIPS.get(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section in NUMERIC
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class Scorecard(QTableView):
    """The table. ``opened`` carries a measure's id, ``picked`` the key of the row that is current."""

    opened = Signal(str)
    picked = Signal(object)
    grouped = Signal(str)
    fitted = Signal()
    """Tells that the columns have other widths."""
    moved = Signal(str, int)
    """Carries a measure that is to move one place up (-1) or down (1)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.score = ScoreModel()
        self.setModel(self.score)
        self._pictures: dict[tuple[int, bool], QPixmap] = {}
        self._stamps: dict[tuple[object, ...], QPixmap] = {}
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.timeout.connect(self._draw_ahead)
        self.setAccessibleName("Scorecard of all measures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(self._on_header)
        self.doubleClicked.connect(self._on_double)
        # What is scrolled sideways is moved as it is, and the shade with it.
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)

    def show_rows(self, rows: list[ScoreRow]) -> None:
        """Show rows and stay on the current one."""
        current = self.current_key()
        self.score.replace(rows)
        self._fit_rows()
        self.fit()
        if current is not None:
            self.choose(current)

    def _fit_rows(self) -> None:
        tall, low = theme.px(ROW_HEIGHT), theme.px(GROUP_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(tall)
        for n, row in enumerate(self.score.rows):
            if row.line is None:
                self.setRowHeight(n, low)

    def fit(self) -> None:
        """Take up the zoom and the width: the names take what is left, and where that is little one scrolls."""
        self._pictures.clear()
        self._stamps.clear()
        self.horizontalHeader().setFixedHeight(theme.px(GROUP_HEIGHT))
        if self.verticalHeader().defaultSectionSize() != theme.px(ROW_HEIGHT):
            self._fit_rows()
        narrow = theme.px(LEAST_NAME + sum(WIDTHS)) > self.viewport().width()
        # Its months are nearly always the same: one that isn't stands beside its value then.
        out = {PERIOD} if narrow else set()
        self.setColumnHidden(PERIOD, narrow)
        less = NARROW if narrow else {}
        widths = [theme.px(less.get(column, width)) for column, width in enumerate(WIDTHS)]
        for column in NUMERIC if narrow else (*NUMERIC, SINCE):
            widths[column] = max(widths[column], self._needed(column))
        used = sum(width for column, width in enumerate(widths) if column not in out)
        widths[MEASURE] = max(theme.px(LEAST_NAME), self.viewport().width() - used)
        for column, width in enumerate(widths):
            self.setColumnHidden(column, column in out)
            self.setColumnWidth(column, width)
        self.fitted.emit()

    @property
    def further_right(self) -> list[str]:
        """Return the titles of the columns that lie out of sight to the right, also in part."""
        edge, header = self.viewport().width(), self.horizontalHeader()
        return [
            title
            for column, title in enumerate(TITLES)
            if not self.isColumnHidden(column)
            and header.sectionPosition(column) + self.columnWidth(column) > edge
        ]

    def _needed(self, column: int) -> int:
        """Return the width that the figures of a column take; a corridor has two."""
        metrics = QFontMetrics(font(BODY, SEMIBOLD))
        small = QFontMetrics(font(SMALL))
        texts = {
            (self._text(row, column), self._when(row, column))
            for row in self.score.rows
            if row.line is not None
        }
        wide = max(
            (
                metrics.horizontalAdvance(text)
                + (small.horizontalAdvance(when) + theme.px(PAD) if when else 0)
                for text, when in texts
            ),
            default=0,
        )
        return wide + theme.px(2 * PAD + 2)

    def _text(self, row: ScoreRow, column: int) -> str:
        """Return what a cell says in the width that there is."""
        return (cell_text if self.isColumnHidden(PERIOD) else roomy_text)(row, column)

    def _when(self, row: ScoreRow, column: int) -> str:
        """Return what stands before a latest value of another period than most, where periods have no column."""
        return row.apart if column == LATEST and self.isColumnHidden(PERIOD) else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the new width to the names."""
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows from their pictures: each is drawn once, and scrolling only copies."""
        painter = QPainter(self.viewport())
        for n in self._rows_in(event.rect()):
            at = QPoint(-self.horizontalOffset(), self.rowViewportPosition(n))
            painter.drawPixmap(at, self._picture(n))
        bar = self.horizontalScrollBar()
        if bar.value() < bar.maximum():
            self._shade(painter)
        self._ahead.start()

    def _rows_in(self, rect: QRect) -> range:
        first, last, rows = self.rowAt(rect.top()), self.rowAt(rect.bottom()), len(self.score.rows)
        return range(max(0, first), (rows if last < 0 else last + 1) if first >= 0 else 0)

    @property
    def drawing_ahead(self) -> bool:
        """Return whether more rows are to be drawn while nothing else is done."""
        return self._ahead.isActive()

    @property
    def drawn(self) -> set[int]:
        """Return the rows whose pictures are kept."""
        return {n for n, _chosen in self._pictures}

    @Slot()
    def _draw_ahead(self) -> None:
        """Draw rows of the next pages while nothing else is to be done, a few at a time."""
        shown, began = self._rows_in(self.viewport().rect()), perf_counter()
        reach = PAGES_AHEAD * len(shown)
        after = range(shown.stop, min(len(self.score.rows), shown.stop + reach))
        before = range(shown.start - 1, max(0, shown.start - reach) - 1, -1)
        for n in (*after, *before):
            if (n, False) not in self._pictures:
                self._picture(n)
                if perf_counter() - began > SLICE:
                    self._ahead.start()
                    return
        if len(self._pictures) > 4 * reach + len(shown):
            near = range(shown.start - 2 * reach, shown.stop + 2 * reach)
            self._pictures = {at: one for at, one in self._pictures.items() if at[0] in near}

    def _shade(self, painter: QPainter) -> None:
        """Darken the right edge, behind which more columns lie."""
        whole = QRectF(self.viewport().rect())
        edge = whole.adjusted(whole.width() - theme.px(SHADE), 0, 0, 0)
        dark = QColor(theme.colour("ink"))
        shade = QLinearGradient(edge.topLeft(), edge.topRight())
        for at, alpha in ((0.0, 0.0), (1.0, 0.3)):
            dark.setAlphaF(alpha)
            shade.setColorAt(at, dark)
        painter.fillRect(edge, shade)

    def _picture(self, n: int) -> QPixmap:
        row = self.score.rows[n]
        chosen = self.currentIndex().row() == n and row.line is not None
        found = self._pictures.get((n, chosen))
        if found is None:
            found = self._pictures[n, chosen] = self._drawn(row, self.rowHeight(n), chosen=chosen)
        return found

    def _drawn(self, row: ScoreRow, height: int, *, chosen: bool) -> QPixmap:
        ratio = self.devicePixelRatioF()
        header = self.horizontalHeader()
        picture = QPixmap(QSize(max(self.viewport().width(), header.length()), height) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.colour("surface"))
        painter = QPainter(picture)
        cells = [
            (
                column,
                QRectF(header.sectionPosition(column), 0, self.columnWidth(column), height),
            )
            for column in range(len(TITLES))
            if not self.isColumnHidden(column)
        ]
        if row.line is None:
            paint_row(painter, row, cells, partial(cell_text, row), chosen=chosen)
            cells = []
        for column, box in cells:
            if column in STAMPED:
                painter.drawPixmap(box.topLeft(), self._stamp(row, column, box, chosen=chosen))
            else:
                text, when = self._text(row, column), self._when(row, column)
                paint_cell(painter, box, row, column, text, chosen=chosen, when=when)
        painter.end()
        return picture

    def _stamp(self, row: ScoreRow, column: int, box: QRectF, *, chosen: bool) -> QPixmap:
        """Return the picture of a cell that looks the same in many rows: drawn once, it is copied into each."""
        line = row.line
        assert line is not None  # noqa: S101 - headings have no such cells
        text = self._text(row, column)
        look = (line.signal if column == VARIATION else "", line.lead.id if line.lead else "")
        key = (column, text, *look, chosen)
        found = self._stamps.get(key)
        if found is None:
            ratio = self.devicePixelRatioF()
            found = QPixmap((box.size() * ratio).toSize())
            found.setDevicePixelRatio(ratio)
            painter = QPainter(found)
            whole = QRectF(0, 0, box.width(), box.height())
            paint_cell(painter, whole, row, column, text, chosen=chosen)
            painter.end()
            self._stamps[key] = found
        return found

    def current_key(self) -> tuple[str, str] | None:
        """Return the key of the current row."""
        at = self.currentIndex().row()
        rows = self.score.rows
        return (rows[at].kind, rows[at].id) if 0 <= at < len(rows) else None

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
            self.picked.emit((row.kind, row.id) if row.kind != "heading" else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current measure on Enter, move it by Alt+Up and Alt+Down."""
        key, at = event.key(), self.currentIndex().row()
        if key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self._open(at)
            return
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and key in (int(Qt.Key.Key_Up), int(Qt.Key.Key_Down)):
            if 0 <= at < len(self.score.rows) and self.score.rows[at].line is not None:
                self.moved.emit(self.score.rows[at].id, -1 if key == int(Qt.Key.Key_Up) else 1)
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_double(self, index: QModelIndex) -> None:
        self._open(index.row())

    def _open(self, at: int) -> None:
        if 0 <= at < len(self.score.rows) and self.score.rows[at].line is not None:
            self.opened.emit(self.score.rows[at].id)

    @Slot(int)
    def _on_header(self, section: int) -> None:
        by = {STATUS: "status", MEASURE: "goal", LEAD: "lead"}.get(section)
        if by is not None:
            self.grouped.emit(by)
