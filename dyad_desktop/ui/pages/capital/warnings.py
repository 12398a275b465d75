"""What speaks against a request though it keeps its place: too small, approved without money, said and not counted."""

from dyad_desktop.domain.asked import asks
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalPolicy
from dyad_desktop.domain.ranking import RankedRequest
from dyad_desktop.domain.uncounted import uncounted
from dyad_desktop.services.capital import CapitalPlan
from dyad_desktop.ui import format as show

MARK = "▲"
BEFORE = f"{MARK}\N{NO-BREAK SPACE}"
"""The mark before a sentence, from which no line breaks it."""
APPROVED, MANDATORY = "approved", "mandatory"


def warnings_of(book: Book, row: RankedRequest) -> list[str]:
    """Return what speaks against a request, a sentence's worth each; it still ranks."""
    found = []
    threshold = book.only(CapitalPolicy).capitalisation_threshold
    if threshold and 0 < row.asked < threshold and asks(row.request):
        found.append(
            f"below the capitalisation threshold of {show.money(book, threshold)}: an operating expense by your rule"
        )
    what = [MANDATORY] * _unmet(row) + [APPROVED] * unfunded(row)
    if what:
        found.append(f"{' and '.join(what)}, but below the cut line: the envelope doesn’t reach it")
    return [*found, *uncounted(book, row.request)]


def unfunded(row: RankedRequest) -> bool:
    """Return whether a request is approved though the envelope doesn't reach it."""
    return row.request.status == APPROVED and not row.funded


def _unmet(row: RankedRequest) -> bool:
    """Return whether a request must be, though the envelope doesn't reach it."""
    return row.request.mandatory and row.asks and not row.funded


def unfunded_words(plan: CapitalPlan) -> str:
    """Return how many requests that must be, and approved ones, stand below the line; empty where none does."""
    told = ""
    for what, below in ((MANDATORY, _unmet), (APPROVED, unfunded)):
        count = sum(below(row) for row in plan.rows)
        if count:
            stand = "request stands" if count == 1 else "requests stand"
            told += f" {BEFORE}{count} {what} {stand} below it."
    return told
