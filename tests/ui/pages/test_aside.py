"""The page of what was set aside, in a real window."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dyad_desktop.domain.goals import Goal
from dyad_desktop.services import local
from dyad_desktop.services.session import Session
from dyad_desktop.store import keys
from dyad_desktop.ui.pages.aside.page import Page
from dyad_desktop.ui.pages.home.rows import HomeRow
from dyad_desktop.ui.shell.window import MainWindow
from tests.services.homes import Home
from tests.services.lost_laptops import lost_laptop

K = Qt.Key


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aside")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "MEMORY_KIB", 64)  # as it is for every test
        lost_laptop(folder, patch)
    return folder


def settled(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.waitUntil(lambda: not window.runner.busy)


@pytest.fixture
def opened(
    window: MainWindow, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[MainWindow]:
    """Priya's window; her keys lie where they lay."""
    local.key_store.cache_clear()
    shutil.copytree(base, tmp_path / "copy")
    home = Home(tmp_path / "copy", "priya", monkeypatch)
    with home.here():
        window.use_session(Session.open(home.path))
        settled(window, qtbot)
        yield window
        settled(window, qtbot)


@pytest.fixture
def page(opened: MainWindow, qtbot: QtBot) -> Page:
    assert opened.desk is not None
    opened.desk.go("aside")
    settled(opened, qtbot)
    found = opened.page
    assert isinstance(found, Page)
    return found


def press(page: Page, qtbot: QtBot, key: Qt.Key, *, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    with qtbot.waitSignal(page.filled):
        QTest.keyClick(page.list, key, modifier)


def whats(page: Page) -> list[str]:
    return [line.what for line in page.model.lines]


def test_home_leads_there(opened: MainWindow, qtbot: QtBot) -> None:
    assert opened.page is not None
    (row,) = [one for one in opened.page.findChildren(HomeRow) if "given up: take" in one.row.title]
    row.click()
    settled(opened, qtbot)
    assert isinstance(opened.page, Page)


def test_what_is_chosen_is_told_and_taken_by_key(page: Page, qtbot: QtBot) -> None:
    assert len(whats(page)) == 7
    assert page.count.text.text() == "7 changes"
    page.list.setCurrentIndex(page.model.index(6, 0))
    assert "30 Jun 2027 → 31 Mar 2028" in page._moment.text()
    assert "on vm" not in page.model.lines[6].what
    press(page, qtbot, K.Key_T)
    assert page.desk.book.need(Goal, "G1").due == "2028-03-31"
    assert len(whats(page)) == 6
    assert page.list.currentIndex().row() == 5


def test_left_out_it_is_gone_and_undo_brings_it_back(page: Page, qtbot: QtBot) -> None:
    before = whats(page)
    press(page, qtbot, K.Key_X)
    assert whats(page) == before[1:]
    with qtbot.waitSignal(page.filled):
        page.desk.undo()
    assert whats(page) == before


def test_everything_at_once_leaves_a_sentence(page: Page, qtbot: QtBot) -> None:
    press(page, qtbot, K.Key_T, shift=True)
    assert page.desk.book.need(Goal, "G9").title == "Written on the train"
    assert whats(page) == []
    assert page._empty.isVisible()
    assert not [
        one for one in page.findChildren(QPushButton) if one.isVisibleTo(page) and one.text()
    ]


def test_a_refusal_is_said_and_the_next_key_counts(page: Page, qtbot: QtBot) -> None:
    said: list[str] = []
    page.desk.said.connect(lambda sentence, _undo: said.append(sentence))
    page.list.setCurrentIndex(page.model.index(whats(page).index("New measure: Calls answered"), 0))
    QTest.keyClick(page.list, K.Key_T)
    qtbot.waitUntil(lambda: bool(said))
    assert "take that too" in said[0]
    press(page, qtbot, K.Key_X, shift=True)
    assert whats(page) == []
    assert page.desk.book.get(Goal, "G9") is None
