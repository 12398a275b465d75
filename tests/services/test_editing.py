"""Edits keep a partnership so that it can be computed, written and read again; undo gives back what was."""

from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.initiatives import Dependency, Initiative
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange import workspace_file
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services import files
from dyad_desktop.services.editing import FieldEdit, create, delete, fresh, set_field, set_fields
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.session import Session


def months(session: Session, line: str) -> tuple[int, ...]:
    return session.budget().lines[line].months


class TestUndo:
    def test_an_undone_month_does_not_come_back_with_the_next_one(self, session: Session) -> None:
        rule = months(session, "L01")
        edit_lines(session, "working", [MonthEdit("L01", "2026-07", 10_000)])
        session.undo()
        assert months(session, "L01") == rule
        edit_lines(session, "working", [MonthEdit("L01", "2026-08", 22_200)])
        assert months(session, "L01") == (rule[0], 22_200, *rule[2:])
        session.undo()
        session.redo()
        assert months(session, "L01")[1] == 22_200
        assert session.check() == []

    @pytest.mark.parametrize(
        ("kind", "entity", "field", "slot", "value"),
        [
            ("draft_line", "working.L01", "months", "2026-07", 10_000),
            ("draft_line", "working.L01", "explanation", "", "More of it"),
            ("operating_line", "L01", "note", "", "Look at this"),
            ("capital_request", "C01", "scores", "A/safety", 1),
            ("milestone", "I1.1", "baseline_start", "", "2026-01-05"),
        ],
    )
    def test_an_undone_edit_leaves_the_text_as_it_was(
        self, session: Session, kind: str, entity: str, field: str, slot: str, value: object
    ) -> None:
        before = files.dump(session)
        assert set_field(session, (kind, entity), field, value, slot=slot).keys
        assert files.dump(session) != before
        session.undo()
        assert files.dump(session) == before

    def test_giving_back_what_nobody_set_is_no_commit(self, session: Session) -> None:
        before = len(session.journal())
        assert not edit_lines(session, "working", [MonthEdit("L01", "2026-07", None)]).keys
        assert len(session.journal()) == before


DELETED = [
    ("goal", "G1"),
    ("initiative", "I6"),
    ("milestone", "I6.4"),
    ("meeting", "MT1"),
    ("capital_request", "C01"),
    ("decision", "DC07"),
    ("objective", "O1"),
    ("escalation_step", "T1"),
    ("agenda_template", "pair_sync"),
    ("operating_line", "L28"),
]


class TestWholeness:
    @pytest.mark.parametrize("key", DELETED)
    def test_what_refers_to_a_deleted_thing_lets_go_and_undo_brings_all_back(
        self, session: Session, key: tuple[str, str]
    ) -> None:
        before = session.records()
        delete(session, [key])
        workspace_file.parse(files.dump(session))
        assert session.check() == []
        session.undo()
        workspace_file.parse(files.dump(session))
        after = session.records()
        assert after.keys() == before.keys()
        for thing, record in before.items():
            shown = {k: v for k, v in after[thing].items() if k != "_deleted"}
            assert shown == {k: v for k, v in record.items() if k != "_deleted"}

    def test_a_volume_that_drives_lines_stays(self, session: Session) -> None:
        with pytest.raises(BadInputError, match="is still needed"):
            delete(session, [("volume", "V01")])
        assert session.book.entity("volume", "V01") is not None

    def test_a_cost_centre_in_which_something_stands_stays(self, session: Session) -> None:
        with pytest.raises(BadInputError, match="6 lines, 1 position and 2 volumes stand in it"):
            delete(session, [("cost_centre", "71100")])

    @pytest.mark.parametrize(
        ("key", "field", "slot", "value", "said"),
        [
            (("partnership", "partnership"), "ytd_months", "", 3, "ytd actuals of 2026-10"),
            (
                ("partnership", "partnership"),
                "prior_start",
                "",
                "2025-08",
                "prior actuals of 2025-07",
            ),
            (("partnership", "partnership"), "currency", "", "JPY", "decimal places"),
            (("partnership", "partnership"), "currency", "", "dollars", "is not a currency"),
            (("operating_line", "L01"), "ytd_actuals", "2027-03", 1, "2027-03"),
            (("draft_line", "working.L01"), "months", "2030-07", 1, "outside the budget year"),
            (("draft_line", "working.L01"), "months", "2026-06", 1, "outside the budget year"),
            (("partnership", "partnership"), "start_month", "", 1, "2025-07 is not in month 1"),
            (("goal", "G1"), "title", "", "one\ntwo", "must be one line"),
            (("operating_line", "L01"), "driver_ref", "", "nosuch", "isn't there"),
            (("operating_line", "L01"), "driver_ref", "", None, "say which volume drives"),
            (("operating_line", "L27"), "driver_ref", "", "premium_labour", "circle"),
            (("charter", "charter"), "signed", "Z", "2026-01-01", "no partner 'Z'"),
            (("measure", "M1.1"), "frequency", "", "quarterly", "no quarterly period"),
            (("measure", "M1.1"), "series_start", "", "2023-13", "not a period"),
        ],
    )
    def test_an_edit_that_could_not_be_read_again_is_refused(
        self,
        session: Session,
        key: tuple[str, str],
        field: str,
        slot: str,
        value: object,
        said: str,
    ) -> None:
        before = session.records()
        with pytest.raises(BadInputError, match=said):
            set_field(session, key, field, value, slot=slot)
        assert session.records() == before

    def test_two_lines_of_one_account_are_refused(self, session: Session) -> None:
        first = session.book.need(OperatingLine, "L01")
        edits = [
            FieldEdit("operating_line", "L02", "account", first.account),
            FieldEdit("operating_line", "L02", "cost_centre", first.cost_centre),
        ]
        with pytest.raises(BadInputError, match="already"):
            set_fields(session, edits)

    def test_a_circle_that_a_merge_left_keeps_nobody_from_another_line(
        self, session: Session
    ) -> None:
        for line, group in (("L27", "benefits"), ("L29", "premium_labour")):
            session.commit([Edit(Address("operating_line", line, "driver_ref"), group)], "Merged")
        set_field(session, ("operating_line", "L44"), "driver_kind", "fixed")
        with pytest.raises(BadInputError, match="circle"):
            set_field(session, ("operating_line", "L27"), "driver_ref", "benefits")
        set_field(session, ("operating_line", "L27"), "driver_kind", "fixed")
        session.budget()

    def test_a_line_in_its_own_group_is_not_created(self, session: Session) -> None:
        line = fresh(
            OperatingLine,
            account="1",
            name="Snake",
            groups=("g",),
            driver_kind="line_group",
            driver_ref="g",
        )
        with pytest.raises(BadInputError, match="circle"):
            create(session, line)

    def test_the_last_draft_stays(self, session: Session) -> None:
        with pytest.raises(BadInputError, match="at least one draft"):
            delete(session, [("draft", "working")])

    def test_more_months_and_an_earlier_observation_are_written_and_read(
        self, session: Session
    ) -> None:
        set_field(session, ("partnership", "partnership"), "ytd_months", 5)
        set_field(session, ("measure", "M1.1"), "values", 70, slot="2023-09")
        records = workspace_file.parse(files.dump(session)).records
        values = records["measure", "M1.1"]["values"]
        assert isinstance(values, dict)
        assert (values["2023-09"], values["2023-10"], values["2023-11"]) == ("70", None, "68")
        assert session.book.need(Measure, "M1.1").values["2023-09"] == 70

    def test_a_deleted_milestone_takes_what_waits_for_it_along(self, session: Session) -> None:
        delete(session, [("milestone", "I6.4")])
        refs = {dependency.ref for dependency in session.book.all(Dependency)}
        assert "I6.4" not in refs
        assert session.book.get(Initiative, "I4") is not None


def test_a_text_copy_never_replaces_a_workspace(session: Session, tmp_path: Path) -> None:
    for name in ("larkhaven.dyad", "other.dyad"):
        with pytest.raises(BadInputError, match="needs a name of its own"):
            files.write_whole(tmp_path / name, "text")
    data = (tmp_path / "larkhaven.dyad").read_bytes()[:16]
    assert data.startswith(b"SQLite format 3")


def test_a_thing_that_was_made_comes_and_goes_as_often_as_one_likes(session: Session) -> None:
    """What is done again puts away a deletion; taking that back is no settlement to be opened."""
    made = fresh(Goal, title="Waiting times")
    create(session, made)
    for _ in range(3):
        session.undo()
        assert session.book.get(Goal, made.id) is None
        session.redo()
        assert session.book.need(Goal, made.id).title == "Waiting times"
    assert session.next_undo is not None
    assert session.check() == []


def test_a_deletion_done_again_has_seen_what_its_author_turned_back(session: Session) -> None:
    """One's own undo and redo in between is no work of others: nobody differs with oneself."""
    key = ("operating_line", "L28")
    set_field(session, key, "name", "Other")
    delete(session, [key])
    gone = session.budget().totals.contribution
    for _ in range(2):
        session.undo()
        session.undo()
        session.redo()
        session.redo()
        assert session.disagreements() == []
        assert session.book.entity(*key) is None
        assert session.budget().totals.contribution == gone
    assert session.check() == []


def test_what_was_made_and_worked_on_is_gone_again_at_each_undo(session: Session) -> None:
    made = fresh(Goal, title="Waiting times")
    create(session, made)
    set_field(session, ("goal", made.id), "title", "Other")
    for _ in range(2):
        session.undo()
        session.undo()
        assert session.book.get(Goal, made.id) is None
        assert session.disagreements() == []
        session.redo()
        session.redo()
        assert session.book.need(Goal, made.id).title == "Other"
    assert session.check() == []
