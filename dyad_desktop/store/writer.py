"""Writes commits: finds the acting partner's actor, appends to its chain, folds, and seals."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.collector import uncollected
from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.commit import ADMIT, LOAD, Commit, Dependency, Sealed, seal_up
from dyad_desktop.replication.membership import Actor, inner, introduction
from dyad_desktop.replication.signing import Keys
from dyad_desktop.store.connection import Raw, transaction
from dyad_desktop.store.index import Index
from dyad_desktop.store.log import SEGMENT, Log
from dyad_desktop.store.marks import Mark, Marks
from dyad_desktop.store.state import State, Touched, rebuild

INDEXED_AT_ONCE = 1_000
"""Of a change of more values the journal and the index follow once nobody waits."""


@dataclass(frozen=True, slots=True)
class Local:
    """What this computer knows and the file must not: keys, marks, its name, its clock, its chance.

    ``keys`` gives the keys of (workspace, partner); ``now_ms`` is UTC milliseconds; ``random_bytes`` gives
    that many unpredictable bytes.
    """

    keys: Callable[[bytes, str], Keys]
    marks: Marks
    device_name: str
    now_ms: Callable[[], int]
    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Applied:
    """What a commit did: its id (``None``: nothing needed doing) and what it touched.

    ``blocked`` are the registers that an undo left alone since someone has changed them. ``anew``: what counts
    has changed, so that anything may be otherwise than before.
    """

    id: WriteId | None
    touched: Touched
    blocked: tuple[Address, ...] = ()
    anew: bool = False


@dataclass(slots=True)
class _Chain:
    """An actor that this session writes as, and where its chain ends."""

    actor: Actor
    keys: Keys
    seq: int
    hash: bytes
    sealed: int


class Writer:
    """The one way into the log for local changes."""

    def __init__(
        self, workspace: bytes, raw: Raw, log: Log, state: State, index: Index, local: Local
    ) -> None:
        """Write to the open file ``raw``."""
        self._workspace = workspace
        self._raw, self._log, self._state, self._index = raw, log, state, index
        self._local = local
        self._chains: dict[str, _Chain] = {}
        self._lamport: int | None = None
        self._declared: dict[bytes, dict[bytes, int]] = {}
        self.read_only = False

    def write(self, partner: str, changes: Sequence[Change], note: str, kind: str) -> Applied:
        """Write one commit; durable when this returns. No changes, no commit.

        Raises:
            WorkspaceError: the file is open for reading only, or the disk refuses; nothing was changed.
        """
        if not changes:
            return Applied(None, [])
        if self.read_only:
            raise WorkspaceError("The file is open for reading only. Nothing was changed.")
        chain = self._chains.get(partner) or self._start(partner)
        first = introduction(chain.actor) if chain.seq == 0 else ()
        commit = Commit(
            lamport=self._highest() + 1,
            wall_ms=self._local.now_ms(),
            kind=kind,
            note=note,
            changes=(*first, *changes),
            deps=self._dependencies(chain.actor.id),
        )
        sealed = seal_up(chain.actor.id, chain.seq + 1, chain.hash, commit)
        try:
            with uncollected(len(changes)):
                touched, anew = self._store(chain, sealed)
        except sqlite.Error as error:
            raise WorkspaceError(
                f"The change couldn't be written ({error}). Nothing was changed."
            ) from None
        if kind != LOAD:  # a whole file is too large to stay at hand
            self._log.keep(sealed)
        chain.sealed = sealed.seq
        chain.seq, chain.hash, self._lamport = sealed.seq, sealed.hash, commit.lamport
        self._chains[partner] = chain
        self._declared.setdefault(chain.actor.id, {}).update({d.actor: d.seq for d in commit.deps})
        outer = [item for item in touched if not inner(item[0][0])]
        return Applied(sealed.write_id, outer, anew=anew)

    def take_note(self, arrived: Collection[bytes]) -> None:
        """Follow what another copy brought (by actor): clocks, and chains of this device that it has lengthened."""
        self._lamport = None
        for partner in {self._log.actors[actor].partner for actor in arrived}:
            mark = self._local.marks.load(self._workspace, partner)
            if mark is not None and mark.actor in arrived:
                # Another copy wrote as this very actor, or this one was restored: go on as a fresh one.
                self._chains.pop(partner, None)
                self._local.marks.forget(self._workspace, partner)

    def person(self, partner: str) -> bytes:
        """Return the public key of the person who writes for a partner on this laptop."""
        return self._local.keys(self._workspace, partner).person_public

    def forget_keys(self, partner: str) -> None:
        """Fetch a partner's keys anew for the next change."""
        self._chains.pop(partner, None)

    def prepare(self, partner: str) -> None:
        """Fetch the partner's keys and find the chain, so that the first change is as quick as the next."""
        if partner not in self._chains and not self.read_only:
            self._chains[partner] = self._start(partner)

    def _store(self, chain: _Chain, sealed: Sealed) -> tuple[Touched, bool]:
        new = chain.actor.id not in self._log.actors
        if new:  # others may have come since the chain was made ready
            chain.actor = replace(chain.actor, n=max(self._log.ids, default=0) + 1)
        with self._log.unharmed(), transaction(self._raw):
            if new:
                self._log.add_actor(self._raw, chain.actor)
            self._log.append(self._raw, sealed)
            run = (sealed.actor, [(sealed.seq, sealed.wire)])
            changes = len(sealed.wire[6])
            touched, numbers = self._state.apply([run], changes)
            # A loaded file is closed at once: that is no time to wait for.
            many = changes > INDEXED_AT_ONCE and sealed.commit.kind != LOAD
            self._index.add([sealed], numbers, later=many)
            # A fresh actor of a laptop that was given up counts no more than its others.
            follows = sealed.commit.kind == ADMIT or (new and bool(self._log.retired))
            anew = follows and self._state.retirements.follow()
            if anew:
                rebuild(self._raw, self._log)
                self._state.forget()
            # Before the commit: a mark that is ahead only means a fresh actor, one that is behind could
            # let two commits carry one number.
            mark = Mark(chain.actor.id, sealed.seq, sealed.hash)
            self._local.marks.save(self._workspace, chain.actor.partner, mark)
            self._sign(chain, sealed.seq, sealed.hash)
        return touched, anew

    def _highest(self) -> int:
        if self._lamport is None:
            self._index.catch_up()
            row = self._raw.execute("SELECT coalesce(max(lamport),0) FROM journal").fetchone()
            kept = self._raw.execute("SELECT value FROM meta WHERE key='lamport'").fetchone()
            self._lamport = max(row[0], int.from_bytes(kept[0], "big") if kept else 0)
        return self._lamport

    def _dependencies(self, actor: bytes) -> tuple[Dependency, ...]:
        """Return the other actors' heads that moved since this session last named them."""
        declared = self._declared.get(actor, {})
        heads = ((other, *self._log.head(other)) for other in self._log.actors if other != actor)
        return tuple(Dependency(*head) for head in heads if declared.get(head[0]) != head[1])

    def _start(self, partner: str) -> _Chain:
        """Go on with this device's actor if the file is where we left it, else begin a fresh one."""
        keys = self._local.keys(self._workspace, partner)
        mark = self._local.marks.load(self._workspace, partner)
        actor = self._log.actors.get(mark.actor) if mark else None
        if mark and actor and actor.device == keys.device_public and not self._log.forked(actor.id):
            seq, head = self._log.head(actor.id)
            if seq >= mark.seq and self._log.find(actor.id, mark.seq).hash == mark.hash:
                return _Chain(actor, keys, seq, head, self._last_seal(actor))
        fresh = Actor(
            n=0,
            id=self._local.random_bytes(16),
            partner=partner,
            device_name=self._local.device_name,
            person=keys.person_public,
            device=keys.device_public,
            certificate=keys.certificate(),
        )
        return _Chain(fresh, keys, 0, bytes(32), 0)

    def _last_seal(self, actor: Actor) -> int:
        row = self._raw.execute(
            "SELECT coalesce(max(seq),0) FROM seal WHERE actor=?", (actor.n,)
        ).fetchone()
        return int(row[0])

    def seal(self) -> None:
        """Sign the chains that this device has lengthened, and compress what is long enough.

        A session that was cut off left its last commits unsealed; they are sealed here too.

        Raises:
            WorkspaceError: the disk refuses or the file is damaged; what was written stays, unsealed.
        """
        try:
            self._seal()
        except (sqlite.Error, UnicodeDecodeError) as error:
            raise WorkspaceError(
                f"The file couldn't be signed ({error}). Everything written in it is kept."
            ) from None

    def _seal(self) -> None:
        self._take_up_unsealed()
        with transaction(self._raw):
            for chain in self._chains.values():
                if chain.seq > chain.sealed:
                    self._sign(chain, chain.seq, chain.hash)
                    chain.sealed = chain.seq
            if self._chains:
                self._log.compact(self._raw)

    def _sign(self, chain: _Chain, seq: int, head: bytes) -> None:
        """Seal a chain up to a commit, in place of the seal before it.

        What people write is sealed as they write it: a session that ends without closing may take its keys with
        it, and what it wrote must verify all the same. What comes in bulk is sealed once.
        """
        signature = chain.keys.seal(self._workspace, chain.actor.id, seq, head)
        if chain.sealed % SEGMENT:
            self._raw.execute(
                "DELETE FROM seal WHERE actor=? AND seq=?", (chain.actor.n, chain.sealed)
            )
        self._raw.execute(
            "INSERT OR REPLACE INTO seal VALUES (?,?,?,?)", (chain.actor.n, seq, head, signature)
        )

    def _take_up_unsealed(self) -> None:
        for actor in list(self._log.actors.values()):
            mark = self._local.marks.load(self._workspace, actor.partner)
            mine = mark is not None and mark.actor == actor.id and actor.partner not in self._chains
            if mine and self._log.head(actor.id)[0] > self._last_seal(actor):
                chain = self._start(actor.partner)
                if chain.actor is actor:
                    self._chains[actor.partner] = chain
