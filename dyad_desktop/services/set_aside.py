"""What a laptop went on to write after it was given up: kept without counting, until a partner takes it or leaves it.

Whoever has the laptop may be a thief, or its owner in an aeroplane who didn't know. So nothing of it is shown as
anybody's word: what a partner takes is written anew, under that partner's own name, and can be undone as anything else.
``services.taking_aside`` has the commands.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dyad_desktop.domain.book import Book, Key
from dyad_desktop.domain.meetings import LOOKED_THROUGH, LookedThrough
from dyad_desktop.domain.notice import WAITING, Notice, Weight
from dyad_desktop.domain.ratio import FIGURES
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, Canonical, Slot, field_spec
from dyad_desktop.domain.scoring import is_hidden
from dyad_desktop.replication.change import Address, Change, WriteId
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services import wording
from dyad_desktop.services.disagreements import (
    field_name,
    key_of,
    label_of,
    own_note,
    value_text,
)
from dyad_desktop.services.history import says_what_it_is
from dyad_desktop.services.session import Session
from dyad_desktop.services.sides import line_of

COMMITS = 2000
"""So many commits are looked through at once, the oldest; later ones follow when these are decided on."""
_TOLD, _LONG = 4, 80
_FIGURE = {field: wording.words(field).rstrip("s") for field in FIGURES}
_NOT_OFFERED = frozenset({LOOKED_THROUGH, "agreed_plan", "agreed_line", "agreed_part"})
"""Kinds that only tell what the pair decided: to agree, or to look through, is done anew or not at all."""
_DECISIONS = frozenset({("draft", "state"), ("draft", "agreed_figures")})
Place: TypeAlias = tuple[str, ...]
"""Where in a chain something was decided on: nothing for all of it, a thing's kind and id, or a whole register."""
Heads: TypeAlias = tuple[WriteId, ...]
_Written: TypeAlias = tuple[JournalLine, Change]


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that can be taken or left out as one: a value, a new thing, what was deleted together.

    ``line`` is the newest commit of it, ``before`` what stands now and ``after`` what it would be, as people read
    them, ``note`` its author's own label. ``changes`` are what was written, each with its commit, and ``seen`` what
    stood in those registers when it was read.
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
    seen: Mapping[Address, Heads] = field(repr=False)


def waiting(session: Session) -> tuple[Aside, ...]:
    """Return what waits to be looked through, the newest first.

    What stands already isn't there, nor what only another partner can say or may see.
    """
    return Reading(session).items() if session.file.past.count_aside() else ()


class Reading:
    """Reads what was set aside; of each register what was written last.

    ``lines`` are the commits that were looked at, the newest first, ``last`` what they say, and ``kept_back`` the
    chains of which something is for another partner to look through.
    """

    def __init__(self, session: Session) -> None:
        """Read the oldest commits that nobody has decided on, and on from there until something waits."""
        self._session, self._book = session, session.book
        self._marks = marks_of(session.book)
        self.lines: list[JournalLine] = []
        self.last: dict[Address, _Written] = {}
        self._places: dict[Key, dict[Address, None]] = {}
        """The registers of each thing that are said something of."""
        behind = {actor: places[()] for actor, places in self._marks.items() if () in places}
        while found := session.file.past.aside(behind, COMMITS):
            self.lines = [*found, *self.lines]
            self._read(found)
            if len(found) < COMMITS or any(map(self.waits, self.last)):
                break
            for line in found:
                behind[line.id.actor] = max(behind.get(line.id.actor, 0), line.id.seq)
        self.kept_back = {
            line.id.actor
            for at, (line, change) in self.last.items()
            if self.is_anothers(at) and not self._stands(at, change.value)
        }

    def _read(self, lines: Sequence[JournalLine]) -> None:
        said: dict[Address, _Written] = {}
        for line in lines:
            places = self._marks.get(line.id.actor, {})
            for change in self._session.changes(line.id):
                at = change.at
                upto = max(places.get(at, 0), places.get(at[:2], 0))
                if at not in said and line.id.seq > upto and field_spec(at.kind, at.field):
                    said[at] = (line, change)
                    self._places.setdefault(at[:2], {})[at] = None
        self.last |= said

    def waits(self, at: Address) -> bool:
        """Return whether what was written into a register is to be taken or left out by this partner."""
        line, change = self.last[at]
        if at.kind in _NOT_OFFERED or says_what_it_is(at) or self.is_anothers(at):
            return False
        if at[0::2][:2] in _DECISIONS or (at.field == DELETED and KINDS[at.kind].singleton):
            return False
        if self._is_new(at[:2]):
            fate = self.last.get(Address(at.kind, at.id, DELETED))
            gone = fate is not None and fate[1].value is True
            said = self._session.seen(at) and self._book.entity(*at[:2]) is not None
            return not gone and not (said and change.value in (None, []))
        spec, there = KINDS[at.kind], self._book.entity(*at[:2]) is not None
        if not (
            there or spec.natural or spec.singleton or self._session.file.past.registers(at[:2])
        ):
            return False  # it belongs to a thing that was left out
        return not self._stands(at, change.value) and not self._written_over(at, line.id)

    def _written_over(self, at: Address, write: WriteId) -> bool:
        """Return whether what stands was written by somebody who had it before them: then it was decided on."""
        return any(write in line_of(self._session, at, head) for head in self._session.seen(at))

    def items(self) -> tuple[Aside, ...]:
        """Return what waits, the newest first."""
        groups: dict[object, list[_Written]] = {}
        for at, one in self.last.items():
            if self.waits(at):
                groups.setdefault(self._together(at, one), []).append(one)
        made = [self._item(found) for found in groups.values()]
        return tuple(sorted(made, key=lambda one: (-one.line.n, one.what)))

    def is_anothers(self, at: Address) -> bool:
        """Return whether only another partner may say or see what stands in a register."""
        partner, spec = self._session.partner, field_spec(at.kind, at.field)
        own = spec is not None and spec.slot in (Slot.PARTNER, Slot.CRITERION)
        named = own and at.slot.partition("/")[0] != partner
        return named or is_hidden(self._book, at, partner)

    def _stands(self, at: Address, value: Canonical) -> bool:
        there = [side.value for side in self._session.sides(at)]
        return all(one == value for one in there) if there else value in (None, False)

    def _is_new(self, key: Key) -> bool:
        """Return whether a thing was made by what was set aside: without that, it lacks what it must have."""
        if self._book.entity(*key) is not None and has_needed(self._session, key):
            return False
        return is_whole(key[0], {at.field for at in self._places[key]})

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
        marks: dict[Place, JournalLine] = {}
        for line, one in reversed(found):
            shared = any(map(self.is_anothers, self._places[one.at[:2]]))
            whole = (at.field == DELETED or self._is_new(at[:2])) and not shared
            marks[one.at[:2] if whole else one.at] = line
        changes = (*found, *self._along(found))
        return Aside(
            line, key_of(self._book, at), what, before, after, self._note(at, line.note), changes,
            tuple((line, place) for place, line in marks.items()),
            {change.at: self._session.seen(change.at) for _, change in changes},
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
        texts = dict.fromkeys(value_text(self._session, at, side.value) for side in sides)
        return " or ".join(texts)

    def _along(self, found: Sequence[_Written]) -> Iterator[_Written]:
        """Yield what goes along untold: to what a thing belongs, where it stands, how a figure was meant."""
        slots = {change.at.slot for _, change in found} | {""}
        for key in dict.fromkeys(change.at[:2] for _, change in found):
            for at in self._places[key]:
                if says_what_it_is(at) and (at.slot in slots or self._is_new(key)):
                    yield self.last[at]

    def _new(self, key: Key, found: Sequence[_Written]) -> tuple[str, str, str]:
        spec = KINDS[key[0]]
        said = {change.at: change.value for _, change in found}
        name = said.pop(Address(*key, spec.label_field or ""), None) or self._day_of(key)
        parts = [
            _cut(f"{field_name(self._book, at)}: {value_text(self._session, at, value)}")
            for at, value in sorted(said.items())
            if at.field != DELETED
            and value not in (None, "", [], False)
            and at.kind != "attachment"
        ]
        rest = " …" if len(parts) > _TOLD else ""
        what = f"New {spec.title.lower()}: {name or key[1]}"
        return what, "", "; ".join([*self._home_of(key), *parts[:_TOLD]]) + rest

    def _day_of(self, key: Key) -> str:
        found = self.last.get(Address(*key, "date"))
        return wording.day(str(found[1].value)) if found and found[1].value else ""

    def _home_of(self, key: Key) -> list[str]:
        """Return to what a new thing belongs, in words: a list of one, or of none where it stands by itself."""
        spec = KINDS[key[0]]
        found = self.last.get(Address(*key, spec.parent_field or ""))
        if found is None or not isinstance(found[1].value, str) or spec.parent is None:
            return []
        parent = (spec.parent, found[1].value)
        named = self.last.get(Address(*parent, KINDS[spec.parent].label_field or ""))
        name = label_of(self._session, parent) if named is None else str(named[1].value)
        return [_cut(f"{KINDS[spec.parent].title}: {name}")]

    def _label(self, at: Address) -> str:
        return label_of(self._session, key_of(self._book, at))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else f"{line[: _LONG - 1]}…"


def has_needed(session: Session, key: Key) -> bool:
    """Return whether somebody whose word counts said all that a thing must have."""
    return all(session.seen(Address(*key, name)) for name in _needed(key[0]))


def is_whole(kind: str, fields: Container[str]) -> bool:
    """Return whether fields are enough to make a thing of a kind that must be made, rather than only be written."""
    spec = KINDS[kind]
    made = not (spec.singleton or spec.natural)
    return made and all(name in fields for name in _needed(kind))


def _needed(kind: str) -> list[str]:
    fields = KINDS[kind].fields.values()
    return [one.name for one in fields if one.required and one.slot is None]


def marks_of(book: Book) -> Mapping[bytes, Mapping[Place, int]]:
    """Return by chain up to where it was decided on, and where in it."""
    found: dict[bytes, dict[Place, int]] = {}
    for one in book.all(LookedThrough):
        place = (one.thing_kind or "", one.thing or "", one.field or "", one.slot or "")
        end = 0 if one.thing_kind is None else 2 if one.field is None else 4
        try:
            actor = bytes.fromhex(one.actor)
        except ValueError:
            continue  # written by hand into a text file
        known = found.setdefault(actor, {})
        known[place[:end]] = max(known.get(place[:end], 0), one.upto or 0)
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
