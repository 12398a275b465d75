"""Who came in by the word of a lost laptop alone: persons whom nobody admitted whose word counts.

Their commits are kept and forwarded, since others may have built on them, but they don't count. Who is one
follows from all that the log says, in whatever order it came.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dyad_desktop.replication.commit import WireChange, read
from dyad_desktop.replication.membership import MEMBER
from dyad_desktop.replication.messages import MAX_SEQ

_MARK = MEMBER.encode()


class Admission(NamedTuple):
    """A commit that makes a person (public key) a member, who writes for a partner."""

    actor: bytes
    seq: int
    person: bytes
    partner: str


def admitted(change: WireChange) -> tuple[bytes, str] | None:
    """Return the person whom a change admits, and the partner for whom they write."""
    kind, entity, name, _, value, _ = change
    if kind != MEMBER or name != "partner" or len(entity) != 64:
        return None
    try:
        return bytes.fromhex(entity), str(value)
    except ValueError:
        return None


def admissions_in(actor: bytes, first: int, commits: Sequence[bytes]) -> Iterator[Admission]:
    """Yield whom a run of an actor's commits admits; ``first`` is the number of the first of them."""
    for seq, data in enumerate(commits, first):
        if _MARK not in data:
            continue  # most commits: they needn't be read
        for change in read(data)[6]:
            found = admitted(change)
            if found is not None:
                yield Admission(actor, seq, *found)


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
