"""Which lines of a budget hang together, and which contested months of them hang on whether others are typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.contested import Place, Value
from dyad_desktop.domain.drivers import Structure
from dyad_desktop.domain.methods import GROUP, LINE, PRIOR_YEAR, method_of

Choices: TypeAlias = Mapping[Place, Sequence[Value]]
"""The values of contested registers."""
Lines: TypeAlias = tuple[str, ...]
ALL = -1
"""In place of a month: a value that may move others than its own."""
_WAYS = 256
"""So many combinations of what works on each other are reckoned with."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """Contested months that hang together: those that may follow others by their rule, and the rest of them."""

    lines: Lines
    month: int
    ruled: tuple[Place, ...]
    typed: tuple[Place, ...]


def hanging_months(before: Budget, choices: Choices) -> tuple[list[Hanging], frozenset[str]]:
    """Return the months that hang on whether others are typed, and the lines of which too many such are open."""
    part_of = parts_of(before.structure) if before.planned is None else {}
    needs = before.structure.needs
    found: dict[tuple[Lines, int], list[Place]] = {}
    for place in choices:
        lines = part_of.get(line_of(before, place))
        if lines is not None:
            month = before.rules.places[place[3]] if is_by_month(before, lines) else ALL
            found.setdefault((lines, month), []).append(place)
    hanging: list[Hanging] = []
    rough: set[str] = set()
    for (lines, month), places in found.items():
        follows = {place for place in places if month == ALL or line_of(before, place) in needs}
        ruled = tuple(one for one in places if None in choices[one] and one in follows)
        typed = tuple(one for one in places if one not in ruled)
        if not ruled or len(places) == 1:
            continue
        if prod(len(choices[one]) for one in ruled) <= _WAYS:
            hanging.append(Hanging(lines, month, ruled, typed))
        else:
            rough.update(lines)
    return hanging, frozenset(rough)


def is_by_month(budget: Budget, lines: Lines) -> bool:
    """Return whether a month of some lines hangs on nothing but that month of others."""
    return all(
        method_of(budget.rules.said(line)) == PRIOR_YEAR and not budget.lines[line].problem
        for line in lines
    )


def parts_of(structure: Structure) -> dict[str, Lines]:
    """Return, by line, all lines that hang together with it, and itself: through groups and what follows them."""
    followed = structure.followed
    joined: list[Iterable[str]] = [[f"{LINE}:{line}"] for line in structure.members]
    for line, needs in structure.needs.items():
        joined += [(f"{kind}:{name}", f"{LINE}:{line}") for kind, name in needs]
    for line, groups in structure.members.items():
        joined += [
            (f"{GROUP}:{group}", f"{LINE}:{line}") for group in groups if (GROUP, group) in followed
        ]
    top = roots(joined)
    found: dict[str, list[str]] = {}
    for line in structure.members:
        found.setdefault(top[f"{LINE}:{line}"], []).append(line)
    return {line: lines for lines in map(tuple, found.values()) for line in lines}


def roots(joined: Iterable[Iterable[str]]) -> dict[str, str]:
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


def line_of(budget: Budget, place: Place) -> str:
    """Return the line of which a register is a month in the budget's draft; else nothing.

    Any other register may also change how lines hang together.
    """
    kind, entity_id, name, month = place
    draft, _, line = entity_id.partition(".")
    named = (kind, name, draft) == ("draft_line", "months", budget.draft_id)
    return line if named and month in budget.rules.places else ""
