"""Every percentage is rounded once, from the exact figure: of Lines, Forecast, Bridge, Rolling, Ratios and Compare."""

from decimal import Decimal

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.money import round_ratio
from dyad_desktop.ui.models.sheet import SheetModel
from dyad_desktop.ui.pages.operating.page import Page as OperatingPage
from dyad_desktop.ui.pages.performance import forecast_model, rolling_view
from dyad_desktop.ui.pages.performance.against import PART_AIR, PERCENT, VERDICT
from dyad_desktop.ui.pages.performance.forecast_view import ForecastView
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.pages.performance.ratios_view import AGAINST_PRIOR, RatiosView
from dyad_desktop.ui.pages.performance.rolling_view import RollingView
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import CELL, SEMIBOLD, font, theme
from tests.ui.pages.budget_page import open_budget


@pytest.fixture
def page(example_window: MainWindow, qtbot: QtBot) -> Page:
    return open_budget(example_window, qtbot)


def shown(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))


def row_named(model: SheetModel, name: str) -> int:
    return next(n for n in range(len(model.rows)) if model.text(n, 0) == name)


def test_variances_of_lines(page: Page) -> None:
    model = page.budget.lines.model
    model.folded.clear()
    model.refold()
    for n in range(len(model.rows)):
        row = model.figures(n)
        if row.budget:
            once = round_ratio(100 * row.variance, abs(row.budget), 1)
            assert shown(model.text(n, PERCENT)) == once
    assert model.text(row_named(model, "EP ablations"), PERCENT) == "5.7"
    assert model.text(row_named(model, "Structural heart procedures"), PERCENT) == "−7.9"


def test_whole_parts_of_a_variance_stand_apart(page: Page) -> None:
    page.budget.units.choose("units")
    page.budget._on_unit("units")
    view, model = page.budget.lines.sheet.view, page.budget.lines.model
    metrics = QFontMetrics(font(CELL, SEMIBOLD))
    for n in range(VERDICT + 1, len(model.columns)):
        texts = [model.text(row, n) for row in range(len(model.rows))]
        texts += [model.total_text(row, n) for row in range(len(model.totals))]
        wide = max(map(metrics.horizontalAdvance, texts))
        assert view.columnWidth(n) >= wide + theme.px(PART_AIR)


def test_variances_of_the_forecast(page: Page) -> None:
    page.show_view("forecast")
    view = page.budget.part
    assert isinstance(view, ForecastView)
    assert view.model is not None
    view.model.folded.clear()
    view.model.refold()
    found = row_named(view.model, "Charity care and bad debt")
    assert view.model.text(found, forecast_model.PERCENT) == "0.1"


def test_the_change_of_the_rolling_year(page: Page) -> None:
    page.show_view("rolling")
    view = page.budget.part
    assert isinstance(view, RollingView)
    for n, one in enumerate(view.model.found):
        once = round_ratio(100 * one.change, abs(one.before), 1)
        assert shown(view.model.text(n, rolling_view.PERCENT)) == once
    other = row_named(view.model, "Other revenue")
    assert view.model.text(other, rolling_view.PERCENT) == "0.1"


def test_ratios_and_the_gaps_between_them(page: Page) -> None:
    page.show_view("ratios")
    view = page.budget.part
    assert isinstance(view, RatiosView)
    keys = [one.measured.key for one in view.model.found]
    assert view.model.text(keys.index("supplies"), 4) == "24.5"
    gap = view.model.text(keys.index("contribution_margin"), AGAINST_PRIOR)
    assert gap == "▼ 0.3 pts worse"


def test_changes_of_the_operating_budget(example_window: MainWindow, qtbot: QtBot) -> None:
    example_window.show_page("operating")
    page = example_window.page
    assert isinstance(page, OperatingPage)
    model = page.sheets["lines"].view.sheet
    model.folded.clear()
    model.refold()
    change = next(n for n, one in enumerate(model.columns) if one.key == "change")
    for name, text in (
        ("Inpatient cardiology discharges", "+5.1"),
        ("Other expense", "+1.7"),
        ("Medical and surgical supplies, wards", "+4.5"),
    ):
        found = [n for n in range(len(model.rows)) if name in model.text(n, 0)]
        assert text in [model.text(n, change) for n in found]
