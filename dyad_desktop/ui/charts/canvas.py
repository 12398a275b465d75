"""The canvas that every matplotlib chart is drawn on: sharp at any zoom, in the theme's colours.

Importing this module imports matplotlib, so pages import it when their first chart is asked for.
"""

from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from dyad_desktop.resource import resource_path
from dyad_desktop.ui.tokens import SMALL, font, theme

BASE_DPI = 100
mpl.rcParams["text.hinting"] = "none"
mpl.rcParams["axes.unicode_minus"] = True
mpl.rcParams["path.simplify"] = False


def points(pixels: float) -> float:
    """Return pixels at 100 % as the points that matplotlib counts in, at the zoom in use."""
    return theme.px(pixels) * 72 / BASE_DPI


def face(size: float = SMALL, weight: str = "Regular") -> FontProperties:
    """Return the interface's font for a text of a chart."""
    path = resource_path("fonts", f"Inter-{weight}.otf")
    return FontProperties(fname=str(path), size=points(size))


def text_width(text: str, size: float = SMALL) -> int:
    """Return about how many pixels a text is wide."""
    return QFontMetrics(font(size)).horizontalAdvance(text)


class ChartCanvas(FigureCanvasQTAgg):
    """Base of the charts. ``margins`` are left, top, right, bottom in pixels at 100 %.

    A subclass makes its artists once and moves them in ``place``, which is called when size, theme or
    data have changed, just before painting.
    """

    margins = (56, 30, 96, 30)

    def __init__(self, name: str) -> None:
        super().__init__(Figure(dpi=BASE_DPI))  # type: ignore[no-untyped-call]
        self._dirty = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.axes: Any = self.figure.add_axes((0.1, 0.1, 0.8, 0.8))

    def place(self) -> None:
        """Move the artists to where the data, the size and the theme want them."""

    def refresh(self) -> None:
        """Draw anew at the next paint."""
        self._dirty = True
        self.update()

    def sizeHint(self) -> QSize:
        """Return a usual size."""
        return QSize(theme.px(640), theme.px(320))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that can be read."""
        return QSize(theme.px(280), theme.px(160))

    def plot_size(self) -> tuple[int, int]:
        """Return width and height in pixels between the margins."""
        left, top, right, bottom = (theme.px(part) for part in self.margins)
        return max(40, self.width() - left - right), max(40, self.height() - top - bottom)

    # -- Qt ------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Leave drawing to the next paint, which knows how many pixels a point has."""
        self.refresh()

    def draw_idle(self) -> None:
        """Leave drawing to the next paint."""
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the new size."""
        QWidget.resizeEvent(self, event)
        self.refresh()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chart at the sharpness of whatever it is painted on: a screen or a picture."""
        painter = QPainter(self)
        ratio = max(1.0, painter.deviceTransform().m11())
        if self._dirty or ratio != self.device_pixel_ratio:
            self._render(ratio)
        buffer = self.buffer_rgba()  # type: ignore[no-untyped-call]
        height, width = buffer.shape[:2]
        image = QImage(buffer, width, height, QImage.Format.Format_RGBA8888)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, image)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("on_track"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _render(self, ratio: float) -> None:
        self._set_device_pixel_ratio(ratio)
        width, height = max(60, self.width()), max(60, self.height())
        self.figure.set_size_inches(width / BASE_DPI, height / BASE_DPI, forward=False)
        self.figure.set_facecolor(theme.colours.surface)
        left, top, right, bottom = (theme.px(part) for part in self.margins)
        inner, tall = self.plot_size()
        del right, top
        self.axes.set_position((left / width, bottom / height, inner / width, tall / height))
        self.place()
        FigureCanvasAgg.draw(self)  # type: ignore[no-untyped-call]
        self._dirty = False

    def focusInEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's own type
        """Show the focus."""
        QWidget.focusInEvent(self, event)
        self.update()

    def focusOutEvent(self, event: Any) -> None:  # noqa: ANN401
        """Take the frame of the focus away."""
        QWidget.focusOutEvent(self, event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the page."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the page."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave scrolling to the page."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Take up a changed style."""
        QWidget.changeEvent(self, event)
        if event.type() == QEvent.Type.StyleChange:
            self.refresh()
