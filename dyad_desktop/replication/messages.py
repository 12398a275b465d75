"""What two copies say to each other: the same messages in a bundle, a folder and a live link.

A message is a msgpack array whose first element names it. Whatever comes in is decoded with types and limits;
what doesn't fit is refused as a whole.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec
import zstandard

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.commit import chain_hash

VERSION = 1
MAX_FRAME = 4 * 1024 * 1024
"""Bytes of one frame on a link, compressed."""
MAX_SEQ = 2**53
MAX_INFLATED = 64 * 1024 * 1024
"""Bytes of one frame or of one part of a bundle, inflated."""

MAX_DELIVERY = 1024 * 1024 * 1024
"""Bytes of a whole delivery as it travels: all that two partners ever attached apart goes into one."""
MAX_WHOLE = 1536 * 1024 * 1024
"""Bytes of a whole delivery, inflated: attached files travel as text, which takes a third more than they do."""

Vector: TypeAlias = Mapping[bytes, tuple[int, bytes]]
"""How far each actor's chain is held: number and hash of its last commit."""


class RefusedError(DyadError):
    """Something that came from elsewhere can't be taken; nothing of it was applied."""


class Hello(msgspec.Struct, frozen=True, tag="HELLO", array_like=True):
    """Opens a conversation: which workspace (16 bytes), whose device (public key), which version speaks."""

    workspace: bytes
    device: bytes
    version: int = VERSION


class Have(msgspec.Struct, frozen=True, tag="HAVE", array_like=True):
    """What the sender holds, durably: (actor, seq, hash) of every chain's end."""

    heads: list[tuple[bytes, int, bytes]]


class Seg(msgspec.Struct, frozen=True, tag="SEG", array_like=True):
    """A run of an actor's commits, ``first`` to ``first + len(commits) - 1``.

    ``previous`` is the hash before the first, ``head`` the hash after the last, ``seal`` the device's signature
    over it. Of a branch of a forked chain ``root`` is the actor that it is a branch of.
    """

    actor: bytes
    first: int
    previous: bytes
    commits: list[bytes]
    head: bytes
    seal: bytes
    root: bytes = b""

    @property
    def last(self) -> int:
        """Return the number of the last commit."""
        return self.first + len(self.commits) - 1


def runs_of(seg: Seg, limit: int) -> list[Seg]:
    """Return a segment as runs of about ``limit`` bytes that follow each other; the last carries the seal."""
    runs: list[Seg] = []
    part: list[bytes] = []
    first, previous, size = seg.first, seg.previous, 0
    head = seg.previous
    for data in seg.commits:
        if part and size + len(data) > limit:
            runs.append(Seg(seg.actor, first, previous, part, head, b"", seg.root))
            first, previous, part, size = first + len(part), head, [], 0
        part.append(data)
        size += len(data)
        head = chain_hash(head, data)
    runs.append(Seg(seg.actor, first, previous, part, seg.head, seg.seal, seg.root))
    return runs


class Ack(msgspec.Struct, frozen=True, tag="ACK", array_like=True):
    """What the sender now holds of what it was sent, durably: an answer to segments."""

    heads: list[tuple[bytes, int, bytes]]


class Know(msgspec.Struct, frozen=True, tag="KNOW", array_like=True):
    """Who belongs to the partnership, as the sender knows it: (person's public key, partner).

    A new laptop takes it from the one that invited it, and from no other.
    """

    persons: list[tuple[bytes, str]]


class Presence(msgspec.Struct, frozen=True, tag="PRESENCE", array_like=True):
    """Where a partner is, live: page and thing (kind, id), and the field that is being edited, if any."""

    partner: str
    page: str = ""
    kind: str = ""
    id: str = ""
    field: str = ""
    slot: str = ""


class Err(msgspec.Struct, frozen=True, tag="ERR", array_like=True):
    """Why the other side can't go on, as a code and a sentence."""

    code: str
    sentence: str


Message: TypeAlias = Hello | Have | Know | Seg | Ack | Presence | Err

_encoder = msgspec.msgpack.Encoder()
_one = msgspec.msgpack.Decoder(Message)
_NOT_OURS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)
_STRANGE = "What came isn't in a form that this version understands."
_many = msgspec.msgpack.Decoder(list[Message])


def heads_of(vector: Vector) -> list[tuple[bytes, int, bytes]]:
    """Return a vector as a message carries it, in one order."""
    return [(actor, *vector[actor]) for actor in sorted(vector)]


def vector_of(heads: Sequence[tuple[bytes, int, bytes]]) -> dict[bytes, tuple[int, bytes]]:
    """Return the vector that a message carries; what can't be an end of a chain is passed over."""
    return {
        actor: (seq, head)
        for actor, seq, head in heads
        if len(actor) == 16 and len(head) == 32 and 0 < seq < MAX_SEQ
    }


def pack(messages: Sequence[Message], level: int = 3) -> bytes:
    """Return messages as compressed bytes."""
    return zstandard.compress(_encoder.encode(messages), level)


def unpack(data: bytes, limit: int = MAX_INFLATED) -> list[Message]:
    """Return the messages of compressed bytes.

    Raises:
        RefusedError: they are no messages, or more than ``limit`` bytes inflated.
    """
    inflated = inflate(data, limit)
    try:
        return _many.decode(inflated)
    except _NOT_OURS:
        raise RefusedError(_STRANGE) from None


def is_too_much(packed: int, inflated: int) -> bool:
    """Return whether a delivery of so many bytes is more than is held in memory before it is taken."""
    return packed > MAX_DELIVERY or inflated > MAX_WHOLE


def inflated_size(data: bytes) -> int:
    """Return how large compressed bytes say they are; −1 when they don't."""
    try:
        return zstandard.frame_content_size(data)
    except zstandard.ZstdError:
        raise RefusedError("What came isn't whole: it can't be unpacked.") from None


def inflate(data: bytes, limit: int) -> bytes:
    """Return decompressed bytes, never more than ``limit``: the size is read before anything is unpacked."""
    if not 0 <= inflated_size(data) <= limit:
        raise RefusedError("What came is too large, or doesn't say how large it is.")
    try:
        return zstandard.ZstdDecompressor(max_window_size=2**27).decompress(data, limit)
    except zstandard.ZstdError:
        raise RefusedError("What came isn't whole: it can't be unpacked.") from None


def encode(message: Message) -> bytes:
    """Return one message as a frame."""
    return zstandard.compress(_encoder.encode(message), 1)


def decode(frame: bytes) -> Message:
    """Return the message of a frame.

    Raises:
        RefusedError: it is none.
    """
    data = inflate(frame, MAX_INFLATED)
    try:
        message: Message = _one.decode(data)
    except _NOT_OURS:
        raise RefusedError(_STRANGE) from None
    return message
