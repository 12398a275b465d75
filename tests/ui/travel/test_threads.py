"""A bug in a thread of the network reaches the crash dialog as any other does."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from dyad_desktop.app import _Crashes


def test_it_is_reported_in_the_windows_thread(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        "dyad_desktop.ui.shell.crash.report_crash",
        lambda trace, _parent: told.append(
            (trace, threading.current_thread() is threading.main_thread())
        ),
    )
    crashes = _Crashes()
    monkeypatch.setattr(threading, "excepthook", crashes.hook)

    def fail() -> None:
        raise ZeroDivisionError("a bug")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(told))
    assert "ZeroDivisionError: a bug" in told[0][0]
    assert told[0][1]
