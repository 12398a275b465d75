"""The levels that a measure's values are held against, each in force from its period on: target, stretch, amber."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dyad_desktop.domain.fiscal import fiscal_year_start
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measure_settings import is_upside_down


@dataclass(frozen=True, slots=True)
class ToDate(Measure):
    """A measure whose values add up over the year, as it is judged: its levels are those of the year to date.

    Never kept: ``to_date`` makes it of a measure for whoever reads. ``ambers`` are the amber limits by period;
    ``start_month`` is that of the year that the values build up over, 1 to 12.
    """

    ambers: Mapping[str, Decimal | None] = field(default_factory=dict)
    start_month: int = 1


def begins_year(measure: Measure, place: str) -> bool:
    """Return whether figures of the year to date begin anew in a period; never of other measures."""
    return (
        isinstance(measure, ToDate)
        and fiscal_year_start(place[:7], measure.start_month) == place[:7]
    )


def level_at(
    plain: Decimal | None, steps: Mapping[str, Decimal | None], place: str
) -> Decimal | None:
    """Return the level in force in a period (or on a day): the last step up to then, else the plain one.

    A step to ``None`` says that there is none from then on.
    """
    past = [period for period in steps if period <= place[:7]]
    return steps[max(past)] if past else plain


def levels_at(
    plain: Decimal | None, steps: Mapping[str, Decimal | None], places: Sequence[str]
) -> tuple[Decimal | None, ...]:
    """Return the level in force at each place."""
    if not steps:
        return (plain,) * len(places)
    return tuple(level_at(plain, steps, place) for place in places)


def target_steps(measure: Measure) -> Mapping[str, Decimal | None]:
    """Return the targets that hold from a period on; ``None`` from where on it is said that there is none."""
    ends = {period: None for period, said in measure.no_target.items() if said}
    return {**ends, **_set(measure.targets)} if ends or measure.targets else {}


def stretch_steps(measure: Measure) -> Mapping[str, Decimal | None]:
    """Return the stretch targets that hold from a period on."""
    return _set(measure.stretches)


def _set(steps: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    return {period: level for period, level in steps.items() if level is not None}


def targets_at(measure: Measure, places: Sequence[str]) -> tuple[Decimal | None, ...]:
    """Return the target in force at each place."""
    levels = levels_at(measure.target, target_steps(measure), places)
    return tuple(None if is_upside_down(measure, level) else level for level in levels)


def target_at(measure: Measure, place: str) -> Decimal | None:
    """Return the target in force in a period; none where it is the upper end of a corridor that is upside down."""
    level = level_at(measure.target, target_steps(measure), place)
    return None if is_upside_down(measure, level) else level


def stretch_at(measure: Measure, place: str) -> Decimal | None:
    """Return the stretch target in force in a period."""
    return level_at(measure.stretch, stretch_steps(measure), place)


def amber_at(measure: Measure, place: str) -> Decimal | None:
    """Return the amber limit in force in a period."""
    if isinstance(measure, ToDate):
        return level_at(None, measure.ambers, place)
    return measure.amber_at
