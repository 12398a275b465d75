"""Two pictures side by side: each partner's own, then and now, sums under both."""

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.comparison import (
    Marks,
    Row,
    compare,
    own_book,
    subject_of,
    subjects,
    things,
)
from dyad_desktop.services.disagreements import contested_sides
from dyad_desktop.services.editing import create, delete, fresh, set_field
from dyad_desktop.services.frozen import FrozenSession
from dyad_desktop.services.history import as_of, moment_of
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.pictures import Picture, own_pictures, then_and_now
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from tests.services.apart import apart, deleted_but_edited, month

WHY = Address("goal", "G1", "why")
DRAFT = ("draft", "working")


def own(session: Session) -> tuple[Book, Book]:
    """Return both partners' own books since the file was loaded."""
    way = as_of(session, moment_of(session, 1).cut)
    then = way.finish()
    sides = contested_sides(session)
    a, b = (own_book(session.book, then, way.changed, sides, who) for who in "AB")
    return a, b


def differing(session: Session, subject: tuple[str, str]) -> list[Row]:
    a, b = own(session)
    found = compare(a, b, subject, Marks(contested_sides(session)))
    rows = [row for row in found.rows if row.differs]
    assert found.differ == len(rows)
    return rows


def pictured(session: Session, subject: tuple[str, str], left: str, right: str) -> Picture:
    then = as_of(session, moment_of(session, 1).cut)
    then.finish()
    return own_pictures(session, then, subject, left, right)


def beside(session: Session, subject: tuple[str, str], left: str, right: str) -> list[Row]:
    return [row for row in pictured(session, subject, left, right).found.rows if row.differs]


def test_every_subject_compared_with_itself_is_the_same(session: Session) -> None:
    for subject, name in subjects(session.book):
        found = compare(session.book, session.book, subject)
        assert found.rows, name
        assert found.differ == 0, name
        assert all(total.left == total.right for total in found.totals)


def test_contested_months_stand_with_both_values_and_sums(session: Session) -> None:
    apart(session, month("L28"), A=200_000_00, B=236_000_00)
    a, b = own(session)
    found = compare(a, b, DRAFT, Marks(contested_sides(session)))
    (row,) = [row for row in found.rows if row.differs]
    assert (row.left, row.right, row.contested) == ("200,000", "236,000", True)
    assert (row.key, row.field) == (("operating_line", "L28"), "Feb 2027")
    sums = {total.name: total.right - total.left for total in found.totals}
    assert sums["Total expense"] == 36_000_00
    assert sums["Contribution"] == -36_000_00


def test_what_only_one_changed_stands_as_the_other_left_it(session: Session) -> None:
    was = session.book.need(Goal, "G2").title
    session.write_as("B")
    set_field(session, ("goal", "G2"), "title", "Better")
    session.write_as("A")
    (row,) = differing(session, ("goal", "G2"))
    assert (row.left, row.right, row.contested) == (was, "Better", False)


def test_what_both_changed_after_each_other_is_the_same(session: Session) -> None:
    set_field(session, ("goal", "G2"), "title", "Mine")
    session.write_as("B")
    set_field(session, ("goal", "G2"), "title", "Better")
    session.write_as("A")
    assert differing(session, ("goal", "G2")) == []


def test_new_and_deleted_things(session: Session) -> None:
    create(session, fresh(Goal, id="G99", title="New"))
    delete(session, [("goal", "G6")])
    rows = {row.key: row for row in differing(session, ("goal", "")) if row.key[0] == "goal"}
    assert (rows["goal", "G99"].left, rows["goal", "G99"].right) == ("there", "not there")
    assert (rows["goal", "G6"].left, rows["goal", "G6"].right) == ("not there", "there")


def test_deleted_but_edited_can_be_settled_here(session: Session) -> None:
    at = deleted_but_edited(session, ("goal", "G5"), "why", "Families ask for it")
    for left, right, texts in (
        ("A", "B", ("deleted", "kept, with Why")),
        ("B", "A", ("kept, with Why", "deleted")),
        ("B", "C", ("kept, with Why", "there")),
        ("C", "A", ("there", "deleted")),
    ):
        (row,) = [one for one in beside(session, ("goal", "G5"), left, right) if one.contested]
        assert (row.at, (row.left, row.right)) == (at, texts)
    then = as_of(session, moment_of(session, 1).cut)
    then.finish()
    (row,) = [
        one for one in then_and_now(session, then, ("goal", "G5")).found.rows if one.contested
    ]
    assert (row.left, row.right) == ("there", "deleted by Priya, or kept")


def test_what_one_deleted_is_in_their_totals_no_more(session: Session) -> None:
    """The other kept it, by working on it."""
    deleted_but_edited(session, ("operating_line", "L17"), "name", "Worked on")
    picture = pictured(session, DRAFT, "B", "A")
    (fate,) = [row for row in picture.found.rows if row.contested]
    assert (fate.left, fate.right) == ("kept, with Name", "deleted")
    totals = {one.name: (one.left, one.right) for one in picture.found.totals}
    settled = []
    for who in "BA":
        take(session, [fate.at], who)
        settled.append(sum(session.budget().by_month("total_expense")))
        session.undo()
    assert totals["Total expense"] == tuple(settled)
    assert settled[0] != settled[1]


def test_then_and_now_tell_who_wrote(session: Session) -> None:
    edit_lines(session, "working", [MonthEdit("L28", "2027-02", 100_00)])
    then = as_of(session, moment_of(session, 1).cut).finish()
    found = compare(then, session.book, DRAFT, Marks(writers={month("L28"): "A"}))
    (row,) = [row for row in found.rows if row.differs]
    assert (row.right, row.who) == ("100", "A")
    assert row.left.endswith("by its rule")


def test_a_draft_is_made_of_lines_statistics_and_staff(session: Session) -> None:
    kinds = {kind for kind, _ in things(session.book, DRAFT)}
    assert kinds == {"draft", "operating_line", "draft_line", "volume", "position"}


def test_a_frozen_session_shows_and_refuses(session: Session) -> None:
    way = as_of(session, moment_of(session, 1).cut)
    way.finish()
    set_field(session, ("goal", "G1"), "why", "Later")
    frozen = FrozenSession(session, way)
    assert frozen.book.need(Goal, "G1").why != "Later"
    assert frozen.budget().totals == session.budget().totals
    assert frozen.read_only
    with pytest.raises(BadInputError, match="go back to now"):
        set_field(frozen, ("goal", "G1"), "why", "Never")
    with pytest.raises(BadInputError, match="go back to now"):
        frozen.undo()
    assert session.book.need(Goal, "G1").why == "Later"


def test_a_thing_stands_in_its_subject(session: Session) -> None:
    book = session.book
    measure = book.all(Measure)[0]
    for key, subject in (
        (("measure", measure.id), ("goal", measure.goal)),
        (("draft_line", month("L28").id), DRAFT),
        (("capital_request", "C01"), ("capital_policy", "capital_policy")),
        (("initiative", "I1"), ("initiative", "I1")),
        (("decision_right", "D5"), ("charter", "charter")),
    ):
        assert subject_of(book, key, "working") == subject


def test_what_was_apart_then_and_still_is_is_no_difference(session: Session) -> None:
    apart(session, month("L28"), A=100_00, B=200_00)
    apart(session, month("L30"), A=100_00, B=200_00)
    line = session.journal(1)[0].n
    apart(session, month("L30"), A=300_00, B=400_00)
    way = as_of(session, moment_of(session, line).cut)
    way.finish()
    found = then_and_now(session, way, DRAFT)
    assert found.left_apart == 1
    rows = [row for row in found.found.rows if row.differs]
    assert [row.at for row in rows] == [month("L30")]
    assert rows[0].right == "300 or 400"
