"""Sends the budget out of the house: the finance workbook, and everything as plain text."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume
from dyad_desktop.domain.partnership import Partner, Partnership
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.services.files import dump, find_draft, write_whole
from dyad_desktop.services.rhythm import today
from dyad_desktop.services.session import Session
from dyad_desktop.services.still_open import open_words

PROFILES = ("workbook", "text")
SUFFIX = {"workbook": ".xlsx", "text": ".yaml"}
_READING, _WRITING = "Reading everything", "Writing"

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far, and of how many."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an export of a draft holds, with the figures to check it by; money in minor units."""

    draft: str
    lines: int
    by_hand: int
    """Months that a person set instead of the rule."""
    net_revenue: int
    other_revenue: int
    total_revenue: int
    expense: int
    contribution: int
    volumes: int
    positions: int
    requests: int
    requested: int
    explanations: int
    still_open: str = ""
    """What of it the partners still differ on, in words."""


def preview(session: Session, draft: str | None = None) -> Preview:
    """Return what an export of a draft would hold now.

    Raises:
        BadInputError: there is no such draft, or its budget can't be computed.
    """
    book = session.book
    chosen = find_draft(book, draft)
    totals = session.budget(chosen.id).totals
    said = book.children(DraftLine, chosen.id)
    requests = book.all(CapitalRequest)
    return Preview(
        draft=chosen.name,
        lines=len(book.all(OperatingLine)),
        by_hand=sum(1 for line in said for value in line.months.values() if value is not None),
        net_revenue=totals.net_revenue,
        other_revenue=totals.other_revenue,
        total_revenue=totals.total_revenue,
        expense=totals.total_expense,
        contribution=totals.contribution,
        volumes=len(book.all(Volume)),
        positions=len(book.all(Position)),
        requests=len(requests),
        requested=sum(asked(book, one) for one in requests),
        explanations=sum(1 for line in said if (line.explanation or "").strip()),
        still_open=open_words(session, chosen.id),
    )


def file_name(session: Session, profile: str, draft: str | None = None) -> str:
    """Return the name that an export has when nobody gives another."""
    meta = session.book.only(Partnership)
    if profile == "text":
        return f"{session.path.stem}{SUFFIX[profile]}"
    parts = (session.path.stem, meta.budget_year, find_draft(session.book, draft).name)
    name = " ".join(part for part in parts if part)
    return "".join(c for c in name if c.isalnum() or c in " -_.()") + SUFFIX[profile]


def export(
    session: Session,
    profile: str,
    target: Path,
    draft: str | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Write an export and return its path.

    Raises:
        BadInputError: there is no such profile or draft.
        DyadError: the file can't be written, or it was cancelled; an old file is as it was.
    """
    if profile not in PROFILES:
        raise BadInputError(f"there is no export {profile!r}; exports are {', '.join(PROFILES)}")
    if target.resolve() == session.path.resolve():
        raise BadInputError("that is the partnership's own file; choose another name", str(target))
    if profile == "text":
        return _export_text(session, target, progress, cancelled)
    from dyad_desktop.exchange.workbook import write_workbook  # noqa: PLC0415 - heavy, and seldom asked for

    book = session.book
    chosen = find_draft(book, draft)
    author = book.get(Partner, session.partner)
    write_workbook(
        target,
        book,
        session.budget(chosen.id),
        prepared_by=author.name if author else session.partner,
        prepared_on=today(),
        still_open=open_words(session, chosen.id),
        progress=progress,
        cancelled=cancelled,
    )
    return target


def _export_text(
    session: Session, target: Path, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Path:
    if progress is not None:
        progress(_READING, 0, 2)
    text = dump(session)
    if cancelled is not None and cancelled():
        raise DyadError("Stopped. Nothing was written, and a file of that name is as it was.")
    if progress is not None:
        progress(_WRITING, 1, 2)
    write_whole(target, text)
    if progress is not None:
        progress(_WRITING, 2, 2)
    return target
