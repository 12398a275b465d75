"""Giving up a laptop that was lost or stolen, and taking that back when it is found."""

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dyad_desktop.services import pairing, turned_up
from dyad_desktop.services.together import first_name, possessive
from dyad_desktop.ui.travel.step import StepDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.hub import Hub

Asked: TypeAlias = tuple[bytes, str, str]
"""A laptop: its key, its partner, what it is called."""


class _Question(StepDialog):
    """Asks about a laptop, then does what it asked about."""

    def __init__(
        self, desk: "Desk", hub: "Hub", title: str, sentence: str, parent: QWidget
    ) -> None:
        self._desk, self._hub = desk, hub
        super().__init__(title, sentence, parent)
        self.go.clicked.connect(self.on_sure)

    def ask(self, go: str, act: "Callable[[], ChangeSet]", done: str) -> None:
        """Offer to do it; ``done`` is said afterwards."""
        self._act, self._done = act, done
        self.offer(go)

    @Slot()
    def on_sure(self) -> None:
        """Do it."""
        self.go.setEnabled(False)
        self._hub.run(self._act, self._on_done, self.fail)

    def _on_done(self, changes: "ChangeSet") -> None:
        self._desk.tell(changes)
        self._desk.say(self._done)
        self._hub.look()
        self.accept()


class LostDialog(_Question):
    """Says what giving up a laptop does, and does it."""

    def __init__(self, desk: "Desk", hub: "Hub", device: Asked, parent: QWidget) -> None:
        """Ask about a laptop."""
        key, partner, _ = device
        whose = _whose(desk, device)
        agreed = any(by != desk.partner for by in _said(desk, key))
        force = (
            "nothing that it writes from now on is taken, and what others had of that already is set aside for you to"
            " look through"
        )
        if partner != desk.partner and not agreed:
            force = f"once {first_name(desk.book, partner)} agrees, on another laptop, {force}"
        before = " What came from it before stays."
        if desk.met is not None and key in {one.key for one in desk.met.unsure}:
            force = force.replace("from now on", "or ever wrote")
            before = ""
        super().__init__(
            desk,
            hub,
            "Give up a laptop",
            f"Give up {whose}? Nothing is sent to it any more; {force}.{before} If it is found again, you can take this"
            " back here.",
            parent,
        )
        session = desk.session
        done = f"{whose[:1].upper()}{whose[1:]} is given up: nothing is sent to it any more."
        self.ask("Give it up", lambda: pairing.retire(session, key), done)


class FoundDialog(_Question):
    """Says what taking back a give-up does, and does it."""

    def __init__(self, desk: "Desk", hub: "Hub", device: Asked, parent: QWidget) -> None:
        """Ask about a laptop that was given up."""
        key, whose = device[0], _whose(desk, device)
        others = [first_name(desk.book, one) for one in _said(desk, key) if one != desk.partner]
        too = (
            f" {' and '.join(others)} gave it up too, and must take that back as well."
            if others
            else ""
        )
        super().__init__(
            desk,
            hub,
            "Take back a laptop",
            f"Is {whose} found, and in good hands? It gets everything again, and what was written on it meanwhile"
            f" counts like anything else, also what was left out. Where you wrote otherwise, both stand.{too}",
            parent,
        )
        session = desk.session
        done = f"You no longer give up {whose}."
        self.ask("Take it back", lambda: pairing.take_back(session, key), done)


class OwnDialog(_Question):
    """Asks whether a laptop that turned up is its person's own."""

    def __init__(self, desk: "Desk", hub: "Hub", device: Asked, parent: QWidget) -> None:
        """Ask about a laptop that nobody vouched for here."""
        key, partner, name = device
        whose = _whose(desk, device)
        sure = "Did you set it up yourself?"
        if partner != desk.partner:
            asked = first_name(desk.book, partner)
            sure = (
                f"Ask {asked}, by telephone: whoever has the lost laptop may write here as {asked}."
            )
        super().__init__(
            desk,
            hub,
            "A laptop turned up",
            f"“{name}” came in after a laptop was given up, and nobody here vouched for it. {sure}"
            " If you say so, it gets everything, like any other.",
            parent,
        )
        session = desk.session
        done = f"{whose[:1].upper()}{whose[1:]} gets everything again."
        self.ask("It is", lambda: turned_up.vouch(session, key), done)


def _whose(desk: "Desk", device: Asked) -> str:
    _, partner, name = device
    return f"{possessive(desk.book, partner, desk.partner)} laptop “{name}”"


def _said(desk: "Desk", device: bytes) -> tuple[str, ...]:
    """Return which partners gave up a laptop."""
    met = desk.met
    return next((one.by for one in met.given_up if one.device.key == device), ()) if met else ()
