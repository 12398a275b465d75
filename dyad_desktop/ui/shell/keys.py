"""F1: the keys of the window and of the page that is up."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, button, label, row

if TYPE_CHECKING:
    from dyad_desktop.ui.page import BasePage

_KEY_WIDTH = 190


class KeySheet(QDialog):
    """Two columns: the keys, and what they do. Made of the actions themselves, so it can't drift."""

    def __init__(
        self, actions: Iterable[QAction], page: "BasePage | None", parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAccessibleName("Keys of this page")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        outer.addWidget(label("Keys", "title"))
        scroll = Column()
        scroll.column.setContentsMargins(0, 0, GRID * 2, 0)
        outer.addWidget(scroll)
        if page is not None:
            said = {key for keys, _text in page.keys for key in keys.split(", ")}
            more = [one for one in _keys_of(page.actions()) if not said >= set(one[0].split(", "))]
            self._table(scroll, page.title, [*page.keys, *more])
        self._table(scroll, "Everywhere", _keys_of(actions))
        close = button("Close", "primary")
        close.clicked.connect(self.close)
        outer.addLayout(row(1, close))
        self.resize(theme.px(560), theme.px(620))

    def _table(self, scroll: Column, heading: str, keys: list[tuple[str, str]]) -> None:
        if not keys:
            return
        scroll.column.addWidget(label(heading, "caps"))
        grid = QGridLayout()
        grid.setColumnMinimumWidth(0, theme.px(_KEY_WIDTH))
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(GRID - 2)
        for n, (key, text) in enumerate(keys):
            grid.addWidget(label(key, "strong"), n, 0)
            grid.addWidget(label(text, wrap=True), n, 1)
        scroll.column.addLayout(grid)
        scroll.column.addSpacing(GRID)


def _keys_of(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    """Return (keys, what they do); several keys of one command stand in one row."""
    found: dict[str, list[str]] = {}
    for action in actions:
        if not action.shortcut().isEmpty():
            found.setdefault(action.text().strip(), []).append(action.shortcut().toString())
    return [(", ".join(keys), text) for text, keys in found.items()]
