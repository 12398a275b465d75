"""A real window on a real file."""

import gc
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.services.session import Session
from dyad_desktop.ui.charts.loading import load_rest
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import dress, theme


@pytest.fixture(scope="session", autouse=True)
def charts() -> None:
    """All charts, loaded up front: whatever test comes first, a chart is there as soon as it is asked for."""
    load_rest()


_ROUNDS = count(1)
_WHOLE = 25
"""After so many tests everything is looked at, after the others what is young."""


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect garbage between tests alone: in a worker's thread it would end windows there, which crashes Qt."""
    gc.disable()
    yield
    gc.collect(1 if next(_ROUNDS) % _WHOLE else 2)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """An empty window, closed in order at the end."""
    theme.dark, theme.scale = False, 1.0
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app)
    made = MainWindow()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    yield made
    made.close()


@pytest.fixture
def example_window(window: MainWindow, example_file: Path, qtbot: QtBot) -> MainWindow:
    """The window with the example open and Home shown."""
    window.use_session(Session.open(example_file))
    qtbot.waitUntil(lambda: not window.runner.busy)
    return window
