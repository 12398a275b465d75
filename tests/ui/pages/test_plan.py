"""How a line is planned, in the window: the dialog, a formula typed into the table, what capital requests post."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.methods import DRIVEN_BY
from dyad_desktop.domain.operating import METHODS, DraftLine
from dyad_desktop.domain.plan_words import money_words
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.settling import settle
from dyad_desktop.ui.pages.operating.line_columns import DRIVER, FIRST, GROWTH
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.pages.operating.plan_dialog import PlanDialog
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.name_completer import NameCompleter
from tests.services.apart import apart


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert isinstance(example_window.page, Page)
    return example_window.page


def opened(page: Page, qtbot: QtBot, line: str = "L40") -> PlanDialog:
    page.show_thing(("operating_line", line))
    page.plan_line()
    rest(page, qtbot)
    return page._planning


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def choose(dialog: PlanDialog, page: Page, qtbot: QtBot, method: str) -> None:
    dialog.method.setCurrentIndex(METHODS.index(method))
    dialog.method.activated.emit(dialog.method.currentIndex())
    rest(page, qtbot)


def said(page: Page, line: str = "L40") -> DraftLine:
    return page.desk.book.need(DraftLine, f"working.{line}")


def write(dialog: PlanDialog, page: Page, qtbot: QtBot, name: str, text: str) -> None:
    """Type into a field of the plan and leave it."""
    editor = next(form.fields[name].editor for form in dialog.forms if name in form.fields)
    if isinstance(editor, QComboBox):
        editor.setCurrentIndex(editor.findData(text))
        editor.activated.emit(editor.currentIndex())
    else:
        assert isinstance(editor, QLineEdit)
        editor.setFocus()
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_shows_what_it_takes(page: Page, qtbot: QtBot, method: str) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, method)
    assert page.desk.budget.lines["L40"].method == method
    asks = method in DRIVEN_BY  # nothing drives L40, and none is taken unasked
    assert dialog._problem.isVisible() == asks
    if asks:  # the window system may take its time to make the dialog the active window
        # Of the form that is there by then: a plan that comes back late makes it anew.
        qtbot.waitUntil(
            lambda: QApplication.focusWidget() is dialog.forms[0].fields["driver"].editor
        )
    assert dialog._says.text().endswith(".")
    assert {name for form in dialog.forms for name in form.fields} or method == "manual"
    dialog.reject()


def test_a_spread_by_weights_with_a_locked_month(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "fixed")
    QTest.mouseClick(dialog._months.locks[0], Qt.MouseButton.LeftButton)
    rest(page, qtbot)
    assert said(page).locked["2026-07"] is True
    before = page.desk.budget.lines["L40"]
    commits: list[object] = []
    page.desk.changed.connect(commits.append)
    write(dialog, page, qtbot, "spread", "weights")
    assert len(commits) == 1
    assert page.desk.budget.lines["L40"] == before  # they begin with what the line has
    assert {one.text for one in dialog.forms[1].fields.values()} == {"1"}
    write(dialog, page, qtbot, "weights/2026-08", "2")
    line = page.desk.budget.lines["L40"]
    assert line.total == before.total
    assert line.months[0] == before.months[0]
    assert line.months[1] > 1.9 * line.months[2]
    for month in list(dialog.forms[1].fields)[2:]:
        write(dialog, page, qtbot, month, "0")
    write(dialog, page, qtbot, "weights/2026-08", "0")
    assert "isn’t locked" in dialog.forms[1].fields["weights/2026-08"]._reason.text()
    QTest.mouseClick(dialog._months.locks[1], Qt.MouseButton.LeftButton)
    rest(page, qtbot)
    assert not dialog._months.locks[1].isChecked()
    assert dialog._problem.text().startswith("Weights that are all zero")
    assert page.desk.budget.lines["L40"].total == before.total


def test_a_plan_that_lacks_something_is_told_on_the_page(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "staffing")
    assert dialog._problem.isVisible()
    assert page._problem.text().startswith("▲ Counts as nothing: ")
    assert page._problem.text().endswith(" Choose Plan to complete it.")


def test_a_formula_s_names_are_completed_while_typing(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "formula")
    editor = dialog.forms[0].fields["formula"].editor
    assert isinstance(editor, QLineEdit)
    completer = editor.findChild(NameCompleter)
    assert completer is not None
    editor.clear()
    QTest.keyClicks(editor, "=2*[cath and")
    assert completer.popup.isVisible()
    QTest.keyClick(completer.popup, Qt.Key.Key_Return)
    name = editor.text().removeprefix("=2*")
    assert name in {one.written for one in completer._names}
    assert completer.popup.isHidden()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert said(page).formula == f"=2*{name}"


def test_a_circle_is_said_in_the_field_and_nothing_changes(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "formula")
    editor = dialog.forms[0].fields["formula"].editor
    assert isinstance(editor, QLineEdit)
    before = said(page).formula
    editor.setText("=L40")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert "circle: L40 → L40" in dialog.forms[0].fields["formula"]._reason.text()
    assert said(page).formula == before


def test_a_formula_can_be_typed_into_the_table(page: Page, qtbot: QtBot) -> None:
    page.show_thing(("operating_line", "L40"))
    view = page.sheets["lines"].view
    row = page._lines.row_of("L40")
    view.go_to(row, DRIVER)
    QTest.keyClicks(view, "=")
    editor = view.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "L39*2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(page, qtbot)
    assert page._lines.text(row, DRIVER) == "=L39*2"
    assert page._lines.text(row, GROWTH) == ""
    assert not page._lines.editable(row, GROWTH)
    assert "planned" in page._lines.locked(row, GROWTH)
    other = page.desk.budget.lines["L39"].months[0]
    assert page.desk.budget.lines["L40"].months[0] == 2 * other
    view.go_to(row, DRIVER)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    rest(page, qtbot)
    assert page.desk.budget.lines["L40"].method == "prior_year"


def test_what_capital_requests_post_stands_in_the_table(page: Page, qtbot: QtBot) -> None:
    edits = [FieldEdit("capital_request", "C09", "posts_to", ("working",))]
    edits.append(FieldEdit("capital_request", "C09", "in_service", "2026-09"))
    page.desk.do(set_fields, edits)
    rest(page, qtbot)
    row = page._lines.row_of("C09:depreciation")
    assert page._lines.rows[row].look == "linked"
    assert "(C09)" in page._lines.text(row, 0)
    assert page._lines.text(row, FIRST) == "0"
    assert not page._lines.editable(row, FIRST)
    assert "capital request" in page._lines.locked(row, FIRST)
    page.sheets["lines"].view.go_to(row, 0)
    assert page.desk.selection == ("capital_request", "C09")
    page.desk.undo()
    rest(page, qtbot)
    assert page._lines.row_of("C09:depreciation") == -1


def test_formulas_typed_one_after_the_other_are_no_disagreement(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "formula")
    editor = dialog.forms[0].fields["formula"].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    for text in ("=L04*0.03", "=L04*0.01", "=L05*0.02", "=L39"):
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        rest(page, qtbot)
        assert said(page).formula == editor.text() == text
    assert page.desk.session.disagreements() == []


@pytest.mark.parametrize(("n", "method"), [(0, "fixed"), (1, "contract")])
def test_a_figure_that_was_said_under_another_method_is_asked_about(
    page: Page, qtbot: QtBot, n: int, method: str
) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "contract")
    assert not dialog.meaning.isVisible()
    amount = said(page).amount
    tag = FieldEdit("draft_line", "working.L40", "said_as", "fixed", f"amount:{amount}")
    page.desk.do(set_fields, [tag])
    rest(page, qtbot)
    assert dialog.meaning.isVisible()
    assert page.desk.budget.lines["L40"].total == 0
    ways = [one for one in dialog.meaning.findChildren(QPushButton) if one.isVisible()]
    assert [one.text() for one in ways] == [
        "As it was said: plan by “A year’s amount, spread over the months”",
        "It is a month’s amount",
    ]
    ways[n].click()
    rest(page, qtbot)
    assert not dialog.meaning.isVisible()
    assert said(page).method == method
    assert page.desk.budget.lines["L40"].total != 0
    dialog.reject()


def test_the_page_says_which_lines_count_without_their_growth(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "prior_year")
    dialog.reject()
    page.desk.do(
        set_fields,
        [
            FieldEdit("draft_line", "working.L40", "rate_growth_pct", "3.5"),
            FieldEdit("draft_line", "working.L40", "said_as", "volume_rate", "rate_growth_pct:3.5"),
        ],
    )
    rest(page, qtbot)
    name = page.desk.book.label("operating_line", "L40")
    told = page._problem.text()
    assert told.startswith(f"▲ Counts without its growth: {name} (3.5 % was said as")
    assert told.endswith(" Choose Plan to say which is meant.")
    assert "\n▲ 3.5 % was said as" in page._lines.tip(row_of(page), DRIVER)
    page.desk.undo()
    rest(page, qtbot)
    assert not page._problem.isVisible()


def row_of(page: Page) -> int:
    return next(n for n, at in enumerate(page._lines.rows) if at.key == ("operating_line", "L40"))


def test_a_figure_is_asked_about_once_its_method_is_settled(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    choose(dialog, page, qtbot, "contract")
    tag = FieldEdit("draft_line", "working.L40", "said_as", "fixed", f"amount:{said(page).amount}")
    page.desk.do(set_fields, [tag])
    rest(page, qtbot)
    method = Address("draft_line", "working.L40", "method")
    apart(page.desk.session, method, A="step", B="fixed")
    with qtbot.waitSignal(page.desk.differing):
        page.desk.look_around()
    last = "You differ on the method; settle that first."
    qtbot.waitUntil(lambda: [one.endswith(last) for one in asked(dialog, QLabel)] == [True])
    assert asked(dialog, QPushButton) == []
    page.desk.do(settle, method, "contract")
    rest(page, qtbot)
    qtbot.waitUntil(lambda: len(asked(dialog, QPushButton)) == 2)
    (text,) = asked(dialog, QLabel)
    assert text.endswith("Which is meant?")
    dialog.reject()


def asked(dialog: PlanDialog, kind: type[QLabel | QPushButton]) -> list[str]:
    """Return what is read where the dialog asks what a figure means."""
    return [one.text() for one in dialog.meaning.findChildren(kind) if one.isVisible()]


class TestGoingToAndFro:
    def test_what_was_typed_is_there_again(self, page: Page, qtbot: QtBot) -> None:
        dialog = opened(page, qtbot)
        choose(dialog, page, qtbot, "volume_rate")
        for name, text in (("driver", "V03"), ("rate", "777.77"), ("rate_growth_pct", "9")):
            write(dialog, page, qtbot, name, text)
        before = page.desk.budget.lines["L40"]
        choose(dialog, page, qtbot, "contract")
        now = page.desk.budget.lines["L40"].total
        assert abs(now - before.total) <= 6
        assert dialog.moved.isVisible() == (now != before.total)
        write(dialog, page, qtbot, "amount", "1")
        year = page.desk.budget.lines["L40"].total
        commits: list[object] = []
        page.desk.changed.connect(commits.append)
        choose(dialog, page, qtbot, "volume_rate")
        assert page.desk.budget.lines["L40"] == before
        assert len(commits) == 1
        shown = [
            dialog.forms[0].fields[name].text for name in ("driver", "rate", "rate_growth_pct")
        ]
        assert shown == ["V03", "777.77", "9"]
        assert dialog.moved.text().startswith("With this choice the year went from USD 12 to USD ")
        page.desk.undo()
        rest(page, qtbot)
        assert page.desk.budget.lines["L40"].total == year
        assert not dialog.moved.isVisible()

    def test_through_an_empty_method_by_the_keyboard(self, page: Page, qtbot: QtBot) -> None:
        dialog = opened(page, qtbot)
        before = page.desk.budget.lines["L40"].total
        choose(dialog, page, qtbot, "percent")
        assert dialog._problem.text() == "Counts as nothing: it needs a group of lines."
        dialog.method.setFocus()
        QTest.keyClick(dialog.method, Qt.Key.Key_Down)
        qtbot.waitUntil(dialog.method.view().isVisible)
        QTest.keyClick(dialog.method.view(), Qt.Key.Key_Down)
        QTest.keyClick(dialog.method.view(), Qt.Key.Key_Return)
        rest(page, qtbot)
        assert page.desk.budget.lines["L40"].method == "contract"
        assert abs(page.desk.budget.lines["L40"].total - before) <= 6

    def test_a_driver_that_is_chosen_keeps_the_year(self, page: Page, qtbot: QtBot) -> None:
        dialog = opened(page, qtbot)
        before = page.desk.budget.lines["L40"].total
        choose(dialog, page, qtbot, "volume_rate")
        write(dialog, page, qtbot, "driver", "V03")
        assert abs(page.desk.budget.lines["L40"].total - before) * 1000 < before
        assert not dialog._problem.isVisible()

    def test_a_locked_month_is_named_under_another_method_and_freed(
        self, page: Page, qtbot: QtBot
    ) -> None:
        dialog = opened(page, qtbot)
        choose(dialog, page, qtbot, "fixed")
        QTest.mouseClick(dialog._months.locks[0], Qt.MouseButton.LeftButton)
        rest(page, qtbot)
        assert not dialog._months.by_hand.isVisible()
        choose(dialog, page, qtbot, "contract")
        assert dialog._months.by_hand.text() == (
            "Jul is set by hand, and stands whatever this plan gives."
        )
        assert dialog._months.by_hand.isVisible()
        QTest.mouseClick(dialog._months.free, Qt.MouseButton.LeftButton)
        rest(page, qtbot)
        assert page.desk.budget.lines["L40"].overridden == frozenset()
        assert not dialog._months.by_hand.isVisible()
        page.desk.undo()
        rest(page, qtbot)
        assert dialog._months.by_hand.isVisible()

    def test_locks_that_hold_more_than_the_year_are_told(self, page: Page, qtbot: QtBot) -> None:
        dialog = opened(page, qtbot)
        choose(dialog, page, qtbot, "fixed")
        for lock in dialog._months.locks[:2]:
            QTest.mouseClick(lock, Qt.MouseButton.LeftButton)
            rest(page, qtbot)
        assert not dialog._problem.isVisible()
        write(dialog, page, qtbot, "amount", "100")
        told = dialog._problem.text()
        assert told.startswith("The locked months hold USD ")
        assert "more than the year’s USD 100, so the other months share USD (" in told
        assert dialog._problem.isVisible()

    def test_a_driver_with_which_the_year_moves_is_told_and_taken_back(
        self, page: Page, qtbot: QtBot
    ) -> None:
        """What a position costs has no figure that could be fitted to the year."""
        dialog = opened(page, qtbot)
        before = page.desk.budget.lines["L40"].total
        choose(dialog, page, qtbot, "staffing")
        write(dialog, page, qtbot, "driver", "P02")
        now = page.desk.budget.lines["L40"].total
        assert now != before
        texts = [money_words(page.desk.book, one) for one in (before, now)]
        assert dialog.moved.text() == "With this choice the year went from {} to {}.".format(*texts)
        assert dialog.moved.isVisible()
        dialog.undo.click()
        rest(page, qtbot)
        assert not dialog.moved.isVisible()
        assert not dialog.undo.isVisible()
        assert not said(page).driver

    def test_a_driver_that_came_from_elsewhere_is_no_choice_made_here(
        self, page: Page, qtbot: QtBot
    ) -> None:
        """Its “Undo” would take back another change of one's own."""
        dialog = opened(page, qtbot)
        choose(dialog, page, qtbot, "volume_rate")
        write(dialog, page, qtbot, "driver", "V03")
        line = page.desk.budget.lines["L40"].total
        page.desk.do(set_fields, [FieldEdit("draft_line", "working.L40", "driver", "V01")])
        rest(page, qtbot)
        assert page.desk.budget.lines["L40"].total != line
        assert not dialog.moved.isVisible()
        assert not dialog.undo.isVisible()
