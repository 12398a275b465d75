"""Which months the budget view shows: one month, or the year up to it; and how months are named."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Segments
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

MONTH, TO_DATE = "month", "to_date"


@dataclass(frozen=True, slots=True)
class Scope:
    """Months of the budget year, by place."""

    places: range
    periods: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the months for people: ``Jul to Oct 2026``."""
        return span_words(self.periods)


def span_words(periods: Sequence[str]) -> str:
    """Return months that follow each other for people."""
    if not periods:
        return "No month yet"
    first, last = month_year_label(periods[0]), month_year_label(periods[-1])
    if first == last:
        return first
    return f"{first[:3]} to {last}" if first[3:] == last[3:] else f"{first} to {last}"


class ScopeBar(QWidget):
    """One month or the year to date, and up to which month. ``changed`` tells that another is wanted."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._periods: tuple[str, ...] = ()
        self.kinds = Segments(((TO_DATE, "To date"), (MONTH, "Month")), "Year to date or one month")
        self.kinds.chosen.connect(self._on_kind)
        self.months = ChoiceBox()
        self.months.setAccessibleName("Month")
        self.months.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.months.setMinimumContentsLength(9)
        self.months.activated.connect(self._on_month)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.kinds)
        layout.addWidget(self.months)

    def offer(self, periods: tuple[str, ...]) -> None:
        """Offer the months that have actuals; the last is chosen when they are others than before."""
        if periods == self._periods:
            return
        self._periods = periods
        self.months.clear()
        for period in periods:
            self.months.addItem(month_year_label(period), period)
        self.months.setCurrentIndex(len(periods) - 1)

    @property
    def scope(self) -> Scope:
        """Return the months that are wanted."""
        last = self.months.currentIndex()
        first = 0 if self.kinds.choice == TO_DATE else max(0, last)
        return Scope(range(first, last + 1), self._periods[first : last + 1])

    def turn(self, by: int) -> None:
        """Go to a month after or before."""
        at = self.months.currentIndex() + by
        if 0 <= at < self.months.count():
            self.months.setCurrentIndex(at)
            self.changed.emit()

    @Slot(str)
    def _on_kind(self, _kind: str) -> None:
        self.changed.emit()

    @Slot(int)
    def _on_month(self, _at: int) -> None:
        self.changed.emit()
