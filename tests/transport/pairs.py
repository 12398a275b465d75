"""Two sides of a pairing on 127.0.0.1, and somebody in between."""

import asyncio
import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.frames import close_stream, pack_frame, read_frame
from dyad_desktop.transport.loop import LoopThread
from dyad_desktop.transport.pairing import (
    Offer,
    Pairing,
    PairingEvents,
    PairingLimits,
    accept,
    offer,
)

HOST = "127.0.0.1"
WAIT = 15.0
CODE = "42-river-lamp"
LIMITS = PairingLimits()
SHORT = PairingLimits(lifetime=5.0, message=0.3, person=0.6)


@dataclass
class Told:
    """What one side was told."""

    words: "queue.Queue[str]" = field(default_factory=queue.Queue)
    outcome: "queue.Queue[bytes | DyadError]" = field(default_factory=queue.Queue)
    wrong: "queue.Queue[int]" = field(default_factory=queue.Queue)

    started: "queue.Queue[Pairing]" = field(default_factory=queue.Queue)

    def events(self, *, trusting: bool = False) -> PairingEvents:
        return PairingEvents(
            self._confirm if trusting else self.words.put,
            self.outcome.put,
            self.outcome.put,
            self.wrong.put,
        )

    def _confirm(self, words: str) -> None:
        self.words.put(words)
        threading.Thread(target=lambda: self.started.get(timeout=WAIT).confirm()).start()

    def result(self) -> bytes | DyadError:
        return self.outcome.get(timeout=WAIT)

    def failure(self) -> str:
        result = self.result()
        assert isinstance(result, DyadError)
        return str(result)

    def shown(self) -> str:
        return self.words.get(timeout=WAIT)


@dataclass
class Side:
    """One side and what it was told."""

    pairing: Pairing
    told: Told

    def confirm_when_shown(self) -> str:
        words = self.told.shown()
        self.pairing.confirm()
        return words


def inviter(
    code: str = CODE,
    payload: bytes = b"from inviter",
    limits: PairingLimits = LIMITS,
    *,
    trusting: bool = False,
) -> tuple[Side, int]:
    told = Told()
    waiting: Offer = offer(
        code, payload, told.events(trusting=trusting), address=(HOST, 0), limits=limits
    )
    told.started.put(waiting)
    return Side(waiting, told), waiting.port


def joiner(
    port: int,
    code: str = CODE,
    payload: bytes = b"from joiner",
    limits: PairingLimits = LIMITS,
    *,
    trusting: bool = False,
) -> Side:
    told = Told()
    calling = accept(code, (HOST, port), payload, told.events(trusting=trusting), limits=limits)
    told.started.put(calling)
    return Side(calling, told)


# Gets whether the frame comes from the joiner, its number on that way, and the frame; returns the frames to
# pass on, or None to cut the connection.
Meddle = Callable[[bool, int, bytes], "list[bytes] | None"]


class Between:
    """Relays frames between a joiner and an inviter, and does to them what it likes."""

    def __init__(self, port: int, meddle: Meddle) -> None:
        self._target, self._meddle = port, meddle
        self._thread = LoopThread("between")
        self._door = socket.create_server((HOST, 0))
        self.port = int(self._door.getsockname()[1])
        self._thread.start(self._thread.take_calls(self._door, self._relay))

    def close(self) -> None:
        self._thread.close()
        self._door.close()

    async def _relay(self, call: socket.socket) -> None:
        far: asyncio.StreamWriter | None = None
        reader, writer = await asyncio.open_connection(sock=call)
        try:
            far_reader, far = await asyncio.open_connection(HOST, self._target)
            await self._both_ways(reader, writer, far_reader, far)
        except OSError:
            pass  # nobody there any more: the caller sees its connection cut
        finally:
            # At once, whatever is cancelled when: nothing may be left open behind a test.
            for stream in (far, writer):
                if stream is not None:
                    stream.transport.abort()

    async def _both_ways(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.ensure_future(self._pass(True, reader, far_writer)),  # noqa: FBT003
            asyncio.ensure_future(self._pass(False, far_reader, writer)),  # noqa: FBT003
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            closing = close_stream(far_writer), close_stream(writer)
            await asyncio.gather(*ways, *closing, return_exceptions=True)

    async def _pass(
        self,
        by_joiner: bool,  # noqa: FBT001
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        number = 0
        while True:
            frame = await read_frame(reader, patience=WAIT)
            passed = self._meddle(by_joiner, number, frame)
            if passed is None:
                return
            for each in passed:
                writer.write(pack_frame(each))
            number += 1
