"""The panels above a measure's chart: what they need, what they leave, and the steps of a target."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.levels import target_at
from dyad_desktop.replication.change import Address
from dyad_desktop.services.editing import FieldEdit, create, fresh, set_fields
from dyad_desktop.services.rebasing import propose_rebase
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.settings import SettingsPanel
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import GRID
from tests.ui.pages.performance_page import open_performance

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def open_part(page: Page, measure: str, part: str) -> SettingsPanel:
    page.open_measure(measure)
    QTest.mouseClick(page.measure.target_button, LEFT)
    page.measure.targets.parts.chosen.emit(part)
    return page.measure.targets


def shares(page: Page) -> tuple[int, int]:
    """Return the heights of the settings' area and of what its panel needs."""
    area = page.measure.settings_area
    return area.height(), area.needed(area.width())


@pytest.mark.parametrize("part", ["target", "chart", "definition", "rebases"])
def test_an_open_panel_has_all_it_needs_above_a_chart_that_can_be_read(
    page: Page, qtbot: QtBot, part: str
) -> None:
    open_part(page, "M1.1", part)
    view = page.measure

    def fits() -> bool:
        has, needs = shares(page)
        apart = view.card.y() - view.settings_area.geometry().bottom()
        return has == needs and apart >= GRID and view.card.height() >= 290

    qtbot.waitUntil(fits)
    page._on_turned("M2.1")
    qtbot.waitUntil(fits)


def test_where_there_is_no_room_beside_the_chart_a_panel_takes_its_place(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.resize(1024, 700)
    panel, view = open_part(page, "M1.1", "definition"), page.measure
    qtbot.waitUntil(view.card.isHidden)
    assert panel.isVisible()
    qtbot.waitUntil(lambda: view.settings_area.height() > 300)
    view.toggle_look()
    assert view.card.isVisible()
    assert not panel.isVisible()


def test_a_low_panel_in_a_small_window_leaves_a_chart_that_is_low_too(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.resize(1024, 700)
    for period in ("2025-06", "2026-01"):
        propose_rebase(page.desk.session, "M1.1", period, "New call rota")
    open_part(page, "M1.1", "rebases")
    view = page.measure
    qtbot.waitUntil(view.card.isVisible)
    qtbot.waitUntil(view.settings.isHidden)
    qtbot.waitUntil(lambda: view.stack.height() >= 140)
    QTest.mouseClick(view.target_button, LEFT)
    qtbot.waitUntil(view.settings.isVisible)


def test_a_step_is_removed_or_ends_the_target(page: Page, qtbot: QtBot) -> None:
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", "targets", Decimal(50), "2026-01")])
    panel = open_part(page, "M1.1", "target")
    qtbot.waitUntil(lambda: len(panel._steps) == 1)
    box = panel._steps[0].fields["no_target/2026-01"].editor
    assert isinstance(box, QCheckBox)
    box.click()
    qtbot.waitUntil(lambda: target_at(page.desk.book.need(Measure, "M1.1"), "2026-02") is None)
    gone = [one for one in panel.findChildren(QPushButton) if one.text() == "Remove"]
    QTest.mouseClick(gone[0], LEFT)
    qtbot.waitUntil(lambda: target_at(page.desk.book.need(Measure, "M1.1"), "2026-02") == 60)
    qtbot.waitUntil(lambda: not panel._steps)
    assert panel.period.findData("2026-01") >= 0


def test_a_step_that_is_added_stands_beside_what_the_partner_wrote_meanwhile(
    page: Page, qtbot: QtBot
) -> None:
    panel = open_part(page, "M1.1", "target")
    qtbot.waitUntil(lambda: panel.period.count() > 0)
    session, period = page.desk.session, str(panel.period.currentData())
    done: list[object] = []

    def write() -> None:
        me = session.partner
        session.write_as("B" if me == "A" else "A")
        set_fields(session, [FieldEdit("measure", "M1.1", "targets", Decimal(55), period)])
        session.write_as(me)

    page.desk.runner.database(write, done.append)
    qtbot.waitUntil(lambda: bool(done))
    QTest.mouseClick(panel.add, LEFT)
    at = Address("measure", "M1.1", "targets", period)
    qtbot.waitUntil(lambda: session.disagreements() == [at])
    assert {str(side.value) for side in session.sides(at)} == {"55", "60"}


def test_a_lower_end_without_effect_says_so(page: Page, qtbot: QtBot) -> None:
    panel = open_part(page, "M1.1", "target")
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", "target_low", Decimal(50))])
    qtbot.waitUntil(panel.low_words.isVisible)
    assert "has no effect now" in panel.low_words.text()
    assert panel.low_words.geometry().bottom() < panel.period.geometry().top()


def test_levels_that_stand_the_wrong_way_round_are_told_at_their_fields(
    page: Page, qtbot: QtBot
) -> None:
    panel = open_part(page, "M4.1", "target")
    assert panel.order_words.isHidden()
    page.desk.do(set_fields, [FieldEdit("measure", "M4.1", "amber_at", Decimal(85))])
    qtbot.waitUntil(panel.order_words.isVisible)
    assert panel.order_words.text() == (
        "The amber limit 85.0 is above the target 80.0: nothing is at risk."
    )
    assert panel.order_words.geometry().bottom() < panel.period.geometry().top()
    page.desk.undo()
    qtbot.waitUntil(panel.order_words.isHidden)


def test_a_name_that_the_chooser_has_no_room_for_ends_in_dots(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M2.1")
    box, option = page.measure.chooser, QStyleOptionComboBox()
    box.initStyleOption(option)
    assert box.shown(option) == box.currentText()
    option.rect = QRect(0, 0, 160, 30)
    assert box.shown(option).endswith("…")
    assert box.shown(option)[:5] == box.currentText()[:5]


def test_why_no_other_target_can_be_added_is_told(page: Page, qtbot: QtBot) -> None:
    made = fresh(Measure, goal="G1", title="Survey")
    page.desk.do(create, made)
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, made.id) is not None)
    panel = open_part(page, made.id, "target")
    assert not panel.add.isEnabled()
    assert "takes a first value" in panel.add.toolTip()
    page._on_turned("M1.1")
    assert panel.add.isEnabled()
    assert panel.add.toolTip() == ""


def test_names_of_rows_keep_step_where_a_panel_leaves_the_table_less(
    page: Page, qtbot: QtBot
) -> None:
    page.open_measure("M1.1")
    QTest.mouseClick(page.measure.note_button, LEFT)
    page.show_view("table")
    sheet = page.measure.sheet
    assert sheet is not None
    bars = [view.verticalScrollBar() for view in (sheet.view, sheet.frozen)]
    qtbot.waitUntil(lambda: bars[0].value() == bars[0].maximum() > 0)
    qtbot.waitUntil(lambda: bars[0].value() == bars[1].value())


def test_what_happened_is_noted_at_the_point_that_is_read(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    plot, notes = page.measure.plot, page.measure.notes
    assert plot is not None
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(plot, key)
    assert page.measure.note_button.isChecked()
    assert notes.period.currentData() == "2026-09"
    assert notes.text.hasFocus()
    plot.go_to(0)
    qtbot.waitUntil(lambda: plot.axes.get_xlim()[1] > 1)  # once it has painted
    QTest.mouseDClick(plot, LEFT, pos=plot.rect().center())
    read = plot.read_month
    assert read not in ("", "2026-09", "2023-11")  # the pointer's, not the keys'
    assert notes.period.currentData() == read


def test_an_annotation_is_a_line_and_leaves_the_chart_its_place(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    example_window.resize(1024, 700)
    page.open_measure("M1.1")
    QTest.mouseClick(page.measure.note_button, LEFT)
    area = page.measure.notes_area
    qtbot.waitUntil(lambda: area.height() == area.needed(area.width()))
    assert page.measure.card.isVisible()


@pytest.mark.parametrize("steps", [(), ("2025-06", "2026-01", "2026-04")])
def test_what_a_target_does_is_seen_in_a_small_window(
    page: Page, example_window: MainWindow, qtbot: QtBot, steps: tuple[str, ...]
) -> None:
    example_window.resize(1024, 700)
    edits = [
        FieldEdit("measure", "M1.1", "targets", Decimal(50 + n), one) for n, one in enumerate(steps)
    ]
    set_fields(page.desk.session, edits)
    open_part(page, "M1.1", "target")
    view = page.measure
    qtbot.waitUntil(view.card.isVisible)
    qtbot.waitUntil(lambda: view.stack.height() >= 140)
    qtbot.waitUntil(lambda: view.card.geometry().bottom() <= view.height())
    assert not view.says.isVisible()
    assert view.settings_area.height() >= 260
    QTest.mouseClick(view.target_button, LEFT)
    qtbot.waitUntil(view.says.isVisible)


def test_fields_are_called_by_the_new_name_of_their_measure(page: Page, qtbot: QtBot) -> None:
    panel = open_part(page, "M6.1", "definition")
    set_fields(page.desk.session, [FieldEdit("measure", "M6.1", "title", "Turnover of nurses")])
    page.reload()
    editor = panel.forms["target"].fields["target"].editor
    qtbot.waitUntil(lambda: editor.accessibleName() == "Target of Turnover of nurses")


def test_an_annotation_by_enter_is_listed_and_drawn(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    page.measure.note_button.setChecked(True)
    text = page.measure.notes.text
    qtbot.waitUntil(text.hasFocus)
    QTest.keyClicks(text, "Second lab opened")
    QTest.keyClick(text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Second lab opened" in listed(page))
    plot = page.measure.plot
    assert plot is not None
    qtbot.waitUntil(lambda: "Second lab opened" in {one.text for one in plot.labels})
    assert text.hasFocus()


def listed(page: Page) -> list[str]:
    """Return what the annotations say in the panel."""
    return [form.fields["text"].text for form in page.measure.notes._forms]


def test_a_target_by_enter_is_drawn(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    page.measure.target_button.setChecked(True)
    editor = page.measure.targets.forms["target"].fields["target"].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    editor.selectAll()
    QTest.keyClicks(editor, "42")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "M1.1").target == 42)
    qtbot.waitUntil(lambda: "42" in page.measure.facts.target.more.text())
