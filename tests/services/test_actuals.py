"""Actuals of lines and volumes, and through which month the year is closed."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange import workspace_dump, workspace_file
from dyad_desktop.services.actuals import close_through, edit_actuals, with_actual
from dyad_desktop.services.editing import FieldEdit
from dyad_desktop.services.session import Session

NOV, DEC = "2026-11", "2026-12"


def of_line(line: str, period: str, amount: int | None) -> FieldEdit:
    return FieldEdit("operating_line", line, "ytd_actuals", amount, period)


def of_volume(volume: str, period: str, units: Decimal | None) -> FieldEdit:
    return FieldEdit("volume", volume, "ytd_actuals", units, period)


def test_actuals_are_one_change_that_undo_takes_back(session: Session) -> None:
    before = session.book.need(OperatingLine, "L43").ytd_actuals["2026-10"]
    edits = [of_line("L43", "2026-10", 5_00), of_volume("V01", "2026-09", Decimal("7.5"))]
    assert edit_actuals(session, edits).note == (
        "2 lines and volumes, actual of Sep 2026 to Oct 2026"
    )
    assert session.book.need(OperatingLine, "L43").ytd_actuals["2026-10"] == 5_00
    assert session.book.need(Volume, "V01").ytd_actuals["2026-09"] == Decimal("7.5")
    session.undo()
    assert session.book.need(OperatingLine, "L43").ytd_actuals["2026-10"] == before


@pytest.mark.parametrize(
    ("period", "reason"),
    [(NOV, "Nov 2026 isn't closed yet; close it first"), ("2025-07", "not in the budget year")],
)
def test_only_closed_months_take_actuals(session: Session, period: str, reason: str) -> None:
    for edit in (of_line("L43", period, 1), of_volume("V01", period, Decimal(1))):
        with pytest.raises(BadInputError, match=reason):
            edit_actuals(session, [of_line("L43", "2026-10", 1), edit])
    assert session.book.need(OperatingLine, "L43").ytd_actuals["2026-10"] != 1


def test_a_closed_month_takes_actuals_and_the_file_of_them_loads_again(session: Session) -> None:
    assert close_through(session, 5).note == "Closed through Nov 2026"
    assert edit_actuals(session, [of_line("L43", NOV, 9)]).note == (
        "Call coverage and locum physicians, actual of Nov 2026"
    )
    assert with_actual(session.book, NOV) == 1
    records = workspace_file.parse(workspace_dump.dump(session.records(), {})).records
    assert records["operating_line", "L43"]["ytd_actuals"][NOV] == 9  # type: ignore[index,call-overload]


def test_a_month_with_actuals_is_not_opened_again(session: Session) -> None:
    close_through(session, 5)
    edit_actuals(session, [of_line("L43", NOV, 9)])
    with pytest.raises(BadInputError, match="Nov 2026 has actuals of 1 line or volume; clear them"):
        close_through(session, 4)
    with pytest.raises(BadInputError, match=r"Jul 2026 has actuals of .* lines and volumes"):
        close_through(session, 0)
    edit_actuals(session, [of_line("L43", NOV, None)])
    close_through(session, 4)
    assert session.book.only(Partnership).ytd_months == 4


@pytest.mark.parametrize("count", [-1, 13])
def test_a_year_has_twelve_months(session: Session, count: int) -> None:
    with pytest.raises(BadInputError):
        close_through(session, count)
    assert session.book.only(Partnership).ytd_months == 4


def test_emptying_what_is_empty_changes_nothing(session: Session) -> None:
    close_through(session, 6)
    note = session.next_undo
    edit_actuals(session, [of_line("L43", DEC, None)])
    assert with_actual(session.book, DEC) == 0
    assert session.next_undo == note
