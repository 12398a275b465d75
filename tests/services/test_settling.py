"""Settling takes what has to go along and nothing else: pairs, the figures of a period, what was seen."""

from decimal import Decimal
from pathlib import Path

import pytest

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.disagreements import disagreement, disagreements
from dyad_desktop.services.editing import FieldEdit, delete, set_field, set_fields
from dyad_desktop.services.goals import (
    DENOMINATOR,
    NUMERATOR,
    VALUE,
    Entry,
    by_hand,
    computed,
    record_observations,
)
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import settle, take
from tests.services.apart import deleted_but_edited
from tests.services.homes import meet, pair, two_homes

KIND, REF, NAME, ACCOUNT = (
    Address("operating_line", "L17", one)
    for one in ("driver_kind", "driver_ref", "name", "account")
)
PRIOR = Address("operating_line", "L17", "prior_actuals", "2025-09")
DRIVERS: dict[Address, tuple[Canonical, Canonical]] = {
    KIND: ("volume", "line_group"),
    REF: ("V01", "premium_labour"),
}
PERIOD = "2026-09"
SHARE = Address("measure", "M1.2", VALUE, PERIOD)
PARTS_OF = tuple(SHARE._replace(field=name) for name in (NUMERATOR, DENOMINATOR))


def both(session: Session, said: dict[Address, tuple[Canonical, Canonical]]) -> None:
    """Let A and B write registers in a commit each, without having seen the other's."""
    seen = {at: session.seen(at) for at in said}
    for n, partner in enumerate("AB"):
        session.write_as(partner)
        session.commit([Edit(at, values[n], seen[at]) for at, values in said.items()], "Apart")
    session.write_as("A")


def line(session: Session) -> OperatingLine:
    return session.book.need(OperatingLine, "L17")


class TestPairs:
    def test_only_what_the_value_needs_goes_along_and_is_told(self, session: Session) -> None:
        both(session, {**DRIVERS, NAME: ("Hers", "His"), PRIOR: (111_00, 222_00)})
        done = settle(session, REF, "V01")
        assert (line(session).driver_kind, line(session).driver_ref) == ("volume", "V01")
        assert set(session.disagreements()) == {NAME, PRIOR}
        assert done.note.endswith(", with Kind of driver: volume")

    def test_what_came_after_it_was_shown_stays_apart(self, session: Session) -> None:
        both(session, DRIVERS)
        shown = disagreement(session, REF)
        assert shown is not None
        assert set(shown.beside) == {KIND}
        session.write_as("B")
        (his,) = (side.id for side in session.sides(KIND) if side.partner == "B")
        session.commit([Edit(KIND, "fte", (his,))], "Later")
        session.write_as("A")
        settle(session, REF, "V01", seen=shown.heads, beside=shown.beside)
        assert {side.value for side in session.sides(KIND)} == {"volume", "fte"}

    def test_what_was_not_shown_does_not_go_along(self, session: Session) -> None:
        both(session, DRIVERS)
        with pytest.raises(BadInputError):
            settle(session, REF, "V01", beside={})
        assert set(session.disagreements()) == {KIND, REF}

    def test_the_value_that_was_chosen_is_written(self, session: Session) -> None:
        """A partner's two laptops can each have said one."""
        both(session, DRIVERS)
        session.commit([Edit(REF, "V02", ())], "On the other laptop")
        settle(session, REF, "V01")
        assert line(session).driver_ref == "V01"

    def test_a_pair_is_taken_though_a_third_field_is_refused(self, session: Session) -> None:
        other = session.book.need(OperatingLine, "L18")
        session.commit(
            [Edit(Address("operating_line", "L17", "cost_centre"), other.cost_centre)], ""
        )
        both(session, {ACCOUNT: (other.account, "9999"), **DRIVERS})
        done = take(session, [ACCOUNT, KIND, REF], "A")
        assert session.disagreements() == [ACCOUNT]
        assert len(done.left_alone) == 1
        assert (line(session).driver_kind, line(session).driver_ref) == ("volume", "V01")


def figures(session: Session) -> tuple[object, ...]:
    one = session.book.need(Measure, "M1.2")
    return one.values.get(PERIOD), one.numerator.get(PERIOD), one.denominator.get(PERIOD)


def corrected_apart(session: Session, *, alone: bool = False, **fields: tuple[int, int]) -> None:
    """Let A and B each correct parts of a period, whose value follows.

    ``alone`` leaves out the parts that they said along, as earlier versions did.
    """
    session.write_as("A")
    before = session.book
    edits = {}
    for n, partner in enumerate("AB"):
        entries = [
            Entry(PERIOD, name, Decimal(pair[n])) for name, pair in fields.items() if pair[n]
        ]
        session.write_as(partner)
        done = record_observations(session, "M1.2", entries)
        said = {at: session.sides(at)[0].value for at in _figures_of(done, session)}
        corrected = {VALUE, *(entry.field for entry in entries)}
        edits[partner] = {at: said[at] for at in said if not alone or at.field in corrected}
        assert done.note
        session.undo()
    assert session.book.need(Measure, "M1.2") == before.need(Measure, "M1.2")
    places = {at for said in edits.values() for at in said}
    seen = {at: session.seen(at) for at in places}
    for partner, said in edits.items():
        session.write_as(partner)
        written = [Edit(at, value, seen[at], again=True) for at, value in said.items()]
        session.commit(written, "Corrected")
    session.write_as("A")


def _figures_of(done: object, session: Session) -> list[Address]:
    newest = session.journal(1)[0].id
    return [change.at for change in session.changes(newest)] if done else []


def started(session: Session) -> None:
    """Give the period 15 of 17."""
    record_observations(
        session, "M1.2",
        [Entry(PERIOD, name, value) for name, value in (
            ("numerator", Decimal(15)), ("denominator", Decimal(17)), ("values", None))],
    )  # fmt: skip
    assert figures(session) == (Decimal("88.2"), 15, 17)


@pytest.fixture
def of_15_in_17(session: Session) -> Session:
    """A session in which the period's parts are 15 and 17."""
    started(session)
    return session


class TestAPeriod:
    @pytest.mark.parametrize(
        ("partner", "found"), [("A", ("94.1", 16, 17)), ("B", ("83.3", 15, 18))]
    )
    @pytest.mark.parametrize("many", [False, True])
    @pytest.mark.parametrize("alone", [False, True])
    def test_a_value_comes_with_the_parts_that_gave_it(
        self,
        of_15_in_17: Session,
        partner: str,
        found: tuple[str, int, int],
        many: bool,  # noqa: FBT001 - a case
        alone: bool,  # noqa: FBT001 - a case
    ) -> None:
        """One corrected the numerator, the other the denominator: 16 of 18 gives neither's value."""
        session = of_15_in_17
        corrected_apart(session, alone=alone, numerator=(16, 0), denominator=(0, 18))
        apart = {SHARE} if alone else {SHARE, *PARTS_OF}
        assert set(session.disagreements()) == apart
        assert figures(session) == (Decimal("88.2"), *((16, 18) if alone else (15, 17)))
        value = Decimal(found[0])
        done = take(session, [SHARE], partner) if many else settle(session, SHARE, found[0])
        assert f"{'Denominator' if partner == 'A' else 'Numerator'}, Sep 2026: " in done.note
        assert figures(session) == (value, *found[1:])
        assert session.disagreements() == []
        session.undo()
        assert set(session.disagreements()) == apart
        assert figures(session)[1:] == ((16, 18) if alone else (15, 17))
        take(session, [SHARE], partner)
        assert figures(session) == (value, *found[1:])

    def test_the_page_tells_which_parts_gave_a_value(self, of_15_in_17: Session) -> None:
        corrected_apart(of_15_in_17, numerator=(16, 0), denominator=(0, 18))
        (shown,) = (one for one in disagreements(of_15_in_17) if one.at == SHARE)
        assert [one.edits for one in shown.choices] == [
            ("Numerator, Sep 2026: 16", "Denominator, Sep 2026: 17"),
            ("Numerator, Sep 2026: 15", "Denominator, Sep 2026: 18"),
        ]
        assert shown.merged == "88.9"

    @pytest.mark.parametrize("field", ["numerator", "values"])
    def test_part_and_value_are_settled_together(self, of_15_in_17: Session, field: str) -> None:
        session = of_15_in_17
        corrected_apart(session, numerator=(16, 14))
        at = SHARE._replace(field=field)
        assert set(session.disagreements()) == {SHARE, SHARE._replace(field=NUMERATOR)}
        (his,) = (side.value for side in session.sides(at) if side.partner == "B")
        done = settle(session, at, his)
        assert figures(session) == (Decimal("82.4"), 14, 17)
        assert session.disagreements() == []
        assert ", with " in done.note

    def test_a_value_that_was_typed_over_its_parts_stays_so(self, of_15_in_17: Session) -> None:
        session = of_15_in_17
        both(session, {SHARE: (99, "88.2"), SHARE._replace(field=NUMERATOR): (16, 14)})
        settle(session, SHARE, 99)
        assert figures(session) == (Decimal(99), 16, 17)
        assert by_hand(session.book.need(Measure, "M1.2"), PERIOD)

    def test_what_was_agreed_long_before_is_not_called_back(self, of_15_in_17: Session) -> None:
        """The denominator's old value would fit by chance; the correction of it was no part of this."""
        session = of_15_in_17
        record_observations(session, "M1.2", [Entry(PERIOD, "denominator", Decimal(18))])
        both(session, {SHARE: ("88.2", 90)})
        settle(session, SHARE, "88.2")
        assert figures(session) == (Decimal("88.2"), 15, 18)


class TestKeeping:
    def test_it_calls_back_nothing_that_is_gone_by_now(self, session: Session) -> None:
        """The request let go of the initiative when that was deleted, and was deleted itself since."""
        title = Address("milestone", "I4.6", "title")
        seen = session.seen(title)
        delete(session, [("initiative", "I4")])
        delete(session, [("capital_request", "C01")])
        session.write_as("B")
        session.commit([Edit(title, "B's", seen)], "Worked on it")
        session.write_as("A")
        settle(session, Address("milestone", "I4.6", DELETED), value=False)
        assert session.book.entity("milestone", "I4.6") is not None
        assert session.book.get(CapitalRequest, "C01") is None
        assert session.disagreements() == []


def test_what_was_deleted_stays_the_deletion_of_who_deleted_it(session: Session) -> None:
    """Who kept it, and took that back, has deleted nothing: their own work is still theirs to keep."""
    gone = deleted_but_edited(session, ("measure", "M1.2"), "title", "Worked on")
    session.write_as("B")
    for _ in range(2):
        settle(session, gone, value=False)
        session.undo()
        shown = disagreement(session, gone)
        assert shown is not None
        assert [(one.partner, one.value) for one in shown.choices] == [("A", True), ("B", False)]
    take(session, [gone], "B")
    assert session.book.need(Measure, "M1.2").title == "Worked on"


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    "his", [(("denominator", 18), ("denominator", 19)), (("denominator", 18), ("numerator", 14))]
)
def test_what_a_partner_had_seen_counts_however_often_the_other_wrote(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    his: tuple[tuple[str, int], ...],
    many: bool,  # noqa: FBT001 - a case
) -> None:
    """In a grid each cell is a commit of its own."""
    two = two_homes(tmp_path, monkeypatch)
    with two[0].session() as session:
        started(session)
    pair(*two, tmp_path)
    for home, said in zip(two, ((("numerator", 16),), his), strict=True):
        with home.session() as session:
            for name, value in said:
                record_observations(session, "M1.2", [Entry(PERIOD, name, Decimal(value))])
    meet(two, tmp_path)
    with two[0].session() as session:
        (shown,) = (one for one in disagreements(session) if one.at == SHARE)
        mine = shown.of("A")
        assert mine is not None
        assert "Denominator, Sep 2026: 17" in mine.edits
        if many:
            take(session, session.disagreements(), "A")
        else:
            settle(session, SHARE, mine.value, seen=shown.heads, beside=shown.beside)
        assert figures(session) == (Decimal("94.1"), 16, 17)
        assert session.disagreements() == []


def test_undo_of_taking_all_asks_again_of_what_was_deleted_and_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request she deleted let go, on his laptop, of the initiative that he deleted and she worked on.

    Keeping that one would put the link back into the request: the deletion, made again, hasn't seen that.
    """
    two = two_homes(tmp_path, monkeypatch)
    pair(*two, tmp_path)
    with two[0].session() as session:
        set_field(session, ("initiative", "I4"), "title", "Worked on")
        delete(session, [("capital_request", "C01")])
    with two[1].session() as session:
        delete(session, [("initiative", "I4")])
    meet(two, tmp_path)
    with two[0].session() as session:
        before, book = set(session.disagreements()), session.book.everything()
        assert {at.id for at in before if at.field == DELETED} >= {"I4", "C01"}
        for partner in "AB":
            take(session, sorted(before), partner)
            session.undo()
            assert set(session.disagreements()) == before
            assert session.book.everything() == book


def test_nothing_is_settled_of_what_is_gone_until_it_comes_back(session: Session) -> None:
    title = Address("measure", "M1.2", "title")
    both(session, {title: ("Hers", "His")})
    delete(session, [("measure", "M1.2")])
    assert (session.disagreements(), disagreements(session)) == ([], ())
    session.undo()
    assert session.disagreements() == [title]
    assert session.check() == []


def test_many_are_taken_though_some_are_refused(session: Session) -> None:
    """By halves: the refused ones are found among hundreds without asking of all of them for each."""
    places = {
        Address("measure", "M4.2", VALUE, f"{year}-{month:02}"): ("1", "2")
        for year in (2024, 2025)
        for month in range(1, 13)
    }
    circle = Address("draft_line", "working.L30", "formula")
    set_fields(
        session, [FieldEdit(*circle[:3], "=L31*2"), FieldEdit(*circle[:2], "method", "formula")]
    )
    both(session, {**places, circle: ("=L30*2", "=L30*3"), **DRIVERS})
    done = take(session, session.disagreements(), "A")
    assert session.disagreements() == [circle]
    assert len(done.left_alone) == 1


def test_a_note_of_ones_own_is_kept(session: Session) -> None:
    both(session, DRIVERS)
    done = settle(session, REF, "V01", "As we said on Monday")
    assert done.note.startswith("As we said on Monday, with ")


def test_who_each_settle_it_for_themselves_still_both_had_what_was_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Address("measure", "M6.1", "target")
    homes = two_homes(tmp_path, monkeypatch)
    pair(*homes, tmp_path)
    meet(homes, tmp_path)
    with homes[0].session() as session:
        before = session.book.need(Measure, "M6.1").target
    for _ in range(2):  # apart, and then each settles it for their own
        for home, value in zip(homes, ("14", "13.5"), strict=True):
            with home.session() as session:
                if session.disagreements():
                    settle(session, at, value)
                else:
                    set_field(session, at[:2], "target", Decimal(value))
        meet(homes, tmp_path)
    for home in homes:
        with home.session() as session:
            shown = disagreement(session, at)
            assert shown is not None
            assert shown.base == str(before)
            assert session.book.need(Measure, "M6.1").target == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("denominator", "0", "a denominator of 0: nothing can be divided by it"),
        ("denominator", "-3", "nothing can be divided by it"),
        ("numerator", "9000", "can’t be above its denominator"),
    ],
)
def test_parts_that_can_not_be_are_no_settlement(
    session: Session, field: str, value: str, said: str
) -> None:
    at = Address("measure", "M3.2", field, PERIOD)
    both(session, {at: ("3001", "3002")})
    with pytest.raises(BadInputError, match=said):
        settle(session, at, value)
    with pytest.raises(BadInputError, match=said):
        set_field(session, at[:2], field, Decimal(value), slot=PERIOD)
    settle(session, at, "3003")


def test_a_settlement_that_leaves_value_and_parts_at_odds_says_so(session: Session) -> None:
    part = Address("measure", "M3.2", "denominator", PERIOD)
    before = session.book.need(Measure, "M3.2")
    record_observations(session, "M3.2", [Entry(PERIOD, VALUE, Decimal(50))])
    both(session, {part: ("3001", "3002")})
    done = settle(session, part, "9000")
    given = computed(session.book.need(Measure, "M3.2"), PERIOD)
    assert done.note.endswith(f"settled: 9,000; 50 stands, though its parts give {given}")
    other = part._replace(slot="2026-08")
    both(session, {other: ("3001", "3002")})
    assert "though" not in settle(session, other, str(before.denominator["2026-08"])).note


def test_what_comes_back_with_a_thing_that_is_kept_is_told_before_and_after(
    session: Session,
) -> None:
    titles = [Address("measure", name, "title") for name in ("M1.1", "M1.2")]
    seen = {at: session.seen(at) for at in titles}
    session.write_as("A")
    delete(session, [("goal", "G1")])
    session.write_as("B")
    session.commit([Edit(at, "Worked on", seen[at]) for at in titles], "Worked on them")
    gone = titles[0]._replace(field=DELETED)
    shown = disagreement(session, gone)
    assert shown is not None
    kept = next(one for one in shown.choices if one.value is False)
    told = "Open the blocked artery in time, every time and "
    assert kept.edits[-1].startswith(f"Back with it: {told}")
    done = settle(session, gone, value=False)
    assert f"settled: kept, with {told}" in done.note
    assert session.book.entity("goal", "G1") is not None
    assert not disagreements(session)


def test_a_period_of_which_each_corrected_one_part_shows_what_both_last_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her numerator over his denominator is a share that nobody counted, and no p chart is drawn of it."""
    two = two_homes(tmp_path, monkeypatch)
    with two[0].session() as session:
        started(session)
        set_fields(session, [FieldEdit(*SHARE[:2], "chart", "p")])
        charted = chart_of(session.book, session.book.need(Measure, "M1.2"))
    pair(*two, tmp_path)
    for home, name, value in zip(two, (NUMERATOR, DENOMINATOR), (16, 18), strict=True):
        with home.session() as session:
            record_observations(session, "M1.2", [Entry(PERIOD, name, Decimal(value))])
    meet(two, tmp_path)
    for home in two:
        with home.session() as session:
            assert figures(session) == (Decimal("88.2"), 15, 17)
            again = chart_of(session.book, session.book.need(Measure, "M1.2"))
            assert (again.method, again.note) == (charted.method, charted.note)
            (shown,) = (one for one in disagreements(session) if one.at == SHARE)
            assert (shown.merged, shown.merged_text) == ("88.9", "88.9 %: 16 of 18")
    with two[0].session() as session:
        settle(session, SHARE, shown.merged, seen=shown.heads, beside=shown.beside)
        assert figures(session) == (Decimal("88.9"), 16, 18)
        assert session.disagreements() == []
