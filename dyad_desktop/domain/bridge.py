"""The way from one contribution to another in steps: by what caused them, or by category of line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dyad_desktop.domain.flex import LineSplit, Span
from dyad_desktop.domain.sides import Subject
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.domain.variance import Parts

EARNED = ("revenue", "deduction", "other_revenue")
MOST_STEPS = 8
"""So many categories stand alone; the smallest beyond them are taken together."""
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its key, and what it does to contribution in minor units, more being better."""

    key: str
    effect: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """From ``start`` to ``end``, minor units of contribution; the steps add to the difference exactly."""

    start: int
    steps: tuple[Step, ...]
    end: int

    @property
    def change(self) -> int:
        """Return end − start."""
        return self.end - self.start


def _earned(pick: Callable[[Parts], int]) -> Callable[[str, Parts], int]:
    return lambda kind, parts: pick(parts) if kind in EARNED else 0


def _spent(pick: Callable[[Parts], int]) -> Callable[[str, Parts], int]:
    return lambda kind, parts: 0 if kind in EARNED else pick(parts)


CAUSES: dict[str, Callable[[str, Parts], int]] = {
    "volume": lambda _kind, parts: parts.volume,
    "mix": lambda _kind, parts: parts.mix,
    "revenue_rate": _earned(lambda parts: parts.rate),
    "efficiency": lambda _kind, parts: parts.efficiency,
    "cost_rate": _spent(lambda parts: parts.rate),
    "other": lambda _kind, parts: parts.other,
}
"""The steps by cause, in order: which of a line's parts each takes."""


def line_by_cause(line: LineSplit, span: Span) -> dict[str, int]:
    """Return what a line does to contribution over some months, by cause."""
    sign = SIGNS[line.kind]
    return {key: sign * pick(line.kind, span.parts) for key, pick in CAUSES.items()}


def category_key(line: LineSplit, subject: Subject) -> str:
    """Return the key of the step of a line's kind and category."""
    return f"{line.kind}/{subject.category}"


def by_cause(lines: Iterable[LineSplit], places: Sequence[int]) -> Bridge:
    """Return the way from plan to actual over some months, by volume, mix, rates, efficiency and the rest."""
    start = end = 0
    effects = dict.fromkeys(CAUSES, 0)
    for line in lines:
        span, sign = line.over(places), SIGNS[line.kind]
        start, end = start + sign * span.plan, end + sign * span.actual
        for key, effect in line_by_cause(line, span).items():
            effects[key] += effect
    return Bridge(start, _steps(effects.items()), end)


def by_category(
    lines: Iterable[LineSplit], subjects: Iterable[Subject], places: Sequence[int]
) -> Bridge:
    """Return the way by kind and category of line, in the pair's order; keys are ``kind/category``.

    Categories that moved nothing are left out, and of many the smallest are taken together at the end.
    """
    start = end = 0
    effects: dict[str, int] = {}
    for line, subject in zip(lines, subjects, strict=True):
        span, sign = line.over(places), SIGNS[line.kind]
        start, end = start + sign * span.plan, end + sign * span.actual
        key = category_key(line, subject)
        effects[key] = effects.get(key, 0) + sign * span.variance
    return Bridge(start, _few(_steps(effects.items())), end)


def and_then(bridge: Bridge, key: str, end: int) -> Bridge:
    """Return a bridge that goes on to another end in one more step, such as the rest of the year."""
    return Bridge(bridge.start, (*bridge.steps, Step(key, end - bridge.end)), end)


def from_start(bridge: Bridge, start: int) -> Bridge:
    """Return the same steps from another start, such as a year's budget of which they concern some months."""
    return Bridge(start, bridge.steps, start + bridge.change)


def _steps(effects: Iterable[tuple[str, int]]) -> tuple[Step, ...]:
    return tuple(Step(key, effect) for key, effect in effects if effect)


def _few(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if len(steps) <= MOST_STEPS:
        return steps
    largest = sorted(steps, key=lambda step: -abs(step.effect))[: MOST_STEPS - 1]
    kept = tuple(step for step in steps if step in largest)
    rest = sum(step.effect for step in steps) - sum(step.effect for step in kept)
    return (*kept, Step(OTHERS, rest))
