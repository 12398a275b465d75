"""What is said when the program itself is at fault: what is safe, and where the report is."""

import datetime
from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QWidget

from dyad_desktop.services.local import data_folder


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
    """Write the report and say so; every change that was shown is on the disk already."""
    path = write_report(trace)
    box = QMessageBox(parent)
    box.setWindowTitle("Something in the program went wrong")
    box.setText(
        "Something in the program went wrong. Every change that you saw is kept in your file."
        f" A report without your figures is in {path}. You can go on; if it happens again, please send the"
        " report."
    )
    box.open()
