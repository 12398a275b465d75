"""What a disagreement moves: the totals under each of its values, and how far apart the year may come out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.contested import (
    CAPITAL_TOTALS,
    Open,
    Place,
    Span,
    capital_requested,
    capital_used,
    spans_of,
    statement_span,
    with_value,
)
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine
from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.views import Side
from dyad_desktop.services.session import Session

BUDGET_KINDS = frozenset({"draft", "draft_line", "operating_line", "volume", "position"})
CAPITAL_KINDS = frozenset({"capital_request", "cost_line", "capital_policy", "criterion"})
_ROWS = (
    ("total_revenue", "Total revenue"),
    ("total_expense", "Total expense"),
    ("contribution", "Contribution"),
)
Sides = Mapping[Address, Sequence[Side]]
_KNOWN: WeakKeyDictionary[Session, dict[str, Moving]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Effect:
    """One total: what it is with the working value, and what a choice makes it. Minor units."""

    name: str
    working: int
    chosen: int

    @property
    def change(self) -> int:
        """Return what the choice adds."""
        return self.chosen - self.working


def draft_of(at: Address, draft: str) -> str:
    """Return the draft that a register belongs to; ``draft`` where it concerns every draft."""
    if at.kind == "draft":
        return at.id
    return at.id.partition(".")[0] if at.kind == "draft_line" else draft


def effects(
    session: Session, at: Address, values: Sequence[Canonical], draft: str = WORKING_DRAFT
) -> tuple[tuple[Effect, ...], ...]:
    """Return for each value the totals that move under at least one of them; empty where none does."""
    if at.kind in BUDGET_KINDS:
        found = _budget_effects(session, at, values, draft_of(at, draft))
    elif at.kind in CAPITAL_KINDS:
        found = _capital_effects(session.book, at, values)
    else:
        return ((),) * len(values)
    moving = {one.name for row in found for one in row if one.change}
    return tuple(tuple(one for one in row if one.name in moving) for row in found)


def _budget_effects(
    session: Session, at: Address, values: Sequence[Canonical], draft: str
) -> list[tuple[Effect, ...]]:
    before = _budget(session, draft)
    found: list[tuple[Effect, ...]] = []
    for value in values:
        after = None if before is None else _settled(session.book, before, at, value)
        found.append(
            ()
            if before is None or after is None
            else tuple(
                Effect(title, sum(before.by_month(row)), sum(after.by_month(row)))
                for row, title in _ROWS
            )
        )
    return found


def _budget(session: Session, draft: str) -> Budget | None:
    if session.book.get(Draft, draft) is None:
        return None
    try:
        return session.budget(draft)
    except BadInputError:
        return None


def _settled(book: Book, before: Budget, at: Address, value: Canonical) -> Budget | None:
    """Return the budget with a value; ``None`` where it can't be computed, such as of lines in a circle."""
    try:
        return compute_budget(with_value(book, at, value), before.draft_id, before)
    except BadInputError:
        return None


def _capital_effects(
    book: Book, at: Address, values: Sequence[Canonical]
) -> list[tuple[Effect, ...]]:
    totals: tuple[tuple[str, Callable[[Book], int]], ...] = (
        ("Requested", capital_requested),
        ("Within the envelope", capital_used),
    )
    settled = [with_value(book, at, value) for value in values]
    return [tuple(Effect(name, of(book), of(one)) for name, of in totals) for one in settled]


# -- spans -------------------------------------------------------------------------------------


def open_budget(session: Session, sides: Sides, draft: str = WORKING_DRAFT) -> Open:
    """Return what a draft's contested cells move, to tell its totals as spans."""
    concerned = [
        (at, found)
        for at, found in sides.items()
        if at.kind in BUDGET_KINDS and draft_of(at, draft) == draft
    ]
    before = _budget(session, draft) if concerned else None
    if before is None:
        return Open()
    choices: dict[Place, list[Canonical]] = {at: _choices(at, found) for at, found in concerned}
    return _known(session, draft).open(session.book, before, choices)


def _choices(at: Address, found: Sequence[Side]) -> list[Canonical]:
    """Return what a register may become: where one deleted what another worked on, it may be kept too."""
    values = [side.value for side in found]
    return [*values, False] if at.field == DELETED and False not in values else values


def _known(session: Session, draft: str) -> Moving:
    """Return what is remembered of a draft as long as its session lives: after an edit, most of it still holds."""
    return _KNOWN.setdefault(session, {}).setdefault(draft, Moving())


def contribution_span(session: Session, still: Open, draft: str = WORKING_DRAFT) -> Span | None:
    """Return between what the year's contribution comes out; ``None`` while nothing that moves it is open."""
    budget = _budget(session, draft) if still.lines else None
    if budget is None:
        return None
    return statement_span(budget, still, "contribution", range(MONTHS))


def capital_spans(book: Book, sides: Sides) -> dict[str, Span]:
    """Return between what totals of the capital plan come out, by their names; those of which something is open."""
    choices = [(at, _choices(at, found)) for at, found in sides.items() if at.kind in CAPITAL_KINDS]
    found = spans_of(book, choices, CAPITAL_TOTALS) if choices else {}
    return {name: one for name, one in found.items() if one.wide}


def rule_amount(session: Session, at: Address) -> int | None:
    """Return what a month of a draft would be by its rule alone, in minor units."""
    said = session.book.get(DraftLine, at.id)
    budget = _budget(session, draft_of(at, WORKING_DRAFT))
    if said is None or budget is None or at.slot not in budget.periods:
        return None
    line = budget.lines.get(said.line)
    return None if line is None else line.computed[budget.periods.index(at.slot)]
