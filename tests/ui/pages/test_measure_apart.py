"""What the partners hold apart of a measure is told where its figures are shown: scorecard, chart, both sides."""

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure, Rebase
from dyad_desktop.domain.score_lines import APART
from dyad_desktop.replication.change import Address
from dyad_desktop.services.disagreements import disagreement
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.goals import computed
from dyad_desktop.services.rebasing import answer_rebase, propose_rebase
from dyad_desktop.services.settling import settle
from dyad_desktop.ui.pages.performance.export import heading_of
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.score_columns import LATEST, TARGET, VARIATION
from dyad_desktop.ui.pages.performance.score_print import legend_of
from dyad_desktop.ui.pages.performance.score_rows import APART_LEGEND, cell_text, spoken
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.settle_dialog import SettleDialog
from tests.services.apart import apart
from tests.ui.pages.performance_page import open_performance

AIM = Address("measure", "M2.1", "target")
LAST = Address("measure", "M2.1", "values", "2026-10")
BEFORE = Address("measure", "M2.1", "values", "2026-09")


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    desk = example_window.desk
    assert desk is not None
    apart(desk.session, AIM, A=Decimal(30), B=Decimal("16.5"))
    apart(desk.session, BEFORE, A=Decimal("24.4"), B=Decimal(25))
    apart(desk.session, LAST, A=Decimal("17.4"), B=Decimal(25))
    shown = open_performance(example_window, qtbot)
    desk.look_around()
    qtbot.waitUntil(lambda: len(desk.contested) == 3)
    return shown


def test_the_scorecard_marks_latest_value_and_target(page: Page) -> None:
    rows = [row for row in page.scores.table.score.rows if row.line is not None]
    marked = {
        (row.id, column)
        for row in rows
        for column in (LATEST, TARGET)
        if cell_text(row, column).endswith(APART)
    }
    assert marked == {("M2.1", LATEST), ("M2.1", TARGET)}
    (row,) = (row for row in rows if row.id == "M2.1")
    assert spoken(row, LATEST).endswith("you differ")
    assert f"{APART_LEGEND}." in legend_of(rows)
    assert APART_LEGEND in page.scores.summary.text()


def test_a_line_above_the_chart_tells_it_and_opens_both_sides(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M2.1")
    line = page.measure.differing
    assert line.isVisible()
    assert line.words.text() == (
        "Oct 2026: Priya 17.4 %, Marcus 25.0 %; Sep 2026: Priya 24.4 %, Marcus 25.0 %; 1 more."
        " Shown is what you both last had."
    )
    line.open.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), SettleDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SettleDialog)
    dialog.reject()
    page.open_measure("M1.1")
    assert not line.isVisible()


def test_it_goes_with_the_last_of_them(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M2.1")
    desk = page.desk
    for at, value in ((AIM, 30), (LAST, 25), (BEFORE, 25)):
        desk.do(settle, at, value)
    qtbot.waitUntil(lambda: not desk.contested)
    assert not page.measure.differing.isVisible()
    page.show_view("scorecard")
    qtbot.waitUntil(lambda: APART_LEGEND not in page.scores.summary.text())


def test_what_the_partner_proposes_is_asked_above_the_chart(page: Page, qtbot: QtBot) -> None:
    desk = page.desk
    page.open_measure("M1.1")
    question = page.measure.proposal
    assert not question.isVisible()
    desk.session.write_as("B")
    propose_rebase(desk.session, "M1.1", "2026-02", "One number to call.")
    page.open_measure("M1.1")
    assert not question.isVisible()  # it is one's own
    desk.session.write_as("A")
    page.open_measure("M1.1")
    assert question.isVisible()
    assert question.words.text() == "Marcus proposes new limits from Feb 2026: One number to call."
    assert "mean" in question.words.toolTip()
    question.agree.click()
    qtbot.waitUntil(lambda: not question.isVisible())
    assert page.measure.chart is not None
    assert [one.period for one in page.measure.chart.rebases] == ["2026-02"]


def test_who_took_their_agreement_back_is_told_whose_is_left(page: Page) -> None:
    desk = page.desk
    propose_rebase(desk.session, "M1.1", "2026-02", "One number to call.")
    made = desk.book.children(Rebase, "M1.1")[0].id
    answer_rebase(desk.session, made, agreed=False)
    desk.session.write_as("B")
    answer_rebase(desk.session, made, agreed=True)
    desk.session.write_as("A")
    page.open_measure("M1.1")
    assert page.measure.proposal.words.text() == (
        "Marcus agrees to new limits from Feb 2026: One number to call. You took yours back."
    )


def test_one_question_is_asked_at_a_time_and_none_without_room(page: Page, qtbot: QtBot) -> None:
    desk, measure = page.desk, page.measure
    desk.session.write_as("B")
    propose_rebase(desk.session, "M2.1", "2026-02", "One number to call.")
    desk.session.write_as("A")
    page.open_measure("M2.1")
    assert (measure.proposal.isVisible(), measure.differing.isVisible()) == (True, False)
    more = measure.facts.reach.more
    assert more.isVisible()
    page.window().resize(1024, 700)
    qtbot.waitUntil(lambda: not more.isVisible())  # the chart has its room
    assert measure.facts.reach.toolTip() == more.text()
    measure.target_button.setChecked(True)
    qtbot.waitUntil(lambda: not measure.proposal.isVisible())
    assert measure.card.isVisible()
    measure.target_button.setChecked(False)
    assert measure.proposal.isVisible()
    measure.proposal.agree.click()
    qtbot.waitUntil(measure.differing.isVisible)


def test_a_side_tells_its_unit_and_where_the_measure_stands_by_it(page: Page) -> None:
    session = page.desk.session
    shown = disagreement(session, AIM)
    assert shown is not None
    assert [(one.text, one.edits) for one in shown.choices] == [
        ("30.0 %", ("The measure would be on track",)),
        ("16.5 %", ("The measure would be off track",)),
    ]
    before = disagreement(session, BEFORE)
    assert before is not None
    assert [one.edits for one in before.choices] == [(), ()]


def test_parts_that_were_changed_apart_are_told_with_what_they_give(
    page: Page, qtbot: QtBot
) -> None:
    session, period = page.desk.session, "2026-10"
    before = session.book.need(Measure, "M3.2")
    part, whole = before.numerator[period], before.denominator[period]
    assert part is not None
    assert whole is not None
    apart(session, Address("measure", "M3.2", "denominator", period), A=whole + 9, B=whole + 7)
    set_field(session, ("measure", "M3.2"), "numerator", part + 30, slot=period)
    page.desk.look_around()
    qtbot.waitUntil(lambda: any(at.id == "M3.2" for at in page.desk.contested))
    page.open_measure("M3.2")
    given = computed(session.book.need(Measure, "M3.2"), period)
    assert page.measure.differing.words.text().endswith(
        "Shown is what you both last had;"
        f" the parts of Oct 2026 stand as {part + 30:,f} of {whole:,f}, {given:,f}, until you settle it."
    )


def test_what_leaves_the_program_says_that_the_partners_differ(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M2.1")
    qtbot.waitUntil(lambda: page.measure.plot is not None)
    assert page.measure.chart is not None
    told = page.measure.differing.told
    assert told == page.measure.differing.words.text()
    heading = heading_of(page.measure.chart, 7, (), told)
    assert heading[-1] == f"The partners differ. {told}"
    page.open_measure("M4.1")
    assert page.measure.differing.told == ""
    assert heading_of(page.measure.chart, 7)[-1] != "The partners differ. "


def test_how_a_measure_is_charted_is_told_apart_too(page: Page, qtbot: QtBot) -> None:
    """Limits, icons and what is reachable rest on it."""
    apart(page.desk.session, Address("measure", "M4.2", "baseline_points"), A=12, B=24)
    page.desk.look_around()
    qtbot.waitUntil(lambda: any(at.id == "M4.2" for at in page.desk.contested))
    page.open_measure("M4.2")
    assert page.measure.differing.isVisible()
    assert page.measure.differing.told.startswith("Baseline, first points: Priya 12, Marcus 24.")
    page.show_view("scorecard")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    (row,) = (row for row in page.scores.table.score.rows if row.id == "M4.2")
    assert cell_text(row, VARIATION).endswith(APART.strip())
    assert spoken(row, VARIATION).endswith("; you differ on its chart")
    assert not cell_text(row, LATEST).endswith(APART)
