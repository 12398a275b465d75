"""Which commits don't count since a laptop was given up: its own, and those of whom and what it alone let in."""

import msgspec

from dyad_desktop.replication.document import unpack
from dyad_desktop.replication.membership import ANY, RETIRED, retired_after
from dyad_desktop.replication.strangers import strangers, unvouched
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

        Those of lost laptops, of laptops that may have been certified with a lost key, and of persons whom such
        laptops alone admitted.
        """
        found = self._cut_off()
        out: frozenset[bytes] = frozenset()
        if found:
            found, out = self._with_let_in(found)
        if (found, out) == (self._log.retired, self._log.strangers):
            return False
        self._log.retired, self._log.strangers = found, out
        rows = (("retired", found), ("strangers", sorted(out)))
        for key, value in rows:
            row = (key, msgspec.msgpack.encode(value))
            self._raw.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", row)
        return True

    def _with_let_in(self, lost: dict[bytes, int]) -> tuple[dict[bytes, int], frozenset[bytes]]:
        """Return the last commit that counts by actor, with whom and what lost laptops let in, and those persons.

        Of one more that doesn't count, none counts whom that one let in: so until there is no more.
        """
        actors = self._log.actors.values()
        persons = {actor.id: actor.person for actor in actors}
        laptops = {actor.id: (actor.person, actor.device) for actor in actors}
        admitted, introduced = self.admissions.persons(), self.admissions.laptops()
        cut = lost
        while True:
            out = strangers(admitted, persons, cut)
            counted = cut | {actor: 0 for actor, person in persons.items() if person in out}
            doubtful = unvouched(introduced, laptops, lost, counted)
            more = cut | {actor.id: 0 for actor in actors if actor.device in doubtful}
            if more == cut:
                return counted, out
            cut = more

    def _cut_off(self) -> dict[bytes, int]:
        """Return the number of the last commit that counts of each actor of a lost laptop."""
        partner_of = {actor.person: actor.partner for actor in self._log.actors.values()}
        said = self.given_up()
        found: dict[bytes, int] = {}
        for actor in self._log.actors.values():
            of_device = said.get(actor.device.hex(), {})
            # A run that has come since stands as its chain was vouched for.
            names = (ANY, self._log.root(actor.id).hex(), actor.id.hex())
            of_actor = {k: v for name in names for k, v in of_device.get(name, {}).items()}
            last = retired_after(of_actor, actor.person, partner_of)
            if last is not None:
                found[actor.id] = last
        return found

    def given_up(self) -> dict[str, dict[str, dict[str, tuple[int, bytes]]]]:
        """Return by laptop, actor and person (hexadecimal) the last commit that counts, and who really wrote so."""
        found: dict[str, dict[str, dict[str, tuple[int, bytes]]]] = {}
        query = "SELECT id, doc FROM entity WHERE kind=?"
        for device, doc in self._raw.execute(query, (RETIRED,)):
            actors = found[device] = {}
            for slot, heads in unpack(doc, self._log.ids).get("last", {}).items():
                actor, _, person = slot.partition(":")
                for head in heads:
                    if isinstance(head.value, int):
                        author = self._log.actors[head.id.actor].person
                        actors.setdefault(actor, {})[person] = (head.value, author)
        return found
