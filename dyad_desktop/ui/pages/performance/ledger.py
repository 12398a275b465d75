"""The lists beneath a measure as sheets: peers of its funnel, and the days of rare events."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dyad_desktop.domain.day_text import read_day
from dyad_desktop.domain.fiscal import day_label, days_between
from dyad_desktop.domain.goals import Measure, Occurrence, Peer
from dyad_desktop.domain.observation_import_figures import told_comma, typed_figure
from dyad_desktop.domain.observation_import_patients import check_no_patients
from dyad_desktop.domain.peers import impossible_unit
from dyad_desktop.domain.records import spec_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.ledger import NEW, Cell, keep_rows
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Block, CellText, Column, Row, SheetModel

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book, Key
    from dyad_desktop.domain.measuring import MeasureChart
    from dyad_desktop.ui.desk import Desk

SPARE = 12
"""Empty rows that are offered, so that a list can be typed or pasted."""
NOTE = "note"
PEERS = (
    Column("name", "Unit", 132, numeric=False),
    Column("counted", "Counted", 78, tip="Cases, or what was observed"),
    Column("size", "Out of", 78, tip="Cases that could have been, or what was expected"),
    Column("ours", "Ours", 54, numeric=False),
)
EVENTS = (
    Column("date", "Date", 130, numeric=False),
    Column("since", "Days since", 96, look="muted"),
    Column(NOTE, "What it was, never who it befell", 320, numeric=False),
)
FIGURES = ("counted", "size")
YES = ("yes", "y", "true", "x", "1", "✓")


class Ledger(SheetModel):
    """Rows of one kind beneath a measure, with empty ones at the end."""

    def __init__(self, desk: "Desk", kind: str) -> None:
        super().__init__(PEERS if kind == "peer" else EVENTS)
        self._desk, self.kind = desk, kind
        self._cls: type[Peer | Occurrence] = Peer if kind == "peer" else Occurrence
        self.measure: Measure | None = None
        self._spare = SPARE
        self._comma: bool | None = None
        """Whether what is being entered has decimal commas; ``None`` where its figures don't tell."""

    def show_chart(self, chart: "MeasureChart") -> None:
        """Show the rows of a measure's chart; events by date."""
        if self.measure is None or self.measure.id != chart.measure.id:
            self._spare = SPARE
        self.measure = measure = chart.measure
        self._show(measure)

    def _show(self, measure: Measure) -> None:
        found = list(self._desk.book.children(self._cls, measure.id))
        if self.kind == "occurrence":
            found.sort(key=lambda one: getattr(one, "date", ""))
        keys = [(self.kind, one.id) for one in found]
        # By their place: what is typed into an empty row stands there next, and the other empty ones stay.
        keys += [(self.kind, f"{NEW}{len(found) + n}") for n in range(self._spare)]
        self.replace_rows([Row(key) for key in keys])

    def entity(self, row: int) -> Peer | Occurrence | None:
        """Return what a row shows; ``None`` of an empty one."""
        return self._desk.book.get(self._cls, self.rows[row].key[1])

    # -- cells ---------------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        found, key = self.entity(row), self.columns[column].key
        if found is None:
            return ""
        if key == "since":
            return self._since(row)
        value = getattr(found, key)
        if value is None:
            return ""
        if key == "ours":
            return "yes" if value else ""
        if key == "date":
            return day_label(value)
        return show.number(value) if isinstance(value, Decimal) else str(value)

    def _since(self, row: int) -> str:
        here, before = self.entity(row), self.entity(row - 1) if row else None
        if not isinstance(here, Occurrence) or not isinstance(before, Occurrence):
            return ""
        return str(days_between(before.date, here.date))

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a count."""
        found = self.entity(row)
        value = getattr(found, self.columns[column].key, None)
        return value if isinstance(value, Decimal) else None

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        found, key = self.entity(row), self.columns[column].key
        value = getattr(found, key, None)
        if isinstance(value, Decimal):
            return format(value, "f")
        return self.text(row, column) if key == "ours" else str(value or "")

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell takes input."""
        del row
        return self.columns[column].key != "since"

    def clearable(self, row: int, column: int) -> bool:
        """Return whether there is something to clear."""
        return self.editable(row, column) and bool(self.text(row, column))

    def place(self, row: int, column: int) -> str:
        """Return how a person calls a cell."""
        return f"{self.text(row, 0) or 'new row'}, {self.columns[column].title}"

    def choices(self, row: int, column: int) -> Sequence[tuple[str, str]]:
        """Return whether a unit may be ours."""
        del row
        return [("", "no"), ("yes", "yes")] if self.columns[column].key == "ours" else ()

    def shown_book(self) -> "Book":
        """Return the book that the cells show."""
        return self._desk.book

    def register(self, row: int, column: int) -> Address | None:
        """Return the register of a cell; none of an empty row."""
        if self.entity(row) is None or not self.editable(row, column):
            return None
        return Address(*self.rows[row].key, self.columns[column].key, "")

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's value."""
        del row, column
        return show.NOTHING if value is None else str(value)

    # -- editing -------------------------------------------------------------------------------

    def enter(self, cells: Sequence[CellText]) -> int:
        """Take cells, all counts in the one decimal mark that they tell together."""
        figures = (cell.text for cell in cells if self.columns[cell.column].key in FIGURES)
        self._comma = told_comma(figures)
        try:
            return super().enter(cells)
        finally:
            self._comma = None

    def is_offered(self, key: "Key") -> bool:
        """Return whether a row is an empty one; what happened goes to its day instead."""
        return self.kind == "peer" and key[1].startswith(NEW)

    def aim(self, block: Block, row: int, column: int) -> tuple[Block, int, int]:
        """Leave out a pasted heading, and make as many rows as are pasted.

        Raises:
            BadInputError: it looks like rows about patients.
        """
        headed = len(block) > 1 and self._is_heading(block[0], column)
        if headed:
            check_no_patients(block[:1])
        if headed and not self._is_heading(block[1], column):
            block = block[1:]
        lacking = row + len(block) - len(self.rows)
        if lacking > 0 and self.measure is not None:
            self._spare += lacking
            self._show(self.measure)
        return block, row, column

    def _is_heading(self, line: Sequence[str], first: int) -> bool:
        """Return whether a line of pasted texts has words where its columns have figures or days."""
        for column, text in enumerate(line, first):
            key = self.columns[column].key if column < len(self.columns) else ""
            if key in {*FIGURES, "date"} and text.strip() and not any(map(str.isdigit, text)):
                return True
        return False

    def parse(self, row: int, column: int, text: str) -> object:
        """Return what typed text means."""
        del row
        key, wanted = self.columns[column].key, text.strip()
        if not wanted:
            return None
        if key == "ours":
            return wanted.casefold() in YES
        value: object = wanted
        if key in FIGURES:
            value = typed_figure(wanted, comma=self._comma, percent=False)
        if key == "date":
            value = read_day(wanted)
        if key == "size" and not value:
            raise BadInputError("what it is out of is above 0")
        return spec_of(self.kind, key).decode(spec_of(self.kind, key).check(value))

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Keep what was entered, as one change.

        Raises:
            BadInputError: the counts of a unit can't be together.
        """
        if self.measure is None:
            return
        self._check_units(cells)
        entered = [
            Cell(
                self.rows[row].key[1],
                self.columns[column].key,
                value,
                self.seen(self.register(row, column)),
            )
            for row, column, value in cells
        ]
        self._desk.do(
            keep_rows, self.kind, self.measure.id, entered, self, failed=self._desk.say_error
        )

    def _check_units(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        measure = self.measure
        if measure is None or self.kind != "peer":
            return
        units: dict[int, dict[str, Any]] = {}
        for row, column, value in cells:
            units.setdefault(row, {})[self.columns[column].key] = value
        for row, said in units.items():
            there = self.entity(row)
            counted, size = (said.get(name, getattr(there, name, None)) for name in FIGURES)
            reason = impossible_unit(measure, counted, size)
            if reason and not said.keys().isdisjoint(FIGURES):
                raise BadInputError(reason, str(said.get("name") or self.text(row, 0) or "new row"))
