"""Bring back what was: a field's earlier value, or a whole thing as it was at a moment. Each is one new commit."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.meant import FIELDS, place_of, said_as, with_meanings
from dyad_desktop.domain.operating import DraftLine
from dyad_desktop.domain.ratio import PARTS
from dyad_desktop.domain.records import Record, entity_of, spec_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, META_FIELDS, Canonical, Entity, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.services import wording
from dyad_desktop.services.disagreements import field_name, label_of, value_text
from dyad_desktop.services.editing import FieldEdit, Seen, as_whole_periods, came_since, set_fields
from dyad_desktop.services.goals import Entry, observation_edits
from dyad_desktop.services.history import Cut, related, title_of
from dyad_desktop.services.reviving import deletions_of, outcome_of, revived
from dyad_desktop.services.rules import check_after
from dyad_desktop.services.session import ChangeSet, Session

if TYPE_CHECKING:
    from decimal import Decimal


def restore_value(
    session: Session, at: Address, value: Canonical, initiator: object = None, *, seen: Seen = None
) -> ChangeSet:
    """Give a field an earlier value again; the commit names everything that stands now, or what was ``seen``.

    Raises:
        BadInputError: its thing is gone, or what the value refers to; nothing is changed.
    """
    name = title_of(session, (at.kind, at.id))
    if at.field == DELETED:
        raise BadInputError(f"{name} comes back with “Restore the whole item”")
    if session.book.entity(at.kind, at.id) is None and not KINDS[at.kind].natural:
        raise BadInputError(f"{name} was deleted; restore the whole item first")
    title = field_name(session.book, at)
    note = f"{name}, {title} restored: {_short(value_text(session, at, value))}"
    edits = [FieldEdit(*at[:3], value, at.slot, seen), *_as_it_was_said(session, at, value)]
    if not came_since(
        session, at, seen
    ):  # else the value that stands is of another period than was seen
        edits += _following(session, at, value)
    return set_fields(session, edits, note, initiator)


def _following(session: Session, at: Address, value: Canonical) -> list[FieldEdit]:
    """Return the write of the value that follows a part of a period, where it followed it before."""
    measure = session.book.get(Measure, at.id) if at.kind == "measure" else None
    if measure is None or at.field not in PARTS:
        return []
    part: Decimal | None = spec_of(at.kind, at.field).decode(value)
    found = observation_edits(measure, [Entry(at.slot, at.field, part)])
    return [one for one in found if one.field != at.field]


def _as_it_was_said(session: Session, at: Address, value: Canonical) -> list[FieldEdit]:
    """Return the write by which a figure of a plan means what it meant when it was said."""
    said = session.book.get(DraftLine, at.id) if at.kind == "draft_line" else None
    if said is None or value is None or at.field not in FIELDS:
        return []
    then = said_as(said, at.field, value)
    slot = place_of(at.field, value)
    return [FieldEdit(at.kind, at.id, "said_as", then, slot)] if then else []


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def restore_item(
    session: Session, key: Key, cut: Cut, draft: str, initiator: object = None
) -> ChangeSet:
    """Make a thing as it was at a cut, with what a draft said of it; a deleted one comes back.

    What belongs to it, such as a goal's measures, stays as it is.

    Raises:
        BadInputError: it wasn't there then, or refers to something that is gone; nothing is changed.
    """
    past, edits, then = session.file.past, [], {}
    for one in related(key, draft):
        record = past.record(one, cut)
        if record is not None:
            then[one] = entity_of(*one, record)
            record = _as_it_was_meant(record, then[one])
        elif one == key or session.book.entity(*one) is None:
            continue
        edits += _edits(session, one, record or {})
    name = title_of(session, key)
    if key not in then:
        raise BadInputError(f"{name} wasn’t there then, so there is nothing to restore")
    if not edits:
        raise BadInputError(f"{name} is as it was then")
    edits = as_whole_periods(session, edits)
    after = session.book.with_entities(then.items())
    _need_targets(session, after, then)
    check_after(session.book, after, edits)
    return session.commit(edits, f"{name} restored as it was", initiator)


def bring_back(
    session: Session, key: Key, deletion: WriteId, draft: str, initiator: object = None
) -> ChangeSet:
    """Make a thing as it was when a commit deleted it; with what that deleted along, while all of it is gone by it.

    Raises:
        BadInputError: as of ``restore_item``.
    """
    if key in gone_by(session, deletion):
        return bring_back_all(session, deletion, initiator)
    return restore_item(session, key, session.file.past.before(deletion), draft, initiator)


def gone_by(session: Session, commit: WriteId) -> tuple[Key, ...]:
    """Return the things that a commit deleted and that are still gone by it; none while one of them is contested."""
    deleted = [
        change.at
        for change in session.changes(commit)
        if change.at.field == DELETED and change.value is True
    ]
    gone = tuple(
        at[:2]
        for at in deleted
        if session.book.entity(*at[:2]) is None and commit in deletions_of(session, at[:2])
    )
    return () if gone and not set(deleted).isdisjoint(session.disagreements()) else gone


def bring_back_all(session: Session, commit: WriteId, initiator: object = None) -> ChangeSet:
    """Bring back what a commit deleted, with what it let go of for its sake, as it was last.

    Raises:
        BadInputError: it is there again already, or refers to something that is gone; nothing is changed.
    """
    keys = gone_by(session, commit)
    if not keys:
        raise BadInputError("what this deleted is there again, or was deleted anew since")
    edits = list({edit.at: edit for key in keys for edit in revived(session, key)}.values())
    then = dict(outcome_of(session, edits).back)
    after = session.book.with_entities(then.items())
    _need_targets(session, after, then)
    check_after(session.book, after, edits)
    named = [key for key in keys if not _belongs_to_one(then, key)]
    label = label_of(session, named[0]) if len(named) == 1 else f"{len(named)} things"
    return session.commit(edits, f"{label} brought back", initiator)


def _belongs_to_one(then: Mapping[Key, Entity], key: Key) -> bool:
    """Return whether a thing belongs to another that comes back with it."""
    spec, entity = KINDS[key[0]], then.get(key)
    return bool(spec.parent_field) and (spec.parent, getattr(entity, spec.parent_field, "")) in then


def _as_it_was_meant(record: Record, then: Entity) -> Record:
    """Return what was said of a thing; figures of a plan mean what they counted as, not what was said since."""
    if not isinstance(then, DraftLine):
        return record
    return {**record, "said_as": dict(with_meanings(then).said_as)}


def _edits(session: Session, key: Key, record: Record) -> list[Edit]:
    """Return the writes that make a thing what its record says; registers that came since are emptied."""
    edits = []
    fate = Address(*key, DELETED)
    if any(side.value for side in session.sides(fate)):
        edits.append(Edit(fate, value=False))
    for at in session.file.past.registers(key):
        if at.field in META_FIELDS or at.field not in KINDS[at.kind].fields:
            continue
        said = record.get(at.field)
        value = said.get(at.slot) if isinstance(said, dict) else said
        spec = spec_of(at.kind, at.field)
        if (value is None and spec.required and not at.slot) or spec.stays(value):
            continue  # it was as the kind begins with; or what a value meant is kept
        if [side.value for side in session.sides(at)] != [value]:
            edits.append(Edit(at, value))
    return edits


def _need_targets(session: Session, after: Book, then: "dict[Key, Entity]") -> None:
    for (kind, entity_id), entity in then.items():
        for field in KINDS[kind].fields.values():
            if field.type is not ValueType.REF or field.target not in KINDS:
                continue
            target = getattr(entity, field.name)
            if (
                isinstance(target, str)
                and target != "both"
                and not after.entity(field.target, target)
            ):
                thing = label_of(session, (kind, entity_id))
                what = wording.words(field.target)
                gone = label_of(session, (field.target, target))
                raise BadInputError(
                    f"{thing} belonged to the {what} {gone}, which is gone; restore that first"
                )
