"""How a partner's laptop joins: invitation, reply, admission; nothing is trusted before both have compared words.

The invitation names keys and nothing else: whoever finds it learns neither the partnership's name nor its content.
"""

import base64
import binascii
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyrage

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.replication.membership import Device, Member, room
from dyad_desktop.replication.messages import RefusedError
from dyad_desktop.replication.signing import Keys, words_hold
from dyad_desktop.services import turned_up
from dyad_desktop.services.identity import Travel, become_further_device, kept_keys, travel_of
from dyad_desktop.services.local import this_computer
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.store.connection import made_whole
from dyad_desktop.store.workspace import Workspace
from dyad_desktop.transport.bundle import is_recipient
from dyad_desktop.transport.code import fingerprint_words
from dyad_desktop.transport.reading import read_regular

if TYPE_CHECKING:
    from dyad_desktop.replication.change import Change

WORDS = 8
OTHER_LAPTOP = "your other laptop"
"""Who invited a further laptop of one's own, in a sentence."""
ME, ANCHOR, PENDING, INVITED = "me", "anchor", "pending", "invited:"
_INVITATION = "Dyad Desktop invitation"
_REPLY = b"dyad-reply/1\n"
_MAX_BYTES = 64 * 1024


class Card(msgspec.Struct, frozen=True, array_like=True):
    """A laptop on its way to another, as a file carries it."""

    key: bytes
    person: bytes
    partner: str
    name: str
    certificate: bytes
    recipient: str
    link: bytes

    @classmethod
    def of(cls, device: Device) -> "Card":
        """Return the card of a laptop."""
        return cls(
            device.key, device.person, device.partner, device.name, device.certificate,
            device.recipient, device.link,
        )  # fmt: skip

    def device(self) -> Device:
        """Return the laptop that the card is of."""
        return Device(
            self.key, self.person, self.partner, self.name, self.certificate, self.recipient,
            self.link,
        )  # fmt: skip


class Invitation(msgspec.Struct, frozen=True, array_like=True):
    """What the inviter's laptop says of itself; ``further`` asks a person's own second laptop in."""

    version: int
    workspace: bytes
    nonce: bytes
    partner: str
    inviter: str
    card: Card
    further: bool = False


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """What the joiner's laptop says of itself, bound to the invitation by its nonce and a signature."""

    nonce: bytes
    name: str
    card: Card
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Joined:
    """An empty copy that waits for its first delivery, and the words to compare."""

    path: Path
    fingerprint: str
    inviter: str


# -- the inviter's side --------------------------------------------------------------------------


def invitation(session: Session, partner: str | None = None, *, further: bool = False) -> bytes:
    """Return a new invitation's text for a partner (by default the other one); it serves once.

    ``further`` invites the writing partner's own second laptop.

    Raises:
        BadInputError: there is no such partner.
    """
    partner = invited_partner(session, partner, further=further)
    travel = known_here(session)
    nonce = secrets.token_bytes(16)
    me = session.book.get(Partner, session.partner)
    asked = Invitation(
        1, session.file.id, nonce, partner, me.name if me else session.partner,
        Card.of(travel.device(session.partner)), further,
    )  # fmt: skip
    session.file.set_note(INVITED + nonce.hex(), msgspec.msgpack.encode([partner, further]))
    return armoured(msgspec.msgpack.encode(asked))


def invited_partner(session: Session, partner: str | None, *, further: bool) -> str:
    """Return whom an invitation is for, by default the other partner.

    Raises:
        BadInputError: there is no such partner.
    """
    partner = session.partner if further else partner or _other(session)
    if session.book.get(Partner, partner) is None:
        names = ", ".join(p.id for p in session.book.all(Partner))
        raise BadInputError(f"there is no partner {partner!r}; partners are {names}")
    if partner == session.partner and not further:
        raise BadInputError("that is who writes on this laptop; a second laptop is invited as one")
    if further and (reason := no_further(session)):
        raise BadInputError(reason)
    return partner


def no_further(session: Session) -> str:
    """Return why this laptop can't let in a further one of its person; empty when it can.

    That takes the person's key, which stays on the laptop with which they began.
    """
    keys = travel_of(session.file.id, session.partner).keys
    if keys.person:
        return ""
    people = session.file.people
    me = next((one for one in people.laptops() if one.key == keys.device_public), None)
    by = people.let_in_by(me) if me is not None else set()
    names = [
        f"“{one.name}”" for one in people.laptops() if one.person == keys.owner and one.key in by
    ]
    first = names[0] if names else "the one with which you began"
    return (
        f"this laptop came in as a further one of yours, and only {first} can let in another. If you no longer have"
        " that, a partner of yours invites you anew, as they did at first"
    )


def _other(session: Session) -> str:
    others = [p.id for p in session.book.all(Partner) if p.id != session.partner]
    missing = [p for p in others if p not in {m.partner for m in session.file.people.members()}]
    found = missing or others
    if not found:
        raise BadInputError("this partnership has no other partner yet; add one on its page first")
    return found[0]


def known_here(session: Session) -> Travel:
    """Make this laptop known in the log: its device, and every person who has written here; returns its secrets."""
    if session.file.note(ME).decode() not in ("", session.partner):
        raise BadInputError(f"this laptop writes as {session.file.note(ME).decode()}")
    travel = travel_of(session.file.id, session.partner)
    book = session.book
    persons = session.file.people.partners() | {travel.keys.person_public: session.partner}
    changes: list[Change] = []
    for person, partner in persons.items():
        entry = book.get(Partner, partner)
        changes += Member(person, partner, entry.name if entry else partner).changes()
    changes += travel.device(session.partner).changes()
    if not session.file.people.rooms():
        changes.append(room(secrets.token_bytes(32)))
    session.file.admit(session.partner, changes, "Made this laptop known")
    session.file.set_note(ME, session.partner.encode())
    return travel


def read_reply(session: Session, data: bytes) -> tuple[Reply, str]:
    """Return a reply to an invitation of this copy, and the words that both must see.

    Raises:
        RefusedError: it is no reply, is damaged, answers another invitation, or one that was used.
    """
    travel = travel_of(session.file.id, session.partner)
    reply = _opened(data, travel.identity)
    asked = session.file.note(INVITED + reply.nonce.hex())
    if not asked:
        raise RefusedError(
            "This reply answers an invitation that isn't open here: it was used already, or another copy made it."
            " Nothing was changed."
        )
    partner, further = msgspec.msgpack.decode(asked, type=tuple[str, bool])
    card = reply.card
    owned = card.person == travel.keys.person_public if further else card.device().holds
    signed = words_hold(card.key, reply.signature, _said(reply))
    if not (owned and signed and card.partner == partner and is_recipient(card.recipient)):
        raise RefusedError("This reply isn't genuine: its signature is false. Nothing was changed.")
    return reply, fingerprint(session.file.id, travel.device(session.partner), reply)


def fingerprint(workspace: bytes, inviter: Device, reply: Reply) -> str:
    """Return the eight words that stand for an invitation and its reply together."""
    told = [workspace, inviter.key, inviter.person, inviter.recipient, inviter.link, _said(reply)]
    return fingerprint_words(msgspec.msgpack.encode(told), WORDS)


def admit(session: Session, reply: Reply) -> ChangeSet:
    """Let the replying laptop in, once the words were compared; the next delivery carries everything."""
    note = session.file.note(INVITED + reply.nonce.hex())
    partner, further = msgspec.msgpack.decode(note, type=tuple[str, bool])
    done = let_in(session, reply.card.device(), partner, reply.name, further=further)
    session.file.set_note(INVITED + reply.nonce.hex(), b"")
    return done


def let_in(
    session: Session, device: Device, partner: str, name: str, *, further: bool
) -> ChangeSet:
    """Write into the log that a laptop belongs to the partnership, and its person with it.

    ``further`` says that it is the writing person's own, which is certified here.
    """
    if device.key in {one.device.key for one in session.file.people.given_up()}:
        raise BadInputError(
            "this laptop was given up. If it was found again, whoever gave it up takes that back (Partnership →"
            " Laptops); it needs no new pairing"
        )
    keys = travel_of(session.file.id, session.partner).keys
    if further:
        device = replace(device, person=keys.person_public, certificate=keys.certify(device.key))
    device = replace(device, partner=partner)
    changes = [*Member(device.person, partner, name).changes(), *device.changes()]
    turned_up.know(session, device.key)
    session.file.admit(session.partner, changes, f"Admitted {name} on {device.name}")
    return ChangeSet(frozenset({("_device", device.key.hex())}), "admit", f"Admitted {name}")


def retire(session: Session, device: bytes) -> ChangeSet:
    """Give up a laptop that was lost: nothing is sent to it any more, and what it writes from now on is set aside.

    Set aside once its owner says so on another laptop of theirs, or two partners do. Of one that is asked about
    here (``turned_up``) everything is set aside that it ever wrote.

    Raises:
        BadInputError: there is no such laptop, or it is this one.
    """
    if device not in {found.key for found in session.file.people.laptops()}:
        raise BadInputError("there is no such laptop in this partnership")
    if device == travel_of(session.file.id, session.partner).keys.device_public:
        raise BadInputError("this is the laptop that you are at; give it up from another one")
    turned_up.follow(session)
    asked = device in {found.key for found in turned_up.unsure(session)}
    done = session.file.retire(session.partner, device, wholly=asked)
    return session.took(done, "Gave up a laptop")


def take_back(session: Session, device: bytes) -> ChangeSet:
    """Take back that a laptop was given up, as when it is found again.

    Once neither its owner nor two partners say so any more, what it wrote meanwhile counts, and is sent and taken
    again as before.

    Raises:
        BadInputError: this partner didn't give it up.
    """
    given_up = {one.device.key: one.by for one in session.file.people.given_up()}
    if session.partner not in given_up.get(device, ()):
        raise BadInputError("you haven't given up this laptop, so there is nothing to take back")
    done = session.file.take_back(session.partner, device)
    return session.took(done, "Took back that a laptop was given up")


# -- the joiner's side ---------------------------------------------------------------------------


def read_invitation(data: bytes) -> Invitation:
    """Return an invitation of its text.

    Raises:
        RefusedError: it is none, or is damaged.
    """
    try:
        asked = msgspec.msgpack.decode(unarmoured(data), type=Invitation)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise RefusedError(
            "This file is no invitation of Dyad Desktop, or it is damaged."
        ) from None
    genuine = asked.card.device().holds and is_recipient(asked.card.recipient)
    if asked.version != 1 or len(asked.workspace) != 16 or not genuine:
        raise RefusedError("This invitation is damaged, or of a newer version.")
    return asked


def join(asked: Invitation, path: Path, name: str) -> tuple[Joined, bytes]:
    """Make an empty copy that answers an invitation; returns it and the reply's bytes.

    Raises:
        WorkspaceError: the copy can't be made, or nothing here can keep its keys.
    """
    if not name.strip():
        raise BadInputError("a name is expected, so that your partner knows who replies")
    if asked.further:
        become_further_device(asked.workspace, asked.partner, further_keys(asked))
    travel = travel_of(asked.workspace, asked.partner)
    reply = Reply(asked.nonce, name.strip(), Card.of(travel.device(asked.partner)))
    reply = msgspec.structs.replace(reply, signature=travel.keys.sign(_said(reply)))
    words = fingerprint(asked.workspace, asked.card.device(), reply)
    sealed = pyrage.encrypt(
        msgspec.msgpack.encode(reply),
        [pyrage.x25519.Recipient.from_str(asked.card.recipient)],
    )
    inviter = OTHER_LAPTOP if asked.further else asked.inviter
    with empty_copy(path, asked) as workspace:
        workspace.set_note(PENDING, msgspec.msgpack.encode([asked.card, words, inviter]))
    return Joined(path, words, inviter), _REPLY + sealed


def further_keys(asked: Invitation) -> Keys:
    """Return the keys of a person's further laptop: those that it has already, where it joins once more.

    With others what it wrote before, or writes in a copy that was let in, would be nobody's.

    Raises:
        BadInputError: this computer has the person's own key, which would be lost.
    """
    kept = kept_keys(asked.workspace, asked.partner)
    if kept is not None and kept.person_public == asked.card.person:
        if kept.person:
            raise BadInputError(
                "this computer is the one that invites: a second laptop joins on that laptop. Nothing was changed"
            )
        return kept
    return Keys(b"", secrets.token_bytes(32), asked.card.person)


@contextmanager
def empty_copy(path: Path, asked: Invitation) -> Iterator[Workspace]:
    """Make the copy of whoever was invited: once the block ends well it stands at ``path``, else nothing does.

    Raises:
        WorkspaceError: it can't be made.
    """
    with made_whole(path) as beside:
        workspace = Workspace.create(beside, this_computer(), asked.workspace)
        try:
            workspace.set_note(ME, asked.partner.encode())
            yield workspace
        finally:
            workspace.close()


@dataclass(frozen=True, slots=True)
class Pending:
    """Whom a new copy waits for, and the words that must be compared before anything of theirs is taken."""

    device: Device
    fingerprint: str
    inviter: str


def pending(workspace: Workspace) -> Pending | None:
    """Return whom a copy waits for, ``None`` once it has met its partner."""
    kept = workspace.note(PENDING)
    if not kept:
        return None
    card, words, inviter = msgspec.msgpack.decode(kept, type=tuple[Card, str, str])
    return Pending(card.device(), words, inviter)


def confirm(workspace: Workspace) -> None:
    """Trust the inviter from here on: the words were compared and are the same."""
    found = pending(workspace)
    if found is not None:
        trust(workspace, found.device)
        workspace.set_note(PENDING, b"")


def trust(workspace: Workspace, device: Device) -> None:
    """Trust the inviter's laptop, from which everything else of the partnership is learnt."""
    workspace.set_note(ANCHOR, msgspec.msgpack.encode(Card.of(device)))


def anchor(workspace: Workspace) -> Device | None:
    """Return the laptop by whose invitation this copy came into being, once it is trusted and until it is given up."""
    kept = workspace.note(ANCHOR)
    found = msgspec.msgpack.decode(kept, type=Card).device() if kept else None
    if found is None:
        return None
    known = {device.key for device in workspace.people.devices()}
    in_use = {device.key for device in workspace.people.in_use(workspace.note(ME).decode())}
    return None if found.key in known - in_use else found


def same_words(typed: str, words: str) -> bool:
    """Return whether somebody typed the words that are shown, however they parted them."""
    return typed.lower().replace("-", " ").split() == words.split()


# -- files ---------------------------------------------------------------------------------------


def _said(reply: Reply) -> bytes:
    return msgspec.msgpack.encode([_REPLY, reply.nonce, reply.name, reply.card])


def _opened(data: bytes, identity: str) -> Reply:
    if not data.startswith(_REPLY) or len(data) > _MAX_BYTES:
        raise RefusedError("This file is no reply of Dyad Desktop. Nothing was changed.")
    try:
        text = pyrage.decrypt(data[len(_REPLY) :], [pyrage.x25519.Identity.from_str(identity)])
        return msgspec.msgpack.decode(text, type=Reply)
    except (pyrage.DecryptError, msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise RefusedError(
            "This reply is damaged, or it answers another laptop's invitation. Nothing was changed."
        ) from None


def armoured(data: bytes) -> bytes:
    """Return bytes as text that survives a mail."""
    text = base64.encodebytes(data).decode("ascii")
    return f"{_INVITATION}\n\n{text}".encode("ascii")


def unarmoured(data: bytes) -> bytes:
    """Return the bytes of an armoured text."""
    head, _, text = data.partition(b"\n\n")
    if head.strip() != _INVITATION.encode() or len(data) > _MAX_BYTES:
        raise ValueError
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        raise ValueError from None


def read_small(path: Path) -> bytes:
    """Return a small file's bytes.

    Raises:
        DyadError: it can't be read, is no file, or is too large to be what is expected.
    """
    try:
        return read_regular(
            path, _MAX_BYTES, f"{path} is too large to be an invitation or a reply."
        )
    except OSError as error:
        raise DyadError(f"{path} can't be read ({error.strerror}).") from None
