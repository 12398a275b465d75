"""Garbage is collected in the window's thread alone, and collected it is."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dyad_desktop.ui.collecting import Collector


class Knot:
    """Garbage that only the collector ends: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp: QObject) -> Iterator[Collector]:
    made = Collector(qapp)
    yield made
    made.stop()
    made.deleteLater()
    gc.disable()  # as these tests have it


@pytest.fixture
def rounds() -> Iterator[list[tuple[int, int]]]:
    """(thread, generation) of each round."""
    found: list[tuple[int, int]] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            found.append((threading.get_ident(), info["generation"]))

    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)


def _busy() -> None:
    for _ in range(50_000):
        Knot()


def test_a_worker_never_collects_and_the_window_does(
    collector: Collector, rounds: list[tuple[int, int]], qtbot: QtBot
) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    worker = threading.Thread(target=_busy)
    worker.start()
    worker.join()
    assert rounds == []
    qtbot.waitUntil(lambda: gone() is None)
    assert {thread for thread, _ in rounds} == {threading.get_ident()}
    assert collector.parent() is not None


def test_older_things_are_looked_at_less_often(
    collector: Collector, rounds: list[tuple[int, int]]
) -> None:
    alive: list[list[int]] = []
    for _ in range(150):
        alive += [[n] for n in range(2 * gc.get_threshold()[0])]
        collector.look()
    generations = [generation for _, generation in rounds]
    assert generations.count(0) > generations.count(1) > generations.count(2) > 0


def test_what_lived_long_is_swept_once_another_partnership_opens(collector: Collector) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    gc.collect()
    gc.freeze()
    del knot
    gc.collect()
    assert gone() is not None
    collector.sweep()
    assert gone() is None


def test_afterwards_python_collects_again(qapp: QObject) -> None:
    made = Collector(qapp)
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled()
    gc.disable()
    made.deleteLater()
