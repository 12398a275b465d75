"""Since we last met: when the partners' work came together, and what each has changed since.

Whenever a delivery brings something, this copy notes for itself how far every chain went. Deliveries within an
hour of each other are one meeting. The point that counts is the end of the meeting before the latest one, so
that what the partner just brought is still news; an earlier or the latest can be chosen. On a laptop that both
use nothing is delivered: there the last pause of four hours counts, and before the first one the beginning.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from dyad_desktop.domain.book import Key
from dyad_desktop.domain.registry import KINDS
from dyad_desktop.domain.schema import DELETED, META_FIELDS
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.commit import LOAD
from dyad_desktop.replication.views import JournalLine
from dyad_desktop.services.disagreements import field_name, key_of, label_of, page_of
from dyad_desktop.services.history import Cut, says_what_it_is
from dyad_desktop.services.local import this_computer
from dyad_desktop.services.session import Session

NOTE = "met"
KEPT = 24
"""So many meetings are remembered."""
_HOUR_MS, _MINUTE_MS = 3_600_000, 60_000
_PAUSE_MS = 4 * _HOUR_MS
_LOOK_BACK = 2000
_COMMITS = 400
"""So many commits are told thing by thing; earlier ones are counted."""
_MANY = 400
"""A commit of more changes is told by its label alone: it was loaded or brought in."""


class _Sitting(msgspec.Struct, array_like=True):
    """One meeting as it is noted: from when to when, and how far every chain went at its end."""

    first_ms: int
    last_ms: int
    cut: dict[bytes, int]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A moment when the partners' work came together; ``wall_ms`` is UTC milliseconds, 0 for the beginning.

    ``met`` is false of a pause on a laptop that both use, and while the partners haven't met yet: then ``alone``
    is true, nobody but one has ever written anything that is here.
    """

    wall_ms: int
    cut: Cut
    met: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ChangedThing:
    """A thing that was changed since: by whom, which fields, when last."""

    key: Key
    label: str
    page: str
    partners: tuple[str, ...]
    fields: tuple[str, ...]
    wall_ms: int
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since a meeting, the newest first. ``count`` counts commits, ``earlier`` those not told singly."""

    meeting: Meeting
    count: int
    earlier: int
    things: tuple[ChangedThing, ...]
    bulk: tuple[JournalLine, ...]

    def who(self) -> Mapping[Key, tuple[str, ...]]:
        """Return who changed each thing."""
        return {thing.key: thing.partners for thing in self.things}


# -- noting ------------------------------------------------------------------------------------


def note_arrival(session: Session) -> None:
    """Note that something came from a partner just now."""
    now = this_computer().now_ms()
    sittings = _sittings(session)
    last = sittings[-1] if sittings else None
    if last is not None and 0 <= now - last.last_ms < _MINUTE_MS:
        return  # a live link brings something with every edit
    cut = dict(session.file.past.now())
    if last is not None and 0 <= now - last.last_ms < _HOUR_MS:
        sittings[-1] = _Sitting(last.first_ms, now, cut)
    else:
        sittings.append(_Sitting(now, now, cut))
    session.file.set_note(NOTE, msgspec.msgpack.encode(sittings[-KEPT:]))


def _sittings(session: Session) -> list[_Sitting]:
    kept = session.file.note(NOTE)
    return msgspec.msgpack.decode(kept, type=list[_Sitting]) if kept else []


# -- asking ------------------------------------------------------------------------------------


def meetings(session: Session) -> tuple[Meeting, ...]:
    """Return the meetings that are known, the one that counts first, then the others, the latest first."""
    noted = [Meeting(one.last_ms, one.cut, met=True) for one in reversed(_sittings(session))]
    if not noted:
        return (_paused(session),)
    counts = noted[1] if len(noted) > 1 else noted[0]
    return (counts, *(one for one in noted if one is not counts))


def last_met(session: Session) -> Meeting:
    """Return the meeting since which changes are news."""
    return meetings(session)[0]


def _paused(session: Session) -> Meeting:
    past = session.file.past
    lines = past.lines(limit=_LOOK_BACK)
    alone = len({partner for partner, *_ in session.devices}) < 2
    for later, line in itertools.pairwise(lines):
        if line.kind == LOAD or later.wall_ms - line.wall_ms >= _PAUSE_MS:
            return Meeting(line.wall_ms, past.at(line.n), alone=alone)
    if len(lines) == 1:
        return Meeting(lines[0].wall_ms, past.at(lines[0].n), alone=alone)
    return Meeting(0, {}, alone=alone)


def since(session: Session, meeting: Meeting) -> Since:
    """Return what changed since a meeting, thing by thing as far as the newest commits tell it."""
    past = session.file.past
    count = past.count_since(meeting.cut)
    lines = past.since(meeting.cut, _COMMITS)
    found: dict[Key, ChangedThing] = {}
    for line in lines:
        if line.changes <= _MANY:
            for key, places in _by_thing(session, line).items():
                found[key] = _with(session, found.get(key), key, places, line)
    bulk = tuple(line for line in lines if line.changes > _MANY)
    return Since(meeting, count, max(0, count - len(lines)), tuple(found.values()), bulk)


def _by_thing(session: Session, line: JournalLine) -> dict[Key, list[Address]]:
    found: dict[Key, list[Address]] = {}
    for change in session.changes(line.id):
        if change.at.kind in KINDS:
            found.setdefault(key_of(session.book, change.at), []).append(change.at)
    return found


def _with(
    session: Session, known: ChangedThing | None, key: Key, places: Iterable[Address], line: JournalLine
) -> ChangedThing:  # fmt: skip
    """Return a changed thing with an earlier commit's part in it."""
    book = session.book
    names = [
        field_name(book, at)
        for at in places
        if at.field not in META_FIELDS and not says_what_it_is(at)
    ]
    if known is None:
        gone = book.entity(*key) is None and any(at.field == DELETED for at in places)
        return ChangedThing(
            key, label_of(session, key), page_of(key[0]), (line.partner,),
            tuple(dict.fromkeys(names)), line.wall_ms, gone,
        )  # fmt: skip
    return ChangedThing(
        key, known.label, known.page,
        tuple(sorted({*known.partners, line.partner})),
        tuple(dict.fromkeys((*known.fields, *names))), known.wall_ms, known.deleted,
    )  # fmt: skip
