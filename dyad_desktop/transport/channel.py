"""A link: frames to and from one known peer, with a sign of life each way every other second."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.frames import (
    MAX_FRAME,
    FrameError,
    close_stream,
    read_frame,
    write_frame,
)
from dyad_desktop.transport.loop import LoopThread

# A frame inside TLS: one byte that says what it is, then its content.
PING, HELLO, DATA, BYE = b"\0", b"\1", b"\2", b"\3"
WIRE_FRAME = MAX_FRAME + 1
_CLOSED = "The connection was closed here."
_BOUND = 8 * 1024 * 1024  # bytes that may wait to be sent; a bundle's worth, twice


class LinkError(DyadError):
    """No link, or no longer; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class LinkTimes:
    """Seconds: for handshake and hello, between signs of life, without one until the peer counts as gone."""

    hello: float = 5.0
    ping: float = 2.0
    dead: float = 7.0
    retry_first: float = 0.5
    retry_last: float = 30.0


@dataclass(frozen=True, slots=True)
class Streams:
    """Both directions of one connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Link:
    """An open connection to a peer whose certificate (DER) is ``peer``."""

    def __init__(self, thread: LoopThread, peer: bytes, streams: Streams, times: LinkTimes) -> None:
        """Take over a connection on which hellos were exchanged."""
        self.peer = peer
        self.ended = asyncio.Event()
        self._thread, self._streams, self._times = thread, streams, times
        self._wake = asyncio.Event()
        self._room = threading.Condition()
        self._queue: deque[bytes] = deque()
        self._waiting = 0
        self._open = True
        self._leaving = False
        self._task: asyncio.Task[str] | None = None

    @property
    def is_open(self) -> bool:
        """Return whether frames can be sent."""
        return self._open and not self._leaving

    def send(self, frame: bytes) -> None:
        """Send a frame of at most 4 MiB, from any thread; waits while 8 MiB are on their way.

        In the thread of the callbacks it can't wait, so there a full buffer is an error.

        Raises:
            LinkError: the link is closed, or its buffer is full in the callbacks' thread.
            ValueError: the frame is too long.
        """
        if len(frame) > MAX_FRAME:
            raise ValueError(f"a frame of {len(frame)} bytes, {MAX_FRAME} at most")
        with self._room:
            while self.is_open and self._waiting and self._waiting + len(frame) > _BOUND:
                if self._thread.inside:
                    raise LinkError(
                        "The other computer takes changes more slowly than they are sent. "
                        "Nothing is lost: what is missing travels with the next round."
                    )
                self._room.wait()
            if not self.is_open:
                raise LinkError(
                    "The connection to the other computer is closed. "
                    "Nothing is lost: what is missing travels when it is open again."
                )
            self._queue.append(DATA + frame)
            self._waiting += len(frame)
        self._thread.post(self._wake.set)

    def close(self) -> None:
        """Close after what was sent before, from any thread; the peer is told."""
        with self._room:
            self._leaving = True
            self._room.notify_all()
        self._thread.post(self._wake.set)

    def abort(self) -> None:
        """Close at once, from inside the thread of the callbacks."""
        self._shut()
        if self._task is not None:
            self._task.cancel()

    async def run(self, on_frame: Callable[["Link", bytes], None]) -> str:
        """Carry frames until either side ends; returns why it ended, as a sentence."""
        try:
            if not self._open:
                return _CLOSED
            self._task = asyncio.ensure_future(self._both_ways(on_frame))
            return await self._task
        except asyncio.CancelledError:
            return _CLOSED
        finally:
            self._shut()
            self.ended.set()

    async def hang_up(self) -> None:
        """Give the connection back after ``run``."""
        await close_stream(self._streams.writer)

    async def _both_ways(self, on_frame: Callable[["Link", bytes], None]) -> str:
        ways = [asyncio.ensure_future(self._listen(on_frame)), asyncio.ensure_future(self._talk())]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        except FrameError as error:
            return str(error)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _listen(self, on_frame: Callable[["Link", bytes], None]) -> str:
        while True:
            frame = await read_frame(self._streams.reader, WIRE_FRAME, self._times.dead)
            kind = frame[:1]
            if kind == DATA and not self._thread.guard(partial(on_frame, self, frame[1:])):
                return "A received message could not be handled, and the connection was closed."
            if kind == BYE:
                return "The other computer closed the connection."
            if kind not in (DATA, PING):
                return "The other computer runs a version that this one doesn't understand."

    async def _talk(self) -> str:
        while True:
            try:
                async with asyncio.timeout(self._times.ping):
                    await self._wake.wait()
            except TimeoutError:
                await self._write(PING)
            self._wake.clear()
            while self._queue:
                frame = self._queue.popleft()
                await self._write(frame)
                with self._room:
                    self._waiting -= len(frame) - 1
                    self._room.notify_all()
            if self._leaving:
                await self._write(BYE)
                return _CLOSED

    async def _write(self, frame: bytes) -> None:
        await write_frame(self._streams.writer, frame, WIRE_FRAME, self._times.dead)

    def _shut(self) -> None:
        with self._room:
            self._open = False
            self._room.notify_all()
