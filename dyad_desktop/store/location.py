"""Where a live workspace file may lie: not where a synchroniser or a network could tear it."""

import os
import sys
from pathlib import Path

from dyad_desktop.errors import WorkspaceError

_SYNCHRONISED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "box sync",
)
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afpfs", "webdav", "9p2000.L"}
)


def refuse_unsafe_location(path: Path) -> None:
    """Refuse a place where two computers could write the file at once.

    Raises:
        WorkspaceError: the folder is synchronised or on a network; says what to do.
    """
    full = path.resolve()
    reason = _synchronised(full) or _network(full)
    if reason:
        raise WorkspaceError(
            f"{path} lies {reason}, where a live file can be torn between two computers. Nothing was"
            " changed. Keep the file in a folder of this computer and send changes as bundles."
        )


def _synchronised(path: Path) -> str:
    for part in path.parts[:-1]:
        name = part.casefold()
        if any(name.startswith(known) for known in _SYNCHRONISED) or "mobile documents" in name:
            return f"in the synchronised folder {part}"
    return ""


def _network(path: Path) -> str:
    if str(path).startswith("\\\\"):
        return "on a network share"
    if not sys.platform.startswith("linux"):
        return ""
    best, kind = "", ""
    with Path("/proc/mounts").open(encoding="utf-8", errors="replace") as mounts:
        for line in mounts:
            _, where, filesystem, *_ = line.split(" ")
            where = where.replace("\\040", " ")
            inside = str(path).startswith(where.rstrip("/") + "/")
            if inside and len(where) >= len(best):
                best, kind = where, filesystem
    return f"on a network drive ({kind})" if kind in _NETWORK else ""


def is_read_only(path: Path) -> bool:
    """Return whether the file or its folder refuses writing (also for an administrator)."""
    modes = [path.stat().st_mode] if path.exists() else []
    if any(mode & 0o222 == 0 for mode in modes):
        return True
    if path.parent.stat().st_mode & 0o222 == 0:
        return True
    return not os.access(path if path.exists() else path.parent, os.W_OK)
