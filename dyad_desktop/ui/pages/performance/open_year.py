"""Between what the year so far, and where it ends, come out while values are contested."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dyad_desktop.domain.contested import Span
from dyad_desktop.domain.open_year import (
    END,
    GAP,
    Choice,
    Telling,
    Whole,
    answers,
    together,
    whole_spans,
    year_spans,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.year_so_far import YearSoFar
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.against import spoken_amount

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.ui.pages.performance.scope import Scope


def part_spans(
    year: YearSoFar,
    choices: Sequence[Choice],
    scope: "Scope",
    telling: Telling,
    whole: Whole | None,
) -> dict[str, Span]:
    """Return the spans of the answers and of what a part shows, those that are open."""
    told = together(partial(answers, places=scope.places), telling)
    found = year_spans(year.book, year.budget, choices, told)
    return found if whole is None else found | whole_spans(year.book, year.budget, choices, whole)


def sentence(book: "Book", spans: Mapping[str, Span]) -> str:
    """Return between what the answers come out; empty while nothing of them is open."""
    parts = []
    gap, end = spans.get(GAP), spans.get(END)
    year = book.only(Partnership).budget_year or "the year"
    if gap is not None:
        parts.append(f"contribution {about(gap)}{_side(book, gap.low)} to {_side(book, gap.high)}")
    if end is not None:
        ends = f"{_amount(book, end.low)} to {_amount(book, end.high)}"
        parts.append(f"{year} ends at {about(end)}{ends}")
    return f"As you settle what you differ on: {'; '.join(parts)}." if parts else ""


def _side(book: "Book", amount: int) -> str:
    if amount == 0:
        return "as budgeted"
    return f"{spoken_amount(book, amount)} {'above' if amount > 0 else 'below'} budget"


def _amount(book: "Book", amount: int) -> str:
    return f"{show.MINUS if amount < 0 else ''}{spoken_amount(book, amount)}"
