"""Makes pictures of pages, offscreen."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from dyad_desktop.app import make_application
from dyad_desktop.errors import BadInputError
from dyad_desktop.ui.page import BasePage
from dyad_desktop.ui.pages import PAGES
from dyad_desktop.ui.shell.window import MainWindow
from dyad_desktop.ui.tokens import theme

_QUIET, _TURN_MS = 5, 10
"""So many turns of so many milliseconds without work, and all is settled."""


def take_picture(
    file: Path, page: str, output: Path, *, size: tuple[int, int], dark: bool, scale: float
) -> None:
    """Draw a page of a workspace offscreen and write it as PNG.

    ``page`` is a page's name, with ``/view`` for one of its views and ``#id`` for a thing on it, as in
    ``performance#M3.1`` or ``operating/volumes``.

    Raises:
        BadInputError: there is no such page, or the picture can't be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_pass_on)
    make_application()
    theme.use(dark=dark, scale=1.0)
    window = MainWindow()
    window.resize(*size)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    try:
        _show(window, file, page)
        image = picture_of(window, scale)
        if not image.save(str(output), "PNG"):  # type: ignore[call-overload]  # the stub wants bytes, Qt text
            raise BadInputError("the picture can't be written there", str(output))
    finally:
        window.close()


def _show_view(page: BasePage, name: str, view: str) -> None:
    if view not in page.view_names:
        views = ", ".join(page.view_names) or "none"
        raise BadInputError(f"the page {name} has no view {view!r}; its views are {views}")
    page.show_view(view)


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Print what Qt says, but for the one sentence that the offscreen platform says of every window."""
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)  # noqa: T201 - where Qt's own handler prints


def _show(window: MainWindow, file: Path, page: str) -> None:
    name, _, thing = page.partition("#")
    name, _, view = name.partition("/")
    if name == "welcome":
        window.show()
        window.entrance.show_welcome()
        settle(window)
        return
    if name not in {entry.name for entry in PAGES}:
        names = ", ".join(entry.name for entry in PAGES)
        raise BadInputError(f"there is no page {name!r}; pages are {names}, welcome")
    from dyad_desktop.services.session import Session  # noqa: PLC0415 - heavy

    window.use_session(Session.open(file, read_only=True))
    window.strip.show_state("All changes are kept")  # what the page says when it is worked on
    window.show()
    settle(window)
    window.show_page(name)
    shown = window.page
    if shown is not None and view:
        _show_view(shown, name, view)
    if shown is not None and thing and window.desk is not None:
        key = window.desk.book.find(thing)
        if key is None:
            raise BadInputError(f"there is nothing with the id {thing!r}")
        shown.show_thing(key)
    settle(window)


def settle(window: MainWindow) -> None:
    """Let everything that waits happen, until nothing is under way any more."""
    quiet = 0
    while (
        quiet < _QUIET
    ):  # an answer, or what is laid out for it, may ask for more, as a chart does
        QApplication.sendPostedEvents()
        loop = QEventLoop()
        quiet = 0 if window.runner.busy else quiet + 1
        if window.runner.busy:
            window.runner.idle.connect(loop.quit)
        else:
            QTimer.singleShot(_TURN_MS, loop.quit)
        loop.exec()


def picture_of(widget: QWidget, scale: float) -> QImage:
    """Return a widget's picture at so many pixels a point."""
    size: QSize = widget.size()
    image = QImage(
        round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_ARGB32
    )
    image.setDevicePixelRatio(scale)
    image.fill(theme.colour("window"))
    widget.render(image)
    return image
