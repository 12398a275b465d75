"""Takes what another copy sent: verifies it, puts causes before effects, folds it, all in one transaction."""

from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.collector import uncollected
from dyad_desktop.errors import BadInputError, DamagedError, WorkspaceError
from dyad_desktop.replication.branches import Path, placed, runs_of
from dyad_desktop.replication.change import WriteId
from dyad_desktop.replication.commit import (
    GENESIS,
    Cause,
    Sealed,
    Stretch,
    Wire,
    WireChange,
    commit_of,
    read,
    read_all,
)
from dyad_desktop.replication.membership import ACTOR, Actor, inner, introduced
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.replication.signing import certificate_holds, seal_holds
from dyad_desktop.replication.strangers import admitted
from dyad_desktop.replication.validity import (
    MAX_NAME,
    PLAIN,
    refuse_impossible,
    surely_possible,
)
from dyad_desktop.store.connection import Raw, transaction
from dyad_desktop.store.index import Index
from dyad_desktop.store.log import Log
from dyad_desktop.store.people import People
from dyad_desktop.store.state import State, Touched, rebuild

MAX_LAMPORT = 2**53
INDEXED_AT_ONCE = 1_000
"""A larger delivery is on the disk before the journal and the history follow it: at the first look, or at close."""
UNTOUCHED = "Nothing of it was applied; your copy is as it was."
_CUT = f"What came was changed or cut on its way: its chain of hashes breaks. {UNTOUCHED}"


@dataclass(frozen=True, slots=True)
class Merged:
    """What taking a delivery did.

    ``actors`` made the commits. ``waiting`` counts commits that wait for others that haven't come yet; the next
    delivery brings them again.
    ``anew``: what counts has changed, so that anything may be otherwise than before.
    """

    touched: Touched
    commits: Sequence[Sealed]
    actors: frozenset[bytes] = frozenset()
    waiting: int = 0
    anew: bool = False

    @property
    def changes(self) -> int:
        """Return how many values the delivery wrote."""
        return sum(
            1 for sealed in self.commits for change in sealed.wire[6] if not inner(change[0])
        )


class _Read(NamedTuple):
    """What a run of commits says, all of it possible."""

    wires: list[Wire]
    admits: set[tuple[bytes, str]]
    """Whom they make members: (person, partner for whom they write)."""
    causes: list[tuple[int, tuple[Cause, ...]]]
    """The logical time of those that build on other actors' commits, and on which."""
    rising: bool
    """Whether each has a later logical time than the one before it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """What is new of one actor's chain, verified.

    ``whole`` is there when the actor's chain is held otherwise here, or branches: then it is the chain from its
    first commit to this end, and ``commits`` are those of it that aren't held.
    """

    actor: Actor
    commits: Stretch
    seal: bytes
    said: _Read
    whole: Path | None = None


class Merger:
    """Folds other copies' commits into the file."""

    def __init__(
        self, workspace: bytes, raw: Raw, people: People, log: Log, state: State, index: Index
    ) -> None:
        """Merge into an open file."""
        self._workspace, self._raw, self._people = workspace, raw, people
        self._log, self._state, self._index = log, state, index

    def receive(self, segments: Sequence[Seg], trusted: Mapping[bytes, str]) -> Merged:
        """Take segments of the chains of members, of ``trusted`` persons, and of those whom they admitted.

        ``trusted`` gives the partner whom each person (public key) writes for.

        All of what can be taken is on the disk when this returns, or nothing is.

        Raises:
            RefusedError: something in it is forged, cut, or from a stranger; nothing was applied.
            WorkspaceError: the disk refuses; nothing was applied.
        """
        try:
            with uncollected():
                return self._receive(segments, {*self._people.heard_of(), *trusted.items()})
        except sqlite.Error as error:
            raise WorkspaceError(
                f"What came couldn't be written ({error}). Nothing was changed."
            ) from None

    def _receive(self, segments: Sequence[Seg], trusted: set[tuple[bytes, str]]) -> Merged:
        chains = [one for seg in _joined(segments) if (one := self._verified(seg)) is not None]
        _admit(chains, trusted)
        ready, waiting = self._with_causes(chains)
        self._refuse_false_times(ready)
        if not ready:
            return Merged([], (), waiting=waiting)
        self._index.catch_up()  # what was here before is listed before what comes
        touched, commits, anew = self._store(ready)
        actors = frozenset(chain.commits.actor for chain in ready)
        return Merged(touched, commits, actors, waiting, anew)

    # -- verifying -----------------------------------------------------------------------------

    def _verified(self, seg: Seg) -> _Chain | None:
        """Return the part of a segment that is new here; ``None`` when there is none or it can't join yet."""
        known = self._log.actors.get(seg.actor)
        held, held_hash = self._log.head(seg.actor) if known else (0, GENESIS)
        if not seg.commits or not 1 <= seg.first <= held + 1:
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
        said = _read(seg, start)
        wires = said.wires
        if seg.actor in self._log.branches:
            owners = self._log.owners(seg.actor)
            wires = [placed(wire, owners) for wire in wires]
        commits = Stretch(seg.actor, seg.first + start, seg.commits[start:], hashes[start:], wires)
        actor = known or introduced(seg.actor, commits[0].commit.changes)
        return _Chain(
            self._check_seal(actor, seg, self._log.root(seg.actor)), commits, seg.seal, said
        )

    def _check_seal(self, actor: Actor | None, seg: Seg, root: bytes) -> Actor:
        """Refuse a segment whose actor nobody certified, or whose seal is false."""
        if actor is None or not certificate_holds(actor.person, actor.device, actor.certificate):
            raise RefusedError(f"What came doesn't say whose it is. {UNTOUCHED}")
        if not seal_holds(actor.device, seg.seal, self._workspace, root, seg.last, seg.head):
            raise RefusedError(f"The signature of what came is false. {UNTOUCHED}")
        return actor

    def _forked(self, seg: Seg, root: bytes, hashes: Sequence[bytes]) -> _Chain | None:
        """Return a chain, whole, that branches off the one that is held here or came before."""
        if self._log.holds(root, seg.last, hashes[-1]):
            return None
        if seg.first == 1:
            before: tuple[bytes, ...] = ()
        else:
            before = self._log.path(seg.actor).commits[: seg.first - 1]
        path = Path((*before, *seg.commits), seg.seal)
        said = _read(seg, 0)
        first = read(path.commits[0])
        actor = self._check_seal(
            self._log.actors.get(root) or introduced(root, commit_of(root, first).changes),
            seg,
            root,
        )
        places = range(len(hashes))  # behind the first that isn't held, none is
        held = bisect_left(
            places, 1, key=lambda n: int(not self._log.holds(root, seg.first + n, hashes[n]))
        )
        new = Stretch(
            root, seg.first + held, seg.commits[held:], list(hashes[held:]), said.wires[held:]
        )
        return _Chain(actor, new, seg.seal, said, path)

    # -- order ---------------------------------------------------------------------------------

    def _with_causes(self, chains: Sequence[_Chain]) -> tuple[list[_Chain], int]:
        """Return the chains whose causes are here or come with them, and how many commits must wait.

        A chain goes in as a whole or waits as a whole, since its seal covers its end. A cause is known by its
        number and hash: under which name its chain is held depends on which branches are.
        """
        left, waiting = list(chains), 0
        while True:
            coming = {(s.seq, s.hash) for c in left for s in c.commits} if len(left) > 1 else set()
            ready = [chain for chain in left if self._causes_known(chain, coming)]
            if len(ready) == len(left):
                return ready, waiting
            waiting += sum(len(chain.commits) for chain in left if chain not in ready)
            left = ready

    def _causes_known(self, chain: _Chain, coming: Container[tuple[int, bytes]]) -> bool:
        return all(
            (seq, head) in coming or self._log.place_of(actor, seq, head) is not None
            for _, causes in chain.said.causes
            for actor, seq, head in causes
        )

    def _refuse_false_times(self, chains: Sequence[_Chain]) -> None:
        """Refuse commits whose logical time isn't later than that of their causes.

        What is made anew of the log is folded by it, and would differ from what was folded as it came.
        """
        together = chains if len(chains) > 1 else ()
        coming = {(s.seq, s.hash): s.wire[1] for c in together for s in c.commits}
        for chain in chains:
            early = any(
                time <= max(self._time_of(coming, *cause) for cause in causes)
                for time, causes in chain.said.causes
            )
            first = chain.commits.wires[0][1]
            if early or not chain.said.rising or first <= self._time_before(chain):
                raise RefusedError(
                    f"What came holds a commit that is out of its order. {UNTOUCHED}"
                )

    def _time_before(self, chain: _Chain) -> int:
        """Return the logical time of the commit that a chain's new ones follow; 0 before its first."""
        seq = chain.commits.first - 1
        if not seq:
            return 0
        if chain.whole:
            return read(chain.whole.commits[seq - 1])[1]
        return self._log.lamport(WriteId(chain.actor.id, seq))

    def _time_of(
        self, coming: Mapping[tuple[int, bytes], int], actor: bytes, seq: int, head: bytes
    ) -> int:
        """Return the logical time of a cause, which is here or comes too."""
        place = None if (seq, head) in coming else self._log.place_of(actor, seq, head)
        return coming[seq, head] if place is None else self._log.lamport(place)

    def _in_order(self, chains: Sequence[_Chain]) -> Sequence[Sealed]:
        """Return the commits of chains that all have their causes, each behind its own."""
        if len(chains) == 1:
            return chains[0].commits
        commits = [sealed for chain in chains for sealed in chain.commits]
        return sorted(commits, key=lambda s: (s.lamport, s.actor, s.seq))

    # -- writing -------------------------------------------------------------------------------

    def _store(self, chains: Sequence[_Chain]) -> tuple[Touched, Sequence[Sealed], bool]:
        """Write chains that all have their causes; returns what that touched, the commits, and whether all is anew."""
        straight = [chain for chain in chains if not chain.whole]
        branches = [chain for chain in chains if chain.whole]
        with self._log.unharmed(), transaction(self._raw):
            commits = self._append(straight) if straight else ()
            if branches:
                commits = _each_once([*commits, *(s for c in branches for s in c.commits)])
                self._branch(branches)
                rebuild(self._raw, self._log)
            touched = [] if branches else self._fold(commits)
            self._keep_time(max(chain.commits.wires[-1][1] for chain in chains))
            cut = self._state.follow_retirements()
            if cut:
                rebuild(self._raw, self._log)
        return touched, commits, bool(branches) or cut

    def _append(self, chains: Sequence[_Chain]) -> Sequence[Sealed]:
        """Write chains behind what is held of them; returns their commits in order."""
        for chain in chains:
            self._log.know_root(self._raw, chain.actor)
        self._log.extend(self._raw, [chain.commits for chain in chains])
        self._seal(chains)
        return self._in_order(chains)

    def _fold(self, commits: Sequence[Sealed]) -> Touched:
        touched, numbers = self._state.apply(commits)
        self._index.add(commits, numbers, later=len(commits) > INDEXED_AT_ONCE)
        return touched

    def _branch(self, chains: Sequence[_Chain]) -> None:
        """Keep every branch of the chains that were written on twice."""
        paths: dict[bytes, list[Path]] = {}
        for chain in chains:
            if chain.whole:
                self._log.know_root(self._raw, chain.actor)
                paths.setdefault(chain.actor.id, []).append(chain.whole)
        for root, found in paths.items():
            mine = [
                self._log.path(name)
                for name in self._log.actors
                if self._log.root(name) == root and not self._log.forked(name)
            ]
            self._log.regrow(self._raw, root, runs_of(root, [*mine, *found]))

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


def _read(seg: Seg, start: int) -> _Read:
    """Return what the commits say from a place on, once everything in them is found to be possible."""
    try:
        wires = read_all(seg.commits[start:])
    except DamagedError:
        raise RefusedError(f"What came holds a commit that can't be read. {UNTOUCHED}") from None
    read = _Read(wires, set(), [], rising=True)
    before, rising = 0, True
    plain: dict[tuple[str, str], list[Any]] = {field: [] for field in PLAIN}
    for n, (_, time, wall, causes, _, _, changes, _) in enumerate(wires, seg.first + start):
        if not 0 < time < MAX_LAMPORT or abs(wall) > MAX_LAMPORT or not changes:
            raise RefusedError(f"What came holds a commit that can't be. {UNTOUCHED}")
        rising, before = rising and before < time, time
        if causes:
            read.causes.append((time, causes))
        for change in changes:
            kind, entity, name, slot, value, _ = change
            values = plain.get((kind, name))
            if values is None or slot or not 0 < len(entity) < MAX_NAME:
                _look_closer(seg, n, change)
                if (found := admitted(change)) is not None:
                    read.admits.add(found)
            else:
                values.append(value)
    unusual = {field for field, values in plain.items() if not surely_possible(*field, values)}
    if unusual:
        _look_at(seg, start, wires, unusual)
    return read._replace(rising=rising)


def _look_at(
    seg: Seg, start: int, wires: Sequence[Wire], fields: Container[tuple[str, str]]
) -> None:
    """Refuse what can't be among the values of some plain fields."""
    for n, wire in enumerate(wires, seg.first + start):
        for change in wire[6]:
            field = (change[0], change[2])
            if field in fields and not surely_possible(*field, (change[4],)):
                _look_closer(seg, n, change)


def _look_closer(seg: Seg, seq: int, change: WireChange) -> None:
    """Refuse a change that can't be."""
    kind, entity, name, slot, value, _ = change
    if kind == ACTOR and (entity != (seg.root or seg.actor).hex() or seq != 1):
        raise RefusedError(f"What came introduces another's laptop. {UNTOUCHED}")
    try:
        refuse_impossible(kind, entity, name, slot, value)
    except BadInputError as error:
        raise RefusedError(
            f"What came holds a value that this version can't take: {error}. {UNTOUCHED}"
        ) from None


def _admit(chains: Sequence[_Chain], trusted: set[tuple[bytes, str]]) -> None:
    """Refuse chains of persons whom nobody has admitted, or who write for another partner.

    Whether the admission counts isn't asked here: see ``replication.strangers``.
    """
    persons, left = set(trusted), list(chains)
    while left:
        known = [c for c in left if (c.actor.person, c.actor.partner) in persons]
        if not known:
            raise RefusedError(
                f"What came holds commits of somebody who doesn't belong to this partnership. {UNTOUCHED}"
            )
        left = [c for c in left if c not in known]
        persons.update(pair for chain in known for pair in chain.said.admits)


def _each_once(commits: Sequence[Sealed]) -> list[Sealed]:
    """Return commits without repetition: branches share what they grew from."""
    return list({(sealed.seq, sealed.hash): sealed for sealed in commits}.values())
