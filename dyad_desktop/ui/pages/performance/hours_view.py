"""What moves a line beyond its driver: paid hours, the share that varies, the volume that it serves."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot

from dyad_desktop.domain.fiscal import month_label, month_year_label
from dyad_desktop.domain.flex_words import explain, parts_words
from dyad_desktop.domain.operating import OperatingLine, Volume
from dyad_desktop.domain.outlook import Basis
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.outlook import edit_bases
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Row
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.performance.against import PART_TITLES, short_names, unit_words
from dyad_desktop.ui.pages.performance.part import Detail, Part, fit_height
from dyad_desktop.ui.pages.performance.said import SaidColumn, SaidModel
from dyad_desktop.ui.widgets.basics import label
from dyad_desktop.ui.widgets.sheet.panel import Sheet

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.flex import LineSplit
    from dyad_desktop.domain.sides import Known
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.replication.change import Address
    from dyad_desktop.ui.desk import Desk

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
        columns = tuple(_columns(year, unit))
        if columns != self.columns:
            self.beginResetModel()
            self.columns = columns
            self.endResetModel()
        lines = (one for one in self.book.all(OperatingLine) if is_shown(self.book, one))
        self.replace_rows([Row((self.kind, one.id)) for one in lines])

    @property
    def count(self) -> int:
        """Return how many months are actual."""
        return self._year.count

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
        return "" if value is None else show.number(value, 2 if key.endswith("rate_paid") else None)

    def _part(self, row: int, key: str) -> int:
        return int(getattr(self.split(row).over(range(self._year.count)).parts, key))

    def _hours(self, hours: "Known | None") -> Decimal | None:
        """Return the hours of the year so far; ``None`` where a month has none."""
        months = list(hours or ())[: self._year.count]
        if not months or any(month is None for month in months):
            return None
        return Decimal(round(sum(float(month or 0) for month in months)))

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


class HoursView(Part):
    """The part."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.model: HoursModel | None = None
        self.sheet: Sheet | None = None
        self.none = label(NONE_HERE, "muted", wrap=True)
        self.detail = Detail()
        self.column.addWidget(self.none)
        self.column.addWidget(self.detail)
        self.column.addStretch(0)

    def refresh(self) -> None:
        """Show hours and shares."""
        if self.year is None:
            return
        unit = Unit(self.unit, show.exponent(self.year.book))
        if self.model is None:
            self._make(self.year, unit)
        elif self.model.count != self.year.count:
            if self.sheet is not None:
                self.column.removeWidget(self.sheet)
                self.sheet.deleteLater()
            self._make(self.year, unit)
        elif self.model.book is not self.year.book or self.model.unit != unit:
            self.model.show(self.year, unit)
        self._fit()
        self._explain()
        session = self.desk.session
        self.desk.ask(lambda: session.authors("basis"), self._on_hands)

    def _make(self, year: "YearSoFar", unit: Unit) -> None:
        self.model = HoursModel(year, unit)
        self.model.wanted.connect(self._on_wanted)
        self.sheet = Sheet(self.model, "Hours and shares by line")
        self.sheet.said.connect(self.desk.say)
        self.sheet.moved.connect(self._on_cell)
        self.sheet.follow(self.desk)
        self.model.modelReset.connect(self._fit)
        self.column.insertWidget(1, self.sheet, 1)

    @Slot()
    def _fit(self) -> None:
        if self.sheet is None or self.model is None:
            return
        self.sheet.fit()
        fit_height(self.sheet)
        for part, shown in ((self.none, not self.model.rows), (self.sheet, bool(self.model.rows)),
                            (self.detail, bool(self.model.rows))):  # fmt: skip
            part.setVisible(shown)

    @Slot(object)
    def _on_hands(self, hands: "dict[Address, str]") -> None:
        if self.model is not None:
            places = {partner: n for n, partner in enumerate(self.desk.partner_ids)}
            self.model.set_hands(hands, places)

    @Slot(object)
    def _on_wanted(self, edits: object) -> None:
        self.desk.do(edit_bases, edits, self, failed=self.desk.say_error)

    @property
    def editing(self) -> bool:
        """Return whether a cell is being edited."""
        return self.sheet is not None and self.sheet.editing

    def show_line(self, line: str) -> None:
        """Go to a line."""
        at = -1 if self.model is None else self.model.row_of(line)
        if at >= 0 and self.sheet is not None:
            self.sheet.view.setFocus()
            self.sheet.view.go_to(at, 0)

    def take_focus(self) -> None:
        """Begin in the table."""
        if self.sheet is not None:
            self.sheet.view.setFocus()

    @Slot()
    def _on_cell(self) -> None:
        self._explain()
        if self.sheet is None or self.model is None or not self.sheet.view.hasFocus():
            return
        at = self.sheet.view.currentIndex().row()
        if 0 <= at < len(self.model.rows):
            self.desk.select(self.model.key_of(at))

    def _explain(self) -> None:
        """Say which split the current line has, and why."""
        model, sheet = self.model, self.sheet
        at = -1 if sheet is None else sheet.view.currentIndex().row()
        if model is None or self.year is None or not 0 <= at < len(model.rows):
            self.detail.say(
                "Hours part efficiency from rate; a share lets a line flex with a volume.", HOW
            )
            return
        found = model.split(at)
        said = explain(self.year.book, found, self.year.periods)
        self.detail.say(f"{model.text(at, NAME)}: split into {parts_words(found)}", f"{said} {HOW}")
