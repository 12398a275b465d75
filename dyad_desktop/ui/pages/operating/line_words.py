"""An operating line in full: its name, account and cost centre."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.operating import CostCentre, OperatingLine


def line_words(book: Book, line: OperatingLine) -> str:
    """Return a line in full: name, account, cost centre."""
    centre = book.get(CostCentre, line.cost_centre) if line.cost_centre else None
    where = f", {centre.id} {centre.name}" if centre is not None else ""
    return f"{line.name}\nAccount {line.account}{where}"


def comes_from(budget: Budget, posting: str) -> str:
    """Return where a line comes from that is none of the pair's, or is none any more."""
    if not budget.posted[posting].request:
        return "This line was agreed, and deleted since."
    if budget.planned is not None:
        return "This stands as the capital request posted it when the draft was agreed."
    return "This comes from a capital request, and changes with it on the page Capital."
