"""A shared folder: files that never change, each a run of one actor's commits, mostly put there by its owner.

No locks, no index, no order of arrival: a reader takes what is whole and leaves what isn't for the next look. A copy
that a synchronising service made under another name is harmless, since the name's hash says what it holds.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.messages import RefusedError
from dyad_desktop.transport.bundle import MAX_BYTES
from dyad_desktop.transport.reading import read_regular

_NAME = re.compile(r"(\d{1,15})-(\d{1,15})-(\d{1,12})-([0-9a-f]{32})", re.IGNORECASE)
_ACTOR = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
SUFFIX = ".seg"
WORDS = "held"
"""Where each laptop says what it holds, in a file of its own that it replaces."""
_WORD = re.compile(r"([0-9a-f]{32})-(\d{1,12})-([0-9a-f]{32})[^.]*\.(held|want)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """A file of the folder, as its name describes it: whose commits, which, how many bytes, their hash."""

    path: Path
    actor: bytes
    first: int
    last: int
    length: int
    digest: str


def place_of(folder: Path, workspace: bytes) -> Path:
    """Return a workspace's own place in a shared folder; its name reveals nothing."""
    return folder / hashlib.sha256(b"dyad-folder/1\0" + workspace).hexdigest()[:24]


def directories(place: Path) -> tuple[Path, ...]:
    """Return where something new may appear: the shared folder, a workspace's place in it, words, and each actor's.

    Raises:
        DyadError: the folder can't be read.
    """
    return (place.parent, place, *filter(Path.is_dir, [place / WORDS]), *_actors(place))


def _actors(place: Path) -> list[Path]:
    try:
        return sorted(p for p in place.iterdir() if _ACTOR.fullmatch(p.name) and p.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(place, error) from None


def write_run(place: Path, actor: bytes, first: int, last: int, data: bytes) -> Path:
    """Write a run so that a reader sees all of it or nothing; one that is there already is left as it is.

    Raises:
        DyadError: the folder refuses; nothing was written.
    """
    digest = hashlib.sha256(data).hexdigest()[:32]
    target = place / actor.hex() / f"{first}-{last}-{len(data)}-{digest}{SUFFIX}"
    if target.exists():
        return target
    _write(place, target, data)
    return target


def _write(place: Path, target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _settle(target.parent)
    except OSError as error:
        raise DyadError(
            f"The shared folder {place.parent} can't be written ({error.strerror}). Your copy is as it was;"
            " what you wrote goes with the next try."
        ) from None


# -- who holds what ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A file in which a laptop says what it holds: whose it is by its name there, how many bytes, their hash.

    ``wants``: it can't take what lies there, since something is missing that this is built on.
    """

    path: Path
    name: str
    length: int
    digest: str
    wants: bool

    @property
    def whole(self) -> bool:
        """Return whether it is as long as its name says."""
        return is_whole(self.path, self.length)


def write_word(place: Path, name: str, data: bytes, *, wants: bool) -> Path:
    """Write what a laptop says of itself in place of what it said before.

    Raises:
        DyadError: the folder refuses; what was there is still there.
    """
    digest = hashlib.sha256(data).hexdigest()[:32]
    target = place / WORDS / f"{name}-{len(data)}-{digest}.{'want' if wants else 'held'}"
    _write(place, target, data)
    for word in words_in(place):
        if word.name == name and word.path != target:
            with suppress(OSError):  # what can't be taken away does no harm
                word.path.unlink()
    return target


def words_in(place: Path) -> list[Word]:
    """Return what laptops say of themselves; nothing where the folder can't be read: runs say it too."""
    try:
        found = [(path, _WORD.fullmatch(path.name)) for path in sorted((place / WORDS).iterdir())]
    except OSError:
        return []
    return [
        Word(path, match[1].lower(), int(match[2]), match[3].lower(), match[4].lower() == "want")
        for path, match in found
        if match is not None and int(match[2]) <= MAX_BYTES
    ]


def read_word(word: Word) -> bytes | None:
    """Return what a laptop says of itself, or ``None`` while the file isn't whole."""
    return _read(word.path, word.length, word.digest)


def _settle(folder: Path) -> None:
    """Make a new name in a folder last through a power failure, where the system knows how."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def runs_of(place: Path, held: Mapping[bytes, int]) -> Iterator[Run]:
    """Yield the runs that go beyond what is held (last commit by actor), in order, an actor at a time.

    Only names are looked at: a file that a service keeps in the cloud isn't fetched to be skipped.

    Raises:
        DyadError: the folder can't be read.
    """
    try:
        for folder in _actors(place):
            actor = bytes.fromhex(folder.name)
            found = [run for path in folder.iterdir() if (run := _run(path, actor)) is not None]
            for run in sorted(found, key=lambda run: (run.first, -run.last, run.path.name)):
                if run.last > held.get(actor, 0):
                    yield run
    except OSError as error:
        raise _unreadable(place, error) from None


def _unreadable(place: Path, error: OSError) -> DyadError:
    return DyadError(
        f"The shared folder {place.parent} can't be read ({error.strerror}). Your copy is as it was."
    )


def reached(place: Path, actors: Collection[bytes]) -> dict[bytes, int]:
    """Return how far the runs of some actors go without a gap, by their names and sizes."""
    ends: dict[bytes, int] = {}
    for run in runs_of(place, {}):
        follows = run.actor in actors and run.first <= ends.get(run.actor, 0) + 1
        if follows and is_whole(run.path, run.length):
            ends[run.actor] = max(ends.get(run.actor, 0), run.last)
    return ends


def is_whole(path: Path, length: int) -> bool:
    """Return whether a file is as long as its name says, without reading it."""
    try:
        return path.stat().st_size == length
    except OSError:
        return False


def _run(path: Path, actor: bytes) -> Run | None:
    """Return what a name says; a service's addition to it, as in ``… (conflicted copy).seg``, is passed over."""
    match = _NAME.match(path.name)
    if match is None or SUFFIX not in path.name.lower() or path.name.startswith("."):
        return None
    first, last, length = (int(part) for part in match.groups()[:3])
    if not 1 <= first <= last or length > MAX_BYTES:
        return None
    return Run(path, actor, first, last, length, match.group(4).lower())


def read_run(run: Run) -> bytes | None:
    """Return a run's bytes, or ``None`` while the file isn't whole: still on its way, cut, or changed."""
    return _read(run.path, run.length, run.digest)


def _read(path: Path, length: int, digest: str) -> bytes | None:
    try:
        data = read_regular(path, length, "It is longer than its name says.")
    except (OSError, RefusedError):
        return None
    if len(data) != length or hashlib.sha256(data).hexdigest()[:32] != digest:
        return None
    return data
