"""Two people at their own computers, with real keys: what one says reaches the other only by a delivery."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dyad_desktop.domain.goals import Goal
from dyad_desktop.services import files, pairing, travel
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.session import Session


class Home:
    """A person's own computer: where keys and marks are kept."""

    def __init__(self, folder: Path, name: str, patch: pytest.MonkeyPatch) -> None:
        self.path, self.name, self._patch = folder / f"{name}.dyad", name, patch
        self._home = folder / f"home-{name}"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Sit down at this computer and open the copy that is on it."""
        with self.here():
            found = Session.open(self.path)
            try:
                yield found
            finally:
                found.close()

    @contextmanager
    def here(self) -> Iterator[None]:
        """Sit down at this computer."""
        with self._patch.context() as patch:
            patch.setenv("DYAD_HOME", str(self._home))
            patch.setenv("DYAD_PASSPHRASE", f"secret of {self.name}")
            yield


def two_homes(folder: Path, patch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """Return Priya's computer, with the example on it, and Marcus's, with nothing yet."""
    priya, marcus = Home(folder, "priya", patch), Home(folder, "marcus", patch)
    with priya.here():
        files.demo(priya.path).close()
    return priya, marcus


def title(home: Home, text: str | None = None) -> str:
    """Return the goal's title on a computer, after writing one if a text is given."""
    with home.session() as session:
        if text is not None:
            set_field(session, ("goal", "G1"), "title", text)
        return session.book.need(Goal, "G1").title


def join(inviter: Home, joiner: Home, *, further: bool = False) -> str:
    """Let ``joiner`` in, who has nothing yet; returns the words that both compared."""
    with inviter.session() as session:
        text = pairing.invitation(session, further=further)
    with joiner.here():
        joined, reply = pairing.join(pairing.read_invitation(text), joiner.path, joiner.name)
    with inviter.session() as session:
        read, words = pairing.read_reply(session, reply)
        assert words == joined.fingerprint
        pairing.admit(session, read)
    return words


def pair(inviter: Home, joiner: Home, folder: Path, *, further: bool = False) -> str:
    """Let ``joiner`` in, and send everything; returns the words that both compared."""
    words = join(inviter, joiner, further=further)
    deliver(inviter, joiner, folder, words)
    return words


def deliver(source: Home, target: Home, folder: Path, words: str | None = None) -> travel.Received:
    """Send by bundle."""
    path = folder / f"{source.name}-{len(list(folder.glob('*.bundle')))}.bundle"
    with source.session() as session:
        travel.send(session, path)
    with target.session() as session:
        return travel.receive(session, path, words)


def meet(two: tuple[Home, Home], folder: Path) -> None:
    """Carry to each of two paired computers what the other holds."""
    priya, marcus = two
    deliver(priya, marcus, folder)
    deliver(marcus, priya, folder)
    deliver(priya, marcus, folder)
