"""What bringing in remembers of a source, in a real window: it belongs to that source, and is told where it counts."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from xlsxwriter import Workbook

from dyad_desktop.domain.goals import Measure
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.pages.performance.import_dialog import ImportDialog
from dyad_desktop.ui.pages.performance.import_memory import layouts_before
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.settings import keep_source_of_values
from dyad_desktop.ui.shell.window import MainWindow
from tests.ui.pages.performance_page import open_performance

Cells = Sequence[Sequence[str | float | tuple[float, str]]]
MONTHS = ("Sep 2026", "Oct 2026", "Nov 2026")


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def made(path: Path, lines: Cells) -> Path:
    """Write a workbook; a figure may come with the format of its cell."""
    path.parent.mkdir(exist_ok=True)
    with Workbook(str(path)) as book:
        sheet, percent = book.add_worksheet("Values"), book.add_format({"num_format": "0.0%"})
        for n, line in enumerate(lines):
            for at, cell in enumerate(line):
                if isinstance(cell, tuple):
                    sheet.write(n, at, cell[0], percent)
                else:
                    sheet.write(n, at, cell)
    return path


def mapped(page: Page, qtbot: QtBot, path: Path) -> ImportDialog:
    page.bring_in()
    dialog = page.findChildren(ImportDialog)[-1]
    dialog.source.take_file(str(path))
    qtbot.waitUntil(lambda: dialog.step == 1)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    return dialog


def bring_in(page: Page, qtbot: QtBot, dialog: ImportDialog) -> None:
    dialog.go_on()
    qtbot.waitUntil(lambda: dialog.step == 2)
    for either in dialog.preview.to_date.choices.values():
        either.buttons["own"].click()
    qtbot.waitUntil(dialog.forward.isEnabled)
    dialog.write()
    qtbot.waitUntil(lambda: not page.desk.runner.busy)


def names(dialog: ImportDialog) -> list[list[str]]:
    model = dialog.mapping.names
    return [[model.text(row, column) for column in range(3)] for row in range(len(model.rows))]


def test_the_headings_of_one_file_say_nothing_of_another(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    cover: Cells = [
        ["Report of finance"],
        [],
        [],
        ["Metric", *MONTHS[1:]],
        ["Room turnover", 26.9, 26.2],
    ]
    bring_in(page, qtbot, mapped(page, qtbot, made(tmp_path / "cover.xlsx", cover)))
    plain: Cells = [
        ["Metric", *MONTHS[1:]],
        ["No-show rate", 6.9, 7.1],
        ["Room turnover", 26.9, 26.5],
    ]
    for name in ("plain.xlsx", "cover 2026-11.xlsx"):
        dialog = mapped(page, qtbot, made(tmp_path / name, plain))
        assert dialog.mapping.header.currentText() == "1"
        assert [line[0] for line in names(dialog)] == ["No-show rate", "Room turnover"]
        assert "As last time" not in dialog.mapping.says.text()
        dialog.reject()


def test_a_moved_column_keeps_what_it_was(page: Page, qtbot: QtBot, tmp_path: Path) -> None:
    first: Cells = [["Item", *MONTHS[:2], "Note"], ["Room turnover", 27.2, 26.8, "x"]]
    bring_in(page, qtbot, mapped(page, qtbot, made(tmp_path / "w" / "w.xlsx", first)))
    moved: Cells = [["Item", "Note", *MONTHS[1:]], ["Room turnover", "x", 26.8, 26.1]]
    dialog = mapped(page, qtbot, made(tmp_path / "w" / "w.xlsx", moved))
    columns = dialog.mapping.columns
    assert [columns.text(n, 2) for n in range(4)] == [
        "measure", "not used", "values of that period", "values of that period",
    ]  # fmt: skip
    bring_in(page, qtbot, dialog)
    assert page.desk.book.need(Measure, "M4.2").values["2026-11"] == Decimal("26.1")


SCORES: Cells = [
    ["Indicator", *MONTHS],
    ["No-show rate", (0.0703, "%"), (0.0687, "%"), (0.0712, "%")],
    ["Volume", 13, 16, 17],
    ["Readmissions", (0.24, "%"), (0.264, "%"), (0.22, "%")],
]


def scored(page: Page, qtbot: QtBot, tmp_path: Path) -> None:
    """Bring a scorecard in of which a person says what Volume means, and that Readmissions aren't wanted."""
    dialog = mapped(page, qtbot, made(tmp_path / "scorecard 2026-11.xlsx", SCORES))
    dialog.mapping.names.enter(
        [CellText(1, 1, "Structural heart procedures"), CellText(2, 1, "left out")]
    )
    assert [line[2] for line in names(dialog)] == ["its name", "", ""]
    bring_in(page, qtbot, dialog)


def test_names_belong_to_the_source_of_which_they_were_said(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    scored(page, qtbot, tmp_path)
    other: Cells = [["Line", *MONTHS[1:]], ["Volume", 44, 46], ["Readmissions", 26.4, 22]]
    dialog = mapped(page, qtbot, made(tmp_path / "cath.xlsx", other))
    assert [line[1:] for line in names(dialog)] == [["■ none yet: choose", ""]] * 2
    dialog.reject()
    dialog = mapped(page, qtbot, made(tmp_path / "scorecard 2026-12.xlsx", SCORES))
    assert names(dialog) == [
        ["No-show rate", "No-show rate", "its name"],
        ["Volume", "Structural heart procedures", "last time"],
        ["Readmissions", "left out", "last time"],
    ]
    dialog.mapping.names.enter([CellText(2, 1, "No-show rate")])
    assert names(dialog)[2][2] == ""
    dialog.reject()


def test_percentages_of_a_cells_format_say_nothing_of_plain_ones(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    scored(page, qtbot, tmp_path)
    plain: Cells = [["Indicator", *MONTHS], ["No-show rate", 0.07, 0.069, 0.071]]
    dialog = mapped(page, qtbot, made(tmp_path / "scorecard 2026-12.xlsx", plain))
    assert dialog.mapping.fractions.isChecked()
    dialog.go_on()
    qtbot.waitUntil(lambda: dialog.step == 2)
    shown = dialog.preview.preview
    assert shown is not None
    assert {one.new for one in shown.moves if one.field == "values"} >= {Decimal("6.9"), Decimal("7.1")}  # fmt: skip
    dialog.reject()


def test_what_is_as_last_time_is_told_until_it_is_changed(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    lines: Cells = [["Measure", "Month", "Plan", "Actual"], ["Room turnover", "2026-11", 25, 26]]
    path = made(tmp_path / "turnover.xlsx", lines)
    dialog = mapped(page, qtbot, path)
    assert "As last time" not in dialog.mapping.says.text()
    dialog.mapping.columns.enter([CellText(2, 2, "value")])
    bring_in(page, qtbot, dialog)
    dialog = mapped(page, qtbot, path)
    assert dialog.mapping.says.text() == (
        "1 row beneath the headings. As last time: “Plan”: value, “Actual”: not used."
    )
    dialog.mapping.columns.enter([CellText(3, 2, "value")])
    assert "As last time" not in dialog.mapping.says.text()
    dialog.reject()


def test_what_is_remembered_of_one_ward_says_nothing_of_another(
    page: Page, qtbot: QtBot, tmp_path: Path
) -> None:
    lines: Cells = [["Month", "Value"], ["2026-11", 26]]
    dialog = mapped(page, qtbot, made(tmp_path / "Ward 3.xlsx", lines))
    assert not dialog.forward.isEnabled()
    whose = dialog.mapping.whose
    whose.setCurrentIndex(whose.findData("M4.2"))
    whose.activated.emit(whose.currentIndex())
    bring_in(page, qtbot, dialog)
    dialog = mapped(page, qtbot, made(tmp_path / "Ward 3.xlsx", lines))
    assert dialog.mapping.whose.currentText() == "Room turnover"
    dialog.reject()
    for name in ("Ward 4.xlsx", "Ward 3 2026-11.xlsx"):
        dialog = mapped(page, qtbot, made(tmp_path / name, lines))
        assert dialog.mapping.reading is not None
        assert dialog.mapping.reading.measure == ""
        assert not dialog.forward.isEnabled()
        dialog.reject()


@pytest.mark.parametrize("text", ["", "{", "7", '[{"shape": "long"}]', '[{"shape": 1}, 2]', "{}"])
def test_a_memory_that_cannot_be_read_is_none(page: Page, text: str) -> None:
    workspace = page.desk.session.workspace_id
    keep_source_of_values(workspace, "1da4ffdd60434705", text)  # of "kpi"
    assert layouts_before(workspace, "kpi") == ()
