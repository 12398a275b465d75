"""A laptop that was lost with its person's key, and one that whoever found it let in."""

from pathlib import Path

import pytest

from dyad_desktop.replication.commit import ADMIT
from dyad_desktop.services import pairing
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.identity import travel_of
from tests.services.homes import Home, deliver, pair, two_homes

GOAL, FALSE = ("goal", "G1"), "Written by whoever found it"


class Computers:
    """Priya's, Marcus's first one that he lost and holds his key, his second one, and one that the finder let in."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, patch
        self.priya, self.lost = two_homes(folder, patch)
        self.second, self.false = Home(folder, "second", patch), Home(folder, "false", patch)
        pair(self.priya, self.lost, folder)
        pair(self.lost, self.second, folder, further=True)
        deliver(self.lost, self.priya, folder)
        deliver(self.second, self.priya, folder)

    def home(self, name: str) -> Home:
        """Return one more computer."""
        return Home(self.folder, name, self._patch)

    def key(self, home: Home) -> bytes:
        with home.session() as session:
            return travel_of(session.file.id, session.partner).keys.device_public

    def let_in(self, heard_by: Home, *, by_itself: bool = True) -> None:
        """Let a further laptop in by the lost one, and write on it; one who hasn't heard better takes all that."""
        pair(self.lost, self.false, self.folder, further=True)
        with self.false.session() as session:
            if by_itself:
                own = pairing.known_here(session).device("B").changes()
                # As the finder may have it: it makes itself known, whatever becomes of the word of the lost one.
                session.file._write("B", own, "Made this laptop known", ADMIT)
            set_field(session, GOAL, "title", FALSE)
        deliver(self.lost, heard_by, self.folder)
        deliver(self.false, heard_by, self.folder)

    def give_up(self) -> None:
        """Give the lost one up by its owner, on his second one."""
        lost = self.key(self.lost)
        with self.second.session() as session:
            pairing.retire(session, lost)
