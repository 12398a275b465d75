"""An operating line in words: in the little room of a column, and in full."""

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.operating import CostCentre, OperatingLine
from dyad_desktop.ui import format as show

_SHORT_ID = 8
_DRIVERS = {"volume": "volume", "fte": "position"}


def driver_text(line: OperatingLine) -> str:
    """Return a line's driver in a word or two: the id of its volume or position, its group, or fixed."""
    if line.driver_kind == "fixed":
        return "fixed"
    ref = line.driver_ref or ""
    return show.words(ref) if line.driver_kind == "line_group" or len(ref) > _SHORT_ID else ref


def driver_words(book: Book, line: OperatingLine) -> str:
    """Return what drives a line, in full: ``In step with the volume EP ablations (V03)``."""
    kind, ref = line.driver_kind, line.driver_ref or ""
    if kind == "line_group":
        return f"In proportion to the lines of the group {show.words(ref)}"
    if kind not in _DRIVERS:
        return "As the year before, with its growth"
    thing = _DRIVERS[kind]
    if book.entity(thing, ref) is None:
        return f"In step with a {thing} that isn’t there: {ref}"
    return f"In step with the {thing} {book.label(thing, ref)} ({ref})"


def line_words(book: Book, line: OperatingLine) -> str:
    """Return a line in full: name, account, cost centre."""
    centre = book.get(CostCentre, line.cost_centre) if line.cost_centre else None
    where = f", {centre.id} {centre.name}" if centre is not None else ""
    return f"{line.name}\nAccount {line.account}{where}"
