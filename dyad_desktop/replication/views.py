"""How the log reads to people: a line for each commit, a line for each write of a field."""

from dataclasses import dataclass

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, WriteId


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One commit as people read it. ``wall_ms`` is UTC milliseconds."""

    n: int
    id: WriteId
    partner: str
    device_name: str
    wall_ms: int
    kind: str
    note: str
    changes: int
    aside: bool = False
    """Whether it is kept, but doesn't count: the laptop that wrote it was given up by then."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that stand in a register: whose, when, from which value, under which label."""

    id: WriteId
    partner: str
    device_name: str
    wall_ms: int
    value: Canonical
    before: Canonical
    note: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One write in a field's history: who, when, what it replaced, what it wrote, under which label."""

    at: Address
    partner: str
    wall_ms: int
    before: Canonical
    after: Canonical
    note: str
    id: WriteId
    again: bool = False
    """Whether it only says again what stood, beside what its commit changes."""
