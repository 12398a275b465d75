"""Ratios side by side: prior year, budget and actual, with how they moved, for each unit of a chosen service."""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from dyad_desktop.domain.fiscal import month_label
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.operating import Volume
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratios import (
    ACTUAL,
    BUDGET,
    BUDGET_YEAR,
    PRIOR,
    PRIOR_YEAR,
    Measured,
    RatioRow,
    first_volume,
)
from dyad_desktop.domain.sides import MONTHS
from dyad_desktop.ui import format as show
from dyad_desktop.ui import settings
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.pages.performance.against import tone_of
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet, fine, from_fine, name_of
from dyad_desktop.ui.pages.performance.part import fill_column
from dyad_desktop.ui.pages.performance.trend_part import TrendPart
from dyad_desktop.ui.widgets.basics import label, row
from dyad_desktop.ui.widgets.choice_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyad_desktop.domain.open_year import Whole
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope

SIDES = (PRIOR_YEAR, BUDGET_YEAR, PRIOR, BUDGET, ACTUAL)
NAME, FIRST = 0, 1
AGAINST_BUDGET, AGAINST_PRIOR = FIRST + len(SIDES), FIRST + len(SIDES) + 1


class RatiosModel(OpenSheet):
    """The ratios as rows."""

    def __init__(self) -> None:
        super().__init__(_columns("FY", "FY", ""))
        self._year: YearSoFar | None = None
        self._unit_name = "unit"
        self.found: Sequence[RatioRow] = ()

    def show(
        self, year: "YearSoFar", found: "Sequence[RatioRow]", scope: "Scope", unit: str
    ) -> None:
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
            units = value.scaleb(-show.exponent(self._book))
            return show.money(self._book, int(rounded(units, 0)) * 10 ** show.exponent(self._book))
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

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of a ratio on a side."""
        side = FIRST <= column < AGAINST_BUDGET
        return name_of(self.rows[row].key[1], SIDES[column - FIRST]) if side else ""

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a ratio."""
        return self.shown(self.found[row].measured, from_fine(amount))

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


def ratio_figures(found: "Sequence[RatioRow]") -> dict[str, int]:
    """Return the ratios by name, ``fine``."""
    return {
        name_of(one.measured.key, side): fine(ratio.value)
        for one in found
        for side, ratio in one.sides.items()
        if ratio.value is not None
    }


def _columns(prior: str, budget: str, when: str) -> list[Column]:
    return [
        Column("name", when, 226, numeric=False),
        Column(PRIOR_YEAR, prior, 70, look="muted", tip="The whole prior year, actual", places=2),
        Column(
            BUDGET_YEAR,
            f"{budget} bud.",
            78,
            look="muted",
            tip="The whole budget year, as budgeted",
            places=2,
        ),
        Column(
            PRIOR,
            "Year ago",
            70,
            look="muted",
            tip=f"The months of {when} a year before, actual",
            places=2,
        ),
        Column(BUDGET, "Budget", 70, look="muted", tip=f"{when}, as budgeted", places=2),
        Column(ACTUAL, "Actual", 74, look="total", tip=f"{when}, actual", places=2),
        Column("against_budget", "Against budget", 118, numeric=False, look="tone"),
        Column("against_prior", "Against year ago", 118, numeric=False, look="tone"),
    ]


class RatiosView(TrendPart[RatiosModel]):
    """The part."""

    scoped, counted = True, False

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, RatiosModel(), "Ratios")
        self.volumes = ChoiceBox()
        self.volumes.setAccessibleName("Unit of service")
        self.volumes.activated.connect(self._on_volume)
        self.column.insertLayout(0, row(label("For each unit of", "muted"), self.volumes, 1))

    def spread(self) -> None:
        """Let the rows end where the header ends."""
        if self.model.found:
            fill_column(self.sheet, AGAINST_PRIOR)

    def reckon(self, year: "YearSoFar", scope: "Scope") -> "Reckoning":
        """Return the ratios for each unit of the volume that is chosen, or is to begin with."""
        volume, places = self._volume(year), scope.places
        key = ("ratios", volume and volume.id, places)
        return key, lambda: year.ratios(volume, places)

    def _volume(self, year: "YearSoFar") -> Volume | None:
        """Return the volume that is chosen here, was the last time, or is to begin with."""
        book = year.book
        chosen = book.get(Volume, self.volumes.currentData())
        if chosen is None:
            chosen = book.get(Volume, settings.unit_of_service(self.desk.session.workspace_id))
        return chosen or first_volume(book, year.budget)

    def whole(self) -> "Whole":
        """Return how to tell the ratios for each unit of the volume that is shown."""
        places = () if self.scope is None else self.scope.places
        volume = None if self.year is None else self._volume(self.year)

        def told(year: "YearSoFar") -> dict[str, int]:
            unit = None if volume is None else year.book.get(Volume, volume.id)
            return ratio_figures(year.ratios(unit, places))

        return told

    def refresh(self) -> None:
        """Show the ratios."""
        if self.year is None or self.scope is None:
            return
        volume = self._volume(self.year)
        self._offer(self.year.book.all(Volume), volume)
        unit = (volume.unit if volume is not None else None) or "unit"
        found = self.year.ratios(volume, self.scope.places)
        self.model.show(self.year, found, self.scope, unit)
        self.fit()

    def _offer(self, volumes: "Sequence[Volume]", chosen: Volume | None) -> None:
        wanted = [(one.id, one.name) for one in volumes]
        box = self.volumes
        if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] != wanted:
            box.clear()
            for volume_id, name in wanted:
                box.addItem(name, volume_id)
        box.setCurrentIndex(box.findData(chosen.id) if chosen is not None else -1)
        box.setEnabled(bool(wanted))

    @Slot(int)
    def _on_volume(self, _at: int) -> None:
        settings.keep_unit_of_service(
            self.desk.session.workspace_id, str(self.volumes.currentData())
        )
        self.asked.emit()

    def explain(self) -> None:
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
        words += why or (
            self.model.why(at, ACTUAL_COLUMN)
            or "The line shows it month by month, the budget in dashes."
        )
        self._show_trend(one, title)
        if actual is None:
            self.detail.say(f"{title}: no actual figure", words)
            return
        mark = " %" if one.measured.unit == "%" else ""
        known = current.isValid() and FIRST <= current.column() < AGAINST_BUDGET
        column = current.column() if known else ACTUAL_COLUMN
        words = f"{self.ends_words(self.model.columns[column].title, at, column)}{words}"
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
        last = one.planned[-1]
        goal = "" if last is None else self.model.shown(one.measured, last)
        self.trend.show_values(
            [None if value is None else float(value) for value in one.months[: known[-1][0] + 1]],
            (ends[0], ends[1]), (labels[known[0][0]], labels[known[-1][0]]), split=MONTHS,
            status=self.model.tone(self.model.found.index(one), AGAINST_PRIOR) or "no_data",
            planned=(
                [None if value is None else float(value) for value in one.planned],
                f"budget {goal}, {labels[-1]}" if goal else "",
            ),
        )  # fmt: skip
        beside = f"; the budget ends at {goal}" if goal else ""
        self.trend.say(f"{title} month by month", f"from {ends[0]} to {ends[1]}{beside}")


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
