"""Actuals: through which month the year is closed, and a grid to type and paste its months into."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox

from dyad_desktop.domain.fiscal import month_year_label
from dyad_desktop.domain.missing import missing
from dyad_desktop.domain.operating import Volume
from dyad_desktop.services.actuals import close_through, edit_actuals
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.actuals_model import (
    ACTUAL,
    BUDGET,
    FIRST,
    NAME,
    VARIANCE,
    ActualsModel,
    actuals_told,
)
from dyad_desktop.ui.pages.performance.against import spoken_amount
from dyad_desktop.ui.pages.performance.said_part import SaidPart
from dyad_desktop.ui.widgets.basics import label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from dyad_desktop.domain.open_year import Telling
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.errors import DyadError
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

HOW = "Type or paste closed months as in a spreadsheet; Delete empties a month."
UNTIL = "Until they are entered they count on neither side, and are forecast."
NONE_CLOSED = (
    "No month is closed. Choose through which month the ledger is closed, then enter its actuals."
)


class ActualsView(SaidPart[ActualsModel]):
    """The part. Amounts are whole: they come from a ledger, and thousands would be pasted for units."""

    named = "Actuals by line and month"
    above = 1
    counted, signed, reckoned = False, False, False
    lands = FIRST
    roomy = (700, 620)

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        caption = label("Closed through", "muted")
        self.months = ChoiceBox()
        self.months.setAccessibleName("Closed through")
        self.months.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.months.activated.connect(self._on_month)
        caption.setBuddy(self.months)
        self.missing = label("", "muted")
        self.column.insertLayout(0, row(caption, self.months, self.missing, 1))

    def make_model(self, year: "YearSoFar", unit: Unit) -> ActualsModel:
        """Return the model of a year."""
        return ActualsModel(year, unit)

    def telling(self) -> "Telling":
        """Return how to tell the figures of the grid."""
        return actuals_told

    def write(self, edits: object) -> None:
        """Have actuals written."""
        self.desk.do(edit_actuals, edits, self, failed=self.desk.say_error)

    def reveal(self, line: str) -> int:
        """Return the row of a line, its category unfolded."""
        return -1 if self.model is None else self.model.reveal(line)

    def refresh(self) -> None:
        """Show the actuals, and what is missing."""
        self.unit = 1
        super().refresh()
        if self.year is not None and self.model is not None:
            self._offer(self.year)
            self.missing.setText(missing_words(self.year))

    def _offer(self, year: "YearSoFar") -> None:
        texts = ["no month", *(month_year_label(period) for period in year.budget.year.budget)]
        if [self.months.itemText(n) for n in range(self.months.count())] != texts:
            self.months.clear()
            self.months.addItems(texts)
        self.months.setCurrentIndex(year.count)

    @Slot(int)
    def _on_month(self, count: int) -> None:
        if self.year is not None and count != self.year.count:
            self.desk.do(close_through, count, self, done=self._on_closed, failed=self._on_refused)

    @Slot(object)
    def _on_closed(self, changes: "ChangeSet") -> None:
        """Say what the month lacks that was closed: until it is there it counts on neither side."""
        lacks = missing(self.desk.book, self.desk.budget)
        words = lacks.words(range(len(lacks.periods)))
        if words:
            self.desk.say(f"{changes.note}. {words} {UNTIL}")

    @Slot(object)
    def _on_refused(self, error: "DyadError") -> None:
        self.desk.say_error(error)
        if self.year is not None:
            self._offer(self.year)

    def explain(self) -> None:
        """Say how the current row stands, and how actuals are entered."""
        model, at = self.model, self.current
        if model is None or self.year is None:
            return
        if not self.year.count:
            self.detail.say(NONE_CLOSED, HOW)
            return
        if at < 0 or model.figure(at, ACTUAL) is None:
            self.detail.say("What came, month by month", HOW)
            return
        self.detail.say(f"{model.text(at, NAME)}: {_stands(self.year, model, at)}", HOW)


def _stands(year: "YearSoFar", model: ActualsModel, at: int) -> str:
    """Return what came of a row so far, beside its budget."""
    came = Decimal(model.figure(at, ACTUAL) or 0)
    planned, variance = model.figure(at, BUDGET), model.figure(at, VARIANCE)
    if model.is_volume(at):
        volume = year.book.get(Volume, model.rows[at].key[1])
        unit = f" {volume.unit}s" if volume is not None and volume.unit else ""
        said, apart = f"{show.number(came)}{unit} to date", show.number(abs(Decimal(variance or 0)))
    else:
        sign = show.MINUS if came < 0 else ""
        said = f"{sign}{spoken_amount(year.book, int(came))} to date"
        apart = spoken_amount(year.book, int(variance or 0))
    if variance is None:
        return said
    if not planned:
        return f"{said}, nothing was budgeted"
    if not variance:
        return f"{said}, as budgeted"
    return f"{said}, {apart} {'above' if variance > 0 else 'below'} budget"


def missing_words(year: "YearSoFar") -> str:
    """Return in which closed months lines and volumes have no actual yet."""
    if not year.count:
        return ""
    lacks = year.missing.words(range(year.count))
    return f"▲ {lacks}" if lacks else "Every line and volume has its actuals."
