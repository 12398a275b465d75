"""The first chart of a fresh process: how long until it is painted, and how long the window stands still meanwhile.

It is asked for after the page before it was looked at for a moment, and also straight from Home as soon as that is
there, when nothing is prepared and its page is still to be made.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from compileall import compile_dir
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

import dyad_desktop
from dyad_desktop.app import make_application
from dyad_desktop.picture import settle
from dyad_desktop.services.files import demo
from dyad_desktop.ui.pages.capital.page import Page as Capital
from dyad_desktop.ui.pages.operating.page import Page as Operating
from dyad_desktop.ui.pages.performance.bridge_view import BridgeView
from dyad_desktop.ui.pages.performance.page import Page as Performance
from dyad_desktop.ui.shell.window import MainWindow

MILLI = 1000
BEAT = 5
AT_ONCE, LOOK = 0, 700
"""Milliseconds that a page is looked at before: none, and fewer than anybody needs to choose what to open."""
ROUNDS = 3
IMPORTS = "import PySide6.QtWidgets, matplotlib.backends.backend_qtagg"


@dataclass(frozen=True, slots=True)
class First:
    """Medians: seconds until the first chart is painted, of the bare imports, and the longest stall in ms."""

    took: float
    imports: float
    stall: float

    @classmethod
    def of(cls, name: str, look: int, rounds: int = ROUNDS) -> "First":
        """Return the figures of a chart as the first one, each time in a process of its own."""
        compile_dir(str(Path(dyad_desktop.__file__).parent), quiet=1)  # as an installed package is
        return cls(*map(median, zip(*(_measured(name, look) for _ in range(rounds)), strict=True)))


@dataclass(frozen=True, slots=True)
class Way:
    """How a chart is come to: the page, what is shown before, what asks for the chart, and where it comes up."""

    page: str
    before: str
    ask: Callable[[MainWindow], None]
    chart: Callable[[MainWindow], QWidget | None]


def measure() -> dict[str, First]:
    """Return the figures of each chart in ``WAYS`` where the page before it was looked at for a moment."""
    return {name: First.of(name, LOOK) for name in WAYS}


def _measured(name: str, look: int) -> list[float]:
    ours = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_chart", name, str(look)],
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(part) for part in ours.stdout.split()]


# -- in a process of its own ---------------------------------------------------------------------


def main(name: str, look: int) -> None:
    """Open the first chart of this process and print its figures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    way = WAYS[name]
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow()
        window.resize(1440, 900)
        window.use_session(demo(Path(folder) / "example.dyad"))
        window.show()
        settle(window)
        if look:
            window.show_page(way.page)
            settle(window)
        if look and way.before and window.page is not None:
            window.page.show_view(way.before)
            settle(window)
        took, stall = _watched(window, way, look)
        window.close()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    print(took, time.perf_counter() - began, stall * MILLI)


def _watched(window: MainWindow, way: Way, look: int) -> tuple[float, float]:
    """Return seconds until the chart is painted, and the longest time between two beats of a timer.

    Beats are also watched while the page before is looked at: what is loaded by then shouldn't be felt either.
    """
    beats = [time.perf_counter()]
    timer, loop = QTimer(), QEventLoop()
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(BEAT)
    QTimer.singleShot(look, loop.quit)
    loop.exec()
    assert "matplotlib" not in sys.modules
    began = time.perf_counter()
    if not look:
        window.show_page(way.page)
    way.ask(window)
    while (chart := way.chart(window)) is None or not chart.isVisible():
        QTimer.singleShot(BEAT, loop.quit)
        loop.exec()
    chart.repaint()
    took = time.perf_counter() - began
    timer.stop()
    beats.append(time.perf_counter())
    return took, max(after - before for before, after in pairwise(beats))


def _performance(window: MainWindow) -> Performance:
    assert isinstance(window.page, Performance)
    return window.page


def _bridge(window: MainWindow) -> QWidget | None:
    part = _performance(window).budget.part
    assert isinstance(part, BridgeView)
    return part.chart


def _what_if(window: MainWindow) -> None:
    assert isinstance(window.page, Operating)
    window.page.drafts.what_if.emit()


def _tornado(window: MainWindow) -> QWidget | None:
    assert isinstance(window.page, Operating)
    scenarios = window.page._scenarios
    return None if scenarios is None else scenarios.what_if.chart


def _frontier(window: MainWindow) -> QWidget | None:
    assert isinstance(window.page, Capital)
    return getattr(window.page.portfolio, "chart", None)


MEASURE, BRIDGE, TORNADO, FRONTIER = "a measure", "the bridge", "the tornado", "the frontier"
WAYS = {
    MEASURE: Way(
        "performance", "", lambda window: _performance(window).open_measure("M1.1"),
        lambda window: _performance(window).measure.plot,
    ),
    BRIDGE: Way("performance", "ratios", lambda window: _performance(window).show_view("bridge"), _bridge),
    TORNADO: Way("operating", "scenarios", _what_if, _tornado),
    FRONTIER: Way(
        "capital", "scores",
        lambda window: window.page.show_view("portfolio") if window.page is not None else None, _frontier,
    ),
}  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
