"""Every kind there is, registered by importing the modules that declare them, in the file's order."""

from dyad_desktop.domain import (
    agreed,
    capital,
    goals,
    initiatives,
    meetings,
    operating,
    outlook,
    partnership,
    pulse,
)
from dyad_desktop.domain.schema import KINDS, KindSpec

__all__ = ["KINDS", "OWN", "children_of"]

_ORDER = (partnership, goals, operating, agreed, outlook, capital, initiatives, meetings, pulse)
"""The modules in the order in which a workspace file has their sections."""
_PLACE = {module.__name__: n for n, module in enumerate(_ORDER)}

for _kind in sorted(KINDS.values(), key=lambda spec: _PLACE[spec.cls.__module__]):
    KINDS[_kind.name] = KINDS.pop(_kind.name)

OWN = frozenset(
    (kind.name, field.name)
    for kind in KINDS.values()
    for field in kind.fields.values()
    if field.own
)
"""Kinds and fields in which only the partner of a slot says what stands there."""


def children_of(parent: str) -> list[KindSpec]:
    """Return the kinds that a workspace file lists inside ``parent`` (empty: at its top level)."""
    return [spec for spec in KINDS.values() if spec.parent == parent]
