"""The gate between a page and what it asks for: nobody who is gone is told."""

from collections.abc import Callable
from functools import partial
from threading import Event

import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from dyad_desktop.domain.goals import Goal
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import FieldEdit, set_fields
from dyad_desktop.services.session import Session
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.shell.window import MainWindow


class Dialog(QObject):
    """Somebody who asks, and may be closed before the answer comes."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    @Slot(object)
    def hear(self, answer: object) -> None:
        """Take an answer as a dialog does: by something of its own that dies with it."""
        self.objectName()
        self.heard.append(answer)


def desk_of(window: MainWindow) -> Desk:
    assert window.desk is not None
    return window.desk


def _refuse(_session: Session) -> None:
    raise BadInputError("It is refused.")


WAYS: dict[str, Callable[[Desk, Event, Dialog], None]] = {
    "reckoned": lambda desk, go, asks: desk.reckon(lambda: go.wait(9), asks.hear),
    "asked": lambda desk, go, asks: desk.ask(lambda: go.wait(9), asks.hear),
    "with more": lambda desk, go, asks: desk.reckon(lambda: go.wait(9), partial(asks.hear)),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_a_closed_dialog_is_not_told(example_window: MainWindow, qtbot: QtBot, way: str) -> None:
    desk, go, asks = desk_of(example_window), Event(), Dialog()
    WAYS[way](desk, go, asks)
    delete(asks)
    go.set()
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert asks.heard == []


def test_at_rest_the_file_takes_in_what_was_written(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    desk = desk_of(example_window)
    goal = desk.book.all(Goal)[0]
    before = desk.session.path.stat().st_mtime_ns
    desk.do(set_fields, [FieldEdit("goal", goal.id, "title", "Other")], "Title")
    qtbot.waitUntil(lambda: desk.session.path.stat().st_mtime_ns > before)


def test_who_is_there_is_told(example_window: MainWindow, qtbot: QtBot) -> None:
    desk, asks = desk_of(example_window), Dialog()
    desk.reckon(lambda: 7, asks.hear)
    qtbot.waitUntil(lambda: asks.heard == [7])


def test_what_a_closed_dialog_wrote_is_told_to_everyone_else(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    desk, asks = desk_of(example_window), Dialog()
    goal = desk.book.all(Goal)[0]
    desk.do(set_fields, [FieldEdit("goal", goal.id, "title", "Other")], "Title", done=asks.hear)
    delete(asks)
    with qtbot.waitSignal(desk.changed):
        pass
    assert desk.book.need(Goal, goal.id).title == "Other"


def test_a_refusal_that_nobody_hears_is_said_in_the_window(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    desk, asks = desk_of(example_window), Dialog()
    desk.do(_refuse, failed=asks.hear)  # type: ignore[arg-type]
    delete(asks)
    with qtbot.waitSignal(desk.runner.failed) as told:
        pass
    assert "It is refused." in str(told.args)
