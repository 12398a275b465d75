"""The parts with a sheet that people type into: its making, its edits, and what is current beneath."""

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Slot

from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.part import Detail, Part, fit_height
from dyad_desktop.ui.pages.performance.said import SaidModel
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.replication.change import Address
    from dyad_desktop.ui.desk import Desk

Model = TypeVar("Model", bound=SaidModel)


class SaidPart(Part, Generic[Model]):
    """Base of these parts. A subclass makes the model, writes edits and explains what is current."""

    named = ""
    """What the sheet is called."""
    above = 0
    """So many things stand above the sheet."""
    signed = True
    """Whether a cell tells who typed it."""
    lands = 0
    """The column where a line is gone to."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.model: Model | None = None
        self.sheet: Sheet | None = None
        self._shown: YearSoFar | None = None
        self.detail = Detail()
        self.column.addWidget(self.detail)
        self.column.addStretch(0)

    # -- for subclasses ------------------------------------------------------------------------

    def make_model(self, year: "YearSoFar", unit: Unit) -> Model:
        """Return the model of a year."""
        raise NotImplementedError

    def write(self, edits: object) -> None:
        """Have edits written as one change."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Give the parts the room that they need."""

    def explain(self) -> None:
        """Say what is current."""

    def reveal(self, line: str) -> int:
        """Return the row of a line, unfolding what hides it; -1 when it isn't there."""
        return -1 if self.model is None else self.model.row_of(line)

    # -- showing -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the year."""
        if self.year is None:
            return
        unit = Unit(self.unit, show.exponent(self.year.book))
        if self.model is None or not self.model.fits(self.year):
            self._make(self.year, unit)
        elif self._shown is not self.year or self.model.unit != unit:
            self.model.show(self.year, unit)
        self._shown = self.year
        self.fit()
        self.explain()
        if self.signed and self.model is not None:
            session, kind = self.desk.session, self.model.kind
            self.desk.ask(lambda: session.authors(kind), self._on_hands)

    def _make(self, year: "YearSoFar", unit: Unit) -> None:
        """Make model and sheet; those of other months go."""
        if self.sheet is not None:
            self.column.removeWidget(self.sheet)
            self.sheet.deleteLater()
        model = self.model = self.make_model(year, unit)
        model.wanted.connect(self._on_wanted)
        self.sheet = Sheet(model, self.named)
        self.sheet.said.connect(self.desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.watch(self.sheet)
        self.sheet.follow(self.desk)
        model.modelReset.connect(self.fit)
        self.column.insertWidget(self.above, self.sheet, 1)

    def show_open(self, spans: "Mapping[str, Span]") -> None:
        """Show between what the figures come out while values are contested."""
        if self.model is not None and self.sheet is not None:
            self.model.set_open(spans)
            self.sheet.totals.refit()
            self.fit()

    @Slot()
    def fit(self) -> None:
        """Give the table the height and the widths of what it shows."""
        if self.sheet is not None:
            self.sheet.fit()
            fit_height(self.sheet)
            self.arrange()

    @Slot(object)
    def _on_hands(self, hands: "dict[Address, str]") -> None:
        if self.model is not None:
            places = {partner: n for n, partner in enumerate(self.desk.partner_ids)}
            self.model.set_hands(hands, places)

    @Slot(object)
    def _on_wanted(self, edits: object) -> None:
        self.write(edits)

    @property
    def editing(self) -> bool:
        """Return whether a cell is being edited."""
        return self.sheet is not None and self.sheet.editing

    def show_line(self, line: str) -> None:
        """Go to a line."""
        at = self.reveal(line)
        if at >= 0 and self.sheet is not None:
            self.sheet.view.setFocus()
            self.sheet.view.go_to(at, self.lands)

    def take_focus(self) -> None:
        """Begin in the table."""
        if self.sheet is not None:
            self.sheet.view.setFocus()

    @property
    def current(self) -> int:
        """Return the current row; -1 for none."""
        if self.sheet is None or self.model is None:
            return -1
        at = self.sheet.view.currentIndex().row()
        return at if 0 <= at < len(self.model.rows) else -1

    @Slot()
    def _on_cell(self) -> None:
        self.explain()
        if self.current < 0 or self.model is None or self.sheet is None:
            return
        if self.sheet.view.hasFocus():
            self.desk.select(self.model.key_of(self.current))
