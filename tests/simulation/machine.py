"""Two to four laptops that edit, send, lose, restore, copy and crash, in any order that Hypothesis thinks of."""

import re
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlite
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from dyad_desktop.domain.schema import Canonical
from dyad_desktop.errors import DyadError
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.replication.messages import Message, Seg
from dyad_desktop.services import shared_folder, travel
from dyad_desktop.services.identity import travel_of
from dyad_desktop.store import log, merge, writer
from dyad_desktop.store.writer import Applied
from dyad_desktop.transport import bundle, folder
from tests.simulation.computers import NAMES, WORKSPACE, Computer, beginning, everyone_meets
from tests.simulation.disk import disks
from tests.simulation.oracle import DELETED, View
from tests.store.desk import behind, tables_of

TITLE, WHY, PLACE = (Address("goal", "g1", name) for name in ("title", "why", "_order"))
MADE = "g3"
ADDRESSES = (
    TITLE,
    WHY,
    PLACE,
    Address("goal", "g2", "title"),
    Address("measure", "m1", "title"),
    Address("measure", "m1", "_order"),
    Address("draft_line", "w.L1", "months", "2027-01"),
    Address("draft_line", "w.L1", "months", "2027-02"),
    Address("parked", "p1", "between"),
    Address("goal", "g1", "aura"),  # a field of a newer version
    Address("hologram", "h1", "shade"),  # a kind of a newer version
)
TEXTS: tuple[Canonical, ...] = ("x", "y", "z")
_SHADES: tuple[Canonical, ...] = (["a", "b"], "b", None)
VALUES: dict[str, tuple[Canonical, ...]] = {
    "months": (100, 200, -300),
    "_order": ("G", "H", "M"),
    "aura": (7, "7", True),
    "shade": _SHADES,
}
KEYS = (("goal", "g1"), ("goal", "g2"), ("measure", "m1"))

which = st.integers(0, 3)
any_one = st.integers(0, 20)
hot = st.sampled_from(ADDRESSES[:3])
"""What all of them like to write: where they meet."""
places = st.one_of(hot, st.sampled_from(ADDRESSES))
shades = st.integers(0, 2)


def value_for(at: Address, shade: int) -> Canonical:
    """Return one of three values that a register takes."""
    return VALUES.get(at.field, TEXTS)[shade]


def some(name: str) -> Callable[[Any], Any]:
    """Let a rule run only while there is some of what it needs."""
    return precondition(lambda self: any(True for _ in getattr(self, name, ())))


class Simulation(RuleBasedStateMachine):
    """Every replica must show what the oracle works out from what it has been delivered."""

    count: int | None = None
    """How many laptops there are; drawn when not given."""
    last_story: Sequence[str] = ()
    """What the last run did, in words; after a failure, the shortest run that fails."""
    steps_taken = 0
    segment = 4
    """Commits in a compressed run; in use it is 512."""
    indexed_at_once = 3
    """A delivery of more commits than this is indexed later; in use it is a thousand."""
    values_at_once = 1
    """A change of more values than this is indexed later; in use it is a thousand."""

    # -- beginning -----------------------------------------------------------------------------

    @initialize(count=st.integers(2, 4))
    def begin(self, count: int) -> None:
        """Lay out a paired partnership."""
        self._stack = ExitStack()
        self._constant(log, "SEGMENT", self.segment)
        self._constant(merge, "INDEXED_AT_ONCE", self.indexed_at_once)
        self._constant(writer, "INDEXED_AT_ONCE", self.values_at_once)
        self._stack.enter_context(disks())
        count = self.count or count
        start = beginning(count)
        self.folder = Path(self._stack.enter_context(TemporaryDirectory()))
        self.oracle = start.oracle.copy()
        self.computers = start.laid_out(self.folder, NAMES[:count])
        self.mail: list[tuple[Computer, Path, dict[bytes, tuple[int, bytes]]]] = []
        self.backups: list[
            tuple[Computer, tuple[bytes, bytes], dict[bytes, tuple[int, bytes]]]
        ] = []
        self.shared = self.folder / "shared"
        self.limbo = self.folder / "limbo"
        self.shared.mkdir()
        self.limbo.mkdir()
        self.digests: dict[frozenset[tuple[bytes, tuple[int, bytes]]], str] = {}
        self.touched: list[Computer] = []
        self.story: list[str] = [f"{', '.join(c.who for c in self.computers)} hold the same."]
        type(self).last_story = self.story

    def _constant(self, module: Any, name: str, value: int) -> None:  # noqa: ANN401
        if hasattr(module, name):
            self._stack.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, value)

    def _at(self, which: int, line: str = "") -> Computer:
        """Sit down at a computer; what happens there is looked at afterwards."""
        computer = self.computers[which % len(self.computers)]
        if line:
            self.tell(f"{computer.who} {line}")
        self.touched.append(computer)
        return computer.sit()

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        self.story.append(line)
        Simulation.steps_taken += 1

    @property
    def opened(self) -> list[tuple[Computer, int]]:
        """Return every open editor: at which computer, the how-manieth."""
        return [(c, n) for c in self.computers for n in range(len(c.editors))]

    @property
    def runs(self) -> list[Path]:
        """Return the files of the shared folder."""
        return sorted(p for p in self.shared.rglob("*") if p.is_file())

    @property
    def late(self) -> list[Path]:
        """Return the shared files that are still on their way."""
        return sorted(self.limbo.iterdir())

    def _view(self, computer: Computer) -> View:
        return self.oracle.view(computer.file.vector())

    # -- writing -------------------------------------------------------------------------------

    def _expected(
        self, view: View, edits: Sequence[Edit]
    ) -> dict[Address, tuple[Any, set[WriteId]]]:
        """Work out what a commit of edits must write: value and what it names, by register."""
        found = {}
        for edit in {edit.at: edit for edit in edits}.values():
            heads = view.heads(edit.at)
            same = len(heads) == 1 and heads[0].value == edit.value
            if same and edit.at.field != DELETED:
                continue
            names = {w.id for w in heads}
            if edit.seen is not None:
                names = set(edit.seen)
            elif edit.at.field == DELETED and edit.value is True:
                names = set(view.standing_in((edit.at.kind, edit.at.id)))
            found[edit.at] = (edit.value, names)
        return found

    def _commit(self, computer: Computer, edits: Sequence[Edit]) -> None:
        view = self._view(computer)
        wanted = self._expected(view, edits)
        computer.session.commit(edits, "edit")
        self._learn_new(computer, wanted, view)

    def _learn_new(
        self,
        computer: Computer,
        wanted: dict[Address, tuple[Any, set[WriteId]]] | None,
        view: View,
    ) -> None:
        """Give the oracle the commit that was just acknowledged, once it is as it must be."""
        write = self._newest(computer, view)
        if write is None:
            assert not wanted, "acknowledged and not written"
            return
        changes = computer.file.changes(write)
        lamport = computer.file._log.commit(write).lamport
        assert lamport == view.lamport + 1
        if wanted is not None:
            assert {c.at: (c.value, set(c.replaces)) for c in changes} == wanted
        self.oracle.learn(write, computer.file.hash_at(*write), lamport, changes)

    def _newest(self, computer: Computer, view: View) -> WriteId | None:
        """Return the commit that the file holds and the view doesn't, if there is one."""
        new = [
            WriteId(actor, seq)
            for actor, (seq, _) in computer.file.vector().items()
            if seq != view.reach.get(actor, 0)
        ]
        assert len(new) <= 1
        for write in new:
            assert write.seq == view.reach.get(write.actor, 0) + 1
        return new[0] if new else None

    @rule(who=which, ats=st.lists(places, min_size=1, max_size=3), shade=shades)
    def edit(self, who: int, ats: list[Address], shade: int) -> None:
        """Write one to three values in one commit."""
        edits = [Edit(at, value_for(at, (shade + n) % 3)) for n, at in enumerate(ats)]
        told = ", ".join(f"{_named(e.at)} = {e.value!r}" for e in edits)
        self._commit(self._at(who, f"writes {told}"), edits)

    @rule(who=which, at=hot, shade=shades)
    def edit_what_others_edit(self, who: int, at: Address, shade: int) -> None:
        """Write what others are likely to write too."""
        self.edit(who, [at], shade)

    @rule(who=which, other=which, at=hot, shade=shades)
    def write_apart(self, who: int, other: int, at: Address, shade: int) -> None:
        """Have two, who hold the same, write one field before they hear of each other."""
        self.exchange(who, other)
        self.exchange(other, who)
        self.edit(who, [at], shade)
        self.edit(other, [at], (shade + 1) % 3)
        self.exchange(who, other)

    @rule(who=which, times=st.integers(3, 10))
    def write_on(self, who: int, times: int) -> None:
        """Write commit after commit, so that a delivery is long."""
        for number in range(times):
            self.edit(who, [WHY], number % 3)

    @rule(who=which)
    def make(self, who: int) -> None:
        """Make a new goal, or write it again: two may make it apart."""
        computer = self._at(who, "makes goal g3")
        fields: dict[str, Canonical] = {"_order": "K", "title": f"By {computer.name}", "why": None}
        self._commit(computer, [Edit(Address("goal", MADE, n), v) for n, v in fields.items()])

    @rule(who=which, at=hot)
    def open_editor(self, who: int, at: Address) -> None:
        """Open an editor: what it sees is remembered."""
        computer = self._at(who, f"opens an editor on {_named(at)}")
        seen = computer.session.seen(at)
        self._saw(computer, at, seen)
        computer.editors.append((at, seen))

    def _saw(self, computer: Computer, at: Address, seen: tuple[WriteId, ...]) -> None:
        assert seen == tuple(w.id for w in self._view(computer).heads(at))

    @some("opened")
    @rule(number=any_one, shade=shades)
    def save_editor(self, number: int, shade: int) -> None:
        """Save an editor that was opened a while ago."""
        computer, place = self.opened[number % len(self.opened)]
        at, seen = computer.editors.pop(place)
        self._at(self.computers.index(computer))
        self.tell(f"{computer.who} saves the editor on {_named(at)} with {value_for(at, shade)!r}")
        self._commit(computer, [Edit(at, value_for(at, shade), seen)])

    @rule(who=which, at=hot, shade=shades)
    def write_twice(self, who: int, at: Address, shade: int) -> None:
        """Open an editor, write the same field elsewhere in the window, then save the editor."""
        self.open_editor(who, at)
        self.edit(who, [at], shade)
        self.save_editor(len(self.opened) - 1, (shade + 1) % 3)

    @rule(who=which, number=any_one, shade=shades)
    def settle(self, who: int, number: int, shade: int) -> None:
        """Settle a disagreement with one of the values, or with another."""
        computer = self._at(who)
        found = sorted(computer.file.disagreements())
        if found:
            at = found[number % len(found)]
            value: Canonical = shade == 0 if at.field == DELETED else value_for(at, shade)
            self.tell(f"{computer.who} settles {_named(at)} as {value!r}")
            self._commit(computer, [Edit(at, value)])

    @rule(who=which, key=st.sampled_from(KEYS), gone=st.booleans())
    def delete(self, who: int, key: tuple[str, str], *, gone: bool) -> None:
        """Delete a thing, or bring it back."""
        computer = self._at(who, f"{'deletes' if gone else 'brings back'} {' '.join(key)}")
        self._commit(computer, [Edit(Address(*key, DELETED), gone)])

    @rule(who=which, redo=st.booleans())
    def turn_back(self, who: int, *, redo: bool) -> None:
        """Undo or redo what this partner did last."""
        computer = self._at(who, "redoes" if redo else "undoes")
        view = self._view(computer)
        file, partner = computer.file, computer.session.partner
        self._turned(computer, view, file.redo(partner) if redo else file.undo(partner))

    def _turned(self, computer: Computer, view: View, applied: Applied | None) -> None:
        if applied is None or applied.id is None:
            assert self._newest(computer, view) is None
            return
        for change in computer.file.changes(applied.id):
            heads = view.heads(change.at)
            assert len(heads) <= 1, "an undo of what another has changed"
            wanted = {w.id for w in heads}
            if change.at.field == DELETED and change.value is True:
                wanted |= self._seen_again(computer, view, applied.id, change.at)
            assert set(change.replaces) == wanted
            before = [w.value for w in view.registers.get(change.at, {}).values()]
            assert change.value in [*before, None, True, False]
        self._learn_new(computer, None, view)
        session = computer.session
        session._took(applied, "undo", "", None)

    def _seen_again(
        self, computer: Computer, view: View, write: WriteId, at: Address
    ) -> set[WriteId]:
        """Return what a deletion that an undo brings back must name: what it had seen, of what stands.

        What whoever deleted it wrote since has been seen by them. The undo of a creation sees everything.
        """
        standing = set(view.standing_in((at.kind, at.id)))
        actor, _, seq = computer.file.kind(write).partition(" ")[2].partition(":")
        undone = view.registers.get(at, {}).get(WriteId(bytes.fromhex(actor), int(seq)))
        if undone is None:
            return standing
        partner = {one.id: one.partner for one in computer.file.actors}
        deletions = [view.registers[at][n] for n in undone.names if n in view.registers[at]]
        seen = {name for one in deletions for name in one.names}
        if all(partner[one.id.actor] == computer.partner for one in deletions):
            seen |= {w for w in standing if partner[w.actor] == computer.partner}
        return standing & seen

    # -- bundles -------------------------------------------------------------------------------

    @rule(who=which)
    def send(self, who: int) -> None:
        """Write a bundle for all others and drop it in the mail, where it may lie for ever."""
        computer = self._at(who, f"sends bundle {len(self.mail)}")
        path = self.folder / f"bundle-{len(self.mail)}"
        travel.send(computer.session, path)
        self.mail.append((computer, path, computer.file.vector()))

    @some("mail")
    @rule(who=which, number=any_one)
    def deliver(self, who: int, number: int) -> None:
        """Deliver a bundle, in any order, for the first time or again."""
        computer = self._at(who)
        at = len(self.mail) - 1 - number % len(self.mail)
        sender, path, vector = self.mail[at]
        if sender is computer:
            return
        self.tell(f"{computer.who} receives bundle {at}")
        must = self._must_reach(computer, path, vector)
        travel.receive(computer.session, path)
        self._reached(computer, must)
        before = computer.file.digest()
        assert travel.receive(computer.session, path).commits == 0
        assert computer.file.digest() == before

    @rule(who=which, other=which)
    def exchange(self, who: int, other: int) -> None:
        """Send a bundle, which arrives at once at one of the others."""
        if who % len(self.computers) != other % len(self.computers):
            self.send(who)
            self.deliver(other, 0)

    def _must_reach(
        self, computer: Computer, path: Path, vector: dict[bytes, tuple[int, bytes]]
    ) -> dict[bytes, int]:
        """Return how far a delivery must bring each chain: as far as its sender, if it brings all that is lacking."""
        held = {actor: seq for actor, (seq, _) in computer.file.vector().items()}
        for message in self._inside(computer, path):
            if isinstance(message, Seg) and message.first <= held.get(message.actor, 0) + 1:
                held[message.actor] = max(held.get(message.actor, 0), message.last)
        whole = all(held.get(actor, 0) >= seq for actor, (seq, _) in vector.items())
        return {actor: seq for actor, (seq, _) in vector.items()} if whole else {}

    @staticmethod
    def _inside(computer: Computer, path: Path) -> list[Message]:
        identity = travel_of(WORKSPACE, computer.partner).identity
        return bundle.open_bundle(path.read_bytes(), identity).messages()

    @staticmethod
    def _reached(computer: Computer, must: dict[bytes, int]) -> None:
        vector = computer.file.vector()
        for actor, seq in must.items():
            assert vector.get(actor, (0, b""))[0] >= seq, "a delivery that was whole wasn't taken"

    def _refused(self, computer: Computer, act: Callable[[], object]) -> None:
        """Do what must be refused with a sentence and change nothing."""
        before = computer.file.digest(), computer.file.vector()
        try:
            act()
        except DyadError as error:
            assert str(error).endswith((".", "?"))  # noqa: PT017 - any other error is the failure
        else:
            raise AssertionError("what was tampered with was taken")
        assert (computer.file.digest(), computer.file.vector()) == before

    @some("mail")
    @rule(who=which, number=any_one, cut=st.booleans(), place=st.integers(0, 2**20))
    def deliver_damaged(self, who: int, number: int, place: int, *, cut: bool) -> None:
        """Deliver a bundle that was cut or has a flipped bit."""
        at = number % len(self.mail)
        computer = self._at(who, f"receives bundle {at} {'cut' if cut else 'with a flipped bit'}")
        data = bytearray(self.mail[at][1].read_bytes())
        if cut:
            del data[place % len(data) :]
        else:
            data[place // 8 % len(data)] ^= 1 << place % 8
        path = self.folder / "damaged"
        path.write_bytes(data)
        self._refused(computer, lambda: travel.receive(computer.session, path))

    @rule(who=which, other=which, number=any_one, place=st.integers(0, 2**16))
    def tamper(self, who: int, other: int, number: int, place: int) -> None:
        """Have a partner's laptop change a commit, of its own or of another, and seal the bundle anew."""
        computer = self._at(who)
        sender = self.computers[other % len(self.computers)]
        if computer is sender:
            return
        self.send(other)
        messages = self._inside(computer.sit(), self.mail[-1][1])
        held = computer.file.vector()
        new = [
            m
            for m in messages
            if isinstance(m, Seg) and m.last > held.get(m.actor, (0, b""))[0] >= m.first - 1
        ]
        if not new:
            return
        self.tell(f"{computer.who} receives a commit that {sender.who} tampered with")
        seg = new[number % len(new)]
        last = seg.commits[-1]
        at = place % len(last)
        data = last[:at] + bytes([last[at] ^ 1]) + last[at + 1 :]
        changed = msgspec.structs.replace(seg, commits=[*seg.commits[:-1], data])
        resealed = self._sealed(sender, computer, [changed if m is seg else m for m in messages])
        computer.sit()
        self._refused(computer, lambda: travel.receive(computer.session, resealed))

    def _sealed(self, sender: Computer, reader: Computer, messages: list[Message]) -> Path:
        """Return a bundle as the sender's own laptop would make it."""
        secrets, target = (travel_of(WORKSPACE, c.sit().partner) for c in (sender, reader))
        data = bundle.seal_bundle(
            WORKSPACE,
            secrets.keys.device_public,
            [messages],
            [target.recipient],
            secrets.keys.sign,
        )
        path = self.folder / "resealed"
        path.write_bytes(data)
        return path

    # -- the shared folder ---------------------------------------------------------------------

    @rule(who=which)
    def sync(self, who: int) -> None:
        """Put into the shared folder and take from it."""
        computer = self._at(who, "syncs with the shared folder")
        shared_folder.sync_folder(computer.session, self.shared)
        before = computer.file.digest()
        assert shared_folder.sync_folder(computer.session, self.shared).received.commits == 0
        assert computer.file.digest() == before

    @some("runs")
    @rule(
        number=any_one,
        how=st.sampled_from(["late", "partial", "conflict", "case", "doubled"]),
        place=st.integers(0, 5000),
    )
    def mess(self, number: int, how: str, place: int) -> None:
        """Do to a shared file what synchronising services do."""
        runs = self.runs
        path = runs[number % len(runs)]
        self.tell(f"the service makes shared file {number % len(runs)} {how}")
        if how == "late":
            path.rename(self.limbo / f"{path.parent.name} {path.name}")
        elif how == "partial":
            path.write_bytes(path.read_bytes()[: place % path.stat().st_size])
        elif how == "conflict":
            path.rename(path.with_name(f"{path.stem} (Boris's conflicted copy).seg"))
        elif how == "case":
            path.rename(path.with_name(path.name.upper()))
        else:
            path.with_name(f"{path.stem} (1).seg").write_bytes(path.read_bytes())

    @some("late")
    @rule()
    def arrive(self) -> None:
        """Bring all shared files that were late."""
        for path in self.late:
            self.tell("a shared file arrives late")
            actor, _, name = path.name.partition(" ")
            path.rename(folder.place_of(self.shared, WORKSPACE) / actor / name)

    # -- files that are copied, restored, cut off --------------------------------------------------

    @rule(who=which)
    def backup(self, who: int) -> None:
        """Copy the file as it lies there."""
        computer = self._at(who, f"makes backup {len(self.backups)}")
        vector = computer.file.vector()
        self.backups.append((computer, computer.copy(), vector))

    @some("backups")
    @rule(number=any_one, marks=st.booleans())
    def restore(self, number: int, *, marks: bool) -> None:
        """Put a backup in the place of the file; the marks beside it may be lost."""
        at = number % len(self.backups)
        computer, copy, vector = self.backups[at]
        self.tell(
            f"{computer.who} restores backup {at}{'' if marks else ' and has lost the marks'}"
        )
        self._put(computer, copy, vector)
        if not marks:
            self._lose_marks(computer)

    def _put(
        self,
        computer: Computer,
        copy: tuple[bytes, bytes],
        vector: dict[bytes, tuple[int, bytes]],
    ) -> None:
        computer.sit()
        computer.put(copy)
        computer.must = dict(vector)
        self.touched.append(computer)
        assert computer.file.vector() == vector

    @staticmethod
    def _lose_marks(computer: Computer) -> None:
        for mark in computer.marks.glob("*"):
            mark.unlink()

    @rule(who=which, other=which)
    def clone(self, who: int, other: int) -> None:
        """Open a copy of one computer's file at another."""
        here = self._at(who)
        there = self._at(other)
        if here is there:
            return
        self.tell(f"{there.who} opens a copy of {here.who}'s file")
        copy, vector = here.copy(), here.file.vector()
        there.sit().drop()
        there.put(copy)
        with behind(there.path) as raw:
            raw.execute("UPDATE meta SET value=? WHERE key='note:me'", (there.partner.encode(),))
        there.must = vector

    @rule(who=which, marks=st.sampled_from(["kept", "lost", "emptied"]))
    def lose_power(self, who: int, marks: str) -> None:
        """Take the power away: what wasn't forced to the disk is gone."""
        computer = self._at(who, f"loses power; marks {marks}")
        self._cut_power(computer, computer.raw.synced, b"", marks)

    @rule(
        who=which, at=places, shade=shades, kept=st.integers(0, 2**20), noise=st.binary(max_size=64)
    )
    def lose_power_while_writing(
        self, who: int, at: Address, shade: int, kept: int, noise: bytes
    ) -> None:
        """Take the power away in the middle of a commit: all of it is there afterwards, or nothing."""
        computer = self._at(who, f"loses power while writing {_named(at)}")
        view = self._view(computer)
        synced = computer.raw.synced
        computer.session.commit([Edit(at, value_for(at, shade))], "cut off")
        new = computer.raw.synced - synced
        self._cut_power(computer, synced + (kept % new if new > 0 else 0), noise, "kept")
        if self._newest(computer, view) is not None:
            self._learn_new(computer, None, view)

    def _cut_power(self, computer: Computer, synced: int, noise: bytes, marks: str) -> None:
        data, journal = computer.copy()
        computer.put((data, journal[:synced] + noise if journal else b""))
        for mark in computer.marks.glob("*"):
            if marks == "lost":
                mark.unlink()
            elif marks == "emptied":
                mark.write_bytes(b"")

    @rule(who=which, afresh=st.booleans())
    def reopen(self, who: int, *, afresh: bool) -> None:
        """Close and open again; with ``afresh``, as a version whose tables have another shape."""
        computer = self._at(who, f"closes and opens{' a new version' if afresh else ''}")
        before = computer.file.digest()
        computer.close()
        if afresh:
            tables = tables_of(computer.path)
            with behind(computer.path) as raw:
                raw.execute("UPDATE meta SET value=x'00' WHERE key='shape'")
            assert computer.file.digest() == before
            computer.close()
            assert tables_of(computer.path) == tables
        assert computer.file.digest() == before

    @rule(who=which, years=st.sampled_from([-10, -1, 0, 10]))
    def turn_clock(self, who: int, years: int) -> None:
        """Turn a computer's clock."""
        computer = self._at(who, f"turns the clock by {years} years")
        computer.offset_ms = years * 365 * 86_400_000
        self.edit(who, [TITLE], years % 3)

    # -- a disk that fails -------------------------------------------------------------------------

    @rule(who=which, at=places, shade=shades, statements=st.integers(0, 25))
    def fail_writing(self, who: int, at: Address, shade: int, statements: int) -> None:
        """Let the disk fail at some statement of a commit."""
        computer = self._at(who, f"writes {_named(at)}; the disk fails at statement {statements}")
        view = self._view(computer)
        edits = [Edit(at, value_for(at, shade))]
        wanted = self._expected(view, edits)
        if self._fails(computer, statements, lambda: computer.session.commit(edits, "failing")):
            assert self._newest(computer, view) is None
        else:
            self._learn_new(computer, wanted, view)

    @some("mail")
    @rule(who=which, number=any_one, statements=st.integers(0, 40))
    def fail_receiving(self, who: int, number: int, statements: int) -> None:
        """Let the disk fail at some statement of taking a bundle."""
        at = len(self.mail) - 1 - number % len(self.mail)
        computer = self._at(who)
        sender, path, vector = self.mail[at]
        if sender is computer:
            return
        self.tell(f"{computer.who} receives bundle {at}; the disk fails at statement {statements}")
        before = computer.file.vector()
        must = self._must_reach(computer, path, vector)
        failed = self._fails(computer, statements, lambda: travel.receive(computer.session, path))
        after = computer.file.vector()
        if not failed or after != before:
            self._reached(computer, must)

    @staticmethod
    def _fails(computer: Computer, statements: int, act: Callable[[], object]) -> bool:
        raw = computer.raw
        raw.fuse = statements
        try:
            act()
        except (DyadError, sqlite.Error):
            return True
        finally:
            raw.fuse = None
        return False

    # -- what must hold ----------------------------------------------------------------------------

    @invariant()
    def shows_what_the_oracle_says(self) -> None:
        """Compare every computer that something happened at with the oracle."""
        touched, self.touched = self.touched, []
        for computer in dict.fromkeys(map(id, touched)):
            self._holds(next(c for c in touched if id(c) == computer))

    def _holds(self, computer: Computer) -> None:
        file = computer.file
        vector = file.vector()
        for actor, (seq, _) in computer.must.items():
            assert vector.get(actor, (0, b""))[0] >= seq, "what was acknowledged is gone"
        computer.must = vector
        digest = file.digest()
        assert self.digests.setdefault(frozenset(vector.items()), digest) == digest
        view = self.oracle.view(vector)
        for at in view.registers:
            assert file.heads(at) == tuple(w.id for w in view.heads(at)), at
        assert set(file.disagreements()) == view.contested()
        assert _exact(file.records()) == _exact(view.records())
        assert computer.session.book._rows == file.book()._rows

    def teardown(self) -> None:
        """Let everyone meet twice: all must hold and show the same, and every file agree with itself."""
        if not hasattr(self, "_stack"):
            return
        try:
            if sys.exc_info()[0] is None:
                self._converge()
        finally:
            for computer in self.computers:
                computer.drop()
            self._stack.close()

    def _converge(self) -> None:
        self.tell("all meet twice")
        everyone_meets(self.computers)
        first = self.computers[0]
        for computer in self.computers:
            assert computer.file.vector() == first.file.vector(), "they met and differ"
            assert computer.file.digest() == first.file.digest()
            self._holds(computer)
            found = _contradictions(computer)
            assert not found, f"{computer.who}: {found}"


def _contradictions(computer: Computer) -> list[str]:
    """Return what the file finds wrong with itself; a reference to a deleted thing is people's own doing."""
    return [f.message for f in computer.sit().file.check() if f.check != "reference"]


def _exact(records: dict[Any, Any]) -> dict[Any, Any]:
    """Tell True from 1, and slots in one order from slots in another not at all."""
    return {
        key: {n: repr(sorted(v.items()) if isinstance(v, dict) else v) for n, v in record.items()}
        for key, record in records.items()
    }


def _named(at: Address) -> str:
    return re.sub(r" +", " ", f"{at.kind} {at.id} {at.field} {at.slot}").strip()
