"""What the contested months of a draft move: each of their values by itself, many reckoned in one budget.

Months whose lines nothing joins (no group that a line follows, no line that another does) move nothing of each other,
and where all lines are planned month by month, as the reference method does it, neither do two months of one line. So
one budget tells what many do. And as long as everything that a part of the budget is computed from is the same, what
was found of it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product, zip_longest
from math import prod
from typing import TypeAlias

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.contested import Cell, Moves, Open, Place, moves, with_values
from dyad_desktop.domain.drivers import Structure
from dyad_desktop.domain.methods import GROUP, LINE, PRIOR_YEAR, method_of
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import BadInputError

Choices: TypeAlias = Mapping[Place, Sequence[Canonical]]
"""The values of contested registers."""
_Said: TypeAlias = tuple[Place, int]
"""One of the values of a register, by its number among them."""
_Found: TypeAlias = dict[_Said, Moves | None]
_Lines: TypeAlias = tuple[str, ...]
_Amounts: TypeAlias = dict[str, Canonical]
_WAYS = 256
"""So many combinations of what works on each other are reckoned with."""
_MOST = 1024
"""So many budgets are reckoned with for what works on each other, some half a second."""
_ALL = -1
"""In place of a month: a value that may move others than its own."""


@dataclass(slots=True)
class _Part:
    """What is known of a part of a budget: its lines, what it was found from, and what each value of it moves."""

    lines: tuple[str, ...]
    same: tuple[object, ...]
    equal: tuple[object, ...]
    values: dict[Place, tuple[Canonical, ...]] = field(default_factory=dict)
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
        self._parts: dict[_Lines, _Part] = {}
        self._typed: dict[str, tuple[DraftLine, _Amounts, DraftLine]] = {}
        self._settled: Budget | None = None
        self._told: tuple[Book, Choices, Open] | None = None

    def open(self, book: Book, before: Budget, choices: Choices) -> Open:
        """Return what a draft's contested registers leave open.

        Registers that aren't months, such as a growth and the volume that drives it, work on each other and on the
        months of the lines that they move: those are reckoned with under every combination of theirs. Too many of them,
        which is seldom, count as independent.

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
        months = {place: some for place, some in choices.items() if _line_of(before, place)}
        rules = {place: some for place, some in choices.items() if place not in months}
        cells, groups = working_together(book, before, rules, months)
        for group in groups:
            for place in group.months:
                del months[place]
        rest = self._open_months(book, before, months)
        either = [ways for one in groups if (ways := _under_each(book, before, one))]
        return Open((*cells, *rest.cells), (*either, *rest.either))

    def _open_months(self, book: Book, before: Budget, choices: Choices) -> Open:
        """Return what contested months leave open.

        A month for which every partner typed an amount comes out as one of them, whatever becomes of what its line
        follows. So all are reckoned with where such months have their first amount: what that moves is one cell more.
        Months of which one may be typed or follow its rule are reckoned with under each of its values.
        """
        settled = self._with_typed(book, before, choices)
        self._settled = first = compute_budget(settled, before.draft_id, self._settled or before)
        hanging = _hanging(first, choices)
        apart = {place for one in hanging for place in (*one.ruled, *one.typed)}
        alone = {place: values for place, values in choices.items() if place not in apart}
        cells = [(moves(before, first),), *self.of(settled, first, alone)]
        ways = _either(settled, first, choices, hanging)
        return Open(tuple(cell for cell in cells if any(cell)), tuple(ways))

    def _with_typed(self, book: Book, before: Budget, choices: Choices) -> Book:
        """Return the book in which months that are typed on every side have the first amount.

        What is unchanged is the same object as last time, so that what was found from it holds.
        """
        said: dict[str, dict[str, Canonical]] = {}
        for place, values in choices.items():
            if _line_of(before, place) and None not in values:
                said.setdefault(place[1], {})[place[3]] = values[0]
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
        asked: dict[_Lines, list[Place]] = {}
        for place, values in choices.items():
            lines = part_of.get(_line_of(before, place))
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

    def _forget(self, before: Budget, asked: Iterable[_Lines]) -> None:
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
        asked: Mapping[_Lines, list[Place]],
        part_of: Mapping[str, _Lines],
    ) -> None:
        """Reckon with what isn't known yet: one value at a time of what hangs together."""
        new: dict[tuple[_Lines, int], list[_Said]] = {}
        for lines, places in asked.items():
            known, by_month = self._parts[lines].values, _is_by_month(before, lines)
            for place in places:
                values = tuple(choices[place])
                if known.get(place) != values:
                    known[place] = values
                    month = before.rules.places[place[3]] if by_month else _ALL
                    said = [(place, n) for n in range(len(values))]
                    new.setdefault((lines, month), []).extend(said)
        for turn in zip_longest(*new.values()):
            now = {where: one for where, one in zip(new, turn, strict=True) if one is not None}
            found = _together(
                book, before, {one: choices[one[0]][one[1]] for one in now.values()}, now, part_of
            )
            for (lines, _), one in now.items():
                self._parts[lines].found[one] = found[one]


@dataclass(frozen=True, slots=True)
class _Hanging:
    """Contested months that hang together: those that may follow others by their rule, and the rest of them."""

    lines: _Lines
    month: int
    ruled: tuple[Place, ...]
    typed: tuple[Place, ...]


def _hanging(before: Budget, choices: Choices) -> list[_Hanging]:
    """Return the months that hang on whether others are typed, but for those of which too many are open."""
    part_of = parts_of(before.structure) if before.planned is None else {}
    needs = before.structure.needs
    found: dict[tuple[_Lines, int], list[Place]] = {}
    for place in choices:
        lines = part_of.get(_line_of(before, place))
        if lines is not None:
            month = before.rules.places[place[3]] if _is_by_month(before, lines) else _ALL
            found.setdefault((lines, month), []).append(place)
    hanging = []
    for (lines, month), places in found.items():
        follows = {place for place in places if month == _ALL or _line_of(before, place) in needs}
        ruled = tuple(one for one in places if None in choices[one] and one in follows)
        typed = tuple(one for one in places if one not in ruled)
        if ruled and len(places) > 1 and prod(len(choices[one]) for one in ruled) <= _WAYS:
            hanging.append(_Hanging(lines, month, ruled, typed))
    return hanging


def _either(
    book: Book, before: Budget, choices: Choices, hanging: Sequence[_Hanging]
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
    hanging: Sequence[_Hanging],
    now: Mapping[int, Mapping[Place, Canonical]],
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
        shift = own if one.month == _ALL else _only(own, one.month)
        found[n] = ((shift,), *(cells[place] for place in one.typed))
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """Contested registers that work on each other: such as are no months, and the months of what those move."""

    rules: Choices
    months: Choices


def working_together(
    book: Book, before: Budget, rules: Choices, months: Choices
) -> tuple[list[Cell], list[Group]]:
    """Return the cells of ``rules``, registers that are no months, that work on nothing else, and groups of the others.

    Those work on each other that move lines which hang together, whatever is chosen.
    """
    moved: dict[Place, Cell] = {}
    lines: dict[Place, set[str]] = {}
    united: list[Iterable[str]] = [*parts_of(before.structure).values()]
    for place, values in rules.items():
        budgets = [after for one in values if (after := _budget(book, before, {place: one}))]
        moved[place] = tuple(moves(before, after) for after in budgets)
        lines[place] = {line for one in moved[place] for line in one} | _concerned(before, place)
        united.append(lines[place])
        for after in budgets:
            if after.structure is not before.structure:
                united += parts_of(after.structure).values()
    top = _roots(united)
    found: dict[str, tuple[dict[Place, Sequence[Canonical]], dict[Place, Sequence[Canonical]]]] = {}
    for place, values in rules.items():
        if lines[place]:
            found.setdefault(top[next(iter(lines[place]))], ({}, {}))[0][place] = values
    for place, values in months.items():
        line = _line_of(before, place)
        if top.get(line) in found:
            found[top[line]][1][place] = values
    cells: list[Cell] = []
    groups: list[Group] = []
    left = _MOST
    for mine, others in found.values():
        group = Group(mine, others)
        cost = _cost(before, group)
        if (len(mine) == 1 and not others) or cost > left:
            cells += [moved[place] for place in mine]
        else:
            left -= cost
            groups.append(group)
    return cells, groups


def _concerned(budget: Budget, place: Place) -> set[str]:
    """Return the lines that a register is about, though it may move nothing by itself: such as an amount."""
    kind, name, *_ = place
    if kind == "draft_line":
        draft, _, line = name.partition(".")
        found = {line} if draft == budget.draft_id else set()
    elif kind == "operating_line":
        found = {name}
    else:
        found = set(budget.structure.by_driver.get((kind, name), ()))
    return found & budget.structure.members.keys()


def _cost(before: Budget, group: Group) -> int:
    """Return about how many budgets a group takes."""
    hanging = (
        prod(len(group.months[one]) for one in each.ruled)
        for each in _hanging(before, group.months)
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
            found.append(Open(((moves(before, after),), *inner.cells), inner.either))
    return tuple(found)


def _together(
    book: Book,
    before: Budget,
    values: Mapping[_Said, Canonical],
    said: Mapping[tuple[_Lines, int], _Said],
    part_of: Mapping[str, _Lines],
) -> _Found:
    """Return what each of some values moves: of the budget with all of them, the lines and months that are its own."""
    after = _budget(book, before, {place: value for (place, _), value in values.items()})
    moved: dict[_Lines, dict[str, Sequence[int]]] = {}
    for line, months in moves(before, after).items() if after is not None else ():
        moved.setdefault(part_of[line], {})[line] = months
    if after is None or any(
        after.lines[n].problem != before.lines[n].problem for part in moved.values() for n in part
    ):
        # One of them can't be reckoned with, or a line whose months it takes away: each by itself.
        return {one: _moved(book, before, one[0], value) for one, value in values.items()}
    return {
        one: moved.get(lines, {}) if month == _ALL else _only(moved.get(lines, {}), month)
        for (lines, month), one in said.items()
    }


def _only(moved: Moves, month: int) -> Moves:
    """Return of what is moved one month alone."""
    return {
        line: tuple(amount if n == month else 0 for n, amount in enumerate(months))
        for line, months in moved.items()
        if months[month]
    }


def _is_by_month(budget: Budget, lines: _Lines) -> bool:
    """Return whether a month of some lines hangs on nothing but that month of others."""
    return all(
        method_of(budget.rules.said(line)) == PRIOR_YEAR and not budget.lines[line].problem
        for line in lines
    )


def parts_of(structure: Structure) -> dict[str, _Lines]:
    """Return, by line, all lines that hang together with it, and itself: through groups and what follows them."""
    followed = structure.followed
    joined: list[Iterable[str]] = [[f"{LINE}:{line}"] for line in structure.members]
    for line, needs in structure.needs.items():
        joined += [(f"{kind}:{name}", f"{LINE}:{line}") for kind, name in needs]
    for line, groups in structure.members.items():
        joined += [
            (f"{GROUP}:{group}", f"{LINE}:{line}") for group in groups if (GROUP, group) in followed
        ]
    top = _roots(joined)
    found: dict[str, list[str]] = {}
    for line in structure.members:
        found.setdefault(top[f"{LINE}:{line}"], []).append(line)
    return {line: lines for lines in map(tuple, found.values()) for line in lines}


def _roots(joined: Iterable[Iterable[str]]) -> dict[str, str]:
    """Return one name for each set of names that are joined, directly or through others, by each of them."""
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while (above := root.setdefault(name, name)) != name:
            root[name] = root[above]
            name = above
        return name

    for names in joined:
        tops = [top(name) for name in names]
        for other in tops[1:]:
            root[other] = tops[0]
    return {name: top(name) for name in list(root)}


def _line_of(budget: Budget, place: Place) -> str:
    """Return the line of which a register is a month in the budget's draft; else nothing.

    Any other register may also change how lines hang together.
    """
    kind, entity_id, name, month = place
    draft, _, line = entity_id.partition(".")
    named = (kind, name, draft) == ("draft_line", "months", budget.draft_id)
    return line if named and month in budget.rules.places else ""


def _inputs(budget: Budget, lines: Iterable[str]) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Return what a part of a budget is computed from: objects that stay while nothing changes, and others."""
    rules = budget.rules
    of_lines = (one for line in lines for one in (rules.lines.get(line), rules.said(line)))
    same = (
        budget.structure, rules.volumes, rules.positions, rules.requests, rules.cost_lines, *of_lines,
    )  # fmt: skip
    return same, (budget.year, rules.planning, rules.inputs, rules.prices, rules.policy)


def _budget(book: Book, before: Budget, said: Mapping[Place, Canonical]) -> Budget | None:
    """Return the budget with values of different things; ``None`` where there is none, such as of lines in a circle."""
    try:
        return compute_budget(with_values(book, said.items()), before.draft_id, before)
    except BadInputError:
        return None


def _moved(book: Book, before: Budget, place: Place, value: Canonical) -> Moves | None:
    after = _budget(book, before, {place: value})
    return None if after is None else moves(before, after)
