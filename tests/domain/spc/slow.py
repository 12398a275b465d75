"""The rules of XmR charts as they are written down, read literally: slow, exact, with nothing shared with the engine.

Values are whole numbers (or gaps), all arithmetic is on fractions, and every rule looks at every window.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Series = list[int | None]


@dataclass(frozen=True)
class Slow:
    """What a literal reading finds."""

    limits: list[tuple[Fraction, Fraction, Fraction] | None]
    """Of each segment the centre, lower and upper; ``None`` where there is no range."""
    rules: list[str | None]
    sides: list[str | None]
    variation: str
    assurance: str | None


@dataclass(frozen=True)
class Rules:
    """The settings of a chart."""

    constant: Fraction = Fraction(266, 100)
    screen: bool = False
    shift: int = 7
    trend: int = 7
    baseline: int | None = None
    direction: str | None = None
    target: int | None = None
    rebase: tuple[int, ...] = ()
    within_limit: bool = False


def read(values: Series, rules: Rules) -> Slow:
    """Return what the rules say of a series."""
    starts = sorted({0, *rules.rebase}) if values else []
    stops = [*starts[1:], len(values)] if values else []
    labels: list[tuple[str, str] | None] = []
    limits = []
    for start, stop in zip(starts, stops, strict=True):
        segment = values[start:stop]
        drawn = limits_of(segment, rules)
        limits.append(drawn)
        labels += labels_of(segment, drawn, mean_of(segment, rules), rules)
    return Slow(
        limits,
        [label[0] if label else None for label in labels],
        [label[1] if label else None for label in labels],
        variation(values, labels, rules.direction),
        assurance(limits[-1], rules) if limits else None,
    )


def basis(segment: Series, rules: Rules) -> Series:
    if rules.baseline is None:
        return segment
    kept: Series = []
    for value in segment:
        if sum(one is not None for one in kept) == rules.baseline:
            break
        kept.append(value)
    return kept


def mean_of(segment: Series, rules: Rules) -> Fraction | None:
    there = [value for value in basis(segment, rules) if value is not None]
    return Fraction(sum(there), len(there)) if there else None


def limits_of(segment: Series, rules: Rules) -> tuple[Fraction, Fraction, Fraction] | None:
    base = basis(segment, rules)
    mean = mean_of(segment, rules)
    ranges = []
    for i in range(1, len(base)):
        before, after = base[i - 1], base[i]
        if before is not None and after is not None:
            ranges.append(abs(after - before))
    if mean is None or not ranges:
        return None
    average = Fraction(sum(ranges), len(ranges))
    if rules.screen:
        kept = [one for one in ranges if one < Fraction(3267, 1000) * average]
        if kept and sum(kept):
            average = Fraction(sum(kept), len(kept))
    return mean, mean - rules.constant * average, mean + rules.constant * average


Found = dict[int, str]
"""Places that a rule flags, each with its side."""


def labels_of(
    segment: Series,
    drawn: tuple[Fraction, Fraction, Fraction] | None,
    mean: Fraction | None,
    rules: Rules,
) -> list[tuple[str, str] | None]:
    sides = ["gap" if v is None or mean is None else side_of(v, mean, mean) for v in segment]
    astronomical, close = outside(segment, drawn, rules)
    named = (
        ("astronomical", astronomical),
        ("trend", trends(segment, rules.trend)),
        ("two_of_three", two_of_three(sides, close)),
        ("shift", shifts(sides, rules.shift)),
    )
    return [
        next(((name, found[i]) for name, found in named if i in found), None)
        for i in range(len(segment))
    ]


def side_of(value: int, lower: Fraction, upper: Fraction) -> str:
    return "high" if value > upper else "low" if value < lower else "on"


def outside(
    segment: Series, drawn: tuple[Fraction, Fraction, Fraction] | None, rules: Rules
) -> tuple[Found, Found]:
    astronomical: Found = {}
    close: Found = {}
    for i, value in enumerate(segment):
        if value is None or drawn is None:
            continue
        centre, lower, upper = drawn
        out = side_of(value, lower, upper)
        inner = side_of(value, centre - (centre - lower) * 2 / 3, centre + (upper - centre) * 2 / 3)
        if out != "on":
            astronomical[i] = out
        if inner != "on" and not (out != "on" and rules.within_limit):
            close[i] = inner
    return astronomical, close


def shifts(sides: list[str], length: int) -> Found:
    found: Found = {}
    for i in range(len(sides) - length + 1):
        window = sides[i : i + length]
        if window[0] in {"high", "low"} and len(set(window)) == 1:
            found.update(dict.fromkeys(range(i, i + length), window[0]))
    return found


def trends(segment: Series, length: int) -> Found:
    found: Found = {}
    for i in range(len(segment) - length + 1):
        part = [value for value in segment[i : i + length] if value is not None]
        if len(part) < length:
            continue
        steps = [after - before for before, after in pairwise(part)]
        if all(step > 0 for step in steps):
            found.update(dict.fromkeys(range(i, i + length), "high"))
        if all(step < 0 for step in steps):
            found.update(dict.fromkeys(range(i, i + length), "low"))
    return found


def two_of_three(sides: list[str], close: Found) -> Found:
    found: Found = {}
    for i in range(len(sides) - 2):
        places = range(i, i + 3)
        if sides[i] in {"high", "low"} and len({sides[place] for place in places}) == 1:
            near = [place for place in places if close.get(place) == sides[i]]
            if len(near) >= 2:
                found.update(dict.fromkeys(near, sides[i]))
    return found


def variation(values: Series, labels: list[tuple[str, str] | None], direction: str | None) -> str:
    there = [i for i, value in enumerate(values) if value is not None]
    label = labels[there[-1]] if there else None
    if label is None:
        return "common_cause"
    if direction not in {"increase", "decrease"}:
        return f"neutral_{label[1]}"
    good = {"increase": "high", "decrease": "low"}[direction]
    return f"{'improvement' if label[1] == good else 'concern'}_{label[1]}"


def assurance(drawn: tuple[Fraction, Fraction, Fraction] | None, rules: Rules) -> str | None:
    if drawn is None or rules.target is None or rules.direction not in {"increase", "decrease"}:
        return None
    centre, lower, upper = drawn
    rising = rules.direction == "increase"
    if lower == upper:
        reached = centre >= rules.target if rising else centre <= rules.target
        return "consistent_pass" if reached else "consistent_fail"
    if rules.target > upper:
        return "consistent_fail" if rising else "consistent_pass"
    if rules.target < lower:
        return "consistent_pass" if rising else "consistent_fail"
    return "inconsistent"
