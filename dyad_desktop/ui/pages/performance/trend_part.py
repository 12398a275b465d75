"""The parts that are a short table with the line of its current row beneath."""

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent

from dyad_desktop.ui.charts.trend import Trend
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet
from dyad_desktop.ui.pages.performance.part import LEAST_TREND, Detail, Part, fit_height
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.contested import Span
    from dyad_desktop.ui.desk import Desk

Model = TypeVar("Model", bound=OpenSheet)


class TrendPart(Part, Generic[Model]):
    """Base of these parts. A subclass fills its model and explains what is current."""

    least_rows = 4
    """So many rows show at least."""

    def __init__(self, desk: "Desk", model: Model, name: str) -> None:
        super().__init__(desk)
        self.model = model
        self.sheet = Sheet(model, name)
        self.sheet.said.connect(desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.watch(self.sheet)
        self.trend = Trend()
        self.detail = Detail()
        self.detail.set_picture(self.trend)
        self.column.addWidget(self.sheet, 4)
        self.column.addWidget(self.detail, 1)
        self.column.addStretch(0)

    def show_open(self, spans: "Mapping[str, Span]") -> None:
        """Show between what the figures come out while values are contested."""
        self.model.set_open(spans)
        self.explain()

    def ends_words(self, what: str, row: int, column: int) -> str:
        """Return between what a figure of the current row comes out, to stand before other words."""
        between = self.model.range_text(row, column)
        return f"{what} comes out {between}. " if between else ""

    def explain(self) -> None:
        """Say of the current row how it moved."""

    def fit(self) -> None:
        """Give the rows the height that they need, and the line what they leave."""
        self.sheet.fit()
        fit_height(self.sheet, self.least_rows)
        self.spread()
        self._grant()
        self.explain()

    def _grant(self) -> None:
        self.grant(self.detail, self.left_by(self.sheet), theme.px(LEAST_TREND))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the line what the rows leave."""
        super().resizeEvent(event)
        self._grant()

    def take_focus(self) -> None:
        """Begin in the table."""
        self.sheet.view.setFocus()

    @Slot()
    def _on_cell(self) -> None:
        self.explain()
