"""The list: a card for each initiative, with what one asks of it first."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from dyad_desktop.domain.goals import Goal
from dyad_desktop.domain.partnership import Partner
from dyad_desktop.services.initiative_summary import slip_words
from dyad_desktop.ui import format as show
from dyad_desktop.ui.tokens import BODY, GRID, SEMIBOLD, font, theme
from dyad_desktop.ui.widgets.basics import Avatar, StatusMark, button, label, row

if TYPE_CHECKING:
    from dyad_desktop.services.initiative_summary import Summary
    from dyad_desktop.ui.desk import Desk

_SHARES = (34, 18, 24, 18, 22)
_MILLION = 1_000_000


class Progress(QWidget):
    """A bar of so many percent."""

    def __init__(self, percent: int, name: str) -> None:
        super().__init__()
        self._percent = percent
        self.setAccessibleName(f"{name}: {percent} % done")
        self.setFixedHeight(theme.px(6))
        self.setMaximumWidth(theme.px(120))

    def sizeHint(self) -> QSize:
        """Return a usual size."""
        return QSize(theme.px(120), theme.px(6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("line"))
        done = self.rect()
        done.setWidth(round(done.width() * self._percent / 100))
        painter.fillRect(done, theme.colour("ink"))


class InitiativeCard(QFrame):
    """One initiative. ``picked`` and ``opened`` carry its id."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, desk: "Desk", found: "Summary") -> None:
        super().__init__()
        self._id = found.initiative.id
        self.setProperty("look", "card")
        self.setAccessibleName(found.initiative.title)
        grid = QGridLayout(self)
        grid.setContentsMargins(GRID * 2, GRID + 2, GRID * 2, GRID + 2)
        grid.setHorizontalSpacing(GRID * 2)
        parts = (
            self._head(desk, found), self._progress(found), self._next(found),
            self._finish(found), self._money(desk, found),
        )  # fmt: skip
        for n, (part, share) in enumerate(zip(parts, _SHARES, strict=True)):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(part, 0, n, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(n, share)

    def _head(self, desk: "Desk", found: "Summary") -> QWidget:
        book, initiative = desk.book, found.initiative
        self._title = initiative.title
        self.link = button(initiative.title, "link", name=initiative.title)
        self.link.setStyleSheet("font-weight: 600; margin-left: -2px;")
        self.link.setMinimumWidth(40)
        self.link.clicked.connect(self._on_opened)
        lead = book.get(Partner, initiative.lead)
        who = f"{lead.first_name} leads" if lead else "nobody leads"
        goals = [book.label("goal", goal) for goal in initiative.goals if book.get(Goal, goal)]
        parts: list[QWidget | int] = [StatusMark(initiative.status)]
        if lead is not None:
            parts.append(Avatar(lead.initials, lead.name, desk.place(lead.id), 18))
        parts += [label(who, "small"), 1]
        phase = initiative.phase.capitalize()
        served = label(f"{phase} · {' · '.join(goals) or 'no goal linked yet'}", "small", wrap=True)
        return _column(self.link, row(*parts), served)

    def _progress(self, found: "Summary") -> QWidget:
        count = f"{found.done} of {found.count} milestones" if found.count else "no milestones yet"
        bar = Progress(found.percent, found.initiative.title)
        holder = row(bar, 1)
        holder.setContentsMargins(0, 4, 0, 4)
        return _column(
            label(f"{found.percent} % done", "strong"), holder, label(count, "small", wrap=True)
        )

    def _next(self, found: "Summary") -> QWidget:
        if found.problem:
            return _column(label("Next", "small"), label(found.problem, "error", wrap=True))
        if found.next is None:
            return _column(
                label("Next", "small"), label("everything is done" if found.count else show.NOTHING)
            )
        milestone, planned = found.next
        return _column(
            label(f"Next, by {show.day(planned.finish)}", "small"), label(milestone.title, wrap=True)
        )  # fmt: skip

    def _finish(self, found: "Summary") -> QWidget:
        slip = found.slip
        status = "no_data" if slip is None else "at_risk" if slip > 0 else "on_track"
        mark = StatusMark(status, word=slip_words(slip))
        return _column(label("Finishes", "small"), label(show.day(found.finish)), mark)

    def _money(self, desk: "Desk", found: "Summary") -> QWidget:
        book = desk.book
        yearly = (
            f"{_amount(desk, found.annual_value)} a year" if found.annual_value else "not valued"
        )
        realised = f"{_amount(desk, found.realised)} realised" if found.annual_value else ""
        cost = found.initiative.one_time_cost
        once = f"costs {_amount(desk, cost)} once" if cost else ""
        sign = show.currency_sign(book)
        small = [label(part, "small") for part in (realised, once) if part]
        return _column(label(f"Benefit, {sign}", "small"), label(yearly), *small)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the title to its room."""
        super().resizeEvent(event)
        room = self.width() * _SHARES[0] // sum(_SHARES) - GRID * 4
        cut = QFontMetrics(font(BODY, SEMIBOLD)).elidedText(
            self._title, Qt.TextElideMode.ElideRight, room
        )
        self.link.setText(cut)

    @Slot()
    def _on_opened(self) -> None:
        self.picked.emit(self._id)
        self.opened.emit(self._id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the initiative."""
        super().mousePressEvent(event)
        self.picked.emit(self._id)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Open the initiative."""
        self.opened.emit(self._id)

    def mark(self, *, selected: bool) -> None:
        """Show whether the initiative is the selected one."""
        c = theme.colours
        line = c.ink if selected else c.line
        self.setStyleSheet(
            f"InitiativeCard {{ border: 1px solid {line}; background: {c.surface}; }}"
        )


def _amount(desk: "Desk", minor: int) -> str:
    whole = abs(minor) // 10 ** show.exponent(desk.book)
    if whole >= _MILLION:
        return f"{show.money(desk.book, minor, unit=_MILLION, places=2)} m"
    return (
        show.money(desk.book, minor)
        if whole < 1000
        else f"{show.money(desk.book, minor, unit=1000)} k"
    )


def _column(*parts: object) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)  # type: ignore[arg-type]
    column.addStretch(1)
    return made
