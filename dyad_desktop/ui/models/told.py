"""The lines of a history, page after page."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from dyad_desktop.services.telling import Told
from dyad_desktop.ui import format as show

ITEM = int(Qt.ItemDataRole.UserRole)
_SPEECH = int(Qt.ItemDataRole.AccessibleTextRole)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
Index = QModelIndex | QPersistentModelIndex


class ToldModel(QAbstractListModel):
    """A line a write, or a commit."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Told] = []

    def replace(self, lines: Iterable[Told]) -> None:
        """Show another history."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def add(self, lines: Iterable[Told]) -> None:
        """Show earlier lines too."""
        more = list(lines)
        if more:
            first = len(self.lines)
            self.beginInsertRows(QModelIndex(), first, first + len(more) - 1)
            self.lines += more
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own type
        """Return a line, or what is said of it."""
        line = self.lines[index.row()]
        if int(role) == ITEM:
            return line
        if int(role) in (_DISPLAY, _SPEECH):
            return (
                f"{line.partner}, {show.moment(line.wall_ms)}, {line.spoken} {line.reasons}".strip()
            )
        return None
