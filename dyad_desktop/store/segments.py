"""The bytes of a segment: a run of commits, compressed as one."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import msgspec
import zstandard

from dyad_desktop.errors import DamagedError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_MOST = 256 * 1024 * 1024
LARGE = 32 * 1024 * 1024
"""Bytes from which on a run of commits is cut: whoever reads one of them unpacks all of its segment."""
BESIDE = 64 * 1024 * 1024
"""Bytes up to which segments are compressed beside what goes on: until then they are held once more."""
_Bytes: TypeAlias = bytes | bytearray | memoryview
_Place = TypeVar("_Place")
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(list[bytes])
compress = zstandard.ZstdCompressor(level=1).compress
"""Returns the bytes that the file holds of a segment."""


def segments_of(commits: list[bytes]) -> list[tuple[list[bytes], bytes]]:
    """Return a run of commits in runs of about ``LARGE`` bytes at most, or of one commit, each with its segment."""
    whole = _encode(commits)
    if len(whole) <= LARGE:
        return [(commits, whole)]
    runs: list[list[bytes]] = [[]]
    size = 0
    for data in commits:
        if runs[-1] and size + len(data) > LARGE:
            runs.append([])
            size = 0
        runs[-1].append(data)
        size += len(data)
    return [(run, _encode(run)) for run in runs]


@contextmanager
def packing(
    segments: Iterator[tuple[_Place, bytes]],
) -> Iterator[Callable[[], Iterator[tuple[_Place, bytes]]]]:
    """Compress segments, each with where it stands, while the block goes on; yields what returns them compressed.

    The compressor lets Python go on beside it, but only if it is given all of them at once: what is more than
    ``BESIDE`` bytes is compressed one by one as it is asked for.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - which opening a file does without

    places: list[_Place] = []
    together: list[_Bytes] = []
    size = 0
    for place, data in segments:
        places.append(place)
        together.append(data)
        size += len(data)
        if size > BESIDE:
            break
    with ThreadPoolExecutor(1) as beside:
        waiting = _begun(beside, together)

        def packed() -> Iterator[tuple[_Place, bytes]]:
            yield from zip(
                places, waiting.result() if waiting else map(compress, together), strict=True
            )
            yield from ((place, compress(data)) for place, data in segments)

        yield packed


def _begun(beside: "ThreadPoolExecutor", segments: list[_Bytes]) -> "Future[list[bytes]] | None":
    """Begin to compress segments in a thread; ``None`` where there is nothing to do, or no thread to be had."""
    with contextlib.suppress(RuntimeError):
        return beside.submit(_compress_all, segments) if segments else None
    return None


def _compress_all(segments: list[_Bytes]) -> list[bytes]:
    found = zstandard.ZstdCompressor(level=1).multi_compress_to_buffer(segments, threads=1)
    return [found[n].tobytes() for n in range(len(found))]


def unpack_segment(data: bytes) -> list[bytes]:
    """Return the commits of a segment.

    Raises:
        DamagedError: the bytes are none.
    """
    try:
        return _decoder.decode(zstandard.decompress(data, max_output_size=_MOST))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise DamagedError(f"a segment of the log can't be read ({error})") from None
