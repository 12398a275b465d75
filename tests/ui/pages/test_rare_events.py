"""Days of rare events beside values by period: both can be reached, and what the chart takes is said."""

from decimal import Decimal

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure, Occurrence
from dyad_desktop.services.editing import create, fresh
from dyad_desktop.services.goals import Entry, record_observations
from dyad_desktop.ui.pages.performance.ledger import Ledger
from dyad_desktop.ui.pages.performance.observations import Observations
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("performance")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    shown = example_window.page
    assert isinstance(shown, Page)
    made = fresh(Measure, id="falls", goal="G1", title="Falls", chart="t", unit="days")
    create(shown.desk.session, made)
    return shown


def press(page: Page, text: str) -> None:
    kinds = page.measure.table.kinds.findChildren(QPushButton)
    next(one for one in kinds if one.text() == text).click()


def listed(page: Page) -> Observations | Ledger:
    assert page.measure.sheet is not None
    model = page.measure.sheet.model
    assert isinstance(model, Observations | Ledger)
    return model


def test_days_and_values_of_one_measure_are_both_reached(page: Page, qtbot: QtBot) -> None:
    entries = [Entry(f"2026-{n:02}", "values", Decimal(20 + n)) for n in range(1, 4)]
    record_observations(page.desk.session, "falls", entries)
    page.open_measure("falls")
    page.show_view("table")
    table = page.measure.table
    assert isinstance(listed(page), Observations)
    assert "3 values by period as days between two events" in table.words.text()
    press(page, "Days of events")
    model = listed(page)
    assert isinstance(model, Ledger)
    QGuiApplication.clipboard().setText("Date\n2026-01-05\n5 Feb 2026\n25.03.2026")
    assert page.measure.sheet is not None
    page.measure.sheet.view.go_to(0, 0)
    page.measure.sheet.view.blocks.paste()
    qtbot.waitUntil(lambda: len(page.desk.book.children(Occurrence, "falls")) == 3)
    qtbot.waitUntil(lambda: "The chart takes the days" in table.words.text())
    assert "3 values by period stand beside them" in table.words.text()
    press(page, "Values by period")
    assert isinstance(listed(page), Observations)
    page.open_measure("M1.1")
    assert not table.kinds.isVisible()
    page.open_measure("falls")
    assert isinstance(listed(page), Ledger)  # as the chart takes it


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Date\tPatient name\n2026-01-05\tA. Other", "looks like one row for each patient"),
        ("2026-01-05\t\tFall at night, MRN 4711", "looks like patient data"),
        ("2026-01-05\t\tFall of 078-05-1120 by the window", "looks like patient data"),
    ],
)
def test_pasted_notes_about_patients_are_refused(
    page: Page, qtbot: QtBot, text: str, words: str
) -> None:
    said: list[str] = []
    page.desk.said.connect(lambda told, *_rest: said.append(str(told)))
    page.open_measure("falls")
    page.show_view("table")
    press(page, "Days of events")
    QGuiApplication.clipboard().setText(text)
    assert page.measure.sheet is not None
    page.measure.sheet.view.said.connect(said.append)
    page.measure.sheet.view.go_to(0, 0)
    page.measure.sheet.view.blocks.paste()
    qtbot.waitUntil(lambda: any(words in one for one in said))
    assert page.desk.book.children(Occurrence, "falls") == ()


def test_a_day_that_stands_there_twice_is_told(page: Page, qtbot: QtBot) -> None:
    for day in ("2026-03-03", "2026-03-03", "2026-04-01"):
        create(page.desk.session, fresh(Occurrence, measure="falls", date=day))
    page.open_measure("falls")
    page.show_view("table")
    words = page.measure.table.words
    qtbot.waitUntil(words.isVisible)
    assert words.text().startswith("3 Mar 2026 stands there more than once, with 0 days between.")


def test_an_event_of_years_ago_can_be_annotated(page: Page, qtbot: QtBot) -> None:
    for day in ("2021-03-03", "2026-04-01"):
        create(page.desk.session, fresh(Occurrence, measure="falls", date=day))
    page.open_measure("falls")
    page.measure.note_button.click()
    notes = page.measure.notes
    assert notes.period.itemData(notes.period.count() - 1) == "2021-03"
    assert notes.period.findData("2023-07") >= 0
    notes.period.setCurrentIndex(notes.period.findData("2021-03"))
    notes.text.setText("Ward opened")
    notes.add.click()
    qtbot.waitUntil(lambda: len(notes._forms) == 1)
    box = notes._forms[0].fields["period"].editor
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Mar 2021"
    notes.text.setText("Ward closed")
    notes.add.click()
    qtbot.waitUntil(lambda: len(notes._forms) == 2)

    def heads() -> list[str]:
        found = (one for form in notes._forms for one in form.findChildren(QLabel))
        return [one.text() for one in found if one.isVisible() and one.text()]

    qtbot.waitUntil(lambda: heads() == ["Period", "Text"])
