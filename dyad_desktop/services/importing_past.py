"""What a person corrected of figures that were brought in: a source that brings the older ones back is told of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from dyad_desktop.domain.fiscal import day_label
from dyad_desktop.domain.observation_import import FIGURES, LEFT_OUT, Reading
from dyad_desktop.domain.records import spec_of
from dyad_desktop.services.importing_parts import Doubt
from dyad_desktop.services.wording import number

if TYPE_CHECKING:
    from dyad_desktop.replication.views import HistoryLine
    from dyad_desktop.services.session import Session

BROUGHT = "Brought in from"
"""How the label of a commit begins that brings a source in."""
_MOST = 100_000
"""Writes of one measure that are looked through."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Who wrote over what was brought in, on which ISO day, and what had been brought in before."""

    partner: str
    day: str
    brought: frozenset[Decimal]


Past = Mapping[tuple[str, str, str], Correction]
"""By measure, field and period."""
Changed = tuple[str, str, int, Decimal, Decimal]
"""Period, field, row of the source, what stands and what would replace it."""


def measures_of(reading: Reading) -> tuple[str, ...]:
    """Return the measures that a reading may bring figures of."""
    return tuple(sorted({reading.measure, *reading.names.values()} - {"", LEFT_OUT}))


def corrections(session: "Session", measures: Iterable[str]) -> Past:
    """Return which figures stand by a person's hand after a source had brought others."""
    found: dict[tuple[str, str, str], Correction] = {}
    for measure in measures:
        registers: dict[tuple[str, str], list[HistoryLine]] = {}
        for line in session.history(("measure", measure), _MOST):
            if line.at.field in FIGURES:
                registers.setdefault((line.at.field, line.at.slot), []).append(line)
        for (field, period), lines in registers.items():
            made = _correction(session, field, lines)
            if made is not None:
                found[measure, field, period] = made
    return found


def _correction(
    session: "Session", field: str, lines: "Sequence[HistoryLine]"
) -> Correction | None:
    """Return the correction that stands at the end of a register's history, the newest line first; else nothing."""
    last, spec = lines[0], spec_of("measure", field)
    values = (spec.decode(one.after) for one in lines[1:] if one.note.startswith(BROUGHT))
    brought = frozenset(value for value in values if isinstance(value, Decimal))
    if last.note.startswith(BROUGHT) or not brought:
        return None
    day = datetime.fromtimestamp(last.wall_ms / 1000).astimezone().date().isoformat()
    return Correction(session.book.label("partner", last.partner), day, brought)


def brought_back(measure: str, past: Past, changed: Iterable[Changed]) -> Iterator[Doubt]:
    """Give where a correction would be undone by what was brought in before it, once a period."""
    told = set[str]()
    for period, field, row, old, new in sorted(changed, key=lambda one: (one[0], not one[2])):
        made = past.get((measure, field, period))
        if made is None or period in told or new not in made.brought:
            continue
        told.add(period)
        reason = (
            f"{made.partner} corrected {number(new)} to {number(old)} on {day_label(made.day)}, after it was brought"
            f" in; this source brings {number(new)} back"
        )
        yield Doubt(row, measure, period, reason)
