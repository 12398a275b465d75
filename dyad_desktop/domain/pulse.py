"""The partnership health check, answered apart and sealed until both have answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyad_desktop.domain.schema import Entity, Slot, ValueType, declare, kind

V = ValueType


@kind("pulse", "pulse", "Pulse", id_key="", singleton=True, label_field="")
@dataclass(frozen=True, slots=True)
class Pulse(Entity):
    """The scale that the pulse is answered on."""

    scale_min: int | None = declare(V.INTEGER, path="scale.min")
    scale_max: int | None = declare(V.INTEGER, path="scale.max")
    scale_low: str | None = declare(V.TEXT, path="scale.low")
    scale_high: str | None = declare(V.TEXT, path="scale.high")


@kind("pulse_item", "items", "Pulse item", parent="pulse", label_field="text")
@dataclass(frozen=True, slots=True)
class PulseItem(Entity):
    """One statement that each partner rates."""

    theme: str | None = declare(V.TEXT)
    text: str = declare(V.LONG_TEXT, required=True)


@kind("pulse_round", "rounds", "Pulse round", parent="pulse", label_field="opened")
@dataclass(frozen=True, slots=True)
class PulseRound(Entity):
    """One asking. ``answers`` are in item order and stand here only once the round is revealed."""

    opened: str | None = declare(V.DATE)
    revealed: str | None = declare(V.DATE)
    state: str = declare(V.CHOICE, "open", choices=("open", "revealed"), required=True)
    answers: Mapping[str, tuple[int, ...]] = declare(V.NUMBERS, slot=Slot.PARTNER, optional=True)
    agreed_step: str | None = declare(V.LONG_TEXT, optional=True)
    answered_by: tuple[str, ...] = declare(V.REFS, target="partner", optional=True)
