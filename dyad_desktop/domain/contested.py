"""Totals while values are contested: what each choice moves, and how far apart the outcomes lie."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from dyad_desktop.domain.asked import asked, asks
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, differing
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.ranking import rank_requests
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import DELETED, META_FIELDS, Canonical, Entity
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.errors import BadInputError

Place = tuple[str, str, str, str]
"""Which register: kind, id, field, slot."""
MOST = 512
"""So many combinations of choices are tried where choices work on each other, as in a ranked list."""


@dataclass(frozen=True, slots=True)
class Span:
    """A total and the two ends between which it comes out, in minor units.

    ``working`` counts what both partners last had; it may lie outside the ends.
    """

    low: int
    working: int
    high: int

    @property
    def wide(self) -> bool:
        """Return whether the total is open at all."""
        return not self.low == self.working == self.high


def span(working: int, cells: Iterable[Sequence[int]]) -> Span:
    """Return a total's span: for each independent cell, what each of its values adds to ``working``.

    A cell without a value adds nothing.
    """
    low = high = working
    for moves in cells:
        low += min(moves, default=0)
        high += max(moves, default=0)
    return Span(low, working, high)


def with_value(book: Book, at: Place, value: Canonical) -> Book:
    """Return the book in which a register has a value, as if it were settled.

    Raises:
        BadInputError: this version doesn't know the field.
    """
    return with_values(book, [(at, value)])


def with_values(book: Book, said: Iterable[tuple[Place, Canonical]]) -> Book:
    """Return the book in which registers have values; see ``with_value``."""
    made: dict[Key, Entity | None] = {}
    for (kind, entity_id, name, slot), value in said:
        key = (kind, entity_id)
        entity = made[key] if key in made else book.entity(kind, entity_id)
        if entity is None:
            continue
        if name == DELETED and value is True:
            made[key] = None
        elif name not in META_FIELDS:
            spec = spec_of(kind, name)
            shown: Any = spec.decode(value)
            if spec.slot is not None:
                shown = {**getattr(entity, name), slot: shown}
            made[key] = dataclasses.replace(entity, **{name: shown})
    return book.with_entities(made.items()) if made else book


# -- the operating budget ----------------------------------------------------------------------

Moves = Mapping[str, Sequence[int]]
"""By line, what a choice adds to each of its months; lines that it doesn't move are left out."""
Cell = tuple[Moves, ...]
"""What each value of a contested cell moves."""
_STILL = (0,) * MONTHS


def moves(before: Budget, after: Budget) -> Moves:
    """Return what lies between two budgets of one draft, line by line."""
    found: dict[str, Sequence[int]] = {}
    for line in differing(after.lines, before.lines):
        old, new = before.lines.get(line), after.lines.get(line)
        was, now = (_STILL if one is None else one.months for one in (old, new))
        found[line] = tuple(b - a for a, b in zip(was, now, strict=True))
    return {line: months for line, months in found.items() if any(months)}


@dataclass(frozen=True, slots=True)
class Open:
    """A draft's contested cells: for each of them, what each of its values moves.

    Cells count as independent of each other. What works on each other is in ``either``: each of them comes out as one
    of several, with cells of its own (``moving.Moving.open``).
    """

    cells: tuple[Cell, ...] = ()
    either: tuple[tuple["Open", ...], ...] = ()
    lines: frozenset[str] = field(init=False, repr=False, compare=False)
    """The lines that some choice moves."""
    _months: tuple[frozenset[int], ...] = field(init=False, repr=False, compare=False)
    """By cell, the months that its choices move: nearly always one, and a table asks for a month at a time."""

    def __post_init__(self) -> None:
        """Note what each cell moves."""
        lines = frozenset(line for cell in self.cells for choice in cell for line in choice)
        lines = lines.union(*(way.lines for ways in self.either for way in ways))
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "_months", tuple(map(_months_of, self.cells)))

    def span(self, working: int, signs: Mapping[str, int], months: Iterable[int]) -> Span:
        """Return the span of a sum over lines (with their signs) and months (0 to 11)."""
        places = tuple(months)

        def moved(choice: Moves) -> int:
            return sum(
                signs[line] * amounts[place]
                for line, amounts in choice.items()
                if line in signs
                for place in places
            )

        asked = frozenset(places)
        concerned = (
            cell
            for cell, moving in zip(self.cells, self._months, strict=True)
            if not moving.isdisjoint(asked)
        )
        found = span(working, (list(map(moved, cell)) for cell in concerned))
        for ways in self.either:
            ends = [way.span(0, signs, places) for way in ways]
            low, high = min(one.low for one in ends), max(one.high for one in ends)
            found = Span(found.low + low, working, found.high + high)
        return found


def _months_of(cell: Iterable[Moves]) -> frozenset[int]:
    return frozenset(
        place
        for choice in cell
        for amounts in choice.values()
        for place, amount in enumerate(amounts)
        if amount
    )


def statement_span(budget: Budget, still: Open, row: str, months: Iterable[int]) -> Span:
    """Return the span of a row of the statement over some months.

    Raises:
        KeyError: there is no such row.
    """
    places = tuple(months)
    by_month = budget.by_month(row)
    kinds = STATEMENT_ROWS[row]
    signs = {
        line: kinds.get(budget.lines[line].kind, 0) for line in still.lines if line in budget.lines
    }
    return still.span(sum(by_month[place] for place in places), signs, places)


# -- the capital plan --------------------------------------------------------------------------


def capital_used(book: Book) -> int:
    """Return what the requests above the cut line ask for, in minor units."""
    return sum(row.asked for row in rank_requests(book) if row.funded)


def capital_requested(book: Book) -> int:
    """Return what all requests that take money ask for, in minor units."""
    return sum(asked(book, one) for one in book.all(CapitalRequest) if asks(one))


def capital_mandatory(book: Book) -> int:
    """Return what the mandatory requests that take money ask for, in minor units."""
    return sum(asked(book, one) for one in book.all(CapitalRequest) if one.mandatory and asks(one))


def capital_left(book: Book) -> int:
    """Return what the requests above the cut line leave of the envelope, in minor units."""
    return (book.only(CapitalPolicy).envelope or 0) - capital_used(book)


CAPITAL_TOTALS: Mapping[str, Callable[[Book], int]] = {
    "requested": capital_requested,
    "mandatory": capital_mandatory,
    "funded": capital_used,
    "left": capital_left,
}
"""The totals of the capital plan, by the names of ``services.capital.CapitalPlan``."""


def span_of(
    book: Book,
    choices: Sequence[tuple[Place, Sequence[Canonical]]],
    total: Callable[[Book], int],
) -> Span | None:
    """Return a total's span over every combination of choices; ``None`` of too many to try."""
    return spans_of(book, choices, {"": total}).get("")


def spans_of(
    book: Book,
    choices: Sequence[tuple[Place, Sequence[Canonical]]],
    totals: Mapping[str, Callable[[Book], int]],
) -> dict[str, Span]:
    """Return the spans of totals over every combination of choices; none of too many to try.

    Where a list is cut, as the ranked one is, choices work on each other: only trying them all is right.
    """
    if prod(len(values) for _, values in choices) > MOST:
        return {}
    found: dict[str, list[int]] = {name: [] for name in totals}
    for combination in product(*(values for _, values in choices)):
        settled = book
        for (at, _), value in zip(choices, combination, strict=True):
            settled = with_value(settled, at, value)
        for name, total in totals.items():
            with suppress(BadInputError):
                found[name].append(total(settled))
    spans = {}
    for name, total in totals.items():
        working = total(book)
        low, high = min(found[name], default=working), max(found[name], default=working)
        spans[name] = Span(low, working, high)
    return spans
