from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Annotation, Measure, Occurrence, Peer, Rebase
from dyad_desktop.domain.measure_story import flags_of
from dyad_desktop.domain.scorecard import SEVERITY
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, create, delete, fresh, set_fields
from dyad_desktop.services.goals import add_annotation, new_measure
from dyad_desktop.services.rebasing import answer_rebase
from dyad_desktop.ui.charts import loading
from dyad_desktop.ui.charts.labels import rows_for
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.score_columns import LATEST, PERIOD
from dyad_desktop.ui.pages.performance.score_print import Head, print_scorecard
from dyad_desktop.ui.pages.performance.score_rows import cell_text
from dyad_desktop.ui.pages.performance.settings import SettingsPanel
from dyad_desktop.ui.pages.performance.signal_grid import MeasureLink
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.ui.pages.performance_page import grid_of, observations_of, open_performance, row_of

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def type_into(qtbot: QtBot, sheet: Sheet, row: int, column: int, text: str) -> None:
    sheet.view.setFocus()
    sheet.view.go_to(row, column)
    QTest.keyClicks(sheet.view, text[0])
    QTest.keyClicks(focused(), text[1:])
    QTest.keyClick(focused(), Qt.Key.Key_Return)


def value(page: Page, measure: str, period: str) -> Decimal | None:
    return page.desk.book.need(Measure, measure).values.get(period)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_the_scorecard_shows_all_measures_by_goal_and_by_status(page: Page, qtbot: QtBot) -> None:
    rows = page.scorecard.score.rows
    assert sum(row.line is not None for row in rows) == 16
    assert sum(row.line is None for row in rows) == 8
    page.scorecard.grouped.emit("status")
    states = [SEVERITY.index(row.status) for row in page.scorecard.score.rows]
    assert states == sorted(states, reverse=True)
    assert "6 off track" in page.scores.summary.text()
    page.scorecard.grouped.emit("status")
    assert page.scores.order.currentData() == "goal"


def shown(page: Page) -> list[str]:
    return [row.id for row in page.scorecard.score.rows if row.line is not None]


def test_rows_are_filtered_by_words_and_state(page: Page) -> None:
    QTest.keyClicks(page.scores.filter, "readmission")
    assert shown(page) == ["M2.1", "M2.2"] or shown(page) == ["M2.1"]
    assert "of 16 measures" in page.scores.summary.text()
    page.scores.filter.setText("no such thing")
    assert shown(page) == []
    assert page.scores.nothing.isVisible()
    page.scores.filter.clear()
    page.scores.states.setCurrentIndex(page.scores.states.findData("off_track"))
    page.scores.states.activated.emit(0)
    assert len(shown(page)) == 6


def test_a_measure_moves_within_its_goal(page: Page, qtbot: QtBot) -> None:
    page.scorecard.choose(("measure", "M1.2"))
    QTest.keyClick(page.scorecard, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: shown(page)[:2] == ["M1.2", "M1.1"])
    assert page.scorecard.current_key() == ("measure", "M1.2")
    QTest.keyClick(page.scorecard, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not page.window().runner.busy)  # type: ignore[attr-defined]
    assert shown(page)[:2] == ["M1.2", "M1.1"]


def test_the_grid_holds_every_measure_and_opens_it(page: Page) -> None:
    page.show_view("grid")
    links = {link.property("measure"): link for link in page.scores.grid.findChildren(MeasureLink)}
    assert set(links) == set(shown(page))
    QTest.mouseClick(links["M3.1"], LEFT)
    assert page.views.choice == "measure"
    assert page.desk.selection == ("measure", "M3.1")


def test_a_change_that_is_neither_better_nor_worse_has_a_row_of_its_own(
    page: Page, qtbot: QtBot
) -> None:
    page.show_view("grid")

    def rows() -> list[str]:
        texts = [one.text() for one in page.scores.grid.findChildren(QLabel)]
        return [text for text in texts if text.startswith("Special cause")]

    assert rows() == []
    edits = [("direction", "within"), ("target_low", 50), ("target", 62)]
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", name, value) for name, value in edits])
    qtbot.waitUntil(lambda: rows() == ["Special cause: neither better nor worse"])


def test_the_scorecard_is_printed_on_one_page(page: Page, tmp_path: Path) -> None:
    target = tmp_path / "scorecard.pdf"
    page.scores.print_to(str(target))
    written = target.read_bytes()
    assert written.startswith(b"%PDF")
    assert written.count(b"/Type /Page\n") == 1
    page.scores.print_to(str(tmp_path / "missing" / "scorecard.pdf"))
    assert not (tmp_path / "missing").exists()


def test_hundreds_of_rows_are_printed_on_one_page_and_called_small(
    page: Page, tmp_path: Path
) -> None:
    rows = list(page.scorecard.score.rows)
    target = tmp_path / "scorecard.pdf"
    assert print_scorecard(target, rows, Head("Scorecard"))
    assert not print_scorecard(target, rows * 9, Head("Scorecard"))
    assert target.read_bytes().count(b"/Type /Page\n") == 1


def test_nothing_is_printed_where_nothing_matches(page: Page) -> None:
    page.scores.filter.setText("no such measure")
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    QTest.mouseClick(page.scores.save, LEFT)
    assert said == ["No measure matches. Clear the filter to see all."]


def test_every_cell_of_the_scorecard_is_spoken(page: Page) -> None:
    model = page.scorecard.score
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            said = model.data(model.index(row, column), Qt.ItemDataRole.AccessibleTextRole)
            assert model.rows[row].title in said
    assert model.rowCount(model.index(0, 0)) == 0
    assert not QModelIndex().isValid()


def test_enter_opens_the_measure_and_escape_returns(page: Page, qtbot: QtBot) -> None:
    page.scorecard.choose(("measure", "M3.1"))
    QTest.keyClick(page.scorecard, Qt.Key.Key_Return)
    assert page.views.choice == "measure"
    assert page.measure.measure is not None
    assert page.measure.measure.id == "M3.1"
    assert page.desk.selection == ("measure", "M3.1")
    assert "none of the last 6 months" in page.measure.says.text()
    QTest.keyClick(page.measure.shown, Qt.Key.Key_Escape)
    assert page.views.choice == "scorecard"


def test_next_and_previous_follow_the_order_of_the_goals(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    assert not page.measure.back.isEnabled()
    QTest.keyClick(page.measure.shown, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert page.desk.selection == ("measure", "M1.2")
    QTest.mouseClick(page.measure.back, LEFT)
    assert page.desk.selection == ("measure", "M1.1")


def test_t_switches_chart_and_table_from_either(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    QTest.keyClick(page.measure.shown, Qt.Key.Key_T)
    assert page.measure.looks.choice == "table"
    assert page.measure.sheet is not None
    assert page.measure.sheet.view.hasFocus()
    QTest.keyClick(page.measure.sheet.view, Qt.Key.Key_T)
    assert page.measure.looks.choice == "chart"


def test_a_typed_observation_appends_and_offers_the_next_period(page: Page, qtbot: QtBot) -> None:
    sheet = grid_of(page, "M1.1")
    assert observations_of(sheet).period(len(sheet.model.rows) - 1) == "2027-01"
    type_into(qtbot, sheet, row_of(observations_of(sheet), "2026-11"), 1, "59")
    qtbot.waitUntil(lambda: value(page, "M1.1", "2026-11") == Decimal(59))
    qtbot.waitUntil(lambda: observations_of(sheet).period(len(sheet.model.rows) - 1) == "2027-02")
    assert page.measure.facts.latest.value.text() == "59 min"


def test_parts_give_the_value_and_delete_gives_it_back(page: Page, qtbot: QtBot) -> None:
    sheet = grid_of(page, "M2.1")
    row = row_of(observations_of(sheet), "2026-11")
    type_into(qtbot, sheet, row, 2, "13")
    type_into(qtbot, sheet, row, 3, "80")
    qtbot.waitUntil(lambda: value(page, "M2.1", "2026-11") == Decimal("16.3"))
    type_into(qtbot, sheet, row, 1, "17.5")
    qtbot.waitUntil(lambda: value(page, "M2.1", "2026-11") == Decimal("17.5"))
    qtbot.waitUntil(lambda: observations_of(sheet).mark(row, 1) == 0)
    sheet.view.go_to(row, 1)
    QTest.keyClick(sheet.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: value(page, "M2.1", "2026-11") == Decimal("16.3"))
    qtbot.waitUntil(lambda: observations_of(sheet).mark(row, 1) == -1)


def test_a_pasted_column_is_one_change_that_undo_takes_back(page: Page, qtbot: QtBot) -> None:
    page.desk.do(new_measure, "new", "G1", page)
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, "new") is not None)
    sheet = grid_of(page, "new")
    QGuiApplication.clipboard().setText("1\n2\n3\n4\n5\n6\n")
    sheet.view.go_to(0, 1)
    QTest.keyClick(sheet.view, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: value(page, "new", "2026-04") == Decimal(6))
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    page.desk.undo()
    qtbot.waitUntil(lambda: not any(page.desk.book.need(Measure, "new").values.values()))


def test_what_is_no_number_stays_in_the_cell(page: Page, qtbot: QtBot) -> None:
    sheet = grid_of(page, "M1.1")
    type_into(qtbot, sheet, row_of(observations_of(sheet), "2026-11"), 1, "1e99")
    assert sheet.editing
    assert page.busy_editing
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert value(page, "M1.1", "2026-11") is None


def test_the_computed_column_and_the_period_take_no_input(page: Page) -> None:
    sheet = grid_of(page, "M2.1")
    taken = [
        column.key for n, column in enumerate(sheet.model.columns) if sheet.model.editable(0, n)
    ]
    assert taken == ["values", "numerator", "denominator", "marks"]


def test_an_annotation_is_added_and_deleted_with_undo(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M3.1")
    count = len(page.desk.book.children(Annotation, "M3.1"))
    QTest.mouseClick(page.measure.note_button, LEFT)
    assert page.measure.notes.text.hasFocus()
    QTest.keyClick(page.measure.notes.text, Qt.Key.Key_Return)
    qtbot.waitUntil(page.measure.notes.reason.isVisible)
    QTest.keyClicks(page.measure.notes.text, "Two cardiologists left")
    QTest.keyClick(page.measure.notes.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.desk.book.children(Annotation, "M3.1")) == count + 1)
    made = page.desk.book.children(Annotation, "M3.1")[-1]
    assert (made.period, made.text) == ("2026-10", "Two cardiologists left")


def test_undo_straight_after_an_annotation_takes_it_back(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.open_measure("M3.1")
    before = page.desk.book.children(Annotation, "M3.1")
    QTest.mouseClick(page.measure.note_button, LEFT)
    line = page.measure.notes.text
    QTest.keyClicks(line, "Two left")
    QTest.keyClick(line, Qt.Key.Key_Z, CTRL)
    assert line.text() == ""  # while words are typed, undo is theirs
    QTest.keyClicks(line, "Two left")
    QTest.mouseClick(page.measure.notes.add, LEFT)
    qtbot.waitUntil(lambda: len(page.desk.book.children(Annotation, "M3.1")) > len(before))
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    QTest.keyClick(example_window.focusWidget(), Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: page.desk.book.children(Annotation, "M3.1") == before)
    assert line.text() == ""


def test_after_an_annotation_is_deleted_the_keys_are_the_charts(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    page.open_measure("M3.1")
    before = len(page.desk.book.children(Annotation, "M3.1"))
    page.desk.do(add_annotation, "M3.1", "2026-10", "Two left")
    qtbot.waitUntil(lambda: len(page.desk.book.children(Annotation, "M3.1")) > before)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    QTest.mouseClick(page.measure.note_button, LEFT)
    count = len(page.desk.book.children(Annotation, "M3.1"))
    gone = next(
        one for one in page.measure.notes.findChildren(QPushButton) if one.text() == "Delete"
    )
    gone.setFocus()
    QTest.mouseClick(gone, LEFT)
    qtbot.waitUntil(lambda: len(page.desk.book.children(Annotation, "M3.1")) == count - 1)
    shown = page.measure.shown
    qtbot.waitUntil(lambda: example_window.focusWidget() in (shown, shown.focusProxy()))


def test_the_target_is_edited_beside_the_chart(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M3.1")
    QTest.mouseClick(page.measure.target_button, LEFT)
    form = page.measure.targets.forms["target"]
    assert form is not None
    editor = form.fields["target"].editor
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(editor, "22")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "M3.1").target == Decimal(22))
    qtbot.waitUntil(lambda: "on track" in page.measure.facts.target_mark.text())


@pytest.mark.parametrize("dark", [False, True])
def test_charts_are_drawn_sharp_at_two_pixels_a_point(page: Page, dark: bool) -> None:  # noqa: FBT001
    theme.use(dark=dark)
    page.open_measure("M1.1")
    plot = page.measure.plot
    assert plot is not None
    image = QImage(plot.width() * 2, plot.height() * 2, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(2.0)
    plot.render(image)
    assert plot.device_pixel_ratio == 2.0
    assert image.pixelColor(4, 4).name() == theme.colour("surface").name()
    assert plot.accessibleDescription().startswith("At 60 min")
    theme.use(dark=False)


@pytest.mark.parametrize("measure", ["M5.1", "M6.3", "M7.1", "M8.2"])
def test_every_kind_of_measure_is_drawn(page: Page, measure: str) -> None:
    page.open_measure(measure)
    assert page.measure.plot is not None
    assert page.measure.plot.grab().width() > 100


@pytest.mark.parametrize("width", [1024, 1440])
def test_what_happened_is_written_beside_its_own_line(page: Page, width: int) -> None:
    page.window().resize(width, 900)
    page.show_view("table")
    page.open_measure("M1.1")
    plot = page.measure.plot
    assert plot is not None
    plot.grab()
    assert page.measure.chart is not None
    flags = flags_of(page.desk.book, page.measure.chart)
    assert len(flags) == 2
    for flag in flags:
        [label] = [one for one in plot.labels if one.text == flag.text]
        assert 0 < label.x - plot.pixel_of(flag.at, 0)[0] < 10


def test_flags_that_would_overlap_stand_in_rows() -> None:
    assert rows_for([(0, 10), (5, 15), (12, 20)], 1) == [0, 1, 0]


def test_without_measures_the_page_leads_to_goals(page: Page, qtbot: QtBot) -> None:
    keys = [("measure", one.id) for one in page.desk.book.all(Measure)]
    page.desk.do(delete, keys)
    qtbot.waitUntil(page.scores.empty.isVisible)
    page.show_view("measure")
    assert page.views.choice == "scorecard"


def open_part(page: Page, measure: str, part: str) -> SettingsPanel:
    page.open_measure(measure)
    QTest.mouseClick(page.measure.target_button, LEFT)
    panel = page.measure.targets
    panel.parts.chosen.emit(part)
    return panel


def test_new_limits_are_proposed_and_agreed_to(page: Page, qtbot: QtBot) -> None:
    panel = open_part(page, "M1.1", "rebases")
    part = panel.rebases
    part.period.setCurrentIndex(part.period.findData("2025-02"))
    QTest.keyClicks(part.reason, "Single-call activation")
    QTest.mouseClick(part.propose, LEFT)
    qtbot.waitUntil(lambda: len(page.desk.book.children(Rebase, "M1.1")) == 1)
    made = page.desk.book.children(Rebase, "M1.1")[0]
    assert made.agreed == {"A": "2025-02"}
    plot = page.measure.plot
    assert plot is not None
    qtbot.waitUntil(lambda: bool(page.measure.chart and page.measure.chart.proposed))
    plot.grab()
    assert any(label.text == "proposed: Single-call activation" for label in plot.labels)
    page.desk.session.write_as("B")
    page.desk.do(answer_rebase, made.id, agreed=True)
    qtbot.waitUntil(lambda: "rebased Feb 2025" in page.measure.settings.text())
    assert page.measure.chart is not None
    assert page.measure.chart.control is not None
    assert len(page.measure.chart.control.segments) == 2


def test_a_proposal_without_a_reason_says_what_is_missing(page: Page, qtbot: QtBot) -> None:
    part = open_part(page, "M1.1", "rebases").rebases
    QTest.mouseClick(part.propose, LEFT)
    qtbot.waitUntil(part.refusal.isVisible)
    assert "why the limits start anew" in part.refusal.text()


def test_the_chart_follows_its_settings(page: Page, qtbot: QtBot) -> None:
    panel = open_part(page, "M1.1", "chart")
    editor = panel.forms["chart"].fields["shift"].editor
    editor.setFocus()
    QTest.keyClicks(editor, "12")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "shift 12" in page.measure.settings.text())


def test_another_target_holds_from_a_month_on(page: Page, qtbot: QtBot) -> None:
    panel = open_part(page, "M1.1", "target")
    panel.period.setCurrentIndex(panel.period.findData("2026-06"))
    QTest.mouseClick(panel.add, LEFT)
    qtbot.waitUntil(lambda: "2026-06" in page.desk.book.need(Measure, "M1.1").targets)
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", "targets", Decimal(50), "2026-06")])
    qtbot.waitUntil(lambda: page.measure.chart is not None and page.measure.chart.targets[-1] == 50)
    assert page.measure.chart is not None
    assert page.measure.chart.targets[0] == 60
    assert "at risk, 10 above" in page.measure.facts.target_mark.text()


def test_another_target_begins_with_the_one_before_it_and_is_seen(page: Page, qtbot: QtBot) -> None:
    page.desk.do(
        set_fields,
        [FieldEdit("measure", "M1.1", "targets", Decimal(n), f"2025-{n:02}") for n in range(1, 10)],
    )
    panel = open_part(page, "M1.1", "target")
    qtbot.waitUntil(lambda: len(panel._steps) == 9)
    panel.period.setCurrentIndex(panel.period.findData("2026-12"))
    with qtbot.waitSignal(panel.grown):
        QTest.mouseClick(panel.add, LEFT)
    assert page.desk.book.need(Measure, "M1.1").targets["2026-12"] == 9
    assert panel.period.currentData() == "2027-01"
    area, form = page.measure.settings_area, panel.new
    assert form is not None
    qtbot.waitUntil(lambda: not form.visibleRegion().isEmpty())
    top = form.mapTo(area.viewport(), form.rect().topLeft()).y()
    assert 0 <= top <= area.viewport().height() - form.height()


def test_a_target_that_begins_later_is_told(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    more = page.measure.facts.target.more
    page.desk.do(
        set_fields,
        [
            FieldEdit("measure", "M1.1", "target", None),
            FieldEdit("measure", "M1.1", "targets", Decimal(55), "2027-01"),
        ],
    )
    qtbot.waitUntil(lambda: more.text() == "target 55 from Jan 2027")


def test_a_target_that_adds_up_over_the_year_is_called_that_of_a_month(
    page: Page, qtbot: QtBot
) -> None:
    panel = open_part(page, "M1.1", "target")
    form = panel.forms["target"]
    assert form.captions["target"].text() == "Target"
    values = page.desk.book.need(Measure, "M1.1").values
    page.desk.do(
        set_fields,
        [
            FieldEdit("measure", "M1.1", "span", "year_to_date"),
            FieldEdit("measure", "M1.1", "aggregation", "sum"),
            *(FieldEdit("measure", "M1.1", "values", None, period) for period in values),
        ],
    )
    qtbot.waitUntil(lambda: form.captions["target"].text() == "Target, a month")
    assert form.captions["amber_at"].text() == "Amber limit, a month"
    assert form.fields["target"].editor.accessibleName().startswith("Target, a month of ")
    assert panel.meaning.isVisible()
    assert "60 a month come to 720 over the year" in panel.meaning.text()
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", "aggregation", "mean")])
    qtbot.waitUntil(lambda: form.captions["target"].text() == "Target")


def test_points_are_read_by_arrow_keys(page: Page) -> None:
    page.open_measure("M1.1")
    plot = page.measure.plot
    assert plot is not None
    said: list[str] = []
    plot.read.connect(said.append)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
    assert [text.split(":")[0] for text in said] == ["Oct 2026", "Sep 2026", "Nov 2023", "Dec 2023"]
    assert "limits 57.8 to 71.5" in said[0]
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.reading == -1
    assert page.views.choice == "measure"


def test_reading_a_point_tells_what_was_noted_and_which_milestones_lie_there(page: Page) -> None:
    page.open_measure("M1.1")
    plot = page.measure.plot
    assert plot is not None
    said: list[str] = []
    plot.read.connect(said.append)
    plot.go_to(26)
    assert said[-1].startswith("Jan 2026")
    assert said[-1].endswith("; Ice storm and lab 2 outage")
    done = next(band.milestones[0] for band in plot.story._bands if band.milestones)
    plot.go_to(round(done.at))
    assert f"; {done.text}, done (Field ECG to device: one call, one team)" in said[-1]


def test_the_mouse_reads_the_point_under_it(page: Page) -> None:
    page.open_measure("M1.1")
    plot = page.measure.plot
    assert plot is not None
    plot.grab()
    x, y = plot.pixel_of(10, 65)
    QTest.mouseMove(plot, QPoint(round(x), round(y)))
    assert plot.reading == 10


def test_the_table_says_what_the_chart_shows(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M1.1")
    page.show_view("table")
    sheet = page.measure.sheet
    assert sheet is not None
    model = sheet.model
    titles = [column.title for column in model.columns]
    row = next(n for n in range(len(model.rows)) if model.text(n, 0) == "Jan 2026")
    assert model.text(row, titles.index("Limits")) == "57.8 to 71.5"
    assert model.text(row, titles.index("Signal")) == "beyond a limit, worsening"
    column = titles.index("Mark")
    model.write([(row, column, model.parse(row, column, "prov"))])
    qtbot.waitUntil(
        lambda: page.desk.book.need(Measure, "M1.1").marks == {"2026-01": "provisional"}
    )
    assert page.desk.book.need(Measure, "M1.1").values["2026-01"] == 74
    with pytest.raises(BadInputError, match="provisional or late"):
        model.parse(row, column, "maybe")


@pytest.mark.parametrize(
    ("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_a_chart_is_kept_as_a_file(page: Page, tmp_path: Path, suffix: str, start: bytes) -> None:
    page.open_measure("M1.1")
    target = tmp_path / f"chart{suffix}"
    page.measure.exporter.file.save_to(str(target))
    written = target.read_bytes()
    assert written.startswith(start)
    if suffix == ".svg":
        text = written.decode()
        for words in (
            "Median door-to-device time, STEMI, min",
            "upper limit 71.5",
            "Ice storm and lab 2 outage",
        ):
            assert words in text


def test_a_due_month_is_told_by_chart_table_and_file(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", "target_date", "2026-12")])
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "M1.1").target_date == "2026-12")
    sheet = grid_of(page, "M1.1")
    qtbot.waitUntil(lambda: "by Dec 2026" in page.measure.facts.target.more.text())
    model = observations_of(sheet)
    against = [column.key for column in model.columns].index("status")
    assert model.text(row_of(observations_of(sheet), "2026-12"), against) == "target 60 due"
    assert model.text(row_of(observations_of(sheet), "2026-11"), against) == ""
    assert sheet.view.accessibleDescription().endswith("Target 60 due Dec 2026.")
    assert page.measure.plot is not None
    assert "Target 60 due Dec 2026." in page.measure.plot.accessibleDescription()
    page.measure.exporter.file.save_to(str(tmp_path / "chart.svg"))
    assert "Target 60 due Dec 2026." in (tmp_path / "chart.svg").read_text()
    type_into(qtbot, sheet, row_of(observations_of(sheet), "2026-12"), 1, "58")
    qtbot.waitUntil(
        lambda: model.text(row_of(observations_of(sheet), "2026-12"), against) == "● on track, due"
    )


def test_a_chart_is_kept_in_light_colours_from_a_dark_window(page: Page, tmp_path: Path) -> None:
    theme.use(dark=True)
    page.open_measure("M1.1")
    page.measure.exporter.file.save_to(str(tmp_path / "chart"))
    assert theme.dark
    theme.use(dark=False)
    image = QImage(str(tmp_path / "chart.png"))
    assert image.pixelColor(4, 4) == theme.colour("surface")


def test_a_place_that_can_not_be_written_is_told(page: Page, tmp_path: Path) -> None:
    page.open_measure("M1.1")
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    page.measure.exporter.file.save_to(str(tmp_path / "missing" / "chart.png"))
    assert "can't be written" in said[-1]


def test_a_chart_goes_to_the_clipboard(page: Page) -> None:
    page.open_measure("M1.1")
    page.measure.exporter.copy()
    image = QGuiApplication.clipboard().image()
    assert image.width() > 2 * 300


def test_a_chart_with_the_focus_is_copied_by_keys(page: Page) -> None:
    page.open_measure("M1.1")
    QGuiApplication.clipboard().clear()
    plot = page.measure.plot
    assert plot is not None
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().image().width() > 2 * 300
    assert any(keys == "Ctrl+C" for keys, _ in page.keys)


def test_small_multiples_share_their_time_and_open_a_measure(page: Page) -> None:
    page.show_view("charts")
    tiles = page.scores.charts
    model = tiles.tiles
    assert [line.measure.id for line in model.lines] == shown(page)
    assert (model.first, model.last) == ("2023-11", "2027-06")  # the month in which targets are due
    assert "Nov 2023 to Jun 2027, each on its own scale" in page.scores.summary.text()
    assert not tiles.verticalScrollBar().isVisible()
    said = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert "At 60 min" in said
    assert said.endswith("Target 60 due Jun 2027.")
    foretold = [one.reach.year for one in model.ahead if one.reach]
    assert foretold == ["FY27"]
    said = model.data(
        model.index([bool(one.reach) for one in model.ahead].index(True)),
        Qt.ItemDataRole.AccessibleTextRole,
    )
    assert "FY27 outlook 18.8 on average (16.8 to 20.8, 95 in 100)" in said
    assert tiles.grab().width() > 200
    tiles.setCurrentIndex(model.index(4))
    tiles.activated.emit(model.index(4))
    assert page.desk.selection == ("measure", model.lines[4].measure.id)
    assert page.views.choice == "measure"


def test_the_first_chart_is_loaded_beside_the_window(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(loading.classes, loading.MEASURE)
    page.open_measure("M1.1")
    view = page.measure
    assert view.drawing.note.isVisible()
    assert view.drawing.note.text() == loading.WAITS
    assert view.drawing.note.hasFocus()
    qtbot.waitUntil(lambda: view.plot is not None)
    assert view.plot is not None
    assert view.plot.isVisible()
    assert view.plot.hasFocus()


def test_peers_are_pasted_and_stand_in_a_funnel(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M2.1")
    page.show_view("peers")
    view = page.measure.peers
    assert view.stack.currentWidget() is view.few
    QGuiApplication.clipboard().setText("Ours\t20\t100\tyes\nNorth\t22\t90\t\nSouth\t90\t120\t\n")
    view.sheet.view.setFocus()
    view.sheet.view.go_to(0, 0)
    QTest.keyClick(view.sheet.view, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: len(page.desk.book.children(Peer, "M2.1")) == 3)
    qtbot.waitUntil(lambda: view.plot is not None and view.plot.isVisible())
    assert view.says.text().startswith("Ours at 20.00 % is below the")
    assert view.plot is not None
    view.plot.grab()
    names = {label.text for label in view.plot.labels}
    assert {"Ours", "South", "99.8 %", "95 %", "all units"} <= names


def test_what_is_kept_beside_peers_is_the_funnel(page: Page, qtbot: QtBot, tmp_path: Path) -> None:
    page.open_measure("M2.1")
    page.show_view("peers")
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    page.measure.exporter.copy()
    assert said == ["There is no chart to keep yet."]
    units = [("Ours", 20, 100), ("North", 22, 90), ("South", 90, 120)]
    for name, counted, size in units:
        peer = fresh(Peer, measure="M2.1", name=name, counted=Decimal(counted), size=Decimal(size))
        page.desk.do(create, peer)
    view = page.measure.peers
    qtbot.waitUntil(lambda: view.plot is not None and view.plot.isVisible())
    page.measure.exporter.file.save_to(str(tmp_path / "funnel.svg"))
    written = (tmp_path / "funnel.svg").read_text()
    assert "South" in written
    assert "upper limit" not in written


def test_rare_events_are_typed_as_days(page: Page, qtbot: QtBot) -> None:
    page.desk.do(new_measure, "falls", "G1")
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, "falls") is not None)
    page.desk.do(set_fields, [FieldEdit("measure", "falls", "chart", "t")])
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "falls").chart == "t")
    page.open_measure("falls")
    page.show_view("table")
    sheet = page.measure.sheet
    assert sheet is not None
    QGuiApplication.clipboard().setText("\n".join(f"2026-{n:02}-10" for n in range(1, 9)))
    sheet.view.setFocus()
    sheet.view.go_to(0, 0)
    QTest.keyClick(sheet.view, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: len(page.desk.book.children(Occurrence, "falls")) == 8)
    qtbot.waitUntil(lambda: sheet.model.text(1, 1) == "31")
    qtbot.waitUntil(lambda: bool(page.measure.chart and page.measure.chart.series.values))
    assert page.measure.chart is not None
    assert page.measure.chart.series.values[0] == 31
    assert "trial limits: 7 of the 13" in page.measure.says.text()
    facts = page.measure.facts
    assert (facts.latest.value.text(), facts.latest.more.text()) == ("31.0 %", "10 Aug 2026")
    page.show_view("scorecard")
    row = next(row for row in page.scorecard.score.rows if row.id == "falls")
    assert [cell_text(row, column) for column in (LATEST, PERIOD)] == ["31.0 %", "Aug 26"]
    assert row.spark == page.measure.chart.series.values


@pytest.mark.parametrize("measure", ["M5.1", "M8.2", "M1.1"])
def test_facts_are_told_whole_on_a_small_screen(page: Page, measure: str) -> None:
    page.window().resize(1024, 700)
    page.open_measure(measure)
    QApplication.processEvents()
    facts = page.measure.facts
    for fact in (facts.latest, facts.target, facts.signal, facts.reach, facts.baseline):
        for text in (fact.value, fact.more):
            room = text.rect().width()
            needs = text.fontMetrics().boundingRect(
                0, 0, room, 999, int(Qt.TextFlag.TextWordWrap), text.text()
            )
            assert needs.width() <= room, text.text()
            assert needs.height() <= text.height(), text.text()


def test_a_target_in_steps_is_told_as_it_is_now_and_when_it_is_due(
    page: Page, qtbot: QtBot
) -> None:
    page.desk.do(set_fields, [FieldEdit("measure", "M1.1", "targets", Decimal(55), "2027-01")])
    page.open_measure("M1.1")
    words = page.measure.facts.target.more
    qtbot.waitUntil(lambda: words.text() == "at or below target 60; target 55 due Jun 2027")
