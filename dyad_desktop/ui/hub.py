"""Joins an open partnership with the partners' laptops: live, by bundle, by shared folder.

The session is used on the window's one database worker only; what other threads tell comes back through one
queued signal.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from dyad_desktop.errors import DyadError
from dyad_desktop.replication.change import Address
from dyad_desktop.replication.messages import Presence
from dyad_desktop.services import shared_folder, travel
from dyad_desktop.services.live import Door, Live, LiveEvents
from dyad_desktop.services.together import Met, first_name, met, told
from dyad_desktop.services.wording import counted
from dyad_desktop.transport.discovery import read_address
from dyad_desktop.ui import settings
from dyad_desktop.ui.desk import Desk, Elsewhere
from dyad_desktop.ui.folder_watch import FolderWatch
from dyad_desktop.ui.runner import Done

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key
    from dyad_desktop.replication.membership import Device
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.runner import Failed

ANYWHERE = "0.0.0.0"  # noqa: S104 - the partner calls from elsewhere
_SHOW_MS = 120
_SOON_MS = 1500
_QUIET = 3
"""So many changes may arrive live without a sentence: they are seen where they are."""


class Hub(QObject):
    """Follows a desk while it is open. ``listening`` tells the port where calls are taken."""

    listening = Signal(int)
    _relayed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.live: Live | None = None
        self.folder: Path | None = None
        self._page, self._editing = "", ("", "", "", "")
        self._said = ""
        self._selection: Key | None = None
        self._relayed.connect(self._on_relayed, Qt.ConnectionType.QueuedConnection)
        self._show_timer = self._timer(_SHOW_MS, self._show)
        self._sync_timer = self._timer(_SOON_MS, self.sync)
        self._watch = FolderWatch(self)
        self._watch.changed.connect(self.sync)
        desk.changed.connect(self._on_changed)
        desk.editing.connect(self._on_editing)
        desk.rested.connect(self._on_rested)
        desk.selected.connect(self._on_selected)

    def _timer(self, milliseconds: int, run: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(milliseconds)
        made.timeout.connect(run)
        return made

    # -- start and end -------------------------------------------------------------------------

    @property
    def workspace(self) -> str:
        """Return the id that settings of this partnership are kept under."""
        return self._desk.session.workspace_id

    def start(self) -> None:
        """Ask who belongs, and go on as this partnership was left: on the network, with a folder."""
        self.look()
        if self._desk.session.read_only:
            return
        self.folder = settings.shared_folder(self.workspace)
        if self.folder is not None:
            self._watch.follow([self.folder])
            self._sync_timer.start()
        if settings.lan(self.workspace):
            self._go_live()

    def close(self) -> None:
        """Leave the network in order."""
        for timer in (self._show_timer, self._sync_timer):
            timer.stop()
        self._watch.stop()
        live, self.live = self.live, None
        if live is not None:
            live.close()

    # -- on the network ------------------------------------------------------------------------

    @property
    def is_live(self) -> bool:
        """Return whether the local network is switched on."""
        return self.live is not None

    def set_lan(self, *, on: bool, address: str = "") -> None:
        """Switch the local network on or off, and keep it; ``address`` is called besides who is found.

        Raises:
            BadInputError: the address isn't one.
        """
        if address:
            read_address(address)
        settings.keep_lan(self.workspace, on=on)
        settings.keep_address(self.workspace, address)
        live, self.live = self.live, None
        if live is not None:
            live.close()
        if on:
            self._go_live()
        self.look()

    def ensure_live(self) -> None:
        """Switch the local network on if it isn't."""
        if self.live is None:
            self.set_lan(on=True, address=settings.address(self.workspace))

    def _go_live(self) -> None:
        events = LiveEvents(
            self._on_received,
            lambda: self._relay(self.look),
            lambda sentence: self._relay(lambda: self._on_trouble(sentence)),
            lambda port: self._relay(lambda: self._on_listening(port)),
        )
        self.live = Live(self._desk.session, self._desk.runner.database, events)
        typed = settings.address(self.workspace)
        self.live.start(
            Door(
                (ANYWHERE, settings.port(self.workspace)),
                read_address(typed) if typed else None,
                or_any=True,
            )
        )
        self._show_timer.start()

    def _on_listening(self, port: int) -> None:
        settings.keep_port(self.workspace, port)
        self.listening.emit(port)
        self._desk.around.emit()

    def _relay(self, act: Callable[[], None]) -> None:
        self._relayed.emit(act)

    @Slot(object)
    def _on_relayed(self, act: Callable[[], None]) -> None:
        if not self._desk.closed:
            act()

    def _on_received(self, device: "Device", got: travel.Received) -> None:
        loud = got.commits > _QUIET or self._news(got)
        self._take_up(got, first_name(self._desk.book, device.partner), loud=loud)

    def _news(self, got: travel.Received) -> bool:
        standing = self._desk.standing
        return got.disagreements > (standing.count if standing is not None else 0)

    def _take_up(self, got: travel.Received, who: str, *, loud: bool) -> None:
        if self._desk.closed:
            return
        self._desk.tell(got.change)
        if loud:
            self._desk.say(told(got, who))
        self.look()

    def _on_trouble(self, sentence: str) -> None:
        """Say what went wrong, but not over and over what a retry meets again."""
        if sentence != self._said:
            self._said = sentence
            self._desk.say(sentence)

    # -- who is where --------------------------------------------------------------------------

    def look(self) -> None:
        """Ask anew who belongs, who is connected, and how far the copies are apart."""
        session, live = self._desk.session, self.live
        self._desk.ask(lambda: met(session, live.seen if live is not None else ()), self._on_met)

    @Slot(object)
    def _on_met(self, found: Met) -> None:
        desk = self._desk
        if found == desk.met:
            return
        desk.met = found
        desk.elsewhere = {
            Address(at.kind, at.id, at.field, at.slot): Elsewhere(
                desk.place(one.partner), first_name(desk.book, one.partner)
            )
            for one in found.laptops
            if (at := one.presence) is not None and at.field
        }
        desk.around.emit()

    def show_page(self, name: str) -> None:
        """Note the page that is up."""
        self._page = name
        self._show_timer.start()

    @Slot(object)
    def _on_editing(self, places: tuple[Address, ...]) -> None:
        at = places[0] if places else Address("", "", "")
        self._editing = (at.kind, at.id, at.field, at.slot)
        self._show_timer.start()

    @Slot()
    def _on_rested(self) -> None:
        self._editing = ("", "", "", "")
        self._show_timer.start()

    @Slot(object)
    def _on_selected(self, key: "Key | None") -> None:
        if key != self._selection:
            self._selection, self._editing = key, ("", "", "", "")
        self._show_timer.start()

    @Slot()
    def _show(self) -> None:
        if self.live is None:
            return
        kind, name, field, slot = self._editing
        if not field and self._desk.selection is not None:
            kind, name = self._desk.selection
        self.live.show(Presence(self._desk.partner, self._page, kind, name, field, slot))

    @Slot(object)
    def _on_changed(self, changes: "ChangeSet") -> None:
        if changes.origin != "partner":
            self._editing = ("", "", "", "")
            self._show_timer.start()
        if self.live is not None:
            self.live.committed()
        if self.folder is not None and not self._sync_timer.isActive():
            self._sync_timer.start()
        self.look()

    # -- by bundle -----------------------------------------------------------------------------

    def send_bundle(self, path: Path) -> None:
        """Write a bundle for the other laptops."""

        def say(sent: travel.Sent) -> None:
            changes = "1 change" if sent.commits == 1 else f"{sent.commits:,} changes"
            self._desk.say(f"{path.name} holds {changes} for {', '.join(sent.to)}.")

        session = self._desk.session
        self.run(lambda: travel.send(session, path), say)

    def receive_bundle(self, path: Path, words: str | None = None) -> None:
        """Take a bundle; ``words`` are those that both compared, before a copy's first delivery."""
        session = self._desk.session
        self.run(lambda: travel.receive(session, path, words), self._on_bundle)

    def _on_bundle(self, got: travel.Received) -> None:
        self._take_up(got, self.partner_name, loud=True)

    @property
    def partner_name(self) -> str:
        """Return what the other partner is called."""
        others = [p for p in self._desk.partner_ids if p != self._desk.partner]
        return first_name(self._desk.book, others[0]) if len(others) == 1 else "your partners"

    def run(self, work: Callable[[], Any], done: Done, failed: "Failed | None" = None) -> None:
        """Run work on the database worker; what goes wrong is said unless ``failed`` hears it."""

        def finish(result: object) -> None:
            if not self._desk.closed:
                done(result)

        self._desk.runner.database(work, finish, failed or self._desk.say_error)

    # -- by shared folder ----------------------------------------------------------------------

    def use_folder(self, folder: Path | None, words: str | None = None) -> None:
        """Exchange by a shared folder from now on, or no longer.

        ``words`` are those that both compared, before a copy's first delivery: for whenever that is there.
        """
        self.folder = folder
        settings.keep_shared_folder(self.workspace, folder)
        if folder is None:
            self._watch.stop()
        else:
            self._watch.follow([folder])
            if words is not None:
                session = self._desk.session
                self.run(lambda: travel.trust(session, words), lambda _: self.look())
            self.sync()
        self._desk.around.emit()

    @Slot()
    def sync(self) -> None:
        """Exchange with the shared folder now."""
        session, folder = self._desk.session, self.folder
        if folder is not None:
            self.run(
                lambda: shared_folder.sync_folder(session, folder),
                self._on_synced,
                self._on_sync_failed,
            )

    def _on_synced(self, done: shared_folder.Synced) -> None:
        if not done.received.waiting:
            self._said = ""
        if self.folder is not None:
            self._watch.follow(done.places)
        if done.received.commits:
            self._take_up(done.received, self.partner_name, loud=True)
        elif done.received.waiting:
            self._on_trouble(
                f"{counted(done.received.waiting, 'change')} in the shared folder can’t be taken yet: what they build"
                " on isn’t there. It is asked for, and comes once your partner’s laptop exchanges by the folder too."
            )
        else:
            self.look()

    def _on_sync_failed(self, error: DyadError) -> None:
        self._on_trouble(str(error))
