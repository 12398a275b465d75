"""The multi-value register: which writes stand, which value is shown, and what two apart last shared."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from dyad_desktop.domain.schema import Canonical, Policy
from dyad_desktop.replication.change import WriteId


class Write(NamedTuple):
    """A value in a register, with what orders it for display (never for dominance)."""

    id: WriteId
    value: Canonical
    lamport: int


Heads: TypeAlias = tuple[Write, ...]
"""The writes of one register that no known write names, in a fixed order (by id)."""


def fold(heads: Heads, write: Write, replaces: Sequence[WriteId]) -> Heads:
    """Return the heads after one write.

    Delivery is causal (what a write names has arrived before it) and each write arrives once, so a head can
    only be removed by a write that names it. The result doesn't depend on the order of concurrent writes.
    """
    if not heads or (len(heads) == 1 and heads[0].id in replaces):
        return (write,)
    left = [head for head in heads if head.id not in replaces]
    return tuple(sorted((*left, write), key=lambda head: head.id))


Packed: TypeAlias = tuple[int, int, int, Canonical]
"""A head as a document stores it: the actor's small number, the commit's number, lamport, value."""
PackedHeads: TypeAlias = tuple[Packed, ...]


def fold_packed(
    heads: PackedHeads, write: Packed, replaces: Sequence[tuple[int, int]],
    actors: Mapping[int, bytes],
) -> PackedHeads:  # fmt: skip
    """Return the heads after one write, all in packed form; the rule is that of ``fold``.

    ``replaces`` are (the actor's small number, the commit's number).
    """
    if not heads or (len(heads) == 1 and (heads[0][0], heads[0][1]) in replaces):
        return (write,)
    left = [head for head in heads if (head[0], head[1]) not in replaces]
    left.append(write)
    return tuple(sorted(left, key=lambda head: (actors[head[0]], head[1])))


def differing(heads: Heads) -> bool:
    """Return whether the heads hold two or more different values."""
    first = heads[0].value
    return any(head.value != first or type(head.value) is not type(first) for head in heads[1:])


def contested(heads: Heads, policy: Policy) -> bool:
    """Return whether the partners must settle this register."""
    return policy is Policy.HOLD and len(heads) > 1 and differing(heads)


def latest(heads: Heads) -> Write:
    """Return the head with the greatest (lamport, actor): what a ``latest`` register shows."""
    return max(heads, key=lambda head: (head.lamport, head.id))


Lookup: TypeAlias = Callable[[WriteId], tuple[Write, tuple[WriteId, ...]] | None]
"""Finds an earlier write of the same register and what it replaced."""


def lowest_common_predecessor(heads: Heads, lookup: Lookup) -> Write | None:
    """Return the last write that every head came from: the value both partners last had.

    ``None`` when they share nothing. Of writes that stood side by side, as where each has settled the same for
    themselves, none is what both had: it is the one before them.
    """
    seen: dict[WriteId, tuple[Write, Sequence[WriteId]]] = {}
    common: set[WriteId] | None = None
    for head in heads:
        reached = _reached(head.id, lookup, seen)
        common = reached if common is None else common & reached
    if not common:
        return None
    shared = sorted(
        (seen[at][0] for at in common), key=lambda one: (one.lamport, one.id), reverse=True
    )
    return _alone([write.id for write in shared], shared, seen)


def came_from(write: WriteId, lookup: Lookup) -> set[WriteId]:
    """Return a write of a register and all that it came from."""
    return _reached(write, lookup, {})


def _reached(
    start: WriteId, lookup: Lookup, seen: dict[WriteId, tuple[Write, Sequence[WriteId]]]
) -> set[WriteId]:
    """Return a write and all that it came from; ``seen`` takes them up."""
    reached: set[WriteId] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        found = lookup(at) if at not in seen else seen[at]
        if at in reached or found is None:
            continue
        reached.add(at)
        seen[at] = found
        waiting.extend(found[1])
    return reached


def _alone(
    ids: Sequence[WriteId],
    shared: Sequence[Write],
    seen: Mapping[WriteId, tuple[Write, Sequence[WriteId]]],
) -> Write | None:
    """Return the newest write, of some in order, that all before it came from and that came from all after it.

    In steps as many as there are writes and what they replace: before it each replaces one that isn't after it, after
    it each is replaced by one that isn't before it, and so on until it.
    """
    place = {at: n for n, at in enumerate(ids)}
    nearest, replaced = [len(ids)] * len(ids), [-1] * len(ids)
    for n, at in enumerate(ids):
        for before in (place[one] for one in seen[at][1] if one in place):
            nearest[n] = min(nearest[n], before)
            replaced[before] = max(replaced[before], n)
    least = len(ids)
    after = [least] * len(ids)
    """The foremost, for all after a write, of the last that replace them."""
    for n in reversed(range(len(ids))):
        after[n] = least
        least = min(least, replaced[n])
    furthest = -1
    for n, write in enumerate(shared):
        if furthest <= n <= after[n]:
            return write
        furthest = max(furthest, nearest[n])
    return None
