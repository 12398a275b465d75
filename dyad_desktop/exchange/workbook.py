"""Writes the finance workbook (XLSX): all of it or none, live formulas with their values."""

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.exchange.workbook_budget import BudgetSheet
from dyad_desktop.exchange.workbook_capital import CapitalSheet
from dyad_desktop.exchange.workbook_cover import CoverSheet
from dyad_desktop.exchange.workbook_drivers import DriversSheet
from dyad_desktop.exchange.workbook_notes import NotesSheet
from dyad_desktop.exchange.workbook_page import SHEETS, CancelledError, Page, Watch
from dyad_desktop.exchange.workbook_source import Source
from dyad_desktop.exchange.workbook_style import FONT, SIZE, Styles

__all__ = ["CancelledError", "WorkbookSummary", "write_workbook"]

SAVING = "Saving"
OPTIONS = {
    "in_memory": True,  # no budget in the system's folder for temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": SIZE},
}


@dataclass(frozen=True, slots=True)
class WorkbookSummary:
    """What was written."""

    path: Path
    sheets: tuple[str, ...]
    lines: int
    formulas: int


def write_workbook(  # noqa: PLR0913 - all but three by name
    path: Path,
    book: Book,
    budget: Budget,
    *,
    prepared_by: str,
    prepared_on: str,
    still_open: str = "",
    progress: Callable[[str, int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> WorkbookSummary:
    """Write a budget and what it rests on as a workbook; the file appears whole or not at all.

    Args:
        path: where; a file of that name is replaced when the new one is complete.
        book: the partnership.
        budget: the budget of the draft to export, computed from this book.
        prepared_by: a person's name.
        prepared_on: ISO date.
        still_open: what the partners still differ on, in words; else nothing.
        progress: told the sheet, rows done and rows in all.
        cancelled: asked between rows; true stops the writing.

    Raises:
        BadInputError: the date is none, or the budget doesn't belong to the book.
        CancelledError: the person stopped it.
        DyadError: the folder, the disk or another program refuses; the old file is as it was.
    """
    watch = Watch(progress, cancelled)
    source = Source(book, budget, prepared_by, prepared_on, still_open)
    content = BytesIO()
    formulas = _fill(content, source, watch)
    watch.look(SAVING, 0, 1)
    _save(path, content)
    summary = WorkbookSummary(path, SHEETS, len(source.lines), formulas)
    if progress is not None:
        progress(SAVING, 1, 1)
    return summary


def _fill(content: BytesIO, source: Source, watch: Watch) -> int:
    """Write all sheets; return how many formulas they hold."""
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties(_properties(source))
        workbook.set_size(2400, 1500)
        styles = Styles(workbook, source.places)
        pages = [Page(workbook.add_worksheet(name), styles) for name in SHEETS]
        cover, operating, drivers, capital, notes = pages
        watch.look(SHEETS[0], 0, 1)
        rows = BudgetSheet(operating, source, watch).write()
        DriversSheet(drivers, source, watch, rows).write()
        CapitalSheet(capital, source, watch).write()
        NotesSheet(notes, source, watch).write()
        CoverSheet(cover, source, rows).write()
        watch.look(SAVING, 0, 1)
    return sum(page.formulas for page in pages)


def _properties(source: Source) -> dict[str, object]:
    try:
        day = datetime.strptime(source.prepared_on, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadInputError(f"{source.prepared_on!r} is not a date like 2027-06-30") from None
    return {
        "title": f"{source.partnership.title}: {source.budget_year}, {source.draft_name}",
        "author": source.prepared_by,
        "company": ", ".join(source.partnership.organisations),
        "created": day,
    }


def _save(path: Path, content: BytesIO) -> None:
    """Put the bytes in place: a reader sees the old file or the whole new one."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".dyad-{uuid.uuid4().hex}.tmp")
    try:
        _write(part, content)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DyadError(_refused(path, error)) from None
    try:
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DyadError(_not_replaced(path, error)) from None
    _settle(target.parent)


def _write(part: Path, content: BytesIO) -> None:
    with part.open("xb") as file:
        file.write(content.getbuffer())
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make the new name durable where a folder can be synced; Windows has no such call."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network folders refuse; the file itself is synced
    finally:
        os.close(handle)


def _refused(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"There is no folder {path.parent}. Nothing was written; choose another place."
    safe = "Nothing was written, and a file of that name is as it was"
    if isinstance(error, PermissionError):
        return f"The folder {path.parent} can't be written. {safe}; choose another folder."
    return f"{path.name} can't be written ({error.strerror}). {safe}; choose another place."


def _not_replaced(path: Path, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return (
            f"{path.name} is open in another program, or protected. It is as it was; "
            "close it there, or choose another name."
        )
    return (
        f"{path.name} can't be replaced ({error.strerror}). It is as it was; choose another name."
    )
