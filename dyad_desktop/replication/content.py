"""A file's content as changes, so that it travels, is signed and is kept as everything else is.

It is named by the SHA-256 of the whole and cut into pieces, each a register of its own; a few pieces make a commit
that every way of travel takes. Registers keep only which commit holds a piece: the content itself stands in the log
alone.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from dyad_desktop.replication.change import Address, Change

CONTENT = "_content"
"""The kind of a file's content; like all bookkeeping of the log it begins with an underscore."""
PIECE = 700 * 1024
"""Bytes of a piece: as text it is below what a peer takes for one value."""
AT_ONCE = 4
"""Pieces of a commit: it stays below the largest message of a live link."""


def name_of(data: bytes) -> str:
    """Return what content is called: its SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def place(name: str, number: int) -> Address:
    """Return the register of a piece, counted from 0."""
    return Address(CONTENT, name, "data", f"{number:04d}")


def batches(data: bytes, there: Sequence[str] = ()) -> Iterator[tuple[Change, ...]]:
    """Yield the changes of each commit that holds a part of the content; slots that are ``there`` are left out."""
    name, known = name_of(data), frozenset(there)
    batch: list[Change] = []
    for number, start in enumerate(range(0, max(1, len(data)), PIECE)):
        at = place(name, number)
        if at.slot in known:
            continue
        batch.append(Change(at, base64.b64encode(data[start : start + PIECE]).decode()))
        if len(batch) == AT_ONCE:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def bytes_in(text: str) -> int:
    """Return how many bytes a piece's text holds."""
    return len(text) * 3 // 4 - text.count("=", -2)


def joined(name: str, pieces: Mapping[str, str]) -> bytes | None:
    """Return the content of its pieces by slot; ``None`` while one is missing, or when they aren't what it names."""
    try:
        data = b"".join(base64.b64decode(pieces[slot], validate=True) for slot in sorted(pieces))
    except (binascii.Error, ValueError):
        return None
    return data if name_of(data) == name else None
