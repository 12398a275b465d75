"""What the partners hold apart: told, settled, taken, kept, mended, merged, parked, and undone."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dyad_desktop.cli import main
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.contested import statement_span
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Initiative
from dyad_desktop.domain.meetings import Rhythm
from dyad_desktop.domain.notice import Weight
from dyad_desktop.domain.operating import WORKING_DRAFT, DraftLine, OperatingLine
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import BadInputError, WorkspaceError
from dyad_desktop.exchange import workspace_file
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import files, travel
from dyad_desktop.services.disagreements import (
    Disagreement,
    count_open,
    disagreement,
    disagreements,
)
from dyad_desktop.services.editing import FieldEdit, create, delete, set_field, set_fields
from dyad_desktop.services.effects import capital_spans, contribution_span, open_budget
from dyad_desktop.services.goals import by_hand
from dyad_desktop.services.home import home_view
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.settling import mend, park, settle, take, unpark
from dyad_desktop.services.sides import sides_of
from dyad_desktop.services.standing import standing
from dyad_desktop.services.status import status
from dyad_desktop.services.still_open import everything_open
from tests.services.apart import apart, deleted_but_edited, month

WHY = Address("goal", "G1", "why")


def only(session: Session) -> Disagreement:
    """Return the only disagreement with what its choices move, but for which it is as it is listed."""
    (listed,) = disagreements(session)
    found = disagreement(session, listed.at)
    assert found is not None
    assert listed == replace(
        found,
        choices=tuple(replace(one, effects=()) for one in found.choices),
        ways=dict.fromkeys(found.ways, ()),
    )
    return found


def test_what_is_left_alone_is_named_or_counted() -> None:
    none = ChangeSet(frozenset())
    assert none.left_words == ""
    assert replace(none, left_alone=("a", "b")).left_words == "a; b"
    assert replace(none, left_alone=("a", "b", "c", "d")).left_words == "a; b; and 2 more"


def said_before_the_rule(session: Session, at: Address, *values: str) -> None:
    """Let A and B hold values apart as copies of an older version may, which refused them not yet."""
    seen = session.seen(at)
    for partner, value in zip("AB", values, strict=True):
        session.write_as(partner)
        session.commit([Edit(at, value, seen)], "Before the rule")
    session.write_as("A")


class TestViews:
    def test_a_month_is_told_with_both_values_and_what_they_move(self, session: Session) -> None:
        at = month("L28")
        rule = session.budget().lines["L28"].months[7]
        apart(session, at, A=200_000_00, B=236_000_00)
        found = only(session)
        assert (found.kind, found.page, found.key) == (
            "values",
            "operating",
            ("operating_line", "L28"),
        )
        assert found.title == "Feb 2027"
        assert found.thing == session.book.label("operating_line", "L28")
        left, right = found.choices
        assert [(c.partner, c.text, c.note) for c in found.choices] == [
            ("A", "200,000", "Why A says so"),
            ("B", "236,000", "Why B says so"),
        ]
        assert left.device
        assert "by its rule" in found.base_text
        expense = {one.name: one.change for one in left.effects}
        assert expense["Total expense"] == 200_000_00 - rule
        assert expense["Contribution"] == rule - 200_000_00
        assert {one.name for one in right.effects} == {"Total expense", "Contribution"}

    def test_a_text_moves_nothing_and_can_be_merged(self, session: Session) -> None:
        set_field(session, ("goal", "G1"), "why", "Patients wait too long for a first visit.")
        apart(session, WHY, A="Our patients wait too long for a first visit.",
              B="Patients wait too long for a first visit and leave.")  # fmt: skip
        found = only(session)
        assert found.merged == "Our patients wait too long for a first visit and leave."
        assert found.choices[0].effects == ()
        assert found.page == "goals"

    def test_overlapping_texts_are_not_merged(self, session: Session) -> None:
        set_field(session, ("goal", "G1"), "why", "They wait long")
        apart(session, WHY, A="They wait forever", B="They wait briefly")
        assert only(session).merged is None

    def test_capital_tells_requested_and_used(self, session: Session) -> None:
        request = session.book.all(CapitalRequest)[0]
        at = Address("capital_request", request.id, "cost")
        apart(session, at, A=request.cost + 100, B=request.cost + 300)
        names = {one.name: one.change for one in only(session).choices[1].effects}
        assert names["Requested"] == 300

    def test_equal_values_are_no_disagreement(self, session: Session) -> None:
        apart(session, month("L28"), A=5, B=5)
        assert disagreements(session) == ()

    def test_groups_follow_the_pages(self, session: Session) -> None:
        apart(session, WHY, A="One", B="Two")
        apart(session, month("L28"), A=1, B=2)
        apart(session, Address("capital_request", "C01", "title"), A="X", B="Y")
        assert [one.page for one in disagreements(session)] == ["operating", "capital", "goals"]

    def test_three_partners_stand_beside_each_other(self, session: Session) -> None:
        create(session, Partner("C", name="Ana Cruz"))
        at = apart(session, month("L28"), A=100, B=200, C=300)
        assert [choice.value for choice in only(session).choices] == [100, 200, 300]
        take(session, [at], "C")
        assert session.book.need(DraftLine, "working.L28").months["2027-02"] == 300
        session.undo()
        assert [(c.partner, c.value) for c in only(session).choices] == [
            ("A", 100),
            ("B", 200),
            ("C", 300),
        ]

    def test_a_list_can_leave_out_what_is_moved(self, session: Session) -> None:
        apart(session, month("L28"), A=1, B=2)
        (found,) = disagreements(session)
        assert found.choices[0].effects == ()

    def test_a_ratio_whose_parts_were_corrected_apart_offers_what_they_give_together(
        self, session: Session
    ) -> None:
        """Each partner's value knows only one of the corrections: neither is right."""
        whose, period = ("measure", "M1.2"), "2026-09"
        at = Address(*whose, "values", period)
        set_fields(session, [
            FieldEdit(*whose, name, value, period)
            for name, value in (("numerator", 15), ("denominator", 17), ("values", "88.2"))
        ])  # fmt: skip
        fields = ("numerator", "denominator", "values")
        seen = {name: session.seen(at._replace(field=name)) for name in fields}
        for partner, figures in (("A", ("16", "17", "94.1")), ("B", ("15", "67", "22.4"))):
            session.write_as(partner)
            said = [
                Edit(at._replace(field=name), value, seen[name])
                for name, value in zip(fields, figures, strict=True)
            ]
            session.commit(said, "Corrected")
        session.write_as("A")
        (found,) = (one for one in disagreements(session) if one.at == at)
        assert [choice.value for choice in found.choices] == ["94.1", "22.4"]
        assert found.merged == "23.9"
        settle(session, at, found.merged)
        assert session.disagreements() == []
        assert not by_hand(session.book.need(Measure, "M1.2"), period)

    def test_a_part_tells_where_the_measure_stands_by_all_that_goes_along(
        self, session: Session
    ) -> None:
        """Taking her numerator takes her share: 9.8 % and not what both last had is what counts then."""
        at = Address("measure", "M3.2", "numerator", "2026-10")
        places = [at._replace(field=name) for name in ("numerator", "denominator", "values")]
        seen = {place: session.seen(place) for place in places}
        for partner, figures in (("A", ("350", "3566", "9.8")), ("B", ("245", "3700", "6.6"))):
            session.write_as(partner)
            said = zip(places, figures, strict=True)
            session.commit([Edit(one, text, seen[one], again=True) for one, text in said], "")
        session.write_as("A")
        (found,) = (one for one in disagreements(session) if one.at == at)
        assert [choice.edits[-1] for choice in found.choices] == [
            "The measure would be off track",
            "The measure would be on track",
        ]

    def test_a_part_that_is_contested_itself_gives_nothing_together(self, session: Session) -> None:
        apart(session, Address("measure", "M1.2", "denominator", "2026-09"), A=17, B=67)
        apart(session, Address("measure", "M1.2", "values", "2026-09"), A="88.2", B="22.4")
        assert [one.merged for one in disagreements(session)] == [None, None]


class TestSettling:
    def test_one_value_names_all_and_the_rest_is_history(self, session: Session) -> None:
        at = apart(session, month("L28"), A=200, B=300)
        done = settle(session, at, 250, "Between the two")
        assert session.disagreements() == []
        assert session.book.need(DraftLine, "working.L28").months["2027-02"] == 250
        assert done.note == "Between the two"
        assert session.check() == []

    def test_undo_puts_both_values_back_under_their_authors(self, session: Session) -> None:
        at = apart(session, month("L28"), A=200, B=300)
        before = only(session)
        settle(session, at, 250)
        assert session.undo().keys
        after = only(session)
        assert [(c.partner, c.value, c.note) for c in after.choices] == [
            (c.partner, c.value, c.note) for c in before.choices
        ]
        assert session.check() == []
        settle(session, at, 300)
        assert session.disagreements() == []

    def test_settled_and_undone_again_and_again_each_value_keeps_its_author(
        self, session: Session
    ) -> None:
        apart(session, WHY, A="mine", B="theirs")
        for _ in range(3):
            take(session, [WHY], "A")
            session.undo()
            sides = sides_of(session, WHY)
            assert [(s.partner, s.value) for s in sides] == [("A", "mine"), ("B", "theirs")]
        take(session, [WHY], "B")
        assert session.book.need(Goal, "G1").why == "theirs"

    def test_what_the_other_said_in_an_earlier_dispute_is_not_theirs_now(
        self, session: Session
    ) -> None:
        at = apart(session, Address("measure", "M2.1", "target"), A="17", B="15")
        settle(session, at, "15")
        apart(session, at, A="20", B="17")
        settle(session, at, "20")
        session.undo()
        assert [(s.partner, s.value) for s in sides_of(session, at)] == [("A", "20"), ("B", "17")]
        take(session, [at], "B")
        assert session.disagreements() == []

    def test_a_settlement_that_was_undone_is_done_again(self, session: Session) -> None:
        at, other = (
            apart(session, month("L28"), A=200, B=300),
            apart(session, WHY, A="mine", B="theirs"),
        )
        settle(session, at, 250)
        take(session, [other], "B")
        set_field(session, ("goal", "G1"), "title", "Later")
        for _ in range(2):
            for _ in range(3):
                session.undo()
            assert set(session.disagreements()) == {at, other}
            for _ in range(3):
                session.redo()
            assert session.disagreements() == []
            assert session.book.need(DraftLine, "working.L28").months["2027-02"] == 250
            goal = session.book.need(Goal, "G1")
            assert (goal.why, goal.title) == ("theirs", "Later")
        with pytest.raises(WorkspaceError, match="nothing to redo"):
            session.redo()
        assert session.check() == []

    def test_it_stays_open_where_another_has_written_since(self, session: Session) -> None:
        apart(session, WHY, A="mine", B="theirs")
        take(session, [WHY], "A")
        session.undo()
        session.write_as("B")
        take(session, [WHY], "B")
        session.write_as("A")
        done = session.redo()
        assert not done.keys
        assert len(done.left_alone) == 1
        assert session.book.need(Goal, "G1").why == "theirs"

    @pytest.mark.parametrize("stood", [None, 100, 250])
    def test_what_counted_before_counts_again_after_undo_and_not_what_was_undone(
        self, session: Session, stood: int | None
    ) -> None:
        """While values are apart the last that both had counts: with the settlement undone, that isn't its value."""
        at = month("L28")
        set_fields(session, [FieldEdit(*at[:3], stood, at.slot)])
        apart(session, at, A=200, B=300)
        before, base = session.book.need(DraftLine, "working.L28").months, session.base(at)
        assert base == stood
        settle(session, at, 250)
        session.undo()
        assert session.disagreements() == [at]
        assert {(side.partner, side.value) for side in sides_of(session, at)} == {
            ("A", 200),
            ("B", 300),
        }
        assert session.base(at) == base
        assert session.book.need(DraftLine, "working.L28").months == before
        assert session.check() == []

    def test_what_is_not_contested_is_not_settled(self, session: Session) -> None:
        with pytest.raises(BadInputError, match="isn’t contested"):
            settle(session, month("L28"), 5)

    def test_a_bad_value_changes_nothing(self, session: Session) -> None:
        at = apart(session, Address("capital_request", "C01", "cost"), A=1, B=2)
        with pytest.raises(BadInputError):
            settle(session, at, -5)
        assert session.disagreements() == [at]

    def test_what_came_after_it_was_shown_stays_apart(self, session: Session) -> None:
        at = month("L28")
        seen = session.seen(at)
        apart(session, at, A=200, B=300)
        shown = only(session).heads
        session.write_as("B")
        set_fields(session, [FieldEdit(*at[:3], 400, at.slot, seen)])
        session.write_as("A")
        settle(session, at, 250, seen=shown)
        assert {side.value for side in session.sides(at)} == {250, 400}

    def test_many_of_one_partner_are_one_commit(self, session: Session) -> None:
        places = [apart(session, month(line), A=200, B=300) for line in ("L28", "L30", "L31")]
        before = len(session.journal())
        done = take(session, places, "B")
        assert len(session.journal()) == before + 1
        assert done.note == "3 of Marcus’s values in Operating budget"
        assert session.disagreements() == []
        assert session.book.need(DraftLine, "working.L30").months["2027-02"] == 300
        session.undo()
        assert sorted(session.disagreements()) == sorted(places)

    def test_a_partner_without_a_value_takes_nothing(self, session: Session) -> None:
        at = apart(session, month("L28"), A=200, B=300)
        with pytest.raises(BadInputError, match="no value"):
            take(session, [at], "C")

    @pytest.mark.parametrize(
        ("at", "values"),
        [
            (Address("measure", "M1.1", "target"), ("-5", "-3")),
            (Address("measure", "M1.1", "baseline_period"), ("2026-13", "2026-14")),
            (Address("draft_line", "working.L28", "rate_growth_pct"), ("-400", "-500")),
        ],
    )
    def test_a_value_that_stands_is_taken_though_nobody_could_write_it_now(
        self, session: Session, at: Address, values: tuple[str, str]
    ) -> None:
        said_before_the_rule(session, at, *values)
        with pytest.raises(BadInputError):
            set_fields(session, [FieldEdit(*at[:3], values[0])])
        settle(session, at, values[1])
        assert [side.value for side in session.sides(at)] == [values[1]]
        session.undo()
        take(session, [at], "A")
        assert [side.value for side in session.sides(at)] == [values[0]]
        assert session.disagreements() == []

    def test_what_no_plan_could_hold_is_left_apart_and_the_rest_taken(
        self, session: Session
    ) -> None:
        rest = apart(session, month("L28"), A=200, B=300)
        circle = Address("draft_line", "working.L30", "formula")
        set_fields(
            session, [FieldEdit(*circle[:3], "=L31*2"), FieldEdit(*circle[:2], "method", "formula")]
        )
        seen = session.seen(circle)
        for partner, formula in (("A", "=L30*2"), ("B", "=L30*3")):
            session.write_as(partner)
            session.commit([Edit(circle, formula, seen)], "Before the rule")
        session.write_as("A")
        done = take(session, [rest, circle], "B")
        assert session.disagreements() == [circle]
        assert session.book.need(DraftLine, "working.L28").months["2027-02"] == 300
        (told,) = done.left_alone
        assert told.startswith(f"{session.book.label('operating_line', 'L30')}, Formula: ")
        assert done.left_words == told
        with pytest.raises(BadInputError, match="L30"):
            take(session, [circle], "B")

    def test_a_pair_that_holds_only_together_is_taken_and_settled_together(
        self, session: Session
    ) -> None:
        kind, ref = (
            Address("operating_line", "L17", name) for name in ("driver_kind", "driver_ref")
        )
        seen = {at: session.seen(at) for at in (kind, ref)}
        for partner, said in (("A", ("volume", "V01")), ("B", ("line_group", "benefits"))):
            session.write_as(partner)
            edits = [Edit(at, value, seen[at]) for at, value in zip((kind, ref), said, strict=True)]
            session.commit(edits, "Driver")
        session.write_as("A")
        apart(session, month("L28"), A=200, B=300)
        done = take(session, session.disagreements(), "A")
        assert (session.disagreements(), done.left_alone) == ([], ())
        line = session.book.need(OperatingLine, "L17")
        assert (line.driver_kind, line.driver_ref) == ("volume", "V01")
        session.undo()
        with pytest.raises(BadInputError):  # as a pair it would be a circle
            settle(session, ref, "benefits")
        settle(session, ref, "V01")
        line = session.book.need(OperatingLine, "L17")
        assert (line.driver_kind, line.driver_ref) == ("volume", "V01")
        assert session.disagreements() == [month("L28")]

    def test_values_that_are_a_circle_only_together_are_not_all_taken(
        self, session: Session
    ) -> None:
        first, second = (Address("operating_line", line, "driver_ref") for line in ("L27", "L29"))
        for at, said in ((first, ("benefits", "wages")), (second, ("premium_labour", "wages"))):
            seen = session.seen(at)
            for partner, value in zip("AB", said, strict=True):
                session.write_as(partner)
                session.commit([Edit(at, value, seen)], "Driver")
        session.write_as("A")
        done = take(session, [first, second], "A")
        assert session.disagreements() == [second]
        assert len(done.left_alone) == 1
        session.budget()

    def test_a_month_is_given_back_to_its_rule(self, session: Session) -> None:
        at = apart(session, month("L28"), A=200, B=300)
        settle(session, at, None)
        assert session.book.need(DraftLine, "working.L28").months["2027-02"] is None


class TestDeletedButEdited:
    def test_it_tells_who_deleted_and_who_edited_what(self, session: Session) -> None:
        at = deleted_but_edited(session, ("goal", "G1"), "why", "Because it matters")
        found = next(one for one in disagreements(session) if one.at == at)
        deleter, editor = found.choices
        assert (deleter.partner, deleter.text, deleter.value) == ("A", "deleted", True)
        assert (editor.partner, editor.text, editor.value) == ("B", "kept", False)
        assert editor.edits == ("Why: Because it matters",)

    @pytest.mark.parametrize("gone", [True, False])
    def test_either_way_is_undone_and_done_again(self, session: Session, gone: bool) -> None:  # noqa: FBT001 - a case
        at = deleted_but_edited(session, ("goal", "G1"), "why", "Because it matters")
        settle(session, at, gone)
        settled = session.book.everything()
        for _ in range(2):
            session.undo()
            assert at in session.disagreements()
            assert session.redo().keys
            assert session.disagreements() == []
            assert session.book.everything() == settled
        assert session.check() == []

    def test_keeping_brings_back_what_went_with_it(self, session: Session) -> None:
        before = {one.id for one in session.book.children(Measure, "G1")}
        initiative = next(one for one in session.book.all(Initiative) if "G1" in one.goals)
        assert before
        at = deleted_but_edited(session, ("goal", "G1"), "why", "Because it matters")
        assert session.book.children(Measure, "G1") == ()
        take(session, [at], "B")
        assert {one.id for one in session.book.children(Measure, "G1")} == before
        assert session.book.need(Goal, "G1").why == "Because it matters"
        assert "G1" in session.book.need(Initiative, initiative.id).goals
        assert disagreements(session) == ()
        workspace_file.parse(files.dump(session))

    def test_undoing_the_keeping_asks_again(self, session: Session) -> None:
        at = deleted_but_edited(session, ("goal", "G1"), "why", "Because it matters")
        settle(session, at, False)  # noqa: FBT003 - a value
        session.undo()
        assert session.disagreements() == [at]
        assert session.book.get(Goal, "G1") is not None
        assert session.check() == []

    def test_deleting_lets_it_go_and_undo_asks_again(self, session: Session) -> None:
        at = deleted_but_edited(session, ("goal", "G1"), "why", "Because it matters")
        settle(session, at, True)  # noqa: FBT003 - a value
        assert session.book.get(Goal, "G1") is None
        assert session.disagreements() == []
        session.undo()
        assert session.disagreements() == [at]
        assert session.unseen(("goal", "G1")) == [WHY]

    def test_only_true_and_false_settle_it(self, session: Session) -> None:
        at = deleted_but_edited(session, ("goal", "G1"), "why", "Because")
        with pytest.raises(BadInputError, match="true deletes"):
            settle(session, at, "maybe")


class TestOrphans:
    @pytest.fixture
    def orphan(self, session: Session) -> Disagreement:
        """A request that B let serve a goal which A had deleted."""
        at = Address("capital_request", "C01", "links")
        links = [*session.book.need(CapitalRequest, "C01").links]
        delete(session, [("goal", "G6")])
        session.write_as("B")
        session.commit([Edit(at, [*links, "G6"])], "Serves the goal")
        session.write_as("A")
        return only(session)

    def test_it_tells_who_refers_and_who_deleted(
        self, session: Session, orphan: Disagreement
    ) -> None:
        assert (orphan.kind, orphan.target) == ("orphan", ("goal", "G6"))
        assert [choice.partner for choice in orphan.choices] == ["A", "B"]
        assert orphan.choices[0].text.startswith("deleted ")
        assert list(orphan.ways) == ["bring_back", "let_go", "delete"]
        assert count_open(session) == 1

    @pytest.mark.parametrize("way", ["bring_back", "let_go", "delete"])
    def test_each_way_settles_it(self, session: Session, orphan: Disagreement, way: str) -> None:
        mend(session, orphan.at, way)
        assert disagreements(session) == ()
        assert (session.book.get(Goal, "G6") is not None) == (way == "bring_back")
        assert (session.book.get(CapitalRequest, "C01") is not None) == (way != "delete")
        assert session.check() == []
        session.undo()
        assert only(session).at == orphan.at

    def test_another_way_is_refused(self, session: Session, orphan: Disagreement) -> None:
        with pytest.raises(BadInputError, match="can’t be settled"):
            mend(session, orphan.at, "forget")


class TestParking:
    def test_it_is_kept_in_the_file_until_the_values_change(self, tmp_path: Path) -> None:
        path = tmp_path / "kept.dyad"
        with closing(files.demo(path)) as session:
            at = apart(session, month("L28"), A=200, B=300)
            park(session, [at], session.book.all(Rhythm)[0].id)
            assert only(session).parked
        with closing(Session.open(path)) as session:
            assert only(session).parked
            settle(session, at, 200)
            apart(session, at, A=210, B=310)
            assert not only(session).parked

    def test_it_can_be_taken_out_and_put_in_again(self, session: Session) -> None:
        at = apart(session, month("L28"), A=200, B=300)
        other = apart(session, month("L30"), A=200, B=300)
        park(session, [at])
        unpark(session, [at])
        assert not any(one.parked for one in disagreements(session))
        park(session, [at, other])
        assert all(one.parked for one in disagreements(session))
        workspace_file.parse(files.dump(session))
        assert session.check() == []


class TestSpans:
    def test_contribution_lies_between_the_ends(self, session: Session) -> None:
        assert contribution_span(session, open_budget(session, everything_open(session))) is None
        working = session.budget().totals.contribution
        rule = session.budget().lines["L28"].months[7]
        apart(session, month("L28"), A=rule - 100, B=rule + 300)
        found = contribution_span(session, open_budget(session, everything_open(session)))
        assert found is not None
        assert (found.low, found.working, found.high) == (working - 300, working, working + 100)

    def test_another_drafts_cells_count_there(self, session: Session) -> None:
        apart(session, month("L28"), A=1, B=2)
        choices = everything_open(session)
        assert open_budget(session, choices).lines == {"L28"}
        assert open_budget(session, choices, "other").cells == ()

    def test_capital(self, session: Session) -> None:
        assert capital_spans(session.book, everything_open(session)) == {}
        request = session.book.all(CapitalRequest)[0]
        at = Address("capital_request", request.id, "cost")
        apart(session, at, A=request.cost + 100, B=request.cost // 2)
        assert capital_spans(session.book, everything_open(session)).keys() >= {"funded", "left"}


def test_deleted_counts_as_one(session: Session) -> None:
    deleted_but_edited(session, ("goal", "G1"), "why", "Because")
    assert [at.field for at in session.disagreements()] == [DELETED]
    assert count_open(session) == 1


def _unshown(session: Session) -> None:
    """Have the partners hold apart what this version can't show: a newer one's, and the log's bookkeeping."""
    newer = [Address("goal", "G1", "aura"), Address("hologram", "H1", "shade")]
    inner = Address("_retired", "ab" * 32, "last", f"*:{'cd' * 32}")
    for at in (*newer, inner):
        for partner, value in (("A", 3), ("B", 5)):
            session.file.commit(partner, [Edit(at, value, ())], "by a newer version")


@pytest.mark.slow
def test_every_counter_says_what_the_page_lists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = files.demo(tmp_path / "example.dyad")
    monkeypatch.setenv("DYAD_PASSPHRASE", "correct horse")
    apart(session, WHY, A="one", B="another")
    deleted_but_edited(session, ("goal", "G2"), "why", "Still needed")
    session.commit([Edit(Address("measure", "M1.1", "goal"), "gone")], "An orphan")
    _unshown(session)
    listed = len(disagreements(session))
    assert listed == 3
    assert count_open(session) == listed
    assert len(session.later()) == 2
    assert standing(session).count == listed
    notices = home_view(session, WORKING_DRAFT, "2027-03-01").notices
    assert len([one for one in notices if one.weight is Weight.DISAGREEMENT]) == listed
    assert travel.take(session, b"", [], 0).disagreements == listed
    told = status(session)
    assert (told.disagreements, told.later) == (listed, 2)
    path = str(session.path)
    session.close()
    alone = ["sync", path, "--lan", "--listen", "127.0.0.1:0", "--seconds", "2", "--json"]
    for command, ends in ((["status", path, "--json"], 0), (alone, 1)):
        assert main(command) == ends
        assert json.loads(capsys.readouterr().out)["disagreements"] == listed
    assert main(["status", path]) == 0
    assert "3; 2 more in what a newer version wrote" in capsys.readouterr().out


def test_ranges_hold_where_one_line_that_differs_follows_another(session: Session) -> None:
    """Deductions follow what is charged; where both are typed apart, nobody's comes out by its rule."""
    rows = ("total_revenue", "contribution")
    charged = session.budget().lines["L01"].months[7]
    places = [month("L01"), month("L13")]
    apart(session, places[0], A=2 * charged, B=charged)
    apart(session, places[1], A=charged, B=100)
    still = open_budget(session, everything_open(session))
    spans = {row: statement_span(session.budget(), still, row, range(12)) for row in rows}
    for partners in ("AA", "AB", "BA", "BB"):
        for at, partner in zip(places, partners, strict=True):
            take(session, [at], partner)
        for row, span in spans.items():
            assert span.low <= sum(session.budget().by_month(row)) <= span.high
        for _ in places:
            session.undo()


def test_ranges_are_none_of_a_draft_that_is_agreed_meanwhile(session: Session) -> None:
    apart(session, month("L01"), A=100, B=200)
    assert contribution_span(session, open_budget(session, everything_open(session))) is not None
    set_field(session, ("draft", "working"), "state", "agreed")
    choices = everything_open(session)
    assert contribution_span(session, open_budget(session, choices)) is None
    set_field(session, ("draft", "working"), "state", "working")
    assert contribution_span(session, open_budget(session, everything_open(session))) is not None
