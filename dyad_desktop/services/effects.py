"""What a disagreement moves: the totals under each of its values, and how far apart the year may come out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product, zip_longest
from math import prod
from weakref import WeakKeyDictionary

from dyad_desktop.domain.agreed import WORKING
from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import Budget, compute_budget
from dyad_desktop.domain.capital import CapitalRequest, CostLine
from dyad_desktop.domain.contested import (
    Open,
    Outcome,
    Place,
    Span,
    Value,
    capital_figures,
    capital_requested,
    capital_used,
    spans_of,
    statement_span,
    with_value,
    with_values,
)
from dyad_desktop.domain.fiscal import MONTHS
from dyad_desktop.domain.moving import Moving
from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, Canonical, ValueType, field_spec
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.views import Side
from dyad_desktop.services.orphans import (
    BRING_BACK,
    Orphan,
    edits_of,
    target_of,
    ways_of,
)
from dyad_desktop.services.orphans import orphans as dangling_in
from dyad_desktop.services.reviving import Returning, deletions_of, outcome_of, revived
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import sides_of

BUDGET_KINDS = frozenset(
    {"draft", "draft_line", "operating_line", "volume", "position", "planning"}
)
CAPITAL_KINDS = frozenset({"capital_request", "cost_line", "capital_policy", "criterion"})
_POSTING_KINDS = frozenset({"capital_request", "cost_line", "capital_policy"})
"""Kinds of the capital plan that may move an operating budget: requests post to it."""
_TOGETHER = "together"
"""In place of a slot: that what the same commits deleted is there again, whoever asks for it."""
_MOST_WAYS = 32
"""So many ways are reckoned with of what refers to one thing, once that is deleted."""
_NOWHERE: Place = ("", "", "", "")
_SHARED = frozenset({"operating_line", "volume", "position"})
"""Kinds of which every draft takes everything."""
_ROWS = (
    ("total_revenue", "Total revenue"),
    ("total_expense", "Total expense"),
    ("contribution", "Contribution"),
)
Sides = Mapping[Address, Sequence[Side]]
Choices = Mapping[Address, Sequence[Value]]
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
    outcomes = [_way(session, orphan, gone, way) for way in ways]
    possible = [one for one in outcomes if one is not None]
    kinds = {orphan.at.kind, *(gone[:1] if gone is not None else ())}
    moved = iter(_effects(session, orphan.at, possible, draft, kinds))
    return {
        way: () if one is None else next(moved) for way, one in zip(ways, outcomes, strict=True)
    }


def _way(
    session: Session, orphan: Orphan, gone: Key | None, way: str, book: Book | None = None
) -> Outcome | None:
    """Return what a way out of an orphan comes to; ``None`` of one that can't be taken now."""
    try:
        return outcome_of(session, edits_of(session, orphan, gone, way, book))
    except BadInputError:
        return None


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


def open_choices(session: Session, sides: Sides, orphans: Iterable[Orphan]) -> Choices:
    """Return what everything that is open about money may come to: contested registers, and what refers to nothing.

    What was deleted may come back, and with it what is apart in it, and what that refers to in vain in turn; where
    several things refer to it, each may let go of it, or be deleted, besides. What brings something back stands before
    what is said of that.
    """
    apart = {at: some for at, some in sides.items() if _may_move(at)}
    back, lost = Returning(session), list(orphans)
    found: dict[Address, Sequence[Value]] = _kept_or_not(session, back, apart)
    found |= _once_deleted(session, found, {*apart, *(one.at for one in lost)})
    found |= _orphans_open(session, back, session.book, lost)
    looked: set[int] = set()
    while new := {id(one): one for one in _all_back(found) if id(one) not in looked}:
        looked |= new.keys()
        for one in new.values():
            book = with_value(session.book, _NOWHERE, one)
            more = [lost for lost in dangling_in(book, _back([one])) if lost.at not in found]
            found |= _orphans_open(session, back, book, more, together=True)
    for key in _back(chain.from_iterable(found.values())):
        inside = (at for at in session.file.past.apart_in(key) if at.field != DELETED)
        apart |= {at: sides_of(session, at) for at in inside if _may_move(at)}
    rest = (one for one in apart.items() if one[0] not in found)
    return found | {at: [side.value for side in some] for at, some in rest}


def _may_move(at: Address) -> bool:
    """Return whether a register may move a figure: it is about money, and neither a name nor a longer text."""
    spec = field_spec(at.kind, at.field)
    text = spec is not None and spec.type is ValueType.LONG_TEXT
    named = at.kind in KINDS and at.field == KINDS[at.kind].label_field
    return at.kind in BUDGET_KINDS | CAPITAL_KINDS and not (text or named)


def _kept_or_not(session: Session, back: Returning, apart: Sides) -> dict[Address, Sequence[Value]]:
    """Return what may become of things that one deleted and another worked on.

    What the same commits deleted is there again with each of them that is kept: where those are several, that is a
    choice of its own.
    """
    of_commits: dict[tuple[WriteId, ...], list[Address]] = {}
    for at in apart:
        if at.field == DELETED:
            of_commits.setdefault(deletions_of(session, at[:2]), []).append(at)
    found: dict[Address, Sequence[Value]] = {}
    for places in of_commits.values():
        kept = back.of(places[0][:2])
        alone = len(places) == 1
        if not alone and kept.back:
            found[places[0]._replace(slot=_TOGETHER)] = [Outcome(), kept]
        found |= {at: [True, kept if alone else Outcome()] for at in places}
    return found


def _once_deleted(
    session: Session, open_: Choices, known: Collection[Address]
) -> dict[Address, Sequence[Value]]:
    """Return what may become of contested things whose deletion would leave references to nothing.

    Each of those lets go of it by then, is deleted besides, or brings it back; what is ``known`` is asked by itself. Of
    too many ways those are reckoned with that take the same way of all.
    """
    deleted = [at for at, values in open_.items() if True in values]
    book = with_values(session.book, [(at, True) for at in deleted])
    ways: dict[Address, list[list[Outcome]]] = {}
    for lost in dangling_in(book) if deleted else ():
        gone = target_of(session, lost)
        at = None if gone is None else Address(*gone, DELETED)
        if at not in deleted or lost.at in known or not _may_move(lost.at):
            continue
        some = (_way(session, lost, gone, way, book) for way in ways_of(lost, gone)[1:])
        if possible := [one for one in some if one is not None]:
            ways.setdefault(at, []).append(possible)
    found: dict[Address, Sequence[Value]] = {}
    for at, each in ways.items():
        gone_by, kept = Outcome(((at, True),)), [one for one in open_[at] if one is not True]
        if prod(len(one) + 1 for one in each) > _MOST_WAYS:
            every = ((one for one in some if one) for some in zip_longest(*each))
            found[at] = [*(_merged((gone_by, *some)) for some in every), *kept]
            continue
        back = next((one for one in kept if isinstance(one, Outcome)), Outcome())
        found[at] = _jointly(back, each, gone_by)
    return found


def _orphans_open(
    session: Session, back: Returning, book: Book, orphans: Iterable[Orphan], *,
    together: bool = False,
) -> dict[Address, Sequence[Value]]:  # fmt: skip
    """Return what may become of references to nothing in a book, and of what they name.

    ``together``: what they name may come back by itself, as it may where several name what the same commits deleted.
    """
    of_commits: dict[tuple[WriteId, ...], list[tuple[Key | None, Orphan]]] = {}
    for orphan in orphans:
        gone = target_of(session, orphan)
        commits = () if gone is None else deletions_of(session, gone)
        of_commits.setdefault(commits, []).append((gone, orphan))
    found: dict[Address, Sequence[Value]] = {}
    for commits, named in of_commits.items():
        kinds = {one.at.kind for _, one in named} | {gone[0] for gone, _ in named if gone}
        if kinds.isdisjoint(BUDGET_KINDS | CAPITAL_KINDS):
            continue
        each = {orphan.at: _without(session, orphan, gone, book) for gone, orphan in named}
        first = named[0][0]
        if first is None or not commits or (len(named) == 1 and not together):
            backs = ([back.of(gone)] if gone is not None else [] for gone, _ in named)
            found |= {
                at: [*one, *ways] for one, (at, ways) in zip(backs, each.items(), strict=True)
            }
        elif not together and _are_asked_together(each):
            found[next(iter(each))] = _jointly(back.of(first), list(each.values()))
        else:
            found[Address(*first, DELETED, _TOGETHER)] = [Outcome(), back.of(first)]
            found |= {at: [Outcome(), *ways] for at, ways in each.items()}
    return found


def _without(session: Session, orphan: Orphan, gone: Key | None, book: Book) -> list[Outcome]:
    """Return what the ways out of an orphan come to that don't bring back what it refers to."""
    ways = (one for one in ways_of(orphan, gone) if one != BRING_BACK)
    found = (_way(session, orphan, gone, way, book) for way in ways)
    return [one for one in found if one is not None]


def _are_asked_together(each: Choices) -> bool:
    """Return whether references to one gone thing can be one choice: of one draft or list, and not too many ways."""
    owners = {(at.kind, draft_of(at, "")) for at in each}
    return len(owners) == 1 and prod(len(ways) + 1 for ways in each.values()) <= _MOST_WAYS


def _jointly(
    back: Outcome, each: Sequence[Sequence[Value]], gone: Outcome | None = None
) -> list[Value]:
    """Return what becomes of things that refer to the same gone one: it is back for one of them at least, or for none.

    While it is back for one, others may let go of it, or be deleted, before. ``gone`` is what it comes to that it is
    gone, where it isn't yet.
    """
    stays = Outcome()
    none = [_merged((gone or stays, *some)) for some in product(*each)]
    some_back = (some for some in product(*([stays, *ways] for ways in each)) if stays in some)
    return [*none, *(_merged((back, *some)) for some in some_back)]


def _merged(some: Iterable[Value]) -> Outcome:
    outcomes = [one for one in some if isinstance(one, Outcome)]
    writes = chain.from_iterable(one.writes for one in outcomes)
    return Outcome(tuple(writes), tuple(chain.from_iterable(one.back for one in outcomes)))


def _all_back(choices: Choices) -> list[Outcome]:
    """Return everything that brings something back."""
    values = chain.from_iterable(choices.values())
    return [one for one in values if isinstance(one, Outcome) and one.back]


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
    return of_it or any(key[0] in _SHARED for key in _back(values))


def _posting(book: Book, choices: Choices) -> set[str]:
    """Return the requests that post to drafts, or may by a choice."""
    found = {one.id for one in book.all(CapitalRequest) if one.posts_to}
    for at, values in choices.items():
        if (at.kind, at.field) == ("capital_request", "posts_to"):
            found.add(at.id)
        found.update(name for kind, name in _back(values) if kind in _POSTING_KINDS)
    return found


def _back(values: Iterable[Value]) -> dict[Key, None]:
    """Return the things that some values bring back."""
    return {key: None for one in values if isinstance(one, Outcome) for key, _ in one.back}


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
    """Return between what totals of the capital plan come out, by their names; those of which something is open."""
    concerned = [(at, some) for at, some in choices.items() if at.kind in CAPITAL_KINDS]
    found = spans_of(book, concerned, capital_figures) if concerned else {}
    return {name: one for name, one in found.items() if one.wide}


def rule_amount(session: Session, at: Address) -> int | None:
    """Return what a month of a draft would be by its rule alone, in minor units."""
    said = session.book.get(DraftLine, at.id)
    budget = _budget(session, draft_of(at, WORKING_DRAFT))
    if said is None or budget is None or at.slot not in budget.periods:
        return None
    line = budget.lines.get(said.line)
    return None if line is None else line.computed[budget.periods.index(at.slot)]
