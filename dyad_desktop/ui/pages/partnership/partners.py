"""The partners with role and lens, the pair's year, and the pulse: both answers on one scale."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from dyad_desktop.domain.fiscal import month_year_label, period_of
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.domain.pulse import Pulse, PulseItem, PulseRound
from dyad_desktop.services.partnership import APART, add_partner, gap, pulse_rows
from dyad_desktop.ui import format as show
from dyad_desktop.ui.pages.partnership.charter import SideCard
from dyad_desktop.ui.pages.partnership.inplace import FieldText
from dyad_desktop.ui.pages.partnership.opening import cell
from dyad_desktop.ui.pages.partnership.view import View
from dyad_desktop.ui.tokens import GRID, theme
from dyad_desktop.ui.widgets.basics import (
    Avatar,
    Card,
    Segments,
    StatusMark,
    label,
    paint_avatar,
    row,
)

if TYPE_CHECKING:
    from dyad_desktop.services.session import ChangeSet

_FIELDS = (
    ("role", "Role"),
    ("function", "Function"),
    ("organisation", "Organisation"),
    ("lens", "Looks at"),
)
_ABOUT = (
    ("partnership", "title", "Name"),
    ("partnership", "as_of", "Date of the figures"),
    ("partnership", "budget_year", "Budget year"),
    ("dyad", "since", "Since"),
    ("dyad", "team_size", "Team"),
    ("dyad", "signs_as", "Signs as"),
)
_DISC = 18


class PulseScale(QWidget):
    """One item's answers as discs on a line from the lowest mark to the highest."""

    def __init__(self, marks: list[tuple[str, int, int]], low: int, high: int, spoken: str) -> None:
        super().__init__()
        self._marks, self._low, self._high = marks, low, max(low + 1, high)
        self.setAccessibleName(spoken)
        self.setFixedSize(theme.px(190), theme.px(_DISC + 6))

    def sizeHint(self) -> QSize:
        """Return the room of a scale."""
        return QSize(theme.px(190), theme.px(_DISC + 6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, a tick a mark, and the discs; equal answers stand half over each other."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, middle = theme.px(_DISC), self.height() / 2
        step = (self.width() - 2 * side) / (self._high - self._low)
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.drawLine(QPointF(side, middle), QPointF(self.width() - side, middle))
        for mark in range(self._high - self._low + 1):
            at = side + mark * step
            painter.drawLine(QPointF(at, middle - 3), QPointF(at, middle + 3))
        seen: dict[int, int] = {}
        same = {
            mark: sum(1 for *_, other in self._marks if other == mark) for *_, mark in self._marks
        }
        for initials, place, mark in self._marks:
            n = seen[mark] = seen.get(mark, 0) + 1
            shift = (n - 1 - (same[mark] - 1) / 2) * side * 0.8
            at = side + (mark - self._low) * step + shift
            paint_avatar(
                painter, QRectF(at - side / 2, middle - side / 2, side, side), initials, place
            )


class PartnersView(View):
    """Cards of the partners, and the pulse."""

    _round = ""

    def shape(self) -> object:
        """Return who there is and every round."""
        book = self.desk.book
        ids = tuple(partner.id for partner in book.all(Partner))
        return ids, book.all(PulseRound), book.all(PulseItem)

    def build(self) -> None:
        """Fill the view."""
        line = QHBoxLayout()
        line.setSpacing(GRID + 4)
        for partner in self.desk.book.all(Partner):
            line.addWidget(self._partner(partner), 1)
        self.column.addLayout(line)
        self.column.addLayout(self.adder("Add a partner", self._on_add))
        self.column.addWidget(self._about())
        self.column.addWidget(self._pulse())

    def _partner(self, partner: Partner) -> QWidget:
        place, key = self.desk.place(partner.id), ("partner", partner.id)
        card = SideCard(place)
        name = FieldText(self.desk, key, "name", "lead")
        card.column.addLayout(row(Avatar(partner.initials, partner.name, place, 28), name))
        card.column.addLayout(self._grid([(key, field, title) for field, title in _FIELDS], 1))
        card.column.addStretch(1)  # where the other has more to say, both begin at the top
        return card

    @Slot()
    def _on_add(self) -> None:
        self.desk.do(add_partner, done=self._on_added, failed=self.desk.say_error)

    @Slot(object)
    def _on_added(self, changes: "ChangeSet") -> None:
        self.focus_field(next(iter(changes.keys)), "name")
        focus = self.focusWidget()
        if isinstance(focus, FieldText):
            focus.edit()
        self.desk.say("Added a partner. Name them here, then invite them under Laptops.", undo=True)

    def _about(self) -> Card:
        card = Card("The partnership")
        card.column.addLayout(
            self._grid([((kind, kind), field, title) for kind, field, title in _ABOUT], 2)
        )
        return card

    def _grid(self, rows: list[tuple[tuple[str, str], str, str]], across: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        for n, (key, field, title) in enumerate(rows):
            line, column = divmod(n, across)
            caption = label(title, "small")
            caption.setContentsMargins(0, 5, GRID, 0)
            grid.addWidget(caption, line, 2 * column, Qt.AlignmentFlag.AlignTop)
            text = FieldText(self.desk, key, field, name=title)
            grid.addWidget(text, line, 2 * column + 1, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(2 * column + 1, 1)
        return grid

    # -- pulse ---------------------------------------------------------------------------------

    def _pulse(self) -> Card:
        card = Card("Pulse: how the partnership is doing")
        rounds = sorted(self.desk.book.all(PulseRound), key=lambda one: (one.opened or "", one.id))
        if not rounds:
            items = len(self.desk.book.all(PulseItem))
            text = (
                f"No pulse yet. {items} statements, answered apart and sealed until both have answered,"
                " show where you see the partnership differently."
            )
            card.column.addWidget(label(text, "muted", wrap=True))
            return card
        shown = next((one for one in rounds if one.id == self._round), None)
        shown = shown or next(
            (one for one in reversed(rounds) if one.state == "revealed"), rounds[-1]
        )
        choices = [(one.id, _title(one)) for one in rounds]
        segments = Segments(choices, "Pulse round")
        segments.choose(shown.id)
        segments.chosen.connect(self._on_round)
        card.column.addLayout(row(segments, 1))
        (self._sealed if shown.state == "open" else self._revealed)(card, shown)
        return card

    def _sealed(self, card: Card, asked: PulseRound) -> None:
        said = [p.first_name for p in self.desk.book.all(Partner) if p.id in asked.answered_by]
        silent = [
            p.first_name for p in self.desk.book.all(Partner) if p.id not in asked.answered_by
        ]
        parts = [f"Opened {show.day(asked.opened)}."]
        parts += [f"{' and '.join(said)} has answered; it stays sealed."] if said else []
        parts += (
            [f"Waiting for {' and '.join(silent)}. The answers open for both at once."]
            if silent
            else []
        )
        card.column.addWidget(label(" ".join(parts), wrap=True))

    def _revealed(self, card: Card, asked: PulseRound) -> None:
        pulse, rows = self.desk.book.only(Pulse), pulse_rows(self.desk.book, asked)
        low, high = pulse.scale_min or 1, pulse.scale_max or 5
        apart = sum(1 for _, marks in rows if gap(marks) >= APART)
        text = (
            f"{apart} of {len(rows)} answers are {APART} or more apart."
            if apart
            else "No answers are far apart."
        )
        card.column.addWidget(label(text, "strong"))
        ends = f"{low} {pulse.scale_low or ''} to {high} {pulse.scale_high or ''}"
        card.column.addWidget(label(ends, "small"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for n, (item, marks) in enumerate(rows):
            grid.addWidget(cell(item.text), n, 0)
            grid.addWidget(self._scale(item, marks, low, high), n, 1)
            if gap(marks) >= APART:
                grid.addWidget(StatusMark("at_risk", word=f"{gap(marks)} apart"), n, 2)
        card.column.addLayout(grid)
        key = ("pulse_round", asked.id)
        card.column.addLayout(
            row(
                label("Agreed step", "small"),
                FieldText(self.desk, key, "agreed_step", hint="What you will try"),
            )
        )

    def _scale(self, item: PulseItem, marks: Mapping[str, int], low: int, high: int) -> PulseScale:
        partners = [p for p in self.desk.book.all(Partner) if p.id in marks]
        discs = [(p.initials, self.desk.place(p.id), marks[p.id]) for p in partners]
        spoken = ", ".join(f"{p.first_name} {marks[p.id]}" for p in partners)
        return PulseScale(discs, low, high, f"{item.text} {spoken}")

    @Slot(str)
    def _on_round(self, name: str) -> None:
        self._round = name
        self.show_book(anew=True)

    def show_thing(self, key: tuple[str, str]) -> bool:
        """Show a partner, or a round of the pulse."""
        if key[0] == "pulse_round":
            self._round = key[1]
            self.show_book(anew=True)
            self.desk.select(key)
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            return True
        return super().show_thing(key)


def _title(asked: PulseRound) -> str:
    month = month_year_label(period_of(asked.opened)) if asked.opened else asked.id
    return f"{month}, sealed" if asked.state == "open" else month
