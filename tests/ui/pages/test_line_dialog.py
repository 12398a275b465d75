"""A line's master data in the window: what drives it is said in any order, and kept once it is whole."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.pages.operating.line_dialog import LineDialog
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.shell.window import MainWindow

KIND, REF = "driver_kind", "driver_ref"


class Person:
    """Somebody who works in the dialog of L40, a line that stays as the year before."""

    def __init__(self, desk: Desk, dialog: LineDialog, qtbot: QtBot) -> None:
        self.desk, self.dialog, self._qtbot = desk, dialog, qtbot
        self.said: list[str] = []
        self.commits: list[object] = []
        desk.said.connect(lambda text, _undo: self.said.append(text))
        desk.changed.connect(self.commits.append)

    def choose(self, kind: str) -> None:
        """Choose what the line is driven by."""
        box = self.dialog.form.fields[KIND].editor
        assert isinstance(box, QComboBox)
        box.setFocus()
        box.setCurrentIndex(box.findData(kind))
        box.activated.emit(box.currentIndex())
        self.rest()

    def name(self, ref: str) -> None:
        """Type which one."""
        line = self.dialog.form.fields[REF].editor
        assert isinstance(line, QLineEdit)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, ref)
        QTest.keyClick(line, Qt.Key.Key_Tab)
        self.rest()

    def rest(self) -> None:
        self._qtbot.waitUntil(lambda: not self.desk.runner.busy)

    def kept(self) -> tuple[str, str | None]:
        line = self.desk.book.need(OperatingLine, "L40")
        return line.driver_kind, line.driver_ref

    @property
    def shown(self) -> tuple[str, str]:
        return self.dialog.form.fields[KIND].text, self.dialog.form.fields[REF].text

    @property
    def word(self) -> str:
        """Return what is said under both fields."""
        labels = [self.dialog.form.fields[name]._reason for name in (KIND, REF)]
        return " ".join(one.text() for one in labels if one.isVisible())


@pytest.fixture
def person(example_window: MainWindow, qtbot: QtBot) -> Iterator[Person]:
    example_window.show_page("operating")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    page.show_thing(("operating_line", "L40"))
    page.edit_line()
    yield Person(page.desk, page._line, qtbot)
    page._line.accept()


def test_what_drives_a_line_is_chosen_first_and_named_then(person: Person) -> None:
    before = person.desk.budget.lines["L40"].total
    assert person.kept() == ("fixed", None)
    person.choose("volume")
    assert person.kept() == ("fixed", None)
    assert "which volume" in person.word
    assert "earlier value" not in person.word
    assert not person.dialog.form.fields[REF].editor.property("invalid")
    person.name("V03")
    assert person.kept() == person.shown == ("volume", "V03")
    assert person.word == ""
    assert len(person.commits) == 1
    assert person.desk.budget.lines["L40"].total == 2_462_177_00 != before
    person.desk.undo()
    person.rest()
    assert person.kept() == ("fixed", None)
    assert person.shown == ("fixed", "")


def test_it_is_named_first_and_chosen_then(person: Person) -> None:
    person.name("V03")
    assert person.kept() == ("fixed", None)
    assert "driven by" in person.word
    person.choose("volume")
    assert person.kept() == person.shown == ("volume", "V03")
    assert person.word == ""
    assert len(person.commits) == 1


def test_what_isn_t_there_is_refused_in_plain_words_and_the_rest_waits(person: Person) -> None:
    person.choose("volume")
    person.name("V99")
    assert person.kept() == ("fixed", None)
    assert "volume 'V99', which isn't there" in person.word
    assert "V03" in person.word  # what there is
    assert "driver_" not in person.word
    assert person.shown == ("volume", "V99")
    person.name("V03")
    assert person.kept() == ("volume", "V03")
    assert person.word == ""


def test_another_kind_waits_for_another_name_and_either_can_be_taken_back(person: Person) -> None:
    person.choose("volume")
    person.name("V03")
    person.choose("fte")
    assert person.kept() == ("volume", "V03")
    assert "which position" in person.word
    person.choose("volume")
    assert person.word == ""
    assert len(person.commits) == 1
    person.name("")
    assert person.kept() == ("volume", "V03")
    assert "which volume" in person.word
    person.choose("fixed")
    assert person.kept()[0] == "fixed"
    assert person.word == ""
    person.choose("volume")  # what it was driven by is remembered
    assert person.kept() == person.shown == ("volume", "V03")


def test_a_change_elsewhere_leaves_what_waits_and_closing_tells_it(person: Person) -> None:
    person.choose("volume")
    category = person.dialog.form.fields["category"].editor
    assert isinstance(category, QLineEdit)
    category.setFocus()
    category.setText("imaging")
    QTest.keyClick(category, Qt.Key.Key_Tab)
    person.rest()
    assert person.desk.book.need(OperatingLine, "L40").category == "imaging"
    assert person.shown == ("volume", "")
    assert "which volume" in person.word
    person.dialog.accept()
    assert "stays fixed" in person.said[-1]


def test_back_to_fixed_without_a_name_is_nothing(person: Person) -> None:
    person.choose("line_group")
    assert "which group of lines" in person.word
    person.choose("fixed")
    assert person.word == ""
    assert person.shown == ("fixed", "")
    assert person.commits == []
    person.dialog.accept()
    assert person.said == []


def test_closing_over_a_refused_name_tells_what_stands(person: Person) -> None:
    person.choose("volume")
    person.name("V03")
    person.name("V99")
    person.dialog.accept()
    assert "stays driven by" in person.said[-1]
    assert "(V03)" in person.said[-1]
