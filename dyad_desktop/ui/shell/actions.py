"""Every command of the window, made once: the palette and the sheet of keys are made of these."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from dyad_desktop.ui.pages import DIGITS, PAGES
from dyad_desktop.ui.shell.traveller import TITLES

if TYPE_CHECKING:
    from dyad_desktop.ui.shell.window import MainWindow


def make_actions(window: "MainWindow") -> list[QAction]:
    """Give the window its commands, and a key for each page; returns the commands."""
    commands = [_action(window, text, keys, run) for text, keys, run in _table(window)]
    for n, entry in enumerate(PAGES):
        keys = QKeySequence(f"Ctrl+{n + 1}") if n < DIGITS else QKeySequence()
        go = _action(window, f"Go to {entry.title}", keys, window.go_to_page)
        go.setData(entry.name)
    for name, text in TITLES.items():
        travel = _action(window, text, QKeySequence(), window.traveller.run_named)
        travel.setData(name)
        commands.append(travel)
    commands.append(_action(window, "Join a partnership", QKeySequence(), window.traveller.join))
    return commands


def _action(
    window: "MainWindow", text: str, keys: QKeySequence, run: Callable[[], object]
) -> QAction:
    action = QAction(text, window)
    action.setShortcut(keys)
    action.triggered.connect(run)
    window.addAction(action)
    return action


def _table(window: "MainWindow") -> tuple[tuple[str, QKeySequence, Callable[[], object]], ...]:
    return (
        ("Undo", QKeySequence("Ctrl+Z"), window.undo),
        ("Redo", QKeySequence("Ctrl+Y"), window.redo),
        ("Redo ", QKeySequence("Ctrl+Shift+Z"), window.redo),
        ("Search everything", QKeySequence("Ctrl+K"), window.search),
        ("Show or hide the inspector", QKeySequence("Ctrl+I"), window.toggle_inspector),
        ("Light or dark", QKeySequence("Ctrl+Shift+L"), window.looks.toggle_theme),
        ("Larger", QKeySequence("Ctrl++"), window.looks.zoom_in),
        ("Larger ", QKeySequence("Ctrl+="), window.looks.zoom_in),
        ("Smaller", QKeySequence("Ctrl+-"), window.looks.zoom_out),
        ("Normal size", QKeySequence("Ctrl+0"), window.looks.zoom_reset),
        ("Presenter size", QKeySequence("F5"), window.looks.presenter),
        ("Keys of this page", QKeySequence("F1"), window.show_keys),
        ("New partnership", QKeySequence("Ctrl+N"), window.entrance.new_partnership),
        ("Open a partnership", QKeySequence("Ctrl+O"), window.entrance.ask_open),
        ("Close the partnership", QKeySequence("Ctrl+W"), window.close_partnership),
        ("Chart or table", QKeySequence("Ctrl+T"), window.toggle_table),
        ("Quit", QKeySequence("Ctrl+Q"), window.close),
    )
