"""Peers and events: rows that come, change and go, each time as one change."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.goals import Occurrence, Peer
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.ledger import Cell, keep_rows
from dyad_desktop.services.session import Session


def peers(session: Session) -> list[tuple[str, object, object]]:
    return [(one.name, one.counted, one.size) for one in session.book.children(Peer, "M2.1")]


def two(session: Session) -> None:
    cells = [
        Cell("+0", "name", "North"), Cell("+0", "counted", Decimal(10)), Cell("+0", "size", Decimal(100)),
        Cell("+1", "name", "South"), Cell("+1", "counted", Decimal(30)), Cell("+1", "size", Decimal(100)),
    ]  # fmt: skip
    keep_rows(session, "peer", "M2.1", cells)


def test_rows_are_pasted_as_one_change(session: Session) -> None:
    two(session)
    assert peers(session) == [("North", 10, 100), ("South", 30, 100)]
    session.undo()
    assert peers(session) == []


def test_rows_keep_the_order_in_which_they_were_pasted(session: Session) -> None:
    names = [f"Unit {n}" for n in range(12)]
    keep_rows(
        session, "peer", "M2.1", [Cell(f"+{n}", "name", name) for n, name in enumerate(names)]
    )
    assert [name for name, *_ in peers(session)] == names
    keep_rows(session, "peer", "M2.1", [Cell("+0", "name", "Last")])
    assert peers(session)[-1][0] == "Last"


def test_rows_change_and_go(session: Session) -> None:
    two(session)
    north, south = session.book.children(Peer, "M2.1")
    cells = [
        Cell(north.id, "name", None),
        Cell(south.id, "counted", Decimal(31)),
        Cell("+0", "name", "East"),
    ]
    keep_rows(session, "peer", "M2.1", cells)
    assert peers(session) == [("South", 31, 100), ("East", None, None)]


def test_rows_that_go_and_come_are_one_change(session: Session) -> None:
    two(session)
    north, south = session.book.children(Peer, "M2.1")
    before = len(session.journal())
    cells = [
        Cell(north.id, "name", None),
        Cell(south.id, "counted", Decimal(31)),
        Cell("+0", "name", "East"),
    ]
    keep_rows(session, "peer", "M2.1", cells)
    assert len(session.journal()) == before + 1
    session.undo()
    assert peers(session) == [("North", 10, 100), ("South", 30, 100)]


def test_a_refused_row_takes_nothing_with_it(session: Session) -> None:
    keep_rows(session, "occurrence", "M2.1", [Cell("+0", "date", "2026-03-01")])
    [kept] = session.book.children(Occurrence, "M2.1")
    cells = [Cell(kept.id, "date", None), Cell("+0", "date", "1 March")]
    with pytest.raises(BadInputError):
        keep_rows(session, "occurrence", "M2.1", cells)
    assert session.book.children(Occurrence, "M2.1") == (kept,)


def test_a_row_without_its_name_is_refused_whole(session: Session) -> None:
    with pytest.raises(BadInputError, match="begins with its name"):
        keep_rows(
            session, "peer", "M2.1", [Cell("+0", "name", "A"), Cell("+1", "counted", Decimal(3))]
        )
    assert peers(session) == []
    with pytest.raises(BadInputError, match="no measure"):
        keep_rows(session, "peer", "gone", [])


def test_events_have_a_day(session: Session) -> None:
    keep_rows(
        session, "occurrence", "M2.1", [Cell("+0", "date", "2026-03-01"), Cell("+0", "note", "x")]
    )
    [made] = session.book.children(Occurrence, "M2.1")
    assert (made.date, made.note) == ("2026-03-01", "x")
    with pytest.raises(BadInputError):
        keep_rows(session, "occurrence", "M2.1", [Cell("+0", "date", "1 March")])
