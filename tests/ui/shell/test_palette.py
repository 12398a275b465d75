"""Ctrl+K: what is found, in which order, and where choosing it leads."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dyad_desktop.services import editing
from dyad_desktop.ui.shell.palette import Found, Palette, rank
from dyad_desktop.ui.shell.window import MainWindow


def _nothing() -> None:
    """Stand for what an entry does."""


ENTRIES = [
    Found(text, sort, _nothing)
    for text, sort in (
        ("Home", "page"),
        ("Operating budget", "page"),
        ("Undo", "command  Ctrl+Z"),
        ("Second EP lab", "initiative I4"),
        ("Implant and device cost per case", "measure M8.2"),
        ("Cost of extending locums", "action A06"),
        ("Contract labour", "operating line L20"),
    )
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [entry.text for entry in ENTRIES]),
        ("home", ["Home"]),
        ("cost", ["Cost of extending locums", "Implant and device cost per case"]),
        ("COST case", ["Implant and device cost per case"]),
        ("ep lab", ["Second EP lab"]),
        ("ctrl+z", ["Undo"]),
        ("I4", ["Second EP lab"]),
        ("operating", ["Operating budget", "Contract labour"]),
        ("nothing of that name", []),
    ],
)
def test_ranking(query: str, expected: list[str]) -> None:
    assert [entry.text for entry in rank(ENTRIES, query)] == expected


def open_palette(window: MainWindow, qtbot: QtBot) -> Palette:
    window.search()
    qtbot.waitUntil(lambda: not window.runner.busy)
    palette = window.palette_dialog
    assert isinstance(palette, Palette)
    return palette


def test_typing_and_enter_lead_to_a_thing(example_window: MainWindow, qtbot: QtBot) -> None:
    palette = open_palette(example_window, qtbot)
    QTest.keyClicks(palette.query, "locums to march")
    assert palette.list.item(0).text() == "Extend locums to March"
    QTest.keyClick(palette.query, Qt.Key.Key_Return)
    assert example_window.page is example_window.pages["partnership"]
    assert example_window.desk is not None
    assert example_window.desk.selection == ("decision", "DC08")
    qtbot.waitUntil(lambda: not example_window.runner.busy)


def test_arrows_move_while_typing(example_window: MainWindow, qtbot: QtBot) -> None:
    palette = open_palette(example_window, qtbot)
    for key, at in (
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Down, 2),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_PageUp, 0),
    ):
        QTest.keyClick(palette.query, key)
        assert palette.list.currentRow() == at
    palette.close()


def test_nothing_found_says_so_and_enter_does_nothing(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    palette = open_palette(example_window, qtbot)
    QTest.keyClicks(palette.query, "zzzz")
    assert palette.list.item(0).text().startswith("Nothing of that name")
    QTest.keyClick(palette.query, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_it_finds_what_people_changed(example_window: MainWindow, qtbot: QtBot) -> None:
    desk = example_window.desk
    assert desk is not None
    with qtbot.waitSignal(desk.changed):
        desk.do(
            editing.set_field, ("measure", "M1.1"), "target", "3", note="Door time made stricter"
        )
    palette = open_palette(example_window, qtbot)
    QTest.keyClicks(palette.query, "stricter")
    item = palette.list.item(0)
    assert item.text() == "Priya changed Door time made stricter"
    assert item.data(Qt.ItemDataRole.AccessibleTextRole).startswith(item.text())
    palette.close()


def test_commands_are_found(example_window: MainWindow, qtbot: QtBot) -> None:
    palette = open_palette(example_window, qtbot)
    QTest.keyClicks(palette.query, "light or dark")
    assert palette.list.item(0).text() == "Light or dark"
    palette.close()
