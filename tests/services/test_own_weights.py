"""Own weights begin with what a line has now, and months that share something never all weigh nothing."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.operating import SPREADS, DraftLine
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.planning import choose_method, lock_months, set_plan, write_plan
from dyad_desktop.services.session import Session

LINE, KEY = "L02", ("draft_line", "working.L02")


@pytest.fixture
def fixed(session: Session) -> Session:
    choose_method(session, "working", LINE, "fixed")
    return session


def weights(session: Session) -> dict[str, Decimal | None]:
    return dict(session.book.need(DraftLine, KEY[1]).weights)


def own(session: Session) -> None:
    """Choose own weights, as the dialog does."""
    write_plan(session, [FieldEdit(*KEY, "spread", "weights")])


def weigh(session: Session, **months: object) -> None:
    periods = {name: f"20{name[1:3]}-{name[3:]}" for name in months}
    edits = [FieldEdit(*KEY, "weights", one, periods[name]) for name, one in months.items()]
    write_plan(session, edits)


@pytest.mark.parametrize("amount", [None, 1_000_003_00, 7, 0, -500_00])
@pytest.mark.parametrize("locked", [(), ("2026-07",), ("2026-07", "2027-06")])
@pytest.mark.parametrize("way", [one for one in SPREADS if one != "weights"])
def test_choosing_them_changes_nothing(
    fixed: Session, way: str, locked: tuple[str, ...], amount: int | None
) -> None:
    fields: dict[str, object] = {"spread": way, "spread_volume": "V03"}
    set_plan(fixed, "working", LINE, fields | ({} if amount is None else {"amount": amount}))
    if locked:
        lock_months(fixed, "working", LINE, locked, locked=True)
    before = fixed.budget().lines[LINE]
    assert not before.problem
    commits = len(fixed.journal())
    own(fixed)
    assert len(fixed.journal()) == commits + 1
    assert fixed.budget().lines[LINE] == before
    assert all(weights(fixed).values()) or way not in {"even", "calendar_days", "working_days"}
    fixed.undo()
    assert weights(fixed) == {} or not any(weights(fixed).values())


def test_even_months_weigh_one_each(fixed: Session) -> None:
    own(fixed)
    assert set(weights(fixed).values()) == {Decimal(1)}


def test_days_are_weighed_as_days(fixed: Session) -> None:
    set_plan(fixed, "working", LINE, {"spread": "calendar_days"})
    own(fixed)
    assert weights(fixed)["2027-02"] == 28


def test_a_month_by_hand_stays_beside_them(fixed: Session) -> None:
    edit_lines(fixed, "working", [MonthEdit(LINE, "2026-09", 1_00)])
    before = fixed.budget().lines[LINE]
    own(fixed)
    assert fixed.budget().lines[LINE] == before


def test_weights_that_are_there_are_found_again(fixed: Session) -> None:
    own(fixed)
    weigh(fixed, m2607=5)
    set_plan(fixed, "working", LINE, {"spread": "even"})
    own(fixed)
    assert weights(fixed)["2026-07"] == 5


def test_a_spread_that_nothing_follows_begins_evenly(fixed: Session) -> None:
    set_plan(fixed, "working", LINE, {"spread": "volume"})
    assert fixed.budget().lines[LINE].problem
    own(fixed)
    assert not fixed.budget().lines[LINE].problem
    assert set(weights(fixed).values()) == {Decimal(1)}


def test_open_months_that_all_weigh_nothing_beside_a_lock_are_refused(fixed: Session) -> None:
    own(fixed)
    lock_months(fixed, "working", LINE, ["2026-07"], locked=True)
    rest = [f"m26{n:02}" for n in range(8, 13)] + [f"m27{n:02}" for n in range(1, 6)]
    weigh(fixed, **dict.fromkeys(rest, 0))
    before = fixed.budget().lines[LINE]
    for nothing in (0, None):
        with pytest.raises(
            BadInputError, match=r"weights that are all zero.*month that isn’t locked"
        ):
            weigh(fixed, m2706=nothing)
    with pytest.raises(BadInputError, match="weights that are all zero"):
        lock_months(fixed, "working", LINE, ["2027-06"], locked=True)
    assert fixed.budget().lines[LINE] == before


def test_weights_of_locked_months_alone_are_no_weights(fixed: Session) -> None:
    set_fields(fixed, [FieldEdit(*KEY, "weights", 3, "2026-07")])
    lock_months(fixed, "working", LINE, ["2026-07"], locked=True)
    before = fixed.budget().lines[LINE]
    own(fixed)
    assert fixed.budget().lines[LINE] == before


def test_the_last_weight_is_not_emptied(fixed: Session) -> None:
    edits = [FieldEdit(*KEY, "spread", "weights"), FieldEdit(*KEY, "weights", 1, "2026-07")]
    set_fields(fixed, edits)
    with pytest.raises(BadInputError, match="all zero"):
        weigh(fixed, m2607=None)


def test_a_year_of_locked_months_asks_for_no_weights(fixed: Session) -> None:
    own(fixed)
    lock_months(fixed, "working", LINE, fixed.budget().periods, locked=True)
    weigh(fixed, m2607=0)
    assert not fixed.budget().lines[LINE].problem
