"""A cell that takes one of a few things shows them, as a list field does; by keys, by mouse, and while one types."""

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.choice_list import ChoiceList
from dyad_desktop.ui.widgets.sheet.panel import Sheet

K = Qt.Key
SORTS = (("", "not said"), ("e", "Expense"), ("r", "Revenue"), ("o", "Other revenue"))


class Sorts(SheetModel):
    """Two things, each of one of a few sorts."""

    def __init__(self) -> None:
        super().__init__([Column("name", "Name", 120), Column("sort", "Sort", 140, numeric=False)])
        self.kept = ["", "e"]
        self.rows = [Row(("thing", "a")), Row(("thing", "b"))]

    def text(self, row: int, column: int) -> str:
        return self.rows[row].key[1] if column == 0 else dict(SORTS)[self.kept[row]]

    def editable(self, row: int, column: int) -> bool:
        del row
        return column == 1

    def choices(self, row: int, column: int) -> Sequence[tuple[str, str]]:
        del row
        return SORTS if column == 1 else ()

    def parse(self, row: int, column: int, text: str) -> str:
        for value, shown in self.choices(row, column):
            if shown == text:
                return value
        raise BadInputError(f"“{text}” is none of them")

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        for row, _column, value in cells:
            self.kept[row] = value or ""

    def register(self, row: int, column: int) -> Address | None:
        del row, column
        return None


@pytest.fixture
def sheet(window: MainWindow, qtbot: QtBot) -> Sheet:
    made = Sheet(Sorts(), "Sorts")
    made.setParent(window)
    made.resize(500, 300)
    made.show()
    made.view.go_to(0, 1)
    made.view.setFocus()
    qtbot.waitUntil(made.view.hasFocus)
    return made


def kept(sheet: Sheet) -> list[str]:
    assert isinstance(sheet.model, Sorts)
    return sheet.model.kept


def opened(sheet: Sheet) -> ChoiceList:
    found = sheet.view.cells.list
    assert found is not None
    assert found.popup.isVisible()
    return found


def shown(listed: ChoiceList) -> list[str]:
    model = listed.popup.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (K.Key_Return, Qt.KeyboardModifier.NoModifier), (K.Key_Space, Qt.KeyboardModifier.NoModifier),
        (K.Key_F2, Qt.KeyboardModifier.NoModifier), (K.Key_Down, Qt.KeyboardModifier.AltModifier),
    ],
)  # fmt: skip
def test_a_key_opens_it_and_enter_takes_what_is_marked(
    sheet: Sheet, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    QTest.keyClick(sheet.view, key, modifier)
    listed = opened(sheet)
    assert shown(listed) == [text for _, text in SORTS]
    assert listed.popup.currentIndex().data() == "not said"
    QTest.keyClick(listed.popup, K.Key_Down)
    QTest.keyClick(listed.popup, K.Key_Return)
    qtbot.waitUntil(lambda: kept(sheet) == ["e", "e"])
    assert not sheet.view.editing
    qtbot.waitUntil(lambda: sheet.window().focusWidget() is sheet.view)


def test_a_second_click_opens_it_and_a_click_takes_one(sheet: Sheet, qtbot: QtBot) -> None:
    left, view = Qt.MouseButton.LeftButton, sheet.view
    at = view.visualRect(sheet.model.index(1, 1)).center()
    QTest.mouseClick(view.viewport(), left, pos=at)
    assert not view.editing
    QTest.mouseClick(view.viewport(), left, pos=at)
    listed = opened(sheet)
    assert listed.popup.currentIndex().data() == "Expense"
    place = listed.popup.visualRect(listed.popup.model().index(3, 0)).center()
    QTest.mouseClick(listed.popup.viewport(), left, pos=place)
    qtbot.waitUntil(lambda: kept(sheet) == ["", "o"])


def test_what_is_typed_leaves_what_fits_what_begins_with_it_first(
    sheet: Sheet, qtbot: QtBot
) -> None:
    QTest.keyClicks(sheet.view, "r")
    editor = sheet.view.cells.open_editor
    assert editor is not None
    QTest.keyClicks(editor, "ev")
    listed = opened(sheet)
    assert shown(listed) == ["Revenue", "Other revenue"]
    QTest.keyClick(listed.popup, K.Key_Return)
    qtbot.waitUntil(lambda: kept(sheet) == ["r", "e"])


def test_what_is_none_of_them_stays_with_its_reason(sheet: Sheet) -> None:
    QTest.keyClicks(sheet.view, "q")
    editor = sheet.view.cells.open_editor
    assert editor is not None
    assert sheet.view.cells.list is not None
    assert not sheet.view.cells.list.popup.isVisible()
    QTest.keyClick(editor, K.Key_Return)
    assert sheet.view.editing
    assert "none of them" in editor.accessibleDescription()
    QTest.keyClick(editor, K.Key_Escape)
    assert kept(sheet) == ["", "e"]


def test_escape_leaves_the_list_and_then_the_cell_as_it_was(sheet: Sheet, qtbot: QtBot) -> None:
    QTest.keyClick(sheet.view, K.Key_F2)
    QTest.keyClick(opened(sheet).popup, K.Key_Escape)
    editor = sheet.view.cells.open_editor
    assert editor is not None
    QTest.keyClick(editor, K.Key_Escape)
    qtbot.waitUntil(lambda: not sheet.view.editing)
    assert kept(sheet) == ["", "e"]


def test_a_cell_of_any_text_is_left_by_enter_as_ever(sheet: Sheet) -> None:
    sheet.view.go_to(0, 0)
    QTest.keyClick(sheet.view, K.Key_Return)
    assert not sheet.view.editing
    assert sheet.view.currentIndex().row() == 1
