"""Charts of whole amounts: no figure loses a digit at the chart's edge, and none lies over another."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest
from matplotlib.text import Text
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.charts.canvas import ChartCanvas, Label, text_width
from dyad_desktop.ui.charts.columns import Columns, Half, Pair
from dyad_desktop.ui.charts.cumulative import Cumulative, Step
from dyad_desktop.ui.charts.frontier import FrontierChart, Spot
from dyad_desktop.ui.charts.labels import lifts
from dyad_desktop.ui.charts.months import Months
from dyad_desktop.ui.charts.tornado import Beam, Tornado
from dyad_desktop.ui.charts.waterfall import ACTUAL, PLAN, STEP, Bar, Waterfall, heights
from dyad_desktop.ui.tokens import dress, font, theme

SIZES = ((1160, 420), (760, 300), (420, 190))
MONTHS = ("Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun")


@pytest.fixture(autouse=True)
def dressed(qtbot: QtBot) -> None:
    del qtbot
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app)


def drawn(qtbot: QtBot, chart: Any, size: tuple[int, int]) -> None:  # noqa: ANN401 - a widget of any kind
    qtbot.addWidget(chart)
    chart.resize(*size)
    chart.show()
    chart.grab()


def texts_of(chart: ChartCanvas) -> Iterator[tuple[str, QRectF]]:
    """Give each text that matplotlib sets, and where it stands, in pixels from the top left."""
    lines: list[Any] = [line for axes in chart.figure.axes for line in (axes.xaxis, axes.yaxis)]
    ticks = [tick for line in lines for tick in line.get_major_ticks()]
    shown = {id(tick) for line in lines for tick in line._update_ticks()}
    away = {id(text) for tick in ticks if id(tick) not in shown for text in tick.findobj(Text)}
    for text in chart.figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in away:
            box = text.get_window_extent()
            top = chart.height() - box.y1
            yield text.get_text(), QRectF(box.x0, top, box.width, box.height)


def box_of(label: Label) -> QRectF:
    wide = text_width(label.text, label.size, strong=label.strong)
    left = {"left": label.x, "center": label.x - wide / 2, "right": label.x - wide}[label.across]
    tall = QFontMetrics(font(label.size)).height()
    return QRectF(left, label.y - tall / 2, wide, tall)


def figures(boxes: list[tuple[str, QRectF]]) -> list[tuple[str, QRectF]]:
    return [(text, box) for text, box in boxes if any(sign.isdigit() for sign in text)]


def whole(chart: ChartCanvas) -> list[tuple[str, QRectF]]:
    """Return the figures of a chart, each of them all within it."""
    found = figures([*texts_of(chart), *((one.text, box_of(one)) for one in chart.labels)])
    assert found
    for text, box in found:
        assert box.left() >= -0.5, text
        assert box.right() <= chart.width() + 0.5, text
        assert box.top() >= -0.5, text
        assert box.bottom() <= chart.height() + 0.5, text
    return found


def apart(found: list[tuple[str, QRectF]]) -> None:
    for (one, box), (other, beside) in combinations(found, 2):
        assert not box.adjusted(1, 1, -1, -1).intersects(beside), (one, other)


def bridge(start: int, *effects: int) -> list[Bar]:
    places = heights(start, effects)
    steps = [
        Bar(
            f"Purchased {'services'[: n + 1]}",
            STEP,
            low,
            high,
            f"▼ {abs(effect):,}",
            "",
            effect > 0,
        )
        for n, ((low, high), effect) in enumerate(zip(places, effects, strict=True))
    ]
    end = round(places[-1][1])
    return [
        Bar("Budget FY27", PLAN, 0, start, f"{start:,}", ""), *steps,
        Bar("Forecast FY27", ACTUAL, 0, end, f"{end:,}", ""),
    ]  # fmt: skip


YEAR_END = (13_622_496, -2_009_255, 1_265_940, 954, 462_074, 201_049, -222_251, -3_922, -500_550)
FLAT = (110_701_669, -1_204, -3_738, -1_000_375, 40_002, 39_998)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("parts", [YEAR_END, FLAT])
@pytest.mark.parametrize("small", [False, True])
def test_a_bridge_of_whole_amounts(
    qtbot: QtBot,
    size: tuple[int, int],
    parts: tuple[int, ...],
    small: bool,  # noqa: FBT001
) -> None:
    chart = Waterfall(small=small)
    chart.show_bars(bridge(*parts), "US$", "")
    drawn(qtbot, chart, size)
    apart(whole(chart))


@pytest.mark.parametrize("size", SIZES)
def test_a_year_of_whole_amounts(qtbot: QtBot, size: tuple[int, int]) -> None:
    chart = Months()
    amounts = [27_000_000 + 100_000 * n for n in range(12)]
    chart.show_year([-one for one in amounts], amounts, MONTHS, (0, 1), "US$")
    drawn(qtbot, chart, size)
    apart(whole(chart))


@pytest.mark.parametrize("size", SIZES[:2])
def test_budget_and_actual_of_whole_amounts(qtbot: QtBot, size: tuple[int, int]) -> None:
    chart = Columns()
    pair = Pair(
        "Purchased services", 110_701_669, 110_692_414, "(11,265,940)", "unfavourable", good=False
    )
    few = Pair("Labour", 18_696_250, 18_234_176, "(462,074)", "favourable", good=True)
    chart.show_halves(
        (Half("Statement", (pair,) * 4), Half("Categories", (few, pair) * 3)), "US$", ""
    )
    drawn(qtbot, chart, size)
    apart(whole(chart))


@pytest.mark.parametrize("size", [(700, 600), (420, 480)])
def test_a_tornado_of_whole_amounts(qtbot: QtBot, size: tuple[int, int]) -> None:
    chart = Tornado()
    beams = [
        Beam("Percutaneous coronary interventions", -11_413_042 / n, 11_413_042 / n,
             f"+5 %: ({11_413_042 // n:,})", f"−5 %: +{11_413_042 // n:,}", "")
        for n in (1, 2, 3, 10)
    ]  # fmt: skip
    chart.show_beams(beams, "Change of the year’s contribution, US$", "")
    drawn(qtbot, chart, size)
    whole(chart)
    apart([(one.text, box_of(one)) for one in chart.labels])


def test_a_frontier_of_small_amounts(qtbot: QtBot) -> None:
    chart = FrontierChart()
    steps = [(1_000_000.0 * n, 1_234_567.5 * n - 5_000_000) for n in range(8)]
    chart.show_steps(steps, [Spot(1e6, 1e6, "plan as ranked", filled=True)], None, ("x", "y"), "")
    drawn(qtbot, chart, (520, 260))
    whole(chart)


def test_what_requests_cost_together(qtbot: QtBot) -> None:
    chart = Cumulative("Cost")
    step = Step("C1", "C1", 0, 110_000_000, funded=True, mandatory=False)
    chart.show_steps([step], 90_000_000, "Envelope 90,000,000", "US$", "")
    drawn(qtbot, chart, (520, 260))
    assert chart._plot.left() - theme.px(8) >= text_width("120,000,000")
    assert chart.width() - chart._plot.right() - theme.px(6) >= text_width(
        "90,000,000", strong=True
    )


@pytest.mark.parametrize(
    ("boxes", "up", "expected"),
    [
        ([], [], []),
        ([(0, 0, 50), (60, 0, 50)], [True, True], [0, 0]),
        ([(0, 0, 50), (40, 0, 50)], [True, True], [0, 1]),
        ([(0, 0, 50), (40, 0, 50), (80, 0, 50)], [True, True, True], [0, 1, 0]),
        ([(0, 0, 90), (40, 0, 90), (80, 0, 90)], [False, False, False], [0, 1, 2]),
        ([(0, 0, 50), (40, 10, 50)], [True, True], [0, 2]),
    ],
)
def test_labels_give_way_by_rows(
    boxes: list[tuple[int, int, int]], up: list[bool], expected: list[int]
) -> None:
    found = lifts([QRectF(x, y, wide, 14) for x, y, wide in boxes], up, 15)
    assert found == expected
    moved = [
        QRectF(x, y + (-15 if above else 15) * rows, wide, 14)
        for (x, y, wide), above, rows in zip(boxes, up, found, strict=True)
    ]
    assert not any(one.intersects(other) for one, other in pairwise(moved))
