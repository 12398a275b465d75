"""Between what the year so far, and where it ends, come out while values are contested."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.contested import Place, Span, Value, spans_apart
from dyad_desktop.domain.partnership import Partnership
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
_MOST = 64
"""So many combinations are tried: each takes the whole year anew."""
Choice = tuple[Place, Sequence[Value]]
Telling = Callable[[YearSoFar], Mapping[str, int]]
"""How figures are told by name, of the year under each choice: work that only reads, for a worker."""


def answers(year: YearSoFar, scope: "Scope") -> dict[str, int]:
    """Return the figures of the answers above the parts."""
    return {
        GAP: year.row("contribution", scope.places).variance,
        END: year.forecast.totals.contribution,
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


def year_spans(
    book: "Book", budget: Budget, choices: Sequence[Choice], telling: Telling
) -> dict[str, Span]:
    """Return the spans of those figures of a draft's year that are open."""

    def figures(one: "Book") -> Mapping[str, int]:
        return telling(YearSoFar(one, compute_budget(one, budget.draft_id, budget)))

    return spans_apart(book, choices, figures, _MOST) if choices else {}


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
