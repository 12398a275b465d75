"""The scorecard on one page of paper: the rows as on the screen, in light colours, scaled to fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPageLayout, QPageSize, QPainter, QPdfWriter

from dyad_desktop.services.files import write_bytes
from dyad_desktop.ui.pages.performance.score_columns import (
    CONFIDENCE,
    MEASURE,
    NUMERIC,
    SINCE,
    TITLES,
    WIDTHS,
)
from dyad_desktop.ui.pages.performance.score_painter import (
    INDENT,
    LEFT,
    NAMED,
    PAD,
    RIGHT,
    paint_row,
)
from dyad_desktop.ui.pages.performance.score_rows import ScoreRow, long_unit, marks_of, roomy_text
from dyad_desktop.ui.tokens import BODY, LEAD, SEMIBOLD, SMALL, font, theme

NAMES = (200, 410)
"""Least and largest width of the names on paper, in pixels before the page is scaled."""
ROW, HEAD, FOOT, GAP, MARGIN_MM = 24, 80, 44, 40, 12
DPI = 96
MOST_BLOCKS = 5
SMALL_PRINT = 0.5
"""Scale below which the figures take good eyes: 13 pixels become 5 points."""
LEGEND = (
    "Variation: is the latest more than chance (H high, L low)? Assurance: if nothing changes, the target is met"
    " always (P), never (F), or by chance (?). Confidence of each partner, 1 to 10, that the goal will be met;"
    " what is grey was said in an earlier check-in."
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rows: whose scorecard, which of the measures are on the page, and of which day."""

    title: str
    scope: str = ""
    when: str = ""


def print_scorecard(
    path: Path, rows: Sequence[ScoreRow], head: Head, *, letter: bool = False
) -> bool:
    """Write rows as one landscape page of A4 or ``letter``; returns whether it can be read without a glass.

    Many rows stand in blocks side by side.

    Raises:
        DyadError: the file can't be written; one that was there stays as it was.
    """
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setResolution(DPI)
    writer.setTitle(head.title)
    writer.setPageSize(
        QPageSize(QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4)
    )
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(*[MARGIN_MM] * 4), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    dark, scale = theme.dark, theme.scale
    theme.dark, theme.scale = False, 1.0
    page = QRectF(0, 0, writer.width(), writer.height())
    try:
        _paint(painter, page, rows, head)
    finally:
        theme.dark, theme.scale = dark, scale
        painter.end()
    write_bytes(path, bytes(made.data().data()))
    wide = sum(_widths(rows))
    return _share(page, wide, len(rows), _blocks(page, wide, len(rows)))[0] >= SMALL_PRINT


def _paint(painter: QPainter, page: QRectF, rows: Sequence[ScoreRow], head: Head) -> None:
    widths = _widths(rows)
    blocks = _blocks(page, sum(widths), len(rows))
    share, each = _share(page, sum(widths), len(rows), blocks)
    wide = sum(widths) * blocks + GAP * (blocks - 1)
    painter.translate((page.width() - wide * share) / 2, 0)
    painter.scale(share, share)
    painter.setPen(theme.colour("ink"))
    painter.setFont(font(LEAD, SEMIBOLD))
    painter.drawText(QRectF(0, 0, wide, 30), LEFT, head.title)
    painter.setFont(font(SMALL))
    painter.drawText(QRectF(0, 0, wide, 30), RIGHT, head.when)
    painter.setPen(theme.colour("muted"))
    painter.drawText(QRectF(0, 26, wide, 20), LEFT, head.scope)
    foot = QRectF(0, HEAD + ROW * each + 12, wide, FOOT - 12)
    painter.setPen(theme.colour("muted"))
    painter.drawText(foot, int(Qt.TextFlag.TextWordWrap), legend_of(rows))
    for _ in range(blocks):
        painter.setPen(theme.colour("ink"))
        _heads(painter, widths)
        for n, row in enumerate(rows[:each]):
            cells = [
                (column, QRectF(sum(widths[:column]), HEAD + n * ROW + 4, width, ROW))
                for column, width in enumerate(widths)
            ]
            paint_row(painter, row, cells, partial(printed, row), named=True)
        rows = rows[each:]
        painter.translate(sum(widths) + GAP, 0)


def legend_of(rows: Sequence[ScoreRow]) -> str:
    """Return what stands under the rows: what the columns mean, and the marks that are there."""
    return " ".join((LEGEND, *marks_of([row.line for row in rows if row.line])))


def printed(row: ScoreRow, column: int) -> str:
    """Return what a cell says on paper, where a long unit stands beside the name: no mouse can ask for it."""
    text = roomy_text(row, column)
    unit = long_unit(row.line.measure) if row.line and column == MEASURE else ""
    return f"{text} ({unit})" if unit else text


def _widths(rows: Sequence[ScoreRow]) -> list[int]:
    """Return the widths of the columns; a confidence stands behind the initials of whose it is."""
    widths = [width or _names(rows) for width in WIDTHS]
    for column in (*NUMERIC, SINCE):
        widths[column] = max(widths[column], _needed(rows, column) + 2 * PAD + 2)
    partners = max((len(row.partners) for row in rows), default=0)
    widths[CONFIDENCE] = max(widths[CONFIDENCE], partners * NAMED + 2 * PAD)
    return widths


def _needed(rows: Sequence[ScoreRow], column: int) -> int:
    """Return the width that the texts of a column take: nothing that is cut on paper can be asked for."""
    metrics = QFontMetrics(font(BODY, SEMIBOLD))
    texts = {printed(row, column) for row in rows if row.line}
    return max((metrics.horizontalAdvance(text) for text in texts), default=0)


def _names(rows: Sequence[ScoreRow]) -> int:
    return min(max(NAMES[0], _needed(rows, MEASURE) + INDENT + 2 * PAD + 2), NAMES[1])


def _share(page: QRectF, wide: int, rows: int, blocks: int) -> tuple[float, int]:
    """Return the scale at which rows in so many blocks side by side fill the page, and how many a block has."""
    each = -(-rows // blocks)
    across = page.width() / (wide * blocks + GAP * (blocks - 1))
    return min(1.0, across, page.height() / (HEAD + ROW * each + FOOT)), each


def _blocks(page: QRectF, wide: int, rows: int) -> int:
    return max(range(1, MOST_BLOCKS + 1), key=lambda n: (_share(page, wide, rows, n)[0], -n))


def _heads(painter: QPainter, widths: Sequence[int]) -> None:
    painter.setFont(font(SMALL, SEMIBOLD))
    left = 0
    for column, width in enumerate(widths):
        flags = RIGHT if column in NUMERIC else LEFT
        box = QRectF(left + PAD, HEAD - 24, width - 2 * PAD, 24)
        painter.drawText(box, flags | int(Qt.TextFlag.TextSingleLine), TITLES[column])
        left += width
