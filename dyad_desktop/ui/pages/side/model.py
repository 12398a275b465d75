"""The rows that stand side by side, and which of them differ."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from dyad_desktop.domain.registry import KINDS
from dyad_desktop.replication.change import Address
from dyad_desktop.services.comparison import Row

ITEM = int(Qt.ItemDataRole.UserRole)
_SPEECH = int(Qt.ItemDataRole.AccessibleTextRole)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
Index = QModelIndex | QPersistentModelIndex


def kind_words(row: Row) -> str:
    """Return what kind of thing a row is about, with the id where people know it."""
    kind, name = row.key
    title = KINDS[kind].title
    return f"{title} · {name}" if len(name) < 8 and name != kind else title


class SideModel(QAbstractListModel):
    """A row a register; ``columns`` are what the two sides are called."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self.columns = ("", "")

    def replace(self, rows: Sequence[Row], columns: tuple[str, str]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows, self.columns = tuple(rows), columns
        self.endResetModel()

    def row_of(self, at: Address | None) -> int:
        """Return where a register stands; -1 when it isn't there."""
        return next((n for n, row in enumerate(self.rows) if row.at == at), -1)

    def differing(self, start: int, step: int) -> int:
        """Return the next row from ``start`` on that differs, going round; -1 without any."""
        count = len(self.rows)
        for n in range(count):
            at = (start + n * step) % count
            if self.rows[at].differs:
                return at
        return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own type
        """Return a row, or what is said of it."""
        row = self.rows[index.row()]
        if int(role) == ITEM:
            return row
        if int(role) in (_DISPLAY, _SPEECH):
            return self._spoken(row)
        return None

    def _spoken(self, row: Row) -> str:
        name = f"{row.thing}, {row.field}" if row.field else row.thing
        if not row.differs:
            return f"{name}: {row.right}, the same"
        left, right = self.columns
        open_ = "; you differ" if row.contested else ""
        return f"{name}; {left}: {row.left}; {right}: {row.right}{open_}"
