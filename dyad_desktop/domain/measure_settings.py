"""Settings of a measure that nobody can mean: refused where they are written, passed over where a file holds them.

An older version, or two copies that met, may leave a constant of −1, a corridor from 70 to 60 or a lowest value above
all that was recorded. Such a file is charted all the same: without that setting, and saying so.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dyad_desktop.domain.bounds import check_period, is_beyond, shown
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.possible import is_never_negative
from dyad_desktop.domain.schema import KINDS, FieldSpec
from dyad_desktop.errors import BadInputError

CORRIDOR = frozenset({"direction", "target_low", "target", "targets"})
BOUNDS = frozenset({"lower_bound", "upper_bound"})
LEVELS = frozenset(
    {"target", "target_low", "targets", "stretch", "stretches", "amber_at", "baseline_value"}
)
BASELINE_PERIOD = "baseline_period"
CHECKED = CORRIDOR | BOUNDS | LEVELS | {BASELINE_PERIOD}
"""The fields after whose writing ``check_settings`` is asked."""
_LEVEL_WORDS = {
    "stretch": "a stretch target of",
    "stretches": "a stretch target of",
    "amber_at": "an amber limit of",
    "baseline_value": "a baseline of",
}
_SETTINGS = {
    "chart_constant": "chart constant",
    "multiplier": "multiplier",
    "shift": "shift",
    "trend": "trend",
    "baseline_points": "baseline points",
    "lag_days": "days until complete",
    "year_start": "month in which the year begins",
    "decimals": "decimals",
}


def is_upside_down(measure: Measure, level: Decimal | None) -> bool:
    """Return whether a corridor's lower end lies above its upper end, so that no value can lie within."""
    low = measure.target_low
    within = measure.direction == "within"
    return within and low is not None and level is not None and low > level


def check_settings(measure: Measure, written: Collection[str]) -> None:
    """Refuse settings that contradict each other or the values.

    Args:
        measure: as it would be.
        written: the fields that were written; what stood there before isn't asked about.

    Raises:
        BadInputError: a corridor that is upside down, or bounds that are, or that values lie outside of; a level
            below 0 of what never is, or a baseline's month that there is not.
    """
    _check_levels(measure, LEVELS & set(written))
    if BASELINE_PERIOD in written:
        _check_months(measure.baseline_period or "")
    if CORRIDOR & set(written):
        for level in (measure.target, *measure.targets.values()):
            if is_upside_down(measure, level):
                assert level is not None  # noqa: S101 - for the type checker
                assert measure.target_low is not None  # noqa: S101
                raise BadInputError(
                    f"the target’s lower end, {shown(measure.target_low)}, would be above its upper end,"
                    f" {shown(level)}; write the other end first"
                )
    if BOUNDS & set(written):
        for reason in _bound_faults(measure, tuple(measure.values.values())).values():
            raise BadInputError(reason)


def _check_levels(measure: Measure, written: Collection[str]) -> None:
    """Refuse a level below 0 of a measure whose values never are: counts, shares, rates and durations."""
    if not written:
        return
    nothing: dict[str, Any] = {
        name: {} if isinstance(getattr(measure, name), Mapping) else None for name in written
    }
    if not is_never_negative(replace(measure, **nothing)):
        return
    for name in sorted(written):
        found = getattr(measure, name)
        for level in found.values() if isinstance(found, Mapping) else (found,):
            if level is not None and level < 0:
                unit = f"in {measure.unit}, which is" if measure.unit else "a count, which is"
                raise BadInputError(
                    f"{_LEVEL_WORDS.get(name, 'a target of')} {shown(level)} can’t be: {measure.title} is {unit} never"
                    " below 0; of a difference, say its lowest possible value first"
                )


def _check_months(text: str) -> None:
    """Refuse a baseline's period such as 2026-13; other words pass, and a year such as 2025-26 too."""
    for found in re.findall(r"(?<![\d-])(\d{4}-\d{1,2})(?!\d)", text):
        if int(found[5:]) == (int(found[:4]) + 1) % 100:
            continue
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", found):
            raise BadInputError(
                f"there is no month {found}; write a month such as 2026-04, or two: 2026-01..2026-06"
            )
        check_period(found)
    ends = text.split("..")
    if (
        len(ends) == 2
        and all(re.fullmatch(r"\d{4}-\d\d", one) for one in ends)
        and ends[0] > ends[1]
    ):
        raise BadInputError(
            f"the baseline’s period ends in {ends[1]}, before it begins in {ends[0]}"
        )


def sound(measure: Measure, values: Sequence[Decimal | None]) -> tuple[Measure, tuple[str, ...]]:
    """Return a measure without the settings that can't be, and what was passed over, in words.

    Args:
        measure: as it is kept.
        values: of its series.
    """
    specs = KINDS["measure"].fields
    wrong = {
        name: f"{title} {shown(value)} can’t be and isn’t used"
        for name, title in _SETTINGS.items()
        if (value := getattr(measure, name)) is not None and _is_outside(specs[name], value)
    }
    wrong |= {name: f"{why}: not used" for name, why in _bound_faults(measure, values).items()}
    words = list(dict.fromkeys(wrong.values()))
    if is_upside_down(measure, measure.target):
        words.append("target’s lower end above its upper end: not judged")
    nothing: dict[str, Any] = dict.fromkeys(wrong)
    return (replace(measure, **nothing) if wrong else measure), tuple(words)


def _is_outside(spec: FieldSpec, value: Decimal | int) -> bool:
    low, high = spec.minimum, spec.maximum
    outside = (low is not None and value < low) or (high is not None and value > high)
    return outside or is_beyond(spec, value)


def _bound_faults(measure: Measure, values: Sequence[Decimal | None]) -> dict[str, str]:
    """Return the bounds that can't be, and why."""
    low, high = measure.lower_bound, measure.upper_bound
    if low is None and high is None:
        return {}
    if low is not None and high is not None and low >= high:
        return dict.fromkeys(
            sorted(BOUNDS),
            f"lowest possible {shown(low)} is not below highest possible {shown(high)}",
        )
    return dict(_left_out(low, high, [one for one in values if one is not None]))


def _left_out(
    low: Decimal | None, high: Decimal | None, there: Sequence[Decimal]
) -> Iterator[tuple[str, str]]:
    """Give the bounds outside of which values were recorded."""
    if not there:
        return
    if low is not None and (least := min(there)) < low:
        yield "lower_bound", f"{shown(least)} was recorded, below lowest possible {shown(low)}"
    if high is not None and (most := max(there)) > high:
        yield "upper_bound", f"{shown(most)} was recorded, above highest possible {shown(high)}"
