"""Commands on disagreements: settle, take one side, keep or delete, mend what refers to nothing, park."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.meetings import Parked
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.schema import DELETED
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.services import wording
from dyad_desktop.services.disagreements import (
    PAGES,
    comes_back,
    field_name,
    fingerprint,
    label_of,
    page_of,
    parked_id,
    value_text,
)
from dyad_desktop.services.editing import (
    FieldEdit,
    applied,
    check_edits,
    create,
    delete,
    set_fields,
)
from dyad_desktop.services.goals import DENOMINATOR, NUMERATOR, VALUE, by_hand, computed
from dyad_desktop.services.orphans import (
    BRING_BACK,
    DELETE_TOO,
    alone,
    edits_of,
    letting_go,
    target_of,
    ways_of,
)
from dyad_desktop.services.reviving import revived
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.services.settling_period import follows_another, joined, others_of_period
from dyad_desktop.services.settling_together import together
from dyad_desktop.services.sides import is_apart, sides_of, value_of
from dyad_desktop.services.values import parse_at

Heads = tuple[WriteId, ...]
MOST_TOLD = 2
"""So many values that go along are named in a label."""


def settle(  # noqa: PLR0913 - each names itself where it is called
    session: Session, at: Address, value: object, note: str = "", *, seen: Heads | None = None,
    beside: Mapping[Address, Heads] | None = None, initiator: object = None,
) -> ChangeSet:  # fmt: skip
    """Give a contested register one value, as one commit that names every value the person saw.

    ``seen`` are the heads that were shown (``Disagreement.heads``), by default those of now: what came later
    stays apart. ``beside`` are those of the thing's other contested registers (``Disagreement.beside``): what a
    partner says there goes along where a figure is of one period with it, or where the value holds only so. The
    label tells that. Of ``_deleted``, true deletes and false keeps the thing with all that went with it.

    Raises:
        BadInputError: the register isn't contested, or the value can't be taken; nothing is changed.
    """
    _need_contested(session, [at])
    if at.field == DELETED:
        edits = _edits(session, at, value)
        back = comes_back(session, at[:2], edits)
        along = f", with {back}" if back else ""
    else:
        edits, along = _with_others(session, _wish(session, at, value, seen), beside)
    what = value_text(session, at, next(edit.value for edit in edits if edit.at == at))
    label = note or f"{_name(session, at)} settled: {_short(what)}"
    return session.commit(edits, f"{label}{along}{_odds(session, at, edits)}", initiator)


def _odds(session: Session, at: Address, edits: Sequence[Edit]) -> str:
    """Return, as the end of a label, what the parts of a period give where its value is another afterwards."""
    if at.kind != "measure" or at.field not in (VALUE, NUMERATOR, DENOMINATOR):
        return ""
    after = applied(session.book, list(edits)).get(Measure, at.id)
    if after is None or not by_hand(after, at.slot):
        return ""
    given, stands = computed(after, at.slot), after.values.get(at.slot)
    return f"; {stands:,f} stands, though its parts give {given:,f}"


def _with_others(
    session: Session, wish: FieldEdit, shown: Mapping[Address, Heads] | None
) -> tuple[list[Edit], str]:
    """Return a value's write with what has to go along of the same thing, and words that tell what does.

    Such as what drives a line, and which kind of thing that is. Raises as ``check_edits``, of the value alone.
    """
    at = _address(wish)
    partner = next((s.partner for s in sides_of(session, at) if s.value == wish.value), "")
    along = _along(session, wish, partner, shown)
    try:
        return check_edits(session.book, [wish, *along]), _told(session, along)
    except BadInputError:
        pair = _pair(session, wish, partner, shown) if partner else None
        if pair is None:
            raise
        return pair


def _along(
    session: Session, wish: FieldEdit, partner: str, shown: Mapping[Address, Heads] | None
) -> list[FieldEdit]:
    """Return the other figures of a period that go with a partner's; none of them where one wasn't shown.

    A value that no partner says has those that give it, where it is what the corrections of all give together.
    """
    at = _address(wish)
    if partner:
        found = others_of_period(session, at, wish.value, partner)
    elif at.field != VALUE:
        found = follows_another(session, at, wish.value)
    else:
        found = joined(session, at)
        if not found or found.pop(at) != spec_of(at.kind, at.field).check(wish.value):
            return []
        found = {one: part for one, part in found.items() if is_apart(session, one)}
    apart = [other for other in found if is_apart(session, other)]
    if shown is not None and any(other not in shown for other in apart):
        return []
    seen = shown or {}
    return [_wish(session, other, value, seen.get(other)) for other, value in found.items()]


def _pair(
    session: Session, wish: FieldEdit, partner: str, shown: Mapping[Address, Heads] | None
) -> tuple[list[Edit], str] | None:
    """Return a value with the one that a partner says elsewhere of the thing with which it holds; else ``None``."""
    at = _address(wish)
    for other in session.disagreements():
        if other[:2] != at[:2] or other == at or other.field == DELETED:
            continue
        found = value_of(session, other, partner)
        if found is None or (shown is not None and other not in shown):
            continue
        along = [_wish(session, other, found[0], (shown or {}).get(other))]
        with suppress(BadInputError):
            return check_edits(session.book, [wish, *along]), _told(session, along)
    return None


def _told(session: Session, along: Sequence[FieldEdit]) -> str:
    """Return what goes along with a value, as the end of a label."""
    if len(along) > MOST_TOLD:
        return f", with {len(along)} figures of the same periods"
    parts = []
    for one in along:
        at = _address(one)
        text = _short(value_text(session, at, one.value))
        parts.append(f"{field_name(session.book, at)}: {text}")
    return f", with {' and '.join(parts)}" if parts else ""


def take(
    session: Session, places: Sequence[Address], partner: str, initiator: object = None,
    seen: Mapping[Address, Heads] | None = None,
) -> ChangeSet:  # fmt: skip
    """Settle many registers by one partner's values, as one commit.

    Registers in which that partner has no value stay apart, and so do those whose value would leave, with the others,
    a plan that can't be worked out: ``ChangeSet.left_alone`` tells which, and why. Other figures of a period go along
    as in ``settle``.

    Raises:
        BadInputError: one of them isn't contested, the partner has no value in any, or none can be taken; nothing
            is changed.
    """
    _need_contested(session, places)
    said = {at: found[0] for at in places if (found := value_of(session, at, partner)) is not None}
    wishes = {
        at: _wish(session, at, value, (seen or {}).get(at))
        for at, value in said.items()
        if at.field != DELETED
    }
    for wish in tuple(wishes.values()):
        for one in _along(session, wish, partner, seen):
            wishes.setdefault(_address(one), one)
    edits, refused = together(session.book, tuple(wishes.values()))
    for at, value in said.items():
        if at.field == DELETED:
            edits += _edits(session, at, value)
    taken = [at for at in said if at not in refused]
    name = wording.partner_name(session.book, partner)
    if not taken:
        raise next(iter(refused.values()), BadInputError(f"{name} has no value among these"))
    along = [wish for at, wish in wishes.items() if at not in said and at not in refused]
    label = f"{_taken_words(session, taken, name)}{_told(session, along)}"
    done = session.commit(edits, label, initiator)
    left = tuple(f"{_name(session, at)}: {error.reason}" for at, error in refused.items())
    return replace(done, left_alone=left)


def _taken_words(session: Session, taken: Sequence[Address], name: str) -> str:
    """Return the label of what was taken: whose it is, and what, or how many on which page."""
    if len(taken) == 1:
        return f"{_name(session, taken[0])} settled: {name}’s"
    pages = {page_of(at.kind) for at in taken}
    where = f" in {PAGES[pages.pop()]}" if len(pages) == 1 else ""
    return f"{len(taken)} of {name}’s values{where}"


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


def _edits(session: Session, at: Address, value: object) -> list[Edit]:
    """Return the writes that delete a thing, or keep it."""
    if not isinstance(value, bool):
        raise BadInputError("true deletes it, false keeps it", _place(at))
    # A deletion must name what stands in the whole thing, so it is left to the store what it saw.
    return [Edit(at, value=True)] if value else revived(session, (at.kind, at.id))


def _wish(session: Session, at: Address, value: object, seen: Heads | None) -> FieldEdit:
    standing = any(side.value == value for side in session.sides(at))
    return FieldEdit(*at[:3], value, at.slot, seen, standing)


def _address(wish: FieldEdit) -> Address:
    return Address(wish.kind, wish.id, wish.field, wish.slot)


# -- what refers to nothing --------------------------------------------------------------------


def mend(session: Session, at: Address, way: str, initiator: object = None) -> ChangeSet:
    """Settle a reference to a deleted thing: ``bring_back`` that one, ``let_go`` of it, or ``delete`` this too.

    Raises:
        BadInputError: there is no such orphan, or it can't be settled that way; nothing is changed.
    """
    found = next((one for one in alone(session, session.disagreements()) if one.at == at), None)
    gone = None if found is None else target_of(session, found)
    if found is None or way not in ways_of(found, gone):
        raise BadInputError(f"can’t be settled by {way!r}", _place(at))
    if way == DELETE_TOO:
        return delete(session, [(at.kind, at.id)], initiator=initiator)
    if way == BRING_BACK and gone is not None:
        label = f"{label_of(session, gone)} brought back"
        return session.commit(edits_of(session, found, gone, way), label, initiator)
    label = f"{label_of(session, at[:2])}: {field_name(session.book, at)} let go"
    return set_fields(session, letting_go(session, found, gone), label, initiator)


def settle_by_word(session: Session, at: Address, text: str) -> ChangeSet:
    """Settle a register by a value as it is typed, or a reference to nothing by the name of a way out of it.

    Raises:
        BadInputError: as ``settle`` and ``mend``, or the text is neither; nothing is changed.
    """
    lost = next((one for one in alone(session, session.disagreements()) if one.at == at), None)
    if lost is None:
        return settle(session, at, parse_at(session.book, at, text))
    ways = ways_of(lost, target_of(session, lost))
    if text not in ways:
        raise BadInputError(f"refers to something that isn’t there; settled by {' or '.join(ways)}")
    return mend(session, at, text)


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
