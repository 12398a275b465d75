"""Wires the rooms together: starts the window, and ends it in order."""

import faulthandler
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from dyad_desktop import __version__
from dyad_desktop.ui import settings
from dyad_desktop.ui.collecting import Collector
from dyad_desktop.ui.shell.window import MainWindow


def bare_application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the application as Qt makes it."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(["dyad-desktop", *arguments])
    app.setApplicationName("Dyad Desktop")
    app.setApplicationVersion(__version__)
    return app


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the application, dressed in the user's theme and zoom."""
    app = bare_application(arguments)
    from dyad_desktop.ui.tokens import dress, system_is_dark, theme  # noqa: PLC0415 - after the first paint

    chosen = settings.dark_choice()
    theme.dark = system_is_dark() if chosen is None else chosen
    theme.scale = settings.zoom()
    dress(app)
    return app


class Start:
    """The order of a start: an outline on the screen, then the shell, then the partnership."""

    def __init__(self, window: MainWindow, path: Path | None, *, example: bool) -> None:
        """Keep what to open once the shell is there."""
        self._window, self._path, self._example = window, path, example

    def go_on(self) -> None:
        """Dress the application and build the shell; what was asked for opens after that paints."""
        make_application()
        self._window.build()
        self._window.open_when_painted(self._path, example=self._example)


def run(path: Path | None, *, example: bool = False) -> int:
    """Show the window and stay until it is closed; returns the exit code."""
    faulthandler.enable()
    app = bare_application()
    window = MainWindow(at_once=False)
    _Crashes(window).listen()
    window.opened.connect(Collector(window).sweep_soon)
    window.resize(1440, 900)
    kept = settings.geometry()
    if kept is not None:
        window.restoreGeometry(kept)
    window.show()
    start = Start(window, path, example=example)
    QTimer.singleShot(0, start.go_on)
    return app.exec()


class _Crashes(QObject):
    """Brings a bug, of whichever thread, to the window's event loop, where it can be closed and the dialog open."""

    happened = Signal(str)

    def __init__(self, window: MainWindow | None = None) -> None:
        super().__init__()
        self._window = window
        self.happened.connect(self._on_happened, Qt.ConnectionType.QueuedConnection)

    def listen(self) -> None:
        """Hear from now on of every exception that nobody catches."""
        sys.excepthook = self.hook_here
        threading.excepthook = self.hook

    def hook_here(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Tell of a bug in the window's thread; before and after its event loop only the terminal can hear it."""
        if issubclass(kind, KeyboardInterrupt) or not QThread.currentThread().loopLevel():
            sys.__excepthook__(kind, error, trace)
            return
        self._tell(error)

    def hook(self, arguments: threading.ExceptHookArgs) -> None:
        """Tell of a bug in a thread of the network as of any other; called in that thread."""
        if arguments.exc_value is not None:
            self._tell(arguments.exc_value)

    def _tell(self, error: BaseException) -> None:
        from dyad_desktop.ui.runner import trace_of  # noqa: PLC0415 - hopefully never

        self.happened.emit(trace_of(error))

    @Slot(str)
    def _on_happened(self, trace: str) -> None:
        from dyad_desktop.ui.shell.crash import report_crash  # noqa: PLC0415 - hopefully never

        report_crash(trace, self._window)
