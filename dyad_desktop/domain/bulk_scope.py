"""Which lines a bulk change is about: those of a filter."""

from dataclasses import dataclass

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.operating import OperatingLine


@dataclass(frozen=True, slots=True)
class Filter:
    """What a line must be; an empty part asks nothing.

    ``account_from`` and ``account_to`` are both included: as numbers where account and bound are, else as text.
    ``driver`` is (kind, id or name); ``text`` stands in name, id or account.
    """

    kind: str = ""
    category: str | None = None
    cost_centre: str = ""
    account_from: str = ""
    account_to: str = ""
    driver: tuple[str, str] | None = None
    text: str = ""


def matching(book: Book, budget: Budget, wanted: Filter) -> tuple[str, ...]:
    """Return the ids of the operating lines that a filter lets through, in the pair's order."""
    return tuple(line.id for line in book.all(OperatingLine) if _matches(line, budget, wanted))


def _matches(line: OperatingLine, budget: Budget, wanted: Filter) -> bool:
    text = wanted.text.strip().casefold()
    return (
        wanted.kind in ("", line.kind)
        and (wanted.category is None or wanted.category == (line.category or ""))
        and wanted.cost_centre in ("", line.cost_centre)
        and (not wanted.account_from or _not_above(wanted.account_from, line.account))
        and (not wanted.account_to or _not_above(line.account, wanted.account_to))
        and (wanted.driver is None or wanted.driver in budget.rules.drivers(line))
        and (
            not text or any(text in part.casefold() for part in (line.name, line.id, line.account))
        )
    )


def _not_above(low: str, high: str) -> bool:
    low, high = low.strip(), high.strip()
    if low.isdecimal() and high.isdecimal():
        return int(low) <= int(high)
    return low <= high
