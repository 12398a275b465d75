"""Reads what somebody points at: a file, never more of it than was asked for, and nothing that only looks like one."""

import os
import stat
from pathlib import Path

from dyad_desktop.replication.messages import RefusedError

# A pipe that nobody writes into must not hold the reader up, even if it took the file's place just now.
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_regular(path: Path, most: int, too_large: str) -> bytes:
    """Return a file's bytes.

    Raises:
        RefusedError: it is a folder, a device, a pipe or a socket; or it has more than ``most`` bytes, which
            ``too_large`` says in a sentence.
        OSError: it isn't there, or the system doesn't let it be read.
    """
    _refuse_odd(path, path.stat().st_mode)  # opening alone may do something to a device
    with os.fdopen(os.open(path, _HOW), "rb") as file:
        _refuse_odd(path, os.fstat(file.fileno()).st_mode)
        data = file.read(most + 1)
    if len(data) > most:
        raise RefusedError(too_large)
    return data


def _refuse_odd(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
        raise RefusedError(
            f"{path} isn't a file but {what}. Nothing was read or changed; choose a file."
        )
