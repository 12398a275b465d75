"""Undo of a settlement: what was apart is apart again, so that nobody's value is overruled by an undo; and its redo.

A register takes one value of a commit, so each further value comes back by a commit of its own. The plain
inverse would keep one of the values as if both had agreed on it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.replication.change import Address, Change, Edit, WriteId
from dyad_desktop.replication.commit import EDIT, REOPEN, UNDO
from dyad_desktop.replication.inverse import Thing, created_by
from dyad_desktop.store.state import Touched
from dyad_desktop.store.undo import Step, turned_back, turning_back
from dyad_desktop.store.workspace import Workspace
from dyad_desktop.store.writer import Applied

OPEN_AGAIN = ", open again"
"""How the label of a commit ends that puts back what a settlement replaced."""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A value that a write replaced, whose it was, and what the write that brings it back must name."""

    value: Canonical
    write: WriteId | None
    names: tuple[WriteId, ...]


_Sides: TypeAlias = Mapping[Address, list[_Earlier]]


def reopen(workspace: Workspace, partner: str) -> Applied | None:
    """Take a partner's last step back if it settled something; ``None`` when it didn't, or not alone any more."""
    steps = workspace.steps(partner)
    if not steps.undo:
        return None
    *undo, step = steps.undo
    if workspace.kind(step.id) != EDIT:
        return None  # what was done again is taken back as it came
    changes = workspace.changes(step.id)
    if not any(len(change.replaces) > 1 or change.at.field == DELETED for change in changes):
        return None
    made = created_by(changes)
    deletions, blocked = _deletions(workspace, step.id, changes, made)
    changes = tuple(change for change in changes if change.at[:2] not in made)
    known: dict[WriteId, dict[Address, Change]] = {}
    earlier: _Sides = {change.at: _earlier(workspace, known, step.id, change) for change in changes}
    settled = any(_settled(change, earlier[change.at]) for change in changes)
    if not settled or any(workspace.heads(change.at) != (step.id,) for change in changes):
        return None
    redo = [*steps.redo, step]
    touched, earlier = _with_common(workspace, partner, step, changes, earlier)
    for turn in range(max(map(len, earlier.values()))):
        found = {at: values[turn] for at, values in earlier.items() if turn < len(values)}
        for some in _unseen_last(found):
            edits = [*deletions, *(Edit(at, one.value, one.names) for at, one in some.items())]
            deletions = []
            applied = _commit(workspace, partner, step, edits)
            touched += applied.touched
    steps.undo[:] = undo
    steps.redo[:] = redo
    return Applied(applied.id, touched, blocked)


def _commit(workspace: Workspace, partner: str, step: Step, edits: Sequence[Edit]) -> Applied:
    kind = turning_back(REOPEN, step)
    return workspace.commit(partner, edits, f"{step.note}{OPEN_AGAIN}", kind)


def _deletions(
    workspace: Workspace, settling: WriteId, changes: Iterable[Change], made: Iterable[Thing]
) -> tuple[list[Edit], tuple[Address, ...]]:
    """Return the writes that delete what the settlement's commit made beside it, and what keeps some of it.

    That is what was written into it since.
    """
    written = {change.at for change in changes}
    deletions: list[Edit] = []
    blocked: list[Address] = []
    for thing in sorted(made):
        places = [at for at in workspace.past.registers(thing) if at.field != DELETED]
        since = [at for at in places if at not in written or workspace.heads(at) != (settling,)]
        blocked += since
        if not since:
            deletions.append(Edit(Address(*thing, DELETED), value=True))
    return deletions, tuple(blocked)


def _unseen_last(found: Mapping[Address, _Earlier]) -> list[dict[Address, _Earlier]]:
    """Return what comes back by commit: a deletion sees what comes in one commit with it, as it did what it named."""
    named = {at[:2]: one.names for at, one in found.items() if at.field == DELETED}
    last = {
        at: one
        for at, one in found.items()
        if at.field != DELETED and at[:2] in named and one.write not in named[at[:2]]
    }
    first = {at: one for at, one in found.items() if at not in last}
    return [some for some in (first, last) if some]


def settle_again(workspace: Workspace, partner: str) -> Applied | None:
    """Do a settlement again that ``reopen`` took back; ``None`` when that wasn't the last thing undone.

    Where somebody else has written since, it stays open.
    """
    steps = workspace.steps(partner)
    if not steps.redo or workspace.kind(steps.redo[-1].id) != EDIT:
        return None  # the plain way of undoing leaves the undo itself to be undone
    *redo, step = steps.redo
    changes = workspace.changes(step.id)
    made = created_by(changes)
    changes = tuple(change for change in changes if change.at[:2] not in made)
    others = [
        change.at
        for change in changes
        if any(side.partner != partner for side in workspace.sides(change.at))
    ]
    if others:
        steps.redo[:] = redo
        return Applied(None, [], tuple(others))
    edits = [Edit(change.at, change.value) for change in changes]
    back = (Address(*thing, DELETED) for thing in sorted(made))
    edits += [Edit(at, value=False) for at in back if workspace.heads(at)]
    applied = workspace.commit(partner, edits, step.note)
    steps.redo[:] = redo
    return applied


def _with_common(
    workspace: Workspace, partner: str, step: Step, changes: Sequence[Change], earlier: _Sides
) -> tuple[Touched, _Sides]:
    """Write first what the values came from, so that it counts again while they are apart, and not what was undone.

    What stands apart then names that write: it is the last that both had, as it was before the settlement.
    """
    common = {
        change.at: workspace.common(change.at, workspace.replaced(change))
        for change in changes
        if change.at.field != DELETED and len(earlier[change.at]) > 1
    }
    edits = [Edit(at, value, (step.id,)) for at, value in common.items()]
    applied = _commit(workspace, partner, step, edits) if edits else None
    if applied is None or applied.id is None:
        return [], earlier
    written = {key for key, _ in applied.touched}
    found = dict(earlier)
    for at, value in common.items():
        if (at.kind, at.id) in written and workspace.heads(at) == (applied.id,):
            sides = [replace(one, names=(applied.id,)) for one in earlier[at]]
            # Written while the same stands, it would write nothing: it comes last.
            found[at] = [one for one in sides if one.value != value]
            found[at] += [one for one in sides if one.value == value]
    return list(applied.touched), found


def _settled(change: Change, earlier: Sequence[_Earlier]) -> bool:
    """Return whether a change settled its register: of values apart, or of a deletion that stood."""
    if change.at.field == DELETED:
        return any(one.value is True for one in earlier)
    return len(earlier) > 1


def _earlier(
    workspace: Workspace,
    known: dict[WriteId, dict[Address, Change]],
    settling: WriteId,
    change: Change,
) -> list[_Earlier]:
    """Return the different values that a change replaced; nothing where there was none."""
    found: list[_Earlier] = []
    for write in workspace.replaced(change):
        if write not in known:
            known[write] = {one.at: one for one in workspace.changes(write)}
        was = known[write].get(change.at)
        if was is None or any(one.value == was.value for one in found):
            continue  # a deletion names writes of other registers too
        named = was.replaces if change.at.field == DELETED and was.value is True else ()
        if named:
            named += _put_back_of(workspace, change.at[:2], named)
        found.append(_Earlier(was.value, write, (settling, *named)))
    # The value that was settled on comes last: while it stands, writing it again would write nothing.
    found.sort(key=lambda one: one.value == change.value)
    return found or [_Earlier(None, None, (settling,))]


def _put_back_of(
    workspace: Workspace, thing: Thing, seen: Collection[WriteId]
) -> tuple[WriteId, ...]:
    """Return the writes in a thing that undoing put there, of what a deletion had ``seen``: it has seen them, too.

    Else whoever brings a thing back, changes something in it and undoes both would differ with themselves.
    """
    found: list[WriteId] = []
    for at in workspace.past.registers(thing):
        for write in workspace.heads(at) if at.field != DELETED else ():
            origin = origin_of(workspace, at, write)
            if origin is None or (origin != write and origin in seen):
                found.append(write)
    return tuple(found)


def origin_of(workspace: Workspace, at: Address, write: WriteId) -> WriteId | None:
    """Return the write whose value the write of an undo put back, however often; ``None`` if there was nothing."""
    while (turned := turned_back(workspace.kind(write), UNDO, REOPEN)) is not None:
        replaced = workspace.past.replaced(at, turned)
        if not replaced:
            return None
        now = workspace.written(at, write)
        earlier = {one: workspace.written(at, one) for one in replaced}
        same = [one for one, was in earlier.items() if was and now and was.value == now.value]
        if not same:
            return write
        write = same[0]
    return write
