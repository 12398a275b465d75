"""Between what the year so far, and where it ends, come out while values are contested: many choices in one year.

What moves lines that nothing joins moves nothing of each other. So one year under many choices tells what each of them
moves, and a sum comes out between what they move at least, and at most, together.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product, zip_longest
from math import prod
from typing import TypeAlias

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.contested import Outcome, Place, Span, Value, spans_apart, with_values
from dyad_desktop.domain.hanging import roots
from dyad_desktop.domain.methods import VOLUME
from dyad_desktop.domain.moving import lines_concerned
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.domain.year_so_far import YearSoFar
from dyad_desktop.errors import BadInputError

Choice: TypeAlias = tuple[Place, Sequence[Value]]
Told: TypeAlias = Mapping[str, Mapping[str, int]]
"""By line, or by volume, what it adds to each figure, by the figure's name."""
Telling: TypeAlias = Callable[[YearSoFar, Collection[str]], Told]
"""Tells of a year what some lines and volumes add to its figures."""
Whole: TypeAlias = Callable[[YearSoFar], Mapping[str, int]]
"""Tells of a year figures that aren't sums over lines, such as ratios."""
GAP, END = "gap", "end"
"""How far contribution is from the budget, and where that of the year ends; in minor units."""
_MOST = 64
"""So many combinations are tried of what works on each other: each takes the whole year anew."""
_ALONE = 256
"""So many values are tried alone where there are too many combinations."""
_Said: TypeAlias = tuple[tuple[Place, Value], ...]
_LINE = "operating_line"
_NAMED = frozenset({_LINE, "volume", "outlook", "basis"})
"""Kinds whose things are lines or volumes, or are named as the line that they are about."""
_GENERAL = frozenset({"draft", "planning"})
"""Kinds of which anything may hang."""
_OWN = frozenset({(_LINE, "ytd_actuals"), ("basis", "hours"), ("basis", "budget_hours")})
"""Kinds and fields that concern the line alone that they are of."""
_SERIES = ("ytd_actuals", "prior_actuals", "name")
"""Fields of a line that never change with what it flexes."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Combinations of what may move several lines, under each of which lines have combinations of their own."""

    rules: Sequence[_Said]
    own: Mapping[str, Sequence[_Said]]

    @property
    def turns(self) -> int:
        """Return how many years tell all that lines may be under one combination of the rules."""
        return max(map(len, self.own.values()), default=1)

    def said(self, rule: int, turn: int) -> Iterator[tuple[Place, Value]]:
        """Yield the values of one year; a line with fewer combinations keeps its last."""
        yield from self.rules[rule]
        for ways in self.own.values():
            yield from ways[min(turn, len(ways) - 1)]


@dataclass(frozen=True, slots=True)
class _Part:
    """Choices that work on each other, and the lines that they may move.

    Its groups count as independent: there is one, but where the part is ``rough``.
    """

    lines: frozenset[str]
    groups: Sequence[_Group]
    rough: bool

    @property
    def tries(self) -> Iterator["_Try"]:
        """Yield what is tried: the group, one of its combinations of rules, and the turn of the lines' own."""
        for n, group in enumerate(self.groups):
            yield from product((n,), range(len(group.rules)), range(group.turns))


_Try: TypeAlias = tuple[int, int, int]
_Ends: TypeAlias = tuple[Mapping[str, int], Mapping[str, int]]
"""The least and the most that figures come to, by name."""


def year_spans(
    book: Book, budget: Budget, choices: Sequence[Choice], telling: Telling
) -> dict[str, Span]:
    """Return the spans of those figures of a draft's year that are open, by name.

    Args:
        book: the partnership.
        budget: the draft's budget in it, with the working values.
        choices: what is open that may move the year, and what it may come to; what brings something back stands before
            what is said of that.
        telling: tells what lines and volumes add to the figures.
    """
    if not choices:
        return {}
    year = YearSoFar(book, budget)
    parts = _parts(year, choices)
    working = telling(year, frozenset(chain.from_iterable(part.lines for part in parts)))
    ends: dict[str, tuple[int, int]] = {}
    rough: set[str] = set()
    for part, tried in zip(parts, _tried(book, budget, parts, telling), strict=True):
        before = _sum(working, part.lines)
        for group in tried:
            for name, (low, high) in _moves(before, group).items():
                known = ends.get(name, (0, 0))
                ends[name] = known[0] + low, known[1] + high
                if part.rough and low != high:
                    rough.add(name)
    return _spans(telling(year, _everything(year)), ends, rough)


def _moves(before: Mapping[str, int], tried: Collection[_Ends]) -> dict[str, tuple[int, int]]:
    """Return by how much each figure moves at least and at most, over the combinations that were tried."""
    names = {*before, *(name for one in tried for name in one[0])}
    return {
        name: (
            min(low.get(name, 0) for low, _ in tried) - before.get(name, 0),
            max(high.get(name, 0) for _, high in tried) - before.get(name, 0),
        )
        for name in names
        if tried
    }


def _spans(
    working: Told, ends: Mapping[str, tuple[int, int]], rough: Collection[str]
) -> dict[str, Span]:
    totals = _sum(working, working)
    found = {}
    for name, (low, high) in ends.items():
        amount = totals.get(name, 0)
        one = Span(amount + low, amount, amount + high, name in rough)
        if name in totals and one.wide:
            found[name] = one
    return found


def answers(year: YearSoFar, lines: Collection[str], places: Sequence[int]) -> Told:
    """Return what lines add to ``GAP`` over some months and to ``END``: the two answers of a year so far."""
    spans = zip(year.subjects, year.spans(places), strict=True)
    return {
        one.id: {
            GAP: SIGNS[one.kind] * span.variance,
            END: SIGNS[one.kind] * year.forecast.lines[one.id].total,
        }
        for one, span in spans
        if one.id in lines
    }


def together(*tellings: Telling) -> Telling:
    """Return what tells all that some tell; their figures have names of their own."""

    def told(year: YearSoFar, lines: Collection[str]) -> Told:
        found: dict[str, dict[str, int]] = {}
        for telling in tellings:
            for line, some in telling(year, lines).items():
                found.setdefault(line, {}).update(some)
        return found

    return told


def whole_spans(
    book: Book, budget: Budget, choices: Sequence[Choice], whole: Whole
) -> dict[str, Span]:
    """Return the same of figures that aren't sums over lines; of more than 64 combinations they are rough."""

    def figures(one: Book) -> Mapping[str, int]:
        return whole(YearSoFar(one, compute_budget(one, budget.draft_id, budget)))

    return spans_apart(book, choices, figures, _MOST) if choices else {}


def _everything(year: YearSoFar) -> frozenset[str]:
    return frozenset((*year.planned.volumes, *year.budget.lines))


def _sum(told: Told, lines: Iterable[str]) -> dict[str, int]:
    """Return what some lines add to the figures together."""
    found: dict[str, int] = {}
    for line in lines:
        for name, amount in told.get(line, {}).items():
            found[name] = found.get(name, 0) + amount
    return found


# -- what works on each other --------------------------------------------------------------------


def _parts(year: YearSoFar, choices: Sequence[Choice]) -> list[_Part]:
    """Return the choices parted by the lines that hang together, whatever is chosen."""
    lines, united = _concerned(year, choices)
    top = roots([*united, *lines.values()])
    found: dict[str, list[Choice]] = {}
    members: dict[str, set[str]] = {}
    for at, values in choices:
        if lines[at]:
            name = top[next(iter(lines[at]))]
            found.setdefault(name, []).append((at, values))
    for line, name in top.items():
        members.setdefault(name, set()).add(line)
    return [_part(frozenset(members[name]), some) for name, some in found.items()]


def _part(lines: frozenset[str], choices: Sequence[Choice]) -> _Part:
    rules = [one for one in choices if not _is_own(*one)]
    own: dict[str, list[Choice]] = {}
    for one in choices:
        if _is_own(*one):
            own.setdefault(one[0][1], []).append(one)
    most = max((_count(some) for some in own.values()), default=1)
    if _count(rules) * most <= _MOST:
        ways = {line: _every(some) for line, some in own.items()}
        return _Part(lines, [_Group(_every(rules), ways)], rough=False)
    few = {line: _every(some) for line, some in own.items() if _count(some) <= _MOST}
    many = (one for line, some in own.items() if line not in few for one in some)
    alone = [_Group(_every([one]), {}) for one in (*rules, *many)]
    return _Part(lines, [_Group([()], few), *alone[:_ALONE]], rough=True)


def _count(choices: Iterable[Choice]) -> int:
    return prod(len(values) for _, values in choices)


def _every(choices: Sequence[Choice]) -> list[_Said]:
    """Return every combination."""
    places = [at for at, _ in choices]
    every = product(*(values for _, values in choices))
    return [tuple(zip(places, one, strict=True)) for one in every]


def _concerned(
    year: YearSoFar, choices: Sequence[Choice]
) -> tuple[dict[Place, set[str]], list[Iterable[str]]]:
    """Return of each register the lines and volumes of which it may move a figure, and which lines hang together.

    Beside the lines whose budget it moves those that flex with what it is about, and all whose volumes are mixed with
    each other, where it may change with which.
    """
    planned = {at: values for at, values in choices if not _is_own(at, values)}
    lines, united = lines_concerned(year.book, year.budget, planned)
    mixed = {line for line, rule in year.rules.items() if rule.pool is not None}
    for at, values in choices:
        kind, name, field, _ = at
        back = [key for one in values if isinstance(one, Outcome) for key, _ in one.back]
        own = lines.setdefault(at, set())
        own.update(line for what, line in ((kind, name), *back) if what in _NAMED)
        if kind == "volume":
            own.update(
                line for line, rule in year.rules.items() if (rule.kind, rule.ref) == (VOLUME, name)
            )
        if kind in _GENERAL:
            own.update(year.planned.volumes)
        if (
            back
            or kind in _GENERAL | {"volume", "basis"}
            or (kind == _LINE and field not in _SERIES)
        ):
            own |= mixed
    return lines, united


def _is_own(at: Place, values: Iterable[Value]) -> bool:
    """Return whether a register moves one line alone, and nothing of the budget."""
    if any(isinstance(one, Outcome) for one in values):
        return False
    kind, _, field, _ = at
    return kind == "outlook" or (kind, field) in _OWN


# -- trying --------------------------------------------------------------------------------------


def _tried(
    book: Book, budget: Budget, parts: Sequence[_Part], telling: Telling
) -> list[list[list[_Ends]]]:
    """Return of each part, by group, the ends of the figures of its lines under each combination of rules."""
    found: list[dict[tuple[int, int], list[Told]]] = [{} for _ in parts]
    for turn in zip_longest(*(part.tries for part in parts)):
        now = {n: one for n, one in enumerate(turn) if one is not None}
        for n, told in _together(book, budget, parts, now, telling):
            found[n].setdefault(now[n][:2], []).append(told)
    return [
        [
            [
                _ends_of(part.lines, group, found[n][g, rule])
                for rule in range(len(group.rules))
                if (g, rule) in found[n]
            ]
            for g, group in enumerate(part.groups)
        ]
        for n, part in enumerate(parts)
    ]


def _ends_of(lines: Iterable[str], group: _Group, turns: Sequence[Told]) -> _Ends:
    """Return the ends of figures under one combination of rules, where each line comes out by itself."""
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for line in lines:
        ways = [told.get(line, {}) for told in turns[: len(group.own.get(line, ((),)))]]
        for name in {name for one in ways for name in one}:
            amounts = [one.get(name, 0) for one in ways]
            low[name] = low.get(name, 0) + min(amounts)
            high[name] = high.get(name, 0) + max(amounts)
    return low, high


def _together(
    book: Book, budget: Budget, parts: Sequence[_Part], now: Mapping[int, _Try], telling: Telling
) -> Iterator[tuple[int, Told]]:
    """Yield what is told of parts in the year in which each is tried; nothing of one that can't be reckoned with."""
    lines = frozenset(chain.from_iterable(parts[n].lines for n in now))
    said = (parts[n].groups[g].said(rule, turn) for n, (g, rule, turn) in now.items())
    try:
        settled = with_values(book, chain.from_iterable(said))
        year = YearSoFar(settled, compute_budget(settled, budget.draft_id, budget))
        told = telling(year, lines)
    except BadInputError:
        for n, one in now.items() if len(now) > 1 else ():
            yield from _together(book, budget, parts, {n: one}, telling)
        return
    for n in now:
        yield n, told
