"""What can be done with a picture, as the menu of its Export button: copied, or kept as a PNG, SVG or PDF file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from dyad_desktop.ui.widgets.picture_file import PictureFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyad_desktop.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to leave the program: its title, and what returns its bytes in a form: ``png``, ``svg`` or ``pdf``."""

    title: str
    draw: "Callable[[str], bytes]"


class PictureMenu(QObject):
    """Hangs the menu on a button; ``shown`` returns what there is to keep just then, if anything."""

    def __init__(
        self, desk: "Desk", at: QPushButton, what: str, shown: "Callable[[], Picture | None]"
    ) -> None:
        super().__init__(at)
        self._desk, self._what, self._shown = desk, what, shown
        self.file = PictureFile(desk, at, what, self._drawn)
        menu = QMenu(at)
        self.copying = menu.addAction("Copy picture")
        self.copying.triggered.connect(self.copy)
        menu.addAction("Save as PNG, SVG or PDF …").triggered.connect(self._on_save)
        at.setMenu(menu)

    def watch(self, widget: QWidget) -> None:
        """Let Ctrl+C copy the picture while a widget has the focus."""
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), widget)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy)

    def _drawn(self, form: str) -> bytes:
        picture = self._shown()
        return picture.draw(form) if picture is not None else b""

    @Slot()
    def copy(self) -> None:
        """Put what is shown on the clipboard as a picture."""
        if self._shown() is None:
            self._say_nothing()
            return
        QGuiApplication.clipboard().setImage(QImage.fromData(self._drawn("png")))
        self._desk.say(f"The {self._what} is on the clipboard.")

    @Slot()
    def _on_save(self) -> None:
        picture = self._shown()
        if picture is None:
            self._say_nothing()
        else:
            self.file.ask(picture.title)

    def _say_nothing(self) -> None:
        self._desk.say(f"There is no {self._what} to keep yet.")
