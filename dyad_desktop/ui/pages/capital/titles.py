"""How wide the titles of the capital list are: they take what room its first view leaves."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from dyad_desktop.ui.pages.capital.model import FIRST_VIEW
from dyad_desktop.ui.tokens import theme

if TYPE_CHECKING:
    from dyad_desktop.ui.widgets.sheet.panel import Sheet

_TITLES = 420
"""Pixels that the titles take at most."""


class Spread(QObject):
    """Gives the titles what room there is, so that the first view ends with a whole column."""

    def __init__(self, sheet: "Sheet") -> None:
        super().__init__(sheet)
        self._sheet = sheet
        sheet.widths.fills = False
        sheet.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take up the sheet's new width."""
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Give the titles their width."""
        view, columns = self._sheet.view, self._sheet.model.columns
        last = [one.key for one in columns].index(FIRST_VIEW)
        others = sum(theme.px(one.width) for one in columns[1 : last + 1])
        room = view.viewport().width() - others
        view.setColumnWidth(0, max(theme.px(columns[0].width), min(room, theme.px(_TITLES))))
