"""New limits of a measure, as the two meet them: on Home, in the panel, above the chart; values between periods."""

from decimal import Decimal
from time import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.off_grid import off_grid
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.editing import create, fresh, set_field
from dyad_desktop.services.rebasing import answer_rebase, propose_rebase
from dyad_desktop.ui.format import month_of
from dyad_desktop.ui.pages.home.page import Page as Home
from dyad_desktop.ui.pages.home.rows import HomeRow
from dyad_desktop.ui.pages.performance.observations import Observations
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.inspector import NoteEditor
from dyad_desktop.ui.shell.window import MainWindow
from tests.ui.pages.performance_page import open_performance

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def proposed(page: Page, qtbot: QtBot) -> Rebase:
    page.desk.do(propose_rebase, "M1.1", "2025-02", "Single-call activation")
    qtbot.waitUntil(lambda: bool(page.desk.book.all(Rebase)))
    return page.desk.book.all(Rebase)[0]


def answers(page: Page) -> list[str]:
    buttons = page.measure.targets.rebases.findChildren(QPushButton)
    return [one.text() for one in buttons if one.property("agree") is not None]


def test_a_new_measure_opens_on_its_chart(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    page.measure.show_limits()
    page.show_view("peers")
    made = fresh(Measure, goal="G1", title="Survey")
    page.desk.do(create, made)
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, made.id) is not None)
    page._on_begun(made.id)
    assert page.measure.looks.choice == "chart"
    assert page.measure.stack.isVisible()
    assert page.measure.targets.parts.choice == "definition"  # where its name is


def test_home_leads_to_proposed_limits(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    made = proposed(page, qtbot)
    example_window.show_page("home")
    home = example_window.page
    assert isinstance(home, Home)

    def waiting() -> list[HomeRow]:
        return [one for one in home.findChildren(HomeRow) if one.key == ("rebase", made.id)]

    qtbot.waitUntil(lambda: bool(waiting()))
    waiting()[0].click()
    assert example_window.page is page
    assert page.measure.measure is not None
    assert page.measure.measure.id == "M1.1"
    assert page.measure.targets.rebases.isVisible()


def test_the_panel_asks_the_one_who_writes(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    made = proposed(page, qtbot)
    page.show_thing(("rebase", made.id))
    qtbot.waitUntil(lambda: answers(page) == ["Withdraw"])
    example_window._on_writer("B")
    qtbot.waitUntil(lambda: answers(page) == ["Agree"])
    gone = [
        one
        for one in page.measure.targets.rebases.findChildren(QPushButton)
        if one.text() == "Delete"
    ]
    assert [one.isEnabled() for one in gone] == [
        False
    ]  # what the partner agrees to isn't dropped alone
    button = next(
        one
        for one in page.measure.targets.rebases.findChildren(QPushButton)
        if one.text() == "Agree"
    )
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: "rebased Feb 2025" in page.measure.settings.text())


@pytest.mark.parametrize("writer", ["A", "B"])
def test_after_an_answer_the_keys_are_the_charts_and_no_notes(
    page: Page, example_window: MainWindow, qtbot: QtBot, writer: str
) -> None:
    made = proposed(page, qtbot)
    example_window._on_writer(writer)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    page.show_thing(("rebase", made.id))
    here, there = ("Withdraw", []) if writer == "A" else ("Agree", ["Take back"])
    qtbot.waitUntil(lambda: answers(page) == [here])
    qtbot.waitUntil(lambda: bool(example_window.findChildren(NoteEditor)))
    asked = next(
        one for one in page.measure.targets.rebases.findChildren(QPushButton) if one.text() == here
    )
    asked.setFocus()
    QTest.mouseClick(asked, LEFT)
    qtbot.waitUntil(lambda: answers(page) == there)
    has = example_window.focusWidget()
    assert has is not None
    assert page.isAncestorOf(has)
    assert not isinstance(has, NoteEditor)
    definition = page.desk.book.need(Measure, "M1.1").definition
    QTest.keyClick(has, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: page.measure.looks.choice == "table")
    assert page.desk.book.need(Measure, "M1.1").definition == definition


def months_of(box: QComboBox) -> list[str]:
    return sorted(box.itemData(n) for n in range(box.count()))


def test_a_changed_definition_asks_above_the_chart_until_it_is_answered(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.open_measure("M1.1")
    view = page.measure
    page.desk.do(set_field, ("measure", "M1.1"), "unit", "h")
    qtbot.waitUntil(view.asking.isVisible)
    assert "changed its unit after values were recorded" in view.asking.words.text()
    page._on_turned("M2.1")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert not view.asking.isVisible()
    page._on_turned("M1.1")
    qtbot.waitUntil(view.asking.isVisible)
    example_window._on_writer("B")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert view.asking.isVisible()
    QTest.mouseClick(view.asking.propose, LEFT)
    assert view.targets.rebases.isVisible()
    part = view.targets.rebases
    assert part.reason.text().startswith("The definition changed")
    # It changed now; a shift long before is none of its doing.
    now, months = month_of(int(time() * 1000)), months_of(part.period)
    assert part.period.currentData() == next((one for one in months if one >= now), months[-1])
    assert part.thought_of == part.period.currentData()
    part.period.setCurrentIndex(part.period.count() - 1)
    part.reason.clear()
    part.suggest("The definition changed: ", "2025-04")
    assert part.thought_of == "2025-04"
    QTest.mouseClick(view.asking.stay, LEFT)
    qtbot.waitUntil(lambda: not view.asking.isVisible())
    page.desk.undo()
    qtbot.waitUntil(view.asking.isVisible)
    page.desk.do(propose_rebase, "M1.1", "2025-02", "Hours now")
    qtbot.waitUntil(lambda: not view.asking.isVisible())


def test_the_history_of_a_measure_tells_of_its_new_limits(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.open_measure("M1.1")
    proposed(page, qtbot)

    def told() -> list[str]:
        return [one.text() for one in example_window.findChildren(QLabel)]

    qtbot.waitUntil(lambda: "agreed to new limits from Feb 2025: Single-call activation" in told())
    page.desk.do(answer_rebase, page.desk.book.all(Rebase)[0].id, agreed=False)
    qtbot.waitUntil(
        lambda: "no longer agrees to new limits from Feb 2025: Single-call activation" in told()
    )


def test_new_limits_are_drawn_while_their_month_is_chosen(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    page.measure.show_limits()
    view, part = page.measure, page.measure.targets.rebases
    assert not view.previews
    part.period.setCurrentIndex(part.period.findData("2026-02"))
    part.period.activated.emit(part.period.currentIndex())
    assert [(one.period, one.waits) for one in view.previews] == [("2026-02", False)]
    assert "From Feb 2026 they would be, in light dashes: mean" in view.settings.text()
    QTest.keyClicks(part.reason, "Single call")
    assert len(view.previews) == 1
    QTest.mouseClick(part.propose, LEFT)
    qtbot.waitUntil(lambda: [one.waits for one in view.previews] == [True])
    QTest.keyClicks(part.reason, "x")
    QTest.mouseClick(view.target_button, LEFT)
    assert [one.waits for one in view.previews] == [True]


def test_whoever_proposed_can_withdraw_though_others_decide(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.desk.do(create, Partner(id="C", name="Carla"))
    qtbot.waitUntil(lambda: page.desk.book.get(Partner, "C") is not None)
    example_window._on_writer("C")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    made = proposed(page, qtbot)
    page.show_thing(("rebase", made.id))
    qtbot.waitUntil(lambda: answers(page) == ["Withdraw"])
    buttons = page.measure.targets.rebases.findChildren(QPushButton)
    withdraw = next(one for one in buttons if one.text() == "Withdraw")
    assert withdraw.isEnabled()
    QTest.mouseClick(withdraw, LEFT)
    qtbot.waitUntil(lambda: not page.desk.book.all(Rebase))


def test_the_month_to_begin_with_is_that_of_the_shift_that_is_told(
    page: Page, qtbot: QtBot
) -> None:
    page.open_measure("M4.2")
    page.measure.show_limits()
    part = page.measure.targets.rebases
    assert "the shift since Aug 2025" in page.measure.says.text()
    assert part.period.currentData() == "2025-08"
    page.open_measure("M8.1")
    assert part.period.currentData() == "2026-10"


def test_what_one_was_refused_is_not_said_to_the_other(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    proposed(page, qtbot)
    page.open_measure("M1.1")
    page.measure.show_limits()
    part = page.measure.targets.rebases
    QTest.mouseClick(part.propose, LEFT)
    qtbot.waitUntil(part.refusal.isVisible)
    example_window._on_writer("B")
    qtbot.waitUntil(lambda: not part.refusal.isVisible())


def test_a_month_on_trial_is_not_called_proposed(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M4.2")
    page.measure.show_limits()
    part = page.measure.targets.rebases
    part.period.activated.emit(part.period.currentIndex())
    plot = page.measure.plot
    assert plot is not None
    qtbot.waitUntil(lambda: bool(page.measure.previews))
    plot.grab()
    assert any(one.text.startswith("on trial mean") for one in plot.labels)


def test_a_reason_that_only_begins_is_refused(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    page.measure._on_asked("2026-11")
    part = page.measure.targets.rebases
    assert part.reason.text() == "The definition changed: "
    QTest.mouseClick(part.propose, LEFT)
    qtbot.waitUntil(part.refusal.isVisible)
    assert "after the colon" in part.refusal.text()
    assert part.reason.text() == "The definition changed: "
    QTest.keyClicks(part.reason, "minutes since arrival")
    QTest.mouseClick(part.propose, LEFT)
    qtbot.waitUntil(lambda: bool(page.desk.book.all(Rebase)))
    assert page.desk.book.all(Rebase)[0].reason == "The definition changed: minutes since arrival"


def test_a_value_between_quarters_stands_in_the_table_and_can_be_removed(
    page: Page, qtbot: QtBot
) -> None:
    made = fresh(
        Measure, goal="G1", title="Survey", frequency="quarterly", series_start="2025-05",
        values={"2025-05": Decimal(3), "2025-06": Decimal(4), "2025-08": Decimal(5)},
    )  # fmt: skip
    # As a merge leaves it: what one types here is refused before.
    edits = [
        Edit(Address("measure", made.id, name), value)
        for name, value in (
            ("goal", "G1"), ("title", "Survey"), ("frequency", "quarterly"), ("series_start", "2025-05")
        )
    ]  # fmt: skip
    edits += [
        Edit(Address("measure", made.id, "values", period), str(value))
        for period, value in made.values.items()
    ]
    page.desk.session.commit(edits, "Survey")
    page.open_measure(made.id)
    page.measure.show_look("table")
    assert page.measure.sheet is not None
    model = page.measure.sheet.model
    assert isinstance(model, Observations)
    row = next(n for n in range(len(model.rows)) if model.period(n) == "2025-06")
    told = [model.text(row, n) for n in range(len(model.columns))]
    assert told[0] == "Jun 2025"
    assert "between quarters, not charted" in told
    model.write([(row, 1, None)])
    qtbot.waitUntil(lambda: not off_grid(page.desk.book.need(Measure, made.id)))
    qtbot.waitUntil(lambda: "2025-06" not in [model.period(n) for n in range(len(model.rows))])


def test_who_is_asked_to_agree_sees_what_the_limits_would_be(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    made = proposed(page, qtbot)
    page.show_thing(("rebase", made.id))
    example_window._on_writer("B")
    qtbot.waitUntil(lambda: answers(page) == ["Agree"])
    told = [one.text() for one in page.measure.targets.rebases.findChildren(QLabel)]
    assert any("Now mean " in one and "From then on mean " in one for one in told)
    months = page.measure.targets.rebases.period
    assert months.findData("2026-11") >= 0
    assert months.currentData() == "2026-02"  # since when the level is another


def as_a_merge_leaves(page: Page, period: str, agreed: str) -> None:
    """Give M1.1 new limits that some agree to, where what one does on one copy is refused before."""
    one = fresh(Rebase, measure="M1.1", period=period, reason=period)
    said = (("measure", "M1.1"), ("period", period), ("reason", period))
    page.desk.session.commit([Edit(Address("rebase", one.id, *at), v) for *at, v in said], "")
    for partner in agreed:
        page.desk.session.write_as(partner)
        set_field(page.desk.session, ("rebase", one.id), "agreed", period, slot=partner)


def test_two_limits_too_near_to_each_other_are_asked_about_above_the_chart(
    page: Page, qtbot: QtBot
) -> None:
    for period in ("2025-04", "2025-05"):
        as_a_merge_leaves(page, period, "BA")
    page.open_measure("M1.1")
    assert page.measure.choice.isVisible()
    assert "Apr 2025 and from May 2025 are both in force" in page.measure.choice.words.text()
    page.measure.show_limits()
    assert answers(page) == ["Keep these", "Keep these"]
    QTest.mouseClick(page.measure.choice.keep[1], LEFT)
    qtbot.waitUntil(lambda: not page.measure.choice.isVisible())
    assert page.measure.chart is not None
    assert [one.period for one in page.measure.chart.rebases] == ["2025-05"]


def test_two_limits_of_which_each_has_one_partner_are_asked_about_above_the_chart(
    page: Page, qtbot: QtBot
) -> None:
    as_a_merge_leaves(page, "2025-05", "B")
    as_a_merge_leaves(page, "2025-04", "A")
    page.open_measure("M1.1")
    choice = page.measure.choice
    assert choice.isVisible()
    assert not page.measure.proposal.isVisible()
    assert "only one can hold" in choice.words.text()
    assert [one.isEnabled() for one in choice.keep] == [
        False,
        True,
    ]  # one's own waits for the other
    QTest.mouseClick(choice.keep[1], LEFT)
    qtbot.waitUntil(lambda: not choice.isVisible())
    assert page.measure.chart is not None
    assert [one.period for one in page.measure.chart.rebases] == ["2025-05"]


def test_a_proposal_by_enter_is_listed_and_drawn_as_one_by_the_mouse(
    page: Page, qtbot: QtBot
) -> None:
    page.open_measure("M1.1")
    page.measure.show_limits()
    part = page.measure.targets.rebases
    part.reason.setFocus()
    qtbot.waitUntil(part.reason.hasFocus)
    QTest.keyClicks(part.reason, "Single-call activation")
    QTest.keyClick(part.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.desk.book.all(Rebase)))
    qtbot.waitUntil(lambda: answers(page) == ["Withdraw"])
    assert part.reason.text() == ""
    made = page.desk.book.all(Rebase)[0]
    assert [one.period for one in page.measure.previews] == [made.period]
    assert "Proposed from" in page.measure.settings.text()


@pytest.mark.parametrize("way", ["emptied", "left"])
def test_what_came_while_a_reason_was_typed_is_shown_once_it_is_given_up(
    page: Page, qtbot: QtBot, way: str
) -> None:
    page.open_measure("M1.1")
    page.measure.show_limits()
    part = page.measure.targets.rebases
    part.reason.setFocus()
    qtbot.waitUntil(part.reason.hasFocus)
    QTest.keyClicks(part.reason, "S")
    with qtbot.waitSignal(page.desk.changed):
        page.desk.do(propose_rebase, "M1.1", "2025-02", "Single-call activation")
    assert answers(page) == []
    if way == "emptied":
        QTest.keyClick(part.reason, Qt.Key.Key_Backspace)
    else:
        part.propose.setFocus()
    qtbot.waitUntil(lambda: answers(page) == ["Withdraw"])
