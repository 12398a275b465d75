"""Sends the budget out of the house: the finance workbook."""

import datetime
from collections.abc import Callable
from pathlib import Path

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.files import find_draft
from dyad_desktop.services.session import Session

PROFILES = ("workbook",)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far, and of how many."""


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
    from dyad_desktop.exchange.workbook import write_workbook  # noqa: PLC0415 - heavy, and seldom asked for

    if profile not in PROFILES:
        raise BadInputError(f"there is no export {profile!r}; exports are {', '.join(PROFILES)}")
    book = session.book
    chosen = find_draft(book, draft)
    author = book.get(Partner, session.partner)
    write_workbook(
        target,
        book,
        session.budget(chosen.id),
        prepared_by=author.name if author else session.partner,
        prepared_on=datetime.datetime.now().astimezone().date().isoformat(),
        progress=progress,
        cancelled=cancelled,
    )
    return target
