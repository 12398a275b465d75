"""A table to read: rows by the arrow keys, figures at the right, as high as its rows where it stands in a card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
)

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.money import to_units
from dyad_desktop.domain.ranking import RankedRequest
from dyad_desktop.services.values import exponent_of
from dyad_desktop.ui.tokens import CELL, SEMIBOLD, font, theme
from dyad_desktop.ui.widgets.sheet import clipboard

ROW_HEIGHT, HEAD_HEIGHT = 26, 26
OPEN_MARK = "↔"
"""Stands before a figure that comes out between two ends."""
KEY = Qt.ItemDataRole.UserRole
_COPIED = KEY + 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row. ``tones`` are colours of single cells; a ``strong`` row is a sum or a thing to talk about.

    ``exact`` are the figures behind cells, by column: what is copied, however they are shown.
    """

    key: str
    cells: Sequence[str]
    strong: bool = False
    quiet: bool = False
    tones: tuple[tuple[int, QColor], ...] = ()
    exact: Mapping[int, Decimal] = field(default_factory=dict)
    ranges: Mapping[int, str] = field(default_factory=dict)
    """Between what figures come out while values are contested, in words, by column."""


def numbered(ranked: RankedRequest) -> str:
    """Return a request's title behind its rank, all ranks as wide as two figures."""
    gap = "\u2007" if ranked.rank < 10 else ""
    return f"{gap}{ranked.rank}  {ranked.request.title}"


def amounts(book: Book, *minor: int | None, first: int = 1) -> dict[int, Decimal]:
    """Return amounts as the exact figures of a row's columns, from the ``first`` on."""
    exponent = exponent_of(book)
    return {
        column: Decimal(to_units(one, exponent))
        for column, one in enumerate(minor, first)
        if one is not None
    }


class PlainTable(QTableWidget):
    """The table; Ctrl+C copies the chosen rows, with the headings where those are all.

    ``picked`` carries the key of the row that became current, ``opened`` one that was entered.
    """

    picked = Signal(str)
    opened = Signal(str)
    least = 90
    """Pixels that the first column has at least."""

    def __init__(
        self, name: str, heads: Sequence[str], left: Sequence[int] = (0,), *, grows: bool = True
    ) -> None:
        """Make an empty table; columns of ``left`` hold words. With ``grows`` it is as high as its rows."""
        super().__init__(0, len(heads))
        self.setAccessibleName(name)
        self._left, self._grows = frozenset(left), grows
        self.setHorizontalHeaderLabels(list(heads))
        for column in range(len(heads)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(self._side(column))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(theme.px(24))
        self.cellDoubleClicked.connect(self._on_double)
        self.currentCellChanged.connect(self._on_current)
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column in self._left else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show rows; the current one stays."""
        current = self.current_key()
        self.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.setRowCount(len(rows))
        for n, row in enumerate(rows):
            for column, text in enumerate(row.cells):
                self.setItem(n, column, self._item(row, column, text))
        self.choose(current)
        self.blockSignals(False)  # noqa: FBT003
        self.fit()

    def _item(self, row: TableRow, column: int, text: str) -> QTableWidgetItem:
        between = row.ranges.get(column, "")
        item = QTableWidgetItem(f"{OPEN_MARK} {text}" if between else text)
        item.setData(KEY, row.key)
        exact = row.exact.get(column)
        plain = text.replace("\u2007", "").strip()
        item.setData(_COPIED, plain if exact is None else format(exact.normalize(), "f"))
        item.setTextAlignment(self._side(column))
        item.setFont(font(CELL, SEMIBOLD) if row.strong else font(CELL))
        item.setToolTip(text if column in self._left else between)
        if between:
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {between}")
        colour = dict(row.tones).get(column, theme.colour("muted" if row.quiet else "ink"))
        item.setForeground(QBrush(colour))
        return item

    def fit(self) -> None:
        """Take up zoom and width: figures as wide as they are, the first column takes what is left."""
        header = self.horizontalHeader()
        header.setFixedHeight(theme.px(HEAD_HEIGHT))
        for n in range(self.rowCount()):
            self.setRowHeight(n, theme.px(ROW_HEIGHT))
        others = 0
        for column in range(1, self.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            wide = max(self.sizeHintForColumn(column), header.sectionSizeHint(column)) + theme.px(
                10
            )
            self.setColumnWidth(column, wide)
            others += wide
        self.setColumnWidth(0, max(theme.px(self.least), self.viewport().width() - others))
        if self._grows:
            self.setFixedHeight(self._height())

    def _height(self) -> int:
        return theme.px(HEAD_HEIGHT) + self.rowCount() * theme.px(ROW_HEIGHT) + 2

    def sizeHint(self) -> QSize:
        """Return the size that shows every row."""
        return QSize(theme.px(360), self._height())

    def minimumSizeHint(self) -> QSize:
        """Return a size that shows a few rows."""
        return QSize(theme.px(200), theme.px(HEAD_HEIGHT + 3 * ROW_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the new width to the first column."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    # -- hand ----------------------------------------------------------------------------------

    def current_key(self) -> str:
        """Return the key of the current row; empty when there is none."""
        item = self.item(self.currentRow(), 0)
        return "" if item is None else str(item.data(KEY))

    def choose(self, key: str) -> bool:
        """Make a row current; returns whether there is one of that key."""
        for n in range(self.rowCount()):
            item = self.item(n, 0)
            if item is not None and item.data(KEY) == key and key:
                self.setCurrentCell(n, 0)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row on Enter, copy; letters are the page's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif event.key() in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            self.opened.emit(self.current_key())
        elif event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, all where none is chosen."""
        rows = sorted({one.row() for one in self.selectedIndexes()}) or range(self.rowCount())
        places = range(self.columnCount())
        lines = [[self._of(self.item(n, column), _COPIED) for column in places] for n in rows]
        if len(rows) == self.rowCount():
            heads = [self.horizontalHeaderItem(column) for column in places]
            lines.insert(0, [self._of(one, Qt.ItemDataRole.DisplayRole) for one in heads])
        if rows:
            clipboard.put(lines)

    @staticmethod
    def _of(item: QTableWidgetItem | None, role: int) -> str:
        return "" if item is None else str(item.data(role))

    @Slot(int, int)
    def _on_double(self, _row: int, _column: int) -> None:
        self.opened.emit(self.current_key())

    @Slot(int, int, int, int)
    def _on_current(self, row: int, _column: int, before: int, _from: int) -> None:
        if row != before and row >= 0:
            self.picked.emit(self.current_key())
