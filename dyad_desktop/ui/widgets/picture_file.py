"""Keeping a picture as a file: asked where, written whole or not at all, told where it is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.services.files import write_bytes

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

FORMS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
KINDS = "Picture (*.png);;Drawing (*.svg);;PDF (*.pdf)"
NAME_LENGTH = 80
_ENDING = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{2,5}", re.IGNORECASE)
"""The ending of a kind of file: letters and digits, so that the 2 of “v1.2” is none."""


def file_name(title: str) -> str:
    """Return a title as the name of a file on any system, without its ending."""
    plain = re.sub(r"[\x00-\x1f\\/:*?\"<>|]+", " ", title)
    return " ".join(plain.split())[:NAME_LENGTH].rstrip(" .") or "picture"


def picture_path(name: str) -> Path:
    """Return the file that a chosen name means: PNG where it says no kind.

    Raises:
        BadInputError: the name says a kind in which no picture is kept.
    """
    path = Path(name)
    if path.suffix.lower() in FORMS:
        return path
    if _ENDING.fullmatch(path.suffix):
        raise BadInputError(
            f"{path.name}: pictures are kept as .png, .svg or .pdf, not as {path.suffix}; nothing was written"
        )
    return path.with_name(f"{path.name}.png")


class PictureFile(QObject):
    """Saves a picture; ``draw`` returns its bytes in a form: ``png``, ``svg`` or ``pdf``."""

    def __init__(self, desk: "Desk", at: QWidget, what: str, draw: Callable[[str], bytes]) -> None:
        super().__init__(at)
        self._desk, self._at, self._what, self._draw = desk, at, what, draw
        self._wanted = ""

    def ask(self, title: str) -> None:
        """Ask where to keep it, under a name made of a title; the system asks before a file is replaced."""
        dialog = QFileDialog(self._at, f"Save the {self._what}", f"{file_name(title)}.png", KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(self._on_kind)
        dialog.fileSelected.connect(self.take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_kind(self, kind: str) -> None:
        """Let a name without an ending have that of the kind that is chosen."""
        dialog = self.sender()
        if isinstance(dialog, QFileDialog):
            dialog.setDefaultSuffix(kind.rpartition("*.")[2].rstrip(")"))

    @Slot(str)
    def take(self, name: str) -> None:
        """Write it under a chosen name; a file that the name only means once it has its ending is asked for."""
        try:
            path = picture_path(name)
        except BadInputError as error:
            self._desk.say(f"{error.reason}.")
            return
        if str(path) == name or not path.exists():
            self.save_to(str(path))
            return
        self._wanted = str(path)
        box = QMessageBox(self._at)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(f"{path.name} is there already. Replace it?")
        replace = box.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        replace.clicked.connect(self._on_replace)
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def _on_replace(self) -> None:
        self.save_to(self._wanted)

    @Slot(str)
    def save_to(self, name: str) -> None:
        """Write it into a file, whole or not at all; its name says the form, PNG where it says none."""
        try:
            path = picture_path(name)
            write_bytes(path, self._draw(FORMS[path.suffix.lower()]))
        except BadInputError as error:
            self._desk.say(f"{error.reason}.")
        except DyadError as error:
            self._desk.say(f"{error} Choose another place.")
        else:
            self._desk.say(f"The {self._what} is in {path}.")
