"""Explanations and notes in a file: kept with the amount they were written for, each partner's own."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.explaining import Moved, moved_line, unexplained, value_now
from dyad_desktop.domain.operating import (
    ACTUAL,
    EITHER,
    PRIOR,
    DraftLine,
    Note,
    OperatingLine,
    Planning,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.workspace_file import parse
from dyad_desktop.services import files
from dyad_desktop.services.editing import FieldEdit, delete, set_fields
from dyad_desktop.services.explaining import (
    add_note,
    delete_note,
    edit_note,
    explain,
    may_edit,
    set_holiday,
)
from dyad_desktop.services.home import home_view
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.session import Session


def only_note(session: Session) -> Note:
    (note,) = session.book.all(Note)
    return note


def test_an_explanation_is_kept_with_the_year_s_amount_as_one_commit(session: Session) -> None:
    total = session.budget().lines["L28"].total
    explain(session, "working", "L28", "  Two hires start in January. ")
    said = session.book.need(DraftLine, "working.L28")
    assert (said.explanation, said.explained) == ("Two hires start in January.", total)
    session.undo()
    said_before = session.book.get(DraftLine, "working.L28")
    assert said_before is None or said_before.explained is None
    explain(session, "working", "L28", "Again")
    explain(session, "working", "L28", " ")
    emptied = session.book.need(DraftLine, "working.L28")
    assert (emptied.explanation, emptied.explained) == (None, None)


def test_home_asks_by_the_threshold_and_again_when_the_year_moves(session: Session) -> None:
    rules = {"explain_pct": Decimal(5), "explain_amount": 100_000_00}
    set_fields(session, [FieldEdit("planning", "planning", *one) for one in rules.items()])
    waiting = [one.line for one in unexplained(session.book, session.budget())]
    assert waiting
    line = waiting[0]
    notices = home_view(session, "working").notices
    assert any(one.kind == "operating_line" and one.id == line for one in notices)
    explain(session, "working", line, "Because.")
    assert line not in {one.line for one in unexplained(session.book, session.budget())}
    now = session.budget().lines[line].months[11]
    total = session.budget().lines[line].total
    edit_lines(session, "working", [MonthEdit(line, session.budget().periods[11], now + total)])
    again = {one.line: one for one in unexplained(session.book, session.budget())}
    assert again[line].stale
    assert session.book.need(DraftLine, f"working.{line}").explanation == "Because."


def test_growth_that_was_explained_is_asked_for_again_when_actuals_run_over(
    session: Session,
) -> None:
    rules = {"explain_pct": Decimal(5), "explain_amount": 100_000_00}
    set_fields(session, [FieldEdit("planning", "planning", *one) for one in rules.items()])

    def waiting() -> dict[str, Moved]:
        return {one.line: one for one in unexplained(session.book, session.budget())}

    line = next(name for name, one in waiting().items() if one.against == PRIOR)
    explain(session, "working", line, "A second room opens.")
    said = session.book.need(DraftLine, f"working.{line}")
    assert (said.explained_for, said.explained_over, said.explained_to) == (PRIOR, None, None)
    assert line not in waiting()
    actual = session.book.need(OperatingLine, line).ytd_actuals["2026-10"]
    over = FieldEdit("operating_line", line, "ytd_actuals", actual + 10**10, "2026-10")
    set_fields(session, [over])
    assert waiting()[line].against == ACTUAL
    assert any(one.id == line for one in home_view(session, "working").notices)
    explain(session, "working", line, "A second room opens; it was paid early.")
    said = session.book.need(DraftLine, f"working.{line}")
    moved = moved_line(session.book, session.budget(), line)
    assert moved is not None
    assert (said.explained_for, said.explained_over, said.explained_to) == (
        EITHER, moved.move, "2026-10",
    )  # fmt: skip
    assert line not in waiting()
    explain(session, "working", line, "")
    said = session.book.need(DraftLine, f"working.{line}")
    assert {said.explained, said.explained_for, said.explained_over, said.explained_to} == {None}


def test_a_note_remembers_who_wrote_it_of_what(session: Session) -> None:
    month = session.budget().periods[2]
    add_note(session, "working", "L28", "Agency until March", month)
    note = only_note(session)
    held = session.budget().lines["L28"].months[2]
    assert (note.author, note.value, note.period) == ("A", held, month)
    assert session.next_undo == "New note: Agency and traveller staff, Sep 2026"
    edit_lines(session, "working", [MonthEdit("L28", month, held + 100)])
    edit_note(session, note.id, "Agency until May")
    assert only_note(session).value == held + 100
    edit_note(session, note.id, " ")
    assert session.book.all(Note) == ()
    session.undo()
    assert only_note(session).text == "Agency until May"
    delete_note(session, note.id)
    assert session.book.all(Note) == ()


def test_each_partner_writes_notes_of_their_own(session: Session) -> None:
    add_note(session, "working", "L28", "Mine")
    note = only_note(session)
    session.write_as("B")
    assert not may_edit(session, note)
    with pytest.raises(BadInputError, match="wrote this note; write one of your own"):
        edit_note(session, note.id, "Yours")
    with pytest.raises(BadInputError, match="wrote this note; write one of your own"):
        delete_note(session, note.id)
    add_note(session, "working", "L28", "Mine, too")
    assert [one.author for one in session.book.all(Note)] == ["A", "B"]
    assert {one.value for one in session.book.all(Note)} == {
        value_now(session.budget(), "L28", None)
    }


@pytest.mark.parametrize(
    ("line", "text", "period", "words"),
    [
        ("L28", " ", None, "without text"),
        ("L99x", "?", None, "isn’t there"),
        ("L28", "?", "2031-01", "outside the budget year"),
    ],
)
def test_a_note_that_can_not_be_is_said(
    session: Session, line: str, text: str, period: str | None, words: str
) -> None:
    with pytest.raises(BadInputError, match=words):
        add_note(session, "working", line, text, period)


def test_notes_go_with_their_line_and_come_back_with_it(session: Session) -> None:
    add_note(session, "working", "L28", "Mine")
    delete(session, [("operating_line", "L28")])
    assert session.book.get(OperatingLine, "L28") is None
    assert session.book.all(Note) == ()
    session.undo()
    assert only_note(session).line == "L28"


def test_notes_travel_in_the_text_copy(session: Session) -> None:
    add_note(session, "working", "L28", "Agency: until\nMarch", "2026-09")
    note = only_note(session)
    records = parse(files.dump(session)).records
    assert records["note", note.id]["text"] == "Agency: until\nMarch"


def test_days_off_are_days_of_the_calendar_with_a_name(session: Session) -> None:
    set_holiday(session, " 2026-12-25 ", "Christmas Day")
    assert session.book.only(Planning).holidays["2026-12-25"] == "Christmas Day"
    for day, name, words in (
        ("2026-13-01", "?", "not a day"),
        ("3/4/2026", "?", "can be 3 Apr 2026 or 4 Mar 2026"),
        ("2027-01-01", " ", "needs a name"),
        ("2027-01-01", None, "no day off"),
    ):
        with pytest.raises(BadInputError, match=words):
            set_holiday(session, day, name)
    set_holiday(session, "26 Dec 2026", "Boxing Day")
    assert session.book.only(Planning).holidays["2026-12-26"] == "Boxing Day"
    set_holiday(session, "2026-12-25", None)
    assert not session.book.only(Planning).holidays["2026-12-25"]
