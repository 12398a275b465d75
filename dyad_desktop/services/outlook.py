"""Commands on what the pair says of a line's year: its forecast rule and own months, its hours and shares."""

from collections.abc import Sequence

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import year_of
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.outlook import OWN, Basis, Outlook
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import ChangeSet, Session

KIND, BASIS = "outlook", "basis"


def edit_outlooks(
    session: Session, edits: Sequence[FieldEdit], initiator: object = None
) -> ChangeSet:
    """Write rules and own months of lines as one commit; a typed month makes its line's rule ``own``.

    Raises:
        BadInputError: a month that has its actual already, or lies outside the budget year; nothing is changed.
    """
    book = session.book
    for edit in edits:
        if edit.field == "months" and edit.value is not None:
            _check_month(book, edit.id, edit.slot)
    wanted = [edit for edit in edits if _does_something(book, edit)]
    ruled = {edit.id for edit in wanted if edit.field == "rule"}
    typed = dict.fromkeys(
        edit.id for edit in wanted if edit.field == "months" and edit.value is not None
    )
    wanted += [
        FieldEdit(KIND, line, "rule", OWN)
        for line in typed
        if line not in ruled and _rule(book, line) != OWN
    ]
    return set_fields(session, wanted, _label(book, wanted, "forecast"), initiator)


def edit_bases(session: Session, edits: Sequence[FieldEdit], initiator: object = None) -> ChangeSet:
    """Write hours, shares and volumes of lines as one commit.

    Raises:
        BadInputError: a value that can't be taken; nothing is changed.
    """
    wanted = [edit for edit in edits if _does_something(session.book, edit)]
    return set_fields(session, wanted, _label(session.book, wanted, "hours and share"), initiator)


def _check_month(book: Book, line: str, period: str) -> None:
    """Refuse a month that needs no forecast: outside the year, or closed with the line's actual in it."""
    year, count = year_of(book).budget, book.only(Partnership).ytd_months
    if period not in year:
        raise BadInputError(f"{month_year_label(period)} is not in the budget year")
    found = book.get(OperatingLine, line)
    known = found is None or found.ytd_actuals.get(period) is not None
    if period in year[:count] and known:
        raise BadInputError(f"{month_year_label(period)} has its actual already")


def _rule(book: Book, line: str) -> str | None:
    said = book.get(Outlook, line)
    return None if said is None else said.rule


def _does_something(book: Book, edit: FieldEdit) -> bool:
    """Return whether an edit changes anything: emptying what nobody said doesn't."""
    if edit.value is not None:
        return True
    said = book.get(Outlook if edit.kind == KIND else Basis, edit.id)
    value = None if said is None else getattr(said, edit.field, None)
    return (value.get(edit.slot) if isinstance(value, dict) else value) is not None


def _label(book: Book, edits: Sequence[FieldEdit], what: str) -> str:
    lines = {edit.id for edit in edits}
    if len(lines) == 1:
        return f"{book.label('operating_line', next(iter(lines)))}, {what}"
    return f"{what[:1].upper()}{what[1:]} of {len(lines)} lines"
