"""The past: writes page by page, the partnership as of any commit, and what was brought back."""

from dataclasses import replace

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import CheckIn, Goal, Measure
from dyad_desktop.domain.operating import WORKING_DRAFT, DraftLine
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import history
from dyad_desktop.services.editing import create, delete, fresh, set_field
from dyad_desktop.services.frozen import FrozenSession
from dyad_desktop.services.goals import (
    NUMERATOR,
    Entry,
    add_check_in,
    delete_check_in,
    record_observations,
)
from dyad_desktop.services.history import as_of, item_as_of, moment_of, writes_of
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.restoring import bring_back, bring_back_all, restore_item, restore_value
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import settle
from dyad_desktop.services.standing import standing
from dyad_desktop.services.telling import told
from dyad_desktop.store import unwinding
from tests.services.apart import apart, deleted_but_edited, month

WHY = Address("goal", "G1", "why")
G1 = ("goal", "G1")


def newest(session: Session) -> int:
    return session.journal(1)[0].n


def all_of(book: Book) -> dict[str, object]:
    return {kind: dict(book.rows(spec.cls)) for kind, spec in KINDS.items()}


def work(session: Session) -> dict[int, Book]:
    """Do a bit of everything; returns the book behind each commit."""
    books = {newest(session): session.book}

    def keep(_: object) -> None:
        books[newest(session)] = session.book

    keep(set_field(session, G1, "why", "First"))
    keep(edit_lines(session, "working", [MonthEdit("L28", "2027-02", 100)]))
    keep(apart(session, WHY, A="Second", B="Another"))
    keep(settle(session, WHY, "Both"))
    keep(session.undo())
    keep(create(session, fresh(Goal, id="G99", title="New")))
    keep(deleted_but_edited(session, ("goal", "G5"), "why", "Families ask for it"))
    keep(delete(session, [("goal", "G99")]))
    keep(session.undo())
    session.write_as("B")
    keep(set_field(session, ("goal", "G2"), "title", "Better"))
    session.write_as("A")
    return books


class TestWrites:
    def test_each_tells_who_when_and_what_it_replaced(self, session: Session) -> None:
        loaded = session.book.need(Goal, "G1").why
        set_field(session, G1, "why", "First", note="Said at last")
        apart(session, WHY, A="Second", B="Another")
        settle(session, WHY, "Both")
        lines = writes_of(session, [G1], field="why").lines
        assert [line.value for line in lines] == ["Both", "Another", "Second", "First", loaded]
        assert sorted(lines[0].replaced) == [("A", "Second"), ("B", "Another")]
        assert [line.partner for line in lines] == ["A", "B", "A", "A", "A"]
        assert lines[3].note == "Said at last"
        assert lines[3].before == loaded
        assert lines[4].replaced == ()

    def test_pages_follow_each_other_without_gaps(self, session: Session) -> None:
        for n in range(25):
            set_field(session, G1, "why" if n % 2 else "title", f"Text {n}")
        whole = writes_of(session, [G1], limit=1000).lines
        found: list[history.Written] = []
        cursor = None
        while True:
            page = writes_of(session, [G1], cursor, 7)
            found += page.lines
            cursor = page.cursor
            if cursor is None:
                break
        assert tuple(found) == whole
        assert [line.value for line in whole[:2]] == ["Text 24", "Text 23"]

    def test_one_month_alone(self, session: Session) -> None:
        edit_lines(session, "working", [MonthEdit("L28", "2027-02", 100)])
        edit_lines(session, "working", [MonthEdit("L28", "2027-03", 100)])
        at = month("L28")
        lines = writes_of(session, [("draft_line", at.id)], field="months", slot=at.slot).lines
        assert [line.at for line in lines] == [at]

    def test_the_journal_in_pages(self, session: Session) -> None:
        work(session)
        whole = history.journal_page(session, limit=1000)
        assert [line.n for line in whole] == [line.n for line in session.journal()]
        assert history.journal_page(session, whole[3].n, 2) == whole[4:6]


class TestAsOf:
    @pytest.mark.parametrize("walks", [0, 10**9])
    def test_every_commit_gives_the_book_that_was(
        self, session: Session, walks: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        books = work(session)
        monkeypatch.setattr(unwinding, "_WALKS", walks)
        monkeypatch.setattr(unwinding, "STEP", 3)
        for n, book in books.items():
            found = as_of(session, moment_of(session, n).cut).finish()
            assert all_of(found) == all_of(book)

    def test_one_thing_by_its_own_writes(self, session: Session) -> None:
        books = work(session)
        for n, book in books.items():
            cut = moment_of(session, n).cut
            for key in (G1, ("goal", "G99"), ("goal", "G5"), ("draft_line", month("L28").id)):
                assert item_as_of(session, key, cut) == book.entity(*key)

    def test_a_moment_knows_what_came_next(self, session: Session) -> None:
        n = newest(session)
        set_field(session, G1, "why", "First", note="The first word")
        found = moment_of(session, n).next
        assert found is not None
        assert found.note == "The first word"
        assert moment_of(session, found.n).next is None
        with pytest.raises(BadInputError, match="no commit 999"):
            moment_of(session, 999)

    def test_it_tells_who_changed_what(self, session: Session) -> None:
        n = newest(session)
        set_field(session, G1, "why", "First")
        session.write_as("B")
        set_field(session, G1, "why", "Second")
        set_field(session, ("goal", "G2"), "title", "Better")
        way = as_of(session, moment_of(session, n).cut)
        way.finish()
        assert way.changed == {
            WHY: frozenset("AB"),
            Address("goal", "G2", "title"): frozenset("B"),
        }

    def test_it_goes_in_steps(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        n = newest(session)
        for text in "abcdefgh":
            set_field(session, G1, "why", text)
        monkeypatch.setattr(unwinding, "STEP", 2)
        way = as_of(session, moment_of(session, n).cut)
        seen = []
        while not way.step():
            seen.append(way.progress)
        assert len(seen) > 3
        assert seen == sorted(seen)
        assert way.progress == 1.0


class TestRestoring:
    def test_a_value_comes_back_as_a_new_commit_that_can_be_undone(self, session: Session) -> None:
        set_field(session, G1, "why", "First")
        set_field(session, G1, "why", "Second")
        restore_value(session, WHY, "First")
        assert session.book.need(Goal, "G1").why == "First"
        assert (session.next_undo or "").endswith("Why restored: First")
        session.undo()
        assert session.book.need(Goal, "G1").why == "Second"

    def test_restoring_a_contested_value_names_both(self, session: Session) -> None:
        apart(session, WHY, A="Mine", B="Yours")
        restore_value(session, WHY, "Older")
        assert session.disagreements() == []
        assert session.book.need(Goal, "G1").why == "Older"

    def test_a_whole_thing_as_it_was(self, session: Session) -> None:
        n, was = newest(session), session.book.need(Goal, "G1")
        set_field(session, G1, "why", "First")
        set_field(session, G1, "due", "2028-01-01")
        restore_item(session, G1, moment_of(session, n).cut, "working")
        assert session.book.need(Goal, "G1") == was
        session.undo()
        assert session.book.need(Goal, "G1").due == "2028-01-01"

    def test_a_line_with_what_the_draft_said_of_it(self, session: Session) -> None:
        n = newest(session)
        edit_lines(session, "working", [MonthEdit("L28", "2027-02", 100)])
        before = session.book
        set_field(session, ("operating_line", "L28"), "name", "Called otherwise")
        restore_item(session, ("operating_line", "L28"), moment_of(session, n).cut, "working")
        assert session.book.need(DraftLine, month("L28").id).months.get("2027-02") is None
        assert session.book.label("operating_line", "L28") != "Called otherwise"
        session.undo()
        assert session.book.need(DraftLine, month("L28").id) == before.need(
            DraftLine, month("L28").id
        )

    def test_a_deleted_thing_comes_back(self, session: Session) -> None:
        n, was = newest(session), session.book.need(Goal, "G1")
        set_field(session, G1, "why", "First")
        delete(session, [G1])
        assert session.book.get(Goal, "G1") is None
        restore_item(session, G1, moment_of(session, n).cut, "working")
        assert session.book.need(Goal, "G1") == was
        session.undo()
        assert session.book.get(Goal, "G1") is None

    def test_what_it_belongs_to_must_be_there(self, session: Session) -> None:
        n = newest(session)
        measure = session.book.children(Measure, "G1")[0].id
        delete(session, [G1])
        with pytest.raises(BadInputError, match="which is gone; restore that first"):
            restore_item(session, ("measure", measure), moment_of(session, n).cut, "working")
        with pytest.raises(BadInputError, match="restore the whole item first"):
            restore_value(session, WHY, "First")

    def test_what_was_not_there_is_refused(self, session: Session) -> None:
        n = newest(session)
        create(session, fresh(Goal, id="G99", title="New"))
        with pytest.raises(BadInputError, match="there then"):
            restore_item(session, ("goal", "G99"), moment_of(session, n).cut, "working")
        with pytest.raises(BadInputError, match="as it was then"):
            restore_item(session, G1, moment_of(session, n).cut, "working")

    def test_an_item_that_one_deleted_and_the_other_edited_settles(self, session: Session) -> None:
        n = newest(session)
        deleted_but_edited(session, ("goal", "G5"), "why", "Families ask for it")
        restore_item(session, ("goal", "G5"), moment_of(session, n).cut, "working")
        assert Address("goal", "G5", DELETED) not in session.disagreements()


def test_a_write_of_now_can_be_made_without_having_seen_it(session: Session) -> None:
    """A restored value names what stands, so a value written apart meanwhile stays apart."""
    seen = session.seen(WHY)
    restore_value(session, WHY, "Restored")
    session.write_as("B")
    session.commit([Edit(WHY, "Apart", seen)], "apart")
    assert session.disagreements() == [WHY]


def test_a_goals_history_tells_its_check_ins(session: Session) -> None:
    made = fresh(
        CheckIn, goal="G1", date="2026-11-05", status="at_risk", confidence={"A": 3}, note="Late"
    )
    create(session, made)
    set_field(session, ("check_in", made.id), "status", "off_track")
    set_field(session, ("goal", "G1"), "why", "Other")
    lines = told(session, ("goal", "G1"), WORKING_DRAFT).lines
    assert [(one.what, one.after) for one in lines[:3]] == [
        ("Why", "Other"),
        ("Check-in, status", "off track"),
        ("Check-in, 5 Nov 2026", "at risk; Priya 3/10; Late"),
    ]
    loaded = [one for one in lines if one.what.startswith("Check-in, ")][2:]
    assert len(loaded) == len(session.book.children(CheckIn, "G1")) - 1
    assert loaded[0].what == "Check-in, 31 Oct 2026"
    alone = told(session, ("goal", "G1"), WORKING_DRAFT, place=("why", "")).lines
    assert {one.what for one in alone} == {"Why"}


MEASURE = ("measure", "M4.1")
VALUE = Address(*MEASURE, "values", "2026-10")


def lines_of(session: Session) -> list[tuple[str, str, str, str]]:
    found = told(session, MEASURE, WORKING_DRAFT, place=(VALUE.field, VALUE.slot))
    return [(one.partner, one.what, one.spoken.split(": ")[1], one.reasons) for one in found.lines]


def test_a_settlement_that_is_undone_leaves_each_value_with_its_author(session: Session) -> None:
    set_field(session, MEASURE, VALUE.field, "40", slot=VALUE.slot)
    apart(session, VALUE, A="41", B="42")
    settle(session, VALUE, "42")
    session.undo()
    session.redo()
    again, *others = lines_of(session)[:5]
    named = "Value, Oct 2026"
    assert again[2].endswith("→ 42.0 %")
    assert again[3] == "settled again"
    assert sorted(others[:2]) == [
        ("A", named, "40.0 % → 41.0 %", "said apart again: Priya undid the settlement"),
        ("B", named, "40.0 % → 42.0 %", "said apart again: Priya undid the settlement"),
    ]
    assert others[2] == (
        "A", named, "42.0 % → 40.0 %", "what both had before, while it is apart again"
    )  # fmt: skip
    assert others[3][3] == ""


def test_what_is_undone_and_done_again_says_so(session: Session) -> None:
    set_field(session, MEASURE, VALUE.field, "40", slot=VALUE.slot)
    set_field(session, MEASURE, VALUE.field, "41", slot=VALUE.slot, note="Recounted")
    session.undo()
    session.redo()
    assert [(change, note) for _, _, change, note in lines_of(session)[:4]] == [
        ("40.0 % → 41.0 %", "done again · “Recounted”"),
        ("41.0 % → 40.0 %", "undone · “Recounted”"),
        ("40.0 % → 41.0 %", "“Recounted”"),
        (lines_of(session)[3][2], ""),
    ]
    set_field(session, MEASURE, VALUE.field, "43", slot=VALUE.slot)
    session.undo()
    assert lines_of(session)[0][3] == "undone"


def a_check_in_gone(session: Session) -> str:
    """Let Marcus say something of a goal, and Priya delete it."""
    made: CheckIn = fresh(
        CheckIn, goal="G1", date="2026-11-05", status="at_risk", note="Two agencies left"
    )
    session.write_as("B")
    add_check_in(session, replace(made, confidence={"B": 3}))
    session.write_as("A")
    delete_check_in(session, made.id)
    return made.id


def test_a_deleted_check_in_stays_in_its_goals_history(session: Session) -> None:
    gone = a_check_in_gone(session)
    assert session.journal(1)[0].note == (
        "Deleted the check-in of 5 Nov 2026, with what Marcus said in it"
    )
    first, second = told(session, G1, WORKING_DRAFT).lines[:2]
    assert (first.partner, first.what, first.before, first.after, first.note) == (
        "A", "Check-in, 5 Nov 2026, deleted", "", "at risk; Marcus 3/10; Two agencies left", "",
    )  # fmt: skip
    assert (second.partner, second.what) == ("B", "Check-in, 5 Nov 2026")
    assert first.write is not None
    with pytest.raises(BadInputError, match=r"the check-in of 5 Nov 2026 comes back with"):
        restore_value(session, first.write.at, first.write.value)
    cut = session.file.past.before(first.write.id)
    restore_item(session, ("check_in", gone), cut, WORKING_DRAFT)
    assert session.book.need(CheckIn, gone).note == "Two agencies left"
    line = told(session, G1, WORKING_DRAFT).lines[0]
    assert (line.what, line.before, line.after) == ("Check-in, 5 Nov 2026", "", "brought back")


def test_a_deleted_check_in_is_told_of_its_own_goal_alone(session: Session) -> None:
    a_check_in_gone(session)
    other = told(session, ("goal", "G2"), WORKING_DRAFT).lines
    assert not any("deleted" in line.what for line in other)


def test_what_goes_and_comes_with_its_goal_is_told_once(session: Session) -> None:
    delete(session, [G1])
    session.undo()
    lines = told(session, G1, WORKING_DRAFT).lines
    assert [line.after for line in lines[:2]] == ["brought back", "deleted"]
    assert lines[2].write is not None
    assert lines[2].write.at.field != DELETED


def test_what_a_commit_deleted_comes_back_with_all_that_went_along(session: Session) -> None:
    """After a restart, when no undo reaches it any more."""
    before, goal = all_of(session.book), session.book.get(Goal, "G1")
    delete(session, [G1])
    line = told(session, None, WORKING_DRAFT).lines[0]
    assert line.deletion is not None
    set_field(session, ("goal", "G2"), "why", "Written since")
    done = bring_back_all(session, line.deletion)
    assert done.note == f"{session.book.need(Goal, 'G1').title} brought back"
    session.undo()
    assert session.book.get(Goal, "G1") is None
    session.redo()
    after = all_of(session.book)
    assert {kind for kind in before if before[kind] != after[kind]} == {"goal"}  # G2, written since
    assert session.book.get(Goal, "G1") == goal
    assert [line.deletion for line in told(session, None, WORKING_DRAFT).lines[:3]] == [None] * 3
    with pytest.raises(BadInputError, match="there again"):
        bring_back_all(session, line.deletion)
    assert session.check() == []


def test_of_what_was_kept_none_is_offered_to_be_brought_back(session: Session) -> None:
    deleted_but_edited(session, ("goal", "G5"), "why", "Families ask for it")
    assert {line.deletion for line in told(session, None, WORKING_DRAFT).lines} == {None}


def test_what_comes_back_needs_what_it_refers_to(session: Session) -> None:
    measure = session.book.children(Measure, "G1")[0]
    delete(session, [("measure", measure.id)])
    lost = session.journal(1)[0].id
    delete(session, [G1])
    with pytest.raises(BadInputError, match=r"belonged to the goal .*; restore that first"):
        bring_back_all(session, lost)
    assert session.book.get(Measure, measure.id) is None
    bring_back_all(session, session.journal(1)[0].id)
    assert session.book.get(Measure, measure.id) is None  # it went by an act of its own
    bring_back_all(session, lost)
    assert session.book.get(Measure, measure.id) == measure


def test_the_history_of_a_deleted_goal_brings_its_measures_back_too(session: Session) -> None:
    measures = session.book.children(Measure, "G1")
    delete(session, [G1])
    line = told(session, G1, WORKING_DRAFT).lines[0]
    assert line.write is not None
    bring_back(session, G1, line.write.id, WORKING_DRAFT)
    assert session.book.children(Measure, "G1") == measures


def test_a_denominator_that_a_numerator_was_said_of_again_is_no_change(session: Session) -> None:
    """The commit says both, so that partners who correct them apart differ; the history tells what changed."""
    key, period = ("measure", "M3.2"), "2026-10"
    part = session.book.need(Measure, "M3.2").numerator[period]
    assert part is not None
    record_observations(session, "M3.2", [Entry(period, NUMERATOR, part + 30)])
    assert len(session.changes(session.journal(1)[0].id)) == 3
    told_of = [line.what for line in told(session, key, WORKING_DRAFT, limit=5).lines[:2]]
    assert told_of == ["Numerator, Oct 2026", "Value, Oct 2026"]
    fields = [line.at.field for line in session.history(key, 3)]
    assert fields == ["numerator", "values"]


def test_what_changes_nothing_is_not_written(session: Session) -> None:
    period = "2026-10"
    before, newest_one = session.book.need(Measure, "M3.2"), newest(session)
    record_observations(session, "M3.2", [Entry(period, NUMERATOR, before.numerator[period])])
    assert newest(session) == newest_one


def test_a_field_that_holds_a_list_has_its_history(session: Session) -> None:
    set_field(session, G1, "accountable", ["A"])
    set_field(session, G1, "accountable", ["A", "B"])
    assert [line.after for line in session.history(G1, 2)] == [["A", "B"], ["A"]]
    assert told(session, G1, WORKING_DRAFT, limit=2).lines[0].what == "Accountable"


def test_what_was_contested_then_shows_as_it_did(session: Session) -> None:
    """With its sides and ranges, whatever became of it since: settled, written on, or contested anew."""
    apart(session, month("L28"), A=200_000_00, B=236_000_00)
    apart(session, month("L30"), A=100_00, B=900_000_00)
    apart(session, Address("operating_line", "L17", "rate_growth_pct"), A="1", B="9")
    apart(session, Address("capital_request", "C01", "cost"), A=2_000_000_00, B=6_000_000_00)
    fate = deleted_but_edited(session, ("operating_line", "L29"), "rate_growth_pct", "17")
    before, n = standing(session), newest(session)
    settle(session, month("L28"), 1_000_00)
    settle(session, fate, value=True)
    settle(session, Address("capital_request", "C01", "cost"), 3_000_000_00)
    edit_lines(session, "working", [MonthEdit("L30", "2027-03", 7_00)])
    apart(session, month("L31"), A=1_00, B=2_00)
    way = as_of(session, moment_of(session, n).cut)
    way.finish()
    then = standing(FrozenSession(session, way))
    assert then.sides == before.sides
    assert then.choices == before.choices
    assert then.budget == before.budget
    assert (then.contribution, then.capital) == (before.contribution, before.capital)
    way = as_of(session, moment_of(session, 1).cut)
    way.finish()
    assert standing(FrozenSession(session, way)).count == 0
