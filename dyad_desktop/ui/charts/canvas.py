"""The canvas that every matplotlib chart is drawn on: sharp at any zoom, in the theme's colours.

Importing this module imports matplotlib, so pages import it when their first chart is asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
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
from dyad_desktop.ui.charts.loading import LEAST, USUAL
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, font, theme

BASE_DPI = 100
AXIS_GAP = 14
"""Pixels beside the texts of an axis: to the plot, and to the chart's edge."""
HEADING_ROW = 20
"""Height of a line above a chart that is kept as a file."""
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


def line_on(axes: Any, **look: Any) -> Line2D:  # noqa: ANN401 - matplotlib's own types
    """Return a line on axes that is placed later.

    What the axes themselves offer would reckon their limits anew for each, and those are always set.
    """
    made: Line2D = axes.add_artist(Line2D([], [], **look))
    return made


def box_on(axes: Any, **look: Any) -> Rectangle:  # noqa: ANN401 - as above
    """Return a box on axes that is placed later, as ``line_on`` does a line."""
    made: Rectangle = axes.add_artist(Rectangle((0, 0), 0, 0, **look))
    return made


def text_width(text: str, size: float = SMALL, *, strong: bool = False) -> int:
    """Return about how many pixels a text is wide."""
    weight = SEMIBOLD if strong else QFont.Weight.Normal
    return QFontMetrics(font(size, weight)).horizontalAdvance(text)


def widest(texts: Iterable[str], size: float = SMALL, *, strong: bool = False) -> int:
    """Return about how many pixels the widest of some texts is wide; 0 of none."""
    metrics = QFontMetrics(font(size, SEMIBOLD if strong else QFont.Weight.Normal))
    return max(map(metrics.horizontalAdvance, texts), default=0)


def ticks_within(locator: Any, low: float, high: float) -> list[float]:  # noqa: ANN401 - matplotlib's own type
    """Return where a locator puts the lines of an axis."""
    return [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]


def wrapped(text: str, shown: QFont, width: int) -> list[str]:
    """Return a text as lines that are no wider than some pixels, where its words allow it."""
    metrics, lines = QFontMetrics(shown), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@dataclass(frozen=True, slots=True)
class Label:
    """A text on a chart, in pixels from the top left corner; ``across`` and ``down`` say what of it lies there.

    Qt paints labels over the drawing, far faster than matplotlib sets text; a chart that is saved as a file has them as
    matplotlib's own.
    """

    x: float
    y: float
    text: str
    colour: str
    size: int = SMALL
    strong: bool = False
    across: str = "left"
    down: str = "center"
    ground: bool = False


_ACROSS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class ChartCanvas(FigureCanvasQTAgg):
    """Base of the charts. ``margins`` are left, top, right, bottom in pixels at 100 %.

    A subclass makes its artists once and moves them in ``place``, which is called when size, theme or
    data have changed, just before painting; texts it leaves in ``labels``.
    """

    margins = (56, 30, 96, 30)

    def __init__(self, name: str) -> None:
        super().__init__(Figure(dpi=BASE_DPI))  # type: ignore[no-untyped-call]
        self._dirty = True
        self.labels: list[Label] = []
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
        return QSize(*(theme.px(length) for length in USUAL))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that can be read."""
        return QSize(*(theme.px(length) for length in LEAST))

    def plot_size(self) -> tuple[int, int]:
        """Return width and height in pixels between the margins."""
        left, top, right, bottom = (theme.px(part) for part in self.margins)
        return max(40, self.width() - left - right), max(40, self.height() - top - bottom)

    def fit_left(self, texts: Iterable[str]) -> None:
        """Make the left margin as wide as the texts of the axis, and never narrower than usual."""
        wide = widest(texts) + theme.px(AXIS_GAP)
        usual = type(self).margins[0]
        self.take_margins((max(usual, ceil(wide / theme.scale)), *self.margins[1:]))

    def take_margins(self, margins: tuple[int, int, int, int]) -> None:
        """Set the margins and put the plot between them."""
        self.margins = margins
        left, bottom = theme.px(margins[0]), theme.px(margins[3])
        width, height = max(60, self.width()), max(60, self.height())
        inner, tall = self.plot_size()
        self.axes.set_position((left / width, bottom / height, inner / width, tall / height))

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
        for label in self.labels:
            paint_label(painter, label)
        self.paint_over(painter)
        if self.hasFocus():
            painter.setBrush(
                Qt.BrushStyle.NoBrush
            )  # what lies over the drawing was filled with one
            painter.setPen(QPen(theme.colour("on_track"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies over the drawing for now, such as the point that is read."""

    def pixel_of(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place of the data lies, in pixels from the top left corner."""
        (first, last), (low, high) = self.axes.get_xlim(), self.axes.get_ylim()
        wide, tall = self.plot_size()
        left, top = theme.px(self.margins[0]), theme.px(self.margins[1])
        return left + (x - first) / (last - first) * wide, top + (high - y) / (high - low) * tall

    def save(self, file: Path | BinaryIO, form: str, heading: Sequence[str] = ()) -> None:
        """Keep the chart in light colours as ``png`` (at twice the size), ``svg`` or ``pdf``, under lines of heading.

        Raises:
            OSError: the file can't be written.
        """
        dark, theme.dark = theme.dark, False
        texts: list[Any] = []
        try:
            self._render(1.0)
            texts = self._with_heading(heading)
            with mpl.rc_context({"svg.fonttype": "none"}):
                self.figure.savefig(
                    file, format=form, dpi=2 * BASE_DPI, facecolor=theme.colours.surface
                )
        finally:
            for text in texts:
                text.remove()
            theme.dark = dark
            self.refresh()

    def _with_heading(self, heading: Sequence[str]) -> list[Any]:
        """Make room above the chart for a heading; returns all texts as matplotlib's own."""
        row = theme.px(HEADING_ROW)
        wide, low = max(60, self.width()), max(60, self.height())
        rows = [
            (line, n)
            for n, text in enumerate(heading)
            for line in wrapped(text, font(SMALL if n else BODY), wide - theme.px(28))
        ]
        head = row * len(rows) + (theme.px(8) if rows else 0)
        tall = low + head
        self.figure.set_size_inches(wide / BASE_DPI, tall / BASE_DPI, forward=False)
        box = self.axes.get_position()
        self.axes.set_position((box.x0, box.y0 * low / tall, box.width, box.height * low / tall))
        c = theme.colours
        lines = [
            Label(
                theme.px(14),
                row * (place + 0.7),
                text,
                c.muted if n else c.ink,
                SMALL if n else BODY,
                strong=not n,
            )
            for place, (text, n) in enumerate(rows)
        ]
        moved = [replace(label, y=label.y + head) for label in self.labels]
        return [self._as_text(label, wide, tall) for label in (*lines, *moved)]

    def _as_text(self, label: Label, wide: int, tall: int) -> Any:  # noqa: ANN401 - matplotlib's own type
        made = self.figure.text(
            label.x / wide, 1 - label.y / tall, label.text, color=label.colour, ha=label.across,
            va=label.down, fontproperties=face(label.size, "SemiBold" if label.strong else "Regular"),
        )  # fmt: skip
        if label.ground:
            made.set_bbox({"facecolor": theme.colours.surface, "edgecolor": "none", "pad": 1})
        return made

    def _render(self, ratio: float) -> None:
        self.labels = []
        self._set_device_pixel_ratio(ratio)
        width, height = max(60, self.width()), max(60, self.height())
        self.figure.set_size_inches(width / BASE_DPI, height / BASE_DPI, forward=False)
        self.figure.set_facecolor(theme.colours.surface)
        self.take_margins(self.margins)
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


def paint_label(painter: QPainter, label: Label) -> None:
    """Paint a label with Qt."""
    painter.setFont(font(label.size, SEMIBOLD if label.strong else QFont.Weight.Normal))
    metrics = painter.fontMetrics()
    wide, tall = metrics.horizontalAdvance(label.text) + 2, metrics.height()
    left = {"left": label.x, "center": label.x - wide / 2, "right": label.x - wide}[label.across]
    top = label.y - {"center": tall / 2, "bottom": tall, "top": 0}[label.down]
    box = QRectF(left, top, wide, tall)
    if label.ground:
        painter.fillRect(box, theme.colour("surface"))
    painter.setPen(QColor(label.colour))
    painter.drawText(box, int(_ACROSS[label.across] | Qt.AlignmentFlag.AlignVCenter), label.text)
