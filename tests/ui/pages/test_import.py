"""Bringing values in, in a real window with real files: source, mapping, preview, done, undone."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from xlsxwriter import Workbook

from dyad_desktop.domain.goals import Measure
from dyad_desktop.services.goals import Entry, record_observations
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.pages.performance.import_dialog import ImportDialog
from dyad_desktop.ui.pages.performance.import_preview import BAD, LOOK
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow

TEXT = "Indicator;Sep 2026;Okt 2026;Nov 2026\nRoom turnover;27,2;27,4;25,5\nSwift labs;70;x;82,5\nOther;1;2;3\n"


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    example_window.show_page("performance")
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    page = example_window.page
    assert isinstance(page, Page)
    return page


def rest(page: Page, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


@pytest.fixture
def october(tmp_path: Path) -> Path:
    path = tmp_path / "october kpi.csv"
    path.write_text(TEXT, encoding="cp1252")
    return path


def opened(page: Page, qtbot: QtBot) -> ImportDialog:
    page.bring_in()
    dialog = page.findChildren(ImportDialog)[-1]
    rest(page, qtbot)
    return dialog


def values(page: Page, measure: str) -> dict[str, Decimal | None]:
    return dict(page.desk.book.need(Measure, measure).values)


def taken(page: Page, qtbot: QtBot, path: Path) -> ImportDialog:
    """Open the dialog with a file, and come to what it means."""
    page.scores.bring.click()
    dialog = page.findChildren(ImportDialog)[-1]
    dialog.source.take_file(str(path))
    rest(page, qtbot)
    assert dialog.step == 1
    return dialog


def meant(dialog: ImportDialog) -> list[str]:
    """What each name of the file is taken for."""
    names = dialog.mapping.names
    return [names.text(n, 1) for n in range(len(names.rows))]


def corrected(page: Page, qtbot: QtBot, path: Path) -> ImportDialog:
    """Say what two names of the file mean, and come to the preview."""
    dialog = taken(page, qtbot, path)
    assert meant(dialog) == ["Room turnover", "■ none yet: choose", "■ none yet: choose"]
    dialog.mapping.names.enter(
        [CellText(1, 1, "First-case on-time start"), CellText(2, 1, "left out")]
    )
    dialog.forward.click()
    rest(page, qtbot)
    assert dialog.step == 2
    return dialog


def test_a_file_is_corrected_and_what_cannot_be_taken_is_told_before_anything_is_written(
    page: Page, qtbot: QtBot, october: Path
) -> None:
    before = values(page, "M4.1")
    dialog = corrected(page, qtbot, october)
    assert "1 row can’t be taken" in dialog.preview.counts.text()
    assert dialog.forward.text() == "Bring in 4 values"
    dialog.preview.what.setCurrentIndex(dialog.preview.what.findData(BAD))
    dialog.preview._on_what()
    assert "“x” is not a figure" in dialog.preview.model.text(0, 5)
    assert dialog.preview.model.text(0, 6) == "3"
    assert values(page, "M4.1") == before
    dialog.reject()


def test_a_file_is_brought_in_undone_and_remembered(
    page: Page, qtbot: QtBot, october: Path
) -> None:
    before = values(page, "M4.1")
    QTest.keyClick(corrected(page, qtbot, october).forward, Qt.Key.Key_Space)
    rest(page, qtbot)
    assert values(page, "M4.1")["2026-11"] == Decimal("82.5")
    assert values(page, "M4.2")["2026-10"] == Decimal("27.4")
    page.desk.undo()
    rest(page, qtbot)
    assert {p: v for p, v in values(page, "M4.1").items() if v is not None} == before
    once_more = taken(page, qtbot, october)
    assert meant(once_more) == ["Room turnover", "First-case on-time start", "left out"]
    once_more.reject()


def test_what_was_copied_belongs_to_the_measure_that_is_open(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M4.2")
    rest(page, qtbot)
    QGuiApplication.clipboard().setText("Month\tValue\n11/2026\t24.5\n")
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    assert dialog.mapping.whose.currentText() == "Room turnover"
    dialog.go_on()
    rest(page, qtbot)
    dialog.preview.mode.chosen.emit("replace")
    rest(page, qtbot)
    dialog.write()
    rest(page, qtbot)
    assert values(page, "M4.2")["2026-11"] == Decimal("24.5")


def test_rows_about_patients_are_refused_in_the_first_step(page: Page, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("MRN\tDate of birth\tValue\n1\t1960-01-01\t24.5\n")
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    assert dialog.step == 0
    assert "one row for each patient" in dialog.source.problem.text()
    assert dialog.source.choose.isEnabled()
    dialog.reject()


def test_columns_and_shape_can_be_corrected(page: Page, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(
        "Measure\tWhen\tA\tB\nM4.2\t2026-11\t24.5\t30\nM4.2\t2026-10\t24\t29\n"
    )
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    columns = dialog.mapping.columns
    assert [columns.text(n, 2) for n in range(4)] == ["measure", "period", "value", "not used"]
    columns.enter([CellText(3, 2, "value")])
    assert [columns.text(n, 2) for n in range(4)] == ["measure", "period", "not used", "value"]
    columns.enter([CellText(1, 2, "not used")])
    assert dialog.problem.text().startswith("Say which column holds the period, such as 2026-10, ")
    assert not dialog.forward.isEnabled()
    dialog.mapping.shape._group.button(2).click()
    assert dialog.mapping.reading is not None
    assert dialog.mapping.reading.shape == "turned"
    dialog.mapping.shape._group.button(0).click()
    columns.enter([CellText(3, 2, "value")])
    dialog.go_on()
    rest(page, qtbot)
    assert dialog.preview.model.text(0, 4) in {"29.0", "30.0"}
    dialog.back.click()
    assert dialog.step == 1
    dialog.reject()


@pytest.mark.parametrize("said", [None, 0, 1])
def test_the_decimal_mark_follows_what_fits_the_measure_until_a_person_says_it(
    page: Page, qtbot: QtBot, said: int | None
) -> None:
    QGuiApplication.clipboard().setText("Month\tTurn\tOther\n2026-11\t27,412\t\n")
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    step = dialog.mapping
    assert step.mark.currentIndex() == 0
    if said is not None:
        step.mark.setCurrentIndex(said)
        step.mark.activated.emit(said)
    step.names.enter([CellText(0, 1, "Room turnover")])
    assert step.mark.currentIndex() == (1 if said is None else said)
    dialog.go_on()
    rest(page, qtbot)
    assert dialog.preview.model.text(0, 4) == ("27,412.0" if said == 0 else "27.412")
    dialog.reject()


def test_dates_that_can_be_two_are_asked_with_both_readings(page: Page, qtbot: QtBot) -> None:
    text = "Measure\tDate\tValue\nM4.2\t05/11/2026\t24.5\n"
    QGuiApplication.clipboard().setText(text)
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    dates = dialog.mapping.dates
    assert dates.asks.text() == "05/11/2026 in row 2 means"
    assert dates.day.text() == "5 Nov 2026: day first"
    assert dates.month.text() == "11 May 2026: month first"
    assert not dates.day.isChecked()
    assert not dates.month.isChecked()
    assert "no date of this source tells" in dialog.problem.text()
    assert not dialog.forward.isEnabled()
    dates.day.click()
    assert dialog.forward.isEnabled()
    dialog.go_on()
    rest(page, qtbot)
    dialog.write()
    rest(page, qtbot)
    assert values(page, "M4.2")["2026-11"] == Decimal("24.5")
    once_more = opened(page, qtbot)
    once_more.source.take_clipboard()
    rest(page, qtbot)
    assert once_more.mapping.dates.isVisible()
    assert once_more.mapping.dates.day.isChecked()
    assert "As last time: the order of day and month." in once_more.mapping.says.text()
    QGuiApplication.clipboard().setText(text.replace("05/11", "11/30"))
    once_more.source.take_clipboard()
    rest(page, qtbot)
    assert not once_more.mapping.dates.isVisible()
    assert once_more.mapping.reading is not None
    assert once_more.mapping.reading.day_first is False
    once_more.reject()


def test_what_deserves_a_look_is_listed_with_its_reason(page: Page, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(
        "Measure\tMonth\tValue\tNumerator\tDenominator\nM3.2\t2026-11\t9.9\t245\t3566\n"
    )
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    dialog.go_on()
    rest(page, qtbot)
    step = dialog.preview
    assert "3 deserve a look" in step.counts.text()
    assert step.model.text(0, 5).startswith("added ▲ 9.9 doesn’t follow")
    assert step.detail.text().startswith("Row 2, No-show rate, Nov 2026: 9.9 doesn’t follow")
    assert "Nov 2026 lies after the partnership’s date" in step.warnings.text()
    step.what.setCurrentIndex(step.what.findData(LOOK))
    step._on_what()
    assert [step.model.text(0, n) for n in (0, 1, 6)] == ["No-show rate", "Nov 2026", "2"]
    assert step.model.text(0, 5).startswith("▲ 9.9 doesn’t follow")
    assert step.sheet.view.isColumnHidden(3)
    step.sheet.view.go_to(2, 0)
    assert step.model.text(2, 0) == "All measures"
    assert step.detail.text() == step.warnings.text() == ""
    dialog.reject()


def test_figures_of_the_year_to_date_are_turned_into_those_of_months_once_it_is_agreed(
    page: Page, qtbot: QtBot
) -> None:
    page.open_measure("M7.1")
    rest(page, qtbot)
    built = zip(("07", "08", "09", "10", "11", "12"), (15, 33, 48, 64, 83, 80), strict=True)
    lines = [f"2026-{month}\t{value}" for month, value in built]
    QGuiApplication.clipboard().setText(
        "\n".join(["Month\tStructural heart procedures YTD", *lines])
    )
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    dialog.go_on()
    rest(page, qtbot)
    step = dialog.preview
    [either] = step.to_date.choices.values()
    assert either.buttons["to_date"].isChecked()  # the source says so
    assert dialog.forward.isEnabled()
    assert step.preview is not None
    assert [one.new for one in step.preview.moves if one.row] == [15, 18, 15, 16, 19]
    assert "1 row can’t be taken" in step.counts.text()
    either.buttons["own"].click()
    rest(page, qtbot)
    assert [one.new for one in step.preview.moves if one.row] == [15, 33, 48, 64, 83, 80]
    assert step.to_date.choices["M7.1"] is either
    assert "can’t be taken" not in step.counts.text()
    dialog.reject()


CALENDAR = (45, 92, 144, 192, 234, 283, 334)


def test_figures_that_look_like_the_year_to_date_wait_until_it_is_said(
    page: Page, qtbot: QtBot
) -> None:
    lines = [f"2026-{n:02}\t{value}" for n, value in enumerate(CALENDAR, start=1)]
    QGuiApplication.clipboard().setText("\n".join(["Month\tEP ablations", *lines]))
    before = values(page, "M7.2")
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    dialog.go_on()
    rest(page, qtbot)
    either = dialog.preview.to_date.choices["M7.2"]
    assert not any(one.isChecked() for one in either.buttons.values())
    assert either.buttons["to_date"].text() == "the year so far: the month adds 51"
    assert not dialog.forward.isEnabled()
    assert dialog.problem.text() == (
        "Say first whether the values of EP ablations are of the year to date, or each month’s own."
    )
    dialog.go_on()
    rest(page, qtbot)
    assert values(page, "M7.2") == before
    either.buttons["own"].click()
    rest(page, qtbot)
    assert dialog.forward.text() == "Bring in 6 values"
    either.buttons["to_date"].click()
    rest(page, qtbot)
    assert not dialog.problem.isVisible()
    assert "7 equal" in dialog.preview.counts.text()
    dialog.reject()


def looked_at(page: Page, qtbot: QtBot, text: str) -> ImportDialog:
    """Open the dialog with what was copied, and come to the preview."""
    QGuiApplication.clipboard().setText(text)
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    dialog.go_on()
    rest(page, qtbot)
    assert dialog.step == 2
    return dialog


@pytest.mark.parametrize("answer", ["to_date", "own"])
@pytest.mark.parametrize("heading", ["EP ablations", "EP ablations YTD"])
def test_what_figures_are_is_remembered_with_the_mapping_shown_and_can_be_changed(
    page: Page, qtbot: QtBot, heading: str, answer: str
) -> None:
    lines = [f"2026-{n:02}\t{value + 1}" for n, value in enumerate(CALENDAR, start=1)]
    dialog = looked_at(page, qtbot, "\n".join([f"Month\t{heading}", *lines]))
    dialog.preview.to_date.choices["M7.2"].buttons[answer].click()
    rest(page, qtbot)
    dialog.write()
    rest(page, qtbot)
    assert values(page, "M7.2")["2026-07"] == {"to_date": 51, "own": 335}[answer]
    later = looked_at(page, qtbot, f"Month\t{heading}\n2026-07\t336\n")
    either = later.preview.to_date.choices["M7.2"]
    assert either.buttons[answer].isChecked()
    assert later.preview.preview is not None
    [move] = [one for one in later.preview.preview.moves if one.row]
    assert move.new == {"to_date": 52, "own": 336}[answer]
    other = {"to_date": "own", "own": "to_date"}[answer]
    either.buttons[other].click()
    rest(page, qtbot)
    later.write()
    rest(page, qtbot)
    last = looked_at(page, qtbot, f"Month\t{heading}\n2026-07\t336\n")
    assert last.preview.to_date.choices["M7.2"].buttons[other].isChecked()
    last.reject()


def test_what_one_measures_figures_are_says_nothing_of_another(page: Page, qtbot: QtBot) -> None:
    lines = [f"EP ablations\t2026-{n:02}\t{value}" for n, value in enumerate(CALENDAR, start=1)]
    dialog = looked_at(page, qtbot, "\n".join(["Measure\tMonth\tValue", *lines]))
    dialog.preview.to_date.choices["M7.2"].buttons["own"].click()
    rest(page, qtbot)
    dialog.write()
    rest(page, qtbot)
    later = looked_at(page, qtbot, "Measure\tMonth\tValue\nRoom turnover\t2026-11\t25.5\n")
    assert not later.preview.to_date.choices
    later.reject()


def test_an_answer_belongs_to_the_name_in_the_source_and_is_left_where_figures_speak_against_it(
    page: Page, qtbot: QtBot
) -> None:
    """A file of the year so far, then one of the same layout with each month's own: November stays 51."""
    built = "Measure\tSep 2026\tOct 2026\tNov 2026\nEP ablations YTD\t144\t190\t241\n"
    dialog = looked_at(page, qtbot, built)
    dialog.preview.to_date.choices["M7.2"].buttons["to_date"].click()
    rest(page, qtbot)
    dialog.write()
    rest(page, qtbot)
    assert values(page, "M7.2")["2026-11"] == 51
    own = looked_at(page, qtbot, "Measure\tNov 2026\tDec 2026\nEP ablations\t51\t55\n")
    assert not own.preview.to_date.choices
    assert own.preview.preview is not None
    assert [one.period for one in own.preview.preview.written] == ["2026-12"]
    own.reject()
    named = looked_at(page, qtbot, "Measure\tNov 2026\tDec 2026\nEP ablations YTD\t51\t55\n")
    either = named.preview.to_date.choices["M7.2"]
    assert not any(made.isChecked() for made in either.buttons.values())
    assert not named.forward.isEnabled()
    either.buttons["own"].click()
    rest(page, qtbot)
    named.write()
    rest(page, qtbot)
    assert values(page, "M7.2")["2026-12"] == 55
    sums = looked_at(page, qtbot, "Measure\tOct 2026\nEP ablations\t190\n")
    assert sums.preview.to_date.choices
    assert sums.preview.detail.text().endswith("of the year to date?")


def test_several_measures_are_answered_at_once(page: Page, qtbot: QtBot) -> None:
    lines = [f"2026-{n:02}\t{value}\t{value}" for n, value in enumerate(CALENDAR, start=1)]
    QGuiApplication.clipboard().setText("\n".join(["Month\tEP ablations\tM7.1", *lines]))
    dialog = opened(page, qtbot)
    dialog.source.take_clipboard()
    rest(page, qtbot)
    dialog.go_on()
    rest(page, qtbot)
    step = dialog.preview
    step.to_date.choices["*"].buttons["own"].click()
    rest(page, qtbot)
    assert step.wish.own_period == {"M7.1", "M7.2"}
    assert dialog.forward.isEnabled()
    step.to_date.choices["M7.2"].buttons["to_date"].click()
    rest(page, qtbot)
    assert step.wish.year_to_date == {"M7.2"}
    assert not step.to_date.choices["*"].buttons["own"].isChecked()
    dialog.reject()


def test_a_cover_is_passed_over_and_can_be_chosen(page: Page, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "values.xlsx"
    with Workbook(str(path)) as book:
        book.add_worksheet("Read me").write(0, 0, "Extract")
        book.add_worksheet("Data").write_column(0, 0, ["Month", "2026-11"])
        book.worksheets()[1].write_column(0, 1, ["Room turnover", 24.5])
    dialog = opened(page, qtbot)
    dialog.source.take_file(str(path))
    rest(page, qtbot)
    assert dialog.mapping.sheet.currentText() == "Data"
    assert dialog.mapping.says.text().startswith("Sheet Data is read: Read me holds no table.")
    assert dialog.forward.isEnabled()
    dialog.source.take_file(str(path), "Read me")
    rest(page, qtbot)
    assert dialog.mapping.sheet.currentText() == "Read me"
    assert dialog.problem.text().startswith("Say which column holds the period, such as 2026-10, ")
    dialog.reject()


def test_a_long_file_can_be_stopped(page: Page, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Measure,Month,Value\n" + "M4.2,2026-10,27\n" * 60_000, encoding="utf-8")
    dialog = opened(page, qtbot)
    dialog.source.take_file(str(path))
    dialog.source.progress.stop_button.click()
    rest(page, qtbot)
    assert dialog.source.problem.text() == "Stopped. Nothing was brought in."
    dialog.reject()


def test_closing_the_partnership_ends_a_reading(
    page: Page, example_window: MainWindow, qtbot: QtBot, october: Path
) -> None:
    dialog = opened(page, qtbot)
    runner = page.desk.runner
    dialog.source.take_file(str(october))
    example_window.close_partnership()
    qtbot.waitUntil(
        lambda: not runner.busy
    )  # what comes back then finds no dialog, and asks for none


def test_a_dialog_that_is_left_stops_what_is_under_way(page: Page, qtbot: QtBot) -> None:
    dialog = opened(page, qtbot)
    for progress in (dialog.progress, dialog.source.progress):
        watching = progress.begin()
        dialog.show()
        dialog.hide()
        assert watching.is_stopped()
        progress.end()


def test_the_measure_that_is_open_counts_before_the_one_of_last_time(
    page: Page, qtbot: QtBot
) -> None:
    """A month and a value look alike for every measure: what was copied belongs to the one in front."""
    clipboard = QGuiApplication.clipboard()
    for measure, value in (("M4.2", "27.4"), ("M1.1", "61")):
        page.open_measure(measure)
        dialog = opened(page, qtbot)
        clipboard.setText(f"Month\tValue\n2026-10\t{value}\n")
        dialog.source.take_clipboard()
        qtbot.waitUntil(lambda dialog=dialog: dialog.step == 1)  # type: ignore[misc]
        assert dialog.mapping.reading is not None
        assert dialog.mapping.reading.measure == measure
        dialog.go_on()
        qtbot.waitUntil(lambda dialog=dialog: dialog.step == 2)  # type: ignore[misc]
        dialog.go_on()
        rest(page, qtbot)
        assert values(page, measure)["2026-10"] == Decimal(value)


def test_one_column_under_an_unknown_heading_is_offered_for_the_measure_in_front(
    page: Page, qtbot: QtBot
) -> None:
    page.open_measure("M4.2")
    dialog = opened(page, qtbot)
    QGuiApplication.clipboard().setText("Month\tMinutes\n2026-10\t27.4\n2026-11\t25.5\n")
    dialog.source.take_clipboard()
    qtbot.waitUntil(lambda: dialog.step == 1)
    assert dialog.mapping.names.text(0, 1) == "Room turnover"
    assert dialog.forward.isEnabled()


def test_a_correction_that_an_older_file_undoes_is_listed(page: Page, qtbot: QtBot) -> None:
    page.open_measure("M4.2")
    rest(page, qtbot)
    QGuiApplication.clipboard().setText("Month\tValue\n2026-10\t27.9\n")
    for correct in (True, False):
        dialog = opened(page, qtbot)
        dialog.source.take_clipboard()
        rest(page, qtbot)
        dialog.go_on()
        rest(page, qtbot)
        if not correct:
            break
        dialog.write()
        rest(page, qtbot)
        entries = [Entry("2026-10", "values", Decimal("27.4"))]
        page.desk.do(record_observations, "M4.2", entries, page)
        rest(page, qtbot)
    step = dialog.preview
    step.what.setCurrentIndex(step.what.findData(LOOK))
    step._on_what()
    assert "corrected 27.9 to 27.4 on" in step.model.text(0, 5)
    dialog.reject()
