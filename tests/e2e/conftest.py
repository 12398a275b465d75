"""The window of the interface's tests, whichever platform Qt was started on."""

from tests.ui.conftest import example_window, window

__all__ = ["example_window", "window"]
