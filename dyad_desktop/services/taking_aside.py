"""Deciding on what was set aside: taken as a partner's own word, or left out."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.capital import Attachment
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.meetings import LOOKED_THROUGH, LookedThrough
from dyad_desktop.domain.ratio import FIGURES
from dyad_desktop.domain.records import Record, entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import (
    BOTH,
    DELETED,
    META_FIELDS,
    ORDER,
    Canonical,
    Entity,
    ValueType,
    field_spec,
)
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.replication.content import CONTENT, joined
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services import wording
from dyad_desktop.services.agreeing import agreeing
from dyad_desktop.services.disagreements import key_of, label_of
from dyad_desktop.services.editing import (
    FieldEdit,
    applied,
    as_whole_periods,
    check_agreed,
    check_edits,
    deletion,
    order_after,
)
from dyad_desktop.services.reviving import revived
from dyad_desktop.services.rules import check_after
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.set_aside import Aside, Place, Reading, has_needed, is_whole

_ID = uuid.UUID("0b7c1f0a-5f0e-5b51-8d43-0d9a5a2a7c11")
_PLACE = ("thing_kind", "thing", "field", "slot")


def take(session: Session, items: Sequence[Aside], initiator: object = None) -> ChangeSet:
    """Write what was set aside anew, as this partner's own word and as one commit.

    Of several what can't be taken stays: ``ChangeSet.left_alone`` tells which, and why.

    Raises:
        BadInputError: none can: what it belongs or refers to isn't there, something was written there since it was
            read, or a rule is against it; nothing is changed.
    """
    taken, left = _takeable(session, items)
    try:
        edits = _edits(session, taken)
    except BadInputError:
        if len(taken) == 1:
            raise
        taken, refused = _alone(session, taken)
        left |= refused
        edits = _edits(session, taken)
    for made in _new_things(session, edits).values():
        if isinstance(made, Attachment):
            _keep_content(session, made)
    what = taken[0].what if len(taken) == 1 else f"{len(taken):,} changes"
    label = f"{what}: taken from a laptop that was given up"
    done = session.commit([*edits, *_decided(session, taken)], label, initiator)
    return replace(done, left_alone=tuple(f"{name}: {reason}" for name, reason in left.items()))


def leave_out(session: Session, items: Sequence[Aside], initiator: object = None) -> ChangeSet:
    """Leave out what waits, as one commit: it stays in the history, and nobody is asked about it again."""
    what = items[0].what if len(items) == 1 else f"{len(items):,} changes"
    label = f"Left out {what}, of a laptop that was given up"
    return session.commit(_decided(session, items), label, initiator)


# -- what can be taken -------------------------------------------------------------------------


def _takeable(session: Session, items: Sequence[Aside]) -> tuple[list[Aside], dict[str, str]]:
    """Return what lacks nothing once all of it is there, and of the rest by name what it lacks."""
    left: dict[str, str] = {}
    rest = []
    for one in items:
        if any(session.seen(at) != heads for at, heads in one.seen.items()):
            left[one.what] = "something else was written there since; look at it again"
        else:
            rest.append(one)
    while rest:
        edits = [Edit(change.at, change.value) for one in rest for _, change in one.changes]
        after = session.book.with_entities(_new_things(session, edits).items())
        lacking = {one.what: why for one in rest if (why := _lacks(session, after, one))}
        if not lacking:
            return rest, left
        left |= lacking
        rest = [one for one in rest if one.what not in lacking]
    raise BadInputError(next(iter(left.values())))


def _lacks(session: Session, after: Book, one: Aside) -> str:
    """Return why something can't be taken: the thing it writes into isn't there, or one that it names."""
    for _, change in one.changes:
        at, spec = change.at, field_spec(change.at.kind, change.at.field)
        if at.field == DELETED or spec is None:
            continue
        natural = KINDS[at.kind].natural or KINDS[at.kind].singleton
        if not natural and after.entity(at.kind, at.id) is None:
            if session.file.past.registers(at[:2]):
                name = label_of(session, key_of(session.book, at))
                return f"{name} was deleted since; bring it back in its history first"
            return "what it belongs to isn’t here; take that too, or leave this out"
        listed = [change.value] if isinstance(change.value, str) else change.value
        if spec.type not in (ValueType.REF, ValueType.REFS) or not isinstance(listed, list):
            continue
        for target in listed:
            known = target == BOTH and spec.target == "partner"
            if known or not isinstance(target, str):
                continue
            there = after.find(target) if spec.target == "*" else after.entity(spec.target, target)
            if there is None:
                what = "thing" if spec.target == "*" else wording.words(spec.target)
                return f"it names a {what} that isn’t here; take that too, or leave this out"
    return ""


def _alone(session: Session, items: Sequence[Aside]) -> tuple[list[Aside], dict[str, str]]:
    """Return what could be taken by itself, and of the rest by name why not."""
    taken, refused = [], {}
    for one in items:
        try:
            _edits(session, [one])
        except BadInputError as error:
            refused[one.what] = error.reason
        else:
            taken.append(one)
    if not taken:
        raise BadInputError(next(iter(refused.values())))
    return taken, refused


def _edits(session: Session, items: Sequence[Aside]) -> list[Edit]:
    """Return the writes by which things are as they were written aside, checked as any edit is."""
    book = session.book
    said = {change.at: Edit(change.at, change.value) for one in items for _, change in one.changes}
    new = _new_things(session, said.values())
    base = book.with_entities(new.items())
    gone = [
        at[:2]
        for at, edit in said.items()
        if at.field == DELETED and edit.value and book.entity(*at[:2]) is not None
    ]
    check_agreed(session, gone)
    wishes = [
        FieldEdit(*at[:3], edit.value, at.slot)
        for at, edit in said.items()
        if at.field not in META_FIELDS and at[:2] not in gone
    ]
    back = [Edit(Address(*key, DELETED), value=False) for key in new]
    edits = [
        *check_edits(base, wishes),
        *(edit for at, edit in said.items() if at.field == ORDER and at[:2] in new),
        *(one for one in back if session.seen(one.at)),
    ]
    for at, edit in said.items():
        if at.field == DELETED and edit.value is False and at[:2] not in new:
            edits += revived(session, at[:2])
    edits = deletion(book, gone, edits)
    figures = [one for one in edits if _is_known_figure(book, one.at)]
    edits = [one for one in edits if one not in figures] + as_whole_periods(session, figures)
    after = applied(base, edits)
    check_after(book, after, edits)
    return edits + (agreeing(book, after) if gone else [])


def _is_known_figure(book: Book, at: Address) -> bool:
    return at.kind == "measure" and at.field in FIGURES and book.get(Measure, at.id) is not None


def _new_things(session: Session, edits: Iterable[Edit]) -> dict[Key, Entity]:
    """Return the things that come into being, as they will be: with what somebody said of them already."""
    records: dict[Key, Record] = {}
    for edit in edits:
        if edit.at.field == DELETED:
            continue
        record = records.setdefault(edit.at[:2], {})
        if edit.at.slot:
            slots = record.setdefault(edit.at.field, {})
            if isinstance(slots, dict):
                slots[edit.at.slot] = edit.value
        else:
            record[edit.at.field] = edit.value
    found = {}
    for key, record in records.items():
        there = session.book.entity(*key)
        if is_whole(key[0], record) and not (there is not None and has_needed(session, key)):
            found[key] = entity_of(*key, record, there)
    return found


def _keep_content(session: Session, made: Attachment) -> None:
    """Keep the content of an attachment that came with what was set aside, if all of it did."""
    pieces = {
        change.at.slot: change.value
        for line in session.file.past.aside({})
        for change in session.file.past.commit(line.id).changes
        if (change.at.kind, change.at.id) == (CONTENT, made.sha256)
        and isinstance(change.value, str)
    }
    data = joined(made.sha256, pieces) if pieces else None
    if data is not None:
        session.file.contents(session.partner).put(data, f"Content of {made.name}")


# -- what was decided on -----------------------------------------------------------------------


def _decided(session: Session, items: Sequence[Aside]) -> list[Edit]:
    """Return the writes that note what was decided on: chain by chain where nothing of one is left, else singly.

    What stands is decided on, too: what the pair makes of it later brings no question back.
    """
    reading = Reading(session)
    decided = {change.at for one in items for _, change in one.changes}
    left = [at for at in reading.last if reading.waits(at) and at not in decided]
    open_things = {at[:2] for at in left}
    still = reading.kept_back | {reading.last[at][0].id.actor for at in left}
    edits: dict[Address, Edit] = {}
    for line in reversed(reading.lines):  # the newest of a chain has the last word
        if line.id.actor not in still:
            edits |= _mark(session, line, ())
    marks = [mark for one in items for mark in one.marks]
    marks += [
        (line, at)
        for at, (line, _) in reading.last.items()
        if not (reading.is_anothers(at) or at[:2] in open_things or at in decided)
    ]
    for line, place in marks:
        if line.id.actor in still:
            edits |= _mark(session, line, place)
    return list(edits.values())


def _mark(session: Session, line: JournalLine, place: Place) -> dict[Address, Edit]:
    """Return the writes that note that a chain, or one place in it, was decided on up to a commit.

    Each is a thing of its own, so that two partners who decide apart on more and on less have decided on more.
    """
    actor, upto = line.id.actor.hex(), line.id.seq
    name = str(uuid.uuid5(_ID, "\0".join((actor, str(upto), *place))))
    said: dict[str, Canonical] = {
        "actor": actor,
        **dict(zip(_PLACE, (part or None for part in place), strict=False)),
        "upto": upto,
        "by": session.partner,
    }
    edits = {
        (at := Address(LOOKED_THROUGH, name, part)): Edit(at, value) for part, value in said.items()
    }
    if session.seen(
        order := Address(LOOKED_THROUGH, name, ORDER)
    ):  # it was noted before, and undone
        gone = Address(LOOKED_THROUGH, name, DELETED)
        return {**edits, gone: Edit(gone, value=False)}
    return {**edits, order: Edit(order, order_after(session.book, LookedThrough))}
