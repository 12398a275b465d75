"""Whose picture stands beside one's own: the other partner's, and of several others the one that is chosen."""

from PySide6.QtWidgets import QSizePolicy

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.ui import format as show
from dyad_desktop.ui.widgets.choice_box import ChoiceBox


class Beside(ChoiceBox):
    """The other partners; it is offered only where there are several."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Beside whom")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def offer(self, book: Book, me: str, *, wanted: bool) -> None:
        """Take up who there is; the chosen one stays. It is shown where it is ``wanted`` and there is a choice."""
        before = self.currentData()
        self.clear()
        for one in sorted(book.all(Partner), key=lambda partner: partner.id):
            if one.id != me:
                self.addItem(f"Beside {show.partner_name(book, one.id)}’s", one.id)
        self.setCurrentIndex(max(0, self.findData(before)))
        self.setVisible(wanted and self.count() > 1)

    @property
    def other(self) -> str:
        """Return whose picture stands beside one's own; empty where there is no other partner."""
        return str(self.currentData() or "")

    def pair(self, me: str) -> tuple[str, str]:
        """Return who stands left and right, in alphabetical order."""
        left, right = sorted((me, self.other or me))
        return left, right
