"""Between what the year so far, and where it ends, come out while values are contested."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.contested import Place, Span, Value, spans_apart
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.statement import STATEMENT_ROWS
from dyad_desktop.domain.variance import PARTS
from dyad_desktop.domain.year_so_far import YearSoFar
from dyad_desktop.services.open_choices import BUDGET_KINDS, draft_of
from dyad_desktop.services.wording import about
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.performance.against import (
    ACTUAL,
    BUDGET,
    FIRST_PART,
    FLEXED,
    STATEMENT,
    VARIANCE,
    Figures,
    amounts_of,
    category_figures,
    spoken_amount,
    statement_figures,
)

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.standing import Standing
    from dyad_desktop.ui.pages.performance.scope import Scope

END, CONTRIBUTION = "end", STATEMENT[-1][0]
_AMOUNTS = (BUDGET, FLEXED, ACTUAL, VARIANCE, *range(FIRST_PART, FIRST_PART + len(PARTS)))
_FORECAST_KINDS = frozenset({"outlook", "basis"})
"""Kinds beside those of the budget that say where the year ends."""
_MOST = 64
"""So many combinations are tried: each takes the whole year anew."""
Choice = tuple[Place, Sequence[Value]]


def name_of(row: str, column: int) -> str:
    """Return the name of a figure: of a row of the statement, a category or a line, in a column of the table."""
    return f"{row}|{column}"


def year_figures(year: YearSoFar, scope: "Scope") -> dict[str, int]:
    """Return the figures of the year so far over some months, and where its contribution ends (``END``)."""
    spans = zip(year.subjects, year.spans(scope.places), strict=True)
    rows = {
        **{row.name: row for row in statement_figures(year, scope)},
        **{f"{kind} {name}": row for (kind, name), row in category_figures(year, scope).items()},
        **{one.id: Figures(one.name, span, 1) for one, span in spans},
    }
    found = {
        name_of(name, column): amount
        for name, row in rows.items()
        for column in _AMOUNTS
        if (amount := row.amount(column)) is not None
    }
    ends = {
        name_of(f"{END} {name}", n): amount
        for name, amounts in _ends(year).items()
        for n, amount in enumerate(amounts)
    }
    return {**found, **ends, END: year.forecast.totals.contribution}


def _ends(year: YearSoFar) -> dict[str, list[int]]:
    """Return the amounts of the forecast's columns by line, category and row of the statement."""
    found: dict[str, list[int]] = {}

    def add(name: str, amounts: Sequence[int], sign: int = 1) -> None:
        known = found.get(name, [0] * len(amounts))
        found[name] = [one + sign * more for one, more in zip(known, amounts, strict=True)]

    for one in year.subjects:
        line = year.forecast.lines[one.id]
        amounts = amounts_of(line, year.count)
        add(one.id, amounts)
        add(f"{one.kind} {one.category}", amounts)
        for title, row, _ in STATEMENT:
            if line.kind in STATEMENT_ROWS[row]:
                add(title, amounts, STATEMENT_ROWS[row][line.kind])
    return found


def choices_of(standing: "Standing", draft: str) -> list[Choice]:
    """Return what is open that may move a draft's year, its actuals or its forecast."""
    found: dict[Place, Sequence[Value]] = {
        at: values
        for at, values in standing.choices.items()
        if at.kind not in BUDGET_KINDS or draft_of(at, draft) == draft
    }
    for at, sides in standing.sides.items():
        if at.kind in _FORECAST_KINDS:
            found[at] = [side.value for side in sides]
    return list(found.items())


def year_spans(
    book: "Book", budget: Budget, scope: "Scope", choices: Sequence[Choice]
) -> dict[str, Span]:
    """Return the spans of ``year_figures`` that are open."""

    def figures(one: "Book") -> Mapping[str, int]:
        return year_figures(YearSoFar(one, compute_budget(one, budget.draft_id, budget)), scope)

    return spans_apart(book, choices, figures, _MOST) if choices else {}


def sentence(book: "Book", spans: Mapping[str, Span]) -> str:
    """Return between what the answers come out; empty while nothing of them is open."""
    parts = []
    gap, end = spans.get(name_of(CONTRIBUTION, VARIANCE)), spans.get(END)
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
