"""Pairing by code in the window: one shows a code, the other types it, both compare four words."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from dyad_desktop.errors import DyadError
from dyad_desktop.services import code_pairing
from dyad_desktop.transport.discovery import Discovery, local_addresses
from dyad_desktop.transport.pairing import Pairing, PairingEvents
from dyad_desktop.ui.travel.step import StepDialog
from dyad_desktop.ui.travel.words import Words
from dyad_desktop.ui.widgets.basics import label

if TYPE_CHECKING:
    from dyad_desktop.services.code_pairing import Invited, JoinedByCode, Newcomer
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.hub import Hub
    from dyad_desktop.ui.runner import Runner

_FIND_S = 20.0


class Comparing(StepDialog):
    """Base of both sides: shows the four words when they come, and says yes or no to them."""

    _relayed = Signal(object)

    def __init__(self, title: str, sentence: str, parent: QWidget) -> None:
        super().__init__(title, sentence, parent)
        self.pairing: Pairing | None = None
        self._over = False
        self.words = Words("Words to compare")
        self.words.hide()
        self.column.addWidget(self.words)
        self._relayed.connect(self._on_relayed, Qt.ConnectionType.QueuedConnection)
        self.finished.connect(self._on_finished)

    @property
    def events(self) -> PairingEvents:
        """Return what the pairing's thread tells, brought to this one."""
        return PairingEvents(
            lambda words: self._relay(lambda: self._on_words(words)),
            lambda payload: self._relay(lambda: self.on_paired(payload)),
            lambda error: self._relay(lambda: self.stop(error)),
            lambda left: self._relay(lambda: self._on_wrong(left)),
        )

    def _relay(self, act: Callable[[], None]) -> None:
        self._relayed.emit(act)

    @Slot(object)
    def _on_relayed(self, act: Callable[[], None]) -> None:
        if not self._over:
            act()

    def _on_words(self, words: str) -> None:
        self.words.show_words(words)
        self.words.show()
        self.say("Read these four words to each other. Do both screens show the same?")
        self.offer("They are the same", "They differ")
        self.go.setEnabled(True)
        self.go.setFocus()

    @Slot()
    def on_same(self) -> None:
        """Say that the words are the same."""
        if self.pairing is not None:
            self.pairing.confirm()
        self.say("Waiting until the other says so too …")
        self.offer("")

    @Slot()
    def on_differ(self) -> None:
        """Say that the words differ: nothing is trusted."""
        if self.pairing is not None:
            self.pairing.refuse()
        self.offer("")

    def _on_wrong(self, left: int) -> None:
        tries = "1 try is" if left == 1 else f"{left} tries are"
        self.say(f"A wrong code was tried; {tries} left. Tell the code to your partner only.")

    def on_paired(self, payload: bytes) -> None:
        """Go on with what the other side said of itself."""
        raise NotImplementedError

    def stop(self, error: DyadError) -> None:
        """Say why no pairing came about."""
        self.say("No pairing came about.")
        self.words.hide()
        self.offer("")
        self.away.setText("Close")
        self.fail(error)

    @Slot(int)
    def _on_finished(self, _result: int) -> None:
        self._over = True
        if self.pairing is not None:
            self.pairing.close()


class PairDialog(Comparing):
    """The inviter's side. ``paired`` tells that a laptop was let in."""

    paired = Signal()

    def __init__(self, desk: "Desk", hub: "Hub", parent: QWidget, *, further: bool = False) -> None:
        super().__init__("Pair by code", "Opening the local network …", parent)
        self._desk, self._hub, self._further = desk, hub, further
        self._invited: Invited | None = None
        self._discovery: Discovery | None = None
        self.code = Words("Code")
        self.code.hide()
        self.column.insertWidget(0, self.code)
        self.address = label("", "small", wrap=True)
        self.column.addWidget(self.address)
        self.offer("")
        self.go.clicked.connect(self.on_same)
        self.other.clicked.connect(self.on_differ)
        hub.listening.connect(self._on_listening)
        hub.ensure_live()
        if hub.live is not None and hub.live.port:
            self._on_listening(hub.live.port)

    @Slot(int)
    def _on_listening(self, port: int) -> None:
        if self._invited is not None or self._over:
            return
        session, further = self._desk.session, self._further
        self._hub.run(
            lambda: code_pairing.invite_by_code(session, port, further=further),
            self._on_invited,
            self.stop,
        )

    def _on_invited(self, invited: "Invited") -> None:
        if self._over or self._invited is not None:
            return
        self._invited = invited
        code = code_pairing.new_code()
        try:
            self.pairing = offered = code_pairing.open_offer(
                code,
                invited,
                self.events,
                ("0.0.0.0", 0),  # noqa: S104 - the joiner calls from elsewhere
            )
        except DyadError as error:
            self.stop(error)
            return
        self.code.show_words(code)
        self.code.show()
        self.say(
            "Tell this code to your partner, who types it on the other computer: Join a partnership, on the"
            " first screen. It is good for ten minutes."
        )
        hosts = local_addresses()[:2] or ["127.0.0.1"]
        typed = " or ".join(f"{host}:{offered.port}" for host in hosts)
        self.address.setText(f"If the computers don't find each other: {typed}")
        self._announce(code_pairing.code_number(code), offered.port)

    def _announce(self, number: int, port: int) -> None:
        """Let the other computer find this one; where the network refuses it, the address does."""

        def work() -> Discovery:
            discovery = Discovery()
            try:
                discovery.announce_offer(number, port)
            except DyadError:
                discovery.close()
                raise
            return discovery

        self._desk.runner.files(work, self._on_announced, self._on_not_announced)

    @Slot(object)
    def _on_announced(self, discovery: Discovery) -> None:
        self._discovery = discovery
        if self._over:
            self._hush()

    @Slot(object)
    def _on_not_announced(self, _error: DyadError) -> None:
        """Go on: the address is shown."""

    def _hush(self) -> None:
        discovery, self._discovery = self._discovery, None
        if discovery is not None:
            self._desk.runner.files(discovery.close)

    def _on_words(self, words: str) -> None:
        """Show the words alone: the code has done its work."""
        self.code.hide()
        self.address.hide()
        super()._on_words(words)

    def stop(self, error: DyadError) -> None:
        """Say why no pairing came about."""
        self.code.hide()
        self.address.hide()
        super().stop(error)

    def on_paired(self, payload: bytes) -> None:
        """Let the other laptop in."""
        session, invited = self._desk.session, self._invited
        if invited is not None:
            self._hub.run(lambda: invited.admit(session, payload)[0], self._on_admitted, self.stop)

    def _on_admitted(self, changes: "ChangeSet") -> None:
        self._desk.tell(changes)
        self._desk.say(f"{changes.note}. Everything is on its way there.")
        self.paired.emit()
        self.accept()

    @Slot(int)
    def _on_finished(self, result: int) -> None:
        super()._on_finished(result)
        self._hush()


class JoinByCode(Comparing):
    """The joiner's side, once name, file and code are given. ``joined`` carries the path of the new copy."""

    joined = Signal(object)

    def __init__(self, runner: "Runner", newcomer: "Newcomer", code: str, parent: QWidget) -> None:
        super().__init__("Join by code", "Calling the other computer …", parent)
        self._runner, self._newcomer, self._code = runner, newcomer, code
        self.offer("")
        self.go.clicked.connect(self.on_same)
        self.other.clicked.connect(self.on_differ)
        self.host = ""

    def begin(self, found: tuple[str, int] | None) -> None:
        """Call the inviter at a typed address, or look for it."""
        if found is not None:
            self._on_found(found)
            return
        code = self._code
        self._runner.files(
            lambda: code_pairing.find_inviter(code, _FIND_S), self._on_found, self.stop
        )

    @Slot(object)
    def _on_found(self, found: tuple[str, int]) -> None:
        if self._over:
            return
        self.host = found[0]
        try:
            self.pairing = self._newcomer.call(self._code, found, self.events)
        except DyadError as error:
            self.stop(error)

    def on_paired(self, payload: bytes) -> None:
        """Make the new copy."""
        newcomer = self._newcomer
        self._runner.database(lambda: newcomer.join(payload), self._on_joined, self.stop)

    @Slot(object)
    def _on_joined(self, made: "JoinedByCode") -> None:
        self.accept()
        self.joined.emit((Path(made.path), f"{self.host}:{made.port}"))
