"""The first chart of a fresh process: how long until it is painted, and how long the window stands still meanwhile."""

import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from dyad_desktop.app import make_application
from dyad_desktop.picture import settle
from dyad_desktop.services.files import demo
from dyad_desktop.ui.pages.performance.page import Page
from dyad_desktop.ui.shell.window import MainWindow

MILLI = 1000
BEAT = 5
IMPORTS = "import PySide6.QtWidgets, matplotlib.backends.backend_qtagg"


def measure() -> tuple[float, float, float]:
    """Return seconds until the first chart is painted, seconds of the bare imports, and the longest stall in ms."""
    ours = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_chart"],
        check=True,
        capture_output=True,
        text=True,
    )
    first, imports, stall = (float(part) for part in ours.stdout.split())
    return first, imports, stall


def main() -> None:
    """Open the first chart of this process and print what ``measure`` returns."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow()
        window.resize(1440, 900)
        window.use_session(demo(Path(folder) / "example.dyad"))
        window.show()
        settle(window)
        window.show_page("performance")
        settle(window)
        assert "matplotlib" not in sys.modules
        page = window.page
        assert isinstance(page, Page)
        took, stall = _watched(page)
        window.close()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    print(took, time.perf_counter() - began, stall * MILLI)


def _watched(page: Page) -> tuple[float, float]:
    """Return seconds until a measure's chart is painted, and the longest time between two beats of a timer."""
    beats = [time.perf_counter()]
    timer, loop = QTimer(), QEventLoop()
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(BEAT)
    began = time.perf_counter()
    page.open_measure("M1.1")
    while page.measure.plot is None or not page.measure.plot.isVisible():
        QTimer.singleShot(BEAT, loop.quit)
        loop.exec()
    page.measure.plot.repaint()
    took = time.perf_counter() - began
    timer.stop()
    beats.append(time.perf_counter())
    return took, max(after - before for before, after in pairwise(beats))


if __name__ == "__main__":
    main()
