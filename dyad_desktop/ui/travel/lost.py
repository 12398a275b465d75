"""Giving up a laptop that was lost or stolen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dyad_desktop.services import pairing
from dyad_desktop.services.together import first_name
from dyad_desktop.ui.travel.step import StepDialog

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.hub import Hub


class LostDialog(StepDialog):
    """Says what giving up a laptop does, and does it."""

    def __init__(
        self, desk: "Desk", hub: "Hub", device: "tuple[bytes, str, str]", parent: QWidget
    ) -> None:
        """Ask about a laptop: its key, its partner and its name."""
        self._desk, self._hub = desk, hub
        self._device, partner, name = device
        whose = "your" if partner == desk.partner else f"{first_name(desk.book, partner)}’s"
        agreed = any(partner_of != desk.partner for partner_of in self._said(self._device))
        if partner == desk.partner or agreed:
            force = "What it writes from now on is kept, but set aside."
        else:
            force = f"What it writes is set aside once {first_name(desk.book, partner)} agrees, on another laptop."
        super().__init__(
            "Give up a laptop",
            f"Give up {whose} laptop “{name}”? Nothing is sent to it any more. {force} What came from it before stays."
            " To bring it back, pair it anew.",
            parent,
        )
        self.offer("Give it up")
        self.go.clicked.connect(self.on_sure)

    def _said(self, device: bytes) -> tuple[str, ...]:
        met = self._desk.met
        return next((g.by for g in met.given_up if g.device.key == device), ()) if met else ()

    @Slot()
    def on_sure(self) -> None:
        """Do it."""
        self.go.setEnabled(False)
        session, device = self._desk.session, self._device
        self._hub.run(lambda: pairing.retire(session, device), self._on_done, self.fail)

    def _on_done(self, changes: "ChangeSet") -> None:
        self._desk.tell(changes)
        self._desk.say("The laptop is given up. Nothing is sent to it any more.")
        self._hub.look()
        self.accept()
