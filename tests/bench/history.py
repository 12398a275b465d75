"""The past of a workspace with a million changes: how fast its history opens, and what changed since we last met."""

import gc
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from dyad_desktop.services.history import item_as_of, journal_page, moment_of, writes_of
from dyad_desktop.services.meeting_point import last_met, since
from dyad_desktop.services.session import Session
from dyad_desktop.store.workspace import Workspace
from tests.bench.merge import elsewhere
from tests.bench.merge import writes_of as made_up
from tests.store.desk import Desk

CHANGES = 1_000_000
ROUNDS = 5
KEY = ("goal", "g7")


@dataclass(frozen=True, slots=True)
class PastTimes:
    """Milliseconds: the first look after opening (nothing cached), and the median of later ones."""

    history_first: float
    history: float
    journal: float
    item: float
    since_first: float
    since: float


def fill(folder: Path, changes: int) -> Path:
    """Make a workspace that holds so many changes of another copy; returns its path."""
    desk = Desk(folder, "here")
    workspace = desk.create()
    seg, person = elsewhere(workspace.id, made_up(changes))
    workspace.receive([seg], {person: "B"})
    workspace.close()
    return desk.path


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    assert work() is not None
    return (time.perf_counter() - began) * 1e3


def _twice(session: Session, work: Callable[[Session], object]) -> tuple[float, float]:
    first = _timed(lambda: work(session))
    return first, median(_timed(lambda: work(session)) for _ in range(ROUNDS))


def measure(changes: int = CHANGES) -> PastTimes:
    """Open the file and look back."""
    with tempfile.TemporaryDirectory() as name:
        path = fill(Path(name), changes)
        session = Session(Workspace.open(path, Desk(Path(name), "here").local))
        middle = moment_of(session, changes // 2)
        first, later = _twice(session, lambda s: writes_of(s, [KEY]).lines or None)
        _, journal = _twice(session, lambda s: journal_page(s, changes // 2) or None)
        _, item = _twice(session, lambda s: item_as_of(s, KEY, middle.cut))
        since_first, since_later = _twice(session, lambda s: since(s, last_met(s)))
        session.close()
    return PastTimes(first, later, journal, item, since_first, since_later)


if __name__ == "__main__":
    os.environ.setdefault("DYAD_HOME", tempfile.gettempdir())
    print(measure())
