"""F1: the keys of the window and of the page that is up."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import Column, button, label, row

if TYPE_CHECKING:
    from dyad_desktop.ui.page import BasePage


class KeySheet(QDialog):
    """Two columns: the keys, and what they do. Made of the actions themselves, so it can't drift."""

    def __init__(
        self, actions: Iterable[QAction], page: "BasePage | None", parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        outer = QVBoxLayout(self)
        scroll = Column()
        outer.addWidget(scroll)
        own = [
            (a.shortcut().toString(), a.text().strip())
            for a in actions
            if not a.shortcut().isEmpty()
        ]
        if page is not None:
            mine = [
                (a.shortcut().toString(), a.text())
                for a in page.actions()
                if not a.shortcut().isEmpty()
            ]
            self._table(scroll, page.title, [*page.keys, *mine])
        self._table(scroll, "Everywhere", own)
        close = button("Close", "primary")
        close.clicked.connect(self.close)
        outer.addLayout(row(1, close))
        self.resize(theme.px(460), theme.px(560))

    def _table(self, scroll: Column, heading: str, keys: list[tuple[str, str]]) -> None:
        if not keys:
            return
        scroll.column.addWidget(label(heading, "caps"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(GRID - 2)
        for n, (key, text) in enumerate(keys):
            grid.addWidget(label(key, "strong"), n, 0)
            grid.addWidget(label(text), n, 1)
        scroll.column.addLayout(grid)
        scroll.column.addSpacing(GRID)
