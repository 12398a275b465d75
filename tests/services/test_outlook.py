"""What the pair says of a line's year: rules, own months, hours and shares."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.outlook import OWN, RUN_RATE, SEASONALITY, Basis, Outlook
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange import workspace_dump, workspace_file
from dyad_desktop.replication.change import Address
from dyad_desktop.services.disagreements import field_name, page_of
from dyad_desktop.services.editing import FieldEdit, delete, set_field
from dyad_desktop.services.history import related
from dyad_desktop.services.outlook import edit_bases, edit_outlooks
from dyad_desktop.services.session import Session


def rule(line: str, value: str | None) -> FieldEdit:
    return FieldEdit("outlook", line, "rule", value)


def month(line: str, period: str, amount: int | None) -> FieldEdit:
    return FieldEdit("outlook", line, "months", amount, period)


def test_a_rule_is_one_change_that_undo_takes_back(session: Session) -> None:
    changes = edit_outlooks(session, [rule("L43", RUN_RATE)])
    assert changes.note == "Call coverage and locum physicians, forecast"
    assert session.book.need(Outlook, "L43").rule == RUN_RATE
    session.undo()
    assert getattr(session.book.get(Outlook, "L43"), "rule", None) is None


def test_a_typed_month_makes_the_rule_own(session: Session) -> None:
    edit_outlooks(session, [month("L43", "2026-11", 100), month("L43", "2027-06", 200)])
    said = session.book.need(Outlook, "L43")
    assert (said.line, said.rule) == ("L43", OWN)
    assert dict(said.months) == {"2026-11": 100, "2027-06": 200}


def test_a_rule_that_is_given_with_a_month_stands(session: Session) -> None:
    edit_outlooks(session, [rule("L43", SEASONALITY), month("L43", "2026-11", 100)])
    assert session.book.need(Outlook, "L43").rule == SEASONALITY


def test_emptying_a_month_leaves_the_rule(session: Session) -> None:
    edit_outlooks(session, [month("L43", "2026-11", 100)])
    edit_outlooks(session, [month("L43", "2026-11", None)])
    said = session.book.need(Outlook, "L43")
    assert (said.rule, said.months["2026-11"]) == (OWN, None)


def test_several_lines_are_one_change(session: Session) -> None:
    changes = edit_outlooks(session, [rule("L43", RUN_RATE), rule("L28", RUN_RATE)])
    assert changes.note == "Forecast of 2 lines"


def test_a_closed_month_that_lacks_its_actual_takes_a_forecast(session: Session) -> None:
    set_field(session, ("operating_line", "L43"), "ytd_actuals", None, slot="2026-10")
    edit_outlooks(session, [month("L43", "2026-10", 123_00)])
    assert session.book.need(Outlook, "L43").months["2026-10"] == 123_00


def test_emptying_what_nobody_said_changes_nothing(session: Session) -> None:
    before = session.book
    assert not edit_outlooks(session, [rule("L43", None), month("L43", "2026-11", None)]).keys
    assert not edit_bases(session, [FieldEdit("basis", "L17", "hours", None, "2026-07")]).keys
    assert session.book is before


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (month("L43", "2026-10", 1), "Oct 2026 has its actual already"),
        (month("L43", "2027-07", 1), "Jul 2027 is not in the budget year"),
        (month("L99", "2026-11", 1), "there is no outlook 'L99'"),
        (rule("L43", "guess"), "not one of run_rate, seasonality, remaining_budget, own"),
    ],
)
def test_what_can_t_be_taken_is_refused_whole(
    session: Session, edit: FieldEdit, words: str
) -> None:
    with pytest.raises(BadInputError, match=words):
        edit_outlooks(session, [rule("L28", RUN_RATE), edit])
    assert session.book.get(Outlook, "L28") is None


@pytest.mark.parametrize(
    ("field", "value", "slot"),
    [("variable_pct", Decimal(101), ""), ("hours", Decimal(-1), "2026-07"), ("volume", "V99", "")],
)
def test_shares_hours_and_volumes_have_their_bounds(
    session: Session, field: str, value: object, slot: str
) -> None:
    with pytest.raises(BadInputError):
        edit_bases(session, [FieldEdit("basis", "L17", field, value, slot)])


def test_hours_and_shares_are_kept_by_line(session: Session) -> None:
    changes = edit_bases(
        session,
        [
            FieldEdit("basis", "L17", "hours", Decimal(7300), "2026-07"),
            FieldEdit("basis", "L17", "variable_pct", Decimal("37.5")),
            FieldEdit("basis", "L17", "volume", "V01"),
        ],
    )
    assert changes.note == "Wages: Cath and EP lab nurses and technologists, hours and share"
    said = session.book.need(Basis, "L17")
    assert (said.volume, said.variable_pct, dict(said.hours)) == (
        "V01", Decimal("37.5"), {"2026-07": Decimal(7300)},
    )  # fmt: skip


def test_it_goes_with_its_line_and_comes_back_with_it(session: Session) -> None:
    edit_outlooks(session, [rule("L45", RUN_RATE)])
    edit_bases(session, [FieldEdit("basis", "L45", "variable_pct", Decimal(10))])
    delete(session, [("operating_line", "L45")])
    assert session.book.get(Outlook, "L45") is None
    assert session.book.get(Basis, "L45") is None
    session.undo()
    assert session.book.need(Outlook, "L45").rule == RUN_RATE
    assert session.book.need(Basis, "L45").variable_pct == 10


def test_a_text_file_carries_it(session: Session) -> None:
    edit_outlooks(session, [month("L43", "2026-11", 150_000_00)])
    edit_bases(session, [FieldEdit("basis", "L17", "hours", Decimal("7300.5"), "2026-07")])
    records = workspace_file.parse(workspace_dump.dump(session.records(), {})).records
    assert records["outlook", "L43"]["months"] == {"2026-11": 150_000_00}
    assert records["outlook", "L43"]["rule"] == OWN
    assert records["basis", "L17"]["hours"] == {"2026-07": "7300.5"}


def test_it_belongs_to_its_line_s_history_and_to_performance(session: Session) -> None:
    keys = related(("operating_line", "L43"), "working")
    assert ("outlook", "L43") in keys
    assert ("basis", "L43") in keys
    assert page_of("outlook") == page_of("basis") == "performance"
    month_at = Address("outlook", "L43", "months", "2026-12")
    assert field_name(session.book, month_at) == "Forecast of Dec 2026"
