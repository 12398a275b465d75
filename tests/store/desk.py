"""One computer in a test: a folder for workspaces, keys and marks elsewhere, clock and chance."""

import hashlib
import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlite

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.schema import Canonical
from dyad_desktop.replication.change import Address, Edit, WriteId
from dyad_desktop.replication.signing import Keys
from dyad_desktop.store.marks import Marks
from dyad_desktop.store.workspace import Workspace
from dyad_desktop.store.writer import Applied, Local


@dataclass
class Desk:
    """Makes and opens the one workspace of a test; two desks are two computers."""

    folder: Path
    name: str = "desk"
    salt: str = ""
    clock: Iterator[int] = field(default_factory=lambda: itertools.count(1_800_000_000_000, 1000))

    def __post_init__(self) -> None:
        self._chance = random.Random(self.name + self.salt)  # noqa: S311 - repeatable on purpose
        self.path = self.folder / "files" / "plan.dyad"
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def keys(self, workspace: bytes, partner: str) -> Keys:
        """Return this computer's keys of a partner, the same in every process."""
        seed = self.name.encode() + workspace + partner.encode()
        return Keys(hashlib.sha256(b"p" + seed).digest(), hashlib.sha256(b"d" + seed).digest())

    @property
    def local(self) -> Local:
        """Return what the store is told of this computer."""
        return Local(
            keys=self.keys,
            marks=Marks(self.folder / self.name),
            device_name=self.name,
            now_ms=lambda: next(self.clock),
            random_bytes=self._chance.randbytes,
        )

    def create(self, workspace: bytes | None = None) -> Workspace:
        """Make the workspace; with an id, an empty copy of that one."""
        return Workspace.create(self.path, self.local, workspace)

    def open(self, path: Path | None = None, *, read_only: bool = False) -> Workspace:
        """Open the workspace, or another file."""
        return Workspace.open(path or self.path, self.local, read_only=read_only)

    @contextmanager
    def created(self, workspace_id: bytes | None = None) -> Iterator[Workspace]:
        """Make the workspace and close it afterwards; with an id, an empty copy of that one."""
        workspace = self.create(workspace_id)
        try:
            yield workspace
        finally:
            workspace.close()

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        """Open the workspace and close it afterwards."""
        workspace = self.open()
        try:
            yield workspace
        finally:
            workspace.close()


@contextmanager
def behind(path: Path) -> Iterator[Any]:
    """Open a closed file past the application; what is written is kept."""
    raw = sqlite.connect(str(path), isolation_level=None)
    try:
        yield raw
    finally:
        raw.close()


def goal(name: str, goal_id: str = "g1", slot: str = "") -> Address:
    """Return the address of a goal's field."""
    return Address("goal", goal_id, name, slot)


def new_goal(workspace: Workspace, title: str, partner: str = "A", goal_id: str = "g1") -> Applied:
    """Create a goal as the application does."""
    edits = [
        Edit(goal("_order", goal_id), "V"),
        Edit(goal("title", goal_id), title),
        Edit(goal("why", goal_id), None),
    ]
    return workspace.commit(partner, edits, f"New goal: {title}")


def set_title(
    workspace: Workspace,
    partner: str,
    title: Canonical,
    seen: tuple[WriteId, ...] | None = None,
) -> Applied:
    """Rename the goal."""
    return workspace.commit(partner, [Edit(goal("title"), title, seen)], f"Title: {title}")


def title_of(workspace: Workspace, goal_id: str = "g1") -> str | None:
    """Return a goal's title as the book has it; ``None`` when there is no such goal."""
    found = workspace.book().get(Goal, goal_id)
    return found.title if found else None


def tables_of(path: Path) -> dict[str, list[Any]]:
    """Return every table of a closed file, rows sorted, without the row numbers of entities."""
    with behind(path) as raw:
        names = [
            row[0]
            for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if not row[0].startswith("sqlite_")
        ]
        found = {
            name: sorted(raw.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608
            for name in names
        }
        # In which order a document has its fields, whatever came first here says: it is a mapping.
        found["entity"] = [
            (kind, name, msgspec.msgpack.decode(doc))
            for kind, name, doc in raw.execute("SELECT kind, id, doc FROM entity ORDER BY 1, 2")
        ]
        for name in ("history", "contest"):
            rest = "field, slot, actor, seq" if name == "history" else "field, slot, base"
            found[name] = sorted(
                raw.execute(
                    f"SELECT kind, id, {rest} FROM {name} JOIN entity ON n=entity"  # noqa: S608
                ).fetchall()
            )
    return found
