"""Totals while values are contested: what each choice moves, and how far apart the outcomes lie."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any, TypeAlias

from dyad_desktop.domain.asked import asked, asks
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, differing
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.ranking import rank_requests
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import DELETED, META_FIELDS, Canonical, Entity
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.errors import BadInputError

Place = tuple[str, str, str, str]
"""Which register: kind, id, field, slot."""
MOST = 512
"""So many combinations of choices are tried where choices work on each other, as in a ranked list."""


_ALONE = 64
"""So many choices are tried alone where there are too many combinations."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a choice comes to where that is more than a value: what it writes, and things that are there again with it.

    ``back`` has those as they are then; one that is there anyway stays as it is.
    """

    writes: tuple[tuple[Place, Canonical], ...] = ()
    back: tuple[tuple[Key, Entity], ...] = ()


Value: TypeAlias = Canonical | Outcome
"""What a contested register may come to."""


@dataclass(frozen=True, slots=True)
class Span:
    """A total and the two ends between which it comes out, in minor units.

    ``working`` counts what both partners last had; it may lie outside the ends. Where so much is apart that not every
    combination could be reckoned with, the ends are ``rough``: it may come out beyond them.
    """

    low: int
    working: int
    high: int
    rough: bool = False

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


def with_value(book: Book, at: Place, value: Value) -> Book:
    """Return the book in which a register has a value, as if it were settled.

    Raises:
        BadInputError: this version doesn't know the field.
    """
    return with_values(book, [(at, value)])


def with_values(book: Book, said: Iterable[tuple[Place, Value]]) -> Book:
    """Return the book in which registers have values; see ``with_value``."""
    made: dict[Key, Entity | None] = {}
    for (kind, entity_id, name, slot), value in _written(book, said, made):
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


def _written(
    book: Book, said: Iterable[tuple[Place, Value]], made: dict[Key, Entity | None]
) -> Iterator[tuple[Place, Canonical]]:
    """Yield what is written by values, in their order; what is there again by then is put into ``made``."""
    for at, value in said:
        if not isinstance(value, Outcome):
            yield at, value
            continue
        for key, entity in value.back:
            if (made[key] if key in made else book.entity(*key)) is None:
                made[key] = entity
        yield from value.writes


# -- the operating budget ----------------------------------------------------------------------

Moves = Mapping[str, Sequence[int]]
"""By line, what a choice adds to each of its months; lines that it doesn't move are left out.

A line that counts elsewhere by the choice, as of another account, goes where it is and comes under another name
(``elsewhere``).
"""
Cell = tuple[Moves, ...]
"""What each value of a contested cell moves."""
_STILL = (0,) * MONTHS
_PART = "\0"


def moves(before: Budget, after: Budget) -> Moves:
    """Return what lies between two budgets of one draft, line by line."""
    found: dict[str, Sequence[int]] = {}
    turned = elsewhere(before, after)
    for line in {**dict.fromkeys(differing(after.lines, before.lines)), **turned}:
        old, new = before.lines.get(line), after.lines.get(line)
        was, now = (_STILL if one is None else one.months for one in (old, new))
        if line in turned:
            found[line], found[turned[line]] = tuple(-amount for amount in was), now
        else:
            found[line] = tuple(b - a for a, b in zip(was, now, strict=True))
    return {line: months for line, months in found.items() if any(months)}


WHERE = ("kind", "category", "account", "cost_centre")
"""What of a line says in which sums it counts."""


def elsewhere(before: Budget, after: Budget) -> dict[str, str]:
    """Return the lines that count in other sums in another budget of their draft, with a name for what they are there.

    Also those that are there alone. The name says in which sums, so that it is the same by whichever choices a line
    comes there.
    """
    found: dict[str, str] = {}
    for name in differing(after.rules.lines, before.rules.lines):
        if there := moved_line(name, before.rules.lines.get(name), after.rules.lines.get(name)):
            found[name] = there
    return found


def moved_line(name: str, old: OperatingLine | None, new: OperatingLine | None) -> str:
    """Return what a line that counts in other sums than before is called there; nothing of any other."""
    now = _where(new)
    return _PART.join((name, *now)) if now and now != _where(old) else ""


def _where(line: OperatingLine | None) -> tuple[str, ...]:
    """Return in which sums a line counts; nowhere without one."""
    return () if line is None else tuple(str(getattr(line, what)) for what in WHERE)


def line_named(name: str) -> str:
    """Return the line that a name among ``Moves`` is of."""
    return name.partition(_PART)[0]


@dataclass(frozen=True, slots=True)
class Coming:
    """A line that some choice brings, or puts elsewhere: its kind in the draft, and the line, unless it is posted."""

    kind: str
    line: OperatingLine | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A draft's contested cells: for each of them, what each of its values moves.

    Cells count as independent of each other. What works on each other is in ``either``: each of them comes out as one
    of several, with cells of its own (``moving.Moving.open``).
    """

    cells: tuple[Cell, ...] = ()
    either: tuple[tuple["Open", ...], ...] = ()
    rough: frozenset[str] = frozenset()
    """Lines of which more works on each other than is reckoned with: there cells count as independent that aren't."""
    coming: Mapping[str, Coming] = field(default_factory=dict)
    stays: bool = False
    """Whether all that is open may also stay as it is, as where the draft may be agreed before."""
    lines: frozenset[str] = field(init=False, repr=False, compare=False)
    """The lines that some choice moves."""
    _months: tuple[frozenset[int], ...] = field(init=False, repr=False, compare=False)
    """By cell, the months that its choices move: nearly always one, and a table asks for a month at a time."""

    def __post_init__(self) -> None:
        """Note what each cell moves."""
        lines = frozenset(line for cell in self.cells for choice in cell for line in choice)
        lines = lines.union(*(way.lines for ways in self.either for way in ways))
        rough = self.rough.union(*(way.rough for ways in self.either for way in ways))
        coming = dict(self.coming)
        for ways in self.either:
            for way in ways:
                coming |= way.coming
        object.__setattr__(self, "coming", coming)
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "rough", rough)
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
        still = [0] if self.stays else []
        found = span(working, ([*still, *map(moved, cell)] for cell in concerned))
        low, high = found.low, found.high
        for ways in self.either:
            ends = [way.span(0, signs, places) for way in ways]
            low += min([*still, *(one.low for one in ends)])
            high += max([*still, *(one.high for one in ends)])
        return Span(low, working, high, not self.rough.isdisjoint(signs))


def renamed(found: Open, names: Mapping[str, str]) -> Open:
    """Return what is open with other names for lines."""

    def of(lines: Iterable[str]) -> list[str]:
        return [names.get(line, line) for line in lines]

    cells = tuple(
        tuple(dict(zip(of(choice), choice.values(), strict=True)) for choice in cell)
        for cell in found.cells
    )
    either = tuple(tuple(renamed(way, names) for way in ways) for ways in found.either)
    return Open(cells, either, frozenset(of(found.rough)), found.coming) if names else found


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
    working = sum(by_month[place] for place in places)
    return still.span(working, row_signs(budget, still, row), places)


def row_signs(budget: Budget, still: Open, row: str) -> dict[str, int]:
    """Return the lines that are open with the sign by which they count in a row of the statement; 0 where they don't.

    Raises:
        KeyError: there is no such row.
    """
    kinds = STATEMENT_ROWS[row]
    told = ((line, budget.lines.get(line) or still.coming.get(line)) for line in still.lines)
    return {line: kinds.get(one.kind, 0) for line, one in told if one is not None}


# -- the capital plan --------------------------------------------------------------------------


def capital_used(book: Book) -> int:
    """Return what the requests above the cut line ask for, in minor units."""
    return sum(row.asked for row in rank_requests(book) if row.funded)


def capital_requested(book: Book) -> int:
    """Return what all requests that take money ask for, in minor units."""
    return sum(asked(book, one) for one in book.all(CapitalRequest) if asks(one))


SUM, ASKED = "sum/", "asked/"
"""With the id of a request: what it and all before it ask for, and what it asks for alone."""


def capital_figures(book: Book) -> dict[str, int]:
    """Return the figures of the capital plan by name, in minor units, but for two counts of requests.

    They are ``requested``, ``mandatory``, ``funded`` and ``left``; how many requests ask for money (``asking``) and are
    above the cut line (``fitting``); and for each that asks for money ``SUM`` and ``ASKED`` with its id.
    """
    rows = [row for row in rank_requests(book) if row.asks]
    used = sum(row.asked for row in rows if row.funded)
    return {
        "requested": sum(row.asked for row in rows),
        "mandatory": sum(row.asked for row in rows if row.request.mandatory),
        "funded": used,
        "left": (book.only(CapitalPolicy).envelope or 0) - used,
        "asking": len(rows),
        "fitting": sum(row.funded for row in rows),
        **{f"{SUM}{row.request.id}": row.cumulative for row in rows},
        **{f"{ASKED}{row.request.id}": row.asked for row in rows},
    }


Figures = Callable[[Book], Mapping[str, int]]


def spans_of(
    book: Book, choices: Sequence[tuple[Place, Sequence[Value]]], figures: Figures, most: int = MOST
) -> dict[str, Span]:
    """Return the spans of figures over every combination of choices, by the names of those that there are now.

    Where a list is cut, as the ranked one is, choices work on each other: only trying them all is right. Of more than
    ``most`` combinations all are tried that ask for least, and for most, and each choice alone, of the first few: the
    spans are ``rough``.
    """
    working = figures(book)
    rough = prod(len(values) for _, values in choices) > most
    if rough:
        combinations = _ends(book, choices)
    else:
        places = [at for at, _ in choices]
        every = product(*(values for _, values in choices))
        combinations = (list(zip(places, one, strict=True)) for one in every)
    found = [_settled(book, said, figures) for said in combinations]
    spans = {}
    for name, amount in working.items():
        tried = [one[name] for one in found if name in one] or [amount]
        spans[name] = Span(min(tried), amount, max(tried), rough)
    return spans


def spans_apart(
    book: Book, choices: Sequence[tuple[Place, Sequence[Value]]], figures: Figures, most: int
) -> dict[str, Span]:
    """Return the spans of figures as ``spans_of`` does, by the names of those that are open.

    Of more than ``most`` combinations each choice is tried alone, of the first ``most``, and what they move is added
    up, as of independent ones: the spans are rough.
    """
    if prod(len(values) for _, values in choices) <= most:
        found = spans_of(book, choices, figures, most)
        return {name: one for name, one in found.items() if one.wide}
    working = figures(book)
    ends = {name: [amount, amount] for name, amount in working.items()}
    for at, values in choices[:most]:
        tried = [_settled(book, [(at, value)], figures) for value in values]
        for name, amount in working.items():
            moves = [one[name] - amount for one in tried if name in one] or [0]
            ends[name][0] += min(moves)
            ends[name][1] += max(moves)
    spans = {name: Span(low, working[name], high, rough=True) for name, (low, high) in ends.items()}
    return {name: one for name, one in spans.items() if one.wide}


def _settled(
    book: Book, said: Iterable[tuple[Place, Value]], figures: Figures
) -> Mapping[str, int]:
    """Return the figures with values; none where they can't be reckoned with."""
    try:
        return figures(with_values(book, said))
    except BadInputError:
        return {}


def _ends(
    book: Book, choices: Sequence[tuple[Place, Sequence[Value]]]
) -> Iterator[list[tuple[Place, Value]]]:
    """Yield choices that lie far apart: those that ask for least, those for most, and the first few alone."""
    asked_by = [
        [capital_requested(with_value(book, at, value)) for value in values]
        for at, values in choices
    ]
    for furthest in (min, max):
        yield [
            (at, values[some.index(furthest(some))])
            for (at, values), some in zip(choices, asked_by, strict=True)
        ]
    for at, values in choices[:_ALONE]:
        for value in values:
            yield [(at, value)]
