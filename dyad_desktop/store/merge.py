"""Takes what another copy sent: verifies it, puts causes before effects, folds it, all in one transaction."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import repeat

import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import BadInputError, DamagedError, WorkspaceError
from dyad_desktop.replication.branches import Path, placed, runs_of
from dyad_desktop.replication.commit import GENESIS, Sealed, Wire, commit_of, read, read_all
from dyad_desktop.replication.membership import ACTOR, MEMBER, Actor, inner, introduced
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.replication.signing import certificate_holds, seal_holds
from dyad_desktop.replication.validity import plainly_possible, refuse_impossible
from dyad_desktop.store.connection import Raw, transaction
from dyad_desktop.store.log import Log
from dyad_desktop.store.state import State, Touched, rebuild

MAX_LAMPORT = 2**53
INDEXED_AT_ONCE = 1_000
"""A larger delivery is on the disk before the journal and the history follow it: at the first look, or at close."""
UNTOUCHED = "Nothing of it was applied; your copy is as it was."
_CUT = f"What came was changed or cut on its way: its chain of hashes breaks. {UNTOUCHED}"


@dataclass(frozen=True, slots=True)
class Merged:
    """What taking a delivery did.

    ``waiting`` counts commits that wait for others that haven't come yet; the next delivery brings them again.
    """

    touched: Touched
    commits: tuple[Sealed, ...]
    waiting: int = 0

    @property
    def changes(self) -> int:
        """Return how many values the delivery wrote."""
        return sum(
            1 for sealed in self.commits for change in sealed.wire[6] if not inner(change[0])
        )


@dataclass(frozen=True, slots=True)
class _Chain:
    """The new part of one actor's chain, verified."""

    actor: Actor
    commits: list[Sealed]
    seal: bytes
    admits: Mapping[bytes, str]
    """The partner for whom each person writes whom these commits make a member."""


@dataclass(frozen=True, slots=True)
class _Fork:
    """A whole chain of an actor whose chain is held otherwise here, verified."""

    actor: Actor
    path: Path


class Merger:
    """Folds other copies' commits into the file."""

    def __init__(self, workspace: bytes, raw: Raw, log: Log, state: State) -> None:
        """Merge into an open file."""
        self._workspace, self._raw, self._log, self._state = workspace, raw, log, state

    def receive(self, segments: Sequence[Seg], trusted: Mapping[bytes, str]) -> Merged:
        """Take segments of the chains of ``trusted`` persons and of those whom they admitted.

        ``trusted`` gives the partner whom each person (public key) writes for.

        All of what can be taken is on the disk when this returns, or nothing is.

        Raises:
            RefusedError: something in it is forged, cut, or from a stranger; nothing was applied.
            WorkspaceError: the disk refuses; nothing was applied.
        """
        with _uncollected():
            return self._receive(segments, trusted)

    def _receive(self, segments: Sequence[Seg], trusted: Mapping[bytes, str]) -> Merged:
        found = [one for seg in _joined(segments) if (one := self._verified(seg)) is not None]
        chains = [one for one in found if isinstance(one, _Chain)]
        forks = [one for one in found if isinstance(one, _Fork)]
        _admit(chains, [fork.actor for fork in forks], trusted)
        ready, waiting = self._in_order(chains)
        merged = self._take(chains, ready, waiting)
        return self._take_forks(forks, merged) if forks else merged

    def _take(self, chains: Sequence[_Chain], ready: list[Sealed], waiting: int) -> Merged:
        if not ready:
            return Merged([], (), waiting)
        done = {sealed.actor for sealed in ready}
        try:
            touched = self._store([chain for chain in chains if chain.actor.id in done], ready)
        except sqlite.Error as error:
            raise WorkspaceError(
                f"What came couldn't be written ({error}). Nothing was changed."
            ) from None
        return Merged(touched, tuple(ready), waiting)

    def _take_forks(self, forks: Sequence[_Fork], merged: Merged) -> Merged:
        """Keep both branches of chains that were written on twice, and make every view of the log anew."""
        commits = list(merged.commits)
        waiting = merged.waiting
        try:
            with transaction(self._raw):
                for fork in forks:
                    news = self._branch(fork)
                    commits += news
                    waiting += 0 if news else 1
                if len(commits) > len(merged.commits):
                    self._state.follow_retirements()
                    rebuild(self._raw, self._log)
                    self._keep_time(max(sealed.lamport for sealed in commits))
        except BaseException as error:
            self._log.reload()
            if isinstance(error, sqlite.Error):
                raise WorkspaceError(
                    f"What came couldn't be written ({error}). Nothing was changed."
                ) from None
            raise
        if len(commits) == len(merged.commits):
            return replace(merged, waiting=waiting)
        return Merged(self._state.everything(), tuple(commits), waiting)

    def _branch(self, fork: _Fork) -> list[Sealed]:
        root = fork.actor.id
        hashes = fork.path.hashes()
        new = [
            Sealed(root, n, data, hashes[n - 1])
            for n, data in enumerate(fork.path.commits, 1)
            if not self._log.holds(root, n, hashes[n - 1])
        ]
        if not all(self._log.holds(*dep) for sealed in new for dep in sealed.wire[3]):
            return []
        mine = [
            self._log.path(name)
            for name in self._log.actors
            if self._log.root(name) == root and not self._log.forked(name)
        ]
        self._log.know_root(self._raw, fork.actor)
        self._log.regrow(self._raw, root, runs_of(root, [*mine, fork.path]))
        return new

    # -- verifying -----------------------------------------------------------------------------

    def _verified(self, seg: Seg) -> "_Chain | _Fork | None":
        """Return the part of a segment that is new here; ``None`` when there is none or it can't join yet."""
        known = self._log.actors.get(seg.actor)
        held, held_hash = self._log.head(seg.actor) if known else (0, GENESIS)
        if not seg.commits or seg.first < 1 or (seg.first > held + 1 and not seg.root):
            return None
        hashes = _hashes(seg)
        if known is None and seg.root:
            return self._forked(seg, seg.root, hashes)
        if seg.previous != self._log.hash_at(seg.actor, seg.first - 1):
            if seg.first > 1:
                raise RefusedError(_CUT)
            return None
        overlap = held - seg.first
        differs = 0 <= overlap < len(hashes) and hashes[overlap] != held_hash
        if differs or (self._log.forked(seg.actor) and seg.last > held):
            return self._forked(seg, self._log.root(seg.actor), hashes)
        start = max(0, held + 1 - seg.first)
        if start >= len(seg.commits):
            return None
        wires, admits = _read(seg, start)
        if seg.actor in self._log.branches:
            owners = self._log.owners(seg.actor)
            wires = [placed(wire, owners) for wire in wires]
        commits = list(
            map(
                Sealed,
                repeat(seg.actor),
                range(seg.first + start, seg.last + 1),
                seg.commits[start:],
                hashes[start:],
                wires,
            )
        )
        actor = known or introduced(seg.actor, commits[0].commit.changes)
        return _Chain(
            self._check_seal(actor, seg, self._log.root(seg.actor)), commits, seg.seal, admits
        )

    def _check_seal(self, actor: Actor | None, seg: Seg, root: bytes) -> Actor:
        """Refuse a segment whose actor nobody certified, or whose seal is false."""
        if actor is None or not certificate_holds(actor.person, actor.device, actor.certificate):
            raise RefusedError(f"What came doesn't say whose it is. {UNTOUCHED}")
        if not seal_holds(actor.device, seg.seal, self._workspace, root, seg.last, seg.head):
            raise RefusedError(f"The signature of what came is false. {UNTOUCHED}")
        return actor

    def _forked(self, seg: Seg, root: bytes, hashes: Sequence[bytes]) -> "_Fork | None":
        """Return a chain, whole, that branches off the one that is held here or came before."""
        if seg.first == 1:
            before: tuple[bytes, ...] = ()
        else:
            before = self._log.path(seg.actor).commits[: seg.first - 1]
        path = Path((*before, *seg.commits), seg.seal)
        _read(seg, 0)
        first = read(path.commits[0])
        actor = self._check_seal(
            self._log.actors.get(root) or introduced(root, commit_of(root, first).changes),
            seg,
            root,
        )
        if self._log.holds(root, seg.last, hashes[-1]):
            return None
        return _Fork(actor, path)

    # -- order ---------------------------------------------------------------------------------

    def _in_order(self, chains: Sequence[_Chain]) -> tuple[list[Sealed], int]:
        """Return the commits whose causes are here or come before them, and how many must wait.

        A chain goes in as a whole or waits as a whole, since its seal covers its end.
        """
        left = list(chains)
        waiting = 0
        while True:
            ready, stuck = self._sorted(left)
            if not stuck:
                return ready, waiting
            waiting += sum(len(chain.commits) for chain in left if chain.actor.id in stuck)
            left = [chain for chain in left if chain.actor.id not in stuck]

    def _sorted(self, chains: Sequence[_Chain]) -> tuple[list[Sealed], set[bytes]]:
        commits = [sealed for chain in chains for sealed in chain.commits]
        if len(chains) > 1:
            commits.sort(key=lambda s: (s.lamport, s.actor, s.seq))
        heads = {actor: seq for actor, (seq, _) in self._log.vector().items()}
        hashes = {(s.actor, s.seq): s.hash for s in commits} if len(chains) > 1 else {}
        if len(chains) == 1 and not any(sealed.wire[3] for sealed in commits):
            return commits, set()
        ready: list[Sealed] = []
        while True:
            late: list[Sealed] = []
            for sealed in commits:
                if heads.get(sealed.actor, 0) == sealed.seq - 1 and (
                    not sealed.wire[3] or self._causes_here(sealed, heads, hashes)
                ):
                    heads[sealed.actor] = sealed.seq
                    ready.append(sealed)
                else:
                    late.append(sealed)
            if not late or len(late) == len(commits):
                return ready, {sealed.actor for sealed in late}
            commits = late

    def _causes_here(
        self, sealed: Sealed, heads: dict[bytes, int], hashes: dict[tuple[bytes, int], bytes]
    ) -> bool:
        for actor, seq, head in sealed.wire[3]:
            if seq < 1 or heads.get(actor, 0) < seq:
                if actor in self._log.actors and self._log.holds(actor, seq, head):
                    continue  # it lies on a branch by now
                return False
            if (hashes.get((actor, seq)) or self._log.hash_at(actor, seq)) != head:
                return False
        return True

    # -- writing -------------------------------------------------------------------------------

    def _store(self, chains: Sequence[_Chain], commits: Sequence[Sealed]) -> Touched:
        new = [chain.actor for chain in chains if chain.actor.id not in self._log.actors]
        try:
            with transaction(self._raw):
                for actor in new:
                    number = max((known.n for known in self._log.actors.values()), default=0) + 1
                    self._log.add_actor(self._raw, replace(actor, n=number))
                self._log.extend(self._raw, commits)
                touched = self._state.apply(commits)
                self._seal(chains)
                if len(commits) <= INDEXED_AT_ONCE:
                    self._log.index(self._raw, commits)
                self._keep_time(max(sealed.wire[1] for sealed in commits))
                if self._state.follow_retirements():
                    rebuild(self._raw, self._log)
                    touched = self._state.everything()
        except BaseException:
            for chain in chains:
                self._log.forget(chain.actor.id)
            for actor in new:
                self._log.unknow(actor.id)
            raise
        finally:
            self._log.settled()
        return touched

    def _keep_time(self, highest: int) -> None:
        """Note the highest logical time for the next change here: the journal may lag behind."""
        row = self._raw.execute("SELECT value FROM meta WHERE key='lamport'").fetchone()
        if row is None or int.from_bytes(row[0], "big") < highest:
            value = highest.to_bytes(8, "big")
            self._raw.execute("INSERT OR REPLACE INTO meta VALUES ('lamport',?)", (value,))

    def _seal(self, chains: Sequence[_Chain]) -> None:
        self._raw.executemany(
            "INSERT OR REPLACE INTO seal VALUES (?,?,?,?)",
            [
                (self._log.actors[c.actor.id].n, c.commits[-1].seq, c.commits[-1].hash, c.seal)
                for c in chains
            ],
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector off: it would walk hundreds of thousands of values that all live on."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # What lives counts as old at once: else the collector would walk it all as soon as it is back.
        gc.freeze()
        gc.unfreeze()
        if running:
            gc.enable()


def _hashes(seg: Seg) -> list[bytes]:
    """Return the hash after each commit of a segment, whose last must be the segment's own."""
    head = seg.previous
    found = []
    for data in seg.commits:
        head = sha256(
            head + data
        ).digest()  # chain_hash, without a call for each of a million commits
        found.append(head)
    if head != seg.head:
        raise RefusedError(_CUT)
    return found


def _joined(segments: Sequence[Seg]) -> list[Seg]:
    """Join runs of one actor that follow each other: only the last of them carries the seal that counts."""
    found: dict[bytes, Seg] = {}
    for seg in sorted(segments, key=lambda s: (s.actor, s.first)):
        before = found.get(seg.actor)
        if before is None or before.last + 1 != seg.first or before.head != seg.previous:
            if before is None or seg.last > before.last:
                found[seg.actor] = seg if before is None else _longer(before, seg)
        else:
            found[seg.actor] = _extended(before, seg, 0)
    return list(found.values())


def _longer(before: Seg, seg: Seg) -> Seg:
    """Return the run that reaches further from the same start or overlaps; else the first one."""
    overlap = before.last - seg.first + 1
    if overlap < 0:
        return before
    return _extended(before, seg, overlap)


def _extended(before: Seg, seg: Seg, overlap: int) -> Seg:
    commits = before.commits + seg.commits[overlap:]
    return Seg(seg.actor, before.first, before.previous, commits, seg.head, seg.seal, seg.root)


def _read(seg: Seg, start: int) -> tuple[list[Wire], dict[bytes, str]]:
    """Return the commits' plain forms from a place on, once everything in them is found to be possible.

    And whom they make members: (person, partner).
    """
    admits: dict[bytes, str] = {}
    try:
        wires = read_all(seg.commits[start:])
    except DamagedError:
        raise RefusedError(f"What came holds a commit that can't be read. {UNTOUCHED}") from None
    for n, wire in enumerate(wires, seg.first + start):
        if not 0 < wire[1] < MAX_LAMPORT or abs(wire[2]) > MAX_LAMPORT or not wire[6]:
            raise RefusedError(f"What came holds a commit that can't be. {UNTOUCHED}")
        for kind, entity, name, slot, value, _ in wire[6]:
            if not plainly_possible(kind, entity, name, slot, value):
                _look_closer(seg, n, kind, entity, name, slot, value)
                if kind == MEMBER and name == "partner" and _is_key(entity):
                    admits[bytes.fromhex(entity)] = str(value)
    return wires, admits


def _look_closer(  # noqa: PLR0913, PLR0917 - a change's parts, apart for speed
    seg: Seg, seq: int, kind: str, entity: str, name: str, slot: str, value: Canonical
) -> None:
    """Refuse a change that can't be."""
    if kind == ACTOR and (entity != (seg.root or seg.actor).hex() or seq != 1):
        raise RefusedError(f"What came introduces another's laptop. {UNTOUCHED}")
    try:
        refuse_impossible(kind, entity, name, slot, value)
    except BadInputError as error:
        raise RefusedError(
            f"What came holds a value that this version can't take: {error}. {UNTOUCHED}"
        ) from None


def _admit(chains: Sequence[_Chain], others: Sequence[Actor], trusted: Mapping[bytes, str]) -> None:
    """Refuse chains of persons whom nobody trusted has admitted, or who write for another partner."""
    persons, left = dict(trusted), list(chains)
    while True:
        known = [c for c in left if persons.get(c.actor.person) == c.actor.partner]
        left = [c for c in left if persons.get(c.actor.person) != c.actor.partner]
        if not known:
            break
        for chain in known:
            persons.update(chain.admits)
    if left or any(persons.get(actor.person) != actor.partner for actor in others):
        raise RefusedError(
            f"What came holds commits of somebody who doesn't belong to this partnership. {UNTOUCHED}"
        )


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)
