"""The view of a sheet: painting, keys, selection, and the editor of a cell."""

from collections.abc import Container, Sequence
from decimal import Decimal

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from dyad_desktop.ui.models.sheet import Index, SheetModel
from dyad_desktop.ui.tokens import ROW, theme
from dyad_desktop.ui.widgets.looking import HOW_IT_WAS, is_for_looking
from dyad_desktop.ui.widgets.sheet.block import Blocks
from dyad_desktop.ui.widgets.sheet.editor import CellDelegate
from dyad_desktop.ui.widgets.sheet.paint import (
    Brushes,
    paint_busy,
    paint_current,
    paint_fold,
    paint_row,
)
from dyad_desktop.ui.widgets.sheet.selecting import cell_near, far_corner, grow_to, walk

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_ARROWS = {
    int(Qt.Key.Key_Up): (-1, 0),
    int(Qt.Key.Key_Down): (1, 0),
    int(Qt.Key.Key_Left): (0, -1),
    int(Qt.Key.Key_Right): (0, 1),
}
_PAGES = {int(Qt.Key.Key_PageUp): -1, int(Qt.Key.Key_PageDown): 1}
_LEFT_BUTTON = Qt.MouseButton.LeftButton
_OPENING = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter), int(Qt.Key.Key_Space))
_NOTHING = range(0)


class SheetView(QTableView):
    """A table that paints itself and behaves like a spreadsheet.

    ``said`` tells the person a sentence; ``moved`` that the current cell or the selection changed. A selection grows
    from the current cell, which stays where it began and is where what is typed goes.
    """

    said = Signal(str)
    moved = Signal()
    settling = Signal(object)
    """The register of a contested cell whose sides someone wants to see."""

    def __init__(self, model: SheetModel) -> None:
        super().__init__()
        self.sheet = model
        self.setModel(model)
        self.blocks = Blocks(self)
        self._brushes: Brushes | None = None
        self._run_start: int | None = None
        self._listed = False
        self._dragging = False
        self.frozen: SheetView | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.cells = CellDelegate(self, model)
        self.cells.taken.connect(self.move_on)
        self.cells.lost.connect(self.said)
        self.setItemDelegate(self.cells)
        self.doubleClicked.connect(self._on_double_click)
        self.fit()

    def fit(self) -> None:
        """Take up the theme and zoom: heights, widths, brushes."""
        self._brushes = None
        header = self.verticalHeader()
        header.setMinimumSectionSize(theme.px(ROW) - 2)
        header.setDefaultSectionSize(theme.px(ROW) - 2)
        self.horizontalHeader().setFixedHeight(theme.px(ROW) + 2)
        for n, column in enumerate(self.sheet.columns):
            self.setColumnWidth(n, theme.px(column.width))
        self.viewport().update()

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that the event's region touches, part by part: two far rows are not all between."""
        painter = QPainter(self.viewport())
        for part in event.region():  # type: ignore[attr-defined]  # the stub lacks it
            self._paint(painter, part)
        for (row, column), (place, _name) in self.sheet.busy_cells().items():
            index = self.sheet.index(row, column)
            if self._shows_current(index):
                paint_busy(painter, place, self.visualRect(index))
        current = self.currentIndex()
        if current.isValid() and self._shows_current(current):
            paint_current(painter, self.visualRect(current))

    def _paint(self, painter: QPainter, region: QRect) -> None:
        if self._brushes is None:
            self._brushes = Brushes.now()
        painter.fillRect(region, self._brushes.ground)
        first = max(0, self.rowAt(region.top()))
        last = self.rowAt(region.bottom())
        last = len(self.sheet.rows) - 1 if last < 0 else last
        spans = self._spans(region)
        if not spans or not self.sheet.rows:
            return
        chosen = self.chosen()
        for row in range(first, last + 1):
            y, height = self.rowViewportPosition(row), self.rowHeight(row)
            columns = self._tinted(row, chosen)
            paint_row(painter, self.sheet, self._brushes, row, y, height, spans, columns)
            if self.sheet.rows[row].look == "group" and spans[0][0] == 0:
                folded = self.sheet.rows[row].group in self.sheet.folded
                paint_fold(painter, spans[0][1], y, height, folded=folded)
        self._paint_lines(painter, spans, region)

    def _tinted(self, row: int, chosen: tuple[range, range]) -> Container[int]:
        """Return the columns that a row shows as chosen; among several cells the current one keeps the plain ground."""
        rows, columns = chosen
        current = self.currentIndex()
        if row not in rows or row != current.row() or len(rows) * len(columns) == 1:
            return columns if row in rows else _NOTHING
        return [column for column in columns if column != current.column()]

    def _shows_current(self, current: QModelIndex) -> bool:
        return not self.isColumnHidden(current.column()) and (
            current.column() > 0 or self.frozen is None
        )

    def _spans(self, region: QRect) -> list[tuple[int, int, int]]:
        spans = []
        covered = 0 if self.frozen is None else self.frozen.width()
        for column in range(len(self.sheet.columns)):
            if not self.isColumnHidden(column) and (column or not covered):
                x, width = self.columnViewportPosition(column), self.columnWidth(column)
                if x + width > region.left() and x <= region.right():
                    spans.append((column, x, width))
        return spans

    def _paint_lines(
        self, painter: QPainter, spans: list[tuple[int, int, int]], region: QRect
    ) -> None:
        assert self._brushes is not None  # noqa: S101 - for the type checker
        painter.setPen(self._brushes.strong_line)
        bottom = min(
            region.bottom(), self.rowViewportPosition(len(self.sheet.rows) - 1) + self.rowHeight(0)
        )
        for column, x, _width in spans:
            if self.sheet.columns[column].look == "total":
                painter.drawLine(x, region.top(), x, bottom)

    def sees(self, row: int) -> bool:
        """Return whether some of a row shows."""
        return -self.rowHeight(row) < self.rowViewportPosition(row) < self.viewport().height()

    def chosen(self) -> tuple[range, range]:
        """Return the selected (rows, columns)."""
        selection = self.selectionModel().selection()
        if selection.isEmpty():
            return _NOTHING, _NOTHING
        found = selection.first()
        return range(found.top(), found.bottom() + 1), range(found.left(), found.right() + 1)

    # -- selection -----------------------------------------------------------------------------

    def rectangle(self) -> tuple[range, range]:
        """Return the selected (rows, columns); the current cell when nothing else is."""
        rows, columns = self.chosen()
        current = self.currentIndex()
        if not rows and current.isValid():
            return range(current.row(), current.row() + 1), range(
                current.column(), current.column() + 1
            )
        return rows, columns

    def figures(self) -> list[Decimal]:
        """Return the selected numbers; groups are left out where their lines are selected with them."""
        rows, shown = self.blocks.selected()
        lines = [row for row in rows if self.sheet.rows[row].look == "line"] or list(rows)
        found = (self.sheet.number(row, column) for row in lines for column in shown)
        return [value for value in found if value is not None]

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint the rows again that changed; Qt would paint them all. Editors keep what is typed in them."""
        del roles
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        shown = range(
            max(top, first.row()), (last.row() if bottom < 0 else min(bottom, last.row())) + 1
        )
        for row in shown:
            if row in self.sheet.stale:
                y, height = self.rowViewportPosition(row), self.rowHeight(row)
                self.viewport().update(0, y, self.viewport().width(), height)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell that the selection moved."""
        super().selectionChanged(selected, deselected)
        self.update(self.currentIndex())  # it has another ground among several
        self.moved.emit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell that the current cell moved."""
        super().currentChanged(current, previous)
        self.moved.emit()

    def go_to(self, row: int, column: int, *, extend: bool = False) -> None:
        """Make a cell current, or extend the selection to it; beside a hidden column, the next that shows."""
        if not self.rest():
            return
        row = min(max(0, row), len(self.sheet.rows) - 1)
        column = min(max(0, column), len(self.sheet.columns) - 1)
        if self.isColumnHidden(column):
            before = self._step(column, -1)
            column = before if before != column else self._step(column, 1)
        index = self.sheet.index(row, column)
        if extend:
            grow_to(self, row, column)
        else:
            self.setCurrentIndex(index)
        self.scrollTo(index)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a cell into view, not only beneath the first column, which stays where it is."""
        super().scrollTo(index, hint)
        if self.frozen is None or index.column() <= 0:
            return
        beneath = self.columnWidth(0) - self.columnViewportPosition(index.column())
        if beneath > 0:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - beneath)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold a group by its triangle; else select as usual. What can't be read keeps its editor and cell."""
        if not self.rest():
            return
        index = self.indexAt(event.position().toPoint())
        self._dragging = index.isValid() and event.button() == _LEFT_BUTTON
        if self._dragging and event.modifiers() & _SHIFT:
            self.go_to(index.row(), index.column(), extend=True)
            return
        if index.isValid():
            self._run_start = None
            edge = self.columnViewportPosition(0) + theme.px(20)
            if index.column() == 0 and event.position().x() < edge:
                self.sheet.toggle(index.row())
        again = index.isValid() and index == self.currentIndex() and self.hasFocus()
        super().mousePressEvent(event)
        if again and not event.modifiers() and self.sheet.choices(index.row(), index.column()):
            self._listed = (
                True  # opened once the button is let go: a press takes the focus from the list
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the list of a cell that was current already, as a list field does."""
        super().mouseReleaseEvent(event)
        opening, self._listed = self._listed, False
        if opening and not self.editing:
            self._open_list()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection while the button is held, but not from under an editor."""
        if self._dragging and event.buttons() & _LEFT_BUTTON and not self.editing:
            to = self.cell_under(event.globalPosition().toPoint())
            if to != far_corner(self):  # else a hand that trembles would scroll
                self.go_to(*to, extend=True)

    def cell_under(self, at: QPoint) -> tuple[int, int]:
        """Return the cell beneath a point of the screen, or the nearest one that shows."""
        return cell_near(self, self.viewport().mapFromGlobal(at))

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if not self.rest():
            return
        if self.sheet.rows[index.row()].look == "group":
            self.sheet.toggle(index.row())
        elif not self.open_sides():
            self.begin_edit(None)

    def open_sides(self) -> bool:
        """Ask for both sides of the current cell; returns whether it is contested."""
        current = self.currentIndex()
        at = self.sheet.contested_at(current.row(), current.column()) if current.isValid() else None
        if at is None:
            return False
        self.settling.emit(at)
        return True

    # -- keys ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Behave like a spreadsheet. An open editor leaves Up and Down to the sheet, and nothing else."""
        ways = (
            (self._navigate,)
            if self.editing
            else (self._list_key, self._shortcut, self._navigate, self._edit_key)
        )
        if not self.sheet.rows or not any(way(event) for way in ways):
            super().keyPressEvent(event)

    def _shortcut(self, event: QKeyEvent) -> bool:
        for keys, run in (
            (QKeySequence.StandardKey.Copy, self.blocks.copy),
            (QKeySequence.StandardKey.Cut, self.blocks.cut),
            (QKeySequence.StandardKey.Paste, self.blocks.paste),
        ):
            if event.matches(keys):
                run()
                return True
        if event.modifiers() == _CTRL and event.key() in (int(Qt.Key.Key_D), int(Qt.Key.Key_R)):
            self.blocks.fill(down=event.key() == int(Qt.Key.Key_D))
            return True
        return False

    def _navigate(self, event: QKeyEvent) -> bool:
        current = self.currentIndex()
        key, extend = event.key(), bool(event.modifiers() & _SHIFT)
        control = bool(event.modifiers() & _CTRL)
        if key in (int(Qt.Key.Key_Tab), int(Qt.Key.Key_Backtab)) and not control:
            by = -1 if key == int(Qt.Key.Key_Backtab) else 1
            return self._tab(max(0, current.row()), max(0, current.column()), by)
        if key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            if extend or not self.open_sides():
                self.move_on(-1 if extend else 1, 0)
            return True
        return self._go(key, control=control, extend=extend)

    def _go(self, key: int, *, control: bool, extend: bool) -> bool:
        """Go where a key leads from the current cell, or from the corner that grows."""
        current = self.currentIndex()
        at = far_corner(self) if extend else (current.row(), current.column())
        row, column = max(0, at[0]), max(0, at[1])
        if key in _ARROWS:
            if not control and self._fold_key(row, column, key):
                return True
            rows, columns = _ARROWS[key]
            if control:
                row, column = self._edge(row, column, rows, columns)
            else:
                row, column = row + rows, self._step(column, columns)
            self._run_start = None
            self.go_to(row, column, extend=extend)
            return True
        if key in (int(Qt.Key.Key_Home), int(Qt.Key.Key_End)):
            home = key == int(Qt.Key.Key_Home)
            last = len(self.sheet.columns) - 1
            to_row = (0 if home else len(self.sheet.rows) - 1) if control else row
            self.go_to(to_row, 0 if home else last, extend=extend)
            return True
        if key in _PAGES and not control:
            page = max(1, self.viewport().height() // self.rowHeight(0) - 1)
            self.go_to(row + _PAGES[key] * page, column, extend=extend)
            return True
        return False

    def _fold_key(self, row: int, column: int, key: int) -> bool:
        """Let Left fold and Right unfold a group while its name is current."""
        if self.sheet.rows[row].look != "group" or column != 0:
            return False
        folded = self.sheet.rows[row].group in self.sheet.folded
        if (key == int(Qt.Key.Key_Left) and not folded) or (
            key == int(Qt.Key.Key_Right) and folded
        ):
            self.sheet.toggle(row)
            self.go_to(row, column)
            return True
        return False

    def _step(self, column: int, by: int) -> int:
        at = column + by
        while 0 <= at < len(self.sheet.columns) and self.isColumnHidden(at):
            at += by
        return at if 0 <= at < len(self.sheet.columns) else column

    def _edge(self, row: int, column: int, rows: int, columns: int) -> tuple[int, int]:
        """Return the edge of the data in a direction: the last filled cell before an empty one."""
        filled = bool(self.sheet.text(row, column))
        while True:
            to_row, to_column = row + rows, self._step(column, columns) if columns else column
            if not 0 <= to_row < len(self.sheet.rows) or (to_row, to_column) == (row, column):
                return row, column
            if filled and not self.sheet.text(to_row, to_column):
                return row, column
            row, column = to_row, to_column
            if not filled and self.sheet.text(row, column):
                return row, column

    def _tab(self, row: int, column: int, by: int) -> bool:
        """Move along the row or through the selection; at the ends of a row Tab still reaches the next control."""
        if walk(self, by, along=True):
            return True
        to = self._step(column, by)
        if to == column:
            return False
        if self._run_start is None:
            self._run_start = column
        self.go_to(row, to)
        return True

    @Slot(int, int)
    def move_on(self, rows: int, columns: int) -> None:
        """Go on after a cell was handed in: down, along the row, or in the selection; Enter ends a run of Tabs."""
        if not self.rest():
            return
        current = self.currentIndex()
        if columns:
            self._tab(current.row(), current.column(), columns)
        elif not (rows and walk(self, rows, along=False)):
            column = current.column() if self._run_start is None else self._run_start
            self._run_start = None
            self.sheet.reach(current.row() + rows)
            self.go_to(self.currentIndex().row() + rows, column)
        self.setFocus()

    def _list_key(self, event: QKeyEvent) -> bool:
        """Open the list of a cell that takes one of a few things, as a list field does: Enter, Space, Alt+Down."""
        alt = Qt.KeyboardModifier.AltModifier
        down = event.key() == int(Qt.Key.Key_Down) and event.modifiers() == alt
        plain = event.key() in _OPENING and not event.modifiers()
        return bool(down or plain) and self._open_list()

    def _open_list(self) -> bool:
        """Open the list of the current cell, if it takes one of a few things."""
        current = self.currentIndex()
        row, column = current.row(), current.column()
        if row < 0 or not self.sheet.choices(row, column) or not self.sheet.editable(row, column):
            return False
        if not self.open_sides():
            self.begin_edit(None)
        return True

    def _edit_key(self, event: QKeyEvent) -> bool:
        row = self.currentIndex().row()
        if event.key() == int(Qt.Key.Key_F2):
            self.begin_edit(None)
            return True
        if event.key() in (int(Qt.Key.Key_Delete), int(Qt.Key.Key_Backspace)):
            self.blocks.clear()
            return True
        if (
            event.key() == int(Qt.Key.Key_Space)
            and row >= 0
            and self.sheet.rows[row].look == "group"
        ):
            self.sheet.toggle(row)
            return True
        text = event.text()
        if (
            text
            and text.isprintable()
            and not event.modifiers() & (_CTRL | Qt.KeyboardModifier.AltModifier)
        ):
            self.begin_edit(text)
            return True
        return False

    # -- editing -------------------------------------------------------------------------------

    def begin_edit(self, first: str | None) -> None:
        """Open the editor of the current cell, with its text or with the letter that was typed."""
        index = self.currentIndex()
        if not index.isValid() or not self.rest():
            return
        looking, at = is_for_looking(self), (index.row(), index.column())
        if looking or not self.sheet.editable(*at):
            self.said.emit(HOW_IT_WAS if looking else self.sheet.locked(*at))
            return
        view = self.frozen if index.column() == 0 and self.frozen is not None else self
        self.scrollTo(index)  # a selection may have grown far beyond it
        view.cells.first_text = first
        view.edit(index)
        if first is not None:
            view.cells.go_on_typing()
        else:
            view.cells.open_list()

    @property
    def editing(self) -> bool:
        """Return whether a cell is being edited."""
        return self.cells.is_open or (self.frozen is not None and self.frozen.cells.is_open)

    def rest(self) -> bool:
        """Hand in what is being typed; false when it is refused: then its editor stays and has the focus."""
        return self.cells.rest() and (self.frozen is None or self.frozen.cells.rest())

    def give_up(self) -> bool:
        """Let go of an editor whose rows go; returns whether it had the keys."""
        had_keys = self.frozen is not None and self.frozen.cells.give_up()
        return self.cells.give_up() or had_keys
