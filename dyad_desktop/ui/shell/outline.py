"""The outline of the shell: all that a start shows before the shell is there. Imports as little as it can."""

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from dyad_desktop.ui import settings
from dyad_desktop.ui.colours import DARK, LIGHT, RAIL_WIDTH, STRIP_HEIGHT

_HALF = 128


def paint_outline(window: QWidget) -> None:
    """Paint the grounds of rail, purpose line and page in the theme that the user will get."""
    chosen = settings.dark_choice()
    dark = window.palette().window().color().lightness() < _HALF if chosen is None else chosen
    colours, scale = DARK if dark else LIGHT, settings.zoom()
    painter = QPainter(window)
    painter.fillRect(window.rect(), QColor(colours.window))
    painter.fillRect(0, 0, window.width(), round(STRIP_HEIGHT * scale), QColor(colours.surface))
    painter.fillRect(0, 0, round(RAIL_WIDTH * scale), window.height(), QColor(colours.rail))
    painter.end()
