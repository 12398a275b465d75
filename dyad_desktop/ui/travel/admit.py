"""Admitting a reply, and trusting a new copy's inviter: eight words that both people compare."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dyad_desktop.services import pairing
from dyad_desktop.ui.travel.step import StepDialog
from dyad_desktop.ui.travel.words import Words

if TYPE_CHECKING:
    from dyad_desktop.services.pairing import Reply
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.hub import Hub


class AdmitDialog(StepDialog):
    """The inviter's side: shows the words of a reply and lets its laptop in."""

    def __init__(self, desk: "Desk", hub: "Hub", path: Path, parent: QWidget) -> None:
        super().__init__("Admit a reply", f"Reading {path.name} …", parent)
        self._desk, self._hub = desk, hub
        self._reply: Reply | None = None
        self.words = Words("Words to compare")
        self.words.hide()
        self.column.addWidget(self.words)
        self.offer("")
        self.go.clicked.connect(self.on_same)
        self.other.clicked.connect(self.reject)
        session = desk.session

        def work() -> "tuple[Reply, str]":
            return pairing.read_reply(session, pairing.read_small(path))

        hub.run(work, self._on_read, self.fail)

    def _on_read(self, found: "tuple[Reply, str]") -> None:
        self._reply, words = found
        self.words.show_words(words)
        self.words.show()
        self.offer("They are the same", "They differ")
        self.say(
            f"Compare these eight words with those on the screen of {self._reply.name}, by telephone if you are apart."
            " Nothing is trusted before you say that they are the same."
        )

    @Slot()
    def on_same(self) -> None:
        """Let the laptop in."""
        reply, session = self._reply, self._desk.session
        if reply is not None:
            self.go.setEnabled(False)
            self._hub.run(lambda: pairing.admit(session, reply), self._on_admitted, self.fail)

    def _on_admitted(self, changes: "ChangeSet") -> None:
        self._desk.tell(changes)
        self._desk.say(f"{changes.note}. The next bundle or exchange carries everything.")
        self.accept()


class TrustDialog(StepDialog):
    """The joiner's side: shows the words of the invitation; ``trusted`` tells that they are the same."""

    trusted = Signal()

    def __init__(self, inviter: str, words: str, parent: QWidget) -> None:
        super().__init__(
            "Compare eight words",
            f"Compare these eight words with those on the screen of {inviter}, by telephone if you are apart. Nothing"
            " is taken before you say that they are the same.",
            parent,
        )
        shown = Words("Words to compare")
        shown.show_words(words)
        self.column.addWidget(shown)
        self.offer("They are the same", "They differ")
        self.go.clicked.connect(self.on_same)
        self.other.clicked.connect(self.reject)

    @Slot()
    def on_same(self) -> None:
        """Go on."""
        self.accept()
        self.trusted.emit()
