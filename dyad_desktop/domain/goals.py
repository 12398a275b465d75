"""Shared goals, how they are measured, and what the pair says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType

GOAL_STATUSES = ("on_track", "at_risk", "off_track", "achieved", "dropped")


@kind("objective", "strategic_objectives", "Strategic objective")
@dataclass(frozen=True, slots=True)
class Objective(Entity):
    """An aim of the organisation that goals cascade from."""

    title: str = declare(V.TEXT, required=True)


@kind("goal", "goals", "Goal")
@dataclass(frozen=True, slots=True)
class Goal(Entity):
    """A shared aim. Both partners are accountable; one leads, which is no rank."""

    title: str = declare(V.TEXT, required=True)
    why: str | None = declare(V.LONG_TEXT)
    domain: str | None = declare(V.TEXT)
    accountable: tuple[str, ...] = declare(V.REFS, target="partner")
    lead: str | None = declare(V.REF, target="partner")
    support: str | None = declare(V.REF, target="partner")
    supports: str | None = declare(V.REF, target="objective")
    start: str | None = declare(V.DATE)
    due: str | None = declare(V.DATE)


@kind("measure", "measures", "Measure", parent="goal", parent_field="goal")
@dataclass(frozen=True, slots=True)
class Measure(Entity):
    """How a goal is measured. ``values`` holds one observation a period; ``None`` is not measured."""

    goal: str = declare(V.REF, target="goal", required=True, hidden=True)
    title: str = declare(V.TEXT, required=True)
    definition: str | None = declare(V.LONG_TEXT)
    unit: str | None = declare(V.TEXT)
    direction: str = declare(V.CHOICE, "up", choices=("up", "down"), required=True)
    decimals: int | None = declare(V.INTEGER, 0, minimum=0, maximum=6)
    frequency: str = declare(V.CHOICE, "monthly", choices=("monthly", "quarterly"), required=True)
    aggregation: str | None = declare(V.CHOICE, choices=("mean", "median", "sum", "ratio", "last"))
    baseline_value: Decimal | None = declare(V.DECIMAL, path="baseline.value")
    baseline_period: str | None = declare(V.TEXT, path="baseline.period")
    target: Decimal | None = declare(V.DECIMAL)
    stretch: Decimal | None = declare(V.DECIMAL)
    amber_at: Decimal | None = declare(V.DECIMAL)
    target_date: str | None = declare(V.PERIOD)
    source: str | None = declare(V.TEXT)
    chart: str | None = declare(V.CHOICE, choices=("i", "p", "u", "g", "run"))
    series_start: str | None = declare(V.PERIOD, path="series.start")
    values: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, path="series.values"
    )
    numerator: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, path="series.numerator", optional=True
    )
    denominator: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, path="series.denominator", optional=True
    )
    multiplier: Decimal | None = declare(V.DECIMAL, path="series.multiplier", optional=True)


@kind(
    "annotation", "annotations", "Annotation", parent="measure", parent_field="measure", id_key="",
    label_field="text",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Annotation(Entity):
    """What happened in a period, written on the chart."""

    measure: str = declare(V.REF, target="measure", required=True, hidden=True)
    period: str = declare(V.PERIOD, required=True)
    text: str = declare(V.TEXT, required=True)


@kind(
    "check_in",
    "check_ins",
    "Check-in",
    parent="goal",
    parent_field="goal",
    id_key="",
    label_field="note",
)
@dataclass(frozen=True, slots=True)
class CheckIn(Entity):
    """The pair's judgement of a goal on a day, with the confidence (1 to 10) of each."""

    goal: str = declare(V.REF, target="goal", required=True, hidden=True)
    date: str = declare(V.DATE, required=True)
    status: str = declare(V.CHOICE, choices=GOAL_STATUSES, required=True)
    confidence: Mapping[str, int | None] = declare(
        V.INTEGER, slot=Slot.PARTNER, minimum=1, maximum=10
    )
    note: str | None = declare(V.LONG_TEXT)
