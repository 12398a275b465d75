"""Capital: the money available, what is asked for, and how each partner scored it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType

REQUEST_STATUSES = ("proposed", "approved", "deferred", "declined")


@kind(
    "capital_policy", "capital_policy", "Capital policy", id_key="", singleton=True, label_field=""
)
@dataclass(frozen=True, slots=True)
class CapitalPolicy(Entity):
    """The envelope in minor units, the discount rate in percent, and the rules of the year."""

    envelope: int | None = declare(V.MONEY, minimum=0)
    discount_rate_pct: Decimal | None = declare(V.DECIMAL, minimum=-99)
    capitalisation_threshold: int | None = declare(V.MONEY, minimum=0)
    depreciation: str | None = declare(V.TEXT)


@kind("criterion", "criteria", "Criterion", parent="capital_policy", label_field="id")
@dataclass(frozen=True, slots=True)
class Criterion(Entity):
    """What a request is scored on, with its weight."""

    weight: Decimal = declare(V.DECIMAL, Decimal(0), required=True, minimum=0)


@kind("capital_request", "capital_requests", "Capital request")
@dataclass(frozen=True, slots=True)
class CapitalRequest(Entity):
    """One asset or project. Money in minor units; life in years; ``scores`` by ``partner/criterion``."""

    title: str = declare(V.TEXT, required=True)
    category: str | None = declare(V.TEXT)
    cost: int = declare(V.MONEY, 0, required=True, minimum=0)
    useful_life_years: int = declare(V.INTEGER, 1, required=True, minimum=1, maximum=100)
    annual_benefit: int = declare(V.MONEY, 0, required=True)
    annual_operating_cost: int = declare(V.MONEY, 0, required=True)
    priority: int | None = declare(V.INTEGER, minimum=1, maximum=5)
    in_service: str | None = declare(V.PERIOD)
    mandatory: bool = declare(V.FLAG, default=False)
    status: str = declare(V.CHOICE, "proposed", choices=REQUEST_STATUSES, required=True)
    links: tuple[str, ...] = declare(V.REFS, target="*")
    scores: Mapping[str, int] = declare(V.INTEGER, slot=Slot.CRITERION, minimum=1, maximum=5)
    if_not_funded: str | None = declare(V.LONG_TEXT)
