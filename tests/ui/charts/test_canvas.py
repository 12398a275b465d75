"""The ground of every chart: what is painted over the drawing leaves the drawing in sight."""

from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.charts.canvas import wrapped
from dyad_desktop.ui.charts.measure_plot import MeasurePlot
from dyad_desktop.ui.tokens import SMALL, font
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


@pytest.mark.parametrize("width", [80, 300, 5000])
def test_a_heading_is_wrapped_between_its_words(plot: MeasurePlot, width: int) -> None:
    text = "30-day all-cause readmission after discharge from either of our two hospitals"
    lines = wrapped(text, font(SMALL), width)
    assert " ".join(lines) == text
    room = QFontMetrics(font(SMALL))
    assert all(" " not in line or room.horizontalAdvance(line) <= width for line in lines)
    assert (len(lines) == 1) == (width == 5000)
