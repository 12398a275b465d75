"""Undo: the changes that restore what a commit replaced, while its writes still stand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, ORDER, Canonical
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.register import Heads

HeadsOf: TypeAlias = Callable[[Address], Heads]
ValueOf: TypeAlias = Callable[[Address, WriteId], Canonical]
StandsFor: TypeAlias = Callable[[Address, WriteId], WriteId]
RegistersOf: TypeAlias = Callable[[str, str], Iterable[Address]]
"""Every register that an entity (kind, id) has."""
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


@dataclass(frozen=True, slots=True)
class Inverse:
    """What undoing does: the changes to write, and the registers that someone has changed since."""

    changes: tuple[Change, ...]
    blocked: tuple[Address, ...]


def invert(
    write_id: WriteId,
    changes: Sequence[Change],
    heads_of: HeadsOf,
    value_of: ValueOf,
    stands_for: StandsFor,
    registers_of: RegistersOf,
) -> Inverse:
    """Return the inverse of a commit's changes.

    A register is restored only while the commit's write is its sole head (``stands_for`` maps the write of
    an undo or redo to the write that it restored). A thing that the commit created is deleted while nobody
    has worked on it since; its other writes stay, so that doing it again brings back the same thing. So is what
    came into being by being said of it, such as what a copied draft says of each line. What a figure was said as goes
    back only with the figure itself.
    """

    def only(at: Address) -> WriteId | None:
        """Return the register's only head, if it is what the commit wrote."""
        heads = heads_of(at)
        if len(heads) != 1:
            return None
        head = heads[0].id
        same = head == write_id or stands_for(at, head) == stands_for(at, write_id)
        return head if same else None

    created = _created(changes)
    said_of = _said_of(changes, created)
    written = {change.at for change in changes}

    def since(thing: Thing) -> list[Address]:
        return _worked_on(registers_of(*thing), written, only, heads_of)

    deletions, blocked = _deletions(created, said_of, since, heads_of)
    plain = _plain(changes, {*created, *said_of})
    restored = tuple(_restored(plain, only, value_of, blocked))
    return Inverse((*deletions, *restored), tuple(blocked))


def _restored(
    changes: Iterable[Change], only: Only, value_of: ValueOf, blocked: list[Address]
) -> Iterator[Change]:
    """Yield what gives each register its earlier value; ``blocked`` takes those that were written since."""
    meanings: list[Change] = []
    for change in changes:
        if (change.at.kind, change.at.field) in _MEANINGS:
            meanings.append(change)
            continue
        head = only(change.at)
        if head is None:
            blocked.append(change.at)
        else:
            yield Change(change.at, _before(change, value_of), (head,))
    for change in meanings:
        at, before, head = change.at, _before(change, value_of), only(change.at)
        figure = Address(at.kind, at.id, at.slot.partition(":")[0])
        if head is not None and before is not None and figure not in blocked:
            yield Change(at, before, (head,))


def _plain(changes: Iterable[Change], apart: set[Thing]) -> Iterator[Change]:
    """Yield the changes whose registers are restored one by one: not of things that come and go whole."""
    for change in changes:
        at = change.at
        if (apart and (at.kind, at.id) in apart) or _names_itself(change):
            continue
        if not at.kind.startswith("_"):
            yield change


def _created(changes: Iterable[Change]) -> set[Thing]:
    """Return the things that changes created: an order that replaces none is a thing's first write."""
    return {
        (change.at.kind, change.at.id)
        for change in changes
        if change.at.field == ORDER and not change.replaces
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
    created: set[Thing], said_of: dict[Thing, Thing], since: Since, heads_of: HeadsOf
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
        heads = tuple(head.id for head in heads_of(at))
        deletions.append(Change(at, value=True, replaces=heads))
    return deletions, blocked


def _worked_on(
    registers: Iterable[Address],
    written: set[Address],
    only: Only,
    heads_of: HeadsOf,
) -> list[Address]:
    """Return the registers of a created thing that someone has worked on since."""

    def untouched(at: Address) -> bool:
        return only(at) is not None if at in written else _empty(heads_of(at))

    return [at for at in registers if at.field != DELETED and not untouched(at)]


def _names_itself(change: Change) -> bool:
    """Return whether a write only says what a natural thing is about, which its id says already."""
    if change.replaces:
        return False
    spec = KINDS.get(change.at.kind)
    return spec is not None and change.at.field in spec.natural


def _empty(heads: Heads) -> bool:
    return all(head.value is None for head in heads)


def _before(change: Change, value_of: ValueOf) -> Canonical:
    before = value_of(change.at, change.replaces[-1]) if change.replaces else None
    return before is True if change.at.field == DELETED else before
