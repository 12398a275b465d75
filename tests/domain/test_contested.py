"""Spans of totals: against trying every combination, and on the example's budget and capital."""

from functools import partial
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.contested import (
    ASKED,
    MOST,
    SUM,
    Open,
    Outcome,
    Place,
    Span,
    Value,
    capital_figures,
    capital_requested,
    capital_used,
    moves,
    span,
    spans_of,
    statement_span,
    with_value,
)
from dyad_desktop.domain.operating import DraftLine, OperatingLine
from dyad_desktop.domain.schema import DELETED
from tests.domain.example import example_book
from tests.domain.trying import tried

CELLS = st.lists(st.lists(st.integers(-1000, 1000), min_size=1, max_size=3), max_size=5)


@given(st.integers(-5000, 5000), CELLS)
def test_a_span_is_what_trying_everything_finds(working: int, cells: list[list[int]]) -> None:
    tried = [working + sum(choice) for choice in product(*cells)]
    found = span(working, cells)
    assert (found.low, found.high) == (min(tried), max(tried))
    assert found.wide == (len({working, *tried}) > 1)


def _months(line: str) -> list[tuple[Place, list[Value]]]:
    return [
        (("draft_line", f"working.{line}", "months", "2027-02"), [20_000_00, 23_600_00]),
        (("draft_line", f"working.{line}", "months", "2027-03"), [19_000_00, None]),
    ]


def test_a_budgets_span_is_what_trying_everything_finds() -> None:
    book = example_book()
    lines = [book.need(OperatingLine, one) for one in ("L28", "L30")]
    book = book.with_entities(
        [(("draft_line", f"working.{one.id}"),
          DraftLine(f"working.{one.id}", draft="working", line=one.id)) for one in lines]
    )  # fmt: skip
    choices = [choice for one in lines for choice in _months(one.id)]
    before = compute_budget(book, "working")
    still = Open(
        tuple(
            tuple(
                moves(before, compute_budget(with_value(book, at, value), "working"))
                for value in values
            )
            for at, values in choices
        )
    )
    assert still.lines >= {one.id for one in lines}
    found = statement_span(before, still, "contribution", range(12))
    assert found == tried(
        book, dict(choices), lambda one: compute_budget(one, "working").totals.contribution
    )
    assert found.low < found.high


def _capital(*costs: int) -> Book:
    requests = [
        CapitalRequest(f"C{n}", title=f"C{n}", cost=cost, priority=n + 1)
        for n, cost in enumerate(costs)
    ]
    return Book.of([CapitalPolicy("capital_policy", envelope=100), *requests])


COST = st.integers(0, 120)
Choice = tuple[Place, list[Value]]


def _costs(*values: list[int]) -> list[Choice]:
    return [(("capital_request", f"C{n}", "cost", ""), list(said)) for n, said in enumerate(values)]


def test_a_cut_line_makes_choices_work_on_each_other() -> None:
    found = spans_of(_capital(50, 40, 30), _costs([50, 70], [40, 20]), capital_figures)
    # 50+40, 50+20+30, 70 alone, 70+20
    assert found["funded"] == Span(70, 90, 100)
    assert found["requested"] == Span(100, 120, 140)
    assert found["left"] == Span(0, 10, 30)
    assert found["fitting"] == Span(1, 2, 3)
    assert found[f"{SUM}C1"] == Span(70, 90, 110)
    assert found[f"{ASKED}C1"] == Span(20, 40, 40)
    assert found[f"{ASKED}C2"] == Span(30, 30, 30)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(COST, min_size=1, max_size=4),
    st.lists(st.lists(COST, min_size=1, max_size=3), min_size=1, max_size=4),
    st.booleans(),
)
def test_every_figure_of_the_plan_comes_out_between_its_ends(
    costs: list[int],
    said: list[list[int]],
    goes: bool,  # noqa: FBT001 - drawn
) -> None:
    book, choices = _capital(*costs), _costs(*said[: len(costs)])
    if goes:
        choices.append((("capital_request", "C0", DELETED, ""), [True, Outcome()]))
        choices.append((("capital_request", f"C{len(costs) - 1}", "mandatory", ""), [True, False]))
    found = spans_of(book, choices, capital_figures)
    names = ["requested", "mandatory", "funded", "left", "asking", "fitting"]
    for name in (*names, *(f"{SUM}C{n}" for n in range(1, len(costs)))):
        assert found[name] == tried(book, dict(choices), partial(_figure, name))
    assert found["requested"].working == capital_requested(book)
    assert found["funded"].working == capital_used(book)


def _figure(name: str, book: Book) -> int:
    return capital_figures(book)[name]


def test_of_too_many_combinations_the_ends_are_rough() -> None:
    """Each alone, and all together: the sum of all is right still."""
    count = 11
    assert 2**count > MOST
    choices = _costs(*([n, n + 2] for n in range(count)))
    found = spans_of(_capital(*range(count)), choices, capital_figures)
    assert all(one.rough for one in found.values())
    asked = sum(range(count))
    assert found["requested"] == Span(asked, asked, asked + 2 * count, rough=True)
    exact = spans_of(_capital(*range(count)), choices[:9], capital_figures)
    assert not any(one.rough for one in exact.values())
    for name, one in exact.items():
        assert found[name].low <= one.low
        assert found[name].high >= one.high


def test_what_is_gone_comes_back_with_what_goes_along() -> None:
    """Where it is there anyway, it stays as it is; what is written lies over what came back."""
    book = _capital(10)
    back = CapitalRequest("C9", title="C9", cost=7)
    other = CapitalRequest("C0", title="other", cost=1)
    at = ("capital_request", "C9", DELETED, "")
    outcome = Outcome(
        ((("capital_request", "C9", "cost", ""), 8), (("capital_request", "C0", "title", ""), "new")),
        ((("capital_request", "C9"), back), (("capital_request", "C0"), other)),
    )  # fmt: skip
    settled = with_value(book, at, outcome)
    assert settled.need(CapitalRequest, "C9").cost == 8
    assert settled.need(CapitalRequest, "C0").cost == 10
    assert settled.need(CapitalRequest, "C0").title == "new"
    found = spans_of(book, [(at, [Outcome(), outcome])], capital_figures)
    assert (found["requested"].low, found["requested"].high) == (10, 18)
    assert f"{SUM}C9" not in found
