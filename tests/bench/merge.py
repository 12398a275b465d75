"""Merging another copy's writes, against plain sqlite3 and against Loro with rows, in the same run."""

import gc
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import loro

from dyad_desktop.replication.change import Address, Change, Edit, WriteId
from dyad_desktop.replication.commit import GENESIS, Commit, seal_up
from dyad_desktop.replication.membership import Actor, introduction
from dyad_desktop.replication.messages import Seg, pack, unpack
from dyad_desktop.replication.signing import Keys
from dyad_desktop.services import files
from dyad_desktop.services.session import Session
from dyad_desktop.store.connection import JOURNAL_PAGES
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk

if TYPE_CHECKING:
    from dyad_desktop.ui.shell.window import MainWindow

WRITES = 100_000
PER_ENTITY = 10
FIELDS = ("title", "why", "domain", "start", "due")
ROUNDS = 5
MEASURED = b"measured memory!"
APART = 20
"""Of so many entities one was edited here too, and is found contested."""
KEYS = Keys(b"p" * 32, b"d" * 32)


@dataclass(frozen=True, slots=True)
class MergeTimes:
    """Seconds, megabytes, and how many registers were found contested."""

    ours: float
    plain: float
    loro: float
    wire: float
    loro_wire: float
    memory: float
    contested: int


def writes_of(count: int, seed: int = 1) -> list[tuple[str, str, str]]:
    """Return (entity, field, value) of every write: each entity is visited again and again."""
    chance = random.Random(seed)  # noqa: S311 - the same work in every run
    entities = max(1, count // PER_ENTITY)
    found = []
    for n in range(count):
        field = FIELDS[(n // entities) % 5]
        day = f"20{chance.randrange(20, 40)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        text = f"{chance.randrange(10**9)}"
        found.append((f"g{n % entities}", field, day if field in {"start", "due"} else text))
    return found


def elsewhere(workspace: bytes, writes: list[tuple[str, str, str]]) -> tuple[Seg, bytes]:
    """Return the writes as another copy made them, a commit each, and the person who did."""
    actor = Actor(0, b"elsewhere-------", "B", "there", KEYS.person_public, KEYS.device_public,
                  KEYS.certificate())  # fmt: skip
    last: dict[Address, WriteId] = {}
    data: list[bytes] = []
    head = GENESIS
    for n, (entity, field, value) in enumerate(writes, start=1):
        at = Address("goal", entity, field)
        change = Change(at, value, (last[at],) if at in last else ())
        changes = (*introduction(actor), change) if n == 1 else (change,)
        sealed = seal_up(actor.id, n, head, Commit(n, 1_800_000_000_000 + n, "edit", changes))
        last[at], head = WriteId(actor.id, n), sealed.hash
        data.append(sealed.data)
    seal = KEYS.seal(workspace, actor.id, len(data), head)
    return Seg(actor.id, 1, GENESIS, data, head, seal), KEYS.person_public


def _receiver(folder: Path, entities: int, workspace: bytes | None = None) -> Workspace:
    """Make a copy in which every twentieth entity was edited apart."""
    made = Desk(folder, "here").create(workspace)
    edits = [Edit(Address("goal", f"g{n}", "title"), "mine") for n in range(0, entities, APART)]
    made.commit("A", edits, "apart")
    return made


def ours(folder: Path, writes: list[tuple[str, str, str]]) -> tuple[float, Workspace]:
    """Return the seconds until everything is on the disk, can be asked for, and what is contested is known."""
    workspace = _receiver(folder, max(1, len(writes) // PER_ENTITY))
    seg, person = elsewhere(workspace.id, writes)
    gc.collect()
    began = time.perf_counter()
    merged = workspace.receive([seg], {person: "B"})
    contested = workspace.disagreements()
    took = time.perf_counter() - began
    assert contested
    assert merged.changes == len(writes)
    return took, workspace


def _durable(raw: sqlite3.Connection) -> None:
    """Set a rival's file up as a workspace's is: as durable, and its journal taken in when nobody waits."""
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute(f"PRAGMA wal_autocheckpoint={JOURNAL_PAGES}")


def plain_sqlite(path: Path, writes: list[tuple[str, str, str]]) -> float:
    """Return the seconds of a log row and an upsert for each write, one transaction."""
    raw = sqlite3.connect(path, isolation_level=None)
    _durable(raw)
    raw.execute(
        "CREATE TABLE log(actor INT, seq INT, id TEXT, field TEXT, value TEXT, PRIMARY KEY(actor, seq))"
    )
    raw.execute(f"CREATE TABLE goal(id TEXT PRIMARY KEY, {','.join(FIELDS)})")
    began = time.perf_counter()
    raw.execute("BEGIN")
    raw.executemany("INSERT INTO log VALUES (1,?,?,?,?)", ((n, *w) for n, w in enumerate(writes)))
    upsert = {
        f: f"INSERT INTO goal(id,{f}) VALUES (?,?) ON CONFLICT(id) DO UPDATE SET {f}=excluded.{f}"  # noqa: S608
        for f in FIELDS
    }
    for entity, field, value in writes:
        raw.execute(upsert[field], (entity, value))
    raw.execute("COMMIT")
    took = time.perf_counter() - began
    raw.close()
    return took


def loro_rows(path: Path, writes: list[tuple[str, str, str]]) -> tuple[float, int]:
    """Return the seconds of Loro's import and a typed row for each entity, and the bytes of its update."""
    source = loro.LoroDoc()
    top = source.get_map("goal")
    maps: dict[str, Any] = {}
    for entity, field, value in writes:
        if entity not in maps:
            maps[entity] = top.insert_container(entity, loro.LoroMap())
        maps[entity].insert(field, value)
    source.commit()
    update = source.export(loro.ExportMode.Updates(loro.VersionVector()))
    raw = sqlite3.connect(path, isolation_level=None)
    _durable(raw)
    raw.execute("CREATE TABLE doc(data BLOB)")
    raw.execute(f"CREATE TABLE goal(id TEXT PRIMARY KEY, {','.join(FIELDS)})")
    began = time.perf_counter()
    target = loro.LoroDoc()
    target.import_(update)
    found: Any = target.get_map("goal").get_deep_value()
    raw.execute("BEGIN")
    raw.execute("INSERT INTO doc VALUES (?)", (update,))
    rows = [(k, *(v.get(f) for f in FIELDS)) for k, v in found.items()]
    raw.executemany("INSERT INTO goal VALUES (?,?,?,?,?,?)", rows)
    raw.execute("COMMIT")
    took = time.perf_counter() - began
    raw.close()
    return took, len(update)


def measure() -> MergeTimes:
    """Merge by turns in a process of its own, in which the window stands as it does when a delivery comes.

    Not in this one: what other benches left of Python's memory, full of holes, slows only what is written in Python.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.merge", "turns"],
        capture_output=True,
        text=True,
        check=True,
    )
    return MergeTimes(**json.loads(done.stdout.splitlines()[-1]), memory=_memory())


def _window(example: Path) -> "MainWindow":
    """Return the window with the example on every page."""
    from dyad_desktop.app import make_application  # noqa: PLC0415 - only the measured process has a window
    from dyad_desktop.picture import settle  # noqa: PLC0415 - as above
    from dyad_desktop.ui.pages import PAGES  # noqa: PLC0415 - as above
    from dyad_desktop.ui.shell.window import MainWindow  # noqa: PLC0415 - as above

    make_application()
    files.demo(example).close()
    window = MainWindow()
    window.use_session(Session.open(example))
    window.show()
    settle(window)
    for entry in PAGES:
        window.show_page(entry.name)
        settle(window)
    return window


def _turns() -> dict[str, float]:
    """Return what ``measure`` does, but for the memory."""
    writes = writes_of(WRITES)
    mine: list[float] = []
    rival: list[float] = []
    other: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        window = _window(folder / "example.dyad")
        for n in range(ROUNDS):
            took, workspace = ours(folder / f"o{n}", writes)
            mine.append(took)
            contested = len(workspace.disagreements())
            wire = len(pack([s for s in workspace.segments_since({}) if len(s.commits) > 1]))
            workspace.close()
            rival.append(plain_sqlite(folder / f"p{n}", writes))
            took, loro_wire = loro_rows(folder / f"l{n}", writes)
            other.append(took)
        window.close()
    return {
        "ours": median(mine),
        "plain": median(rival),
        "loro": median(other),
        "wire": wire / 1e6,
        "loro_wire": loro_wire / 1e6,
        "contested": contested,
    }


def _memory() -> float:
    """Return the megabytes that merging adds to a process that holds the delivery already.

    The delivery is made elsewhere: what the measured process needed at most must be the merge itself.
    """
    with tempfile.TemporaryDirectory() as name:
        delivery = Path(name) / "delivery"
        delivery.write_bytes(pack([elsewhere(MEASURED, writes_of(WRITES))[0]]))
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.merge", "memory", str(delivery)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(done.stdout)


def _status(name: str) -> float:
    """Return a line of this process's status in megabytes. The peak that ``resource`` tells is partly its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (found,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(found.split()[1]) / 1024


def few(count: int = 1000) -> float:
    """Return the median seconds of merging a small delivery into a copy that holds 10,000 entities."""
    with tempfile.TemporaryDirectory() as name:
        times = []
        for n in range(ROUNDS):
            took, workspace = ours(Path(name) / f"{n}", writes_of(count))
            times.append(took)
            workspace.close()
    return median(times)


def growth(sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)) -> list[tuple[int, float]]:
    """Return (writes, microseconds a merged write) for growing deliveries."""
    table = []
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            took, workspace = ours(Path(name) / f"{size}", writes_of(size))
            table.append((size, took / size * 1e6))
            workspace.close()
    return table


def one_edit() -> tuple[float, float]:
    """Return the median milliseconds of one durable edit and of the disk's own smallest commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = _receiver(folder / "e", 10_000)
        raw = sqlite3.connect(folder / "floor.db", isolation_level=None)
        _durable(raw)
        raw.execute("CREATE TABLE t(a)")
        edits: list[float] = []
        floor: list[float] = []
        for n in range(300):
            began = time.perf_counter()
            workspace.commit("A", [Edit(Address("goal", f"g{n}", "why"), f"w{n}")], "edit")
            edits.append(time.perf_counter() - began)
            began = time.perf_counter()
            raw.execute("INSERT INTO t VALUES (?)", (n,))
            floor.append(time.perf_counter() - began)
        raw.close()
        workspace.close()
    return median(edits) * 1e3, median(floor) * 1e3


def _print_memory(delivery: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        workspace = _receiver(Path(name), WRITES // PER_ENTITY, MEASURED)
        segments = [m for m in unpack(delivery.read_bytes()) if isinstance(m, Seg)]
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        before = _status("VmRSS")
        workspace.receive(segments, {KEYS.person_public: "B"})
        print(_status("VmHWM") - before)
        workspace.close()


if __name__ == "__main__":
    os.environ.setdefault("DYAD_HOME", tempfile.gettempdir())
    if sys.argv[1:2] == ["memory"]:
        _print_memory(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["turns"]:
        print(json.dumps(_turns()))
    else:
        print(measure())
        print("1,000 writes", few())
        print("one edit, floor (ms)", one_edit())
        print(growth())
