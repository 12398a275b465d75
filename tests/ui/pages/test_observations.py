"""Typing and pasting values in a measure's grid: units, decimal commas, what can't be, months ahead."""

from decimal import Decimal
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Measure
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.goals import new_measure
from dyad_desktop.ui.models.sheet import CellText
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.ui.pages.performance_page import grid_of, observations_of, open_performance, row_of


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_performance(example_window, qtbot)


def value(page: Page, measure: str, period: str) -> Decimal | None:
    return page.desk.book.need(Measure, measure).values.get(period)


def test_a_month_ahead_says_so_once_it_is_kept(page: Page, qtbot: QtBot) -> None:
    model = observations_of(grid_of(page, "M4.2"))
    said: list[tuple[str, bool]] = []
    page.desk.said.connect(lambda sentence, undo: said.append((sentence, undo)))
    model.enter([CellText(row_of(model, "2027-01"), 1, "27.1 min")])
    qtbot.waitUntil(lambda: bool(said))
    assert value(page, "M4.2", "2027-01") == Decimal("27.1")
    assert said == [("Jan 2027 lies after the partnership’s date, 31 Oct 2026.", True)]
    model.enter([CellText(row_of(model, "2026-10"), 1, "268")])
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said[1][0].startswith("Oct 2026: 268 is far above what is usual")


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (1, "20 days", "is in days, but No-show rate is kept in %"), (3, "0", "nothing can be divided"),
        (2, "-1", "a count can’t be below 0"), (1, "104", "above 100"), (1, "1,2,3", "two ways"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(
    page: Page, *, column: int, text: str, reason: str
) -> None:
    model = observations_of(grid_of(page, "M3.2"))
    with pytest.raises(BadInputError, match=reason):
        model.enter([CellText(row_of(model, "2026-11"), column, text)])
    assert value(page, "M3.2", "2026-11") is None


def test_a_pasted_column_has_one_decimal_mark(page: Page, qtbot: QtBot) -> None:
    sheet = grid_of(page, "M3.2")
    model = observations_of(sheet)
    QGuiApplication.clipboard().setText("6,1 %\n6,125\n8")
    sheet.view.go_to(row_of(model, "2026-08"), 1)
    sheet.view.blocks.paste()
    qtbot.waitUntil(lambda: value(page, "M3.2", "2026-10") == Decimal(8))
    assert value(page, "M3.2", "2026-08") == Decimal("6.1")
    assert value(page, "M3.2", "2026-09") == Decimal("6.125")


def test_a_value_that_its_parts_give_rounded_is_theirs_and_that_is_said(
    page: Page, example_window: MainWindow, qtbot: QtBot
) -> None:
    sheet = grid_of(page, "M3.2")
    model = observations_of(sheet)
    kept = value(page, "M3.2", "2026-10")
    assert kept == Decimal("6.9")
    QGuiApplication.clipboard().setText("7")
    sheet.view.go_to(row_of(model, "2026-10"), 1)
    sheet.view.blocks.paste()
    told = "Oct 2026: 7 is what its parts give, rounded; 6.9 stays."
    qtbot.waitUntil(lambda: told in [one.text() for one in example_window.findChildren(QLabel)])
    assert value(page, "M3.2", "2026-10") == kept
    # Nothing was kept, so there is nothing to undo: Undo would turn back what was done before.
    assert page.desk.session.next_undo is None
    offered = [one for one in example_window.findChildren(QPushButton) if one.text() == "Undo"]
    assert not any(one.isVisible() for one in offered)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("01.08.2026\t6,1\n01.09.2026\t6,2", True), ("08/01/2026\t6.1\n09/01/2026\t6.2", True),
        ("Aug 2026\t6.1\nSep 2026\t6.2", True), ("Month ending\t6.1", True),
        ("01.07.2026\t6,1\n01.08.2026\t6,2", False), ("Sep 2026\t6.1", False), ("30/09/2026\t6.1", False),
    ],
)  # fmt: skip
def test_figures_that_were_copied_beside_other_months_are_not_pasted(
    page: Page, qtbot: QtBot, *, text: str, taken: bool
) -> None:
    sheet = grid_of(page, "M3.2")
    model = observations_of(sheet)
    before, said = value(page, "M3.2", "2026-08"), list[str]()
    sheet.view.said.connect(said.append)
    QGuiApplication.clipboard().setText(text)
    sheet.view.go_to(row_of(model, "2026-08"), 0)
    sheet.view.blocks.paste()
    if taken:
        qtbot.waitUntil(lambda: value(page, "M3.2", "2026-08") == Decimal("6.1"))
    else:
        assert "was copied beside the figures, but their row would be Aug 2026" in said[-1]
        assert "Nothing was pasted." in said[-1]
        assert value(page, "M3.2", "2026-08") == before


def paste(sheet: Sheet, text: str, row: int, column: int) -> None:
    QGuiApplication.clipboard().setText(text)
    sheet.view.go_to(row, column)
    sheet.view.blocks.paste()


def begun(page: Page, qtbot: QtBot) -> Sheet:
    """A measure without values, with its table in front."""
    page.desk.do(new_measure, "new", "G1")
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, "new") is not None)
    return grid_of(page, "new")


def test_a_mistyped_year_is_refused_whole_as_in_a_file(page: Page, qtbot: QtBot) -> None:
    sheet, said = begun(page, qtbot), list[str]()
    sheet.view.said.connect(said.append)
    paste(sheet, "2026-08\t6.1\n2062-09\t6.2\n", 5, 0)
    assert "Sep 2062 lies too far ahead" in said[-1]
    assert "Nothing was pasted" in said[-1]
    assert page.desk.book.need(Measure, "new").values == {}


def is_kept(page: Page, month: str, figure: Decimal) -> bool:
    return value(page, "M7.1", month) == figure


def test_months_are_typed_one_after_the_other_also_those_that_come_to_be(
    page: Page, qtbot: QtBot
) -> None:
    sheet = grid_of(page, "M7.1")
    model, view = observations_of(sheet), sheet.view
    view.setFocus()
    view.go_to(row_of(model, "2026-11"), 1)
    told = ("17", "18", "19", "20", "21", "22")
    months = ("2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04")
    for month, figure in zip(months, told, strict=True):
        assert model.period(view.currentIndex().row()) == month
        QTest.keyClicks(view, figure[0])
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClicks(editor, figure[1])
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(partial(is_kept, page, month, Decimal(figure)))
        qtbot.waitUntil(lambda: not page.desk.runner.busy)
        assert sheet.frozen.verticalScrollBar().value() == view.verticalScrollBar().value()
    page.desk.undo()
    qtbot.waitUntil(lambda: value(page, "M7.1", "2027-04") is None)
    assert view.currentIndex().isValid()
    shown = model.rows
    for some in (shown[3:-2], shown[3:], shown[1:-1], shown):
        model.replace_rows(list(some))
        assert [row.key for row in model.rows] == [row.key for row in some]
        assert model.rowCount() == len(some)
    model.beginResetModel()
    model.endResetModel()
    page.measure.target_button.click()
    qtbot.waitUntil(page.measure.targets.isVisible)
    view.grab()
    assert sheet.frozen.verticalScrollBar().value() == view.verticalScrollBar().value()


def test_keys_that_wait_while_the_window_is_busy_each_get_their_month(
    page: Page, qtbot: QtBot
) -> None:
    sheet = grid_of(page, "M4.2")
    sheet.view.go_to(row_of(observations_of(sheet), "2026-11"), 1)
    for figure in range(21, 29):
        QTest.keyClicks(sheet.view, str(figure)[0])
        editor = sheet.view.cells.open_editor
        assert editor is not None
        QTest.keyClicks(editor, str(figure)[1:])
        QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: value(page, "M4.2", "2027-06") == 28)
    kept = [value(page, "M4.2", month) for month in ("2026-11", "2026-12", "2027-01", "2027-05")]
    assert kept == [21, 22, 23, 27]


def test_enter_in_an_empty_last_row_makes_none(page: Page) -> None:
    sheet = grid_of(page, "M4.2")
    last = len(sheet.model.rows) - 1
    sheet.view.go_to(last, 1)
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    assert len(sheet.model.rows) == last + 1


@pytest.mark.parametrize("column", [0, 1])
def test_figures_copied_with_their_months_get_the_rows_they_need(
    page: Page, qtbot: QtBot, column: int
) -> None:
    sheet = begun(page, qtbot)
    months = [f"{n % 12 + 1:02}/{2023 + n // 12}" for n in range(40)]
    lines = ["Month\tShare", *(f"{month}\t{n + 1}" for n, month in enumerate(months) if n != 5)]
    paste(sheet, "\n".join(lines), 0, column)
    qtbot.waitUntil(lambda: value(page, "new", "2023-01") == 1)
    assert value(page, "new", "2026-04") == 40
    assert value(page, "new", "2023-06") is None
    model = observations_of(sheet)
    qtbot.waitUntil(lambda: model.period(0) == "2023-01")
    assert model.period(len(model.rows) - 1) == "2027-01"


def test_figures_that_do_not_fit_are_told_how_they_would(page: Page, qtbot: QtBot) -> None:
    sheet = begun(page, qtbot)
    with qtbot.waitSignal(sheet.view.said) as said:
        paste(sheet, "\n".join(str(n) for n in range(30)), 0, 1)
    assert "Copied with their periods beside them" in said.args[0]
    assert not page.desk.book.need(Measure, "new").values


def test_ninety_of_eighty_is_refused_in_the_table(page: Page, qtbot: QtBot) -> None:
    sheet = grid_of(page, "M2.1")
    model = observations_of(sheet)
    row = row_of(model, "2026-11")
    model.enter([CellText(row, 2, "90")])
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "M2.1").numerator.get("2026-11") == 90)
    with pytest.raises(BadInputError, match="90 of 80"):
        model.enter([CellText(row, 3, "80")])
    assert value(page, "M2.1", "2026-11") is None


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [("61\t1.240", 61, 1240), ("61\t1,240", 61, 1240), ("1.061\t12.240", 1061, 12240)],
)
def test_thousands_of_a_count_are_no_decimals(
    page: Page, qtbot: QtBot, text: str, numerator: int, denominator: int
) -> None:
    sheet = grid_of(page, "M3.2")
    paste(sheet, text, row_of(observations_of(sheet), "2026-11"), 2)
    qtbot.waitUntil(lambda: value(page, "M3.2", "2026-11") is not None)
    kept = page.desk.book.need(Measure, "M3.2")
    assert kept.numerator["2026-11"] == numerator
    assert kept.denominator["2026-11"] == denominator


def test_what_nothing_tells_is_refused_with_its_cell(page: Page, qtbot: QtBot) -> None:
    sheet = begun(page, qtbot)
    model = observations_of(sheet)
    with qtbot.waitSignal(sheet.view.said) as said:
        paste(sheet, "1.240\n1.310", row_of(model, "2026-10"), 1)
    assert "Oct 2026, Value, %: “1.240” may be 1,240 or 1.24" in said.args[0]
    assert not page.desk.book.need(Measure, "new").values
    paste(sheet, "987\n1.310", row_of(model, "2026-10"), 1)
    qtbot.waitUntil(lambda: model.number(row_of(model, "2026-11"), 1) == 1310)
    model.enter([CellText(row_of(model, "2026-12"), 1, "1.402")])
    qtbot.waitUntil(lambda: value(page, "new", "2026-12") == 1402)


def test_all_figures_of_a_paste_tell_their_decimal_mark_together(page: Page, qtbot: QtBot) -> None:
    sheet = begun(page, qtbot)
    lines = "Okt 2026\t1.240\nNov 2026\t1.310\nDez 2026\t2,5"
    paste(sheet, lines, row_of(observations_of(sheet), "2026-10"), 0)
    qtbot.waitUntil(lambda: value(page, "new", "2026-10") == 1240)


def test_a_long_unit_is_no_heading_that_is_cut(page: Page, qtbot: QtBot) -> None:
    page.desk.do(new_measure, "long", "G1")
    qtbot.waitUntil(lambda: page.desk.book.get(Measure, "long") is not None)
    page.desk.do(set_field, ("measure", "long"), "unit", "per 1,000 patient days")
    qtbot.waitUntil(lambda: page.desk.book.need(Measure, "long").unit == "per 1,000 patient days")
    column = observations_of(grid_of(page, "long")).columns[1]
    assert (column.title, column.tip) == ("Value", "Value, per 1,000 patient days")
    assert observations_of(grid_of(page, "M3.2")).columns[1].title == "Value, %"


def test_each_fraction_that_is_typed_is_questioned(page: Page, qtbot: QtBot) -> None:
    model = observations_of(grid_of(page, "M3.2"))
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    perhaps = "perhaps a fraction where a percentage is meant"
    typed = (
        ("2026-11", "0.069", perhaps),
        ("2026-12", "0.071", perhaps),
        ("2027-01", "0.9", "0.9 is far below what is usual (6.1 to 10.4)"),
    )
    for n, (month, text, told) in enumerate(typed, start=1):
        model.enter([CellText(row_of(model, month), 1, text)])
        qtbot.waitUntil(lambda n=n: len(said) == n)  # type: ignore[misc]
        assert told in said[-1].split(". ")[0]
