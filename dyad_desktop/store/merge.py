"""Takes what another copy sent: verifies it, puts causes before effects, folds it, all in one transaction."""

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter

import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.collector import uncollected
from dyad_desktop.errors import WorkspaceError
from dyad_desktop.replication.branches import Path, placed, runs_of
from dyad_desktop.replication.change import WriteId
from dyad_desktop.replication.commit import GENESIS, Sealed, Stretch, Wire, commit_of, read
from dyad_desktop.replication.membership import Actor, inner, introduced
from dyad_desktop.replication.messages import RefusedError, Seg
from dyad_desktop.replication.signing import certificate_holds, seal_holds
from dyad_desktop.store.connection import Raw, transaction
from dyad_desktop.store.delivery import (
    CUT,
    UNTOUCHED,
    Chain,
    Said,
    hashes_of,
    joined,
    read_possible,
)
from dyad_desktop.store.index import Index
from dyad_desktop.store.log import Log
from dyad_desktop.store.people import People
from dyad_desktop.store.state import Run, State, Touched, rebuild

INDEXED_AT_ONCE = 1_000
"""A larger delivery is on the disk before the journal and the history follow it: at the first look, or at close."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What taking a delivery did.

    ``commits`` is how many came, ``changes`` how many values they wrote, ``note`` the label of the last of them;
    ``actors`` made them. ``waiting`` counts commits that wait for others that haven't come yet; the next delivery
    brings them again.
    ``anew``: what counts has changed, so that anything may be otherwise than before.
    """

    touched: Touched
    commits: int = 0
    changes: int = 0
    note: str = ""
    actors: frozenset[bytes] = frozenset()
    waiting: int = 0
    anew: bool = False


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
        chains = [one for seg in joined(segments) if (one := self._verified(seg)) is not None]
        _admit(chains, trusted)
        ready, waiting = self._with_causes(chains)
        self._refuse_false_times(ready)
        if not ready:
            return Merged([], waiting=waiting)
        self._index.catch_up()  # what was here before is listed before what comes
        touched, anew = self._store(ready)
        last = max(ready, key=lambda chain: (chain.said.times[-1], chain.commits.actor))
        actors = frozenset(chain.commits.actor for chain in ready)
        return Merged(touched, *_counted(ready), last.said.note, actors, waiting, anew)

    # -- verifying -----------------------------------------------------------------------------

    def _verified(self, seg: Seg) -> Chain | None:
        """Return the part of a segment that is new here; ``None`` when there is none or it can't join yet."""
        known = self._log.actors.get(seg.actor)
        held, held_hash = self._log.head(seg.actor) if known else (0, GENESIS)
        if not seg.commits or not 1 <= seg.first <= held + 1:
            return None
        hashes = hashes_of(seg)
        if known is None and seg.root:
            return self._forked(seg, seg.root, hashes)
        if seg.previous != self._log.hash_at(seg.actor, seg.first - 1):
            if seg.first > 1:
                raise RefusedError(CUT)
            return None
        overlap = held - seg.first
        differs = 0 <= overlap < len(hashes) and hashes[overlap] != held_hash
        if differs or (self._log.forked(seg.actor) and seg.last > held):
            return self._forked(seg, self._log.root(seg.actor), hashes)
        start = max(0, held + 1 - seg.first)
        if start >= len(seg.commits):
            return None
        commits = Stretch(seg.actor, seg.first + start, seg.commits[start:], hashes[start:])
        said = read_possible(commits)
        return Chain(self._author(seg, seg.actor, said), commits, said, seg.seal)

    def _author(self, seg: Seg, name: bytes, said: Said) -> Actor:
        """Return who wrote a segment, by the name under which the chain is held; its first commit introduces it.

        Refuses a segment whose actor nobody certified, or whose seal is false.
        """
        root = self._log.root(name)
        actor = self._log.actors.get(name)
        if actor is None:
            actor = introduced(root, commit_of(root, said.wires[0]).changes)
        if actor is None or not certificate_holds(actor.person, actor.device, actor.certificate):
            raise RefusedError(f"What came doesn't say whose it is. {UNTOUCHED}")
        if not seal_holds(actor.device, seg.seal, self._workspace, root, seg.last, seg.head):
            raise RefusedError(f"The signature of what came is false. {UNTOUCHED}")
        return actor

    def _forked(self, seg: Seg, root: bytes, hashes: list[bytes]) -> Chain | None:
        """Return a chain, whole, that branches off the one that is held here or came before."""
        if root in self._log.branches:  # it says itself to be a branch of a branch
            raise RefusedError(CUT)
        if self._log.holds(root, seg.last, hashes[-1]):
            return None
        if seg.first == 1:
            before: tuple[bytes, ...] = ()
        else:
            before = self._log.path(seg.actor).commits[: seg.first - 1]
        path = Path((*before, *seg.commits), seg.seal)
        places = range(len(hashes))  # behind the first that isn't held, none is
        held = bisect_left(
            places, 1, key=lambda n: int(not self._log.holds(root, seg.first + n, hashes[n]))
        )
        new = Stretch(root, seg.first + held, seg.commits[held:], hashes[held:])
        said = read_possible(new)
        return Chain(self._author(seg, root, said), new, said, seg.seal, path)

    # -- order ---------------------------------------------------------------------------------

    def _with_causes(self, chains: Sequence[Chain]) -> tuple[list[Chain], int]:
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

    def _causes_known(self, chain: Chain, coming: Container[tuple[int, bytes]]) -> bool:
        return all(
            (seq, head) in coming or self._log.place_of(actor, seq, head) is not None
            for _, causes in chain.said.causes
            for actor, seq, head in causes
        )

    def _refuse_false_times(self, chains: Sequence[Chain]) -> None:
        """Refuse commits whose logical time isn't later than that of their causes.

        What is made anew of the log is folded by it, and would differ from what was folded as it came.
        """
        together = chains if len(chains) > 1 else ()
        coming = {
            (sealed.seq, sealed.hash): time
            for chain in together
            for sealed, (_, time, *_) in zip(chain.commits, chain.said.wires, strict=True)
        }
        for chain in chains:
            early = any(
                time <= max(self._time_of(coming, *cause) for cause in causes)
                for time, causes in chain.said.causes
            )
            first, _ = chain.said.times
            if early or not chain.said.rising or first <= self._time_before(chain):
                raise RefusedError(
                    f"What came holds a commit that is out of its order. {UNTOUCHED}"
                )

    def _time_before(self, chain: Chain) -> int:
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

    def _runs(self, chains: Sequence[Chain]) -> Iterator[Run]:
        """Yield the commits of chains that all have their causes, each behind its own, in runs of one actor."""
        said = {chain.commits.actor: self._said(chain) for chain in chains}
        if len(said) == 1:
            yield from said.items()
            return
        order = sorted((wire[1], c.commits.actor) for c in chains for wire in c.said.wires)
        for actor, run in groupby(order, itemgetter(1)):
            yield actor, islice(said[actor], sum(1 for _ in run))

    def _said(self, chain: Chain) -> Iterator[tuple[int, Wire]]:
        """Return (number, plain form) of a chain's commits; a branch's name others by the runs that hold them."""
        if chain.commits.actor not in self._log.branches:
            return chain.take()
        owners = self._log.owners(chain.commits.actor)
        return ((seq, placed(wire, owners)) for seq, wire in chain.take())

    # -- writing -------------------------------------------------------------------------------

    def _store(self, chains: Sequence[Chain]) -> tuple[Touched, bool]:
        """Write chains that all have their causes; returns what that touched, and whether all is anew."""
        straight = [chain for chain in chains if not chain.whole]
        branches = [chain for chain in chains if chain.whole]
        with self._log.unharmed(), transaction(self._raw):
            for chain in straight:
                self._log.know_root(self._raw, chain.actor)
            with self._log.extending(self._raw, [chain.commits for chain in straight]):
                self._seal(straight)
                touched = [] if branches else self._fold(straight)
            if branches:
                self._branch(branches)
                rebuild(self._raw, self._log)
            self._keep_time(max(chain.said.times[-1] for chain in chains))
            cut = self._state.retirements.follow()
            if cut:
                rebuild(self._raw, self._log)
        return touched, bool(branches) or cut

    def _fold(self, chains: Sequence[Chain]) -> Touched:
        count = sum(len(chain.commits) for chain in chains)
        changes = sum(chain.said.changes for chain in chains)
        touched, numbers = self._state.apply(self._runs(chains), changes)
        later = count > INDEXED_AT_ONCE
        self._index.add(() if later else self._in_order(chains), numbers, later=later)
        return touched

    def _in_order(self, chains: Sequence[Chain]) -> list[Sealed]:
        """Return the commits of chains that all have their causes, each behind its own."""
        commits = [self._log.placed(sealed) for chain in chains for sealed in chain.commits]
        return sorted(commits, key=lambda s: (s.lamport, s.actor, s.seq))

    def _branch(self, chains: Sequence[Chain]) -> None:
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

    def _seal(self, chains: Sequence[Chain]) -> None:
        self._raw.executemany(
            "INSERT OR REPLACE INTO seal VALUES (?,?,?,?)",
            [
                (self._log.actors[c.actor.id].n, c.commits[-1].seq, c.commits[-1].hash, c.seal)
                for c in chains
            ],
        )


def _admit(chains: Sequence[Chain], trusted: set[tuple[bytes, str]]) -> None:
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


def _counted(chains: Sequence[Chain]) -> tuple[int, int]:
    """Return how many commits chains hold, and how many values these write: branches share what they grew from."""
    if not any(chain.whole for chain in chains):
        return sum(len(one.commits) for one in chains), sum(one.said.changes for one in chains)
    once = {(sealed.seq, sealed.hash): sealed for chain in chains for sealed in chain.commits}
    wires = [sealed.wire for sealed in once.values()]
    return len(once), sum(not inner(change[0]) for wire in wires for change in wire[6])
