"""Who belongs to the partnership, as the log says: persons, their laptops, and which of those were given up."""

from dyad_desktop.domain.records import Record
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.membership import (
    ANY,
    DEVICE,
    MEMBER,
    ROOM_AT,
    Device,
    GivenUp,
    Member,
    device_of,
    member_of,
    retired_after,
    room_secret,
)
from dyad_desktop.store.log import Log
from dyad_desktop.store.state import State


class People:
    """Reads the partnership's own bookkeeping."""

    def __init__(self, log: Log, state: State) -> None:
        """Read an open file's."""
        self._log, self._state = log, state

    def partners(self) -> dict[bytes, str]:
        """Return the partner for whom each person (public key) of this partnership writes."""
        found = {member.person: member.partner for member in self.members()}
        found |= {actor.person: actor.partner for actor in self._log.actors.values()}
        return {one: found[one] for one in found if one not in self._log.strangers}

    def heard_of(self) -> set[tuple[bytes, str]]:
        """Return (person, partner) of everybody whose commits are taken: of strangers too, whose don't count.

        Whoever took their commits before the laptop that admitted them was given up passes them on.
        """
        found = set(self.partners().items())
        found |= {(actor.person, actor.partner) for actor in self._log.actors.values()}
        if self._log.retired:
            found |= {(one.person, one.partner) for one in self._state.retirements.admissions.all()}
        return found

    def members(self) -> list[Member]:
        """Return the persons whom the log admits."""
        found = [member_of(key, record) for key, record in self._state.inner(MEMBER).items()]
        return [one for one in found if one is not None]

    def devices(self) -> list[Device]:
        """Return the laptops that the log makes known and their persons certify."""
        found = [device_of(key, record) for key, record in self._state.inner(DEVICE).items()]
        return [device for device in found if device is not None and device.holds]

    def laptops(self) -> list[Device]:
        """Return the laptops that the log makes known, and any other that has written into it: of those no address."""
        found = {device.key: device for device in self.devices()}
        for one in self._log.actors.values():
            told = (one.person, one.partner, one.device_name, one.certificate)
            found.setdefault(one.device, Device(one.device, *told, recipient="", link=b""))
        return list(found.values())

    def told_aside(self, kind: str, key: bytes, device: bytes) -> Record:
        """Return a person or a laptop as words make it known that don't count: first of all by ``device``.

        Then by the first of the others.
        """
        aside = [
            sealed
            for actor in self._log.retired
            for sealed in self._log.chain(actor)
            if not self._log.counts(sealed)
        ]
        aside.sort(key=lambda s: (self._log.actors[s.actor].device != device, s.lamport, s.actor))
        said: Record = {}
        for sealed in aside:
            for change in sealed.commit.changes:
                if change.at[:2] == (kind, key.hex()):
                    said.setdefault(change.at.field, change.value)
        return said

    def let_in_by(self, device: Device) -> set[bytes]:
        """Return the other laptops whose word on a laptop, or on its person, stands in the log."""
        places = (
            Address(DEVICE, device.key.hex(), "certificate"),
            Address(MEMBER, device.person.hex(), "partner"),
        )
        actors = (
            self._log.actors[head.id.actor] for at in places for head in self._state.heads(at)
        )
        return {one.device for one in actors} - {device.key}

    def in_use(self, partner: str) -> list[Device]:
        """Return the laptops to which a partner's own send.

        Not those of which it is in force that they were given up, nor those that the partner gave up: alone that
        cuts nobody off from others.
        """
        out = {
            lost.device.key
            for lost in self.given_up()
            if lost.in_force or (partner in lost.by and lost.device.retired)
        }
        return [device for device in self.devices() if device.key not in out]

    def given_up(self) -> list[GivenUp]:
        """Return the laptops that somebody gave up, and whether that is in force."""
        partners, said = self.partners(), self._state.retirements.given_up()
        found = []
        for device in self.laptops():
            words = said.get(device.key.hex(), {}).get(ANY, {})
            by = {partners[bytes.fromhex(one)] for one in words if bytes.fromhex(one) in partners}
            if by:
                known = {one: last for one, last in words.items() if bytes.fromhex(one) in partners}
                in_force = retired_after(known, device.person, partners) is not None
                found.append(GivenUp(device, tuple(sorted(by)), in_force))
        return found

    def rooms(self) -> list[bytes]:
        """Return the secrets by which members find each other: one, or more where two were agreed apart."""
        found = {room_secret(head.value) for head in self._state.heads(ROOM_AT)}
        return sorted(secret for secret in found if secret is not None)
