"""An operating line in full: its name, account and cost centre."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.operating import CostCentre, OperatingLine


def line_words(book: Book, line: OperatingLine) -> str:
    """Return a line in full: name, account, cost centre."""
    centre = book.get(CostCentre, line.cost_centre) if line.cost_centre else None
    where = f", {centre.id} {centre.name}" if centre is not None else ""
    return f"{line.name}\nAccount {line.account}{where}"
