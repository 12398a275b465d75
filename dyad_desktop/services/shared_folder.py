"""Exchange by a shared folder: runs of commits that lie there for everybody, and who holds what by now."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import msgspec

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.messages import Have, Know, Message, RefusedError, Seg, vector_of
from dyad_desktop.services import pairing
from dyad_desktop.services.identity import Travel, travel_of
from dyad_desktop.services.local import this_computer
from dyad_desktop.services.session import Session
from dyad_desktop.services.travel import (
    Received,
    Sent,
    changes_in,
    common,
    count_in,
    heard,
    held_by,
    names_of,
    note_held,
    opening,
    others,
    parts_of,
    take,
    trust,
)
from dyad_desktop.transport import bundle, folder

READERS = "folder:"
"""Note: who can read what this laptop put into the folder."""
TOLD = "folder-told:"
"""Note, by folder: what this laptop last told there that it holds, in which file, and when."""
SEEN = "folder-seen:"
"""Note, by folder: which of the others' words on what they hold were read."""
GONE = "folder-gone:"
"""Note, by folder: the runs that this laptop put there of laptops that put nothing there any more."""
PATIENCE_MS = 600_000
"""After so long it is asked again for what is missing."""


Heads: TypeAlias = Sequence[tuple[bytes, int, bytes]]
"""What a laptop says that it holds: actor, number and hash of the last commit."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What went into a shared folder, what came out of it, and the directories where more may appear."""

    sent: Sent
    received: Received
    places: tuple[Path, ...] = ()


def sync_folder(session: Session, shared: Path, words: str | None = None) -> Synced:
    """Take what the others put into a shared folder, and put there what they lack: what this laptop wrote, mostly.

    Raises:
        RefusedError: what the others put there can't be taken; what this laptop wrote is there all the same.
        DyadError: the folder can't be read or written; what was taken before stays.
    """
    if not shared.is_dir():
        raise DyadError(f"There is no folder {shared}. Your copy is as it was.")
    travel = travel_of(session.file.id, session.partner)
    place = folder.place_of(shared, session.file.id)
    before = heard(session)
    try:
        received = _collect(session, travel, place, words)
        while (known := heard(session)) - before:  # what came says whose runs are taken too
            before = known
            received = _joined(received, _collect(session, travel, place, words))
        lacking = _hear(session, travel, place)
    except RefusedError as error:
        sent = _put(session, travel, place, ())
        told = " What you wrote was put into the folder all the same." if sent.commits else ""
        raise RefusedError(f"{error}{told}") from None
    missing = _missing(session, place) if received.waiting else ()
    sent = _put(session, travel, place, lacking, missing)
    return Synced(sent, received, folder.directories(place))


def _put(
    session: Session,
    travel: Travel,
    place: Path,
    lacking: Sequence[Heads],
    missing: Sequence[str] = (),
) -> Sent:
    """Put there what this laptop wrote, and what somebody asks for; or say what it holds by now.

    ``lacking`` is what those hold who ask; ``missing`` names the runs that this laptop can't take yet.
    """
    targets = others(session)
    if not targets:
        return Sent(0, 0, 0, ())
    readers = msgspec.msgpack.encode([device.key for device in targets])
    anew = session.file.note(READERS) != readers  # somebody new can't read what was put before
    mine = [a.id for a in session.file.actors if a.device == travel.keys.device_public]
    # Who holds nothing yet hears only whoever let them in.
    if anew and not all(held_by(session, device.key)[0] for device in targets):
        segments = session.file.segments_since({})
    elif lacking:
        segments = session.file.segments_since(common(list(map(vector_of, lacking))))
    else:
        there = {} if anew else folder.reached(place, mine)
        found = session.file.segments_since(_known(session, there))
        segments = [seg for seg in found if seg.actor in mine]
    write = _Writing(session, travel, place, targets)
    for seg in segments:
        write.run(seg)
    if not anew and not lacking:
        segments += _put_of_the_gone(write)
    write.word(missing)
    if anew:
        session.file.set_note(READERS, readers)
    size = write.size
    return Sent(count_in(segments), changes_in(session, segments), size, names_of(targets))


def _put_of_the_gone(write: "_Writing") -> list[Seg]:
    """Put there what laptops wrote that nobody hears any more, as far as somebody lacks it and it isn't there whole.

    It doesn't count, but its owner may look through it.
    """
    session, targets = write.session, write.targets
    near = {write.travel.keys.device_public, *heard(session), *(device.key for device in targets)}
    gone = [actor.id for actor in session.file.actors if actor.device not in near]
    if not gone:
        return []
    note = GONE + _which(write.place)
    kept = session.file.note(note)
    runs = msgspec.msgpack.decode(kept, type=list[_Put]) if kept else []
    lost = {
        actor for actor, _, name, length in runs if not _is_there(write.place, actor, name, length)
    }
    runs = [one for one in runs if one[0] not in lost]
    held = common([held_by(session, device.key)[0] for device in targets])
    done = {actor: held.get(actor, (0, b""))[0] for actor in gone}
    for actor, last, *_ in runs:
        done[actor] = max(last, done.get(actor, 0))
    found = session.file.segments_since(_known(session, done))
    segments = [seg for seg in found if seg.actor in gone]
    for seg in segments:
        path = write.run(seg)
        runs.append((seg.actor, seg.last, path.name, path.stat().st_size))
    if segments:
        session.file.set_note(note, msgspec.msgpack.encode(runs))
    return segments


_Put: TypeAlias = tuple[bytes, int, str, int]
"""A run that was put there: its actor, its last commit, its file's name and length."""


def _is_there(place: Path, actor: bytes, name: str, length: int) -> bool:
    return folder.is_whole(place / actor.hex() / name, length)


def _known(session: Session, reached: Mapping[bytes, int]) -> dict[bytes, tuple[int, bytes]]:
    """Return what is held here of chains that go so far."""
    vector = session.file.vector()
    return {
        actor: (seq, session.file.hash_at(actor, seq))
        for actor, seq in reached.items()
        if seq <= vector.get(actor, (0, b""))[0]
    }


@dataclass(slots=True)
class _Writing:
    """Writes into a partnership's place in a folder, sealed for whoever reads there; ``size`` counts bytes of runs."""

    session: Session
    travel: Travel
    place: Path
    targets: Sequence[Device]
    size: int = 0

    def run(self, seg: Seg) -> Path:
        """Write a run of commits; returns where."""
        data = self._sealed([[*opening(self.session)], *parts_of([seg])])
        self.size += len(data)
        return folder.write_run(self.place, seg.actor, seg.first, seg.last, data)

    def word(self, missing: Sequence[str]) -> None:
        """Say what this laptop holds, where that isn't said there yet.

        So those who wrote it know that it has arrived, also while this one has nothing to say. What is ``missing`` for
        the runs that it can't take is asked for: its author may have put it there before this laptop could read it, or
        be heard no more. Asked again as long as nothing comes, or what comes doesn't do.
        """
        note = TOLD + _which(self.place)
        heads = msgspec.msgpack.encode([sorted(self.session.file.vector().items()), list(missing)])
        now, clock = hashlib.sha256(heads).digest(), this_computer().now_ms()
        kept = self.session.file.note(note)
        said, name, when = msgspec.msgpack.decode(kept, type=_Said) if kept else (b"", "", 0)
        there = any(word.path.name == name and word.whole for word in folder.words_in(self.place))
        if said == now and there and not (missing and clock - when > PATIENCE_MS):
            return
        data = self._sealed([opening(self.session)])
        path = folder.write_word(self.place, self._name, data, wants=bool(missing))
        self.session.file.set_note(note, msgspec.msgpack.encode([now, path.name, clock]))

    @property
    def _name(self) -> str:
        return word_of(self.session.file.id, self.travel.keys.device_public)

    def _sealed(self, parts: Sequence[Sequence[Message]]) -> bytes:
        """Return messages for everybody's eyes, and one's own, if this copy is restored one day."""
        return bundle.seal_bundle(
            self.session.file.id, self.travel.keys.device_public, parts,
            [self.travel.recipient, *(device.recipient for device in self.targets)],
            self.travel.keys.sign,
        )  # fmt: skip


_Said: TypeAlias = tuple[bytes, str, int]


def _which(place: Path) -> str:
    """Return a short name for a folder, among the notes of this copy."""
    return hashlib.sha256(str(place).encode()).hexdigest()[:16]


def word_of(workspace: bytes, device: bytes) -> str:
    """Return under which name a laptop says in a folder what it holds; it reveals nothing."""
    return hashlib.sha256(b"dyad-word/1\0" + workspace + device).hexdigest()[:32]


def _collect(session: Session, travel: Travel, place: Path, words: str | None) -> Received:
    held = {actor: seq for actor, (seq, _) in session.file.vector().items()}
    brought: dict[bytes, list[Message]] = {}
    size = 0
    for run in folder.runs_of(place, held):
        data = folder.read_run(run)
        opened = _opened(session, data, travel.identity) if data else None
        if opened is None:
            continue
        trust(session, words)
        mine = travel.keys.device_public
        if opened.device in {mine, *heard(session)}:
            brought.setdefault(opened.device, []).extend(opened.messages())
            size += run.length
    return _take_all(session, brought, size)


def _missing(session: Session, place: Path) -> list[str]:
    """Return the names of runs that go beyond what is held here."""
    held = {actor: seq for actor, (seq, _) in session.file.vector().items()}
    return sorted(run.path.name for run in folder.runs_of(place, held))


def _joined(first: Received, then: Received) -> Received:
    """Return what two looks into a folder brought together."""
    change = replace(
        then.change,
        keys=first.change.keys | then.change.keys,
        note=then.change.note or first.change.note,
    )
    return replace(
        then,
        commits=first.commits + then.commits,
        changes=first.changes + then.changes,
        bytes=first.bytes + then.bytes,
        set_aside=first.set_aside + then.set_aside,
        change=change,
    )


def _hear(session: Session, travel: Travel, place: Path) -> list[Heads]:
    """Note what the others say that they hold, where that is new; returns it of those who ask for what is held here.

    Whom this laptop can't help yet it hears again.
    """
    note = SEEN + _which(place)
    kept = session.file.note(note)
    seen = set(msgspec.msgpack.decode(kept, type=list[str])) if kept else set[str]()
    known = {word_of(session.file.id, device): device for device in heard(session)}
    words = [word for word in folder.words_in(place) if word.name in known]
    lacking: list[Heads] = []
    for word in words:
        data = folder.read_word(word) if word.path.name not in seen else None
        opened = _opened(session, data, travel.identity) if data else None
        if opened is None or opened.device != known[word.name]:
            continue
        heads = next((one.heads for one in opened.messages() if isinstance(one, Have)), [])
        note_held(session, opened.device, heads)
        helps = word.wants and session.file.segments_since(vector_of(heads))
        if helps:
            lacking.append(heads)
        if helps or not word.wants:
            seen.add(word.path.name)
    there = msgspec.msgpack.encode(sorted(seen & {word.path.name for word in words}))
    if there != kept:
        session.file.set_note(note, there)
    return lacking


def _opened(session: Session, data: bytes, identity: str) -> bundle.Bundle | None:
    """Return a run that this laptop can read; one for others, or of before it joined, is left alone."""
    try:
        opened = bundle.open_bundle(data, identity)
    except RefusedError:
        return None
    return opened if opened.workspace == session.file.id else None


def _take_all(session: Session, brought: Mapping[bytes, Sequence[Message]], size: int) -> Received:
    """Take what several laptops put there, all at once, since one's commits may wait for another's."""
    messages: list[Message] = [m for found in brought.values() for m in found if isinstance(m, Seg)]
    first = pairing.anchor(session.file)
    if first is not None:
        messages += [m for m in brought.get(first.key, ()) if isinstance(m, Know)]
    received = take(session, first.key if first else b"", messages, size)
    for device, found in brought.items():
        heads = [m.heads for m in found if isinstance(m, Have)]
        if heads:
            note_held(session, device, max(heads, key=lambda h: sum(seq for _, seq, _ in h)))
    return received
