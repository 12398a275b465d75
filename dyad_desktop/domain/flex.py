"""Flexes a plan to the volume that came, and splits every line's variance into parts that add exactly.

Which lines flex: those of variable behaviour, by the volume or the group of lines that drives them; a step line by
whole steps where the draft plans it in steps; one that a formula plans as the formula has it, with the volumes that
came; any line by the share that its basis says (``domain.outlook``).
All others, semi-variable ones without a share too, stay as planned: a guess would explain nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.graph import in_order
from dyad_desktop.domain.methods import (
    FTE,
    GROUP,
    LINE,
    VOLUME,
    formula_names,
    method_of,
    parse_formula,
    steps_for,
)
from dyad_desktop.domain.missing import Missing
from dyad_desktop.domain.money import exact
from dyad_desktop.domain.operating import (
    DraftLine,
    OperatingLine,
    Position,
    Volume,
    draft_line_id,
)
from dyad_desktop.domain.outlook import Basis
from dyad_desktop.domain.sides import PERCENT, Side, driver_of, subjects
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.domain.variance import Moved, Parts, split
from dyad_desktop.errors import BadInputError

_GROUP_NODE = "/"
"""Begins the name of a group among ids, which have no such character."""
Sums = tuple[int, int, int]
"""A group's month in minor units: planned, flexed at the planned mix, flexed."""
FORMULA = "formula"
"""The kind of a rule whose ``ref`` is the formula that plans the line."""
MIXED = ("revenue", "deduction")
"""Kinds whose volume is told apart from its mix: what is earned, and what is deducted from it."""


_STILL = Moved()
"""A month that doesn't flex."""
_STAYS = {
    "fixed": "A fixed line stays as planned, whatever the volume.",
    "discretionary": "A discretionary line stays as planned, whatever the volume.",
    "step": "A step line stays as planned unless its plan says how much volume takes a step.",
    "semi_variable": "A semi-variable line stays as planned until its variable share is said.",
    "variable": "Its variable share is nothing, so it stays as planned, whatever the volume.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How a line flexes. ``kind`` and ``ref`` name the volume, group or formula; empty for a line that doesn't flex.

    ``share`` is the part that moves, 0 to 1; ``step`` so much volume as one more step takes; ``why`` says in words
    why a line doesn't flex.
    """

    kind: str = ""
    ref: str = ""
    share: Fraction = Fraction(1)
    step: Fraction | None = None
    pool: tuple[str, str] | None = None
    """Category and unit of the volumes that it is mixed with."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A line over some months, in minor units: plan, flexed plan, actual, and the parts of the variance."""

    plan: int
    flexed: int
    actual: int
    parts: Parts

    @property
    def variance(self) -> int:
        """Return actual − plan."""
        return self.actual - self.plan


@dataclass(frozen=True, slots=True)
class LineSplit:
    """One line of a comparison, by month of the year so far."""

    id: str
    kind: str
    rule: Rule
    months: tuple[Span, ...]
    gaps: tuple[int, ...]
    """Places of months that could not be flexed since the volume or its plan is missing."""
    by_hours: bool

    def over(self, places: Iterable[int]) -> Span:
        """Return the line over some months; a total is the sum of its months."""
        return total_of(self.months[place] for place in places)


def total_of(spans: Iterable[Span]) -> Span:
    """Return spans of one sign together."""
    plan = flexed = actual = volume = mix = efficiency = rate = other = 0
    for span in spans:  # in whole numbers: there may be tens of thousands
        part = span.parts
        plan, flexed, actual = plan + span.plan, flexed + span.flexed, actual + span.actual
        volume, mix, efficiency = volume + part.volume, mix + part.mix, efficiency + part.efficiency
        rate, other = rate + part.rate, other + part.other
    return Span(plan, flexed, actual, Parts(volume, mix, efficiency, rate, other))


_NOTHING = total_of(())
"""A month that counts on neither side."""


def rules_of(book: Book, draft: str) -> dict[str, Rule]:
    """Return how each of the pair's lines flexes in a draft."""
    return {line.id: _rule(book, draft, line) for line in book.all(OperatingLine)}


def _rule(book: Book, draft: str, line: OperatingLine) -> Rule:
    basis = book.get(Basis, line.id)
    said = book.get(DraftLine, draft_line_id(draft, line.id))
    kind, ref = driver_of(book, draft, line)
    if basis is not None and basis.volume is not None:
        kind, ref = VOLUME, basis.volume
    moves = kind in (VOLUME, GROUP)
    if said is not None and method_of(said) == "step" and said.step_size and kind == VOLUME:
        return Rule(kind, ref, step=exact(said.step_size))
    if _by_its_formula(book, line, said, basis):
        return Rule(FORMULA, (said and said.formula) or "")
    share = _share(line, basis, by_volume=kind == VOLUME)
    if share and moves:
        return Rule(kind, ref, share, pool=_pool(book, line, share, kind, ref))
    if share:
        return Rule(why="It varies, but no volume or group drives it, so it stays as planned.")
    return Rule(why=_STAYS[line.behaviour or "fixed"])


def _by_its_formula(
    book: Book, line: OperatingLine, said: DraftLine | None, basis: Basis | None
) -> bool:
    """Return whether a formula tells how a line moves: nobody says otherwise, and it names something that can."""
    told = basis is not None and (basis.volume, basis.variable_pct) != (None, None)
    stays = line.behaviour in ("fixed", "discretionary")
    if said is None or method_of(said) != "formula" or told or stays:
        return False
    return any(book.get(Position, name) is None for name in formula_names(said.formula))


def _share(line: OperatingLine, basis: Basis | None, *, by_volume: bool) -> Fraction:
    """Return the part of a line that moves: its basis's, else by its behaviour; a volume's line without one moves."""
    if basis is not None and basis.variable_pct is not None:
        return exact(basis.variable_pct) / PERCENT
    varies = line.behaviour == "variable" or (line.behaviour is None and by_volume)
    return Fraction(int(varies))


def _pool(
    book: Book, line: OperatingLine, share: Fraction, kind: str, ref: str
) -> tuple[str, str] | None:
    """Return what a line's volume may be added up with: cases with cases, never cases with visits."""
    volume = book.get(Volume, ref) if kind == VOLUME else None
    if line.kind != "revenue" or share != 1 or volume is None or not volume.unit:
        return None
    return line.category or "", volume.unit


def compare(
    book: Book, budget: Budget, plan: Side, actual: Side, count: int, lacks: Missing | None = None
) -> tuple[LineSplit, ...]:
    """Return every line of a budget, one side beside the other, for the first ``count`` months of the year.

    Months that ``lacks`` has of a line count as nothing on both sides.
    """
    work = _Work(budget, rules_of(book, budget.draft_id), (plan, actual), count, lacks)
    lines = {one.id: one for one in book.all(OperatingLine)}
    for line_id in _order(work.rules, lines):
        work.flex(lines[line_id])
    return tuple(work.line(one.id, one.kind) for one in subjects(book, budget))


def _order(rules: Mapping[str, Rule], lines: Mapping[str, OperatingLine]) -> list[str]:
    """Return the lines so that those of a group come before the lines that follow it."""
    needs: dict[str, list[str]] = {}
    for line in lines.values():
        for name in line.groups:
            needs.setdefault(_GROUP_NODE + name, []).append(line.id)
        rule = rules[line.id]
        if rule.kind == GROUP:
            needs[line.id] = [_GROUP_NODE + rule.ref]
        if rule.kind == FORMULA:
            names = formula_names(rule.ref)
            needs[line.id] = [one if one in lines else _GROUP_NODE + one for one in names]
    groups = [node for node in needs if node.startswith(_GROUP_NODE)]
    order, _circle = in_order([*lines, *groups], needs)  # a budget has no circle
    return [node for node in order if node in lines]


class _UnknownError(Exception):
    """A volume that isn't known in a month."""


class _Work:
    """One comparison: factors by line and month, and the sums of the groups that others follow."""

    def __init__(
        self,
        budget: Budget,
        rules: Mapping[str, Rule],
        sides: tuple[Side, Side],
        count: int,
        lacks: Missing | None,
    ) -> None:
        self.budget, self.rules, self.count = budget, rules, count
        self.plan, self.actual = sides
        self.lacks = lacks
        self.moved: dict[str, list[Moved]] = {}
        self.groups: dict[str, list[Sums]] = {}
        self._known: dict[tuple[Rule, bool], list[Moved]] = {}
        self.pools = self._pools()

    def _pools(self) -> dict[tuple[str, str], list[Fraction | None]]:
        """Return for each pool of volumes by month all that came over all that was planned."""
        volumes: dict[tuple[str, str], set[str]] = {}
        for rule in self.rules.values():
            if rule.pool is not None:
                volumes.setdefault(rule.pool, set()).add(rule.ref)
        return {
            pool: [self._together(refs, place) for place in range(self.count)]
            for pool, refs in volumes.items()
            if len(refs) > 1
        }

    def _together(self, refs: Iterable[str], place: int) -> Fraction | None:
        pairs = [pair for ref in refs if (pair := self._pair(ref, place)) is not None]
        planned = sum((plan for plan, _ in pairs), Fraction(0))
        came = sum((actual for _, actual in pairs), Fraction(0))
        return came / planned if planned else None

    def _pair(self, ref: str, place: int) -> tuple[Fraction, Fraction] | None:
        """Return a month's planned and actual volume, where both are known and something was planned."""
        plan, actual = _at(self.plan.volumes, ref, place), _at(self.actual.volumes, ref, place)
        return None if plan is None or actual is None or plan <= 0 else (plan, actual)

    def flex(self, line: OperatingLine) -> None:
        """Find what the volume makes of a line in each month, and add it to the line's groups."""
        found = self._factors(self.rules[line.id], mixed=line.kind in MIXED)
        self.moved[line.id] = found
        if not line.groups:
            return
        plan = self.plan.amounts.get(line.id, ())
        months = [_sums(SIGNS[line.kind] * plan[place], moved) for place, moved in enumerate(found)]
        for name in dict.fromkeys(line.groups):
            before = self.groups.get(name, [(0, 0, 0)] * self.count)
            self.groups[name] = [_added(*pair) for pair in zip(before, months, strict=True)]

    def _factors(self, rule: Rule, *, mixed: bool) -> list[Moved]:
        """Return the factors of each month; lines that flex alike share them."""
        key = (rule, mixed)
        known = self._known.get(key)
        if known is None:
            way = self._ways.get(rule.kind)
            places = range(self.count)
            known = [_STILL if way is None else way(self, rule, n, mixed) for n in places]
            if (
                rule.kind != GROUP
            ):  # a group's are known once its last line is in, as are a formula's
                self._known[key] = known
        return known

    def _by_volume(
        self,
        rule: Rule,
        place: int,
        _mixed: bool,  # noqa: FBT001 - one of two ways of one shape
    ) -> Moved:
        pair = self._pair(rule.ref, place)
        if pair is None:
            return _STILL
        plan, actual = pair
        if rule.step is not None:
            steps = steps_for(plan, rule.step)
            return Moved(Fraction(steps_for(actual, rule.step), steps)) if steps else _STILL
        flex = 1 + rule.share * (actual / plan - 1)
        pool = self.pools.get(rule.pool) if rule.pool is not None else None
        return Moved(flex, None if pool is None else pool[place])

    def _by_group(
        self,
        rule: Rule,
        place: int,
        mixed: bool,  # noqa: FBT001 - as above
    ) -> Moved:
        plan, at_mix, flexed = self.groups.get(rule.ref, [(0, 0, 0)] * self.count)[place]
        if not plan:
            return _STILL
        flex = 1 + rule.share * (Fraction(flexed, plan) - 1)
        return Moved(flex, 1 + rule.share * (Fraction(at_mix, plan) - 1) if mixed else None)

    def _by_formula(
        self,
        rule: Rule,
        place: int,
        _mixed: bool,  # noqa: FBT001 - as above
    ) -> Moved:
        """Return what the formula makes of the month that came over what it makes of the month as planned."""
        formula = parse_formula(rule.ref)
        try:
            plan, came = (
                formula.value(partial(self._named, place=place, came=came))
                for came in (False, True)
            )
        except (_UnknownError, BadInputError):
            return _STILL
        return Moved(came / plan) if plan else _STILL

    def _named(self, name: str, *, place: int, came: bool) -> Fraction:
        """Return what a formula's name is worth in a month: of volumes what came, of the rest what is flexed."""
        rules = self.budget.rules
        kind = rules.kind_of(name)
        if kind == VOLUME:
            found = _at((self.actual if came else self.plan).volumes, name, place)
            if found is None:
                raise _UnknownError(name)
            return found
        if kind == FTE:
            return rules.fte(name)[place]
        if kind == LINE:
            plan = self.plan.amounts[name][place]
            amount = _sums(plan, self.moved[name][place])[2] if came else plan
            return Fraction(amount, rules.unit)
        plan, _, flexed = self.groups.get(name, [(0, 0, 0)] * self.count)[place]
        sign = -1 if sum(self.budget.groups.get(name, ())) < 0 else 1
        return Fraction(sign * (flexed if came else plan), rules.unit)

    _ways: Mapping[str, Callable[..., Moved]] = {
        VOLUME: _by_volume,
        GROUP: _by_group,
        FORMULA: _by_formula,
    }

    def line(self, line_id: str, kind: str) -> LineSplit:
        """Return a line with its variance split."""
        rule = self.rules.get(
            line_id, Rule(why="A capital request posts it, so no volume moves it.")
        )
        factors = self.moved.get(line_id) or [_STILL] * self.count
        hours: list[tuple[Fraction, Fraction] | None] = []
        if line_id in self.plan.hours and line_id in self.actual.hours:
            hours = [self._hours(line_id, place) for place in range(self.count)]
            factors = [
                replace(moved, hours=pair) for moved, pair in zip(factors, hours, strict=True)
            ]
        plans, actuals = self.plan.amounts[line_id], self.actual.amounts[line_id]
        missing = frozenset[int]() if self.lacks is None else self.lacks.of(line_id)
        months = []
        for place, moved in enumerate(factors):
            if place in missing:
                months.append(_NOTHING)
                continue
            flexed, parts = split(plans[place], actuals[place], moved)
            months.append(Span(plans[place], flexed, actuals[place], parts))
        gaps = tuple(
            n
            for n, moved in enumerate(factors)
            if rule.kind and moved.flex is None and n not in missing
        )
        return LineSplit(line_id, kind, rule, tuple(months), gaps, any(hours))

    def _hours(self, line_id: str, place: int) -> tuple[Fraction, Fraction] | None:
        plan, actual = _at(self.plan.hours, line_id, place), _at(self.actual.hours, line_id, place)
        return None if plan is None or actual is None or plan <= 0 else (plan, actual)


def _at(series: Mapping[str, Sequence[Fraction | None]], ref: str, place: int) -> Fraction | None:
    found = series.get(ref, ())
    return found[place] if place < len(found) else None


def _sums(plan: int, moved: Moved) -> Sums:
    flexed, parts = split(plan, plan, moved)
    return plan, plan + parts.volume, flexed


def _added(one: Sums, other: Sums) -> Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
