"""A selection grows from the current cell, which stays where it began: there goes what is typed, as in spreadsheets."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.errors import BadInputError
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from dyad_desktop.ui.widgets.sheet.selecting import far_corner

K, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


class Kept(SheetModel):
    """Forty rows with a name and three columns that take any text but "no"."""

    def __init__(self) -> None:
        titles = [Column("name", "Name", 120, numeric=False), *(Column(c, c, 80) for c in "abc")]
        super().__init__(titles)
        self.cells = {(r, c): f"{r}.{c}" for r in range(40) for c in range(1, 4)}
        self.replace_rows([Row(("thing", str(n))) for n in range(40)])

    def text(self, row: int, column: int) -> str:
        return self.cells[row, column] if column else f"Row {row}"

    def number(self, row: int, column: int) -> Decimal | None:
        del row, column
        return None

    def editable(self, row: int, column: int) -> bool:
        return row >= 0 and column > 0

    def parse(self, row: int, column: int, text: str) -> str:
        del row, column
        if text == "no":
            raise BadInputError("“no” isn't taken")
        return text

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        self.cells |= {(row, column): text for row, column, text in cells}

    def clear_cells(self, cells: Sequence[tuple[int, int]]) -> bool:
        self.cells |= dict.fromkeys(cells, "")
        return True


class Hand:
    """A sheet on the screen, with a hand on keyboard and mouse."""

    def __init__(self, qtbot: QtBot) -> None:
        self.model = Kept()
        self.sheet = Sheet(self.model, "Kept")
        self.view = self.sheet.view
        qtbot.addWidget(self.sheet)
        self.sheet.resize(600, 400)
        self.sheet.show()
        with qtbot.waitActive(self.sheet):
            self.sheet.activateWindow()
        self.view.setFocus()

    def keys(self, *keys: Qt.Key, with_: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            QTest.keyClick(self.view, key, with_)

    def type(self, text: str, end: Qt.Key = K.Key_Return) -> None:
        QTest.keyClicks(self.view, text[0])
        editor = self.view.cells.open_editor
        assert editor is not None
        QTest.keyClicks(editor, text[1:])
        QTest.keyClick(editor, end)

    @property
    def at(self) -> tuple[int, int]:
        index = self.view.currentIndex()
        return index.row(), index.column()

    @property
    def chosen(self) -> tuple[range, range]:
        return self.view.rectangle()

    def point(self, row: int, column: int) -> QPoint:
        return self.view.visualRect(self.model.index(row, column)).center()

    def drag(self, *cells: tuple[int, int], on: QWidget | None = None) -> None:
        port = self.view.viewport()
        source = on or port
        first, *others = [
            source.mapFromGlobal(port.mapToGlobal(self.point(*cell))) for cell in cells
        ]
        QTest.mousePress(source, LEFT, NONE, first)
        for to in others:
            QTest.mouseMove(source, to)
        QTest.mouseRelease(source, LEFT, NONE, others[-1])


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    found = Hand(qtbot)
    found.view.go_to(2, 1)
    return found


def test_what_is_typed_into_a_selection_goes_where_it_began(hand: Hand) -> None:
    hand.keys(K.Key_Down, with_=SHIFT)
    hand.keys(K.Key_Delete)
    hand.type("33")
    assert (hand.model.text(2, 1), hand.model.text(3, 1)) == ("33", "")
    assert hand.at == (3, 1)
    assert hand.chosen == (range(2, 4), range(1, 2))
    hand.type("34")
    assert (hand.model.text(2, 1), hand.model.text(3, 1)) == ("33", "34")
    assert hand.at == (2, 1)


def test_enter_and_tab_go_through_the_selection_and_shift_back(hand: Hand) -> None:
    hand.keys(K.Key_Down, K.Key_Right, with_=SHIFT)
    seen = [hand.at]
    for key in (K.Key_Tab, K.Key_Tab, K.Key_Tab, K.Key_Tab):
        hand.keys(key)
        seen.append(hand.at)
    assert seen == [(2, 1), (2, 2), (3, 1), (3, 2), (2, 1)]
    hand.keys(K.Key_Return, K.Key_Return)
    assert hand.at == (2, 2)
    hand.keys(K.Key_Return, with_=SHIFT)
    assert hand.at == (3, 1)
    hand.keys(K.Key_Backtab)
    assert hand.at == (2, 2)
    assert hand.chosen == (range(2, 4), range(1, 3))
    hand.keys(K.Key_Down)
    assert (hand.at, hand.chosen) == ((3, 2), (range(3, 4), range(2, 3)))


def test_a_hidden_column_is_no_stop(hand: Hand) -> None:
    hand.view.setColumnHidden(2, True)  # noqa: FBT003 - Qt names no argument
    hand.keys(K.Key_Right, with_=SHIFT)
    hand.keys(K.Key_Tab)
    assert hand.at == (2, 3)
    hand.keys(K.Key_Tab)
    assert hand.at == (2, 1)


def test_shift_turns_around_where_the_selection_began(hand: Hand) -> None:
    hand.keys(K.Key_Down, K.Key_Up, K.Key_Up, with_=SHIFT)
    assert (hand.at, hand.chosen[0]) == ((2, 1), range(1, 3))
    hand.keys(K.Key_Down, with_=CTRL | SHIFT)
    assert (hand.at, hand.chosen[0]) == ((2, 1), range(2, 40))
    hand.keys(K.Key_Home, with_=CTRL | SHIFT)
    assert (hand.at, hand.chosen) == ((2, 1), (range(3), range(2)))
    hand.keys(K.Key_PageDown, with_=SHIFT)
    assert hand.at == (2, 1)
    assert hand.chosen[0].start == 2 < hand.chosen[0].stop
    hand.keys(K.Key_Right)
    assert (hand.at, hand.chosen[0]) == ((2, 2), range(2, 3))


def test_pages_go_up_and_down(hand: Hand) -> None:
    hand.keys(K.Key_PageDown)
    there = hand.at
    assert there[0] > 8
    hand.keys(K.Key_PageUp)
    assert hand.at == (2, 1)


def test_the_mouse_selects_from_where_it_was_pressed(hand: Hand) -> None:
    hand.drag((3, 1), (4, 2), (5, 3))
    assert (hand.at, hand.chosen) == ((3, 1), (range(3, 6), range(1, 4)))
    QTest.mouseClick(hand.view.viewport(), LEFT, SHIFT, hand.point(1, 2))
    assert (hand.at, hand.chosen) == ((3, 1), (range(1, 4), range(1, 3)))
    hand.type("7", K.Key_Tab)
    assert hand.model.text(3, 1) == "7"
    QTest.mouseClick(hand.view.viewport(), LEFT, NONE, hand.point(2, 2))
    assert hand.chosen == (range(2, 3), range(2, 3))


def test_a_drag_goes_from_the_names_over_the_figures(hand: Hand) -> None:
    hand.drag((3, 0), (4, 0), (5, 2), on=hand.sheet.frozen.viewport())
    assert (hand.at, hand.chosen) == ((3, 0), (range(3, 6), range(3)))


def test_a_drag_beyond_the_edge_scrolls(hand: Hand) -> None:
    port = hand.view.viewport()
    QTest.mousePress(port, LEFT, NONE, hand.point(3, 1))
    below = QPoint(hand.point(3, 1).x(), port.height() + 20)
    shown = hand.view.rowAt(port.height() - 1)
    for step in range(4):
        QTest.mouseMove(port, below + QPoint(step, 0))
    QTest.mouseRelease(port, LEFT, NONE, below)
    assert hand.at == (3, 1)
    assert hand.chosen[0].stop - 1 > shown


def test_a_paste_is_chosen_from_its_first_cell(hand: Hand) -> None:
    hand.view.go_to(5, 2)
    hand.keys(K.Key_Up, with_=SHIFT)
    QGuiApplication.clipboard().setText("x\ty\r\nz\tw\r\n")
    hand.keys(K.Key_V, with_=CTRL)
    assert (hand.at, hand.chosen) == ((4, 2), (range(4, 6), range(2, 4)))
    hand.keys(K.Key_Down, with_=SHIFT)
    assert hand.chosen[0] == range(4, 7)
    QGuiApplication.clipboard().clear()


def test_what_is_refused_stays_in_the_cell_where_it_was_typed(hand: Hand) -> None:
    hand.keys(K.Key_Down, with_=SHIFT)
    hand.type("no")
    assert hand.view.editing
    assert hand.at == (2, 1)
    editor = hand.view.cells.open_editor
    assert editor is not None
    QTest.keyClick(editor, K.Key_Escape)
    assert hand.chosen[0] == range(2, 4)


def test_typing_brings_the_first_cell_into_view_again(hand: Hand) -> None:
    hand.keys(K.Key_Down, with_=CTRL | SHIFT)
    assert not hand.view.sees(2)
    hand.type("9", K.Key_Tab)
    assert hand.model.text(2, 1) == "9"


def test_the_first_cell_keeps_the_plain_ground_among_those_chosen(hand: Hand) -> None:
    def ground(row: int) -> str:
        box = hand.view.visualRect(hand.model.index(row, 1))
        picture = hand.view.viewport().grab().toImage()
        ratio = picture.devicePixelRatio()
        at = box.topRight() + QPoint(-6, 6)
        return picture.pixelColor(int(at.x() * ratio), int(at.y() * ratio)).name()

    chosen, plain = theme.colour("selected").name(), theme.colour("surface").name()
    assert ground(2) == chosen
    hand.keys(K.Key_Down, with_=SHIFT)
    assert (ground(2), ground(3)) == (plain, chosen)
    hand.keys(K.Key_Up, with_=SHIFT)
    assert (ground(2), ground(3)) == (chosen, plain)


def test_the_corner_that_grows_is_across_from_the_current_cell(hand: Hand) -> None:
    assert far_corner(hand.view) == (2, 1)
    hand.view.go_to(0, 3, extend=True)
    assert far_corner(hand.view) == (0, 3)
