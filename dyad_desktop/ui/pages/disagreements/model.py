"""The list of disagreements: grouped by page, narrowed by a page and by words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from dyad_desktop.replication.change import Address
from dyad_desktop.services.disagreements import PAGES, Disagreement
from dyad_desktop.ui import format as show

_SPEECH = int(Qt.ItemDataRole.AccessibleTextRole)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ITEM = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a group."""

    text: str


Entry = Heading | Disagreement


def narrowed(found: Iterable[Disagreement], page: str, words: str) -> tuple[Disagreement, ...]:
    """Return the disagreements of a page (empty: of all) that hold every word."""
    wanted = words.casefold().split()

    def holds(one: Disagreement) -> bool:
        texts = (one.thing, one.title, PAGES[one.page], *(choice.text for choice in one.choices))
        whole = " ".join(texts).casefold()
        return all(word in whole for word in wanted)

    return tuple(one for one in found if page in ("", one.page) and holds(one))


def entries_of(found: Sequence[Disagreement]) -> list[Entry]:
    """Return headings and disagreements in order."""
    entries: list[Entry] = []
    for page, title in PAGES.items():
        group = [one for one in found if one.page == page]
        if group:
            entries += [Heading(f"{title} · {len(group):,}"), *group]
    return entries


def spoken(one: Disagreement) -> str:
    """Return a disagreement as a screen reader says it."""
    sides = ", ".join(f"{choice.partner}: {choice.text}" for choice in one.choices)
    parked = ", parked for the meeting" if one.parked else ""
    return f"{one.name}; {sides or show.NOTHING}{parked}"


class DifferModel(QAbstractListModel):
    """Headings, which can't be selected, and disagreements."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def replace(self, entries: list[Entry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def row_of(self, at: Address | None) -> int:
        """Return where a register stands; -1 when it isn't there."""
        places = (
            n
            for n, one in enumerate(self.entries)
            if isinstance(one, Disagreement) and one.at == at
        )
        return next(places, -1)

    def near(self, row: int) -> int:
        """Return the disagreement at a row, or the nearest after it, or else before it; -1 without any."""
        rows = [n for n, one in enumerate(self.entries) if isinstance(one, Disagreement)]
        after = [n for n in rows if n >= row]
        return after[0] if after else rows[-1] if rows else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many entries there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own type
        """Return an entry, or what is said of it."""
        entry = self.entries[index.row()]
        if int(role) == _ITEM:
            return entry
        if int(role) in (_DISPLAY, _SPEECH):
            return entry.text if isinstance(entry, Heading) else spoken(entry)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let disagreements be selected."""
        if isinstance(self.entries[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
