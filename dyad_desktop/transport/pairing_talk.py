"""What two computers say while they pair: frames, and boxes once a key is agreed."""

import asyncio

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.frames import close_stream, read_frame, write_frame
from dyad_desktop.transport.pairing_secret import PairingSecret

MAX_PAYLOAD = 64 * 1024
_SMALL = 128
_BOX = MAX_PAYLOAD + 128


class PairingError(DyadError):
    """No pairing came about; nothing was trusted, nothing of the workspace was sent."""


class Talk:
    """Frames and boxes with one other computer."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float
    ) -> None:
        """Give up on a frame after ``patience`` seconds."""
        self._reader, self._writer, self._patience = reader, writer, patience
        self._secret: PairingSecret | None = None

    def agree(self, secret: PairingSecret) -> None:
        """Put what follows into boxes."""
        self._secret = secret

    async def say(self, frame: bytes) -> None:
        """Send a frame."""
        await write_frame(self._writer, frame, _BOX, self._patience)

    async def hear(self, limit: int = _SMALL) -> bytes:
        """Wait for a frame."""
        return await read_frame(self._reader, limit, self._patience)

    async def put(self, content: bytes) -> None:
        """Send a box."""
        if self._secret is None:
            raise RuntimeError("no box before a key")
        await self.say(self._secret.seal(content))

    async def take(self, patience: float | None = None) -> bytes:
        """Wait for a box and return what is in it."""
        if self._secret is None:
            raise RuntimeError("no box before a key")
        box = await read_frame(self._reader, _BOX, patience or self._patience)
        content = self._secret.open(box)
        if content is None:
            raise PairingError(
                "What came from the other computer was altered on the way, and the pairing ended. "
                "Nothing was trusted. Make a new code, on a network that you trust if you can."
            )
        return content

    async def close(self) -> None:
        """Close the connection after what was said."""
        await close_stream(self._writer)


def broken_off() -> PairingError:
    """Return the error for whatever no honest run of this program does."""
    return PairingError(
        "The pairing broke off: the other computer stopped answering, left, or runs another version. "
        "Nothing was trusted. Make a new code and try again."
    )
