"""One edited cell and one scrolled page on a draft of 5,000 lines."""

import os
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

from dyad_desktop.app import make_application
from dyad_desktop.domain.book import KIND_OF
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.domain.records import record_of
from dyad_desktop.picture import settle
from dyad_desktop.services.files import demo
from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.widgets.sheet.panel import Sheet
from tests.bench.workbook import large_book

EDITS = 150
FRAMES = 200
STEP = 29
STRIDE = 331
PAUSE_MS = 80
"""Before typing: so long the inspector waits to follow the current cell, which nobody types faster than."""


@dataclass(frozen=True, slots=True)
class GridTimes:
    """All in milliseconds."""

    edit_median: float
    edit_p99: float
    commit_floor: float
    frame: float
    frame_rival: float


def large_file(path: Path) -> Session:
    """Make and open a workspace of 5,000 lines."""
    example = demo(path.with_name("example.dyad"))
    records = example.records()
    example.close()
    for line in large_book().all(OperatingLine):
        records[KIND_OF[OperatingLine], line.id] = record_of(KIND_OF[OperatingLine], line)
    return Session.create(path, records, "5,000 lines")


def measure() -> GridTimes:
    """Drive a real window offscreen with real keys."""
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow()
        window.resize(1440, 900)
        window.use_session(large_file(Path(folder) / "large.dyad"))
        window.show()
        settle(window)
        window.show_page("operating")
        settle(window)
        sheet = window.page.sheets["lines"]  # type: ignore[union-attr]
        frame = _frames(sheet)
        edits = _edits(app, window, sheet)
        rival = _rival(sheet)
        window.close()
        floor = _commit_floor(Path(folder))
    return GridTimes(median(edits), quantiles(edits, n=100)[98], floor, frame, rival)


def _frames(sheet: Sheet) -> float:
    bar = sheet.view.verticalScrollBar()
    times = []
    for n in range(FRAMES):
        bar.setValue((n * STEP) % (len(sheet.model.rows) - 2 * STEP))
        began = time.perf_counter()
        sheet.view.viewport().repaint()
        sheet.frozen.viewport().repaint()
        times.append(time.perf_counter() - began)
    bar.setValue(0)
    return median(times) * 1000


def _rival(sheet: Sheet) -> float:
    """Return what Qt's own table takes to paint the same model."""
    view = QTableView()
    view.setModel(sheet.model)
    view.resize(sheet.view.size())
    view.show()
    QApplication.processEvents()
    bar = view.verticalScrollBar()
    times = []
    for n in range(FRAMES // 4):
        bar.setValue((n * STEP) % (len(sheet.model.rows) - 2 * STEP))
        began = time.perf_counter()
        view.viewport().repaint()
        times.append(time.perf_counter() - began)
    view.close()
    return median(times) * 1000


def _edits(app: QApplication, window: MainWindow, sheet: Sheet) -> list[float]:
    """Return the times from Enter until the change is on the disk and on the screen."""
    view, times = sheet.view, []
    loop = QEventLoop()
    assert window.desk is not None
    window.desk.changed.connect(loop.quit)
    lines = [n for n, row in enumerate(sheet.model.rows) if row.look == "line"]
    for n in range(EDITS):
        # All over the draft: lines that drive hundreds of others, and lines that drive none.
        view.go_to(lines[(n * STRIDE) % len(lines)], 6)
        view.scrollTo(view.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        settle(window)
        QTest.qWait(PAUSE_MS)
        text = str(100 + n)
        QTest.keyClicks(view, text[0])
        editor = view.cells.open_editor
        assert editor is not None
        QTest.keyClicks(editor, text[1:])
        began = time.perf_counter()
        QTest.keyClick(editor, Qt.Key.Key_Return)
        loop.exec()  # until the commit is durable and the page has taken the new book
        app.processEvents()  # until that is painted
        times.append((time.perf_counter() - began) * 1000)
    return times


def _commit_floor(folder: Path) -> float:
    """Return what the smallest durable commit takes on this disk, in milliseconds."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t(a)")
    times = []
    for n in range(200):
        began = time.perf_counter()
        connection.execute("INSERT INTO t VALUES (?)", (n,))
        times.append(time.perf_counter() - began)
    connection.close()
    return median(times) * 1000


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(measure())
