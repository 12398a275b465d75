"""Rectangles to and from Excel and LibreOffice: tab-separated text and HTML."""

import csv
import html
import io
from collections.abc import Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from dyad_desktop.errors import BadInputError

MAX_CELLS = 200_000
"""So many cells are pasted or filled at once."""


def put(rows: Sequence[Sequence[str]]) -> None:
    """Put a rectangle on the clipboard."""
    data = QMimeData()
    data.setText(to_tsv(rows))
    data.setHtml(to_html(rows))
    QGuiApplication.clipboard().setMimeData(data)


def take() -> list[list[str]]:
    """Return the rectangle that is on the clipboard, empty when there is none.

    Raises:
        BadInputError: as ``from_tsv``.
    """
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
    """Return the cells of tab-separated text, each row as long as it came.

    The line end after the last row makes no row of its own. In a single column an empty line is an empty cell;
    beside longer rows it holds none.

    Raises:
        BadInputError: more or longer cells than are taken.
    """
    if not text.strip("\r\n"):
        return []
    normal = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    rows: list[list[str]] = []
    count = 0
    try:
        for row in csv.reader(io.StringIO(normal, newline=""), dialect="excel-tab"):
            count += max(1, len(row))
            if count > MAX_CELLS:
                raise BadInputError(
                    f"The clipboard holds too much; at most {MAX_CELLS:,} cells are pasted at once"
                )
            rows.append(row)
    except csv.Error:
        longest = csv.field_size_limit()
        raise BadInputError(
            f"The clipboard holds a cell of more than {longest:,} characters"
        ) from None
    return rows if any(len(row) > 1 for row in rows) else [row or [""] for row in rows]
