"""The sheet of operating lines: groups that fold, months by hand, totals beneath."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.budget import Budget
from dyad_desktop.domain.budget_line import BudgetLine
from dyad_desktop.domain.contested import Open, Span
from dyad_desktop.domain.formula import FormulaName, formula_choices, read_formula, readable
from dyad_desktop.domain.meant import GROWING, own_growth
from dyad_desktop.domain.methods import PRIOR_YEAR
from dyad_desktop.domain.operating import DraftLine, OperatingLine, draft_line_id
from dyad_desktop.domain.plan_words import lost_growth_words, plan_short, plan_words, problem_words
from dyad_desktop.errors import BadInputError
from dyad_desktop.replication.change import Address
from dyad_desktop.services.operating import (
    FormulaEdit,
    GrowthEdit,
    LineEdit,
    MonthEdit,
    growth_place,
    year_edits,
)
from dyad_desktop.ui.models.sheet import NOBODY, Row, SheetModel
from dyad_desktop.ui.models.unit import Unit
from dyad_desktop.ui.pages.operating.figures import (
    change_pct,
    parse_growth,
    percent_text,
    range_ends,
    range_words,
)
from dyad_desktop.ui.pages.operating.line_columns import (
    CHANGE,
    DRIVER,
    FIRST,
    FOOTER,
    FOOTER_TITLES,
    GROWTH,
    MONTHS,
    NAME,
    PRIOR,
    TOTAL,
    columns_of,
    unit_heading,
)
from dyad_desktop.ui.pages.operating.line_groups import (
    Group,
    groups_of,
    moved_lines,
    place_of,
)
from dyad_desktop.ui.pages.operating.line_ranges import LineRanges, prior_of
from dyad_desktop.ui.pages.operating.line_words import comes_from, line_words

SHARED = 3
"""So many lines of a group that begin alike are shown without that beginning."""


class LinesModel(SheetModel):
    """Operating lines of a draft. ``wanted`` carries the edits that the service should write."""

    wanted = Signal(object)

    def __init__(self, book: Book, budget: Budget, unit: Unit) -> None:
        self.unit = unit
        super().__init__(columns_of(book, budget, unit))
        self._book, self._budget = book, budget
        self._groups: list[Group] = []
        self._texts: dict[str, tuple[BudgetLine, OperatingLine, list[str]]] = {}
        self._entities: Mapping[str, OperatingLine] = {}
        self._authors: dict[tuple[str, str], int] = {}
        self._group_of: dict[str, Group] = {}
        self._row_at: dict[str, int] = {}
        self._statement: dict[str, tuple[int, ...]] = {}
        self._beginnings: Counter[tuple[str, str]] = Counter()
        self._ranges = LineRanges()
        self.totals = [Row(("statement", name), "total") for name in FOOTER]
        self._build()

    # -- following the book --------------------------------------------------------------------

    def show(self, book: Book, budget: Budget) -> None:
        """Show a newer book; only the rows that changed are painted again."""
        before, old = self._book, self._budget
        self._statement.clear()
        self._ranges.forget()
        self._book, self._budget = book, budget
        lines, known = book.rows(OperatingLine), before.rows(OperatingLine)
        edited = set() if lines is known else {k for k, v in lines.items() if known.get(k) is not v}
        elsewhere = len(lines) != len(known) or any(
            place_of(known.get(k)) != place_of(lines[k]) for k in edited
        )
        agreed = old.planned is not budget.planned
        if elsewhere or agreed or old.posted.keys() != budget.posted.keys():
            self._build()
            return
        self._entities = lines
        changed = set(moved_lines(old, budget))
        for line in changed:
            self._group_of[line].replace(old.lines[line], budget.lines[line])
        self._repaint(changed | edited)

    def _repaint(self, lines: set[str]) -> None:
        """Paint some lines and their groups again."""
        keys = lines | {self._group_of[line].key for line in lines}
        self.replace_rows(self.rows, {self._row_at[key] for key in keys if key in self._row_at})

    def _build(self) -> None:
        lines = self._book.all(OperatingLine)
        self._entities = self._book.rows(OperatingLine)
        self._groups = groups_of(lines, self._budget)
        self._group_of = {line: group for group in self._groups for line in group.lines}
        self._beginnings = Counter(
            (group.key, self._entities[line].name.partition(": ")[0])
            for group in self._groups
            for line in group.lines
            if line in self._entities
        )
        self.refold()

    def refold(self) -> None:
        """Make the rows of the groups that are open."""
        rows: list[Row] = []
        for group in self._groups:
            rows.append(Row(("group", group.key), "group", 1, group.key))
            if group.key not in self.folded:
                rows += [
                    Row(("operating_line", line), "line", 1, group.key)
                    if line in self._entities
                    else Row(("posting", line), "linked", 1, group.key)
                    for line in group.lines
                ]
        self._row_at = {row.key[1]: n for n, row in enumerate(rows)}
        self.replace_rows(rows)

    def set_authors(self, authors: Mapping[Address, str], places: Mapping[str, int]) -> None:
        """Take who set which month by hand."""
        lines: set[str] = set()
        for at, partner in authors.items():
            place, key = places.get(partner, 0), (at.id, at.slot)
            if at.field == "months" and self._authors.get(key) != place:
                self._authors[key] = place
                lines.add(at.id.removeprefix(f"{self._budget.draft_id}."))
        self._repaint(lines & self._entities.keys())

    def set_unit(self, unit: Unit) -> None:
        """Show another unit."""
        self.unit = unit
        self._texts.clear()
        self.forget_parts()
        self.beginResetModel()
        self.columns = tuple(columns_of(self._book, self._budget, unit))
        self.endResetModel()

    def row_of(self, line: str) -> int:
        """Return where a line stands, its group unfolded if need be; -1 when there is no such line."""
        group = self._group_of.get(line)
        if group is not None and group.key in self.folded:
            self.folded.discard(group.key)
            self.refold()
        return self._row_at.get(line, -1)

    # -- cells ---------------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        at = self.rows[row]
        if at.look == "group":
            return self._group_text(at.group, column)
        if at.look == "linked":
            return self._linked_text(at.key[1], column)
        line, entity = self._budget.lines[at.key[1]], self._entities[at.key[1]]
        known = self._texts.get(at.key[1])
        if known is None or known[0] is not line or known[1] is not entity:
            known = (line, entity, self._line_texts(line, entity))
            self._texts[at.key[1]] = known
        return known[2][column]

    def _line_texts(self, line: BudgetLine, entity: OperatingLine) -> list[str]:
        shown = self.unit.text
        return [
            self._short_name(entity),
            ("▲ " if line.problem else "")
            + readable(self._book, plan_short(entity, self._said(entity.id))),
            shown(line.prior_total),
            percent_text(self._growth(entity.id)),
            *map(shown, line.months),
            shown(line.total),
            percent_text(change_pct(line.total, line.prior_total), signed=True),
        ]

    @property
    def unit_words(self) -> str:
        """Return that thousands are pasted, not units as finance's sheets have them."""
        return unit_heading(self._book, self.unit) if self.unit.size > 1 else ""

    def tip(self, row: int, column: int) -> str:
        """Return what the pointer is told: a line in full, and what drives it."""
        at = self.rows[row]
        if at.look == "linked":
            return f"{self._budget.posted[at.key[1]].name}\n{comes_from(self._budget, at.key[1])}"
        if at.look != "line" or column not in (NAME, DRIVER):
            return super().tip(row, column)
        line = self._entities[at.key[1]]
        if column == NAME:
            return line_words(self._book, line)
        found = self._budget.lines[line.id]
        said = self._said(line.id)
        lacks = problem_words(found) if found.problem else lost_growth_words(said) if said else ""
        words = plan_words(self._book, line, said)
        return f"{words}\n▲ {lacks}" if lacks else words

    def _said(self, line: str) -> DraftLine | None:
        return self._book.get(DraftLine, draft_line_id(self._budget.draft_id, line))

    def _growth(self, line: str) -> Decimal | None:
        """Return the growth that counts for a line; ``None`` where its method takes none."""
        if self._budget.lines[line].method not in GROWING:
            return None
        own = own_growth(self._said(line))
        if own is None and self._budget.lines[line].method == PRIOR_YEAR:
            return self._entities[line].rate_growth_pct
        return own

    def _linked_text(self, posting: str, column: int) -> str:
        """Return a cell of what a capital request posts."""
        line = self._budget.lines[posting]
        if column == NAME:
            return self._budget.posted[posting].name
        if column == DRIVER:
            return self._budget.posted[posting].request
        if column in (PRIOR, GROWTH, CHANGE):
            return ""
        return self.unit.text(line.total if column == TOTAL else line.months[column - FIRST])

    def _short_name(self, line: OperatingLine) -> str:
        """Return a line's name without the beginning that it shares with others of its group."""
        beginning, colon, rest = line.name.partition(": ")
        if not colon:
            return line.name
        shared = self._beginnings[self._group_of[line.id].key, beginning]
        return rest[:1].upper() + rest[1:] if shared >= SHARED else line.name

    def _group_text(self, key: str, column: int) -> str:
        group = next(group for group in self._groups if group.key == key)
        if column in (DRIVER, GROWTH):
            return ""
        if column == NAME:
            return group.title
        if column == CHANGE:
            return percent_text(change_pct(sum(group.months), group.prior), signed=True)
        return self.unit.text(self._group_amount(group, column))

    def _group_amount(self, group: Group, column: int) -> int:
        if column == PRIOR:
            return group.prior
        return sum(group.months) if column == TOTAL else group.months[column - FIRST]

    def _amount(self, row: int, column: int) -> int | None:
        """Return a cell's minor units; ``None`` where no amount stands."""
        if column in (NAME, DRIVER, GROWTH, CHANGE):
            return None
        at = self.rows[row]
        if at.look == "group":
            return self._group_amount(next(g for g in self._groups if g.key == at.group), column)
        if at.look == "linked" and column == PRIOR:
            return None
        line = self._budget.lines[at.key[1]]
        if column == PRIOR:
            return line.prior_total
        return line.total if column == TOTAL else line.months[column - FIRST]

    def number(self, row: int, column: int) -> Decimal | None:
        """Return a cell's figure in the shown unit."""
        if column == GROWTH and self.rows[row].look == "line":
            return self._growth(self.rows[row].key[1])
        amount = self._amount(row, column)
        return None if amount is None else self.unit.number(amount)

    def edit_text(self, row: int, column: int) -> str:
        """Return what an editor begins with."""
        if column == GROWTH:
            growth = self._growth(self.rows[row].key[1])
            return "" if growth is None else format(growth, "f")
        if column == DRIVER:
            said = self._said(self.rows[row].key[1])
            own = said.formula if said is not None and said.method == "formula" else None
            return readable(self._book, own or "")
        amount = self._amount(row, column)
        return self.text(row, column) if amount is None else self.unit.edit_text(amount)

    def mark(self, row: int, column: int) -> int:
        """Return whose hand a month shows."""
        at = self.rows[row]
        if at.look != "line" or not FIRST <= column < TOTAL:
            return NOBODY
        month = column - FIRST
        if month not in self._budget.lines[at.key[1]].overridden:
            return NOBODY
        key = (draft_line_id(self._budget.draft_id, at.key[1]), self._budget.periods[month])
        return self._authors.get(key, 0)

    def total_text(self, row: int, column: int) -> str:
        """Return a cell of the totals."""
        if column in (DRIVER, GROWTH):
            return ""
        if column == NAME:
            return FOOTER_TITLES[row]
        months = self._statement.get(FOOTER[row])
        if months is None:
            months = self._statement[FOOTER[row]] = self._budget.by_month(FOOTER[row])
        if FIRST <= column < TOTAL:
            return self.unit.text(months[column - FIRST])
        if column == TOTAL:
            return self.unit.text(sum(months))
        prior = prior_of(FOOTER[row], self._groups)
        if column == PRIOR:
            return self.unit.text(prior)
        return percent_text(change_pct(sum(months), prior), signed=True)

    def field_of(self, column: int) -> tuple[str, str]:
        """Return what a column stands for in the history."""
        if FIRST <= column < TOTAL:
            return "months", self._budget.periods[column - FIRST]
        return ("rate_growth_pct", "") if column == GROWTH else ("", "")

    # -- what is contested ---------------------------------------------------------------------

    def shown_book(self) -> Book:
        """Return the book that the cells show."""
        return self._book

    def register(self, row: int, column: int) -> Address | None:
        """Return the register of a month or of the growth."""
        at = self.rows[row]
        if at.look != "line":
            return None
        if column == GROWTH:
            return Address(
                *growth_place(self._book, self._budget.draft_id, at.key[1]), "rate_growth_pct"
            )
        if column == DRIVER:
            said = draft_line_id(self._budget.draft_id, at.key[1])
            return Address("draft_line", said, "formula")
        return self._month(at.key[1], column - FIRST) if FIRST <= column < TOTAL else None

    def _month(self, line: str, month: int) -> Address:
        draft_line = draft_line_id(self._budget.draft_id, line)
        return Address("draft_line", draft_line, "months", self._budget.periods[month])

    def registers(self, row: int, column: int) -> tuple[Address, ...]:
        """Return the register of a cell; of the year's total all twelve months."""
        at = self.rows[row]
        if at.look == "line" and column == TOTAL:
            return tuple(self._month(at.key[1], month) for month in range(MONTHS))
        return super().registers(row, column)

    def side_text(self, row: int, column: int, value: Any) -> str:  # noqa: ANN401 - any field's value
        """Return one partner's formula, month or growth; an emptied month is what its rule gives."""
        if column == DRIVER:
            return str(value or "none")
        if column == GROWTH:
            return "" if value is None else percent_text(Decimal(str(value)))
        if value is None:
            value = self._budget.lines[self.rows[row].key[1]].computed[column - FIRST]
        return self.unit.text(value)

    def set_open(self, still: Open, prior: Open) -> None:
        """Take what contested values leave open of the draft and of the prior year, to tell totals as ranges."""
        if (still, prior) != (self._ranges.still, self._ranges.prior):
            self._ranges.forget(still, prior)
            self.replace_rows(self.rows)

    def _span(self, key: str, column: int) -> Span | None:
        return self._ranges.span(key, column, self._budget, self._groups)

    def range_text(self, row: int, column: int) -> str:
        """Return between what a group's or a line's figure comes out; of a contested month its sides are told."""
        found = None if self.parts(row, column) else self._span(self.rows[row].key[1], column)
        return "" if found is None else range_words(found, self.unit)

    def total_range(self, row: int, column: int) -> tuple[str, str]:
        """Return the ends between which a total comes out."""
        found = self._span(FOOTER[row], column)
        return ("", "") if found is None else range_ends(found, self.unit)

    # -- editing -------------------------------------------------------------------------------

    def editable(self, row: int, column: int) -> bool:
        """Return whether a cell takes input: a formula, growth, months, and the year, which is spread."""
        if self.rows[row].look != "line":
            return False
        if column == GROWTH:
            return self._budget.lines[self.rows[row].key[1]].method in GROWING
        return column == DRIVER or GROWTH < column <= TOTAL

    def names(self, row: int, column: int) -> Sequence[FormulaName]:
        """Return what a formula may name, in the column that takes one."""
        del row
        return formula_choices(self._book) if column == DRIVER else ()

    def locked(self, row: int, column: int) -> str:
        """Return why a cell takes no input."""
        if column == NAME and self.rows[row].look == "line":
            return "A line's name, account and groups are changed with “Line …” above."
        if column == GROWTH and self.rows[row].look == "line":
            return "Growth doesn't count in the way this line is planned; “Plan …” above shows what does."
        if self.rows[row].look == "linked":
            return comes_from(self._budget, self.rows[row].key[1])
        if column == PRIOR and self.rows[row].look == "line":
            return "The prior year is actual; it comes with the file and isn't edited here."
        return super().locked(row, column)

    def place(self, row: int, column: int) -> str:
        """Return how a person calls a cell, by the line's whole name."""
        at = self.rows[row]
        if at.look != "line":
            return super().place(row, column)
        return f"{self._entities[at.key[1]].name}, {self.columns[column].title}"

    def clearable(self, row: int, column: int) -> bool:
        """Return whether a month was set by hand."""
        at = self.rows[row]
        if at.look == "line" and column == DRIVER:
            return self._budget.lines[at.key[1]].method == "formula"
        if at.look != "line" or not FIRST <= column <= TOTAL:
            return False
        found = self._budget.lines[at.key[1]].overridden
        return bool(found) if column == TOTAL else column - FIRST in found

    def parse(self, row: int, column: int, text: str) -> Any:  # noqa: ANN401
        """Return what typed text means: percent, or minor units (``None`` clears)."""
        del row
        if column == GROWTH:
            return parse_growth(text)
        if column == DRIVER:
            return self._formula(text)
        amount = self.unit.parse(text)
        if column == TOTAL and amount is None:
            raise BadInputError("a total for the year is expected")
        return amount

    def write(self, cells: Sequence[tuple[int, int, Any]]) -> None:
        """Ask for the edits as one change."""
        edits = [edit for cell in cells for edit in self._edits(*cell)]
        self.wanted.emit(edits)

    def _formula(self, text: str) -> str | None:
        if not text.strip():
            return None
        if not text.strip().startswith("="):
            raise BadInputError(
                "a formula begins with “=”, such as =L04*0.62; for other ways choose “Plan …”"
            )
        return read_formula(self._book, text)

    def _edits(self, row: int, column: int, value: Any) -> Iterable[LineEdit]:  # noqa: ANN401
        line = self.rows[row].key[1]
        if column == DRIVER:
            return [FormulaEdit(line, value, self.seen(self.register(row, column)))]
        if column == GROWTH:
            return [GrowthEdit(line, value, self.seen(self.register(row, column)))]
        if column == TOTAL and value is None:
            found = self._budget.lines[line].overridden
            return [MonthEdit(line, self._budget.periods[m], None) for m in sorted(found)]
        if column == TOTAL:
            edits = year_edits(self._budget, line, value)
            draft = self._budget.draft_id
            return [dataclasses.replace(one, seen=self.seen(one.at(draft))) for one in edits]
        at = self._month(line, column - FIRST)
        return [MonthEdit(line, at.slot, value, self.seen(at))]
