"""What everything that is open about money may come to: the choices behind every range.

A contested register comes to one of its values; what one deleted while another worked on it is gone or there again; a
reference to something gone ends as one of its ways out does. What is said of a thing counts where that is there.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product, zip_longest
from math import prod

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.contested import Outcome, Place, Value, with_value, with_values
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, ValueType, field_spec
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, WriteId
from dyad_desktop.replication.views import Side
from dyad_desktop.services.orphans import BRING_BACK, Orphan, edits_of, target_of, ways_of
from dyad_desktop.services.orphans import orphans as dangling_in
from dyad_desktop.services.reviving import Returning, deletions_of, outcome_of
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import sides_of

BUDGET_KINDS = frozenset(
    {"draft", "draft_line", "operating_line", "volume", "position", "planning"}
)
CAPITAL_KINDS = frozenset({"capital_request", "cost_line", "capital_policy", "criterion"})
_YEARS_KINDS = frozenset({"outlook", "basis"})
"""Kinds beside those that say where the year ends, and of what a variance is made."""
_TOGETHER = "together"
"""In place of a slot: that what the same commits deleted is there again, whoever asks for it."""
_MOST_WAYS = 32
"""So many ways are reckoned with of what refers to one thing, once that is deleted, and so many deletions alone."""
_NOWHERE: Place = ("", "", "", "")
Sides = Mapping[Address, Sequence[Side]]
Choices = Mapping[Address, Sequence[Value]]


def draft_of(at: Address, draft: str) -> str:
    """Return the draft that a register belongs to; ``draft`` where it concerns every draft."""
    if at.kind == "draft":
        return at.id
    return at.id.partition(".")[0] if at.kind == "draft_line" else draft


def year_choices(choices: Choices, sides: Sides, draft: str) -> list[tuple[Place, Sequence[Value]]]:
    """Return what is open that may move a draft's year: its budget, its actuals or its forecast."""
    found: dict[Place, Sequence[Value]] = {
        at: values
        for at, values in choices.items()
        if at.kind not in BUDGET_KINDS or draft_of(at, draft) == draft
    }
    for at, some in sides.items():
        if at.kind in _YEARS_KINDS:
            found[at] = [side.value for side in some]
    return list(found.items())


def open_choices(session: Session, sides: Sides, orphans: Iterable[Orphan]) -> Choices:
    """Return what everything that is open about money may come to: contested registers, and what refers to nothing.

    What was deleted may come back, and with it what is apart in it, and what that refers to in vain in turn; where
    several things refer to it, each may let go of it, or be deleted, besides. What brings something back stands before
    what is said of that.
    """
    apart = {at: some for at, some in sides.items() if _may_move(at)}
    back, lost = Returning(session), list(orphans)
    found: dict[Address, Sequence[Value]] = _kept_or_not(session, back, apart)
    found |= _orphans_open(session, back, session.book, lost)
    looked: set[int] = set()
    while new := {id(one): one for one in _all_back(found) if id(one) not in looked}:
        looked |= new.keys()
        for one in new.values():
            book = with_value(session.book, _NOWHERE, one)
            more = [lost for lost in dangling_in(book, brought_back([one])) if lost.at not in found]
            found |= _orphans_open(session, back, book, more, together=True)
    for at, values in _once_deleted(session, found, {*apart, *(one.at for one in lost)}).items():
        del found[at]  # what it writes stands behind what comes back
        found[at] = values
    for key in brought_back(chain.from_iterable(found.values())):
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
    ways: dict[Address, list[list[Outcome]]] = {}
    for at, lost, book in _would_be_lost(session, open_):
        if lost.at not in known and _may_move(lost.at):
            possible = _without(session, lost, at[:2], book)
            ways.setdefault(at, []).extend([possible] if possible else [])
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


def _would_be_lost(session: Session, open_: Choices) -> Iterator[tuple[Address, Orphan, Book]]:
    """Yield what would refer in vain to a contested thing once that is deleted: its fate, the reference, the book then.

    Also what may be deleted itself, and what isn't there and may come back.
    """
    deleted = [at for at, values in open_.items() if at.field == DELETED and True in values]
    if not deleted:
        return
    back = [(_NOWHERE, one) for one in _all_back(open_)]
    doubtful = {*(at[:2] for at in deleted), *(key for _, one in back for key, _ in one.back)}
    there = with_values(session.book, back)
    every = with_values(there, [(at, True) for at in deleted])
    told: set[Address] = set()
    each = deleted if len(deleted) <= _MOST_WAYS else ()
    for book, of, fates in (
        (every, None, deleted),
        *((with_values(there, [(at, True)]), doubtful, [at]) for at in each),
    ):
        for lost in dangling_in(book, of):
            gone = target_of(session, lost)
            at = None if gone is None else Address(*gone, DELETED)
            if at in fates and lost.at not in told:
                told.add(lost.at)
                yield at, lost, book


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
    found = (way_out(session, orphan, gone, way, book) for way in ways)
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


def way_out(
    session: Session, orphan: Orphan, gone: Key | None, way: str, book: Book | None = None
) -> Outcome | None:
    """Return what a way out of an orphan comes to; ``None`` of one that can't be taken now."""
    try:
        return outcome_of(session, edits_of(session, orphan, gone, way, book))
    except BadInputError:
        return None


def brought_back(values: Iterable[Value]) -> dict[Key, None]:
    """Return the things that some values bring back."""
    return {key: None for one in values if isinstance(one, Outcome) for key, _ in one.back}
