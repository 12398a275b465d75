"""Copy, cut, paste, fill and clear: what keys do to the selected rectangle of a sheet."""

from typing import TYPE_CHECKING

from dyad_desktop.errors import BadInputError
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.widgets.sheet import clipboard
from dyad_desktop.ui.widgets.sheet.clipboard import MAX_CELLS
from dyad_desktop.ui.widgets.sheet.selecting import choose

if TYPE_CHECKING:
    from dyad_desktop.ui.widgets.sheet.view import SheetView


class Blocks:
    """Works on the selection of a view.

    Hidden columns take no part: nothing is read from, written to or cleared in what can't be seen. Cells that
    take no input, such as headings, keep their place in a block and are stepped over.
    """

    def __init__(self, view: "SheetView") -> None:
        """Serve a view."""
        self._view, self._sheet = view, view.sheet
        self._refused = False
        """Whether the last word was a refusal, which would stay over what is taken next."""

    def selected(self) -> tuple[range, list[int]]:
        """Return the rows of the selection, and its columns that show."""
        rows, columns = self._view.rectangle()
        return rows, [column for column in columns if not self._view.isColumnHidden(column)]

    def copy(self) -> None:
        """Put the selected rectangle on the clipboard."""
        rows, columns = self.selected()
        clipboard.put([[self._text(row, column) for column in columns] for row in rows])

    def _text(self, row: int, column: int) -> str:
        """Return a cell so that a sheet can take it again: an exact figure, or what an editor begins with."""
        value = self._sheet.copied(row, column)
        if value is not None:
            return format(value.normalize(), "f")
        if self._sheet.editable(row, column):
            return self._sheet.edit_text(row, column)
        return self._sheet.text(row, column)

    def cut(self) -> None:
        """Copy the selection, then clear it."""
        self.copy()
        self.clear()

    def clear(self) -> None:
        """Give the selected cells back to their rule."""
        rows, columns = self.selected()
        cells = [(row, column) for row in rows for column in columns]
        if self._sheet.clear_cells(cells):
            return
        apart = any(self._sheet.parts(*cell) for cell in cells)
        self._view.said.emit(
            "You differ here: Enter shows both values."
            if apart
            else "Nothing here was set by hand."
        )

    def paste(self) -> None:
        """Write the clipboard's rectangle from the selection's first cell on; one value fills the selection."""
        rows, columns = self.selected()
        try:
            block = clipboard.take()
        except BadInputError as error:
            self._refuse(error, "pasted")
            return
        if not block or not columns:
            return
        if len(block) == 1 and len(block[0]) == 1:
            block = [block[0] * len(columns)] * len(rows)
        try:
            block, top, left = self._sheet.aim(block, rows.start, columns[0])
        except BadInputError as error:
            self._refuse(error, "pasted")
            return
        shown = [n for n in range(left, len(self._sheet.columns)) if not self._hidden(n)]
        height, width = len(block), max(map(len, block))
        if top + height > len(self._sheet.rows) or width > len(shown):
            self._refused = True
            self._view.said.emit(
                f"The block has {height} rows and {width} columns and doesn't fit here."
                f" {self._sheet.fitting}Nothing was pasted."
            )
            return
        cells = [
            CellText(top + r, shown[c], text)
            for r, line in enumerate(block)
            for c, text in enumerate(line)
        ]
        if self._submit(cells, "pasted"):
            choose(self._view, top, shown[0], top + height - 1, shown[width - 1])

    def _hidden(self, column: int) -> bool:
        return self._view.isColumnHidden(column)

    def fill(self, *, down: bool) -> None:
        """Repeat the selection's first line (or column) over the rest of it."""
        rows, columns = self.selected()
        lines = [row for row in rows if self._sheet.rows[row].look == "line"]
        if not lines or not columns:
            return
        cells = [
            CellText(row, column, self._text(*((lines[0], column) if down else (row, columns[0]))))
            for row in (lines[1:] if down else lines)
            for column in (columns if down else columns[1:])
        ]
        if cells:
            self._submit(cells, "filled")

    def _submit(self, cells: list[CellText], verb: str) -> bool:
        """Write the cells that take input, all of them or none; what was stepped over is told."""
        if len(cells) > MAX_CELLS:
            much = f"These are {len(cells):,} cells; at most {MAX_CELLS:,} are {verb} at once"
            self._refuse(BadInputError(much), verb)
            return False
        taken = [cell for cell in cells if self._sheet.editable(cell.row, cell.column)] or cells[:1]
        if all(cell.text == self._text(cell.row, cell.column) for cell in taken):
            self._view.said.emit("Nothing changed: this is what stands here.")
            return True
        try:
            if verb == "pasted":
                self._sheet.check_pasted(cells)
            blank = [cell for cell in taken if not cell.text.strip()]
            emptied = sum(self._sheet.clearable(cell.row, cell.column) for cell in blank)
            apart = sum(bool(self._sheet.parts(cell.row, cell.column)) for cell in taken)
            written = self._sheet.enter(taken)
        except BadInputError as error:
            self._refuse(error, verb)
            return False
        over, filled = len(cells) - written, max(0, written - len(blank))
        self._tell(over, filled, emptied, verb, _settling(apart))
        return True

    def _tell(self, over: int, filled: int, emptied: int, verb: str, settling: str) -> None:
        """Say what was stepped over, emptied and settled, and in which unit what came from elsewhere was taken."""
        unit = self._sheet.unit_words if verb == "pasted" else ""
        refused, self._refused = self._refused, False
        if not (over or unit or emptied or refused or settling):
            return
        text = f"{verb.title()} {_cells(filled)}"
        if unit and filled:
            text += f" as {unit}"
        if emptied:
            text = f"{text}, {emptied:,} emptied" if filled else f"Emptied {_cells(emptied)}"
        if over:
            stay = (
                "takes no input stays as it is" if over == 1 else "take no input stay as they are"
            )
            text += f"; {over:,} that {stay}"
        self._view.said.emit(f"{text}{settling}.")

    def _refuse(self, error: BadInputError, verb: str) -> None:
        self._refused = True
        self._view.said.emit(show.sentence(error, f"Nothing was {verb}."))


def _settling(count: int) -> str:
    """Return what is told where cells that partners held apart were written over."""
    if not count:
        return ""
    settles = "1 settles" if count == 1 else f"{count:,} settle"
    return f"; {settles} what you held apart, which undo opens again"


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
