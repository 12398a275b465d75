"""The tornado: where beams stand, how many are drawn, how they are read."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.charts.tornado import MOST, Beam, Tornado
from dyad_desktop.ui.tokens import dress, theme


@pytest.fixture
def chart(qtbot: QtBot) -> Tornado:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app)
    made = Tornado()
    qtbot.addWidget(made)
    made.resize(640, 320)
    made.show()
    return made


def beams(*ends: tuple[float, float]) -> list[Beam]:
    return [
        Beam(f"Driver {n}", low, high, f"−5 %: {low:.0f}", f"+5 %: {high:.0f}", f"Driver {n} told.")
        for n, (low, high) in enumerate(ends)
    ]


def shown(chart: Tornado, *ends: tuple[float, float]) -> None:
    chart.show_beams(beams(*ends), "US$", "It says so.")
    chart.grab()


@pytest.mark.parametrize(
    "ends",
    [
        ((-10.0, 10.0), (-5.0, 6.0)),
        ((10.0, -10.0), (2.0, -1.0)),
        ((3.0, 4.0),),  # a step that helps both ways
        ((-3.0, -4.0), (0.0, -1.0)),
        ((0.0, 0.0),),
        (),
    ],
)
def test_zero_and_every_end_stand_on_the_axis(
    chart: Tornado, ends: tuple[tuple[float, float], ...]
) -> None:
    shown(chart, *ends)
    low, high = chart.axes.get_xlim()
    assert low < 0 < high
    for pair in ends:
        assert all(low < end < high for end in pair)


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), max_size=MOST + 3))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_room_is_kept_for_what_is_written_at_the_ends(
    chart: Tornado, ends: list[tuple[float, float]]
) -> None:
    chart.show_beams(beams(*ends), "US$", "It says so.")
    low, high = chart.limits()
    drawn = ends[:MOST]
    assert low < min([0.0, *(end for pair in drawn for end in pair)])
    assert high > max([0.0, *(end for pair in drawn for end in pair)])


def test_what_has_no_height_is_counted(chart: Tornado) -> None:
    shown(chart, *((float(-n), float(n)) for n in range(20, 0, -1)))
    assert chart.drawn < 20
    assert f"{20 - chart.drawn} smaller in the table" in chart._title.get_text()
    visible = [label.text for label in chart.labels if label.text.startswith("Driver")]
    assert visible == [f"Driver {n}" for n in range(chart.drawn)]


def test_what_is_bad_is_hatched_and_what_is_good_solid(chart: Tornado) -> None:
    shown(chart, (-10.0, 10.0))
    bad, good = chart._boxes[0]
    assert bad.get_hatch() == "////"
    assert not good.get_hatch()
    assert bad.get_width() == good.get_width() == 10.0


def test_arrows_and_the_pointer_read_the_drivers(chart: Tornado, qtbot: QtBot) -> None:
    shown(chart, (-10.0, 10.0), (-5.0, 5.0), (-1.0, 1.0))
    said: list[str] = []
    chart.picked.connect(said.append)
    chart.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(chart, key)
    assert said == [f"Driver {n} told." for n in (0, 1, 0, 2, 0)]
    assert "Driver 0 told." in chart.accessibleDescription()
    middle = chart.margins[1] + chart.plot_size()[1] // 2
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPointF(300, middle).toPoint())
    assert said[-1] == "Driver 1 told."
    with qtbot.assertNotEmitted(chart.picked):
        QTest.keyClick(chart, Qt.Key.Key_T)


def test_an_empty_one_reads_nothing(chart: Tornado) -> None:
    shown(chart)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert not chart.spoken


def test_both_themes_and_other_zooms_paint(chart: Tornado) -> None:
    grounds: set[str] = set()
    for dark, scale in ((False, 1.0), (True, 1.0), (False, 2.0)):
        theme.use(dark=dark, scale=scale)
        chart.refresh()
        shown(chart, (-10.0, 10.0), (-5.0, 5.0))
        grounds.add(chart.grab().toImage().pixelColor(2, 2).name())
    theme.use(dark=False, scale=1.0)
    assert len(grounds) == 2


def test_the_axis_stands_above_the_beams_out_of_the_notices_way(chart: Tornado) -> None:
    shown(chart, (-900, 900), (-300, 200))
    chart.draw()
    place = chart.axes.get_window_extent()
    labels = [tick for tick in chart.axes.get_xticklabels() if tick.get_text()]
    assert labels
    assert all(tick.get_window_extent().y0 >= place.y1 for tick in labels)


@pytest.mark.parametrize("scale", [1.0, 1.6])
@pytest.mark.parametrize("wide", [420, 640, 1200])
def test_no_two_figures_of_the_axis_touch(chart: Tornado, scale: float, wide: int) -> None:
    theme.use(scale=scale)
    try:
        chart.resize(wide, 400)
        shown(chart, (-5517.0, 5517.0), (-4000.0, 4100.0))
        boxes = sorted(
            (box.x0, box.x1)
            for label in chart.axes.get_xticklabels()
            if label.get_text() and (box := label.get_window_extent()).x1 > 0
        )
        assert all(left[1] < right[0] for left, right in itertools.pairwise(boxes))
    finally:
        theme.use(scale=1.0)
