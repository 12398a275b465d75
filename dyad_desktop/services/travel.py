"""How commits travel: by bundle; what each side holds; how far apart the copies are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from dyad_desktop.domain.meetings import LOOKED_THROUGH
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.messages import (
    MAX_INFLATED,
    Have,
    Know,
    Message,
    RefusedError,
    Seg,
    Vector,
    heads_of,
    runs_of,
    vector_of,
)
from dyad_desktop.services import pairing, turned_up
from dyad_desktop.services.disagreements import count_open
from dyad_desktop.services.files import write_bytes
from dyad_desktop.services.identity import become_further_device, travel_of
from dyad_desktop.services.local import this_computer
from dyad_desktop.services.meeting_point import note_arrival
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.transport import bundle
from dyad_desktop.transport.reading import read_regular

PEER = "peer:"
UNTOUCHED = "Nothing of it was applied; your copy is as it was."


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: commits, values in them, bytes; to whom."""

    commits: int
    changes: int
    bytes: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What a delivery brought: new commits, values in them, bytes read; how many still wait for others.

    ``disagreements`` counts those that stand now; ``set_aside`` the commits that don't count since, of a laptop that
    was given up; ``change`` tells the pages what to show anew.
    """

    commits: int
    changes: int
    bytes: int
    waiting: int
    disagreements: int
    change: ChangeSet
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Peer:
    """Another laptop of the partnership: when this copy last heard of it, and what it lacked then.

    ``met_ms`` is UTC milliseconds, ``None`` before the first time; ``ahead`` counts the commits here that it is
    not known to hold.
    """

    device: Device
    met_ms: int | None
    ahead: int


# -- who is there --------------------------------------------------------------------------------


def others(session: Session) -> list[Device]:
    """Return every other laptop of the partnership that is in use; the inviter's, before anything came.

    Not those that turned up after another of their person was given up, until somebody vouches for them here.
    """
    travel = travel_of(session.file.id, session.partner)
    known = session.file.people.in_use(session.partner)
    found = {d.key: d for d in known if bundle.is_recipient(d.recipient)}
    first = pairing.anchor(session.file)
    if first is not None:
        found.setdefault(first.key, first)
    out = {travel.keys.device_public, *(one.key for one in turned_up.unsure(session))}
    return [device for key, device in sorted(found.items()) if key not in out]


def unreached(session: Session) -> list[Device]:
    """Return the other laptops that wrote here, but of which nothing says how to reach them."""
    people = session.file.people
    known = {one.key for one in (*others(session), *turned_up.unsure(session))}
    known |= {one.device.key for one in people.given_up()}
    known.add(travel_of(session.file.id, session.partner).keys.device_public)
    return [one for one in people.laptops() if one.key not in known]


def heard(session: Session) -> set[bytes]:
    """Return the other laptops from which deliveries are taken: also one that was given up, until that is in force.

    And one of which no word counts that says how to reach it, since what it wrote does.
    """
    out = {lost.device.key for lost in session.file.people.given_up() if lost.in_force}
    known = {device.key for device in session.file.people.laptops()} - out
    mine = travel_of(session.file.id, session.partner).keys.device_public
    return (known | {device.key for device in others(session)}) - {mine}


def held_by(session: Session, device: bytes) -> tuple[dict[bytes, tuple[int, bytes]], int | None]:
    """Return what a laptop is known to hold, and when it said so (UTC milliseconds)."""
    kept = session.file.note(PEER + device.hex())
    if not kept:
        return {}, None
    heads, met = msgspec.msgpack.decode(kept, type=tuple[list[tuple[bytes, int, bytes]], int])
    return vector_of(heads), met


def note_held(session: Session, device: bytes, heads: Sequence[tuple[bytes, int, bytes]]) -> None:
    """Remember what a laptop says it holds."""
    now = this_computer().now_ms()
    session.file.set_note(PEER + device.hex(), msgspec.msgpack.encode([list(heads), now]))


def peers(session: Session) -> list[Peer]:
    """Return the other laptops and how far this copy is ahead of each."""
    if not session.owner:
        return []
    mine = session.file.vector()
    found = []
    for device in others(session):
        theirs, met = held_by(session, device.key)
        ahead = sum(max(0, seq - theirs.get(a, (0, b""))[0]) for a, (seq, _) in mine.items())
        found.append(Peer(device, met, ahead))
    return found


# -- bundles -------------------------------------------------------------------------------------


def send(session: Session, path: Path) -> Sent:
    """Write a bundle for every other laptop: all that one of them isn't known to hold.

    Raises:
        BadInputError: there is nobody to send to, or a file is there already.
        DyadError: the folder refuses; nothing was written.
    """
    travel = travel_of(session.file.id, session.partner)
    targets = others(session)
    if not targets:
        raise BadInputError(
            "there is nobody to send to: every other laptop was given up. Pair your partner's new one first"
            if session.file.people.given_up()
            else "there is nobody to send to yet: invite your partner first (dyad invite, or Partnership → Invite)"
        )
    if path.exists():
        raise BadInputError("this file exists already; choose another name", str(path))
    segments = session.file.segments_since(common([held_by(session, d.key)[0] for d in targets]))
    parts: list[list[Message]] = [opening(session), *parts_of(segments)]
    data = bundle.seal_bundle(
        session.file.id, travel.keys.device_public, parts, [d.recipient for d in targets],
        travel.keys.sign,
    )  # fmt: skip
    write_bytes(path, data)
    return Sent(count_in(segments), changes_in(session, segments), len(data), names_of(targets))


def opening(session: Session) -> list[Message]:
    """Return what every delivery begins with: whom this copy knows, and what it holds."""
    return [
        Know(sorted(session.file.people.partners().items())),
        Have(heads_of(session.file.vector())),
    ]


def common(vectors: Sequence[Vector]) -> dict[bytes, tuple[int, bytes]]:
    """Return what all of some copies hold."""
    first, *rest = vectors
    return {
        actor: min([head, *(other[actor] for other in rest)])
        for actor, head in first.items()
        if all(actor in other for other in rest)
    }


def parts_of(segments: Sequence[Seg]) -> list[list[Message]]:
    """Return segments in parts that stay within what a message may weigh."""
    runs: list[Message] = [run for seg in segments for run in runs_of(seg, MAX_INFLATED // 2)]
    return bundle.parted(runs)


def count_in(segments: Sequence[Seg]) -> int:
    """Return how many commits segments hold."""
    return sum(len(seg.commits) for seg in segments)


def changes_in(session: Session, segments: Sequence[Seg]) -> int:
    """Return how many values segments write."""
    return sum(session.file.changes_in(seg.actor, seg.first, seg.last) for seg in segments)


def names_of(devices: Sequence[Device]) -> tuple[str, ...]:
    """Return whom something is sent to, as people read it."""
    return tuple(sorted({f"{device.name} ({device.partner})" for device in devices}))


def receive(session: Session, path: Path, words: str | None = None) -> Received:
    """Take a bundle. ``words`` are those that both partners compared, for a copy's first delivery.

    Raises:
        RefusedError: it is damaged, forged, another partnership's, or from a stranger; nothing was applied.
    """
    try:
        too_large = f"{path} is larger than any bundle. {UNTOUCHED}"
        data = read_regular(path, bundle.MAX_BYTES, too_large)
    except OSError as error:
        raise DyadError(f"{path} can't be read ({error.strerror}).") from None
    travel = travel_of(session.file.id, session.partner)
    opened = bundle.open_bundle(data, travel.identity)
    if opened.workspace != session.file.id:
        raise RefusedError(f"This bundle is of another partnership. {UNTOUCHED}")
    trust(session, words)
    if opened.device not in heard(session):
        raise RefusedError(f"{_unheard(session, opened.device)} {UNTOUCHED}")
    return take(session, opened.device, opened.messages(), len(data))


def _unheard(session: Session, device: bytes) -> str:
    """Return why nothing is taken from a laptop, as a sentence."""
    lost = [one.device for one in session.file.people.given_up() if one.device.key == device]
    if not lost:
        return (
            "This bundle comes from a laptop that isn't known here: it doesn't belong to this partnership, or another"
            " laptop let it in and you haven't heard of that yet."
        )
    whose = session.book.get(Partner, lost[0].partner)
    return (
        f"This bundle comes from {whose.first_name if whose else 'a partner'}’s laptop “{lost[0].name}”, which was"
        " given up: nothing is taken from it. If it was found again, whoever gave it up takes that back first"
        " (Partnership → Laptops)."
    )


def trust(session: Session, words: str | None) -> None:
    """Trust whoever invited this copy, if it waits for its first delivery and ``words`` are those that both see.

    Raises:
        RefusedError: they aren't, or none are given.
    """
    waits = pairing.pending(session.file)
    if waits is None:
        return
    if words is None or not pairing.same_words(words, waits.fingerprint):
        said = "These aren't the words" if words else "Compare the eight words first"
        raise RefusedError(
            f"{said}: the screen of {waits.inviter} must show “{waits.fingerprint}”. {UNTOUCHED}"
        )
    pairing.confirm(session.file)


def take(
    session: Session, device: bytes, messages: Sequence[Message], size: int, origin: str = "partner"
) -> Received:
    """Take what a laptop sent, and remember what it holds."""
    first = pairing.anchor(session.file)
    trusted = {first.person: first.partner} if first is not None else {}
    if first is not None and device == first.key:
        trusted |= {
            person: who for m in messages if isinstance(m, Know) for person, who in m.persons
        }
    segments = [m for m in messages if isinstance(m, Seg)]
    before = session.file.past.count_aside()
    turned_up.follow(session)
    change, merged = session.receive(segments, trusted, origin)
    heads = [m.heads for m in messages if isinstance(m, Have)]
    if heads:
        note_held(session, device, heads[-1])
    if merged.commits:
        turned_up.follow(session)
        note_arrival(session)
        _take_certificate(session)
    aside = max(0, session.file.past.count_aside() - before)
    if aside:  # nothing of it is in the book, but Home asks what is to become of it
        change = replace(change, keys=change.keys | {(LOOKED_THROUGH, LOOKED_THROUGH)})
    return Received(
        merged.commits, merged.changes, size, merged.waiting, count_open(session), change, aside
    )


def _take_certificate(session: Session) -> None:
    """Keep the certificate that a person's first laptop gave this one, once the log holds it."""
    travel = travel_of(session.file.id, session.partner)
    if travel.keys.person:
        return
    mine = [d for d in session.file.people.devices() if d.key == travel.keys.device_public]
    if mine and mine[0].certificate != travel.keys.vouched:
        keys = replace(travel.keys, vouched=mine[0].certificate)
        become_further_device(session.file.id, session.partner, keys)
        session.file.forget_keys(session.partner)
