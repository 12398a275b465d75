"""Paints what stands side by side: what it is, both values in their boxes, and what can be done."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.comparison import Row, Total
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.side.model import ITEM, kind_words
from dyad_desktop.ui.tokens import BODY, GRID, RADIUS, SEMIBOLD, SMALL, font, theme
from dyad_desktop.ui.widgets.basics import paint_avatar

if TYPE_CHECKING:
    from dyad_desktop.ui.desk import Desk

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ROW, _HEAD, _TOTAL, _BAR, _DISC = 46, 34, 24, 4, 18
_WHAT, _SIDE = 0.32, 0.26


def columns(rect: QRect) -> tuple[QRect, QRect, QRect, QRect]:
    """Return the places of what, left, right and the rest in a row."""
    gap, left = theme.px(GRID), rect.left() + theme.px(GRID * 2)
    width = rect.width() - theme.px(GRID * 3)
    what, side = round(width * _WHAT), round(width * _SIDE)
    at = [left, left + what, left + what + side, left + what + 2 * side]
    ends = [*at[1:], left + width]
    first, second, third, fourth = (
        QRect(start, rect.top(), end - start - gap, rect.height())
        for start, end in zip(at, ends, strict=True)
    )
    return first, second, third, fourth


@dataclass(frozen=True, slots=True)
class Column:
    """One of the two columns: what it is called, and the partner whose it is, if it is one's."""

    title: str
    partner: str = ""


def within(box: QRect) -> QRect:
    """Return the place of a value in its column; a partner's bar stands beside it on either side."""
    return box.adjusted(theme.px(GRID + 4), 0, -theme.px(GRID + 4), 0)


def text(  # noqa: PLR0913 - all but the first three have defaults
    painter: QPainter, box: QRect, words: str, colour: str = "ink", *, size: int = BODY,
    strong: bool = False, figure: bool = False,
) -> None:  # fmt: skip
    """Draw one line, cut to its box; figures end under each other."""
    shown = font(size, SEMIBOLD) if strong else font(size)
    painter.setFont(shown)
    painter.setPen(theme.colour(colour))
    line = " ".join(words.split())
    cut = QFontMetrics(shown).elidedText(line, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _RIGHT if figure else _LEFT, cut)


class SideRows(QStyledItemDelegate):
    """Draws the rows; ``sides`` says whose the columns are."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.sides = (Column(""), Column(""))

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row."""
        return QSize(theme.px(400), theme.px(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a row."""
        row: Row = index.data(ITEM)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        self._ground(painter, option.rect, chosen=chosen, focus=focus)
        what, left, right, rest = columns(option.rect)
        half = what.height() // 2
        name = f"{row.thing}, {row.field}" if row.field else row.thing
        over = QRect(what.left(), what.top() + theme.px(4), what.width(), half - theme.px(2))
        text(painter, over, self._named(row, over.width(), name), strong=row.differs)
        under = QRect(what.left(), what.top() + half, what.width(), half - theme.px(4))
        text(painter, under, kind_words(row), "muted", size=SMALL)
        for n, (box, words) in enumerate(((left, row.left), (right, row.right))):
            self._value(painter, box, row, words, n)
        self._rest(painter, rest, row, chosen=chosen)
        painter.restore()

    @staticmethod
    def _named(row: Row, width: int, name: str) -> str:
        """Return thing and field; where there is no room the thing gives way, the field says which one it is."""
        metrics = QFontMetrics(font(BODY, SEMIBOLD))
        if not row.field or metrics.horizontalAdvance(name) <= width:
            return name
        rest = f", {row.field}"
        rest = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width // 2)
        room = width - metrics.horizontalAdvance(rest)
        return metrics.elidedText(row.thing, Qt.TextElideMode.ElideRight, room) + rest

    def _ground(self, painter: QPainter, rect: QRect, *, chosen: bool, focus: bool) -> None:
        if chosen:
            painter.fillRect(rect, theme.colour("selected"))
            painter.fillRect(
                QRect(rect.left(), rect.top(), theme.px(3), rect.height()), theme.colour("ink")
            )
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.colour("line"))
        if chosen and focus:
            painter.setPen(QPen(theme.colour("on_track"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def _colour(self, row: Row, n: int) -> QColor | None:
        """Return the colour of whoever a value belongs to."""
        who = self.sides[n].partner or (row.who if n else "")
        return theme.partner(self._desk.place(who)) if who else None

    def _value(self, painter: QPainter, box: QRect, row: Row, words: str, n: int) -> None:
        inner = box.adjusted(0, theme.px(6), 0, -theme.px(7))
        if not row.differs:
            text(painter, within(inner), words, "muted", figure=row.figure)
            return
        frame = QRectF(inner).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        colour = self._colour(row, n)
        if colour is not None:
            bar = theme.px(_BAR)
            start = inner.left() if n == 0 or not self.sides[0].partner else inner.right() - bar + 1
            painter.save()
            painter.setClipRect(QRect(start, inner.top(), bar, inner.height()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(frame, RADIUS, RADIUS)
            painter.restore()
        text(painter, within(inner), words, strong=True, figure=row.figure)

    def _rest(self, painter: QPainter, box: QRect, row: Row, *, chosen: bool) -> None:
        own = bool(self.sides[0].partner)
        if row.contested and chosen:
            words = "1 left · 2 right" if own else "you differ · Enter"
        elif row.contested:
            words = "you differ"
        elif row.differs and row.who:
            words = f"changed by {show.partner_name(self._desk.book, row.who)}"
        else:
            words = ""
        text(painter, box, words, "muted", size=SMALL)


class Head(QFrame):
    """What the columns are: what, left, right; with the partner's disc where a column is one's."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._sides = (Column(""), Column(""))
        self.setFixedHeight(theme.px(_HEAD))

    def show_sides(self, sides: tuple[Column, Column]) -> None:
        """Name other columns."""
        self._sides = sides
        self.setAccessibleName(f"Left: {sides[0].title}; right: {sides[1].title}")
        self.update()

    def restyle(self) -> None:
        """Take up another zoom."""
        self.setFixedHeight(theme.px(_HEAD))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names."""
        painter = QPainter(self)
        what, left, right, _ = columns(self.rect())
        text(painter, what, "WHAT", "muted", size=SMALL, strong=True)
        for box, side in ((left, self._sides[0]), (right, self._sides[1])):
            inner = box
            partner = self._desk.book.get(Partner, side.partner) if side.partner else None
            if partner is not None:
                disc = theme.px(_DISC)
                top = box.top() + (box.height() - disc) / 2
                place = self._desk.place(partner.id)
                paint_avatar(painter, QRectF(box.left(), top, disc, disc), partner.initials, place)
                inner = box.adjusted(disc + theme.px(GRID), 0, 0, 0)
            text(painter, inner, side.title, strong=True)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.colour("line"))


class Foot(QFrame):
    """The sums under both columns, and what lies between them."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._totals: tuple[Total, ...] = ()

    def show_totals(self, totals: tuple[Total, ...]) -> None:
        """Show other sums; without any there is no foot."""
        self._totals = totals
        book = self._desk.book
        said = "; ".join(
            f"{one.name}: {show.money(book, one.left)} and {show.money(book, one.right)}"
            for one in totals
        )
        self.setAccessibleName(f"Sums. {said}")
        self.restyle()
        self.update()

    def restyle(self) -> None:
        """Take up another zoom."""
        self.setFixedHeight(theme.px(_TOTAL * len(self._totals) + (GRID if self._totals else 0)))
        self.setVisible(bool(self._totals))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a line for each sum."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(1, 0, -1, -1), theme.colour("band"))
        painter.fillRect(QRect(0, 0, self.width(), 1), theme.colour("line_strong"))
        book, high = self._desk.book, theme.px(_TOTAL)
        for n, total in enumerate(self._totals):
            top = theme.px(GRID // 2) + n * high
            what, left, right, rest = columns(QRect(0, top, self.width(), high))
            sign = f", {show.currency_sign(book)}"
            text(painter, what, total.name + sign, strong=True)
            for box, amount in ((left, total.left), (right, total.right)):
                text(painter, within(box), show.money(book, amount), strong=True, figure=True)
            text(
                painter,
                rest,
                _moved(total.right - total.left, show.money(book, abs(total.right - total.left))),
                "muted",
                size=SMALL,
            )


def _moved(by: int, amount: str) -> str:
    if not by:
        return "the same"
    return f"+{amount}" if by > 0 else f"{show.MINUS}{amount}"
