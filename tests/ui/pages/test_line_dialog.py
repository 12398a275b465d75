"""A line's master data in the window: what drives it is said in any order, and kept once it is whole."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, delete, set_fields
from dyad_desktop.services.session import ChangeSet, Session
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.pages.operating.line_dialog import LineDialog
from dyad_desktop.ui.pages.operating.page import Page
from dyad_desktop.ui.shell.window import MainWindow

KEY = ("operating_line", "L40")
KIND, REF = "driver_kind", "driver_ref"


class Person:
    """Somebody who works in the dialog of L40, a line that stays as the year before."""

    def __init__(self, desk: Desk, dialog: LineDialog, qtbot: QtBot) -> None:
        self.desk, self.dialog, self._qtbot = desk, dialog, qtbot
        self.said: list[str] = []
        self.commits: list[object] = []
        desk.said.connect(lambda text, _undo: self.said.append(text))
        desk.changed.connect(self.commits.append)

    def choose(self, kind: str, *, rests: bool = True) -> None:
        """Choose what the line is driven by; who doesn't rest goes on before it is kept."""
        box = self.dialog.form.fields[KIND].editor
        assert isinstance(box, QComboBox)
        box.setFocus()
        box.setCurrentIndex(box.findData(kind))
        box.activated.emit(box.currentIndex())
        if rests:
            self.rest()

    def name(self, ref: str, *, rests: bool = True) -> None:
        """Type which one."""
        line = self.dialog.form.fields[REF].editor
        assert isinstance(line, QLineEdit)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, ref)
        QTest.keyClick(line, Qt.Key.Key_Tab)
        if rests:
            self.rest()

    def rest(self) -> None:
        self._qtbot.waitUntil(lambda: not self.desk.runner.busy)

    def hears(self, **written: str) -> None:
        """Let the partner's commit arrive, made without sight of what is said here."""

        def write(session: Session) -> ChangeSet:
            session.write_as("B")
            try:
                return set_fields(session, [FieldEdit(*KEY, *one) for one in written.items()])
            finally:
                session.write_as("A")

        self.desk.do(write)
        self.rest()

    def apart(self, field: str) -> list[tuple[str, object]]:
        """Return what the two hold apart in a field, each with whose it is."""
        sides = self.desk.contested.get(Address(*KEY, field), ())
        return [(side.partner, side.value) for side in sides]

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
    page.show_thing(KEY)
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
    assert person.dialog.isVisible()
    assert "Close again to leave it." in person.word
    person.dialog.accept()
    assert not person.dialog.isVisible()
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
    assert person.dialog.isVisible()
    assert "Close again to leave it" in person.word
    person.dialog.accept()
    assert not person.dialog.isVisible()
    assert "stays driven by" in person.said[-1]
    assert "(V03)" in person.said[-1]


def test_a_refused_name_goes_with_the_kind_that_it_was_for(person: Person) -> None:
    person.choose("volume")
    person.name("V03")
    person.name("V99")
    assert "isn't there" in person.word
    person.choose("fixed")
    assert person.kept() == person.shown == ("fixed", "V03")
    assert person.word == ""
    person.dialog.accept()
    assert not person.dialog.isVisible()


class TestWhatArrivesMeanwhile:
    def test_a_name_doesn_t_overwrite_one_that_arrived_while_it_was_waited_for(
        self, person: Person
    ) -> None:
        person.choose("volume")
        person.hears(driver_kind="volume", driver_ref="V01")
        assert person.shown == ("volume", "")
        person.name("V03")
        assert person.apart(REF) == [("A", "V03"), ("B", "V01")]
        assert person.apart(KIND) == []  # both say so
        assert person.word == ""

    def test_nor_does_a_kind(self, person: Person) -> None:
        person.name("V03")
        person.hears(driver_kind="fte", driver_ref="P01")
        person.choose("volume")
        assert person.apart(KIND) == [("A", "volume"), ("B", "fte")]
        assert person.apart(REF) == [("A", "V03"), ("B", "P01")]

    @pytest.mark.parametrize("early", [True, False])
    def test_nor_what_is_said_after_a_refused_name(self, person: Person, *, early: bool) -> None:
        person.choose("volume")
        if early:
            person.hears(driver_kind="volume", driver_ref="V01")
        person.name("NOPE")
        assert "isn't there" in person.word
        if not early:
            person.hears(driver_kind="volume", driver_ref="V01")
        person.name("V03")
        assert person.apart(REF) == [("A", "V03"), ("B", "V01")]

    def test_what_stood_and_was_refused_leaves_another_kind_alone(self, person: Person) -> None:
        person.choose("volume")
        person.name("V03")
        person.name("NOPE")
        person.hears(driver_kind="fte", driver_ref="P01")
        person.name("V01")
        assert person.apart(KIND) == [("A", "volume"), ("B", "fte")]
        assert person.apart(REF) == [("A", "V01"), ("B", "P01")]

    def test_what_was_only_tried_and_taken_back_disputes_nothing(self, person: Person) -> None:
        person.choose("volume")
        person.name("V03")
        person.choose("fte")
        person.hears(driver_ref="V01")
        person.choose("volume")
        assert person.apart(REF) == person.apart(KIND) == []
        assert person.kept() == person.shown == ("volume", "V01")
        assert person.word == ""

    def test_fixed_taken_back_leaves_what_arrived(self, person: Person) -> None:
        person.choose("volume")
        person.hears(driver_kind="volume", driver_ref="V01")
        person.choose("fixed")
        assert person.apart(REF) == person.apart(KIND) == []
        assert person.kept() == person.shown == ("volume", "V01")

    def test_one_s_own_names_in_a_row_are_no_dispute(self, person: Person) -> None:
        person.choose("volume")
        person.name("V03", rests=False)
        person.name("V01")
        assert person.apart(REF) == person.apart(KIND) == []
        assert person.kept() == person.shown == ("volume", "V01")

    def test_a_kind_that_is_chosen_before_the_name_is_kept_waits(self, person: Person) -> None:
        person.choose("volume")
        person.name("V03", rests=False)
        person.choose("fte")
        assert person.kept() == ("volume", "V03")
        assert person.shown == ("fte", "V03")
        assert "which position" in person.word
        person.hears(driver_ref="V01")
        person.name("P01")
        assert person.apart(REF) == [("A", "P01"), ("B", "V01")]
        assert person.apart(KIND) == []

    @pytest.mark.parametrize("first", [None, "volume", "fixed"])
    def test_of_a_line_that_was_deleted_it_is_refused_in_words(
        self, person: Person, first: str | None
    ) -> None:
        if first == "volume":
            person.choose(first)
        person.desk.do(delete, [KEY])
        person.rest()
        if first == "fixed":
            person.choose(first)
            person.choose("volume")
        else:
            person.name("V03")
        assert "no operating_line 'L40'" in person.word
        person.desk.undo()
        person.rest()
        person.choose("volume")
        person.name("V03")
        assert person.kept() == person.shown == ("volume", "V03")
        assert person.word == ""
