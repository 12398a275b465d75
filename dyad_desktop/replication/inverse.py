"""Undo: the changes that restore what a commit replaced, while its writes still stand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, ORDER, Canonical
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.register import Heads

Only: TypeAlias = Callable[[Address], WriteId | None]
"""Gives a register's only head, if it is what the commit wrote."""
Thing: TypeAlias = tuple[str, str]
"""Kind and id."""
Since: TypeAlias = Callable[[Thing], list[Address]]
"""The registers of a thing that someone has worked on since."""

_MEANINGS = frozenset(
    (kind, name)
    for kind, spec in KINDS.items()
    for name, field in spec.fields.items()
    if field.silent
)
"""The fields, by kind, whose parts only tell what a value of another field means."""


class Registers(Protocol):
    """What undo asks of the registers as they stand, and of the log."""

    def heads(self, at: Address) -> Heads:
        """Return the writes that stand in a register."""

    def stands_alone(self, at: Address, write: WriteId) -> bool:
        """Return whether a write is a register's only head: asked first, since it nearly always is."""

    def value(self, at: Address, write: WriteId) -> Canonical:
        """Return what an earlier write of a register said."""

    def stands_for(self, at: Address, write: WriteId) -> WriteId:
        """Return the write that the write of an undo or redo restored; any other stands for itself."""

    def of(self, thing: Thing) -> Iterable[Address]:
        """Return every register that a thing has."""


@dataclass(frozen=True, slots=True)
class Inverse:
    """What undoing does: the changes to write, and the registers that someone has changed since."""

    changes: tuple[Change, ...]
    blocked: tuple[Address, ...]


def invert(write_id: WriteId, changes: Sequence[Change], registers: Registers) -> Inverse:
    """Return the inverse of a commit's changes.

    A register is restored only while the commit's write is its sole head (the write of an undo or redo counts as
    the write that it restored). A thing that the commit created is deleted while nobody
    has worked on it since; its other writes stay, so that doing it again brings back the same thing. So is what
    came into being by being said of it, such as what a copied draft says of each line. What a figure was said as goes
    back only with the figure itself.
    """
    stands_for = registers.stands_for

    def only(at: Address) -> WriteId | None:
        """Return the register's only head, if it is what the commit wrote."""
        if registers.stands_alone(at, write_id):
            return write_id
        heads = registers.heads(at)
        if len(heads) != 1:
            return None
        head = heads[0].id
        return head if stands_for(at, head) == stands_for(at, write_id) else None

    created = created_by(changes)
    said_of = _said_of(changes, created)
    written = {change.at for change in changes} if created else set()

    def since(thing: Thing) -> list[Address]:
        return _worked_on(thing, written, only, registers)

    deletions, blocked = _deletions(created, said_of, since, registers)
    plain = _plain(changes, {*created, *said_of})
    restored = tuple(_restored(plain, only, registers, blocked))
    return Inverse((*deletions, *restored), tuple(blocked))


def _restored(
    changes: Iterable[Change], only: Only, registers: Registers, blocked: list[Address]
) -> Iterator[Change]:
    """Yield what gives each register its earlier value; ``blocked`` takes those that were written since."""
    meanings: list[Change] = []
    for change in changes:
        at = change.at
        if (at.kind, at.field) in _MEANINGS:
            meanings.append(change)
        elif (head := only(at)) is None:
            blocked.append(at)
        else:
            yield Change(at, _before(change, registers), (head,))
    kept = set(blocked)
    for change in meanings:
        at, before, head = change.at, _before(change, registers), only(change.at)
        figure = Address(at.kind, at.id, at.slot.partition(":")[0])
        if head is not None and before is not None and figure not in kept:
            yield Change(at, before, (head,))


def _plain(changes: Iterable[Change], apart: set[Thing]) -> Iterator[Change]:
    """Yield the changes whose registers are restored one by one: not of things that come and go whole."""
    for change in changes:
        kind, name, _, _ = change.at
        if (apart and (kind, name) in apart) or _names_itself(change):
            continue
        if not kind.startswith("_"):
            yield change


def created_by(changes: Iterable[Change]) -> set[Thing]:
    """Return the things that changes created: an order that replaces none is a thing's first write."""
    return {
        (change.at.kind, change.at.id)
        for change in changes
        if not change.replaces and change.at.field == ORDER
    }


def _said_of(changes: Iterable[Change], created: set[Thing]) -> dict[Thing, Thing]:
    """Return the natural things that began by naming a created one, each with that: without it they mean nothing."""
    found: dict[Thing, Thing] = {}
    for change in changes if created else ():
        if _names_itself(change):
            target = KINDS[change.at.kind].fields[change.at.field].target
            named = (target, str(change.value))
            if named in created:
                found[change.at.kind, change.at.id] = named
    return found


def _deletions(
    created: set[Thing], said_of: dict[Thing, Thing], since: Since, registers: Registers
) -> tuple[list[Change], list[Address]]:
    """Return the writes that delete created things, and what keeps some of them: work of others since.

    What is said of a thing that is kept stays with it.
    """
    deletions: list[Change] = []
    blocked: list[Address] = []
    kept: set[Thing] = set()
    for thing in (*sorted(created), *sorted(said_of)):
        if said_of.get(thing) in kept:
            continue
        worked = since(thing)
        if worked:
            kept.add(thing)
            blocked += worked
            continue
        at = Address(*thing, DELETED)
        heads = tuple(head.id for head in registers.heads(at))
        deletions.append(Change(at, value=True, replaces=heads))
    return deletions, blocked


def _worked_on(
    thing: Thing, written: set[Address], only: Only, registers: Registers
) -> list[Address]:
    """Return the registers of a created thing that someone has worked on since."""

    def untouched(at: Address) -> bool:
        return only(at) is not None if at in written else _empty(registers.heads(at))

    return [at for at in registers.of(thing) if at.field != DELETED and not untouched(at)]


def _names_itself(change: Change) -> bool:
    """Return whether a write only says what a natural thing is about, which its id says already."""
    if change.replaces:
        return False
    spec = KINDS.get(change.at.kind)
    return spec is not None and change.at.field in spec.natural


def _empty(heads: Heads) -> bool:
    return all(head.value is None for head in heads)


def _before(change: Change, registers: Registers) -> Canonical:
    at, _, replaces = change
    before = registers.value(at, replaces[-1]) if replaces else None
    return before is True if at.field == DELETED else before
