"""Forks: two commits of one actor under one number. Both branches are kept, under ids that every copy derives alike.

A chain that was written on twice (a restored backup, a copied laptop) is a tree. Each unbranched run of it is an
actor of its own: the run from the first commit keeps the actor's id, every other run's id is a hash of the root's
id and of the run's first commit. So the ids follow from the commits alone, in whatever order they arrive.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dyad_desktop.replication.commit import GENESIS, Wire, WireChange, chain_hash


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a run of a forked chain hangs: its root, the run before it, the number of its first commit."""

    root: bytes
    before: bytes
    first: int


@dataclass(frozen=True, slots=True)
class Path:
    """A whole chain from its first commit to one end: bytes of the commits, and the seal over the end."""

    commits: tuple[bytes, ...]
    seal: bytes

    def hashes(self) -> tuple[bytes, ...]:
        """Return the hash after each commit."""
        found = []
        head = GENESIS
        for data in self.commits:
            head = chain_hash(head, data)
            found.append(head)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Run:
    """An unbranched part of the tree: ``first`` is the number of its first commit, ``before`` the run it follows.

    ``seal`` is empty where the tree branches at its end: there the branches' seals cover it.
    """

    id: bytes
    before: bytes
    first: int
    commits: tuple[bytes, ...]
    hashes: tuple[bytes, ...]
    seal: bytes


def branch_id(root: bytes, first: int, head: bytes) -> bytes:
    """Return the id of the run that begins with commit ``first``, whose hash is ``head``: 16 bytes."""
    text = b"dyad-branch/1\0" + root + first.to_bytes(8, "big") + head
    return hashlib.sha256(text).digest()[:16]


def runs_of(root: bytes, paths: Sequence[Path]) -> list[Run]:
    """Return the runs of the tree that the paths make, each after the one that it follows."""
    known = {path.hashes(): path for path in paths if path.commits}
    whole = [
        (hashes, path)
        for hashes, path in known.items()
        if not any(len(o) > len(hashes) and o[len(hashes) - 1] == hashes[-1] for o in known)
    ]
    return list(_grown(root, sorted(whole, key=lambda item: item[0]), 0, b""))


def _grown(
    root: bytes, paths: Sequence[tuple[tuple[bytes, ...], Path]], start: int, before: bytes
) -> Iterator[Run]:
    first, last = paths[0][0], paths[-1][0]
    end = start
    while end < min(len(first), len(last)) and all(p[0][end] == first[end] for p in paths):
        end += 1
    name = branch_id(root, start + 1, first[start]) if before else root
    alone = len(paths) == 1
    path = paths[0][1]
    yield Run(
        name, before, start + 1, path.commits[start:end], first[start:end],
        path.seal if alone else b"",
    )  # fmt: skip
    groups: dict[bytes, list[tuple[tuple[bytes, ...], Path]]] = {}
    for item in () if alone else paths:
        groups.setdefault(item[0][end], []).append(item)
    for group in groups.values():
        yield from _grown(root, group, end, name)


def placed(wire: Wire, owners: Sequence[tuple[int, bytes]]) -> Wire:
    """Return a branch's commit with its own earlier commits named by the runs that hold them.

    ``owners`` are (number of the first commit, id) of the runs before it, the nearest first.
    """
    return (*wire[:6], tuple([placed_change(change, owners) for change in wire[6]]), wire[7])


def placed_change(change: WireChange, owners: Sequence[tuple[int, bytes]]) -> WireChange:
    """Return one change of a branch's commit as ``placed`` does."""
    here = owners[0][0]

    def owner(name: int | tuple[bytes, int]) -> int | tuple[bytes, int]:
        if not isinstance(name, int) or name >= here:
            return name
        return next(((run, name) for first, run in owners if first <= name), name)

    return (*change[:5], tuple(map(owner, change[5]))) if change[5] else change
