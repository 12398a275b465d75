"""What the pair says of a line besides its budget: how its year will end, and what moves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType

RUN_RATE, SEASONALITY = "run_rate", "seasonality"
REMAINING_BUDGET, OWN = "remaining_budget", "own"
RULES = (RUN_RATE, SEASONALITY, REMAINING_BUDGET, OWN)
"""How the rest of a line's year is forecast; see ``domain.forecast`` for what each does."""


@kind("outlook", "outlooks", "Outlook", label_field="line", natural=("line",))
@dataclass(frozen=True, slots=True)
class Outlook(Entity):
    """How the pair forecasts the rest of a line's year. Its id is the line's, so that both write one thing.

    ``months`` are amounts in minor units, natural-positive, of months that have no actual yet; they count
    while the rule is ``own``, and are kept while it is another.
    """

    line: str = declare(V.REF, target="operating_line", required=True)
    rule: str | None = declare(V.CHOICE, choices=RULES, optional=True)
    """Without one the forecast chooses, and says which."""
    months: Mapping[str, int | None] = declare(V.MONEY, slot=Slot.PERIOD, optional=True)


@kind("basis", "variance_bases", "Basis of variances", label_field="line", natural=("line",))
@dataclass(frozen=True, slots=True)
class Basis(Entity):
    """What moves a line beyond its driver: the share that varies, with which volume, and the paid hours in it.

    Its id is the line's. Hours are paid hours of a month: ``hours`` as they came, ``budget_hours`` as planned;
    without the latter they follow from the full-time equivalents of the position that drives the line.
    """

    line: str = declare(V.REF, target="operating_line", required=True)
    volume: str | None = declare(V.REF, target="volume", optional=True)
    variable_pct: Decimal | None = declare(V.DECIMAL, optional=True, minimum=0, maximum=100)
    """So much of the line moves with its volume, in percent; without it its behaviour says."""
    hours: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, optional=True, minimum=0
    )
    budget_hours: Mapping[str, Decimal | None] = declare(
        V.DECIMAL, slot=Slot.PERIOD, optional=True, minimum=0
    )
