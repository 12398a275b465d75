"""What drives the lines of a budget: ratios as whole fractions, and the order of groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from dyad_desktop.domain.graph import in_order
from dyad_desktop.domain.operating import OperatingLine, Position, Volume
from dyad_desktop.errors import BadInputError

PERCENT = 100
NO_RATIO = (1, 1)
GROUP = "line_group"
"""Driver kind of a line that moves with a group of lines."""


@dataclass(frozen=True, slots=True)
class Structure:
    """How lines hang together; it stays while no line changes its kind, driver or groups."""

    groups: tuple[str, ...]
    """Groups that drive lines, each after the groups that its own lines depend on."""
    by_driver: Mapping[tuple[str, str], tuple[str, ...]]
    """Ids of the lines that (driver kind, ref) drives."""
    members: Mapping[str, tuple[str, ...]]
    """The groups of each line, each once."""
    names: frozenset[str]
    """All groups, also those without a line."""


def shape(line: OperatingLine) -> tuple[object, ...]:
    """Return what of a line decides the structure."""
    return line.kind, line.driver_kind, line.driver_ref, line.groups


def structure_of(lines: Iterable[OperatingLine]) -> Structure:
    """Return the structure of a budget.

    Raises:
        BadInputError: when lines depend on each other in a circle, naming them; the arrow reads
            "depends on".
    """
    by_driver: dict[tuple[str, str], list[str]] = {}
    members: dict[str, tuple[str, ...]] = {}
    for line in lines:
        members[line.id] = tuple(dict.fromkeys(line.groups))
        if line.driver_ref is not None:
            by_driver.setdefault((line.driver_kind, line.driver_ref), []).append(line.id)
    driven = {key: tuple(ids) for key, ids in by_driver.items()}
    order = _group_order(driven, members)
    names = frozenset(order).union(*members.values())
    return Structure(order, driven, members, names)


def _group_order(
    by_driver: Mapping[tuple[str, str], Sequence[str]], members: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    drivers = [ref for kind, ref in by_driver if kind == GROUP]
    link = {  # (group, group that it needs) -> the first line that makes it so
        (group, driver): line
        for driver in drivers
        for line in reversed(by_driver[GROUP, driver])
        for group in members[line]
    }
    needs: dict[str, list[str]] = {}
    for group, driver in link:
        needs.setdefault(group, []).append(driver)
    order, circle = in_order(drivers, needs)
    if circle:
        names = [link[pair] for pair in pairwise(circle)]
        first = names.index(min(names))
        names = [*names[first:], *names[:first], names[first]]
        raise BadInputError("lines depend on each other in a circle: " + " → ".join(names))
    return order


@lru_cache(maxsize=4096)
def growth_ratio(percent: Decimal) -> tuple[int, int]:
    """Return 1 + percent/100 as a numerator and a positive denominator."""
    numerator, denominator = percent.as_integer_ratio()
    return PERCENT * denominator + numerator, PERCENT * denominator


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


def scaled(amounts: Sequence[int], numerator: int, denominator: int, unit: int) -> tuple[int, ...]:
    """Return amounts (minor units) × a ratio, each rounded half away to whole units of currency.

    ``unit`` is the minor units in one whole unit; the denominator is positive. Integers only, since
    this is the inner loop of the budget.
    """
    step = denominator * unit
    double, twice = 2 * step, 2 * numerator
    return tuple([
        (product + step) // double * unit
        if (product := amount * twice) >= 0
        else (step - product) // double * -unit
        for amount in amounts
    ])  # fmt: skip
