"""Commands on the targets of a measure that hold from a month on: a step is added, ends the target, or is removed."""

from collections.abc import Sequence
from dataclasses import replace

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import target_at
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.seeing import Glance
from dyad_desktop.services.session import ChangeSet, Session

PARTS = TARGETS, STRETCHES, NONE = "targets", "stretches", "no_target"


def steps_of(measure: Measure) -> tuple[str, ...]:
    """Return the months from which a measure's target or stretch is another, or from which there is none."""
    numbers = (measure.targets, measure.stretches)
    found = {period for part in numbers for period, level in part.items() if level is not None}
    return tuple(sorted(found | {period for period, said in measure.no_target.items() if said}))


def places_of(measure_id: str, period: str) -> tuple[Address, ...]:
    """Return the registers that a step is made of."""
    return tuple(Address("measure", measure_id, field, period) for field in PARTS)


def add_step(
    session: Session, measure_id: str, period: str, initiator: object = None, *,
    shown: Measure | None = None, glance: Glance | None = None,
) -> ChangeSet:  # fmt: skip
    """Begin another target in a month with the one that holds until then; without one, it is said that there is none.

    ``shown`` is the measure as whoever asks saw it, and ``glance`` what they saw of ``places_of`` the step: what a
    partner writes meanwhile stands beside it.

    Raises:
        BadInputError: there is no such measure.
    """
    measure = _need(session, measure_id)
    level = target_at(shown or measure, period)
    field, value = (NONE, True) if level is None else (TARGETS, level)
    edit = _edit(measure_id, field, value, period, glance)
    return set_fields(session, [edit], _note("Target from", period, measure), initiator)


def remove_step(
    session: Session, measure_id: str, period: str, initiator: object = None, *,
    glance: Glance | None = None,
) -> ChangeSet:  # fmt: skip
    """Take a step away, so that what held before it goes on; ``glance`` as for ``add_step``.

    Raises:
        BadInputError: there is no such measure.
    """
    measure = _need(session, measure_id)
    edits = [
        _edit(measure_id, field, None, period, glance)
        for field in PARTS
        if getattr(measure, field).get(period) is not None
    ]
    return set_fields(session, edits, _note("Removed the target from", period, measure), initiator)


def write_steps(
    session: Session, edits: Sequence[FieldEdit], note: str = "", initiator: object = None
) -> ChangeSet:
    """Write parts of steps: that there is no target from then on takes the number away, and a number that.

    Raises:
        BadInputError: see ``set_fields``.
    """
    every: list[FieldEdit] = []
    for edit in edits:
        every.append(edit if edit.field != NONE or edit.value else replace(edit, value=None))
        other = {TARGETS: NONE, NONE: TARGETS}.get(edit.field)
        if other and edit.value is not None and edit.value is not False:
            every.append(FieldEdit(edit.kind, edit.id, other, None, edit.slot))
    return set_fields(session, every, note, initiator)


def _edit(
    measure_id: str, field: str, value: object, period: str, glance: Glance | None
) -> FieldEdit:
    seen = glance.of(Address("measure", measure_id, field, period)) if glance else None
    return FieldEdit("measure", measure_id, field, value, period, seen)


def _need(session: Session, measure_id: str) -> Measure:
    measure = session.book.get(Measure, measure_id)
    if measure is None:
        raise BadInputError(f"there is no measure {measure_id!r}")
    return measure


def _note(what: str, period: str, measure: Measure) -> str:
    return f"{what} {month_year_label(period)}: {measure.title}"
