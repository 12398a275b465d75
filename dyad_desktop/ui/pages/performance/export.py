"""A measure's chart as a picture: to the clipboard, or as a PNG, SVG or PDF file."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from dyad_desktop.domain.measure_ahead import ahead_of, ahead_words
from dyad_desktop.domain.measure_words import caption, settings_words
from dyad_desktop.domain.partnership import Partnership

if TYPE_CHECKING:
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.ui.charts.measure_plot import MeasurePlot
    from dyad_desktop.ui.desk import Desk

FORMS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
KINDS = "Picture (*.png);;Drawing (*.svg);;PDF (*.pdf)"


def heading_of(chart: "MeasureChart", start_month: int) -> tuple[str, ...]:
    """Return what stands over a chart that leaves the program: what it is, what it says, how it was made."""
    measure = chart.measure
    unit = f", {measure.unit}" if measure.unit else ""
    source = f" · {measure.source}" if measure.source else ""
    ahead = ahead_words(chart, ahead_of(chart, start_month))
    said = (caption(chart), ahead, settings_words(chart) + source)
    return f"{measure.title}{unit}", *(line for line in said if line)


class Exporter(QObject):
    """Hangs a menu on a button; ``plot`` is asked for when something is chosen."""

    def __init__(self, desk: "Desk", at: QPushButton) -> None:
        super().__init__(at)
        self._desk, self._button = desk, at
        self.plot: MeasurePlot | None = None
        menu = QMenu(at)
        menu.addAction("Copy picture").triggered.connect(self.copy)
        menu.addAction("Save as PNG, SVG or PDF …").triggered.connect(self._on_save)
        at.setMenu(menu)

    def _heading(self, chart: "MeasureChart") -> tuple[str, ...]:
        return heading_of(chart, self._desk.book.only(Partnership).start_month)

    @Slot()
    def copy(self) -> None:
        """Put the chart on the clipboard as a picture."""
        if self.plot is None or self.plot.chart is None:
            return
        made = BytesIO()
        self.plot.save(made, "png", self._heading(self.plot.chart))
        QGuiApplication.clipboard().setImage(QImage.fromData(made.getvalue()))
        self._desk.say("The chart is on the clipboard.")

    @Slot()
    def _on_save(self) -> None:
        if self.plot is None or self.plot.chart is None:
            return
        name = f"{self.plot.chart.measure.id}.png"
        dialog = QFileDialog(self._button, "Save the chart", name, KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    @Slot(str)
    def save_to(self, name: str) -> None:
        """Write the chart into a file; its name says the form, PNG where it says none."""
        if self.plot is None or self.plot.chart is None:
            return
        path = Path(name) if Path(name).suffix.lower() in FORMS else Path(f"{name}.png")
        made = BytesIO()
        self.plot.save(made, FORMS[path.suffix.lower()], self._heading(self.plot.chart))
        try:
            path.write_bytes(made.getvalue())
        except OSError as error:
            self._desk.say(
                f"{path} can't be written ({error.strerror}). Choose another place; nothing was changed."
            )
        else:
            self._desk.say(f"The chart is in {path}.")
