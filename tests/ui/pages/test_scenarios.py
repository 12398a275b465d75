"""Scenarios in the window: the draft at hand, comparing, taking lines, what-ifs, and what moves it most."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import WORKING_DRAFT, Draft, DraftLine
from dyad_desktop.services.editing import FieldEdit, delete, set_fields
from dyad_desktop.services.frozen import FrozenSession
from dyad_desktop.services.history import as_of
from dyad_desktop.services.operating import GrowthEdit, MonthEdit, edit_lines
from dyad_desktop.services.planning import choose_method
from dyad_desktop.services.scenarios import copy_draft, delete_draft, new_draft, set_input
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.pages.operating.line_columns import TOTAL
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.operating.scenarios import Scenarios
from dyad_desktop.ui.pages.operating.scenarios_compare import CompareView
from dyad_desktop.ui.pages.operating.scenarios_model import MONTHLY, REASON
from dyad_desktop.ui.shell.window import MainWindow


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("operating")
    rest(example_window, qtbot)
    assert isinstance(example_window.page, Page)
    return example_window.page


def rest(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.runner.busy)


def settled(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def copied(page: Page, qtbot: QtBot, name: str = "Plan B") -> str:
    made: list[str] = []
    page.desk.do(copy_draft, WORKING_DRAFT, name, done=lambda found: made.append(new_draft(found)))
    settled(page, qtbot)
    return made[0]


def scenarios(page: Page, qtbot: QtBot, part: str = "compare") -> Scenarios:
    page.show_view("scenarios")
    settled(page, qtbot)
    assert page._scenarios is not None
    page._scenarios.show_part(part)
    settled(page, qtbot)
    return page._scenarios


def told(view: CompareView) -> str:
    said = view._nothing.findChild(QLabel)
    assert said is not None
    return str(said.text())


def choose(box: QComboBox, key: tuple[str, str]) -> None:
    at = next(n for n in range(box.count()) if tuple(box.itemData(n)) == key)
    box.setCurrentIndex(at)
    box.activated.emit(at)


# -- the draft at hand ---------------------------------------------------------------------------


def test_a_copy_is_made_named_and_at_hand_on_every_page(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.drafts.copy()
    dialog = page.drafts._dialog
    dialog.name.setText("Working draft")
    dialog.go()
    settled(page, qtbot)
    assert "already" in dialog._reason.text()
    dialog.name.setText("Second lab")
    dialog.purpose.setPlainText("If it opens in April")
    dialog.go()
    settled(page, qtbot)
    made = page.desk.book.need(Draft, page.desk.draft)
    assert (made.name, made.purpose) == ("Second lab", "If it opens in April")
    assert page.drafts.button.text() == "Second lab"
    example_window.show_page("home")
    rest(example_window, qtbot)
    home = example_window.page
    assert home is not None
    assert home.draft_pill.text.text() == "Second lab"
    assert not home.draft_pill.isHidden()
    page.desk.undo()
    rest(example_window, qtbot)
    assert page.desk.draft == WORKING_DRAFT
    assert home.draft_pill.isHidden()


def test_a_page_shows_the_figures_of_the_draft_it_names(page: Page, qtbot: QtBot) -> None:
    copy = copied(page, qtbot)
    page.desk.do(edit_lines, copy, [MonthEdit("L01", "2026-08", 100_00)])
    settled(page, qtbot)
    before = page._lines.text(page._lines.row_of("L01"), 5)
    page.desk.choose_draft(copy)
    settled(page, qtbot)
    assert page.drafts.button.text() == "Plan B"
    assert page._lines.text(page._lines.row_of("L01"), 5) == "0" != before
    page.desk.choose_draft(WORKING_DRAFT)
    settled(page, qtbot)
    assert page._lines.text(page._lines.row_of("L01"), 5) == before


def test_the_menu_lists_drafts_and_chooses_one(page: Page, qtbot: QtBot) -> None:
    copy = copied(page, qtbot)
    page.drafts._fill()
    names = [one.text() for one in page.drafts.menu.actions() if one.text()]
    assert names[:2] == ["Working draft", "Plan B"]
    page.drafts.menu.actions()[1].trigger()
    settled(page, qtbot)
    assert page.desk.draft == copy
    page.drafts.rename()
    page.drafts._dialog.name.setText("Plan C")
    page.drafts._dialog.go()
    settled(page, qtbot)
    assert page.drafts.button.text() == "Plan C"
    page.drafts.delete()
    settled(page, qtbot)
    assert page.desk.draft == WORKING_DRAFT
    assert page.desk.book.get(Draft, copy) is None


def test_an_agreed_draft_takes_no_edits_and_is_deleted_only_knowingly(
    page: Page, qtbot: QtBot
) -> None:
    copy = copied(page, qtbot)
    page.desk.do(set_fields, [FieldEdit("draft", copy, "state", "agreed")])
    page.desk.choose_draft(copy)
    settled(page, qtbot)
    assert page.drafts.button.text() == "Plan B (agreed)"
    with qtbot.waitSignal(page.desk.said) as said:
        page._on_lines([GrowthEdit("L01", Decimal(9))])
    assert "make a copy of it" in said.args[0]
    page.drafts.delete()
    settled(page, qtbot)
    assert page.desk.book.get(Draft, copy) is not None
    page.drafts._asking._on_go()
    settled(page, qtbot)
    assert page.desk.book.get(Draft, copy) is None


# -- comparing -----------------------------------------------------------------------------------


def test_a_comparison_begins_with_the_prior_year_and_follows_the_draft(
    page: Page, qtbot: QtBot
) -> None:
    view = scenarios(page, qtbot).compare
    assert view.sides == (("prior", ""), ("draft", WORKING_DRAFT))
    assert view.found is not None
    copy = copied(page, qtbot)
    page.desk.choose_draft(copy)
    settled(page, qtbot)
    assert view.sides == (("draft", WORKING_DRAFT), ("draft", copy))
    assert "same amounts" in told(view)
    view.only.setChecked(False)
    assert len(view.model.rows) > 40


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (("draft", WORKING_DRAFT), "compared with itself it has no differences"),
        (("agreed", ""), "was never agreed"),
        (("met", ""), "not met yet"),
    ],
)
def test_what_can_t_be_compared_is_one_sentence(
    page: Page, qtbot: QtBot, key: tuple[str, str], words: str
) -> None:
    view = scenarios(page, qtbot).compare
    choose(view.left, key)
    settled(page, qtbot)
    said = told(view)
    assert words in said
    assert said.count(". ") == 0
    assert view.detail.isHidden()


def test_months_so_far_are_said_and_a_later_one_refused(page: Page, qtbot: QtBot) -> None:
    view = scenarios(page, qtbot).compare
    choose(view.left, ("actual", ""))
    settled(page, qtbot)
    assert "Jul to Oct only" in view._count.text()
    view.scope.setCurrentIndex(view.scope.findData(7))
    view._on_filter()
    assert view.scope.currentIndex() == 0
    view.scope.setCurrentIndex(view.scope.findData(MONTHLY))
    view._on_filter()
    assert [one.title for one in view.model.columns[1:]] == ["Jul", "Aug", "Sep", "Oct", "Sum"]


def test_differences_are_filtered_by_amount_and_month_and_say_why(page: Page, qtbot: QtBot) -> None:
    copy = copied(page, qtbot)
    edits = [MonthEdit("L01", "2026-08", 100_00), GrowthEdit("L40", Decimal(9))]
    page.desk.do(edit_lines, copy, edits)
    view = scenarios(page, qtbot).compare
    choose(view.right, ("draft", copy))
    settled(page, qtbot)
    names = [row.key[1] for row in view.model.rows if row.look == "line"]
    assert {"L01", "L40"} <= set(names)
    at = next(n for n, row in enumerate(view.model.rows) if row.key[1] == "L01")
    assert view.model.text(at, REASON) == "Aug set by hand"
    view.sheet.view.go_to(at, 0)
    assert view._words.text() == "Aug set by hand"
    view.least.setText("1000")
    view.least.editingFinished.emit()
    assert "L40" not in [row.key[1] for row in view.model.rows]
    view.least.setText("nonsense")
    view.least.editingFinished.emit()
    assert view.least.property("invalid")
    view.least.setText("")
    view.scope.setCurrentIndex(view.scope.findData(0))
    view._on_filter()
    assert "L01" not in [row.key[1] for row in view.model.rows]
    view.swap_sides()
    settled(page, qtbot)
    assert view.sides == (("draft", copy), ("draft", WORKING_DRAFT))


def test_a_group_is_the_sum_of_all_its_lines_however_few_are_shown(
    page: Page, qtbot: QtBot
) -> None:
    view = scenarios(page, qtbot).compare
    choose(view.left, ("prior", ""))
    settled(page, qtbot)
    model = view.model
    whole = {row.key: model.pair(n) for n, row in enumerate(model.rows) if row.look == "group"}
    view.least.setText("1000")
    view.least.editingFinished.emit()
    groups = [n for n, row in enumerate(model.rows) if row.look == "group"]
    assert {model.rows[n].key: model.pair(n) for n in groups} == whole
    lines = [one for one in view.found.lines if one.subject.category == "patient_revenue"]  # type: ignore[union-attr]
    at = next(n for n in groups if model.rows[n].key[1] == "revenue/patient_revenue")
    shown = len(model.lines_at(at))
    assert 0 < shown < len(lines)
    assert model.text(at, REASON) == f"{shown} of {len(lines)} lines shown"
    assert model.pair(at)[0] == sum(sum(one.left) for one in lines)
    signs = {"revenue": 1, "deduction": -1, "other_revenue": 1, "expense": -1}
    effect = sum(
        signs[model.rows[n].key[1].split("/")[0]] * (model.pair(n)[1] - model.pair(n)[0])
        for n in groups
    )
    left, right = view.found.statement("contribution")  # type: ignore[union-attr]
    assert effect == sum(right) - sum(left)
    view.scope.setCurrentIndex(view.scope.findData(MONTHLY))
    view._on_filter()
    few = [model.text(n, 0) for n, row in enumerate(model.rows) if row.look == "group"]
    assert any(text.endswith(" lines shown") for text in few)


def test_the_months_stand_under_each_other_and_add_up(page: Page, qtbot: QtBot) -> None:
    view = scenarios(page, qtbot).compare
    view.scope.setCurrentIndex(view.scope.findData(MONTHLY))
    view._on_filter()
    model = view.model
    at = next(n for n, row in enumerate(model.rows) if row.key == ("operating_line", "L01"))
    for column in range(1, 14):
        change, left, right = (model._amount(at + n, column) for n in range(3))
        assert (left, right) != (None, None)
        assert change == (right or 0) - (left or 0)
    assert model.quiet(at + 1)
    assert model.total_text(2, 13) == page.unit.text(
        page.desk.budget.totals.contribution - sum(view.found.statement("contribution")[0])  # type: ignore[union-attr]
    )


def test_chosen_lines_are_taken_with_their_reason_and_can_be_undone(
    page: Page, qtbot: QtBot
) -> None:
    copy = copied(page, qtbot)
    page.desk.do(edit_lines, copy, [MonthEdit("L01", "2026-08", 100_00)])
    view = scenarios(page, qtbot).compare
    choose(view.right, ("draft", copy))
    settled(page, qtbot)
    at = next(n for n, row in enumerate(view.model.rows) if row.key[1] == "L01")
    view.sheet.view.go_to(at, 0)
    view.take_left()
    view._dialog.reason.setText("Agreed on Monday")
    view._dialog.go()
    settled(page, qtbot)
    assert page.desk.book.need(DraftLine, "working.L01").months["2026-08"] == 100_00
    assert page.desk.session.next_undo == (
        "Gross charges: Diagnostic catheterizations taken from Plan B into Working draft: Agreed on Monday"
    )
    assert "same amounts" in told(view)
    page.desk.undo()
    settled(page, qtbot)
    assert view.found is not None
    choose(view.left, ("prior", ""))
    settled(page, qtbot)
    assert view.to_left.isHidden()


# -- what-ifs ------------------------------------------------------------------------------------


def test_a_stepped_what_if_makes_one_scenario_and_shows_its_effect(
    page: Page, qtbot: QtBot
) -> None:
    view = scenarios(page, qtbot, "what_if").what_if
    volumes, price = (view.inputs.fields[name] for name in ("volume", "rate:revenue"))
    volumes.setFocus()
    for _ in range(3):
        QTest.keyClick(volumes, Qt.Key.Key_Down)
    QTest.keyClick(volumes, Qt.Key.Key_PageDown)
    price.setText("2")
    price.hand_in()
    volumes.hand_in()
    settled(page, qtbot)
    made = page.desk.book.need(Draft, page.desk.draft)
    assert len(page.desk.book.all(Draft)) == 2
    assert made.inputs == {"volume": Decimal(-8), "rate:revenue": Decimal(2)}
    assert "→" in view.effect.text()
    assert "Operating margin" in view.margin.text()
    assert view.inputs.fields["volume:V03"].placeholderText() == "−8 %"
    volumes.setText("many")
    volumes.hand_in()
    assert volumes.property("invalid")
    assert volumes.text() == "many"
    QTest.keyClick(volumes, Qt.Key.Key_Escape)
    assert volumes.text() == "−8 %"
    volumes.setText("-101")
    volumes.hand_in()
    assert volumes.property("invalid")
    volumes.setText("0")
    volumes.hand_in()
    settled(page, qtbot)
    assert page.desk.book.need(Draft, made.id).inputs["volume"] is None


def test_the_chart_and_its_table_say_the_same(page: Page, qtbot: QtBot) -> None:
    view = scenarios(page, qtbot, "what_if").what_if
    assert view.says.text().startswith(
        "Rate of deductions moves the contribution most: 5 % more takes"
    )
    chart = view.chart
    assert chart is not None
    chart.grab()
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert view.spoken.text().startswith("Rate of deductions: 5 % less adds")
    assert "Rate of deductions" in chart.accessibleDescription()
    page.toggle_table()
    assert not view.sheet.isHidden()
    assert [view.model.text(n, 0) for n in range(3)] == [b.name for b in chart._beams[:3]]
    QTest.keyClick(view.sheet.view, Qt.Key.Key_T)
    assert view.sheet.isHidden()


def test_lines_that_no_price_moves_are_counted(page: Page, qtbot: QtBot) -> None:
    choose_method(page.desk.session, page.desk.draft, "L40", "manual")
    choose_method(page.desk.session, page.desk.draft, "L41", "formula")
    view = scenarios(page, qtbot, "what_if").what_if
    assert view.says.text().endswith(
        "2 lines by formula or by hand say their own amounts: no price moves them."
    )


def test_another_step_is_reckoned_and_an_impossible_one_said(page: Page, qtbot: QtBot) -> None:
    view = scenarios(page, qtbot, "what_if").what_if
    view.step.setEditText("10")
    view._on_step()
    settled(page, qtbot)
    assert ": 10 % more" in view.says.text()
    with qtbot.waitSignal(page.desk.said) as said:
        view.step.setEditText("0")
        view._on_step()
    assert "above 0" in said.args[0]
    assert view.step.currentText() == "10 %"


def test_new_in_this_view_makes_a_copy(page: Page, qtbot: QtBot) -> None:
    scenarios(page, qtbot)
    page.add_thing()
    assert page.drafts._dialog.name.text() == "Scenario 1"
    page.drafts.what_if.emit()
    settled(page, qtbot)
    assert page._scenarios is not None
    assert page._scenarios.parts.choice == "what_if"


def test_what_ifs_are_those_of_the_draft_at_hand(page: Page, qtbot: QtBot) -> None:
    copy = copied(page, qtbot)
    page.desk.do(set_input, copy, "volume", Decimal(-5))
    view = scenarios(page, qtbot, "what_if").what_if
    assert not view.inputs.fields["volume"].text()
    page.desk.choose_draft(copy)
    settled(page, qtbot)
    assert view.inputs.fields["volume"].text() == "−5 %"


def test_the_draft_at_hand_is_found_again_when_the_partnership_is_opened(
    page: Page, qtbot: QtBot
) -> None:
    desk, draft = page.desk, copied(page, qtbot)
    assert Desk(desk.session, desk.runner).draft == WORKING_DRAFT
    desk.choose_draft(draft)
    settled(page, qtbot)
    assert Desk(desk.session, desk.runner).draft == draft
    way = as_of(desk.session, desk.session.file.past.now())
    way.finish()
    assert Desk(FrozenSession(desk.session, way), desk.runner).draft == draft
    desk.do(delete_draft, draft)
    settled(page, qtbot)
    assert Desk(desk.session, desk.runner).draft == WORKING_DRAFT


def test_the_page_says_what_an_agreed_draft_would_come_to_by_now(page: Page, qtbot: QtBot) -> None:
    desk, state = page.desk, ("draft", WORKING_DRAFT, "state")
    desk.do(set_fields, [FieldEdit(*state, "agreed")])
    settled(page, qtbot)
    assert page.moved.isHidden()
    shown = page._lines.total_text(2, TOTAL)
    desk.do(set_fields, [FieldEdit("volume", "V03", "planned_growth_pct", 40)])
    settled(page, qtbot)
    assert "Working draft is agreed and stays as it was then" in page.moved.text()
    assert page.moved.isVisible()
    assert page._lines.total_text(2, TOTAL) == shown
    desk.do(delete, [("operating_line", "L20")])
    settled(page, qtbot)
    assert page._lines.total_text(2, TOTAL) == shown
    row = page._lines.row_of("L20")
    assert page._lines.rows[row].look == "linked"
    assert "deleted since" in page._lines.tip(row, 0)
    page.sheets["lines"].view.go_to(row, 0)
    assert desk.selection is None
    desk.do(set_fields, [FieldEdit(*state, "working")])
    settled(page, qtbot)
    assert page.moved.isHidden()
    assert page._lines.total_text(2, TOTAL) != shown


def test_names_take_what_room_there_is(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    view = page.sheets["lines"].view
    for size in ((1440, 900), (1024, 700)):
        example_window.resize(*size)
        qtbot.waitUntil(lambda size=size: example_window.size().toTuple() == size)  # type: ignore[misc]
        settled(page, qtbot)
        columns = sum(view.columnWidth(n) for n in range(len(page._lines.columns)))
        assert view.columnWidth(0) > 160
        if size[0] == 1440:
            assert columns <= view.viewport().width()  # the year fits
        else:
            assert view.columnWidth(0) > view.viewport().width() // 4
