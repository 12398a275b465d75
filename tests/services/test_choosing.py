"""Another method begins where the line stands; the one before comes back as it was left, within one dialog."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.operating import METHODS, DraftLine, OperatingLine
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.services.former import Former
from dyad_desktop.services.operating import MonthEdit, edit_lines
from dyad_desktop.services.planning import (
    choose_method,
    free_months,
    lock_months,
    set_plan,
    write_plan,
)
from dyad_desktop.services.scenarios import copy_draft, new_draft
from dyad_desktop.services.session import Session

LINE, SAID = "L40", ("draft_line", "working.L40")


def said(session: Session, line: str = LINE) -> DraftLine:
    return session.book.need(DraftLine, f"working.{line}")


def total(session: Session, line: str = LINE) -> int:
    return session.budget().lines[line].total


def only_in(session: Session, line: str, period: str) -> int:
    """Plan a line as a year's amount that falls into one month."""
    choose_method(session, "working", line, "fixed")
    key = ("draft_line", f"working.{line}")
    edits = [FieldEdit(*key, "spread", "weights"), FieldEdit(*key, "weights", Decimal(1), period)]
    set_fields(session, edits)
    return total(session, line)


class TestContract:
    @pytest.mark.parametrize(("line", "period"), [("L45", "2026-07"), ("L42", "2026-09")])
    def test_it_takes_the_year_not_a_month(self, session: Session, line: str, period: str) -> None:
        before = only_in(session, line, period)
        choose_method(session, "working", line, "contract")
        assert abs(total(session, line) - before) <= 6

    def test_a_line_with_seasons_keeps_its_year_to_some_cents(self, session: Session) -> None:
        before = total(session, "L02")
        choose_method(session, "working", "L02", "contract")
        months = session.budget().lines["L02"].months
        assert abs(sum(months) - before) <= 6
        assert len(set(months)) == 1

    def test_a_year_that_divides_is_one_amount(self, session: Session) -> None:
        set_plan(session, "working", LINE, {"method": "fixed", "amount": 1_200_06_00})
        choose_method(session, "working", LINE, "contract")
        assert said(session).amount == 100_00_50
        assert total(session) == 1_200_06_00

    def test_earlier_steps_and_start_are_let_go(self, session: Session) -> None:
        set_plan(
            session, "working", LINE, {"method": "contract", "amount": 5_000_00, "start": "2026-09"}
        )
        set_field(session, SAID, "steps", 9_000_00, slot="2027-01")
        choose_method(session, "working", LINE, "fixed")
        set_plan(session, "working", LINE, {"amount": 4_260_000_00})
        choose_method(session, "working", LINE, "contract")
        assert total(session) == 4_260_000_00
        assert said(session).start is None
        assert not any(one is not None for one in said(session).steps.values())

    @pytest.mark.parametrize("inputs", [{}, {"rate": Decimal(-7)}])
    def test_prices_of_a_scenario_come_on_top(
        self, session: Session, inputs: dict[str, Decimal]
    ) -> None:
        draft = new_draft(copy_draft(session, "working", "Plan B", inputs=inputs))
        before = session.budget(draft).lines["L02"].total
        choose_method(session, draft, "L02", "contract")
        assert abs(session.budget(draft).lines["L02"].total - before) <= 12_00

    def test_a_year_below_nothing_stays_below(self, session: Session) -> None:
        set_plan(session, "working", LINE, {"method": "fixed", "amount": -1_000_01})
        choose_method(session, "working", LINE, "contract")
        assert abs(total(session) + 1_000_01) <= 6


@pytest.mark.parametrize(
    "method", ["fixed", "contract", "volume_rate", "step", "percent", "formula"]
)
def test_months_by_hand_are_reckoned_with(session: Session, method: str) -> None:
    """The year stays: what the method gives stands beside them."""
    line = "L03"
    set_plan(session, "working", line, {"method": "fixed", "amount": 12_000_000_00})
    edit_lines(session, "working", [MonthEdit(line, "2026-07", 900_000_00)])
    before = total(session, line)
    former = Former()
    choose_method(session, "working", line, method, former=former)
    if method == "percent":
        group = [FieldEdit("draft_line", f"working.{line}", "driver", "wages")]
        write_plan(session, group, former=former)
    assert session.budget().lines[line].months[0] == 900_000_00
    assert abs(total(session, line) - before) * 1000 < before


class TestFirstChoices:
    def test_staffing_asks_for_a_position(self, session: Session) -> None:
        assert session.book.need(OperatingLine, LINE).driver_kind == "fixed"
        choose_method(session, "working", LINE, "staffing")
        assert said(session).driver is None
        assert "position" in session.budget().lines[LINE].problem

    @pytest.mark.parametrize("method", ["volume_rate", "step"])
    def test_a_line_without_a_volume_asks_for_one(self, session: Session, method: str) -> None:
        before, former = total(session), Former()
        choose_method(session, "working", LINE, method, former=former)
        assert said(session).driver is None
        assert "volume" in session.budget().lines[LINE].problem
        write_plan(session, [FieldEdit(*SAID, "driver", "V03")], former=former)
        assert abs(total(session) - before) * 1000 < before
        set_plan(session, "working", LINE, {"rate": Decimal(7)})
        write_plan(session, [FieldEdit(*SAID, "driver", "V04")], former=former)
        assert said(session).rate == 7  # what was said stays

    def test_a_group_is_fitted_once_it_is_chosen(self, session: Session) -> None:
        before, former = total(session), Former()
        choose_method(session, "working", LINE, "percent", former=former)
        write_plan(session, [FieldEdit(*SAID, "driver", "wages")], former=former)
        assert abs(total(session) - before) * 100 < before

    def test_a_share_beyond_what_can_be_said_is_asked_for(self, session: Session) -> None:
        set_field(session, ("operating_line", "L45"), "groups", ["tiny"])
        set_plan(session, "working", "L45", {"method": "fixed", "amount": 1_00})
        former = Former()
        choose_method(session, "working", LINE, "percent", former=former)
        write_plan(session, [FieldEdit(*SAID, "driver", "tiny")], former=former)
        assert said(session).percent is None
        assert "percentage" in session.budget().lines[LINE].problem

    @pytest.mark.parametrize("method", ["volume_rate", "step"])
    def test_a_line_below_nothing_asks_for_its_price(self, session: Session, method: str) -> None:
        """No price is below nothing, so none fits."""
        set_plan(session, "working", "L03", {"method": "fixed", "amount": -1_000_00})
        choose_method(session, "working", "L03", method)
        assert said(session, "L03").rate is None
        assert "rate" in session.budget().lines["L03"].problem

    def test_the_volume_of_the_method_before_is_kept(self, session: Session) -> None:
        set_plan(session, "working", "L03", {"method": "volume_rate", "driver": "V05", "rate": 100})
        choose_method(session, "working", "L03", "step")
        assert said(session, "L03").driver == "V05"

    @pytest.mark.parametrize("through", ["percent", "staffing", "volume_rate", "step"])
    @pytest.mark.parametrize("then", ["fixed", "contract", "manual"])
    @pytest.mark.parametrize("within", [True, False])
    def test_an_empty_method_leaves_no_nothing_behind(
        self, session: Session, through: str, then: str, *, within: bool
    ) -> None:
        before = total(session)
        former = Former() if within else None
        choose_method(session, "working", LINE, through, former=former)
        assert total(session) == 0
        choose_method(session, "working", LINE, then, former=former)
        assert abs(total(session) - before) <= 6


LEFT: dict[str, dict[str, object]] = {
    "prior_year": {"rate_growth_pct": Decimal("3.25")},
    "volume_rate": {"driver": "V03", "rate": Decimal("777.77"), "rate_growth_pct": Decimal(9)},
    "staffing": {"driver": "P03", "part": "benefits"},
    "step": {"driver": "V03", "step_size": Decimal(50), "rate": Decimal(1234)},
    "fixed": {"amount": 1_234_567_00, "spread": "calendar_days"},
    "percent": {"driver": "supplies", "percent": Decimal("12.5")},
    "contract": {"amount": 77_000_00, "start": "2026-09"},
    "manual": {},
    "formula": {"formula": "=L04*0.03"},
}


@pytest.mark.parametrize("through", METHODS)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_comes_back_as_it_was_left(session: Session, method: str, through: str) -> None:
    if method == through:
        return
    set_plan(
        session,
        "working",
        LINE,
        {"method": None if method == "prior_year" else method, **LEFT[method]},
    )
    if method == "contract":
        set_field(session, SAID, "steps", 99_000_00, slot="2027-01")
    if method == "manual":
        edit_lines(session, "working", [MonthEdit(LINE, "2026-08", 5_000_00)])
    before, standing = said(session), session.budget().lines[LINE]
    former = Former()
    choose_method(session, "working", LINE, through, former=former)
    if through in ("fixed", "contract"):
        set_plan(session, "working", LINE, {"amount": 999_00})
    commits = len(session.journal())
    choose_method(session, "working", LINE, method, former=former)
    assert len(session.journal()) == commits + 1
    assert session.budget().lines[LINE] == standing
    for field in LEFT[method]:
        assert getattr(said(session), field) == getattr(before, field)
    if method == "contract":
        assert said(session).steps == before.steps
    session.undo()
    assert session.budget().lines[LINE].method == through


def test_what_was_only_tried_is_fitted_anew(session: Session) -> None:
    former = Former()
    choose_method(session, "working", LINE, "fixed", former=former)
    choose_method(session, "working", LINE, "volume_rate", former=former)
    write_plan(session, [FieldEdit(*SAID, "driver", "V03")], former=former)
    set_plan(session, "working", LINE, {"rate": Decimal("777.77")})
    now = total(session)
    choose_method(session, "working", LINE, "fixed", former=former)
    assert total(session) == now


def test_a_lock_stays_visible_and_is_freed_in_one_change(session: Session) -> None:
    choose_method(session, "working", LINE, "fixed")
    lock_months(session, "working", LINE, ["2026-07"], locked=True)
    choose_method(session, "working", LINE, "contract")
    assert session.budget().lines[LINE].overridden == {0}
    commits = len(session.journal())
    free_months(session, "working", LINE, ["2026-07"])
    assert len(session.journal()) == commits + 1
    assert session.budget().lines[LINE].overridden == frozenset()
    assert not any(said(session).locked.values())
