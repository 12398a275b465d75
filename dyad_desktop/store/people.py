"""Who belongs to the partnership, as the log says: persons, their laptops, and which of those were given up."""

from dataclasses import replace

from dyad_desktop.replication.membership import (
    ANY,
    DEVICE,
    MEMBER,
    ROOM_AT,
    Device,
    GivenUp,
    Member,
    device_of,
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
            found |= {
                (one.person, one.partner) for one in self._state.retirements.admissions.persons()
            }
        return found

    def members(self) -> list[Member]:
        """Return the persons whom the log admits."""
        return [
            Member(bytes.fromhex(key), str(record.get("partner")), str(record.get("name") or ""))
            for key, record in self._state.inner(MEMBER).items()
        ]

    def devices(self) -> list[Device]:
        """Return the laptops that the log makes known and their persons certify."""
        found = [device_of(key, record) for key, record in self._state.inner(DEVICE).items()]
        lost = {key for key, said in self._state.retirements.given_up().items() if said.get(ANY)}
        return [
            replace(device, retired=device.key.hex() in lost)
            for device in found
            if device is not None and device.holds
        ]

    def given_up(self) -> list[GivenUp]:
        """Return the laptops that somebody gave up, and whether that is in force."""
        partners, said = self.partners(), self._state.retirements.given_up()
        found = []
        for device in self.devices():
            words = said.get(device.key.hex(), {}).get(ANY, {})
            by = {partners[author] for _, author in words.values() if author in partners}
            if by:
                in_force = retired_after(words, device.person, partners) is not None
                found.append(GivenUp(device, tuple(sorted(by)), in_force))
        return found

    def rooms(self) -> list[bytes]:
        """Return the secrets by which members find each other: one, or more where two were agreed apart."""
        found = {room_secret(head.value) for head in self._state.heads(ROOM_AT)}
        return sorted(secret for secret in found if secret is not None)
