"""The months of a line in its plan: what the plan gives, what stands, which a spread goes around, which are by hand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from dyad_desktop.domain.fiscal import MONTHS, month_label, month_year_label
from dyad_desktop.domain.methods import locked_months
from dyad_desktop.services.planning import free_months, lock_months
from dyad_desktop.ui.pages.operating.line_columns import unit_heading
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import button, label, row

if TYPE_CHECKING:
    from dyad_desktop.domain.budget_line import BudgetLine
    from dyad_desktop.domain.operating import DraftLine
    from dyad_desktop.errors import DyadError
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.models.unit import Unit


class PlanMonths(QWidget):
    """The year month by month: what the plan gives, what stands, and which months a spread goes around.

    ``refused`` carries why a month can't be locked or let go.
    """

    refused = Signal(object)

    def __init__(self, desk: "Desk", line: str, unit: "Unit") -> None:
        super().__init__()
        self._desk, self._line, self._unit = desk, line, unit
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        grid = QGridLayout()
        column.addLayout(grid)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(2)
        self._periods = desk.budget.periods
        titles = (unit_heading(desk.book, unit), "Prior year", "By the plan", "Stands", "Lock")
        self._titles = [label(text, "small") for text in titles]
        for at, title in enumerate(self._titles):
            grid.addWidget(title, at, 0)
        self._cells = [
            [label("", look) for _ in range(len(self._periods) + 1)]
            for look in ("muted", "muted", "strong")
        ]
        self.locks: list[QCheckBox] = []
        for place, period in enumerate((*self._periods, "")):
            head = label(month_label(period) if period else "Year", "small")
            grid.addWidget(head, 0, place + 1, Qt.AlignmentFlag.AlignRight)
            for n, cells in enumerate(self._cells):
                grid.addWidget(cells[place], n + 1, place + 1, Qt.AlignmentFlag.AlignRight)
            grid.setColumnStretch(place + 1, 1)
            if period:
                lock = QCheckBox()
                lock.setProperty("period", period)
                lock.setAccessibleName(f"Lock {month_year_label(period)}")
                lock.setToolTip(f"Keep {month_year_label(period)} as it is when the year is spread")
                lock.clicked.connect(self._on_lock)
                self.locks.append(lock)
                grid.addWidget(lock, 4, place + 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(self._make_by_hand())

    def _make_by_hand(self) -> QHBoxLayout:
        self._held: list[str] = []
        self.by_hand = label("", "strong", wrap=True)
        self.free = button("")
        self.free.clicked.connect(self._on_free)
        made = row(self.by_hand, self.free)
        made.setStretchFactor(self.by_hand, 1)
        return made

    def show_line(self, line: "BudgetLine", said: "DraftLine | None") -> None:
        """Show a line's year."""
        for cells, amounts in zip(
            self._cells, (line.prior, line.computed, line.months), strict=True
        ):
            for cell, amount in zip(cells, (*amounts, sum(amounts)), strict=True):
                cell.setText(self._unit.text(amount))
        locked = locked_months(said, self._periods) if said is not None else {}
        for place, box in enumerate(self.locks):
            box.setVisible(line.method == "fixed")
            box.setChecked(place in locked)
        self._titles[-1].setVisible(line.method == "fixed")
        held = line.overridden - (locked.keys() if line.method == "fixed" else frozenset())
        self._show_by_hand([] if line.method == "manual" else sorted(held))

    def _show_by_hand(self, places: list[int]) -> None:
        """Name the months that are by hand: they stand whatever the plan gives, until they are given back to it."""
        self._held = [self._periods[place] for place in places]
        names = [month_label(period) for period in self._held]
        one = len(names) == 1
        listed = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
        if len(names) == MONTHS:
            listed = "All months"
        verbs = ("is", "stands") if one else ("are", "stand")
        self.by_hand.setText(
            f"{listed} {verbs[0]} set by hand, and {verbs[1]} whatever this plan gives."
        )
        self.free.setText(f"Give {'it' if one else 'them'} back to the plan")
        self.by_hand.setVisible(bool(names))
        self.free.setVisible(bool(names))

    @Slot()
    def _on_free(self) -> None:
        self._desk.do(
            free_months, self._desk.draft, self._line, list(self._held), self,
            failed=self._on_refused,
        )  # fmt: skip

    @Slot(bool)
    def _on_lock(self, locked: bool) -> None:  # noqa: FBT001 - a slot of Qt
        period = str(self.sender().property("period"))
        self._desk.do(
            lock_months, self._desk.draft, self._line, [period], locked=locked, initiator=self,
            failed=self._on_refused,
        )  # fmt: skip

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        self.refused.emit(error)
