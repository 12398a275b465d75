"""Files that belong to capital requests: kept inside the workspace by what they contain."""

from pathlib import Path

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import Attachment, CapitalRequest
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.replication.content import name_of
from dyad_desktop.services.editing import create
from dyad_desktop.services.files import write_bytes
from dyad_desktop.services.local import new_id
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.transport.reading import read_regular

MEGABYTE = 2**20
EACH = 20 * MEGABYTE
TOGETHER = 200 * MEGABYTE
EVER = 400 * MEGABYTE
"""What was taken away stays in the history and travels with it: as text, it must fit into one delivery."""


def attach(session: Session, request: str, path: Path) -> ChangeSet:
    """Keep a file with a request.

    Raises:
        BadInputError: it is empty, larger than 20 MB, or would make all attachments more than 200 MB, or with those
            that were taken away more than 400 MB.
        DyadError: it can't be read, or the disk refuses; no attachment is made.
    """
    if session.book.get(CapitalRequest, request) is None:
        raise BadInputError(f"there is no capital request {request!r}")
    too_large = (
        f"{path.name} is larger than {EACH // MEGABYTE} MB, the most that is kept of one file"
    )
    try:
        data = read_regular(path, EACH, f"{too_large}. Nothing was attached.")
    except OSError as error:
        raise DyadError(f"{path} can't be read ({error.strerror}). Nothing was attached.") from None
    if not data:
        raise BadInputError(f"the file {path.name} is empty")
    contents, name = session.file.contents(session.partner), name_of(data)
    if name not in {one.sha256 for one in session.book.all(Attachment)}:
        most = f"the {TOGETHER // MEGABYTE} MB that are kept together"
        _check_room(path, held(session.book) + len(data) - TOGETHER, "the attachments", most)
    if contents.get(name) is None:
        most = (
            f"the {EVER // MEGABYTE} MB that the history keeps, also of what was taken away. Keep the file elsewhere,"
            " and say in the request where"
        )
        over = contents.size(but=name) + len(data) - EVER
        _check_room(path, over, "all that was ever attached", most)
    contents.put(data, f"Content of {path.name}")
    made = Attachment(id=new_id(), request=request, name=path.name, sha256=name, size=len(data))
    return create(session, made, note=f"Attach {path.name}")


def _check_room(path: Path, over: int, what: str, most: str) -> None:
    """Refuse a file with which ``what`` would be so many bytes over the ``most`` there is room for."""
    if over > 0:
        many = (
            f"{over / MEGABYTE:,.1f} MB"
            if over >= MEGABYTE // 10
            else f"{over:,} byte{'s' * (over != 1)}"
        )
        raise BadInputError(f"with {path.name} {what} would be {many} over {most}")


def held(book: Book) -> int:
    """Return the bytes of all attachments, a content that several name counted once."""
    return sum({one.sha256: one.size for one in book.all(Attachment)}.values())


def content_of(session: Session, attachment: str) -> bytes:
    """Return what an attachment contains.

    Raises:
        DyadError: there is none, or this copy doesn't hold its content yet.
    """
    found = session.book.get(Attachment, attachment)
    data = session.file.contents(session.partner).get(found.sha256) if found is not None else None
    if found is None or data is None:
        name = found.name if found is not None else attachment
        raise DyadError(
            f"The content of {name} isn't in this copy. It comes with your partner's next delivery; a copy made"
            " from a text file has none."
        )
    return data


def save(session: Session, attachment: str, path: Path) -> None:
    """Write an attachment's content to a file.

    Raises:
        DyadError: as ``content_of``, or the folder or disk refuses.
    """
    write_bytes(path, content_of(session, attachment))
