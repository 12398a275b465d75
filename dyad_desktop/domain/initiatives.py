"""Initiatives: the pieces of change, with their plan, risks, benefits and small tests."""

from dataclasses import dataclass

from dyad_desktop.domain.schema import Entity, ValueType, declare, kind

V = ValueType

PHASES = ("plan", "implement", "sustain", "closed")
INITIATIVE_STATUSES = ("green", "amber", "red")
MILESTONE_STATUSES = ("done", "in_progress", "not_started")
RISK_KINDS = ("risk", "issue", "assumption")
RESPONSES = ("mitigate", "avoid", "transfer", "accept", "escalate")
LINK_TYPES = ("FS", "SS")


@kind("initiative", "initiatives", "Initiative")
@dataclass(frozen=True, slots=True)
class Initiative(Entity):
    """A piece of change that should move one or more goals."""

    title: str = declare(V.TEXT, required=True)
    goals: tuple[str, ...] = declare(V.REFS, target="goal")
    accountable: tuple[str, ...] = declare(V.REFS, target="partner")
    lead: str | None = declare(V.REF, target="partner")
    support: str | None = declare(V.REF, target="partner")
    sponsor: str | None = declare(V.TEXT)
    phase: str = declare(V.CHOICE, "plan", choices=PHASES, required=True)
    status: str = declare(V.CHOICE, "green", choices=INITIATIVE_STATUSES, required=True)
    aim: str | None = declare(V.LONG_TEXT)
    start: str = declare(V.DATE, required=True)
    one_time_cost: int | None = declare(V.MONEY)
    capital: tuple[str, ...] = declare(V.REFS, target="capital_request")


@kind("milestone", "milestones", "Milestone", parent="initiative", parent_field="initiative")
@dataclass(frozen=True, slots=True)
class Milestone(Entity):
    """A dated step. Durations are workdays, Monday to Friday; 0 is a point in time."""

    initiative: str = declare(V.REF, target="initiative", required=True, hidden=True)
    title: str = declare(V.TEXT, required=True)
    owner: str | None = declare(V.REF, target="partner")
    duration_workdays: int = declare(V.INTEGER, 0, required=True, minimum=0, maximum=10_000)
    baseline_duration_workdays: int | None = declare(V.INTEGER, minimum=0, maximum=10_000)
    not_before: str | None = declare(V.DATE)
    baseline_start: str | None = declare(V.DATE, path="baseline.start")
    baseline_finish: str | None = declare(V.DATE, path="baseline.finish")
    forecast_start: str | None = declare(V.DATE, path="forecast.start")
    forecast_finish: str | None = declare(V.DATE, path="forecast.finish")
    actual_finish: str | None = declare(V.DATE)
    percent: int = declare(V.INTEGER, 0, required=True, minimum=0, maximum=100)
    status: str = declare(V.CHOICE, "not_started", choices=MILESTONE_STATUSES, required=True)


@kind(
    "dependency", "depends_on", "Dependency", parent="milestone", parent_field="milestone", id_key="",
    label_field="ref",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Dependency(Entity):
    """A milestone waits for another: FS for its finish, SS for its start, plus a lag in workdays."""

    milestone: str = declare(V.REF, target="milestone", required=True, hidden=True)
    ref: str = declare(V.REF, target="milestone", required=True)
    type: str = declare(V.CHOICE, "FS", choices=LINK_TYPES, required=True)
    lag_workdays: int = declare(V.INTEGER, 0, required=True, minimum=-1000, maximum=1000)


@kind("risk", "risks", "Risk", parent="initiative", parent_field="initiative", label_field="text")
@dataclass(frozen=True, slots=True)
class Risk(Entity):
    """A risk, issue or assumption; probability and impact from 1 (low) to 5 (high)."""

    initiative: str = declare(V.REF, target="initiative", required=True, hidden=True)
    kind: str = declare(V.CHOICE, "risk", choices=RISK_KINDS, required=True)
    text: str = declare(V.LONG_TEXT, required=True)
    probability: int | None = declare(V.INTEGER, minimum=1, maximum=5)
    impact: int | None = declare(V.INTEGER, minimum=1, maximum=5)
    response: str | None = declare(V.CHOICE, choices=RESPONSES)
    mitigation: str | None = declare(V.LONG_TEXT)
    owner: str | None = declare(V.REF, target="partner")
    status: str | None = declare(V.TEXT)


@kind(
    "benefit",
    "benefits",
    "Benefit",
    parent="initiative",
    parent_field="initiative",
    label_field="text",
)
@dataclass(frozen=True, slots=True)
class Benefit(Entity):
    """What an initiative yields: an amount a year from a period on; ``None`` when it is not valued."""

    initiative: str = declare(V.REF, target="initiative", required=True, hidden=True)
    text: str = declare(V.LONG_TEXT, required=True)
    measure: str | None = declare(V.REF, target="measure")
    annual_value: int | None = declare(V.MONEY)
    starts: str | None = declare(V.PERIOD)
    realised_to_date: int | None = declare(V.MONEY)
    owner: str | None = declare(V.REF, target="partner")


@kind(
    "test",
    "tests",
    "Test of change",
    parent="initiative",
    parent_field="initiative",
    label_field="plan",
)
@dataclass(frozen=True, slots=True)
class ChangeTest(Entity):
    """One small test of change: plan and prediction, what was done, learned, and decided."""

    initiative: str = declare(V.REF, target="initiative", required=True, hidden=True)
    plan: str = declare(V.LONG_TEXT, required=True)
    predict: str | None = declare(V.LONG_TEXT)
    did: str | None = declare(V.LONG_TEXT)
    learned: str | None = declare(V.LONG_TEXT)
    act: str | None = declare(V.TEXT)
