"""Ratios side by side: prior year, budget and actual, with how they moved, for each unit of a chosen service."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.operating import Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratios import (
    RATIOS,
    Measured,
    Ratio,
    Reader,
    Window,
    actual_fte,
    budget_fte,
    first_volume,
    prior_fte,
)
from dyad_desktop.domain.sides import MONTHS
from dyad_desktop.ui import format as show
from dyad_desktop.ui.charts.trend import Trend
from dyad_desktop.ui.models.sheet import Column, Row, SheetModel
from dyad_desktop.ui.pages.performance.against import tone_of
from dyad_desktop.ui.pages.performance.part import (
    LEAST_TREND,
    Detail,
    Part,
    fill_column,
    fit_height,
)
from dyad_desktop.ui.tokens import theme
from dyad_desktop.ui.widgets.basics import label, row
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.scope import Scope

PRIOR_YEAR, BUDGET_YEAR, PRIOR, BUDGET, ACTUAL = (
    "prior_year",
    "budget_year",
    "prior",
    "budget",
    "actual",
)
SIDES = (PRIOR_YEAR, BUDGET_YEAR, PRIOR, BUDGET, ACTUAL)
NAME, FIRST = 0, 1
LEAST_ROWS = 4
AGAINST_BUDGET, AGAINST_PRIOR = FIRST + len(SIDES), FIRST + len(SIDES) + 1


@dataclass(frozen=True, slots=True)
class RatioRow:
    """One ratio on every side, and month by month."""

    measured: Measured
    sides: "Mapping[str, Ratio]"
    months: "Sequence[Decimal | None]"

    def gap(self, side: str) -> Decimal | None:
        """Return how far the actual ratio is from another; ``None`` where either is missing."""
        actual, other = self.sides[ACTUAL].value, self.sides[side].value
        return None if actual is None or other is None else actual - other


def ratio_rows(year: "YearSoFar", scope: "Scope", volume: Volume | None) -> list[RatioRow]:
    """Return every ratio for some months, and of each month from the prior year's first on."""
    book, budget = year.book, year.budget
    reader = Reader(book, year.subjects, year.rules, volume)
    whole, places, before = range(MONTHS), list(scope.places), prior_fte(book)
    windows = {
        PRIOR_YEAR: Window(year.prior, whole, before),
        BUDGET_YEAR: Window(year.planned, whole, budget_fte(book, budget, whole)),
        PRIOR: Window(year.prior, places, before),
        BUDGET: Window(year.planned, places, budget_fte(book, budget, places)),
        ACTUAL: Window(year.actual, places, actual_fte(book, budget, year.actual, places)),
    }
    months = [Window(year.prior, [n], before) for n in whole]
    months += [
        Window(year.actual, [n], actual_fte(book, budget, year.actual, [n]))
        for n in range(year.count)
    ]
    return [
        RatioRow(
            one,
            {side: reader.read(one.key, window) for side, window in windows.items()},
            [reader.read(one.key, window).value for window in months],
        )
        for one in RATIOS
    ]


class RatiosModel(SheetModel):
    """The ratios as rows."""

    def __init__(self) -> None:
        super().__init__(_columns("FY", "FY", ""))
        self._year: YearSoFar | None = None
        self._unit_name = "unit"
        self.found: list[RatioRow] = []

    def show(self, year: "YearSoFar", found: list[RatioRow], scope: "Scope", unit: str) -> None:
        """Show ratios; ``unit`` names what they are counted by."""
        self._year, self.found, self._unit_name = year, found, unit
        self.beginResetModel()
        meta = year.book.only(Partnership)
        names = meta.prior_year or "Prior year", meta.budget_year or "Budget"
        self.columns = tuple(_columns(*names, scope.words))
        self.rows = [Row(("ratio", one.measured.key)) for one in found]
        self.endResetModel()

    def title(self, row: int) -> str:
        """Return what a ratio is called."""
        return self.found[row].measured.title.format(unit=self._unit_name)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        one = self.found[row]
        if column == NAME:
            unit = f", {show.currency_sign(self._book)}" if one.measured.unit == "money" else ""
            return f"{self.title(row)}{', %' if one.measured.unit == '%' else unit}"
        if column in (AGAINST_BUDGET, AGAINST_PRIOR):
            return self.gap_words(row, BUDGET if column == AGAINST_BUDGET else PRIOR)
        return self.shown(one.measured, one.sides[SIDES[column - FIRST]].value)

    @property
    def _book(self) -> "Book":
        assert self._year is not None  # noqa: S101 - rows come from a year
        return self._year.book

    def shown(self, measured: Measured, value: Decimal | None) -> str:
        """Return a ratio for people."""
        if value is None:
            return show.NOTHING
        if measured.unit == "money":
            return show.money(self._book, round(value))
        return show.number(value, 1)

    def gap_words(self, row: int, side: str) -> str:
        """Return how the actual ratio stands to another: an arrow, the distance, and what that is worth."""
        one = self.found[row]
        gap = one.gap(side)
        if gap is None:
            return show.NOTHING
        size = self.shown(one.measured, abs(gap))
        if not size.strip("0."):
            return "▬ the same"
        points = " pts" if one.measured.unit == "%" else ""
        word = "better" if (gap > 0) == (one.measured.better > 0) else "worse"
        return f"{'▲' if gap > 0 else '▼'} {size}{points} {word}"

    def tone(self, row: int, column: int) -> str:
        """Return the colour of better or worse."""
        one = self.found[row]
        gap = one.gap(BUDGET if column == AGAINST_BUDGET else PRIOR)
        same = gap is None or not self.shown(one.measured, abs(gap)).strip("0.")
        return "" if same or gap is None else tone_of(one.measured.better * (1 if gap > 0 else -1))

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a ratio as a figure."""
        if not FIRST <= column < AGAINST_BUDGET:
            return None
        one = self.found[row]
        value = one.sides[SIDES[column - FIRST]].value
        if value is None or one.measured.unit != "money":
            return value
        return value.scaleb(-show.exponent(self._book))

    def tip(self, row: int, column: int) -> str:
        """Return a ratio's formula, or why there is none."""
        why = self.why(row, column)
        return why or f"{self.title(row)}: {self.found[row].measured.formula}"

    def why(self, row: int, column: int) -> str:
        """Return why a cell has no figure; nothing when it has."""
        one = self.found[row]
        if FIRST <= column < AGAINST_BUDGET:
            found = one.sides[SIDES[column - FIRST]]
            return f"No ratio here, since {found.why}." if found.value is None else ""
        return ""

    def speech(self, row: int, column: int) -> str:
        """Return a cell as a sentence, with the reason where it is empty."""
        return f"{super().speech(row, column)} {self.why(row, column)}".strip()


if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book


def _columns(prior: str, budget: str, when: str) -> list[Column]:
    return [
        Column("name", when, 226, numeric=False),
        Column(PRIOR_YEAR, prior, 70, look="muted", tip="The whole prior year, actual"),
        Column(
            BUDGET_YEAR,
            f"{budget} bud.",
            78,
            look="muted",
            tip="The whole budget year, as budgeted",
        ),
        Column(
            PRIOR, "Year ago", 70, look="muted", tip=f"The months of {when} a year before, actual"
        ),
        Column(BUDGET, "Budget", 70, look="muted", tip=f"{when}, as budgeted"),
        Column(ACTUAL, "Actual", 74, look="total", tip=f"{when}, actual"),
        Column("against_budget", "Against budget", 118, numeric=False, look="tone"),
        Column("against_prior", "Against year ago", 118, numeric=False, look="tone"),
    ]


class RatiosView(Part):
    """The part."""

    scoped, counted = True, False

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.volumes = QComboBox()
        self.volumes.setAccessibleName("Unit of service")
        self.volumes.activated.connect(self._on_volume)
        self.column.addLayout(row(label("For each unit of", "muted"), self.volumes, 1))
        self.model = RatiosModel()
        self.sheet = Sheet(self.model, "Ratios")
        self.sheet.said.connect(desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.watch(self.sheet)
        self.trend = Trend()
        self.detail = Detail()
        self.detail.set_picture(self.trend)
        self.column.addWidget(self.sheet, 4)
        self.column.addWidget(self.detail, 1)
        self.column.addStretch(0)

    def spread(self) -> None:
        """Let the rows end where the header ends."""
        if self.model.found:
            fill_column(self.sheet, AGAINST_PRIOR)

    def refresh(self) -> None:
        """Show the ratios."""
        if self.year is None or self.scope is None:
            return
        book = self.year.book
        self._offer(book.all(Volume))
        volume = book.get(Volume, self.volumes.currentData())
        unit = (volume.unit if volume is not None else None) or "unit"
        self.model.show(self.year, ratio_rows(self.year, self.scope, volume), self.scope, unit)
        self.sheet.fit()
        fit_height(self.sheet, LEAST_ROWS)
        fill_column(self.sheet, AGAINST_PRIOR)
        self.grant(self.detail, self.left_by(self.sheet), theme.px(LEAST_TREND))
        self._explain()

    def _offer(self, volumes: "Sequence[Volume]") -> None:
        wanted = [(one.id, one.name) for one in volumes]
        box = self.volumes
        if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] == wanted:
            return
        chosen = box.currentData()
        box.clear()
        for volume_id, name in wanted:
            box.addItem(name, volume_id)
        assert self.year is not None  # noqa: S101 - volumes come from a year
        first = first_volume(self.year.book)
        at = box.findData(chosen if chosen is not None else first.id if first is not None else None)
        box.setCurrentIndex(max(0, at))
        box.setEnabled(bool(wanted))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the line what the rows leave."""
        super().resizeEvent(event)
        self.grant(self.detail, self.left_by(self.sheet), theme.px(LEAST_TREND))

    def take_focus(self) -> None:
        """Begin in the table."""
        self.sheet.view.setFocus()

    @Slot(int)
    def _on_volume(self, _at: int) -> None:
        self.refresh()

    @Slot()
    def _on_cell(self) -> None:
        self._explain()

    def _explain(self) -> None:
        """Say what the current ratio is made of, why a figure is missing, and show how it moved."""
        if self.year is None or not self.model.found:
            return
        current = self.sheet.view.currentIndex()
        at = current.row() if 0 <= current.row() < len(self.model.found) else 0
        one = self.model.found[at]
        title, actual = self.model.title(at), one.sides[ACTUAL].value
        shown = self.model.shown(one.measured, actual)
        why = self.model.why(at, current.column() if current.isValid() else ACTUAL_COLUMN)
        words = f"{title} is {one.measured.formula.format(unit='unit')}. "
        words += why or (self.model.why(at, ACTUAL_COLUMN) or "The line shows it month by month.")
        self._show_trend(one, title)
        if actual is None:
            self.detail.say(f"{title}: no actual figure", words)
            return
        mark = " %" if one.measured.unit == "%" else ""
        self.detail.say(f"{title} {shown}{mark}: {_against(self.model, at)}", words)

    def _show_trend(self, one: RatioRow, title: str) -> None:
        assert self.year is not None  # noqa: S101 - a ratio comes from a year
        known = [(n, value) for n, value in enumerate(one.months) if value is not None]
        self.detail.offered = len(known) > 1
        if len(known) < 2:
            return
        year = self.year.budget.year
        labels = [month_label(period) for period in (*year.prior, *year.budget)]
        ends = tuple(self.model.shown(one.measured, known[n][1]) for n in (0, -1))
        self.trend.show_values(
            [None if value is None else float(value) for value in one.months[: known[-1][0] + 1]],
            (ends[0], ends[1]), (labels[known[0][0]], labels[known[-1][0]]), split=MONTHS,
            status=self.model.tone(self.model.found.index(one), AGAINST_PRIOR) or "no_data",
        )  # fmt: skip
        self.trend.say(f"{title} month by month", f"from {ends[0]} to {ends[1]}")


ACTUAL_COLUMN = FIRST + SIDES.index(ACTUAL)


def _against(model: RatiosModel, row: int) -> str:
    """Return both comparisons in words."""
    said = [
        f"{text.removeprefix('▲ ').removeprefix('▼ ').removeprefix('▬ ')} {than}"
        for column, than in (
            (AGAINST_BUDGET, "than budget"),
            (AGAINST_PRIOR, "than a year ago"),
        )
        if (text := model.text(row, column)) != show.NOTHING
    ]
    return "; ".join(said).replace("the same than", "the same as") or "nothing to hold it against"
