"""Pairing by code on the local network: what an invitation and its reply say, over an agreed secret.

The joiner speaks first and doesn't know yet which partnership it joins: it makes its keys beforehand and keeps
them once it knows. The code and the four words stand for what a reply's signature and the eight words do.
"""

import queue
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pyrage
from cryptography import x509

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.messages import RefusedError
from dyad_desktop.replication.signing import Keys
from dyad_desktop.services import pairing
from dyad_desktop.services.identity import Travel, keep_travel, new_travel, refuse_no_keeping
from dyad_desktop.services.pairing import Card, Invitation, Reply
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.transport.discovery import Discovery
from dyad_desktop.transport.pairing import (
    Offer,
    Pairing,
    PairingError,
    PairingEvents,
    PairingLimits,
    accept,
    code_number,
    make_code,
    offer,
    read_code,
)

__all__ = ["Invited", "Newcomer", "code_number", "invite_by_code", "new_code", "read_code"]

_STRANGE = "What the other computer said of itself isn't as it should be. Nothing was trusted."
_MAX_NAME = 200
_USUAL = PairingLimits()


class _Asked(msgspec.Struct, frozen=True, array_like=True):
    """An invitation as it is said over a pairing: with the port where the inviter takes calls."""

    invitation: Invitation
    port: int


def new_code() -> str:
    """Return a fresh code, good for one pairing."""
    return make_code(secrets.token_bytes(16))


# -- the inviter's side --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a code invites: a partner, or the writing partner's own further laptop."""

    partner: str
    further: bool
    payload: bytes

    def admit(self, session: Session, payload: bytes) -> tuple[ChangeSet, bytes]:
        """Let in who was paired with; returns what changed and the device (public key).

        Raises:
            RefusedError: what it said of itself isn't as it should be.
        """
        try:
            reply = msgspec.msgpack.decode(payload, type=Reply)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            raise RefusedError(_STRANGE) from None
        device = reply.card.device()
        if not (_whole(device) and 0 < len(reply.name) <= _MAX_NAME):
            raise RefusedError(_STRANGE)
        done = pairing.let_in(session, device, self.partner, reply.name, further=self.further)
        return done, device.key


def invite_by_code(
    session: Session, port: int, partner: str | None = None, *, further: bool = False
) -> Invited:
    """Make this laptop known and return what a code's offer says; ``port`` is where links are taken.

    Raises:
        BadInputError: there is no such partner.
    """
    partner = pairing.invited_partner(session, partner, further=further)
    travel = pairing.known_here(session)
    me = session.book.get(Partner, session.partner)
    asked = Invitation(
        1, session.file.id, b"", partner, me.name if me else session.partner,
        Card.of(travel.device(session.partner)), further,
    )  # fmt: skip
    return Invited(partner, further, msgspec.msgpack.encode(_Asked(asked, port)))


def open_offer(
    code: str,
    invited: Invited,
    events: PairingEvents,
    address: tuple[str, int],
    limits: PairingLimits = _USUAL,
) -> Offer:
    """Wait for the one who was told the code.

    Raises:
        PairingError: the address or port isn't free.
    """
    return offer(code, invited.payload, events, address=address, limits=limits)


# -- the joiner's side ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JoinedByCode:
    """A new copy that trusts its inviter; ``port`` is where the inviter takes calls."""

    path: Path
    partner: str
    inviter: str
    port: int


class Newcomer:
    """A laptop on its way into a partnership: its person's name, its new keys, the file to be."""

    def __init__(self, name: str, path: Path) -> None:
        """Make fresh keys.

        Raises:
            BadInputError: no name, or the file exists.
            WorkspaceError: nothing on this computer can keep keys.
        """
        if not name.strip():
            raise BadInputError("a name is expected, so that your partner knows who joins")
        if path.exists():
            raise BadInputError("this file exists already; choose another name", str(path))
        if not path.parent.is_dir():
            raise BadInputError("there is no such folder", str(path.parent))
        refuse_no_keeping()
        self._name, self._path = name.strip()[:_MAX_NAME], path
        self._travel = new_travel(Keys(secrets.token_bytes(32), secrets.token_bytes(32)))

    def call(
        self,
        code: str,
        address: tuple[str, int],
        events: PairingEvents,
        limits: PairingLimits = _USUAL,
    ) -> Pairing:
        """Call the inviter.

        Raises:
            BadInputError: the code isn't one.
        """
        payload = msgspec.msgpack.encode(Reply(b"", self._name, Card.of(self._travel.device(""))))
        return accept(code, address, payload, events, limits=limits)

    def join(self, payload: bytes) -> JoinedByCode:
        """Make the copy, once both persons said that the words are the same.

        Raises:
            RefusedError: what the inviter said of itself isn't as it should be.
            WorkspaceError: the copy can't be made.
        """
        try:
            said = msgspec.msgpack.decode(payload, type=_Asked)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            raise RefusedError(_STRANGE) from None
        asked, inviter = said.invitation, said.invitation.card.device()
        if asked.version != 1 or len(asked.workspace) != 16 or not _whole(inviter):
            raise RefusedError(_STRANGE)
        keep_travel(asked.workspace, asked.partner, self._for(asked))
        with pairing.empty_copy(self._path, asked) as workspace:
            pairing.trust(workspace, inviter)
        return JoinedByCode(self._path, asked.partner, asked.inviter, said.port)

    def _for(self, asked: Invitation) -> Travel:
        """Return this laptop's secrets as what it is invited as."""
        if not asked.further:
            return self._travel
        pairing.further_keys(asked)  # refuses on the laptop that has the person's own key
        keys = Keys(b"", self._travel.keys.device, asked.card.person)
        return replace(self._travel, keys=keys)


def _whole(device: Device) -> bool:
    """Return whether a device's card can be used for what it is for."""
    try:
        pyrage.x25519.Recipient.from_str(device.recipient)
        x509.load_der_x509_certificate(device.link)
    except (pyrage.RecipientError, ValueError):
        return False
    return device.holds and len(device.name) <= _MAX_NAME


def find_inviter(code: str, seconds: float) -> tuple[str, int]:
    """Wait for the offer of a code on the local network; returns its address.

    Raises:
        PairingError: it wasn't found in time.
        DiscoveryError: the network doesn't let computers find each other.
    """
    found: queue.Queue[tuple[str, int]] = queue.Queue()
    finder = Discovery()
    try:
        finder.find_offer(code_number(code), lambda host, port: found.put((host, port)))
        return found.get(timeout=seconds)
    except queue.Empty:
        raise PairingError(
            "No invitation with this code was found on the network. Nothing was sent. Check the code, or type the"
            " address that the other computer shows."
        ) from None
    finally:
        finder.close()
