"""Paints a history: who in their colour, what from what to what, the label, and when."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.telling import Told
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.told import ITEM, ToldModel
from dyad_desktop.ui.tokens import BODY, GRID, SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar
from dyad_desktop.ui.widgets.key_list import KeyList

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ROW, _DISC, _WHEN = 46, 22, 96


class ToldList(KeyList):
    """A list of such lines, whose model is ``told``."""

    def __init__(self, desk: "Desk", name: str) -> None:
        super().__init__()
        self.told = ToldModel()
        self.setAccessibleName(name)
        self.setModel(self.told)
        self.setItemDelegate(ToldRows(desk, self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)


class ToldRows(QStyledItemDelegate):
    """Two lines of text beside the partner's disc."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a line."""
        return QSize(theme.px(300), theme.px(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a line."""
        line: Told = index.data(ITEM)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selected"))
            bar = QRect(rect.left(), rect.top(), theme.px(3), rect.height())
            painter.fillRect(bar, theme.colour("ink"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(theme.colour("on_track"), 2))
                painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("line"))
        self._line(painter, rect.adjusted(theme.px(GRID * 2), 0, -theme.px(GRID * 2), 0), line)
        painter.restore()

    def _line(self, painter: QPainter, box: QRect, line: Told) -> None:
        book, disc = self._desk.book, theme.px(_DISC)
        partner = book.get(Partner, line.partner)
        top = box.top() + (box.height() - disc) / 2
        initials = partner.initials if partner else "?"
        place = self._desk.place(line.partner)
        paint_avatar(painter, QRectF(box.left(), top, disc, disc), initials, place)
        when = box.adjusted(box.width() - theme.px(_WHEN), 0, 0, 0)
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        painter.drawText(when, _RIGHT, show.moment(line.wall_ms))
        inner = box.adjusted(disc + theme.px(GRID + 4), theme.px(5), -theme.px(_WHEN), -theme.px(6))
        half = inner.height() // 2
        over = QRect(inner.left(), inner.top(), inner.width(), half)
        under = QRect(inner.left(), inner.top() + half, inner.width(), half)
        taken = _text(painter, over, line.what, strong=True)
        change = f"{line.before} → {line.after}" if line.before else line.after
        gap = theme.px(GRID + 4) if taken else 0
        _text(painter, over.adjusted(taken + gap, 0, 0, 0), change)
        name = partner.first_name if partner else line.partner
        said = f"{name} · {line.reasons}" if line.reasons else name
        _text(painter, under, said, muted=True)


def _text(
    painter: QPainter, box: QRect, words: str, *, strong: bool = False, muted: bool = False
) -> int:
    """Draw one line, cut to its box; returns how wide it came out."""
    shown = font(SMALL) if muted else font(BODY, SEMIBOLD) if strong else font(BODY)
    painter.setFont(shown)
    painter.setPen(theme.colour("muted" if muted else "ink"))
    metrics = QFontMetrics(shown)
    cut = metrics.elidedText(" ".join(words.split()), Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _MIDDLE, cut)
    return metrics.horizontalAdvance(cut)
