"""Undo and redo across sessions, read from the log: each is a new commit that names what it turns back."""

from dataclasses import dataclass

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.commit import EDIT, REDO, REOPEN, UNDO
from dyad_desktop.replication.inverse import Inverse, invert
from dyad_desktop.store.log import Log
from dyad_desktop.store.state import State

DEPTH = 500
"""How many commits back undo looks."""


@dataclass(frozen=True, slots=True)
class Step:
    """A commit that can be undone or done again, and its label."""

    id: WriteId
    note: str


@dataclass(slots=True)
class Steps:
    """What a partner can undo and redo, the next one last."""

    undo: list[Step]
    redo: list[Step]


def steps(log: Log, rows: list[tuple[int, int, str, str]], partner: str) -> Steps:
    """Return a partner's steps from journal rows (actor, seq, kind, note) in order of arrival."""
    found = Steps([], [])
    mine = {actor.n: actor.id for actor in log.actors.values() if actor.partner == partner}
    for number, seq, kind, note in rows:
        if number in mine:
            take(found, WriteId(mine[number], seq), kind, note)
    return found


def take(found: Steps, write: WriteId, kind: str, note: str) -> None:
    """Bring the steps up to date with one more commit of the partner."""
    step = Step(write, note)
    what, _, target = kind.partition(" ")
    if kind == EDIT:
        found.undo.append(step)
        found.redo.clear()
    elif (
        what == REOPEN
    ):  # the settlement itself is done again; it is taken back with as many commits as it had sides
        found.redo += [known for known in found.undo if _name(known) == target]
        found.undo[:] = [known for known in found.undo if _name(known) != target]
    elif what == UNDO:
        found.undo[:] = [known for known in found.undo if _name(known) != target]
        found.redo.append(step)
    elif what == REDO:
        found.redo[:] = [known for known in found.redo if _name(known) != target]
        found.undo.append(step)


def _name(step: Step) -> str:
    return f"{step.id.actor.hex()}:{step.id.seq}"


def _named(target: str) -> WriteId | None:
    """Return the commit that an undo or redo names; ``None`` where it names none, as another's program may write."""
    actor, _, seq = target.partition(":")
    try:
        return WriteId(bytes.fromhex(actor), int(seq))
    except ValueError:
        return None


def inverse_of(log: Log, state: State, step: Step) -> Inverse:
    """Return the changes that turn a commit back, and the registers changed since by someone."""
    changes = log.commit(step.id).changes
    if log.retired:  # what was set aside since neither comes back nor has made anything
        changes = tuple(one._replace(replaces=state.still_counting(one)) for one in changes)
    return invert(step.id, changes, _Registers(log, state))


class _Registers:
    """The registers of a file, as turning back looks at them."""

    def __init__(self, log: Log, state: State) -> None:
        self._log = log
        self._state = state
        self._earlier = state.earlier
        self.heads = state.heads
        self.stands_alone = state.stands_alone

    def value(self, at: Address, write: WriteId) -> Canonical:
        """Return what an earlier write of a register said."""
        if (kept := self._earlier.find(at, write)) is not None:
            return kept[0]
        found = self._log.wire_change(write, at)
        return found[4] if found else None

    def stands_for(self, at: Address, write: WriteId) -> WriteId:
        """Return the write that an undo or redo restored, however often that went back and forth."""
        while True:
            named = turned_back(self._log.kind(write), UNDO, REDO)
            if named is None:
                return write
            found = self._state.write(at, named)
            if found is None or not found[1]:
                return write
            write = found[1][-1]

    def of(self, thing: Key) -> list[Address]:
        """Return every register that a thing has."""
        document = self._state.document(thing)
        return [Address(*thing, name, slot) for name in document for slot in document[name]]


def turned_back(kind: str, *of: str) -> WriteId | None:
    """Return the commit that a commit of one ``of`` some kinds turns back; ``None`` of any other."""
    what, _, target = kind.partition(" ")
    return _named(target) if what in of else None


def turning_back(kind: str, step: Step) -> str:
    """Return the commit kind of an undo or redo of a step."""
    return f"{kind} {_name(step)}"
