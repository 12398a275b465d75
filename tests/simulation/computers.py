"""The computers of a simulated partnership: files, keys, marks, a clock that can be turned; paired for real."""

import hashlib
import os
import random
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keyring
from keyring.backend import KeyringBackend

from dyad_desktop.domain.records import Records
from dyad_desktop.replication.commit import decode
from dyad_desktop.services import pairing, travel
from dyad_desktop.services.local import keys_here
from dyad_desktop.services.session import Session
from dyad_desktop.store import connection
from dyad_desktop.store.marks import Marks
from dyad_desktop.store.workspace import Workspace
from dyad_desktop.store.writer import Local
from tests.simulation.oracle import Oracle

WORKSPACE = hashlib.sha256(b"simulated").digest()[:16]
NAMES = ("anna", "boris", "anna2", "boris2")
PARTNERS = {"anna": "A", "boris": "B", "anna2": "A", "boris2": "B"}
START_MS = 1_800_000_000_000

BEGINNING: Records = {
    ("partnership", "partnership"): {"_order": "V", "title": "Plan"},
    ("partner", "A"): {"_order": "V", "name": "Anna"},
    ("partner", "B"): {"_order": "W", "name": "Boris"},
    ("goal", "g1"): {"_order": "F", "title": "Access", "why": None},
    ("goal", "g2"): {"_order": "V", "title": "Quality", "why": None},
    ("measure", "m1"): {"_order": "V", "goal": "g1", "title": "Days"},
}


class Keyring(KeyringBackend):
    """A keyring for each home, as each computer's system has one."""

    priority = 10

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    @staticmethod
    def _of(username: str) -> tuple[str, str]:
        return Path(os.environ["DYAD_HOME"]).name, username

    def get_password(self, service: str, username: str) -> str | None:
        """Return what this home keeps."""
        return self.kept.get(self._of(username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something for this home."""
        self.kept[self._of(username)] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget something of this home."""
        del self.kept[self._of(username)]


def keyring_of_its_own() -> Keyring:
    """Have the application keep keys in memory, by home."""
    found = keyring.get_keyring()
    if not isinstance(found, Keyring):
        found = Keyring()
        keyring.set_keyring(found)
    os.environ.pop("DYAD_PASSPHRASE", None)
    return found


@dataclass
class Computer:
    """One laptop: its home, its copy of the workspace, and what it must never lose again."""

    name: str
    folder: Path
    offset_ms: int = 0
    ticks: int = 0
    must: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)
    editors: list[Any] = field(default_factory=list)
    _session: Session | None = None

    def __post_init__(self) -> None:
        self.partner = PARTNERS[self.name]
        self.home = self.folder / "homes" / self.name
        self.path = self.folder / f"{self.name}.dyad"
        self._chance = random.Random(self.name)  # noqa: S311 - repeatable on purpose
        self.home.mkdir(parents=True, exist_ok=True)

    @property
    def who(self) -> str:
        """Return the name that the story tells."""
        return self.name.capitalize()

    def _now(self) -> int:
        self.ticks += 1000
        return START_MS + self.offset_ms + self.ticks

    @property
    def marks(self) -> Path:
        """Return where this computer keeps its high-water marks."""
        return self.home / "marks"

    @property
    def local(self) -> Local:
        """Return what the store is told of this computer."""
        return Local(keys_here, Marks(self.marks), self.name, self._now, self._chance.randbytes)

    def sit(self) -> "Computer":
        """Sit down at this computer: keys and settings are its own from here on."""
        os.environ["DYAD_HOME"] = str(self.home)
        return self

    @property
    def session(self) -> Session:
        """Return the open session, at this computer."""
        self.sit()
        if self._session is None:
            self._session = Session(Workspace.open(self.path, self.local))
        return self._session

    @property
    def file(self) -> Workspace:
        """Return the open file, at this computer."""
        return self.session.file

    @property
    def raw(self) -> Any:  # noqa: ANN401
        """Return the connection."""
        return self.file._raw

    def take(self, session: Session) -> None:
        """Work with a session that was opened elsewhere."""
        self._session = session

    def close(self) -> None:
        """Close the file as people do."""
        if self._session is not None:
            self.sit()
            session, self._session = self._session, None
            session.close()
        self.editors.clear()

    def drop(self) -> None:
        """Let go of the file without anything that closing does."""
        if self._session is not None:
            connection.close(self._session.file._raw)
            self._session = None
        self.editors.clear()

    def copy(self) -> tuple[bytes, bytes]:
        """Return the bytes of the file and of its journal, as a copy of the running machine has them."""
        journal = Path(f"{self.path}-wal")
        return self.path.read_bytes(), journal.read_bytes() if journal.exists() else b""

    def put(self, copy: tuple[bytes, bytes]) -> None:
        """Put other bytes in the place of the file and its journal."""
        self.drop()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        self.path.write_bytes(copy[0])
        if copy[1]:
            Path(f"{self.path}-wal").write_bytes(copy[1])


@dataclass
class Beginning:
    """A paired partnership as it lies on the disks, everyone holding everything."""

    files: dict[str, bytes]
    marks: dict[str, dict[str, bytes]]
    keys: dict[tuple[str, str], str]
    oracle: Oracle

    def laid_out(self, folder: Path, names: tuple[str, ...]) -> list[Computer]:
        """Return the computers of the partnership in a folder."""
        keyring_of_its_own().kept = dict(self.keys)
        found = []
        for name in names:
            computer = Computer(name, folder)
            computer.path.write_bytes(self.files[name])
            computer.marks.mkdir(exist_ok=True)
            for mark, data in self.marks[name].items():
                (computer.marks / mark).write_bytes(data)
            computer._chance = random.Random(f"{name} begins")  # noqa: S311
            computer.ticks = 10**7
            computer.must = computer.file.vector()
            found.append(computer)
        return found


@cache
def beginning(count: int) -> Beginning:
    """Return a partnership of ``count`` laptops, paired by the application itself."""
    home = os.environ.get("DYAD_HOME", "")
    kept = keyring_of_its_own()
    kept.kept = {}
    for name in ("anna", "boris"):
        secret = hashlib.sha512(name.encode()).hexdigest()
        kept.kept[name, f"{WORKSPACE.hex()}:{PARTNERS[name]}"] = secret
    with TemporaryDirectory() as folder:
        computers = paired(Path(folder), NAMES[:count])
        oracle = _knowing(computers[0].file)
        for computer in computers:
            assert computer.file.digest() == computers[0].file.digest()
        for computer in computers:
            computer.close()
        found = Beginning(
            {c.name: c.path.read_bytes() for c in computers},
            {c.name: {p.name: p.read_bytes() for p in c.marks.glob("*")} for c in computers},
            dict(kept.kept),
            oracle,
        )
    os.environ["DYAD_HOME"] = home
    return found


def paired(folder: Path, names: tuple[str, ...]) -> list[Computer]:
    """Pair computers by invitation and reply, and let everyone meet."""
    computers = [Computer(name, folder) for name in names]
    anna = computers[0].sit()
    workspace = Workspace.create(anna.path, anna.local, WORKSPACE)
    workspace.load("A", BEGINNING, "Began")
    anna.take(Session(workspace, "A"))
    for place, newcomer in enumerate(computers[1:], start=1):
        _join(anna, newcomer)
        everyone_meets(computers[: place + 1])
    everyone_meets(computers)
    return computers


def _join(host: Computer, newcomer: Computer) -> None:
    further = newcomer.name == "anna2"
    partner = None if further else newcomer.partner
    asked = pairing.read_invitation(pairing.invitation(host.session, partner, further=further))
    newcomer.sit()
    joined, text = pairing.join(asked, newcomer.path, newcomer.who)
    reply, words = pairing.read_reply(host.session, text)
    assert words == joined.fingerprint
    pairing.admit(host.session, reply)
    first = host.folder / f"first-{newcomer.name}"
    travel.send(host.session, first)
    travel.receive(newcomer.session, first, words)
    newcomer.close()  # the session that was opened empty didn't know its partner yet


def everyone_meets(computers: list[Computer]) -> None:
    """Send a bundle from each to all the others, twice round."""
    for turn in range(2):
        for sender in computers:
            path = sender.folder / f"meet-{turn}-{sender.name}"
            path.unlink(missing_ok=True)
            travel.send(sender.session, path)
            for reader in computers:
                if reader is not sender:
                    travel.receive(reader.session, path)


def _knowing(file: Workspace) -> Oracle:
    oracle = Oracle()
    for seg in file.segments_since({}):
        commits = [(data, decode(seg.actor, data)) for data in seg.commits]
        oracle.learn_chain(
            seg.actor,
            [
                (data, c.lamport, [x for x in c.changes if not x.at.kind.startswith("_")])
                for data, c in commits
            ],
        )
    return oracle


def swept(folder: Path) -> None:
    """Remove a folder of computers."""
    shutil.rmtree(folder, ignore_errors=True)
