"""Joining a partnership from the first screen: by a code on this network, or by an invitation file."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLineEdit, QWidget

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.services import code_pairing, pairing
from dyad_desktop.services.files import write_bytes
from dyad_desktop.transport.discovery import read_address
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.travel.pair import JoinByCode
from dyad_desktop.ui.travel.step import StepDialog
from dyad_desktop.ui.widgets.basics import Segments, button, label, row

if TYPE_CHECKING:
    from dyad_desktop.services.code_pairing import Newcomer
    from dyad_desktop.ui.runner import Runner

_WAYS = (("code", "By code on this network"), ("file", "By invitation file"))
_SAYS = {
    "code": "Both computers are on one network now. Your partner chooses Pair by code on the Partnership page and"
    " tells you the code.",
    "file": "Your partner has sent you an invitation. You answer with a reply file, then compare eight words by"
    " telephone.",
}


class JoinDialog(StepDialog):
    """A form. ``joined`` carries (path of the new copy, address to call or nothing, sentence)."""

    joined = Signal(object)
    comparing: JoinByCode
    """The dialog of the call, once it was made."""

    def __init__(self, runner: "Runner", parent: QWidget) -> None:
        super().__init__("Join a partnership", _SAYS["code"], parent)
        self._runner = runner
        self.ways = Segments(_WAYS, "How to join")
        self.ways.chosen.connect(self.show_way)
        self.column.addLayout(row(self.ways, 1))
        self._form = QFormLayout()
        self._form.setVerticalSpacing(GRID)
        self.name, self.file = QLineEdit(), QLineEdit(str(Path.home() / "Partnership.dyad"))
        self.code, self.address = QLineEdit(), QLineEdit()
        self.invitation, self.reply = QLineEdit(), QLineEdit()
        self.code.setPlaceholderText("42-river-lamp")
        self.address.setPlaceholderText("found by itself, or 192.168.1.7:40123")
        for caption, editor in (
            ("Your name", self.name),
            ("New file", self.file),
            ("Code", self.code),
            ("Address", self.address),
            ("Invitation", self.invitation),
            ("Reply to write", self.reply),
        ):
            editor.setAccessibleName(caption)
            self._form.addRow(label(caption), editor)
        self._browse = button("Choose …", name="Choose the invitation")
        self._browse.clicked.connect(self._on_browse)
        self._form.addRow(label(""), row(self._browse, 1))
        self.column.addLayout(self._form)
        self.go.clicked.connect(self.on_go)
        self.show_way("code")

    @Slot(str)
    def show_way(self, way: str) -> None:
        """Ask for what a way of joining needs."""
        self.ways.choose(way)
        for n in (2, 3):
            self._form.setRowVisible(n, way == "code")
        for n in (4, 5, 6):
            self._form.setRowVisible(n, way == "file")
        self.offer("Call" if way == "code" else "Write the reply")
        self.say(_SAYS[way])

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "The invitation")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take_invitation)
        dialog.open()

    @Slot(str)
    def take_invitation(self, name: str) -> None:
        """Name an invitation; the reply is written beside it."""
        self.invitation.setText(name)
        path = Path(name)
        self.reply.setText(str(path.with_name(f"Reply to {path.stem}.dyad-reply")))

    @Slot()
    def on_go(self) -> None:
        """Do it."""
        path = Path(self.file.text()).expanduser()
        path = path if path.suffix == ".dyad" else path.with_name(path.name + ".dyad")
        try:
            if self.ways.choice == "code":
                self._call(path)
            else:
                self._answer(path)
        except DyadError as error:
            self.fail(error)

    def _call(self, path: Path) -> None:
        code = code_pairing.read_code(self.code.text())
        typed = self.address.text().strip()
        found = read_address(typed) if typed else None
        name = self.name.text()
        self.go.setEnabled(False)

        def begin(newcomer: "Newcomer") -> None:
            self.go.setEnabled(True)
            self.comparing = JoinByCode(self._runner, newcomer, code, self)
            self.comparing.joined.connect(self._on_joined)
            self.comparing.open()
            self.comparing.begin(found)

        # On the worker: it looks whether keys can be kept, which may take a moment.
        self._runner.database(lambda: code_pairing.Newcomer(name, path), begin, self._on_refused)

    @Slot(object)
    def _on_refused(self, error: DyadError) -> None:
        self.go.setEnabled(True)
        self.fail(error)

    @Slot(object)
    def _on_joined(self, made: tuple[Path, str]) -> None:
        self.accept()
        self.joined.emit((*made, "Paired. Everything is on its way here."))

    def _answer(self, path: Path) -> None:
        invitation, reply = Path(self.invitation.text()), Path(self.reply.text())
        name = self.name.text()
        if not self.invitation.text() or not self.reply.text():
            raise BadInputError("choose the invitation that your partner sent")
        if reply.exists():
            raise BadInputError("the reply exists already; choose another name", str(reply))
        self.go.setEnabled(False)

        def work() -> str:
            asked = pairing.read_invitation(pairing.read_small(invitation))
            made, data = pairing.join(asked, path, name)
            write_bytes(reply, data)
            return made.inviter

        def done(inviter: str) -> None:
            self.accept()
            self.joined.emit((path, "", f"Send {reply.name} back to {inviter}."))

        self._runner.database(work, done, self._on_refused)
