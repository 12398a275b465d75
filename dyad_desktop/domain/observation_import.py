"""What the rows of a source say of measures: its shape guessed, its names matched, its cells read. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dyad_desktop.domain import observation_import_fields as fields
from dyad_desktop.domain.entry import kept
from dyad_desktop.domain.fiscal import month_year_label, quarter_start
from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import_figures import NOTHING
from dyad_desktop.domain.observation_import_marks import USUAL, Marks, Texts
from dyad_desktop.domain.observation_import_periods import (
    FORMS,
    QUARTERLY,
    Spelling,
    read_period,
)
from dyad_desktop.domain.observation_import_units import bare, without_unit
from dyad_desktop.domain.observation_import_words import (
    MARK_WORDS,
    NO,
    YES,
    mark_called,
    plain_name,
    to_date_in,
    without_to_date,
)
from dyad_desktop.domain.observation_import_years import TwoColumns
from dyad_desktop.errors import BadInputError

LONG, WIDE, TURNED = "long", "wide", "turned"
"""A row for each value; a row for each measure with a column for each month; or that turned round."""
SHAPES = (LONG, WIDE, TURNED)
NOT_USED, MEASURE, PERIOD, PART, YEAR = "", "measure", "period", "part", "year"
VALUE, NUMERATOR, DENOMINATOR, MARK = (
    fields.VALUE,
    fields.NUMERATOR,
    fields.DENOMINATOR,
    fields.MARK,
)
FIGURES = fields.FIGURES
ROLES: dict[str, tuple[str, ...]] = {
    LONG: (NOT_USED, MEASURE, PERIOD, YEAR, VALUE, NUMERATOR, DENOMINATOR, MARK),
    WIDE: (NOT_USED, MEASURE, PART, PERIOD),
    TURNED: (NOT_USED, PERIOD, YEAR, MEASURE),
}
"""What a column can be. In a wide source each ``period`` column holds one; in a turned one each ``measure``."""
_TOLD = 1000
"""Rows between two words about how far it is."""

LEFT_OUT = "-"
"""Said for a name of the source that isn't wanted; no measure has such an id."""
Rows = Sequence[Sequence[str]]
Tell = Callable[[int, int], None]
"""Told how many rows are done, of how many; what it raises stops the reading."""

_PARTS: Mapping[str, str] = {
    "": VALUE, "value": VALUE, "values": VALUE, "rate": VALUE, "result": VALUE, "actual": VALUE,
    "numerator": NUMERATOR, "num": NUMERATOR, "denominator": DENOMINATOR, "den": DENOMINATOR,
    "denom": DENOMINATOR, "mark": MARK, "marks": MARK,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source is read: guessed first, then corrected by a person.

    ``header`` is the place of the headings, -1 for none. ``roles`` has one entry a column (see ``ROLES``).
    ``names`` says which measure a name of the source means; ``""`` leaves it out. ``measure`` is what all values
    belong to where no column names one. ``day_first`` is ``None`` where nobody said it. ``fractions`` says that
    percentages without a sign stand as 0.264 for 26.4 %. ``mark`` is how it is known whether decimals have a ``comma``.
    """

    shape: str
    header: int
    roles: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    measure: str = ""
    comma: bool = False
    day_first: bool | None = None
    fractions: bool = False
    mark: str = USUAL


def check_not_far(period: str, latest: str) -> None:
    """Refuse a period after the ``latest`` month for which values are taken; empty where any are.

    Raises:
        BadInputError: it lies too far ahead, as where the year is mistyped.
    """
    if latest and period > latest:
        raise BadInputError(
            f"{month_year_label(period)} lies too far ahead: values up to {month_year_label(latest)} are taken;"
            " is the year right?"
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What a guess may know: the measures, what names of this source meant before, and when fiscal years start.

    A period after ``latest`` isn't believed; empty believes all that can be read.
    """

    measures: tuple[Measure, ...]
    remembered: Mapping[str, str] = field(default_factory=dict)
    start_month: int = 1
    latest: str = ""

    def named(self, name: str) -> str:
        """Return the id of the measure that a name means: as it was said before, by id, or by title; else nothing.

        A title that several measures have means none of them: a person must say which. Words that say that figures are
        of the year to date belong to no name, unless a measure has them in its own.
        """
        return self._named(name) or self._named(without_to_date(name))

    def _named(self, name: str) -> str:
        plain = plain_name(name)
        ids = {one.id for one in self.measures}
        before = self.remembered.get(plain, "")
        if before == LEFT_OUT or before in ids:
            return before
        if name.strip() in ids:
            return name.strip()
        titled = [one.id for one in self.measures if plain == plain_name(one.title)]
        return titled[0] if len(titled) == 1 else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One cell that was read: which row, which measure, period and field, and what it says.

    ``rounded`` says that the cell has more decimals than are kept; ``text`` is the cell's where it is a percentage with
    its sign, or is taken for a fraction. ``month`` is what the source names where that isn't the period: one within the
    quarter.
    """

    row: int
    measure: str
    period: str
    field: str
    value: Decimal | str | None
    rounded: bool = False
    text: str = ""
    month: str = ""

    @property
    def as_fraction(self) -> bool:
        """Return whether the cell is taken for a fraction of what is kept."""
        return bool(self.text) and "%" not in self.text


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be taken: its number as a spreadsheet counts, the text, and the reason.

    Of a source with many periods in a row, one period of it: which one is said then.
    """

    row: int
    text: str
    reason: str
    measure: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class PassedRow:
    """A row, or one period of it, that says nothing to write, and why."""

    row: int
    text: str
    reason: str


NO_FIGURE = "it holds no figure"
NOT_MEASURED = "says that nothing was measured"
NOT_WANTED = "its name is left out"
Found = Item | BadRow | PassedRow


def lacking_in(reading: Reading) -> str:
    """Return which column a reading lacks, as a sentence that asks for it; empty where it has a table."""
    roles = set(reading.roles)
    if PERIOD not in roles:
        return f"Say which column holds the period, such as {FORMS}."
    if reading.shape == LONG and not roles & {*FIGURES, MARK}:
        return "Say which column holds the values."
    if reading.shape == TURNED and MEASURE not in roles:
        return "Say which columns hold values."
    return ""


def names_in(rows: Rows, reading: Reading) -> tuple[str, ...]:
    """Return the names that a source has for its measures, in its order."""
    if reading.shape == TURNED:
        heads = rows[reading.header] if 0 <= reading.header < len(rows) else ()
        found = [
            split_name(heads[n])[0]
            for n, role in enumerate(reading.roles)
            if role == MEASURE and n < len(heads) and heads[n].strip()
        ]
        return tuple(dict.fromkeys(found))
    at = reading.roles.index(MEASURE) if MEASURE in reading.roles else -1
    if at < 0:
        return ()
    cells = (row[at].strip() for row in rows[reading.header + 1 :] if at < len(row))
    names = dict.fromkeys(name for name in cells if name)
    if reading.shape == WIDE and PART not in reading.roles:
        names = dict.fromkeys(split_name(name)[0] for name in names)
    return tuple(names)


def split_name(name: str) -> tuple[str, str]:
    """Return a name without the part that it ends in, such as ``Falls, numerator``, and that part.

    That figures are of the year to date may stand before the part or behind it, and stays with the name.
    """
    whole = without_to_date(name)
    if whole != name and (split := _split(whole))[1] != VALUE:
        return f"{split[0]} {to_date_in(name)}", split[1]
    return _split(name)


def _split(name: str) -> tuple[str, str]:
    stripped = name.strip()
    found = re.fullmatch(r"(?P<name>.+?)[\s,;:|/_(–-]+(?P<part>[A-Za-z]+)\)?", stripped)
    part = _PARTS.get(found["part"].lower(), "") if found else ""
    if found is None or part in ("", VALUE):
        return stripped, VALUE
    return found["name"].strip(), part


# -- reading -----------------------------------------------------------------------------------


def read(rows: Rows, reading: Reading, known: Known, tell: Tell | None = None) -> Iterator[Found]:
    """Give every cell that says something, and every row that can't be taken or says nothing, in the source's order.

    A row is taken whole or not at all, period by period where it holds many. Cells that say nothing was measured are
    passed over: bringing values in never empties one.
    """
    give = _Reader(rows, reading, known).give
    total = len(rows)
    for n in range(reading.header + 1, total):
        if tell is not None and n % _TOLD == 0:
            tell(n, total)
        row = rows[n]
        if any(cell.strip() for cell in row):
            yield from give(n + 1, row)


def texts_in(rows: Rows, reading: Reading, known: Known) -> Texts:
    """Return the figures of a source as they are written, without their units, by measure and field."""
    collector = _Collector(rows, reading, known)
    for n in range(reading.header + 1, len(rows)):
        for _none in collector.give(n + 1, rows[n]):
            pass
    return collector.texts


class _Reader:
    """Reads rows of one shape."""

    def __init__(self, rows: Rows, reading: Reading, known: Known) -> None:
        self._reading, self._known = reading, known
        self._spelling = Spelling(reading.day_first, known.start_month)
        self._measures = {one.id: one for one in known.measures}
        self._columns = {role: n for n, role in reversed(list(enumerate(reading.roles)))}
        self._heads = rows[reading.header] if 0 <= reading.header < len(rows) else ()
        if reading.shape == WIDE:
            self._heads = tuple(map(without_to_date, self._heads))
        year, within = (self._head(self._columns.get(role, -1)) for role in (YEAR, PERIOD))
        self._two = TwoColumns(year, within, known.start_month) if YEAR in self._columns else None
        at = self._columns.get(MARK, -1)
        self._mark_called = mark_called(self._heads[at]) if 0 <= at < len(self._heads) else None
        self._marks = Marks(
            reading.mark, lambda: texts_in(rows, reading, known), comma=reading.comma
        )
        self.give = {LONG: self.long, WIDE: self.wide, TURNED: self.turned}[reading.shape]

    # -- shapes --------------------------------------------------------------------------------

    def long(self, number: int, row: Sequence[str]) -> Iterator[Found]:
        """Give what a row of one measure and period says."""
        name = self._at(row, MEASURE)
        fields = [one for one in (*FIGURES, MARK) if self._at(row, one).strip()]
        if not fields:
            yield _passed(number, row, NO_FIGURE)
            return
        cells = [(one, self._at(row, one)) for one in fields]
        yield from self._taken(number, row, name, self._when(row), cells)

    def wide(self, number: int, row: Sequence[str]) -> Iterator[Found]:
        """Give what a row of one measure says, a column for each period."""
        name, part = self._at(row, MEASURE).strip(), self._at(row, PART)
        wanted = _PARTS.get(plain_name(part)) if PART in self._columns else None
        if PART in self._columns and wanted is None:
            reason = f"“{part.strip()[:40]}” is not value, numerator, denominator or mark"
            yield _bad(number, row, reason)
            return
        if wanted is None:
            name, wanted = split_name(name)
        filled = False
        for n, role in enumerate(self._reading.roles):
            cell = row[n] if role == PERIOD and n < len(row) else ""
            if cell.strip():
                filled = True
                yield from self._taken(number, row, name, self._head(n), [(wanted, cell)])
                if wanted != MARK and not self._measure_of(name):
                    return  # one reason a row is enough
        if not filled:
            yield _passed(number, row, NO_FIGURE)

    def turned(self, number: int, row: Sequence[str]) -> Iterator[Found]:
        """Give what a row of one period says, a column for each measure."""
        period, filled = self._when(row), False
        for n, role in enumerate(self._reading.roles):
            cell = row[n] if role == MEASURE and n < len(row) else ""
            name, part = split_name(self._head(n))
            if cell.strip() and not self._left_out(name):
                filled = True
                yield from self._taken(number, row, name, period, [(part, cell)])
        if not filled:
            yield _passed(number, row, NO_FIGURE)

    # -- cells ---------------------------------------------------------------------------------

    def _at(self, row: Sequence[str], role: str) -> str:
        at = self._columns.get(role, -1)
        return row[at] if 0 <= at < len(row) else ""

    def _head(self, place: int) -> str:
        return self._heads[place] if 0 <= place < len(self._heads) else ""

    def _when(self, row: Sequence[str]) -> str | BadInputError:
        """Return the text of a row's period, of two columns if need be, or why there is none."""
        if self._two is None:
            return self._at(row, PERIOD)
        try:
            return self._two.joined(self._at(row, YEAR), self._at(row, PERIOD))
        except BadInputError as error:
            return error

    def _measure_of(self, name: str) -> Measure | None:
        if MEASURE not in self._reading.roles:
            return self._measures.get(self._reading.measure)
        return self._measures.get(self._reading.names.get(name.strip(), ""))

    def _left_out(self, name: str) -> bool:
        """Return whether a person said that a name isn't wanted: then it is no bad row."""
        return self._reading.names.get(name.strip(), None) == LEFT_OUT

    def _taken(
        self, number: int, row: Sequence[str], name: str, when: str | BadInputError,
        cells: Sequence[tuple[str, str]],
    ) -> Iterator[Found]:  # fmt: skip
        if self._left_out(name):
            yield _passed(number, row, NOT_WANTED)
            return
        measure = self._measure_of(name)
        if measure is None:
            yield _bad(number, row, self._no_measure(name))
            return
        try:
            period, month = self._period(measure, when)
        except BadInputError as error:
            yield _bad(number, row, error.reason)
            return
        items: list[Item] = []
        for part, cell in cells:
            try:
                found = self._said(measure, period, part, cell)
            except BadInputError as error:
                reason = f"{_PART_WORDS[part]} {error.reason}".strip()
                yield replace(_bad(number, row, reason), measure=measure.id, period=period)
                return
            if found is not None:
                items.append(Item(number, measure.id, period, part, *found, month))
        yield from items
        if not items:
            shown = " and ".join(f"“{cell.strip()}”" for _part, cell in cells)
            yield _passed(number, row, f"{month_year_label(period)}: {shown} {NOT_MEASURED}")

    def _no_measure(self, name: str) -> str:
        if MEASURE not in self._reading.roles:
            return "no column names the measure: choose the measure that these values belong to"
        shown, plain = name.strip()[:60], plain_name(name)
        if plain and any(plain == plain_name(one.title) for one in self._known.measures):
            return f"several measures are called “{shown}”: say which is meant"
        return f"no measure is called “{shown}”" if shown else "no measure is named"

    def _period(self, measure: Measure, text: str | BadInputError) -> tuple[str, str]:
        """Return a period, and the month that is named where that is another one of its quarter."""
        if isinstance(text, BadInputError):
            raise text
        found = read_period(text, self._spelling)
        check_not_far(found.period, self._known.latest)
        if measure.frequency == "quarterly":
            first = found.period if found.kind == QUARTERLY else quarter_start(found.period)
            return first, found.period if found.period != first else ""
        if found.kind == QUARTERLY:
            raise BadInputError(
                f"“{text.strip()}” is a quarter, but {measure.title} is kept by month"
            )
        return found.period, ""

    def _said(
        self, measure: Measure, period: str, part: str, text: str
    ) -> tuple[Decimal | str | None, bool, str] | None:
        """Return a cell's value, whether it is rounded, and its text; nothing where nothing was measured."""
        if part != MARK:
            return self._value(measure, part, text)
        word, called = plain_name(text), self._mark_called
        if word in NOTHING:
            return None
        if called and word in YES:
            return called, False, ""
        if called and word in NO:
            return (None, False, "") if measure.marks.get(period) in (None, called) else None
        if word not in MARK_WORDS:
            raise BadInputError(f"“{text.strip()[:40]}” is not provisional, late or final")
        return MARK_WORDS[word], False, ""

    def _value(self, measure: Measure, part: str, text: str) -> tuple[Decimal, bool, str] | None:
        """Return a cell's figure, whether it is rounded, and its text where that is said of an item."""
        percent = measure.unit == "%" and part == VALUE
        if part == VALUE:
            text = without_unit(text, measure.unit or "", measure.title)
        elif text.rstrip().endswith("%"):
            raise BadInputError(f"“{text.strip()[:40]}” is in %, but a {part} is counted")
        value = self._marks.figure(measure, part, text)
        if value is None:
            return None
        signed = percent and "%" in text
        scaled = percent and self._reading.fractions and not signed
        value = value.scaleb(2) if scaled else value
        whole = kept(value)
        return whole, whole != value, text.strip() if signed or scaled else ""


class _Collector(_Reader):
    """Takes note of figures as they are written."""

    def __init__(self, rows: Rows, reading: Reading, known: Known) -> None:
        super().__init__(rows, reading, known)
        self.texts: dict[tuple[str, str], list[str]] = {}

    def _taken(
        self, number: int, row: Sequence[str], name: str, when: str | BadInputError,
        cells: Sequence[tuple[str, str]],
    ) -> Iterator[Found]:  # fmt: skip
        del number, row, when
        measure = self._measure_of(name)
        if measure is not None:
            for part, cell in cells:
                if part != MARK:
                    self.texts.setdefault((measure.id, part), []).append(bare(cell))
        yield from ()


def _bad(number: int, row: Sequence[str], reason: str) -> BadRow:
    return BadRow(number, _text_of(row), reason)


def _passed(number: int, row: Sequence[str], reason: str) -> PassedRow:
    return PassedRow(number, _text_of(row), reason)


def _text_of(row: Sequence[str]) -> str:
    return "  ".join(cell.strip() for cell in row if cell.strip())[:120]


_PART_WORDS = {VALUE: "", NUMERATOR: "numerator:", DENOMINATOR: "denominator:", MARK: "mark:"}
