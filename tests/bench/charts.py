"""Control charts: the engine on 10,000 points, one chart drawn anew, 200 measures opened and scrolled."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean, median

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from dyad_desktop.app import make_application
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.records import record_of
from dyad_desktop.domain.spc import xmr
from dyad_desktop.picture import settle
from dyad_desktop.services.files import demo
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow
from tests.bench import first_chart

POINTS, MEASURES, ROUNDS = 10_000, 200, 30
MILLI = 1000
KEY_REPEAT, LOOK = 33, 250
"""Milliseconds between two presses of a key that is held, and before the first: nobody reads a page sooner."""


@dataclass(frozen=True, slots=True)
class ChartTimes:
    """All in milliseconds but first charts and imports, in seconds.

    Floors: plain mean and ranges; a figure built by matplotlib.
    """

    engine: float
    arithmetic: float
    redraw: float
    plain_redraw: float
    opened: float
    frame: float
    page: float
    slowest_page: float
    first: float
    first_at_once: float
    bridge: float
    bridge_at_once: float
    imports: float
    stall: float
    stalls: str
    """The longest stall of other charts where they are the first, in words."""


def measure() -> ChartTimes:
    """Measure everything in one run; windows are offscreen."""
    engine, arithmetic = _engine()
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow()
        window.resize(1440, 900)
        window.use_session(_many(Path(folder)))
        window.show()
        settle(window)
        window.show_page("home")
        settle(window)
        opened, page = _open(window)
        frame = _frames(page)
        pages = _pages(page)
        redraw, plain = _redraw(window, page)
        window.close()
    first = first_chart.measure()
    ours, bridge = first.pop(first_chart.MEASURE), first[first_chart.BRIDGE]
    at_once = [
        first_chart.First.of(name, first_chart.AT_ONCE).took
        for name in (first_chart.MEASURE, first_chart.BRIDGE)
    ]
    stalls = ", ".join(f"{name} {one.stall:.0f} ms" for name, one in first.items())
    return ChartTimes(
        engine,
        arithmetic,
        redraw,
        plain,
        opened,
        frame,
        median(pages),
        max(pages),
        ours.took,
        at_once[0],
        bridge.took,
        at_once[1],
        ours.imports,
        ours.stall,
        stalls,
    )


def _engine() -> tuple[float, float]:
    random = Random(7)  # noqa: S311 - series to draw, no secrets
    values = [random.gauss(50, 5) for _ in range(POINTS)]
    ours = _median(lambda: xmr(values, direction="increase", target=40))
    floor = _median(lambda: (fmean(values), fmean(abs(b - a) for a, b in pairwise(values))))
    return ours, floor


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return median(times) * MILLI


def _many(folder: Path) -> Session:
    """Make a workspace of 200 measures with 36 months each, every other one of them figures of the year to date."""
    with_example = demo(folder / "example.dyad")
    records, known = with_example.records(), with_example.book.all(Measure)
    with_example.close()
    for n in range(MEASURES - len(known)):
        made = replace(known[n % len(known)], id=f"X{n}", title=f"Measure {n}")
        made = _to_date(made) if n % 2 else made
        records["measure", made.id] = record_of("measure", made)
    return Session.create(folder / "many.dyad", records, "200 measures")


def _to_date(measure: Measure) -> Measure:
    """Return a measure as sums of the year to date, with a target of its own for each month."""
    known = [(period, value) for period, value in sorted(measure.values.items()) if value]
    values, targets, whole = dict[str, Decimal](), dict[str, Decimal](), Decimal(0)
    for period, value in known:
        whole = abs(value) + (whole if period[5:] != "01" else 0)
        values[period], targets[period] = whole, abs(value)
    return replace(
        measure, values=values, targets=targets, numerator={}, denominator={}, chart=None, marks={},
        direction="up", target_low=None, span="year_to_date", aggregation="sum",
    )  # fmt: skip


def _open(window: MainWindow) -> tuple[float, Page]:
    window.show_page("performance")
    page = window.page
    assert isinstance(page, Page)
    settle(window)
    times = []
    for _ in range(5):
        window.show_page("home")
        settle(window)
        began = time.perf_counter()
        window.show_page("performance")
        page.reload()
        page.scorecard.viewport().repaint()
        times.append(time.perf_counter() - began)
    return median(times) * MILLI, page


def _frames(page: Page) -> float:
    bar, times = page.scorecard.verticalScrollBar(), []
    for n in range(ROUNDS * 4):
        bar.setValue((n * 173) % max(1, bar.maximum()))
        began = time.perf_counter()
        page.scorecard.viewport().repaint()
        times.append(time.perf_counter() - began)
    return median(times) * MILLI


def _pages(page: Page) -> list[float]:
    """Return the time of each frame while Page Down is held, from a page that was just drawn and looked at."""
    table, times = page.scorecard, []
    table.fit()
    table.setCurrentIndex(table.score.index(0, 0))
    table.verticalScrollBar().setValue(0)
    table.viewport().repaint()
    table.setFocus()
    QTest.qWait(LOOK)
    while table.verticalScrollBar().value() < table.verticalScrollBar().maximum():
        QTest.qWait(KEY_REPEAT)
        began = time.perf_counter()
        QTest.keyClick(table, Qt.Key.Key_PageDown)
        table.viewport().repaint()
        times.append((time.perf_counter() - began) * MILLI)
    return times


def _redraw(window: MainWindow, page: Page) -> tuple[float, float]:
    page.open_measure("M1.1")
    settle(window)
    plot = page.measure.plot
    assert plot is not None

    def ours() -> None:
        plot.refresh()
        plot.repaint()

    values = [float(value or 0) for value in page.measure.chart.series.values]  # type: ignore[union-attr]

    def plain() -> None:
        figure = Figure((plot.width() / 100, plot.height() / 100), dpi=100)
        axes = figure.add_subplot()
        axes.plot(values, marker="o")
        for level in (55, 60, 65, 71):
            axes.axhline(level)
        FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]

    return _median(ours), _median(plain)
