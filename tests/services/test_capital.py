from decimal import Decimal

import pytest

from dyad_desktop.domain.asked import asked
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine, Criterion
from dyad_desktop.domain.money import rounded
from dyad_desktop.errors import BadInputError
from dyad_desktop.services import capital
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.services.session import Session


def test_the_plan_of_the_example(session: Session) -> None:
    plan = capital.capital_plan(session.book)
    assert (plan.requested, plan.mandatory) == (14_140_000_00, 3_560_000_00)
    assert (plan.funded, plan.left, plan.fitting) == (8_795_000_00, 205_000_00, 6)
    assert plan.cut is not None
    assert plan.cut.request.id == "C02"
    assert plan.returns["C01"].npv == 3_227_119_00
    payback = plan.returns["C01"].payback
    assert payback is not None
    assert rounded(payback, 2) == Decimal("4.22")
    assert plan.returns["C14"].payback is None


def test_deferred_requests_ask_for_nothing(session: Session) -> None:
    set_field(session, ("capital_request", "C01"), "status", "deferred")
    plan = capital.capital_plan(session.book)
    assert plan.requested == 9_290_000_00
    assert "C01" not in {row.request.id for row in plan.asking}


def test_without_an_envelope_nothing_is_cut(session: Session) -> None:
    capital.set_envelope(session, None)
    plan = capital.capital_plan(session.book)
    assert plan.envelope is None
    assert plan.left is None
    assert plan.cut is None
    session.undo()
    assert session.book.only(CapitalPolicy).envelope == 9_000_000_00


def test_a_negative_envelope_is_refused(session: Session) -> None:
    with pytest.raises(BadInputError):
        capital.set_envelope(session, -1)


def test_a_partner_scores_only_for_themself(session: Session) -> None:
    before = session.book.need(CapitalRequest, "C03").scores
    capital.score(session, "C03", "safety", 1)
    scores = session.book.need(CapitalRequest, "C03").scores
    assert scores["A/safety"] == 1
    assert scores["B/safety"] == before["B/safety"]
    row = next(r for r in capital.capital_plan(session.book).rows if r.request.id == "C03")
    assert row.divergent == ("safety",)
    with pytest.raises(BadInputError):
        capital.score(session, "C03", "safety", 6)


def test_a_new_request_stands_last_and_is_unscored(session: Session) -> None:
    made = next(iter(capital.new_request(session, " Infusion pumps ").keys))
    rows = capital.capital_plan(session.book).rows
    assert (rows[-1].request.id, rows[-1].request.title) == (made[1], "Infusion pumps")
    assert rows[-1].scores == {"A": None, "B": None}
    with pytest.raises(BadInputError):
        capital.new_request(session, "  ")
    capital.delete_request(session, made[1])
    assert session.book.get(CapitalRequest, made[1]) is None
    session.undo()
    assert session.book.get(CapitalRequest, made[1]) is not None


def ids(session: Session) -> list[str]:
    return [row.request.id for row in capital.capital_plan(session.book).rows]


def test_ranking_by_hand_begins_with_the_order_that_was_there(session: Session) -> None:
    shown = ids(session)
    capital.set_rank_by(session, "by_hand")
    assert ids(session) == shown
    with pytest.raises(BadInputError, match="first of those"):
        capital.move_request(session, shown[0], -1)
    free = [one for one in shown if not session.book.need(CapitalRequest, one).mandatory]
    with pytest.raises(BadInputError, match="first of those"):
        capital.move_request(session, free[0], -1)
    with pytest.raises(BadInputError, match="last of those"):
        capital.move_request(session, shown[-1], 1)
    capital.move_request(session, free[1], -1)
    at = shown.index(free[0])
    assert ids(session)[at : at + 2] == [free[1], free[0]]
    capital.move_request(session, free[1], 1)
    assert ids(session) == shown
    session.undo()
    assert ids(session)[at : at + 2] == [free[1], free[0]]


def test_every_request_can_be_moved_past_its_neighbour(session: Session) -> None:
    capital.set_rank_by(session, "by_hand")
    for step in (-1, 1):
        for one in ids(session):
            before = ids(session)
            at = before.index(one)
            other = at + step
            try:
                capital.move_request(session, one, step)
            except BadInputError:
                assert ids(session) == before
                continue
            before[at], before[other] = before[other], before[at]
            assert ids(session) == before


def test_a_request_can_be_moved_any_number_of_places(session: Session) -> None:
    capital.set_rank_by(session, "by_hand")
    count = len(ids(session))
    for at, step in ((4, 5), (9, -5), (3, -3), (0, 3), (count - 1, 5 - count), (4, 2)):
        expected = ids(session)
        one = expected.pop(at)
        expected.insert(at + step, one)
        capital.move_request(session, one, step)
        assert ids(session) == expected


def test_only_a_list_by_hand_is_moved(session: Session) -> None:
    with pytest.raises(BadInputError, match="ranked by hand"):
        capital.move_request(session, "C01", 1)
    with pytest.raises(BadInputError):
        capital.set_rank_by(session, "by dice")
    capital.set_rank_by(session, "npv")
    assert capital.capital_plan(session.book).rank_by == "npv"


def test_weights_are_taken_together(session: Session) -> None:
    with pytest.raises(BadInputError, match="sum to 90, 10 too little"):
        capital.set_weights(session, {"safety": Decimal(60), "finance": Decimal(30)})
    wanted = {"safety": Decimal(60), "finance": Decimal(30), "access": Decimal(10)}
    before = {one.id: one.weight for one in session.book.all(Criterion)}
    capital.set_weights(session, wanted)
    session.undo()
    assert {one.id: one.weight for one in session.book.all(Criterion)} == before
    session.redo()
    assert {one.id: one.weight for one in session.book.all(Criterion)} == wanted
    assert not capital.set_weights(session, wanted).keys


def test_cost_lines_take_over_the_cost_and_give_it_back(session: Session) -> None:
    def request() -> CapitalRequest:
        return session.book.need(CapitalRequest, "C02")

    cost = request().cost
    capital.add_cost_line(session, "C02", "Console")
    assert asked(session.book, request()) == cost
    capital.add_cost_line(session, "C02", "Training", 5_000_00)
    assert asked(session.book, request()) == cost + 5_000_00
    plan = capital.capital_plan(session.book)
    assert next(row.asked for row in plan.rows if row.request.id == "C02") == cost + 5_000_00
    for name in ("", "   "):
        with pytest.raises(BadInputError):
            capital.add_cost_line(session, "C02", name)
    with pytest.raises(BadInputError):
        capital.add_cost_line(session, "nothing", "Console")
    lines = [one.id for one in session.book.all(CostLine)]
    capital.delete_cost_lines(session, lines)
    assert (request().cost, asked(session.book, request())) == (cost + 5_000_00,) * 2


def test_nothing_is_worth_more_at_its_end_than_is_asked_for_it(session: Session) -> None:
    key, cost = ("capital_request", "C02"), session.book.need(CapitalRequest, "C02").cost
    set_field(session, key, "salvage", cost)
    for field, value in (("salvage", cost + 1), ("cost", cost - 1)):
        with pytest.raises(BadInputError, match=r"worth more at the end .* than is asked for it"):
            set_field(session, key, field, value)
    set_field(session, key, "contingency_pct", 10)
    set_field(session, key, "salvage", cost + 1)
    set_field(session, key, "salvage", cost)
    capital.add_cost_line(session, "C02", "Console")
    capital.add_cost_line(session, "C02", "Training", 5_000_00)
    console = session.book.all(CostLine)[0].id
    with pytest.raises(BadInputError, match="say its cost first"):
        capital.delete_cost_lines(session, [console])
    set_field(session, key, "salvage", 0)
    capital.delete_cost_lines(session, [console])


def test_a_deleted_request_takes_its_cost_lines_along(session: Session) -> None:
    capital.add_cost_line(session, "C02", "Console")
    session_lines = session.book.all(CostLine)
    assert len(session_lines) == 1
    set_field(session, ("initiative", "I4"), "capital", ())
    capital.delete_request(session, "C02")
    assert session.book.all(CostLine) == ()


def test_details_say_everything_that_comes_back(session: Session) -> None:
    found = capital.details_of(session.book, session.book.need(CapitalRequest, "C01"))
    assert found.asked == 4_850_000_00
    assert found.flows[:2] == (-4_850_000_00, 1_150_000_00)
    assert found.returns.npv == 3_227_119_00
    assert found.mirr_pct is not None
    assert (rounded(found.mirr_pct, 4), found.index) == (Decimal("12.5992"), Decimal("1.67"))
    assert found.discounted_payback is not None
    assert rounded(found.discounted_payback, 2) == Decimal("5.18")
    assert dict(found.sensitivity.benefit)[0] == found.returns.npv
    # ten years from the month after May 2027: one month of the first fiscal year
    assert next(iter(found.depreciation)) == "2026-07"
    assert found.depreciation["2026-07"] == 40_417_00
    assert sum(found.depreciation.values()) == 4_850_000_00


def test_an_index_counts_a_payment_that_is_put_off(session: Session) -> None:
    edits = [
        FieldEdit("capital_request", "C01", "phasing", amount, period)
        for period, amount in (("2027-04", 2_000_000_00), ("2028-10", 2_850_000_00))
    ]
    set_fields(session, edits)
    found = capital.details_of(session.book, session.book.need(CapitalRequest, "C01"))
    assert found.returns.npv == 3_413_567_00
    assert found.index == Decimal("1.73")


def test_a_years_envelope_cuts_too(session: Session) -> None:
    capital.set_year_envelope(session, "2026-07", 1_000_000_00)
    assert capital.capital_plan(session.book).fitting == 0
    with pytest.raises(BadInputError):
        capital.set_year_envelope(session, "2026-07", -1)
    with pytest.raises(BadInputError):
        capital.set_year_envelope(session, "next", 1)
