"""Net present values while values are contested: against trying every combination."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.contested import Outcome, Place, Span, Value
from dyad_desktop.domain.npv_spans import NPV, npv_spans
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.services.capital import returns_of
from tests.domain.example import example_book
from tests.domain.trying import every_book

EXAMPLE = example_book()
FIRST, SECOND, *_ = sorted(EXAMPLE.rows(CapitalRequest))
LINES = [CostLine(f"K{n}", request=FIRST, name=f"Part {n}", amount=100_000_00 * n) for n in (1, 2)]
GONE = replace(LINES[0], id="K9", amount=700_000_00)
BOOK = EXAMPLE.with_entities([(("cost_line", one.id), one) for one in LINES])
CHOICES: dict[Place, list[Value]] = {
    ("cost_line", "K1", "amount", ""): [1, 9_000_000_00],
    ("cost_line", "K2", DELETED, ""): [True, False],
    ("cost_line", "K9", DELETED, ""): [True, Outcome((), ((("cost_line", "K9"), GONE),))],
    ("capital_request", FIRST, "annual_benefit", ""): [0, 9_000_000_00],
    ("capital_request", FIRST, "useful_life_years", ""): [3, 12],
    ("capital_request", SECOND, "cost", ""): [1, 5_000_000_00],
    ("capital_request", SECOND, "status", ""): ["proposed", "deferred"],
    ("capital_policy", "capital_policy", "discount_rate_pct", ""): ["1", "12"],
    ("capital_policy", "capital_policy", "envelope", ""): [1, 2],
}


def values(book: Book) -> dict[str, int]:
    return {one.id: returns_of(book, one).npv for one in book.all(CapitalRequest)}


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(list(CHOICES)), min_size=1, max_size=5, unique=True))
def test_each_value_comes_out_between_its_ends(places: list[Place]) -> None:
    choices = {at: CHOICES[at] for at in sorted(places, key=lambda at: at[2] != DELETED)}
    found = npv_spans(BOOK, choices.items())
    tried = [values(one) for one in every_book(BOOK, choices)]
    for name, amount in values(BOOK).items():
        expected = Span(min(one[name] for one in tried), amount, max(one[name] for one in tried))
        assert found.get(f"{NPV}{name}", Span(amount, amount, amount)) == expected


def test_of_too_many_combinations_the_ends_are_rough() -> None:
    choices: dict[Place, list[Value]] = {
        ("capital_request", FIRST, field, ""): [1_000_00 * n for n in range(1, 10)]
        for field in ("annual_benefit", "annual_operating_cost")
    }
    assert npv_spans(BOOK, choices.items())[f"{NPV}{FIRST}"].rough
