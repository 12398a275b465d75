"""What is done and said when the program itself is at fault: the file closed, what is safe, where the report is."""

import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from dyad_desktop.services.local import data_folder
from dyad_desktop.ui.runner import trace_of
from dyad_desktop.ui.shell.window import MainWindow

_NAME = "crash"


def write_report(trace: str) -> Path:
    """Write a report of places in the program (never of what the partnership holds) and return its path."""
    folder = data_folder() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    path = folder / f"crash-{stamp}.txt"
    path.write_text(places_only(trace), encoding="utf-8")
    return path


def places_only(trace: str) -> str:
    """Return a trace without the messages of exceptions, which could quote someone's figures."""
    kept = [
        line.split(":")[0] if line and not line.startswith((" ", "Traceback")) else line
        for line in trace.splitlines()
    ]
    return "\n".join(kept) + "\n"


def report_crash(trace: str, parent: QWidget | None) -> None:
    """Write the report, close the partnership in order and say so; a dialog that is up says it for all."""
    window = parent or QApplication.activeWindow()
    report = _reported(trace)
    closed = _close_partnership(window) if isinstance(window, MainWindow) else ""
    if window is None or any(box.isVisible() for box in window.findChildren(QMessageBox, _NAME)):
        return
    # The window owns the dialog: without an owner it would be collected before it shows.
    box = QMessageBox(window)
    box.setObjectName(_NAME)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Something in the program went wrong")
    box.setText(sentences(closed, report))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.open()


def sentences(closed: str, report: Path | None) -> str:
    """Return what happened, what is safe and what to do next; ``closed`` names the file that was open."""
    happened = (
        f"Something in the program went wrong, so {closed} was closed. Every change that you saw is kept"
        " in it; open it again to go on."
        if closed
        else "Something in the program went wrong. No partnership was open, and no file was changed;"
        " please try again."
    )
    if report is None:
        return f"{happened} No report of it could be written."
    return (
        f"{happened} If it happens again, please send the report, which holds none of your figures:"
        f" {report}"
    )


def _reported(trace: str) -> Path | None:
    try:
        return write_report(trace)
    except OSError:
        return None


def _close_partnership(window: MainWindow) -> str:
    """Close what is open, after every change that is under way; returns the file's name, empty for none."""
    desk = window.desk
    if desk is None:
        return ""
    try:
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible() and dialog.objectName() != _NAME:
                dialog.reject()
        window.close_partnership()
    except Exception as error:  # noqa: BLE001 - the window may be what is broken: the file is closed all the same
        _reported(trace_of(error))
        window.runner.database(desk.session.close)
    return desk.session.path.name
