"""Holds the garbage collector off while a great many values are made that all live on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 1000
"""Below so many changes the collector costs less than being held off."""


@contextmanager
def uncollected(changes: int = MANY) -> Iterator[None]:
    """Hold the collector off where there are many ``changes``: it would walk all that was made, again and again."""
    running = gc.isenabled() and changes >= MANY
    if running:
        gc.disable()
    try:
        yield
    finally:
        if running:
            # What lives counts as old at once: else the collector would walk it all as soon as it is back.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
