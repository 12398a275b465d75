"""Workspaces as files: the example, plain text in and out, and opening for reading or writing."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import unplanned
from dyad_desktop.domain.money import to_units
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft
from dyad_desktop.domain.records import entity_of
from dyad_desktop.domain.totals import BUDGETED, FILE_MARGIN, MARGIN, control_totals
from dyad_desktop.domain.uncounted import uncounted_growth, without_basis
from dyad_desktop.errors import BadInputError, DyadError, WorkspaceError
from dyad_desktop.exchange import workspace_dump, workspace_file
from dyad_desktop.replication.messages import RefusedError
from dyad_desktop.resource import resource_path
from dyad_desktop.services.session import Session
from dyad_desktop.services.still_open import open_spans
from dyad_desktop.services.wording import exponent
from dyad_desktop.transport.reading import read_regular

MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What reading a text file found besides its data."""

    entities: int
    unknown: tuple[str, ...]
    differing_totals: tuple[str, ...]


def read_text(path: Path) -> str:
    """Return a text file's content.

    Raises:
        BadInputError: it is missing, no file, too large, or not UTF-8 text.
    """
    try:
        too_large = f"{path}: the file is larger than {MAX_BYTES // 2**20} MB"
        text = read_regular(path, MAX_BYTES, too_large).decode("utf-8")
    except RefusedError as error:
        raise BadInputError(str(error)) from None
    except UnicodeDecodeError as error:
        raise BadInputError(f"not UTF-8 text (at byte {error.start:,})", str(path)) from None
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", str(path)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def load(source: Path, target: Path, partner: str | None = None) -> tuple[Session, LoadReport]:
    """Make a workspace from a text file and open it.

    Raises:
        BadInputError: the text isn't as the schema says; there is no new file then.
        WorkspaceError: the workspace can't be made, for example since it exists.
    """
    if target.exists():
        raise WorkspaceError(f"{target} exists already. Nothing was changed. Choose another name.")
    text = read_text(source)
    try:
        loaded = workspace_file.parse(text)
        differing = _compare(loaded)
    except BadInputError as error:
        raise BadInputError(
            error.reason, f"{source}, {error.place}" if error.place else str(source)
        ) from None
    session = Session.create(target, loaded.records, f"Loaded {source.name}", partner)
    return session, LoadReport(len(loaded.records), loaded.unknown, differing)


def _compare(loaded: workspace_file.Loaded) -> tuple[str, ...]:
    """Return where the totals that the file carries differ from those computed of its data.

    What can't be computed isn't compared.
    """
    given = loaded.control_totals
    if not given:
        return ()
    book = Book.of(entity_of(kind, name, record) for (kind, name), record in loaded.records.items())
    computed = control_totals(book, _first_draft(book))
    away = {BUDGETED} - computed.keys()
    return tuple(
        _differences({key: part for key, part in given.items() if key not in away}, computed, "")
    )


def _first_draft(book: Book) -> str:
    drafts = book.all(Draft)
    if book.get(Draft, WORKING_DRAFT) or not drafts:
        return WORKING_DRAFT
    return drafts[0].id


def _differences(given: Mapping[str, Any], computed: Mapping[str, Any], path: str) -> list[str]:
    found: list[str] = []
    for key, value in given.items():
        at = f"{path}.{key}" if path else str(key)
        mine = computed.get(key)
        if isinstance(value, Mapping) and isinstance(mine, Mapping):
            found += _differences(value, mine, at)
        elif value != mine:
            found.append(f"{at}: the file says {value}, its data give {mine}")
    return found


def demo(target: Path, partner: str | None = None) -> Session:
    """Make a workspace of the example partnership and open it."""
    return load(resource_path("examples", "larkhaven.yaml"), target, partner)[0]


def dump(session: Session) -> str:
    """Return the whole workspace as text that loads into an equal one."""
    records = session.records()
    carries = workspace_dump.carries_control_totals(records)
    totals = control_totals(session.book, _first_draft(session.book)) if carries else {}
    return workspace_dump.dump(records, totals)


def find_draft(book: Book, name: str | None) -> Draft:
    """Return a draft by its name or id; without a name the working draft.

    Raises:
        BadInputError: there is none of that name.
    """
    if not book.all(Draft):
        raise BadInputError("there is no draft here yet: nothing of the partnership has come")
    if name is None:
        return book.need(Draft, _first_draft(book))
    for draft in book.all(Draft):
        if name in (draft.id, draft.name):
            return draft
    names = ", ".join(draft.name for draft in book.all(Draft))
    raise BadInputError(f"there is no draft {name!r}; drafts are {names}")


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old one or the whole new one.

    Raises:
        DyadError: the folder or the disk refuses; the old file is as it was.
    """
    if is_workspace(path):
        raise BadInputError("that is a workspace; a text copy needs a name of its own", str(path))
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the whole new one.

    Raises:
        DyadError: the folder or the disk refuses; the old file is as it was.
    """
    if is_workspace(path):
        raise BadInputError("that is a workspace; this needs a name of its own", str(path))
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DyadError(
            f"{path} can't be written ({error.strerror}). Nothing was changed."
        ) from None


def is_workspace(path: Path) -> bool:
    """Return whether a path holds a database, which no text may replace.

    Only the first bytes of a file that this process has not open are read: closing another handle of an open
    one would drop its lock.
    """
    if not path.is_file() or path.suffix == ".dyad":
        return path.suffix == ".dyad"
    with path.open("rb") as file:
        return file.read(16).startswith(b"SQLite format 3")


def unplanned_words(session: Session, draft: str | None = None) -> Iterator[str]:
    """Give a sentence for each line of a draft that counts as nothing in its totals, or without growth or basis."""
    budget = session.budget(find_draft(session.book, draft).id)
    for line in unplanned(budget):
        name = session.book.label("operating_line", line.line_id)
        yield f"Note: {line.line_id} {name} counts as nothing: {line.problem}"
    for line_id, words in {**without_basis(budget), **uncounted_growth(budget)}.items():
        yield f"Note: {line_id} {session.book.label('operating_line', line_id)}: {words}"


def totals(session: Session, draft: str | None = None) -> dict[str, object]:
    """Return the control totals of a draft, in whole units of the currency; the margin by its name in the window.

    ``open`` has what comes out between two ends, low and high, while the partners differ on something of it; ``about``
    says that so much is apart that it may come out beyond them.
    """
    found = find_draft(session.book, draft)
    told = _named(control_totals(session.book, found.id, session.budget(found.id)))
    places = exponent(session.book)
    spans = {
        name: {"low": to_units(span.low, places), "high": to_units(span.high, places)}
        | ({"about": True} if span.rough else {})
        for name, span in open_spans(session, found.id).items()
    }
    return told | ({"open": spans} if spans else {})


def _named(totals: Mapping[str, object]) -> dict[str, object]:
    """Return totals with the operating margin called so, which the file calls contribution margin."""
    return {
        MARGIN if key == FILE_MARGIN else key: _named(value)
        if isinstance(value, Mapping)
        else value
        for key, value in totals.items()
    }
