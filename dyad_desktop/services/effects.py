"""What a disagreement moves: the totals under each of its values, and how far apart the year may come out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from dyad_desktop.domain.agreed import WORKING
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.contested import (
    Open,
    Place,
    Span,
    Value,
    capital_figures,
    capital_requested,
    capital_used,
    spans_of,
    statement_span,
    with_value,
)
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.npv_spans import npv_spans
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine
from dyad_desktop.domain.schema import DELETED, Canonical
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.open_choices import (
    BUDGET_KINDS,
    CAPITAL_KINDS,
    Choices,
    brought_back,
    draft_of,
    way_out,
)
from dyad_desktop.services.orphans import (
    Orphan,
    ways_of,
)
from dyad_desktop.services.reviving import outcome_of, revived
from dyad_desktop.services.session import Session

_POSTING_KINDS = frozenset({"capital_request", "cost_line", "capital_policy"})
"""Kinds of the capital plan that may move an operating budget: requests post to it."""
_SHARED = frozenset({"operating_line", "volume", "position"})
"""Kinds of which every draft takes everything."""
_ROWS = (
    ("total_revenue", "Total revenue"),
    ("total_expense", "Total expense"),
    ("contribution", "Contribution"),
)
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


def come_to(session: Session, at: Address, value: Canonical) -> Value:
    """Return what a register comes to by one of its values: a thing that is kept has again what went with it."""
    if at.field == DELETED and value is False:
        return outcome_of(session, revived(session, at[:2]))
    return value


def effects(
    session: Session, at: Address, values: Sequence[Value], draft: str = WORKING_DRAFT
) -> tuple[tuple[Effect, ...], ...]:
    """Return for each value the totals that move under at least one of them; empty where none does."""
    return _effects(session, at, values, draft, {at.kind})


def effects_of_ways(
    session: Session, orphan: Orphan, gone: Key | None, draft: str
) -> dict[str, tuple[Effect, ...]]:
    """Return for each way out of an orphan the totals that move under at least one of them; none without a draft."""
    ways = ways_of(orphan, gone)
    if not draft:
        return dict.fromkeys(ways, ())
    outcomes = [way_out(session, orphan, gone, way) for way in ways]
    possible = [one for one in outcomes if one is not None]
    kinds = {orphan.at.kind, *(gone[:1] if gone is not None else ())}
    moved = iter(_effects(session, orphan.at, possible, draft, kinds))
    return {
        way: () if one is None else next(moved) for way, one in zip(ways, outcomes, strict=True)
    }


def _effects(
    session: Session, at: Address, values: Sequence[Value], draft: str, kinds: Collection[str]
) -> tuple[tuple[Effect, ...], ...]:
    found: list[tuple[Effect, ...]] = [()] * len(values)
    if not CAPITAL_KINDS.isdisjoint(kinds):
        found = _capital_effects(session.book, at, values)
    if not (BUDGET_KINDS | _POSTING_KINDS).isdisjoint(kinds):
        budget = _budget_effects(session, at, values, draft_of(at, draft))
        found = [(*one, *more) for one, more in zip(found, budget, strict=True)]
    moving = {one.name for row in found for one in row if one.change}
    return tuple(tuple(one for one in row if one.name in moving) for row in found)


def _budget_effects(
    session: Session, at: Address, values: Sequence[Value], draft: str
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


def _settled(book: Book, before: Budget, at: Address, value: Value) -> Budget | None:
    """Return the budget with a value; ``None`` where it can't be computed, such as of lines in a circle."""
    try:
        return compute_budget(with_value(book, at, value), before.draft_id, before)
    except BadInputError:
        return None


def _capital_effects(book: Book, at: Address, values: Sequence[Value]) -> list[tuple[Effect, ...]]:
    totals: tuple[tuple[str, Callable[[Book], int]], ...] = (
        ("Requested", capital_requested),
        ("Within the envelope", capital_used),
    )
    settled = [with_value(book, at, value) for value in values]
    return [tuple(Effect(name, of(book), of(one)) for name, of in totals) for one in settled]


# -- spans -------------------------------------------------------------------------------------


def open_budget(session: Session, choices: Choices, draft: str = WORKING_DRAFT) -> Open:
    """Return what a draft's contested cells move, to tell its totals as spans; see ``open_choices``."""
    posting = _posting(session.book, choices)
    concerned: dict[Place, Sequence[Value]] = {
        at: values
        for at, values in choices.items()
        if _concerns(session.book, at, values, draft, posting)
    }
    before = _budget(session, draft) if concerned else None
    if before is None:
        return Open()
    found = _known(session, draft).open(session.book, before, concerned)
    states = concerned.get(Address("draft", draft, "state"), ())
    return replace(found, stays=any(state != WORKING for state in states))


def _concerns(
    book: Book, at: Address, values: Sequence[Value], draft: str, posting: Collection[str]
) -> bool:
    """Return whether a register may move a draft: it is of it or of every draft, or of a request that posts.

    Also what another draft says, if it brings a line back that all have.
    """
    if at.kind == "capital_policy":
        return bool(posting)
    if at.kind in _POSTING_KINDS:
        line = book.get(CostLine, at.id) if at.kind == "cost_line" else None
        return (at.id if line is None else line.request) in posting
    of_it = at.kind in BUDGET_KINDS and draft_of(at, draft) == draft
    return of_it or any(key[0] in _SHARED for key in brought_back(values))


def _posting(book: Book, choices: Choices) -> set[str]:
    """Return the requests that post to drafts, or may by a choice."""
    found = {one.id for one in book.all(CapitalRequest) if one.posts_to}
    for at, values in choices.items():
        if (at.kind, at.field) == ("capital_request", "posts_to"):
            found.add(at.id)
        found.update(name for kind, name in brought_back(values) if kind in _POSTING_KINDS)
    return found


def _known(session: Session, draft: str) -> Moving:
    """Return what is remembered of a draft as long as its session lives: after an edit, most of it still holds."""
    return _KNOWN.setdefault(session, {}).setdefault(draft, Moving())


def contribution_span(session: Session, still: Open, draft: str = WORKING_DRAFT) -> Span | None:
    """Return between what the year's contribution comes out; ``None`` while nothing that moves it is open."""
    budget = _budget(session, draft) if still.lines else None
    if budget is None:
        return None
    return statement_span(budget, still, "contribution", range(MONTHS))


def capital_spans(book: Book, choices: Choices) -> dict[str, Span]:
    """Return between what totals of the capital plan, and net present values, come out by name, if open."""
    concerned = [(at, some) for at, some in choices.items() if at.kind in CAPITAL_KINDS]
    found = spans_of(book, concerned, capital_figures) if concerned else {}
    wide = {name: one for name, one in found.items() if one.wide}
    return wide | npv_spans(book, concerned)


def rule_amount(session: Session, at: Address) -> int | None:
    """Return what a month of a draft would be by its rule alone, in minor units."""
    said = session.book.get(DraftLine, at.id)
    budget = _budget(session, draft_of(at, WORKING_DRAFT))
    if said is None or budget is None or at.slot not in budget.periods:
        return None
    line = budget.lines.get(said.line)
    return None if line is None else line.computed[budget.periods.index(at.slot)]
