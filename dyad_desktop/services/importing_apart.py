"""What the partners hold apart of measures: bringing values in leaves it to them, and tells that it did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import FIGURES, MARK, Item
from dyad_desktop.replication.change import Address
from dyad_desktop.services.importing_parts import Doubt

SPAN = "span"
_HELD = frozenset({*FIGURES, MARK, SPAN})
"""Fields of a measure that bringing values in can write, and of which both sides are kept."""
VALUES_APART = "you and your partner hold different values here; settle which counts first, then bring this in again"
MARKS_APART = (
    "you and your partner hold different marks here, so the mark is left: settle which counts"
)
SPAN_APART = (
    "you and your partner say differently what a value covers; settle that first, then bring these figures of the year"
    " to date in again"
)

Apart: TypeAlias = frozenset[tuple[str, str, str]]
"""What of the measures the partners hold apart: (measure, field, period), the last empty for a field without any."""


@dataclass(frozen=True, slots=True)
class Parted:
    """The items that may be written, those that are left, and what is told of these."""

    free: Sequence[Item]
    left: Sequence[Item] = ()
    doubts: Sequence[Doubt] = ()


def apart_in(contested: Iterable[Address]) -> Apart:
    """Return which registers of measures that an import can write the partners hold apart."""
    return frozenset(
        (at.id, at.field, at.slot) for at in contested if at.kind == "measure" and at.field in _HELD
    )


def span_apart(measure_id: str, apart: Apart) -> bool:
    """Return whether the partners say differently what a value of a measure covers."""
    return (measure_id, SPAN, "") in apart


def mark_apart(measure_id: str, period: str, apart: Apart) -> bool:
    """Return whether the partners hold different marks of a period."""
    return (measure_id, MARK, period) in apart


def parted(measure: Measure, items: Sequence[Item], apart: Apart, *, to_date: bool) -> Parted:
    """Return the items of what the partners agree on, and the others.

    Of a period of which a figure is apart nothing is taken; of one whose mark is, all but the mark. Figures ``to_date``
    are left while it is apart what a value covers: they would say it.
    """
    if to_date and span_apart(measure.id, apart) and items:
        first = min(items, key=lambda one: one.row)
        return Parted((), items, (Doubt(first.row, measure.id, first.period, SPAN_APART),))
    held = {period for whose, field, period in apart if whose == measure.id and field in FIGURES}
    whole = [item for item in items if item.period in held]
    marks = [
        item
        for item in items
        if item.field == MARK
        and item.period not in held
        and mark_apart(measure.id, item.period, apart)
    ]
    free = [item for item in items if item not in whole and item not in marks]
    told = [*_told(measure, whole, VALUES_APART), *_told(measure, marks, MARKS_APART)]
    return Parted(free, [*whole, *marks], told)


def _told(measure: Measure, left: Sequence[Item], reason: str) -> list[Doubt]:
    periods = sorted({item.period for item in left})
    rows = {period: min(one.row for one in left if one.period == period) for period in periods}
    return [Doubt(row, measure.id, period, reason) for period, row in rows.items()]
