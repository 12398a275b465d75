"""Concurrent writes to one register, with who had seen what, and the oracle of what stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import WriteId
from dyad_desktop.replication.register import Heads, Write, fold
from tests.replication.values import ACTORS, exactly

VALUES: tuple[Canonical, ...] = (None, True, 1, 0, "1", "safe", ["A"])


@dataclass
class Past:
    """A write with what it named and everything that its replica held when it was made."""

    write: Write
    replaces: tuple[WriteId, ...]
    known: frozenset[WriteId]


@dataclass
class History:
    """Every write ever made to the register; nothing is ever taken out."""

    made: list[Past] = field(default_factory=list)

    def standing(self, among: frozenset[WriteId] | None = None) -> tuple[Write, ...]:
        """Return the oracle's heads: the writes that no write names, by id."""
        inside = [p for p in self.made if among is None or p.write.id in among]
        named = {name for past in inside for name in past.replaces}
        found = [past.write for past in inside if past.write.id not in named]
        return tuple(sorted(found, key=lambda write: write.id))

    def of(self, write: WriteId) -> Past:
        """Return what is known of a write."""
        return next(past for past in self.made if past.write.id == write)

    def lookup(self, write: WriteId) -> tuple[Write, tuple[WriteId, ...]] | None:
        """Answer as the log does."""
        past = self.of(write)
        return past.write, past.replaces

    def folded(self, order: Sequence[int]) -> Heads:
        """Return the heads after delivery in an order."""
        heads: Heads = ()
        for place in order:
            past = self.made[place]
            heads = fold(heads, past.write, past.replaces)
        return heads


def differ(heads: Sequence[Write]) -> bool:
    """Say by the oracle whether heads hold two values."""
    return any(exactly(head.value) != exactly(heads[0].value) for head in heads)


@st.composite
def histories(draw: st.DrawFn, most: int = 9) -> History:
    """Draw replicas that write, receive each other's writes, and save editors opened earlier."""
    history = History()
    replicas = draw(st.integers(1, len(ACTORS)))
    held: list[set[WriteId]] = [set() for _ in range(replicas)]
    opened: list[frozenset[WriteId]] = [frozenset() for _ in range(replicas)]
    counts = [0] * replicas
    for _ in range(draw(st.integers(1, most))):
        me = draw(st.integers(0, replicas - 1))
        other = draw(st.integers(0, replicas - 1))
        if draw(st.booleans()):
            held[me] |= held[other]
        if draw(st.booleans()):
            opened[me] = frozenset(held[me])
        seen = opened[me] if draw(st.booleans()) else frozenset(held[me])
        counts[me] += 1
        lamport = 1 + max((history.of(w).write.lamport for w in held[me]), default=0)
        write = Write(
            WriteId(ACTORS[me], counts[me]),
            draw(st.sampled_from(VALUES)),
            lamport,
        )
        replaces = tuple(head.id for head in history.standing(seen))
        history.made.append(Past(write, replaces, frozenset(held[me])))
        held[me].add(write.id)
    return history


@st.composite
def causal_orders(draw: st.DrawFn, history: History) -> list[int]:
    """Draw one order of delivery in which causes come before effects."""
    left = list(range(len(history.made)))
    arrived: set[WriteId] = set()
    order: list[int] = []
    while left:
        ready = [n for n in left if history.made[n].known <= arrived]
        chosen = draw(st.sampled_from(ready))
        left.remove(chosen)
        order.append(chosen)
        arrived.add(history.made[chosen].write.id)
    return order
