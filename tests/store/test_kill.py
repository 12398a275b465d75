"""Power taken away from a process in the middle of writing: what it acknowledged must be there."""

import multiprocessing as mp
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dyad_desktop.replication import commit as chain
from dyad_desktop.store import chains, log, writer
from dyad_desktop.store.connection import Raw
from tests.store.desk import Desk, new_goal, set_title, title_of

if TYPE_CHECKING:
    from dyad_desktop.store.check import Finding

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="forks a warm process for each kill"
)


def _write_on_and_on(folder: Path, start: int, acknowledge: Connection) -> None:
    """Write numbered titles and tell of each once it was acknowledged; close and undo at times."""
    desk = Desk(folder, salt=str(start))
    workspace = desk.open() if desk.path.exists() else desk.create()
    if not workspace.records():
        new_goal(workspace, "begin")
    for number in count(start):
        set_title(workspace, "AB"[number % 2], f"T{number}")
        acknowledge.send(number)
        if number % 7 == 0:
            workspace.undo("AB"[number % 2])
        if number % 11 == 0:
            workspace.close()
            workspace = desk.open()


def _kill_once(desk: Desk, start: int, patience: int, chance: random.Random) -> list[int]:
    """Kill a writer after some acknowledgements; return all that it sent."""
    context = mp.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_write_on_and_on, args=(desk.folder, start, send))
    process.start()
    send.close()
    told: list[int] = []
    try:
        while len(told) < patience:
            told.append(receive.recv())
        for _ in range(chance.randrange(3000)):
            pass  # so that the blow falls anywhere within a write
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -signal.SIGKILL
    try:
        while True:
            told.append(receive.recv())
    except EOFError:
        receive.close()
    process.close()
    return told


def _survives(desk: Desk, kills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SEGMENT", 8)
    chance = random.Random(kills)  # noqa: S311 - repeatable on purpose
    told: set[int] = set()
    for killed in range(1, kills + 1):
        start = max(told, default=0) + 1000
        told |= set(_kill_once(desk, start, chance.randrange(1, 25), chance))
        with desk.opened() as workspace:
            written = {line.note for line in workspace.journal()}
            lost = {f"Title: T{number}" for number in told} - written
            assert not lost, "acknowledged, and not there"
            assert title_of(workspace) is not None
            assert workspace.check() == []
            # A kill between the mark and the commit leaves a mark that is ahead: the next session is a fresh
            # actor, which is the safe side. One write is cut off by a kill, so there is one at most for each.
            assert len(workspace.actors) <= 2 + killed


def test_every_acknowledged_change_is_there_after_a_kill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _survives(desk, 15, monkeypatch)


def test_so_is_one_that_the_journal_did_not_list_yet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "INDEXED_AT_ONCE", 0)
    _survives(desk, 15, monkeypatch)


@pytest.mark.slow
def test_after_many_kills(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _survives(desk, 60, monkeypatch)


@contextmanager
def _acknowledged_before_commit(raw: Raw) -> Iterator[Any]:
    """Commit only every fourth time: the three before are acknowledged all the same."""
    if not raw.in_transaction:
        raw.execute("BEGIN IMMEDIATE")
    yield raw
    if raw.total_changes % 4 == 0:
        raw.execute("COMMIT")


class TestPlantedFaults:
    def test_acknowledging_before_the_commit_is_caught(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "begin")
        monkeypatch.setattr(writer, "transaction", _acknowledged_before_commit)
        with pytest.raises(AssertionError, match="not there"):
            _survives(desk, 10, monkeypatch)

    def test_a_skipped_hash_check_is_caught(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The chain is what finds a rewritten commit: without it check finds less."""
        with desk.created() as workspace:
            new_goal(workspace, "begin")
            workspace._raw.execute("UPDATE log SET data=CAST(replace(data,'egin','EGIN') AS BLOB)")
            assert [found.check for found in workspace.check()] == ["hash"]
            stored = workspace._raw.execute("SELECT hash FROM log").fetchone()[0]
            monkeypatch.setattr(chains, "chain_hash", lambda *_: stored)
            blind: list[Finding] = workspace.check()
            assert "hash" not in {found.check for found in blind}
            assert chain.chain_hash(b"", b"") != stored
