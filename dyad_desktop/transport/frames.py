"""Frames: four bytes of length, then as many bytes, from a peer that may be slow, silent or hostile."""

import asyncio
from contextlib import suppress

from dyad_desktop.errors import DyadError

MAX_FRAME = 4 * 1024 * 1024
_HEADER = 4
_SLOWEST = 32 * 1024  # bytes a second; a peer below that holds a place that others may need
_PATIENCE = 10.0


class FrameError(DyadError):
    """The other side was cut off, fell silent or sent what no version of this program sends."""


def pack_frame(payload: bytes, limit: int = MAX_FRAME) -> bytes:
    """Return a payload with its length in front.

    Raises:
        ValueError: it is longer than ``limit``.
    """
    if len(payload) > limit:
        raise ValueError(f"a frame of {len(payload)} bytes, {limit} at most")
    return len(payload).to_bytes(_HEADER, "big") + payload


async def read_frame(
    reader: asyncio.StreamReader, limit: int = MAX_FRAME, patience: float = _PATIENCE
) -> bytes:
    """Return the next payload; it must begin within ``patience`` seconds and then keep coming.

    Raises:
        FrameError: it is longer than ``limit``, too slow, or the connection ended.
    """
    try:
        async with asyncio.timeout(patience):
            length = int.from_bytes(await reader.readexactly(_HEADER), "big")
        if length > limit:
            raise FrameError(
                "The other computer sent more than this program accepts at once. "
                "The connection was closed; nothing here was changed."
            )
        async with asyncio.timeout(patience + length / _SLOWEST):
            return await reader.readexactly(length)
    except TimeoutError:
        raise _silent() from None
    except (asyncio.IncompleteReadError, OSError):
        raise _cut() from None


async def write_frame(
    writer: asyncio.StreamWriter,
    payload: bytes,
    limit: int = MAX_FRAME,
    patience: float = _PATIENCE,
) -> None:
    """Send a payload, at the pace of the peer.

    Raises:
        FrameError: the peer takes it too slowly, or the connection ended.
    """
    try:
        writer.write(pack_frame(payload, limit))
        async with asyncio.timeout(patience + len(payload) / _SLOWEST):
            await writer.drain()
    except TimeoutError:
        raise _silent() from None
    except OSError:
        raise _cut() from None


def abort(transport: asyncio.WriteTransport) -> None:
    """End a connection at once, one that is over already too.

    The TLS transport of Python 3.11.2, which Debian 12 has, fails there: it has let go of what it would abort.
    """
    with suppress(AttributeError):
        transport.abort()


async def close_stream(writer: asyncio.StreamWriter, patience: float = 1.0) -> None:
    """Close a connection after what is on its way, or at once when the peer doesn't take it."""
    try:
        writer.close()
        async with asyncio.timeout(patience):
            await writer.wait_closed()
    except OSError:  # a TimeoutError too
        pass
    finally:
        abort(writer.transport)


def _silent() -> FrameError:
    return FrameError(
        "The other computer stopped answering, and the connection was closed. "
        "Nothing is lost: connect again when both computers are awake and on one network."
    )


def _cut() -> FrameError:
    return FrameError(
        "The connection to the other computer was cut. "
        "Nothing is lost: connect again when both computers are on one network."
    )
