"""Two laptops of one partnership with homes of their own, and their live exchange on 127.0.0.1."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dyad_desktop.services import files, pairing, travel
from dyad_desktop.services.live import Door, Live, LiveEvents
from dyad_desktop.services.session import Session
from dyad_desktop.transport.channel import LinkTimes

if TYPE_CHECKING:
    from dyad_desktop.replication.membership import Device

HOST = "127.0.0.1"
WAIT = 20.0
QUICK = LinkTimes(retry_first=0.02, retry_last=0.1)


class Homes:
    """Gives each laptop, by the thread that works for it, a home of its own for keys and marks."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._here = folder, threading.local()
        monkeypatch.setenv("DYAD_PASSPHRASE", "correct horse")
        for module in ("local", "identity"):
            monkeypatch.setattr(f"dyad_desktop.services.{module}.data_folder", self._data_folder)

    def use(self, name: str) -> None:
        """Put a home on the thread that asks."""
        self._here.name = name

    def _data_folder(self) -> Path:
        return self._folder / str(getattr(self._here, "name", "nobody"))


class Worker:
    """The one thread that may use a session, and a condition on what it has done."""

    def __init__(self, homes: Homes, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, "worker", homes.use, (name,))
        self._news = threading.Condition()
        self._round = 0
        self.errors: list[BaseException] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._pool.submit(self._work, work, done)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        try:
            done(work())
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.errors.append(error)
        self.wake()

    def wake(self) -> None:
        with self._news:
            self._round += 1
            self._news.notify_all()

    def ask(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the work gives
        return self._pool.submit(work).result(WAIT)

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition, looked at on the worker after everything that happens, holds."""
        while True:
            with self._news:
                before = self._round
            if self.ask(condition):
                return
            with self._news:
                assert self._news.wait_for(lambda: self._round != before, WAIT), "nothing happened"  # noqa: B023

    def close(self) -> None:
        self._pool.shutdown(wait=True)
        assert self.errors == []


@dataclass
class Laptop:
    """A session, its worker, and what its live exchange told."""

    session: Session
    homes: Homes
    name: str
    times: LinkTimes = QUICK
    received: "queue.Queue[tuple[Device, travel.Received]]" = field(default_factory=queue.Queue)
    trouble: "queue.Queue[str]" = field(default_factory=queue.Queue)
    ports: "queue.Queue[int]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.worker = Worker(self.homes, self.name)
        self.live = self.new_live()

    def new_live(self) -> Live:
        return Live(
            self.session,
            self.worker.run,
            LiveEvents(
                lambda device, got: self.received.put((device, got)),
                self.worker.wake,
                self.trouble.put,
                self.ports.put,
            ),
            self.times,
        )

    def listen(self) -> int:
        self.live.start(Door((HOST, 0), None, ()))
        return self.ports.get(timeout=WAIT)

    def call(self, port: int) -> None:
        self.live.start(Door(None, (HOST, port), ()))

    def do(self, command: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401
        """Run a command and send what it wrote."""
        result = self.worker.ask(lambda: command(self.session, *arguments))
        self.live.committed()
        return result

    @property
    def digest(self) -> str:
        return str(self.worker.ask(self.session.file.digest))

    def settle(self) -> None:
        self.worker.until(self.live.settled)

    def close(self) -> None:
        self.live.close()
        self.worker.ask(self.session.close)
        self.worker.close()


def paired(folder: Path, homes: Homes) -> tuple[Session, Session]:
    """Two copies of the example, paired by file; the second is empty still."""
    homes.use("a")
    first = files.demo(folder / "a.dyad")
    asked = pairing.read_invitation(pairing.invitation(first))
    homes.use("b")
    joined, reply = pairing.join(asked, folder / "b.dyad", "Marcus Bell")
    homes.use("a")
    answer, words = pairing.read_reply(first, reply)
    assert words == joined.fingerprint
    pairing.admit(first, answer)
    homes.use("b")
    second = Session.open(folder / "b.dyad")
    pairing.confirm(second.file)
    return first, second


@contextmanager
def two_laptops(
    folder: Path, homes: Homes, times: LinkTimes = QUICK
) -> Iterator[tuple[Laptop, Laptop]]:
    """Two laptops that know each other, not yet connected."""
    one, other = paired(folder, homes)
    first, second = Laptop(one, homes, "a", times), Laptop(other, homes, "b", times)
    try:
        yield first, second
    finally:
        first.close()
        second.close()


def connect(first: Laptop, second: Laptop) -> None:
    """Let the second call the first, and wait until both hold the same."""
    second.call(first.listen())
    first.settle()
    second.settle()
