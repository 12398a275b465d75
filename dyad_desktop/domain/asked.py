"""What a capital request asks for: the one sum that envelope, ranking, totals and workbook go by."""

from collections.abc import Iterable

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.money import round_half_away

PERCENT = 100
NOT_ASKING = ("deferred", "declined")
"""Statuses of requests that ask for nothing and post nothing."""


def asks(request: CapitalRequest) -> bool:
    """Return whether a request still asks for money: it is neither deferred nor declined."""
    return request.status not in NOT_ASKING


def base_cost(request: CapitalRequest, lines: Iterable[CostLine] = ()) -> int:
    """Return the cost before contingency in minor units: the sum of its lines when there are any."""
    amounts = [line.amount for line in lines]
    return sum(amounts) if amounts else request.cost


def contingency(request: CapitalRequest, lines: Iterable[CostLine] = ()) -> int:
    """Return what is held for the unforeseen in minor units: its percent of the cost, half away from zero."""
    if not request.contingency_pct:
        return 0
    return round_half_away(base_cost(request, lines) * request.contingency_pct / PERCENT)


def total_asked(request: CapitalRequest, lines: Iterable[CostLine] = ()) -> int:
    """Return what a request asks for in minor units: cost and contingency.

    Args:
        request: the asset or project.
        lines: its own cost lines.
    """
    kept = tuple(lines)
    return base_cost(request, kept) + contingency(request, kept)


def lines_of(book: Book, request: CapitalRequest) -> tuple[CostLine, ...]:
    """Return a request's cost lines in order."""
    return book.children(CostLine, request.id)


def asked(book: Book, request: CapitalRequest) -> int:
    """Return what a request of a book asks for; see ``total_asked``."""
    return total_asked(request, lines_of(book, request))
