"""Commands on disagreements: settle, take one side, keep or delete, mend what refers to nothing, park."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.meetings import Parked
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import DELETED, Canonical, ValueType
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.services import wording
from dyad_desktop.services.copies import handed_on
from dyad_desktop.services.disagreements import (
    BRING_BACK,
    DELETE_TOO,
    ORPHAN,
    PAGES,
    Disagreement,
    disagreements,
    field_name,
    fingerprint,
    label_of,
    page_of,
    parked_id,
    sides_of,
    value_text,
)
from dyad_desktop.services.editing import (
    FieldEdit,
    check_edits,
    create,
    delete,
    set_fields,
)
from dyad_desktop.services.session import ChangeSet, Session

Heads = tuple[WriteId, ...]


def settle(
    session: Session, at: Address, value: object, note: str = "", *, seen: Heads | None = None,
    initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Give a contested register one value, as one commit that names every value the person saw.

    ``seen`` are the heads that were shown (``Disagreement.heads``), by default those of now: what came later
    stays apart. Of ``_deleted``, true deletes and false keeps the thing with all that went with it.

    Raises:
        BadInputError: the register isn't contested, or the value can't be taken; nothing is changed.
    """
    _need_contested(session, [at])
    try:
        edits = _edits(session, at, value, seen)
    except BadInputError:
        if (pair := _with_its_like(session, at, value, seen)) is None:
            raise
        edits = pair
    what = value_text(session, at, next(edit.value for edit in edits if edit.at == at))
    return session.commit(edits, note or f"{_name(session, at)} settled: {_short(what)}", initiator)


def _with_its_like(
    session: Session, at: Address, value: object, seen: Heads | None
) -> list[Edit] | None:
    """Return a value with what its partner says elsewhere of the same thing, where they hold only together.

    Such as what drives a line, and which kind of thing that is. ``None`` where that is no way out either.
    """
    partner = next((side.partner for side in sides_of(session, at) if side.value == value), None)
    others = [
        other
        for other in session.disagreements()
        if partner is not None and other[:2] == at[:2] and DELETED not in (at.field, other.field)
    ]
    wishes = [
        _wish(session, other, found[0], seen if other == at else None)
        for other in others
        if (found := _value_of(session, other, str(partner))) is not None
    ]
    try:
        return check_edits(session.book, wishes) if len(wishes) > 1 else None
    except BadInputError:
        return None


def take(
    session: Session, places: Sequence[Address], partner: str, initiator: object = None,
    seen: Mapping[Address, Heads] | None = None,
) -> ChangeSet:  # fmt: skip
    """Settle many registers by one partner's values, as one commit.

    Registers in which that partner has no value stay apart, and so do those whose value would leave, with the others,
    a plan that can't be worked out: ``ChangeSet.left_alone`` tells which, and why.

    Raises:
        BadInputError: one of them isn't contested, the partner has no value in any, or none can be taken; nothing
            is changed.
    """
    _need_contested(session, places)
    said = {at: found[0] for at in places if (found := _value_of(session, at, partner)) is not None}
    wishes = [
        _wish(session, at, value, (seen or {}).get(at))
        for at, value in said.items()
        if at.field != DELETED
    ]
    edits, refused = _together(session.book, wishes)
    for at, value in said.items():
        if at.field == DELETED:
            edits += _edits(session, at, value, None)
    taken = [at for at in said if at not in refused]
    name = wording.partner_name(session.book, partner)
    if not taken:
        raise next(iter(refused.values()), BadInputError(f"{name} has no value among these"))
    if len(taken) == 1:
        label = f"{_name(session, taken[0])} settled: {name}’s"
    else:
        pages = {page_of(at.kind) for at in taken}
        where = f" in {PAGES[pages.pop()]}" if len(pages) == 1 else ""
        label = f"{len(taken)} of {name}’s values{where}"
    done = session.commit(edits, label, initiator)
    left = tuple(f"{_name(session, at)}: {error.reason}" for at, error in refused.items())
    return replace(done, left_alone=left)


def _need_contested(session: Session, places: Sequence[Address]) -> None:
    known = set(session.disagreements())
    for at in places:
        if at not in known:
            raise BadInputError("isn’t contested, so there is nothing to settle", _place(at))


def _place(at: Address) -> str:
    return f"{at.kind} {at.id} {at.field}" + (f"/{at.slot}" if at.slot else "")


def _name(session: Session, at: Address) -> str:
    parts = (label_of(session, (at.kind, at.id)), field_name(session.book, at))
    return ", ".join(part for part in parts if part)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _value_of(session: Session, at: Address, partner: str) -> tuple[Canonical] | None:
    """Return a partner's newest value, wrapped since it may be nothing; ``None`` without one."""
    sides = [side for side in sides_of(session, at) if side.partner == partner]
    if sides:
        return (max(sides, key=lambda side: side.wall_ms).value,)
    return (False,) if at.field == DELETED else None


def _edits(session: Session, at: Address, value: object, seen: Heads | None) -> list[Edit]:
    if at.field == DELETED:
        if not isinstance(value, bool):
            raise BadInputError("true deletes it, false keeps it", _place(at))
        # A deletion must name what stands in the whole thing, so it is left to the store what it saw.
        return [Edit(at, value=True)] if value else _revived(session, (at.kind, at.id))
    return check_edits(session.book, [_wish(session, at, value, seen)])


def _wish(session: Session, at: Address, value: object, seen: Heads | None) -> FieldEdit:
    standing = any(side.value == value for side in session.sides(at))
    return FieldEdit(*at[:3], value, at.slot, seen, standing)


def _together(
    book: Book, wishes: Sequence[FieldEdit]
) -> tuple[list[Edit], dict[Address, BadInputError]]:
    """Return the writes of wishes that hold together, and by register why any other is left out.

    What is said of one thing goes together as far as it can: its parts may hold only so.
    """
    try:
        return check_edits(book, wishes), {}
    except BadInputError:
        kept: list[FieldEdit] = []
        refused: dict[Address, BadInputError] = {}
    things: dict[Key, list[FieldEdit]] = {}
    for wish in wishes:
        things.setdefault((wish.kind, wish.id), []).append(wish)
    for thing in things.values():
        for some in (thing, *([one] for one in thing if len(thing) > 1)):
            try:
                check_edits(book, [*kept, *some])
            except BadInputError as error:
                if len(some) == 1:
                    refused[_address(some[0])] = error
            else:
                kept += some
                if some is thing:
                    break
    return check_edits(book, kept), refused


def _address(wish: FieldEdit) -> Address:
    return Address(wish.kind, wish.id, wish.field, wish.slot)


def _revived(session: Session, key: Key) -> list[Edit]:
    """Return the writes that bring a thing back, with what the same commits deleted or let go of for its sake."""
    edits: dict[Address, Edit] = {}
    for side in session.sides(Address(*key, DELETED)):
        for change in session.changes(side.id) if side.value is True else ():
            at = change.at
            if at.field == DELETED and change.value is True:
                edits[at] = Edit(at, value=False)
            elif session.seen(at) == (side.id,):
                edits[at] = Edit(at, session.sides(at)[0].before)
    return list(edits.values())


# -- what refers to nothing --------------------------------------------------------------------


def mend(session: Session, at: Address, way: str, initiator: object = None) -> ChangeSet:
    """Settle a reference to a deleted thing: ``bring_back`` that one, ``let_go`` of it, or ``delete`` this too.

    Raises:
        BadInputError: there is no such orphan, or it can't be settled that way; nothing is changed.
    """
    found = next(
        (one for one in disagreements(session, weigh=False) if one.kind == ORPHAN and one.at == at),
        None,
    )
    if found is None or way not in found.ways:
        raise BadInputError(f"can’t be settled by {way!r}", _place(at))
    if way == DELETE_TOO:
        return delete(session, [(at.kind, at.id)], initiator=initiator)
    if way == BRING_BACK and found.target is not None:
        label = f"{label_of(session, found.target)} brought back"
        return session.commit(_revived(session, found.target), label, initiator)
    return set_fields(session, _let_go(session, found), f"{found.name} let go", initiator)


def _let_go(session: Session, found: Disagreement) -> list[FieldEdit]:
    at, book = found.at, session.book
    entity = book.entity(at.kind, at.id)
    if at.field == "driver_ref" and isinstance(entity, OperatingLine):
        return [
            FieldEdit(at.kind, at.id, "driver_kind", "fixed"),
            FieldEdit(at.kind, at.id, "driver_ref", None),
        ]
    if (at.kind, at.field) == ("draft", "copied_from") and found.target is not None:
        return handed_on(session, at.id, found.target)
    spec = spec_of(at.kind, at.field)
    if spec.type is not ValueType.REFS:
        return [FieldEdit(*at[:3], None)]
    there = [
        one
        for one in getattr(entity, at.field)
        if (book.find(one) if spec.target == "*" else book.entity(spec.target, one)) is not None
    ]
    return [FieldEdit(*at[:3], there)]


# -- parking -----------------------------------------------------------------------------------


def park(
    session: Session, places: Sequence[Address], rhythm: str | None = None, initiator: object = None
) -> ChangeSet:
    """Keep disagreements for a meeting, as one commit; both partners see them marked.

    Raises:
        BadInputError: there is no such rhythm.
    """
    new: list[Parked] = []
    edits: list[FieldEdit] = []
    for at in places:
        made = Parked(
            parked_id(at), "", at.kind, at.id, at.field, at.slot or None,
            fingerprint(session.seen(at)), session.partner, rhythm,
        )  # fmt: skip
        if session.book.get(Parked, made.id) is None:
            new.append(made)
        else:
            edits += [
                FieldEdit("parked", made.id, name, getattr(made, name))
                for name in ("between", "by", "rhythm")
            ]
    one = len(places) == 1
    label = f"{_name(session, places[0]) if one else len(places)} parked for the meeting"
    if not new:
        return set_fields(session, edits, label, initiator)
    first, *rest = new
    return create(session, first, note=label, also=rest, fields=edits, initiator=initiator)


def unpark(session: Session, places: Sequence[Address], initiator: object = None) -> ChangeSet:
    """Take disagreements out of the meeting again."""
    there = [at for at in places if session.book.get(Parked, parked_id(at)) is not None]
    edits = [FieldEdit("parked", parked_id(at), "between", None) for at in there]
    return set_fields(session, edits, "No longer parked for the meeting", initiator)
