"""Which commits don't count since a laptop was given up: its own, and those of whom it alone let in."""

import msgspec

from dyad_desktop.replication.document import unpack
from dyad_desktop.replication.membership import ANY, RETIRED, retired_after
from dyad_desktop.replication.strangers import strangers
from dyad_desktop.store.admissions import Admissions
from dyad_desktop.store.connection import Raw
from dyad_desktop.store.log import Log


class Retirements:
    """Reads what the log says of lost laptops, and notes whose word counts."""

    def __init__(self, raw: Raw, log: Log) -> None:
        """Read an open file's."""
        self._raw, self._log = raw, log
        self.admissions = Admissions(log)

    def follow(self) -> bool:
        """Note which actors' word counts no more, and from where; returns whether that changed.

        Those of lost laptops, and of whom lost laptops alone admitted. What such persons say of lost laptops puts
        nothing in force.
        """
        persons = {actor.id: actor.person for actor in self._log.actors.values()}
        lost = self._cut_off(by_owner=True)
        out = strangers(self.admissions.all(), persons, lost) if lost else frozenset()
        found = self._cut_off(out)
        out = strangers(self.admissions.all(), persons, found) if found else frozenset()
        found |= {actor: 0 for actor, person in persons.items() if person in out}
        if (found, out) == (self._log.retired, self._log.strangers):
            return False
        self._log.retired, self._log.strangers = found, out
        rows = (("retired", found), ("strangers", sorted(out)))
        for key, value in rows:
            row = (key, msgspec.msgpack.encode(value))
            self._raw.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", row)
        return True

    def _cut_off(
        self, out: frozenset[bytes] = frozenset(), *, by_owner: bool = False
    ) -> dict[bytes, int]:
        """Return the number of the last commit that counts of each actor of a lost laptop.

        Without the word of persons who are ``out``; ``by_owner``: by the word of its owner alone.
        """
        partner_of = {
            actor.person: actor.partner
            for actor in self._log.actors.values()
            if actor.person not in out
        }
        said = self.given_up()
        found: dict[bytes, int] = {}
        for actor in self._log.actors.values():
            of_device = said.get(actor.device.hex(), {})
            # A run that has come since stands as its chain was vouched for.
            names = (ANY, self._log.root(actor.id).hex(), actor.id.hex())
            of_actor = {
                person: last
                for name in names
                for person, last in of_device.get(name, {}).items()
                if bytes.fromhex(person) not in out
                and (not by_owner or person == actor.person.hex())
            }
            last = retired_after(of_actor, actor.person, partner_of)
            if last is not None:
                found[actor.id] = last
        return found

    def given_up(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return by laptop, actor and person (hexadecimal) the last commit that counts."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        query = "SELECT id, doc FROM entity WHERE kind=?"
        for device, doc in self._raw.execute(query, (RETIRED,)):
            actors = found[device] = {}
            for slot, heads in unpack(doc, self._log.ids).get("last", {}).items():
                actor, _, person = slot.partition(":")
                for head in heads:
                    if isinstance(head.value, int):
                        actors.setdefault(actor, {})[person] = head.value
        return found
