"""Rows that come and go beneath a cursor, a selection and an editor: what stays stays where it was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.widgets.sheet.panel import Sheet


class Things(SheetModel):
    """Figures of things; one that is gone can't be asked for, as in the sheets of the pages."""

    def __init__(self, names: Iterable[int]) -> None:
        super().__init__([Column("name", "Name", 90, numeric=False), Column("a", "A", 90)])
        self.written: list[tuple[tuple[str, str], int, str]] = []
        self._known: Mapping[str, int] = {}
        self.show(names)

    def show(self, names: Iterable[int]) -> None:
        """Show newer things: the figures are known before the rows, as in the sheets of the pages."""
        self._known = {str(name): name for name in names}
        self.replace_rows([Row(("thing", name)) for name in self._known])

    def become(self, name: str, figure: int) -> None:
        """Show another figure in a row that stays."""
        self._known = {**self._known, name: figure}
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 1))

    def text(self, row: int, column: int) -> str:
        del column
        return str(self._known[self.rows[row].key[1]])

    def number(self, row: int, column: int) -> Any:  # noqa: ANN401 - nothing to add up, but it must be there
        self.text(row, column)

    def editable(self, row: int, column: int) -> bool:
        return bool(self.rows[row]) and column > 0

    def parse(self, row: int, column: int, text: str) -> str:
        del row, column
        return text

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        self.written += [(self.rows[row].key, column, value) for row, column, value in cells]


class Held:
    """A sheet on the screen, and what can be seen of it."""

    def __init__(self, names: Iterable[int], qtbot: QtBot) -> None:
        self.model = Things(names)
        self.sheet = Sheet(self.model, "Things")
        self.view = self.sheet.view
        self.said: list[str] = []
        self.sheet.said.connect(self.said.append)
        qtbot.addWidget(self.sheet)
        self.sheet.resize(400, 300)
        self.sheet.show()
        with qtbot.waitActive(self.sheet):
            self.sheet.activateWindow()
        self.view.setFocus()

    @property
    def names(self) -> list[int]:
        return [int(row.key[1]) for row in self.model.rows]

    def current(self) -> int | None:
        at = self.view.currentIndex()
        return self.names[at.row()] if at.isValid() else None

    @property
    def top(self) -> int:
        return self.names[self.view.rowAt(0)]

    @property
    def chosen(self) -> list[int]:
        rows, _ = self.view.rectangle()
        return self.names[rows.start : rows.stop]

    def go(self, name: int, *, extend: bool = False) -> None:
        self.view.go_to(self.names.index(name), 1, extend=extend)


@pytest.mark.parametrize(
    ("names", "current"),
    [
        (range(45, 90), 60),  # in front
        (range(50, 95), 60),  # behind
        (range(40, 120), 60),
        (range(55, 70), 60),  # fewer at both ends
        ([*range(50, 59), 7, *range(59, 90)], 60),  # in the middle
        ([*range(50, 60), *range(62, 90)], 62),  # the current one is gone: the next is in its place
        (range(50, 60), 59),
        (range(65, 90), 65),
        (range(200, 203), 200),
    ],
)
def test_the_current_cell_stays_on_its_row(
    qtbot: QtBot, names: Iterable[int], current: int
) -> None:
    held = Held(range(50, 90), qtbot)
    held.go(60)
    held.model.show(names)
    assert held.current() == current
    assert held.view.currentIndex().column() == 1
    assert held.chosen == [current]
    held.sheet.grab()
    held.model.show([])
    assert held.current() is None
    held.model.show(names)
    assert held.current() is None


def test_where_another_row_becomes_current_it_is_told_and_where_none_does_not(qtbot: QtBot) -> None:
    held = Held(range(50, 90), qtbot)
    held.go(60)
    moves: list[int | None] = []
    held.sheet.moved.connect(lambda: moves.append(held.current()))
    held.model.show(range(45, 90))
    held.model.show([*range(45, 60), *range(61, 90)])
    assert moves == []  # whoever shows newer things isn't done with it yet
    qtbot.waitUntil(lambda: moves == [61])


def test_what_is_seen_stays_where_rows_come_or_go_before_it(qtbot: QtBot) -> None:
    held = Held(range(50, 250), qtbot)
    held.view.verticalScrollBar().setValue(20)
    held.go(75)
    assert held.top == 70
    for names in (range(45, 250), range(60, 250), [5, *range(60, 270)], range(70, 250)):
        held.model.show(names)
        assert (held.top, held.current()) == (70, 75)
        frozen = held.sheet.frozen.verticalScrollBar()
        qtbot.waitUntil(lambda bar=frozen: bar.value() == held.view.verticalScrollBar().value())  # type: ignore[misc]
    held.model.show(range(72, 250))
    assert (held.top, held.current()) == (72, 75)


def test_sorted_otherwise_the_sheet_stays_and_the_current_row_is_brought_into_view(
    qtbot: QtBot,
) -> None:
    held = Held(range(50, 250), qtbot)
    held.go(50)
    held.model.show([*range(51, 150), 50, *range(150, 250)])
    assert held.current() == 50
    shown = held.view.visualRect(held.view.currentIndex())
    assert held.view.viewport().rect().contains(shown.center())
    held.view.verticalScrollBar().setValue(0)
    held.model.show([52, 51, *range(53, 150), 50, *range(150, 250)])
    assert (held.top, held.current()) == (52, 50)


def test_a_selection_goes_with_its_rows_and_grows_over_no_others(qtbot: QtBot) -> None:
    held = Held(range(50, 90), qtbot)
    held.go(60)
    held.go(63, extend=True)
    held.model.show(range(45, 90))
    assert held.chosen == [60, 61, 62, 63]
    QTest.keyClick(held.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert held.chosen == [60, 61, 62, 63, 64]
    held.model.show([*range(45, 62), *range(63, 90)])
    assert held.chosen == [60, 61, 63, 64]
    held.model.show([*range(45, 61), 7, *range(63, 90)])
    assert held.chosen == [60]  # others have come between them: the current cell alone
    QTest.keyClick(held.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert held.chosen == [60, 7]


def test_what_is_chosen_after_its_beginning_went_begins_at_the_current_cell(qtbot: QtBot) -> None:
    held = Held(range(50, 90), qtbot)
    held.go(60)
    held.go(63, extend=True)
    held.model.show(range(62, 90))
    assert held.chosen == [62, 63]
    assert held.current() == 62
    QTest.keyClick(held.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert held.chosen == [62, 63, 64]


@pytest.mark.parametrize(
    "names",
    [range(47, 70), range(52, 70), range(50, 55), range(57, 70), [*range(50, 55), *range(56, 70)]],
)
def test_what_is_typed_is_never_written_into_another_row(
    qtbot: QtBot, names: Iterable[int]
) -> None:
    held = Held(range(50, 70), qtbot)
    held.go(55)
    QTest.keyClicks(held.view, "7")
    before = held.sheet.editing
    held.model.show(names)
    assert (before, held.sheet.editing) == (True, False)
    assert held.said == ["“7” was not kept: the table changed meanwhile."]
    assert held.model.written == []
    QTest.keyClick(held.view, Qt.Key.Key_Return)
    assert held.model.written == []


def test_a_sheet_takes_up_rows_that_come_at_its_end(qtbot: QtBot) -> None:
    held = Held(range(3), qtbot)
    held.model.totals = [Row(("total", "sum"), "total")]
    held.model.show([*range(3), 123_456_789_012])
    assert not held.sheet.totals.isHidden()
    wide = held.view.fontMetrics().horizontalAdvance("123456789012")
    assert held.view.columnWidth(1) > wide


def test_the_place_is_kept_by_a_whole_reset_too(qtbot: QtBot) -> None:
    held = Held(range(50, 250), qtbot)
    held.view.verticalScrollBar().setValue(20)
    held.go(75)
    held.model.beginResetModel()
    held.model.endResetModel()
    assert (held.top, held.current()) == (70, 75)
    assert held.view.currentIndex() != QModelIndex()


def test_what_is_found_is_looked_for_again_where_rows_came_or_changed(qtbot: QtBot) -> None:
    held = Held(range(50, 70), qtbot)
    finder = held.sheet.finder
    finder.open_bar()
    finder.query.setText("55")
    assert held.current() == 55
    held.model.show([155, 7, 8, *range(50, 70)])
    assert held.current() == 55
    qtbot.waitUntil(lambda: finder.found == "4 found")
    finder.next()
    finder.next()
    assert held.current() == 155
    held.model.show(range(50, 54))
    finder.next()
    assert (held.current(), finder.found) == (50, "0 found")


def test_what_the_figures_become_is_found_by_next(qtbot: QtBot) -> None:
    held = Held(range(50, 70), qtbot)
    finder = held.sheet.finder
    finder.open_bar()
    finder.query.setText("65")
    held.model.become("60", 650)
    held.go(52)
    finder.next()
    assert (held.current(), finder.found) == (60, "4 found")
    finder.previous()
    assert held.current() == 65


def test_a_find_bar_that_is_closed_moves_nothing(qtbot: QtBot) -> None:
    held = Held(range(50, 70), qtbot)
    held.sheet.finder.query.setText("65")
    held.sheet.finder.close_bar()
    held.go(52)
    held.model.show(range(40, 70))
    assert held.current() == 52
