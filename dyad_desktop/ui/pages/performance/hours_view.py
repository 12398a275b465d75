"""What moves a line beyond its driver: paid hours, the share that varies, the volume that it serves."""

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.fiscal import month_label, month_year_label
from dyad_desktop.domain.flex_words import explain, parts_words
from dyad_desktop.domain.money import rounded
from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.outlook import Basis
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.outlook import edit_bases
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.against import PART_TITLES, short_names, unit_words
from dyad_desktop.ui.pages.performance.open_sheet import name_of
from dyad_desktop.ui.pages.performance.said import SaidColumn, SaidModel
from dyad_desktop.ui.pages.performance.said_part import SaidPart
from dyad_desktop.ui.widgets.basics import label

if TYPE_CHECKING:
    from collections.abc import Collection

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.flex import LineSplit
    from dyad_desktop.domain.open_year import Telling, Told
    from dyad_desktop.domain.sides import Known
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.pages.performance.part import Reckoning
    from dyad_desktop.ui.pages.performance.scope import Scope

NAME, VOLUME, SHARE = range(3)
PARTS = ("volume", "efficiency", "rate", "other")
NONE_HERE = (
    "Every line follows a volume or is fixed, so there are no hours or shares to say here."
    " Lines that are staffed, stepped or semi-variable stand here."
)
HOW = "Type the paid hours of a month, the share that varies in percent, or the name of a volume."


def is_shown(book: "Book", line: OperatingLine) -> bool:
    """Return whether hours or a share of a line can say more of its variance than is known already."""
    open_ended = line.behaviour in ("step", "semi_variable", "discretionary")
    said = book.get(Basis, line.id) is not None
    return line.kind == "expense" and (line.driver_kind == "fte" or open_ended or said)


class HoursModel(SaidModel):
    """Lines with what is said of them, and what their hours make of the variance."""

    kind = "basis"

    def __init__(self, year: "YearSoFar", unit: Unit) -> None:
        super().__init__(year.book, _columns(year, unit), unit)
        self._year = year
        self._splits: dict[str, LineSplit] = {}
        self._names: dict[str, str] = {}
        self.show(year, unit)

    def show(self, year: "YearSoFar", unit: Unit) -> None:
        """Show a newer year."""
        self.book, self.unit, self._year = year.book, unit, year
        self._splits = {one.id: one for one in year.splits}
        self._names = short_names(year.subjects)
        self.take_columns(_columns(year, unit))
        lines = (one for one in self.book.all(OperatingLine) if is_shown(self.book, one))
        self.replace_rows([Row((self.kind, one.id)) for one in lines])

    def fits(self, year: "YearSoFar") -> bool:
        """Return whether as many months are actual."""
        return self._year.count == year.count

    def split(self, row: int) -> "LineSplit":
        """Return the variance of a row's line."""
        return self._splits[self.rows[row].key[1]]

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        key = self.columns[column].key
        if column == NAME:
            return self._names[self.rows[row].key[1]]
        if column == VOLUME:
            volume = self.book.get(Volume, self.value(row, column))
            return volume.name if volume is not None else ""
        if key in PARTS:
            amount = self._part(row, key)
            return self.unit.text(amount) if amount else ""
        value = self.number(row, column)
        if value is not None and key in ("planned", "paid"):
            value = rounded(value, 0)
        return "" if value is None else show.number(value, 2 if key.endswith("rate_paid") else None)

    def _part(self, row: int, key: str) -> int:
        return _part(self._year, self.split(row), key)

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of a part of a line's variance."""
        return name_of(self.rows[row].key[1], self.columns[column].key)

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a part."""
        del row
        return self.unit.text(amount)

    def _hours(self, hours: "Known | None") -> Decimal | None:
        """Return the hours of the year so far; ``None`` where a month has none."""
        months = list(hours or ())[: self._year.count]
        if not months or any(month is None for month in months):
            return None
        return rounded(sum((month or Fraction(0) for month in months), Fraction(0)), 2)

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure."""
        key, line = self.columns[column].key, self.rows[row].key[1]
        if column in (NAME, VOLUME):
            return None
        if key == "planned":
            return self._hours(self._year.planned.hours.get(line))
        if key == "paid":
            return self._hours(self._year.actual.hours.get(line))
        if key in PARTS:
            return self.unit.number(self._part(row, key))
        value = self.value(row, column)
        return None if value is None else Decimal(value)

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        value = self.number(row, column)
        return self.text(row, column) if value is None else format(value.normalize(), "f")

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means: a volume by its name or the beginning of it."""
        if column != VOLUME or not text.strip():
            return super().parse(row, column, text)
        return volume_named(self.book, text)

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value of a contested cell."""
        return super().side_text(row, column, value).removesuffix(" %")


def _part(year: "YearSoFar", split: "LineSplit", key: str) -> int:
    """Return a part of a line's variance so far, in minor units."""
    return int(getattr(split.over(range(year.count)).parts, key))


def hours_told(year: "YearSoFar", lines: "Collection[str]") -> "Told":
    """Return the parts of the lines' variances."""
    return {
        one.id: {name_of(one.id, key): _part(year, one, key) for key in PARTS}
        for one in year.splits
        if one.id in lines
    }


def volume_named(book: "Book", text: str) -> str:
    """Return the id of the one volume that a name, or the beginning of one, means.

    Raises:
        BadInputError: none or several have it.
    """
    word = text.strip().casefold()
    exact = [one.id for one in book.all(Volume) if word in (one.name.casefold(), one.id.casefold())]
    begins = [one.id for one in book.all(Volume) if one.name.casefold().startswith(word)]
    found = exact or begins
    if len(found) != 1:
        names = ", ".join(one.name for one in book.all(Volume)) or "none yet"
        raise BadInputError(
            f"{text.strip()!r} is {'no volume' if not found else 'several volumes'}; volumes are {names}"
        )
    return found[0]


def _columns(year: "YearSoFar", unit: Unit) -> list[SaidColumn]:
    money = unit_words(year.book, unit.size)
    return [
        SaidColumn("name", f"Hours; variance in {money}", 250, numeric=False),
        SaidColumn("volume", "Moves with", 120, numeric=False, field="volume",
                   tip="The volume that the line serves, where its driver is none"),
        SaidColumn("variable_pct", "Share %", 60, field="variable_pct",
                   tip="So much of the line moves with the volume"),
        *(
            SaidColumn(period, month_label(period), 60, field="hours", slot=period,
                       tip=f"Paid hours of {month_year_label(period)}")
            for period in year.periods
        ),
        SaidColumn("planned", "Planned h", 74, look="muted", tip="Paid hours planned so far"),
        SaidColumn("paid", "Paid h", 70, look="muted", tip="Paid hours so far, when every month has them"),
        *(SaidColumn(name, PART_TITLES[name][0], 70, tip=PART_TITLES[name][1]) for name in PARTS),
    ]  # fmt: skip


class HoursView(SaidPart[HoursModel]):
    """The part."""

    named = "Hours and shares by line"
    above = 1

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.none = label(NONE_HERE, "muted", wrap=True)
        self.column.insertWidget(0, self.none)

    def make_model(self, year: "YearSoFar", unit: Unit) -> HoursModel:
        """Return the model of a year."""
        return HoursModel(year, unit)

    def write(self, edits: object) -> None:
        """Have hours, shares and volumes written."""
        self.desk.do(edit_bases, edits, self, failed=self.desk.say_error)

    def telling(self) -> "Telling":
        """Return how to tell the parts of the variances."""
        return hours_told

    def reckon(self, year: "YearSoFar", scope: "Scope") -> "Reckoning":
        """Return the variances."""
        del scope
        return "splits", lambda: year.splits

    def arrange(self) -> None:
        """Show the lines, or why there are none."""
        rows = self.model is not None and bool(self.model.rows)
        self.none.setVisible(not rows)
        self.detail.setVisible(rows)
        if self.sheet is not None:
            self.sheet.setVisible(rows)

    def explain(self) -> None:
        """Say which split the current line has, and why."""
        model, at = self.model, self.current
        if model is None or self.year is None or at < 0:
            self.detail.say(
                "Hours part efficiency from rate; a share lets a line flex with a volume.", HOW
            )
            return
        found = model.split(at)
        said = explain(self.year.book, found, self.year.periods)
        self.detail.say(f"{model.text(at, NAME)}: split into {parts_words(found)}", f"{said} {HOW}")
