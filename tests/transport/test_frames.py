import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.transport.frames import (
    MAX_FRAME,
    FrameError,
    close_stream,
    pack_frame,
    read_frame,
    write_frame,
)

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def _connected(work: Callable[[_Streams, _Streams], Coroutine[Any, Any, None]]) -> None:
    """Run ``work`` on both ends of a real connection."""

    async def run() -> None:
        ends: asyncio.Queue[_Streams] = asyncio.Queue()

        async def keep(*streams: Any) -> None:  # noqa: ANN401 - as asyncio calls it
            await ends.put(streams)

        server = await asyncio.start_server(keep, "127.0.0.1", 0)
        near = await asyncio.open_connection(*server.sockets[0].getsockname())
        far = await ends.get()
        try:
            await work(near, far)
        finally:
            server.close()
            for _, writer in (near, far):
                await close_stream(writer)

    asyncio.run(run())


def _fed(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


@given(st.lists(st.binary(max_size=2000)))
def test_what_is_packed_is_read(payloads: list[bytes]) -> None:
    async def run() -> list[bytes]:
        reader = _fed(b"".join(pack_frame(each) for each in payloads))
        return [await read_frame(reader) for _ in payloads]

    assert asyncio.run(run()) == payloads


@given(st.binary(max_size=300), st.data())
def test_a_frame_cut_anywhere_is_refused(payload: bytes, data: st.DataObject) -> None:
    whole = pack_frame(payload)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]

    async def run() -> None:
        with pytest.raises(FrameError, match="was cut"):
            await read_frame(_fed(cut))

    asyncio.run(run())


@given(st.binary(max_size=64), st.integers(0, 40))
def test_garbage_is_a_frame_or_a_clear_refusal(garbage: bytes, limit: int) -> None:
    async def run() -> None:
        with contextlib.suppress(FrameError):
            assert len(await read_frame(_fed(garbage), limit)) <= limit

    asyncio.run(run())


def test_the_longest_frame_travels_and_one_byte_more_does_not() -> None:
    async def work(near: _Streams, far: _Streams) -> None:
        longest = bytes(range(256)) * (MAX_FRAME // 256)
        sending = asyncio.create_task(write_frame(near[1], longest))
        assert await read_frame(far[0]) == longest
        await sending
        near[1].write((MAX_FRAME + 1).to_bytes(4, "big"))
        with pytest.raises(FrameError, match="more than this program accepts"):
            await read_frame(far[0])

    _connected(work)
    with pytest.raises(ValueError, match="at most"):
        pack_frame(bytes(MAX_FRAME + 1))


def test_silence_is_noticed_before_a_frame_and_inside_one() -> None:
    async def work(near: _Streams, far: _Streams) -> None:
        with pytest.raises(FrameError, match="stopped answering"):
            await read_frame(far[0], patience=0.05)
        near[1].write(pack_frame(b"whole")[:-1])
        with pytest.raises(FrameError, match="stopped answering"):
            await read_frame(far[0], patience=0.05)

    _connected(work)


def test_one_byte_at_a_time_does_not_hold_a_place() -> None:
    async def work(near: _Streams, far: _Streams) -> None:
        async def drip() -> None:
            for at in range(1000):
                near[1].write(pack_frame(bytes(1000))[at : at + 1])
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        with pytest.raises(FrameError, match="stopped answering"):
            await read_frame(far[0], patience=0.2)
        dripping.cancel()

    _connected(work)


async def _write_many(writer: asyncio.StreamWriter, payload: bytes) -> None:
    for _ in range(10_000):
        await write_frame(writer, payload, patience=0.2)


def test_a_peer_who_does_not_read_is_given_up() -> None:
    async def work(near: _Streams, far: _Streams) -> None:
        far[1].transport.pause_reading()  # type: ignore[attr-defined]
        near[1].transport.set_write_buffer_limits(0)
        with pytest.raises(FrameError, match="stopped answering"):
            await _write_many(near[1], bytes(4096))

    _connected(work)


def test_a_peer_who_is_gone_is_noticed_when_writing() -> None:
    async def work(near: _Streams, far: _Streams) -> None:
        far[1].transport.abort()
        with pytest.raises(FrameError, match="was cut"):
            await _write_many(near[1], bytes(100_000))

    _connected(work)
