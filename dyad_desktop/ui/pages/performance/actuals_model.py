"""Actuals as rows: volumes, and categories that unfold to lines, with the months of the year to type into."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.entry import parse_figure
from dyad_desktop.domain.fiscal import MONTHS, month_label, month_year_label
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.statement import SIGNS, row_by_month
from dyad_desktop.services.actuals import FIELD
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.against import (
    STATEMENT,
    added,
    category_title,
    short_names,
    unit_words,
)
from dyad_desktop.ui.pages.performance.open_sheet import (
    TOTAL,
    fine,
    from_fine,
    name_of,
)
from dyad_desktop.ui.pages.performance.said import SaidColumn, SaidModel

if TYPE_CHECKING:
    from dyad_desktop.domain.open_year import Told
    from dyad_desktop.domain.year_so_far import YearSoFar

NAME, BUDGET, ACTUAL, VARIANCE, FIRST = range(5)
VOLUMES = "volumes"
Figure = int | Decimal | None
"""Minor units of a line, units of a volume; nothing where nothing is said."""


class ActualsModel(SaidModel):
    """Volumes and lines by category. ``wanted`` carries what is to be written."""

    kind = "operating_line"

    def __init__(self, year: "YearSoFar", unit: Unit) -> None:
        super().__init__(year.book, _columns(year, unit), unit)
        self._year = year
        self._groups: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._sums: list[list[int]] = []
        self._known: dict[str, list[int]] = {}
        self.show(year, unit)

    def fits(self, year: "YearSoFar") -> bool:
        """Return that every month has its column, closed or not."""
        del year
        return True

    def show(self, year: "YearSoFar", unit: Unit) -> None:
        """Show a newer year."""
        self.book, self.unit, self._year = year.book, unit, year
        self.take_columns(_columns(year, unit))
        self._names = {one.id: one.name for one in self.book.all(Volume)}
        self._names |= short_names(year.subjects)
        self._kinds = {one.id: one.kind for one in year.subjects}
        self._groups = {VOLUMES: [one.id for one in self.book.all(Volume)]}
        for one in year.subjects:
            self._groups.setdefault(f"{one.kind} {one.category}", []).append(one.id)
        self._known.clear()
        self._sums = statement_amounts(year)
        self.totals = [Row(("statement", title), look="total") for title, _, _ in STATEMENT]
        self.forget_parts()
        self.refold()

    def refold(self) -> None:
        """Make the rows of the groups that are open."""
        rows: list[Row] = []
        posted = self._year.budget.posted
        for key, ids in self._groups.items():
            if ids:
                rows.append(Row(("category", key), look="group", depth=1, group=key))
            kind = "volume" if key == VOLUMES else self.kind
            if key not in self.folded:
                rows += [Row((kind, one), "linked" if one in posted else "line", 2) for one in ids]
        self.replace_rows(rows)

    def reveal(self, line: str) -> int:
        """Return where a line stands, its category unfolded; -1 when it isn't there."""
        self.folded -= {key for key, ids in self._groups.items() if line in ids}
        self.refold()
        return self.row_of(line)

    # -- figures -------------------------------------------------------------------------------

    def is_volume(self, row: int) -> bool:
        """Return whether a row is a volume, or the heading of all of them."""
        kind, name = self.rows[row].key
        return kind == "volume" or name == VOLUMES

    def figure(self, row: int, column: int) -> Figure:
        """Return a cell's amount in minor units, or a volume's units."""
        kind, name = self.rows[row].key
        if column >= FIRST and self.rows[row].look == "line":
            found: Figure = self.value(row, column)
            return found
        if name == VOLUMES or column == NAME:
            return None
        if kind == "volume":
            return self._of_volume(row)[column - BUDGET] if column < FIRST else None
        if column >= FIRST and (self.rows[row].look == "linked" or not self._closed(column)):
            return None
        return self._of_lines(name)[column - BUDGET]

    def _closed(self, column: int) -> bool:
        """Return whether a month's column has actuals."""
        return FIRST <= column < FIRST + self._year.count

    def _of_volume(self, row: int) -> tuple[Figure, ...]:
        volume = self.entity(row)
        assert isinstance(volume, Volume)  # noqa: S101 - for the type checker
        return volume_amounts(self._year, volume)

    def _of_lines(self, name: str) -> list[int]:
        """Return the columns of a line or a category from the budget on, summed once: painting asks for each cell."""
        known = self._known.get(name)
        if known is None:
            parts = [line_amounts(self._year, line) for line in self._groups.get(name, [name])]
            known = self._known[name] = [sum(column) for column in zip(*parts, strict=True)]
        return known

    # -- ranges --------------------------------------------------------------------------------

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of a figure of a category, a line or a volume."""
        return name_of(self.rows[row].key[1], column)

    def total_name(self, row: int, column: int) -> str:
        """Return the name of a figure of the statement."""
        return name_of(STATEMENT[row][0], column)

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a figure: of a volume in units, else an amount."""
        if row != TOTAL and self.is_volume(row):
            return show.number(rounded(from_fine(amount), 0))
        return self.unit.text(amount)

    # -- cells ---------------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if column == NAME:
            return self._name(row)
        found = self.figure(row, column)
        if found is None:
            return ""
        if not self.is_volume(row):
            return self.unit.text(int(found))
        return show.number(rounded(found, 0) if column < FIRST else Decimal(found))

    def _name(self, row: int) -> str:
        key = self.rows[row].key[1]
        if self.rows[row].look != "group":
            return self._names[key]
        kind, _, category = key.partition(" ")
        return "Volumes" if key == VOLUMES else category_title(category, kind)

    def total_text(self, row: int, column: int) -> str:
        """Return what a cell of the statement shows."""
        if column == NAME:
            return STATEMENT[row][0]
        open_month = column >= FIRST and not self._closed(column)
        return "" if open_month else self.unit.text(self._sums[row][column - BUDGET])

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        found = self.figure(row, column)
        if found is None:
            return None
        return Decimal(found) if self.is_volume(row) else self.unit.number(int(found))

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        found = self.number(row, column)
        return "" if found is None else format(found.normalize(), "f")

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value of a contested cell."""
        if not self.is_volume(row):
            return super().side_text(row, column, value)
        found = spec_of("volume", FIELD).decode(value)
        return show.NOTHING if found is None else show.number(found)

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means: an amount of a line, a number of a volume, nothing."""
        if self.is_volume(row) and text.strip():
            return spec_of("volume", FIELD).check(parse_figure(text))
        return super().parse(row, column, text)

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell is a closed month of one of the pair's lines or volumes."""
        return self.rows[row].look == "line" and self._closed(column)

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a cell holds an actual."""
        return self.editable(row, column) and self.figure(row, column) is not None

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        look = self.rows[row].look
        if look == "group":
            what = (
                "Volumes have units of their own"
                if self.is_volume(row)
                else "A category is the sum of its lines"
            )
            return f"{what}. Space folds it."
        if look == "linked":
            return "A capital request posts this line. Its actuals stand in the lines that the ledger books them to."
        if column >= FIRST:
            period = self._year.budget.year.budget[column - FIRST]
            return (
                f"{month_year_label(period)} isn’t closed. Close it above, then enter its actuals."
            )
        return super().locked(row, column)

    def key_of(self, row: int) -> tuple[str, str] | None:
        """Return the thing of a row, for the inspector."""
        key = self.rows[row].key
        return key if self.book.entity(*key) is not None else None

    @property
    def unit_words(self) -> str:
        """Return what typed and pasted amounts are taken in."""
        return unit_words(self.book, self.unit.size)


def actuals_told(year: "YearSoFar", lines: "Collection[str]") -> "Told":
    """Return what lines, and volumes (``fine``), add to the figures of the grid."""
    shown = FIRST - BUDGET + year.count
    found = {
        one.id: added(one, enumerate(line_amounts(year, one.id)[:shown], BUDGET))
        for one in year.subjects
        if one.id in lines
    }
    volumes = (one for one in year.book.all(Volume) if one.id in lines)
    return found | {
        one.id: {
            name_of(one.id, column): fine(figure)
            for column, figure in enumerate(volume_amounts(year, one), BUDGET)
            if figure is not None
        }
        for one in volumes
    }


def _months(year: "YearSoFar", thing: OperatingLine | Volume) -> list[Any]:
    """Return the actuals of a thing by month of the year; ``None`` where there is none."""
    return [thing.ytd_actuals.get(period) for period in year.budget.year.budget]


def statement_amounts(year: "YearSoFar") -> list[list[int]]:
    """Return the rows of the statement, each with the columns from the budget on."""
    sums = {kind: [0] * MONTHS for kind in SIGNS}
    for one in year.subjects:
        line = year.book.get(OperatingLine, one.id)
        for place, amount in enumerate(() if line is None else _months(year, line)):
            sums[one.kind][place] += amount or 0
    return [
        _columned(year.row(name, range(year.count)).plan, row_by_month(sums, name))
        for _, name, _ in STATEMENT
    ]


def line_amounts(year: "YearSoFar", name: str) -> list[int]:
    """Return the columns of a line from the budget on; of what a capital request posts nothing came."""
    line = year.book.get(OperatingLine, name)
    months = [0] * MONTHS if line is None else [one or 0 for one in _months(year, line)]
    plan, away = year.budget.lines[name].months, year.missing.of(name)
    planned = sum(plan[place] for place in range(year.count) if place not in away)
    return _columned(planned, months)


def volume_amounts(year: "YearSoFar", volume: Volume) -> tuple[Decimal | None, ...]:
    """Return a volume's budget with two places, what came, and the variance once every closed month is there."""
    count = year.count
    known = [one for one in _months(year, volume)[:count] if one is not None]
    plan = [one for one in year.planned.volumes[volume.id][:count] if one is not None]
    actual = sum(known, Decimal(0)) if known else None
    planned = rounded(sum(plan, Fraction(0)), 2) if count and len(plan) == count else None
    if planned is None or actual is None or len(known) < count:
        return planned, actual, None
    return planned, actual, actual - planned


def _columned(planned: int, months: Sequence[int]) -> list[int]:
    actual = sum(months)
    return [planned, actual, actual - planned, *months]


def _columns(year: "YearSoFar", unit: Unit) -> list[SaidColumn]:
    months = year.budget.year.budget
    return [
        SaidColumn("name", f"Actual, {unit_words(year.book, unit.size)}", 220, numeric=False),
        SaidColumn("budget", "Budget", 88, look="muted", tip="Budget of the closed months that have an actual"),
        SaidColumn("actual", "To date", 88, look="total", tip="Actual of the closed months"),
        SaidColumn("variance", "Variance", 84, look="muted", tip="Actual − budget"),
        *(
            SaidColumn(period, month_label(period), 80, field=FIELD, slot=period,
                       look="plain" if n < year.count else "muted",
                       tip=f"{month_year_label(period)}, {'actual' if n < year.count else 'not closed yet'}")
            for n, period in enumerate(months)
        ),
    ]  # fmt: skip
