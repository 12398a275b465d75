"""A change: one value written into one register, and the writes that its author saw it replace."""

from dataclasses import dataclass
from typing import NamedTuple

from dyad_desktop.domain.schema import Canonical


class WriteId(NamedTuple):
    """Which commit made a write: the actor's 16 bytes and the commit's number in its chain (from 1)."""

    actor: bytes
    seq: int


class Address(NamedTuple):
    """Which register: the kind, the entity's id, the field, and the slot (empty for a plain field)."""

    kind: str
    id: str
    field: str
    slot: str = ""


class Change(NamedTuple):
    """One write. ``replaces`` are the heads that the author saw when the editor opened."""

    at: Address
    value: Canonical
    replaces: tuple[WriteId, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A wish to write one value; ``seen`` are the heads its author saw, ``None`` for those of now.

    ``again``: it is written also where it stands already, since its author says it of what changes beside it.
    """

    at: Address
    value: Canonical
    seen: tuple[WriteId, ...] | None = None
    again: bool = False
