"""Contested values where they stand: split cells, both sides on Enter, marks on fields, and editors that saw less."""

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, set_field, set_fields
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.shell.inspector import NoteEditor
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.dispute import DisputeMark
from dyad_desktop.ui.widgets.form import Form
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.services.apart import apart, deleted_but_edited, month

K = Qt.Key
AT, JAN, FEB, GROWTH, TOTAL = month("L28", "2027-01"), 10, 11, 3, 16
COST = Address("capital_request", "C01", "cost")


def settled(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.waitUntil(lambda: not window.runner.busy)


def desk_of(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


@pytest.fixture
def apart_window(window: MainWindow, example_file: Path, qtbot: QtBot) -> MainWindow:
    """The window on a budget with a contested month, and a contested cost of a request."""
    with closing(Session.open(example_file)) as session:
        apart(session, AT, A=246_000_00, B=328_000_00)
        apart(session, COST, A=2_500_000_00, B=3_100_000_00)
    window.use_session(Session.open(example_file))
    settled(window, qtbot)
    return window


@pytest.fixture
def both_window(window: MainWindow, example_file: Path, qtbot: QtBot) -> MainWindow:
    """The window on the example, in which both partners have written from this laptop before."""
    with closing(Session.open(example_file)) as session:
        for partner in ("B", "A"):
            session.write_as(partner)
            set_field(session, ("goal", "G2"), "why", f"{partner} was here")
    window.use_session(Session.open(example_file))
    settled(window, qtbot)
    return window


def lines_of(window: MainWindow, qtbot: QtBot) -> Sheet:
    window.show_page("operating")
    settled(window, qtbot)
    sheet: Sheet = window.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    return sheet


def go(sheet: Sheet, line: str, column: int) -> int:
    row = int(sheet.model.row_of(line))  # type: ignore[attr-defined]
    sheet.view.go_to(row, column)
    return row


def partner_writes(window: MainWindow, at: Address, value: object, qtbot: QtBot) -> None:
    """Let the other partner's write arrive while an editor is open."""
    desk = desk_of(window)

    def write(session: Session) -> ChangeSet:
        session.write_as("B")
        try:
            return set_fields(
                session, [FieldEdit(*at[:3], value, at.slot)], "From the other laptop"
            )
        finally:
            session.write_as("A")

    desk.do(write)
    settled(window, qtbot)


class TestCells:
    def test_both_values_stand_in_the_cell_and_are_spoken(
        self, apart_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(apart_window, qtbot)
        row = go(sheet, "L28", JAN)
        assert sheet.model.parts(row, JAN) == ((0, "246"), (1, "328"))
        assert sheet.model.parts(row, FEB) == ()
        assert "contested: A 246, B 328" in sheet.model.speech(row, JAN)

    def test_enter_opens_both_sides_and_a_key_settles(
        self, apart_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(apart_window, qtbot)
        row = go(sheet, "L28", JAN)
        QTest.keyClick(sheet.view, K.Key_Return)
        dialog = apart_window._settler.dialog
        settled(apart_window, qtbot)
        assert dialog.isVisible()
        QTest.keyClick(dialog.panel, K.Key_2)
        settled(apart_window, qtbot)
        assert not dialog.isVisible()
        assert sheet.model.parts(row, JAN) == ()
        assert sheet.model.text(row, JAN) == "328"

    def test_typing_over_it_settles_what_was_shown(
        self, apart_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(apart_window, qtbot)
        row = go(sheet, "L28", JAN)
        QTest.keyClicks(sheet.view, "3")
        editor = sheet.view.cells.open_editor
        assert editor is not None
        QTest.keyClicks(editor, "00")
        QTest.keyClick(editor, K.Key_Return)
        settled(apart_window, qtbot)
        assert sheet.model.text(row, JAN) == "300"
        assert AT not in desk_of(apart_window).contested

    @pytest.mark.parametrize(("text", "count"), [("300", "1 cell"), ("300\t310", "2 cells")])
    def test_what_is_pasted_over_it_is_told_to_settle(
        self, apart_window: MainWindow, qtbot: QtBot, text: str, count: str
    ) -> None:
        sheet = lines_of(apart_window, qtbot)
        row = go(sheet, "L28", JAN)
        QGuiApplication.clipboard().setText(text)
        with qtbot.waitSignal(sheet.view.said) as told:
            QTest.keySequence(sheet.view, QKeySequence.StandardKey.Paste)
        assert told.args == [
            f"Pasted {count} as US$ thousands; 1 settles what you held apart, which undo opens again."
        ]
        settled(apart_window, qtbot)
        assert sheet.model.parts(row, JAN) == ()
        desk_of(apart_window).undo()
        settled(apart_window, qtbot)
        assert len(sheet.model.parts(row, JAN)) == 2

    def test_delete_on_it_says_that_both_stand(
        self, apart_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(apart_window, qtbot)
        row = go(sheet, "L28", JAN)
        with qtbot.waitSignal(sheet.view.said) as told:
            QTest.keyClick(sheet.view, Qt.Key.Key_Delete)
        assert told.args == ["You differ here: Enter shows both values."]
        assert len(sheet.model.parts(row, JAN)) == 2

    def test_totals_tell_their_ends(self, apart_window: MainWindow, qtbot: QtBot) -> None:
        sheet = lines_of(apart_window, qtbot)
        model = sheet.model
        low, high = model.total_range(2, JAN)
        assert low
        assert low != high
        assert model.total_range(2, FEB) == ("", "")
        assert model.total_range(0, JAN) == ("", "")
        group = next(n for n, row in enumerate(model.rows) if row.key[1] == "expense/labour")
        assert "as you settle it" in model.range_text(group, JAN)
        assert "as you settle it" in model.tip(go(sheet, "L28", TOTAL), TOTAL)
        qtbot.waitUntil(lambda: "as you settle it" in sheet.totals.accessibleDescription())

    def test_capital_is_split_and_its_figures_are_ranges(
        self, apart_window: MainWindow, qtbot: QtBot
    ) -> None:
        apart_window.show_page("capital")
        settled(apart_window, qtbot)
        page = apart_window.pages["capital"]
        model = page.sheet.model  # type: ignore[attr-defined]
        column = next(n for n, one in enumerate(model.columns) if one.key == "cost")
        assert model.parts(model.row_of("C01"), column) == ((0, "2,500"), (1, "3,100"))
        assert " to " in page.facts._facts["requested"].range.text()  # type: ignore[attr-defined]


def test_a_row_that_one_deleted_is_marked_and_opens(
    window: MainWindow, example_file: Path, qtbot: QtBot
) -> None:
    with closing(Session.open(example_file)) as session:
        deleted_but_edited(session, ("capital_request", "C04"), "cost", 5_000_00)
    window.use_session(Session.open(example_file))
    settled(window, qtbot)
    window.show_page("capital")
    settled(window, qtbot)
    sheet: Sheet = window.pages["capital"].sheet  # type: ignore[attr-defined]
    row = go(sheet, "C04", 0)
    assert sheet.model.deleted_by(row) == 0
    assert "deleted by one of you" in sheet.model.speech(row, 0)
    sheet.view.open_sides()
    settled(window, qtbot)
    view = window._settler.dialog.panel.view
    assert view is not None
    assert view.kind == "deleted"
    window._settler.dialog.close()


class TestWhatAnEditorSaw:
    @pytest.mark.parametrize(
        ("column", "at", "theirs"),
        [
            (FEB, month("L28"), 90_000_00),
            (GROWTH, Address("operating_line", "L28", "rate_growth_pct"), "-7"),
            (TOTAL, month("L28"), 90_000_00),
        ],
    )
    def test_a_cell_keeps_what_arrived_meanwhile(
        self, both_window: MainWindow, qtbot: QtBot, column: int, at: Address, theirs: object
    ) -> None:
        sheet = lines_of(both_window, qtbot)
        go(sheet, "L28", column)
        QTest.keyClick(sheet.view, K.Key_F2)
        editor = sheet.view.cells.open_editor
        assert editor is not None
        settled(both_window, qtbot)
        partner_writes(both_window, at, theirs, qtbot)
        editor.setText("1500" if column == TOTAL else "95")
        QTest.keyClick(editor, K.Key_Return)
        settled(both_window, qtbot)
        sides = desk_of(both_window).contested[at]
        assert [side.partner for side in sides] == ["A", "B"]
        assert sides[1].value == theirs

    def test_a_cell_settles_when_nothing_arrived(
        self, both_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(both_window, qtbot)
        row = go(sheet, "L28", FEB)
        for text in ("9", "8"):
            sheet.view.go_to(row, FEB)
            QTest.keyClicks(sheet.view, text)
            editor = sheet.view.cells.open_editor
            assert editor is not None
            QTest.keyClick(editor, K.Key_Return)  # at once: the change before is still under way
        settled(both_window, qtbot)
        assert sheet.model.text(row, FEB) == "8"
        assert not desk_of(both_window).contested

    def test_a_given_up_editor_lets_in_what_arrived(
        self, both_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(both_window, qtbot)
        row = go(sheet, "L28", FEB)
        QTest.keyClick(sheet.view, K.Key_F2)
        partner_writes(both_window, month("L28"), 90_000_00, qtbot)
        editor = sheet.view.cells.open_editor
        assert editor is not None
        assert sheet.model.text(row, FEB) != "90"
        QTest.keyClick(editor, K.Key_Escape)
        qtbot.waitUntil(lambda: sheet.model.text(row, FEB) == "90")

    def test_the_envelope_keeps_what_arrived_meanwhile(
        self, both_window: MainWindow, qtbot: QtBot
    ) -> None:
        both_window.show_page("capital")
        settled(both_window, qtbot)
        fact = both_window.pages["capital"].facts.envelope  # type: ignore[attr-defined]
        fact.begin()
        at = Address("capital_policy", "capital_policy", "envelope")
        partner_writes(both_window, at, 8_000_000_00, qtbot)
        fact.editor.setText("7,000,000")
        QTest.keyClick(fact.editor, K.Key_Return)
        settled(both_window, qtbot)
        sides = desk_of(both_window).contested[at]
        assert [side.value for side in sides] == [7_000_000_00, 8_000_000_00]
        (mark,) = both_window.pages["capital"].findChildren(DisputeMark)
        assert "7,000,000" in mark.accessibleName()

    def test_a_form_keeps_what_arrived_meanwhile(
        self, both_window: MainWindow, qtbot: QtBot
    ) -> None:
        desk = desk_of(both_window)
        form = Form(desk, ("capital_request", "C01"), ("title", "cost"))
        qtbot.addWidget(form)
        form.show()
        editor = form.fields["cost"].editor
        assert isinstance(editor, QLineEdit)
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        editor.setFocus()
        settled(both_window, qtbot)
        editor.setText("2,600,000")
        partner_writes(both_window, COST, 2_000_000_00, qtbot)
        QTest.keyClick(editor, K.Key_Return)
        settled(both_window, qtbot)
        assert [side.value for side in desk.contested[COST]] == [2_600_000_00, 2_000_000_00]
        (mark,) = [one for one in form.findChildren(DisputeMark) if not one.property("gone")]
        assert "Priya: 2,600,000; Marcus: 2,000,000" in mark.accessibleName()

    def test_the_inspectors_note_keeps_what_arrived_meanwhile(
        self, both_window: MainWindow, qtbot: QtBot
    ) -> None:
        sheet = lines_of(both_window, qtbot)
        go(sheet, "L28", FEB)
        inspector = both_window._inspector
        assert inspector is not None
        qtbot.waitUntil(lambda: not inspector._timer.isActive())
        settled(both_window, qtbot)
        note = next(e for e in inspector.findChildren(NoteEditor) if e.property("field") == "note")
        both_window.activateWindow()
        note.setFocus()
        qtbot.waitUntil(note.hasFocus)
        at = Address("operating_line", "L28", "note")
        partner_writes(both_window, at, "Marcus’s words", qtbot)
        note.setPlainText("Priya’s words")
        sheet.view.setFocus()
        settled(both_window, qtbot)
        sides = desk_of(both_window).contested[at]
        assert [side.value for side in sides] == ["Priya’s words", "Marcus’s words"]


def test_the_inspector_marks_what_is_contested_and_opens_it(
    apart_window: MainWindow, qtbot: QtBot
) -> None:
    sheet = lines_of(apart_window, qtbot)
    go(sheet, "L28", FEB)
    inspector = apart_window._inspector
    assert inspector is not None
    qtbot.waitUntil(lambda: bool(inspector.findChildren(DisputeMark)))
    mark = inspector.findChildren(DisputeMark)[0]
    assert mark.accessibleName() == "You differ: Priya: 246,000; Marcus: 328,000. Open both sides"
    mark.click()
    settled(apart_window, qtbot)
    assert apart_window._settler.dialog.panel.view is not None
    apart_window._settler.dialog.close()


def test_home_lists_what_is_apart_first(apart_window: MainWindow, qtbot: QtBot) -> None:
    home = apart_window.pages["home"]
    notices = home._view.notices  # type: ignore[attr-defined]
    assert notices[0].title.endswith("Jan 2027")
    assert notices[0].detail == "Priya: 246,000; Marcus: 328,000"
    assert home._view.contribution is not None  # type: ignore[attr-defined]
