"""The whole partnership as it stood at a cut, made in small steps so that other work goes on in between."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.records import entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.document import Document
from dyad_desktop.replication.membership import inner
from dyad_desktop.store.past import Cut, Past

if TYPE_CHECKING:
    from dyad_desktop.domain.schema import Entity

STEP = 400
"""Commits in one step: some twenty milliseconds."""
_WALKS = 20
"""Looking up a single write costs as much as reading so many commits in a row."""


class Unwinding:
    """Goes back from ``book``, which is the present, to a cut.

    Only what was written since has to be made anew: thing by thing while that is little, else by reading the log
    from its beginning up to the cut. ``changed`` tells who wrote which register since, ``apart`` which registers were
    contested at the cut, with the writes that stood in them.
    """

    def __init__(self, past: Past, book: Book, cut: Cut) -> None:
        self._past, self.cut = past, cut
        self.book = book
        self.apart: dict[Address, tuple[WriteId, ...]] = {}
        self.changed: dict[Address, frozenset[str]] = {}
        self.progress = 0.0
        self.done = False
        self._steps = self._run()

    def step(self) -> bool:
        """Do a little; returns whether all is done and ``book`` is the earlier one."""
        if next(self._steps, None) is None:
            self.done, self.progress = True, 1.0
        return self.done

    def finish(self) -> Book:
        """Do all that is left."""
        while not self.step():
            pass
        return self.book

    def _run(self) -> Iterator[float]:
        yield from self._gather()
        keys = {(at.kind, at.id) for at in self.changed}
        weight = sum(self._past.count_writes(key) for key in keys) if len(keys) < STEP else STEP**2
        then: dict[Key, Entity | None] = {}
        if weight * _WALKS <= sum(self.cut.values()) or weight <= STEP:
            for n, key in enumerate(sorted(keys), 1):
                then[key] = self._entity(key, self._past.document(key, self.cut))
                self.progress = 0.5 + n / (2 * len(keys))
                yield self.progress
        else:
            documents: dict[Key, Document] = {key: {} for key in keys}
            yield from self._sweep(documents)
            for key, document in documents.items():
                then[key] = self._entity(key, document)
        for at in self._past.contested():
            if at[:2] not in keys and at not in self.apart:
                self.apart |= self._past.apart(at[:2])
        self.book = self.book.with_entities(then.items())

    def _entity(self, key: Key, document: Document) -> "Entity | None":
        """Return a thing of the past, and note what was contested of it."""
        self.apart |= self._past.apart(key, document)
        record = self._past.record_of(key, document)
        return None if record is None else entity_of(*key, record)

    def _gather(self) -> Iterator[float]:
        """Find which registers were written behind the cut, and by whom."""
        found: dict[Address, set[str]] = {}
        late = [
            WriteId(actor, seq)
            for actor, last in self._past.now().items()
            for seq in range(self.cut.get(actor, 0) + 1, last + 1)
        ]
        for n, write in enumerate(late, 1):
            commit = self._past.commit(write)
            who = self._past.partner(write.actor)
            for change in commit.changes if self._past.counts(write, commit) else ():
                if change.at.kind in KINDS and not inner(change.at.kind):
                    found.setdefault(change.at, set()).add(who)
            if n % STEP == 0:
                self.progress = n / len(late) / 2
                yield self.progress
        self.changed = {at: frozenset(who) for at, who in found.items()}

    def _sweep(self, documents: dict[Key, Document]) -> Iterator[float]:
        """Fold the log from its beginning up to the cut into the documents."""
        at, whole, read = 0, max(1, sum(self.cut.values())), 0
        while rows := self._past.ordered(at, STEP):
            for _, write in rows:
                if write.seq > self.cut.get(write.actor, 0):
                    continue
                read += 1
                commit = self._past.commit(write)
                if not self._past.counts(write, commit):
                    continue
                for change in commit.changes:
                    document = documents.get((change.at.kind, change.at.id))
                    if document is not None:
                        self._past.put(document, change, write, commit.lamport)
            at = rows[-1][0]
            self.progress = 0.5 + read / whole / 2
            if read >= whole:
                return
            yield self.progress
