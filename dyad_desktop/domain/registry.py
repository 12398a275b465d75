"""Every kind there is, registered by importing the modules that declare them, in the file's order."""

from dyad_desktop.domain import (  # noqa: F401 - importing registers
    capital,
    goals,
    initiatives,
    meetings,
    operating,
    partnership,
    pulse,
)
from dyad_desktop.domain.schema import KINDS, KindSpec

__all__ = ["KINDS", "children_of"]


def children_of(parent: str) -> list[KindSpec]:
    """Return the kinds that a workspace file lists inside ``parent`` (empty: at its top level)."""
    return [spec for spec in KINDS.values() if spec.parent == parent]
