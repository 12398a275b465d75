"""Accounts that stand under each other in a circle, as a merge may leave them: told, with the ways out."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from dyad_desktop.domain.chart_of_accounts import account_circles
from dyad_desktop.domain.operating import Account
from dyad_desktop.services.editing import set_field
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, clear, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.book import Book
    from dyad_desktop.ui.desk import Desk

MOST = 3
"""So many accounts are offered; one is enough."""


class AccountCircle(QFrame):
    """Says which accounts they are, and where the chart shows them; a button for each puts it at the top."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self.words = label("", "error", wrap=True)
        column.addWidget(self.words)
        self._row = QHBoxLayout()
        self._row.setSpacing(GRID)
        column.addLayout(self._row)
        self.hide()

    def show_chart(self, book: "Book") -> None:
        """Tell the first circle of a chart; without one there is nothing to see."""
        circles = account_circles(book.rows(Account))
        clear(self._row)
        self.setVisible(bool(circles))
        if not circles:
            return
        circle, more = circles[0], len(circles) - 1
        others = (
            f" {more} more such {'circle' if more == 1 else 'circles'} will be told."
            if more
            else ""
        )
        self.words.setText(f"▲ {_told(circle)} No total is lost.{others}")
        for code in circle[:-1][:MOST]:
            name = f"Put {book.label('account', code)} ({code}) at the top"
            way = button(f"Put {code} at the top", name=name)
            way.setToolTip(f"{name}: it stands under no account then; undo brings this back")
            way.setProperty("code", code)
            way.clicked.connect(self._on_chosen)
            self._row.addWidget(way)
        self._row.addStretch(1)

    @Slot()
    def _on_chosen(self) -> None:
        key = ("account", str(self.sender().property("code")))
        self._desk.do(set_field, key, "parent", None, failed=self._desk.say_error)


def _told(circle: "Sequence[str]") -> str:
    """Return who stands under whom, and where the chart shows them."""
    top, *above = circle
    if above == [top]:
        return f"Account {top} stands under itself; it is shown at the top."
    way = " → ".join(circle)
    return f"Accounts stand under each other in a circle: {way}; {top} is shown at the top. Say which belongs there."
