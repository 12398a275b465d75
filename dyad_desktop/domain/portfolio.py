"""The best set of requests under the envelope, and what every envelope could reach.

The rule: what is mandatory comes first, whatever it is worth. Of all sets of the others that the envelope and every
fiscal year's envelope pay for, the one with the greatest total counts; of equal ones, the one that costs least. A
request is taken whole or not at all. A request that is worth nothing or less is never taken unless it is mandatory.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from highspy import Highs

WHOLE = ""
"""Names the envelope of the whole plan among those of fiscal years."""
MOST_POINTS = 20_000
"""So many points of the frontier are followed; beyond that some are dropped, and it is said."""
_TRIES = 60
_DIGITS = 10**8
"""Larger figures than this, after the largest common unit is taken out, are more than the solver tells apart."""
_NODES = 100_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request that may be chosen. Money in minor units; ``value`` in any whole units, such as minor ones."""

    id: str
    value: int
    cost: int
    by_year: Mapping[str, int] = field(default_factory=dict)
    """What it takes in each fiscal year; it adds to the cost."""
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of requests, in the order they were given, with its exact sums."""

    chosen: tuple[str, ...]
    value: int
    cost: int
    over: Mapping[str, int] = field(default_factory=dict)
    """By how much mandatory requests alone ask for more than an envelope, by fiscal year; ``""`` is the whole."""
    proved: bool = True
    """Whether no better set can be; false only of a long list of amounts too alike to be told apart in time."""


def sums(candidates: Sequence[Candidate], chosen: Sequence[str]) -> Choice:
    """Return a set with its exact sums."""
    kept = [one for one in candidates if one.id in set(chosen)]
    return Choice(
        tuple(one.id for one in kept), sum(one.value for one in kept), sum(one.cost for one in kept)
    )


def taken(one: Candidate, limit: str) -> int:
    """Return what a candidate takes of a limit: its cost of the whole, or what it takes in a fiscal year."""
    return one.cost if limit == WHOLE else one.by_year.get(limit, 0)


def best_set(candidates: Sequence[Candidate], limits: Mapping[str, int]) -> Choice:
    """Return the best set by the rule of this module, exactly.

    The integer program is solved by HiGHS. It reckons in floating point, so that what it finds is checked in whole
    numbers: a set that doesn't fit is cut off and the program solved anew, and a set counts as best only when the
    program that asks for more than it has no solution. Where amounts have more digits than it tells apart, branch
    and bound in whole numbers goes on from what it found.

    Args:
        candidates: requests that ask for money.
        limits: envelopes in minor units by fiscal year; ``""`` is that of the whole plan. Where mandatory requests
            alone take more, nothing else gets money from it.
    """
    forced = [one for one in candidates if one.mandatory]
    spent = {limit: sum(taken(one, limit) for one in forced) for limit in limits}
    room = {limit: max(0, most - spent[limit]) for limit, most in limits.items()}
    free = [one for one in candidates if not one.mandatory and one.value > 0 and _fits([one], room)]
    proved = True
    best: Sequence[Candidate] = free
    if not _fits(free, room):
        best = _solve(free, room)
        if _coarse(free, room):
            best, proved = _prove(free, room, best)
    found = sums(candidates, [one.id for one in (*forced, *best)])
    over = {limit: spent[limit] - most for limit, most in limits.items() if spent[limit] > most}
    return Choice(found.chosen, found.value, found.cost, over, proved)


def _fits(chosen: Sequence[Candidate], room: Mapping[str, int]) -> bool:
    return all(sum(taken(one, limit) for one in chosen) <= most for limit, most in room.items())


# -- the integer program -----------------------------------------------------------------------


def _solve(free: Sequence[Candidate], room: Mapping[str, int]) -> Sequence[Candidate]:
    """Return the best of the sets that fit: first the greatest value, then the least cost for it."""
    program = _Program(free, room)
    best: Sequence[Candidate] = ()
    while (better := program.maximum(above=sum(one.value for one in best))) is not None:
        best = better
    program = _Program(free, room)
    cheaper = program.cheapest(sum(one.value for one in best))
    return cheaper if cheaper is not None and _cost(cheaper) < _cost(best) else best


def _cost(chosen: Sequence[Candidate]) -> int:
    return sum(one.cost for one in chosen)


class _Program:
    """One integer program: each candidate in or out, each envelope kept."""

    def __init__(self, free: Sequence[Candidate], room: Mapping[str, int]) -> None:
        self.free, self.room = free, room
        self.solver = _solver()
        self.inside: list[Any] = [self.solver.addBinary() for _ in free]
        for limit, most in room.items():
            amounts = [taken(one, limit) for one in free]
            unit = reduce(gcd, amounts, 0) or 1
            self.solver.addConstr(self._sum(amounts, unit) <= most // unit)

    def _sum(self, amounts: Sequence[int], unit: int) -> Any:  # noqa: ANN401 - an expression of the library
        """Return a linear expression; the largest common unit is taken out, so that figures are small."""
        return self.solver.qsum(
            amount // unit * inside for amount, inside in zip(amounts, self.inside, strict=True)
        )

    def maximum(self, above: int) -> Sequence[Candidate] | None:
        """Return a set of the greatest value, more than ``above``; ``None`` when there is none."""
        values = [one.value for one in self.free]
        unit = reduce(gcd, values)
        total = self._sum(values, unit)
        self.solver.addConstr(total >= above // unit + 1)
        found = self._run(total, maximize=True)
        return found if found is not None and sum(one.value for one in found) > above else None

    def cheapest(self, value: int) -> Sequence[Candidate] | None:
        """Return a set of the least cost that is worth at least ``value``."""
        values, costs = [one.value for one in self.free], [one.cost for one in self.free]
        unit = reduce(gcd, values)
        self.solver.addConstr(self._sum(values, unit) >= value // unit)
        found = self._run(self._sum(costs, reduce(gcd, costs) or 1), maximize=False)
        return found if found is not None and sum(one.value for one in found) >= value else None

    def _run(self, total: Any, *, maximize: bool) -> Sequence[Candidate] | None:  # noqa: ANN401
        """Solve until the set found fits in whole numbers too; ``None`` when none does."""
        for _ in range(_TRIES):
            (self.solver.maximize if maximize else self.solver.minimize)(total)
            if self.solver.modelStatusToString(self.solver.getModelStatus()) != "Optimal":
                return None
            values = self.solver.vals(self.inside)
            chosen = [one for one, value in zip(self.free, values, strict=True) if value > 0.5]
            if _fits(chosen, self.room):
                return chosen
            names = {one.id for one in chosen}
            marks = [
                inside
                for one, inside in zip(self.free, self.inside, strict=True)
                if one.id in names
            ]
            self.solver.addConstr(self.solver.qsum(marks) <= len(marks) - 1)
        return None


@contextmanager
def _unsaid() -> Iterator[None]:
    """Drop what the library writes about itself on standard output, where a script reads our answer."""
    try:
        kept = os.dup(1)
    except OSError:  # a window without a console has none
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _solver() -> "Highs":
    """Return a silent solver that stops at no gap."""
    import highspy  # noqa: PLC0415 - a tenth of a second that a start can do without

    with _unsaid():
        found = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5),
        ("mip_feasibility_tolerance", 1e-9),
    ):  # fmt: skip
        found.setOptionValue(option, value)
    return found


# -- in whole numbers --------------------------------------------------------------------------


def _coarse(free: Sequence[Candidate], room: Mapping[str, int]) -> bool:
    rows = [[one.value for one in free], [one.cost for one in free]]
    rows += [[taken(one, limit) for one in free] for limit in room]
    return any(max(row) // (reduce(gcd, row) or 1) > _DIGITS for row in rows)


def _prove(
    free: Sequence[Candidate], room: Mapping[str, int], start: Sequence[Candidate]
) -> tuple[Sequence[Candidate], bool]:
    """Return the best set by branch and bound from a good one on, and whether it got to the end."""
    order = sorted(free, key=lambda one: Fraction(one.value, max(one.cost, 1)), reverse=True)
    best, worth = start, (sum(one.value for one in start), -_cost(start))
    stack: list[tuple[int, Sequence[Candidate]]] = [(0, ())]
    for _ in range(_NODES):
        if not stack:
            return best, True
        place, chosen = stack.pop()
        value = sum(one.value for one in chosen)
        if (value, -_cost(chosen)) > worth:
            best, worth = chosen, (value, -_cost(chosen))
        rest = order[place:]
        left = {n: most - sum(taken(one, n) for one in chosen) for n, most in room.items()}
        if not rest or value + _at_most(rest, left) < worth[0]:
            continue
        stack.append((place + 1, chosen))
        if _fits([*chosen, rest[0]], room):
            stack.append((place + 1, (*chosen, rest[0])))
    return best, False


def _at_most(rest: Sequence[Candidate], left: Mapping[str, int]) -> int:
    """Return what the rest can add at most: the least, over the envelopes, if parts of a request could be taken."""
    bounds = [sum(one.value for one in rest)]
    for limit, most in left.items():
        takes = [(one.value, amount) for one in rest if (amount := taken(one, limit))]
        bound, room = sum(one.value for one in rest if not taken(one, limit)), most
        for value, amount in sorted(takes, key=lambda pair: Fraction(*pair), reverse=True):
            bound += value * min(room, amount) // amount
            room -= min(room, amount)
        bounds.append(bound)
    return min(bounds)


# -- the frontier ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """From this envelope on, this total can be reached, with this many requests; minor units."""

    envelope: int
    value: int
    count: int


@dataclass(frozen=True, slots=True)
class Frontier:
    """The greatest total for every envelope, as the steps where it rises. The first is what is mandatory."""

    points: tuple[Point, ...]
    exact: bool = True

    def at(self, envelope: int) -> Point | None:
        """Return the step that an envelope reaches; ``None`` below what is mandatory."""
        return next((one for one in reversed(self.points) if one.envelope <= envelope), None)


def frontier(candidates: Sequence[Candidate]) -> Frontier:
    """Return what every envelope could reach, whatever is spent in which year.

    Sets that cost more and are worth no more than another are dropped request by request (Nemhauser and Ullmann,
    Discrete dynamic programming and capital allocation, 1969): what is left is the frontier, in whole numbers.
    """
    forced = [one for one in candidates if one.mandatory]
    points = [Point(_cost(forced), sum(one.value for one in forced), len(forced))]
    exact = True
    for one in candidates:
        if one.mandatory or one.value <= 0:
            continue
        more = [Point(p.envelope + one.cost, p.value + one.value, p.count + 1) for p in points]
        points = _undominated([*points, *more])
        if len(points) > MOST_POINTS:
            exact, points = False, [*points[:-1:2], points[-1]]
    return Frontier(tuple(points), exact)


def _undominated(points: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in sorted(points, key=lambda one: (one.envelope, -one.value, one.count)):
        if not kept or point.value > kept[-1].value:
            kept.append(point)
    return kept
