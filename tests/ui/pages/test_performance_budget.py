"""Budget and actual: the three answers, and the parts that are read."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.totals import against_actual
from dyad_desktop.domain.year_so_far import TO_BUDGET, TO_YEAR_END
from dyad_desktop.services.editing import delete, set_field
from dyad_desktop.services.operating import new_line
from dyad_desktop.services.templates import NewPartnership, create_partnership, templates
from dyad_desktop.ui import settings
from dyad_desktop.ui.charts import loading
from dyad_desktop.ui.pages.performance import bridge_view, budget, ratios_view
from dyad_desktop.ui.pages.performance.against import (
    ACTUAL,
    BUDGET,
    FIRST_PART,
    FLEXED,
    VARIANCE,
    VERDICT,
)
from dyad_desktop.ui.pages.performance.bridge_view import BridgeView, bars_of
from dyad_desktop.ui.pages.performance.budget import PARTS
from dyad_desktop.ui.pages.performance.lines_view import halves_of
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.ratios_view import ACTUAL_COLUMN, RatiosView
from dyad_desktop.ui.pages.performance.rolling_view import RollingView
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.ui.pages.budget_page import ALT, CTRL, LEFT, focused, open_budget


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_budget(example_window, qtbot)


# -- the answers ---------------------------------------------------------------------------------


def test_three_answers_stand_above_and_are_true(page: Page) -> None:
    boxes = page.budget.headline.boxes
    found = against_actual(page.desk.book, page.desk.budget)
    assert found.actual.contribution - found.budget.contribution == -30541100
    assert [box.words.text() for box in boxes] == [
        "■ US$ 305 thousand below budget",
        "■ Mix: −US$ 316 thousand",
        "■ US$ 806 thousand below budget",
    ]
    assert boxes[0].more.text() == "8.2 % less contribution; revenue −742, expense −437 thousand"
    assert boxes[1].more.text() == ("then revenue rate −124, cost rate +92, spending +89 thousand")
    assert boxes[2].more.text() == (
        "contribution US$ 12.8 million of US$ 13.6 million; every line by seasonality"
    )
    assert boxes[0].words.accessibleName().startswith("On budget, Jul to Oct 2026?")


def test_a_month_is_chosen_by_keyboard(page: Page) -> None:
    page.budget.lines.take_focus()
    QTest.mouseClick(page.budget.scopes.kinds._group.button(1), LEFT)
    assert page.budget.scopes.scope.words == "Oct 2026"
    assert "Oct 2026" in page.budget.lines.model.columns[0].title
    QTest.keyClick(page.budget.lines.sheet.view, Qt.Key.Key_Left, ALT)
    assert page.budget.scopes.scope.words == "Sep 2026"
    for _ in range(5):
        QTest.keyClick(page.budget.lines.sheet.view, Qt.Key.Key_Right, ALT)
    assert page.budget.scopes.scope.places == range(3, 4)


def test_the_parts_are_reached_by_keyboard(page: Page) -> None:
    page.budget.lines.take_focus()
    seen = []
    for _ in PARTS:
        seen.append(page.budget.views.choice)
        QTest.keyClick(focused(), Qt.Key.Key_PageDown, CTRL)
    assert seen == [name for name, _ in PARTS]
    assert page.budget.views.choice == "lines"
    QTest.keyClick(focused(), Qt.Key.Key_PageUp, CTRL)
    assert page.budget.views.choice == "hours"


# -- lines ---------------------------------------------------------------------------------------


def test_lines_add_up_and_their_parts_to_the_variance(page: Page) -> None:
    view = page.budget.lines
    model = view.model
    assert [row.look for row in model.rows] == ["group"] * 7
    labour = next(n for n in range(7) if model.text(n, 0) == "Labour")
    assert model.text(labour, VERDICT) == "favourable"
    plan = model.number(labour, BUDGET)
    view.sheet.view.setFocus()
    view.sheet.view.go_to(labour, 0)
    QTest.keyClick(view.sheet.view, Qt.Key.Key_Space)
    lines = [n for n, row in enumerate(model.rows) if row.look == "line"]
    assert lines
    assert sum(model.number(n, BUDGET) or 0 for n in lines) == plan
    for n in range(len(model.rows)):
        parts = [model.number(n, FIRST_PART + part) or Decimal(0) for part in range(5)]
        assert sum(parts) == model.number(n, VARIANCE)
        flexed, budget = model.number(n, FLEXED), model.number(n, BUDGET)
        assert flexed is not None
        assert budget is not None
        assert parts[0] + parts[1] == flexed - budget
    found = against_actual(page.desk.book, page.desk.budget)
    assert model.total_text(3, ACTUAL) == f"{round(found.actual.contribution / 100_000):,}"


def test_the_current_line_says_its_split_and_why(page: Page, qtbot: QtBot) -> None:
    view = page.budget.lines
    view.model.folded.clear()
    view.model.refold()
    row = next(n for n, one in enumerate(view.model.rows) if one.key[1] == "L03")
    view.sheet.view.setFocus()
    view.sheet.view.go_to(row, 1)
    assert page.desk.selection == ("operating_line", "L03")
    assert view.detail.title.text() == (
        "EP ablations: US$ 626 thousand above budget (5.7 %), favourable: volume −72, mix +740,"
        " rate −42 thousand"
    )
    said = view.detail.words.text()
    assert said.startswith(
        "Split into volume, mix and rate. 190 cases came where 179 were planned."
    )
    assert said.endswith("mix is the shift between them at planned rates; rate is the rest.")
    assert view.model.tip(row, 0).startswith(
        "EP ablations: split into volume, mix and rate. Flexes"
    )
    qtbot.waitUntil(lambda: view.steps is not None)
    assert view.steps is not None
    assert "EP ablations" in view.steps._unit


def test_whole_units_can_be_switched_to(page: Page) -> None:
    QTest.mouseClick(page.budget.units._group.button(1), LEFT)
    assert page.budget.lines.model.total_text(3, ACTUAL) == "3,414,588"
    assert "US$" in page.budget.lines.model.columns[0].title


def test_the_columns_say_what_the_table_says(page: Page) -> None:
    view = page.budget.lines
    model = view.model
    table = {model.text(n, 0): n for n in range(len(model.rows))}
    assert view.year is not None
    assert view.scope is not None
    statement, expense = halves_of(view.year, view.scope, 1000)
    for pair in expense.pairs:
        row = table[pair.name]
        assert (pair.said, pair.verdict) == (model.text(row, VARIANCE), model.text(row, VERDICT))
    for n, pair in enumerate(statement.pairs):
        assert pair.said == model.total_text(n, VARIANCE)
        assert pair.verdict == model.total_text(n, VERDICT)
    QTest.keyClick(view.sheet.view, Qt.Key.Key_T)
    assert view.columns is not None
    assert view.columns.isVisible()
    assert not view.sheet.isVisible()
    QTest.keyClick(view.columns, Qt.Key.Key_T)
    assert view.sheet.view.hasFocus()


@pytest.mark.parametrize("width", [1024, 1440, 2200])
def test_the_rows_end_where_the_header_ends(page: Page, qtbot: QtBot, width: int) -> None:
    page.window().resize(width, 900)
    view = page.budget.lines.sheet.view

    def spare() -> int:
        return view.viewport().width() - view.horizontalHeader().length()

    qtbot.waitUntil(lambda: spare() <= 0)


@pytest.mark.parametrize(
    ("size", "zoom"),
    [((1024, 700), 1.0), ((1440, 900), 1.0), ((2200, 1300), 1.0), ((1440, 900), 1.6)],
)
@pytest.mark.parametrize("part", [name for name, _ in PARTS])
def test_nothing_overlaps_and_no_word_of_a_choice_is_cut(
    page: Page, qtbot: QtBot, size: tuple[int, int], zoom: float, part: str
) -> None:
    theme.use(scale=zoom)
    page.window().resize(*size)
    page.show_view(part)
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    QApplication.processEvents()
    view = page.budget.part
    parts = [one for one in view.children() if isinstance(one, QWidget) and one.isVisible()]
    # Segments and boxes of one row stand beside each other; cards take the whole width.
    wide = [one for one in parts if one.width() == view.width()]
    shown = sorted(wide, key=QWidget.y)
    for above, below in pairwise(shown):
        assert above.geometry().bottom() < below.geometry().top()
    assert shown[-1].geometry().bottom() <= view.height()
    segments = [one for one in page.budget.bar.findChildren(QPushButton) if one.isVisible()]
    qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in segments))
    theme.use(scale=1.0)


# -- bridge --------------------------------------------------------------------------------------


def bridge_of(page: Page) -> BridgeView:
    page.show_view("bridge")
    view = page.budget.part
    assert isinstance(view, BridgeView)
    assert view.chart is not None
    return view


def test_the_bridge_says_what_it_shows_and_arrows_read_it(page: Page) -> None:
    view = bridge_of(page)
    assert view.says.text() == (
        "Jul to Oct 2026: contribution is US$ 305 thousand below budget. Mix (US$ 316 thousand) takes most, cost rate"
        " (US$ 92 thousand) gives back most."
    )
    chart = view.chart
    assert chart is not None
    view.take_focus()
    assert view.step.text() == "Budget: US$ 3,720 thousand."
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert view.step.text() == (
        "Volume takes US$ 48 thousand, unfavourable: more or fewer units at the planned rate and mix."
    )
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert view.step.text() == "Actual: US$ 3,415 thousand."
    assert "Actual: US$ 3,415 thousand." in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert view.step.text().startswith("Budget")


def test_the_first_bridge_is_loaded_beside_the_window(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(loading.classes, loading.WATERFALL)
    page.show_view("bridge")
    view = page.budget.part
    assert isinstance(view, BridgeView)
    view.take_focus()
    note = view.drawing.note
    assert note.hasFocus()
    QTest.keyClick(note, Qt.Key.Key_T)
    assert view.sheet.view.hasFocus()
    QTest.keyClick(view.sheet.view, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: view.chart is not None)
    assert view.chart is not None
    assert view.chart.hasFocus()
    assert view.step.text() == "Budget: US$ 3,720 thousand."


@pytest.mark.parametrize("way", ["actual", TO_YEAR_END, TO_BUDGET])
@pytest.mark.parametrize("cause", [True, False])
def test_the_table_holds_the_same_steps_and_adds(page: Page, way: str, cause: bool) -> None:  # noqa: FBT001
    view = bridge_of(page)
    view.ways.choose(way)
    view.built_of.choose("cause" if cause else "category")
    view.refresh()
    assert view.year is not None
    assert view.scope is not None
    bridge = view.year.bridge(way, by_cause_of=cause, places=view.scope.places)
    bars = bars_of(view.year.book, bridge, way, 1)
    model = view.model
    assert [bar.name for bar in bars[1:-1]] == [model.text(n, 0) for n in range(len(model.rows))]
    assert bars[0].end + sum(bar.end - bar.start for bar in bars[1:-1]) == pytest.approx(
        bars[-1].end
    )
    amounts = [model.number(n, bridge_view.AMOUNT) or 0 for n in range(len(model.rows))]
    assert sum(amounts) * 100_000 == bridge.change
    assert len(bars) <= 12
    assert view.chart is not None
    QTest.keyClick(view.chart, Qt.Key.Key_T)
    assert view.sheet.view.hasFocus()
    assert not view.chart.isVisible()
    QTest.keyClick(view.sheet.view, Qt.Key.Key_T)
    assert view.chart.hasFocus()


@pytest.mark.parametrize("dark", [False, True])
def test_the_waterfall_is_drawn_in_both_themes(page: Page, dark: bool) -> None:  # noqa: FBT001
    theme.use(dark=dark)
    view = bridge_of(page)
    assert view.chart is not None
    image = view.chart.grab().toImage()
    assert image.pixelColor(4, 4).name() == theme.colour("surface").name()
    assert view.chart.limits()[0] > 0
    theme.use(dark=False)


# -- ratios, rolling year -----------------------------------------------------------------


def test_ratios_are_of_the_chosen_volume_and_say_what_is_missing(page: Page) -> None:
    page.show_view("ratios")
    view = page.budget.part
    assert isinstance(view, RatiosView)
    model = view.model
    names = [model.text(n, 0) for n in range(len(model.rows))]
    assert view.volumes.currentText() == "Inpatient cardiology discharges"
    assert names[2] == "Cost per discharge, US$"
    assert model.text(1, ACTUAL_COLUMN) == "9.6"
    assert model.text(4, ACTUAL_COLUMN) == "—"
    assert model.tip(4, ACTUAL_COLUMN) == (
        "No ratio here, since the paid hours of every position aren’t known."
    )
    assert model.text(1, ratios_view.AGAINST_BUDGET) == "▼ 0.6 pts worse"
    assert model.tone(1, ratios_view.AGAINST_BUDGET) == "off_track"
    view.volumes.setCurrentIndex(view.volumes.findText("Clinic visits"))
    view.volumes.activated.emit(view.volumes.currentIndex())
    assert model.text(2, 0) == "Cost per visit, US$"
    assert view.detail.title.text() == (
        "Contribution margin 64.7 %: 0.2 pts better than budget; 0.3 pts worse than a year ago"
    )


def test_ratios_begin_with_the_volume_that_was_chosen_last(page: Page) -> None:
    page.show_view("ratios")
    view = page.budget.part
    assert isinstance(view, RatiosView)
    view.volumes.setCurrentIndex(view.volumes.findText("Clinic visits"))
    view.volumes.activated.emit(view.volumes.currentIndex())
    again = RatiosView(page.desk)
    assert view.year is not None
    assert view.scope is not None
    again.show_year(view.year, view.scope, 1)
    assert again.volumes.currentText() == "Clinic visits"
    settings.keep_unit_of_service(page.desk.session.workspace_id, "deleted since")
    other = RatiosView(page.desk)
    other.show_year(view.year, view.scope, 1)
    assert other.volumes.currentText() == "Inpatient cardiology discharges"


def test_many_lines_are_reckoned_beside_the_window_and_the_newest_counts(
    page: Page, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = page.budget
    before = [box.words.text() for box in view.headline.boxes]
    monkeypatch.setattr(budget, "AT_ONCE", 0)
    page.show_view("forecast")
    page.show_view("ratios")
    page.show_view("rolling")
    part = view.part
    assert isinstance(part, RollingView)
    assert not part.model.rows
    assert view.waiting.isVisible()
    qtbot.waitUntil(lambda: bool(part.model.rows))
    qtbot.waitUntil(lambda: not page.desk.runner.busy)
    assert view.part is part
    assert not view.waiting.isVisible()
    assert [box.words.text() for box in view.headline.boxes] == before
    set_field(page.desk.session, ("operating_line", "L01"), "ytd_actuals", 1, slot="2026-07")
    page.reload()
    assert [box.words.text() for box in view.headline.boxes] == before
    qtbot.waitUntil(lambda: [box.words.text() for box in view.headline.boxes] != before)


def test_the_rolling_year_shows_twelve_months_and_its_trend(page: Page) -> None:
    page.show_view("rolling")
    view = page.budget.part
    assert isinstance(view, RollingView)
    model = view.model
    assert [model.text(n, 0) for n in range(len(model.rows))][-1] == "Contribution"
    assert (model.text(6, 1), model.text(6, 2), model.text(6, 5)) == (
        "12,717",
        "12,754",
        "▼ unfavourable",
    )
    months = [model.number(6, 6 + n) or Decimal(0) for n in range(12)]
    assert sum(months) == model.number(6, 1)
    assert "the last twelve months are US$ 36 thousand below FY26" in view.detail.title.text()


def test_a_rolling_year_with_a_hole_says_so_in_its_place(page: Page, qtbot: QtBot) -> None:
    keys = [
        ("operating_line", one.id) for one in page.desk.book.all(OperatingLine) if one.id != "L45"
    ]
    page.desk.do(delete, keys)
    qtbot.waitUntil(lambda: len(page.desk.book.all(OperatingLine)) == 1)
    page.show_view("rolling")
    view = page.budget.part
    assert isinstance(view, RollingView)
    assert view.sheet.isVisible()


@pytest.mark.parametrize(
    ("kind", "part"), [("operating_line", "lines"), ("outlook", "forecast"), ("basis", "hours")]
)
def test_a_line_is_gone_to_where_it_is_meant(page: Page, kind: str, part: str) -> None:
    page.show_thing((kind, "L28"))
    assert page.budget.views.choice == part
    sheet = page.budget.part.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    assert sheet.model.rows[sheet.view.currentIndex().row()].key[1] == "L28"
    assert sheet.view.hasFocus()


# -- nothing to show -----------------------------------------------------------------------------


def test_without_actuals_budget_and_actual_says_so(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    wish = NewPartnership(templates()[0].id, "Heart", "Ana", "Ben", "", "USD", 7, "2026-11-02")
    session = create_partnership(tmp_path / "new.dyad", wish)
    with qtbot.waitSignal(window.opened):
        window.use_session(session)
    window.show_page("performance")
    page = window.page
    assert isinstance(page, Page)
    page.show_view("budget")
    view = page.budget
    assert view.empty.isVisible()
    assert not view.no_actuals.isVisible()
    page.desk.do(new_line, "4000", "10", "Visits", "revenue", "patient revenue", "Clinic")
    qtbot.waitUntil(view.no_actuals.isVisible)
    assert not view.empty.isVisible()
    assert not view.headline.isVisible()
    assert not view.stack.isVisible()
    for name, _ in PARTS:
        page.show_view(name)
        assert view.no_actuals.isVisible() == (name != "actuals")
        assert view.stack.isVisible() == (name == "actuals")
        assert not view.headline.isVisible()
    qtbot.waitUntil(lambda: not window.runner.busy)


@pytest.mark.parametrize("part", [name for name, _ in PARTS])
def test_every_control_has_a_name(page: Page, part: str) -> None:
    page.show_view(part)
    for widget in page.budget.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            text = getattr(widget, "text", str)()
            assert widget.accessibleName() or text, type(widget).__name__
