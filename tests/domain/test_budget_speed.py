"""How fast the budget follows an edit on a large draft: 5,000 lines, all overridden."""

import time
from dataclasses import replace

import pytest

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.operating import WORKING_DRAFT, DraftLine, OperatingLine, draft_line_id
from dyad_desktop.domain.partnership import Partnership
from tests.domain.example import example_book

COPIES = 102
LESS = 12
"""So many times less than the whole an edit takes at least, in one run; some 40 on a quiet machine."""


def override(line_id: str, amount: int) -> DraftLine:
    return DraftLine(
        id=draft_line_id(WORKING_DRAFT, line_id),
        draft=WORKING_DRAFT,
        line=line_id,
        months={"2026-12": amount},
    )


def large_book() -> Book:
    book = example_book()
    found: list[Partnership | OperatingLine | DraftLine] = [book.only(Partnership)]
    for copy in range(COPIES):
        for line in book.all(OperatingLine):
            found.append(replace(line, id=f"{line.id}-{copy}"))
            found.append(override(found[-1].id, 1000))
    return Book.of(found)


def timed(book: Book, previous: Budget | None) -> tuple[float, Budget]:
    start = time.process_time()
    budget = compute_budget(book, WORKING_DRAFT, previous)
    return time.process_time() - start, budget


@pytest.mark.bench
@pytest.mark.parametrize("line_id", ["L01-5", "L40-7"])
def test_a_large_draft_follows_an_edit_at_once(line_id: str) -> None:
    book = large_book()
    full, budget = min((timed(book, None) for _ in range(5)), key=lambda pair: pair[0])
    edits = []
    for amount in range(20):
        one = override(line_id, 100_000 * amount)
        book = book.with_entities([(("draft_line", one.id), one)])
        seconds, budget = timed(book, budget)
        edits.append(seconds)
    assert budget == compute_budget(book, WORKING_DRAFT)
    assert min(edits) * LESS < full
