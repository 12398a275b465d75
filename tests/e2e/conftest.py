"""The window of the interface's tests, whichever platform Qt was started on."""

from tests.ui.conftest import example_file, example_master, example_window, window

__all__ = ["example_file", "example_master", "example_window", "window"]
