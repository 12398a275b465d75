"""Paints the list: what it is about, and each partner's value in their colour beneath."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.disagreements import Choice, Disagreement
from dyad_desktop.ui.pages.disagreements.model import Heading
from dyad_desktop.ui.tokens import BODY, GRID, RADIUS, SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

_ITEM = int(Qt.ItemDataRole.UserRole)
_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ROW, _HEADING, _DISC = 62, 32, 16


class DifferRows(QStyledItemDelegate):
    """Draws headings and disagreements."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of an entry."""
        heading = isinstance(index.data(_ITEM), Heading)
        return QSize(theme.px(200), theme.px(_HEADING if heading else _ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw an entry."""
        entry = index.data(_ITEM)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Heading):
            painter.setFont(font(SMALL, SEMIBOLD))
            painter.setPen(theme.colour("muted"))
            box = option.rect.adjusted(theme.px(GRID + 4), theme.px(GRID), 0, 0)
            painter.drawText(box, _MIDDLE, entry.text.upper())
        elif isinstance(entry, Disagreement):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
            self._ground(painter, option.rect, chosen=chosen, focus=focus)
            self._entry(painter, option.rect, entry)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, *, chosen: bool, focus: bool) -> None:
        if not chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(theme.colour("line"))
            painter.drawLine(
                rect.left() + theme.px(GRID + 4),
                rect.bottom(),
                rect.right() - theme.px(GRID),
                rect.bottom(),
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            return
        painter.setPen(QPen(theme.colour("on_track"), 2) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selected"))
        painter.drawRoundedRect(QRectF(rect).adjusted(3, 2, -3, -2), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink"))
        painter.drawRect(
            rect.left() + 3,
            rect.top() + theme.px(GRID),
            theme.px(3),
            rect.height() - theme.px(2 * GRID),
        )

    def _entry(self, painter: QPainter, rect: QRect, entry: Disagreement) -> None:
        inner = rect.adjusted(
            theme.px(GRID + 4), theme.px(GRID), -theme.px(GRID + 4), -theme.px(GRID)
        )
        half = inner.height() // 2
        top = QRect(inner.left(), inner.top(), inner.width(), half)
        side = "parked" if entry.parked else ""
        painter.setFont(font(SMALL))
        painter.setPen(theme.colour("muted"))
        painter.drawText(top, _RIGHT, side)
        taken = QFontMetrics(font(SMALL)).horizontalAdvance(side) + (theme.px(GRID) if side else 0)
        self._title(painter, top.adjusted(0, 0, -taken, 0), entry)
        count = max(1, len(entry.choices))
        width = inner.width() // count
        for n, choice in enumerate(entry.choices):
            at = QRect(
                inner.left() + n * width,
                inner.top() + half,
                width - theme.px(GRID),
                inner.height() - half,
            )
            self._choice(painter, at, choice)

    def _title(self, painter: QPainter, box: QRect, entry: Disagreement) -> None:
        """Draw thing and field; where there is no room the thing gives way, the field says which one it is."""
        metrics = QFontMetrics(font(BODY, SEMIBOLD))
        rest = f", {entry.title}" if entry.title else ""
        rest = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, box.width() // 2)
        room = box.width() - metrics.horizontalAdvance(rest)
        thing = metrics.elidedText(entry.thing, Qt.TextElideMode.ElideRight, room)
        self._text(painter, box, thing + rest, strong=True)

    def _choice(self, painter: QPainter, at: QRect, choice: Choice) -> None:
        partner = self._desk.book.get(Partner, choice.partner)
        disc = theme.px(_DISC)
        top = at.top() + (at.height() - disc) / 2
        initials = partner.initials if partner else "?"
        paint_avatar(
            painter, QRectF(at.left(), top, disc, disc), initials, self._desk.place(choice.partner)
        )
        self._text(painter, at.adjusted(disc + theme.px(GRID - 2), 0, 0, 0), choice.text)

    @staticmethod
    def _text(painter: QPainter, box: QRect, text: str, *, strong: bool = False) -> None:
        shown = font(BODY, SEMIBOLD) if strong else font(BODY)
        painter.setFont(shown)
        painter.setPen(theme.colour("ink"))
        line = " ".join(text.split())
        cut = QFontMetrics(shown).elidedText(line, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _MIDDLE, cut)
