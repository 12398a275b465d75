"""Target, stretch and amber limit that stand the wrong way round: taken, as one is typed before the other, and told."""

from collections.abc import Iterator
from decimal import Decimal

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import stretch_at, target_at
from dyad_desktop.domain.scorecard import show_level


def order_words(measure: Measure) -> str:
    """Return in sentences which levels of a measure stand the wrong way round, and what comes of it; nothing of others.

    Args:
        measure: as it is kept; its levels are those of single periods.
    """
    return " ".join(dict.fromkeys(_faults(measure)))


def _faults(measure: Measure) -> Iterator[str]:
    if measure.direction == "within" and measure.amber_at is not None:
        yield "Where better is between two ends, an amber limit has no effect."
    for start in sorted({"", *measure.targets, *measure.stretches}):
        target = target_at(measure, start)
        if target is None:
            continue
        when = f" from {month_year_label(start)} on" if start else ""
        yield from _amber(measure, target, when)
        yield from _stretch(measure, target, stretch_at(measure, start), when)


def _amber(measure: Measure, target: Decimal, when: str) -> Iterator[str]:
    amber, rising = measure.amber_at, measure.direction == "up"
    if amber is None or measure.direction == "within":
        return
    if (amber > target) if rising else (amber < target):
        side = "above" if rising else "below"
        texts = _texts(measure, amber, target)
        yield f"The amber limit {texts[0]} is {side} the target {texts[1]}{when}: nothing is at risk."


def _stretch(
    measure: Measure, target: Decimal, stretch: Decimal | None, when: str
) -> Iterator[str]:
    if stretch is None:
        return
    low, rising = measure.target_low, measure.direction == "up"
    texts = _texts(measure, stretch, target)
    if measure.direction == "within":
        if stretch > target or (low is not None and stretch < low):
            lowest = (
                f"{show_level(measure, low, unit=False)} to " if low is not None else "at most "
            )
            yield f"The stretch {texts[0]} is outside {lowest}{texts[1]}{when}."
    elif (stretch < target) if rising else (stretch > target):
        side = "below" if rising else "above"
        yield f"The stretch {texts[0]} is {side} the target {texts[1]}{when}: it asks for less."


def _texts(measure: Measure, *levels: Decimal) -> tuple[str, ...]:
    return tuple(show_level(measure, level, unit=False) for level in levels)
