"""Undo of a settlement: what was apart is apart again, so that nobody's value is overruled by an undo.

A register takes one value of a commit, so each further value comes back by a commit of its own. The plain
inverse would keep one of the values as if both had agreed on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.replication.change import Address, Change, Edit, WriteId
from dyad_desktop.store.workspace import Workspace
from dyad_desktop.store.writer import Applied


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A value that a write replaced, and what the write that brings it back must name."""

    value: Canonical
    names: tuple[WriteId, ...]


def reopen(workspace: Workspace, partner: str) -> Applied | None:
    """Take a partner's last step back if it settled something; ``None`` when it didn't, or not alone any more."""
    steps = workspace.steps(partner)
    if not steps.undo:
        return None
    step = steps.undo[-1]
    changes = workspace.changes(step.id)
    if not any(len(change.replaces) > 1 or change.at.field == DELETED for change in changes):
        return None
    known: dict[WriteId, dict[Address, Change]] = {}
    earlier = {change.at: _earlier(workspace, known, step.id, change) for change in changes}
    settled = any(_settled(change, earlier[change.at]) for change in changes)
    if not settled or any(workspace.heads(change.at) != (step.id,) for change in changes):
        return None
    touched = []
    for turn in range(max(map(len, earlier.values()))):
        edits = [
            Edit(at, found[turn].value, found[turn].names)
            for at, found in earlier.items()
            if turn < len(found)
        ]
        applied = workspace.commit(partner, edits, f"{step.note}, open again")
        touched += applied.touched
    steps.undo[:] = steps.undo[: steps.undo.index(step)]
    return Applied(applied.id, touched)


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
    for write in change.replaces:
        if write not in known:
            known[write] = {one.at: one for one in workspace.changes(write)}
        was = known[write].get(change.at)
        if was is None or any(one.value == was.value for one in found):
            continue  # a deletion names writes of other registers too
        named = was.replaces if change.at.field == DELETED and was.value is True else ()
        found.append(_Earlier(was.value, (settling, *named)))
    # The value that was settled on comes last: while it stands, writing it again would write nothing.
    found.sort(key=lambda one: one.value == change.value)
    return found or [_Earlier(None, (settling,))]
