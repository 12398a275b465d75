"""The bytes of a segment: a run of commits, compressed as one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeAlias

import msgspec
import zstandard

from dyad_desktop.errors import DamagedError

_MOST = 256 * 1024 * 1024
LARGE = 32 * 1024 * 1024
"""Bytes from which on a run of commits is cut: whoever reads one of them unpacks all of its segment."""
BESIDE = 64 * 1024 * 1024
"""Bytes up to which runs of commits are compressed beside what goes on, for which they are held once more."""
_Bytes: TypeAlias = bytes | bytearray | memoryview
_compress = zstandard.ZstdCompressor(level=1).compress
_decoder = msgspec.msgpack.Decoder(list[bytes])


def pack_segment(commits: list[bytes]) -> bytes:
    """Return the bytes of a run of commits."""
    return _compress(msgspec.msgpack.encode(commits))


@contextmanager
def packing(runs: Sequence[list[bytes]]) -> Iterator[Callable[[], Iterable[bytes]]]:
    """Compress runs of commits while the block goes on; yields what returns their bytes.

    The compressor lets Python go on beside it, but only if it is given all of them at once.
    """
    if not runs or sum(sum(map(len, run)) for run in runs) > BESIDE:
        yield lambda: map(pack_segment, runs)
        return
    encoded: list[_Bytes] = [msgspec.msgpack.encode(run) for run in runs]
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(_pack_all, encoded).result


def _pack_all(encoded: list[_Bytes]) -> list[bytes]:
    found = zstandard.ZstdCompressor(level=1).multi_compress_to_buffer(encoded, threads=1)
    return [found[n].tobytes() for n in range(len(found))]


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
