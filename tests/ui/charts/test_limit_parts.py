"""Limits on trial look so segment by segment, and end labels are those of now."""

from math import isnan

import numpy as np
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.measure_ahead import ahead_of
from dyad_desktop.domain.measuring import chart_of
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.proposed import previews_of
from dyad_desktop.ui.charts.measure_lines import APART, limit_lines, limit_parts, marks_of
from dyad_desktop.ui.charts.measure_plot import MeasurePlot
from tests.domain.test_measuring import GOAL, A, B, a_measure, charted, since
from tests.domain.test_proposed import proposal

STEADY = [50, 52] * 7


def test_limits_that_all_stand_are_one_line() -> None:
    chart = charted(a_measure(*STEADY))
    assert limit_parts(chart) == limit_lines(chart)
    assert limit_parts(charted(a_measure(*STEADY[:5]))) == {}


def test_a_segment_on_trial_after_one_that_stands_is_apart() -> None:
    chart = charted(a_measure(*STEADY, *[30, 31] * 4), since("2026-03"))
    assert chart.trial
    found = limit_parts(chart)
    assert set(found) == {*APART, *APART.values()}
    assert found["upper"][1][-1] == found["upper"][1][-1]  # drawn up to the last place
    assert found["upper apart"][1][-1] != found["upper apart"][1][-1]
    assert found["upper apart"][1][0] == found["upper apart"][1][0]


def test_both_are_drawn_each_its_own_way(qtbot: QtBot) -> None:
    plot = MeasurePlot()
    qtbot.addWidget(plot)
    plot.resize(1100, 520)
    plot.show()
    chart = charted(a_measure(*STEADY, *[30, 31] * 4), since("2026-03"))
    plot.show_chart(chart, (), (), "It says so.", ahead_of(chart, 1))
    plot.grab()
    now, before = plot.rules["upper"], plot.rules["upper apart"]
    assert now.get_visible()
    assert before.get_visible()
    assert now.get_linestyle() == before.get_linestyle() == "--"
    assert plot.rules["centre apart"].get_linestyle() == "-"
    plain = charted(a_measure(*STEADY))
    plot.show_chart(plain, (), (), "It says so.", ahead_of(plain, 1))
    plot.grab()
    assert not plot.rules["upper apart"].get_visible()


def test_few_values_behind_new_limits_have_a_median_and_marks_before_stay() -> None:
    chart = charted(a_measure(*STEADY, 90, 30, 31), since("2026-04"))
    marked = [mark.place for mark in marks_of(chart)]
    assert max(marked) == 14
    xs, ys = limit_parts(chart)["upper"]
    assert {x for x, y in zip(xs, ys, strict=True) if y == y} <= {n + 0.5 for n in range(-1, 15)}  # noqa: PLR0124


def test_proposed_limits_are_drawn_apart_and_named(qtbot: QtBot) -> None:
    plot = MeasurePlot()
    qtbot.addWidget(plot)
    plot.resize(1100, 520)
    plot.show()
    measure, asked = a_measure(*STEADY, *[40, 42] * 7), proposal("2026-03")
    book = Book.of([A, B, GOAL, Partnership(id="partnership"), measure, asked])
    chart = chart_of(book, measure)
    plot.show_chart(chart, (), (), "It says so.", ahead_of(chart, 1), previews_of(book, chart))
    plot.grab()
    levels = [float(one) for one in np.asarray(plot.rules["centre proposed"].get_ydata())]
    assert {one for one in levels if not isnan(one)} == {41.0}
    assert {"proposed mean 41.0", "limits 35.7 to 46.3"} <= {one.text for one in plot.labels}
    assert plot.axes.get_ylim()[0] < 35.68
    plot.show_chart(chart, (), (), "It says so.", ahead_of(chart, 1))
    plot.grab()
    assert not plot.rules["centre proposed"].get_visible()
