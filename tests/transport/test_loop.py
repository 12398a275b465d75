import asyncio
import gc
import queue
import socket

import pytest

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.loop import LoopThread

HOST = "127.0.0.1"
WAIT = 15.0


@pytest.fixture
def door() -> socket.socket:
    """A listening socket, which the test closes."""
    return socket.create_server((HOST, 0))


async def _keep(call: socket.socket) -> None:
    """Hold the call until the end."""
    _, writer = await asyncio.open_connection(sock=call)
    try:
        await asyncio.Event().wait()
    finally:
        writer.close()


def test_each_call_is_answered_and_ended_with_the_thread(door: socket.socket) -> None:
    thread = LoopThread("test")
    answered: queue.Queue[socket.socket] = queue.Queue()

    async def answer(call: socket.socket) -> None:
        answered.put(call)
        await _keep(call)

    thread.start(thread.take_calls(door, answer))
    calls = [socket.create_connection(door.getsockname(), timeout=WAIT) for _ in range(5)]
    for _ in calls:
        answered.get(timeout=WAIT)
    thread.close()
    for call in calls:
        assert call.recv(1) == b""
        call.close()
    door.close()
    gc.collect()


def test_calls_that_come_as_the_thread_ends_are_not_left_open(door: socket.socket) -> None:
    for _ in range(50):
        thread = LoopThread("test")
        thread.start(thread.take_calls(door, _keep))
        calls = [socket.create_connection(door.getsockname(), timeout=WAIT) for _ in range(3)]
        thread.close()
        for call in calls:
            call.close()
    door.close()
    gc.collect()  # what is left open is told as it goes, and fails the test


def test_what_starts_while_the_thread_ends_is_ended_too() -> None:
    thread = LoopThread("test")
    told: queue.Queue[str] = queue.Queue()

    async def last() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.put("last")

    async def first() -> None:
        told.put("begun")
        try:
            await asyncio.Event().wait()
        finally:
            thread.spawn(last())

    thread.start(first())
    assert told.get(timeout=WAIT) == "begun"
    thread.close()
    assert told.get(timeout=WAIT) == "last"


def test_a_closed_thread_says_so() -> None:
    thread = LoopThread("test")
    thread.close()
    work = asyncio.sleep(0)
    with pytest.raises(DyadError, match="switched off"):
        thread.start(work)
    thread.post(lambda: pytest.fail("called after the end"))
    thread.close()
