"""A workspace file in use: one partnership, its log, and the pictures that are made of it."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.collector import uncollected
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.records import Records, cells
from dyad_desktop.domain.schema import DELETED, META_FIELDS, Canonical
from dyad_desktop.errors import DamagedError, WorkspaceError
from dyad_desktop.replication.change import Address, Change, Edit, WriteId
from dyad_desktop.replication.commit import ADMIT, EDIT, GENESIS, LOAD, REDO, UNDO
from dyad_desktop.replication.content import CONTENT
from dyad_desktop.replication.document import Fate
from dyad_desktop.replication.membership import Actor, inner, retirement, taken_back
from dyad_desktop.replication.messages import Seg, Vector
from dyad_desktop.replication.views import HistoryLine, JournalLine, Side
from dyad_desktop.store import connection as file
from dyad_desktop.store import projection
from dyad_desktop.store.check import Finding, check, verify_log
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.contents import Contents
from dyad_desktop.store.index import Index
from dyad_desktop.store.layout import projection_shape
from dyad_desktop.store.log import Log
from dyad_desktop.store.merge import Merged, Merger
from dyad_desktop.store.past import Past
from dyad_desktop.store.people import People
from dyad_desktop.store.state import State, rebuild
from dyad_desktop.store.undo import DEPTH, Step, Steps, inverse_of, steps, take, turning_back
from dyad_desktop.store.writer import Applied, Local, Writer

_BROKEN = (sqlite.DatabaseError, DamagedError, TypeError, ValueError, KeyError)
"""What reading a file whose pages hold together but whose content doesn't comes to."""


class Workspace:
    """An open workspace file. One thread at a time; everything it returns is frozen."""

    def __init__(self, path: Path, raw: Raw, local: Local) -> None:
        """Wrap an open connection; use ``create`` or ``open``."""
        self.path = path
        self._raw = raw
        self._log = Log(raw)
        self._state = State(self._raw, self._log)
        self._steps: dict[str, Steps] = {}
        self._index = Index(raw, self._log)
        self.id: bytes = self._meta("workspace")
        self._writer = Writer(self.id, raw, self._log, self._state, self._index, local)
        self.people = People(self._log, self._state)
        self._merger = Merger(self.id, raw, self.people, self._log, self._state, self._index)
        self.past = Past(raw, self._log, self._state, self.catch_up)

    @classmethod
    def create(cls, path: Path, local: Local, workspace: bytes | None = None) -> "Workspace":
        """Make an empty workspace file: of a new partnership, or of the one with the id ``workspace``.

        Raises:
            WorkspaceError: it exists already, or its folder can't hold it.
        """
        from dyad_desktop.store import tables  # noqa: PLC0415 - SQLAlchemy, which opening does without

        raw = file.connect(path, create=True)
        try:
            with file.transaction(raw):
                for statement in tables.ddl():
                    raw.execute(statement)
                rows = [
                    ("workspace", workspace or local.random_bytes(16)),
                    ("shape", projection_shape()),
                ]
                raw.executemany("INSERT INTO meta VALUES (?,?)", rows)
            return cls(path, raw, local)
        except BaseException as error:
            file.close(raw)
            path.unlink(missing_ok=True)
            if isinstance(error, sqlite.Error):
                raise WorkspaceError(f"{path} couldn't be made ({error}). {file.SAFE}") from None
            raise

    @classmethod
    def open(cls, path: Path, local: Local, *, read_only: bool = False) -> "Workspace":
        """Open a workspace file; its typed tables are made anew when their shape has changed.

        Raises:
            WorkspaceError, DamagedError: see ``connection.connect``.
        """
        raw = file.connect(path, read_only=read_only)
        try:
            workspace = cls(path, raw, local)
            workspace._writer.read_only = read_only
            workspace._bring_up_to_date()
        except BaseException as error:
            file.close(raw)
            if isinstance(error, _BROKEN):
                raise file.damaged(path, error) from None
            raise
        return workspace

    def _bring_up_to_date(self) -> None:
        if self._meta("shape") == projection_shape():
            return
        if self.read_only:
            raise WorkspaceError(
                f"{self.path} was last used by another version of Dyad Desktop and can't be shown for"
                f" reading only. {file.SAFE} Copy it and open the copy for writing."
            )
        with file.transaction(self._raw):
            rebuild(self._raw, self._log)

    def catch_up(self) -> None:
        """Bring the journal and the history up to date, which may lag behind what came in bulk."""
        try:
            self._index.catch_up(read_only=self.read_only)
        except (*_BROKEN, UnicodeDecodeError) as error:
            raise WorkspaceError(
                f"The history couldn't be brought up to date ({error}). Everything written is kept."
            ) from None

    def _meta(self, key: str) -> bytes:
        row = self._raw.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return bytes(row[0]) if row else b""

    def checkpoint(self) -> None:
        """Carry what was written into the file itself, so that it holds everything without its journal.

        What finds it again follows first. A disk that refuses loses nothing by it: the next reading tells.
        """
        if not self.read_only:
            with suppress(WorkspaceError):
                self.catch_up()
            file.checkpoint(self._raw)

    def close(self) -> None:
        """Seal what this session wrote and close the file."""
        try:
            if not self._writer.read_only:
                self.catch_up()
                self._writer.seal()
        finally:
            file.close(self._raw)

    # -- reading -------------------------------------------------------------------------------

    @property
    def read_only(self) -> bool:
        """Return whether the file was opened for reading only."""
        return self._writer.read_only

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Return every actor that has written to the file."""
        return tuple(self._log.actors.values())

    def book(self) -> Book:
        """Return the picture of the partnership."""
        return projection.read_book(self._raw)

    def records(self) -> Records:
        """Return every entity's record, those of unknown kinds too, in the order of first writing."""
        return {
            key: self._state.record(key, document)
            for key, document in self._state.documents().items()
            if not inner(key[0]) and self._state.fate(key, document) is not Fate.GONE
        }

    def heads(self, at: Address) -> tuple[WriteId, ...]:
        """Return the writes that stand in a register: what an editor that opens now has seen."""
        return tuple(head.id for head in self._state.heads(at))

    def journal(self, limit: int | None = None) -> list[JournalLine]:
        """Return the commits in order of arrival, the newest first."""
        return self.past.lines(limit=-1 if limit is None else limit)

    def kind(self, write: WriteId) -> str:
        """Return what a commit is: an edit, an undo of which commit, and so on."""
        return self._log.kind(write)

    def changes(self, write: WriteId) -> tuple[Change, ...]:
        """Return what a commit changed; its introduction of an actor is left out."""
        found = self._log.commit(write).changes
        hidden = any(map(inner, {change.at.kind for change in found}))
        return tuple(c for c in found if not inner(c.at.kind)) if hidden else found

    def history(self, key: Key, limit: int = 200) -> list[HistoryLine]:
        """Return an entity's writes field by field, the newest first.

        What was loaded from a file is told without its values: they are the first of every field, and reading
        them would mean unpacking the whole file.
        """
        self.catch_up()
        rows = self._raw.execute(
            "SELECT h.field, h.slot, h.actor, h.seq, j.kind, j.wall_ms, j.note FROM history h"
            " JOIN entity e ON e.n=h.entity JOIN journal j ON j.actor=h.actor AND j.seq=h.seq"
            " WHERE e.kind=? AND e.id=? ORDER BY j.n DESC, h.field, h.slot LIMIT ?",
            (*key, limit),
        ).fetchall()
        ids = self._log.ids
        lines: list[HistoryLine] = []
        for name, slot, number, seq, kind, wall_ms, note in rows:
            at, write = Address(*key, name, slot), WriteId(ids[number], seq)
            if kind == LOAD:
                partner = self._log.actors[write.actor].partner
                lines.append(HistoryLine(at, partner, wall_ms, None, None, note, write))
            elif name not in META_FIELDS or name == DELETED:
                lines.append(self._line(at, write))
        return lines

    def _line(self, at: Address, write: WriteId) -> HistoryLine:
        commit = self._log.commit(write)
        change = self._log.change(write, at)
        if change is None:
            raise DamagedError(
                f"the history names a change of {at.kind} {at.id} that its commit lacks"
            )
        earlier = self._state.write(at, change.replaces[-1]) if change.replaces else None
        partner = self._log.actors[write.actor].partner
        before = earlier[0].value if earlier else None
        named = (self._state.write(at, one) for one in change.replaces)
        stood = [one[0].value for one in named if one is not None]
        again = bool(stood) and all(value == change.value for value in stood)
        return HistoryLine(
            at, partner, commit.wall_ms, before, change.value, commit.note, write, again
        )

    def authors(self, kind: str, ids: Sequence[str] | None = None) -> dict[Address, str]:
        """Return which partner wrote the value that stands, for every register of a kind."""
        partners = {actor.id: actor.partner for actor in self.actors}
        found = self._state.authors(kind, ids)
        return {at: partners[actor] for at, actor in found.items()}

    def disagreements(self) -> list[Address]:
        """Return the registers that the partners must settle."""
        return self.past.contested()

    def sides(self, at: Address) -> tuple[Side, ...]:
        """Return the values that stand in a register, by partner; one when nothing is contested."""
        sides = [self._side(at, head.id) for head in self._state.heads(at)]
        return tuple(sorted(sides, key=lambda side: (side.partner, side.wall_ms, side.id)))

    def _side(self, at: Address, write: WriteId) -> Side:
        line, actor = self._line(at, write), self._log.actors[write.actor]
        told = (line.wall_ms, line.after, line.before, line.note)
        return Side(write, actor.partner, actor.device_name, *told)

    def written(self, at: Address, write: WriteId) -> Side | None:
        """Return an earlier write of a register as a side; ``None`` when no such write counts here."""
        known = self._log.change(write, at) is not None
        counts = known and self.past.counts(write, self._log.commit(write))
        return self._side(at, write) if counts else None

    def base(self, at: Address) -> Canonical:
        """Return what every value that stands in a register came from: the last that both partners had."""
        return self._state.base(at, self._state.heads(at))

    def common(self, at: Address, writes: Sequence[WriteId]) -> Canonical:
        """Return what earlier writes of a register came from: the last that all of them had before."""
        known = [found[0] for write in writes if (found := self._state.write(at, write))]
        return self._state.base(at, tuple(known))

    def replaced(self, change: Change) -> tuple[WriteId, ...]:
        """Return which writes a change replaced, as far as they count: none that another of them had replaced."""
        return self._state.still_counting(change)

    def unseen(self, key: Key) -> list[Address]:
        """Return the registers whose writes the deletion of their entity didn't see."""
        return self._state.unseen(key)

    def check(self) -> list[Finding]:
        """Return every contradiction in the file; see ``check``. What this device wrote is sealed first."""
        try:
            self.catch_up()
            if not self.read_only:
                self._writer.seal()
        except WorkspaceError as error:
            return [Finding("signature", str(error))]
        return check(self.id, self._raw, self._log, self._state)

    # -- travelling ----------------------------------------------------------------------------

    def note(self, key: str) -> bytes:
        """Return what this copy notes for itself under a key, such as whose it is; empty when nothing."""
        return self._meta(f"note:{key}")

    def set_note(self, key: str, value: bytes) -> None:
        """Note something for this copy alone: it is no commit and doesn't travel. Empty forgets it.

        Raises:
            WorkspaceError: the disk refuses; the note is as it was.
        """
        name = f"note:{key}"
        try:
            with file.transaction(self._raw):
                if value:
                    self._raw.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (name, value))
                else:
                    self._raw.execute("DELETE FROM meta WHERE key=?", (name,))
        except sqlite.Error as error:
            raise WorkspaceError(
                f"{self.path} couldn't be written ({error}). {file.SAFE}"
            ) from None

    def notes(self, prefix: str) -> dict[str, bytes]:
        """Return the notes whose keys begin with ``prefix``, by the rest of the key."""
        start = f"note:{prefix}"
        rows = self._raw.execute("SELECT key, value FROM meta WHERE key GLOB ?", (start + "*",))
        return {key[len(start) :]: bytes(value) for key, value in rows}

    def vector(self) -> dict[bytes, tuple[int, bytes]]:
        """Return how far every chain goes here."""
        return self._log.vector()

    def digest(self) -> str:
        """Return 64 hexadecimal digits, equal on two copies that hold the same commits."""
        found = hashlib.sha256(self.id)
        for actor, (seq, head) in sorted(self.vector().items()):
            found.update(actor + seq.to_bytes(8, "big") + head)
        found.update(self._state.digest())
        return found.hexdigest()

    def segments_since(self, theirs: Vector) -> list[Seg]:
        """Return what a copy that holds ``theirs`` lacks, sealed; of a chain that differs there, all of it."""
        if not self.read_only:
            self._writer.seal()
        found = []
        for actor, (seq, head) in sorted(self.vector().items()):
            if self._log.forked(actor):
                continue  # its branches carry it
            after, theirs_head = theirs.get(actor, (0, GENESIS))
            if (after, theirs_head) == (seq, head):
                continue
            if after > seq:
                continue  # they hold more of it than this copy does
            known = self._log.hash_at(actor, after) == theirs_head
            found.append(self._segment(actor, after if known else 0, seq, head))
        return found

    def _segment(self, actor: bytes, after: int, seq: int, head: bytes) -> Seg:
        seal, root = self._log.last_seal(actor), self._log.root(actor)
        if not seal:
            raise DamagedError(f"commit {seq} of {self._log.actors[actor].partner} carries no seal")
        before = self._log.hash_at(actor, after)
        data = self._log.bytes_since(actor, after)
        if root != actor and not after:  # a branch that they don't know: with everything before it
            data = list(self._log.path(actor).commits)
        return Seg(actor, after + 1, before, data, head, seal, b"" if root == actor else root)

    def hash_at(self, actor: bytes, seq: int) -> bytes:
        """Return the hash of a chain after one of its commits."""
        return self._log.hash_at(actor, seq)

    def changes_in(self, actor: bytes, first: int, last: int) -> int:
        """Return how many values a run of an actor's commits writes."""
        self.catch_up()
        number = self._log.actors[actor].n
        query = "SELECT coalesce(sum(changes),0) FROM journal WHERE actor=? AND seq BETWEEN ? AND ?"
        return int(self._raw.execute(query, (number, first, last)).fetchone()[0])

    def forget_keys(self, partner: str) -> None:
        """Fetch a partner's keys anew for the next change."""
        self._writer.forget_keys(partner)

    def receive(self, segments: Sequence[Seg], trusted: Mapping[bytes, str]) -> Merged:
        """Take what another copy sent; durable when this returns. See ``merge.Merger.receive``."""
        if self.read_only:
            raise WorkspaceError("The file is open for reading only. Nothing was changed.")
        merged = self._merger.receive(segments, trusted)
        if merged.commits:
            self._steps.clear()
            self._state.forget()
            self._index.lag()
            self._writer.take_note(set(map(self._log.root, merged.actors)))
        touched = [item for item in merged.touched if not inner(item[0][0])]
        return replace(merged, touched=touched)

    def retire(self, partner: str, device: bytes, *, wholly: bool = False) -> Applied:
        """Give up a laptop for a partner: what it writes behind what is here, or ``wholly`` all, counts no more."""
        actors = (actor.id for actor in self.actors if actor.device == device)
        heads = {one: 0 if wholly else self._log.head(one)[0] for one in actors}
        changes = retirement(device, self._writer.person(partner), heads)
        return self.admit(partner, changes, "Gave up a laptop")

    def take_back(self, partner: str, device: bytes) -> Applied:
        """Take back for a partner that a laptop was given up: once nobody says so, what it wrote counts again."""
        said = self._state.retirements.given_up().get(device.hex(), {})
        changes = taken_back(device, self._writer.person(partner), said)
        return self.admit(partner, changes, "Took back that a laptop was given up")

    def uncounted(self) -> list[WriteId]:
        """Return the commits that are kept, but don't count: of a lost laptop, or waiting for a newer version."""
        return [sealed.write_id for sealed in self._log.in_order() if not self._log.counts(sealed)]

    def admit(self, partner: str, changes: Sequence[Change], note: str) -> Applied:
        """Write bookkeeping of the partnership itself, such as a new member; what stands already is left out."""
        news = [c for c in changes if [h.value for h in self._state.heads(c.at)] != [c.value]]
        named = [
            c._replace(replaces=tuple(head.id for head in self._state.heads(c.at))) for c in news
        ]
        return self._write(partner, named, note, ADMIT)

    def verify_log(self) -> list[Finding]:
        """Return what is wrong with the log and its signatures."""
        return verify_log(self.id, self._raw, self._log)

    # -- writing -------------------------------------------------------------------------------

    def contents(self, partner: str) -> Contents:
        """Return the contents of files that this copy holds; a partner adds to them."""
        return Contents(
            self._log,
            self._state,
            lambda changes, note: self._write(partner, changes, note, CONTENT),
        )

    def prepare(self, partner: str) -> None:
        """Make ready to write for a partner."""
        self._writer.prepare(partner)

    def commit(self, partner: str, edits: Sequence[Edit], note: str, kind: str = EDIT) -> Applied:
        """Write one commit for a partner; durable when this returns.

        Edits that would write the value that already stands are left out, but for those that say it again; with
        none left, nothing is written. Of two edits of one field the last counts.
        """
        last = {edit.at: edit for edit in edits}
        with uncollected(len(last)), self._state.at_hand(len(last)):
            wished = [self._change(edit) for edit in last.values()]
            changes = [change for change in wished if change is not None]
            return self._write(partner, changes, note, kind)

    def load(self, partner: str, records: Records, note: str) -> Applied:
        """Write a whole file's records into a new workspace as one commit."""
        changes = [
            Change(Address(*key, name, slot), value)
            for key, record in records.items()
            for name, slot, value in cells(record)
        ]
        return self._write(partner, changes, note, LOAD)

    def _change(self, edit: Edit) -> Change | None:
        heads = self._state.heads(edit.at)
        stands = len(heads) == 1 and heads[0].value == edit.value
        if stands and not edit.again and edit.at.field != DELETED:
            return None
        self._state.earlier.keep(edit.at, heads)
        if edit.seen is not None:
            return Change(edit.at, edit.value, edit.seen)
        names = tuple(head.id for head in heads)
        return self._state.naming_all(Change(edit.at, edit.value, names))

    def _write(self, partner: str, changes: Sequence[Change], note: str, kind: str) -> Applied:
        known = self.steps(partner)
        applied = self._writer.write(partner, changes, note, kind)
        if applied.id is not None:
            take(known, applied.id, kind, note)
        return applied

    def steps(self, partner: str) -> Steps:
        """Return what a partner can undo and redo, the next one last."""
        found = self._steps.get(partner)  # what was written since is in it, if not in the journal
        if found is None:
            self.catch_up()
            rows = self._raw.execute(
                "SELECT actor, seq, kind, note FROM journal ORDER BY n DESC LIMIT ?", (DEPTH,)
            ).fetchall()
            found = self._steps[partner] = steps(self._log, rows[::-1], partner)
        return found

    def undo(self, partner: str) -> Applied | None:
        """Turn back the partner's last commit that still stands; ``None`` when there is nothing."""
        return self._turn_back(partner, UNDO, self.steps(partner).undo)

    def redo(self, partner: str) -> Applied | None:
        """Do again what the partner last undid; ``None`` when there is nothing."""
        return self._turn_back(partner, REDO, self.steps(partner).redo)

    def _turn_back(self, partner: str, kind: str, found: list[Step]) -> Applied | None:
        if not found:
            return None
        step = found[-1]
        undone = self._log.commit(step.id).changes
        with uncollected(len(undone)), self._state.at_hand(len(undone)):
            inverse = inverse_of(self._log, self._state, step)
            if not inverse.changes:
                found.pop()
                return Applied(None, [], inverse.blocked)
            changes = self._state.naming_again(inverse.changes, undone, partner)
            applied = self._write(partner, changes, step.note, turning_back(kind, step))
        return replace(applied, blocked=inverse.blocked)
