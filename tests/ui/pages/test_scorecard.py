"""The scorecard in a window: what is selected in each of its looks, its columns, and what is printed or kept."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Occurrence
from dyad_desktop.domain.measure_words import (
    ASSURANCE_WORDS,
    OLD_LEGEND,
    VARIATION_WORDS,
    YOUNG_LEGEND,
)
from dyad_desktop.domain.unsettled import OLD
from dyad_desktop.errors import DyadError
from dyad_desktop.services.editing import FieldEdit, create, fresh, set_fields
from dyad_desktop.ui.charts.signal_icons import SHORT_WORDS
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.score_columns import (
    ASSURANCE,
    CONFIDENCE,
    LATEST,
    MEASURE,
    PERIOD,
    SINCE,
    TARGET,
    VARIATION,
)
from dyad_desktop.ui.pages.performance.score_painter import ICON, INDENT, PAD, WORD_GAP
from dyad_desktop.ui.pages.performance.score_print import (
    Head,
    _needed,
    _widths,
    legend_of,
    print_scorecard,
    printed,
)
from dyad_desktop.ui.pages.performance.score_rows import (
    ScoreRow,
    cell_text,
    roomy_text,
    spoken,
    tip_of,
)
from dyad_desktop.ui.pages.performance.scorecard_view import CHARTS, MATRIX, ScorecardView
from dyad_desktop.ui.pages.performance.signal_grid import MeasureLink
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import BODY, SEMIBOLD, SMALL, font, theme


def scores(window: MainWindow) -> ScorecardView:
    window.show_page("performance")
    page = window.page
    assert isinstance(page, Page)
    return page.scores


def test_the_inspector_follows_the_keys_among_the_charts(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    view.show_look(CHARTS)
    view.charts.setFocus()
    view.charts.choose("M1.1")
    QTest.keyClick(view.charts, Qt.Key.Key_Right)
    desk = example_window.desk
    assert desk is not None
    assert desk.selection == ("measure", "M1.2")
    view.reload()
    assert view.charts.currentIndex().row() == 1


def test_the_print_names_whose_confidence_it_is_on_the_paper_of_the_place(
    example_window: MainWindow, tmp_path: Path
) -> None:
    view = scores(example_window)
    sizes = {}
    for letter in (False, True):
        target = tmp_path / f"scorecard-{letter}.pdf"
        print_scorecard(target, view.table.score.rows, Head("Scorecard"), letter=letter)
        found = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", target.read_bytes())
        assert found is not None
        sizes[letter] = tuple(round(float(one)) for one in found.groups())
    assert sizes == {False: (842, 595), True: (792, 612)}
    row = next(one for one in view.table.score.rows if one.line is not None)
    assert cell_text(row, CONFIDENCE) == "Priya 9 · Marcus 9"


def test_no_figure_is_cut_on_paper(example_window: MainWindow, qtbot: QtBot) -> None:
    view = scores(example_window)
    desk = example_window.desk
    assert desk is not None
    desk.do(set_fields, [
        FieldEdit("measure", "M3.2", "unit", "visits"), FieldEdit("measure", "M3.2", "target", "1000000"),
        FieldEdit("measure", "M3.2", "values", "4812000", "2026-10"),
    ])  # fmt: skip
    qtbot.waitUntil(lambda: any("4,812,000" in _said(view, LATEST, n) for n in range(24)))
    rows = view.table.score.rows
    for column in (LATEST, TARGET, SINCE):
        assert _widths(rows)[column] >= _needed(rows, column) + 2 * PAD
    row = next(one for one in rows if one.title == "No-show rate")
    assert printed(row, SINCE) == "↑ 4,811,993.0 worse"
    assert cell_text(row, SINCE) == "↑ worse"


def _said(view: ScorecardView, column: int, row: int) -> str:
    return str(view.table.score.index(row, column).data())


def test_the_print_says_which_measures_are_on_it(example_window: MainWindow) -> None:
    view = scores(example_window)
    assert view.scope.startswith("16 measures: ")
    view.filter.setText("rate")
    assert re.fullmatch(r"\d of 16 measures: .* · only those with “rate”", view.scope)


def test_a_page_that_can_not_be_written_leaves_the_old_one(
    example_window: MainWindow, tmp_path: Path
) -> None:
    view = scores(example_window)
    there = tmp_path / "scorecard.pdf"
    there.mkdir()
    with pytest.raises(DyadError, match="can't be written"):
        print_scorecard(there, view.table.score.rows, Head("Scorecard"))
    assert there.is_dir()


def test_a_small_window_keeps_the_names_and_says_what_lies_to_the_right(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    example_window.resize(1440, 900)
    qtbot.waitUntil(lambda: "further right" not in view.summary.text())
    example_window.resize(1024, 700)
    qtbot.waitUntil(lambda: view.summary.text().endswith("further right: Confidence, Leads"))
    name = QFontMetrics(font(BODY, SEMIBOLD)).horizontalAdvance("Third next available new-pat")
    assert view.table.columnWidth(MEASURE) >= name + theme.px(INDENT + 2 * PAD)
    view.show_look(CHARTS)
    assert "further right" not in view.summary.text()


@pytest.mark.parametrize("wide", [1024, 1440])
def test_each_icon_has_room_for_its_word_and_mark(
    example_window: MainWindow, qtbot: QtBot, wide: int
) -> None:
    view = scores(example_window)
    example_window.resize(wide, 700)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(PERIOD) == (wide == 1024))
    columns = {VARIATION: VARIATION_WORDS, ASSURANCE: ASSURANCE_WORDS}
    for column, icons in columns.items():
        room = view.table.columnWidth(column) - theme.px(PAD + ICON + WORD_GAP)
        # Set firmly by limits that hold, lightly and with a mark by old ones.
        needed = {
            SHORT_WORDS[icon] + mark: QFontMetrics(font(SMALL, weight)).horizontalAdvance(
                SHORT_WORDS[icon] + mark
            )
            for icon in icons
            for mark, weight in (("", SEMIBOLD), (OLD, QFont.Weight.Normal))
        }
        assert {word: width for word, width in needed.items() if width > room} == {}


def test_rows_are_drawn_before_they_are_asked_for_and_only_those_nearby_are_kept(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    table = scores(example_window).table
    rows = [row for row in table.score.rows if row.line is not None]
    table.show_rows(rows * 30)
    table.viewport().repaint()
    qtbot.waitUntil(lambda: not table.drawing_ahead)
    shown = len(table.drawn)
    assert shown > 2 * table.viewport().height() // table.rowHeight(0)
    bar = table.verticalScrollBar()
    for place in range(0, bar.maximum(), table.viewport().height()):
        bar.setValue(place)
        table.viewport().repaint()
    qtbot.waitUntil(lambda: not table.drawing_ahead)
    assert max(table.drawn) == len(rows) * 30 - 1
    assert 0 not in table.drawn


def test_a_verdict_by_old_limits_is_marked_and_the_mark_explained(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    rows = {row.title: row for row in view.table.score.rows if row.line is not None}
    assert cell_text(rows["No-show rate"], VARIATION) == "improving*"
    assert cell_text(rows["No-show rate"], ASSURANCE) == "never*"
    assert tip_of(rows["No-show rate"], ASSURANCE) == (
        "Never meets target, by old limits: they also hold the time before the shift since Jul 2025"
    )
    assert cell_text(rows["EP ablations"], ASSURANCE) == "never"
    assert OLD_LEGEND in view.summary.text()
    assert legend_of(list(rows.values())).endswith(f"{OLD_LEGEND}.")
    assert OLD_LEGEND not in legend_of([rows["EP ablations"]])
    view.show_look(MATRIX)
    assert OLD_LEGEND not in view.summary.text()  # it stands under the grid

    def links() -> set[str]:
        return {one.text() for one in view.grid.findChildren(MeasureLink)}

    qtbot.waitUntil(lambda: {"No-show rate*", "EP ablations"} <= links())
    page = example_window.page
    assert isinstance(page, Page)
    page.open_measure("M3.2")
    assert "improving, by old limits" in page.measure.facts.signal_mark.text()
    assert "so whether it will meet the target is told once" in page.measure.says.text()


def test_a_provisional_value_is_called_so_wherever_it_stands(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    desk = example_window.desk
    assert desk is not None
    assert YOUNG_LEGEND not in view.summary.text()
    desk.do(set_fields, [FieldEdit("measure", "M3.2", "marks", "provisional", "2026-10")])
    qtbot.waitUntil(lambda: YOUNG_LEGEND in view.summary.text())
    row = next(one for one in view.table.score.rows if one.title == "No-show rate")
    assert cell_text(row, LATEST) == "6.9 % (p)"
    assert spoken(row, LATEST) == "6.9 %, provisional"
    assert f"{YOUNG_LEGEND}." in legend_of(view.table.score.rows)
    page = example_window.page
    assert isinstance(page, Page)
    page.open_measure("M3.2")
    assert page.measure.says.text().startswith("At 6.9 % (provisional), 3 of")
    assert page.measure.facts.latest.more.text() == "Oct 2026, provisional"


def test_a_value_of_another_month_is_dated_where_periods_have_no_column(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    desk = example_window.desk
    assert desk is not None
    desk.do(set_fields, [FieldEdit("measure", "M3.2", "values", None, "2026-10")])

    def row() -> ScoreRow:
        return next(one for one in view.table.score.rows if one.title == "No-show rate")

    qtbot.waitUntil(lambda: row().apart == "Sep")
    assert all(not one.apart for one in view.table.score.rows if one.title != "No-show rate")
    assert spoken(row(), LATEST) == "7.03 %, in Sep 2026"
    example_window.resize(1024, 700)
    qtbot.waitUntil(lambda: view.table.isColumnHidden(PERIOD))
    assert view.table._when(row(), LATEST) == "Sep"
    example_window.resize(1440, 900)
    qtbot.waitUntil(lambda: not view.table.isColumnHidden(PERIOD))
    assert view.table._when(row(), LATEST) == ""


def test_a_long_unit_leaves_the_names_their_room_and_stands_by_them_on_paper(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view = scores(example_window)
    desk = example_window.desk
    assert desk is not None
    desk.do(set_fields, [FieldEdit("measure", "M3.2", "unit", "per 1,000 patient days")])

    def row() -> ScoreRow:
        return next(one for one in view.table.score.rows if one.title == "No-show rate")

    qtbot.waitUntil(lambda: cell_text(row(), LATEST) == "6.9")
    assert tip_of(row(), LATEST) == "6.9 per 1,000 patient days"
    assert printed(row(), MEASURE) == "No-show rate (per 1,000 patient days)"
    assert printed(row(), LATEST) == "6.9"


def test_the_small_line_is_that_of_the_chart(example_window: MainWindow) -> None:
    view = scores(example_window)
    for row in view.table.score.rows:
        if row.line is not None:
            assert row.spark == row.line.chart.series.values[-24:]


def test_rare_events_beside_values_are_drawn_as_the_row_says(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view, desk = scores(example_window), example_window.desk
    assert desk is not None
    desk.do(set_fields, [FieldEdit("measure", "M3.2", "chart", "t")])
    for day in ("2026-07-01", "2026-08-01", "2026-10-15"):
        desk.do(create, fresh(Occurrence, measure="M3.2", date=day))
    qtbot.waitUntil(lambda: not desk.runner.busy)
    view.reload()
    row = next(one for one in view.table.score.rows if one.title == "No-show rate")
    assert row.spark[-1] == 75
    assert cell_text(row, LATEST).startswith("75")


def test_a_change_smaller_than_the_decimals_has_a_way_but_no_size(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    view, desk = scores(example_window), example_window.desk
    assert desk is not None

    def row() -> ScoreRow:
        return next(one for one in view.table.score.rows if one.title == "Premium hours")

    assert roomy_text(row(), SINCE) == "↓ 0.2 better"
    before = row().line
    assert before is not None and before.reviewed is not None  # noqa: PT018
    value = before.reviewed.value + Decimal("0.02")
    desk.do(set_fields, [FieldEdit("measure", row().id, "values", value, "2026-10")])
    qtbot.waitUntil(lambda: roomy_text(row(), SINCE) == "↑ worse")
