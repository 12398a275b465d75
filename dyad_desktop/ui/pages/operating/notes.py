"""The sheet of lines with the partners' notes at their cells: a mark, and the note in the tip."""

from typing import TYPE_CHECKING

from dyad_desktop.domain.explaining import notes_by_cell
from dyad_desktop.domain.operating import Note
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.operating.line_columns import FIRST, NAME, TOTAL
from dyad_desktop.ui.pages.operating.lines import LinesModel
from dyad_desktop.ui.widgets.line_notes import NoteDialog, own_note, written_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.budget import Budget
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.models.unit import Unit


class NotedLines(LinesModel):
    """Operating lines of a draft with their notes. A note on the year stands at the line's name and at its total."""

    def __init__(self, book: "Book", budget: "Budget", unit: "Unit") -> None:
        super().__init__(book, budget, unit)
        self._notes: Mapping[tuple[str, str], tuple[Note, ...]] = {}
        self._take_notes()

    def show(self, book: "Book", budget: "Budget") -> None:
        """Show a newer book, and its notes."""
        known, drawn = self._book.rows(Note), self._budget.draft_id
        super().show(book, budget)
        if book.rows(Note) is not known or budget.draft_id != drawn:
            self._take_notes()
            self.replace_rows(self.rows)

    def _take_notes(self) -> None:
        self._notes = notes_by_cell(self._book, self._budget.draft_id)
        months = {period: FIRST + place for place, period in enumerate(self._budget.periods)}
        self.noted = frozenset(
            (line, column)
            for line, period in self._notes
            for column in ((months.get(period, NAME),) if period else (NAME, TOTAL))
        )

    def lines_of(self, group: str) -> list[str]:
        """Return the operating lines of a group, also while it is folded."""
        found = next((one.lines for one in self._groups if one.key == group), [])
        return [line for line in found if line in self._entities]

    def period_of(self, column: int) -> str:
        """Return the month that a column stands for; empty for any other."""
        return self._budget.periods[column - FIRST] if FIRST <= column < TOTAL else ""

    def column_of(self, period: str) -> int:
        """Return the column of a month; that of the names for any other."""
        periods = self._budget.periods
        return FIRST + periods.index(period) if period in periods else NAME

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told, and what the partners noted of the cell."""
        said = super().tip(row, column)
        if not self.has_note(row, column):
            return said
        found = self._notes.get((self.rows[row].key[1], self.period_of(column)), ())
        return "\n".join((said, *(self._told(note) for note in found)))

    def speech(self, row: int, column: int) -> str:
        """Return a cell as a sentence for a screen reader, with its notes."""
        said = super().speech(row, column)
        return f"{said}, with a note" if self.has_note(row, column) else said

    def _told(self, note: Note) -> str:
        who = show.partner_name(self._book, note.author or "")
        return f"{who}: {note.text} ({written_words(self._book, self._budget, note)})"


def write_note(desk: "Desk", line: str, period: str, parent: "QWidget") -> NoteDialog:
    """Open the dialog for a note on a cell: the partner's own that is there, or a new one."""
    dialog = NoteDialog(desk, line, period or None, own_note(desk, line, period or None), parent)
    dialog.open()
    return dialog
