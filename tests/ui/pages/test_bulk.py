"""Changing many lines, notes at cells, and the rules of planning, in the window."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import DraftLine, Note, OperatingLine, Planning
from dyad_desktop.services.bulk import Outcome
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.explaining import add_note
from dyad_desktop.ui.pages.operating.bulk import BulkDialog
from dyad_desktop.ui.pages.operating.line_columns import FIRST, NAME, TOTAL
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.shell.inspector import NoteEditor
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.line_notes import ExplanationWords, LineNotes, explanation_words


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert isinstance(example_window.page, Page)
    return example_window.page


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def at_line(page: Page, line: str, column: int = NAME) -> None:
    page.show_thing(("operating_line", line))
    view = page.sheets["lines"].view
    view.go_to(view.currentIndex().row(), column)


def opened(page: Page) -> BulkDialog:
    page.tools.many.trigger()
    assert page.tools.bulk is not None
    return page.tools.bulk


def previewed(dialog: BulkDialog) -> Outcome:
    assert dialog.outcome is not None
    return dialog.outcome


def test_a_group_means_all_of_its_lines(page: Page) -> None:
    view = page.sheets["lines"].view
    group = page._lines.rows[0].group
    page._lines.toggle(0)
    view.go_to(0, NAME)
    lines = page.tools.chosen()
    assert lines == page._lines.lines_of(group)
    assert len(lines) > 1


def test_a_change_is_seen_before_it_is_written_and_undone(page: Page, qtbot: QtBot) -> None:
    at_line(page, "L40")
    before = page.desk.budget.lines["L40"]
    dialog = opened(page)
    assert dialog.scope.choice == "selection"
    QTest.keyClicks(dialog.wish.number, "10")
    dialog.wish.first.setCurrentIndex(3)
    assert not dialog.apply.isEnabled()  # nothing to apply until the preview has caught up
    qtbot.waitUntil(lambda: dialog.outcome is not None)
    assert dialog.model.text(0, 0) == page.desk.book.label("operating_line", "L40")
    assert dialog.counts.text().startswith("1 line changes")
    assert not dialog.apply.isEnabled()
    assert page.desk.budget.lines["L40"] is before
    QTest.keyClicks(dialog.reason, "Supplier contract: +10 %")
    assert dialog.apply.isEnabled()
    expected = dialog.outcome.after.lines["L40"].months if dialog.outcome else ()
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    rest(page, qtbot)
    assert page.desk.budget.lines["L40"].months == expected
    assert page.desk.session.journal(1)[0].note == "Supplier contract: +10 %"
    page.desk.undo()
    rest(page, qtbot)
    assert page.desk.budget.lines["L40"].months == before.months


def test_what_falls_out_of_the_year_is_asked(page: Page, qtbot: QtBot) -> None:
    at_line(page, "L40")
    dialog = opened(page)
    dialog.reason.setText("The ward opens later")
    dialog.wish.way.setCurrentIndex(dialog.wish.way.findData("shift"))
    qtbot.waitUntil(lambda: dialog.outcome is not None)
    assert dialog.dropping.isVisible()
    assert "Jun" in dialog.lost.text()
    assert not dialog.apply.isEnabled()
    dialog.dropping.setChecked(True)
    assert dialog.apply.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(
    ("way", "number", "words"),
    [
        ("percent", "many", "“many” is not a number"),
        ("percent", "-200", "turn the amounts around"),
        ("growth", "1000000000000", "between −100 and 1,000 percent"),
        ("growth", "1e99", "without an exponent"),
        ("amount", "0", "changes nothing"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_one_sentence(
    page: Page, qtbot: QtBot, way: str, number: str, words: str
) -> None:
    at_line(page, "L03")
    dialog = opened(page)
    dialog.wish.way.setCurrentIndex(dialog.wish.way.findData(way))
    dialog.wish.number.setText(number)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert words in dialog.problem.text()
    assert dialog.problem.text().endswith("Nothing is changed.")
    assert not dialog.apply.isEnabled()
    dialog.reject()


def test_a_filter_and_every_way_give_a_preview(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page)
    dialog.scope.choose("filter")
    dialog._on_scope()
    dialog.filter.kind.setCurrentIndex(dialog.filter.kind.findData("expense"))
    dialog.wish.number.setText("3")
    expense = {one.id for one in page.desk.book.all(OperatingLine) if one.kind == "expense"}
    for n in range(dialog.wish.way.count()):
        dialog.outcome = None
        dialog.wish.way.setCurrentIndex(n)
        dialog._timer.start()
        qtbot.waitUntil(lambda: dialog.outcome is not None)
        found = previewed(dialog)
        assert {*found.changed, *(one.line for one in found.left)} == expense
    dialog.reject()


# -- notes and explanations ----------------------------------------------------------------------


def test_a_note_is_written_by_keys_and_marks_its_cell(page: Page, qtbot: QtBot) -> None:
    at_line(page, "L40", FIRST + 2)
    page.tools.note.trigger()
    dialog = page.tools.writing
    QTest.keyClicks(dialog.text, "Until March")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    rest(page, qtbot)
    (note,) = page.desk.book.all(Note)
    assert (note.period, note.text) == ("2026-09", "Until March")
    row = page._lines.row_of("L40")
    assert page._lines.has_note(row, FIRST + 2)
    assert not page._lines.has_note(row, NAME)
    assert "Until March (Sep 2026 · written for " in page._lines.tip(row, FIRST + 2)
    assert page._lines.speech(row, FIRST + 2).endswith("with a note")
    at_line(page, "L03")
    page.show_thing(("note", note.id))
    current = page.sheets["lines"].view.currentIndex()
    assert (current.row(), current.column()) == (row, FIRST + 2)
    page.tools.note.trigger()
    again = page.tools.writing
    assert again.text.toPlainText() == "Until March"
    again.delete()
    qtbot.waitUntil(lambda: not again.isVisible())
    rest(page, qtbot)
    assert not page._lines.has_note(row, FIRST + 2)


def test_a_note_that_is_not_kept_holds_back_once(page: Page, qtbot: QtBot) -> None:
    at_line(page, "L40")
    page.tools.note.trigger()
    dialog = page.tools.writing
    QTest.keyClicks(dialog.text, "A long reason")
    QTest.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog._reason.text() == "This isn’t kept yet: Ctrl+Enter keeps it, Esc leaves it."
    QTest.keyClicks(dialog.text, ", indeed")
    assert not dialog.close()  # as when the program is quit
    QTest.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    page.tools.note.trigger()
    page.tools.writing.text.setPlainText("Not this one")
    cancel = next(
        one for one in page.tools.writing.findChildren(QPushButton) if one.text() == "Cancel"
    )
    cancel.click()
    assert not page.tools.writing.isVisible()
    rest(page, qtbot)
    assert page.desk.book.all(Note) == ()


def test_an_empty_note_says_why_it_is_not_kept(page: Page, qtbot: QtBot) -> None:
    at_line(page, "L40")
    page.tools.note.trigger()
    dialog = page.tools.writing
    dialog.keep()
    rest(page, qtbot)
    assert "without text" in dialog._reason.text()
    dialog.reject()


def test_a_note_on_the_year_shows_with_what_it_was_written_for(page: Page, qtbot: QtBot) -> None:
    desk = page.desk
    desk.do(add_note, "working", "L40", "As last year")
    rest(page, qtbot)
    row = page._lines.row_of("L40")
    assert page._lines.has_note(row, NAME)
    assert page._lines.has_note(row, TOTAL)
    notes = LineNotes(desk, "L40")
    qtbot.addWidget(notes)
    assert [one.text for one in notes._found()] == ["As last year"]


def test_an_explanation_in_the_inspector_keeps_what_it_explains(
    example_window: MainWindow, page: Page, qtbot: QtBot
) -> None:
    at_line(page, "L28")

    def editor() -> NoteEditor | None:
        found = example_window.findChildren(NoteEditor)
        named = [one for one in found if one.accessibleName().startswith("Explanation of Agency")]
        return named[0] if named else None

    qtbot.waitUntil(lambda: editor() is not None)
    made = editor()
    assert made is not None
    made.finished_text.emit("Two hires start in January")
    rest(page, qtbot)
    said = page.desk.book.need(DraftLine, "working.L28")
    assert said.explained == page.desk.budget.lines["L28"].total
    assert explanation_words(page.desk, "L28").startswith("Written for ")


def test_an_explanation_is_said_to_hold_for_what_is_asked_now(page: Page, qtbot: QtBot) -> None:
    desk = page.desk
    fields = {"explanation": "A new contract", "explained_for": "prior"}
    desk.do(set_fields, [FieldEdit("draft_line", "working.L28", *one) for one in fields.items()])
    rest(page, qtbot)
    asks = ExplanationWords(desk, "L28")
    qtbot.addWidget(asks)
    assert "Asked for: USD " in asks.words
    assert asks.words.endswith("over budget, year to date")
    assert asks.holds is not None
    asks.holds.click()
    rest(page, qtbot)
    said = desk.book.need(DraftLine, "working.L28")
    assert (said.explanation, said.explained_for) == ("A new contract", "both")
    after = ExplanationWords(desk, "L28")
    qtbot.addWidget(after)
    assert "over budget to Oct 2026" in after.words
    assert after.holds is None


def test_rules_set_the_threshold_and_days_off(page: Page, qtbot: QtBot) -> None:
    page.tools.rules.trigger()
    dialog = page.tools.ruling
    assert "only expense over budget by more than 5 % and 50,000" in dialog.asks.text()
    editor = dialog.threshold.fields["explain_pct"].editor
    assert isinstance(editor, QLineEdit)
    editor.setText("5")
    editor.editingFinished.emit()
    rest(page, qtbot)
    assert page.desk.book.only(Planning).explain_pct == Decimal(5)
    assert "wait for an explanation" in dialog.asks.text()
    dialog.day.setText("2026-12-32")
    dialog.name.setText("Christmas Day")
    dialog.add()
    rest(page, qtbot)
    assert "not a day of the calendar" in dialog.reason.text()
    dialog.day.setText("25.12.2026")
    dialog.add()
    rest(page, qtbot)
    assert dialog.days.count() == 1
    dialog.take_off()
    assert "Choose a day" in dialog.reason.text()
    dialog.days.setCurrentRow(0)
    dialog.take_off()
    rest(page, qtbot)
    assert dialog.days.count() == 0
    dialog.reject()
