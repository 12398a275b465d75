"""Brings observations in: what a source would change, seen before anything is written, then one commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.fiscal import add_months
from dyad_desktop.domain.goals import Goal, Measure
from dyad_desktop.domain.observation_import import (
    DENOMINATOR,
    FIGURES,
    MARK,
    NUMERATOR,
    VALUE,
    BadRow,
    Item,
    Known,
    PassedRow,
    Reading,
    lacking_in,
    read,
)
from dyad_desktop.domain.observation_import_checks import is_young
from dyad_desktop.domain.observation_import_contradictions import contradictions
from dyad_desktop.domain.observation_import_guess import guess
from dyad_desktop.domain.observation_import_patients import check_no_patients
from dyad_desktop.domain.observation_import_to_date import said_to_date
from dyad_desktop.domain.partnership import Partnership
from dyad_desktop.domain.ratio import is_ratio
from dyad_desktop.domain.to_date import YEAR_TO_DATE
from dyad_desktop.errors import BadInputError
from dyad_desktop.exchange.observations import Progress, Source, Watch, read_file
from dyad_desktop.services.goals import (
    Entry,
    observation_edits,
)
from dyad_desktop.services.importing_apart import Apart, mark_apart, parted, span_apart
from dyad_desktop.services.importing_checks import (
    ahead_in,
    chart_changed,
    of_quarters,
    possible,
    repeated,
    unspoilt,
    unusual_in,
)
from dyad_desktop.services.importing_parts import Doubt, with_parts
from dyad_desktop.services.importing_past import Past, brought_back
from dyad_desktop.services.importing_to_date import (
    AGAINST,
    SAYS,
    YearQuestion,
    denies,
    fallen,
    holds_months,
    looks_to_date,
    own_of,
    question_of,
)
from dyad_desktop.services.rhythm import today

ADDED, CHANGED, EQUAL, LEFT = "added", "changed", "equal", "left"
"""What happens to a value; ``left`` differs from what stands, which only is added to."""
WRITTEN = frozenset({ADDED, CHANGED})
PARTS = frozenset({NUMERATOR, DENOMINATOR})
AHEAD = 24
"""Months after today, or the partnership's date, up to which a period is believed: a later one is a slip."""
PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: replace what stands, mark young periods, and of which measures figures are year to date.

    A measure that holds values of single months gets those of each month, worked out of them. ``own_period`` are those
    of which it was said that each figure is its month's own, whatever it looks like.
    """

    replacing: bool = True
    marking: bool = True
    year_to_date: frozenset[str] = frozenset()
    own_period: frozenset[str] = frozenset()
    asked_anew: frozenset[str] = frozenset()
    """Measures of which something was said before, or by the source, that the figures speak against."""

    @property
    def answered(self) -> frozenset[str]:
        """Return the measures of which it was said what their figures are."""
        return self.year_to_date | self.own_period


@dataclass(frozen=True, slots=True)
class Move:
    """A value of a measure that a source speaks of: what stands, what it says, and in which row.

    Row 0 is a value that follows from its parts, or a mark that nobody wrote into the source.
    """

    measure: str
    period: str
    field: str
    old: Decimal | str | None
    new: Decimal | str | None
    row: int
    how: str
    rounded: bool = False
    """Whether the source has more decimals than are kept."""


@dataclass(frozen=True)
class Preview:
    """What bringing a source in does, nothing of it written yet."""

    source: str
    wish: Wish
    book: Book = field(repr=False, compare=False)
    items: tuple[Item, ...] = field(repr=False)
    moves: tuple[Move, ...]
    bad: tuple[BadRow, ...]
    young: int
    """Values of periods that aren't complete yet."""
    building: tuple[str, ...]
    """Measures whose values are said by the source to be year to date, or look it, and aren't kept as such."""
    partless: tuple[str, ...]
    """Measures that would have numerators and denominators, but no values: they aren't said to be ratios."""
    doubts: tuple[Doubt, ...] = ()
    """What should be looked at, row by row; none of it keeps a value from being written."""
    apart: Apart = frozenset()
    """What the partners held apart when it was weighed; periods of that are left to them."""
    said: frozenset[str] = frozenset()
    """Measures of which the source says that its figures are of the year to date."""
    months: frozenset[str] = frozenset()
    """Measures that hold values of single months besides those that are brought in."""
    unread: tuple[BadRow, ...] = field(default=(), repr=False)
    """Rows that can't be taken whatever is wished."""
    passed: tuple[PassedRow, ...] = ()
    """Rows that say nothing to write, such as that nothing was measured."""
    questions: tuple[YearQuestion, ...] = ()
    """What is asked, or was answered, of figures that may be of the year to date."""
    past: Past = field(default_factory=dict, repr=False, compare=False)
    """What was corrected by hand after a source had brought it."""

    def of(self, how: str) -> tuple[Move, ...]:
        """Return the moves of one sort."""
        return tuple(move for move in self.moves if move.how == how)

    @property
    def written(self) -> tuple[Move, ...]:
        """Return what would be written."""
        return tuple(move for move in self.moves if move.how in WRITTEN)

    @property
    def open(self) -> tuple[str, ...]:
        """Return the measures of which must be said what their figures are before anything is written."""
        return tuple(one for one in self.building if one not in self.wish.answered)

    @property
    def rounded(self) -> int:
        """Return how many figures would be written with fewer decimals than the source has."""
        return sum(move.rounded for move in self.written)

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to write."""
        return not self.written and not self.to_date

    @property
    def to_date(self) -> frozenset[str]:
        """Return the measures that would be kept as figures of the year to date."""
        brought = {item.measure for item in self.items}
        asked = (self.wish.year_to_date & brought) - self.months
        kept = (self.book.get(Measure, one) for one in asked)
        return frozenset(
            one.id
            for one in kept
            if one is not None and one.span != YEAR_TO_DATE and not span_apart(one.id, self.apart)
        )


def known_of(book: Book, remembered: Mapping[str, str] | None = None) -> Known:
    """Return what a guess may know."""
    whole = book.only(Partnership)
    measures = [one for goal in book.all(Goal) for one in book.children(Measure, goal.id)]
    return Known(tuple(measures), remembered or {}, whole.start_month, latest_month(book))


def latest_month(book: Book) -> str:
    """Return the last month for which values are taken: what lies further ahead is a mistyped year."""
    return add_months(max(book.only(Partnership).as_of or "", today())[:7], AHEAD)


def guessed(source: Source, known: Known) -> Reading:
    """Return how a source is most likely meant.

    Raises:
        BadInputError: it is empty, or looks like rows about patients.
    """
    check_no_patients(source.rows)
    return guess(source.rows, known, otherwise_comma=source.comma)


def read_table(
    path: Path, known: Known, sheet: str = "", progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Source:  # fmt: skip
    """Read a file; of a workbook the sheet that is named, else the first that holds a table.

    Where none does, the first is given. A sheet with rows about patients is passed over as one without a table.

    Raises:
        BadInputError: it can't be read, or there is no such sheet.
        DyadError: it was cancelled.
    """
    first = read_file(path, sheet, progress, cancelled)
    if sheet and sheet not in first.sheets:
        raise BadInputError(
            f"there is no sheet {sheet!r}; sheets are {', '.join(first.sheets) or 'none'}"
        )
    if sheet or _has_table(first, known):
        return first
    for name in first.sheets:
        other = first if name == first.sheet else read_file(path, name, progress, cancelled)
        if other is not first and _has_table(other, known):
            return replace(other, passed=first.sheets[: first.sheets.index(name)])
    return first


def _has_table(source: Source, known: Known) -> bool:
    try:
        return not lacking_in(guessed(source, known))
    except BadInputError:
        return False


def preview(  # noqa: PLR0913 - each names itself where it is called
    book: Book, source: Source, reading: Reading, wish: Wish | None = None, *,
    known: Known | None = None, apart: Apart = frozenset(), past: Past | None = None,
    progress: Progress | None = None, cancelled: Callable[[], bool] | None = None,
) -> Preview:  # fmt: skip
    """Return what a source does to the measures of a book. Writes nothing.

    What the partners hold ``apart`` is left: an import would settle it unnoticed. ``past`` has what was corrected by
    hand: where the source brings back what stood before, that is told.

    Raises:
        BadInputError: it looks like rows about patients.
        DyadError: it was cancelled.
    """
    check_no_patients(source.rows)
    watch = Watch(progress, cancelled)
    items, bad = list[Item](), list[BadRow]()
    known = known or known_of(book)
    passed = list[PassedRow]()
    for found in read(source.rows, reading, known, watch.tell):
        if isinstance(found, BadRow):
            bad.append(found)
        elif isinstance(found, PassedRow):
            passed.append(found)
        else:
            items.append(found)
    whole, torn = unspoilt(book, items, bad)
    kept, against = contradictions(whole, {one.id: one.title for one in known.measures})
    kept, impossible = possible(book, kept)
    everything = sorted([*bad, *torn, *against, *impossible], key=lambda one: one.row)
    passed += repeated(book, items, kept, everything)
    told = tuple(sorted(passed, key=lambda one: one.row))
    said = said_to_date(source.rows, reading, source.sheet)
    return _weighed(
        book, source.name, wish or Wish(), kept, everything, told,
        apart=apart, said=said, past=past or {},
    )  # fmt: skip


def again(book: Book, before: Preview, wish: Wish, apart: Apart) -> Preview:
    """Return a preview of the same source under another wish, or over a newer book."""
    items, bad, passed = before.items, before.unread, before.passed
    return _weighed(
        book, before.source, wish, items, bad, passed,
        apart=apart, said=before.said, past=before.past,
    )  # fmt: skip


def as_said(shown: Preview) -> Preview:
    """Return a preview that believes what the source says of the year to date, unless a person said otherwise.

    Of what its figures speak against nothing is believed, whoever said it: that is asked anew.
    """
    said = (shown.said & set(shown.building)) - shown.wish.answered
    wish = replace(shown.wish, year_to_date=shown.wish.year_to_date | said)
    against = frozenset(one for one in wish.answered if _denied(shown, wish, one))
    if not said and not against:
        return shown
    wish = replace(
        wish,
        year_to_date=wish.year_to_date - against,
        own_period=wish.own_period - against,
        asked_anew=against,
    )
    return again(shown.book, shown, wish, shown.apart)


def _denied(shown: Preview, wish: Wish, measure_id: str) -> bool:
    measure = shown.book.get(Measure, measure_id)
    items = [item for item in shown.items if item.measure == measure_id]
    start, to_date = shown.book.only(Partnership).start_month, measure_id in wish.year_to_date
    return measure is not None and denies(measure, items, start, to_date=to_date)


def _weighed(  # noqa: PLR0913 - what a preview is made of
    book: Book, source: str, wish: Wish, items: Sequence[Item], bad: Sequence[BadRow],
    passed: tuple[PassedRow, ...], *, apart: Apart, said: frozenset[str], past: Past,
) -> Preview:  # fmt: skip
    by_measure: dict[str, list[Item]] = {}
    for item in items:
        by_measure.setdefault(item.measure, []).append(item)
    weighing = _Weighing(book, wish, apart, said, past)
    for measure_id, found in by_measure.items():
        measure = book.get(Measure, measure_id)
        if measure is not None:
            weighing.take(measure, found)
    moves, doubts = weighing.moves, weighing.doubts
    doubts += ahead_in(
        ((m.period, m.row) for m in moves if m.field != MARK and m.how in WRITTEN), weighing.as_of
    )
    return Preview(
        source, wish, book, tuple(items), tuple(moves),
        tuple(sorted([*bad, *weighing.bad], key=lambda one: one.row)), weighing.young,
        tuple(weighing.building), tuple(weighing.partless),
        tuple(sorted(doubts, key=lambda one: one.row)), apart, said, frozenset(weighing.months), tuple(bad),
        passed, tuple(weighing.questions), past,
    )  # fmt: skip


class _Weighing:
    """What a source does to one measure after the other."""

    def __init__(
        self, book: Book, wish: Wish, apart: Apart, said: frozenset[str], past: Past
    ) -> None:
        self._book, self._wish, self._apart, self._said = book, wish, apart, said
        self._past = past
        whole = book.only(Partnership)
        self.as_of, self._start = whole.as_of or "", whole.start_month
        self.moves, self.doubts, self.bad = list[Move](), list[Doubt](), list[BadRow]()
        self.building, self.partless = list[str](), list[str]()
        self.months, self.young = set[str](), 0
        self.questions = list[YearQuestion]()

    def take(self, measure: Measure, items: Sequence[Item]) -> None:
        """Weigh what a source says of a measure."""
        if holds_months(measure, items, self._start):
            self.months.add(measure.id)
        brought = items
        to_date = measure.id in self._wish.year_to_date
        if to_date and measure.id in self.months and not span_apart(measure.id, self._apart):
            items, bad = own_of(measure, items, self._start)
            self.bad += bad
        agreed = parted(measure, items, self._apart, to_date=to_date)
        self.doubts += agreed.doubts
        made = [*_left(measure, agreed.left), *self._made_of(measure, agreed.free)]
        self.moves += made
        after = _after(measure, made)
        added, changed = ({m.period for m in made if m.how == how} for how in (ADDED, CHANGED))
        self.doubts += of_quarters(measure, items, added, changed)
        self._look_at(measure, after, made)
        self._look_to_date(measure, after, items, made)
        if measure.id in {*self.building, *self._wish.answered}:
            kept = measure.id not in self.months
            self.questions.append(question_of(measure, brought, self._start, kept=kept))
        periods = {move.period for move in made if move.field == VALUE}
        self.young += sum(is_young(measure, period, self.as_of) for period in periods)
        lacking = (m for m in made if m.field in PARTS and after.values.get(m.period) is None)
        if not is_ratio(measure) and any(m.how in WRITTEN for m in lacking):
            self.partless.append(measure.id)

    def _made_of(self, measure: Measure, items: Sequence[Item]) -> Iterator[Move]:
        """Give what items come to; a mark that the partners hold apart isn't set or lifted by age either."""
        for move in _moves(measure, items, self._wish, self.as_of, self.doubts.append):
            if move.field != MARK or not mark_apart(measure.id, move.period, self._apart):
                yield move

    def _look_at(self, measure: Measure, after: Measure, made: Sequence[Move]) -> None:
        figures = [
            (m.field, m.period, m.new, m.row)
            for m in made
            if m.how in WRITTEN and isinstance(m.new, Decimal)
        ]
        self.doubts += unusual_in(measure, after, figures)
        changed = [
            (m.period, m.field, m.row, m.old, m.new)
            for m in made
            if m.how == CHANGED and isinstance(m.old, Decimal) and isinstance(m.new, Decimal)
        ]
        self.doubts += brought_back(measure.id, self._past, changed)
        written = {(m.period, m.row) for m in made if m.how in WRITTEN}
        self.doubts += chart_changed(self._book, measure, after, written)

    def _look_to_date(
        self, measure: Measure, after: Measure, items: Sequence[Item], made: Sequence[Move]
    ) -> None:
        """Ask whether values are of the year to date, and tell where such fall within a year."""
        said = measure.id in self._said and measure.span != YEAR_TO_DATE
        asked = measure.id not in self._wish.year_to_date
        news = asked and any(move.how in WRITTEN for move in made)
        own = measure.id in self._wish.own_period
        anew = measure.id in self._wish.asked_anew and not own
        reason = AGAINST if anew else SAYS if said else ""
        if news and not reason:
            reason = looks_to_date(measure, items, after, self._start)
        if reason:
            self.building.append(measure.id)
        if asked and reason and items and (said or not own):
            first = min(items, key=lambda one: one.row)
            self.doubts.append(Doubt(first.row, measure.id, first.period, reason))
        if measure.span == YEAR_TO_DATE or not (asked or measure.id in self.months):
            written = [(m.period, m.row) for m in made if m.field == VALUE and m.how in WRITTEN]
            self.doubts += fallen(measure, after, written, self._start)


def _left(measure: Measure, items: Sequence[Item]) -> Iterator[Move]:
    for item in items:
        stands = getattr(measure, item.field).get(item.period)
        yield Move(
            measure.id, item.period, item.field, stands, item.value, item.row, LEFT
        )  # fmt: skip


def _after(measure: Measure, moves: Sequence[Move]) -> Measure:
    """Return a measure as it is once moves are written."""
    series: dict[str, Any] = {name: dict(getattr(measure, name)) for name in FIGURES}
    for move in moves:
        if move.field in series and move.how in WRITTEN:
            series[move.field][move.period] = move.new
    return replace(measure, **series)


def _moves(
    measure: Measure, items: Sequence[Item], wish: Wish, as_of: str, doubt: Callable[[Doubt], None]
) -> Iterator[Move]:
    """Give what a source says of one measure, period by period, with what follows from it."""
    periods: dict[str, dict[str, Item]] = {}
    for item in items:
        periods.setdefault(item.period, {})[item.field] = item
    for period, said in sorted(periods.items()):
        whole, reason = with_parts(measure, period, said, replacing=wish.replacing)
        if reason:
            row = said[VALUE].row if VALUE in said else min(item.row for item in said.values())
            doubt(Doubt(row, measure.id, period, reason))
        yield from _moves_of_period(measure, period, whole, wish, as_of)


def _moves_of_period(
    measure: Measure, period: str, said: Mapping[str, Item], wish: Wish, as_of: str
) -> Iterator[Move]:
    entries: list[Entry] = []
    rows = {name: item.row for name, item in said.items()}
    for name, item in said.items():
        old = getattr(measure, name).get(period)
        if old == item.value:
            yield Move(measure.id, period, name, old, item.value, item.row, EQUAL)
        elif old is not None and not wish.replacing:
            yield Move(measure.id, period, name, old, item.value, item.row, LEFT)
        else:
            entries.append(Entry(period, name, item.value))
    if not entries and PARTS & said.keys() and measure.values.get(period) is None:
        entries.append(Entry(period, VALUE, None))  # what its parts give, if they do
    if entries and VALUE in said and said[VALUE].value == measure.values.get(period):
        entries.append(Entry(period, VALUE, said[VALUE].value))  # stays, whatever its parts become
    entries += _mark(measure, period, said, entries, wish, as_of)
    for edit in observation_edits(measure, entries):
        old = getattr(measure, edit.field).get(period)
        if old != edit.value:
            how = ADDED if old is None else CHANGED
            cut = edit.field in said and said[edit.field].rounded
            yield Move(measure.id, period, edit.field, old, edit.value, rows.get(edit.field, 0), how, cut)  # fmt: skip


def _mark(
    measure: Measure, period: str, said: Mapping[str, Item], entries: Sequence[Entry], wish: Wish,
    as_of: str,
) -> list[Entry]:  # fmt: skip
    """Return the mark that a period gets by its age: provisional while it is young, none once it is complete."""
    if not wish.marking or MARK in said or not measure.lag_days or not as_of:
        return []
    stands = measure.marks.get(period)
    young = is_young(measure, period, as_of)
    if young and entries and stands is None:
        return [Entry(period, MARK, PROVISIONAL)]
    if not young and stands == PROVISIONAL:
        return [Entry(period, MARK, None)]
    return []
