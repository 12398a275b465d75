"""Laptops that turn up after another of their person was given up: nothing is sent to them until somebody vouches.

Whoever has a lost laptop may hold the key by which its person lets further ones in, and the log can't tell such a one
from an honest one that came in at the last moment. So this copy notes for itself which laptops it knew before, and asks
about any other: of that person, or let in by none that it knows. So it does about one that it knew, but that came in
by a word of the lost laptop that doesn't count: nobody else says how to reach it. What an honest one writes counts
meanwhile; one that is given up instead is set aside from its start. A person whose laptop was given up once stays one
to ask about, since whoever has the key could take that back.
"""

import msgspec

from dyad_desktop.domain.meetings import LOOKED_THROUGH
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Change
from dyad_desktop.replication.membership import DEVICE, MEMBER, Device, Member, device_of
from dyad_desktop.services.editing import create
from dyad_desktop.services.identity import travel_of
from dyad_desktop.services.session import ChangeSet, Session

NOTE = "laptops"


class _Noted(msgspec.Struct, array_like=True, frozen=True):
    """What this copy noted, as public keys: laptops that it knew or that were vouched for, persons who lost one.

    ``vouched`` are those of the laptops that somebody vouched for here.
    """

    known: frozenset[bytes]
    lost: frozenset[bytes]
    vouched: frozenset[bytes] = frozenset()


def unsure(session: Session) -> tuple[Device, ...]:
    """Return the laptops that turned up here after another of their person was given up, until somebody vouches.

    Those too that were known, but came in by a word that doesn't count since.
    """
    noted = _noted(session)
    return () if noted is None else _unsure(session, noted)


def follow(session: Session) -> None:
    """Note which laptops there are, but for those that are asked about, and who lost one.

    To be called before and after anything comes. A copy that noted nothing yet knows all that it finds.
    """
    noted = _noted(session)
    devices = {one.key for one in session.file.people.laptops()}
    if noted is None:
        if devices:
            _note(session, _Noted(frozenset(devices), _lost(session)))
        return
    asked = {one.key for one in _unsure(session, noted)}
    now = _Noted(noted.known | (devices - asked), noted.lost | _lost(session), noted.vouched)
    if now != noted:
        _note(session, now)


def vouch(session: Session, device: bytes) -> ChangeSet:
    """Say on this copy that a laptop is its person's own: it is sent to like any other.

    What only a word said of it that doesn't count, this partner says from here on: who its person is, how it is
    reached.

    Raises:
        BadInputError: nothing is asked about this laptop.
    """
    asked = next((one for one in unsure(session) if one.key == device), None)
    if asked is None:
        raise BadInputError("nothing is asked about this laptop")
    know(session, device, vouched=True)
    if session.book.get(Partner, asked.partner) is None:
        # Only the lost laptop had added them.
        create(session, Partner(asked.partner, name=_name(session, asked)))
    words = _lacking(session, asked)
    if words:
        session.took(session.file.admit(session.partner, words, "Vouched for a laptop"), "")
    return ChangeSet(frozenset({(LOOKED_THROUGH, LOOKED_THROUGH)}), "own", "Vouched for a laptop")


def _lacking(session: Session, asked: Device) -> tuple[Change, ...]:
    """Return what makes a laptop and its person known where no word on them counts."""
    people, found = session.file.people, list[Change]()
    if asked.person not in {one.person for one in people.members()}:
        found += Member(asked.person, asked.partner, _name(session, asked)).changes()
    if asked.key not in {one.key for one in people.devices()}:
        told = device_of(asked.key.hex(), people.told_aside(DEVICE, asked.key, asked.key))
        found += told.changes() if told is not None and told.holds else ()
    return tuple(found)


def _name(session: Session, asked: Device) -> str:
    """Return what the person of a laptop is called."""
    partner = session.book.get(Partner, asked.partner)
    if partner is not None:
        return partner.name
    aside = session.file.people.told_aside(MEMBER, asked.person, asked.key)
    return str(aside.get("name") or asked.partner)


def know(session: Session, device: bytes, *, vouched: bool = False) -> None:
    """Note that a laptop is known: here it was let in, or somebody vouched for it."""
    follow(session)
    noted = _noted(session) or _Noted(frozenset(), frozenset())
    more = frozenset({device} if vouched else ())
    _note(session, _Noted(noted.known | {device}, noted.lost, noted.vouched | more))


def _unsure(session: Session, noted: _Noted) -> tuple[Device, ...]:
    people, lost = session.file.people, noted.lost | _lost(session)
    if not lost:
        return ()
    given_up = {one.device.key for one in people.given_up()}
    mine = travel_of(session.file.id, session.partner).keys.device_public
    counting = {one.key for one in people.devices()} | noted.vouched | {mine}
    known = noted.known & counting | {mine}
    new = [one for one in people.laptops() if one.key not in known | given_up]
    sure = known - given_up
    while more := {
        one.key
        for one in new
        if one.key not in sure and one.person not in lost and people.let_in_by(one) & sure
    }:
        sure |= more
    return tuple(one for one in new if one.key not in sure)


def _lost(session: Session) -> frozenset[bytes]:
    """Return the persons of whom a laptop was given up in force."""
    given_up = session.file.people.given_up()
    return frozenset(one.device.person for one in given_up if one.in_force)


def _noted(session: Session) -> _Noted | None:
    """Return what was noted; ``None`` while nothing ever was."""
    kept = session.file.note(NOTE)
    return msgspec.msgpack.decode(kept, type=_Noted) if kept else None


def _note(session: Session, noted: _Noted) -> None:
    if not session.read_only:
        session.file.set_note(NOTE, msgspec.msgpack.encode(noted))
