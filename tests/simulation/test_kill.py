"""A process killed while it receives and writes: what it acknowledged is there, the next delivery heals."""

import multiprocessing as mp
import random
import signal
import sys
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dyad_desktop.replication.change import Edit
from dyad_desktop.services import travel
from dyad_desktop.store import log
from tests.simulation import faults
from tests.simulation.computers import NAMES, Computer, beginning
from tests.simulation.machine import TITLE, WHY

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="forks a warm process for each kill"
)

BATCHES, KILLS = 8, 25


def _work(anna: Computer, bundles: list[Path], start: int, acknowledge: Connection) -> None:
    """Receive and write by turns, telling of each that was acknowledged; then write on and on."""
    anna._chance.seed(start)  # the parent's chance doesn't go on with ours
    for number in count(start):
        if number - start < len(bundles):
            travel.receive(anna.session, bundles[number - start])
            acknowledge.send(("received", number - start))
        anna.session.commit([Edit(WHY, f"W{number}")], f"W{number}")
        acknowledge.send(("wrote", number))
        if number % 5 == 0:
            anna.close()


def _kill(
    anna: Computer, bundles: list[Path], start: int, chance: random.Random
) -> list[tuple[str, int]]:
    """Kill a worker after some acknowledgements, at any point of what it does next; return all that it told."""
    context = mp.get_context("fork")
    hear, tell = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(anna, bundles, start, tell))
    process.start()
    tell.close()
    told: list[tuple[str, int]] = []
    try:
        patience = chance.randrange(10)
        while len(told) < patience:
            told.append(hear.recv())
        for _ in range(chance.randrange(120_000)):
            pass  # so that the blow falls anywhere within a delivery
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -signal.SIGKILL
    try:
        while True:
            told.append(hear.recv())
    except EOFError:
        hear.close()
    process.close()
    return told


class _Round:
    """One kill: what Boris sends beforehand, and what must hold afterwards."""

    def __init__(self, folder: Path, computers: list[Computer], number: int) -> None:
        self.anna, self.boris = computers
        self.number = number
        self.bundles: list[Path] = []
        self.vectors: list[dict[bytes, tuple[int, bytes]]] = []
        for part in range(3):
            for title in range(2):
                edit = Edit(TITLE, f"T{number}.{part}.{title}")
                self.boris.session.commit([edit], "edit")
            path = folder / f"bundle-{number}-{part}"
            travel.send(self.boris.session, path)
            self.bundles.append(path)
            self.vectors.append(self.boris.file.vector())
        self.anna.sit().close()
        self.boris.sit().close()

    def holds(self, told: list[tuple[str, int]]) -> None:
        """See that everything acknowledged is there and that the file agrees with itself."""
        vector = self.anna.file.vector()
        for what, number in told:
            if what == "received":
                for actor, (seq, _) in self.vectors[number].items():
                    assert vector[actor][0] >= seq, "acknowledged, and not there"
        written = {line.note for line in self.anna.session.journal()}
        lost = {f"W{number}" for what, number in told if what == "wrote"} - written
        assert not lost, "acknowledged, and not there"
        assert self.anna.file.check() == []

    def heals(self, folder: Path) -> None:
        """See that the next delivery brings all that the kill kept away, both ways."""
        travel.receive(self.anna.session, self.bundles[-1])
        answer = folder / f"answer-{self.number}"
        travel.send(self.anna.session, answer)
        travel.receive(self.boris.session, answer)
        assert self.anna.sit().file.digest() == self.boris.sit().file.digest()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(BATCHES))
def test_after_every_kill_what_was_acknowledged_is_there(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kills(seed, KILLS, tmp_path, monkeypatch)


def test_acknowledging_before_the_commit_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginning(2)
    faults.acknowledged_before_commit(monkeypatch)
    with pytest.raises(AssertionError, match="not there"):
        _kills(0, KILLS, tmp_path, monkeypatch)


def _kills(seed: int, kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYAD_HOME", str(tmp_path))
    computers = beginning(2).laid_out(tmp_path, NAMES[:2])
    monkeypatch.setattr(log, "SEGMENT", 16)
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    for number in range(kills):
        one = _Round(tmp_path, computers, number)
        told = _kill(computers[0], one.bundles, 1000 * number + 1, chance)
        one.holds(told)
        one.heals(tmp_path)
    for computer in computers:
        computer.drop()
