"""Two windows of one process, each with a home of its own for keys and marks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dyad_desktop.services.session import Session
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import dress, theme
from tests.services.lan import Homes, paired

Two = tuple[MainWindow, MainWindow]


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Homes:
    """The database workers of two windows find keys where their partner is; see ``settle_homes``."""
    return Homes(tmp_path, monkeypatch)


def make_window(qtbot: QtBot, homes: Homes, name: str) -> MainWindow:
    """A window whose database worker has the home ``name``."""
    theme.dark, theme.scale = False, 1.0
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app)
    made = MainWindow()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.runner.database(lambda: homes.use(name))
    return made


def use(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    """Open a session in a window and wait until it rests."""
    window.use_session(session)
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=20_000)


@pytest.fixture
def two(tmp_path: Path, homes: Homes, qtbot: QtBot) -> Iterator[Two]:
    """Two windows on copies that are paired; the second copy is empty still."""
    sessions = paired(tmp_path, homes)
    windows = make_window(qtbot, homes, "a"), make_window(qtbot, homes, "b")
    for window, session in zip(windows, sessions, strict=True):
        use(window, session, qtbot)
    yield windows
    for window in windows:
        window.close()
