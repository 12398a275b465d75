"""Budget, flexed budget and actual line by line: columns above where there is room, the reason of a line beneath."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent

from dyad_desktop.domain.flex_words import explain, parts_words
from dyad_desktop.domain.methods import VOLUME
from dyad_desktop.domain.missing import NO_ACTUAL
from dyad_desktop.domain.operating import Volume
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.loading import COLUMNS, WATERFALL
from dyad_desktop.ui.pages.performance.against import (
    PART_TITLES,
    VERDICT,
    AgainstModel,
    Figures,
    category_figures,
    lines_told,
    listed_amounts,
    noted,
    percent_text,
    spoken_amount,
    statement_figures,
    unit_words,
    verdict,
)
from dyad_desktop.ui.pages.performance.part import (
    LEAST_PICTURE,
    Detail,
    Part,
    fill_column,
    fit_height,
)
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import Card, label
from dyad_desktop.ui.widgets.chart_place import ChartPlace
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.flex import LineSplit
    from dyad_desktop.domain.open_year import Telling
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.charts.columns import Columns, Half, Pair
    from dyad_desktop.ui.charts.waterfall import Bar, Waterfall
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope

MOST_CATEGORIES = 6
CHART_HEIGHT = 164
_PLAIN_TOTALS = 120
WHOLE = (
    "Volume, mix, efficiency, rate and spending add to the variance exactly. Flexed is the budget for the volume"
    " that came: flexed − budget is volume and mix, actual − flexed the rest. Choose a line to read why."
)
KEY = "solid: actual · outline: budget · above: the variance, and what it does to contribution"


class LinesView(Part):
    """The part."""

    scoped = True

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.alone = False
        """Whether the columns stand in place of the table."""
        self.card = Card()
        self.card.column.addWidget(label(KEY, "small"))
        self.beside: ChartPlace[Columns] = ChartPlace(desk, COLUMNS)
        self.beside.setMinimumHeight(theme.px(CHART_HEIGHT))
        self.card.column.addWidget(self.beside, 1)
        self.column.addWidget(self.card, 1)
        self.model = AgainstModel()
        self.sheet = Sheet(self.model, "Budget, flexed budget and actual")
        self.sheet.said.connect(desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.model.modelReset.connect(self._fit)
        self.watch(self.sheet)
        self.column.addWidget(self.sheet, 3)
        self.detail = Detail()
        self.stepping: ChartPlace[Waterfall] = ChartPlace(
            desk, WATERFALL, lambda chart: chart(small=True)
        )
        self.stepping.made.connect(self._on_steps)
        self.detail.set_picture(self.stepping)
        self.column.addWidget(self.detail)
        self.column.addStretch(0)

    def refresh(self) -> None:
        """Show the months."""
        if self.year is None or self.scope is None:
            return
        self.model.show(self.year, self.scope, self.unit)
        self._fit()
        self._explain()

    def telling(self) -> "Telling":
        """Return how to tell the figures of the table."""
        scope = self.scope
        return lambda year, lines: {} if scope is None else lines_told(year, lines, scope)

    def show_open(self, spans: "Mapping[str, Span]") -> None:
        """Show between what the figures come out while values are contested."""
        self.model.set_open(spans)
        self.sheet.totals.refit()
        self._fit()

    def reckon(self, year: "YearSoFar", scope: "Scope") -> "Reckoning":
        """Return the lines and categories over these months."""
        return ("lines", scope.places), lambda: year.categories(scope.places)

    def _arrange(self) -> None:
        """Show the table with the steps of its current row where there is room, or the columns alone."""
        self.card.setVisible(self.alone)
        self.sheet.setVisible(not self.alone)
        self.detail.setVisible(not self.alone)
        if self.year is None or self.scope is None:
            return
        if self.alone:
            year, scope, unit = self.year, self.scope, self.unit
            words = unit_words(year.book, unit)
            said = f"{scope.words}, {words}."
            self.beside.draw(
                lambda chart: chart.show_halves(halves_of(year, scope, unit), words, said)
            )
            return
        self.grant(self.detail, self.room_beneath(self.sheet), theme.px(LEAST_PICTURE))
        # Open totals are higher: where the table needs all there is, the tips of the names say it.
        needed = (
            self.sheet.minimumHeight() + self.column.spacing() + self.detail.sizeHint().height()
        )
        if self.height() < needed and self.sheet.totals.minimumHeight() > _PLAIN_TOTALS:
            self.detail.hide()

    @property
    def columns(self) -> "Columns | None":
        """The columns, once they are there."""
        return self.beside.chart

    @property
    def steps(self) -> "Waterfall | None":
        """The steps of the current row, once they are there."""
        return self.stepping.chart

    @Slot(object)
    def _on_steps(self, steps: "Waterfall") -> None:
        steps.picked.connect(self.detail.words.setText)

    def toggle(self) -> None:
        """Show the columns alone, or the table again."""
        self.alone = not self.alone
        self._arrange()
        self.take_focus()

    def take_focus(self) -> None:
        """Begin in the table, or at the columns while they stand alone."""
        (self.beside if self.alone else self.sheet.view).setFocus()

    def restyle(self) -> None:
        """Take up a changed theme."""
        self.beside.setMinimumHeight(theme.px(CHART_HEIGHT))
        self.beside.refresh()
        self.stepping.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the steps where there is room now."""
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def _fit(self) -> None:
        self.sheet.fit()
        fit_height(self.sheet)
        self.spread()
        self._arrange()

    def spread(self) -> None:
        """Let the rows end where the header ends: the verdicts take what the names leave."""
        fill_column(self.sheet, VERDICT)

    def show_line(self, line: str) -> None:
        """Go to a line, unfolding its category."""
        at = self.model.reveal(line)
        if at >= 0:
            self.sheet.view.setFocus()
            self.sheet.view.go_to(at, 0)

    # -- the current line ----------------------------------------------------------------------

    @Slot()
    def _on_cell(self) -> None:
        at = self.sheet.view.currentIndex().row()
        if 0 <= at < len(self.model.rows):
            self._explain()
            if self.sheet.view.hasFocus():
                key = self.model.rows[at].key
                known = self.desk.book.entity(*key) is not None
                self.desk.select(key if known else None)

    def _explain(self) -> None:
        """Say of the current row which parts its variance has, and why those."""
        at = self.sheet.view.currentIndex().row()
        if self.year is None or self.scope is None:
            return
        known = 0 <= at < len(self.model.rows)
        figures = self.model.figures(at) if known else statement_figures(self.year, self.scope)[-1]
        found = self.model.split(at) if known else None
        self.detail.say(
            line_title(self.year.book, figures),
            self._whole() if found is None else self._reason(found),
        )
        book, unit, said = self.year.book, self.unit, self.detail.title.text()
        words = f"{figures.name}, {unit_words(book, unit)}"
        self.stepping.draw(
            lambda steps: steps.show_bars(steps_of(book, figures, unit), words, said)
        )

    def _whole(self) -> str:
        """Return what the columns are, and first what the months lack."""
        assert self.year is not None  # noqa: S101 - explained once there is one
        assert self.scope is not None  # noqa: S101 - as above
        return f"{self.year.missing.words(self.scope.places)} {WHOLE}".strip()

    def _reason(self, found: "LineSplit") -> str:
        assert self.year is not None  # noqa: S101 - a split comes from a year
        assert self.scope is not None  # noqa: S101 - as above
        said = explain(self.year.book, found, self.year.periods)
        units = volume_words(self.year, self.scope, found)
        away = self.year.missing.months(found.id, self.scope.places)
        lacks = f"No actual of {away} yet: it counts on neither side. " if away else ""
        return f"{lacks}Split into {parts_words(found)}. {units}{said}"


def line_title(book: "Book", row: Figures) -> str:
    """Return a row's variance and its parts in one line."""
    if row.note == NO_ACTUAL:
        return f"{row.name}: {NO_ACTUAL}"
    if row.variance == 0:
        return f"{row.name}: {noted('as budgeted', row.note)}"
    side = "above" if row.variance > 0 else "below"
    share = f" ({percent_text(abs(row.percent))} %)" if row.percent is not None else ""
    said = f"{row.name}: {spoken_amount(book, row.variance)} {side} budget{share}, {row.verdict}"
    amounts = [
        (title.lower(), amount)
        for name, (title, _) in PART_TITLES.items()
        if (amount := int(getattr(row.span.parts, name)))
    ]
    if len(amounts) < 2:
        return said
    return f"{said}: {listed_amounts(book, amounts)}"


def volume_words(year: "YearSoFar", scope: "Scope", found: "LineSplit") -> str:
    """Return how much of a line's volume came, where it follows one."""
    volume = year.book.get(Volume, found.rule.ref) if found.rule.kind == VOLUME else None
    if volume is None:
        return ""
    sides = (year.planned.volumes[volume.id], year.actual.volumes[volume.id])
    planned, came = ([side[n] for n in scope.places] for side in sides)
    if any(value is None for value in (*planned, *came)):
        return ""
    plan, actual = (float(sum(value or 0 for value in part)) for part in (planned, came))
    unit = f" {volume.unit}s" if volume.unit else ""
    return f"{show.number(actual)}{unit} came where {show.number(plan, 0)} were planned. "


def steps_of(book: "Book", row: Figures, unit: int) -> list["Bar"]:
    """Return a row's way from budget to actual as bars, in the unit shown."""
    from dyad_desktop.ui.charts import waterfall as w  # noqa: PLC0415 - matplotlib is heavy

    scale = float(unit * 10 ** show.exponent(book))

    def total(name: str, look: str, amount: int) -> w.Bar:
        return w.Bar(name, look, 0.0, amount / scale, show.money(book, amount, unit=unit),
                     f"{name} {spoken_amount(book, amount)}.")  # fmt: skip

    amounts = [(name, int(getattr(row.span.parts, name))) for name in PART_TITLES]
    moved = [(name, amount) for name, amount in amounts if amount]
    found = [total("Budget", w.PLAN, row.budget)]
    places = w.heights(row.budget / scale, [amount / scale for _, amount in moved])
    for (name, amount), (low, high) in zip(moved, places, strict=True):
        title, what = PART_TITLES[name]
        effect = row.sign * amount
        said = f"{'▲' if amount > 0 else '▼'} {show.money(book, abs(amount), unit=unit)}"
        size = f"{spoken_amount(book, amount)} {'more' if amount > 0 else 'less'}"
        spoken = f"{title}, {verdict(effect)}: {size}, {what}."
        found.append(w.Bar(title, w.STEP, low, high, said, spoken, effect > 0))
    return [*found, total("Actual", w.ACTUAL, row.actual)]


# -- the columns -------------------------------------------------------------------------------


def halves_of(year: "YearSoFar", scope: "Scope", unit: int) -> list["Half"]:
    """Return the statement's columns, and those of the largest expenses in the table's order."""
    from dyad_desktop.ui.charts.columns import Half  # noqa: PLC0415 - matplotlib is heavy

    rows = statement_figures(year, scope)
    found = category_figures(year, scope)
    expense = [row for (kind, _), row in found.items() if kind == "expense"]
    largest = sorted(expense, key=lambda row: -abs(row.budget))[:MOST_CATEGORIES]
    expense = [row for row in expense if row in largest]
    pairs = tuple(_pair(year.book, row, unit) for row in rows if row.budget or row.actual)
    halves = [Half("Statement", pairs)]
    if expense:
        categories = tuple(_pair(year.book, row, unit) for row in expense)
        halves.append(Half("Expense by category", categories))
    return halves


def _pair(book: "Book", row: Figures, unit: int) -> "Pair":
    from dyad_desktop.ui.charts.columns import Pair  # noqa: PLC0415 - matplotlib is heavy

    scale = float(unit * 10 ** show.exponent(book))
    said = show.money(book, row.variance, unit=unit)
    good = None if row.effect == 0 else row.effect > 0
    word = row.verdict
    return Pair(row.name, row.budget / scale, row.actual / scale, said, word, good)
