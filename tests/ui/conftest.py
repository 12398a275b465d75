"""A real window on a real file."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.services import files
from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import dress, theme


@pytest.fixture(scope="session")
def example_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example partnership, made once; tests work on copies."""
    path = tmp_path_factory.mktemp("master") / "larkhaven.dyad"
    files.demo(path).close()
    return path


@pytest.fixture
def example_file(tmp_path: Path, example_master: Path) -> Path:
    """A workspace of the example partnership."""
    return Path(copyfile(example_master, tmp_path / "larkhaven.dyad"))


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
