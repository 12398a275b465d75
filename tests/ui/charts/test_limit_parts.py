"""Limits on trial look so segment by segment, and end labels are those of now."""

from pytestqt.qtbot import QtBot

from dyad_desktop.domain.measure_ahead import ahead_of
from dyad_desktop.ui.charts.measure_lines import APART, limit_lines, limit_parts, marks_of
from dyad_desktop.ui.charts.measure_plot import MeasurePlot
from tests.domain.test_measuring import a_measure, charted, since

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
