"""Keeps the counts of disagreements in rail and strip, and opens both sides of what someone points at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from dyad_desktop.replication.change import Address
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.shell.window import MainWindow


class Settler(QObject):
    """Follows a desk as long as it is open. ``dialog`` is the one that was opened last."""

    def __init__(self, desk: "Desk", window: "MainWindow") -> None:
        super().__init__(desk)
        self._desk, self._window = desk, window
        desk.differing.connect(self._on_differing)
        desk.settling.connect(self._on_settling)

    @Slot()
    def _on_differing(self) -> None:
        standing = self._desk.standing
        count = standing.count if standing is not None else 0
        self._window.rail.set_count("disagreements", count)
        self._window.strip.show_differing(count)

    @Slot(object)
    def _on_settling(self, at: "Address") -> None:
        from dyad_desktop.ui.widgets.settle_dialog import SettleDialog  # noqa: PLC0415 - on demand

        self.dialog = SettleDialog(self._desk, at, self._window)
        self.dialog.open()
