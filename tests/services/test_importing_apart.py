"""What the partners hold apart of a measure: an import leaves it to them, and tells that it did."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import import MARK, VALUE
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.observations import read_clipboard
from dyad_desktop.replication.change import Address
from dyad_desktop.services.bringing_in import bring_in
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.goals import new_measure
from dyad_desktop.services.importing import (
    ADDED,
    LEFT,
    Preview,
    Wish,
    again,
    as_said,
    guessed,
    known_of,
    preview,
)
from dyad_desktop.services.importing_apart import apart_in
from dyad_desktop.services.session import Session
from tests.services.apart import apart

TURNOVER = "Measure\tPeriod\tValue\tMark\nRoom turnover\t2026-11\t27.4\t"
TO_DATE = "Month\tnew YTD\n2026-07\t10\n2026-08\t22\n2026-09\t33\n"


@pytest.fixture
def session(session: Session) -> Session:
    """The example with a measure that has no values yet."""
    new_measure(session, "new", "G1")
    return session


def looked_at(session: Session, text: str) -> Preview:
    source, known = read_clipboard(text), known_of(session.book)
    held = apart_in(session.disagreements())
    return as_said(
        preview(session.book, source, guessed(source, known), known=known, apart=held)
    )  # fmt: skip


def hold(session: Session, measure: str, field: str, slot: str = "", **values: Any) -> Address:  # noqa: ANN401 - any field's
    return apart(session, Address("measure", measure, field, slot), **values)


@pytest.mark.parametrize("mark", ["provisional", "late", "final", ""])
def test_a_mark_is_left_and_told_while_the_figure_is_taken(session: Session, mark: str) -> None:
    at = hold(session, "M4.2", MARK, "2026-11", A="late", B="provisional")
    shown = looked_at(session, TURNOVER + mark)
    assert [move.field for move in shown.of(ADDED)] == [VALUE]
    assert len(shown.of(LEFT)) == bool(mark)
    assert sum("different marks" in one.reason for one in shown.doubts) == bool(mark)
    bring_in(session, shown)
    assert session.disagreements() == [at]
    assert session.book.need(Measure, "M4.2").values["2026-11"] == Decimal("27.4")


def test_no_mark_is_set_or_lifted_by_age_where_it_is_apart(session: Session) -> None:
    set_field(session, ("measure", "M4.2"), "lag_days", 90)
    at = hold(session, "M4.2", MARK, "2026-11", A="late", B=None)
    bring_in(session, looked_at(session, TURNOVER))
    assert session.disagreements() == [at]


def test_figures_to_date_wait_until_it_is_settled_what_a_value_covers(session: Session) -> None:
    at = hold(session, "new", "span", A="own_period", B="rolling")
    shown = looked_at(session, TO_DATE)
    assert not shown.written
    assert not shown.to_date
    assert not shown.bad
    assert [move.how for move in shown.moves] == [LEFT] * 3
    assert any("what a value covers" in one.reason for one in shown.doubts)
    with pytest.raises(BadInputError, match="left as it stands"):
        bring_in(session, shown)
    assert session.disagreements() == [at]
    own = again(session.book, shown, Wish(own_period=frozenset({"new"})), shown.apart)
    bring_in(session, own)
    assert session.disagreements() == [at]


def test_what_a_value_covers_is_not_settled_where_it_came_apart_under_the_preview(
    session: Session,
) -> None:
    shown = looked_at(session, TO_DATE)
    assert shown.to_date == {"new"}
    at = hold(session, "new", "span", A="year_to_date", B=None)
    with pytest.raises(BadInputError, match="look at the preview again"):
        bring_in(session, shown)
    assert session.disagreements() == [at]
