"""The sacred part of a workspace file: chains of commits, segments of them, and the seals over them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from itertools import repeat
from typing import Any

from dyad_desktop.replication.branches import Branch, Run
from dyad_desktop.replication.commit import Sealed, Stretch, chain_hash
from dyad_desktop.replication.membership import Actor
from dyad_desktop.store.chains import Chains
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.segments import cut, pack_segment

SEGMENT = 512
"""Commits in one compressed segment."""


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

    def extend(self, raw: Raw, chains: Sequence[Stretch]) -> None:
        """Write many commits, of each actor a stretch: full runs go into segments at once."""
        self._batch = {chain.actor: chain for chain in chains}
        for chain in chains:
            actor, first, data, hashes = chain.actor, chain.first, chain.data, chain.hashes
            if len(data) >= 2 * SEGMENT:  # what it hangs on goes with it
                tail = self._take_tail(raw, actor)
                first -= len(tail)
                data = [*(row[0] for row in tail), *data]
                hashes = [*(row[1] for row in tail), *hashes]
            previous = self.hash_at(actor, first - 1)
            done = max(0, len(data) // SEGMENT - 1) * SEGMENT  # the last full run stays in the tail
            for start in range(0, done, SEGMENT):
                end = start + SEGMENT
                self._put_segment(raw, actor, first + start, previous, data[start:end])
                previous = hashes[end - 1]
            number, last = self.numbers[actor], first + len(data)
            raw.executemany(
                "INSERT INTO log VALUES (?,?,?,?)",
                zip(repeat(number), range(first + done, last), hashes[done:], data[done:]),
            )
            self._heads[actor] = (last - 1, hashes[-1])

    def _take_tail(self, raw: Raw, actor: bytes) -> list[tuple[bytes, bytes]]:
        """Take an actor's rows (bytes, hash) out of the tail, so that segments stay before it."""
        query = "SELECT data, hash FROM log WHERE actor=? ORDER BY seq"
        tail: list[tuple[bytes, bytes]] = raw.execute(query, (self.numbers[actor],)).fetchall()
        raw.execute("DELETE FROM log WHERE actor=?", (self.numbers[actor],))
        return tail

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
        runs = cut(data)
        for n, run in enumerate(runs, 1):
            last = first + len(run) - 1
            row = (self.numbers[actor], first, last, previous, pack_segment(run))
            raw.execute("INSERT INTO segment VALUES (?,?,?,?,?)", row)
            if n < len(runs):
                first, previous = last + 1, reduce(chain_hash, run, previous)
