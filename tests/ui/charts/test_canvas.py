"""The ground of every chart: what is painted over the drawing leaves the drawing in sight."""

from itertools import product

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.charts.measure_plot import MeasurePlot
from tests.domain.test_measuring import a_measure
from tests.ui.charts.test_measure_plot import VALUES, plot, show

__all__ = ["plot"]  # the fixture


def drawn(image: QImage) -> int:
    """Return how many of every third pixel differ from the ground."""
    ground = image.pixel(2, 2)
    places = product(range(0, image.width(), 3), range(0, image.height(), 3))
    return sum(image.pixel(x, y) != ground for x, y in places)


def test_the_point_that_is_read_leaves_the_focused_chart_in_sight(
    plot: MeasurePlot, qtbot: QtBot
) -> None:
    show(plot, a_measure(*VALUES))
    plot.activateWindow()
    plot.setFocus()
    qtbot.waitUntil(plot.hasFocus)
    before = plot.grab().toImage()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    after = plot.grab().toImage()
    assert drawn(after) > 0.9 * drawn(before)
    assert after != before
