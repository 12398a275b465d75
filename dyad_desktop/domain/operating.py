"""The parts of the operating budget: statistics, staffing, lines, and the drafts that override them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType

LINE_KINDS = ("revenue", "deduction", "other_revenue", "expense")
BEHAVIOURS = ("fixed", "variable", "step", "semi_variable", "discretionary")
DRIVER_KINDS = ("volume", "fte", "line_group", "fixed")
DRAFT_STATES = ("working", "agreed", "submitted", "decided")
WORKING_DRAFT = "working"
"""Id of the draft that every partnership starts with."""


@kind("volume", "volumes", "Volume", label_field="name")
@dataclass(frozen=True, slots=True)
class Volume(Entity):
    """A statistic that drives lines: cases, visits, sessions."""

    name: str = declare(V.TEXT, required=True)
    unit: str | None = declare(V.TEXT)
    cost_centre: str | None = declare(V.REF, target="cost_centre")
    planned_growth_pct: Decimal = declare(V.DECIMAL, Decimal(0), required=True)
    prior_actuals: Mapping[str, Decimal] = declare(V.DECIMAL, slot=Slot.PERIOD)
    ytd_actuals: Mapping[str, Decimal] = declare(V.DECIMAL, slot=Slot.PERIOD)


@kind("position", "positions", "Position")
@dataclass(frozen=True, slots=True)
class Position(Entity):
    """A job with its full-time equivalents and average hourly rate."""

    title: str = declare(V.TEXT, required=True)
    cost_centre: str | None = declare(V.REF, target="cost_centre")
    fte_prior: Decimal = declare(V.DECIMAL, Decimal(0), required=True, minimum=0)
    fte_budget: Decimal = declare(V.DECIMAL, Decimal(0), required=True, minimum=0)
    avg_hourly_rate: Decimal | None = declare(V.DECIMAL, minimum=0)


@kind("cost_centre", "cost_centres", "Cost centre", id_key="code", label_field="name")
@dataclass(frozen=True, slots=True)
class CostCentre(Entity):
    """Where money is spent or earned; the id is finance's code."""

    name: str = declare(V.TEXT, required=True)


@kind("operating_line", "operating_lines", "Operating line", label_field="name")
@dataclass(frozen=True, slots=True)
class OperatingLine(Entity):
    """Account and cost centre with a rule for twelve months. Amounts are natural-positive minor units."""

    account: str = declare(V.TEXT, required=True)
    cost_centre: str | None = declare(V.REF, target="cost_centre")
    name: str = declare(V.TEXT, required=True)
    kind: str = declare(V.CHOICE, "expense", choices=LINE_KINDS, required=True)
    category: str | None = declare(V.TEXT)
    behaviour: str | None = declare(V.CHOICE, choices=BEHAVIOURS)
    driver_kind: str = declare(
        V.CHOICE, "fixed", choices=DRIVER_KINDS, path="driver.kind", required=True
    )
    driver_ref: str | None = declare(V.TEXT, path="driver.ref", optional=True)
    rate_growth_pct: Decimal = declare(V.DECIMAL, Decimal(0), required=True)
    groups: tuple[str, ...] = declare(V.TEXTS)
    prior_actuals: Mapping[str, int] = declare(V.MONEY, slot=Slot.PERIOD)
    ytd_actuals: Mapping[str, int] = declare(V.MONEY, slot=Slot.PERIOD)
    note: str | None = declare(V.LONG_TEXT, optional=True)


@kind("draft", "operating_drafts", "Draft", label_field="name")
@dataclass(frozen=True, slots=True)
class Draft(Entity):
    """One version of the budget year. The working draft exists from the start."""

    name: str = declare(V.TEXT, required=True)
    state: str = declare(V.CHOICE, "working", choices=DRAFT_STATES, required=True)


@kind(
    "draft_line", "lines", "Draft line", parent="draft", parent_field="draft", label_field="line",
    natural=("draft", "line"),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class DraftLine(Entity):
    """What a draft says of one line beyond its rule: overridden months and an explanation.

    Its id is ``<draft>.<line>``, so that two partners who override apart make one thing.
    """

    draft: str = declare(V.REF, target="draft", required=True, hidden=True)
    line: str = declare(V.REF, target="operating_line", required=True)
    months: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.PERIOD)
    explanation: str | None = declare(V.LONG_TEXT, optional=True)


def draft_line_id(draft: str, line: str) -> str:
    """Return the id of what ``draft`` says of ``line``: the same wherever it is first written."""
    return f"{draft}.{line}"
