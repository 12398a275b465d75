"""The parts of the operating budget: accounts, statistics, staffing, lines, and the drafts that plan them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.schema import Entity, Policy, Slot, ValueType, declare, kind

V = ValueType

LINE_KINDS = ("revenue", "deduction", "other_revenue", "expense")
BEHAVIOURS = ("fixed", "variable", "step", "semi_variable", "discretionary")
DRIVER_KINDS = ("volume", "fte", "line_group", "fixed")
DRAFT_STATES = ("working", "agreed", "submitted", "decided")
ACCOUNT_KINDS = (*LINE_KINDS, "statistic")
SIDES = ("debit", "credit")
METHODS = (
    "prior_year", "volume_rate", "staffing", "step", "fixed", "percent", "contract", "manual", "formula",
)  # fmt: skip
"""How a draft plans a line; without one it is the prior year × driver × growth."""
SPREADS = ("even", "calendar_days", "working_days", "prior_year", "volume", "weights")
PAY_PARTS = ("all", "salaries", "overtime", "contract", "benefits")
PRIOR, ACTUAL, EITHER = "prior", "actual", "both"
"""What a line moved against: its prior year (the budget did), or its budget (the months with actuals did)."""
WORKING_DRAFT = "working"
"""Id of the draft that every partnership starts with."""


@kind("account", "accounts", "Account", id_key="code", label_field="name")
@dataclass(frozen=True, slots=True)
class Account(Entity):
    """One account of finance's chart, or a group of them; the id is its code. Statistics are accounts too."""

    name: str = declare(V.TEXT, required=True)
    kind: str = declare(V.CHOICE, "expense", choices=ACCOUNT_KINDS, required=True)
    normal_side: str | None = declare(V.CHOICE, choices=SIDES)
    """Where finance books an increase; without one the kind says it (``account_side``)."""
    parent: str | None = declare(V.REF, target="account")
    groups: tuple[str, ...] = declare(V.TEXTS)


def account_side(account: Account) -> str:
    """Return where finance books an increase of an account: credit for revenue, debit for the rest."""
    if account.normal_side is not None:
        return account.normal_side
    return "credit" if account.kind in ("revenue", "other_revenue") else "debit"


@kind("planning", "planning", "Planning rules", id_key="", singleton=True, label_field="")
@dataclass(frozen=True, slots=True)
class Planning(Entity):
    """What holds for every draft: paid hours of a full year, days off, and when a line must be explained."""

    hours_per_fte: Decimal | None = declare(V.DECIMAL, minimum=1, maximum=8784)
    holidays: Mapping[str, str | None] = declare(V.TEXT, slot=Slot.KEY)
    """Name of each day off by its ISO date."""
    explain_pct: Decimal | None = declare(V.DECIMAL, minimum=0)
    explain_amount: int | None = declare(V.MONEY, minimum=0)
    """A line that moves by more than both is to be explained; minor units of the year."""


@kind("volume", "volumes", "Volume", label_field="name")
@dataclass(frozen=True, slots=True)
class Volume(Entity):
    """A statistic that drives lines: cases, visits, sessions."""

    name: str = declare(V.TEXT, required=True)
    unit: str | None = declare(V.TEXT)
    cost_centre: str | None = declare(V.REF, target="cost_centre")
    account: str | None = declare(V.TEXT)
    planned_growth_pct: Decimal = declare(V.DECIMAL, Decimal(0), required=True)
    prior_actuals: Mapping[str, Decimal] = declare(V.DECIMAL, slot=Slot.PERIOD)
    ytd_actuals: Mapping[str, Decimal] = declare(V.DECIMAL, slot=Slot.PERIOD)


@kind("position", "positions", "Position")
@dataclass(frozen=True, slots=True)
class Position(Entity):
    """A job with its full-time equivalents and average hourly rate, and what it costs month by month.

    Percentages: of the time a place stands empty, of salaries for overtime and for benefits, of the rate for
    the merit increase from its month on.
    """

    title: str = declare(V.TEXT, required=True)
    cost_centre: str | None = declare(V.REF, target="cost_centre")
    fte_prior: Decimal = declare(V.DECIMAL, Decimal(0), required=True, minimum=0)
    fte_budget: Decimal = declare(V.DECIMAL, Decimal(0), required=True, minimum=0)
    avg_hourly_rate: Decimal | None = declare(V.DECIMAL, minimum=0)
    start: str | None = declare(V.PERIOD)
    end: str | None = declare(V.PERIOD)
    """First and last month in which the job is filled; without them all the year."""
    vacancy_pct: Decimal | None = declare(V.DECIMAL, minimum=0, maximum=100)
    hours_per_year: Decimal | None = declare(V.DECIMAL, minimum=1, maximum=8784)
    """Paid hours of one full-time equivalent; without them the planning rules'."""
    merit_pct: Decimal | None = declare(V.DECIMAL, minimum=-100, maximum=1000)
    merit_month: str | None = declare(V.PERIOD)
    overtime_pct: Decimal | None = declare(V.DECIMAL, minimum=0, maximum=1000)
    contract_labour: int | None = declare(V.MONEY, minimum=0)
    """Agency staff for this job, minor units a month while it is filled."""
    benefits_pct: Decimal | None = declare(V.DECIMAL, minimum=0, maximum=1000)
    fte_months: Mapping[str, Decimal | None] = declare(V.DECIMAL, slot=Slot.PERIOD, minimum=0)
    """Full-time equivalents of single months, in place of ``fte_budget`` less vacancy."""


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
    """One version of the budget year. The working draft exists from the start.

    ``inputs`` are what-ifs in percent, by what they move: ``volume`` (all), ``volume:V03``, ``fte``,
    ``fte:P01``, ``rate`` (every line's price), ``rate:expense`` (a kind), ``rate:supplies`` (a category).
    """

    name: str = declare(V.TEXT, required=True)
    state: str = declare(V.CHOICE, "working", choices=DRAFT_STATES, required=True)
    copied_from: str | None = declare(V.REF, target="draft", optional=True)
    agreed_figures: str | None = declare(V.REF, target="agreed_plan", optional=True)
    """What stands while it isn't planned on any more (``domain.agreed``); its plan may have moved on since."""
    purpose: str | None = declare(V.LONG_TEXT, optional=True)
    inputs: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.KEY, minimum=-100, maximum=1000
    )


@kind(
    "draft_line", "lines", "Draft line", parent="draft", parent_field="draft", label_field="line",
    natural=("draft", "line"),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class DraftLine(Entity):
    """How a draft plans one line: its method, months set by hand, and an explanation.

    Its id is ``<draft>.<line>``, so that two partners who plan it apart make one thing. Which fields count
    depends on the method (``domain.methods``).
    """

    draft: str = declare(V.REF, target="draft", required=True, hidden=True)
    line: str = declare(V.REF, target="operating_line", required=True)
    months: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.PERIOD)
    explanation: str | None = declare(V.LONG_TEXT, optional=True)
    explained: int | None = declare(V.MONEY, optional=True)
    """The year's amount that the explanation was written for; another one asks for a new explanation."""
    explained_for: str | None = declare(V.CHOICE, choices=(PRIOR, ACTUAL, EITHER), optional=True)
    """Which move it explains; without it, as it was kept at first, either."""
    explained_over: int | None = declare(V.MONEY, optional=True)
    """Actual less budget that it was written for, of the months with actuals."""
    explained_to: str | None = declare(V.PERIOD, optional=True)
    """The last of those months."""
    method: str | None = declare(V.CHOICE, choices=METHODS, optional=True)
    driver: str | None = declare(V.TEXT, optional=True)
    """Id of the volume or position, or name of the group, that the method takes."""
    rate_growth_pct: Decimal | None = declare(V.DECIMAL, optional=True)
    """This draft's growth, in place of the line's own."""
    rate: Decimal | None = declare(V.DECIMAL, optional=True)
    """Units of the currency for each unit of the volume, or for each step."""
    percent: Decimal | None = declare(V.DECIMAL, optional=True)
    """Share of the group."""
    step_size: Decimal | None = declare(V.DECIMAL, optional=True, minimum=0)
    """So much volume a month takes one more step."""
    part: str | None = declare(V.CHOICE, choices=PAY_PARTS, optional=True)
    """Which part of a position's cost."""
    amount: int | None = declare(V.MONEY, optional=True)
    """The year of a fixed amount, or a month of a contract: ``said_as`` tells which was meant."""
    start: str | None = declare(V.PERIOD, optional=True)
    """First month of a contract."""
    steps: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.PERIOD)
    """What a contract costs a month from each of these months on."""
    formula: str | None = declare(V.TEXT, optional=True)
    spread: str | None = declare(V.CHOICE, choices=SPREADS, optional=True)
    spread_volume: str | None = declare(V.REF, target="volume", optional=True)
    weights: Mapping[str, Decimal | None] = declare(V.DECIMAL, slot=Slot.PERIOD, minimum=0)
    locked: Mapping[str, bool | None] = declare(V.FLAG, slot=Slot.PERIOD)
    """Months set by hand that a spread goes around."""
    locked_at: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.PERIOD)
    """What the plan gave a month that was locked, not set by hand: unlocking gives it back to the plan."""
    said_as: Mapping[str, str | None] = declare(
        V.TEXT, slot=Slot.KEY, policy=Policy.LATEST, optional=True, silent=True
    )
    """Under which method an amount or a rate was said, by ``amount:120000``; see ``domain.meant``."""


@kind("note", "notes", "Note", parent="draft", parent_field="draft", label_field="text")
@dataclass(frozen=True, slots=True)
class Note(Entity):
    """What a partner says of a line's year or of one of its months, and the amount it was said of.

    Each partner writes notes of their own, so that two about one cell stand beside each other.
    """

    draft: str = declare(V.REF, target="draft", required=True, hidden=True)
    line: str = declare(V.REF, target="operating_line", required=True)
    period: str | None = declare(V.PERIOD, optional=True)
    """The month it is about; without one the line and its year."""
    text: str = declare(V.LONG_TEXT, required=True)
    author: str | None = declare(V.REF, target="partner", optional=True)
    value: int | None = declare(V.MONEY, optional=True)
    """What the cell held when it was written, minor units."""
    written: str | None = declare(V.DATE, optional=True)


def draft_line_id(draft: str, line: str) -> str:
    """Return the id of what ``draft`` says of ``line``: the same wherever it is first written."""
    return f"{draft}.{line}"
