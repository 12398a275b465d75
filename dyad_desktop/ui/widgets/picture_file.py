"""Keeping a picture as a file: asked where, written whole or not at all, told where it is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

FORMS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
KINDS = "Picture (*.png);;Drawing (*.svg);;PDF (*.pdf)"
NAME_LENGTH = 80


def file_name(title: str) -> str:
    """Return a title as the name of a file on any system, without its ending."""
    plain = re.sub(r"[\x00-\x1f\\/:*?\"<>|]+", " ", title)
    return " ".join(plain.split())[:NAME_LENGTH].rstrip(" .") or "picture"


class PictureFile(QObject):
    """Saves a picture; ``draw`` returns its bytes in a form: ``png``, ``svg`` or ``pdf``."""

    def __init__(self, desk: "Desk", at: QWidget, what: str, draw: Callable[[str], bytes]) -> None:
        super().__init__(at)
        self._desk, self._at, self._what, self._draw = desk, at, what, draw

    def ask(self, title: str) -> None:
        """Ask where to keep it, under a name made of a title."""
        dialog = QFileDialog(self._at, f"Save the {self._what}", f"{file_name(title)}.png", KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def save_to(self, name: str) -> None:
        """Write it into a file; its name says the form, PNG where it says none."""
        path = Path(name) if Path(name).suffix.lower() in FORMS else Path(f"{name}.png")
        made = self._draw(FORMS[path.suffix.lower()])
        try:
            path.write_bytes(made)
        except OSError as error:
            self._desk.say(
                f"{path} can't be written ({error.strerror}). Choose another place; nothing was changed."
            )
        else:
            self._desk.say(f"The {self._what} is in {path}.")
