"""A laptop that turned up is asked about on Home and among the laptops, and answered there."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages.home.rows import HomeRow
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.travel.lost import LostDialog, OwnDialog
from tests.services.homes import deliver
from tests.services.turned_up import Computers

LONG = 20_000


def _pressed(window: MainWindow, text: str) -> None:
    made = next(one for one in window.findChildren(QPushButton) if one.text() == text)
    QTest.mouseClick(made, Qt.MouseButton.LeftButton)


def _told(window: MainWindow) -> list[HomeRow]:
    return [one for one in window.findChildren(HomeRow) if "a laptop of Marcus’s?" in one.row.title]


@pytest.mark.slow
def test_it_is_asked_about_and_vouched_for(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    all_ = Computers(tmp_path, monkeypatch)
    all_.let_in(all_.second)
    all_.give_up()
    deliver(all_.second, all_.priya, tmp_path)
    with all_.priya.here():
        window.use_session(Session.open(all_.priya.path))
        desk = window.desk
        assert desk is not None
        qtbot.waitUntil(lambda: bool(desk.met and desk.met.unsure), timeout=LONG)
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=LONG)
        (told,) = _told(window)
        told.click()
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=LONG)
        assert desk.travel is not None
        _pressed(window, "It isn’t …")
        refused = desk.travel.dialog
        assert isinstance(refused, LostDialog)
        assert "nothing that it writes or ever wrote is taken" in refused.sentence.text()
        assert "What came from it before stays" not in refused.sentence.text()
        refused.reject()
        _pressed(window, "It is Marcus’s …")
        asked = desk.travel.dialog
        assert isinstance(asked, OwnDialog)
        assert "Ask Marcus, by telephone" in asked.sentence.text()
        QTest.mouseClick(asked.go, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: bool(desk.met and not desk.met.unsure), timeout=LONG)
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=LONG)
        assert desk.met is not None
        assert len(desk.met.laptops) == 2
        window.show_page("home")
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=LONG)
        qtbot.waitUntil(lambda: _told(window) == [], timeout=LONG)
        window.close()


@pytest.mark.slow
def test_a_further_laptop_offers_no_further_one_and_says_why(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """It hasn't its person's key, without which none can be let in."""
    all_ = Computers(tmp_path, monkeypatch)
    with all_.second.here():
        window.use_session(Session.open(all_.second.path))
        desk = window.desk
        assert desk is not None
        qtbot.waitUntil(lambda: bool(desk.met and desk.met.no_further), timeout=LONG)
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=LONG)
        desk.go("partnership", ("laptops", ""))
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=LONG)
        second = next(
            one for one in window.findChildren(QPushButton) if one.text() == "My second laptop …"
        )
        assert not second.isEnabled()
        assert any("can let in another" in one.text() for one in window.findChildren(QLabel))
        assert desk.travel is not None
        desk.travel.pair_second_laptop()
        assert not hasattr(desk.travel, "dialog")
        window.close()
