"""Things that come and go while someone stands on their row, on the pages: nothing breaks, nothing lands elsewhere."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure, Occurrence
from dyad_desktop.services.editing import create, delete, fresh
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.operating.page import Page as OperatingPage
from dyad_desktop.ui.pages.operating.positions import PositionsModel
from dyad_desktop.ui.pages.operating.statistics import VolumesModel
from dyad_desktop.ui.pages.performance import budget
from dyad_desktop.ui.pages.performance.hours_view import HoursModel
from dyad_desktop.ui.pages.performance.ledger import Ledger
from dyad_desktop.ui.pages.performance.lines_view import LinesView
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.ui.pages.budget_page import focused, open_budget
from tests.ui.pages.performance_page import open_performance


def key_at(sheet: Sheet) -> tuple[str, str]:
    return sheet.model.rows[sheet.view.currentIndex().row()].key


@pytest.fixture
def operating(example_window: MainWindow, qtbot: QtBot) -> OperatingPage:
    example_window.show_page("operating")
    page = example_window.page
    assert isinstance(page, OperatingPage)
    example_window.activateWindow()
    qtbot.waitUntil(example_window.isActiveWindow)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    return page


@pytest.mark.parametrize("view", ["positions", "volumes"])
def test_a_new_thing_is_given_up_and_turned_back(
    operating: OperatingPage, qtbot: QtBot, view: str
) -> None:
    desk, sheet = operating.desk, operating.sheets[view]
    operating.show_view(view)
    before = [row.key for row in sheet.model.rows]
    operating.add_thing()
    qtbot.waitUntil(lambda: sheet.editing)
    made = key_at(sheet)
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    desk.undo()
    qtbot.waitUntil(lambda: not desk.runner.busy and len(sheet.model.rows) == len(before))
    assert made not in before
    assert [row.key for row in sheet.model.rows] == before
    assert sheet.view.currentIndex().isValid()


@pytest.mark.parametrize("view", ["positions", "volumes"])
def test_the_last_thing_is_deleted_while_it_is_current(
    operating: OperatingPage, qtbot: QtBot, view: str
) -> None:
    desk, sheet = operating.desk, operating.sheets[view]
    operating.show_view(view)
    operating.add_thing()
    qtbot.waitUntil(lambda: sheet.editing)
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    rows, made = len(sheet.model.rows), key_at(sheet)
    assert desk.selection == made
    assert sheet.view.hasFocus()
    operating.delete_thing()
    qtbot.waitUntil(lambda: not desk.runner.busy and len(sheet.model.rows) < rows)
    assert sheet.view.currentIndex().isValid()
    qtbot.waitUntil(lambda: desk.selection != made)
    assert desk.selection in (key_at(sheet), None)


@pytest.mark.parametrize("made", [VolumesModel, PositionsModel])
@pytest.mark.parametrize("end", [slice(0, 1), slice(0, 2), slice(-1, None), slice(-2, None)])
@pytest.mark.parametrize("more", [0, 1, 3])
def test_things_at_the_ends_go_with_the_cursor_on_them(
    session: Session, qtbot: QtBot, made: type[VolumesModel | PositionsModel], end: slice, more: int
) -> None:
    model = made(session.book)
    sheet = Sheet(model, "Things")
    qtbot.addWidget(sheet)
    sheet.show()
    lines = [row.key for row in model.rows if row.look == "line"]
    at = model.row_of(lines[end][0][1])
    sheet.view.go_to(at, 1)
    sheet.view.go_to(at - more if at > more else at + more, 1, extend=True)
    model.show(session.book.with_entities([(key, None) for key in lines[end]]))
    sheet.grab()
    assert [row.key for row in model.rows if row.look == "line"] == [
        key for key in lines if key not in lines[end]
    ]
    assert 0 <= sheet.view.currentIndex().row() < len(model.rows)


@pytest.mark.parametrize("end", [0, -1])
def test_a_category_is_folded_from_within(
    example_window: MainWindow, qtbot: QtBot, end: int
) -> None:
    page = open_budget(example_window, qtbot)
    page.show_view("lines")
    part = page.budget.part
    assert isinstance(part, LinesView)
    sheet, model = part.sheet, part.model
    groups = [n for n, row in enumerate(model.rows) if row.look == "group"]
    highest = sheet.maximumHeight()
    model.toggle(groups[end])
    lines = [n for n, row in enumerate(model.rows) if row.look == "line"]
    assert sheet.maximumHeight() > highest
    sheet.view.setFocus()
    sheet.view.go_to(lines[end], 2)
    model.toggle(lines[0] - 1)
    assert sheet.maximumHeight() == highest
    assert [n for n, row in enumerate(model.rows) if row.look == "group"] == groups
    assert 0 <= sheet.view.currentIndex().row() < len(model.rows)


def test_while_hours_are_typed_another_year_waits(
    example_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "AT_ONCE", 0)
    page = open_budget(example_window, qtbot)
    page.show_view("hours")
    qtbot.waitUntil(lambda: page.budget.part.findChild(Sheet) is not None)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    sheet = page.budget.part.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    model = sheet.model
    assert isinstance(model, HoursModel)
    first, key = model.rows[0].key, model.rows[4].key
    column = next(
        n for n, one in enumerate(model.columns) if n and one.numeric and model.editable(4, n)
    )

    def type_a_figure() -> None:
        sheet.view.setFocus()
        sheet.view.go_to(4, column)
        QTest.keyClicks(sheet.view, "7")

    page.desk.do(delete, [("operating_line", first[1])])
    with qtbot.waitSignal(page.desk.changed):
        pass
    type_a_figure()  # while the newer year is still being reckoned
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    QApplication.sendPostedEvents()
    assert sheet.editing
    assert model.rows[0].key == first
    with qtbot.waitSignal(page.desk.changed):
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    session = page.desk.session
    written = [one.at for one in session.changes(session.journal(1)[0].id)]
    assert {at.id for at in written} == {key[1]}
    assert model.field_of(column) in [(at.field, at.slot) for at in written]
    qtbot.waitUntil(lambda: model.rows[0].key != first)
    assert key in [row.key for row in model.rows]


def test_an_event_that_was_typed_stays_beneath_the_cursor(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    page = open_performance(example_window, qtbot)
    create(
        page.desk.session,
        fresh(Measure, id="falls", goal="G1", title="Falls", chart="t", unit="days"),
    )
    page.open_measure("falls")
    page.show_view("table")
    table = page.measure.table
    for day, end, row in (
        ("2026-01-05", Qt.Key.Key_Tab, 0),
        ("2026-02-05", Qt.Key.Key_Return, 2),
    ):
        sheet = page.measure.sheet
        assert sheet is not None
        assert isinstance(sheet.model, Ledger)
        count = len(page.desk.book.children(Occurrence, "falls"))
        sheet.view.setFocus()
        sheet.view.go_to(count, 0)
        QTest.keyClicks(sheet.view, day[0])
        QTest.keyClicks(focused(), day[1:])
        with qtbot.waitSignal(page.desk.changed):
            QTest.keyClick(focused(), end)
        qtbot.waitUntil(lambda: not page.desk.runner.busy)
        assert table.sheet is sheet
        assert len(page.desk.book.children(Occurrence, "falls")) == count + 1
        assert sheet.view.currentIndex().row() == row


@pytest.mark.parametrize("part", ["hours", "actuals", "forecast"])
def test_a_line_goes_as_the_unit_changes(
    example_window: MainWindow, qtbot: QtBot, part: str
) -> None:
    page = open_budget(example_window, qtbot)
    page.show_view(part)
    sheet = page.budget.part.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    group = next((n for n, row in enumerate(sheet.model.rows) if row.look == "group"), None)
    if group is not None and sheet.model.rows[group].group in sheet.model.folded:
        sheet.model.toggle(group)
    gone = next(
        row.key for row in sheet.model.rows if row.look == "line" and row.key[0] != "volume"
    )
    sheet.view.go_to([row.key for row in sheet.model.rows].index(gone), 1)
    delete(page.desk.session, [("operating_line", gone[1])])
    page.budget.units.choose("units")
    page.budget.units.chosen.emit("units")
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert gone not in [row.key for row in sheet.model.rows]
    assert page.budget.part.findChild(Sheet) is sheet
    assert sheet.view.currentIndex().isValid()
