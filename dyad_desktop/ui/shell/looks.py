"""How the window looks to this user: light or dark, and how large."""

from PySide6.QtCore import QObject, Slot

from dyad_desktop.ui import settings
from dyad_desktop.ui.tokens import theme

STEP = 0.1
PRESENTER = 1.6
"""Zoom for two people at one screen."""


class Looks(QObject):
    """Commands on theme and zoom; choices are kept, the presenter's size is not."""

    @Slot()
    def toggle_theme(self) -> None:
        """Switch between light and dark, and keep the choice."""
        settings.choose_dark(not theme.dark)
        theme.use(dark=not theme.dark)

    def _zoom(self, scale: float) -> None:
        theme.use(scale=scale)
        settings.choose_zoom(theme.scale)

    @Slot()
    def zoom_in(self) -> None:
        """Show everything larger."""
        self._zoom(theme.scale + STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Show everything smaller."""
        self._zoom(theme.scale - STEP)

    @Slot()
    def zoom_reset(self) -> None:
        """Show everything at its normal size."""
        self._zoom(1.0)

    @Slot()
    def presenter(self) -> None:
        """Switch between normal size and the size for two people at one screen."""
        theme.use(scale=1.0 if theme.scale >= PRESENTER else PRESENTER)
