"""The place where pages stand, one at a time."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget

SMALLEST = QSize(480, 320)


class PageStack(QStackedWidget):
    """A stack whose smallest size is not that of its widest page: the window may always become small."""

    def minimumSizeHint(self) -> QSize:
        """Return what a page must do with."""
        return SMALLEST
