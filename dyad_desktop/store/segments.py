"""The bytes of a segment: a run of commits, compressed as one."""

import msgspec
import zstandard

from dyad_desktop.errors import DamagedError

_MOST = 256 * 1024 * 1024
_compress = zstandard.ZstdCompressor(level=1).compress
_decoder = msgspec.msgpack.Decoder(list[bytes])


def pack_segment(commits: list[bytes]) -> bytes:
    """Return the bytes of a run of commits."""
    return _compress(msgspec.msgpack.encode(commits))


def unpack_segment(data: bytes) -> list[bytes]:
    """Return the commits of a segment.

    Raises:
        DamagedError: the bytes are none.
    """
    try:
        return _decoder.decode(zstandard.decompress(data, max_output_size=_MOST))
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise DamagedError(f"a segment of the log can't be read ({error})") from None
