"""The bytes of a segment: a run of commits, compressed as one."""

import msgspec
import zstandard

from dyad_desktop.errors import DamagedError

_MOST = 256 * 1024 * 1024
LARGE = 32 * 1024 * 1024
"""Bytes from which on a run of commits is cut: whoever reads one of them unpacks all of its segment."""
_compress = zstandard.ZstdCompressor(level=1).compress
_decoder = msgspec.msgpack.Decoder(list[bytes])


def pack_segment(commits: list[bytes]) -> bytes:
    """Return the bytes of a run of commits."""
    return _compress(msgspec.msgpack.encode(commits))


def cut(commits: list[bytes]) -> list[list[bytes]]:
    """Return a run of commits in runs of at most ``LARGE`` bytes, or of one commit."""
    if sum(map(len, commits)) <= LARGE:
        return [commits]
    runs: list[list[bytes]] = [[]]
    size = 0
    for data in commits:
        if runs[-1] and size + len(data) > LARGE:
            runs.append([])
            size = 0
        runs[-1].append(data)
        size += len(data)
    return runs


def unpack_segment(data: bytes) -> list[bytes]:
    """Return the commits of a segment.

    Raises:
        DamagedError: the bytes are none.
    """
    try:
        return _decoder.decode(zstandard.decompress(data, max_output_size=_MOST))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise DamagedError(f"a segment of the log can't be read ({error})") from None
