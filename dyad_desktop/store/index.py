"""What finds commits again: the journal in their order of arrival, and the index of writes by field.

Both are made of the log and may lag behind it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dyad_desktop.domain.book import Key
from dyad_desktop.replication.commit import Sealed
from dyad_desktop.replication.membership import RETIRED, inner, may_say
from dyad_desktop.store.connection import Raw, transaction
from dyad_desktop.store.log import Log

_JOURNAL = "INSERT INTO journal(actor,seq,lamport,wall_ms,kind,note,changes) VALUES (?,?,?,?,?,?,?)"


class Index:
    """The journal and the index of one open file: they follow at once, or when they are next read.

    How far they are is told by the file alone: the journal's own lines, against the log.
    """

    def __init__(self, raw: Raw, log: Log) -> None:
        """Work on a connection whose log is ``log``."""
        self._raw, self._log = raw, log
        self._lagging = True  # until looked at: the last session may have been cut off

    def add(self, commits: Sequence[Sealed], numbers: Mapping[Key, int], *, later: bool) -> None:
        """Take in commits that were just folded, in the caller's transaction; ``later``: not until these are read.

        Behind some that wait all wait: the journal lists causes before effects.
        """
        if later or self._lagging:
            self._lagging = True
        else:
            index(self._raw, self._log, commits, numbers)

    def lag(self) -> None:
        """Look at the log anew before the next reading: more than the last commits of it has changed."""
        self._lagging = True

    def catch_up(self, *, read_only: bool = False) -> None:
        """Bring both up to date, in a transaction of its own; of a file that is only read, copies of both."""
        if not self._lagging:
            return
        late = unindexed(self._raw, self._log)
        if late:
            with transaction(self._raw):
                if read_only:
                    _copy_aside(self._raw)
                index(self._raw, self._log, late)
        self._lagging = False


def _copy_aside(raw: Raw) -> None:
    """Have copies of the journal and the index stand before those of the file, for as long as it is open."""
    for name in ("journal", "history"):
        query = "SELECT sql FROM main.sqlite_master WHERE type='table' AND name=?"
        (made,) = raw.execute(query, (name,)).fetchone()
        raw.execute(made.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
        raw.execute(f"INSERT INTO temp.{name} SELECT * FROM main.{name}")  # noqa: S608 - one of the two


def index(
    raw: Raw, log: Log, commits: Sequence[Sealed], numbers: Mapping[Key, int] | None = None
) -> None:
    """Write commits into the journal and into the index, in the caller's transaction.

    ``numbers`` are those of things that are known already.
    """
    done = {actor: _indexed(raw, log, actor) for actor in {sealed.actor for sealed in commits}}
    following = []
    for sealed in commits:  # behind a gap they wait for those before them: see ``unindexed``
        if sealed.seq == done[sealed.actor] + 1:
            done[sealed.actor] += 1
            following.append(sealed)
    raw.executemany(_JOURNAL, [journal_row(log, sealed) for sealed in following])
    index_fields(raw, log, following, numbers or {})


def index_fields(raw: Raw, log: Log, commits: Sequence[Sealed], numbers: Mapping[Key, int]) -> None:
    """Write commits into the index of writes by field; ``numbers`` as above."""
    entities = dict(numbers)
    rows: list[tuple[int, str, str, int, int]] = []
    for sealed in commits:
        number, seq = log.numbers[sealed.actor], sealed.seq
        author = log.actors[sealed.actor]
        for change in log.said(sealed.actor, seq, sealed.wire):
            key = (change[0], change[1])
            if key[0] == RETIRED and not may_say(change[3], key[1], author):
                continue
            entity = entities.get(key)
            if entity is None:
                found = raw.execute("SELECT n FROM entity WHERE kind=? AND id=?", key).fetchone()
                entity = entities[key] = found[0] if found else -1
            if entity < 0:
                continue  # only commits that don't count wrote into it
            rows.append((entity, change[2], change[3], number, seq))
    raw.executemany("INSERT OR IGNORE INTO history VALUES (?,?,?,?,?)", rows)


def unindexed(raw: Raw, log: Log) -> list[Sealed]:
    """Return the commits that the journal doesn't list yet, causes before effects."""
    late: list[Sealed] = []
    for actor, (seq, _) in log.vector().items():
        done = _indexed(raw, log, actor)
        if done < seq:
            late += log.since(actor, done)
    return sorted(late, key=lambda s: (s.lamport, s.actor, s.seq))


def _indexed(raw: Raw, log: Log, actor: bytes) -> int:
    """Return the number of the last commit of a run that the journal lists without a gap."""
    query = "SELECT coalesce(max(seq),0) FROM journal WHERE actor=?"
    (done,) = raw.execute(query, (log.numbers[actor],)).fetchone()
    return max(int(done), log.owners(actor)[0][0] - 1)


def journal_row(log: Log, sealed: Sealed) -> tuple[Any, ...]:
    """Return what the journal says of a commit, but for its place."""
    _, lamport, wall_ms, _, kind, _, changes, note = sealed.wire
    count = sum(1 for change in changes if not inner(change[0]))
    return (log.numbers[sealed.actor], sealed.seq, lamport, wall_ms, kind, note, count)
