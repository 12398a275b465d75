"""Which lines are to be explained, worked by hand."""

from decimal import Decimal
from typing import Any

import pytest

from dyad_desktop.domain.attention import MOST_LINES, attention
from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.explaining import (
    Threshold,
    explains,
    moved_line,
    moved_since,
    moved_words,
    notes_by_cell,
    unexplained,
    waits_words,
)
from dyad_desktop.domain.operating import (
    ACTUAL,
    EITHER,
    PRIOR,
    WORKING_DRAFT,
    DraftLine,
    Note,
    Planning,
)
from dyad_desktop.domain.schema import Entity
from tests.domain.small_year import YEAR, line, year


@pytest.mark.parametrize(
    ("percent", "amount", "before", "now", "expected"),
    [
        (None, None, 100, 900, False),
        (10, None, 100, 110, False),  # not more than 10 %
        (10, None, 1000, 1101, True),
        (10, None, 1000, 899, True),  # downwards as well
        (None, 50, 1000, 1050, False),
        (None, 50, 1000, 1051, True),
        (10, 50, 100, 140, False),  # 40 % but only 40
        (10, 50, 1000, 1080, False),  # 80 but only 8 %
        (10, 50, 100, 160, True),
        (10, 50, 0, 51, True),  # from nothing: the amount decides
        (10, 50, 0, 50, False),
        (10, None, 0, 1, True),
        (0, 0, 100, 100, False),  # nothing moved
        (0, None, 100, 101, True),
        (10, None, -100, -120, True),
    ],
)
def test_a_move_passes_both_or_the_one_that_is_set(
    percent: int | None, amount: int | None, before: int, now: int, *, expected: bool
) -> None:
    limit = Threshold(None if percent is None else Decimal(percent), amount)
    assert limit.passed(before, now) is expected


RULES = Planning(id="planning", explain_pct=Decimal(10), explain_amount=50_00)


def lines() -> list[Entity]:
    """A line that stays, one that grows by 20 %, one over budget in its two actual months, one new."""
    return [
        line("stays", [100_00] * 12, [100_00] * 2),
        line("grows", [100_00] * 12, [120_00] * 2, rate_growth_pct=Decimal(20)),
        line("over", [100_00] * 12, [100_00, 180_00]),
        line("new", [], [0, 0]),
        DraftLine(id="working.new", draft=WORKING_DRAFT, line="new", months={YEAR[5]: 60_00}),
    ]


def test_a_line_waits_for_its_year_or_for_its_actual_months() -> None:
    book, budget = year(2, RULES, *lines())
    found = [(one.line, one.against, one.before, one.now) for one in unexplained(book, budget)]
    assert found == [
        ("grows", PRIOR, 1200_00, 1440_00),
        ("over", ACTUAL, 200_00, 280_00),
        ("new", PRIOR, 0, 60_00),
    ]
    assert [moved_words(book, one) for one in unexplained(book, budget)] == [
        "USD 240 (20 %) more than the prior year",
        "USD 80 (40 %) over budget, year to date",
        "USD 60 more than the prior year",
    ]


def test_without_a_threshold_only_expense_far_over_budget_is_asked_for() -> None:
    assert unexplained(*year(2, *lines())) == ()
    far = 100_000_00
    made = [
        line("over", [far] * 12, [far + 50_001_00, far]),
        line("just", [far] * 12, [far + 50_000_00, far]),
        line("under", [far] * 12, [far - 50_001_00, far]),
        line("earns", [far] * 12, [far + 50_001_00, far], kind="revenue"),
        line("grows", [far] * 12, [2 * far, 2 * far], rate_growth_pct=Decimal(100)),
    ]
    assert [one.line for one in unexplained(*year(2, *made))] == ["over"]


def test_an_explanation_holds_until_its_year_moves_beyond_the_threshold() -> None:
    def said(explained: int | None, text: str = "The contract began.") -> DraftLine:
        return DraftLine(
            id="working.grows", draft=WORKING_DRAFT, line="grows", explanation=text,
            explained=explained,
        )  # fmt: skip

    for explained, waits in ((1440_00, False), (1390_00, False), (1200_00, True), (None, False)):
        book, budget = year(2, RULES, *lines(), said(explained))
        waiting = {one.line: one for one in unexplained(book, budget)}
        assert ("grows" in waiting) is waits
        if waits:
            assert waiting["grows"].stale
            assert waits_words(book, waiting["grows"], 1440_00) == (
                "Explained for USD 1,200 a year; now it is USD 1,440"
            )
    book, budget = year(2, RULES, *lines(), said(1440_00, "  "))
    assert "grows" in {one.line for one in unexplained(book, budget)}


def both(said: DraftLine | None, actual: int = 180_00) -> tuple[Book, Budget]:
    """Return a year in which one line grows by 20 % and its second actual month is beside the budget, too."""
    made = line("both", [100_00] * 12, [120_00, actual], rate_growth_pct=Decimal(20))
    return year(2, RULES, made, *([said] if said else []))


def because(**fields: Any) -> DraftLine:  # noqa: ANN401 - the fields of an explanation
    """Return an explanation of that line."""
    return DraftLine(
        id="working.both", draft=WORKING_DRAFT, line="both", explanation="The contract.", **fields
    )


@pytest.mark.parametrize(
    ("fields", "against", "waits", "writes"),
    [
        (None, ACTUAL, True, ACTUAL),  # what happened is asked for first
        ({"explained_for": PRIOR, "explained": 1440_00}, ACTUAL, True, EITHER),
        ({"explained_for": ACTUAL, "explained_over": 60_00}, PRIOR, True, EITHER),
        ({"explained_for": EITHER, "explained": 1440_00, "explained_over": 60_00}, ACTUAL, False, EITHER),
        # beyond 50 and 10 % of the 240 budgeted
        ({"explained_for": EITHER, "explained": 1440_00, "explained_over": 9_00}, ACTUAL, True, EITHER),
        ({"explained_for": EITHER, "explained": 1440_00, "explained_over": 10_00}, ACTUAL, False, EITHER),
        ({"explained_for": EITHER, "explained": 1200_00, "explained_over": 60_00}, PRIOR, True, EITHER),
        # as it was kept at first: for either, until the year moves
        ({"explained": 1440_00}, ACTUAL, False, EITHER),
        ({}, ACTUAL, False, EITHER),
        ({"explained": 1200_00}, ACTUAL, True, ACTUAL),
    ],
)  # fmt: skip
def test_an_explanation_holds_for_the_move_that_it_was_written_for(
    fields: dict[str, Any] | None, against: str, writes: str, *, waits: bool
) -> None:
    book, budget = both(None if fields is None else because(**fields))
    moved = moved_line(book, budget, "both")
    assert moved is not None
    assert (moved.against, moved.waits) == (against, waits)
    assert explains(book, budget, "both") == writes
    assert [one.line for one in unexplained(book, budget)] == ["both"] * waits


def test_growth_that_was_explained_is_silent_until_actuals_run_over() -> None:
    said = because(explained_for=PRIOR, explained=1440_00)
    assert unexplained(*both(said, actual=120_00)) == ()
    (moved,) = unexplained(*both(said, actual=180_00))
    assert (moved.against, moved.stale) == (ACTUAL, False)


def test_an_overrun_that_went_on_tells_then_and_now() -> None:
    said = because(explained_for=ACTUAL, explained_over=60_00, explained_to=YEAR[1])
    book, budget = both(said, actual=291_00)
    (moved,) = unexplained(book, budget)
    assert waits_words(book, moved, 1440_00) == (
        "Explained USD 60 over budget to Aug 2026; now it is USD 171 over budget"
    )


def test_a_line_that_nothing_is_asked_of_is_explained_for_its_year() -> None:
    book, budget = year(2, RULES, *lines())
    assert explains(book, budget, "stays") == PRIOR
    assert moved_line(book, budget, "stays") is None
    assert moved_line(book, budget, "gone") is None


def test_home_lists_the_largest_first_and_counts_the_rest() -> None:
    many = [
        line(f"L{n:03}", [100_00] * 12, [], rate_growth_pct=Decimal(20 + n))
        for n in range(MOST_LINES + 5)
    ]
    book, budget = year(0, RULES, *many)
    found = [
        one for one in attention(book, budget, {}, "2026-10-31") if one.kind == "operating_line"
    ]
    assert len(found) == MOST_LINES + 1
    assert found[0].id == f"L{MOST_LINES + 4}"
    assert found[0].title == "L104: USD 1,488 (124 %) more than the prior year"
    assert found[-1].title == "5 more lines wait for an explanation"
    assert len({(one.kind, one.id) for one in found}) == len(found)


def test_notes_stand_by_cell_and_tell_what_moved_since() -> None:
    made = [
        Note(id="2", draft=WORKING_DRAFT, line="grows", period=YEAR[0], text="B", value=120_00),
        Note(id="1", draft=WORKING_DRAFT, line="grows", period=YEAR[0], text="A", value=100_00),
        Note(id="3", draft=WORKING_DRAFT, line="grows", text="year", value=1200_00),
        Note(id="4", draft=WORKING_DRAFT, line="gone", text="?", value=1),
        Note(id="5", draft="other", line="grows", text="of another draft"),
    ]
    book, budget = year(0, *lines(), *made)
    cells = notes_by_cell(book, WORKING_DRAFT)
    assert [one.text for one in cells["grows", YEAR[0]]] == ["A", "B"]
    assert set(cells) == {("grows", YEAR[0]), ("grows", ""), ("gone", "")}
    assert [moved_since(one, budget) for one in made[:4]] == [
        None, (100_00, 120_00), (1200_00, 1440_00), None,
    ]  # fmt: skip
