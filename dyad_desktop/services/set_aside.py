"""What a laptop went on to write after it was given up: kept without counting, until a partner takes it or leaves it.

Whoever has the laptop may be a thief, or its owner in an aeroplane who didn't know. So nothing of it is shown as
anybody's word: what a partner takes is written anew, under that partner's own name, and can be undone as anything else.
"""

import uuid
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.capital import Attachment
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.meetings import LOOKED_THROUGH, LookedThrough
from dyad_desktop.domain.notice import WAITING, Notice, Weight
from dyad_desktop.domain.ratio import FIGURES
from dyad_desktop.domain.records import Record, entity_of
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import (
    BOTH,
    DELETED,
    ORDER,
    Canonical,
    Entity,
    Slot,
    ValueType,
    field_spec,
)
from dyad_desktop.domain.scoring import is_hidden
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address, Change, Edit
from dyad_desktop.replication.content import CONTENT, joined
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services import wording
from dyad_desktop.services.agreeing import agreeing
from dyad_desktop.services.disagreements import field_name, key_of, label_of, own_note, value_text
from dyad_desktop.services.editing import (
    applied,
    as_whole_periods,
    check_agreed,
    deletion,
    order_after,
)
from dyad_desktop.services.history import says_what_it_is
from dyad_desktop.services.rules import check_after
from dyad_desktop.services.session import ChangeSet, Session

COMMITS = 2000
"""So many commits are looked through at once, the oldest; later ones follow when these are decided on."""
_TOLD = 4
_FIGURE = {field: wording.words(field).rstrip("s") for field in FIGURES}
_ID = uuid.UUID("0b7c1f0a-5f0e-5b51-8d43-0d9a5a2a7c11")
_PLACE = ("thing_kind", "thing", "field", "slot")
Place: TypeAlias = tuple[str, ...]
"""Where in a chain something was decided on: nothing for all of it, a thing's kind and id, or a whole register."""
_Written: TypeAlias = tuple[JournalLine, Change]


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that can be taken or left out as one: a value, a new thing, what was deleted together.

    ``line`` is the newest commit of it, ``before`` what stands now and ``after`` what it would be, as people read
    them, ``note`` its author's own label. ``changes`` are what was written, each with its commit.
    """

    line: JournalLine
    key: Key
    what: str
    before: str
    after: str
    note: str
    changes: tuple[_Written, ...] = field(repr=False)
    marks: tuple[tuple[JournalLine, Place], ...] = field(repr=False)
    """What is noted once it was decided on: up to which commit, and where."""

    @property
    def places(self) -> tuple[Address, ...]:
        """Return the registers that it would write."""
        return tuple(change.at for _, change in self.changes)


def waiting(session: Session) -> tuple[Aside, ...]:
    """Return what waits to be looked through, the newest first.

    What stands already isn't there, nor what only another partner can say or may see.
    """
    return _Reading(session).items() if session.file.past.count_aside() else ()


class _Reading:
    """Reads what was set aside; of each register what was written last."""

    def __init__(self, session: Session) -> None:
        self._session, self._book = session, session.book
        marks = _marks(session.book)
        whole = {actor: places[()] for actor, places in marks.items() if () in places}
        self.lines = session.file.past.aside(whole, COMMITS)
        self.kept_back: set[bytes] = set()
        """Chains of which something is for another partner to look through."""
        self.last: dict[Address, _Written] = {}
        self._fields: dict[Key, set[str]] = {}
        for line in self.lines:
            places = marks.get(line.id.actor, {})
            for change in session.changes(line.id):
                at = change.at
                known = field_spec(at.kind, at.field) is not None
                upto = max(places.get(at, 0), places.get(at[:2], 0))
                if known and at not in self.last and line.id.seq > upto:
                    self.last[at] = (line, change)
                    self._fields.setdefault((at.kind, at.id), set()).add(at.field)

    def items(self) -> tuple[Aside, ...]:
        groups: dict[object, list[_Written]] = {}
        for at, one in self.last.items():
            if self._is_anothers(at):
                self.kept_back.add(one[0].id.actor)
            elif not says_what_it_is(at) and (
                self._is_new(at[:2]) or not self._stands(at, one[1].value)
            ):
                groups.setdefault(self._together(at, one), []).append(one)
        made = [self._item(found) for found in groups.values()]
        return tuple(sorted(made, key=lambda one: (-one.line.n, one.what)))

    def _is_anothers(self, at: Address) -> bool:
        """Return whether only another partner may say or see what stands in a register."""
        partner, spec = self._session.partner, field_spec(at.kind, at.field)
        own = spec is not None and spec.slot in (Slot.PARTNER, Slot.CRITERION)
        named = own and at.slot.partition("/")[0] != partner
        return named or is_hidden(self._book, at, partner)

    def _stands(self, at: Address, value: Canonical) -> bool:
        there = [side.value for side in self._session.sides(at)]
        return there == [value] or (not there and value in (None, False))

    def _is_new(self, key: Key) -> bool:
        """Return whether a thing was made by what was set aside, and is no part of another that says what it is."""
        return self._book.entity(*key) is None and is_whole(key[0], self._fields[key])

    def _together(self, at: Address, one: _Written) -> object:
        key = at[:2]
        if self._is_new(key):
            return key
        if at.field == DELETED:
            return one[0].n, one[1].value
        if at.kind == "measure" and at.field in FIGURES:
            return key, at.slot
        return at

    def _item(self, found: Sequence[_Written]) -> Aside:
        found = sorted(found, key=lambda one: -one[0].n)
        line, change = found[0]
        at = change.at
        told = [one.at for _, one in found]
        if self._is_new(at[:2]):
            what, before, after = self._new(at[:2], found)
        elif at.field == DELETED:
            names = list(dict.fromkeys(self._label(one) for one in told))
            rest = f" and {len(names) - 1} more" if len(names) > 1 else ""
            what, before, after = f"{names[0]}{rest}", "", "deleted" if change.value else "kept"
        else:
            gone = self._book.entity(*at[:2]) is None and not KINDS[at.kind].natural
            what = self._label(at) + (" (deleted since)" if gone else "")
            told = sorted(told, key=lambda one: one.field)
            what = f"{what}, {field_name(self._book, at)}"
            before, after = self._stands_as(at), value_text(self._session, at, change.value)
            if len(found) > 1:  # figures of one period
                what = f"{self._label(at)}, {field_name(self._book, at._replace(field='values'))}"
                said = {one.at: one.value for _, one in found}
                before = "; ".join(f"{_FIGURE[one.field]} {self._stands_as(one)}" for one in told)
                after = "; ".join(
                    f"{_FIGURE[one.field]} {value_text(self._session, one, said[one])}"
                    for one in told
                )
        whole = at.field == DELETED or self._is_new(at[:2])
        marks = {one.at[:2] if whole else one.at: line for line, one in reversed(found)}
        return Aside(
            line, key_of(self._book, at), what, before, after, self._note(at, line.note),
            (*found, *self._along(found)), tuple((line, place) for place, line in marks.items()),
        )  # fmt: skip

    def _note(self, at: Address, note: str) -> str:
        """Return the label that its author wrote; empty when it only names thing and field."""
        said = self.last.get(Address(*at[:2], KINDS[at.kind].label_field or ""))
        names = (self._label(at), str(said[1].value) if said else "Attach ")
        return (
            ""
            if note.startswith(("Attach ", *filter(None, names)))
            else own_note(self._session, at, note)
        )

    def _stands_as(self, at: Address) -> str:
        sides = self._session.sides(at)
        if not sides and (at.kind, at.field) == ("draft_line", "months"):
            return value_text(self._session, at, None)
        return " or ".join(value_text(self._session, at, side.value) for side in sides)

    def _along(self, found: Sequence[_Written]) -> Iterator[_Written]:
        """Yield what goes along untold: to what a thing belongs, where it stands, how a figure was meant."""
        keys = {change.at[:2] for _, change in found}
        slots = {change.at.slot for _, change in found}
        for at, one in self.last.items():
            mine = at[:2] in keys and (at.slot in slots or self._is_new(at[:2]) or not at.slot)
            if mine and says_what_it_is(at):
                yield one

    def _new(self, key: Key, found: Sequence[_Written]) -> tuple[str, str, str]:
        spec = KINDS[key[0]]
        said = {change.at: change.value for _, change in found}
        name = said.pop(Address(*key, spec.label_field or ""), None)
        parts = [
            f"{field_name(self._book, at)}: {value_text(self._session, at, value)}"
            for at, value in sorted(said.items())
            if value not in (None, "", [], False) and at.kind != "attachment"
        ]
        rest = " …" if len(parts) > _TOLD else ""
        what = f"New {spec.title.lower()}"
        return what, "", "; ".join([str(name or key[1]), *parts[:_TOLD]]) + rest

    def _label(self, at: Address) -> str:
        return label_of(self._session, key_of(self._book, at))


# -- deciding ----------------------------------------------------------------------------------


def take(session: Session, items: Sequence[Aside], initiator: object = None) -> ChangeSet:
    """Write what was set aside anew, as this partner's own word and as one commit.

    Raises:
        BadInputError: what it belongs or refers to isn't there, or a rule is against it; nothing is changed.
    """
    book = session.book
    said = {change.at: Edit(change.at, change.value) for one in items for _, change in one.changes}
    new = _new_things(book, said.values())
    back = [Edit(Address(*key, DELETED), value=False) for key in new]
    edits = [*said.values(), *(one for one in back if session.seen(one.at))]
    gone = [
        (at.kind, at.id)
        for at, edit in said.items()
        if at.field == DELETED and edit.value and book.entity(at.kind, at.id) is not None
    ]
    check_agreed(session, gone)
    edits = deletion(book, gone, [one for one in edits if (one.at.kind, one.at.id) not in gone])
    after = applied(book.with_entities(new.items()), edits)
    _need_all(session, after, edits)
    figures = [one for one in edits if _is_known_figure(book, one.at)]
    edits = [one for one in edits if one not in figures] + as_whole_periods(session, figures)
    check_after(book, after, edits)
    edits += agreeing(book, after)
    for made in new.values():
        if isinstance(made, Attachment):
            _keep_content(session, made)
    what = items[0].what if len(items) == 1 else f"{len(items):,} changes"
    label = f"{what}: taken from a laptop that was given up"
    return session.commit([*edits, *_decided(session, items)], label, initiator)


def leave_out(session: Session, items: Sequence[Aside], initiator: object = None) -> ChangeSet:
    """Leave out what waits, as one commit: it stays in the history, and nobody is asked about it again."""
    what = items[0].what if len(items) == 1 else f"{len(items):,} changes"
    label = f"{what}: left out, of a laptop that was given up"
    return session.commit(_decided(session, items), label, initiator)


def _is_known_figure(book: Book, at: Address) -> bool:
    return at.kind == "measure" and at.field in FIGURES and book.get(Measure, at.id) is not None


def _new_things(book: Book, edits: Iterable[Edit]) -> dict[Key, Entity]:
    """Return the things that come into being, as they will be."""
    records: dict[Key, Record] = {}
    for edit in edits:
        if book.entity(edit.at.kind, edit.at.id) is not None or edit.at.field == DELETED:
            continue
        record = records.setdefault(edit.at[:2], {})
        if edit.at.slot:
            slots = record.setdefault(edit.at.field, {})
            if isinstance(slots, dict):
                slots[edit.at.slot] = edit.value
        else:
            record[edit.at.field] = edit.value
    return {
        key: entity_of(*key, record) for key, record in records.items() if is_whole(key[0], record)
    }


def is_whole(kind: str, fields: Container[str]) -> bool:
    """Return whether fields are enough to make a thing of a kind that must be made, rather than only be written."""
    spec = KINDS[kind]
    made = not (spec.singleton or spec.natural)
    needed = (one.name for one in spec.fields.values() if one.required and one.slot is None)
    return made and all(name in fields for name in needed)


def _need_all(session: Session, after: Book, edits: Iterable[Edit]) -> None:
    """Refuse to write into what isn't there, or to refer to it."""
    for edit in edits:
        at, spec = edit.at, field_spec(edit.at.kind, edit.at.field)
        if at.field == DELETED or spec is None:
            continue
        if after.entity(at.kind, at.id) is None:
            name = label_of(session, key_of(session.book, at))
            raise BadInputError(f"{name} was deleted since; bring it back in its history first")
        listed = [edit.value] if isinstance(edit.value, str) else edit.value
        if spec.type not in (ValueType.REF, ValueType.REFS) or not isinstance(listed, list):
            continue
        for target in listed:
            if target == BOTH and spec.target == "partner":
                continue
            if not isinstance(target, str):
                continue
            there = after.find(target) if spec.target == "*" else after.entity(spec.target, target)
            if there is None:
                thing = after.label(at.kind, at.id)
                what = "thing" if spec.target == "*" else wording.words(spec.target)
                raise BadInputError(
                    f"{thing} names a {what} that isn’t here; take that first, or everything at once"
                )


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
    """Return the writes that note what was decided on: chain by chain where nothing of one is left, else singly."""
    reading = _Reading(session)
    known = {change.at for one in items for _, change in one.changes}
    left = [one for one in reading.items() if not known.issuperset(at for at in one.places)]
    still = reading.kept_back | {line.id.actor for one in left for line, _ in one.changes}
    edits: dict[Address, Edit] = {}
    for line in reversed(reading.lines):  # the newest of a chain has the last word
        if line.id.actor not in still:
            edits |= _mark(session, line, ())
    for one in items:
        for line, place in one.marks:
            if line.id.actor in still:
                edits |= _mark(session, line, place)
    return list(edits.values())


def _mark(session: Session, line: JournalLine, place: Place) -> dict[Address, Edit]:
    """Return the writes that note up to where a chain, or one place in it, was decided on."""
    actor = line.id.actor.hex()
    name = str(uuid.uuid5(_ID, "\0".join((actor, *place))))
    said: dict[str, Canonical] = {
        "actor": actor,
        **dict(zip(_PLACE, (part or None for part in place), strict=False)),
        "upto": line.id.seq,
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


def _marks(book: Book) -> Mapping[bytes, Mapping[Place, int]]:
    """Return by chain up to where it was decided on, and where in it."""
    found: dict[bytes, dict[Place, int]] = {}
    for one in book.all(LookedThrough):
        place = (one.thing_kind or "", one.thing or "", one.field or "", one.slot or "")
        end = 0 if one.thing_kind is None else 2 if one.field is None else 4
        try:
            actor = bytes.fromhex(one.actor)
        except ValueError:
            continue  # written by hand into a text file
        found.setdefault(actor, {})[place[:end]] = one.upto or 0
    return found


# -- telling of it -----------------------------------------------------------------------------


def notices(session: Session) -> tuple[Notice, ...]:
    """Return what Home says while something waits to be looked through."""
    found = waiting(session)
    if not found:
        return ()
    who = dict.fromkeys(one.line.partner for one in found)
    whose = " and ".join(f"{wording.partner_name(session.book, one)}’s" for one in who)
    many = "1 change" if len(found) == 1 else f"{len(found):,} changes"
    what = "; ".join(one.what for one in found[:2]) + ("; …" if len(found) > 2 else "")
    return (
        Notice(
            WAITING, WAITING, f"{many} from {whose} laptop that was given up: take or leave out?",
            what, None, LOOKED_THROUGH, LOOKED_THROUGH, Weight.SET_ASIDE,
        ),
    )  # fmt: skip
