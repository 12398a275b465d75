"""The frontier: the names of its marked places lie neither on each other, nor on a mark, nor outside the plot."""

import itertools

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.charts.canvas import Label
from dyad_desktop.ui.charts.frontier import FrontierChart, Spot, label_box
from dyad_desktop.ui.tokens import dress, theme

STEPS = [(3.56, -1.41), (4.2, -0.7), (5, 0), (6.5, 0.4), (8.4, 1.9), (9, 2.5), (11.5, 3.6)]
UNITS = ("Envelope, US$ millions", "Net present value, US$ millions")


@pytest.fixture
def chart(qtbot: QtBot) -> FrontierChart:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app)
    made = FrontierChart()
    qtbot.addWidget(made)
    made.resize(440, 320)
    made.show()
    return made


def named(chart: FrontierChart, *places: tuple[float, float]) -> dict[str, Label]:
    spots = [
        Spot(x, y, text, filled=filled)
        for (x, y), text, filled in zip(
            places, ("plan as ranked", "best set"), (True, False), strict=False
        )
    ]
    chart.show_steps(STEPS, spots, 9, UNITS, "It says so.")
    chart.grab()
    return {one.text: one for one in chart.labels}


NEAR = [
    ((2.68, -0.89), (3.56, -1.41)),  # as the analyst saw them
    ((3.56, -1.41), (3.56, -1.41)),
    ((8.9, 2.3), (9, 2.5)),
    ((11.4, 3.5), (11.5, 3.6)),
    ((11.5, 3.6), (11.4, 3.6)),
    ((0, 0), (0, 0)),
    ((0.1, -1.4), (0.2, -1.41)),
    ((5, 0), (6.5, 0.4)),
]


@pytest.mark.parametrize("places", NEAR)
@pytest.mark.parametrize("width", [300, 440, 900])
def test_names_of_places_that_are_near_lie_apart(
    chart: FrontierChart, places: tuple[tuple[float, float], ...], width: int
) -> None:
    chart.resize(width, 320)
    labels = named(chart, *places)
    assert set(labels) == {"plan as ranked", "best set"}
    boxes = [label_box(one) for one in labels.values()]
    assert not boxes[0].intersects(boxes[1])
    wide, tall = chart.plot_size()
    left, top = theme.px(chart.margins[0]), theme.px(chart.margins[1])
    plot = QRectF(left - 2, top - 2, wide + 4 + theme.px(chart.margins[2]), tall + 4)
    for box, (x, y) in itertools.product(boxes, places):
        assert plot.contains(box)
        at = chart.pixel_of(x, y)
        assert not box.contains(*at)


def test_a_name_that_has_room_stands_where_it_is_looked_for(chart: FrontierChart) -> None:
    chart.resize(900, 320)
    labels = named(chart, (4.5, -0.9), (9, 2.5))
    plan, best = chart.pixel_of(4.5, -0.9), chart.pixel_of(9, 2.5)
    assert labels["plan as ranked"].x > plan[0]
    assert labels["plan as ranked"].y > plan[1]
    assert labels["best set"].x < best[0]
    assert labels["best set"].y < best[1]
