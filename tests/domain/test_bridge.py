from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.bridge import (
    CAUSES,
    MOST_STEPS,
    OTHERS,
    Bridge,
    Step,
    and_then,
    by_category,
    by_cause,
    from_start,
)
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.flex import LineSplit, Rule, Span, compare
from dyad_desktop.domain.operating import WORKING_DRAFT
from dyad_desktop.domain.sides import Subject, actual_side, budget_side, prior_side, subjects
from dyad_desktop.domain.totals import against_actual, prior_year_totals
from dyad_desktop.domain.variance import Parts
from tests.domain.example import example_book


def made(kind: str, plan: int, parts: Parts, name: str = "a") -> LineSplit:
    span = Span(plan, plan + parts.volume + parts.mix, plan + parts.total, parts)
    return LineSplit(name, kind, Rule(), (span,), (), by_hours=False)


def test_each_part_goes_to_its_step_with_its_effect_on_contribution() -> None:
    lines = [
        made("revenue", 1000, Parts(volume=50, mix=-20, rate=7)),
        made("deduction", 400, Parts(volume=20, mix=-8, rate=-3)),
        made("other_revenue", 30, Parts(other=5)),
        made("expense", 500, Parts(volume=11, efficiency=13, rate=-17, other=19)),
    ]
    found = by_cause(lines, [0])
    assert (found.start, found.end) == (130, 130 + 50 - 20 + 7 - 20 + 8 + 3 + 5 - 11 - 13 + 17 - 19)
    assert {step.key: step.effect for step in found.steps} == {
        "volume": 50 - 20 - 11, "mix": -20 + 8, "revenue_rate": 7 + 3, "efficiency": -13, "cost_rate": 17,
        "other": 5 - 19,
    }  # fmt: skip
    assert [step.key for step in found.steps] == list(CAUSES)


def test_a_step_of_nothing_is_left_out() -> None:
    found = by_cause([made("revenue", 10, Parts(mix=3))], [0])
    assert found == Bridge(10, (Step("mix", 3),), 13)
    assert by_cause([], [0]) == Bridge(0, (), 0)
    assert by_cause([made("revenue", 10, Parts(mix=3))], []) == Bridge(0, (), 0)


parts = st.builds(Parts, *[st.integers(-(10**11), 10**11)] * 5)
lines = st.lists(
    st.tuples(
        st.sampled_from(["revenue", "deduction", "other_revenue", "expense"]),
        st.sampled_from("abcdefgh"),
        st.integers(0, 10**11),
        parts,
    ),
    max_size=40,
)


@settings(deadline=None)
@given(lines, st.integers(-(10**9), 10**9))
def test_any_bridge_arrives(given_lines: list[tuple[str, str, int, Parts]], beyond: int) -> None:
    splits = [made(kind, plan, part, str(n)) for n, (kind, _, plan, part) in enumerate(given_lines)]
    named = [
        Subject(str(n), kind, category, "") for n, (kind, category, *_) in enumerate(given_lines)
    ]
    signs = {"revenue": 1, "deduction": -1, "other_revenue": 1, "expense": -1}
    planned = sum(signs[kind] * plan for kind, _, plan, _ in given_lines)
    change = sum(signs[kind] * part.total for kind, _, _, part in given_lines)
    for found in (by_cause(splits, [0]), by_category(splits, named, [0])):
        assert (found.start, found.end) == (planned, planned + change)
        assert found.start + sum(step.effect for step in found.steps) == found.end
        assert len(found.steps) <= MOST_STEPS
        longer = and_then(from_start(found, 77), "rest", beyond)
        assert (longer.start, longer.end) == (77, beyond)
        assert 77 + sum(step.effect for step in longer.steps) == beyond


def test_many_categories_keep_the_largest() -> None:
    splits = [made("expense", 0, Parts(other=n), str(n)) for n in range(1, 12)]
    named = [Subject(str(n), "expense", f"c{n}", "") for n in range(1, 12)]
    found = by_category(splits, named, [0])
    assert [step.key for step in found.steps] == [*(f"expense/c{n}" for n in range(5, 12)), OTHERS]
    assert found.steps[-1].effect == -(1 + 2 + 3 + 4)


def test_the_example_s_bridges_stand_on_its_statement() -> None:
    book = example_book()
    budget = compute_budget(book, WORKING_DRAFT)
    known = against_actual(book, budget)
    so_far = compare(book, budget, budget_side(book, budget), actual_side(book, budget), 4)
    found = by_cause(so_far, range(4))
    assert (found.start, found.end) == (known.budget.contribution, known.actual.contribution)
    split = by_category(so_far, subjects(book, budget), range(4))
    assert (split.start, split.end) == (found.start, found.end)
    labour = next(row for row in known.categories if row.id == "labour")
    assert (
        next(step for step in split.steps if step.key == "expense/labour").effect == labour.effect
    )
    grown = compare(book, budget, prior_side(book, budget), budget_side(book, budget), 12)
    way = by_cause(grown, range(12))
    assert (way.start, way.end) == (
        prior_year_totals(book).contribution,
        budget.totals.contribution,
    )
