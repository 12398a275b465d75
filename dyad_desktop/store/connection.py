"""Opens a workspace file as SQLite, with every way that can fail said in one sentence."""

import contextlib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.errors import DamagedError, WorkspaceError
from dyad_desktop.store.layout import APPLICATION_ID, FILE_VERSION
from dyad_desktop.store.location import is_read_only, refuse_unsafe_location

Raw: TypeAlias = Any
"""A DBAPI connection of ``sqlcipher3``, which has no types of its own."""

CACHE_KB = 32 * 1024
"""Pages kept in memory: with SQLite's own 2 MB a large delivery writes and reads the same pages again and again."""

JOURNAL_PAGES = 32 * 1024
"""So many pages may wait in SQLite's journal (128 MB) before a commit itself carries them into the file.

By itself SQLite does that every thousand, while whoever made a large change waits; see ``checkpoint``.
"""

_OVER = 86_400
"""Seconds after which nobody is still making the file that an unfinished one was to become."""

_MAGIC = b"SQLite format 3\x00"
SAFE = "Nothing was changed."

_open_here: dict[int, tuple[int, int]] = {}
"""Device and inode of every file that this process has open, by the connection's id.

POSIX drops all of a process's locks on a file when it closes any handle of it, so a file that is open here
must not even be looked at: the look would let a second process in.
"""


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> Raw:
    """Open a workspace file.

    Raises:
        WorkspaceError: it is missing, no workspace, from a newer version, read-only, open elsewhere, or in
            a folder that isn't safe for a live file.
        DamagedError: SQLite finds its pages broken.
    """
    if create:
        _refuse_existing(path)
    else:
        if path.is_file() and _identity(path) in _open_here.values():
            raise _open_elsewhere(path)
        _look_at(path, read_only=read_only)
    if not read_only:
        refuse_unsafe_location(path)
    raw = _checked(_open(path, read_only=read_only), path, create=create, read_only=read_only)
    _open_here[id(raw)] = _identity(path)
    return raw


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """Yield a name beside ``path`` to make a file under, which stands at ``path`` once the block ends well.

    Whatever ends the process before, nothing stands there: neither half a file nor a name that is taken.

    Raises:
        WorkspaceError: it exists already, or its folder can't hold it.
    """
    _refuse_existing(path)
    refuse_unsafe_location(path)
    _clear_left_over(path)
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        yield beside
        _put_in_place(beside, path)
    except WorkspaceError as error:  # people know the name that they gave
        raise type(error)(str(error).replace(str(beside), str(path))) from None
    finally:
        for ending in ("", "-wal", "-shm"):
            Path(f"{beside}{ending}").unlink(missing_ok=True)


def _clear_left_over(path: Path) -> None:
    """Remove what an earlier making of this file left when its process was killed, long enough ago to be over."""
    ours = re.compile(rf"\.{re.escape(path.name)}-[0-9a-f]{{8}}(-wal|-shm)?")
    with contextlib.suppress(OSError):  # it only takes room
        for found in path.parent.iterdir():
            if ours.fullmatch(found.name) and time.time() - found.lstat().st_mtime > _OVER:
                found.unlink()


def _put_in_place(made: Path, path: Path) -> None:
    """Give a finished file its name, unless another has taken it meanwhile."""
    try:
        try:
            os.link(made, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without a second name for a file, such as a memory stick's
            _refuse_existing(path)
            made.rename(path)
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
    except FileExistsError:
        _refuse_existing(path)
    except OSError as error:
        raise WorkspaceError(f"{path} couldn't be made ({error.strerror}). {SAFE}") from None


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _open_elsewhere(path: Path) -> WorkspaceError:
    return WorkspaceError(f"{path} is open in another window. {SAFE} Close it there first.")


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise WorkspaceError(
            f"{path} exists already. {SAFE} Choose another name, or open that file."
        )
    if not path.parent.is_dir():
        raise WorkspaceError(f"There is no folder {path.parent}. {SAFE}")
    left = Path(f"{path}-wal")  # SQLite would take it for the new file's, and spoil that with it
    if left.is_file() and left.stat().st_size:
        raise WorkspaceError(
            f"{left} holds the last changes of an earlier file of that name. {SAFE} Choose another name,"
            " move it to where that file is now, or delete it if that file is gone."
        )
    if is_read_only(path):
        raise WorkspaceError(
            f"The folder {path.parent} is read-only. {SAFE} Choose another folder."
        )


def _look_at(path: Path, *, read_only: bool) -> None:
    if not path.is_file():
        raise WorkspaceError(f"There is no file {path}.")
    try:
        with path.open("rb") as file:
            start = file.read(100)
    except OSError as error:
        raise WorkspaceError(f"{path} can't be read ({error.strerror}).") from None
    if not start.startswith(_MAGIC) or len(start) < 100:
        raise WorkspaceError(f"{path} is not a Dyad workspace. {SAFE}")
    if int.from_bytes(start[68:72], "big") != APPLICATION_ID:
        raise WorkspaceError(f"{path} is a database, but not a Dyad workspace. {SAFE}")
    version = int.from_bytes(start[60:64], "big")
    if version > FILE_VERSION:
        raise WorkspaceError(
            f"{path} was written by a newer Dyad Desktop (file version {version}; this one reads up to"
            f" {FILE_VERSION}). {SAFE} Update the application to open it."
        )
    if not read_only and is_read_only(path):
        raise WorkspaceError(
            f"{path} is read-only. {SAFE} Copy it to a folder of yours and open the copy."
        )


def _open(path: Path, *, read_only: bool) -> Raw:
    uri = "file:" + quote(str(path.resolve()))
    if read_only:
        uri += "?mode=ro" if Path(f"{path}-wal").exists() else "?mode=ro&immutable=1"

    return sqlite.connect(uri, uri=True, timeout=0.2, isolation_level=None, check_same_thread=False)


@contextmanager
def transaction(raw: Raw) -> Iterator[Any]:
    """Begin at once, commit at the end, roll back on any error; yields the connection.

    Everything outside such a block only reads.
    """
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield raw
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def _checked(raw: Raw, path: Path, *, create: bool, read_only: bool) -> Raw:
    try:
        _settle(raw, create=create, read_only=read_only)
    except sqlite.OperationalError as error:
        close(raw)
        if "locked" in str(error) or "busy" in str(error):
            raise _open_elsewhere(path) from None
        raise WorkspaceError(f"{path} can't be opened ({error}). {SAFE}") from None
    except (
        sqlite.DatabaseError,
        UnicodeDecodeError,
    ) as error:  # SQLite quotes broken names in its error
        close(raw)
        raise damaged(path, error) from None
    return raw


def _settle(raw: Raw, *, create: bool, read_only: bool) -> None:
    """Set the connection up, take the lock, and have SQLite look over its pages."""
    raw.execute("PRAGMA trusted_schema=OFF")
    raw.execute(f"PRAGMA cache_size=-{CACHE_KB}")
    if create:
        raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version={FILE_VERSION}")
    if not read_only:
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
    found = raw.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite.DatabaseError(found)
    if not create and not raw.execute("SELECT 1 FROM sqlite_master WHERE name='log'").fetchone():
        raise sqlite.DatabaseError("it has no log")
    if not read_only:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute(f"PRAGMA wal_autocheckpoint={JOURNAL_PAGES}")
        if sys.platform == "darwin":
            raw.execute("PRAGMA fullfsync=1")
            raw.execute("PRAGMA checkpoint_fullfsync=1")
    if not read_only and not create:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("ROLLBACK")


def first_said(report: str) -> str:
    """Return the first line of a report that says something: SQLite begins its own with a heading."""
    lines = [line for line in report.splitlines() if line.strip() and not line.startswith("***")]
    return lines[0] if lines else report.strip()


def damaged(path: Path, error: Exception) -> DamagedError:
    """Return the error that says a file is damaged and what to do about it."""
    return DamagedError(
        f"{path} is damaged ({first_said(str(error))}). {SAFE} Restore a copy of the file, or ask your"
        " partner for theirs."
    )


def checkpoint(raw: Raw) -> None:
    """Carry what waits in the journal into the file, while nobody waits for it.

    A disk that refuses, or is damaged, loses nothing by it: the journal keeps all of it, the next time carries it over,
    and whatever reads the file tells of the damage.
    """
    with contextlib.suppress(sqlite.DatabaseError):
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def close(raw: Raw) -> None:
    """Close the file; SQLite folds its journal into it."""
    raw.close()
    _open_here.pop(id(raw), None)
