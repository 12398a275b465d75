"""The grid in which a measure's observations are entered: a row a period, empty ones at its end."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from dyad_desktop.domain.entry import kept
from dyad_desktop.domain.fiscal import (
    add_months,
    month_year_label,
    months_between,
    quarter_label,
    quarter_start,
)
from dyad_desktop.domain.goals import MARKS, Measure
from dyad_desktop.domain.levels import target_at
from dyad_desktop.domain.measure_ahead import is_in, level_text
from dyad_desktop.domain.measure_words import limits_text, rule_words
from dyad_desktop.domain.measuring import MeasureChart
from dyad_desktop.domain.observation_import import check_not_far
from dyad_desktop.domain.observation_import_figures import exact_figure, told_comma
from dyad_desktop.domain.observation_import_periods import Spelling, day_first_in, read_period
from dyad_desktop.domain.observation_import_plausible import fitting, impossible
from dyad_desktop.domain.observation_import_units import bare, without_unit
from dyad_desktop.domain.off_grid import off_grid
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratio import followed, is_ratio
from dyad_desktop.domain.records import spec_of
from dyad_desktop.domain.scorecard import show_value, status_of
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.goals import (
    DENOMINATOR,
    NUMERATOR,
    VALUE,
    Entry,
    by_hand,
    computed,
    has_parts,
    periods_of,
    record_observations,
)
from dyad_desktop.services.importing import latest_month
from dyad_desktop.services.typed import followed_words, noticed_of, rounded_words, taken
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import NOBODY, Block, CellText, Column, Row, SheetModel
from dyad_desktop.ui.pages.performance.observations_paste import (
    STAYS,
    check_places,
    headed_in,
    left_words,
)
from dyad_desktop.ui.tokens import STATUS_WORDS

if TYPE_CHECKING:
    from dyad_desktop.domain.book import Book
    from dyad_desktop.services.session import ChangeSet
    from dyad_desktop.ui.desk import Desk

LONGEST_HEAD = 13
"""Characters that the heading of the values has room for; a longer unit is its tip."""
BETWEEN = "between quarters, not charted"
PERIOD, STATUS, RULE = "period", "status", "rule"
LIMITS, SIGNAL, MARK = "limits", "signal", "marks"


def wants_parts(measure: Measure) -> bool:
    """Return whether a measure's grid has columns for numerator and denominator."""
    return is_ratio(measure) or has_parts(measure)


def _columns(unit: str | None, *, parts: bool) -> list[Column]:
    value = f"Value, {unit}" if unit else "Value"
    short = value if len(value) <= LONGEST_HEAD else "Value"
    columns = [Column(PERIOD, "Period", 90, numeric=False), Column(VALUE, short, 96, tip=value)]
    if parts:
        columns += [
            Column(NUMERATOR, "Numerator", 92),
            Column(DENOMINATOR, "Denominator", 96),
            Column(RULE, "Computed", 84, look="muted", tip="Numerator ÷ denominator × multiplier"),
        ]
    return [
        *columns,
        Column(STATUS, "Against target", 108, numeric=False, look="tone"),
        Column(LIMITS, "Limits", 104, look="muted", tip="Lower and upper limit of the process"),
        Column(
            SIGNAL, "Signal", 186, numeric=False, tip="By which rule a value is more than chance"
        ),
        Column(MARK, "Mark", 88, numeric=False, tip="Provisional, or late"),
    ]


class Observations(SheetModel):
    """Values by period of one measure, with or without columns for its parts."""

    def __init__(self, desk: "Desk", *, parts: bool) -> None:
        super().__init__(_columns(None, parts=parts))
        self._desk, self._parts = desk, parts
        self.measure: Measure | None = None
        self.chart: MeasureChart | None = None
        self._start_month = 1
        self._wider: tuple[str, str] | None = None
        """The first and last month for which rows were made, so that what is pasted has them."""
        self._latest = ""
        """The latest period that something was typed for."""
        self._between: frozenset[str] = frozenset()
        """Months of values that lie between the measure's periods."""
        self._comma: bool | None = None
        """Whether what is being entered has decimal commas; ``None`` where its figures don't tell."""
        self._beside: Mapping[int, list[str]] = {}
        """What is being entered, by column."""
        self._headed: tuple[str, ...] | None = None
        """Headings of the pasted block that name no column here; ``None`` where it has no headings."""
        self._rounded = 0
        """How many of the figures that are being entered have more decimals than are kept."""
        self.hands: Mapping[str, int] = {}
        """Place of the partner who typed a value over the computed one, by period."""

    def show_chart(self, chart: MeasureChart) -> None:
        """Show a measure with what its chart says."""
        self.chart, measure = chart, chart.measure
        whole = self._desk.book.only(Partnership)
        self._start_month = whole.start_month
        another = self.measure is None or self.measure.id != measure.id
        self.measure = measure
        if another:
            self._wider, self._latest = None, ""
        rows = self._rows(measure, whole.as_of)
        self._between = frozenset(off_grid(measure))
        self.columns = tuple(_columns(measure.unit, parts=self._parts))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if another:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        else:
            self.replace_rows(rows)

    def _rows(self, measure: Measure, as_of: str) -> list[Row]:
        periods = set(periods_of(measure, as_of))
        if self._wider is not None:
            first, last = self._wider
            step, grid = measure.step, max(periods - self._between)
            ahead = months_between(grid, last) // step
            back = -(-months_between(first, grid) // step)
            periods |= {add_months(grid, step * n) for n in range(-back, ahead + 1)}
        return [Row(("observation", period)) for period in sorted(periods)]

    # -- cells ---------------------------------------------------------------------------------

    def period(self, row: int) -> str:
        """Return a row's period."""
        return self.rows[row].key[1]

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure."""
        measure, period, key = self.measure, self.period(row), self.columns[column].key
        if measure is None or key in (PERIOD, STATUS, LIMITS, SIGNAL, MARK):
            return None
        if key == RULE:
            return computed(measure, period)
        found: Mapping[str, Decimal | None] = getattr(followed(measure), key)
        return found.get(period)

    def text(self, row: int, column: int) -> str:  # noqa: PLR0911 - one line a kind of column
        """Return what a cell shows."""
        measure, period, key = self.measure, self.period(row), self.columns[column].key
        if measure is None:
            return ""
        between = period in self._between
        if key == PERIOD:
            quarterly = measure.frequency == "quarterly" and not between
            return (
                quarter_label(period, self._start_month) if quarterly else month_year_label(period)
            )
        if key == SIGNAL and between:
            return BETWEEN
        if key in (LIMITS, SIGNAL):
            return self._said(period, key)
        if key == MARK:
            return measure.marks.get(period) or ""
        if key == STATUS:
            return "" if between else _against_target(measure, period)
        value = self.number(row, column)
        if value is None:
            return ""
        if key in (NUMERATOR, DENOMINATOR):
            return show.number(value)
        exact = round(value, measure.decimals or 0) == value
        return show_value(measure, value, unit=False) if exact else show.number(value)

    def _said(self, period: str, key: str) -> str:
        """Return the limits of a period, or the rule that flags its value."""
        chart = self.chart
        if chart is None or chart.control is None or period not in chart.series.places:
            return ""
        place = chart.series.places.index(period)
        if key == SIGNAL:
            return rule_words(chart, place)
        return limits_text(chart, place)

    def tone(self, row: int, column: int) -> str:
        """Return the status by the rule of a period's value."""
        del column
        measure = self.measure
        period = self.period(row)
        return _status(measure, period) if measure and period not in self._between else ""

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        if self.columns[column].key == MARK:
            return self.text(row, column)
        value = self.number(row, column)
        return "" if value is None else format(value, "f")

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell takes input: not the period, the status or the computed value."""
        del row
        return self.columns[column].key not in (PERIOD, STATUS, RULE, LIMITS, SIGNAL)

    def clearable(self, row: int, column: int) -> bool:
        """Return whether there is something to clear."""
        return self.editable(row, column) and bool(self.edit_text(row, column))

    def mark(self, row: int, column: int) -> int:
        """Return who typed a value over the one that its parts give."""
        if self.columns[column].key != VALUE or self.measure is None:
            return NOBODY
        period = self.period(row)
        if not by_hand(self.measure, period):
            return NOBODY
        return self.hands.get(period, self._desk.place(self._desk.partner))

    def place(self, row: int, column: int) -> str:
        """Return how a person calls a cell."""
        return f"{self.text(row, 0)}, {self.columns[column].title}"

    def field_of(self, column: int) -> tuple[str, str]:
        """Return the field of a column."""
        key = self.columns[column].key
        return (key if self.editable(0, column) else VALUE), ""

    def shown_book(self) -> "Book":
        """Return the book that the cells show."""
        return self._desk.book

    def register(self, row: int, column: int) -> Address | None:
        """Return the register of a period's figure."""
        if self.measure is None or not self.editable(row, column):
            return None
        return Address("measure", self.measure.id, self.columns[column].key, self.period(row))

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's figure."""
        del row, column
        return show.NOTHING if value is None else show.number(Decimal(str(value)))

    # -- editing -------------------------------------------------------------------------------

    def choices(self, row: int, column: int) -> Sequence[tuple[str, str]]:
        """Return what a value can be marked as."""
        del row
        marks = [(mark, mark) for mark in MARKS]
        return [("", "none"), *marks] if self.columns[column].key == MARK else ()

    def enter(self, cells: Sequence[CellText]) -> int:
        """Take cells, all in the one decimal mark that their figures tell together."""
        cells = [cell for cell in cells if cell.text != STAYS]
        found: dict[int, list[str]] = {}
        for cell in cells:
            found.setdefault(cell.column, []).append(bare(cell.text))
        self._beside, self._rounded = found, 0
        self._comma = told_comma(text for texts in found.values() for text in texts)
        try:
            return super().enter(cells)
        finally:
            self._beside, self._comma, self._headed = {}, None, None

    @property
    def fitting(self) -> str:
        """Return how a longer column is pasted."""
        return "Copied with their periods beside them, figures get the rows they need. "

    def reach(self, row: int) -> None:
        """Make the row after the last one once that has a value: it may still be on its way to the book."""
        last = self.period(len(self.rows) - 1) if self.rows else ""
        if row == len(self.rows) and last == self._latest and self.measure is not None:
            first = self._wider[0] if self._wider else last
            self._wider = first, add_months(last, self.measure.step)
            self.replace_rows(self._rows(self.measure, self._desk.book.only(Partnership).as_of))

    def aim(self, block: Block, row: int, column: int) -> tuple[Block, int, int]:
        """Put figures under the columns that their headings name, and beside the periods that they were copied with.

        Rows are made for these if need be.

        Raises:
            BadInputError: one of the periods lies too far ahead or is none, or a heading names what has no column.
        """
        keys = [one.key for one in self.columns]
        headed = headed_in(block, self.measure, keys) if self.measure is not None else None
        self._headed = headed.unnamed if headed is not None else None
        if headed is None:
            lines = self._by_period(block, fewest=2) if column <= 1 else {}
        else:
            block, column = headed.arranged(keys), min(map(keys.index, headed.places))
            lines = self._by_period(block, fewest=1) if column == 0 else {}
            self._check_periods(block if column == 0 and not lines else [])
        if not lines or self.measure is None:
            return block, row, column
        check_not_far(max(lines), latest_month(self._desk.book))
        there = {self.period(n) for n in range(len(self.rows))}
        if lines.keys() <= there and self.period(row) != min(lines):
            return (
                block,
                row,
                column,
            )  # it is refused: whoever stands at another month may mean that
        self._wider = min(lines), max(lines)
        self.replace_rows(self._rows(self.measure, self._desk.book.only(Partnership).as_of))
        places = {self.period(n): n for n in range(len(self.rows))}
        top, end = places[min(lines)], places[max(lines)]
        left = 0 if headed is None else min(keys.index(one) for one in headed.places if one != PERIOD)  # fmt: skip
        return [lines.get(self.period(n), [])[left:] for n in range(top, end + 1)], top, left

    def _by_period(self, block: Block, fewest: int) -> dict[str, list[str]]:
        """Return the lines of a block by the period that each begins with, without a heading; empty where one lacks it.

        Periods that can be read in two ways, or that lie between those of the measure, are left to who pastes.
        """
        lines = [line for line in block if line and any(text.strip() for text in line)]
        told = day_first_in(line[0] for line in lines)
        read = [self._read_period(line[0], day_first=told is not False) for line in lines]
        if told is None and read != [self._read_period(line[0], day_first=False) for line in lines]:
            return {}
        if len(lines) > 1 and not read[0] and self._headed is None:
            lines, read = lines[1:], read[1:]
        whole = len(lines) >= fewest and all(read) and len(set(read)) == len(read)
        if not whole or max(map(len, lines)) < 2 or not self._on_grid(read):
            return {}
        return dict(zip(read, lines, strict=True))

    def _check_periods(self, block: Block) -> None:
        """Refuse a line that has no period where the others have one, such as a total below them.

        Raises:
            BadInputError: there is one.
        """
        for text in (line[0].strip() for line in block):
            if not any(self._read_period(text, day_first=order) for order in (True, False)):
                raise BadInputError(
                    f"“{text[:40]}” is no period of this table: copy the lines of periods alone"
                )

    def _on_grid(self, periods: Sequence[str]) -> bool:
        step = self.measure.step if self.measure else 1
        grid = next(
            (self.period(n) for n in range(len(self.rows)) if self.period(n) not in self._between),
            "",
        )
        return bool(grid) and not any(months_between(grid, one) % step for one in periods)

    def check_pasted(self, cells: Sequence[CellText]) -> None:
        """Refuse figures that were copied beside other months than those they would stand in, or that fall astray.

        Raises:
            BadInputError: a copied period is another than its row's, in the one order of the copied dates; or figures
                without headings would stand where they are hardly meant.
        """
        dates = [cell for cell in cells if self.columns[cell.column].key == PERIOD]
        told = day_first_in(cell.text for cell in dates)
        orders = (True, False) if told is None else (told,)
        for cell in dates:
            read = [self._read_period(cell.text, day_first=order) for order in orders]
            found = {period for period in read if period}
            if found and self.period(cell.row) not in found:
                raise BadInputError(
                    f"“{cell.text.strip()}” was copied beside the figures, but their row would be"
                    f" {self.text(cell.row, 0)}. Begin at the right row, or copy the figures alone"
                )

        if self._headed is None and self.measure is not None:
            placed = [(self.period(cell.row), self.columns[cell.column].key, cell.text) for cell in cells]  # fmt: skip
            now = self._desk.book.get(Measure, self.measure.id) or self.measure
            check_places(now, placed, {one.key: one.title for one in self.columns})

    def _read_period(self, text: str, *, day_first: bool) -> str:
        """Return the period of this grid that a text means; empty for none."""
        try:
            found = read_period(text, Spelling(day_first, self._start_month)).period
        except BadInputError:
            return ""
        quarterly = self.measure is not None and self.measure.frequency == "quarterly"
        return quarter_start(found) if quarterly else found

    def parse(self, row: int, column: int, text: str) -> Decimal | str | None:
        """Return the figure of typed text, or the mark; empty text is nothing measured."""
        del row
        measure, key = self.measure, self.columns[column].key
        if not text.strip() or measure is None:
            return None
        if key == MARK:
            return mark_of(text)
        if key == VALUE:
            text = without_unit(text, measure.unit or "", measure.title)
        percent = measure.unit == "%" and key == VALUE
        fits = fitting(measure, key, self._beside.get(column, ()))
        whole = exact_figure(text, comma=self._comma, percent=percent, fits=fits)
        value = kept(whole)
        self._rounded += value != whole
        spec_of("measure", key).check(value)
        reason = impossible(measure, key, value)
        if reason:
            raise BadInputError(reason)
        return value

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Keep what was entered, as one change.

        Raises:
            BadInputError: what a period's figures give together can't be.
        """
        if self.measure is None:
            return
        entries = [
            Entry(self.period(r), self.columns[c].key, value, self.seen(self.register(r, c)))
            for r, c, value in cells
        ]
        filled = (entry.period for entry in entries if entry.value is not None)
        self._latest = max([self._latest, *filled])
        before = self._desk.book.need(Measure, self.measure.id)
        entries, rounded = taken(self._desk.book, before, entries), self._rounded
        left = left_words(self._headed or ())

        def done(changes: "ChangeSet") -> None:
            self._notice(before, entries, rounded, left, kept_some=bool(changes.keys))

        self._desk.do(
            record_observations, before.id, entries, self, done=done, failed=self._desk.say_error
        )

    def _notice(
        self, before: Measure, entries: Sequence[Entry], rounded: int, left: str, *, kept_some: bool
    ) -> None:
        """Say what should be looked at of what was just kept, such as a month that lies ahead, and what was rounded.

        What was ``left`` out comes first.

        Where nothing was kept there is nothing to undo: Undo would turn back what was done before.
        """
        after = self._desk.book.get(Measure, before.id)
        if after is None:
            return
        found = noticed_of(self._desk.book, before, after, entries)
        told = [show.sentence(left)] if left else []
        told += [show.sentence(one) for one in found[:2]]
        more = len(found) - 2
        told += (
            [f"{more:,} more {'deserves' if more == 1 else 'deserve'} a look."] if more > 0 else []
        )
        told += [rounded_words(rounded)] if rounded else []
        followed = followed_words(after, entries)
        told += [followed] if followed else []
        if told:
            self._desk.say(" ".join(told), undo=kept_some)


def mark_of(text: str) -> str:
    """Return the mark that a word or its beginning means.

    Raises:
        BadInputError: it means none.
    """
    found = [mark for mark in MARKS if mark.startswith(text.strip().lower())]
    if len(found) != 1:
        raise BadInputError(f"{text!r} is not {' or '.join(MARKS)}")
    return found[0]


def _against_target(measure: Measure, period: str) -> str:
    """Return how a period's value stands to its target, and whether the target is due then."""
    value, target = followed(measure).values.get(period), target_at(measure, period)
    if target is None:
        return ""
    due = measure.target_date is not None and is_in(measure, measure.target_date, period)
    if value is None:
        return f"{level_text(measure, target)} due" if due else ""
    return " ".join(STATUS_WORDS[status_of(measure, value, period)]) + (", due" if due else "")


def _status(measure: Measure, period: str) -> str:
    return status_of(measure, followed(measure).values.get(period), period)
