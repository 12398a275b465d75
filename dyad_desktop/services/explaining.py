"""Commands on explanations, notes and holidays: what is said is kept with the amount that it was said of."""

from typing import Any

from dyad_desktop.domain.day_text import read_day
from dyad_desktop.domain.explaining import explains, to_date, value_now
from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.operating import (
    ACTUAL,
    EITHER,
    Note,
    OperatingLine,
    Planning,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.totals import ytd_periods
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, Seen, create, delete, fresh, set_fields
from dyad_desktop.services.rhythm import today
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.wording import partner_name


def explain(
    session: Session, draft: str, line: str, text: str, *, seen: Seen = None,
    initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Explain a line of a draft, as one commit; empty text takes it back.

    Kept with it: for which move (``explains``), the year's amount, and what the actual months are over their budget.

    Raises:
        BadInputError: there is no such line or draft, or a text that can't be taken; nothing is changed.
    """
    plain = text.strip() or None
    key = ("draft_line", draft_line_id(draft, line))
    edits = [FieldEdit(*key, "explanation", plain, seen=seen)]
    edits += [FieldEdit(*key, *one) for one in _written_for(session, draft, line, said=bool(plain))]
    name = session.book.label("operating_line", line)
    return set_fields(session, edits, f"{name}: explanation", initiator)


def _written_for(session: Session, draft: str, line: str, *, said: bool) -> list[tuple[str, Any]]:
    """Return the fields that tell what an explanation is written for now; nothing of one that is taken back."""
    found = dict.fromkeys(("explained", "explained_for", "explained_over", "explained_to"))
    entity = session.book.get(OperatingLine, line)
    if not said or entity is None:
        return list(found.items())
    budget, periods = session.budget(draft), ytd_periods(session.book)
    what = explains(session.book, budget, line)
    fields: dict[str, Any] = {"explained": budget.lines[line].total, "explained_for": what}
    if what in (ACTUAL, EITHER) and periods:
        planned, actual = to_date(entity, budget.lines[line], periods)
        fields |= {"explained_over": actual - planned, "explained_to": periods[-1]}
    return list({**found, **fields}.items())


def add_note(
    session: Session, draft: str, line: str, text: str, period: str | None = None,
    initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Write a note of one's own on a line's year, or on a month of it, with what stands there now.

    Raises:
        BadInputError: no text, no such line, or a month that the budget year doesn't have; nothing is changed.
    """
    if session.book.get(OperatingLine, line) is None:
        raise BadInputError("that line isn’t there any more")
    value = value_now(session.budget(draft), line, period)
    if value is None:
        raise BadInputError(f"{period} lies outside the budget year")
    author = session.partner if session.book.get(Partner, session.partner) else None
    note = fresh(
        Note, draft=draft, line=line, period=period or None, text=_said(text), author=author,
        value=value, written=today(),
    )  # fmt: skip
    return create(
        session, note, note=f"New note: {_place(session, line, period)}", initiator=initiator
    )


def edit_note(session: Session, note_id: str, text: str, initiator: object = None) -> ChangeSet:
    """Write a note of one's own anew, for what stands there now; without text it is deleted.

    Raises:
        BadInputError: it isn't there, or another partner wrote it; nothing is changed.
    """
    if not text.strip():
        return delete_note(session, note_id, initiator)
    note = _own(session, note_id)
    value = value_now(session.budget(note.draft), note.line, note.period)
    fields = {"text": _said(text), "value": value, "written": today()}
    edits = [FieldEdit("note", note_id, name, value) for name, value in fields.items()]
    label = f"{_place(session, note.line, note.period)}: note"
    return set_fields(session, edits, label, initiator)


def delete_note(session: Session, note_id: str, initiator: object = None) -> ChangeSet:
    """Delete a note of one's own; it can be undone.

    Raises:
        BadInputError: it isn't there, or another partner wrote it.
    """
    note = _own(session, note_id)
    label = f"Deleted the note on {_place(session, note.line, note.period)}"
    return delete(session, [("note", note_id)], label, initiator)


def may_edit(session: Session, note: Note) -> bool:
    """Return whether the partner who writes here may change a note: their own, or one of nobody here."""
    return note.author == session.partner or session.book.get(Partner, note.author) is None


def _own(session: Session, note_id: str) -> Note:
    note = session.book.get(Note, note_id)
    if note is None:
        raise BadInputError("that note isn’t there any more")
    if not may_edit(session, note):
        who = partner_name(session.book, note.author or "")
        raise BadInputError(f"{who} wrote this note; write one of your own beside it")
    return note


def _said(text: str) -> str:
    if not text.strip():
        raise BadInputError("a note without text says nothing")
    return text.strip()


def _place(session: Session, line: str, period: str | None) -> str:
    name = session.book.label("operating_line", line)
    return f"{name}, {month_year_label(period)}" if period else name


def set_holiday(
    session: Session, day: str, name: str | None, initiator: object = None
) -> ChangeSet:
    """Name a day off, written as people write days, or take it off the list with no name.

    Raises:
        BadInputError: no day of the calendar, or a new one without a name; nothing is changed.
    """
    date = read_day(day)
    if name is not None and not name.strip():
        raise BadInputError(f"what is {date} called? A day off needs a name")
    known = session.book.only(Planning).holidays.get(date)
    if name is None and not known:
        raise BadInputError(f"{date} is no day off")
    edit = FieldEdit("planning", "planning", "holidays", name.strip() if name else None, date)
    return set_fields(session, [edit], f"Day off {date}: {name or 'taken off'}", initiator)
