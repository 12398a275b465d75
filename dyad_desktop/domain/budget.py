"""The reference budget of a draft: prior year × driver × growth, with what the pair overrode.

Method (head of the workspace format): per line and month, prior actual × driver ratio ×
(1 + rate growth), rounded half away from zero to whole units of the currency. An edit recomputes
only what it touches: lines whose inputs are the same objects are reused, totals move by the
difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import add, is_not, sub

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget_line import BudgetLine, ByMonth, LineRules, Year, year_of
from dyad_desktop.domain.drivers import GROUP, Structure, shape, structure_of
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.statement import SIGNS, Totals, row_by_month, totals_of

__all__ = ["Budget", "BudgetLine", "Totals", "Year", "compute_budget", "year_of"]

ALL_YEAR = range(MONTHS)


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget year of one draft. Lines by id, in no order; amounts in minor units."""

    draft_id: str
    year: Year
    lines: Mapping[str, BudgetLine]
    totals: Totals
    groups: Mapping[str, ByMonth]
    """Budget by month of each group of lines, revenue +, deduction and expense −."""
    prior_groups: Mapping[str, ByMonth]
    without_basis: tuple[str, ...]
    """Ids of lines whose driver has nothing to grow from: their ratio counted as 1."""
    sums: Mapping[str, ByMonth]
    """Budget by month of each kind of line."""
    rules: LineRules = field(repr=False, compare=False)
    """What it was computed from, to find what changed since."""
    structure: Structure = field(repr=False, compare=False)

    @property
    def periods(self) -> tuple[str, ...]:
        """The twelve months of the budget year."""
        return self.year.budget

    def by_month(self, row: str) -> tuple[int, ...]:
        """Return a row of the statement (``net_revenue``, ``contribution`` …) by month.

        Raises:
            KeyError: when there is no such row.
        """
        return row_by_month(self.sums, row)


def compute_budget(book: Book, draft_id: str, previous: Budget | None = None) -> Budget:
    """Return the budget of a draft; with ``previous``, only what changed since is computed.

    A month of the draft's ``DraftLine`` replaces the computed one and counts in groups. A line
    without prior actuals is zero until overridden.

    Raises:
        BadInputError: when lines depend on each other in a circle, or no fiscal year is set.
    """
    rules = LineRules.of(book, draft_id)
    if previous is None or (previous.draft_id, previous.year) != (draft_id, rules.year):
        return _Work(rules, structure_of(rules.lines.values())).everything(None, set(rules.lines))
    changed = _changed_lines(rules, previous)
    if _keeps_structure(rules, previous, changed):
        return _Work(rules, previous.structure).difference(previous, changed)
    return _Work(rules, structure_of(rules.lines.values())).everything(previous, changed)


def _differing(new: Mapping[str, Entity], old: Mapping[str, Entity]) -> list[str]:
    """Return the ids that are new, gone, or another object."""
    if new is old:
        return []
    found = list(compress(new, map(is_not, new.values(), map(old.get, new))))
    if len(old) != len(new) or any(key not in old for key in found):
        found += [key for key in old if key not in new]
    return found


def _changed_lines(rules: LineRules, previous: Budget) -> set[str]:
    old, driven = previous.rules, previous.structure.by_driver
    changed = set(_differing(rules.lines, old.lines))
    for key in _differing(rules.drafts, old.drafts):
        said = rules.drafts.get(key) or old.drafts[key]
        if said.draft == rules.draft_id:
            changed.add(said.line)
    for ref in _differing(rules.volumes, old.volumes):
        changed.update(driven.get(("volume", ref), ()))
    for ref in _differing(rules.positions, old.positions):
        changed.update(driven.get(("fte", ref), ()))
    return changed


def _keeps_structure(rules: LineRules, previous: Budget, changed: set[str]) -> bool:
    """Say whether no changed line came, went, or hangs together otherwise."""
    for line_id in changed:
        before, now = previous.rules.lines.get(line_id), rules.lines.get(line_id)
        if before is not now and (before is None or now is None or shape(before) != shape(now)):
            return False
    return True


class _Work:
    """One computation: sums that move as lines are put in place."""

    def __init__(self, rules: LineRules, structure: Structure) -> None:
        self.rules, self.structure = rules, structure
        self.lines: dict[str, BudgetLine] = {}
        self.sums = {kind: [0] * MONTHS for kind in SIGNS}
        self.groups = {name: [0] * MONTHS for name in structure.names}
        self.prior_groups = {name: [0] * MONTHS for name in structure.names}
        self.without_basis: set[str] = set()

    def everything(self, previous: Budget | None, changed: set[str]) -> Budget:
        """Sum all lines anew; those whose inputs didn't change are taken from ``previous``."""
        old: Mapping[str, BudgetLine] = {} if previous is None else previous.lines
        by_group = {line for name in self.structure.groups for line in self._driven_by(name)}
        for line_id in self.rules.lines.keys() - by_group:
            kept = None if line_id in changed else old.get(line_id)
            self.put(None, kept or self.rules.own_line(line_id, old.get(line_id)))
        for name in self.structure.groups:
            known = previous is not None and name in previous.groups
            same = known and previous is not None and not self._moved(name, previous)
            for line_id in self._driven_by(name):
                kept = old.get(line_id) if same and line_id not in changed else None
                self.put(None, kept or self._group_line(line_id, name, old.get(line_id)))
        return self.result()

    def difference(self, previous: Budget, changed: set[str]) -> Budget:
        """Start from the previous budget and move only what changed, groups in their order."""
        self.lines = dict(previous.lines)
        self.sums = _thawed(previous.sums)
        self.groups, self.prior_groups = _thawed(previous.groups), _thawed(previous.prior_groups)
        self.without_basis = set(previous.without_basis)
        for line_id in changed & self.lines.keys():
            line, old = self.rules.lines[line_id], self.lines[line_id]
            if line.driver_kind != GROUP or line.driver_ref is None:
                self.put(old, self.rules.own_line(line_id, old))
        for name in self.structure.groups:
            self._follow_group(name, self._moved(name, previous), changed)
        return self.result()

    def _follow_group(self, name: str, moved: Sequence[int], changed: set[str]) -> None:
        driven, base = self._driven_by(name), self.prior_groups[name]
        ratios, has_basis = self.rules.group_ratios(self.groups[name], base, moved), 0 not in base
        for line_id in driven if moved else changed.intersection(driven):
            old = self.lines[line_id]
            if line_id in changed:
                self.put(old, self._group_line(line_id, name, old))
            else:
                new = self.rules.group_months(old, ratios, has_basis=has_basis)
                self.put(old, new, moved)

    def _driven_by(self, group: str) -> Sequence[str]:
        return self.structure.by_driver[GROUP, group]

    def _group_line(self, line_id: str, group: str, old: BudgetLine | None) -> BudgetLine:
        return self.rules.group_line(line_id, self.groups[group], self.prior_groups[group], old)

    def _moved(self, name: str, previous: Budget) -> list[int]:
        """Return the months in which a group's budget or prior year differs from before."""
        now, before = self.groups[name], previous.groups[name]
        prior_now, prior_before = self.prior_groups[name], previous.prior_groups[name]
        return [
            place
            for place in range(MONTHS)
            if now[place] != before[place] or prior_now[place] != prior_before[place]
        ]

    def put(
        self, old: BudgetLine | None, new: BudgetLine, places: Sequence[int] = ALL_YEAR
    ) -> None:
        """Put a line in place and move the sums by what differs from the old one at ``places``."""
        if new is old:
            return
        self.lines[new.line_id] = new
        (self.without_basis.discard if new.has_basis else self.without_basis.add)(new.line_id)
        if old is None:
            self._add(new)
        else:
            self._move(old, new, places)

    def _add(self, line: BudgetLine) -> None:
        self.sums[line.kind][:] = map(add, self.sums[line.kind], line.months)
        plus = add if SIGNS[line.kind] > 0 else sub
        for name in self.structure.members[line.line_id]:
            self.groups[name][:] = map(plus, self.groups[name], line.months)
            self.prior_groups[name][:] = map(plus, self.prior_groups[name], line.prior)

    def _move(self, old: BudgetLine, new: BudgetLine, places: Sequence[int]) -> None:
        sign, names = SIGNS[new.kind], self.structure.members[new.line_id]
        groups, sums = [self.groups[name] for name in names], self.sums[new.kind]
        for place in places:
            step = new.months[place] - old.months[place]
            sums[place] += step
            for group in groups:
                group[place] += sign * step
        if new.prior != old.prior:
            for name in names:
                for place in places:
                    step = new.prior[place] - old.prior[place]
                    self.prior_groups[name][place] += sign * step

    def result(self) -> Budget:
        """Freeze what was computed."""
        return Budget(
            draft_id=self.rules.draft_id,
            year=self.rules.year,
            lines=self.lines,
            totals=totals_of(self.sums),
            groups=_frozen(self.groups),
            prior_groups=_frozen(self.prior_groups),
            without_basis=tuple(sorted(self.without_basis)),
            sums=_frozen(self.sums),
            rules=self.rules,
            structure=self.structure,
        )


def _thawed(sums: Mapping[str, ByMonth]) -> dict[str, list[int]]:
    return {name: list(amounts) for name, amounts in sums.items()}


def _frozen(sums: Mapping[str, ByMonth]) -> dict[str, ByMonth]:
    return {name: tuple(amounts) for name, amounts in sums.items()}
