"""What the contested months of a draft move: each of their values by itself, many reckoned in one budget.

Months whose lines nothing joins (no group that a line follows, no line that another does) move nothing of each other,
and where all lines are planned month by month, as the reference method does it, neither do two months of one line. So
one budget tells what many do. And as long as everything that a part of the budget is computed from is the same, what
was found of it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, product, zip_longest
from math import prod
from typing import TypeAlias

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CostLine
from dyad_desktop.domain.contested import (
    Cell,
    Coming,
    Moves,
    Open,
    Outcome,
    Place,
    Value,
    elsewhere,
    line_named,
    moves,
    renamed,
    with_values,
)
from dyad_desktop.domain.drivers import Structure
from dyad_desktop.domain.hanging import (
    ALL,
    Choices,
    Hanging,
    Lines,
    hanging_months,
    is_by_month,
    line_of,
    parts_of,
    roots,
)
from dyad_desktop.domain.integrity import DRIVER_KINDS
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.postings import WHAT
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import Canonical, Entity
from dyad_desktop.errors import BadInputError

_Said: TypeAlias = tuple[Place, int]
"""One of the values of a register, by its number among them."""
_Found: TypeAlias = dict[_Said, Moves | None]
_Amounts: TypeAlias = dict[str, Canonical]
_MOST = 1024
"""So many budgets are reckoned with for what works on each other, some half a second."""


_POSTING = ("capital_request", "cost_line")
_DRIVERS = {kind: what for what, kind in DRIVER_KINDS.items()}


@dataclass(slots=True)
class _Part:
    """What is known of a part of a budget: its lines, what it was found from, and what each value of it moves."""

    lines: tuple[str, ...]
    same: tuple[object, ...]
    equal: tuple[object, ...]
    values: dict[Place, tuple[Value, ...]] = field(default_factory=dict)
    found: _Found = field(default_factory=dict)

    def holds(self, other: "_Part") -> bool:
        """Return whether it was found from the same objects as another, and from others that are equal."""
        return (
            len(self.same) == len(other.same)
            and all(mine is theirs for mine, theirs in zip(self.same, other.same, strict=True))
            and self.equal == other.equal
        )


class Moving:
    """Finds what the values of a draft's contested registers move, and remembers it of its months."""

    def __init__(self) -> None:
        self._parts: dict[Lines, _Part] = {}
        self._typed: dict[str, tuple[DraftLine, _Amounts, DraftLine]] = {}
        self._settled: Budget | None = None
        self._told: tuple[Book, Choices, Open] | None = None

    def open(self, book: Book, before: Budget, choices: Choices) -> Open:
        """Return what a draft's contested registers leave open.

        Registers that aren't months, such as a growth and the volume that drives it, work on each other and on the
        months of the lines that they move: those are reckoned with under every combination of theirs. Too many of them,
        which is seldom, count as independent, and are told (``Open.rough``).

        Args:
            book: the partnership.
            before: the draft's budget in it, with the working values.
            choices: the registers and their values.
        """
        if self._told is not None and self._told[0] is book and self._told[1] == choices:
            return self._told[2]
        found = self._open(book, before, choices)
        self._told = (book, dict(choices), found)
        return found

    def _open(self, book: Book, before: Budget, choices: Choices) -> Open:
        months = {place: some for place, some in choices.items() if line_of(before, place)}
        rules = {place: some for place, some in choices.items() if place not in months}
        found = working_together(book, before, rules, months)
        for group in found.groups:
            for place in group.months:
                del months[place]
        rest = self._open_months(book, before, months)
        either = [ways for one in found.groups if (ways := _under_each(book, before, one))]
        return Open(
            (*found.cells, *rest.cells), (*either, *rest.either),
            found.rough | rest.rough, found.coming,
        )  # fmt: skip

    def _open_months(self, book: Book, before: Budget, choices: Choices) -> Open:
        """Return what contested months leave open.

        A month for which every partner typed an amount comes out as one of them, whatever becomes of what its line
        follows. So all are reckoned with where such months have their first amount: what that moves is one cell more.
        Months of which one may be typed or follow its rule are reckoned with under each of its values.
        """
        settled = self._with_typed(book, before, choices)
        self._settled = first = compute_budget(settled, before.draft_id, self._settled or before)
        hanging, rough = hanging_months(first, choices)
        apart = {place for one in hanging for place in (*one.ruled, *one.typed)}
        alone = {place: values for place, values in choices.items() if place not in apart}
        cells = [(moves(before, first),), *self.of(settled, first, alone)]
        ways = _either(settled, first, choices, hanging)
        return Open(tuple(cell for cell in cells if any(cell)), tuple(ways), rough)

    def _with_typed(self, book: Book, before: Budget, choices: Choices) -> Book:
        """Return the book in which months that are typed on every side have the first amount.

        What is unchanged is the same object as last time, so that what was found from it holds.
        """
        said: dict[str, _Amounts] = {}
        for place, values in choices.items():
            first = values[0]
            if isinstance(first, Outcome) or None in values:
                continue
            if line_of(before, place):
                said.setdefault(place[1], {})[place[3]] = first
        known, self._typed = self._typed, {}
        for name, amounts in said.items():
            line = book.get(DraftLine, name)
            if line is not None:
                kept = known.get(name)
                if kept is None or kept[0] is not line or kept[1] != amounts:
                    months = {
                        month: spec_of("draft_line", "months").decode(one)
                        for month, one in amounts.items()
                    }
                    kept = (line, amounts, replace(line, months={**line.months, **months}))
                self._typed[name] = kept
        made = ((("draft_line", name), kept[2]) for name, kept in self._typed.items())
        return book.with_entities(made)

    def of(self, book: Book, before: Budget, choices: Choices) -> Iterator[tuple[Moves, ...]]:
        """Yield for each register what each of its values moves; nothing of one with which there is no budget.

        Args:
            book: the partnership.
            before: the draft's budget in it, with the working values.
            choices: the registers and their values.
        """
        part_of = parts_of(before.structure)
        found: _Found = {}
        asked: dict[Lines, list[Place]] = {}
        for place, values in choices.items():
            lines = part_of.get(line_of(before, place))
            if (
                lines is not None and before.planned is not None
            ):  # what was agreed stands, whatever is planned by now
                found |= {(place, n): {} for n in range(len(values))}
                continue
            if lines is not None:
                asked.setdefault(lines, []).append(place)
                continue
            for n, value in enumerate(values):
                found[place, n] = _moved(book, before, place, value)
        self._forget(before, asked)
        self._find(book, before, choices, asked, part_of)
        for part in self._parts.values():
            found |= part.found
        for place, values in choices.items():
            told = (found[place, n] for n in range(len(values)))
            yield tuple(one for one in told if one is not None)

    def _forget(self, before: Budget, asked: Iterable[Lines]) -> None:
        """Forget what was found from something else than there is now."""
        known, self._parts = self._parts, {}
        for lines in asked:
            part = _Part(lines, *_inputs(before, lines))
            kept = known.get(lines)
            self._parts[lines] = kept if kept is not None and kept.holds(part) else part

    def _find(
        self,
        book: Book,
        before: Budget,
        choices: Choices,
        asked: Mapping[Lines, list[Place]],
        part_of: Mapping[str, Lines],
    ) -> None:
        """Reckon with what isn't known yet: one value at a time of what hangs together."""
        new: dict[tuple[Lines, int], list[_Said]] = {}
        for lines, places in asked.items():
            known, by_month = self._parts[lines].values, is_by_month(before, lines)
            for place in places:
                values = tuple(choices[place])
                if known.get(place) != values:
                    known[place] = values
                    month = before.rules.places[place[3]] if by_month else ALL
                    said = [(place, n) for n in range(len(values))]
                    new.setdefault((lines, month), []).extend(said)
        for turn in zip_longest(*new.values()):
            now = {where: one for where, one in zip(new, turn, strict=True) if one is not None}
            found = _together(
                book, before, {one: choices[one[0]][one[1]] for one in now.values()}, now, part_of
            )
            for (lines, _), one in now.items():
                self._parts[lines].found[one] = found[one]


def _either(
    book: Book, before: Budget, choices: Choices, hanging: Sequence[Hanging]
) -> list[tuple[Open, ...]]:
    """Return for months that hang together their cells under each of what those may be that may follow their rule."""
    found: list[list[Open]] = [[] for _ in hanging]
    ways = [product(*(choices[place] for place in one.ruled)) for one in hanging]
    for turn in zip_longest(*ways):
        now = {
            n: dict(zip(hanging[n].ruled, values, strict=True))
            for n, values in enumerate(turn)
            if values is not None
        }
        for n, cells in _settled(book, before, choices, hanging, now).items():
            found[n].append(Open(cells))
    return [tuple(one) for one in found if one]


def _settled(
    book: Book,
    before: Budget,
    choices: Choices,
    hanging: Sequence[Hanging],
    now: Mapping[int, Mapping[Place, Value]],
) -> dict[int, tuple[Cell, ...]]:
    """Return the cells of some of what hangs together, by its number, where months have the values ``now``."""
    said = {place: value for values in now.values() for place, value in values.items()}
    after = _budget(book, before, said)
    if after is None:  # one of them can't be reckoned with: each by itself
        each = (_settled(book, before, choices, hanging, {n: now[n]}) for n in now)
        return {n: cells for one in (each if len(now) > 1 else ()) for n, cells in one.items()}
    typed = {place: choices[place] for n in now for place in hanging[n].typed}
    cells = dict(
        zip(typed, Moving().of(with_values(book, said.items()), after, typed), strict=True)
    )
    moved = moves(before, after)
    found: dict[int, tuple[Cell, ...]] = {}
    for n in now:
        one = hanging[n]
        own = {line: months for line, months in moved.items() if line in one.lines}
        shift = own if one.month == ALL else _only(own, one.month)
        found[n] = ((shift,), *(cells[place] for place in one.typed))
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """Contested registers that work on each other: such as are no months, and the months of what those move."""

    rules: Choices
    months: Choices


@dataclass(frozen=True, slots=True)
class Together:
    """How registers that are no months work: cells of those that count as independent, and groups of the others.

    ``rough`` are the lines of those that aren't independent, but too many; ``coming`` lines that some of them bring.
    """

    cells: list[Cell]
    groups: list[Group]
    rough: frozenset[str]
    coming: Mapping[str, Coming]


def working_together(book: Book, before: Budget, rules: Choices, months: Choices) -> Together:
    """Return what of ``rules``, registers that are no months, works on what.

    Those work on each other that move lines which hang together, whatever is chosen.
    """
    moved, lines, united, coming = _each(book, before, rules)
    top = roots(united)
    found: dict[str, tuple[dict[Place, Sequence[Value]], dict[Place, Sequence[Value]]]] = {}
    for place, values in rules.items():
        if lines[place]:
            found.setdefault(top[next(iter(lines[place]))], ({}, {}))[0][place] = values
    for place, values in months.items():
        line = line_of(before, place)
        if top.get(line) in found:
            found[top[line]][1][place] = values
    cells: list[Cell] = []
    groups: list[Group] = []
    rough: set[str] = set()
    left = _MOST
    for mine, others in found.values():
        group = Group(mine, others)
        cost = _cost(before, group)
        if len(mine) == 1 and not others:
            cells += [moved[place] for place in mine]
        elif cost > left:
            cells += [moved[place] for place in mine]
            rough.update(*(lines[place] for place in mine), map(partial(line_of, before), others))
        else:
            left -= cost
            groups.append(group)
    return Together(cells, groups, frozenset(rough), coming)


def lines_concerned(
    book: Book, before: Budget, choices: Choices
) -> tuple[dict[Place, set[str]], list[Iterable[str]]]:
    """Return the lines of a draft that each register may move or is about, and which lines hang together.

    They hang together whatever is chosen, also such as are there by some choice alone.
    """
    months = {place: line for place in choices if (line := line_of(before, place))}
    rules = {place: some for place, some in choices.items() if place not in months}
    _, lines, united, _ = _each(book, before, rules)
    found = {place: {line_named(line) for line in some} for place, some in lines.items()}
    joined: list[Iterable[str]] = [[line_named(line) for line in some] for some in united]
    return found | {place: {line} for place, line in months.items()}, joined


def _each(
    book: Book, before: Budget, rules: Choices
) -> tuple[dict[Place, Cell], dict[Place, set[str]], list[Iterable[str]], dict[str, Coming]]:
    """Return of registers by themselves: what they move, which lines they concern, what hangs together, what comes."""
    moved: dict[Place, Cell] = {}
    lines: dict[Place, set[str]] = {}
    united: list[Iterable[str]] = [*parts_of(before.structure).values()]
    coming: dict[str, Coming] = {}
    structures = [before.structure]
    for place, values in rules.items():
        budgets = [after for one in values if (after := _budget(book, before, {place: one}))]
        moved[place] = tuple(moves(before, after) for after in budgets)
        for after in budgets:
            coming |= _coming(before, after)
            if after.structure is not before.structure:
                structures.append(after.structure)
                united += parts_of(after.structure).values()
    members = {line for one in structures for line in one.members}
    back = _back(rules)
    posted = {*before.posted, *(name for name, one in coming.items() if one.line is None)}
    # Also of a request that posts by two choices together: whether it is there, and whether it posts.
    asked = (_concerned(before, one, structures, back) for one in rules if one[0] in _POSTING)
    posted.update(*asked)
    for place in rules:
        # Also of lines that aren't there now: a volume that drives one works with what brings that back.
        if place[0] == "planning" or (place[0], place[2]) == ("draft", "inputs"):
            concerned = members
        elif place[0] == "capital_policy":
            concerned = posted
        else:
            concerned = _concerned(before, place, structures, back) & (members | posted)
        lines[place] = {line for one in moved[place] for line in one} | concerned
        united.append(lines[place])
    return moved, lines, united, coming


def _coming(before: Budget, after: Budget) -> dict[str, Coming]:
    """Return the lines of a budget that another of its draft doesn't have, or has in other sums."""
    turned = {new: line for line, new in elsewhere(before, after).items()}
    if after.posted is not before.posted:
        turned |= {name: name for name in after.posted if name not in before.lines}
    return {
        name: Coming(after.lines[line].kind, after.rules.lines.get(line))
        for name, line in turned.items()
    }


def _back(choices: Choices) -> dict[Key, Entity]:
    """Return the things that some choices bring back, as they are then."""
    outcomes = (one for values in choices.values() for one in values if isinstance(one, Outcome))
    return dict(chain.from_iterable(one.back for one in outcomes))


def _concerned(
    budget: Budget, place: Place, structures: Iterable[Structure], back: Mapping[Key, Entity]
) -> set[str]:
    """Return the lines that a register is about, though it may move nothing by itself: such as an amount."""
    kind, name, *_ = place
    if kind == "draft_line":
        draft, _, line = name.partition(".")
        return {line} if draft == budget.draft_id else set()
    if kind in _POSTING:
        cost_line = budget.rules.cost_lines.get(name) or back.get((kind, name))
        request = cost_line.request if isinstance(cost_line, CostLine) else name
        return {f"{request}:{what}" for what in WHAT}
    if kind == "operating_line":
        return {name}
    driver = (_DRIVERS.get(kind, kind), name)
    return {line for one in structures for line in one.by_driver.get(driver, ())}


def _cost(before: Budget, group: Group) -> int:
    """Return about how many budgets a group takes."""
    hanging = (
        prod(len(group.months[one]) for one in each.ruled)
        for each in hanging_months(before, group.months)[0]
    )
    sides = max((len(values) for values in group.months.values()), default=0)
    return prod(len(values) for values in group.rules.values()) * (
        1 + sides + max(hanging, default=0)
    )


def _under_each(book: Book, before: Budget, group: Group) -> tuple[Open, ...]:
    """Return what a group leaves open under each combination of what its registers may be that are no months."""
    found = []
    for values in product(*group.rules.values()):
        said = dict(zip(group.rules, values, strict=True))
        after = _budget(book, before, said)
        if after is not None:
            inner = Moving()._open_months(with_values(book, said.items()), after, group.months)  # noqa: SLF001 - its own
            inner = renamed(inner, elsewhere(before, after))
            cells = ((moves(before, after),), *inner.cells)
            found.append(Open(cells, inner.either, inner.rough, _coming(before, after)))
    return tuple(found)


def _together(
    book: Book,
    before: Budget,
    values: Mapping[_Said, Value],
    said: Mapping[tuple[Lines, int], _Said],
    part_of: Mapping[str, Lines],
) -> _Found:
    """Return what each of some values moves: of the budget with all of them, the lines and months that are its own."""
    after = _budget(book, before, {place: value for (place, _), value in values.items()})
    moved: dict[Lines, dict[str, Sequence[int]]] = {}
    for line, months in moves(before, after).items() if after is not None else ():
        moved.setdefault(part_of[line], {})[line] = months
    if after is None or any(
        after.lines[n].problem != before.lines[n].problem for part in moved.values() for n in part
    ):
        # One of them can't be reckoned with, or a line whose months it takes away: each by itself.
        return {one: _moved(book, before, one[0], value) for one, value in values.items()}
    return {
        one: moved.get(lines, {}) if month == ALL else _only(moved.get(lines, {}), month)
        for (lines, month), one in said.items()
    }


def _only(moved: Moves, month: int) -> Moves:
    """Return of what is moved one month alone."""
    return {
        line: tuple(amount if n == month else 0 for n, amount in enumerate(months))
        for line, months in moved.items()
        if months[month]
    }


def _inputs(budget: Budget, lines: Iterable[str]) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Return what a part of a budget is computed from: objects that stay while nothing changes, and others."""
    rules = budget.rules
    of_lines = (one for line in lines for one in (rules.lines.get(line), rules.said(line)))
    same = (
        budget.structure, rules.volumes, rules.positions, rules.requests, rules.cost_lines, *of_lines,
    )  # fmt: skip
    return same, (budget.year, rules.planning, rules.inputs, rules.prices, rules.policy)


def _budget(book: Book, before: Budget, said: Mapping[Place, Value]) -> Budget | None:
    """Return the budget with values of different things; ``None`` where there is none, such as of lines in a circle."""
    try:
        return compute_budget(with_values(book, said.items()), before.draft_id, before)
    except BadInputError:
        return None


def _moved(book: Book, before: Budget, place: Place, value: Value) -> Moves | None:
    after = _budget(book, before, {place: value})
    return None if after is None else moves(before, after)
