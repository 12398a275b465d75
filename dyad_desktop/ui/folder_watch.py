"""Tells when something came into a shared folder: at once where the system says so, else at the next look."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

LOOK_MS = 15_000
"""Network shares and some synchronising services tell nothing: they are looked at this often."""
_SETTLE_MS = 250
"""A delivery of several files is one change."""


class FolderWatch(QObject):
    """Watches directories; ``changed`` comes once things have settled, and every ``LOOK_MS``."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._watcher.directoryChanged.connect(self._on_directory)
        for timer in (self._settle, self._look):
            timer.timeout.connect(self.changed)

    @Slot()
    def _on_directory(self) -> None:
        """Wait for what comes with it, but not ever anew: a folder that never rests is looked at all the same."""
        if not self._settle.isActive():
            self._settle.start()

    def follow(self, directories: Iterable[Path]) -> None:
        """Watch these directories, those of them that exist, and no others."""
        wanted = {str(each) for each in directories if each.is_dir()}
        watched = set(self._watcher.directories())
        if gone := watched - wanted:
            self._watcher.removePaths(sorted(gone))
        if new := wanted - watched:
            self._watcher.addPaths(sorted(new))
        if not self._look.isActive():
            self._look.start()

    def stop(self) -> None:
        """Watch nothing."""
        self._settle.stop()
        self._look.stop()
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)
