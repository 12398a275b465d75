"""The sacred part of a workspace file: chains of commits, segments of them, and the seals over them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from itertools import chain as flattened
from itertools import repeat
from typing import Any, TypeAlias

from dyad_desktop.replication.branches import Branch, Run
from dyad_desktop.replication.commit import Sealed, Stretch, chain_hash
from dyad_desktop.replication.membership import Actor
from dyad_desktop.store.chains import Chains
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.segments import compress, packing, segments_of

SEGMENT = 512
"""Commits in one compressed segment."""


_SEGMENT_ROW = "INSERT INTO segment VALUES (?,?,?,?,?)"
_Place: TypeAlias = tuple[int, int, int, bytes]
"""Where a segment stands: the actor's number, its first and last commit, the hash before it."""


class Log(Chains):
    """Reads and appends chains. ``raw`` is a connection in the caller's transaction."""

    @contextmanager
    def unharmed(self) -> Iterator[None]:
        """Keep what is known in memory true to the file when what is written meanwhile is rolled back."""
        known = [self.actors, self.numbers, self.ids, self.branches, self.retired]
        before: list[Any] = [dict(one) for one in known]  # type: ignore[call-overload]
        strangers = self.strangers
        try:
            yield
        except BaseException:
            self.actors, self.numbers, self.ids, self.branches, self.retired = before
            self.strangers = strangers
            for cache in (self._heads, self._commits, self._segments):
                cache.clear()
            raise
        finally:
            self._batch = {}

    def add_actor(self, raw: Raw, actor: Actor) -> None:
        """Write a new actor's row."""
        raw.execute(
            "INSERT INTO actor VALUES (?,?,?,?,?,?,?)",
            (actor.n, actor.id, actor.partner, actor.device_name, actor.person, actor.device,
             actor.certificate),
        )  # fmt: skip
        self.know(actor)

    def know_root(self, raw: Raw, actor: Actor) -> None:
        """Write the row of a chain's actor if it has none yet."""
        if actor.id not in self.actors:
            self.add_actor(raw, replace(actor, n=max(self.ids, default=0) + 1))

    def regrow(self, raw: Raw, root: bytes, runs: Sequence[Run]) -> None:
        """Write a forked chain's runs in place of whatever is stored of it."""
        raw.execute(
            "CREATE TABLE IF NOT EXISTS fork (actor INTEGER NOT NULL, root BLOB NOT NULL, before BLOB NOT NULL,"
            " first INTEGER NOT NULL, PRIMARY KEY (actor)) WITHOUT ROWID"
        )
        old = [name for name in self.actors if self.root(name) == root]
        base = self.actors[root]
        for name in old:
            for table in ("log", "segment", "seal", "journal", "history", "fork"):
                raw.execute(f"DELETE FROM {table} WHERE actor=?", (self.numbers[name],))  # noqa: S608
            self._heads.pop(name, None)
            self.branches.pop(name, None)
        self._commits.clear()
        self._segments.clear()
        self._batch = {}
        for run in runs:
            if run.id not in self.actors:
                number = max(self.ids, default=0) + 1
                self.add_actor(raw, replace(base, n=number, id=run.id))
            if run.id != root:
                row = (self.numbers[run.id], root, run.before, run.first)
                raw.execute("INSERT INTO fork VALUES (?,?,?,?)", row)
                self.branches[run.id] = Branch(root, run.before, run.first)
            self._put_run(raw, run)

    def _put_run(self, raw: Raw, run: Run) -> None:
        number = self.numbers[run.id]
        raw.executemany(
            "INSERT INTO log VALUES (?,?,?,?)",
            [
                (number, run.first + n, head, data)
                for n, (data, head) in enumerate(zip(run.commits, run.hashes, strict=True))
            ],
        )
        if run.seal and run.commits:
            last = run.first + len(run.commits) - 1
            raw.execute(
                "INSERT INTO seal VALUES (?,?,?,?)", (number, last, run.hashes[-1], run.seal)
            )

    def append(self, raw: Raw, sealed: Sealed) -> None:
        """Write a commit's row and its lines in the indexes."""
        row = (self.numbers[sealed.actor], sealed.seq, sealed.hash, sealed.data)
        raw.execute("INSERT INTO log VALUES (?,?,?,?)", row)
        self._heads[sealed.actor] = (sealed.seq, sealed.hash)

    @contextmanager
    def extending(self, raw: Raw, chains: Sequence[Stretch]) -> Iterator[None]:
        """Write many commits, of each actor a stretch; full runs go into segments, compressed while the block goes on.

        In the block all of them are known, but not all are in the file yet.
        """
        full = []
        for chain in chains:
            if len(chain) < 2 * SEGMENT:
                self._put_tail(raw, chain, 0)
            else:  # what it hangs on goes with it; the last full run stays in the tail
                chain = self._with_tail(raw, chain)  # noqa: PLW2901 - the same, longer
                previous = self.hash_at(chain.actor, chain.first - 1)
                done = (len(chain) // SEGMENT - 1) * SEGMENT
                full.append(self._full_runs(chain, done, previous))
                self._put_tail(raw, chain, done)
            self._batch[chain.actor] = chain
        with packing(flattened.from_iterable(full)) as packed:
            yield
            raw.executemany(_SEGMENT_ROW, ((*place, data) for place, data in packed()))

    def _with_tail(self, raw: Raw, chain: Stretch) -> Stretch:
        """Take an actor's rows out of the tail and put them before a stretch, so that segments stay before the tail."""
        number = self.numbers[chain.actor]
        query = "SELECT data, hash FROM log WHERE actor=? ORDER BY seq"
        tail = raw.execute(query, (number,)).fetchall()
        raw.execute("DELETE FROM log WHERE actor=?", (number,))
        data, hashes = [row[0] for row in tail], [row[1] for row in tail]
        first = chain.first - len(tail)
        return Stretch(chain.actor, first, data + chain.data, hashes + chain.hashes)

    def _full_runs(
        self, chain: Stretch, done: int, previous: bytes
    ) -> Iterator[tuple[_Place, bytes]]:
        """Yield the first ``done`` commits of a stretch, behind a hash, in segments."""
        for start in range(0, done, SEGMENT):
            end = start + SEGMENT
            yield from self._segments_of(
                chain.actor, chain.first + start, previous, chain.data[start:end]
            )
            previous = chain.hashes[end - 1]

    def _put_tail(self, raw: Raw, chain: Stretch, done: int) -> None:
        """Write the commits of a stretch that follow its first ``done``."""
        numbers = range(chain.first + done, chain.first + len(chain))
        actor = repeat(self.numbers[chain.actor])
        raw.executemany(
            "INSERT INTO log VALUES (?,?,?,?)",
            zip(actor, numbers, chain.hashes[done:], chain.data[done:], strict=False),
        )
        self._heads[chain.actor] = (chain.first + len(chain) - 1, chain.hashes[-1])

    def compact(self, raw: Raw) -> None:
        """Compress full runs of an actor's tail into segments."""
        for actor in self.actors.values():
            rows = raw.execute(
                "SELECT seq, hash, data FROM log WHERE actor=? ORDER BY seq", (actor.n,)
            ).fetchall()
            while len(rows) > SEGMENT:
                part, rows = rows[:SEGMENT], rows[SEGMENT:]
                self._compress(raw, actor, part)

    def _compress(self, raw: Raw, actor: Actor, rows: list[tuple[int, bytes, bytes]]) -> None:
        first, last = rows[0][0], rows[-1][0]
        previous = self.hash_at(actor.id, first - 1)
        self._put_segment(raw, actor.id, first, previous, [row[2] for row in rows])
        raw.execute("DELETE FROM log WHERE actor=? AND seq<=?", (actor.n, last))

    def _put_segment(
        self, raw: Raw, actor: bytes, first: int, previous: bytes, data: list[bytes]
    ) -> None:
        for place, segment in self._segments_of(actor, first, previous, data):
            raw.execute(_SEGMENT_ROW, (*place, compress(segment)))

    def _segments_of(
        self, actor: bytes, first: int, previous: bytes, data: list[bytes]
    ) -> Iterator[tuple[_Place, bytes]]:
        """Yield a run of commits in segments that aren't too large, each with where it stands."""
        runs = segments_of(data)
        for n, (run, segment) in enumerate(runs, 1):
            last = first + len(run) - 1
            yield (self.numbers[actor], first, last, previous), segment
            if n < len(runs):
                first, previous = last + 1, reduce(chain_hash, run, previous)
