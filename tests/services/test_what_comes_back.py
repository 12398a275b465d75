"""Totals while something that moves them may come back or go: between the ends however it is settled."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import product

import pytest

from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.contested import Span, line_named, statement_span
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Volume
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.disagreements import GONE, ORPHAN, disagreement, disagreements
from dyad_desktop.services.editing import FieldEdit, create, delete, set_field, set_fields
from dyad_desktop.services.scenarios import copy_draft, new_draft
from dyad_desktop.services.session import Session
from dyad_desktop.services.settling import mend, settle, take
from dyad_desktop.services.standing import Standing, standing
from dyad_desktop.ui.pages.operating.line_groups import group_of_coming
from tests.services.apart import FEB, apart, deleted_but_edited, month

ROWS = ("total_revenue", "total_expense", "contribution")
Settle = Callable[[], object]


def year(session: Session, row: str = "contribution") -> int:
    return sum(session.budget().by_month(row))


def spans(session: Session) -> dict[str, Span]:
    """Return the spans of the statement's totals over the year, and of the capital plan."""
    found = standing(session)
    budget = session.budget()
    told = {row: statement_span(budget, found.budget, row, range(12)) for row in ROWS}
    for row in ROWS:
        assert told[row].working == year(session, row)
    return {**told, **found.capital}


def come_out(session: Session, ways: Sequence[Sequence[Settle]]) -> Iterator[dict[str, int]]:
    """Yield the statement's totals as everything is settled one way or the other, each undone again."""
    for combination in product(*ways):
        for settle_it in combination:
            settle_it()
        yield {row: year(session, row) for row in ROWS}
        for _ in combination:
            session.undo()


def between(session: Session, *ways: Sequence[Settle]) -> dict[str, Span]:
    """Check that what comes out reaches exactly from end to end, and return the spans."""
    found = spans(session)
    out = list(come_out(session, ways))
    for row in ROWS:
        amounts = [one[row] for one in out]
        assert min(amounts) >= found[row].low, row
        assert max(amounts) <= found[row].high, row
        ends = {min(amounts), max(amounts)} | {found[row].working}
        assert {found[row].low, found[row].high} <= ends, row
        assert not found[row].rough
    return found


def gone_but_planned(session: Session, line: str = "L49") -> Address:
    """Let A delete a line that B plans a month of for the first time."""
    assert session.book.get(DraftLine, f"working.{line}") is None
    writer = session.partner
    session.write_as("A")
    delete(session, [("operating_line", line)])
    session.write_as("B")
    at = month(line)
    session.commit(
        [
            Edit(at._replace(field="draft", slot=""), "working", ()),
            Edit(at._replace(field="line", slot=""), line, ()),
            Edit(at, 4_200_000_00, ()),
        ],
        "Planned it",
    )
    session.write_as(writer)
    return at._replace(field="line", slot="")


def ways_of(session: Session, at: Address) -> list[Settle]:
    found = disagreement(session, at)
    assert found is not None
    return [partial(mend, session, at, way) for way in found.ways]


def test_a_line_that_may_be_brought_back_is_in_the_range(session: Session) -> None:
    at = gone_but_planned(session)
    (found,) = disagreements(session)
    assert (found.kind, found.at, list(found.ways)) == (ORPHAN, at, ["bring_back", "delete"])
    assert found.thing == "Allocated support services"
    told = between(session, ways_of(session, at))
    assert told["contribution"].wide
    coming = standing(session).budget.coming
    assert session.book.get(OperatingLine, "L49") is None
    mend(session, at, "bring_back")
    line = session.book.need(OperatingLine, "L49")
    group = f"{line.kind}/{line.category}"
    names = {line_named(name): group_of_coming(one) for name, one in coming.items()}
    assert names == {"L49": group}


def test_each_way_out_tells_what_it_moves(session: Session) -> None:
    at = gone_but_planned(session)
    found = disagreement(session, at)
    assert found is not None
    before = year(session)
    told = {way: {one.name: one for one in moved} for way, moved in found.ways.items()}
    assert told["delete"]["Contribution"].change == 0
    mend(session, at, "bring_back")
    assert told["bring_back"]["Contribution"].chosen == year(session)
    assert told["bring_back"]["Contribution"].change == year(session) - before != 0


def test_months_of_it_that_are_apart_count_where_it_comes_back(session: Session) -> None:
    at = gone_but_planned(session)
    march = apart(session, month("L49", "2027-03"), A=1_000_000_00, B=9_000_000_00)
    told = spans(session)
    alone = [year(session)]
    for partner in ("A", "B"):
        mend(session, at, "bring_back")
        take(session, [march], partner)
        alone.append(year(session))
        session.undo()
        session.undo()
    assert (told["contribution"].low, told["contribution"].high) == (min(alone), max(alone))


def test_keeping_a_plan_whose_line_went_with_it_brings_both_back(session: Session) -> None:
    """The line and its plan were deleted in one; the plan is contested, the line is gone."""
    set_field(session, ("draft_line", "working.L30"), "months", 5_000_000_00, slot=FEB)
    deleted_at = Address("draft_line", "working.L30", DELETED)
    seen = session.seen(month("L30"))
    session.write_as("A")
    delete(session, [("operating_line", "L30")])
    session.write_as("B")
    session.commit([Edit(month("L30"), 6_000_000_00, seen)], "Worked on it")
    (found,) = disagreements(session)
    assert (found.kind, found.at) == (GONE, deleted_at)
    assert session.book.get(OperatingLine, "L30") is None
    told = between(
        session,
        [partial(settle, session, deleted_at, value) for value in (True, False)],
    )
    assert told["contribution"].wide
    weighed = disagreement(session, deleted_at)
    assert weighed is not None
    kept = next(one for one in weighed.choices if one.value is False)
    (effect,) = [one for one in kept.effects if one.name == "Contribution"]
    settle(session, deleted_at, value=False)
    assert effect.chosen == year(session)


def test_many_that_refer_to_one_gone_thing_are_told_exactly(session: Session) -> None:
    """A volume that one deleted while the other let lines follow it: each may follow it again, let go, or go."""
    create(session, Volume("V99", name="Visits", planned_growth_pct=Decimal(20)))
    session.write_as("A")
    delete(session, [("volume", "V99")])
    session.write_as("B")
    for line in ("L30", "L31"):
        _follow(session, line, "V99")
    session.write_as("A")
    places = [one.at for one in disagreements(session)]
    assert len(places) == 2
    told = between(session, *(_each(session, at) for at in places))
    assert told["contribution"].wide


@pytest.mark.parametrize("lines", [("L30",), ("L30", "L31")])
def test_what_a_deletion_would_leave_without_what_it_follows_is_in_the_range(
    session: Session, lines: tuple[str, ...]
) -> None:
    """One deleted a volume, the other worked on it and let lines follow it; deleted, those ask in turn."""
    create(session, Volume("V99", name="Visits", planned_growth_pct=Decimal(20)))
    growth = Address("volume", "V99", "planned_growth_pct")
    seen = session.seen(growth)
    session.write_as("A")
    delete(session, [("volume", "V99")])
    session.write_as("B")
    session.commit([Edit(growth, "30", seen)], "Worked on it")
    for line in lines:
        _follow(session, line, "V99")
    session.write_as("A")
    (found,) = disagreements(session)
    assert (found.kind, found.at[:2]) == (GONE, ("volume", "V99"))
    told = between(
        session,
        [partial(settle, session, found.at, value) for value in (True, False)],
        *(
            [partial(_way_out, session, Address("operating_line", line, "driver_ref"), way)
             for way in ("let_go", "delete")]
            for line in lines
        ),
    )  # fmt: skip
    assert told["contribution"].wide


def _follow(session: Session, line: str, volume: str) -> None:
    key = ("operating_line", line)
    session.commit(
        [Edit(Address(*key, "driver_kind"), "volume"), Edit(Address(*key, "driver_ref"), volume)],
        "Follows it",
    )


def _each(session: Session, at: Address) -> list[Settle]:
    """Return the ways out of an orphan; one that is settled with another by then is left as it is."""
    found = disagreement(session, at)
    assert found is not None
    return [partial(_way_out, session, at, way) for way in found.ways]


def _way_out(session: Session, at: Address, way: str) -> None:
    if disagreement(session, at) is not None:
        mend(session, at, way)
    else:
        set_field(session, ("operating_line", "L29"), "note", f"{way} {at.id}")


# -- what capital requests post ----------------------------------------------------------------


def posting(session: Session) -> CapitalRequest:
    """Return a request that posts to the working draft from the first month of the budget year."""
    request = session.book.need(CapitalRequest, "C01")
    key = ("capital_request", request.id)
    set_fields(
        session,
        [
            FieldEdit(*key, "posts_to", ["working"]),
            FieldEdit(*key, "in_service", session.budget().periods[0]),
            FieldEdit(*key, "status", "proposed"),
        ],
    )
    return session.book.need(CapitalRequest, "C01")


def test_what_a_request_costs_moves_the_operating_budget_too(session: Session) -> None:
    request = posting(session)
    at = Address("capital_request", request.id, "annual_operating_cost")
    apart(session, at, A=100_000_00, B=900_000_00)
    life = Address("capital_request", request.id, "useful_life_years")
    apart(session, life, A=5, B=10)
    told = between(
        session,
        *([partial(take, session, [at], who) for who in "AB"] for at in (at, life)),
    )
    assert told["contribution"].wide
    found = disagreement(session, at)
    assert found is not None
    assert "Contribution" in {one.name for one in found.choices[0].effects}


def test_a_request_that_one_deleted_posts_or_does_not(session: Session) -> None:
    request = posting(session)
    at = deleted_but_edited(
        session, ("capital_request", request.id), "annual_operating_cost", 700_000_00
    )
    told = between(session, [partial(settle, session, at, value) for value in (True, False)])
    assert told["contribution"].wide
    assert told["requested"].wide


def test_whether_it_posts_at_all_is_told_with_what_it_costs(session: Session) -> None:
    """Nobody sees what it costs until it posts; together they move the year."""
    request = posting(session)
    key = ("capital_request", request.id)
    set_field(session, key, "posts_to", [])
    other = new_draft(copy_draft(session, "working", "Another"))
    posts = apart(session, Address(*key, "posts_to"), A=["working"], B=["working", other])
    costs = apart(session, Address(*key, "annual_operating_cost"), A=100_000_00, B=900_000_00)
    told = between(
        session,
        *([partial(take, session, [at], who) for who in "AB"] for at in (posts, costs)),
    )
    assert told["contribution"].wide
    coming = standing(session).budget.coming
    assert {group_of_coming(one) for one in coming.values()} <= {
        "expense/ posted",
        "other_revenue/ posted",
    }


def test_a_request_that_posts_nowhere_moves_no_operating_budget(session: Session) -> None:
    request = next(one for one in session.book.all(CapitalRequest) if not one.posts_to)
    apart(session, Address("capital_request", request.id, "cost"), A=1, B=2)
    found: Standing = standing(session)
    assert found.budget.lines == frozenset()
    assert found.contribution is None
    assert found.capital["requested"].wide


def test_what_is_apart_in_a_thing_that_comes_back_counts_with_it(session: Session) -> None:
    """Whoever deleted the line had seen that its growth was apart; back, that is asked again."""
    growth = apart(session, Address("operating_line", "L17", "rate_growth_pct"), A="-9", B="20")
    at = gone_but_planned(session, "L17")
    assert [one.at for one in disagreements(session)] == [at]
    told = spans(session)["contribution"]
    out = [year(session)]
    mend(session, at, "bring_back")
    for partner in ("A", "B"):
        take(session, [growth], partner)
        out.append(year(session))
        session.undo()
    assert (told.low, told.high) == (min(out), max(out))


def test_what_a_gone_request_would_cost_counts_with_it(session: Session) -> None:
    """Its running cost is apart, and a cost line that refers to it asks whether it comes back."""
    request = posting(session)
    cost = apart(
        session, Address("capital_request", request.id, "annual_operating_cost"),
        A=100_000_00, B=900_000_00,
    )  # fmt: skip
    delete(session, [("capital_request", request.id)])
    session.write_as("B")
    line = Address("cost_line", "late", "request")
    session.commit([Edit(line, request.id, ())], "One more line")
    session.write_as("A")
    told = spans(session)["contribution"]
    out = [year(session)]
    mend(session, line, "bring_back")
    for partner in ("A", "B"):
        take(session, [cost], partner)
        out.append(year(session))
        session.undo()
    assert (told.low, told.high) == (min(out), max(out))


def test_a_volume_drives_a_line_that_may_come_back(session: Session) -> None:
    growth = apart(session, Address("volume", "V01", "planned_growth_pct"), A="-30", B="30")
    at = gone_but_planned(session, "L01")
    told = between(
        session,
        [partial(take, session, [growth], who) for who in "AB"],
        ways_of(session, at),
    )
    assert told["contribution"].wide


def test_a_line_that_may_come_back_refers_to_something_that_may_too(session: Session) -> None:
    """The volume that it follows was deleted, too: back, the line asks for that."""
    create(session, Volume("V99", name="Visits", planned_growth_pct=Decimal(20)))
    session.write_as("A")
    delete(session, [("volume", "V99")])
    session.write_as("B")
    _follow(session, "L30", "V99")
    set_field(session, ("draft_line", "working.L30"), "months", 5_000_000_00, slot=FEB)
    seen = session.seen(month("L30"))
    session.write_as("A")
    delete(session, [("operating_line", "L30")])
    session.write_as("B")
    session.commit([Edit(month("L30"), 6_000_000_00, seen)], "Worked on it")
    session.write_as("A")
    told = spans(session)["contribution"]
    plan = Address("draft_line", "working.L30", DELETED)
    follows = Address("operating_line", "L30", "driver_ref")
    settle(session, plan, value=True)
    out = [year(session)]
    session.undo()
    settle(session, plan, value=False)
    for way in (one.args[2] for one in ways_of(session, follows) if isinstance(one, partial)):
        mend(session, follows, way)
        out.append(year(session))
        session.undo()
    assert len(out) == 4
    assert told.low <= min(out) < max(out) <= told.high
    assert {told.low, told.high} <= {*out, told.working}


def test_what_moves_nothing_alone_works_on_what_comes_back(session: Session) -> None:
    """A position, a what-if and the rules of planning: each is told with the line that they plan."""
    position = apart(session, Address("position", "P01", "fte_budget"), A="10", B="90")
    what_if = apart(session, Address("draft", "working", "inputs", "rate"), A="-9", B="9")
    at = gone_but_planned(session, "L17")
    told = between(
        session,
        *([partial(take, session, [place], who) for who in "AB"] for place in (position, what_if)),
        ways_of(session, at),
    )
    assert told["contribution"].wide


def test_the_rules_of_planning_move_what_is_staffed(session: Session) -> None:
    set_fields(
        session,
        [
            FieldEdit("draft_line", "working.L17", "method", "staffing"),
            FieldEdit("draft_line", "working.L17", "driver", "P01"),
        ],
    )
    hours = apart(session, Address("planning", "planning", "hours_per_fte"), A="1800", B="2300")
    told = between(session, [partial(take, session, [hours], who) for who in "AB"])
    assert told["contribution"].wide
    found = disagreement(session, hours)
    assert found is not None
    assert all(one.effects for one in found.choices)


def test_when_depreciation_begins_moves_what_posts_by_another_choice(session: Session) -> None:
    request = posting(session)
    set_field(session, ("capital_request", request.id), "posts_to", [])
    other = new_draft(copy_draft(session, "working", "Another"))
    posts = apart(
        session, Address("capital_request", request.id, "posts_to"), A=["working"], B=[other]
    )
    begins = apart(
        session, Address("capital_policy", "capital_policy", "depreciation_from"),
        A="in_service", B="month_after",
    )  # fmt: skip
    between(
        session,
        *([partial(take, session, [at], who) for who in "AB"] for at in (posts, begins)),
    )


def test_what_one_commit_deleted_comes_back_once(session: Session) -> None:
    """However many ask for it: each bring-back brings all."""
    lines = ["L30", "L31", "L44", "L45", "L46", "L47", "L48", "L49"]
    session.write_as("A")
    delete(session, [("operating_line", line) for line in lines])
    session.write_as("B")
    for line in lines:
        at = month(line)
        said = {"draft": "working", "line": line}
        edits = [Edit(at._replace(field=f, slot=""), v, ()) for f, v in said.items()]
        session.commit([*edits, Edit(at, 4_200_000_00, ())], "Planned it")
    session.write_as("A")
    without = year(session)
    told = spans(session)["contribution"]
    mend(session, month("L30")._replace(field="line", slot=""), "bring_back")
    assert disagreements(session) == ()
    assert abs(told.low - year(session)) <= abs(without - year(session)) // 20
    assert told.high == without


def test_a_way_out_that_would_be_refused_is_in_no_range(session: Session) -> None:
    set_field(session, ("operating_line", "L30"), "groups", ["solo"])
    set_fields(
        session,
        [
            FieldEdit("operating_line", "L31", "driver_kind", "line_group"),
            FieldEdit("operating_line", "L31", "driver_ref", "solo"),
        ],
    )
    create(session, Volume("V99", name="Visits"))
    session.write_as("A")
    delete(session, [("volume", "V99")])
    session.write_as("B")
    _follow(session, "L30", "V99")
    session.write_as("A")
    at = Address("operating_line", "L30", "driver_ref")
    with pytest.raises(BadInputError, match="solo"):
        mend(session, at, "delete")
    found = disagreement(session, at)
    assert found is not None
    assert found.ways["delete"] == ()
    between(session, [partial(mend, session, at, way) for way in ("bring_back", "let_go")])


def test_a_draft_that_may_be_agreed_first_may_stay_as_it_is(session: Session) -> None:
    """Agreed, it keeps what it comes to; what both last had lies outside of what either wrote since."""
    cell = apart(session, month("L30"), A=9_000_000_00, B=9_500_000_00)
    before = spans(session)["contribution"]
    assert before.high < before.working
    apart(session, Address("draft", "working", "state"), A="agreed", B="submitted")
    told = spans(session)["contribution"]
    assert (told.low, told.high) == (before.low, before.working)
    state = Address("draft", "working", "state")
    out = []
    for who in "AB":
        take(session, [state], who)
        out.append(year(session))
        session.undo()
        take(session, [cell], who)
        take(session, [state], who)
        out.append(year(session))
        session.undo()
        session.undo()
    assert (told.low, told.high) == (min(out), max(out))
