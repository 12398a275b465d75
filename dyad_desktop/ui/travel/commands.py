"""The commands of travelling, each with the files that it asks for: for buttons, menus and Ctrl+K."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from dyad_desktop.services import pairing
from dyad_desktop.services.files import write_bytes
from dyad_desktop.ui import format as show
from dyad_desktop.ui import settings
from dyad_desktop.ui.travel.admit import AdmitDialog, TrustDialog
from dyad_desktop.ui.travel.lost import FoundDialog, LostDialog, OwnDialog
from dyad_desktop.ui.travel.pair import PairDialog

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.hub import Hub

_BUNDLES = "Dyad bundles (*.dyad-bundle);;All files (*)"
_READ_ONLY = (
    "This file is open for reading only. Open it for writing to exchange with your partner."
)


class TravelCommands(QObject):
    """What someone can do about the other laptops. ``dialog`` is the one that was opened last."""

    def __init__(self, desk: "Desk", hub: "Hub", window: QWidget) -> None:
        super().__init__(desk)
        self.desk, self.hub, self._window = desk, hub, window

    def _may(self) -> bool:
        if self.desk.session.read_only:
            self.desk.say(_READ_ONLY)
        return not self.desk.session.read_only

    # -- pairing -------------------------------------------------------------------------------

    @Slot()
    def pair_by_code(self) -> None:
        """Show a code that the partner types."""
        if self._may():
            self.dialog: QDialog = PairDialog(self.desk, self.hub, self._window)
            self.dialog.open()

    @Slot()
    def pair_second_laptop(self) -> None:
        """Show a code that this person types on a second laptop."""
        if self.desk.met is not None and self.desk.met.no_further:
            self.desk.say(show.sentence(self.desk.met.no_further))
        elif self._may():
            self.dialog = PairDialog(self.desk, self.hub, self._window, further=True)
            self.dialog.open()

    @Slot()
    def invite(self) -> None:
        """Write an invitation for the partner."""
        if self._may():
            self._ask_save(
                "Invite your partner", "Invitation.dyad-invitation", "", self.write_invitation
            )

    @Slot(str)
    def write_invitation(self, name: str) -> None:
        """Write an invitation to a file."""
        session, path = self.desk.session, Path(name)

        def work() -> None:
            write_bytes(path, pairing.invitation(session))

        def done(_nothing: object) -> None:
            self.desk.say(
                f"Send {path.name} to your partner, then admit the reply that comes back."
            )
            self.hub.look()

        self.hub.run(work, done)

    @Slot()
    def admit(self) -> None:
        """Read a reply and let its laptop in."""
        if self._may():
            self._ask_open("Admit a reply", "", self.open_reply)

    @Slot(str)
    def open_reply(self, name: str) -> None:
        """Show the words of a reply."""
        self.dialog = AdmitDialog(self.desk, self.hub, Path(name), self._window)
        self.dialog.open()

    def give_up(self, device: bytes, partner: str, name: str) -> None:
        """Ask whether a laptop is lost."""
        if self._may():
            self.dialog = LostDialog(self.desk, self.hub, (device, partner, name), self._window)
            self.dialog.open()

    def take_back(self, device: bytes, partner: str, name: str) -> None:
        """Ask whether a laptop that was given up is found."""
        if self._may():
            self.dialog = FoundDialog(self.desk, self.hub, (device, partner, name), self._window)
            self.dialog.open()

    def vouch(self, device: bytes, partner: str, name: str) -> None:
        """Ask whether a laptop that turned up is its person's own."""
        if self._may():
            self.dialog = OwnDialog(self.desk, self.hub, (device, partner, name), self._window)
            self.dialog.open()

    # -- bundles -------------------------------------------------------------------------------

    @Slot()
    def send_bundle(self) -> None:
        """Write a bundle of what the others lack."""
        if self._may():
            name = f"For {self.hub.partner_name}.dyad-bundle"
            self._ask_save("Send a bundle", name, _BUNDLES, self.write_bundle)

    @Slot(str)
    def write_bundle(self, name: str) -> None:
        """Write a bundle to a file."""
        self.hub.send_bundle(Path(name))

    @Slot()
    def receive_bundle(self) -> None:
        """Take a bundle."""
        if self._may():
            self._ask_open("Receive a bundle", _BUNDLES, self.take_bundle)

    @Slot(str)
    def take_bundle(self, name: str) -> None:
        """Take a bundle from a file, once a new copy's eight words were compared."""
        path = Path(name)
        self._once_trusted(lambda words: self.hub.receive_bundle(path, words))

    def _once_trusted(self, act: Callable[[str | None], None]) -> None:
        """Go on with the words that a new copy must compare first, once they were; with none on any other copy."""
        met = self.desk.met
        if met is None or not met.words:
            act(None)
            return
        words = met.words
        asked = TrustDialog(met.inviter, words, self._window)
        asked.trusted.connect(lambda: act(words))
        self.dialog = asked
        asked.open()

    # -- folder and network --------------------------------------------------------------------

    @Slot()
    def choose_folder(self) -> None:
        """Choose the folder that both laptops see."""
        if self._may():
            dialog = QFileDialog(self._window, "Shared folder")
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.fileSelected.connect(self.use_folder)
            dialog.open()

    @Slot(str)
    def use_folder(self, name: str) -> None:
        """Exchange by a folder from now on, once a new copy's eight words were compared."""
        self._once_trusted(lambda words: self._exchange_by(Path(name), words))

    def _exchange_by(self, folder: Path, words: str | None) -> None:
        self.desk.say(f"Exchanging by {folder} while this partnership is open.")
        self.hub.use_folder(folder, words)

    @Slot()
    def leave_folder(self) -> None:
        """Exchange by the folder no longer."""
        self.hub.use_folder(None)

    @Slot()
    def toggle_lan(self) -> None:
        """Switch the local network on or off."""
        if self._may():
            on = not self.hub.is_live
            self.hub.set_lan(on=on, address=settings.address(self.hub.workspace))
            self.desk.say("The local network is on." if on else "The local network is off.")
            self.desk.around.emit()

    # -- files ---------------------------------------------------------------------------------

    def _ask_open(self, title: str, kinds: str, chosen: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._window, title, "", kinds or "All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _ask_save(self, title: str, name: str, kinds: str, chosen: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._window, title, str(Path.home() / name), kinds or "All files (*)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(chosen)
        dialog.open()
