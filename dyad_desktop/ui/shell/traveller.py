"""Gives an open partnership its way to the other laptops, and lets the window join one."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from dyad_desktop.ui import settings

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.hub import Hub
    from dyad_desktop.ui.shell.waiting import Waiting
    from dyad_desktop.ui.shell.window import MainWindow
    from dyad_desktop.ui.travel.commands import TravelCommands

TITLES = {
    "invite": "Invite your partner by file",
    "admit": "Admit a reply",
    "pair_by_code": "Pair by code on this network",
    "pair_second_laptop": "Pair my second laptop",
    "send_bundle": "Send a bundle",
    "receive_bundle": "Receive a bundle",
    "choose_folder": "Shared folder",
    "toggle_lan": "Local network on or off",
}


def _import_libraries() -> None:
    import_module("dyad_desktop.ui.hub")
    import_module("dyad_desktop.ui.travel.commands")


class Traveller(QObject):
    """Lives as long as the window; ``hub`` and ``commands`` as long as a partnership is open."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.hub: Hub | None = None
        self.commands: TravelCommands | None = None
        self.waiting: Waiting | None = None
        self._joined: tuple[Path, str] | None = None
        self._next: Desk | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        window.stack.currentChanged.connect(self._on_page)

    # -- with a partnership --------------------------------------------------------------------

    def follow_soon(self, desk: "Desk") -> None:
        """Begin once the network's libraries are there: they take a while, and nobody should wait for them."""
        self._next = desk
        self._window.runner.files(_import_libraries, self._on_libraries)

    @Slot(object)
    def _on_libraries(self, _nothing: object) -> None:
        if self.hub is None and self._window.desk is self._next and self._next is not None:
            self.follow(self._next)

    def follow(self, desk: "Desk") -> None:
        """Begin for a partnership that opens; a copy that is empty still says what it waits for."""
        from dyad_desktop.ui.hub import Hub  # noqa: PLC0415 - the network's libraries, after the first paint
        from dyad_desktop.ui.travel.commands import TravelCommands  # noqa: PLC0415 - as above

        self.hub = Hub(desk)
        self.commands = desk.travel = TravelCommands(desk, self.hub, self._window)
        desk.around.connect(self._on_around)
        self._take_up_joining(desk, self.hub)
        self._on_page()
        self.hub.start()

    def _take_up_joining(self, desk: "Desk", hub: "Hub") -> None:
        """Go on over the network with the inviter of a copy that was paired by code."""
        joined, self._joined = self._joined, None
        if joined is not None and joined[0].resolve() == desk.session.path.resolve() and joined[1]:
            settings.keep_lan(hub.workspace, on=True)
            settings.keep_address(hub.workspace, joined[1])

    def leave(self) -> None:
        """End before the partnership closes."""
        hub, self.hub = self.hub, None
        self.commands = None
        if hub is not None:
            hub.close()
        self._window.strip.show_met(None)

    @Slot()
    def _on_around(self) -> None:
        desk = self._window.desk
        if desk is None or desk.closed:
            return
        self._window.strip.show_met(desk)
        if self.waiting is not None:
            self.waiting.show_met(desk.met)

    @Slot()
    def _on_page(self) -> None:
        if self.hub is not None:
            shown = self._window.page
            names = [name for name, page in self._window.pages.items() if page is shown]
            self.hub.show_page(names[0] if names else "")

    # -- an empty copy -------------------------------------------------------------------------

    @property
    def shared_folder(self) -> Path | None:
        """Return the folder by which this copy exchanges, if any."""
        return self.hub.folder if self.hub is not None else None

    def wait_for_first(self, desk: "Desk") -> bool:
        """Show what an empty copy waits for; returns whether it is one."""
        if desk.partner_ids:
            return False
        from dyad_desktop.ui.shell.waiting import Waiting  # noqa: PLC0415 - seldom needed

        self.waiting = Waiting(self)
        self._window.stack.addWidget(self.waiting)
        self._window.stack.setCurrentWidget(self.waiting)
        desk.changed.connect(self._on_first)
        return True

    @Slot(object)
    def _on_first(self, _changes: object) -> None:
        """Open the partnership anew once something has come."""
        desk = self._window.desk
        if self.waiting is not None and desk is not None and desk.partner_ids:
            self.end_waiting()
            desk.changed.disconnect(self._on_first)
            self._window.show_partnership(desk)

    def end_waiting(self) -> None:
        """Take the sheet of an empty copy away."""
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            self._window.stack.removeWidget(waiting)
            waiting.deleteLater()

    # -- joining and dropped files -------------------------------------------------------------

    @Slot()
    def join(self) -> None:
        """Ask how to join a partnership."""
        from dyad_desktop.ui.travel.join import JoinDialog  # noqa: PLC0415 - on demand

        self.joining = JoinDialog(self._window.runner, self._window)
        self.joining.joined.connect(self._on_joined)
        self.joining.open()

    @Slot(object)
    def _on_joined(self, made: tuple[Path, str, str]) -> None:
        path, address, sentence = made
        self._joined = (path, address)
        self._window.open_file(path)
        self._window.notice.say(sentence)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take files that are dropped on the window: workspaces open, bundles are received."""
        if isinstance(event, QDragEnterEvent) and event.mimeData().hasUrls():
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent):
            for url in event.mimeData().urls():
                if url.isLocalFile():
                    self.take_file(Path(url.toLocalFile()))
            event.acceptProposedAction()
            return True
        return False

    def take_file(self, path: Path) -> None:
        """Open a workspace, take a bundle, or read a reply."""
        if path.suffix == ".dyad":
            self._window.open_file(path)
        elif self.commands is None:
            self._window.notice.say("Open your partnership first, then drop the file again.")
        elif path.suffix == ".dyad-reply":
            self.commands.open_reply(str(path))
        else:
            self.commands.take_bundle(str(path))

    @Slot()
    def run_named(self) -> None:
        """Run the command that the action names which was triggered."""
        name = str(self.sender().data())  # type: ignore[attr-defined]
        if self.commands is None:
            self._window.notice.say("Open a partnership first.")
        else:
            getattr(self.commands, name)()
