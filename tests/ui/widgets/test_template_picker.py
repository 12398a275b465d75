"""Ready measures in the window: searched by keys, begun on a goal from Goals and from Performance, or left."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.ui.pages.goals.page import Page as Goals
from dyad_desktop.ui.pages.performance.page import Page as Performance
from dyad_desktop.ui.shell.window import MainWindow


def rest(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.runner.busy)


def test_a_ready_measure_is_begun_on_a_goal_and_opens_with_its_title(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.show_page("goals")
    rest(example_window, qtbot)
    page = example_window.page
    assert isinstance(page, Goals)
    page.show_thing(("goal", "G5"))
    measures = page.detail.measures
    measures.adding.click()
    picker = measures.picker
    assert picker.says.text() == "64 of 64"
    QTest.keyClicks(picker.query, "turnover")
    assert picker.chosen is not None
    assert picker.chosen.id == "turnover_min"
    QTest.keyClick(picker.query, Qt.Key.Key_Down)
    assert picker.chosen.id == "turnover"
    assert "average headcount" in picker.card.definition.text()
    assert "rolling 12 months" in picker.card.caution.text()
    QTest.keyClick(picker.query, Qt.Key.Key_Return)
    rest(example_window, qtbot)
    made = next(one for one in page.desk.book.all(Measure) if one.template == "turnover")
    assert (made.goal, made.numerator_text) == ("G5", "separations")
    assert made.multiplier == Decimal(100)
    item = measures.items[made.id]
    assert item.edit.isChecked()
    page.desk.undo()
    rest(example_window, qtbot)
    assert made.id not in measures.items


def test_nothing_fits_and_nothing_is_begun(example_window: MainWindow, qtbot: QtBot) -> None:
    example_window.show_page("performance")
    rest(example_window, qtbot)
    page = example_window.page
    assert isinstance(page, Performance)
    before = len(page.desk.book.all(Measure))
    page.begin_measure()
    QTest.keyClicks(page.picker.query, "zzz")
    assert page.picker.chosen is None
    assert not page.picker.take.isEnabled()
    page.picker.reject()
    rest(example_window, qtbot)
    assert len(page.desk.book.all(Measure)) == before


def test_performance_asks_for_the_goal_and_opens_the_settings(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.show_page("performance")
    rest(example_window, qtbot)
    page = example_window.page
    assert isinstance(page, Performance)
    page.scores.begin.click()
    picker = page.picker
    picker.group.setCurrentIndex(picker.group.findData("people"))
    picker._narrow()
    assert picker.says.text() == "6 of 64"
    goal = page.desk.book.all(Goal)[2]
    picker.choose_goal(goal.id)
    picker.take.click()
    rest(example_window, qtbot)
    made = next(one for one in page.desk.book.all(Measure) if one.template == "engagement")
    assert made.goal == goal.id
    assert page.measure.measure is not None
    assert page.measure.measure.id == made.id
    assert page.measure.targets.isVisible()
