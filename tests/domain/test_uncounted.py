from dataclasses import replace
from decimal import Decimal

import pytest

from dyad_desktop.domain.attention_due import due_notices
from dyad_desktop.domain.book import KIND_OF, Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest, CostLine
from dyad_desktop.domain.operating import DraftLine, OperatingLine, Position, Volume
from dyad_desktop.domain.plan_words import plan_words
from dyad_desktop.domain.ranking import envelopes
from dyad_desktop.domain.schema import Entity
from dyad_desktop.domain.uncounted import plain_cost, uncounted, uncounted_envelopes, without_basis
from tests.domain.example import example_book


def book_with(*changes: Entity) -> Book:
    return example_book().with_entities(((KIND_OF[type(one)], one.id), one) for one in changes)


def request(**fields: object) -> CapitalRequest:
    return replace(example_book().need(CapitalRequest, "C01"), **fields)  # type: ignore[arg-type]


def test_nothing_of_the_example_stands_without_counting() -> None:
    book = example_book()
    assert [told for one in book.all(CapitalRequest) for told in uncounted(book, one)] == []
    assert uncounted_envelopes(book) == ()


@pytest.mark.parametrize(
    ("cost", "lines", "stands"),
    [(500, (), 0), (500, (500,), 0), (500, (200, 300), 0), (500, (200,), 500), (0, (200,), 0)],
)
def test_a_cost_beside_other_lines_stands_apart(
    cost: int, lines: tuple[int, ...], stands: int
) -> None:
    made = request(cost=cost)
    parts = [
        CostLine(f"L{n}", request="C01", name="part", amount=amount)
        for n, amount in enumerate(lines)
    ]
    book = book_with(made, *parts)
    assert plain_cost(book, made) == stands
    assert len(uncounted(book, made)) == bool(stands)


def test_years_outside_the_life_are_told() -> None:
    own = {"1": 5_00, "12": 6_00, "first": 7_00, "08": 8_00, "99": None}
    made = request(useful_life_years=8, benefit_by_year=own, cost_by_year={"9": 1_00})
    assert uncounted(book_with(made), made) == (
        "its benefit of year 08 doesn’t count: years of use are counted 1, 2, 3 …",
        "its benefit of year 12 doesn’t count: its useful life ends with year 8",
        "its benefit of year first doesn’t count: years of use are counted 1, 2, 3 …",
        "its operating cost of year 9 doesn’t count: its useful life ends with year 8",
    )


def test_payments_of_more_than_the_cost_are_told_and_of_less_are_a_proportion() -> None:
    less = request(cost=1000_00, phasing={"2026-07": 300_00, "2026-10": 300_00})
    assert uncounted(book_with(less), less) == ()
    more = request(cost=1000_00, phasing={"2026-07": 1000_00, "2026-10": 1000_00})
    (told,) = uncounted(book_with(more), more)
    assert told == (
        "its payments add to USD 2,000, more than the USD 1,000 that it asks for, which is parted in their proportion"
    )


@pytest.mark.parametrize(
    ("method", "years", "told"),
    [("macrs", 5, 0), ("macrs", 8, 1), (None, 8, 0), ("macrs", None, 0)],
)
def test_a_recovery_period_that_the_table_lacks_is_told(
    method: str | None, years: int | None, told: int
) -> None:
    made = request(depreciation_method=method, recovery_years=years)
    assert len(uncounted(book_with(made), made)) == told


def test_two_envelopes_of_one_year_are_told_and_the_later_counts() -> None:
    policy = replace(
        example_book().only(CapitalPolicy),
        envelopes={"2026-07": 900_00, "2026-10": 800_00, "2027-07": 5_00, "2027-09": None},
    )
    book = book_with(policy)
    assert envelopes(book) == {"2026-07": 800_00, "2027-07": 5_00}
    assert uncounted_envelopes(book) == (
        "FY27 has 2 envelopes (Jul 2026: USD 900, Oct 2026: USD 800); that of Oct 2026 counts.",
    )
    (notice,) = [one for one in due_notices(book, "2026-10-31") if one.kind == "capital_policy"]
    assert notice.group == "settle"


def test_home_tells_what_doesnt_count_while_the_request_asks() -> None:
    stands = request(cost=1000_00, phasing={"2026-07": 2000_00})
    for made, count in ((stands, 1), (replace(stands, status="declined"), 0)):
        found = [
            one
            for one in due_notices(book_with(made), "2026-10-31")
            if one.kind == "capital_request" and one.group == "settle"
        ]
        assert len(found) == count


def test_what_stands_in_step_with_nothing_is_told_and_its_plan_says_so() -> None:
    """A ratio to nothing counts as 1, so the line stands as in the prior year: that is no budget of nothing."""
    book = example_book()
    position, volume = book.need(Position, "P09"), book.need(Volume, "V03")
    assert without_basis(compute_budget(book, "working")) == {}
    book = book.with_entities([
        (("position", "P09"), replace(position, fte_prior=Decimal(0))),
        (("volume", "V03"), replace(volume, prior_actuals={})),
    ])  # fmt: skip
    budget = compute_budget(book, "working")
    found = without_basis(budget)
    assert found["L25"] == (
        "Cardiac rehabilitation clinicians had nothing in the prior year, so the line stands as it was"
    )
    assert {book.need(OperatingLine, one).driver_ref for one in found} == {"P09", "V03"}
    for name in found:
        line = book.need(OperatingLine, name)
        assert "which had nothing in the prior year" in plan_words(book, line, None)
    by_hand = DraftLine(
        id="working.L25", draft="working", line="L25", months=dict.fromkeys(budget.periods, 1)
    )
    book = book.with_entities([(("draft_line", by_hand.id), by_hand)])
    assert "L25" not in without_basis(compute_budget(book, "working"))
