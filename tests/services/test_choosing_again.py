"""Going to and fro between methods within one dialog: nothing that was said is lost, and nothing gone comes back."""

from decimal import Decimal

import pytest

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.operating import DraftLine, Volume
from dyad_desktop.services.editing import FieldEdit, create, delete, set_field, set_fields
from dyad_desktop.services.former import Former
from dyad_desktop.services.planning import (
    choose_method,
    free_months,
    lock_months,
    set_plan,
    write_plan,
)
from dyad_desktop.services.session import Session

LINE, SAID = "L40", ("draft_line", "working.L40")
JULY, AUGUST, DECEMBER = "2026-07", "2026-08", "2026-12"


def said(session: Session) -> DraftLine:
    return session.book.need(DraftLine, SAID[1])


def through(session: Session, former: Former, *methods: str) -> None:
    for method in methods:
        choose_method(session, "working", LINE, method, former=former)


def by_hand(session: Session) -> dict[str, int]:
    return {period: one for period, one in said(session).months.items() if one is not None}


def locked(session: Session) -> set[str]:
    return {period for period, one in said(session).locked.items() if one}


class TestByWayOfManual:
    @pytest.mark.parametrize(
        "between", [(), ("fixed",), ("contract", "formula"), ("fixed", "manual", "step")]
    )
    def test_months_by_hand_come_back(self, session: Session, between: tuple[str, ...]) -> None:
        choose_method(session, "working", LINE, "fixed")
        choose_method(session, "working", LINE, "prior_year")
        for period, amount in ((JULY, 5_000_00), (DECEMBER, 7_000_00)):
            set_field(session, SAID, "months", amount, slot=period)
        standing = session.budget().lines[LINE]
        through(session, Former(), "manual", *between, "prior_year")
        assert session.budget().lines[LINE] == standing
        assert by_hand(session) == {JULY: 5_000_00, DECEMBER: 7_000_00}

    @pytest.mark.parametrize("began", [True, False])
    def test_locks_come_back(self, session: Session, *, began: bool) -> None:
        former = Former()
        choose_method(session, "working", LINE, "fixed", former=former if began else None)
        set_field(session, SAID, "months", 5_000_00, slot=JULY)
        lock_months(session, "working", LINE, [JULY, AUGUST], locked=True)
        before, standing = said(session), session.budget().lines[LINE]
        through(session, former, "manual", "prior_year", "fixed")
        assert session.budget().lines[LINE] == standing
        assert locked(session) == {JULY, AUGUST}
        assert said(session).locked_at.get(AUGUST) == before.locked_at[AUGUST]

    def test_a_month_set_since_stays(self, session: Session) -> None:
        set_plan(session, "working", LINE, {"method": "fixed", "amount": 1_200_000_00})
        set_field(session, SAID, "months", 5_000_00, slot=JULY)
        former = Former()
        through(session, former, "manual", "prior_year")
        set_field(session, SAID, "months", 6_000_00, slot=JULY)
        set_field(session, SAID, "months", 7_000_00, slot=DECEMBER)
        through(session, former, "fixed")
        assert by_hand(session) == {JULY: 6_000_00, DECEMBER: 7_000_00}

    def test_a_month_given_back_before_stays_given_back(self, session: Session) -> None:
        set_plan(session, "working", LINE, {"method": "fixed", "amount": 1_200_000_00})
        set_field(session, SAID, "months", 5_000_00, slot=JULY)
        former = Former()
        through(session, former, "manual", "fixed")
        free_months(session, "working", LINE, [JULY])
        through(session, former, "manual", "prior_year", "fixed")
        assert by_hand(session) == {}

    def test_a_month_given_back_since_is_not_set_again(self, session: Session) -> None:
        """What was brought back once is the plan's own from then on."""
        set_plan(session, "working", LINE, {"method": "fixed", "amount": 1_200_000_00})
        set_field(session, SAID, "months", 5_000_00, slot=JULY)
        former = Former()
        through(session, former, "prior_year")
        free_months(session, "working", LINE, [JULY])
        through(session, former, "fixed")
        assert by_hand(session) == {}


class TestOwnWeights:
    @pytest.mark.parametrize("within", [True, False])
    def test_an_amount_can_be_chosen_where_every_weighed_month_is_by_hand(
        self, session: Session, *, within: bool
    ) -> None:
        former = Former() if within else None
        choose_method(session, "working", LINE, "fixed", former=former)
        edits = [
            FieldEdit(*SAID, "spread", "weights"),
            FieldEdit(*SAID, "weights", Decimal(1), JULY),
        ]
        set_fields(session, edits)
        choose_method(session, "working", LINE, "prior_year", former=former)
        if within:
            lock_months(session, "working", LINE, [JULY], locked=True)
        else:
            set_field(session, SAID, "months", 5_000_00, slot=JULY)
        choose_method(session, "working", LINE, "fixed", former=former)
        assert said(session).spread == "even"
        assert locked(session) == {JULY}
        assert not session.budget().lines[LINE].problem


class TestGone:
    @pytest.fixture
    def extra(self, session: Session) -> Key:
        prior = session.book.all(Volume)[0].prior_actuals
        create(session, Volume(id="vx", name="Extra", prior_actuals=prior))
        return ("volume", "vx")

    def test_a_volume_that_is_gone_is_asked_for_again(self, session: Session, extra: Key) -> None:
        former = Former()
        through(session, former, "volume_rate")
        write_plan(session, [FieldEdit(*SAID, "driver", extra[1])], former=former)
        through(session, former, "fixed")
        before = session.budget().lines[LINE].total
        delete(session, [extra])
        through(session, former, "volume_rate")
        line = session.budget().lines[LINE]
        assert said(session).driver is None
        assert "volume" in line.problem
        write_plan(session, [FieldEdit(*SAID, "driver", "V03")], former=former)
        assert abs(session.budget().lines[LINE].total - before) * 1000 < before

    def test_a_spread_by_a_volume_that_is_gone(self, session: Session, extra: Key) -> None:
        former = Former()
        set_plan(
            session,
            "working",
            LINE,
            {
                "method": "fixed",
                "amount": 1_200_000_00,
                "spread": "volume",
                "spread_volume": extra[1],
            },
        )
        through(session, former, "prior_year")
        delete(session, [extra])
        through(session, former, "fixed")
        assert said(session).amount == 1_200_000_00
        assert "volume to follow" in session.budget().lines[LINE].problem

    def test_a_spread_that_once_followed_it_is_no_matter(
        self, session: Session, extra: Key
    ) -> None:
        former = Former()
        plan = {
            "method": "fixed",
            "amount": 1_200_000_00,
            "spread": "even",
            "spread_volume": extra[1],
        }
        set_plan(session, "working", LINE, plan)
        standing = session.budget().lines[LINE]
        through(session, former, "prior_year")
        delete(session, [extra])
        through(session, former, "fixed")
        assert session.budget().lines[LINE] == standing

    def test_a_group_that_is_gone_is_asked_for_again(self, session: Session) -> None:
        key = ("operating_line", "L45")
        set_field(session, key, "groups", ["tiny"])
        former = Former()
        through(session, former, "percent")
        write_plan(session, [FieldEdit(*SAID, "driver", "tiny")], former=former)
        through(session, former, "fixed")
        set_field(session, key, "groups", [])
        through(session, former, "percent")
        assert said(session).driver is None


class TestOnlyLookedAt:
    def test_a_year_comes_back_through_methods_that_round_it(self, session: Session) -> None:
        former = Former()
        through(session, former, "fixed")
        before = session.budget().lines[LINE].total
        through(session, former, "contract", "formula", "volume_rate", "fixed")
        assert session.budget().lines[LINE].total == before

    def test_what_was_said_under_one_of_them_counts(self, session: Session) -> None:
        former = Former()
        through(session, former, "fixed", "contract")
        set_field(session, SAID, "amount", 100_000_01)
        through(session, former, "formula", "fixed")
        assert said(session).amount == 1_200_000_12

    def test_a_year_that_moved_meanwhile_is_the_one_to_keep(self, session: Session) -> None:
        former = Former()
        through(session, former, "volume_rate")
        write_plan(session, [FieldEdit(*SAID, "driver", "V03")], former=former)
        through(session, former, "step")
        prior = session.book.need(Volume, "V03").prior_actuals
        set_field(session, ("volume", "V03"), "prior_actuals", 0, slot=min(prior))
        now = session.budget().lines[LINE].total
        through(session, former, "fixed")
        assert session.budget().lines[LINE].total == now

    def test_months_begin_by_hand_as_they_are_seen(self, session: Session) -> None:
        former = Former()
        through(session, former, "contract")
        seen = session.budget().lines[LINE].months
        through(session, former, "manual")
        assert session.budget().lines[LINE].months == seen
