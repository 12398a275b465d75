"""Commands on drafts: copy, rename, delete, what-ifs, lines taken from one into another; and versions to compare."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.budget import compute_budget, year_of
from dyad_desktop.domain.capital import CapitalRequest
from dyad_desktop.domain.levers import Inputs, input_words
from dyad_desktop.domain.meant import FIELDS, GROWTH, place_of, said_as, with_meanings
from dyad_desktop.domain.methods import PRIOR_YEAR, method_of
from dyad_desktop.domain.missing import missing
from dyad_desktop.domain.operating import (
    WORKING_DRAFT,
    Draft,
    DraftLine,
    OperatingLine,
    draft_line_id,
)
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.scenario import (
    Difference,
    Version,
    actual_version,
    differences,
    draft_version,
    prior_version,
)
from dyad_desktop.domain.schema import ORDER, Entity
from dyad_desktop.domain.totals import ytd_periods
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.editing import FieldEdit, delete, fresh, order_after, set_fields
from dyad_desktop.services.history import as_of, writes_of
from dyad_desktop.services.meeting_point import last_met
from dyad_desktop.services.pictures import agreed
from dyad_desktop.services.refusals import check_name
from dyad_desktop.services.session import ChangeSet, Session

WORKING = "working"
"""The state in which a draft is planned on."""
_WHOSE = frozenset({"draft", "line"})
_PASSES = 12
"""So often months are set until lines that follow each other stand; every pass sets at least one more month."""
_NAMED = 2


# -- drafts --------------------------------------------------------------------------------------


def copy_draft(
    session: Session, source: str, name: str, purpose: str = "", inputs: Inputs | None = None
) -> ChangeSet:
    """Copy a draft with everything that it says of its lines, as one commit; ``new_draft`` tells its id.

    A line's own growth, which the working draft plans with, is written into the copy: what is edited later in the
    working draft doesn't move it. Capital requests that post to the source post to the copy too. ``inputs`` are
    what-ifs that the copy begins with, over those of the source.

    Raises:
        BadInputError: no such draft, an empty name, or one that another draft has.
    """
    book, origin = session.book, _draft(session.book, source)
    made = fresh(
        Draft,
        name=free_name(book, name),
        copied_from=source,
        purpose=purpose.strip() or None,
        inputs={**origin.inputs, **(inputs or {})},
        order=order_after(book, Draft),
    )
    edits = [*_written("draft", made)]
    for line in book.rows(OperatingLine).values():
        edits += _written("draft_line", _copied(line, book, made.id, source))
    return session.commit(edits, f"Copy of {origin.name}: {made.name}")


def _written(kind: str, entity: Entity) -> Iterable[Edit]:
    """Yield the writes by which a copy comes into being: only what it says, since most lines say little.

    What is copied stood in the book already, so that nothing in it has to be checked against it again.
    """
    if entity.order:
        yield Edit(Address(kind, entity.id, ORDER), entity.order)
    for name, spec in KINDS[kind].fields.items():
        value = getattr(entity, name)
        if spec.slot is not None:
            for slot, part in value.items():
                if part is not None:
                    yield Edit(Address(kind, entity.id, name, slot), spec.check(part))
        elif value is not None:
            yield Edit(Address(kind, entity.id, name), spec.check(value))


def _copied(line: OperatingLine, book: Book, target: str, source: str) -> DraftLine:
    said = book.get(DraftLine, draft_line_id(source, line.id))
    own = said or DraftLine(id="", draft=source, line=line.id)
    copied = dataclasses.replace(own, id=draft_line_id(target, line.id), draft=target, order="")
    growth = line.rate_growth_pct
    if own.rate_growth_pct is not None or method_of(said) != PRIOR_YEAR or growth is None:
        return copied
    # The same figure may have been said as another growth before.
    meant = {place_of(GROWTH, growth): PRIOR_YEAR} if said_as(own, GROWTH, growth) else {}
    return dataclasses.replace(copied, rate_growth_pct=growth, said_as={**own.said_as, **meant})


def free_name(book: Book, name: str, besides: str = "") -> str:
    """Return a draft's name as it may be kept.

    Raises:
        BadInputError: empty, or another draft's.
    """
    wanted = name.strip()
    if not wanted:
        raise BadInputError("a draft needs a name")
    for one in book.all(Draft):
        if one.name.casefold() == wanted.casefold() and one.id != besides:
            raise BadInputError(f"there is a draft called {one.name} already")
    check_name(wanted)
    return wanted


def next_name(book: Book, stem: str) -> str:
    """Return the first of ``stem 1``, ``stem 2`` … that no draft has."""
    taken = {one.name.casefold() for one in book.all(Draft)}
    n = 1
    while f"{stem} {n}".casefold() in taken:
        n += 1
    return f"{stem} {n}"


def new_draft(changes: ChangeSet) -> str:
    """Return the id of the draft that a command created."""
    return next(entity for kind, entity in changes.keys if kind == "draft")


def _draft(book: Book, draft: str) -> Draft:
    found = book.get(Draft, draft)
    if found is None:
        raise BadInputError(f"there is no draft {draft!r}")
    return found


def describe_draft(session: Session, draft: str, name: str, purpose: str) -> ChangeSet:
    """Rename a draft and say what it is for.

    Raises:
        BadInputError: no such draft, an empty name, or one that another draft has.
    """
    found = _draft(session.book, draft)
    kept = name.strip() == found.name  # two drafts that met in a merge may have one name
    wanted = {
        "name": name.strip() if kept else free_name(session.book, name, draft),
        "purpose": purpose.strip() or None,
    }
    edits = [
        FieldEdit("draft", draft, field, value)
        for field, value in wanted.items()
        if value != getattr(found, field)
    ]
    return (
        set_fields(session, edits, f"Draft {wanted['name']}") if edits else ChangeSet(frozenset())
    )


def delete_draft(session: Session, draft: str, *, knowingly: bool = False) -> ChangeSet:
    """Delete a draft and what it says of its lines; it can be undone.

    Raises:
        BadInputError: no such draft, the last one, or one that was agreed and isn't deleted ``knowingly``.
    """
    found = _draft(session.book, draft)
    if len(session.book.all(Draft)) == 1:
        raise BadInputError(f"{found.name} is the only draft, and a partnership has at least one")
    if found.state != WORKING and not knowingly:
        raise BadInputError(f"{found.name} is {found.state}; it is deleted only when you say so")
    return delete(session, [("draft", draft)], fields=_handed_on(session.book, found))


def _handed_on(book: Book, gone: Draft) -> list[FieldEdit]:
    """Return the writes by which copies of a draft that goes keep what capital requests post to it."""
    copies = [one for one in book.all(Draft) if one.copied_from == gone.id]
    if not copies:
        return []
    edits = [FieldEdit("draft", one.id, "copied_from", gone.copied_from) for one in copies]
    for request in book.all(CapitalRequest):
        if gone.id in request.posts_to:
            others = [name for name in request.posts_to if name != gone.id]
            posts = list(dict.fromkeys((*others, *(one.id for one in copies))))
            edits.append(FieldEdit("capital_request", request.id, "posts_to", posts))
    return edits


def fixed_words(book: Book, draft: str) -> str:
    """Return why a draft takes no edits, and what to do instead; empty while it is planned on."""
    found = book.get(Draft, draft)
    if found is None or found.state == WORKING:
        return ""
    return f"{found.name} is {found.state} and stays as it is; make a copy of it to plan on."


# -- what-ifs ------------------------------------------------------------------------------------


def set_input(session: Session, draft: str, lever: str, percent: Decimal | None) -> ChangeSet:
    """Give a scenario a what-if in percent, or take it back with ``None``.

    The working draft and drafts that are fixed keep what they plan: a copy of them takes the what-if. Then the
    draft that was changed is another one, which ``scenario_of`` tells.

    Raises:
        BadInputError: no such draft, or a percentage below −100 or above 1,000.
    """
    found = _draft(session.book, draft)
    if draft == WORKING_DRAFT or found.state != WORKING:
        if percent is None:
            return ChangeSet(frozenset())
        name = next_name(session.book, "What-if")
        KINDS["draft"].fields["inputs"].check(percent)
        return copy_draft(session, draft, name, inputs={lever: percent})
    words = input_words(session.book, {lever: percent}) or "as planned"
    note = f"{found.name}: {words}" if percent else f"{found.name}: a what-if taken back"
    return set_fields(session, [FieldEdit("draft", draft, "inputs", percent, lever)], note)


# -- taking lines --------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """What taking lines did: the change, and of how many lines months had to be set by hand to keep the figures."""

    changes: ChangeSet
    lines: int
    by_hand: int
    before: int
    after: int
    """The year's contribution of the draft that took them, minor units."""


def take_lines(
    session: Session, source: str, target: str, lines: Iterable[str], reason: str = "", *,
    figures: bool = True,
) -> Taken:  # fmt: skip
    """Plan lines of a draft as another one does, as one commit: every field, months and growth.

    With ``figures`` the amounts come over too: where the source's what-ifs, or lines that aren't taken, would make
    them other ones, those months are set by hand.

    Raises:
        BadInputError: one draft twice, a draft that is fixed, no line chosen, or lines that would hang together in
            a circle; nothing is changed.
    """
    book, wanted = session.book, tuple(dict.fromkeys(lines))
    _check_taking(book, source, target, wanted)
    made = {line: _taken(book, source, target, line) for line in wanted}
    hand: set[str] = set()
    if figures:
        made, hand = _with_figures(session, source, target, made)
    edits = [edit for line in made.values() for edit in _edits(book, line)]
    before = session.budget(target).totals.contribution
    note = _take_note(book, source, target, wanted, reason)
    changes = set_fields(session, edits, note) if edits else ChangeSet(frozenset(), note=note)
    after = session.budget(target).totals.contribution
    return Taken(changes, len(wanted), len(hand), before, after)


def _check_taking(book: Book, source: str, target: str, lines: Sequence[str]) -> None:
    if source == target:
        raise BadInputError("lines are taken from one draft into another; these are the same")
    _draft(book, source)
    _draft(book, target)
    if said := fixed_words(book, target):
        raise BadInputError(said.rstrip("."))
    if not lines:
        raise BadInputError("choose at least one operating line")
    for line in lines:
        if book.get(OperatingLine, line) is None:
            raise BadInputError(f"there is no operating line {line!r}")


def _taken(book: Book, source: str, target: str, line: str) -> DraftLine:
    """Return what the target says of a line once it plans as the source does."""
    entity = book.need(OperatingLine, line)
    copied = with_meanings(_copied(entity, book, target, source))
    # The working draft goes on planning with the line's own growth where that is the same.
    usual = target == WORKING_DRAFT and copied.rate_growth_pct == entity.rate_growth_pct
    if usual and method_of(copied) == PRIOR_YEAR:
        copied = dataclasses.replace(copied, rate_growth_pct=None)
    known = book.get(DraftLine, copied.id)
    return dataclasses.replace(copied, order="" if known is None else known.order)


def _with_figures(
    session: Session, source: str, target: str, made: Mapping[str, DraftLine]
) -> tuple[dict[str, DraftLine], set[str]]:
    """Set months by hand until every taken line comes out as in the source."""
    wanted, now = session.budget(source).lines, session.budget(target)
    found, hand = dict(made), set[str]()
    for _ in range(_PASSES):
        after = session.book.with_entities((("draft_line", one.id), one) for one in found.values())
        budget = compute_budget(after, target, now)
        other = 0
        for line, said in found.items():
            months = {
                period: amount
                for period, amount, stands in zip(
                    budget.periods, wanted[line].months, budget.lines[line].months, strict=True
                )
                if amount != stands
            }
            if months:
                found[line] = dataclasses.replace(said, months={**said.months, **months})
                hand.add(line)
                other += 1
        if not other:
            break
    return found, hand


def _edits(book: Book, wanted: DraftLine) -> Iterable[FieldEdit]:
    """Return the writes that make a draft line what it should be; nothing where it is so already."""
    known = book.get(DraftLine, wanted.id)
    now = known or DraftLine(id=wanted.id, draft=wanted.draft, line=wanted.line)
    for name, spec in KINDS["draft_line"].fields.items():
        if name in _WHOSE or spec.silent:
            continue
        old, new = getattr(now, name), getattr(wanted, name)
        if spec.slot is None:
            if old != new:
                yield FieldEdit("draft_line", wanted.id, name, new)
            continue
        for slot in sorted({*old, *new}):
            if old.get(slot) != new.get(slot):
                yield FieldEdit("draft_line", wanted.id, name, new.get(slot), slot)
    for field in FIELDS:
        value, slot = getattr(wanted, field), place_of(field, getattr(wanted, field))
        meant = None if value is None else wanted.said_as.get(slot)
        if meant and (value != getattr(now, field) or meant != now.said_as.get(slot)):
            yield FieldEdit("draft_line", wanted.id, "said_as", meant, slot)


def _take_note(book: Book, source: str, target: str, lines: Sequence[str], reason: str) -> str:
    names = ", ".join(book.label("operating_line", line) for line in lines[:_NAMED])
    more = f" and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
    note = (
        f"{names}{more} taken from {book.label('draft', source)} into {book.label('draft', target)}"
    )
    return f"{note}: {reason.strip()}" if reason.strip() else note


# -- comparing -----------------------------------------------------------------------------------


def choices(book: Book) -> list[tuple[Key, str]]:
    """Return what can stand in a comparison, with its name: drafts, prior year, actual, agreed, last met."""
    meta = book.only(Partnership)
    drafts: list[tuple[Key, str]] = [(("draft", one.id), one.name) for one in book.all(Draft)]
    moved = [
        (("planned", one.id), f"{one.name}, planned anew")
        for one in book.all(Draft)
        if one.agreed_figures is not None and one.state != WORKING
    ]
    return [
        *drafts,
        *moved,
        (("prior", ""), f"{meta.prior_year or 'Prior year'} actual"),
        (("actual", ""), f"{meta.budget_year or 'Year'} actual to date"),
        (("agreed", ""), "Last agreed version"),
        (("met", ""), "When you last met"),
    ]


def compare(session: Session, left: Key, right: Key, draft: str) -> Difference:
    """Compare two of ``choices`` line by line.

    What was agreed, or stood when the partners last met, is that of the draft on the other side, else of ``draft``.

    Raises:
        BadInputError: one sentence on why a side has nothing to show.
    """
    sides = []
    for key, other in ((left, right), (right, left)):
        about = next((one[1] for one in (key, other) if one[0] == "draft"), draft)
        sides.append(version(session, key, about))
    return differences(*sides)


def version(session: Session, key: Key, draft: str = WORKING_DRAFT) -> Version:
    """Return one of ``choices``; ``draft`` is whose past is meant.

    Raises:
        BadInputError: one sentence on why there is nothing to show.
    """
    book, kind = session.book, key[0]
    meta = book.only(Partnership)
    if kind == "prior":
        return prior_version(book, year_of(book).prior, f"{meta.prior_year or 'Prior year'} actual")
    if kind == "actual":
        periods = ytd_periods(book)
        if not periods:
            raise BadInputError("No month of the budget year has actuals yet.")
        lacks = missing(book, session.budget(draft))
        return actual_version(book, periods, f"{meta.budget_year or 'Year'} actual", lacks)
    if kind in ("draft", "planned"):
        found = _draft(book, key[1])
        budget = session.budget(found.id)
        anew = kind == "planned" and budget.planned is not None
        name = f"{found.name}, planned anew" if anew else found.name
        return draft_version(book, (budget.planned if anew else None) or budget, key, name)
    return _earlier(session, kind, draft)


def _earlier(session: Session, kind: str, draft: str) -> Version:
    """Return a draft as it was last agreed, or stood when the partners last met."""
    name = session.book.label("draft", draft)
    if kind == "agreed":
        moment = agreed(session, ("draft", draft))
        if moment is None:
            raise BadInputError(
                f"{name} was never agreed, so there is no agreed version of it yet."
            )
        cut, title = moment.cut, f"{name} as last agreed"
    else:
        meeting = last_met(session)
        if meeting.alone or not meeting.cut:
            raise BadInputError("Your copies have not met yet, so there is no plan of that day.")
        cut, title = meeting.cut, f"{name} when you last met"
    then = as_of(session, cut).finish()
    if then.get(Draft, draft) is None:
        raise BadInputError(f"{name} wasn’t there yet at that time.")
    return draft_version(then, compute_budget(then, draft), (kind, draft), title)


def last_note(session: Session, draft: str, line: str) -> str:
    """Return the label of the last commit that wrote what a draft says of a line; empty where none did."""
    found = writes_of(session, [("draft_line", draft_line_id(draft, line))], limit=1).lines
    return found[0].note if found else ""
