"""The budget of a draft: each line by its method, with what the pair set by hand.

Reference method (head of the workspace format): per line and month, prior actual × driver ratio ×
(1 + rate growth), rounded half away from zero to whole units of the currency. The other methods are in
``domain.methods``. An edit recomputes
only what it touches: lines whose inputs are the same objects are reused, totals move by the
difference.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import add, is_not, sub

from dyad_desktop.domain.agreed import AgreedLine, agreed_lines
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget_line import (
    BudgetLine,
    ByMonth,
    GroupRatio,
    LineRules,
    Year,
    agreed_line,
    agreed_posting,
    posted_line,
    year_of,
)
from dyad_desktop.domain.drivers import CircleError, Structure, circle_of, structure_of
from dyad_desktop.domain.expression import Row, row_of
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.following import PriceKey
from dyad_desktop.domain.methods import FTE, GROUP, LINE, PRIOR_YEAR, VOLUME, method_of
from dyad_desktop.domain.postings import Posting
from dyad_desktop.domain.statement import SIGNS, Totals, row_by_month, totals_of
from dyad_desktop.errors import BadInputError

__all__ = ["Budget", "BudgetLine", "Totals", "Year", "compute_budget", "unplanned", "year_of"]

ALL_YEAR = range(MONTHS)


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget year of one draft. Lines by id, in no order; amounts in minor units.

    ``lines`` holds operating lines and what capital requests post, which ``posted`` describes.
    """

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
    posted: Mapping[str, Posting]
    rules: LineRules = field(repr=False, compare=False)
    """What it was computed from, to find what changed since."""
    structure: Structure = field(repr=False, compare=False)
    before_price: Mapping[PriceKey, "Budget"] = field(
        default_factory=dict, repr=False, compare=False
    )
    """The budget before a what-if on prices, for lines that have it and follow others; see ``following``."""
    planned: "Budget | None" = field(default=None, repr=False, compare=False)
    """Where these are the figures that were agreed: what the draft's plan comes to by now."""

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


def unplanned(budget: Budget) -> tuple[BudgetLine, ...]:
    """Return the lines that count as nothing since their plan lacks something, by id; ``problem`` says what.

    Those of which every month is set by hand count in full.
    """
    found = [
        line for line in budget.lines.values() if line.problem and len(line.overridden) < MONTHS
    ]
    return tuple(sorted(found, key=lambda line: line.line_id))


def compute_budget(book: Book, draft_id: str, previous: Budget | None = None) -> Budget:
    """Return the budget of a draft; with ``previous``, only what changed since is computed.

    A month of the draft's ``DraftLine`` replaces the computed one and counts in groups. A line
    without prior actuals is zero until overridden. A draft that was agreed is what it was then.

    Raises:
        BadInputError: when lines depend on each other in a circle, or no fiscal year is set.
    """
    before = previous if previous is None else previous.planned or previous
    planned = _computed(LineRules.of(book, draft_id), before)
    agreed = agreed_lines(book, draft_id, planned.periods)
    return planned if agreed is None else _as_agreed(planned, agreed, previous)


def circle_among(book: Book, draft_id: str, lines: Collection[str]) -> CircleError | None:
    """Return a circle in a draft in which one of some lines stands; those elsewhere don't count.

    Raises:
        BadInputError: no fiscal year is set.
    """
    rules = LineRules.of(book, draft_id)
    try:
        _structure(rules)
    except CircleError:
        return circle_of(tuple(rules.lines.values()), rules.drivers, lines)
    return None


def _as_agreed(
    planned: Budget, agreed: Mapping[str, AgreedLine], previous: Budget | None
) -> Budget:
    """Return the figures that were agreed, over the lines that there are by now.

    A line that came later counts as nothing, and what a request posts since isn't there; one that is gone stands with
    what is posted.
    """
    old: Mapping[str, BudgetLine] = {} if previous is None else previous.lines
    work = _Work(planned.rules, planned.structure)
    posted = {name: one for name, one in planned.posted.items() if name in agreed}
    for name, line in planned.lines.items():
        if name in agreed or name not in planned.posted:
            now = agreed_line(line, agreed.get(name))
            work.put(None, old[name] if old.get(name) == now else now)
    for name in agreed.keys() - planned.lines.keys():
        posted[name] = agreed_posting(agreed[name])
        work.put(None, posted_line(posted[name]))
    work.posted = posted
    return replace(work.result(), planned=planned)


def _computed(rules: LineRules, previous: Budget | None) -> Budget:
    if previous is None or (previous.draft_id, previous.year) != (rules.draft_id, rules.year):
        return _Work(rules, _structure(rules)).everything(None, set(rules.lines))
    changed = _changed_lines(rules, previous)
    if _keeps_structure(rules, previous, changed):
        return _Work(rules, previous.structure).difference(previous, changed)
    return _Work(rules, _structure(rules)).everything(previous, changed)


def _structure(rules: LineRules) -> Structure:
    return structure_of(rules.lines.values(), rules.drivers)


def differing(new: Mapping[str, object], old: Mapping[str, object]) -> list[str]:
    """Return the ids that are new, gone, or another object."""
    if new is old:
        return []
    found = list(compress(new, map(is_not, new.values(), map(old.get, new))))
    if len(old) != len(new) or any(key not in old for key in found):
        found += [key for key in old if key not in new]
    return found


def _changed_lines(rules: LineRules, previous: Budget) -> set[str]:
    old, driven = previous.rules, previous.structure.by_driver
    if rules.planning != old.planning:
        return set(rules.lines) | set(old.lines)
    changed = set(differing(rules.lines, old.lines))
    if rules.inputs != old.inputs or rules.prices != old.prices:
        changed |= _moved_by_what_ifs(rules, previous)
    for key in differing(rules.drafts, old.drafts):
        said = rules.drafts.get(key) or old.drafts[key]
        if said.draft == rules.draft_id:
            changed.add(said.line)
    for kind, now, before in (
        (VOLUME, rules.volumes, old.volumes), (FTE, rules.positions, old.positions),
    ):  # fmt: skip
        for ref in differing(now, before):
            changed.update(driven.get((kind, ref), ()))
            # A formula may have named it while it wasn't there.
            changed.update(driven.get((GROUP, ref), ()))
    return changed


def _moved_by_what_ifs(rules: LineRules, previous: Budget) -> set[str]:
    """Return the lines that what-ifs which differ may move: one volume moves few of a large budget."""
    names = rules.inputs.keys() | previous.rules.inputs.keys()
    other = {name for name in names if rules.inputs.get(name) != previous.rules.inputs.get(name)}
    found: set[str] = set()
    for (kind, ref), lines in previous.structure.by_driver.items():
        if kind in other or f"{kind}:{ref}" in other:
            found.update(lines)
    now, before = rules.prices, previous.rules.prices
    prices = {
        name.partition(":")[2]
        for name in now.keys() | before.keys()
        if now.get(name) != before.get(name)
    }
    if prices:
        found.update(
            line.id
            for line in rules.lines.values()
            if "" in prices or line.kind in prices or (line.category or "") in prices
        )
    return found


def _keeps_structure(rules: LineRules, previous: Budget, changed: set[str]) -> bool:
    """Say whether no changed line came, went, or hangs together otherwise."""
    old = previous.rules
    return all(rules.shape(line_id) == old.shape(line_id) for line_id in changed)


class _Work:
    """One computation: sums that move as lines are put in place. Methods reckon with its figures."""

    def __init__(self, rules: LineRules, structure: Structure) -> None:
        self.rules, self.structure = rules, structure
        self.lines: dict[str, BudgetLine] = {}
        self.sums = {kind: [0] * MONTHS for kind in SIGNS}
        self.groups = {name: [0] * MONTHS for name in structure.names}
        self.prior_groups = {name: [0] * MONTHS for name in structure.names}
        self.without_basis: set[str] = set()
        self.posted: Mapping[str, Posting] = {}
        self._moves: dict[str, list[int]] = {}
        self._stirred: dict[str, bool] = {}
        self._ratios: dict[str, tuple[list[GroupRatio], bool]] = {}
        self._previous: Budget | None = None
        self._before_price: dict[PriceKey, Budget] = {}
        # What methods read of the rules, at hand under the names of ``Figures``.
        self.unit = rules.unit
        self.periods: Sequence[str] = rules.periods
        self.holidays: Iterable[str] = rules.holidays
        self.volume, self.volume_over = rules.volume, rules.volume_over
        self.pay, self.price = rules.pay, rules.price

    def everything(self, previous: Budget | None, changed: set[str]) -> Budget:
        """Sum all lines anew; those whose inputs didn't change are taken from ``previous``."""
        old: Mapping[str, BudgetLine] = {} if previous is None else previous.lines
        self._previous = previous
        for line_id in self.rules.lines.keys() - self.structure.needs.keys():
            kept = None if line_id in changed else old.get(line_id)
            self.put(None, kept or self._line(line_id, old.get(line_id)))
        for line_id in self.structure.order:
            before = old.get(line_id)
            kept = None
            if before is not None and previous is not None and line_id not in changed:
                kept = None if self._pushed(line_id, previous) else before
            self.put(None, kept or self._line(line_id, before))
        self._post(previous, {})
        return self.result()

    def difference(self, previous: Budget, changed: set[str]) -> Budget:
        """Start from the previous budget and move only what changed, those that follow in their order."""
        self._previous = previous
        self.lines = dict(previous.lines)
        self.sums = _thawed(previous.sums)
        self.groups, self.prior_groups = _thawed(previous.groups), _thawed(previous.prior_groups)
        self.without_basis = set(previous.without_basis)
        for line_id in changed & (self.lines.keys() - self.structure.needs.keys()):
            self.put(self.lines[line_id], self._line(line_id, self.lines[line_id]))
        for line_id in self.structure.order:
            old = self.lines[line_id]
            if line_id in changed:
                self.put(old, self._line(line_id, old))
            elif self._pushed(line_id, previous):
                self._follow(old, previous)
        self._post(previous, previous.posted)
        return self.result()

    def _post(self, previous: Budget | None, standing: Mapping[str, Posting]) -> None:
        """Put in place what capital requests post, over what is ``standing`` of it."""
        same = previous is not None and self.rules.posts_as(previous.rules)
        self.posted = previous.posted if same and previous is not None else self.rules.posted()
        for gone in standing.keys() - self.posted.keys():
            old = self.lines.pop(gone)
            self._move(old, replace(old, months=(0,) * MONTHS), ALL_YEAR)
        for name, posting in self.posted.items():
            if standing.get(name) != posting:
                self.put(self.lines.get(name), posted_line(posting))

    def _line(self, line_id: str, old: BudgetLine | None) -> BudgetLine:
        """Compute a line by its method; those that it follows are in place."""
        if method_of(self.rules.said(line_id)) != PRIOR_YEAR:
            return self.rules.planned_line(line_id, self, old)
        for kind, name in self.structure.needs.get(line_id, ()):
            if kind == GROUP:
                key = self._price_key(line_id)
                budget = self.groups[name] if key is None else self._before(key).groups[name]
                prior = self.prior_groups[name]
                return self.rules.group_line(line_id, budget, prior, old)
        return self.rules.own_line(line_id, old)

    def _price_key(self, line_id: str) -> PriceKey | None:
        """Return the what-if that prices a line which follows a group by the reference method."""
        if not self.rules.prices or method_of(self.rules.said(line_id)) != PRIOR_YEAR:
            return None
        return self.rules.price_key(self.rules.lines[line_id])

    def _before(self, key: PriceKey) -> Budget:
        """Return the budget before a what-if on prices, so that what follows others isn't priced twice."""
        found = self._before_price.get(key)
        if found is None:
            previous = self._previous
            known = None if previous is None else previous.before_price.get(key, previous)
            found = self._before_price[key] = _computed(self.rules.before_price(key), known)
        return found

    def _priced_anew(self, key: PriceKey, name: str, previous: Budget) -> bool:
        """Return whether the group that a priced line follows was other before the price."""
        known, now = previous.before_price.get(key), self._before(key)
        return (
            known is None
            or known.groups.get(name) != now.groups[name]
            or known.prior_groups.get(name) != now.prior_groups[name]
        )

    def _follow(self, old: BudgetLine, previous: Budget) -> None:
        """Compute a line anew of which only what it follows has moved."""
        if old.method == PRIOR_YEAR and self._price_key(old.line_id) is not None:
            self.put(old, self._line(old.line_id, old))
            return
        if old.method != PRIOR_YEAR:
            self.put(old, self.rules.planned_line(old.line_id, self, old))
            return
        ((_, name),) = self.structure.needs[old.line_id]
        if name not in self._ratios:
            base = self.prior_groups[name]
            ratios = self.rules.group_ratios(self.groups[name], base, self._moved(name, previous))
            self._ratios[name] = ratios, 0 not in base
        ratios, has_basis = self._ratios[name]
        new = self.rules.group_months(old, ratios, has_basis=has_basis)
        if new is None:
            self.put(old, self._line(old.line_id, old))
        else:
            self.put(old, new, self._moved(name, previous))

    def _pushed(self, line_id: str, previous: Budget) -> bool:
        """Return whether something that a line follows is other than before."""
        key = self._price_key(line_id) if self.rules.prices else None
        for kind, name in self.structure.needs[line_id]:
            if key is not None and self._priced_anew(key, name, previous):
                return True
            if kind == GROUP:
                stirred = self._stirred.get(name)
                if stirred is None:  # asked of many lines, and complete since the first of them
                    stirred = self._reformed(name, previous) or bool(self._moved(name, previous))
                    self._stirred[name] = stirred
                if stirred:
                    return True
            elif self.lines.get(name) is not previous.lines.get(name):
                return True
        return False

    def _reformed(self, name: str, previous: Budget) -> bool:
        """Return whether a group came to be, got its first line or lost its last."""
        filled = name in self.structure.filled
        return name not in previous.groups or filled is not (name in previous.structure.filled)

    def _moved(self, name: str, previous: Budget) -> list[int]:
        """Return the months in which a group, complete by now, differs from before."""
        found = self._moves.get(name)
        if found is None:
            now, before = self.groups[name], previous.groups[name]
            prior_now, prior_before = self.prior_groups[name], previous.prior_groups[name]
            found = self._moves[name] = [
                place
                for place in range(MONTHS)
                if now[place] != before[place] or prior_now[place] != prior_before[place]
            ]
        return found

    # -- figures for the methods -----------------------------------------------------------------

    def group(self, name: str) -> ByMonth:
        """Return a group's budget by month: what it earns, or what it costs where the year costs more.

        Raises:
            BadInputError: no line is in that group.
        """
        if name not in self.structure.filled:
            raise BadInputError(f"no line is in the group {name}")
        amounts = self.groups[name]
        sign = -1 if sum(amounts) < 0 else 1
        return [sign * amount for amount in amounts]

    def named(self, name: str) -> Row:
        """Return what a formula's name is worth by month: currency units, volume, or FTE.

        Raises:
            BadInputError: there is nothing of that name.
        """
        kind = self.rules.kind_of(name)
        if kind == VOLUME:
            numbers, below = self.rules.volume_over(name)
            return numbers, (below,) * MONTHS
        if kind == FTE:
            return row_of(self.rules.fte(name))
        if kind == GROUP and name not in self.structure.filled:
            raise BadInputError(f"its formula names {name}, which isn’t there")
        amounts = self.lines[name].months if kind == LINE else self.group(name)
        return amounts, (self.unit,) * MONTHS

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
        for name in self.structure.members.get(line.line_id, ()):
            self.groups[name][:] = map(plus, self.groups[name], line.months)
            self.prior_groups[name][:] = map(plus, self.prior_groups[name], line.prior)

    def _move(self, old: BudgetLine, new: BudgetLine, places: Sequence[int]) -> None:
        sign, names = SIGNS[new.kind], self.structure.members.get(new.line_id, ())
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
            posted=self.posted,
            rules=self.rules,
            structure=self.structure,
            before_price=self._before_price,
        )


def _thawed(sums: Mapping[str, ByMonth]) -> dict[str, list[int]]:
    return {name: list(amounts) for name, amounts in sums.items()}


def _frozen(sums: Mapping[str, ByMonth]) -> dict[str, ByMonth]:
    return {name: tuple(amounts) for name, amounts in sums.items()}
