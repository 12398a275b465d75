"""From one partner's edit to the other's window over a live link: two services on loopback, a thread each."""

import socket
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import Session
from tests.services.lan import HOST, WAIT, Homes, Laptop, connect, two_laptops

ROUNDS = 200
BAR = 300.0


@dataclass(frozen=True, slots=True)
class LiveTimes:
    """Milliseconds, median and 95th percentile: an edit until the other is told, a byte there and back."""

    edit: tuple[float, float]
    bare: tuple[float, float]


def _both(times: list[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=20)
    return cuts[9] * 1e3, cuts[18] * 1e3


def _write(session: Session, text: str) -> None:
    set_fields(session, [FieldEdit("goal", "G1", "title", text)], f"Title: {text}")


def _round(here: Laptop, there: Laptop, text: str) -> float:
    """Return how long it takes until the other's copy has an edit, on its disk, and its window was told."""
    began = time.perf_counter()
    here.do(_write, text)
    there.received.get(timeout=WAIT)
    took = time.perf_counter() - began
    assert there.session.book.need(Goal, "G1").title == text
    return took


def _edits() -> list[float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        two_laptops(Path(folder), Homes(Path(folder), patch)) as (first, second),
    ):
        connect(first, second)
        second.received.get(timeout=WAIT)
        ways = (first, second), (second, first)
        return [_round(*ways[n % 2], f"Round {n}") for n in range(ROUNDS)]


def _echo(door: socket.socket) -> None:
    call, _ = door.accept()
    with call:
        call.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := call.recv(64):
            call.sendall(data)


def _bare() -> list[float]:
    """Return how long a byte takes there and back between two threads."""
    with socket.create_server((HOST, 0)) as door:
        echo = threading.Thread(target=_echo, args=(door,))
        echo.start()
        found = []
        with socket.create_connection(door.getsockname()) as call:
            call.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(ROUNDS):
                began = time.perf_counter()
                call.sendall(b"x")
                assert call.recv(64) == b"x"
                found.append(time.perf_counter() - began)
        echo.join()
        return found


def measure() -> LiveTimes:
    """Measure both."""
    return LiveTimes(_both(_edits()), _both(_bare()))


if __name__ == "__main__":
    print(measure())
