"""The year-end forecast line by line: its rule, typed in the cell or chosen there, and own months."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.outlook import RULES
from dyad_desktop.services.outlook import edit_outlooks
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.loading import MONTHS
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.against import spoken_amount, unit_words, verdict
from dyad_desktop.ui.pages.performance.forecast_model import (
    NAME,
    RULE,
    RULE_WORDS,
    ForecastModel,
    forecast_told,
    rule_sentence,
)
from dyad_desktop.ui.pages.performance.part import LEAST_PICTURE
from dyad_desktop.ui.pages.performance.said_part import SaidPart
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.chart_place import ChartPlace

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.open_year import Telling
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.charts.months import Months
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope

KEY = "outline: budget · solid: actual · hatched: forecast"
IN_PART = " · grey and hatched: in part forecast"
HOW = "Type a rule in its cell (run, seas, rem, own; Alt+Down offers them), or a month; Delete gives it back."


class ForecastView(SaidPart[ForecastModel]):
    """The part."""

    named = "Forecast of the year by line"
    lands = RULE

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.menu: QMenu | None = None
        self.alone = False
        """Whether the months stand without the table."""
        self.drawing: ChartPlace[Months] = ChartPlace(desk, MONTHS)
        self.detail.set_picture(self.drawing)
        rules = QAction("Choose the rule of a forecast", self)
        rules.setShortcut(QKeySequence("Alt+Down"))
        rules.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        rules.triggered.connect(self.open_rules)
        self.addAction(rules)

    def make_model(self, year: "YearSoFar", unit: Unit) -> ForecastModel:
        """Return the model of a year."""
        return ForecastModel(year, unit)

    def write(self, edits: object) -> None:
        """Have rules and own months written."""
        self.desk.do(edit_outlooks, edits, self, failed=self.desk.say_error)

    def telling(self) -> "Telling":
        """Return how to tell the forecast."""
        return forecast_told

    def reckon(self, year: "YearSoFar", scope: "Scope") -> "Reckoning":
        """Return the forecast."""
        del scope
        return "forecast", lambda: year.forecast

    def reveal(self, line: str) -> int:
        """Return the row of a line, its category unfolded."""
        return -1 if self.model is None else self.model.reveal(line)

    def arrange(self) -> None:
        """Show the months beside the words where the rows leave room, or in place of the table."""
        if self.sheet is None:
            return
        room = self.height() if self.alone else self.room_beneath(self.sheet)
        self.sheet.setVisible(not self.alone)
        self.grant(self.detail, room, theme.px(LEAST_PICTURE))

    @property
    def chart(self) -> "Months | None":
        """The months of the current row, once they are there."""
        return self.drawing.chart

    def _draw(self, chart: "Months") -> None:
        if self.model is None or self.year is None or self.sheet is None:
            return
        at = self.sheet.view.currentIndex().row()
        name, plan, year = self.model.months(at)
        came, part = self.model.came(at)
        scale = float(self.unit * 10 ** show.exponent(self.year.book))
        labels = [month_label(period) for period in self.year.budget.year.budget]
        chart.show_year(
            [amount / scale for amount in plan], [amount / scale for amount in year], labels, came,
            f"{name}, {unit_words(self.year.book, self.unit)} · {KEY}{IN_PART if part else ''}", part,
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the months where there is room now."""
        super().resizeEvent(event)
        self.arrange()

    def toggle(self) -> None:
        """Show the months alone, or the table again."""
        self.alone = not self.alone
        self.arrange()
        self.take_focus()

    def restyle(self) -> None:
        """Take up a changed theme."""
        self.drawing.refresh()

    @Slot()
    def open_rules(self) -> None:
        """Offer the rules at the current line's cell."""
        model, sheet, at = self.model, self.sheet, self.current
        if model is None or sheet is None or at < 0:
            return
        if not model.editable(at, RULE):
            self.desk.say(model.locked(at, RULE))
            return
        sheet.view.go_to(at, RULE)
        self.menu = QMenu(self)
        self.menu.setAccessibleName(f"Rule of {model.text(at, NAME)}")
        found = model.line(at)
        for rule in (*RULES, None):
            text = "by default" if rule is None else f"{show.words(rule)}: {RULE_WORDS[rule]}"
            action = self.menu.addAction(text[:1].upper() + text[1:])
            action.setData(rule)
            action.setCheckable(True)
            action.setChecked(found is not None and (found.asked or None) == rule)
        self.menu.triggered.connect(self._on_rule)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = sheet.view.visualRect(sheet.view.currentIndex()).bottomLeft()
        self.menu.popup(sheet.view.viewport().mapToGlobal(place))

    @Slot(QAction)
    def _on_rule(self, action: QAction) -> None:
        if self.model is not None and self.sheet is not None:
            at = self.sheet.view.currentIndex().row()
            self.model.write([(at, RULE, action.data())])

    def take_focus(self) -> None:
        """Begin in the table, or at the months while they stand alone."""
        if self.sheet is not None:
            (self.drawing if self.alone else self.sheet.view).setFocus()

    def explain(self) -> None:
        """Say how the current line is forecast, and draw its months."""
        model, at = self.model, self.current
        if model is None:
            return
        name, variance, effect = model.ends(at)
        found = model.line(at) if at >= 0 else None
        words = (
            f"{self._lacks()}The year of a category is that of its lines."
            if found is None
            else rule_sentence(found)
        )
        if found is not None and model.parts(at, RULE):
            words = f"You chose different rules; until you settle it neither counts. {words}"
        self.detail.say(f"{name} {_lands(self.desk.book, variance, effect)}", f"{words} {HOW}")
        self.drawing.draw(self._draw)

    def _lacks(self) -> str:
        """Return what the closed months lack, to stand before other words."""
        if self.year is None or not self.year.missing.lines:
            return ""
        return f"{self.year.missing.words(range(self.year.count))} Closed months without actuals are forecast. "


def _lands(book: "Book", variance: int, effect: int) -> str:
    if variance == 0:
        return "ends as budgeted"
    side = "above" if variance > 0 else "below"
    return f"ends {spoken_amount(book, variance)} {side} budget, {verdict(effect)}"
