"""Shared goals, how they are measured, and what the pair says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.fiscal import QUARTER
from dyad_desktop.domain.schema import Entity, Policy, Slot, ValueType, declare, kind

V = ValueType

DIRECTIONS = ("up", "down", "within")
"""What is good: more, less, or staying between ``target_low`` and ``target``."""
FREQUENCIES = ("monthly", "quarterly")
CHARTS = ("i", "p", "p_prime", "u", "u_prime", "c", "g", "t", "run")
"""XmR (i), proportions, rates, counts, cases or days between events, or a run chart without limits."""
OWN_PERIOD = "own_period"
SPANS = (OWN_PERIOD, "year_to_date", "rolling")
"""What a value covers: its own period, or more than that; values of more depend on each other and have no limits.

While nothing is said, values that look like year-to-date figures have no limits either (see ``build_up``).
"""
CONSTANTS = (Decimal("0.1"), Decimal(10))
"""How many mean moving ranges limits may lie from the mean; 2.66 is usual."""
MULTIPLIERS = (Decimal("0.001"), Decimal(10) ** 9)
"""By what a ratio may be multiplied: 100 for percentages, 100,000 for rates of a population."""
MARKS = ("provisional", "late")
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


IN_ITS_UNIT = frozenset((
    "values", "target", "target_low", "targets", "stretch", "stretches", "amber_at",
    "baseline_value", "benchmark", "lower_bound", "upper_bound",
))  # fmt: skip
"""The fields of a measure that are figures of its own unit."""


@kind("measure", "measures", "Measure", parent="goal", parent_field="goal")
@dataclass(frozen=True, slots=True)
class Measure(Entity):
    """How a goal is measured. ``values`` holds one observation a period; ``None`` is not measured.

    ``target`` and ``stretch`` hold until the first of ``targets`` or ``stretches``, each from its period on, or until
    ``no_target`` says that there is none from then on; a step that is ``None`` isn't there, as before it was set.
    ``target_low`` is the lower end where good is ``within``. The settings of the control chart are ``chart``,
    ``chart_constant`` (2.66 without one), ``shift`` and ``trend`` (points; 7), ``screened`` and ``baseline_points``;
    ``limits_kept`` is the mark of a changed definition under which they stay as they were (see ``redefining``).
    Values of the year to date begin anew with the fiscal year, unless ``year_start`` is another month, 1 to 12.
    """

    goal: str = declare(V.REF, target="goal", required=True, hidden=True)
    title: str = declare(V.TEXT, required=True)
    definition: str | None = declare(V.LONG_TEXT)
    unit: str | None = declare(V.TEXT)
    direction: str = declare(V.CHOICE, "up", choices=DIRECTIONS, required=True)
    decimals: int | None = declare(V.INTEGER, 0, minimum=0, maximum=6)
    frequency: str = declare(V.CHOICE, "monthly", choices=FREQUENCIES, required=True)
    aggregation: str | None = declare(V.CHOICE, choices=("mean", "median", "sum", "ratio", "last"))
    baseline_value: Decimal | None = declare(V.DECIMAL, path="baseline.value")
    baseline_period: str | None = declare(V.TEXT, path="baseline.period")
    target: Decimal | None = declare(V.DECIMAL)
    stretch: Decimal | None = declare(V.DECIMAL)
    amber_at: Decimal | None = declare(V.DECIMAL)
    target_date: str | None = declare(V.PERIOD)
    source: str | None = declare(V.TEXT)
    chart: str | None = declare(V.CHOICE, choices=CHARTS)
    # Values tell where a series begins: this is where a file says that it does, and nobody's word against another's.
    series_start: str | None = declare(V.PERIOD, path="series.start", policy=Policy.LATEST)
    values: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, path="series.values"
    )
    numerator: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, path="series.numerator", optional=True
    )
    denominator: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, path="series.denominator", optional=True
    )
    multiplier: Decimal | None = declare(
        V.DECIMAL, path="series.multiplier", optional=True, entered=MULTIPLIERS
    )
    marks: Mapping[str, str | None] = declare(
        V.CHOICE, slot=Slot.PERIOD, path="series.marks", choices=MARKS, optional=True
    )
    span: str | None = declare(V.CHOICE, path="series.span", choices=SPANS, optional=True)
    year_start: int | None = declare(
        V.INTEGER, path="series.year_start", minimum=1, maximum=12, optional=True
    )
    target_low: Decimal | None = declare(V.DECIMAL, optional=True)
    targets: Mapping[str, Decimal | None] = declare(V.DECIMAL, slot=Slot.PERIOD, optional=True)
    stretches: Mapping[str, Decimal | None] = declare(V.DECIMAL, slot=Slot.PERIOD, optional=True)
    no_target: Mapping[str, bool | None] = declare(V.FLAG, slot=Slot.PERIOD, optional=True)
    limits_kept: str | None = declare(V.TEXT, path="spc.limits_kept", optional=True)
    lower_bound: Decimal | None = declare(V.DECIMAL, optional=True)
    upper_bound: Decimal | None = declare(V.DECIMAL, optional=True)
    chart_constant: Decimal | None = declare(
        V.DECIMAL, path="spc.constant", optional=True, entered=CONSTANTS
    )
    shift: int | None = declare(V.INTEGER, path="spc.shift", minimum=5, maximum=12, optional=True)
    trend: int | None = declare(V.INTEGER, path="spc.trend", minimum=5, maximum=12, optional=True)
    screened: bool | None = declare(V.FLAG, path="spc.screened", optional=True)
    baseline_points: int | None = declare(
        V.INTEGER, path="spc.baseline_points", minimum=2, maximum=1000, optional=True
    )
    benchmark: Decimal | None = declare(V.DECIMAL, path="benchmark.value", optional=True)
    benchmark_source: str | None = declare(V.TEXT, path="benchmark.source", optional=True)
    benchmark_date: str | None = declare(V.DATE, path="benchmark.date", optional=True)
    numerator_text: str | None = declare(V.LONG_TEXT, path="defined.numerator", optional=True)
    denominator_text: str | None = declare(V.LONG_TEXT, path="defined.denominator", optional=True)
    exclusions: str | None = declare(V.LONG_TEXT, path="defined.exclusions", optional=True)
    lag_days: int | None = declare(
        V.INTEGER, path="defined.lag_days", minimum=0, maximum=1000, optional=True
    )
    template: str | None = declare(V.TEXT, path="defined.template", optional=True)

    @property
    def step(self) -> int:
        """Months from one observation to the next."""
        return QUARTER if self.frequency == "quarterly" else 1

    @property
    def period_word(self) -> str:
        """What one period of observation is called."""
        return "quarter" if self.frequency == "quarterly" else "month"


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
    "rebase", "rebases", "Rebase", parent="measure", parent_field="measure", id_key="",
    label_field="reason",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Rebase(Entity):
    """A proposal that a measure's limits start anew in a period; in force once every partner agreed to it."""

    measure: str = declare(V.REF, target="measure", required=True, hidden=True)
    period: str = declare(V.PERIOD, required=True)
    reason: str = declare(V.LONG_TEXT, required=True)
    agreed: Mapping[str, str | None] = declare(V.PERIOD, slot=Slot.PARTNER, own=True)
    """The period that each partner agreed to: another one takes another agreement."""
    agreed_reason: Mapping[str, str | None] = declare(
        V.LONG_TEXT, slot=Slot.PARTNER, own=True, optional=True
    )
    """The reason that each partner agreed to; of agreements of earlier versions it isn't known."""


@kind(
    "occurrence", "occurrences", "Event", parent="measure", parent_field="measure", id_key="",
    label_field="date",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Occurrence(Entity):
    """A rare event, of which the days since the one before are charted; never who it befell."""

    measure: str = declare(V.REF, target="measure", required=True, hidden=True)
    date: str = declare(V.DATE, required=True)
    note: str | None = declare(V.TEXT)


@kind(
    "peer", "peers", "Peer", parent="measure", parent_field="measure", id_key="", label_field="name"
)
@dataclass(frozen=True, slots=True)
class Peer(Entity):
    """A unit beside ours in a funnel: what it counted, of how many cases or against what was expected."""

    measure: str = declare(V.REF, target="measure", required=True, hidden=True)
    name: str = declare(V.TEXT, required=True)
    counted: Decimal | None = declare(V.DECIMAL, minimum=0)
    size: Decimal | None = declare(V.DECIMAL, minimum=0)
    ours: bool | None = declare(V.FLAG)
    period: str | None = declare(V.TEXT)


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
    """The pair's judgement of a goal on a day, with the confidence (1 to 10) of each.

    ``says`` has the status of each partner who gave one: only they write it, as they do their confidence.
    """

    goal: str = declare(V.REF, target="goal", required=True, hidden=True)
    date: str = declare(V.DATE, required=True)
    status: str = declare(V.CHOICE, choices=GOAL_STATUSES, required=True)
    confidence: Mapping[str, int | None] = declare(
        V.INTEGER, slot=Slot.PARTNER, minimum=1, maximum=10, own=True
    )
    note: str | None = declare(V.LONG_TEXT)
    says: Mapping[str, str | None] = declare(
        V.CHOICE, slot=Slot.PARTNER, choices=GOAL_STATUSES, optional=True, own=True
    )
