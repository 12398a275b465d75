"""What of a sheet of the operating budget can be deleted, and what is told of it."""

from typing import TYPE_CHECKING

from dyad_desktop.domain.operating import Account, OperatingLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.ui.widgets.sheet.panel import Sheet

NOTHING = "Select what is to be deleted first: a row, or several."
OUTSIDE = "These are numbers that lines or volumes have: in the chart there is nothing to delete."


def chosen_rows(sheet: "Sheet") -> "list[Key]":
    """Return the things of the selected rows; headings and totals are none."""
    rows, _ = sheet.view.rectangle()
    shown = [sheet.model.rows[n] for n in rows if n < len(sheet.model.rows)]
    return [row.key for row in shown if row.look in ("line", "linked") and row.key[0] != "posting"]


def told(book: "Book", note: str, keys: "Sequence[Key]") -> str:
    """Return what was done in a sentence: ``note``, and that lines keep the number of an account that is gone."""
    gone = {name for kind, name in keys if kind == "account" and name not in book.rows(Account)}
    count = sum(line.account in gone for line in book.all(OperatingLine))
    if not count:
        return f"{note}."
    lines = "1 line keeps" if count == 1 else f"{count} lines keep"
    return f"{note}; {lines} the number, outside the chart."
