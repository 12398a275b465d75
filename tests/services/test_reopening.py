"""A settlement that is taken back: both values stand again under their authors, once, and can be settled anew."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.services.disagreements import disagreements
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import mend, settle, take
from dyad_desktop.services.sides import sides_of
from tests.services.apart import apart, deleted_but_edited
from tests.services.homes import Home, meet, pair, title, two_homes
from tests.services.test_what_comes_back import gone_but_planned

TITLE = Address("goal", "G1", "title")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    priya, marcus = two_homes(tmp_path, monkeypatch)
    pair(priya, marcus, tmp_path)
    title(priya, "Hers")
    title(marcus, "His")
    meet((priya, marcus), tmp_path)
    return priya, marcus


def test_taken_back_by_both_apart_each_value_stands_once(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    for home in two:
        with home.session() as session:
            settle(session, TITLE, "Hers")
            session.undo()
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            (found,) = disagreements(session)
            assert [(one.partner, one.value) for one in found.choices] == [
                ("A", "Hers"),
                ("B", "His"),
            ]
    with two[0].session() as session:
        take(session, [TITLE], "B")
        assert session.disagreements() == []
    meet(two, tmp_path)
    with two[1].session() as session:
        assert session.disagreements() == []
        assert session.book.need(Goal, "G1").title == "His"


def test_after_a_restart_what_was_taken_back_is_done_again_and_not_taken_back_again(
    two: tuple[Home, Home],
) -> None:
    with two[0].session() as session:
        settle(session, TITLE, "Hers")
        before = session.next_undo
        session.undo()
        assert session.disagreements() == [TITLE]
        following = session.next_undo
    with two[0].session() as session:
        assert session.next_undo == following != before
        assert session.next_redo == before
        session.redo()
        assert session.disagreements() == []
        assert session.next_undo == before


def test_a_label_alone_takes_nothing_back(session: Session) -> None:
    set_field(session, ("goal", "G1"), "why", "First", note="First")
    set_field(session, ("goal", "G2"), "why", "Second", note="First, open again")
    assert (session.next_undo or "").startswith("First, open again")
    session.undo()
    assert session.next_undo == "First"


def test_of_two_settlements_of_one_name_only_the_one_is_taken_back(
    two: tuple[Home, Home], tmp_path: Path
) -> None:
    priya, marcus = two
    with priya.session() as session:
        settle(session, TITLE, "Hers")
    title(marcus, "His, later")
    meet(two, tmp_path)
    with priya.session() as session:
        settle(session, TITLE, "Hers")
        session.undo()
        following = (session.next_undo, session.next_redo)
    with priya.session() as session:
        assert (session.next_undo, session.next_redo) == following


def test_the_author_is_known_however_much_was_written_into_the_thing_since(
    session: Session,
) -> None:
    at = Address("measure", "M1.1", "target")
    seen = session.seen(at)
    for partner, value in (("A", "70"), ("B", "50")):
        session.write_as(partner)
        session.commit([Edit(at, value, seen)], f"{partner} says {value}")
    session.write_as("A")
    months = [f"{year}-{month:02d}" for year in range(1990, 2012) for month in range(1, 13)]
    session.commit([Edit(at._replace(field="values", slot=one), "60") for one in months], "Many")
    settle(session, at, "60")
    session.undo()
    assert [(one.partner, one.value) for one in sides_of(session, at)] == [("A", "70"), ("B", "50")]
    take(session, [at], "B")
    assert session.book.need(Measure, "M1.1").target == Decimal(50)


def test_an_earlier_write_is_told_as_it_was_said(session: Session) -> None:
    first = session.seen(TITLE)[0]
    loaded = session.sides(TITLE)[0]
    title_of = session.book.need(Goal, "G1").title
    session.commit([Edit(TITLE, "Sooner")], "Called otherwise")
    (second,) = session.seen(TITLE)
    for text in ("Later", "Latest"):
        session.commit([Edit(TITLE, text)], text)
    found = session.write(TITLE, second)
    assert found is not None
    assert (found.value, found.before, found.note) == ("Sooner", title_of, "Called otherwise")
    assert found.partner == session.partner
    assert session.write(TITLE, first) == loaded
    assert session.write(TITLE._replace(field="why"), second) is None
    assert session.write(TITLE, WriteId(second.actor, 99)) is None
    assert session.write(TITLE, WriteId(bytes(16), 1)) is None


def test_what_was_made_in_the_same_commit_goes_and_comes_with_it(session: Session) -> None:
    delete(session, [("goal", "G1")])
    made = Address("goal", "G9", "title")
    order = Address("goal", "G9", "_order")
    back = Address("goal", "G1", "_deleted")
    edits = [Edit(back, value=False), Edit(made, "Made beside it"), Edit(order, "zz")]
    session.commit(edits, "Back, and a new one")
    for _ in range(2):
        session.undo()
        assert {"G1", "G9"}.isdisjoint(session.book.rows(Goal))
        session.redo()
        assert session.book.need(Goal, "G9").title == "Made beside it"
        assert session.book.get(Goal, "G1") is not None
    assert session.disagreements() == []
    assert session.check() == []


@pytest.mark.parametrize(("field", "value"), [("due", "2028-01-01"), ("title", "Better said")])
def test_what_was_made_in_the_same_commit_stays_once_it_was_worked_on(
    session: Session, field: str, value: str
) -> None:
    delete(session, [("goal", "G1")])
    back = Address("goal", "G1", "_deleted")
    made = [
        Edit(Address("goal", "G9", name), text) for name, text in (("title", "X"), ("_order", "z"))
    ]
    session.commit([Edit(back, value=False), *made], "Back, and a new one")
    session.write_as("B")
    set_field(session, ("goal", "G9"), field, value)
    session.write_as("A")
    done = session.undo()
    assert getattr(session.book.need(Goal, "G9"), field) == value
    assert [told.partition(" (")[2] for told in done.left_alone] == ["Marcus changed it since)"]
    assert session.book.get(Goal, "G1") is None
    session.redo()
    assert getattr(session.book.need(Goal, "G9"), field) == value
    assert session.book.get(Goal, "G1") is not None
    assert session.disagreements() == []


@pytest.mark.parametrize("between", ["settled", "written"])
def test_undone_step_by_step_a_thing_that_was_brought_back_is_gone_as_before(
    session: Session, between: str
) -> None:
    """Whoever brought it back differs with nobody over it, least of all with themselves."""
    line, growth = ("operating_line", "L17"), Address("operating_line", "L17", "rate_growth_pct")
    if between == "settled":
        apart(session, growth, A="-9", B="20")
    at = gone_but_planned(session, "L17")
    before = disagreements(session)
    mend(session, at, "bring_back")
    if between == "settled":
        take(session, [growth], "A")
    else:
        set_field(session, line, "category", "supplies")
    for _ in range(2):
        session.undo()
    assert disagreements(session) == before
    for _ in range(2):
        session.redo()
    assert disagreements(session) == ()
    for _ in range(2):
        session.undo()
    assert [(one.kind, one.at) for one in disagreements(session)] == [("orphan", at)]
    assert not [one for one in session.check() if one.check != "reference"]


def test_what_another_worked_on_unseen_stays_theirs_through_an_undo(session: Session) -> None:
    """One who deleted it keeps it, writes over the other's value, and undoes both."""
    fate = deleted_but_edited(session, ("operating_line", "L17"), "rate_growth_pct", "17")
    told = [(one.partner, one.value, one.edits) for one in disagreements(session)[0].choices]
    settle(session, fate, value=False)
    set_field(session, ("operating_line", "L17"), "rate_growth_pct", 5)
    for _ in range(2):
        session.undo()
    (found,) = disagreements(session)
    assert [(one.partner, one.value, one.edits) for one in found.choices] == told
    settle(session, fate, value=False)
    assert session.book.need(OperatingLine, "L17").rate_growth_pct == 17


def test_who_deleted_and_worked_on_one_thing_apart_may_keep_it(session: Session) -> None:
    """On two laptops of their own."""
    at = Address("operating_line", "L17", "rate_growth_pct")
    seen = session.seen(at)
    delete(session, [at[:2]])
    session.commit([Edit(at, "17", seen)], "Worked on it")
    (found,) = disagreements(session)
    assert [(one.partner, one.value) for one in found.choices] == [("A", True), ("A", False)]
    settle(session, found.at, value=False)
    assert session.book.get(OperatingLine, "L17") is not None


def test_what_is_left_alone_since_it_stands_apart_names_the_other_alone(session: Session) -> None:
    at = Address("goal", "G1", "why")
    apart(session, at, A="Mine", B="Yours")
    session.write_as("A")
    (told,) = session.undo().left_alone
    assert told.endswith(" (Marcus changed it since)")
    assert [side.value for side in session.sides(at)] == ["Mine", "Yours"]
