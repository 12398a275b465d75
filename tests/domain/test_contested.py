"""Spans of totals: against trying every combination, and on the example's budget and capital."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.capital import CapitalPolicy, CapitalRequest
from dyad_desktop.domain.contested import (
    MOST,
    Open,
    Place,
    capital_requested,
    capital_used,
    moves,
    span,
    span_of,
    statement_span,
    with_value,
)
from dyad_desktop.domain.operating import DraftLine, OperatingLine
from dyad_desktop.domain.schema import Canonical
from tests.domain.example import example_book

CELLS = st.lists(st.lists(st.integers(-1000, 1000), min_size=1, max_size=3), max_size=5)


@given(st.integers(-5000, 5000), CELLS)
def test_a_span_is_what_trying_everything_finds(working: int, cells: list[list[int]]) -> None:
    tried = [working + sum(choice) for choice in product(*cells)]
    found = span(working, cells)
    assert (found.low, found.high) == (min(tried), max(tried))
    assert found.wide == (len({working, *tried}) > 1)


def _months(line: str) -> list[tuple[Place, list[Canonical]]]:
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
    tried = span_of(book, choices, lambda one: compute_budget(one, "working").totals.contribution)
    assert tried == found
    assert found.low < found.high


def _capital(*costs: int) -> Book:
    requests = [
        CapitalRequest(f"C{n}", title=f"C{n}", cost=cost, priority=n + 1)
        for n, cost in enumerate(costs)
    ]
    return Book.of([CapitalPolicy("capital_policy", envelope=100), *requests])


def test_a_cut_line_makes_choices_work_on_each_other() -> None:
    book = _capital(50, 40, 30)
    first: tuple[Place, list[Canonical]] = (("capital_request", "C0", "cost", ""), [50, 70])
    second: tuple[Place, list[Canonical]] = (("capital_request", "C1", "cost", ""), [40, 20])
    used = span_of(book, [first, second], capital_used)
    assert used is not None
    # 50+40, 50+20+30, 70 alone, 70+20
    assert (used.low, used.working, used.high) == (70, 90, 100)
    asked = span_of(book, [first, second], capital_requested)
    assert asked is not None
    assert (asked.low, asked.working, asked.high) == (100, 120, 140)


def test_too_many_combinations_are_not_tried() -> None:
    book = _capital(*range(1, 12))
    choices = [(("capital_request", f"C{n}", "cost", ""), [n, n + 1]) for n in range(11)]
    assert 2 ** len(choices) > MOST
    assert span_of(book, choices, capital_used) is None
