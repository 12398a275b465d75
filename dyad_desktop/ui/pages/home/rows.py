"""The rows of Home: a mark, what it is, what it means, who; painted, so that a screenful costs little."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from dyad_desktop.ui.tokens import BODY, GRID, RADIUS, SEMIBOLD, SMALL, STATUS_WORDS, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Key

_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_TALL = 10_000
_DISC = 18
_MARKS = {"waiting": "no_data", "due": "at_risk", "overdue": "off_track"}
"""States that are none of the scorecard: drawn in the shape and colour of these."""


@dataclass(frozen=True, slots=True)
class RowText:
    """What a row says. ``word`` stands in the status colour before the detail; ``who`` are (initials, place)."""

    title: str
    detail: str = ""
    status: str = ""
    word: str = ""
    side: str = ""
    who: tuple[tuple[str, int], ...] = field(default=())
    discs_first: bool = False

    @property
    def spoken(self) -> str:
        """Return the row as a screen reader says it."""
        return "; ".join(part for part in (self.title, self.word, self.detail, self.side) if part)


class HomeRow(QAbstractButton):
    """A row that can be clicked, or taken with Enter or Space; it wraps to the width it is given."""

    def __init__(self, text: RowText, key: "Key | None" = None, page: str = "") -> None:
        super().__init__()
        self.row, self.key, self.page = text, key, page
        self._measured: dict[tuple[int, float], tuple[int, int]] = {}
        self.setAccessibleName(text.spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setEnabled(True)
        goes = key is not None or bool(page)
        self.setCursor(Qt.CursorShape.PointingHandCursor if goes else Qt.CursorShape.ArrowCursor)
        if not goes:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # -- measures ------------------------------------------------------------------------------

    def _fonts(self) -> tuple[QFont, QFont]:
        return font(BODY, SEMIBOLD if self.row.detail else QFont.Weight.Normal), font(SMALL)

    def _left(self) -> int:
        discs = self.row.who if self.row.discs_first else ()
        if discs:
            return theme.px(GRID + _DISC + GRID)
        return theme.px(GRID + (GRID * 2 + 4 if self.row.status else 0))

    def _side_width(self) -> int:
        words = QFontMetrics(font(SMALL)).horizontalAdvance(self.row.side)
        discs = 0 if self.row.discs_first else len(self.row.who)
        return (
            words
            + (theme.px(_DISC) * discs + theme.px(4) if discs else 0)
            + (theme.px(GRID) if words else 0)
        )

    def _heights(self, width: int) -> tuple[int, int]:
        """Return the heights of title and detail at a width; a layout asks for the same ones dozens of times."""
        asked = (width, theme.scale)
        if asked not in self._measured:
            self._measured[asked] = self._measure(width)
        return self._measured[asked]

    def _measure(self, width: int) -> tuple[int, int]:
        inner = max(theme.px(60), width - self._left() - self._side_width() - theme.px(2 * GRID))
        title, small = self._fonts()
        box = QRect(0, 0, inner, _TALL)
        above = QFontMetrics(title).boundingRect(box, _WRAP, self.row.title).height()
        detail = " · ".join(part for part in (self.row.word, self.row.detail) if part)
        below = QFontMetrics(small).boundingRect(box, _WRAP, detail).height() if detail else 0
        return above, below

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that the text needs."""
        above, below = self._heights(width)
        pad = theme.px(GRID - 2) if self.row.detail else theme.px(4)
        return max(theme.px(_DISC), above + (below + theme.px(2) if below else 0)) + 2 * pad

    def sizeHint(self) -> QSize:
        """Return a width to wish for, and its height."""
        width = self.width() if self.width() > theme.px(120) else theme.px(360)
        return QSize(theme.px(200), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the least: narrow, and as high as the present width needs."""
        return QSize(theme.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take up the height of the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, mark, words and discs."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        above, below = self._heights(self.width())
        gap = theme.px(2) if below else 0
        top = (self.height() - above - below - gap) // 2
        left, side = self._left(), self._side_width()
        inner = self.width() - left - side - theme.px(2 * GRID)
        self._paint_mark(painter, top, above if not below else 0)
        title, small = self._fonts()
        painter.setFont(title)
        painter.setPen(theme.colour("ink"))
        painter.drawText(QRect(left, top, inner, above), _WRAP, self.row.title)
        if below:
            painter.setFont(small)
            self._paint_detail(painter, QRect(left, top + above + gap, inner, below))
        self._paint_side(painter, top)

    def _paint_ground(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.underMouse() and self.focusPolicy() != Qt.FocusPolicy.NoFocus:
            painter.setBrush(theme.colour("band"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _colour(self) -> QColor:
        return theme.status(_MARKS.get(self.row.status, self.row.status))

    def _paint_mark(self, painter: QPainter, top: int, _height: int) -> None:
        row = self.row
        if row.discs_first:
            for n, (initials, place) in enumerate(row.who[:1]):
                side = theme.px(_DISC)
                at = QRectF(theme.px(GRID) + n * side, top + theme.px(1) - theme.px(1), side, side)
                paint_avatar(painter, at, initials, place)
        elif row.status:
            shape = STATUS_WORDS[_MARKS.get(row.status, row.status)][0]
            painter.setFont(font(BODY))
            painter.setPen(self._colour())
            painter.drawText(QPoint(theme.px(GRID), top + QFontMetrics(font(BODY)).ascent()), shape)

    def _paint_detail(self, painter: QPainter, box: QRect) -> None:
        word, detail = self.row.word, self.row.detail
        whole = " · ".join(part for part in (word, detail) if part)
        painter.setPen(theme.colour("muted"))
        painter.drawText(box, _WRAP, whole)
        if word:  # the same letters once more in the colour of the status
            painter.save()
            metrics = QFontMetrics(font(SMALL))
            painter.setClipRect(
                QRect(box.left(), box.top(), metrics.horizontalAdvance(word), metrics.height())
            )
            painter.fillRect(painter.clipBoundingRect(), self._ground())
            painter.setPen(self._colour())
            painter.drawText(box, _WRAP, whole)
            painter.restore()

    def _ground(self) -> QColor:
        return theme.colour("band" if self.underMouse() else "surface")

    def _paint_side(self, painter: QPainter, top: int) -> None:
        row, right = self.row, self.width() - theme.px(GRID)
        metrics = QFontMetrics(font(SMALL))
        words = metrics.horizontalAdvance(row.side)
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        base = top + QFontMetrics(font(BODY)).ascent()
        painter.drawText(QPoint(right - words, base), row.side)
        if row.discs_first:
            return
        side = theme.px(_DISC)
        at = right - words - theme.px(4) - side * len(row.who)
        middle = top + QFontMetrics(font(BODY)).height() / 2
        for n, (initials, place) in enumerate(row.who):
            paint_avatar(
                painter, QRectF(at + n * side, middle - side / 2, side, side), initials, place
            )

    # -- being used ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the row with Enter as with Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the pointer is here."""
        super().enterEvent(event)
        self.update()
