"""What contested values leave open of actuals: against trying every combination."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import compute_budget
from dyad_desktop.domain.contested import Outcome, Place, Value, row_signs, with_values
from dyad_desktop.domain.open_actuals import PRIOR, TO_DATE, open_actuals
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.domain.statement import STATEMENT_ROWS
from tests.domain.test_moving import BOOK

PERIODS = {
    PRIOR: tuple(f"{year}-{n:02d}" for year, n in [*product([2025], range(7, 13)), *product([2026], range(1, 7))]),
    TO_DATE: ("2026-07", "2026-08", "2026-09", "2026-10"),
}  # fmt: skip
ROWS = ("total_revenue", "total_expense", "contribution")
GONE = replace(BOOK.need(OperatingLine, "L29"), id="L98", name="Gone by now", kind="revenue")
BACK: Value = Outcome(
    ((("operating_line", "L98", "kind", ""), "expense"),), ((("operating_line", "L98"), GONE),)
)


def line(name: str, field: str, slot: str = "") -> Place:
    return ("operating_line", name, field, slot)


CHOICES: dict[Place, list[Value]] = {
    line("L17", PRIOR, "2026-05"): [0, 900_000, None],
    line("L17", PRIOR, "2026-06"): [500, 70_000],
    line("L17", TO_DATE, "2026-08"): [1, 90_000_000],
    line("L17", TO_DATE, "2027-03"): [1, 900],
    line("L17", "kind"): ["revenue", "expense"],
    line("L17", "category"): ["labour", "other"],
    line("L17", DELETED): [True, False],
    line("L30", PRIOR, "2025-07"): [0, 300_000],
    line("L30", TO_DATE, "2026-07"): [None, 300_000],
    line("L30", DELETED): [True, Outcome(((line("L17", "kind"), "deduction"),))],
    line("L98", DELETED): [True, BACK],
    line("L98", PRIOR, "2025-08"): [0, 8_000_000],
    line("L29", "name"): ["One", "Other"],
    ("volume", "V01", TO_DATE, "2026-08"): ["1", "2"],
}


def figures(book: Book, series: str) -> dict[tuple[str, int], int]:
    """Return rows of the statement, and lines with all that they are elsewhere, in one month and over all."""
    periods, found = PERIODS[series], {}
    for row, months in product(ROWS, ([1], range(len(periods)))):
        kinds = STATEMENT_ROWS[row]
        found[row, len(months)] = sum(
            kinds.get(one.kind, 0) * (getattr(one, series).get(periods[n]) or 0)
            for one in book.all(OperatingLine)
            for n in months
        )
    return found


def settled(choices: dict[Place, list[Value]]) -> list[Book]:
    """Return the book under each combination: what brings something back comes first."""
    ordered = sorted(choices, key=lambda at: (at[2] != DELETED, list(CHOICES).index(at)))
    combinations = product(*(choices[at] for at in ordered))
    return [with_values(BOOK, zip(ordered, one, strict=True)) for one in combinations]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(list(CHOICES)), min_size=1, max_size=5, unique=True),
    st.sampled_from([PRIOR, TO_DATE]),
)
def test_sums_of_actuals_come_out_between_the_ends(places: list[Place], series: str) -> None:
    ordered = sorted(places, key=lambda at: at[2] != DELETED)
    choices = {at: CHOICES[at] for at in ordered}
    budget, periods = compute_budget(BOOK, "working"), PERIODS[series]
    found = open_actuals(BOOK, choices.items(), series, periods)
    tried = [figures(book, series) for book in settled(choices)]
    for (row, count), working in figures(BOOK, series).items():
        months = [1] if count == 1 else range(count)
        span = found.span(working, row_signs(budget, found, row), months)
        amounts = [one[row, count] for one in tried]
        assert (span.low, span.high) == (min(amounts), max(amounts)), (row, count)
        assert not span.rough


def test_what_concerns_no_actuals_leaves_nothing_open() -> None:
    choices = {at: CHOICES[at] for at in CHOICES if at[0] != "operating_line" or at[2] == "name"}
    assert not open_actuals(BOOK, choices.items(), PRIOR, PERIODS[PRIOR]).lines


def test_too_much_that_works_on_each_other_is_rough() -> None:
    values: list[Value] = [str(n) for n in range(9)]
    choices: dict[Place, list[Value]] = {
        line("L17", "category"): values,
        line("L17", "account"): values,
        line("L17", PRIOR, "2026-05"): [0, 900_000],
    }
    found = open_actuals(BOOK, choices.items(), PRIOR, PERIODS[PRIOR])
    assert "L17" in found.rough
    few = dict(list(choices.items())[1:])
    assert not open_actuals(BOOK, few.items(), PRIOR, PERIODS[PRIOR]).rough
