"""High-water marks: how far this device's actors had come, kept outside the workspace's folder.

A file that is behind its mark was restored or copied; its next change is signed as a fresh actor, so that
two different commits can never carry one number.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LENGTH = 16 + 8 + 32


@dataclass(frozen=True, slots=True)
class Mark:
    """An actor's chain as this device last wrote it."""

    actor: bytes
    seq: int
    hash: bytes


class Marks:
    """One small file per (workspace, partner)."""

    def __init__(self, folder: Path) -> None:
        """Keep marks in ``folder``, which is made when first needed."""
        self._folder = folder

    def _path(self, workspace: bytes, partner: str) -> Path:
        return self._folder / f"{workspace.hex()}-{partner}.mark"

    def load(self, workspace: bytes, partner: str) -> Mark | None:
        """Return the mark, or ``None`` when there is none that can be read."""
        try:
            data = self._path(workspace, partner).read_bytes()
        except OSError:
            return None
        if len(data) != _LENGTH:
            return None
        return Mark(data[:16], int.from_bytes(data[16:24], "big"), data[24:])

    def forget(self, workspace: bytes, partner: str) -> None:
        """Drop the mark: the next change begins a fresh actor."""
        self._path(workspace, partner).unlink(missing_ok=True)

    def save(self, workspace: bytes, partner: str, mark: Mark) -> None:
        """Set the mark, or leave none where the disk refuses: the next session is a fresh actor then.

        Not forced to the disk: what a power failure takes from it is found missing or behind.
        """
        path = self._path(workspace, partner)
        data = mark.actor + mark.seq.to_bytes(8, "big") + mark.hash
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError:
            with suppress(OSError):
                path.unlink()
