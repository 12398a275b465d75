"""The sheet behaves like the spreadsheet people know; driven on the operating budget with real keys."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QFocusEvent, QFontMetrics, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from dyad_desktop.errors import BadInputError
from dyad_desktop.services.session import Session
from dyad_desktop.ui.models.unit import ROUNDED
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import CELL as CELL_SIZE
from dyad_desktop.ui.tokens import SEMIBOLD, font
from dyad_desktop.ui.widgets.sheet.clipboard import MAX_CELLS, from_tsv, to_html, to_tsv
from dyad_desktop.ui.widgets.sheet.editor import CellEditor
from dyad_desktop.ui.widgets.sheet.paint import Brushes
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from dyad_desktop.ui.widgets.sheet.view import SheetView

K, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
JUL, AUG, SEP, TOTAL, GROWTH, CHANGE = 4, 5, 6, 16, 3, 17


class Grid:
    """The lines of the example, and a hand on the keyboard."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        window.show_page("operating")
        self.window, self._bot = window, qtbot
        self.settle()
        self.sheet: Sheet = window.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
        self.view, self.model = self.sheet.view, self.sheet.model

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        self._bot.waitUntil(lambda: not self.window.runner.busy and until())

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.activate()
        QTest.keyClick(self.view, key, modifier)
        self.settle()

    def close(self, dialog: QDialog) -> None:
        """Close a dialog for good: as its window goes, the one that is active by then would lose the keys."""
        with self._bot.waitSignal(dialog.destroyed):
            dialog.close()

    def activate(self) -> None:
        self.window.activateWindow()
        self._bot.waitUntil(self.window.isActiveWindow)

    def type(self, text: str, end: Qt.Key | None = K.Key_Return) -> None:
        QTest.keyClicks(self.view, text[0])
        editor = self.view.cells.open_editor
        assert editor is not None
        QTest.keyClicks(editor, text[1:])
        if end is not None:
            QTest.keyClick(editor, end)
        self.settle()

    def row(self, line: str) -> int:
        return int(self.model.row_of(line))

    def at(self, line: str, column: int) -> str:
        return str(self.model.text(self.row(line), column))

    def go(self, line: str, column: int) -> None:
        self.view.go_to(self.row(line), column)

    def months(self, line: str) -> list[str]:
        return [self.at(line, column) for column in (JUL, AUG, SEP)]

    def select(self, first: str, left: int, last: str, right: int) -> None:
        self.go(first, left)
        self.view.go_to(self.row(last), right, extend=True)

    def lines(self) -> dict[str, tuple[object, ...]]:
        budget = self.window.desk.budget  # type: ignore[union-attr]
        return {key: (line.months, line.overridden) for key, line in budget.lines.items()}

    def journal(self) -> str:
        return str(self.window.desk.session.journal(1)[0].note)  # type: ignore[union-attr]

    @property
    def current(self) -> tuple[int, int]:
        index = self.view.currentIndex()
        return index.row(), index.column()

    @property
    def said(self) -> str:
        return self.window.notice.text.text()


@pytest.fixture
def grid(example_window: MainWindow, qtbot: QtBot) -> Iterator[Grid]:
    yield Grid(example_window, qtbot)
    # The offscreen platform lets go of the clipboard after Python has ended, which cells from Python don't survive.
    QGuiApplication.clipboard().clear()


class TestTyping:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("120", "120"),
            ("45k", "45"),
            ("1.2m", "1,200"),
            ("(300)", "(300)"),
            ("=1200*1.03", "1,236"),
            ("$96,000", "96"),
            ("0", "0"),
        ],
    )
    def test_a_figure_counts_in_the_shown_unit_unless_it_says_its_own(
        self, grid: Grid, text: str, shown: str
    ) -> None:
        grid.go("L28", JUL)
        grid.type(text)
        assert grid.at("L28", JUL) == shown

    def test_enter_goes_down_and_tab_right_and_enter_ends_the_run(self, grid: Grid) -> None:
        grid.go("L17", JUL)
        start = grid.row("L17")
        grid.type("1")
        assert grid.current == (start + 1, JUL)
        grid.go("L17", JUL)
        grid.type("1", K.Key_Tab)
        grid.type("2", K.Key_Tab)
        assert grid.current == (start, JUL + 2)
        grid.type("3", K.Key_Return)
        assert grid.current == (start + 1, JUL)
        assert [grid.at("L17", JUL + n) for n in range(3)] == ["1", "2", "3"]

    def test_what_cannot_be_read_stays_in_the_editor_with_its_reason(self, grid: Grid) -> None:
        before = grid.at("L28", JUL)
        grid.go("L28", JUL)
        grid.type("12 apples")
        editor = grid.view.cells.open_editor
        assert editor is not None
        assert editor.text() == "12 apples"
        assert "is not a number" in editor.accessibleDescription()
        QTest.keyClick(editor, K.Key_Escape)
        grid.settle()
        assert not grid.sheet.editing
        assert grid.at("L28", JUL) == before

    def test_f2_edits_the_exact_figure(self, grid: Grid) -> None:
        grid.go("L28", JUL)
        grid.key(K.Key_F2)
        editor = grid.view.cells.open_editor
        assert editor is not None
        assert editor.text() == "114.232"
        QTest.keyClick(editor, K.Key_Escape)

    def test_a_computed_cell_says_so(self, grid: Grid) -> None:
        grid.view.go_to(0, JUL)
        grid.key(K.Key_F2)
        assert "computed" in grid.said
        grid.go("L28", 0)
        grid.key(K.Key_F2)
        assert "Line …" in grid.said
        assert not grid.sheet.editing

    def test_growth_recomputes_the_year(self, grid: Grid) -> None:
        grid.go("L28", GROWTH)
        grid.type("0%")
        assert grid.at("L28", TOTAL) == grid.at("L28", 2)

    def test_a_year_is_spread_exactly(self, grid: Grid) -> None:
        grid.go("L28", TOTAL)
        grid.type("1200")
        line = grid.window.desk.budget.lines["L28"]  # type: ignore[union-attr]
        assert (line.total, len(line.overridden)) == (1_200_000_00, 12)


REASON = Qt.FocusReason


class TestLeaving:
    """What was typed is handed in, or it stays where it is with the reason; it never goes without a word."""

    def start(self, grid: Grid, text: str) -> CellEditor:
        grid.activate()
        grid.view.setFocus()
        grid.go("L28", JUL)
        grid.type(text, end=None)
        editor: CellEditor | None = grid.view.cells.open_editor
        assert editor is not None
        return editor

    def stays(self, grid: Grid, editor: CellEditor) -> bool:
        label = editor._reason
        return (
            grid.view.cells.open_editor is editor
            and editor.text() == "12 apples"
            and "is not a number" in editor.accessibleDescription()
            and label is not None
            and label.isVisible() == editor.isVisible()
        )

    def click(self, view: SheetView, row: int, column: int, *, drag: bool = False) -> None:
        left, at = Qt.MouseButton.LeftButton, view.visualRect(view.sheet.index(row, column))
        QTest.mousePress(view.viewport(), left, pos=at.center())
        if drag:
            to = at.center() + QPoint(0, 3 * at.height())
            here, there = QPointF(to), QPointF(view.viewport().mapToGlobal(to))
            none = Qt.KeyboardModifier.NoModifier
            event = QMouseEvent(QEvent.Type.MouseMove, here, there, left, left, none)
            QApplication.sendEvent(view.viewport(), event)
        QTest.mouseRelease(view.viewport(), left, pos=at.center())

    @pytest.mark.parametrize("reason", [REASON.PopupFocusReason, REASON.ActiveWindowFocusReason])
    def test_a_menu_or_another_program_leaves_it_open(
        self, grid: Grid, reason: Qt.FocusReason
    ) -> None:
        before = grid.at("L28", JUL)
        editor = self.start(grid, "7")
        QApplication.sendEvent(editor, QFocusEvent(QEvent.Type.FocusOut, reason))
        grid.settle()
        assert grid.view.cells.open_editor is editor
        assert editor.text() == "7"
        assert grid.at("L28", JUL) == before
        QTest.keyClicks(editor, "5")
        QTest.keyClick(editor, K.Key_Return)
        grid.settle()
        assert grid.at("L28", JUL) == "75"

    def test_another_control_or_dialog_takes_it(self, grid: Grid) -> None:
        self.start(grid, "7")
        grid.sheet.finder.open_bar()
        grid.settle(lambda: grid.at("L28", JUL) == "7")
        self.start(grid, "8")
        grid.window.search()
        grid.settle(lambda: grid.at("L28", JUL) == "8")
        grid.close(grid.window.palette_dialog)
        self.start(grid, "9")
        grid.window.show_keys()
        grid.settle(lambda: grid.at("L28", JUL) == "9")
        grid.window.key_sheet.close()

    def test_a_click_on_another_cell_takes_it(self, grid: Grid) -> None:
        self.start(grid, "7")
        self.click(grid.view, grid.row("L28") - 1, AUG)
        grid.settle(lambda: grid.at("L28", JUL) == "7")
        assert grid.current == (grid.row("L28") - 1, AUG)

    @pytest.mark.parametrize("drag", [False, True])
    def test_a_click_on_another_cell_leaves_what_cannot_be_read(
        self, grid: Grid, *, drag: bool
    ) -> None:
        before = grid.at("L28", JUL)
        editor = self.start(grid, "12 apples")
        self.click(grid.view, grid.row("L28") - 5, AUG, drag=drag)
        self.click(grid.sheet.frozen, grid.row("L28") - 5, 0)
        grid.settle()
        assert self.stays(grid, editor)
        assert editor.hasFocus()
        assert grid.current == (grid.row("L28"), JUL)
        assert grid.at("L28", JUL) == before
        for _ in " apples":
            QTest.keyClick(editor, K.Key_Backspace)
        QTest.keyClick(editor, K.Key_Return)
        grid.settle(lambda: grid.at("L28", JUL) == "12")

    def test_another_control_leaves_what_cannot_be_read(self, grid: Grid) -> None:
        editor = self.start(grid, "12 apples")
        grid.sheet.finder.open_bar()
        grid.settle()
        assert self.stays(grid, editor)
        assert grid.sheet.finder.query.hasFocus()
        QTest.keyClicks(grid.sheet.finder.query, "w")
        assert self.stays(grid, editor)
        assert grid.current == (grid.row("L28"), JUL)
        grid.view.setFocus()
        grid.key(K.Key_Up)
        assert self.stays(grid, editor)
        assert editor.hasFocus()

    def test_it_is_still_there_on_coming_back_to_the_page(self, grid: Grid) -> None:
        editor = self.start(grid, "12 apples")
        grid.window.show_page("goals")
        grid.settle()
        grid.window.show_page("operating")
        grid.settle()
        assert editor.isVisible()
        assert self.stays(grid, editor)

    def test_closing_keeps_what_can_be_read_wherever_the_focus_is(
        self, grid: Grid, example_file: Path
    ) -> None:
        editor = self.start(grid, "12 apples")
        grid.sheet.finder.open_bar()
        editor.setText("12")
        grid.window.close()
        with closing(Session.open(example_file)) as session:
            assert session.budget().lines["L28"].months[0] == 12_000_00

    def test_what_goes_with_its_row_is_said(self, grid: Grid) -> None:
        self.start(grid, "12 apples")
        grid.model.folded ^= {grid.model.rows[0].group}
        grid.model.refold()
        assert not grid.sheet.editing
        assert "“12 apples” was not kept" in grid.said

    def test_up_and_down_take_it_and_move(self, grid: Grid) -> None:
        editor = self.start(grid, "7")
        QTest.keyClick(editor, K.Key_Shift, SHIFT)
        QTest.keyClick(editor, K.Key_D, CTRL)
        assert grid.view.cells.open_editor is editor
        QTest.keyClick(editor, K.Key_Up)
        grid.settle(lambda: grid.at("L28", JUL) == "7")
        assert grid.current == (grid.row("L28") - 1, JUL)

    def test_escape_gives_it_up(self, grid: Grid) -> None:
        before = grid.at("L28", JUL)
        QTest.keyClick(self.start(grid, "7"), K.Key_Escape)
        grid.settle()
        assert grid.at("L28", JUL) == before


class TestNames:
    """The first column lies over the sheet in a view of its own."""

    @pytest.fixture
    def names(self, grid: Grid) -> Sheet:
        grid.window.show_page("capital")
        grid.settle()
        sheet: Sheet = grid.window.pages["capital"].sheet  # type: ignore[attr-defined]
        sheet.view.go_to(0, 0)
        return sheet

    def editor(self, names: Sheet) -> CellEditor:
        QTest.keyClick(names.view, K.Key_F2)
        editor = names.frozen.cells.open_editor
        assert editor is not None
        return editor

    def test_enter_goes_down_one_row(self, grid: Grid, names: Sheet) -> None:
        editor = self.editor(names)
        editor.setText("Another scanner")
        QTest.keyClick(editor, K.Key_Return)
        grid.settle()
        assert "Another scanner" in names.model.text(0, 0)
        assert names.view.currentIndex().row() == 1

    def test_a_text_that_is_too_long_is_refused_not_cut(self, grid: Grid, names: Sheet) -> None:
        before, editor = names.model.text(0, 0), self.editor(names)
        QGuiApplication.clipboard().setText("9" * 70_000)
        editor.selectAll()
        editor.paste()
        assert len(editor.text()) == 70_000
        QTest.keyClick(editor, K.Key_Return)
        grid.settle()
        assert names.frozen.cells.open_editor is editor
        assert "70,000 characters; at most 65,536" in editor.accessibleDescription()
        assert names.model.text(0, 0) == before
        QTest.keyClick(editor, K.Key_Escape)


class TestRectangles:
    def test_delete_gives_cells_back_to_their_rule_and_undo_brings_them_again(
        self, grid: Grid
    ) -> None:
        before = grid.at("L28", JUL)
        grid.go("L28", JUL)
        grid.type("7")
        grid.go("L28", JUL)
        grid.key(K.Key_Delete)
        assert grid.at("L28", JUL) == before
        grid.key(K.Key_Z, CTRL)
        grid.settle(lambda: grid.at("L28", JUL) == "7")

    def test_copy_and_paste_a_rectangle(self, grid: Grid) -> None:
        grid.go("L17", JUL)
        grid.view.go_to(grid.row("L18"), AUG, extend=True)
        grid.key(K.Key_C, CTRL)
        text = QGuiApplication.clipboard().text()
        assert [len(row) for row in from_tsv(text)] == [2, 2]
        grid.go("L20", JUL)
        grid.key(K.Key_V, CTRL)
        for source, target in (("L17", "L20"), ("L18", "L21")):
            for column in (JUL, AUG):
                assert grid.at(target, column) == grid.at(source, column)
        journal = grid.window.desk.session.journal(1)  # type: ignore[union-attr]
        assert journal[0].note == "4 budget cells"

    def test_one_value_fills_the_selection(self, grid: Grid) -> None:
        QGuiApplication.clipboard().setText("5")
        grid.go("L17", JUL)
        grid.view.go_to(grid.row("L18"), AUG, extend=True)
        grid.key(K.Key_V, CTRL)
        assert {grid.at(line, column) for line in ("L17", "L18") for column in (JUL, AUG)} == {"5"}

    @pytest.mark.parametrize(
        "block", ["1\t2\r\nx\t3\r\n", "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15"]
    )
    def test_a_block_is_taken_whole_or_not_at_all(self, grid: Grid, block: str) -> None:
        before = [grid.at(line, JUL) for line in ("L17", "L18")]
        QGuiApplication.clipboard().setText(block)
        grid.go("L17", JUL)
        grid.key(K.Key_V, CTRL)
        assert "Nothing was pasted" in grid.said
        assert [grid.at(line, JUL) for line in ("L17", "L18")] == before

    def test_fill_down_and_right(self, grid: Grid) -> None:
        grid.go("L17", JUL)
        grid.type("9")
        grid.go("L17", JUL)
        grid.view.go_to(grid.row("L19"), JUL, extend=True)
        grid.key(K.Key_D, CTRL)
        assert [grid.at(line, JUL) for line in ("L17", "L18", "L19")] == ["9"] * 3
        grid.go("L17", JUL)
        grid.view.go_to(grid.row("L17"), JUL + 2, extend=True)
        grid.key(K.Key_R, CTRL)
        assert [grid.at("L17", JUL + n) for n in range(3)] == ["9"] * 3

    def test_the_line_of_figures(self, grid: Grid) -> None:
        for n, line in enumerate(("L17", "L18", "L19"), start=1):
            grid.go(line, JUL)
            grid.type(str(n))
        grid.go("L17", JUL)
        grid.view.go_to(grid.row("L19"), JUL, extend=True)
        assert "Sum 6    Mean 2    Count 3" in grid.sheet._foot.text()

    def test_the_line_of_figures_follows_what_changes_beneath_it(self, grid: Grid) -> None:
        foot = grid.sheet._foot
        grid.select("L17", JUL, "L17", SEP)
        before = foot.text()
        QGuiApplication.clipboard().setText("1\t2\t6\n")
        grid.key(K.Key_V, CTRL)
        grid.settle(lambda: "Sum 9    Mean 3    Count 3" in foot.text())
        grid.key(K.Key_Z, CTRL)
        grid.settle(lambda: foot.text() == before)

    def test_what_unit_was_pasted_is_said_where_it_is_not_plain(self, grid: Grid) -> None:
        QGuiApplication.clipboard().setText("120000\n")
        grid.go("L17", JUL)
        grid.key(K.Key_V, CTRL)
        assert grid.said == "Pasted 1 cell as US$ thousands."
        grid.window.pages["operating"].units.choose("1")  # type: ignore[attr-defined]
        grid.window.pages["operating"]._on_unit("1")  # type: ignore[attr-defined]
        grid.go("L17", AUG)
        grid.key(K.Key_V, CTRL)
        assert grid.at("L17", AUG) == "120,000"
        assert grid.said == "Pasted 1 cell as US$ thousands."

    def test_a_figure_that_grows_finds_room_and_names_take_what_is_left(self, grid: Grid) -> None:
        narrow = grid.view.columnWidth(JUL)
        grid.go("L17", JUL)
        grid.type("123456789")
        grid.settle(lambda: grid.view.columnWidth(JUL) > narrow)
        assert QFontMetrics(font(CELL_SIZE, SEMIBOLD)).horizontalAdvance(
            "123,456,789"
        ) < grid.view.columnWidth(JUL)
        before = grid.view.columnWidth(0)
        grid.window.resize(2600, 900)
        grid.settle(lambda: grid.view.columnWidth(0) > before)

    def test_a_year_that_is_pasted_with_its_months_follows_from_them(self, grid: Grid) -> None:
        for column, text in ((JUL, "1"), (AUG, "2"), (SEP, "4")):
            grid.go("L17", column)
            grid.type(text)
        grid.select("L17", JUL, "L17", TOTAL)
        grid.key(K.Key_C, CTRL)
        grid.go("L18", JUL)
        grid.key(K.Key_V, CTRL)
        assert grid.months("L18") == ["1", "2", "4"]
        assert grid.at("L18", TOTAL) == grid.at("L17", TOTAL)

    def test_the_rest_of_an_uneven_block_is_left_alone(self, grid: Grid) -> None:
        grid.go("L17", AUG)
        grid.type("5")
        QGuiApplication.clipboard().setText("7\n8\t9\n")
        grid.go("L17", JUL)
        grid.key(K.Key_V, CTRL)
        assert grid.months("L17")[:2] == ["7", "5"]
        assert grid.months("L18")[:2] == ["8", "9"]

    def test_an_empty_cell_of_a_block_clears(self, grid: Grid) -> None:
        before = grid.at("L17", AUG)
        grid.go("L17", AUG)
        grid.type("5")
        QGuiApplication.clipboard().setText("7\t\n")
        grid.go("L17", JUL)
        grid.key(K.Key_V, CTRL)
        assert grid.months("L17")[:2] == ["7", before]

    def test_everything_copied_and_pasted_back_changes_nothing(self, grid: Grid) -> None:
        before, journal = grid.lines(), grid.journal()
        grid.key(K.Key_A, CTRL)
        grid.key(K.Key_C, CTRL)
        grid.key(K.Key_V, CTRL)
        assert "Nothing changed" in grid.said
        assert (grid.lines(), grid.journal()) == (before, journal)

    def test_headings_and_computed_cells_are_stepped_over_and_told(self, grid: Grid) -> None:
        heading = next(n for n, row in enumerate(grid.model.rows) if n and row.look == "group")
        above, below = grid.model.rows[heading - 1].key[1], grid.model.rows[heading + 1].key[1]
        total = grid.model.text(heading, SEP)
        QGuiApplication.clipboard().setText("1\t2\n3\t4\n5\t6\n")
        grid.go(above, JUL)
        grid.key(K.Key_V, CTRL)
        assert grid.months(above)[:2] == ["1", "2"]
        assert grid.months(below)[:2] == ["5", "6"]
        assert grid.model.text(heading, SEP) == total
        assert (
            grid.said == "Pasted 4 cells as US$ thousands; 2 that take no input stay as they are."
        )
        QGuiApplication.clipboard().setText("3000\t9\n")
        grid.go(above, TOTAL)
        grid.key(K.Key_V, CTRL)
        assert grid.at(above, TOTAL) == "3,000"
        assert grid.said == "Pasted 1 cell as US$ thousands; 1 that takes no input stays as it is."

    def test_where_nothing_can_be_written_the_reason_is_said(self, grid: Grid) -> None:
        QGuiApplication.clipboard().setText("9")
        grid.go("L17", CHANGE)
        grid.key(K.Key_V, CTRL)
        assert "is computed" in grid.said
        assert grid.said.endswith("Nothing was pasted.")

    def test_filling_down_begins_with_the_first_line(self, grid: Grid) -> None:
        heading = next(n for n, row in enumerate(grid.model.rows) if n and row.look == "group")
        first, second = (grid.model.rows[heading + n].key[1] for n in (1, 2))
        grid.go(first, JUL)
        grid.type("9")
        grid.view.go_to(heading, JUL)
        grid.view.go_to(heading + 2, JUL, extend=True)
        grid.key(K.Key_D, CTRL)
        assert [grid.at(line, JUL) for line in (first, second)] == ["9", "9"]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("9" * 131_073, "a cell of more than 131,072 characters"),
            ("1\t2\n" * (MAX_CELLS // 2) + "3", f"at most {MAX_CELLS:,} cells"),
        ],
    )
    def test_a_clipboard_that_is_too_much_is_refused_in_a_sentence(
        self, grid: Grid, text: str, words: str
    ) -> None:
        before = grid.lines()
        QGuiApplication.clipboard().setText(text)
        grid.go("L17", JUL)
        grid.key(K.Key_V, CTRL)
        assert words in grid.said
        assert grid.said.endswith("Nothing was pasted.")
        assert grid.lines() == before

    def test_a_name_is_copied_as_it_is_edited(self, grid: Grid) -> None:
        grid.window.show_page("capital")
        grid.settle()
        sheet: Sheet = grid.window.pages["capital"].sheet  # type: ignore[attr-defined]
        sheet.view.go_to(0, 0)
        QTest.keyClick(sheet.view, K.Key_C, CTRL)
        assert from_tsv(QGuiApplication.clipboard().text()) == [[sheet.model.edit_text(0, 0)]]


class TestHiddenColumns:
    """Nothing is read from, written to or cleared in a column that can't be seen."""

    @pytest.fixture
    def grid(self, grid: Grid) -> Grid:
        """L28 with 1, 2, 3 from July on, August hidden and July to September selected."""
        for column, text in ((JUL, "1"), (AUG, "2"), (SEP, "3")):
            grid.go("L28", column)
            grid.type(text)
        grid.view.setColumnHidden(AUG, True)  # noqa: FBT003 - Qt names no argument
        grid.select("L28", JUL, "L28", SEP)
        return grid

    def test_what_is_copied_is_pasted_back_where_it_was(self, grid: Grid) -> None:
        before = grid.lines()
        grid.key(K.Key_C, CTRL)
        grid.key(K.Key_V, CTRL)
        assert grid.lines() == before

    def test_a_block_is_pasted_into_the_columns_that_show(self, grid: Grid) -> None:
        QGuiApplication.clipboard().setText("7\t8")
        grid.key(K.Key_V, CTRL)
        assert grid.months("L28") == ["7", "2", "8"]
        assert grid.view.rectangle()[1] == range(JUL, SEP + 1)

    def test_a_block_that_is_wider_than_what_shows_is_refused(self, grid: Grid) -> None:
        QGuiApplication.clipboard().setText("1\t" * (CHANGE - JUL) + "1")
        grid.go("L28", JUL)
        grid.key(K.Key_V, CTRL)
        assert "doesn't fit here. Nothing was pasted." in grid.said

    def test_one_value_fills_the_columns_that_show(self, grid: Grid) -> None:
        QGuiApplication.clipboard().setText("7")
        grid.key(K.Key_V, CTRL)
        assert grid.months("L28") == ["7", "2", "7"]

    def test_cutting_keeps_what_is_not_on_the_clipboard(self, grid: Grid) -> None:
        grid.key(K.Key_X, CTRL)
        assert from_tsv(QGuiApplication.clipboard().text()) == [["1", "3"]]
        shown = grid.months("L28")
        assert shown[1] == "2"
        assert "1" not in shown
        assert "3" not in shown

    def test_filling_passes_over(self, grid: Grid) -> None:
        grid.key(K.Key_R, CTRL)
        assert grid.months("L28") == ["1", "2", "1"]

    def test_keys_and_find_never_go_there(self, grid: Grid) -> None:
        grid.view.setColumnHidden(CHANGE, True)  # noqa: FBT003 - Qt names no argument
        grid.key(K.Key_End)
        assert grid.current[1] == TOTAL
        grid.go("L28", JUL)
        grid.key(K.Key_Right, CTRL)
        assert grid.current[1] == TOTAL
        grid.go("L28", JUL)
        grid.view.go_to(grid.row("L28"), AUG)
        assert grid.current[1] != AUG
        grid.sheet.finder.open_bar()
        QTest.keyClicks(grid.sheet.finder.query, "2")
        assert all(column != AUG for _row, column in grid.sheet.finder._hits)

    def test_hiding_the_current_column_leaves_it(self, grid: Grid) -> None:
        grid.go("L28", SEP)
        action = QAction("Sep", grid.sheet)
        action.setCheckable(True)
        action.setData(SEP)
        grid.sheet._on_column(action)
        assert grid.view.isColumnHidden(SEP)
        assert not grid.view.isColumnHidden(grid.current[1])


class TestMoving:
    def test_groups_fold_and_show_their_sum(self, grid: Grid) -> None:
        rows = len(grid.model.rows)
        group = next(n for n, row in enumerate(grid.model.rows) if row.group == "expense/labour")
        sum_before = grid.model.text(group, TOTAL)
        grid.view.go_to(group, 0)
        grid.key(K.Key_Left)
        assert len(grid.model.rows) < rows
        assert grid.model.text(group, TOTAL) == sum_before
        grid.key(K.Key_Right)
        assert len(grid.model.rows) == rows

    def test_control_arrows_go_to_the_edge_and_shift_extends(self, grid: Grid) -> None:
        grid.view.go_to(3, JUL)
        grid.key(K.Key_Down, CTRL)
        assert grid.current[0] == len(grid.model.rows) - 1
        grid.key(K.Key_Home, CTRL)
        assert grid.current == (0, 0)
        grid.view.go_to(3, JUL)
        grid.key(K.Key_Right, SHIFT)
        grid.key(K.Key_Down, SHIFT)
        assert grid.view.rectangle() == (range(3, 5), range(JUL, JUL + 2))

    def test_find_counts_and_goes_round(self, grid: Grid) -> None:
        grid.sheet.finder.open_bar()
        QTest.keyClicks(grid.sheet.finder.query, "wages")
        first = grid.current
        grid.sheet.finder.next()
        assert grid.current != first
        grid.sheet.finder.previous()
        assert grid.current == first
        assert "found" in grid.sheet.finder._count.text()

    def test_totals_and_names_stay_in_view(self, grid: Grid) -> None:
        grid.window.resize(1024, 700)
        grid.view.horizontalScrollBar().setValue(grid.view.horizontalScrollBar().maximum())
        assert grid.sheet.frozen.isVisible()
        assert grid.sheet.totals.isVisible()
        assert "Contribution" in grid.model.total_text(2, 0)

    def test_a_screen_reader_hears_the_cell(self, grid: Grid) -> None:
        index = grid.model.index(grid.row("L28"), JUL)
        spoken = index.data(int(Qt.ItemDataRole.AccessibleTextRole))
        assert spoken == "Agency and traveller staff, Jul: 114"


CELL = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r"), max_size=8
)


class TestClipboard:
    @given(rows=st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=4))
    def test_a_rectangle_survives_the_clipboard(self, rows: list[list[str]]) -> None:
        width = max(map(len, rows))
        whole = [row + ["x"] * (width - len(row)) for row in rows]
        assert from_tsv(to_tsv(whole)) == whole

    def test_excel_ends_with_a_line_end_and_quotes_what_needs_it(self) -> None:
        assert from_tsv('a\t"b\tc"\r\n"say ""x"""\td\r\n') == [["a", "b\tc"], ['say "x"', "d"]]
        assert from_tsv("") == []

    def test_a_row_has_the_cells_that_it_came_with(self) -> None:
        assert from_tsv("7\n8\t9\n") == [["7"], ["8", "9"]]
        assert from_tsv("7\t\n\n8\t9\n") == [["7", ""], [], ["8", "9"]]
        assert from_tsv("7\n\n9\n") == [["7"], [""], ["9"]]

    @pytest.mark.parametrize("text", ["9" * 131_073, "1\n" * (MAX_CELLS + 1)])
    def test_too_much_is_refused(self, text: str) -> None:
        with pytest.raises(BadInputError, match="clipboard"):
            from_tsv(text)

    def test_html_is_escaped(self) -> None:
        assert to_html([["<b>"]]) == "<table><tr><td>&lt;b&gt;</td></tr></table>"


def test_of_thousands_the_foot_says_that_totals_may_not_add(grid: Grid) -> None:
    note = grid.sheet.note
    assert note.text() == ROUNDED
    units = grid.window.pages["operating"].units  # type: ignore[attr-defined]
    for size, shown in (("1", False), ("1000", True)):
        units.choose(size)
        units.chosen.emit(size)
        grid.settle(lambda shown=shown: note.isVisibleTo(grid.sheet) is shown)  # type: ignore[misc]


def test_the_current_cell_never_lies_beneath_the_first_column(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    """Where a sheet scrolls sideways, going left brings the cell out from under the column that stays."""
    example_window.resize(1024, 700)
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    sheet = example_window.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    view = sheet.view
    view.setFocus()
    view.go_to(0, len(view.sheet.columns) - 1)
    assert view.horizontalScrollBar().value() > 0
    while view.currentIndex().column() > 1:
        QTest.keyClick(view, Qt.Key.Key_Left)
        left = view.columnViewportPosition(view.currentIndex().column())
        assert left >= view.columnWidth(0)


def test_a_bold_text_is_cut_by_its_own_width(qtbot: QtBot) -> None:
    del qtbot
    brushes, text = Brushes.now(), "71500 Cardiovascular inpatient unit and clinics"
    metrics = QFontMetrics(brushes.strong)
    room = metrics.horizontalAdvance(text) - 2
    cut = brushes.fitted(text, room, True)  # noqa: FBT003 - as it is called
    assert cut.endswith("…")
    assert metrics.horizontalAdvance(cut) <= room
