"""The bridge: a waterfall from one contribution to another, its table, and the sentence that says it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from dyad_desktop.domain.bridge import OTHERS, category_key, line_by_cause
from dyad_desktop.domain.statement import SIGNS, percent_of
from dyad_desktop.domain.year_so_far import REST, TO_ACTUAL, TO_BUDGET, TO_YEAR_END, YEAR
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.loading import WATERFALL
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.pages.performance.against import (
    figure,
    percent_text,
    spoken_amount,
    tone_of,
    unit_words,
    verdict,
)
from dyad_desktop.ui.pages.performance.bridge_words import (
    bridge_words,
    end_titles,
    step_title,
    step_words,
)
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet, name_of
from dyad_desktop.ui.pages.performance.part import Part, fill_column, fit_height
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import Card, Segments, label, row
from dyad_desktop.ui.widgets.chart_place import ChartPlace
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.bridge import Bridge
    from dyad_desktop.domain.contested import Span
    from dyad_desktop.domain.open_year import Telling, Told
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.charts.waterfall import Bar, Waterfall
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope

CAUSE, CATEGORY = "cause", "category"
CHART, TABLE = "chart", "table"
WAYS = (
    (TO_ACTUAL, "Budget to actual"), (TO_YEAR_END, "To year end"), (TO_BUDGET, "Prior year to budget"),
)  # fmt: skip
BUILT_OF = ((CAUSE, "By cause"), (CATEGORY, "By category"))
NAME, AMOUNT, PERCENT, VERDICT, WHAT = range(5)
ENDS = ("from", "change", "to")
"""Names of the figures at the ends."""
LEAST_CHART = 180
KEYS = "Left and Right read the steps · T shows the table"


class BridgeModel(OpenSheet):
    """The same steps as rows; the ends are totals at the top and the foot."""

    def __init__(self) -> None:
        super().__init__(_columns(""))
        self._book: Book | None = None
        self._lines: list[tuple[str, int, str]] = []
        self._ends: tuple[tuple[str, int], ...] = ()
        self._start, self._unit = 0, 1

    @property
    def rounded(self) -> bool:
        """Return whether amounts are in thousands."""
        return self._unit > 1

    def show(self, book: "Book", bridge: "Bridge", way: str, unit: int) -> None:
        """Show a bridge."""
        start, end = end_titles(book, way)
        self._book, self._start, self._unit = book, bridge.start, unit
        self.columns = tuple(_columns(unit_words(book, unit)))
        self._lines = [(step_title(s.key), s.effect, step_words(s.key)) for s in bridge.steps]
        self._ends = ((start, bridge.start), ("Change", bridge.change), (end, bridge.end))
        self.totals = [Row(("end", name), look="total") for name, _ in self._ends]
        self.beginResetModel()
        self.rows = [Row(("step", step.key)) for step in bridge.steps]
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what a cell of a step shows."""
        name, effect, what = self._lines[row]
        if column == WHAT:
            return what
        return verdict(effect) if column == VERDICT else self._cell(name, effect, column)

    def _cell(self, name: str, amount: int, column: int) -> str:
        assert self._book is not None  # noqa: S101 - rows come from a book
        if column == NAME:
            return name
        if column == AMOUNT:
            return show.money(self._book, amount, unit=self._unit)
        return percent_text(percent_of(amount, abs(self._start)))

    def total_text(self, row: int, column: int) -> str:
        """Return what a cell of an end shows."""
        name, amount = self._ends[row]
        if column >= VERDICT:
            return verdict(amount) if column == VERDICT and row == 1 else ""
        return "" if column == PERCENT and row != 1 else self._cell(name, amount, column)

    def total_tone(self, row: int, column: int) -> str:
        """Return the colour of the verdict on the change."""
        del column
        return tone_of(self._ends[row][1]) if row == 1 else ""

    def tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict."""
        del column
        return tone_of(self._lines[row][1])

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of what a step does."""
        return name_of(self.rows[row].key[1], column)

    def total_name(self, row: int, column: int) -> str:
        """Return the name of an end, or of the change."""
        return name_of(ENDS[row], column)

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a figure."""
        del row
        assert self._book is not None  # noqa: S101 - rows come from a book
        return show.money(self._book, amount, unit=self._unit)

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure."""
        effect = self._lines[row][1]
        if column == PERCENT:
            return percent_of(effect, abs(self._start))
        assert self._book is not None  # noqa: S101 - rows come from a book
        return figure(self._book, effect, self._unit) if column == AMOUNT else None


def bridge_told(year: "YearSoFar", lines: "Collection[str]", chosen: "Chosen") -> "Told":
    """Return what lines add to the ends of a bridge, and to its steps."""
    growing = chosen.way == TO_BUDGET
    splits, months = (year.growth, YEAR) if growing else (year.splits, chosen.places)
    if chosen.way == TO_YEAR_END:
        months = range(year.count)
    found: dict[str, dict[str, int]] = {}
    for split, subject in zip(splits, year.subjects, strict=True):
        if split.id not in lines:
            continue
        span, sign = split.over(months), SIGNS[split.kind]
        start, end = sign * span.plan, sign * span.actual
        effects = (
            line_by_cause(split, span)
            if chosen.cause
            else {category_key(split, subject): end - start}
        )
        if chosen.way == TO_YEAR_END:
            came = end - start
            start = sign * year.budget.lines[split.id].total
            end = sign * year.forecast.lines[split.id].total
            effects[REST] = end - start - came
        own = found[split.id] = dict(
            zip((name_of(one, AMOUNT) for one in ENDS), (start, end - start, end), strict=True)
        )
        for key, effect in effects.items():
            name = name_of(key if key in chosen.steps else OTHERS, AMOUNT)
            own[name] = own.get(name, 0) + effect
    return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which bridge is shown: its way, whether by cause, the months of the year so far, and the keys of its steps."""

    way: str
    cause: bool
    places: "Sequence[int]"
    steps: "Collection[str]"


def _columns(unit: str) -> list[Column]:
    return [
        Column("name", unit, 190, numeric=False),
        Column("amount", "Contribution", 110, tip="What the step does to contribution"),
        Column("percent", "% of start", 80, look="muted", places=2),
        Column("verdict", "For contribution", 130, numeric=False, look="tone"),
        Column("what", "What it is", 300, numeric=False, look="muted"),
    ]


class BridgeView(Part):
    """The part."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.scoped = True
        self.look = CHART
        self.ways = Segments(WAYS, "From where to where")
        self.built_of = Segments(BUILT_OF, "Steps by cause or category")
        for part in (self.ways, self.built_of):
            part.chosen.connect(self._on_choice)
        self.column.addLayout(row(self.ways, 1, self.built_of))
        self.card = Card()
        self.says = label("", "lead", wrap=True)
        self.step = label(KEYS, "small", wrap=True)
        self.open = label("", "small", wrap=True)
        self.open.hide()
        self.drawing: ChartPlace[Waterfall] = ChartPlace(desk, WATERFALL)
        self.drawing.setMinimumHeight(theme.px(LEAST_CHART))
        self.drawing.made.connect(self._on_made)
        self.card.column.addWidget(self.says)
        self.card.column.addWidget(self.open)
        self.card.column.addWidget(self.drawing, 1)
        self.card.column.addWidget(self.step)
        self.column.addWidget(self.card, 1)
        self.model = BridgeModel()
        self.sheet = Sheet(self.model, "Steps of the bridge")
        self.sheet.said.connect(desk.say)
        self.watch(self.sheet)
        self.column.addWidget(self.sheet)
        self.sheet.hide()

    def reckon(self, year: "YearSoFar", scope: "Scope") -> "Reckoning":
        """Return the bridge that is chosen."""
        way, cause = self.ways.choice, self.built_of.choice == CAUSE
        key = ("bridge", way, cause, scope.places)
        return key, lambda: year.bridge(way, by_cause_of=cause, places=scope.places)

    def telling(self) -> "Telling":
        """Return how to tell the ends of the bridge that is chosen, and its steps."""
        places = () if self.scope is None else self.scope.places
        steps = frozenset(row.key[1] for row in self.model.rows)
        chosen = Chosen(self.ways.choice, self.built_of.choice == CAUSE, places, steps)
        return lambda year, lines: bridge_told(year, lines, chosen)

    def show_open(self, spans: "Mapping[str, Span]") -> None:
        """Show between what the ends come out, and the steps: in the table, and of the ends beneath the words."""
        self.model.set_open(spans)
        self.sheet.totals.refit()
        fit_height(self.sheet)
        self.open.setText(self._open_words())
        self.open.setVisible(bool(self.open.text()))

    def _open_words(self) -> str:
        """Return between what the ends come out, in one sentence; empty while both are sure."""
        ends = ((n, *self.model.total_range(n, AMOUNT)) for n in range(len(self.model.totals)))
        said = [f"{self.model.total_text(n, NAME)} {low} to {high}" for n, low, high in ends if low]
        unit = "" if self.year is None else unit_words(self.year.book, self.unit)
        return f"As you settle what you differ on, {unit}: {'; '.join(said)}." if said else ""

    def refresh(self) -> None:
        """Show the bridge."""
        if self.year is None or self.scope is None:
            return
        way, book = self.ways.choice, self.year.book
        bridge = self.year.bridge(
            way, by_cause_of=self.built_of.choice == CAUSE, places=self.scope.places
        )
        said = bridge_words(book, bridge, way, self.scope)
        self.says.setText(said)
        self.model.show(book, bridge, way, self.unit)
        self.sheet.fit()
        fit_height(self.sheet)
        self.spread()
        self.step.setText(KEYS)
        unit, words = self.unit, f"Contribution, {unit_words(book, self.unit)}"
        self.drawing.draw(
            lambda chart: chart.show_bars(bars_of(book, bridge, way, unit), words, said)
        )
        self._arrange()

    def spread(self) -> None:
        """Let the rows end where the header ends."""
        fill_column(self.sheet, WHAT)

    def _arrange(self) -> None:
        table = self.look == TABLE
        self.sheet.setVisible(table)
        self.drawing.setVisible(not table)
        self.step.setVisible(not table)
        self.column.setStretch(self.column.indexOf(self.card), 0 if table else 1)
        self.column.setStretch(self.column.indexOf(self.sheet), 1 if table else 0)

    @property
    def chart(self) -> "Waterfall | None":
        """The waterfall, once it is there."""
        return self.drawing.chart

    @Slot(object)
    def _on_made(self, chart: "Waterfall") -> None:
        chart.picked.connect(self._on_picked)

    def toggle(self) -> None:
        """Switch between chart and table."""
        self.look = TABLE if self.look == CHART else CHART
        self._arrange()
        self.take_focus()

    def take_focus(self) -> None:
        """Begin at the chart or in the table."""
        (self.sheet.view if self.look == TABLE else self.drawing).setFocus()

    def restyle(self) -> None:
        """Take up a changed theme."""
        self.drawing.setMinimumHeight(theme.px(LEAST_CHART))
        self.drawing.refresh()

    @Slot(str)
    def _on_choice(self, _choice: str) -> None:
        self.scoped = self.ways.choice == TO_ACTUAL
        self.asked.emit()

    @Slot(str)
    def _on_picked(self, said: str) -> None:
        self.step.setText(said)


def bars_of(book: "Book", bridge: "Bridge", way: str, unit: int) -> list["Bar"]:
    """Return the bars of a bridge in the unit shown."""
    from dyad_desktop.ui.charts import waterfall as w  # noqa: PLC0415 - matplotlib is heavy

    scale = float(unit * 10 ** show.exponent(book))
    start, end = end_titles(book, way)
    looks = {
        TO_ACTUAL: (w.PLAN, w.ACTUAL),
        TO_YEAR_END: (w.PLAN, w.FORECAST),
        TO_BUDGET: (w.PRIOR, w.PLAN),
    }

    def total(name: str, look: str, amount: int) -> w.Bar:
        said = show.money(book, amount, unit=unit)
        sign = "" if amount >= 0 else show.MINUS
        return w.Bar(
            name, look, 0.0, amount / scale, said, f"{name}: {sign}{spoken_amount(book, amount)}."
        )

    found = [total(start, looks[way][0], bridge.start)]
    places = w.heights(bridge.start / scale, [step.effect / scale for step in bridge.steps])
    for step, (low, high) in zip(bridge.steps, places, strict=True):
        name = step_title(step.key)
        verb = "adds" if step.effect > 0 else "takes"
        spoken = f"{name} {verb} {spoken_amount(book, step.effect)}, {verdict(step.effect)}: {step_words(step.key)}."
        mark = "▲" if step.effect > 0 else "▼"
        said = f"{mark} {show.money(book, abs(step.effect), unit=unit)}"
        found.append(w.Bar(name, w.STEP, low, high, said, spoken, step.effect > 0))
    found.append(total(end, looks[way][1], bridge.end))
    return found
