"""The ways into a partnership: the welcome screen, a file that is asked for, a new one from a template."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from dyad_desktop.ui.shell.new_partnership import NewPartnership
    from dyad_desktop.ui.shell.welcome import Welcome
    from dyad_desktop.ui.shell.window import MainWindow


class Entrance(QObject):
    """Lives as long as the window. ``dialog`` is the one that asked for a new partnership last."""

    dialog: "NewPartnership"

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.welcome: Welcome | None = None

    @Slot()
    def show_welcome(self) -> None:
        """Show recent partnerships and ways to begin."""
        window = self._window
        if self.welcome is None:
            from dyad_desktop.ui.shell.welcome import Welcome  # noqa: PLC0415 - seldom both it and a file

            self.welcome = Welcome()
            self.welcome.opened.connect(window.open_file)
            self.welcome.asked.connect(self._on_asked)
            window.stack.addWidget(self.welcome)
        self.welcome.refresh()
        window.show_beside_pages(self.welcome)

    @Slot(str)
    def _on_asked(self, what: str) -> None:
        {
            "new": self.new_partnership,
            "open": self.ask_open,
            "example": self._window.open_example,
            "join": self._window.traveller.join,
        }[what]()

    @Slot()
    def ask_open(self) -> None:
        """Ask for a workspace file."""
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - on demand

        kinds = "Dyad workspaces (*.dyad);;All files (*)"
        dialog = QFileDialog(self._window, "Open a partnership", "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    @Slot(str)
    def _on_file(self, name: str) -> None:
        self._window.open_file(Path(name))

    @Slot()
    def new_partnership(self) -> None:
        """Ask for a template and the partners' names, then make the file."""
        from dyad_desktop.ui.shell.new_partnership import NewPartnership  # noqa: PLC0415 - on demand

        self.dialog = NewPartnership(self._window.runner, self._window)
        self.dialog.made.connect(self._window.take_session)
        self.dialog.open()
