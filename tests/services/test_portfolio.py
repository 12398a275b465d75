from itertools import product

import pytest

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.portfolio import WHOLE
from dyad_desktop.replication.change import Address
from dyad_desktop.services import capital
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.services.portfolio import OBJECTIVES, portfolio, total_spans, totals
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import take
from dyad_desktop.services.still_open import everything_open
from tests.services.apart import apart


def test_the_best_set_of_the_example_is_worth_more_than_the_plan(session: Session) -> None:
    found = portfolio(session.book)
    assert found.plan.cost == 8_795_000_00
    assert found.best.cost <= 9_000_000_00
    assert found.best.value > found.plan.value
    mandatory = {row.ranked.request.id for row in found.rows if row.ranked.request.mandatory}
    assert mandatory <= set(found.best.chosen)
    assert {row.ranked.request.id for row in found.differ} == set(found.best.chosen) ^ {
        row.ranked.request.id for row in found.rows if row.in_plan
    }
    reached = found.frontier.at(9_000_000_00)
    assert reached is not None
    assert reached.value == found.best.value


def test_the_plan_never_lies_above_the_frontier(session: Session) -> None:
    for envelope in range(0, 16_000_000_00, 1_000_000_00):
        capital.set_envelope(session, envelope)
        found = portfolio(session.book)
        reached = found.frontier.at(found.plan.cost)
        if reached is not None:
            assert found.plan.value <= reached.value
        if envelope < 3_560_000_00:
            assert found.best.over[WHOLE] == 3_560_000_00 - envelope


def test_the_best_set_by_score_counts_scores(session: Session) -> None:
    found = portfolio(session.book, "score")
    assert found.objective == "score"
    assert found.best.value > found.plan.value
    assert found.best.chosen != portfolio(session.book).best.chosen


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_frontier_is_of_what_the_best_set_is_best_in(session: Session, objective: str) -> None:
    found = portfolio(session.book, objective)
    at_plan, at_best = (found.frontier.at(one.cost) for one in (found.plan, found.best))
    assert at_plan is not None
    assert at_best is not None
    assert at_best.value == found.best.value
    assert found.plan.value <= at_plan.value <= found.best.value


def test_years_part_what_is_paid(session: Session) -> None:
    set_fields(
        session,
        [
            FieldEdit("capital_request", "C01", "phasing", 100, "2026-10"),
            FieldEdit("capital_request", "C01", "phasing", 300, "2027-10"),
        ],
    )
    capital.set_year_envelope(session, "2027-07", 3_000_000_00)
    found = portfolio(session.book)
    assert [year.label for year in found.years] == ["FY27", "FY28"]
    assert found.years[1].asked == 4_850_000_00 * 3 // 4
    assert "C01" not in found.best.chosen
    for year in found.years:
        assert year.envelope is None or max(year.plan, year.best) <= year.envelope
    assert sum(year.best for year in found.years) == found.best.cost


def test_declined_requests_are_in_neither(session: Session) -> None:
    for request in session.book.all(CapitalRequest):
        set_field(session, ("capital_request", request.id), "status", "declined")
    found = portfolio(session.book)
    assert (found.rows, found.best.cost, found.plan.cost, found.years) == ((), 0, 0, ())


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_sums_of_both_sets_lie_between_the_ends_however_it_is_settled(
    session: Session, objective: str
) -> None:
    places = [
        apart(session, Address("capital_request", "C01", "cost"), A=2_000_000_00, B=6_000_000_00),
        apart(session, Address("capital_request", "C04", "mandatory"), A=True, B=False),
        apart(
            session, Address("capital_policy", "capital_policy", "envelope"),
            A=7_000_000_00, B=11_000_000_00,
        ),
    ]  # fmt: skip
    working = totals(session.book, objective)
    spans = total_spans(session.book, everything_open(session), objective)
    out = []
    for combination in product("AB", repeat=len(places)):
        for at, who in zip(places, combination, strict=True):
            take(session, [at], who)
        out.append(totals(session.book, objective))
        for _ in places:
            session.undo()
    for name, amount in working.items():
        amounts = [one[name] for one in out if name in one]
        expected = Span(min(amounts), amount, max(amounts))
        assert spans.get(name, Span(amount, amount, amount)) == expected, name
    assert {"plan/cost", "plan/value", "best/cost", "best/value"} <= spans.keys()


def test_the_sums_are_those_of_the_portfolio(session: Session) -> None:
    found, sums = portfolio(session.book), totals(session.book)
    assert (sums["plan/cost"], sums["best/value"]) == (found.plan.cost, found.best.value)
    assert {year.period: year.asked for year in found.years} == {
        name.removesuffix("/asked"): amount
        for name, amount in sums.items()
        if name.endswith("/asked")
    }
