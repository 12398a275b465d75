"""Budget, flexed budget and actual as rows: categories that unfold to lines, and the statement's totals."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from dyad_desktop.domain.flex import Span
from dyad_desktop.domain.flex_words import explain, parts_words
from dyad_desktop.domain.missing import NO_ACTUAL
from dyad_desktop.domain.sides import POSTED
from dyad_desktop.domain.statement import SIGNS, STATEMENT_ROWS, percent_of
from dyad_desktop.domain.variance import PARTS
from dyad_desktop.ui import format as show
from dyad_desktop.ui.models.sheet import Column, Row
from dyad_desktop.ui.pages.performance.open_sheet import OpenSheet, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dyad_desktop.domain.book import Book
    from dyad_desktop.domain.flex import LineSplit
    from dyad_desktop.domain.forecast import LineForecast
    from dyad_desktop.domain.open_year import Told
    from dyad_desktop.domain.sides import Subject
    from dyad_desktop.domain.year_so_far import YearSoFar
    from dyad_desktop.ui.pages.performance.scope import Scope

SHARED = 3
"""So many lines of a category that begin alike are shown without that beginning."""
THOUSAND, MILLION = 1000, 1_000_000
UNITS = {"thousands": THOUSAND, "units": 1}
STATEMENT = (
    ("Net revenue", "net_revenue", 1),
    ("Other revenue", "other_revenue", 1),
    ("Expense", "total_expense", -1),
    ("Contribution", "contribution", 1),
)
"""Rows of the statement: caption, name in ``STATEMENT_ROWS``, and what more of it does to contribution."""
NAME, BUDGET, FLEXED, ACTUAL, VARIANCE, PERCENT, VERDICT, FIRST_PART = range(8)
_AMOUNTS = (BUDGET, FLEXED, ACTUAL, VARIANCE, *range(FIRST_PART, FIRST_PART + len(PARTS)))
PART_AIR = 8
"""Pixels beside a part at least: its neighbours are muted too, so that nothing else sets them apart."""
PART_TITLES = {
    "volume": ("Volume", "what more or fewer units move at the planned rate and mix"),
    "mix": ("Mix", "what the shift between services of one unit moves at planned rates"),
    "efficiency": ("Efficiency", "paid hours beyond those planned for the volume, at the planned rate"),
    "rate": ("Rate", "the amount for each unit or hour: what volume, mix and efficiency leave"),
    "other": ("Spending", "the whole variance of lines that follow no volume and have no hours"),
}  # fmt: skip


def category_title(category: str, kind: str = "") -> str:
    """Return a category as people call it; what capital requests post is told apart by its kind."""
    if category == POSTED and kind:
        return f"{'Cost' if kind == 'expense' else 'Benefit'} of capital requests"
    text = show.words(category or "other")
    return text[:1].upper() + text[1:]


def verdict(effect: int) -> str:
    """Return what a variance does to contribution, in words."""
    return "as planned" if effect == 0 else "favourable" if effect > 0 else "unfavourable"


def noted(words: str, note: str) -> str:
    """Return a verdict with a note on what it lacks; without any actual there is no verdict."""
    if not note:
        return words
    return note if note == NO_ACTUAL else f"{words}, {note}"


def tone_of(effect: int) -> str:
    """Return the status whose colour says the same."""
    return "" if effect == 0 else "on_track" if effect > 0 else "off_track"


def judged(effect: int, unit: int, exponent: int) -> int:
    """Return what a variance does to contribution; nothing where it shows as nothing."""
    return effect if abs(effect) * 2 >= unit * 10**exponent else 0


def short_names(subjects: "Iterable[Subject]") -> dict[str, str]:
    """Return the lines' names without the beginning that they share with others of their category."""
    named = [(one, *one.name.partition(": ")) for one in subjects]
    shared = Counter((one.kind, one.category, begins) for one, begins, colon, _ in named if colon)
    return {
        one.id: rest[:1].upper() + rest[1:]
        if colon and shared[one.kind, one.category, begins] >= SHARED
        else one.name
        for one, begins, colon, rest in named
    }


def percent_text(value: Decimal | None) -> str:
    """Return a percentage with one place."""
    return show.NOTHING if value is None else show.number(value, 1)


def unit_words(book: "Book", unit: int) -> str:
    """Return how the unit is written in a heading: ``US$ thousands``."""
    sign = show.currency_sign(book)
    return f"{sign} thousands" if unit == THOUSAND else sign


def figure(book: "Book", amount: int, unit: int) -> Decimal:
    """Return an amount in the unit shown, exactly."""
    return Decimal(amount).scaleb(-show.exponent(book)) / unit


def spoken_amount(book: "Book", amount: int) -> str:
    """Return an amount's size for a sentence: ``US$ 305 thousand``, ``US$ 12.8 million``."""
    sign, units = show.currency_sign(book), abs(amount) / 10 ** show.exponent(book)
    if units >= 10 * MILLION:
        return f"{sign} {show.money(book, abs(amount), unit=MILLION, places=1)} million"
    if units >= THOUSAND:
        return f"{sign} {show.money(book, abs(amount), unit=THOUSAND)} thousand"
    return f"{sign} {show.money(book, abs(amount))}"


def listed_amounts(book: "Book", pairs: "Sequence[tuple[str, int]]") -> str:
    """Return names with signed amounts, the unit once at the end: ``mix −316, rate +92 thousand``."""
    units = 10 ** show.exponent(book)
    large = any(abs(amount) >= THOUSAND * units for _, amount in pairs)
    texts = (
        f"{name} {'+' if amount > 0 else show.MINUS}{show.money(book, abs(amount), unit=THOUSAND if large else 1)}"
        for name, amount in pairs
    )
    return ", ".join(texts) + (" thousand" if large else "")


@dataclass(frozen=True, slots=True)
class Figures:
    """One row: its amounts, and the sign of what more of it does to contribution."""

    name: str
    span: Span
    sign: int
    note: str = ""
    """Whether it lacks actuals: ``incomplete``, ``no actual yet``."""

    @property
    def verdict(self) -> str:
        """Return what the variance does to contribution, in words, and whether it lacks actuals."""
        return noted(verdict(self.effect), self.note)

    @property
    def budget(self) -> int:
        """Return the planned amount."""
        return self.span.plan

    @property
    def actual(self) -> int:
        """Return the amount that came."""
        return self.span.actual

    @property
    def variance(self) -> int:
        """Return actual − budget."""
        return self.span.variance

    @property
    def effect(self) -> int:
        """Return what the variance does to contribution."""
        return self.sign * self.variance

    @property
    def percent(self) -> Decimal | None:
        """Return the variance in percent of the budget's size."""
        return percent_of(self.variance, abs(self.budget))

    def amount(self, column: int) -> int | None:
        """Return the amount of a column; ``None`` of one that holds none."""
        if column >= FIRST_PART:
            return int(getattr(self.span.parts, PARTS[column - FIRST_PART]))
        known = {BUDGET: self.budget, FLEXED: self.span.flexed, ACTUAL: self.actual}
        return self.variance if column == VARIANCE else known.get(column)


def statement_figures(year: "YearSoFar", scope: "Scope") -> list[Figures]:
    """Return the statement's rows."""
    notes = {
        name: year.missing.note(
            [one.id for one in year.subjects if one.kind in STATEMENT_ROWS[name]], scope.places
        )
        for _, name, _ in STATEMENT
    }
    return [
        Figures(title, year.row(name, scope.places), sign, notes[name])
        for title, name, sign in STATEMENT
    ]


def category_figures(year: "YearSoFar", scope: "Scope") -> dict[tuple[str, str], Figures]:
    """Return a row for each kind and category of line, in the pair's order."""
    members: dict[tuple[str, str], list[str]] = {}
    for one in year.subjects:
        members.setdefault((one.kind, one.category), []).append(one.id)
    return {
        (kind, name): Figures(
            category_title(name, kind),
            span,
            SIGNS[kind],
            year.missing.note(members[kind, name], scope.places),
        )
        for (kind, name), span in year.categories(scope.places).items()
    }


def lines_told(year: "YearSoFar", lines: "Collection[str]", scope: "Scope") -> "Told":
    """Return what lines add to the figures of the table over some months."""
    spans = zip(year.subjects, year.spans(scope.places), strict=True)
    return {
        one.id: added(one, ((column, _amount(span, column)) for column in _AMOUNTS))
        for one, span in spans
        if one.id in lines
    }


def _amount(span: Span, column: int) -> int:
    return Figures("", span, 1).amount(column) or 0


def added(line: "Subject", amounts: "Iterable[tuple[int, int]]") -> dict[str, int]:
    """Return what a line's amounts, by column, add to its own row, its category's and those of the statement."""
    found: dict[str, int] = {}
    rows = [(title, STATEMENT_ROWS[name].get(line.kind)) for title, name, _ in STATEMENT]
    for column, amount in amounts:
        found[name_of(line.id, column)] = amount
        found[name_of(f"{line.kind} {line.category}", column)] = amount
        found |= {name_of(title, column): sign * amount for title, sign in rows if sign}
    return found


class AgainstModel(OpenSheet):
    """The table of lines. Amounts in the unit that is switched to."""

    def __init__(self) -> None:
        super().__init__(_columns("", ""))
        self._year: YearSoFar | None = None
        self._scope: Scope | None = None
        self._rows: list[Figures] = []
        self._sums: list[Figures] = []
        self._categories: Mapping[tuple[str, str], Figures] = {}
        self._members: dict[tuple[str, str], list[int]] = {}
        """Places of a category's lines among the year's."""
        self._names: Mapping[str, str] = {}
        self.unit = THOUSAND

    def show(self, year: "YearSoFar", scope: "Scope", unit: int) -> None:
        """Show some months; categories are folded the first time."""
        self._categories = category_figures(year, scope)
        if self._year is None:
            self.folded = {f"{kind} {name}" for kind, name in self._categories}
        if self._year is not year:
            self._members, self._names = {}, short_names(year.subjects)
            for n, one in enumerate(year.subjects):
                self._members.setdefault((one.kind, one.category), []).append(n)
        self._year, self._scope, self.unit = year, scope, unit
        self.columns = tuple(_columns(scope.words, unit_words(year.book, unit)))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._sums = statement_figures(year, scope)
        self.totals = [Row(("statement", row.name), look="total") for row in self._sums]
        self.refold()

    @property
    def rounded(self) -> bool:
        """Return whether amounts are in thousands."""
        return self.unit > 1

    def refold(self) -> None:
        """Make the rows anew."""
        if self._year is None or self._scope is None:
            return
        rows: list[Row] = []
        self._rows = []
        spans = self._year.spans(self._scope.places)
        for key, category in self._categories.items():
            group = f"{key[0]} {key[1]}"
            rows.append(Row(("category", group), look="group", depth=1, group=group))
            self._rows.append(category)
            for n in () if group in self.folded else self._members[key]:
                one = self._year.subjects[n]
                rows.append(Row(("operating_line", one.id), depth=2))
                note = self._year.missing.note([one.id], self._scope.places)
                self._rows.append(Figures(self._names[one.id], spans[n], SIGNS[one.kind], note))
        self.replace_rows(rows)

    def reveal(self, line: str) -> int:
        """Return where a line stands, its category unfolded; -1 when it isn't there."""
        subjects = () if self._year is None else self._year.subjects
        group = next((f"{one.kind} {one.category}" for one in subjects if one.id == line), None)
        if group in self.folded:
            self.folded.discard(group)
            self.refold()
        return next((n for n, row in enumerate(self.rows) if row.key[1] == line), -1)

    def figures(self, row: int) -> Figures:
        """Return a row's amounts."""
        return self._rows[row]

    def _judged(self, row: Figures) -> int:
        assert self._year is not None  # noqa: S101 - rows come from a year
        return judged(row.effect, self.unit, show.exponent(self._year.book))

    def _cell(self, row: Figures, column: int) -> str:
        assert self._year is not None  # noqa: S101 - rows come from a year
        if column == NAME:
            return row.name
        amount = row.amount(column)
        if amount is None:
            if column == PERCENT:
                return percent_text(row.percent)
            return noted(verdict(self._judged(row)), row.note)
        if column >= FIRST_PART and amount == 0:
            return ""
        return show.money(self._year.book, amount, unit=self.unit)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        return self._cell(self._rows[row], column)

    def total_text(self, row: int, column: int) -> str:
        """Return what a cell of the statement shows."""
        return self._cell(self._sums[row], column)

    # -- ranges --------------------------------------------------------------------------------

    def figure_name(self, row: int, column: int) -> str:
        """Return the name of a category's, or a line's figure."""
        return name_of(self.rows[row].key[1], column)

    def total_name(self, row: int, column: int) -> str:
        """Return the name of a figure of the statement."""
        return name_of(self._sums[row].name, column)

    def end_text(self, row: int, amount: int) -> str:
        """Return an end of a figure."""
        del row
        assert self._year is not None  # noqa: S101 - rows come from a year
        return show.money(self._year.book, amount, unit=self.unit)

    def split(self, row: int) -> "LineSplit | None":
        """Return the variance of a row's line; ``None`` of a category."""
        splits = () if self._year is None else self._year.splits
        return next((one for one in splits if one.id == self.rows[row].key[1]), None)

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told: of a name which split its line has, and why."""
        found = self.split(row) if column == NAME else None
        if found is None or self._year is None:
            return super().tip(row, column)
        said = explain(self._year.book, found, self._year.periods)
        return f"{self.text(row, NAME)}: split into {parts_words(found)}. {said}"

    def tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict."""
        del column
        return tone_of(self._judged(self._rows[row]))

    def total_tone(self, row: int, column: int) -> str:
        """Return the colour of a verdict on the statement."""
        del column
        return tone_of(self._judged(self._sums[row]))

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the unit shown."""
        found = self._rows[row]
        amount = found.amount(column)
        if amount is None:
            return found.percent if column == PERCENT else None
        assert self._year is not None  # noqa: S101 - rows come from a year
        return figure(self._year.book, amount, self.unit)


def _columns(when: str, unit: str) -> list[Column]:
    return [
        Column("name", f"{when}, {unit}" if when else "", 212, numeric=False),
        Column("budget", "Budget", 70, look="muted"),
        Column("flexed", "Flexed", 70, look="muted", tip="The budget for the volume that came"),
        Column("actual", "Actual", 70),
        Column("variance", "Variance", 70, tip="Actual − budget"),
        Column("percent", "%", 48, tip="Variance in percent of the budget", places=2),
        Column("verdict", "For contribution", 106, numeric=False, look="tone"),
        *(
            Column(
                name,
                PART_TITLES[name][0],
                74 if name == "efficiency" else 64,
                look="muted",
                tip=f"{PART_TITLES[name][0]}: {PART_TITLES[name][1]}",
                air=PART_AIR,
            )
            for name in PARTS
        ),
    ]


def amounts_of(found: "LineForecast", count: int) -> list[int]:
    """Return the amounts of a line's forecast from the year so far on: came, rest, end, budget, variance, months."""
    return [
        found.actual,
        found.total - found.actual,
        found.total,
        found.budget,
        found.variance,
        *found.months[count:],
    ]
