"""The selection of a sheet, as spreadsheets have it: it grows from the current cell, which stays where it began."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint

if TYPE_CHECKING:
    from dyad_desktop.ui.widgets.sheet.view import SheetView

_FLAGS = QItemSelectionModel.SelectionFlag


def far_corner(view: "SheetView") -> tuple[int, int]:
    """Return the corner of the selection that grows: the one across from the current cell."""
    current = view.currentIndex()
    row, column = current.row(), current.column()
    rows, columns = view.chosen()
    if row not in rows or column not in columns:
        return row, column
    return _across(row, rows), _across(column, columns)


def _across(at: int, span: range) -> int:
    return span.start if at == span.stop - 1 else span.stop - 1


def grow_to(view: "SheetView", row: int, column: int) -> None:
    """Select from the current cell to another one, which it isn't afterwards."""
    current, to = view.currentIndex(), view.sheet.index(row, column)
    area = QItemSelection(current if current.isValid() else to, to)
    view.selectionModel().select(area, _FLAGS.ClearAndSelect)


def choose(view: "SheetView", top: int, left: int, bottom: int, right: int) -> None:
    """Select a rectangle and make its first cell current."""
    first = view.sheet.index(top, left)
    view.selectionModel().setCurrentIndex(first, _FLAGS.NoUpdate)
    grow_to(view, bottom, right)


def walk(view: "SheetView", by: int, *, along: bool) -> bool:
    """Go to the next cell of a selection of several, by columns or ``along`` its rows, and from its end to its start.

    Returns false where no more than one cell is chosen: then a step goes on in the sheet.
    """
    rows, columns = view.blocks.selected()
    current, count = view.currentIndex(), len(rows) * len(columns)
    if count <= 1 or current.row() not in rows or current.column() not in columns:
        return False
    row, column = current.row() - rows.start, columns.index(current.column())
    if along:
        row, column = divmod((row * len(columns) + column + by) % count, len(columns))
    else:
        column, row = divmod((column * len(rows) + row + by) % count, len(rows))
    to = view.sheet.index(rows.start + row, columns[column])
    view.selectionModel().setCurrentIndex(to, _FLAGS.NoUpdate)
    view.scrollTo(to)
    return True


def cell_near(view: "SheetView", at: QPoint) -> tuple[int, int]:
    """Return the cell at a point of the viewport, or the nearest one that shows."""
    inside = view.viewport().rect()
    x = min(max(at.x(), inside.left()), inside.right())
    y = min(max(at.y(), inside.top()), inside.bottom())
    row, column = view.rowAt(y), view.columnAt(x)
    last = len(view.sheet.columns) - 1
    return row if row >= 0 else len(view.sheet.rows) - 1, column if column >= 0 else last
