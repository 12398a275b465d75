"""Drives a window as a person does: by the names of things, with keys and clicks."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.operating import CostCentre
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet

W = TypeVar("W", bound=QWidget)
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


class Person:
    """Someone at the window, who waits until what they did has happened."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._bot = qtbot

    @property
    def desk(self) -> Desk:
        """Return the open partnership."""
        assert self.window.desk is not None
        return self.window.desk

    def wait(self, until: Callable[[], object] | None = None) -> None:
        """Wait until nothing is under way, and for a condition."""
        self._bot.waitUntil(
            lambda: not self.window.runner.busy and (until is None or bool(until())), timeout=20_000
        )

    def find(self, cls: type[W], name: str, within: QWidget | None = None) -> W:
        """Return the visible widget that is called so, by its accessible name or its text."""
        found: list[W] = []

        def look() -> bool:
            found[:] = [
                widget
                for widget in (within or self.window).findChildren(cls)
                if widget.isVisible()
                and name in (widget.accessibleName(), getattr(widget, "text", str)())
            ]
            return bool(found)

        self._bot.waitUntil(look, timeout=20_000)
        return found[0]

    def click(self, name: str, within: QWidget | None = None) -> None:
        """Press a button."""
        button = self.find(QPushButton, name, within)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.wait()

    def write(
        self, name: str, text: str, within: QWidget | None = None, *, enter: bool = True
    ) -> None:
        """Write over a line."""
        line = self.find(QLineEdit, name, within)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        if enter:
            QTest.keyClick(line, KEY.Key_Return)
        self.wait()

    def choose(self, name: str, text: str, within: QWidget | None = None) -> None:
        """Choose an entry of a list."""
        combo = self.find(QComboBox, name, within)
        combo.setCurrentIndex(combo.findText(text, Qt.MatchFlag.MatchContains))
        combo.activated.emit(combo.currentIndex())
        self.wait()

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key in the window, which a closed dialog may have left in the background."""
        self.window.activateWindow()
        self._bot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(self.window, key, modifier)
        self.wait()

    def type_cells(self, sheet: Sheet, row: int, column: int, texts: list[str]) -> None:
        """Type down a column of a sheet, Enter after each."""
        sheet.view.setFocus()
        sheet.view.go_to(row, column)
        for text in texts:
            QTest.keyClicks(sheet.view, text[0])
            editor = sheet.view.cells.open_editor
            assert editor is not None
            QTest.keyClicks(editor, text[1:])
            QTest.keyClick(editor, KEY.Key_Return)
            self.wait()

    def paste(self, sheet: Sheet, row: int, column: int, block: str) -> None:
        """Paste a block as it comes from a spreadsheet."""
        QGuiApplication.clipboard().setText(block)
        sheet.view.setFocus()
        sheet.view.go_to(row, column)
        QTest.keyClick(sheet.view, KEY.Key_V, CTRL)
        self.wait()


def new_user(window: MainWindow, qtbot: QtBot, folder: Path) -> Path:
    """Go the whole way of a new pair: from a template to the workbook; returns the workbook."""
    person = Person(window, qtbot)
    start_partnership(person, folder / "harbor.dyad")
    measure = add_goal_and_measure(person)
    enter_observations(person, measure)
    paste_budget(person)
    return export_workbook(person, folder / "harbor.xlsx")


def start_partnership(person: Person, path: Path) -> None:
    """Make a partnership from the first template."""
    person.window.entrance.show_welcome()
    person.click("New partnership")
    dialog = person.window.entrance.dialog
    person.write("Name of the partnership", "Harbor heart service", dialog, enter=False)
    person.write("Name of the physician co-leader", "Dr. Ada Quist", dialog, enter=False)
    person.write("Name of the administrative co-leader", "Ben Osei", dialog, enter=False)
    person.write("File", str(path), dialog, enter=False)
    person.click("Create", dialog)
    person.wait(lambda: person.window.desk is not None)


def write_over(editor: QLineEdit, text: str) -> None:
    """Replace what a line holds and press Enter."""
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, KEY.Key_Return)


def add_goal_and_measure(person: Person) -> str:
    """Create a goal with a measure; returns the measure's id."""
    window, desk = person.window, person.desk
    window.show_page("goals")
    person.wait()
    goals = len(desk.book.rows(Goal))
    person.click("New goal")
    person.wait(lambda: len(desk.book.rows(Goal)) == goals + 1)
    detail = window.pages["goals"].detail  # type: ignore[attr-defined]
    write_over(detail.forms[0].fields["title"].editor, "Every valve on its day")
    person.wait(lambda: any(g.title == "Every valve on its day" for g in desk.book.all(Goal)))
    person.click("Add measure", detail)
    person.click("Begin an empty one", detail.measures.picker)
    person.wait(lambda: len(detail.measures.items) == 1)
    item = next(iter(detail.measures.items.values()))
    write_over(item.forms[0].fields["title"].editor, "Valves on the planned day")
    person.wait(lambda: desk.book.label("measure", item.measure_id) == "Valves on the planned day")
    return str(item.measure_id)


def enter_observations(person: Person, measure_id: str) -> None:
    """Type six observations into the measure's grid."""
    person.desk.go("performance", ("measure", measure_id))
    person.wait()
    page = person.window.page
    assert page is not None
    if not any(sheet.isVisible() for sheet in page.findChildren(Sheet)):
        person.window.toggle_table()
        person.wait()
    sheet = next(sheet for sheet in page.findChildren(Sheet) if sheet.isVisible())
    person.type_cells(sheet, 0, 1, ["71", "74", "78", "77", "82", "85"])
    measure = person.desk.book.need(Measure, measure_id)
    values = [str(value) for value in measure.values.values() if value is not None]
    assert values == ["71", "74", "78", "77", "82", "85"]


def paste_budget(person: Person) -> None:
    """Create two lines, paste a block over both, undo and redo it."""
    window, desk = person.window, person.desk
    window.show_page("operating")
    person.wait()
    for name, account in (("Valve wages", "5110"), ("Valve supplies", "6110")):
        person.click("New")
        asked = window.pages["operating"]._dialog  # type: ignore[attr-defined]
        person.write("Name", name, asked, enter=False)
        person.write("Account", account, asked, enter=False)
        if not desk.book.all(CostCentre):
            person.write("Its number", "4110", asked, enter=False)
            person.write("Its name", "Valve clinic", asked, enter=False)
        person.click("Create", asked)
        person.wait(lambda a=asked: not a.isVisible())  # type: ignore[misc]
    lines = window.pages["operating"].sheets["lines"]  # type: ignore[attr-defined]
    person.wait(lambda: len(lines.model.rows) == 3)
    block = "\r\n".join("\t".join(str(100 * r + m) for m in range(1, 13)) for r in (1, 2)) + "\r\n"
    person.paste(lines, 1, 4, block)
    expense = desk.budget.totals.total_expense
    assert expense == (1200 + 78 + 2400 + 78) * 1000 * 100
    person.press(KEY.Key_Z, CTRL)
    person.wait(lambda: desk.budget.totals.total_expense == 0)
    person.press(KEY.Key_Y, CTRL)
    person.wait(lambda: desk.budget.totals.total_expense == expense)


def export_workbook(person: Person, path: Path) -> Path:
    """Send the budget to finance."""
    person.window.show_page("exchange")
    person.wait()
    person.write("File to write", str(path), enter=False)
    person.click("Write the workbook")
    person.wait(path.exists)
    return path
