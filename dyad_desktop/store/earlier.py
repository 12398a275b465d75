"""Values that this session's commits replaced, at hand for turning them back.

The log holds them too, but those of a loaded file in one commit of hundreds of thousands of changes.
"""

from typing import cast

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.content import CONTENT
from dyad_desktop.replication.register import Heads

KEPT = 100_000
"""How many values are kept: the newest."""

_NONE = object()


class Earlier:
    """Values by register and write."""

    def __init__(self) -> None:
        """Begin with none."""
        self._values: dict[tuple[Address, WriteId], Canonical] = {}

    def keep(self, at: Address, heads: Heads) -> None:
        """Take the heads of a register that is about to be written."""
        if at.kind == CONTENT:
            return  # its register doesn't hold what was written
        for head in heads:
            self._values[at, head.id] = head.value
        while len(self._values) > KEPT:
            del self._values[next(iter(self._values))]

    def find(self, at: Address, write: WriteId) -> tuple[Canonical] | None:
        """Return (value) of a write; ``None`` when it isn't kept."""
        value = self._values.get((at, write), _NONE)
        return None if value is _NONE else (cast("Canonical", value),)

    def clear(self) -> None:
        """Forget all: a delivery may part a chain, whose writes then have other names."""
        self._values.clear()
