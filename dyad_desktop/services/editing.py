"""Commands that work for every kind: write fields, create, delete, move. Checked first, then one commit."""

import dataclasses
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dyad_desktop.domain.book import KIND_OF, Book, Key
from dyad_desktop.domain.bounds import check_bounds
from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.meant import meanings
from dyad_desktop.domain.ratio import FIGURES, said_beside
from dyad_desktop.domain.rebases import agrees
from dyad_desktop.domain.records import check_slot, record_of, spec_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import BOTH, DELETED, ORDER, Entity, FieldSpec, Slot, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.replication.order import key_between
from dyad_desktop.services.agreeing import agreeing
from dyad_desktop.services.local import new_id
from dyad_desktop.services.rules import check_after, concern
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.values import exponent_of

_GO_ALONG = frozenset({"dependency", "note"})
"""Kinds that go with what they refer to: there is nothing left for them to say."""
Seen = tuple[WriteId, ...] | Callable[[], tuple[WriteId, ...] | None] | None


@dataclasses.dataclass(frozen=True, slots=True)
class FieldEdit:
    """A wish to give a field a value: canonical or as the dataclass holds it.

    ``seen``: see ``Session.seen``; what an editor saw is known only once its edit is written, so it may be asked.
    ``standing``: the value stands in the register already, so that rules for new figures don't ask about it.
    """

    kind: str
    id: str
    field: str
    value: Any
    slot: str = ""
    seen: Seen = None
    standing: bool = False


def set_fields(
    session: Session, edits: Sequence[FieldEdit], note: str = "", initiator: object = None
) -> ChangeSet:
    """Write fields of things that exist, as one commit.

    Raises:
        BadInputError: a value, slot or reference that can't be taken, with its place; nothing is changed.
    """
    check_agreed(
        session, [(one.kind, one.id) for one in edits if one.field == DELETED and one.value]
    )
    checked = check_edits(session.book, [*edits, *_meanings(session.book, edits)])
    checked = as_whole_periods(session, checked)
    label = note or _label(session.book, edits)
    return session.commit(checked, label, initiator)


def _meanings(book: Book, edits: Sequence[FieldEdit]) -> Iterator[FieldEdit]:
    """Yield, for figures of plans, the writes that tell under which method they are said: that planned by now."""
    said = [(one.id, one.field, one.value) for one in edits if one.kind == "draft_line"]
    told = {(one.id, one.slot) for one in edits if one.field == "said_as"}
    for line, slot, method in meanings(book, said) if said else ():
        if (line, slot) not in told:
            yield FieldEdit("draft_line", line, "said_as", method, slot)


def as_whole_periods(session: Session, edits: Sequence[Edit]) -> list[Edit]:
    """Return edits so that a ratio's period of which a figure changes is said as a whole: see ``said_beside``.

    A figure that is contested stays so: who writes another one hasn't settled it. Where a partner's write came while
    the figure was typed, the others were of another period than its author saw: then it is said alone.
    """
    figures = [one for one in edits if one.at.kind == "measure" and one.at.field in FIGURES]
    if not figures:
        return list(edits)
    contested = frozenset(session.disagreements())
    written: dict[str, dict[str, set[str]]] = {}
    changing: set[tuple[str, str]] = set()
    for one in figures:
        at = one.at
        written.setdefault(at.id, {}).setdefault(at.slot, set()).add(at.field)
        stood = getattr(session.book.need(Measure, at.id), at.field).get(at.slot)
        if at in contested or spec_of("measure", at.field).decode(one.value) != stood:
            changing.add((at.id, at.slot))
    changing -= {
        (one.at.id, one.at.slot) for one in figures if came_since(session, one.at, one.seen)
    }
    found = [
        dataclasses.replace(one, again=True)
        if one.at.kind == "measure"
        and one.at.field in FIGURES
        and (one.at.id, one.at.slot) in changing
        else one
        for one in edits
    ]
    for name, periods in written.items():
        changed = {period: said for period, said in periods.items() if (name, period) in changing}
        for period, field, figure in said_beside(session.book.need(Measure, name), changed):
            at = Address("measure", name, field, period)
            if at not in contested:
                found.append(Edit(at, spec_of("measure", field).check(figure), again=True))
    return found


def came_since(session: Session, at: Address, seen: Seen) -> bool:
    """Return whether something was written into a register since an editor on it opened."""
    known = seen() if callable(seen) else seen
    return known is not None and set(known) != set(session.seen(at))


def check_edits(book: Book, edits: Sequence[FieldEdit]) -> list[Edit]:
    """Return edits as they may be written.

    Raises:
        BadInputError: a value, slot or reference that can't be taken, with its place.
    """
    births = _births(book, edits)
    born = {(edit.at.kind, edit.at.id) for edit in births}
    wished = [_checked(book, edit, born) for edit in edits]
    checked = [*births, *wished]
    if concern(checked):
        after = applied(book, checked)
        standing = {edit.at for edit, wish in zip(wished, edits, strict=True) if wish.standing}
        check_after(book, after, checked, standing)
        checked += agreeing(book, after)
    return checked


def set_field(  # noqa: PLR0913 - each names itself where it is called
    session: Session, key: Key, field: str, value: object, *, slot: str = "", note: str = "",
    initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Write one field as one commit; see ``set_fields``."""
    return set_fields(session, [FieldEdit(*key, field, value, slot)], note, initiator)


def _place(edit: FieldEdit) -> str:
    return f"{edit.kind} {edit.id} {edit.field}" + (f"/{edit.slot}" if edit.slot else "")


def _checked(book: Book, edit: FieldEdit, born: Collection[Key] = ()) -> Edit:
    """Return an edit as it may be written; ``born`` are things that come into being beside it."""
    spec = spec_of(edit.kind, edit.field)
    key = (edit.kind, edit.id)
    there = key in born or book.entity(*key) is not None or _comes_into_being(book, edit)
    if not there:
        raise BadInputError(f"there is no {edit.kind} {edit.id!r}")
    try:
        check_slot(spec, edit.slot)
        _check_partner(book, spec, edit.slot)
        if not edit.standing:
            check_bounds(spec, edit.value, edit.slot)
        value = spec.check(edit.value, exponent_of(book))
        _check_reference(book, spec, value)
    except BadInputError as error:
        raise BadInputError(error.reason, _place(edit)) from None
    seen = edit.seen() if callable(edit.seen) else edit.seen
    return Edit(Address(edit.kind, edit.id, edit.field, edit.slot), value, seen)


def _check_partner(book: Book, spec: FieldSpec, slot: str) -> None:
    if spec.slot in (Slot.PARTNER, Slot.CRITERION):
        partner = slot.partition("/")[0]
        if book.entity("partner", partner) is None:
            raise BadInputError(f"there is no partner {partner!r}")


def _comes_into_being(book: Book, edit: FieldEdit) -> bool:
    """Return whether a thing needs no creating: a singleton, or a natural one whose parts are there."""
    return edit.id == edit.kind if KINDS[edit.kind].singleton else bool(_natural(book, edit))


def _natural(book: Book, edit: FieldEdit) -> dict[str, str]:
    """Return the fields that a natural thing's id says, when what they refer to is there."""
    spec = KINDS[edit.kind]
    parts = edit.id.split(".", len(spec.natural) - 1) if spec.natural else []
    found = dict(zip(spec.natural, parts, strict=False))
    there = all(book.entity(spec.fields[name].target, value) for name, value in found.items())
    return found if len(parts) == len(spec.natural) and there else {}


def _births(book: Book, edits: Sequence[FieldEdit]) -> list[Edit]:
    """Return the writes by which natural things that edits name for the first time come into being."""
    new: dict[Key, dict[str, str]] = {}
    for edit in edits:
        key = (edit.kind, edit.id)
        if key not in new and edit.kind in KINDS and book.entity(*key) is None:
            new[key] = _natural(book, edit)
    return [
        Edit(Address(*key, field), value)
        for key, fields in new.items()
        for field, value in fields.items()
    ]


def _check_reference(book: Book, spec: FieldSpec, value: object) -> None:
    if spec.type not in (ValueType.REF, ValueType.REFS):
        return
    for target in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
        if target == BOTH and spec.target == "partner":
            continue
        there = book.find(target) if spec.target == "*" else book.entity(spec.target, target)
        if there is None:
            what = "thing" if spec.target == "*" else spec.target.replace("_", " ")
            raise BadInputError(f"there is no {what} {target!r}")


def applied(book: Book, edits: Iterable[Edit]) -> Book:
    """Return the book as it is after edits; each thing is made anew once, however many of its parts are written."""
    written: dict[Key, dict[str, Any] | None] = {}
    things: dict[Key, Entity | None] = {}
    for edit in edits:
        key, name = (edit.at.kind, edit.at.id), edit.at.field
        if key not in things:
            things[key] = book.entity(*key) or _newborn(*key)
        entity = things[key]
        if entity is None or not (name == DELETED or name in KINDS[key[0]].fields):
            continue
        if name == DELETED and edit.value:
            written[key] = None
            continue
        fields = written.get(key)
        if fields is None:
            fields = written[key] = {}
        if name != DELETED:
            _put(fields, entity, edit)
    return book.with_entities(
        (key, None if fields is None else _with(things[key], fields))
        for key, fields in written.items()
    )


def _put(fields: dict[str, Any], entity: Entity, edit: Edit) -> None:
    spec = spec_of(edit.at.kind, edit.at.field)
    value = spec.decode(edit.value)
    if spec.slot is None:
        fields[spec.name] = value
        return
    if spec.name not in fields:
        fields[spec.name] = dict(getattr(entity, spec.name))
    fields[spec.name][edit.at.slot] = value


def _with(entity: Entity | None, fields: Mapping[str, Any]) -> Entity | None:
    return dataclasses.replace(entity, **fields) if entity is not None and fields else entity


def _newborn(kind: str, entity_id: str) -> Entity | None:
    """Return a thing that comes into being by being written, with nothing said of it yet."""
    spec = KINDS[kind]
    return spec.cls(id=entity_id) if spec.singleton or spec.natural else None


def _label(book: Book, edits: Sequence[FieldEdit]) -> str:
    """Return what a commit without a note of its own is called."""
    if not edits:
        return ""
    first = edits[0]
    things = {(edit.kind, edit.id) for edit in edits}
    name = book.label(first.kind, first.id)
    if (first.kind, first.field, len(edits)) == ("draft", "state", 1):
        return f"{name}: {first.value}"
    if len(things) > 1:
        return f"{len(edits)} changes in {KINDS[first.kind].title.lower()}s"
    fields = {edit.field for edit in edits}
    what = first.field.replace("_", " ") if len(fields) == 1 else f"{len(edits)} fields"
    return f"{name}: {what}"


def create(  # noqa: PLR0913 - as above
    session: Session, entity: Entity, *, note: str = "", after: str | None = None,
    initiator: object = None, also: Sequence[Entity] = (), fields: Sequence[FieldEdit] = (),
    gone: Sequence[Key] = (),
) -> ChangeSet:  # fmt: skip
    """Create things as one commit, ``entity`` placed after the sibling ``after`` (by default last).

    ``fields`` are writes to things that exist already, or are created here, and ``gone`` are things that are deleted,
    in the same commit. What was deleted under its id is created again by ``FieldEdit(kind, id, DELETED, False)``.

    Raises:
        BadInputError: a field that can't be taken, an id that is taken, or see ``delete``; nothing is changed.
    """
    edits: list[Edit] = []
    born = session.book.with_entities([((KIND_OF[type(e)], e.id), e) for e in (entity, *also)])
    for item in (entity, *also):
        kind = KIND_OF[type(item)]
        if session.book.entity(kind, item.id) is not None:
            raise BadInputError(f"the {kind.replace('_', ' ')} {item.id!r} exists already")
        order = item.order or order_after(session.book, type(item), after)
        edits += _creation(born, kind, dataclasses.replace(item, order=order))
    kind = KIND_OF[type(entity)]
    new = {(edit.at.kind, edit.at.id) for edit in edits}
    edits += deletion(session.book, gone, [_checked(session.book, edit, new) for edit in fields])
    made = applied(born, edits)
    check_after(session.book, made, edits)
    edits += agreeing(session.book, made)
    name = getattr(entity, KINDS[kind].label_field or "id", entity.id)
    label = note or f"New {KINDS[kind].title.lower()}: {name}"
    return session.commit(edits, label, initiator)


def _creation(book: Book, kind: str, entity: Entity) -> list[Edit]:
    edits: list[Edit] = []
    for field, value in record_of(kind, entity).items():
        if isinstance(value, dict):
            edits += [Edit(Address(kind, entity.id, field, s), part) for s, part in value.items()]
            continue
        spec = spec_of(kind, field)
        if not spec.hidden:
            _check_reference(book, spec, value)
        edits.append(Edit(Address(kind, entity.id, field), value))
    return edits


def order_after(book: Book, cls: type[Entity], after: str | None = None) -> str:
    """Return an order key after a sibling, by default after the last."""
    things = book.all(cls)
    at = next((n for n, thing in enumerate(things) if thing.id == after), len(things) - 1)
    low = things[at].order if at >= 0 else ""
    high = things[at + 1].order if 0 <= at < len(things) - 1 else ""
    return key_between(low, high, secrets.token_hex(2))


def fresh(cls: type[Entity], **fields: Any) -> Any:  # noqa: ANN401 - the class says the type
    """Return a new entity of a kind with a new id."""
    return cls(id=fields.pop("id", None) or new_id(), **fields)


def delete(
    session: Session, keys: Sequence[Key], note: str = "", initiator: object = None,
    fields: Sequence[FieldEdit] = (),
) -> ChangeSet:  # fmt: skip
    """Delete things and what belongs to them as one commit; it can be undone.

    ``fields`` are writes to things that stay, in the same commit.

    What refers to them lets go of them in the same commit: an optional reference is emptied, an entry of a
    list taken out, a dependency deleted.

    Raises:
        BadInputError: one of them isn't there, something can't do without it, or it is new limits that the partner
            agrees to; nothing is changed.
    """
    check_agreed(session, keys)
    said = [_checked(session.book, edit) for edit in fields]
    edits = deletion(session.book, keys, said)
    after = applied(session.book, edits)
    check_after(session.book, after, edits)
    edits += agreeing(session.book, after)
    first = session.book.label(*keys[0])
    label = note or (
        f"Deleted {first}" if len(keys) == 1 else f"Deleted {first} and {len(keys) - 1} more"
    )
    return session.commit(edits, label, initiator)


def check_agreed(session: Session, keys: Iterable[Key]) -> None:
    """Refuse that one partner alone deletes new limits that another agrees to."""
    for kind, name in keys:
        found = session.book.get(Rebase, name) if kind == "rebase" else None
        if found and any(agrees(found, one) for one in found.agreed if one != session.partner):
            raise BadInputError(
                "your partner agrees to it: take your own agreement back, and the limits end"
            )


def deletion(book: Book, keys: Sequence[Key], said: Sequence[Edit]) -> list[Edit]:
    """Return the writes that delete things beside what is ``said`` of those that stay."""
    for key in keys:
        if book.entity(*key) is None:
            raise BadInputError(f"there is no {KINDS[key[0]].title.lower()} {key[1]!r}")
    everything = dict.fromkeys(part for key in keys for part in (key, *belongings(book, key)))
    kept, waiting = _letting_go(book, set(everything)) if keys else ([], [])
    edits = [Edit(Address(*key, DELETED), value=True) for key in (*everything, *waiting)]
    return [*edits, *said, *(edit for edit in kept if edit.at not in {one.at for one in said})]


def _letting_go(book: Book, gone: set[Key]) -> tuple[list[Edit], list[Key]]:
    """Return the writes by which things that stay let go of what is deleted, and dependencies on it."""
    edits: list[Edit] = []
    waiting: list[Key] = []
    for kind, spec in KINDS.items():
        fields = [f for f in spec.fields.values() if f.type in (ValueType.REF, ValueType.REFS)]
        for entity in book.all(spec.cls) if fields else ():
            if (kind, entity.id) in gone:
                continue
            for field in fields:
                value = getattr(entity, field.name)
                listed = (value,) if isinstance(value, str) else value or ()
                left = [target for target in listed if _key_of(book, field, target) not in gone]
                if len(left) == len(listed):
                    continue
                if field.required and kind not in _GO_ALONG:
                    raise BadInputError(f"{book.label(kind, entity.id)} can't do without it")
                if field.required:
                    waiting.append((kind, entity.id))
                else:
                    kept = left if field.type is ValueType.REFS else None
                    edits.append(Edit(Address(kind, entity.id, field.name), kept))
    return edits, waiting


def _key_of(book: Book, field: FieldSpec, target: str) -> Key | None:
    return book.find(target) if field.target == "*" else (field.target, target)


def belongings(book: Book, key: Key) -> list[Key]:
    """Return everything below a thing, such as a goal's measures and their annotations."""
    found: list[Key] = []
    for kind, spec in KINDS.items():
        if spec.parent_field and spec.parent == key[0]:
            for entity in book.children(spec.cls, key[1]):
                found += [(kind, entity.id), *belongings(book, (kind, entity.id))]
        elif spec.natural:  # what is said of a thing goes with it
            about = [name for name in spec.natural if spec.fields[name].target == key[0]]
            everything = book.all(spec.cls) if about else ()
            said = [e for e in everything if any(getattr(e, n) == key[1] for n in about)]
            found += [(kind, entity.id) for entity in said]
    return found


def move(session: Session, key: Key, after: str | None, initiator: object = None) -> ChangeSet:
    """Place a thing after a sibling (``None``: at the end)."""
    order = order_after(session.book, KINDS[key[0]].cls, after)
    edits = [Edit(Address(*key, ORDER), order)]
    return session.commit(edits, f"Moved {session.book.label(*key)}", initiator)
