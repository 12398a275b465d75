"""Who came in by the word of a lost laptop alone: persons, and laptops, that nobody let in whose word counts.

Their commits are kept and forwarded, since others may have built on them, but they don't count. Who is one
follows from all that the log says, in whatever order it came.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dyad_desktop.replication.commit import WireChange, read
from dyad_desktop.replication.membership import DEVICE, MEMBER
from dyad_desktop.replication.messages import MAX_SEQ

_MARKS = (MEMBER.encode(), DEVICE.encode())


class Admission(NamedTuple):
    """A commit that makes a person (public key) a member, who writes for a partner."""

    actor: bytes
    seq: int
    person: bytes
    partner: str


class Introduction(NamedTuple):
    """A commit that makes a laptop (public key) known."""

    actor: bytes
    seq: int
    device: bytes


def admitted(change: WireChange) -> tuple[bytes, str] | None:
    """Return the person whom a change admits, and the partner for whom they write."""
    kind, entity, name, _, value, _ = change
    if kind != MEMBER or name != "partner" or len(entity) != 64:
        return None
    try:
        return bytes.fromhex(entity), str(value)
    except ValueError:
        return None


def introduced(change: WireChange) -> bytes | None:
    """Return the laptop that a change makes known: by saying who certifies it."""
    kind, entity, name, *_ = change
    if kind != DEVICE or name != "certificate" or len(entity) != 64:
        return None
    try:
        return bytes.fromhex(entity)
    except ValueError:
        return None


def said_in(
    actor: bytes, first: int, commits: Sequence[bytes]
) -> Iterator[Admission | Introduction]:
    """Yield whom and what a run of an actor's commits lets in; ``first`` is the number of the first of them."""
    for seq, data in enumerate(commits, first):
        if not any(mark in data for mark in _MARKS):
            continue  # most commits: they needn't be read
        for change in read(data)[6]:
            person, device = admitted(change), introduced(change)
            if person is not None:
                yield Admission(actor, seq, *person)
            elif device is not None:
                yield Introduction(actor, seq, device)


def strangers(
    admissions: Sequence[Admission],
    person_of: Mapping[bytes, bytes],
    counted: Mapping[bytes, int],
) -> frozenset[bytes]:
    """Return the persons who were admitted by lost laptops, and by strangers, alone.

    ``person_of`` gives each actor's person, ``counted`` the number of the last commit that counts of each actor
    of a lost laptop. The laptop's owner, who admitted him, who admitted those, and so on, are none, whatever
    else the laptop says of them.
    """
    void = [one for one in admissions if one.seq > counted.get(one.actor, MAX_SEQ)]
    if not void:
        return frozenset()
    valid = [one for one in admissions if one.seq <= counted.get(one.actor, MAX_SEQ)]
    before = {person_of[one.actor] for one in void}
    while more := {person_of[v.actor] for v in valid if v.person in before} - before:
        before |= more
    doubtful = {one.person for one in void} - before
    while more := {v.person for v in valid if person_of[v.actor] in doubtful} - before - doubtful:
        doubtful |= more
    while cleared := {
        one.person
        for one in valid
        if one.person in doubtful and person_of[one.actor] not in doubtful
    }:
        doubtful -= cleared
    return frozenset(doubtful)


def unvouched(
    introductions: Sequence[Introduction],
    actors: Mapping[bytes, tuple[bytes, bytes]],
    lost: Mapping[bytes, int],
    counted: Mapping[bytes, int],
) -> frozenset[bytes]:
    """Return the laptops that may have been certified with a key that was lost.

    A person's first laptop, which none of their others made known, holds the key that certifies the others. Once it
    is lost, one of those counts if somebody whose word counts made it known: mostly that laptop, before.
    ``actors`` gives each actor's (person, laptop), ``lost`` the number of the last commit that counts of each actor
    of a lost laptop, and ``counted`` that of each of whom some don't count.
    """
    person_of = {device: person for person, device in actors.values()}
    valid = [
        (actors[one.actor][1], one.device)
        for one in introductions
        if one.seq <= counted.get(one.actor, MAX_SEQ) and actors[one.actor][1] != one.device
    ]
    gone = {actors[actor][1] for actor in lost}
    further = {known for by, known in valid if person_of[by] == person_of.get(known)}
    keys = {person_of[device] for device in gone - further}
    doubtful = {one for one, person in person_of.items() if person in keys} - gone
    while cleared := {known for by, known in valid if known in doubtful and by not in doubtful}:
        doubtful -= cleared
    return frozenset(doubtful)
