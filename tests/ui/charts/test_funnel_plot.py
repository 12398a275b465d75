"""The funnel: its units are read by keys and mouse."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain import spc
from dyad_desktop.domain.peers import PROPORTION, Placing
from dyad_desktop.ui.charts.funnel_plot import FunnelPlot, _span
from dyad_desktop.ui.tokens import dress, theme

UNITS = [("North", 22.0, 90.0), ("Ours", 20.0, 100.0), ("South", 90.0, 120.0)]


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[FunnelPlot]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dark, theme.scale = False, 1.0
    dress(app)
    made = FunnelPlot()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    placing = Placing(PROPORTION, 100, "%", "discharges")
    made.show_funnel(
        spc.funnel(UNITS, proportion=True), frozenset({"Ours"}), "It says so.", placing
    )
    made.grab()
    yield made
    made.close()


def test_arrow_keys_read_the_units_from_the_smallest(plot: FunnelPlot) -> None:
    said: list[str] = []
    plot.read.connect(said.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
    assert [text.split(";")[0] for text in said] == ["North", "Ours", "South", "South"]
    assert said[2] == "South; 75.00 %, discharges 120; above the 99.8 % limit"
    plot.grab()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.reading is None


def test_the_mouse_reads_the_unit_that_is_near(plot: FunnelPlot) -> None:
    x, y = plot.pixel_of(120, 75)
    QTest.mouseMove(plot, QPoint(round(x) + 3, round(y) - 3))
    assert plot.reading is not None
    assert plot.reading.name == "South"
    QTest.mouseMove(plot, QPoint(round(x) - 80, round(y) + 60))
    assert plot.reading is None


def test_labels_at_the_edge_stand_over_each_other(plot: FunnelPlot) -> None:
    placing = Placing(PROPORTION, 100, "%", "discharges")
    many = [(name, counted * 40, size * 40) for name, counted, size in UNITS]
    plot.show_funnel(spc.funnel(many, proportion=True), frozenset(), "", placing)
    plot.resize(500, 260)
    plot.grab()
    heights = {one.text: one.y for one in plot.labels}
    rows = [heights[text] for text in ("99.8 %", "95 %", "all units")]
    assert rows[1] - rows[0] >= 15
    assert rows[2] - rows[1] >= 15


def test_a_name_covers_no_other_unit_where_the_other_side_is_free(plot: FunnelPlot) -> None:
    placing = Placing(PROPORTION, 100, "%", "discharges")
    units = [("Ours", 60, 300), ("North", 66, 330), ("South", 120, 600)]
    plot.show_funnel(spc.funnel(units, proportion=True), frozenset({"Ours"}), "", placing)
    plot.grab()
    [name] = [one for one in plot.labels if one.text == "Ours"]
    assert name.across == "right"
    assert name.x < plot.pixel_of(300, 20)[0]


def test_units_beyond_95_percent_are_named_where_there_is_room(plot: FunnelPlot) -> None:
    placing = Placing(PROPORTION, 100, "%", "cases")
    units = [
        ("Northfield", 30, 180), ("Ash", 12, 40), ("Ours", 23, 87), ("St Clare", 95, 420),
        ("Bay", 4, 38), ("Cole", 60, 260), ("Dunn", 22, 130), ("Elm", 48, 150),
    ]  # fmt: skip
    funnel = spc.funnel([(name, float(n), float(of)) for name, n, of in units], proportion=True)
    plot.show_funnel(funnel, frozenset(), "", placing)
    plot.grab()
    beyond = {one.name for one in funnel.points if one.zone == "warning"}
    assert {"Elm", "Northfield"} <= beyond
    assert beyond <= {one.text for one in plot.labels}
    assert "Cole" not in {one.text for one in plot.labels}


def test_names_cover_neither_each_other_nor_the_edge(plot: FunnelPlot) -> None:
    placing = Placing(PROPORTION, 100, "%", "cases")
    crowd = [(f"Hospital {n}", 66.0 + n % 3, 150.0 + n) for n in range(12)]
    even = [(f"Other {n}", 60.0, 200.0) for n in range(12)]
    funnel = spc.funnel([*crowd, *even], proportion=True)
    plot.show_funnel(funnel, frozenset(), "", placing)
    plot.resize(420, 260)
    plot.grab()
    names = [one for one in plot.labels if one.text.startswith("Hospital")]
    beyond = [one for one in funnel.points if one.zone == "warning"]
    assert len(names) < len(beyond)
    for n, one in enumerate(names):
        for other in names[n + 1 :]:
            near = abs(one.y - other.y) < 15
            (left, right), (start, end) = _span(one), _span(other)
            assert not (near and left < end and start < right)


def test_the_smallest_unit_lies_within_drawn_limits(plot: FunnelPlot) -> None:
    units = [("Elm", 510.0, 3010.0), ("Fir", 18.0, 20.0), ("Gale", 0.0, 55.0)]
    placing = Placing(PROPORTION, 100, "%", "discharges")
    plot.show_funnel(spc.funnel(units, proportion=True), frozenset(), "It says so.", placing)
    plot.grab()
    for name in ("warning_high", "action_high"):
        sizes = np.asarray(plot._lines[name].get_xdata(), dtype=float).tolist()
        assert sizes[0] < 20
        # So near to each other where they bend that no straight piece lies off the curve.
        assert sum(size <= 300 for size in sizes) > 30


@pytest.mark.parametrize(("better", "good", "harm"), [("low", 2, 1), ("high", 1, 2), ("", 0, 3)])
def test_who_does_well_beyond_the_limits_is_not_marked_as_harm(
    plot: FunnelPlot, better: str, good: int, harm: int
) -> None:
    placing = Placing(PROPORTION, 100, "%", "discharges")  # two lie below, South above
    plot.show_funnel(spc.funnel(UNITS, proportion=True), frozenset(), "", placing, better)
    plot.grab()
    counts = [len(np.asarray(plot._dots[name].get_xdata())) for name in ("better", "action")]
    assert counts == [good, harm]
    assert plot._dots["better"].get_markerfacecolor() == theme.colours.on_track
