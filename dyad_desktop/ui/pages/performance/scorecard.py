"""The scorecard: all measures in rows under headings, painted in one pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
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

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_words import (
    ASSURANCE_WORDS,
    VARIATION_WORDS,
    level_words,
    signal_words,
)
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.score_lines import RUN_SIGNALS, ScoreGroup, ScoreLine
from dyad_desktop.domain.scorecard import Reading, show_value
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.signal_icons import SHORT_WORDS
from dyad_desktop.ui.charts.spark import POINTS, last_values
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
    SPARK,
    STATUS,
    TARGET,
    TIPS,
    TITLES,
    VARIATION,
    WIDTHS,
)
from dyad_desktop.ui.pages.performance.score_painter import PAD, paint_row
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, STATUS_WORDS, font, theme

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT, GROUP_HEIGHT, SHADE = 28, 27, 14


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A measure's row, or a heading when ``line`` is ``None``."""

    kind: str
    id: str
    title: str
    status: str
    line: ScoreLine | None = None
    partners: tuple[Partner, ...] = ()
    """In the alphabetical order of their ids: they are shown by their place in it."""
    spark: tuple[Decimal | None, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The ids of the partners."""
        return tuple(one.id for one in self.partners)

    @property
    def reading(self) -> Reading | None:
        """The measure's reading; ``None`` of a heading."""
        return self.line.reading if self.line else None

    @property
    def measure(self) -> Measure:
        """The measure of the row.

        Raises:
            AttributeError: the row is a heading.
        """
        assert self.line is not None  # noqa: S101 - callers ask rows with a line
        return self.line.measure


def rows_of(groups: Sequence[ScoreGroup], partners: Sequence[Partner]) -> list[ScoreRow]:
    """Return the rows of groups, each under its heading."""
    rows: list[ScoreRow] = []
    for group in groups:
        kind = "goal" if group.goal else "heading"
        rows.append(ScoreRow(kind, group.goal or group.title, group.title, group.status))
        rows += [_row_of(line, tuple(partners)) for line in group.lines]
    return rows


def _row_of(line: ScoreLine, partners: tuple[Partner, ...]) -> ScoreRow:
    measure = line.measure
    days = not any(value is not None for value in measure.values.values())
    spark = line.chart.series.values[-POINTS:] if days else last_values(measure)
    return ScoreRow("measure", measure.id, measure.title, line.reading.shown, line, partners, spark)


def since_words(line: ScoreLine) -> str:
    """Return how a measure changed since the review; ``no new value`` where none has come."""
    if line.reviewed is not None and not line.renewed:
        return "no new value"
    return trend_words(line.change)


def trend_words(reading: Reading) -> str:
    """Return which way a value went and what that means: ``↑ better``."""
    if reading.latest is None or reading.previous is None:
        return show.NOTHING
    if reading.latest.value == reading.previous.value:
        return "→ same"
    arrow = "↑" if reading.latest.value > reading.previous.value else "↓"
    if reading.better is None:
        return arrow
    return f"{arrow} {'better' if reading.better else 'worse'}"


def short_period(period: str) -> str:
    """Return ``Oct 26`` of a period."""
    return f"{month_label(period)} {period[2:4]}"


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


def cell_text(row: ScoreRow, column: int) -> str:
    """Return what a cell says."""
    if row.line is None:
        return {MEASURE: row.title, STATUS: STATUS_WORDS[row.status][1]}.get(column, "")
    return TEXTS[column](row, row.line)


def _latest(_row: ScoreRow, line: ScoreLine) -> str:
    latest = line.reading.latest
    return show_value(line.measure, latest.value) if latest else show.NOTHING


def _period(_row: ScoreRow, line: ScoreLine) -> str:
    return short_period(line.reading.latest.period[:7]) if line.reading.latest else ""


TEXTS: dict[int, Callable[[ScoreRow, ScoreLine], str]] = {
    MEASURE: lambda row, _line: row.title,
    LATEST: _latest,
    PERIOD: _period,
    SINCE: lambda _row, line: since_words(line),
    TARGET: lambda _row, line: target_text(line.reading),
    STATUS: lambda row, _line: " ".join(STATUS_WORDS[row.status]),
    VARIATION: lambda _row, line: SHORT_WORDS.get(line.signal, show.NOTHING),
    ASSURANCE: lambda _row, line: SHORT_WORDS.get(line.chart.assurance or "", show.NOTHING),
    SPARK: lambda row, _line: f"{len(row.spark)} values",
    CONFIDENCE: lambda row, _line: confidence_text(row),
    LEAD: lambda _row, line: line.lead.first_name if line.lead else "",
}


def target_text(reading: Reading) -> str:
    """Return the target in force as a corridor: ``≤ 60``, ``≥ 90``, ``75–85``."""
    measure, target = reading.measure, reading.target
    if target is None:
        return show.NOTHING
    text = show_value(measure, target, unit=False)
    if measure.direction != "within":
        return f"{'≥' if measure.direction == 'up' else '≤'} {text}"
    low = measure.target_low
    return f"≤ {text}" if low is None else f"{show_value(measure, low, unit=False)}–{text}"


def confidence_text(row: ScoreRow) -> str:
    """Return what each partner last said, by name: ``Priya 7 · Marcus 6``; what is older with its day."""
    line = row.line
    if line is None or not line.confidence:
        return show.NOTHING
    parts = []
    for one in row.partners:
        given = line.confidence.get(one.id)
        old = given is not None and given.day != line.said_day
        mark = f"{one.first_name} {show.NOTHING if given is None else given.mark}"
        parts.append(f"{mark} ({show.short_day(given.day)})" if old and given else mark)
    return " · ".join(parts)


def spoken(row: ScoreRow, column: int) -> str:
    """Return a cell's text with its icon in words."""
    if row.line is not None and column == VARIATION and row.line.signal in RUN_SIGNALS:
        return f"run chart: {signal_words(row.line.chart)}"
    if row.line is not None and column == VARIATION:
        return VARIATION_WORDS.get(row.line.chart.variation or "", "too few values")
    if row.line is not None and column == ASSURANCE:
        return ASSURANCE_WORDS.get(row.line.chart.assurance or "", "not known")
    return cell_text(row, column)


def tip_of(row: ScoreRow, column: int) -> str | None:
    """Return what a cell tells when the mouse rests on it."""
    line = row.line
    assert line is not None  # noqa: S101 - headings have no tips
    if column == MEASURE:
        return line.measure.definition or row.title
    if column in (VARIATION, ASSURANCE):
        text = spoken(row, column)
        return f"{text[:1].upper()}{text[1:]}"
    if column == TARGET and line.reading.target is not None:
        stretch = line.reading.stretch
        more = (
            "" if stretch is None else f", stretch {show_value(line.measure, stretch, unit=False)}"
        )
        by = f" by {short_period(line.measure.target_date)}" if line.measure.target_date else ""
        return f"{level_words(line.measure, line.reading.target)}{by}{more}"
    if column == CONFIDENCE and line.confidence:
        return confidence_text(row)
    if column == SINCE and line.reviewed is not None:
        when = short_period(line.reviewed.period[:7])
        return f"{show_value(line.measure, line.reviewed.value)} in {when}, the last that was known when you met"
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
        self.horizontalHeader().setFixedHeight(theme.px(GROUP_HEIGHT))
        if self.verticalHeader().defaultSectionSize() != theme.px(ROW_HEIGHT):
            self._fit_rows()
        narrow = theme.px(LEAST_NAME + sum(WIDTHS)) > self.viewport().width()
        out = {PERIOD} if narrow else set()  # its months are nearly always the same
        less = NARROW if narrow else {}
        widths = [theme.px(less.get(column, width)) for column, width in enumerate(WIDTHS)]
        for column in NUMERIC:
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
        texts = {cell_text(row, column) for row in self.score.rows if row.line is not None}
        wide = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        return wide + theme.px(2 * PAD + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the new width to the names."""
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows from their pictures: each is drawn once, and scrolling only copies."""
        painter = QPainter(self.viewport())
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        rows = len(self.score.rows)
        for n in range(max(0, first), (rows if last < 0 else last + 1) if first >= 0 else 0):
            at = QPoint(-self.horizontalOffset(), self.rowViewportPosition(n))
            painter.drawPixmap(at, self._picture(n))
        bar = self.horizontalScrollBar()
        if bar.value() < bar.maximum():
            self._shade(painter)

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
        paint_row(painter, row, cells, partial(cell_text, row), chosen=chosen)
        painter.end()
        return picture

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
