"""Capital: the money available, what is asked for, and how each partner scored it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType

REQUEST_STATUSES = ("proposed", "approved", "deferred", "declined")
CATEGORIES = ("replacement", "growth", "regulatory", "safety", "information_technology")
"""What is offered; files may say another, which stays as it is."""
FUNDING_SOURCES = ("operating_cash", "borrowing", "lease", "philanthropy", "grant")
"""What is offered, as for categories."""
ASSET_CLASSES: Mapping[str, int] = {
    "imaging": 5, "linear_accelerator": 7, "monitoring": 7, "infusion_pumps": 10, "beds": 12,
    "furniture": 10, "computers": 3, "servers": 5, "renovation": 15, "building": 40,
}  # fmt: skip
"""What is offered, with an example of its useful life in years. Finance's own list counts, not this one."""
METHODS = ("straight_line", "sum_of_years", "double_declining", "macrs")
STARTS = ("in_service", "month_after")
RANK_MODES = ("score", "npv", "by_hand")


@kind(
    "capital_policy", "capital_policy", "Capital policy", id_key="", singleton=True, label_field=""
)
@dataclass(frozen=True, slots=True)
class CapitalPolicy(Entity):
    """The envelope in minor units, the discount rate in percent, and the rules of the year.

    ``envelopes`` holds the money of fiscal years by their first period (``2026-07``), for requests that are paid
    over several years; ``envelope`` is the money of the whole plan.
    """

    envelope: int | None = declare(V.MONEY, minimum=0)
    discount_rate_pct: Decimal | None = declare(V.DECIMAL, minimum=-99)
    capitalisation_threshold: int | None = declare(V.MONEY, minimum=0)
    depreciation: str | None = declare(V.TEXT)
    depreciation_from: str | None = declare(V.CHOICE, choices=STARTS, optional=True)
    envelopes: Mapping[str, int | None] = declare(
        V.MONEY, slot=Slot.PERIOD, minimum=0, optional=True
    )
    rank_by: str | None = declare(V.CHOICE, choices=RANK_MODES, optional=True)
    reinvest_rate_pct: Decimal | None = declare(V.DECIMAL, minimum=-99, optional=True)


@kind("criterion", "criteria", "Criterion", parent="capital_policy", label_field="id")
@dataclass(frozen=True, slots=True)
class Criterion(Entity):
    """What a request is scored on, with its weight."""

    weight: Decimal = declare(V.DECIMAL, Decimal(0), required=True, minimum=0)


@kind("capital_request", "capital_requests", "Capital request")
@dataclass(frozen=True, slots=True)
class CapitalRequest(Entity):
    """One asset or project. Money in minor units; life in years; ``scores`` by ``partner/criterion``.

    ``phasing`` says how much is paid in which quarter, by a period in it. What the request asks for is parted in
    their proportion, so that a changed cost needs no new phasing. ``benefit_by_year`` and ``cost_by_year`` give
    years of use by number (``1`` is the first); years that they leave out take the yearly amount with its growth.
    """

    title: str = declare(V.TEXT, required=True)
    category: str | None = declare(V.TEXT)
    asset_class: str | None = declare(V.TEXT, optional=True)
    cost: int = declare(V.MONEY, 0, required=True, minimum=0)
    contingency_pct: Decimal | None = declare(V.DECIMAL, minimum=0, maximum=100, optional=True)
    funding_source: str | None = declare(V.TEXT, optional=True)
    phasing: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.PERIOD, minimum=0, optional=True)
    useful_life_years: int = declare(V.INTEGER, 1, required=True, minimum=1, maximum=100)
    salvage: int | None = declare(V.MONEY, minimum=0, optional=True)
    depreciation_method: str | None = declare(V.CHOICE, choices=METHODS, optional=True)
    recovery_years: int | None = declare(V.INTEGER, minimum=3, maximum=20, optional=True)
    annual_benefit: int = declare(V.MONEY, 0, required=True)
    annual_operating_cost: int = declare(V.MONEY, 0, required=True)
    benefit_by_year: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.KEY, optional=True)
    cost_by_year: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.KEY, optional=True)
    benefit_growth_pct: Decimal | None = declare(
        V.DECIMAL, minimum=-100, maximum=100, optional=True
    )
    cost_growth_pct: Decimal | None = declare(V.DECIMAL, minimum=-100, maximum=100, optional=True)
    tax_rate_pct: Decimal | None = declare(V.DECIMAL, minimum=0, maximum=100, optional=True)
    priority: int | None = declare(V.INTEGER, minimum=1, maximum=5)
    in_service: str | None = declare(V.PERIOD)
    mandatory: bool = declare(V.FLAG, default=False)
    status: str = declare(V.CHOICE, "proposed", choices=REQUEST_STATUSES, required=True)
    links: tuple[str, ...] = declare(V.REFS, target="*")
    posts_to: tuple[str, ...] = declare(V.REFS, target="draft", optional=True)
    cost_centre: str | None = declare(V.REF, target="cost_centre", optional=True)
    scores: Mapping[str, int] = declare(
        V.INTEGER, slot=Slot.CRITERION, minimum=1, maximum=5, own=True
    )
    score_seals: Mapping[str, str | None] = declare(
        V.TEXT, slot=Slot.PARTNER, optional=True, own=True
    )
    score_salts: Mapping[str, str | None] = declare(
        V.TEXT, slot=Slot.PARTNER, optional=True, own=True
    )
    score_seen: Mapping[str, str | None] = declare(
        V.TEXT, slot=Slot.PARTNER, optional=True, own=True
    )
    agreed_scores: Mapping[str, int | None] = declare(
        V.INTEGER, slot=Slot.KEY, minimum=1, maximum=5, optional=True
    )
    alternatives: str | None = declare(V.LONG_TEXT, optional=True)
    if_not_funded: str | None = declare(V.LONG_TEXT)


@kind(
    "cost_line", "cost_lines", "Cost line", parent="capital_request", parent_field="request",
    label_field="name",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class CostLine(Entity):
    """A part of what a request costs, in minor units: equipment, installation, training."""

    request: str = declare(V.REF, target="capital_request", required=True, hidden=True)
    name: str = declare(V.TEXT, required=True)
    amount: int = declare(V.MONEY, 0, required=True, minimum=0)


@kind(
    "attachment", "attachments", "Attachment", parent="capital_request", parent_field="request",
    label_field="name",
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Attachment(Entity):
    """A file that belongs to a request. Its content is kept under its SHA-256 (hexadecimal); size in bytes."""

    request: str = declare(V.REF, target="capital_request", required=True, hidden=True)
    name: str = declare(V.TEXT, required=True)
    sha256: str = declare(V.TEXT, required=True)
    size: int = declare(V.INTEGER, 0, required=True, minimum=0)
