"""Laptops that turn up after another of their person was given up: nothing is sent to them until somebody vouches.

Whoever has a lost laptop may hold the key by which its person lets further ones in, and the log can't tell such a one
from an honest one that came in at the last moment. So this copy notes for itself which laptops it knew before, and asks
about any other. What an honest one writes counts meanwhile; one that is given up instead is set aside from its start.
"""

import msgspec

from dyad_desktop.domain.meetings import LOOKED_THROUGH
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.membership import Device
from dyad_desktop.services.session import ChangeSet, Session

KNOWN = "laptops"
"""The note of the laptops that this copy knew, or that somebody vouched for here, by their public keys."""


def unsure(session: Session) -> tuple[Device, ...]:
    """Return the laptops that turned up here after another of their person was given up, until somebody vouches."""
    known = _known(session)
    if known is None:
        return ()
    lost, given_up = _lost(session)
    found = (one for one in session.file.people.laptops() if one.person in lost)
    return tuple(one for one in found if one.key not in known | given_up)


def follow(session: Session) -> None:
    """Note which laptops there are, but for those that turn up after another of their person was given up.

    To be called whenever some may have come. A copy that noted none yet knows all that it finds.
    """
    known, (lost, _) = _known(session), _lost(session)
    devices = session.file.people.laptops()
    now = {one.key for one in devices if known is None or one.person not in lost}
    if not now <= (known or set()):
        _note(session, now | (known or set()))


def vouch(session: Session, device: bytes) -> ChangeSet:
    """Say on this copy that a laptop is its person's own: it is sent to like any other.

    Raises:
        BadInputError: nothing is asked about this laptop.
    """
    if device not in {one.key for one in unsure(session)}:
        raise BadInputError("nothing is asked about this laptop")
    know(session, device)
    return ChangeSet(frozenset({(LOOKED_THROUGH, LOOKED_THROUGH)}), "own", "Vouched for a laptop")


def know(session: Session, device: bytes) -> None:
    """Note that a laptop is known: here it was let in, or somebody vouched for it."""
    _note(session, (_known(session) or set()) | {device})


def _lost(session: Session) -> tuple[set[bytes], set[bytes]]:
    """Return the persons of whom a laptop was given up in force, and every laptop that somebody gave up."""
    given_up = session.file.people.given_up()
    persons = {one.device.person for one in given_up if one.in_force}
    return persons, {one.device.key for one in given_up}


def _known(session: Session) -> set[bytes] | None:
    """Return the laptops that were noted; ``None`` while none was ever noted."""
    kept = session.file.note(KNOWN)
    return set(msgspec.msgpack.decode(kept, type=list[bytes])) if kept else None


def _note(session: Session, known: set[bytes]) -> None:
    if not session.read_only:
        session.file.set_note(KNOWN, msgspec.msgpack.encode(sorted(known)))
