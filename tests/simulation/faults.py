"""Faults that a merge could have, planted in the application itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.replication import document
from dyad_desktop.replication.change import Address, Change, Edit
from dyad_desktop.replication.commit import chain_hash, read
from dyad_desktop.replication.messages import RefusedError, Seg, Vector
from dyad_desktop.replication.register import Packed, PackedHeads
from dyad_desktop.services import travel
from dyad_desktop.services.session import Session
from dyad_desktop.store import connection, merge, projection, state, workspace, writer
from tests.simulation.computers import START_MS

if TYPE_CHECKING:
    from dyad_desktop.domain.records import Record

Patch = pytest.MonkeyPatch
DAY_MS = 86_400_000


def _me(session: Session) -> str:
    return str(session.path)


def dominance_by_version_vector(patch: Patch) -> None:
    """A write replaces all that its author's file held, whatever the author saw."""
    real = workspace.Workspace._change

    def change(self: workspace.Workspace, edit: Edit) -> Change | None:
        return real(self, Edit(edit.at, edit.value))

    patch.setattr(workspace.Workspace, "_change", change)


def dominance_by_clock(patch: Patch) -> None:
    """A write replaces everything with a smaller clock."""

    def folded(
        self: state.State, at: Address, before: PackedHeads, write: Packed, names: object
    ) -> PackedHeads:
        del at, names
        left = [head for head in before if head[2] >= write[2]]
        return tuple(sorted([*left, write], key=lambda head: (self._log.ids[head[0]], head[1])))

    patch.setattr(state.State, "_folded", folded)


def tie_break_without_actor(patch: Patch) -> None:
    """Of two writes with one clock, whichever comes first is shown."""
    patch.setattr(document, "latest", lambda heads: max(heads, key=lambda h: h.lamport))


def skipped_hash_check(patch: Patch) -> None:
    """A segment's own word for its last hash is taken."""

    def hashes(seg: Seg) -> list[bytes]:
        found = [seg.previous]
        for data in seg.commits:
            found.append(chain_hash(found[-1], data))
        return [*found[1:-1], seg.head]

    patch.setattr(merge, "hashes_of", hashes)


def acknowledged_before_commit(patch: Patch) -> None:
    """A transaction is committed when the next one begins."""

    @contextmanager
    def transaction(raw: Any) -> Iterator[Any]:  # noqa: ANN401
        if raw.in_transaction:
            raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
        try:
            yield raw
        except BaseException:
            raw.execute("ROLLBACK")
            raise

    for module in (connection, merge, writer, state):
        if hasattr(module, "transaction"):
            patch.setattr(module, "transaction", transaction)


def synchronous_normal(patch: Patch) -> None:
    """SQLite forces nothing to the disk when it commits."""
    real = connection._settle

    def settle(raw: Any, **how: bool) -> None:  # noqa: ANN401
        real(raw, **how)
        raw.execute("PRAGMA synchronous=NORMAL")

    patch.setattr(connection, "_settle", settle)


def bundles_since_last_sent(patch: Patch) -> None:
    """What was sent counts as received."""
    real = travel.send
    sent: dict[tuple[str, bytes], dict[bytes, tuple[int, bytes]]] = {}

    def send(session: Session, path: Path) -> travel.Sent:
        done = real(session, path)
        for device in travel.others(session):
            sent[_me(session), device.key] = session.file.vector()
        return done

    def held_by(session: Session, device: bytes) -> tuple[dict[bytes, tuple[int, bytes]], None]:
        return sent.get((_me(session), device), {}), None

    patch.setattr(travel, "send", send)
    patch.setattr(travel, "held_by", held_by)


def cascade_while_folding(patch: Patch) -> None:
    """A deletion takes the thing's children with it on whichever computer it is folded."""
    real = state.State._store

    def store(self: state.State, batch: Any) -> Any:  # noqa: ANN401
        folded = real(self, batch)
        for kind, entity in folded.numbers:
            gone = DELETED in self.document((kind, entity))
            for child, spec in KINDS.items():
                if gone and kind == "goal" and spec.parent_field == "goal":
                    self._raw.execute(f"DELETE FROM kind_{child} WHERE goal=?", (entity,))  # noqa: S608
        return folded

    patch.setattr(state.State, "_store", store)


def lock_step_counter(patch: Patch) -> None:
    """A restored file goes on as the actor it was, whatever the mark says."""
    real = writer.Writer._start

    def start(self: writer.Writer, partner: str) -> Any:  # noqa: ANN401
        keys = self._local.keys(self._workspace, partner)
        for actor in self._log.actors.values():
            if actor.device == keys.device_public:
                seq, head = self._log.head(actor.id)
                return writer._Chain(actor, keys, seq, head, self._last_seal(actor))
        return real(self, partner)

    patch.setattr(writer.Writer, "_start", start)


def time_of_its_own(patch: Patch) -> None:
    """A laptop counts its logical time by its own commits alone, whatever it has seen."""

    def highest(self: writer.Writer) -> int:
        mine = [
            actor
            for actor in self._log.actors.values()
            if actor.device_name == self._local.device_name
        ]
        return max((self._log.head(actor.id)[0] for actor in mine), default=0)

    patch.setattr(writer.Writer, "_highest", highest)


def refusal_on_clock_drift(patch: Patch) -> None:
    """Commits whose wall clock is more than a day off are refused."""
    real = merge.Merger.receive

    def receive(self: merge.Merger, segments: Sequence[Seg], trusted: Any) -> merge.Merged:  # noqa: ANN401
        merged = real(self, segments, trusted)
        walls = [read(data)[2] for seg in segments for data in seg.commits]
        if merged.commits and any(abs(wall - START_MS) > DAY_MS for wall in walls):
            raise RefusedError("The clock is wrong.")
        return merged

    patch.setattr(merge.Merger, "receive", receive)


def default_back_fill(patch: Patch) -> None:
    """A new version writes its defaults into the log when it opens an older file."""
    real = state.rebuild

    def upgrade(raw: Any, log: Any) -> None:  # noqa: ANN401
        real(raw, log)
        row: Record = {"_order": "V", "title": "Days", "goal": "g1", "unit": "days"}
        raw.execute(projection._INSERT["measure"], projection.row_of("measure", "m1", row))
        raw.execute("UPDATE journal SET note='filled in' WHERE n=(SELECT max(n) FROM journal)")

    patch.setattr(workspace, "rebuild", upgrade)


def equal_vectors_trusted(patch: Patch) -> None:
    """A chain that is as long on both sides is taken to be the same."""
    real = workspace.Workspace.segments_since

    def since(self: workspace.Workspace, theirs: Vector) -> list[Seg]:
        mine = self.vector()
        same = {a: mine[a] for a, (seq, _) in theirs.items() if a in mine and mine[a][0] == seq}
        return real(self, {**theirs, **same})

    patch.setattr(workspace.Workspace, "segments_since", since)


def gap_of_one(patch: Patch) -> None:
    """What follows is sent from one commit too late."""
    real = workspace.Workspace._segment

    def segment(self: workspace.Workspace, actor: bytes, after: int, seq: int, head: bytes) -> Seg:
        late = after + 1 if 0 < after < seq - 1 else after
        return real(self, actor, late, seq, head)

    patch.setattr(workspace.Workspace, "_segment", segment)


# Of all but ``equal_vectors_trusted``, which only two branches of one chain can show: see ``test_forks``.
FAULTS: dict[str, Callable[[Patch], None]] = {
    plant.__name__: plant
    for plant in (
        dominance_by_version_vector,
        dominance_by_clock,
        tie_break_without_actor,
        skipped_hash_check,
        acknowledged_before_commit,
        synchronous_normal,
        bundles_since_last_sent,
        cascade_while_folding,
        lock_step_counter,
        time_of_its_own,
        refusal_on_clock_drift,
        default_back_fill,
        gap_of_one,
    )
}
