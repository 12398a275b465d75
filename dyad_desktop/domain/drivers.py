"""What drives the lines of a budget: ratios as whole fractions, and the order in which lines follow others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.graph import circle_through, in_order
from dyad_desktop.domain.methods import GROUP, LINE, Driver
from dyad_desktop.domain.money import growth_ratio
from dyad_desktop.domain.operating import OperatingLine, Position, Volume
from dyad_desktop.errors import BadInputError

Needs = Callable[[OperatingLine], tuple[Driver, ...]]
"""What moves a line in the draft at hand."""


@dataclass(frozen=True, slots=True)
class Structure:
    """How lines hang together; it stays while no line changes its kind, drivers or groups."""

    order: tuple[str, ...]
    """Lines that follow groups or other lines, each after all that it follows."""
    needs: Mapping[str, tuple[Driver, ...]]
    """What each of those follows: groups and lines only."""
    by_driver: Mapping[Driver, tuple[str, ...]]
    """Ids of the lines that a driver moves."""
    members: Mapping[str, tuple[str, ...]]
    """The groups of each line, each once."""
    names: frozenset[str]
    """All groups, also those without a line."""
    filled: frozenset[str]
    """Groups with a line."""
    followed: frozenset[Driver]
    """Groups and lines that some line follows."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that move lines, in the order in which those lines are computed."""
        needs = (need for line in self.order for need in self.needs[line])
        return tuple(dict.fromkeys(name for kind, name in needs if kind == GROUP))


class CircleError(BadInputError):
    """Lines that depend on each other in a circle, so that none of them can be computed; ``lines`` are their ids."""

    def __init__(self, lines: Sequence[str], names: Sequence[str] = ()) -> None:
        """Keep the circle, each line once; ``names`` are what people call them."""
        shown = names or lines
        super().__init__(
            "lines depend on each other in a circle: " + " → ".join([*shown, shown[0]])
        )
        self.lines = tuple(lines)

    def named(self, called: Callable[[str], str]) -> "CircleError":
        """Return the same with what people call the lines."""
        return CircleError(self.lines, [called(line) for line in self.lines])


def structure_of(lines: Iterable[OperatingLine], needs: Needs) -> Structure:
    """Return the structure of a budget.

    Raises:
        BadInputError: when lines depend on each other in a circle, naming them; the arrow reads
            "depends on".
    """
    by_driver: dict[Driver, list[str]] = {}
    members: dict[str, tuple[str, ...]] = {}
    follows: dict[str, tuple[Driver, ...]] = {}
    for line in lines:
        members[line.id] = tuple(dict.fromkeys(line.groups))
        drivers = needs(line)
        for driver in drivers:
            by_driver.setdefault(driver, []).append(line.id)
        if any(kind in _FOLLOWED for kind, _ in drivers):
            follows[line.id] = _followed(drivers)
    driven = {key: tuple(ids) for key, ids in by_driver.items()}
    filled = frozenset[str]().union(*members.values())
    names = filled.union(name for kind, name in driven if kind == GROUP)
    order = _order(follows, members)
    followed = frozenset(one for drivers in follows.values() for one in drivers)
    return Structure(order, follows, driven, members, names, filled, followed)


def circle_of(
    lines: Sequence[OperatingLine], needs: Needs, some: Iterable[str]
) -> CircleError | None:
    """Return a circle in which one of ``some`` lines stands, whatever other circles there are."""
    follows = {line.id: _followed(needs(line)) for line in lines}
    members = {line.id: tuple(dict.fromkeys(line.groups)) for line in lines}
    nodes = _nodes({line: drivers for line, drivers in follows.items() if drivers}, members)
    circle = circle_through((f"{LINE}:{line}" for line in some), nodes)
    return CircleError(_lines(circle[:-1])) if circle else None


def _followed(drivers: Iterable[Driver]) -> tuple[Driver, ...]:
    return tuple(one for one in drivers if one[0] in _FOLLOWED)


_FOLLOWED = (GROUP, LINE)


def _order(
    follows: Mapping[str, Sequence[Driver]], members: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return the lines that follow others in an order that works; groups stand between them."""
    needs = _nodes(follows, members)
    order, circle = in_order(tuple(needs), needs)
    if circle:
        names = _lines(circle[:-1])
        first = names.index(min(names))
        raise CircleError([*names[first:], *names[:first]])
    return tuple(_lines(order))


def _nodes(
    follows: Mapping[str, Sequence[Driver]], members: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return what lines that follow others need, and what groups need: those of their lines that do."""
    needs: dict[str, list[str]] = {
        f"{LINE}:{line}": [f"{kind}:{name}" for kind, name in drivers]
        for line, drivers in follows.items()
    }
    for line in follows:
        for group in members[line]:
            needs.setdefault(f"{GROUP}:{group}", []).append(f"{LINE}:{line}")
    return needs


def _lines(nodes: Iterable[str]) -> list[str]:
    start = f"{LINE}:"
    return [node.removeprefix(start) for node in nodes if node.startswith(start)]


def volume_ratio(volume: Volume | None) -> tuple[int, int] | None:
    """Return budget over prior volume; ``None`` without a volume."""
    return None if volume is None else growth_ratio(volume.planned_growth_pct)


def position_ratio(position: Position | None) -> tuple[int, int] | None:
    """Return budget over prior full-time equivalents; ``None`` when there were none before."""
    if position is None or position.fte_prior == 0:
        return None
    prior, prior_parts = position.fte_prior.as_integer_ratio()
    budget, budget_parts = position.fte_budget.as_integer_ratio()
    numerator, denominator = budget * prior_parts, budget_parts * prior
    return (-numerator, -denominator) if denominator < 0 else (numerator, denominator)
