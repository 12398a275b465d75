"""A bug in the program closes the partnership in order, and says what is safe and where the report is."""

import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from dyad_desktop.app import _Crashes
from dyad_desktop.domain.goals import Goal
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.crash import sentences
from dyad_desktop.ui.shell.window import MainWindow


def bug() -> None:
    raise ZeroDivisionError(f"Priya budgets {1234:,}")


def shown(window: MainWindow) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def in_a_slot(_window: MainWindow) -> None:
    QTimer.singleShot(0, bug)


def in_the_database_worker(window: MainWindow) -> None:
    window.runner.database(bug)


def in_a_thread_of_the_network(_window: MainWindow) -> None:
    thread = threading.Thread(target=bug)
    thread.start()
    thread.join()


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Callable[[MainWindow], None]:
    """Install the program's hooks for a window, and take them out again."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    return lambda window: _Crashes(window).listen()


@pytest.mark.parametrize("where", [in_a_slot, in_the_database_worker, in_a_thread_of_the_network])
def test_the_file_is_closed_and_the_person_told(
    example_window: MainWindow,
    example_file: Path,
    own_home: Path,
    qtbot: QtBot,
    hooks: Callable[[MainWindow], None],
    where: Callable[[MainWindow], None],
) -> None:
    hooks(example_window)
    assert example_window.desk is not None
    example_window.desk.do(set_field, ("goal", "G2"), "why", "Changed just before")
    where(example_window)
    qtbot.waitUntil(lambda: bool(shown(example_window)))
    gc.collect()
    (box,) = shown(example_window)
    (report,) = (own_home / "reports").iterdir()
    assert f"so {example_file.name} was closed" in box.text()
    assert str(report) in box.text()
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")
    assert "1,234" not in report.read_text(encoding="utf-8")
    assert example_window.pages == {}
    assert example_window.windowTitle() == "Dyad Desktop"
    qtbot.waitUntil(lambda: not example_window.runner.busy)
    assert [path.name for path in example_file.parent.glob("larkhaven.dyad-*")] == []
    with closing(Session.open(example_file)) as session:
        assert session.check() == []
        assert session.book.need(Goal, "G2").why == "Changed just before"
    box.buttons()[0].click()
    qtbot.waitUntil(lambda: not example_window.findChildren(QMessageBox))


def test_a_row_of_bugs_is_told_once(
    example_window: MainWindow, qtbot: QtBot, hooks: Callable[[MainWindow], None]
) -> None:
    hooks(example_window)
    example_window.show_keys()
    for _ in range(3):
        in_a_slot(example_window)
    qtbot.waitUntil(lambda: bool(shown(example_window)))
    in_a_slot(example_window)
    done: list[bool] = []
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert len(shown(example_window)) == 1
    assert not example_window.key_sheet.isVisible()


def test_nothing_needs_to_be_open(
    qtbot: QtBot, own_home: Path, hooks: Callable[[MainWindow], None]
) -> None:
    window = MainWindow(at_once=False)
    qtbot.addWidget(window)
    window.show()
    (own_home / "reports").parent.mkdir(parents=True, exist_ok=True)
    (own_home / "reports").write_text("a file where the folder should be", encoding="utf-8")
    hooks(window)
    in_a_slot(window)
    qtbot.waitUntil(lambda: bool(shown(window)))
    (box,) = shown(window)
    assert box.text() == sentences("", None)
    assert "No partnership was open" in box.text()
    box.close()


_PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from dyad_desktop.app import bare_application, run

def bug():
    raise ZeroDivisionError("1,234")

def look():
    windows = QApplication.topLevelWidgets()
    if not done and any(getattr(w, "desk", None) for w in windows):
        done.append(True)
        bug()
    for box in windows:
        if isinstance(box, QMessageBox) and box.isVisible():
            print(box.text())
            QApplication.closeAllWindows()

done = []
app = bare_application()
timer = QTimer()
timer.timeout.connect(look)
timer.start(10)
sys.exit(run(Path(sys.argv[1])))
"""


def test_the_program_listens_from_its_start(example_file: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(example_file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0
    assert "so larkhaven.dyad was closed" in ended.stdout
