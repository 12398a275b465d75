"""A measure's chart as a picture: to the clipboard, or as a PNG, SVG or PDF file."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QPushButton

from dyad_desktop.domain.measure_ahead import ahead_of, ahead_words
from dyad_desktop.domain.measure_words import caption, settings_words
from dyad_desktop.domain.proposed import preview_words
from dyad_desktop.ui.widgets.picture_file import PictureFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.domain.proposed import Preview
    from dyad_desktop.ui.charts.canvas import ChartCanvas
    from dyad_desktop.ui.desk import Desk

NOTHING = "There is no chart to keep yet."


def heading_of(
    chart: "MeasureChart", start_month: int, previews: "Sequence[Preview]" = ()
) -> tuple[str, ...]:
    """Return what stands over a chart that leaves the program: what it is, what it says, how it was made."""
    measure = chart.measure
    unit = f", {measure.unit}" if measure.unit else ""
    source = f" · {measure.source}" if measure.source else ""
    ahead = ahead_words(chart, ahead_of(chart, start_month))
    said = (caption(chart), ahead, settings_words(chart) + source, preview_words(previews))
    return f"{measure.title}{unit}", *(line for line in said if line)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to leave the program: a chart, the lines over it, and what it is called."""

    plot: "ChartCanvas"
    heading: tuple[str, ...]
    title: str


class Exporter(QObject):
    """Hangs a menu on a button; ``shown`` returns what there is to keep just then."""

    def __init__(
        self, desk: "Desk", at: QPushButton, shown: "Callable[[], Picture | None]"
    ) -> None:
        super().__init__(at)
        self._desk, self._shown = desk, shown
        self.file = PictureFile(desk, at, "chart", self._drawn)
        menu = QMenu(at)
        menu.addAction("Copy picture").triggered.connect(self.copy)
        menu.addAction("Save as PNG, SVG or PDF …").triggered.connect(self._on_save)
        at.setMenu(menu)

    def _drawn(self, form: str) -> bytes:
        picture, made = self._shown(), BytesIO()
        if picture is not None:
            picture.plot.save(made, form, picture.heading)
        return made.getvalue()

    @Slot()
    def copy(self) -> None:
        """Put what is shown on the clipboard as a picture."""
        if self._shown() is None:
            self._desk.say(NOTHING)
            return
        QGuiApplication.clipboard().setImage(QImage.fromData(self._drawn("png")))
        self._desk.say("The chart is on the clipboard.")

    @Slot()
    def _on_save(self) -> None:
        picture = self._shown()
        if picture is None:
            self._desk.say(NOTHING)
        else:
            self.file.ask(picture.title)
