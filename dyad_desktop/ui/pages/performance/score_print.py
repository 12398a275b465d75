"""The scorecard on one page of paper: the rows as on the screen, in light colours, scaled to fit."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from dyad_desktop.ui.pages.performance.score_columns import NUMERIC, TITLES, WIDTHS
from dyad_desktop.ui.pages.performance.score_painter import LEFT, RIGHT, paint_row
from dyad_desktop.ui.pages.performance.scorecard import ScoreRow, cell_text
from dyad_desktop.ui.tokens import LEAD, SEMIBOLD, SMALL, font, theme

NAME = 260
"""Width of the names on paper, in pixels before the page is scaled."""
ROW, HEAD, MARGIN_MM = 24, 60, 12
DPI = 96


def print_scorecard(path: Path, rows: Sequence[ScoreRow], title: str, when: str) -> None:
    """Write rows as one landscape A4 page.

    Raises:
        OSError: the file can't be written; one that was there stays as it was.
    """
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setResolution(DPI)
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(*[MARGIN_MM] * 4), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    dark, scale = theme.dark, theme.scale
    theme.dark, theme.scale = False, 1.0
    try:
        _paint(painter, QRectF(0, 0, writer.width(), writer.height()), rows, title, when)
    finally:
        theme.dark, theme.scale = dark, scale
        painter.end()
    path.write_bytes(bytes(made.data().data()))


def _paint(
    painter: QPainter, page: QRectF, rows: Sequence[ScoreRow], title: str, when: str
) -> None:
    widths = [width or NAME for width in WIDTHS]
    wide, tall = sum(widths), HEAD + ROW * (len(rows) + 1)
    share = min(page.width() / wide, page.height() / tall)
    painter.translate((page.width() - wide * share) / 2, 0)
    painter.scale(share, share)
    painter.setPen(theme.colour("ink"))
    painter.setFont(font(LEAD, SEMIBOLD))
    painter.drawText(QRectF(0, 0, wide, 30), LEFT, title)
    painter.setFont(font(SMALL))
    painter.drawText(QRectF(0, 0, wide, 30), RIGHT, when)
    _heads(painter, widths)
    for n, row in enumerate(rows, 1):
        top = HEAD + (n - 1) * ROW + 4
        cells = [
            (column, QRectF(sum(widths[:column]), top, width, ROW))
            for column, width in enumerate(widths)
        ]
        paint_row(painter, row, cells, partial(cell_text, row))


def _heads(painter: QPainter, widths: Sequence[int]) -> None:
    painter.setFont(font(SMALL, SEMIBOLD))
    left = 0
    for column, width in enumerate(widths):
        flags = RIGHT if column in NUMERIC else LEFT
        box = QRectF(left + 6, 36, width - 12, 24)
        painter.drawText(box, flags | int(Qt.TextFlag.TextSingleLine), TITLES[column])
        left += width
