"""Between what the sums of accounts and cost centres come out while values are contested."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product, takewhile
from math import prod
from operator import attrgetter

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.chart_of_accounts import AccountRow, chart_rows
from dyad_desktop.domain.contested import Open, Place, Span, Value, with_values
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.domain.statement import SIGNS

_YEAR = range(MONTHS)
_MOST = 64
"""So many charts are tried, as the partners' values for how accounts hang together give them."""
_HANGING = frozenset({"kind", "parent", DELETED})
"""What of an account says in which sums it counts, and with which sign."""
Choices = Mapping[Place, Sequence[Value]]


def account_spans(
    book: Book,
    budget: Budget,
    still: Open,
    choices: Choices | None = None,
    pick: Callable[[AccountRow], int] = attrgetter("budget"),
) -> dict[str, Span]:
    """Return the spans of accounts over a year, with what is under them, by code; in minor units.

    Args:
        book: the partnership.
        budget: a draft's budget in it, with the working values.
        still: what the contested values leave open of that year.
        choices: contested registers and their values; those of accounts count.
        pick: which amount of an account is told: of the budget, or of the prior year.
    """
    apart = {
        at: some for at, some in (choices or {}).items() if at[0] == "account" and at[2] in _HANGING
    }
    if not (still.lines or apart):
        return {}
    rough = prod(map(len, apart.values())) > _MOST
    found: dict[str, Span] = {}
    lines = list(_lines(book, still))
    working = {one.code: pick(one) for one in chart_rows(book, budget)}
    for one in _charts(book, apart, rough=rough):
        rows = chart_rows(one, budget)
        there = dict(_of_chart(rows, still, lines, pick))
        for code, amount in working.items():
            new = there.get(code) or Span(amount, amount, amount)
            old = found.get(code, new)
            found[code] = Span(
                min(old.low, new.low),
                amount,
                max(old.high, new.high),
                rough or old.rough or new.rough,
            )
    return {code: one for code, one in found.items() if one.wide}


def centre_spans(book: Book, budget: Budget, still: Open) -> dict[str, Span]:
    """Return the spans of what cost centres' lines do to the year's contribution, by code; in minor units."""
    working: dict[str, int] = {}
    for line in book.all(OperatingLine):
        effect = SIGNS[line.kind] * budget.lines[line.id].total
        working[line.cost_centre or ""] = working.get(line.cost_centre or "", 0) + effect
    signs: dict[str, dict[str, int]] = {}
    for name, line in _lines(book, still):
        signs.setdefault(line.cost_centre or "", {})[name] = SIGNS[line.kind]
    found = {code: still.span(working.get(code, 0), some, _YEAR) for code, some in signs.items()}
    return {code: one for code, one in found.items() if one.wide}


def _lines(book: Book, still: Open) -> Iterator[tuple[str, OperatingLine]]:
    """Yield the operating lines that are open, also those that some choice brings, or puts elsewhere."""
    for name in still.lines:
        line = book.get(OperatingLine, name)
        if line is None and name in still.coming:
            line = still.coming[name].line
        if line is not None:
            yield name, line


def _charts(book: Book, apart: Choices, *, rough: bool) -> Iterator[Book]:
    """Yield the book under each combination of values of accounts; of too many, under each alone."""
    if rough:
        for at, values in apart.items():
            yield from (with_values(book, [(at, value)]) for value in values)
        return
    for values in product(*apart.values()):
        yield with_values(book, zip(apart, values, strict=True))


def _of_chart(
    rows: Sequence[AccountRow],
    still: Open,
    lines: Iterable[tuple[str, OperatingLine]],
    pick: Callable[[AccountRow], int],
) -> Iterator[tuple[str, Span]]:
    """Yield the span of each account of a chart."""
    of_code: dict[str, list[tuple[str, OperatingLine]]] = {}
    for name, line in lines:
        of_code.setdefault(line.account, []).append((name, line))
    for n, at in enumerate(rows):
        below = takewhile(lambda one, at=at: one.depth > at.depth, rows[n + 1 :])  # type: ignore[misc]
        codes = {at.code, *(one.code for one in below)}
        signs = {
            name: at.sign * SIGNS[line.kind]
            for code in codes
            for name, line in of_code.get(code, ())
        }
        yield at.code, still.span(pick(at), signs, _YEAR)
