"""Rectangles to and from Excel and LibreOffice: tab-separated text and HTML."""

import csv
import html
import io
from collections.abc import Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

MAX_CELLS = 200_000


def put(rows: Sequence[Sequence[str]]) -> None:
    """Put a rectangle on the clipboard."""
    data = QMimeData()
    data.setText(to_tsv(rows))
    data.setHtml(to_html(rows))
    QGuiApplication.clipboard().setMimeData(data)


def take() -> list[list[str]]:
    """Return the rectangle that is on the clipboard, empty when there is none."""
    return from_tsv(QGuiApplication.clipboard().text())


def to_tsv(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as spreadsheets write them: cells with tabs, quotes or line ends are quoted."""
    out = io.StringIO()
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\r\n")
    writer.writerows(rows)
    return out.getvalue()


def to_html(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as an HTML table."""
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table>{body}</table>"


def from_tsv(text: str) -> list[list[str]]:
    """Return the cells of tab-separated text; the line end after the last row makes no row of its own."""
    if not text.strip("\r\n"):
        return []
    normal = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    rows = list(csv.reader(io.StringIO(normal, newline=""), dialect="excel-tab"))
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
