"""What contested values leave open of actuals: of the prior year, or of the months so far.

A month is independent of every other: it comes out as one of its values. What says in which sums a line counts, or
whether it is there at all, works on its months: those are told under each combination of that (``Open.either``).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.contested import (
    WHERE,
    Cell,
    Coming,
    Moves,
    Open,
    Outcome,
    Place,
    Value,
    moved_line,
    with_values,
)
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.hanging import roots
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.schema import DELETED

PRIOR, TO_DATE = "prior_actuals", "ytd_actuals"
_KIND = "operating_line"
_MOST = 64
"""So many combinations of what isn't a month are tried of lines that hang together."""
_Lines: TypeAlias = frozenset[str]
_Choices: TypeAlias = Mapping[Place, Sequence[Value]]


def open_actuals(
    book: Book,
    choices: Iterable[tuple[Place, Sequence[Value]]],
    series: str,
    periods: Sequence[str],
) -> Open:
    """Return what contested registers leave open of a series of actuals.

    Args:
        book: the partnership, with the working values.
        choices: contested registers and their values; those that concern these actuals count.
        series: ``PRIOR`` or ``TO_DATE``.
        periods: at most twelve months of the series; the first is month 0 of what is told.
    """
    year, every = _Year(book, series, periods), dict(choices)
    lines = {at: some for at, values in every.items() if (some := year.concerned(at, values))}
    top = roots(lines.values())
    rules: dict[str, dict[Place, Sequence[Value]]] = {}
    months: dict[str, dict[Place, Sequence[Value]]] = {}
    for at, some in lines.items():
        found = months if year.is_month(at, every[at]) else rules
        found.setdefault(top[next(iter(some))], {})[at] = every[at]
    cells: list[Cell] = []
    either: list[tuple[Open, ...]] = []
    rough: set[str] = set()
    for name in dict.fromkeys((*rules, *months)):
        ruled, own = rules.get(name, {}), months.get(name, {})
        if ruled and prod(map(len, ruled.values())) <= _MOST:
            either.append(year.under_each(ruled, own))
            continue
        cells += [year.cell(book, {}, at, values) for at, values in own.items()]
        either += [year.under_each({at: values}, {}) for at, values in ruled.items()]
        if ruled:
            rough |= {line for line, above in top.items() if above == name}
    return Open(tuple(cells), tuple(either), frozenset(rough))


class _Year:
    """A series of a book's lines."""

    def __init__(self, book: Book, series: str, periods: Sequence[str]) -> None:
        self._book, self._series, self._periods = book, series, periods

    def concerned(self, at: Place, values: Iterable[Value]) -> _Lines:
        """Return the lines whose actuals, or whose place among the sums, a register may change."""
        outcomes = [one for one in values if isinstance(one, Outcome)]
        written = [at, *(place for one in outcomes for place, _ in one.writes)]
        back = (key for one in outcomes for key, _ in one.back)
        found = {line for kind, line, field, slot in written if self._counts(kind, field, slot)}
        return frozenset(found.union(line for kind, line in back if kind == _KIND))

    def _counts(self, kind: str, field: str, slot: str) -> bool:
        if kind != _KIND:
            return False
        return slot in self._periods if field == self._series else field in (*WHERE, DELETED)

    def is_month(self, at: Place, values: Iterable[Value]) -> bool:
        """Return whether a register is a month of the series and nothing else comes with its values."""
        return at[2] == self._series and not any(isinstance(one, Outcome) for one in values)

    def under_each(self, rules: _Choices, months: _Choices) -> tuple[Open, ...]:
        """Return what some lines leave open under each combination of what isn't a month."""
        lines: set[str] = set()
        for at, values in {**rules, **months}.items():
            lines |= self.concerned(at, values)
        found = []
        for values in product(*rules.values()):
            after = with_values(self._book, zip(rules, values, strict=True))
            shift, coming, names = self._moves(self._book, after, lines)
            cells = (self.cell(after, names, at, some) for at, some in months.items())
            found.append(Open(((shift,), *cells), coming=coming))
        return tuple(found)

    def cell(
        self, book: Book, names: Mapping[str, str], at: Place, values: Sequence[Value]
    ) -> Cell:
        """Return what each value of a register moves in a book, in which lines go by other names."""
        lines = self.concerned(at, values)
        every = (self._moves(book, with_values(book, [(at, one)]), lines)[0] for one in values)
        return tuple(
            {names.get(line, line): months for line, months in one.items()} for one in every
        )

    def _moves(
        self, before: Book, after: Book, lines: Iterable[str]
    ) -> tuple[Moves, dict[str, Coming], dict[str, str]]:
        """Return what lies between two books, which lines that brings or puts elsewhere, and their names there."""
        found: dict[str, Sequence[int]] = {}
        coming: dict[str, Coming] = {}
        names: dict[str, str] = {}
        for name in sorted(lines):
            old, new = before.get(OperatingLine, name), after.get(OperatingLine, name)
            was, now = self._months(old), self._months(new)
            there = moved_line(name, old, new)
            if new is not None and there:
                names[name], coming[there] = there, Coming(new.kind, new)
                found[name], found[there] = tuple(-amount for amount in was), now
            else:
                found[name] = tuple(b - a for a, b in zip(was, now, strict=True))
        return {line: some for line, some in found.items() if any(some)}, coming, names

    def _months(self, line: OperatingLine | None) -> tuple[int, ...]:
        """Return twelve months; those that aren't asked for have nothing."""
        said: Mapping[str, int] = {} if line is None else getattr(line, self._series)
        months = [said.get(period) or 0 for period in self._periods]
        return (*months, *(0 for _ in range(MONTHS - len(months))))
