"""What a broken mail program, a stranger, a thief and a partner's hostile laptop could send."""

import random
import resource
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import zstandard

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.change import Edit
from dyad_desktop.replication.commit import chain_hash
from dyad_desktop.replication.messages import Have, Message, Seg, pack
from dyad_desktop.services import pairing, shared_folder, travel
from dyad_desktop.services.identity import Travel, travel_of
from dyad_desktop.transport import bundle, folder
from tests.simulation.computers import NAMES, WORKSPACE, Computer, beginning
from tests.simulation.machine import TITLE, WHY

_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.decode
STRANGER = bytes(range(32))
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**53, 2**63 - 1, -(2**63), 2**64 - 1, 1.5, "", "\x00", "é" * 300,
    b"", b"\xff" * 16, b"x" * 5000, [], [[]], {}, {"a": 1}, [0] * 2000,
)  # fmt: skip


@dataclass
class Fuzz:
    """Anna's laptop, and everything that arrives at it; ``chance`` decides what is done to it."""

    place: Path
    chance: random.Random
    refused: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    tried: int = 0

    def __post_init__(self) -> None:
        self.anna, self.boris = beginning(2).laid_out(self.place, NAMES[:2])
        self.path = self.place / "arrives"
        self.secrets = self._secrets(self.boris)
        self._good(self.boris)
        self.asked = pairing.invitation(self.anna.session, "B")
        invitation = pairing.read_invitation(self.asked)
        self.boris.sit()
        keys = self.anna.sit(), travel_of(WORKSPACE, "A")
        self.recipient = keys[1].recipient
        _, self.reply = pairing.join(invitation, self.place / "joined", "Eve")
        self.held = self.anna.file.vector()
        self.honest = self.boris.file.digest()
        self.memory = memory()

    @staticmethod
    def _secrets(computer: Computer) -> Travel:
        computer.sit()
        return travel_of(WORKSPACE, computer.partner)

    def _good(self, boris: Computer) -> None:
        """Make one bundle that Anna has taken and one that she hasn't, which is never delivered whole."""
        boris.session.commit([Edit(TITLE, "known")], "edit")
        travel.send(boris.session, self.path)
        travel.receive(self.anna.session, self.path)
        self.known = self.path.read_bytes()
        boris.session.commit([Edit(WHY, "new")], "edit")
        boris.session.commit([Edit(TITLE, "newer"), Edit(WHY, "newer")], "edit")
        self.path.unlink()
        travel.send(boris.session, self.path)
        self.new = self.path.read_bytes()
        identity = self._secrets(self.anna).identity
        self.messages = bundle.open_bundle(self.new, identity).messages()

    # -- what is sent ----------------------------------------------------------------------------

    def outside(self) -> bytes:
        """Return a bundle that suffered on its way."""
        return self._bytes(self.chance.choice([self.known, self.new]))

    def envelope(self) -> bytes:
        """Return a bundle made anew by somebody who knows Anna's recipient and nothing else."""
        parts = [pack(self.messages)]
        whole = [WORKSPACE, self.secrets.keys.device_public, parts, self.chance.randbytes(64)]
        if self.chance.random() < 0.3:
            return self._sealed(self._bytes(_encode(whole)))
        return self._sealed(_encode(self._twisted(whole)))

    def part(self) -> bytes:
        """Return a bundle that Boris's laptop signed, whose parts are no messages, or bombs."""
        choice = self.chance.randrange(4)
        if choice == 0:
            part = self._bytes(pack(self.messages))
        elif choice == 1:
            part = zstandard.compress(self._bytes(_encode(self.messages)))
        elif choice == 2:
            part = zstandard.compress(
                bytes(self.chance.choices([10**6, 60 * 2**20, 65 * 2**20], [8, 1, 1])[0]), 1
            )
        else:
            part = zstandard.compress(b"\x91" * self.chance.choice([10, 10**4, 10**6]), 1)
        return self._signed([part])

    def message(self) -> bytes:
        """Return a bundle that Boris's laptop signed, with messages that no laptop would write."""
        plain = _decode(_encode(self.messages))
        return self._signed([zstandard.compress(_encode(self._twisted(plain)), 1)])

    def segment(self) -> bytes:
        """Return a bundle that Boris's laptop signed, with commits that aren't what their chain says."""
        found: list[Message] = []
        for message in self.messages:
            if isinstance(message, Seg):
                commits = list(message.commits)
                at = self.chance.randrange(len(commits))
                commits[at] = self._bytes(commits[at])
                message = msgspec.structs.replace(message, commits=commits)  # noqa: PLW2901
            found.append(message)
        return self._signed([pack(found, 1)])

    def commit(self) -> bytes:
        """Return a bundle in which Boris's laptop writes commits that make no sense, and seals them itself."""
        (seg,) = (m for m in self.messages if isinstance(m, Seg) and m.seal)
        change = self.chance.choice([self._twisted, self._misled])
        commits = [_encode(change(_decode(data))) for data in seg.commits]
        head = seg.previous
        for data in commits:
            head = chain_hash(head, data)
        last = seg.first + len(commits) - 1
        seal = self.secrets.keys.seal(WORKSPACE, seg.actor, last, head)
        made = msgspec.structs.replace(seg, commits=commits, head=head, seal=seal)
        return self._signed([pack([made], 1)])

    def _misled(self, wire: list[Any]) -> list[Any]:
        """Return a commit of the right shape that says what can't be."""
        chance = self.chance
        ints = (-1, 0, 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -(2**63))
        names = (
            "",
            "goal",
            "g1",
            "title",
            "_order",
            "_deleted",
            "_actor",
            "_member",
            "\x00",
            "z" * 250,
        )
        found = list(wire)
        for _ in range(chance.randrange(1, 3)):
            what = chance.randrange(7)
            if what < 3:
                found[(1, 2, 5)[what]] = chance.choice(ints)
            elif what == 3:
                actor = chance.choice([next(iter(self.held)), b"", bytes(16), bytes(99)])
                found[3] = [[actor, chance.choice(ints), chance.randbytes(32)]]
            elif what == 4:
                found[4] = chance.choice(["undo", "undo x:y", "redo 00:1", "", "load", "edit 7"])
            else:
                at = chance.randrange(len(found[6]))
                change = list(found[6][at])
                place = chance.randrange(6)
                if place < 4:
                    change[place] = chance.choice(names)
                elif place == 4:
                    change[4] = chance.choice([None, True, 7, "x" * 10**6, ["a"] * 9, [1], "", -1])
                else:
                    change[5] = [chance.choice(ints), [chance.randbytes(16), chance.choice(ints)]]
                found[6] = [*found[6][:at], change, *found[6][at + 1 :]]
        return found

    def have(self) -> bytes:
        """Return a bundle in which Boris's laptop says that it holds what nobody can hold."""
        ints = (-1, 0, 1, 2, 2**31, 2**63 - 1, 2**63, 2**64 - 1, -(2**63))
        chance = self.chance
        heads = [
            (
                chance.choice([actor, b"", actor[:8]]),
                chance.choice(ints),
                chance.choice([head, b""]),
            )
            for actor, (_, head) in self.held.items()
        ]
        return self._signed([pack([Have(heads)], 1)])

    def _signed(self, parts: list[bytes]) -> bytes:
        device = self.secrets.keys.device_public
        text = bundle._signed(WORKSPACE, device, parts)
        whole = [WORKSPACE, device, parts, self.secrets.keys.sign(text)]
        return self._sealed(_encode(whole))

    def _sealed(self, text: bytes) -> bytes:
        key = pyrage.x25519.Recipient.from_str(self.recipient)
        return bundle.MAGIC + bytes(pyrage.encrypt(text, [key]))

    def _bytes(self, data: bytes) -> bytes:
        """Return bytes with something done to them; never the same."""
        chance, found = self.chance, bytearray(data)
        at = chance.randrange(len(found))
        choice = chance.randrange(6)
        if choice == 0:
            found[at] ^= 1 << chance.randrange(8)
        elif choice == 1:
            del found[at:]
        elif choice == 2:
            found[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif choice == 3:
            del found[at : at + chance.randrange(1, 9)]
        elif choice == 4:
            found += found[at:] or b"\x00"
        else:
            found[at : at + 4] = b"\xff\xff\xff\xfe"
        return bytes(found) if found != data else b"\x00" + data

    def _twisted(self, thing: Any) -> Any:  # noqa: ANN401 - plain msgpack of any shape
        """Return nested lists with one to three places changed."""
        for _ in range(self.chance.randrange(1, 4)):
            thing = self._twist(thing)
        return thing

    def _twist(self, thing: Any) -> Any:  # noqa: ANN401
        chance = self.chance
        if isinstance(thing, list) and thing and chance.random() < 0.85:
            found = list(thing)
            at = chance.randrange(len(found))
            choice = chance.randrange(12)
            if choice == 0:
                del found[at]
            elif choice == 1:
                found.insert(at, chance.choice(ODD))
            elif choice == 2:
                found.append(found[at])
            elif choice == 3:
                other = chance.randrange(len(found))
                found[at], found[other] = found[other], found[at]
            else:
                found[at] = self._twist(found[at])
            return found
        if isinstance(thing, int) and chance.random() < 0.5:
            return max(-(2**63), min(thing + chance.choice([-1, 1, 2**32]), 2**64 - 1))
        if isinstance(thing, bytes) and thing and chance.random() < 0.5:
            return self._bytes(thing)
        if isinstance(thing, str) and chance.random() < 0.3:
            return thing + chance.choice(["x", "\ud7ff", "\x00", "2027-13"])
        return chance.choice(ODD)

    # -- how it is taken -------------------------------------------------------------------------

    def deliver(self, make: Callable[[], bytes]) -> None:
        """Deliver something; it is refused with a sentence, or brings nothing."""
        self.anna.sit()
        self.path.write_bytes(make())
        self._sentence(lambda: travel.receive(self.anna.session, self.path))
        if self.anna.file.vector() != self.held:  # what was done to it touched no commit
            assert self.anna.file.digest() == self.honest, "something tampered with was applied"
            self._back()

    def deliver_authored(self) -> None:
        """Deliver what Boris's laptop itself wrote: what is taken of it must leave the file whole."""
        self.anna.sit()
        self.path.write_bytes(self.commit())
        self._sentence(lambda: travel.receive(self.anna.session, self.path))
        if self.anna.file.vector() != self.held:
            assert [f for f in self.anna.file.check() if f.check != "reference"] == []
            self._back()

    def _back(self) -> None:
        self.anna.sit().close()
        self.anna.path.write_bytes(self.kept)
        assert self.anna.file.vector() == self.held

    def keep(self) -> None:
        """Keep the file as it is, to come back to."""
        self.anna.sit().close()
        self.kept = self.anna.path.read_bytes()

    def deliver_false_have(self) -> None:
        """Believe a laptop about what it holds: sending must go on all the same."""
        self.anna.sit()
        self.path.write_bytes(self.have())
        self._sentence(lambda: travel.receive(self.anna.session, self.path))
        path = self.place / f"sent-{self.tried}"
        try:
            travel.send(self.anna.session, path)
            travel.peers(self.anna.session)
        except Exception as error:  # noqa: BLE001 - told at the end
            self.crashes[f"a false Have stops sending: {type(error).__name__}"] += 1
        note = travel.PEER + self.secrets.keys.device_public.hex()
        self.anna.file.set_note(note, b"")  # so that the next one starts afresh
        path.unlink(missing_ok=True)

    def invite(self) -> None:
        """Read an invitation that suffered, or that was made to harm."""
        data = self.asked
        if self.chance.random() < 0.5:
            plain = _decode(pairing.unarmoured(data))
            data = pairing.armoured(_encode(self._twisted(plain)))
        else:
            data = self._bytes(data)
        self.anna.sit()
        found = self._sentence(lambda: pairing.read_invitation(data))
        if found is not None:
            path = self.place / f"joined-{self.tried}"
            self._sentence(lambda: pairing.join(found, path, "Eve"))

    def answer(self) -> None:
        """Read a reply that suffered, or that was made to harm."""
        self.anna.sit()
        identity = pyrage.x25519.Identity.from_str(travel_of(WORKSPACE, "A").identity)
        text = pyrage.decrypt(self.reply[len(pairing._REPLY) :], [identity])
        if self.chance.random() < 0.6:
            key = pyrage.x25519.Recipient.from_str(self.recipient)
            made = _encode(self._twisted(_decode(text)))
            data = pairing._REPLY + bytes(pyrage.encrypt(made, [key]))
        else:
            data = self._bytes(self.reply)
        self._sentence(lambda: pairing.read_reply(self.anna.session, data))

    def share(self) -> None:
        """Find a run in the shared folder that suffered, or that was made to harm."""
        shared = self.place / "shared"
        shared.mkdir(exist_ok=True)
        place = folder.place_of(shared, WORKSPACE)
        actor = next(m.actor for m in self.messages if isinstance(m, Seg))
        made = self.chance.choice([self.outside, self.envelope, self.part, self.message])()
        first, last = self.chance.choice([(1, 99), (3, 9), (99, 100)])
        run = folder.write_run(place, actor, first, last, made)
        self.anna.sit()
        self._sentence(lambda: shared_folder.sync_folder(self.anna.session, shared))
        run.unlink()
        if self.anna.file.vector() != self.held:
            assert self.anna.file.digest() == self.honest, "something tampered with was applied"
            self._back()

    def _sentence(self, act: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Do something; only a sentence for people may come of it, nothing else that fails."""
        self.tried += 1
        try:
            found = act()
        except DyadError as error:
            said = str(error)
            assert said.strip(), "refused without a word"
            if said[-1] not in ".?)”":
                self.crashes[f"no sentence: {said[:60]}"] += 1
            self.refused[said[:40]] += 1
            return None
        except Exception as error:  # noqa: BLE001 - all of them are told at the end, each once
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.crashes[f"{type(error).__name__}: {error} in {last.name}: {last.line}"[:200]] += 1
            return None
        self.taken += 1
        return found

    def still_works(self) -> None:
        """See that Anna's laptop can do all that it could before, and needs no more memory."""
        self.anna.sit()
        path = self.place / f"out-{self.tried}"
        self._sentence(lambda: travel.peers(self.anna.session))
        travel.send(self.anna.session, path)
        assert [f for f in self.anna.file.check() if f.check != "reference"] == []
        assert memory() - self.memory < 200, "megabytes"


def memory() -> int:
    """Return the most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


WEIGHTS = {
    "outside": 8, "envelope": 3, "part": 1, "message": 5, "segment": 1, "authored": 2,
    "have": 1, "invite": 1, "answer": 1, "share": 1,
}  # fmt: skip


def rounds(fuzz: Fuzz, count: int) -> Iterator[str]:
    """Run a fuzz for a number of deliveries; yields what each was, once it was dealt with."""
    special: dict[str, Callable[[], None]] = {
        "authored": fuzz.deliver_authored,
        "have": fuzz.deliver_false_have,
        "invite": fuzz.invite,
        "answer": fuzz.answer,
        "share": fuzz.share,
    }
    fuzz.keep()
    for number in range(count):
        (what,) = fuzz.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        if what in special:
            special[what]()
        else:
            fuzz.deliver(getattr(fuzz, what))
        if number % 500 == 0:
            fuzz.still_works()
        yield what
    fuzz.still_works()
