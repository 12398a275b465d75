"""Sheets of what the pair says of lines: each row a line, its fields those of a thing with the line's id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.ui.models.fields import FieldColumn, FieldsModel
from dyad_desktop.ui.models.sheet import NOBODY
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.year_so_far import YearSoFar


@dataclass(frozen=True, slots=True)
class SaidColumn(FieldColumn):
    """A column of a field, or of one part of it."""

    slot: str = ""


class SaidModel(OpenSheet, FieldsModel):
    """Base of the sheets. Rows' keys are (kind, line): the thing comes into being when it is first written."""

    def __init__(self, book: "Book", columns: Sequence[SaidColumn], unit: Unit) -> None:
        super().__init__(book, columns, unit)
        self.hands: Mapping[Address, str] = {}
        self._partners: Mapping[str, int] = {}

    def fits(self, year: "YearSoFar") -> bool:
        """Return whether a year has the months that the columns are for: others need another sheet."""
        raise NotImplementedError

    def show(self, year: "YearSoFar", unit: Unit) -> None:
        """Show a newer year."""
        raise NotImplementedError

    def take_columns(self, columns: Sequence[SaidColumn]) -> None:
        """Take as many columns with other words in them; the rows may be those from before and aren't asked for."""
        if tuple(columns) != self.columns:
            self.columns = tuple(columns)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def slot(self, column: int) -> str:
        """Return the part of the field that a column shows."""
        found = self.columns[column]
        return found.slot if isinstance(found, SaidColumn) else ""

    def value(self, row: int, column: int) -> Any:  # noqa: ANN401 - any field's value
        """Return what is said in a cell; ``None`` while nothing is."""
        found = super().value(row, column)
        slot = self.slot(column)
        return found.get(slot) if slot and found is not None else found

    def field_of(self, column: int) -> tuple[str, str]:
        """Return what a column stands for."""
        return super().field_of(column)[0], self.slot(column)

    def mark(self, row: int, column: int) -> int:
        """Return who said what a cell shows."""
        at = (
            self.register(row, column)
            if self.hands and self.value(row, column) is not None
            else None
        )
        return (
            NOBODY if at is None or at not in self.hands else self._partners.get(self.hands[at], 0)
        )

    def set_hands(self, hands: Mapping[Address, str], partners: Mapping[str, int]) -> None:
        """Take who wrote what."""
        self.hands, self._partners = hands, partners
        if self.rows:
            self.replace_rows(self.rows)

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Ask for the edits as one change."""
        edits = [
            FieldEdit(
                *self.rows[row].key, spec.name, value, self.slot(column),
                self.seen(self.register(row, column)),
            )
            for row, column, value in cells
            if (spec := self.spec(column)) is not None
        ]  # fmt: skip
        self.wanted.emit(edits)

    def key_of(self, row: int) -> tuple[str, str] | None:
        """Return the line of a row, for the inspector."""
        key = ("operating_line", self.rows[row].key[1])
        return key if self.book.entity(*key) is not None else None
