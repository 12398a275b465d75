"""Who belongs to a partnership, as the log says it: persons, their devices, their actors.

These entities live in the log like everything else, under kinds that begin with an underscore; they are no kinds
of the domain and are never shown as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dyad_desktop.domain.records import Record
from dyad_desktop.replication.change import Address, Change
from dyad_desktop.replication.signing import certificate_holds

ACTOR = "_actor"
"""An actor introduces itself in its first commit; the entity's id is the actor's 16 bytes in hexadecimal."""
MEMBER = "_member"
"""A person who belongs to the partnership; the entity's id is the person's public key in hexadecimal."""
DEVICE = "_device"
"""A laptop of a person; the entity's id is the device's public key in hexadecimal."""

ROOM = "_room"
"""How members find each other on a local network: the entity's id is always ``room``."""
ROOM_AT = Address(ROOM, "room", "secret")


def room(secret: bytes) -> Change:
    """Return the write that agrees on a room's secret (32 bytes)."""
    return Change(ROOM_AT, secret.hex())


def room_secret(value: object) -> bytes | None:
    """Return the secret that a value of a room is; ``None`` when it is none."""
    try:
        found = bytes.fromhex(_text(value))
    except (ValueError, TypeError):
        return None
    return found if len(found) == 32 else None


RETIRED = "_retired"
ANY = "*"
"""In a retirement: every actor of the laptop that it doesn't name."""
"""A laptop that was given up; the entity's id is the device's public key, its field ``last`` has a slot
``actor:person`` with the number of the last commit of that actor that the person vouches for."""


def inner(kind: str) -> bool:
    """Return whether a kind is part of the log's own bookkeeping."""
    return kind.startswith("_")


@dataclass(frozen=True, slots=True)
class Actor:
    """One incarnation of one file on one device, and whose it is (public keys)."""

    n: int
    id: bytes
    partner: str
    device_name: str
    person: bytes
    device: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A person (public key) who writes for a partner of the partnership."""

    person: bytes
    partner: str
    name: str

    def changes(self) -> tuple[Change, ...]:
        """Return the writes that admit the person."""
        fields = {"partner": self.partner, "name": self.name}
        return _changes(MEMBER, self.person, fields)


@dataclass(frozen=True, slots=True)
class Device:
    """A laptop: who certified it, and how to reach it.

    ``recipient`` is the age recipient that bundles are encrypted to; ``link`` the DER certificate that it
    shows on the local network; ``retired`` tells that somebody gave it up and hasn't taken that back, so that nothing
    is sent to it.
    """

    key: bytes
    person: bytes
    partner: str
    name: str
    certificate: bytes
    recipient: str
    link: bytes
    retired: bool = False

    @property
    def holds(self) -> bool:
        """Return whether the person's certificate of the device is genuine."""
        return certificate_holds(self.person, self.key, self.certificate)

    def changes(self) -> tuple[Change, ...]:
        """Return the writes that make the device known."""
        fields = {
            "person": self.person.hex(),
            "partner": self.partner,
            "name": self.name,
            "certificate": self.certificate.hex(),
            "recipient": self.recipient,
            "link": self.link.hex(),
        }
        return _changes(DEVICE, self.key, fields)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A lost laptop: which partners said so, and whether what it writes counts no more."""

    device: Device
    by: tuple[str, ...]
    in_force: bool


def retirement(device: bytes, person: bytes, heads: Mapping[bytes, int]) -> tuple[Change, ...]:
    """Return the writes by which a person gives up a laptop.

    ``heads`` gives the number of the last commit that counts of each actor of it; of any other actor that turns
    up with its key none does.
    """
    last = {actor.hex(): seq for actor, seq in heads.items()} | {ANY: 0}
    return (
        Change(Address(DEVICE, device.hex(), "retired"), value=True),
        *(
            Change(Address(RETIRED, device.hex(), "last", f"{actor}:{person.hex()}"), seq)
            for actor, seq in last.items()
        ),
    )


def taken_back(
    device: bytes, person: bytes, said: Mapping[str, Mapping[str, object]]
) -> tuple[Change, ...]:
    """Return the writes by which a person takes back that a laptop was given up.

    ``said`` tells by actor (hexadecimal, or ``ANY``) which persons (hexadecimal) did so.
    """
    mine = person.hex()
    slots = [f"{actor}:{mine}" for actor, by in said.items() if mine in by]
    nobody_else = all(by.keys() <= {mine} for by in said.values())
    flag = (Change(Address(DEVICE, device.hex(), "retired"), value=False),) if nobody_else else ()
    return (*flag, *(Change(Address(RETIRED, device.hex(), "last", slot), None) for slot in slots))


def may_say(slot: str, device: str, author: Actor) -> bool:
    """Return whether a write into a slot of a retirement has a say: each speaks for themselves, of other laptops.

    Else whoever found a laptop, or anybody else, could take back that it was given up. ``device`` is the laptop's
    public key (hexadecimal).
    """
    return device != author.device.hex() and slot.partition(":")[2] == author.person.hex()


def retired_after(
    said: Mapping[str, int], owner: bytes, partner_of: Mapping[bytes, str]
) -> int | None:
    """Return behind which commit an actor's word counts no more; ``None`` while it counts.

    ``said`` gives the last commit that a person (hexadecimal) vouches for. A retirement is in force once the laptop's
    owner says so, whose number counts then, or the persons of two partners do; of those the earliest counts.
    """
    if owner.hex() in said:
        return said[owner.hex()]
    partners = {partner_of.get(bytes.fromhex(person)) for person in said}
    return min(said.values()) if len(partners - {None}) > 1 else None


def member_of(key: str, record: Record) -> Member | None:
    """Return the person whom an entity of the log admits; ``None`` when it names none."""
    try:
        person = bytes.fromhex(key)
    except ValueError:
        return None
    return Member(person, str(record.get("partner")), str(record.get("name") or ""))


def device_of(key: str, record: Record) -> Device | None:
    """Return the device that an entity of the log describes; ``None`` when it doesn't."""
    try:
        return Device(
            key=bytes.fromhex(key),
            person=bytes.fromhex(_text(record["person"])),
            partner=_text(record["partner"]),
            name=_text(record["name"]),
            certificate=bytes.fromhex(_text(record["certificate"])),
            recipient=_text(record["recipient"]),
            link=bytes.fromhex(_text(record["link"])),
            retired=bool(record.get("retired")),
        )
    except (KeyError, ValueError, TypeError):
        return None


def introduction(actor: Actor) -> tuple[Change, ...]:
    """Return the changes by which an actor says whose it is, so that the log alone tells."""
    fields = {
        "partner": actor.partner,
        "device_name": actor.device_name,
        "person": actor.person.hex(),
        "device": actor.device.hex(),
        "certificate": actor.certificate.hex(),
    }
    return _changes(ACTOR, actor.id, fields)


def _changes(kind: str, key: bytes, fields: dict[str, str]) -> tuple[Change, ...]:
    return tuple(Change(Address(kind, key.hex(), name), value) for name, value in fields.items())


def introduced(actor: bytes, changes: tuple[Change, ...]) -> Actor | None:
    """Return the actor that a first commit's changes introduce, not yet numbered; ``None`` when they don't."""
    said = {c.at.field: c.value for c in changes if c.at.kind == ACTOR and c.at.id == actor.hex()}
    try:
        return Actor(
            n=0,
            id=actor,
            partner=_text(said["partner"]),
            device_name=_text(said["device_name"]),
            person=bytes.fromhex(_text(said["person"])),
            device=bytes.fromhex(_text(said["device"])),
            certificate=bytes.fromhex(_text(said["certificate"])),
        )
    except (KeyError, ValueError, TypeError):
        return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
