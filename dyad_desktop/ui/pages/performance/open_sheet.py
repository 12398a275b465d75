"""Sheets that tell between what their computed figures come out while values are contested."""

from decimal import Decimal
from typing import TYPE_CHECKING

from dyad_desktop.domain.money import rounded
from dyad_desktop.services.wording import about
from dyad_desktop.ui.models.sheet import SheetModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.contested import Span

TOTAL = -1
"""In place of a row: one of the totals."""


def name_of(row: str, column: int | str) -> str:
    """Return the name of a figure: of a row of the statement, a category, a line or a ratio, in a column."""
    return f"{row}|{column}"


_FINE = 12


def fine(figure: Decimal) -> int:
    """Return a figure that is no amount in billionths of a thousandth, since spans are whole."""
    return int(rounded(figure.scaleb(_FINE), 0))


def from_fine(amount: int) -> Decimal:
    """Return the figure that was made ``fine``."""
    return Decimal(amount).scaleb(-_FINE)


class OpenSheet(SheetModel):
    """Base of these sheets. A subclass names its figures; those of one part are named apart from each other."""

    _open: "Mapping[str, Span]" = {}  # noqa: RUF012 - never written into

    def set_open(self, spans: "Mapping[str, Span]") -> None:
        """Take between what the figures that are open come out, by name."""
        if spans != self._open:
            self._open = spans
            self.replace_rows(self.rows)

    @property
    def argued(self) -> bool:
        """Return whether some cell is contested, or a figure open."""
        return super().argued or bool(self._open)

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of a cell's figure; empty where there is none."""
        raise NotImplementedError

    def total_name(self, row: int, column: int) -> str:
        """Return the name of a total's figure; empty where there is none."""
        del row, column
        return ""

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a figure as its cell would show it; ``row`` is ``TOTAL`` of the totals."""
        raise NotImplementedError

    def range_text(self, row: int, column: int) -> str:
        """Return between what a cell's figure comes out; of a contested cell its sides are told."""
        found = self._open.get(self.figure_name(row, column)) if self._open else None
        if found is None or self.parts(row, column):
            return ""
        low, high = self.end_text(row, found.low), self.end_text(row, found.high)
        return f"{about(found)}{low} to {high} as you settle it"

    def total_range(self, row: int, column: int) -> tuple[str, str]:
        """Return the ends between which a total comes out."""
        found = self._open.get(self.total_name(row, column)) if self._open else None
        if found is None:
            return "", ""
        low, high = self.end_text(TOTAL, found.low), self.end_text(TOTAL, found.high)
        return f"{about(found)}{low}", high
