"""Between what the year so far, and where it ends, come out while values are contested."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dyad_desktop.domain.contested import Place, Span, Value
from dyad_desktop.domain.open_year import (
    Choice,
    Telling,
    Told,
    Whole,
    together,
    whole_spans,
    year_spans,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import SIGNS
from dyad_desktop.domain.year_so_far import YearSoFar
from dyad_desktop.services.open_choices import BUDGET_KINDS, draft_of
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.against import spoken_amount

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.standing import Standing
    from dyad_desktop.ui.pages.performance.scope import Scope

GAP, END = "gap", "end"
"""Of the answers: how far contribution is from the budget, and where the year's ends; in minor units."""
_YEARS_KINDS = frozenset({"outlook", "basis"})
"""Kinds beside those of the budget that say where the year ends, and of what a variance is made."""


def answers(year: YearSoFar, lines: Collection[str], scope: "Scope") -> Told:
    """Return what lines add to the figures of the answers above the parts."""
    spans = zip(year.subjects, year.spans(scope.places), strict=True)
    return {
        one.id: {
            GAP: SIGNS[one.kind] * span.variance,
            END: SIGNS[one.kind] * year.forecast.lines[one.id].total,
        }
        for one, span in spans
        if one.id in lines
    }


def choices_of(standing: "Standing", draft: str) -> list[Choice]:
    """Return what is open that may move a draft's year, its actuals or its forecast."""
    found: dict[Place, Sequence[Value]] = {
        at: values
        for at, values in standing.choices.items()
        if at.kind not in BUDGET_KINDS or draft_of(at, draft) == draft
    }
    for at, sides in standing.sides.items():
        if at.kind in _YEARS_KINDS:
            found[at] = [side.value for side in sides]
    return list(found.items())


def part_spans(
    year: YearSoFar, choices: Sequence[Choice], scope: "Scope", telling: Telling, whole: Whole
) -> dict[str, Span]:
    """Return the spans of the answers and of what a part shows, those that are open."""
    told = together(partial(answers, scope=scope), telling)
    return {
        **year_spans(year.book, year.budget, choices, told),
        **whole_spans(year.book, year.budget, choices, whole),
    }


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
